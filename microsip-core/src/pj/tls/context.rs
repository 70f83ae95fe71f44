//! What a TLS context is made of: authorities, revocation lists, our certificate, versions, ciphers.

use std::ffi::c_void;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use foreign_types::ForeignType;
use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslContextBuilder, SslMethod, SslVersion};
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::X509VerifyFlags;
use openssl::x509::{X509, X509Crl};
use pjsip_sys as sys;

use crate::endpoint::{TlsConfig, TlsPin, TlsVersion};
use crate::failure::FailureCode;
use crate::pj::boundary::boundary;
use crate::{Error, Result};

unsafe extern "C" {
    /// Missing in the bindings; OpenSSL 1.1.0 and newer.
    fn X509_STORE_up_ref(store: *mut openssl_sys::X509_STORE) -> std::ffi::c_int;
    /// Likewise.
    fn X509_STORE_add_crl(store: *mut openssl_sys::X509_STORE, crl: *mut openssl_sys::X509_CRL) -> std::ffi::c_int;
}

/// Of the endpoint that runs; connections may outlive it for a moment.
pub(super) static POLICY: RwLock<Option<Arc<Policy>>> = RwLock::new(None);

/// What is configured, loaded.
pub(super) struct Policy {
    authorities: Vec<X509>,
    system: bool,
    pub(super) crls: Vec<X509Crl>,
    chain: Vec<X509>,
    key: Option<PKey<Private>>,
    min_version: TlsVersion,
    /// For TLS 1.2, OpenSSL's list.
    ciphers: Option<String>,
    /// For TLS 1.3.
    suites: Option<String>,
    pub(super) pins: Vec<TlsPin>,
    pub(super) verify: bool,
    pub(super) require_client_cert: bool,
    pub(super) server_name: Option<String>,
    pub(super) wildcards: bool,
    /// Made when first needed: the system's authorities take a megabyte.
    store: OnceLock<X509Store>,
}

impl Policy {
    pub(super) fn load(op: &'static str, config: &TlsConfig) -> Result<Policy> {
        let loader = Loader { op };
        let (mut authorities, mut crls) = (Vec::new(), Vec::new());
        if let Some(path) = &config.ca_file {
            let what = format!("{} as list of trusted authorities", path.display());
            authorities.extend(loader.certificates(&loader.read(path, "CA")?, &what)?);
        }
        if let Some(pem) = &config.ca_pem {
            authorities.extend(loader.certificates(pem.as_bytes(), "the given text as list of trusted authorities")?);
        }
        if let Some(dir) = &config.ca_dir {
            loader.folder(dir, &mut authorities, &mut crls)?;
        }
        for path in &config.crl_files {
            let what = format!("{} as revocation list", path.display());
            let found = lists(&loader.read(path, "CRL")?).map_err(|e| loader.unusable(&what, &e.to_string()))?;
            if found.is_empty() {
                return Err(loader.unusable(&what, "it holds none"));
            }
            crls.extend(found);
        }
        let chain = match (&config.cert_file, &config.cert_pem) {
            (Some(path), _) => {
                let what = format!("{} as certificate", path.display());
                loader.certificates(&loader.read(path, "certificate")?, &what)?
            }
            (None, Some(pem)) => loader.certificates(pem.as_bytes(), "the given text as certificate")?,
            (None, None) => Vec::new(),
        };
        let password = config.key_password.as_ref().map(|p| p.reveal().as_bytes());
        let key = match (&config.key_file, &config.key_pem) {
            (Some(path), _) => {
                let what = format!("{} as the certificate's private key", path.display());
                Some(loader.key(&loader.read(path, "key")?, password, &what)?)
            }
            (None, Some(pem)) => {
                let what = "the given text as the certificate's private key";
                Some(loader.key(pem.reveal().as_bytes(), password, what)?)
            }
            (None, None) => None,
        };
        let list = |of_13: bool, with: &str| {
            let names: Vec<&str> = config
                .ciphers
                .iter()
                .map(|c| c.trim())
                .filter(|c| c.starts_with("TLS_") == of_13)
                .collect();
            (!names.is_empty()).then(|| names.join(with))
        };
        let policy = Policy {
            system: config.system_authorities
                || (authorities.is_empty()
                    && config.ca_file.is_none()
                    && config.ca_dir.is_none()
                    && config.ca_pem.is_none()),
            authorities,
            crls,
            chain,
            key,
            min_version: config.min_version,
            ciphers: list(false, ":"),
            suites: list(true, ":"),
            pins: config.pins.clone(),
            verify: config.verify,
            require_client_cert: config.require_client_cert,
            server_name: config.server_name.clone(),
            wildcards: config.wildcards,
            store: OnceLock::new(),
        };
        policy.try_out(&loader, config)?;
        Ok(policy)
    }

