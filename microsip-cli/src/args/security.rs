//! Options of `microsip run` about TLS and SRTP, beyond those that `demo` has as well.

use std::path::PathBuf;

use clap::Args;
use microsip_core::{SrtpKeying, SrtpSuite, TlsPin, TlsVersion};

use super::values;

/// Whom we trust, who we are to others, and how media is encrypted.
#[derive(Debug, Args)]
#[command(next_help_heading = "TLS and SRTP")]
pub struct SecurityArgs {
    /// Folder of trusted certificate authorities, PEM, and of revocation lists.
    #[arg(long, value_name = "DIR")]
    pub tls_ca_dir: Option<PathBuf>,

    /// Revocation list, PEM; may be given several times. With any, a peer is refused whose authority has no list here.
    #[arg(long, value_name = "FILE")]
    pub tls_crl: Vec<PathBuf>,

    /// Our own certificate chain, PEM; needed to be called over TLS.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// The private key of --tls-cert, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// Accepts the peer with this certificate whatever else speaks against it: its SHA-256 fingerprint, or that of its key as
    /// sha256//BASE64; may be given several times.
    #[arg(long, value_name = "FINGERPRINT", value_parser = values::parsed::<TlsPin>)]
    pub tls_pin: Vec<TlsPin>,

    /// Oldest version of TLS that is spoken; default: 1.2.
    #[arg(long, value_name = "1.2|1.3", value_parser = values::parsed::<TlsVersion>)]
    pub tls_min: Option<TlsVersion>,

    /// Name that servers' certificates must have, in place of the host in the URI.
    #[arg(long, value_name = "NAME")]
    pub tls_server_name: Option<String>,

    /// Cipher of TLS by OpenSSL's name; may be given several times, the preferred one first. Default: OpenSSL's choice.
    #[arg(long, value_name = "NAME")]
    pub tls_cipher: Vec<String>,

    /// Lets nobody connect who presents no certificate that we accept.
    #[arg(long)]
    pub tls_require_client: bool,

    /// How encrypted media gets its keys: the first is offered, all are accepted. Default: sdes, then dtls.
    #[arg(long, value_name = "sdes|dtls", value_parser = values::parsed::<SrtpKeying>)]
    pub srtp_keying: Vec<SrtpKeying>,

    /// Cipher of encrypted media, such as AEAD_AES_256_GCM; may be given several times, the preferred one first. No others are
    /// accepted.
    #[arg(long, value_name = "NAME", value_parser = values::parsed::<SrtpSuite>)]
    pub srtp_suite: Vec<SrtpSuite>,
}
