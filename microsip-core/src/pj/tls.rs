//! Certificates are tried before they are used: PJSIP would open its transport with files it cannot load, and every
//! connection would fail later.

#[cfg(feature = "tls")]
use openssl_sys as ssl;

use crate::Result;
use crate::endpoint::TlsConfig;
#[cfg(feature = "tls")]
use crate::{Error, ErrorKind};

/// Loads what is configured into a context of its own and throws it away.
#[cfg(feature = "tls")]
pub(super) fn try_files(op: &'static str, config: &TlsConfig) -> Result<()> {
    use super::string::Text;

    struct Context(*mut ssl::SSL_CTX);
    impl Drop for Context {
        fn drop(&mut self) {
            // SAFETY: made by SSL_CTX_new, freed once. The error queue is this thread's own.
            unsafe {
                ssl::SSL_CTX_free(self.0);
                ssl::ERR_clear_error();
            }
        }
    }

    let bad = |what: &str, path: &std::path::Path| {
        Err(Error::new(
            ErrorKind::Tls,
            op,
            format!(
                "cannot use {} as {what}: {}; expected PEM",
                path.display(),
                last_error()
            ),
        ))
    };
    // SAFETY: OpenSSL initialises itself; the strings outlive their calls; the context is freed by its guard.
    unsafe {
        let context = Context(ssl::SSL_CTX_new(ssl::TLS_method()));
        if context.0.is_null() {
            return Err(Error::new(
                ErrorKind::Tls,
                op,
                format!("OpenSSL does not start: {}", last_error()),
            ));
        }
        if let Some(path) = &config.ca_file {
            let file = Text::new(&path.to_string_lossy());
            if ssl::SSL_CTX_load_verify_locations(context.0, file.as_ptr(), std::ptr::null()) != 1 {
                return bad("list of trusted authorities", path);
            }
        }
        if let Some(path) = &config.cert_file {
            let file = Text::new(&path.to_string_lossy());
            if ssl::SSL_CTX_use_certificate_chain_file(context.0, file.as_ptr()) != 1 {
                return bad("certificate", path);
            }
        }
        if let Some(path) = &config.key_file {
            let file = Text::new(&path.to_string_lossy());
            if ssl::SSL_CTX_use_PrivateKey_file(context.0, file.as_ptr(), ssl::SSL_FILETYPE_PEM) != 1
                || (config.cert_file.is_some() && ssl::SSL_CTX_check_private_key(context.0) != 1)
            {
                return bad("the certificate's private key", path);
            }
        }
    }
    Ok(())
}

#[cfg(not(feature = "tls"))]
pub(super) fn try_files(_: &'static str, _: &TlsConfig) -> Result<()> {
    Ok(())
}

/// OpenSSL's words for what went wrong last on this thread.
#[cfg(feature = "tls")]
fn last_error() -> String {
    // SAFETY: reads this thread's error queue; the text is a constant of OpenSSL or null.
    unsafe {
        let text = ssl::ERR_reason_error_string(ssl::ERR_peek_last_error());
        if text.is_null() {
            return "unknown reason".to_owned();
        }
        std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
    }
}
