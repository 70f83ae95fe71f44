//! Laying the trimmed tree down, from a tarball or from a directory.

use std::fs::{self, File};
use std::io::{BufReader, Read, Seek as _, SeekFrom};
use std::path::{Component as Part, Path};

use anyhow::{Context as _, Result, bail, ensure};
use fast_glob::glob_match;
use flate2::read::GzDecoder;
use lzma_rust2::XzReader;
use tar::{Archive, EntryType};

use super::manifest::Component;

/// How much was laid down.
#[derive(Debug, Default, Clone, Copy)]
pub struct Laid {
    pub files: u64,
    pub bytes: u64,
}

/// Unpacks what `component` keeps of a tarball into the new directory `into`.
///
/// Files get the present time, not the archive's: a replaced source must look newer than what was built of it.
pub fn tarball(file: &Path, component: &Component, into: &Path) -> Result<Laid> {
    let mut laid = Laid::default();
    each_file(file, |path, source| {
        let Some((top, path)) = path.split_once('/') else {
            return Ok(true);
        };
        ensure!(
            glob_match(&component.top, top),
            "holds `{top}`, not `{}`: this is no {} tarball",
            component.top,
            component.name
        );
        if component.keeps(path) {
            lay(source, &into.join(path), &mut laid)?;
        }
        Ok(true)
    })
    .with_context(|| format!("unpacking {}", file.display()))?;
    ensure!(
        laid.files > 0,
        "{} holds none of the files to keep of {}",
        file.display(),
        component.title()
    );
    Ok(laid)
}

/// Copies what `component` keeps of an unpacked tree into the new directory `into`.
pub fn tree(from: &Path, component: &Component, into: &Path) -> Result<Laid> {
    let mut laid = Laid::default();
    copy(from, "", component, into, &mut laid).with_context(|| format!("copying {}", from.display()))?;
    ensure!(
        laid.files > 0,
        "{} holds none of the files to keep of {}",
        from.display(),
        component.title()
    );
    Ok(laid)
}

/// Name of the single top directory inside a tarball.
pub fn top_of(file: &Path) -> Result<String> {
    let mut top = None;
    each_file(file, |path, _| {
        top = path.split('/').next().map(str::to_owned);
        Ok(false)
    })
    .with_context(|| format!("reading {}", file.display()))?;
    top.with_context(|| format!("{} is empty", file.display()))
}

/// Calls `visit` with every regular file's path until it returns `false`. Links, devices and paths that lead
/// elsewhere are not followed: links are skipped (none of our components needs one), the latter are an error.
fn each_file(file: &Path, mut visit: impl FnMut(&str, &mut dyn Read) -> Result<bool>) -> Result<()> {
    let mut archive = Archive::new(decompress(file)?);
    for entry in archive.entries()? {
        let mut entry = entry?;
        if !matches!(entry.header().entry_type(), EntryType::Regular | EntryType::Continuous) {
            continue;
        }
        let path = entry.path()?.into_owned();
        let mut names = Vec::new();
        for part in path.components() {
            match part {
                Part::Normal(name) => names.push(name.to_str().context("a path is not UTF-8")?.to_owned()),
                Part::CurDir => {}
                _ => bail!("the path `{}` leads out of the archive", path.display()),
            }
        }
        if !visit(&names.join("/"), &mut entry)? {
            break;
        }
    }
    Ok(())
}

/// The tar stream inside a `.tar.xz` or `.tar.gz`, told by its first bytes, not by its name.
fn decompress(file: &Path) -> Result<Box<dyn Read>> {
    let mut source = File::open(file)?;
    let mut magic = [0_u8; 6];
    let known = source.read_exact(&mut magic).is_ok();
    source.seek(SeekFrom::Start(0))?;
    let source = BufReader::with_capacity(1 << 16, source);
    match magic {
        [0xfd, b'7', b'z', b'X', b'Z', 0] if known => Ok(Box::new(XzReader::new(source, true))),
        [0x1f, 0x8b, ..] if known => Ok(Box::new(GzDecoder::new(source))),
        _ => bail!("neither xz nor gzip"),
    }
}