    /// Whether OpenSSL takes all of it.
    fn try_out(&self, loader: &Loader, config: &TlsConfig) -> Result<()> {
        let mut builder =
            SslContextBuilder::new(SslMethod::tls()).map_err(|e| loader.unusable("OpenSSL", &e.to_string()))?;
        if let Err(e) = self.set_ciphers(&mut builder) {
            return Err(Error::invalid(
                loader.op,
                format!(
                    "no TLS cipher of {} is known ({e}); `openssl ciphers` lists them",
                    config.ciphers.join(" ")
                ),
            ));
        }
        self.set_identity(&mut builder).map_err(|e| {
            let (cert, key) = (place(&config.cert_file), place(&config.key_file));
            loader.unusable(
                &format!("{key} as the private key of {cert}"),
                &format!("{e}; the certificate was made for another key"),
            )
        })
    }

    fn set_ciphers(&self, builder: &mut SslContextBuilder) -> std::result::Result<(), ErrorStack> {
        if let Some(list) = &self.ciphers {
            builder.set_cipher_list(list)?;
        }
        match &self.suites {
            Some(suites) => builder.set_ciphersuites(suites),
            None => Ok(()),
        }
    }

    fn set_identity(&self, builder: &mut SslContextBuilder) -> std::result::Result<(), ErrorStack> {
        let Some((leaf, rest)) = self.chain.split_first() else {
            return Ok(());
        };
        builder.set_certificate(leaf)?;
        for cert in rest {
            builder.add_extra_chain_cert(cert.clone())?;
        }
        if let Some(key) = &self.key {
            builder.set_private_key(key)?;
            builder.check_private_key()?;
        }
        Ok(())
    }

    fn fill(&self, builder: &mut SslContextBuilder, is_server: bool) -> std::result::Result<(), ErrorStack> {
        builder.set_min_proto_version(Some(match self.min_version {
            TlsVersion::V1_2 => SslVersion::TLS1_2,
            TlsVersion::V1_3 => SslVersion::TLS1_3,
        }))?;
        self.set_ciphers(builder)?;
        self.set_identity(builder)?;
        if is_server {
            for authority in &self.authorities {
                builder.add_client_ca(authority)?;
            }
        }
        let store = match self.store.get() {
            Some(store) => store,
            None => {
                let made = self.make_store()?;
                self.store.get_or_init(|| made)
            }
        };
        // SAFETY: a live store; the reference counted here is the one that the context takes over and gives back.
        let shared = unsafe {
            X509_STORE_up_ref(store.as_ptr());
            X509Store::from_ptr(store.as_ptr())
        };
        builder.set_cert_store(shared);
        Ok(())
    }

    fn make_store(&self) -> std::result::Result<X509Store, ErrorStack> {
        let mut builder = X509StoreBuilder::new()?;
        for authority in &self.authorities {
            builder.add_cert(authority.clone())?;
        }
        if self.system {
            match system_file().and_then(|path| std::fs::read(path).ok()) {
                Some(pem) => {
                    for authority in X509::stack_from_pem(&pem)? {
                        // One that OpenSSL does not like must not cost the others.
                        let _ = builder.add_cert(authority);
                    }
                }
                None => builder.set_default_paths()?,
            }
        }
        let mut flags = X509VerifyFlags::TRUSTED_FIRST | X509VerifyFlags::PARTIAL_CHAIN;
        if !self.crls.is_empty() {
            flags |= X509VerifyFlags::CRL_CHECK;
        }
        builder.set_flags(flags)?;
        let store = builder.build();
        for crl in &self.crls {
            // SAFETY: both are live; the store counts a reference of its own.
            unsafe { X509_STORE_add_crl(store.as_ptr(), crl.as_ptr()) };
        }
        Ok(store)
    }
}

fn place(path: &Option<PathBuf>) -> String {
    path.as_ref()
        .map_or("the given text".to_owned(), |p| p.display().to_string())
}

/// Reads files; its errors name them.
struct Loader {
    op: &'static str,
}

impl Loader {
    fn unusable(&self, what: &str, why: &str) -> Error {
        FailureCode::TlsSettings.error(self.op, format!("cannot use {what}: {why}; expected PEM"))
    }

