//! A certificate authority made for one test, with good certificates and every kind of bad one.
//!
//! Keys are ECDSA P-256. Nothing is kept: the CA lives as long as its value, its files as long as the directory they are in.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason, RevokedCertParams, SerialNumber,
};
use time::OffsetDateTime;

use crate::{Error, Result};

/// A certificate with its private key, both as PEM files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertFiles {
    /// The certificate (PEM).
    pub cert: PathBuf,
    /// The private key (PKCS #8, PEM).
    pub key: PathBuf,
}

/// What is wrong with a certificate of [`TestCa::flawed`]. All else about it is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// Signed by its own key.
    SelfSigned,
    /// Valid for `wrong.invalid` only.
    WrongHost,
    /// Ended yesterday.
    Expired,
    /// Begins tomorrow.
    NotYetValid,
    /// Signed by another authority of the same name.
    OtherCa,
}

impl Flaw {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::SelfSigned,
        Self::WrongHost,
        Self::Expired,
        Self::NotYetValid,
        Self::OtherCa,
    ];
}

/// A certificate authority for tests.
#[derive(Debug)]
pub struct TestCa {
    dir: PathBuf,
    issuer: Issuer<'static, KeyPair>,
    other: Issuer<'static, KeyPair>,
    ca_cert: PathBuf,
    next_serial: AtomicU64,
    /// Of each certificate file.
    serials: Mutex<HashMap<PathBuf, u64>>,
}

impl TestCa {
    /// Makes an authority that writes its files into `dir`: `ca.pem` now, the rest on demand.
    ///
    /// # Errors
    /// [`Error::Certificate`], [`Error::Io`].
    pub fn new(dir: impl Into<PathBuf>) -> Result<Self> {
        let dir = dir.into();
        let (issuer, pem) = authority()?;
        let (other, _) = authority()?;
        let ca_cert = dir.join("ca.pem");
        write(&ca_cert, &pem)?;
        Ok(Self {
            dir,
            issuer,
            other,
            ca_cert,
            next_serial: AtomicU64::new(1000),
            serials: Mutex::default(),
        })
    }

    /// The authority's certificate (PEM): what a client is told to trust.
    #[must_use]
    pub fn ca_cert(&self) -> &Path {
        &self.ca_cert
    }

    /// A server certificate for the names, host names or IP addresses, as `<file>.pem` and `<file>.key`.
    ///
    /// # Errors
    /// [`Error::Certificate`] for a name that is neither; [`Error::Io`].
    pub fn server(&self, file: &str, names: &[&str]) -> Result<CertFiles> {
        self.issue(file, &leaf(names, ExtendedKeyUsagePurpose::ServerAuth)?, &self.issuer)
    }

    /// A good server certificate for `127.0.0.1` and `localhost`.
    ///
    /// # Errors
    /// As [`server`](Self::server).
    pub fn localhost(&self) -> Result<CertFiles> {
        self.server("localhost", &["127.0.0.1", "localhost"])
    }

    /// A server certificate for `127.0.0.1` and `localhost` with one flaw.
    ///
    /// # Errors
    /// As [`server`](Self::server).
    pub fn flawed(&self, flaw: Flaw) -> Result<CertFiles> {
        let names: &[&str] = if flaw == Flaw::WrongHost {
            &["wrong.invalid"]
        } else {
            &["127.0.0.1", "localhost"]
        };
        let mut params = leaf(names, ExtendedKeyUsagePurpose::ServerAuth)?;
        let now = OffsetDateTime::now_utc();
        let day = time::Duration::DAY;
        match flaw {
            Flaw::Expired => (params.not_before, params.not_after) = (now - day * 30, now - day),
            Flaw::NotYetValid => (params.not_before, params.not_after) = (now + day, now + day * 30),
            Flaw::SelfSigned | Flaw::WrongHost | Flaw::OtherCa => {}
        }
        let file = match flaw {
            Flaw::SelfSigned => "self-signed",
            Flaw::WrongHost => "wrong-host",
            Flaw::Expired => "expired",
            Flaw::NotYetValid => "not-yet-valid",
            Flaw::OtherCa => "other-ca",
        };
        match flaw {
            Flaw::SelfSigned => {
                let key = KeyPair::generate()?;
                let cert = params.self_signed(&key)?;
                self.save(file, &cert.pem(), &key)
            }
            Flaw::OtherCa => self.issue(file, &params, &self.other),
            _ => self.issue(file, &params, &self.issuer),
        }
    }

    /// A client certificate with the common name, for servers that ask for one; files `client-<name>.pem` and `.key`.
    ///
    /// # Errors
    /// [`Error::Certificate`], [`Error::Io`].
    pub fn client(&self, name: &str) -> Result<CertFiles> {
        let mut params = leaf(&[], ExtendedKeyUsagePurpose::ClientAuth)?;
        params.distinguished_name.push(DnType::CommonName, name);
        self.issue(&format!("client-{name}"), &params, &self.issuer)
    }