fn lay(source: &mut dyn Read, target: &Path, laid: &mut Laid) -> Result<()> {
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = File::create(target).with_context(|| format!("writing {}", target.display()))?;
    laid.bytes += std::io::copy(source, &mut file).with_context(|| format!("writing {}", target.display()))?;
    laid.files += 1;
    Ok(())
}

fn copy(from: &Path, prefix: &str, component: &Component, into: &Path, laid: &mut Laid) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let path = if prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{prefix}/{name}")
        };
        let kind = entry.file_type()?;
        if kind.is_dir() && name != ".git" {
            copy(&entry.path(), &path, component, into, laid)?;
        } else if kind.is_file() && component.keeps(&path) {
            lay(&mut File::open(entry.path())?, &into.join(&path), laid)?;
        }
    }
    Ok(())
}

#[cfg(test)]
pub mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::super::manifest::tests::component;
    use super::*;

    /// Writes a `.tar.gz` of these paths and texts.
    pub fn pack(file: &Path, entries: &[(&str, &str)]) {
        let mut builder = tar::Builder::new(GzEncoder::new(File::create(file).unwrap(), Compression::fast()));
        for (path, text) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            // Raw, so that tests can make paths that `set_path` refuses.
            header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_cksum();
            builder.append(&header, text.as_bytes()).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap().flush().unwrap();
    }

    #[test]
    fn the_top_is_stripped_and_the_tree_trimmed() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.tar.gz");
        pack(
            &file,
            &[
                ("demo-1/src/a.c", "aa"),
                ("demo-1/src/t.c", "t"),
                ("demo-1/doc/x", "x"),
                ("demo-1/COPYING", "c"),
            ],
        );
        let into = dir.path().join("out");
        let laid = tarball(&file, &component(&["src"], &["src/t.c"]), &into).unwrap();
        assert_eq!((laid.files, laid.bytes), (2, 3));
        assert_eq!(fs::read_to_string(into.join("src/a.c")).unwrap(), "aa");
        assert!(into.join("COPYING").exists() && !into.join("src/t.c").exists() && !into.join("doc").exists());
        assert_eq!(top_of(&file).unwrap(), "demo-1");

        let again = dir.path().join("again");
        let copied = tree(&into, &component(&["src"], &[]), &again).unwrap();
        assert_eq!(copied.files, 2);
        assert_eq!(fs::read_to_string(again.join("src/a.c")).unwrap(), "aa");
    }

    #[test]
    fn foreign_and_hostile_archives_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.tar.gz");
        let try_it = |into: &str| tarball(&file, &component(&["src"], &[]), &dir.path().join(into));
        let text = |result: Result<Laid>| format!("{:#}", result.unwrap_err());

        pack(&file, &[("other-1/src/a.c", "a")]);
        assert!(text(try_it("a")).contains("no demo tarball"));
        pack(&file, &[("demo-1/src/../../../evil", "a")]);
        assert!(text(try_it("b")).contains("leads out"));
        assert!(!dir.path().join("evil").exists());
        pack(&file, &[("demo-1/doc/a", "a")]);
        assert!(text(try_it("c")).contains("none of the files"));
        fs::write(&file, "plain").unwrap();
        assert!(text(try_it("d")).contains("neither xz nor gzip"));
    }

    #[test]
    fn a_truncated_archive_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.tar.gz");
        let text: String = (0..20_000).map(|i| format!("{:x}", i * 7919)).collect();
        pack(&file, &[("demo-1/src/a.c", &text)]);
        let bytes = fs::read(&file).unwrap();
        fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
        assert!(tarball(&file, &component(&["src"], &[]), &dir.path().join("out")).is_err());
    }
}