    fn read(&self, path: &Path, what: &str) -> Result<Vec<u8>> {
        std::fs::read(path).map_err(|e| {
            FailureCode::FileUnreadable.error(
                self.op,
                format!(
                    "cannot read the TLS {what} file {}: {e}; give a file that exists and may be read",
                    path.display()
                ),
            )
        })
    }

    fn certificates(&self, pem: &[u8], what: &str) -> Result<Vec<X509>> {
        let found = X509::stack_from_pem(pem).map_err(|e| self.unusable(what, &e.to_string()))?;
        if found.is_empty() {
            return Err(self.unusable(what, "it holds no certificate"));
        }
        Ok(found)
    }

    fn key(&self, pem: &[u8], password: Option<&[u8]>, what: &str) -> Result<PKey<Private>> {
        let encrypted = pem.windows(9).any(|w| w == b"ENCRYPTED");
        let key = match password {
            Some(password) => PKey::private_key_from_pem_passphrase(pem, password),
            // Without the callback OpenSSL would ask on the terminal.
            None => PKey::private_key_from_pem_callback(pem, |_| Ok(0)),
        };
        key.map_err(|e| match (encrypted, password) {
            (true, None) => FailureCode::TlsKeyPassword.error(
                self.op,
                format!("cannot use {what}: it is encrypted; give its password"),
            ),
            (true, Some(_)) => FailureCode::TlsKeyPassword.error(
                self.op,
                format!("cannot use {what}: the password does not open it; check it for typing errors"),
            ),
            _ => self.unusable(what, &e.to_string()),
        })
    }

    /// Everything in it that is a certificate or a revocation list. Names do not matter, so that no hashes are needed; links
    /// that `c_rehash` made lead to the same certificate twice, which does no harm.
    fn folder(&self, dir: &Path, authorities: &mut Vec<X509>, crls: &mut Vec<X509Crl>) -> Result<()> {
        let entries = std::fs::read_dir(dir).map_err(|e| {
            FailureCode::FileUnreadable.error(
                self.op,
                format!(
                    "cannot read the TLS CA folder {}: {e}; give a folder that exists and may be read",
                    dir.display()
                ),
            )
        })?;
        let mut paths: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
        paths.sort();
        let before = authorities.len();
        for path in paths.iter().filter(|p| p.is_file()) {
            let Ok(text) = std::fs::read(path) else { continue };
            authorities.extend(X509::stack_from_pem(&text).unwrap_or_default());
            crls.extend(lists(&text).unwrap_or_default());
        }
        if authorities.len() == before {
            let what = format!("{} as folder of trusted authorities", dir.display());
            return Err(self.unusable(&what, "no file in it holds a certificate"));
        }
        Ok(())
    }
}

/// The revocation lists of a PEM text.
fn lists(pem: &[u8]) -> std::result::Result<Vec<X509Crl>, ErrorStack> {
    const BEGIN: &str = "-----BEGIN X509 CRL-----";
    let text = String::from_utf8_lossy(pem);
    text.match_indices(BEGIN)
        .map(|(at, _)| X509Crl::from_pem(text[at..].as_bytes()))
        .collect()
}

/// The system's trusted authorities: `SSL_CERT_FILE`, or where distributions keep them.
pub(super) fn system_file() -> Option<PathBuf> {
    const PLACES: [&str; 6] = [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
        "/opt/homebrew/etc/openssl@3/cert.pem",
    ];
    std::env::var_os("SSL_CERT_FILE")
        .map(Into::into)
        .into_iter()
        .chain(PLACES.map(Into::into))
        .find(|path: &PathBuf| path.is_file())
}

/// A context was made, for a connection or a listener.
pub(super) unsafe extern "C" fn on_tls_context(ctx: *mut c_void, is_server: sys::pj_bool_t) -> sys::pj_status_t {
    boundary("on_tls_context", sys::MICROSIP_TLS_CONTEXT as i32, || {
        let policy = POLICY.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(policy) = policy else { return sys::PJ_SUCCESS };
        // SAFETY: PJSIP's new SSL_CTX, ours for the duration of the call; forgotten, so that PJSIP frees it.
        let filled = unsafe {
            let mut builder = std::mem::ManuallyDrop::new(SslContextBuilder::from_ptr(ctx.cast()));
            policy.fill(&mut builder, is_server != 0)
        };
        match filled {
            Ok(()) => sys::PJ_SUCCESS,
            Err(e) => {
                tracing::error!(target: "microsip", "the TLS settings cannot be applied: {e}");
                sys::MICROSIP_TLS_CONTEXT as i32
            }
        }
    })
}
