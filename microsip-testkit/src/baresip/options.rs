//! What a baresip for a test shall be like.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::audio::Audio;
use crate::ca::CertFiles;

/// What baresip does with an incoming call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BaresipAnswer {
    /// It rings (180) until [`accept`](super::Baresip::accept) or [`hang_up`](super::Baresip::hang_up).
    #[default]
    Manual,
    /// Early media (183) until then.
    Early,
    /// It answers at once.
    Auto,
}

/// How baresip encrypts media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BaresipSrtp {
    /// Plain RTP.
    #[default]
    Off,
    /// SDES keys offered beside plain RTP (`srtp`).
    Optional,
    /// Only encrypted, RTP/SAVP (`srtp-mand`).
    Sdes,
    /// Only encrypted, RTP/SAVPF (`srtp-mandf`).
    SdesFeedback,
    /// DTLS-SRTP.
    Dtls,
}

/// How SIP travels from baresip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BaresipTransport {
    /// UDP.
    #[default]
    Udp,
    /// TCP.
    Tcp,
    /// TLS.
    Tls,
}

impl BaresipTransport {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
        }
    }
}

/// How baresip shall behave. Every setter takes and returns the options.
#[derive(Debug, Clone)]
pub struct BaresipOptions {
    pub(super) user: String,
    pub(super) registrar: Option<SocketAddr>,
    pub(super) password: Option<String>,
    pub(super) transport: BaresipTransport,
    pub(super) answer: BaresipAnswer,
    pub(super) srtp: BaresipSrtp,
    pub(super) ice: bool,
    pub(super) codecs: Vec<String>,
    pub(super) plays: Option<Audio>,
    pub(super) tls: Option<CertFiles>,
    pub(super) ca_cert: Option<PathBuf>,
    pub(super) account: String,
    pub(super) config: String,
    pub(super) root: Option<PathBuf>,
}

impl BaresipOptions {
    /// A user without registrar who rings, speaks G.711, G.722, GSM and Opus over plain RTP, and sends silence.
    #[must_use]
    pub fn new(user: &str) -> Self {
        Self {
            user: user.to_owned(),
            registrar: None,
            password: None,
            transport: BaresipTransport::Udp,
            answer: BaresipAnswer::Manual,
            srtp: BaresipSrtp::Off,
            ice: false,
            codecs: Vec::new(),
            plays: None,
            tls: None,
            ca_cert: None,
            account: String::new(),
            config: String::new(),
            root: None,
        }
    }

    /// Registers there with the password; calls go there, too.
    #[must_use]
    pub fn registrar(mut self, addr: SocketAddr, password: &str) -> Self {
        self.registrar = Some(addr);
        self.password = Some(password.to_owned());
        self
    }

    /// How SIP travels.
    #[must_use]
    pub fn transport(mut self, transport: BaresipTransport) -> Self {
        self.transport = transport;
        self
    }

    /// What happens to incoming calls.
    #[must_use]
    pub fn answer(mut self, answer: BaresipAnswer) -> Self {
        self.answer = answer;
        self
    }

    /// How media is encrypted.
    #[must_use]
    pub fn srtp(mut self, srtp: BaresipSrtp) -> Self {
        self.srtp = srtp;
        self
    }

    /// Whether ICE is used.
    #[must_use]
    pub fn ice(mut self, on: bool) -> Self {
        self.ice = on;
        self
    }

    /// The codecs, preferred one first, by baresip's names: `pcmu`, `pcma`, `g722`, `gsm`, `opus`. Default: all of them.
    #[must_use]
    pub fn codecs(mut self, names: &[&str]) -> Self {
        self.codecs = names.iter().map(|&name| name.to_owned()).collect();
        self
    }

    /// What it says in every call, once.
    #[must_use]
    pub fn plays(mut self, audio: Audio) -> Self {
        self.plays = Some(audio);
        self
    }

    /// Its own certificate and key.
    #[must_use]
    pub fn tls(mut self, files: CertFiles) -> Self {
        self.tls = Some(files);
        self
    }

    /// The authority whose certificates it trusts (PEM).
    #[must_use]
    pub fn ca_cert(mut self, file: impl Into<PathBuf>) -> Self {
        self.ca_cert = Some(file.into());
        self
    }

    /// More parameters of the account, such as `;call_transfer=no`.
    #[must_use]
    pub fn account(mut self, params: &str) -> Self {
        self.account.push_str(params);
        self
    }

    /// More lines of the configuration.
    #[must_use]
    pub fn config(mut self, lines: &str) -> Self {
        self.config.push_str(lines);
        self.config.push('\n');
        self
    }

    /// Runs the baresip of a folder of unpacked packages (see [`unpacked`](crate::unpacked)) instead of the installed one.
    #[must_use]
    pub fn root(mut self, dir: impl Into<PathBuf>) -> Self {
        self.root = Some(dir.into());
        self
    }
}
