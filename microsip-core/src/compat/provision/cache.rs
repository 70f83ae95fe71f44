//! The last good document, kept for starts without a network.

use std::fmt;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::document::{ProvisionDocument, ProvisionRules};
use super::read::MAX_BYTES;
use crate::compat::fetch::shown_url;
use crate::{Error, FailureCode, Result, Secret};

const OP: &str = "provision cache";

/// Where the last good document is kept: a file for its owner only (mode 0600), for there are passwords in it, written beside its place
/// and moved there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProvisionCache {
    /// The file.
    pub path: PathBuf,
}

/// A document as it was kept. `Debug` shows no secret.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CachedDocument {
    /// The document.
    pub document: ProvisionDocument,
    /// Its `ETag`.
    pub etag: Option<String>,
    /// When it came, in seconds since 1970.
    pub fetched: u64,
    /// Its bytes, to see whether another is the same.
    pub(super) text: Secret,
}

impl fmt::Debug for CachedDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedDocument")
            .field("document", &self.document)
            .field("fetched", &self.fetched)
            .finish_non_exhaustive()
    }
}

/// The file.
#[derive(Serialize, Deserialize)]
struct Kept {
    microsip_provision_cache: u32,
    /// For people; without its secrets.
    url: String,
    /// By which it is known whose document this is.
    url_sha256: String,
    etag: Option<String>,
    fetched: u64,
    document: String,
}

impl ProvisionCache {
    /// A cache in this file.
    pub fn new(path: impl Into<PathBuf>) -> ProvisionCache {
        ProvisionCache { path: path.into() }
    }

    /// Beside a settings file: `provision.json`; for one that is not named `microsip.ini`, with its name in front, as `work-provision.json`.
    pub fn beside(settings: &Path) -> ProvisionCache {
        let stem = settings.file_stem().map(|s| s.to_string_lossy().into_owned());
        let name = match stem.as_deref() {
            None => "provision.json".into(),
            Some(stem) if stem.eq_ignore_ascii_case("microsip") => "provision.json".into(),
            Some(stem) => format!("{stem}-provision.json"),
        };
        ProvisionCache::new(settings.with_file_name(name))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is kept of this address; none if nothing is, or it is another address' document.
    ///
    /// # Errors
    /// [`IoFailed`](FailureCode::IoFailed) if the file is there and cannot be read;
    /// [`DocumentMalformed`](FailureCode::DocumentMalformed) if it is damaged, or the document is one that the rules refuse now.
    pub fn load(&self, url: &str, rules: ProvisionRules) -> Result<Option<CachedDocument>> {
        let mut bytes = Zeroizing::new(Vec::new());
        // Escaped, a document is longer than it is.
        let limit = (MAX_BYTES * 7) as u64;
        match fs::File::open(&self.path).and_then(|file| file.take(limit).read_to_end(&mut bytes)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(self.failed(&e)),
            Ok(_) => {}
        }
        let damaged = |what: &str| {
            let what = format!("{}: {what}; remove the file", self.path.display());
            FailureCode::DocumentMalformed.error(OP, what)
        };
        let kept: Kept = serde_json::from_slice(&bytes)
            .map_err(|e| damaged(&format!("it is damaged in line {}, column {}", e.line(), e.column())))?;
        let text = Secret::new(kept.document);
        if kept.microsip_provision_cache != 1 || kept.url_sha256 != digest(url) {
            return Ok(None);
        }
        let document = ProvisionDocument::parse(text.reveal().as_bytes(), rules)
            .map_err(|refusal| damaged(&refusal.to_string()))?;
        Ok(Some(CachedDocument {
            document,
            etag: kept.etag,
            fetched: kept.fetched,
            text,
        }))
    }

    /// Keeps a document, which has been parsed and applied.
    pub(super) fn store(&self, url: &str, etag: Option<&str>, text: &Secret) -> Result<()> {
        let kept = Kept {
            microsip_provision_cache: 1,
            url: shown_url(url),
            url_sha256: digest(url),
            etag: etag.map(str::to_owned),
            fetched: SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs(),
            document: text.reveal().to_owned(),
        };
        let bytes = serde_json::to_vec_pretty(&kept).map(Zeroizing::new);
        let _ = Zeroizing::new(kept.document);
        let bytes = bytes.map_err(|e| FailureCode::IoFailed.error(OP, e.to_string()))?;
        self.replace(&bytes).map_err(|e| self.failed(&e))
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let dir = match self.path.parent() {
            Some(dir) if !dir.as_os_str().is_empty() => dir,
            _ => Path::new("."),
        };
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(dir)?;
        // Temporary files are made for their owner only, and this one stays so.
        let mut file = tempfile::Builder::new().prefix(".microsip-").tempfile_in(dir)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(&self.path).map_err(|e| e.error)?;
        Ok(())
    }

    fn failed(&self, error: &io::Error) -> Error {
        FailureCode::IoFailed.error(OP, format!("{}: {error}", self.path.display()))
    }
}

fn digest(url: &str) -> String {
    Sha256::digest(url.trim().as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
