//! Settings of TLS.

use microsip_core as core;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::base::{Fault, FromPy, Outcome, model};
use crate::{names, settings};

names!(core::TlsVersion as "TlsVersion" [V1_2, V1_3]);

settings!(core::TlsConfig as "TlsConfig" {
    verify, ca_file, ca_dir, ca_pem, system_authorities, crl_files, pins, cert_file, cert_pem, key_file, key_pem, key_password,
    min_version, ciphers, server_name, wildcards, require_client_cert,
});

/// A text of any usual form, the digest's bytes, or a `TlsPin`.
impl FromPy for core::TlsPin {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(text) = value.extract::<String>() {
            return Ok(text.parse::<core::TlsPin>().map_err(Fault::from)?);
        }
        if let Ok(bytes) = value.cast::<PyBytes>() {
            let digest: [u8; 32] = bytes.as_bytes().try_into().map_err(|_| {
                Fault::value_error(format!("{} bytes are no SHA-256; it has 32", bytes.as_bytes().len()))
            })?;
            return Ok(core::TlsPin::new(digest));
        }
        if !value.is_instance(&model(value.py(), "TlsPin")?)? {
            return Err(
                Fault::type_error(format!("expected a TlsPin, a text or bytes, not {}", value.get_type())).into(),
            );
        }
        let text: String = value.getattr("sha256")?.extract()?;
        Ok(text.parse::<core::TlsPin>().map_err(Fault::from)?)
    }
}

/// The usual form of a pin.
#[pyfunction]
pub fn tls_pin(value: &Bound<'_, PyAny>) -> Outcome<String> {
    Ok(core::TlsPin::from_py(value)?.to_string())
}