    /// A server certificate for the names, signed by an intermediate authority that this one signed: the server's files, with
    /// the intermediate certificate behind its own, and the intermediate authority's files.
    ///
    /// # Errors
    /// As [`server`](Self::server).
    pub fn server_by_intermediate(&self, file: &str, names: &[&str]) -> Result<(CertFiles, CertFiles)> {
        let mut params = authority_params("Test intermediate CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.use_authority_key_identifier_extension = true;
        let (key, serial) = (KeyPair::generate()?, self.serial(&mut params));
        let pem = params.signed_by(&key, &self.issuer)?.pem();
        let middle = self.save(&format!("{file}-ca"), &pem, &key)?;
        self.remember(&middle, serial);
        let issuer = Issuer::new(params, key);
        let server = self.issue(file, &leaf(names, ExtendedKeyUsagePurpose::ServerAuth)?, &issuer)?;
        let own = std::fs::read_to_string(&server.cert).map_err(|e| Error::io("read a certificate", e))?;
        write(&server.cert, &(own + &pem))?;
        Ok((server, middle))
    }

    /// This authority's revocation list with these certificates on it, as `<file>.pem`.
    ///
    /// # Errors
    /// [`Error::Certificate`], [`Error::Io`].
    pub fn crl(&self, file: &str, revoked: &[&CertFiles]) -> Result<PathBuf> {
        let now = OffsetDateTime::now_utc();
        self.crl_until(file, revoked, now + time::Duration::DAY)
    }

    /// Likewise, but of the day before yesterday and no longer current since yesterday.
    ///
    /// # Errors
    /// As [`crl`](Self::crl).
    pub fn expired_crl(&self, file: &str, revoked: &[&CertFiles]) -> Result<PathBuf> {
        let now = OffsetDateTime::now_utc();
        self.crl_until(file, revoked, now - time::Duration::DAY)
    }

    fn crl_until(&self, file: &str, revoked: &[&CertFiles], next_update: OffsetDateTime) -> Result<PathBuf> {
        let this_update = next_update - time::Duration::DAY * 2;
        let serials = self.serials.lock().unwrap_or_else(PoisonError::into_inner);
        let revoked_certs = revoked
            .iter()
            .filter_map(|files| serials.get(&files.cert))
            .map(|serial| RevokedCertParams {
                serial_number: SerialNumber::from(*serial),
                revocation_time: this_update,
                reason_code: Some(RevocationReason::KeyCompromise),
                invalidity_date: None,
            })
            .collect();
        let params = CertificateRevocationListParams {
            this_update,
            next_update,
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let path = self.dir.join(format!("{file}.pem"));
        write(&path, &params.signed_by(&self.issuer)?.pem()?)?;
        Ok(path)
    }

    /// Gives the certificate a serial number of its own.
    fn serial(&self, params: &mut CertificateParams) -> u64 {
        let serial = self.next_serial.fetch_add(1, Ordering::Relaxed);
        params.serial_number = Some(SerialNumber::from(serial));
        serial
    }

    fn remember(&self, files: &CertFiles, serial: u64) {
        let mut serials = self.serials.lock().unwrap_or_else(PoisonError::into_inner);
        serials.insert(files.cert.clone(), serial);
    }

    fn issue(&self, file: &str, params: &CertificateParams, by: &Issuer<'static, KeyPair>) -> Result<CertFiles> {
        let mut params = params.clone();
        let (key, serial) = (KeyPair::generate()?, self.serial(&mut params));
        let cert = params.signed_by(&key, by)?;
        let files = self.save(file, &cert.pem(), &key)?;
        self.remember(&files, serial);
        Ok(files)
    }

    fn save(&self, file: &str, cert_pem: &str, key: &KeyPair) -> Result<CertFiles> {
        let files = CertFiles {
            cert: self.dir.join(format!("{file}.pem")),
            key: self.dir.join(format!("{file}.key")),
        };
        write(&files.cert, cert_pem)?;
        write(&files.key, &key.serialize_pem())?;
        Ok(files)
    }
}

/// An authority of a fixed name with a key of its own, and its certificate.
fn authority() -> Result<(Issuer<'static, KeyPair>, String)> {
    let params = authority_params("Test CA");
    let key = KeyPair::generate()?;
    let pem = params.self_signed(&key)?.pem();
    Ok((Issuer::new(params, key), pem))
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    validity(&mut params);
    params
}

fn leaf(names: &[&str], usage: ExtendedKeyUsagePurpose) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>())?;
    if let Some(name) = names.first() {
        params.distinguished_name.push(DnType::CommonName, *name);
    }
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
    params.use_authority_key_identifier_extension = true;
    validity(&mut params);
    Ok(params)
}

/// From yesterday, so that clocks may differ, for 30 days.
fn validity(params: &mut CertificateParams) {
    let now = OffsetDateTime::now_utc();
    params.not_before = now - time::Duration::DAY;
    params.not_after = now + time::Duration::DAY * 30;
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|e| Error::io(format!("write {}", path.display()), e))
}
