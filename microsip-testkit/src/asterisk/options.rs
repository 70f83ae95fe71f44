//! What an Asterisk for a test shall be like.

use std::path::PathBuf;

use crate::ca::CertFiles;

/// How a user's media is encrypted. Asterisk then insists on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AsteriskSrtp {
    /// Plain RTP.
    #[default]
    Off,
    /// Keys in the SDP (RFC 4568).
    Sdes,
    /// Keys in the SDP if the peer can, else plain RTP.
    SdesOptional,
    /// Keys by DTLS on the media path (RFC 5764), by a certificate Asterisk makes.
    Dtls,
}

/// Three-valued extensions of SIP: session timers and reliable provisional responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AsteriskUse {
    /// Not used.
    No,
    /// Used if the peer supports it.
    #[default]
    Supported,
    /// Demanded of the peer.
    Required,
    /// Session timers only: used whether the peer supports it or not.
    Always,
}

/// How Asterisk sends and takes a user's digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AsteriskDtmf {
    /// RTP events (RFC 4733).
    #[default]
    Rtp,
    /// Tones in the audio.
    Inband,
    /// SIP INFO.
    Info,
    /// RTP events if offered, else tones.
    Auto,
}

/// A user: endpoint, authentication and address of record in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsteriskUser {
    pub(super) name: String,
    pub(super) password: String,
    pub(super) srtp: AsteriskSrtp,
    pub(super) ice: bool,
    pub(super) codecs: String,
    pub(super) dtmf: AsteriskDtmf,
    pub(super) timers: AsteriskUse,
    pub(super) rel100: AsteriskUse,
    pub(super) direct_media: bool,
    pub(super) digest: Option<String>,
    pub(super) more: Vec<(String, String)>,
}

impl AsteriskUser {
    /// A user who registers and calls with this password: plain RTP, G.711, G.722, GSM, speex and Opus, RTP events, no ICE, media
    /// through Asterisk.
    #[must_use]
    pub fn new(name: &str, password: &str) -> Self {
        Self {
            name: name.to_owned(),
            password: password.to_owned(),
            srtp: AsteriskSrtp::Off,
            ice: false,
            codecs: "ulaw,alaw,g722,gsm,speex,speex16,opus".to_owned(),
            dtmf: AsteriskDtmf::Rtp,
            timers: AsteriskUse::Supported,
            rel100: AsteriskUse::Supported,
            direct_media: false,
            digest: None,
            more: Vec::new(),
        }
    }

    /// How the user's media is encrypted.
    #[must_use]
    pub fn srtp(mut self, srtp: AsteriskSrtp) -> Self {
        self.srtp = srtp;
        self
    }

    /// Whether ICE is used.
    #[must_use]
    pub fn ice(mut self, on: bool) -> Self {
        self.ice = on;
        self
    }

    /// The codecs by Asterisk's names, preferred one first: `ulaw,alaw,g722,gsm,speex,speex16,opus`.
    #[must_use]
    pub fn codecs(mut self, list: &str) -> Self {
        self.codecs = list.to_owned();
        self
    }

    /// How digits travel.
    #[must_use]
    pub fn dtmf(mut self, how: AsteriskDtmf) -> Self {
        self.dtmf = how;
        self
    }

    /// Session timers (RFC 4028).
    #[must_use]
    pub fn timers(mut self, how: AsteriskUse) -> Self {
        self.timers = how;
        self
    }

    /// Reliable provisional responses (RFC 3262).
    #[must_use]
    pub fn rel100(mut self, how: AsteriskUse) -> Self {
        self.rel100 = how;
        self
    }

    /// Whether Asterisk re-INVITEs the two parties of a call so that media flows between them.
    #[must_use]
    pub fn direct_media(mut self, on: bool) -> Self {
        self.direct_media = on;
        self
    }

    /// Digest algorithms of challenges, such as `SHA-256`; Asterisk's default is MD5.
    #[must_use]
    pub fn digest(mut self, algorithms: &str) -> Self {
        self.digest = Some(algorithms.to_owned());
        self
    }

    /// Any other setting of the endpoint in pjsip.conf.
    #[must_use]
    pub fn set(mut self, key: &str, value: &str) -> Self {
        self.more.push((key.to_owned(), value.to_owned()));
        self
    }
}

/// How Asterisk shall behave. Every setter takes and returns the options.
#[derive(Debug, Clone)]
pub struct AsteriskOptions {
    pub(super) root: Option<PathBuf>,
    pub(super) users: Vec<AsteriskUser>,
    pub(super) tls: Option<CertFiles>,
    pub(super) dialplan: String,
    pub(super) pjsip: String,
    pub(super) rtp_ports: u16,
}

impl Default for AsteriskOptions {
    fn default() -> Self {
        Self {
            root: None,
            users: Vec::new(),
            tls: None,
            dialplan: String::new(),
            pjsip: String::new(),
            rtp_ports: 60,
        }
    }
}

impl AsteriskOptions {
    /// UDP and TCP on 127.0.0.1, no users.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Users `alice`, `bob` and `carol`, each with the password `<name>-secret`, made by `make` from their plain form.
    #[must_use]
    pub fn usual_users(mut self, make: impl Fn(AsteriskUser) -> AsteriskUser) -> Self {
        for name in ["alice", "bob", "carol"] {
            self.users
                .push(make(AsteriskUser::new(name, &format!("{name}-secret"))));
        }
        self
    }

    /// Adds a user. Letters, digits and `-` only.
    #[must_use]
    pub fn user(mut self, user: AsteriskUser) -> Self {
        self.users.push(user);
        self
    }

    /// The folder of unpacked packages (see [`unpacked`](crate::unpacked)); by default the one `MICROSIP_PEERS` names, else an
    /// installed Asterisk is run.
    #[must_use]
    pub fn root(mut self, dir: impl Into<PathBuf>) -> Self {
        self.root = Some(dir.into());
        self
    }

    /// Listens for TLS (1.2 and later) with the certificate.
    #[must_use]
    pub fn tls(mut self, files: CertFiles) -> Self {
        self.tls = Some(files);
        self
    }

    /// Lines to be added to the context `tests` of extensions.conf.
    #[must_use]
    pub fn dialplan(mut self, lines: &str) -> Self {
        self.dialplan.push_str(lines);
        self.dialplan.push('\n');
        self
    }

    /// Text to be added to pjsip.conf.
    #[must_use]
    pub fn pjsip(mut self, text: &str) -> Self {
        self.pjsip.push_str(text);
        self.pjsip.push('\n');
        self
    }

    /// How many ports there are for RTP and RTCP (default 60: fifteen calls of two legs).
    #[must_use]
    pub fn rtp_ports(mut self, count: u16) -> Self {
        self.rtp_ports = count;
        self
    }
}
