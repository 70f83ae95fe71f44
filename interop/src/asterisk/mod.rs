//! Scenarios with Asterisk 22.

mod answers;
mod digits;
mod features;
mod media;
mod policy;
mod registration;
mod session;
mod transfer;

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use microsip_core::{Account, AccountConfig, Call, CallState, EndpointConfig, Transport};
use microsip_testkit::asterisk::{Asterisk, AsteriskOptions, AsteriskUser};
use microsip_testkit::baresip::{Baresip, BaresipAnswer, BaresipOptions};

use crate::scenario::{Note, Scenario};
use crate::stage::{self, Certificates, Ours, Transcript, reach, soon};

/// The peer's name in the table.
const PEER: &str = "Asterisk";
/// With a phone behind it.
const WITH_PHONE: &str = "Asterisk + baresip";

/// Transports that SIP is tried over.
const TRANSPORTS: [(Transport, &str); 3] = [
    (Transport::Udp, "UDP"),
    (Transport::Tcp, "TCP"),
    (Transport::Tls, "TLS"),
];

pub fn scenarios() -> Vec<Scenario> {
    [
        registration::scenarios(),
        answers::scenarios(),
        media::scenarios(),
        digits::scenarios(),
        policy::scenarios(),
        features::scenarios(),
        transfer::scenarios(),
        session::scenarios(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A PBX and our account at it.
struct Pair {
    pbx: Asterisk,
    ours: Ours,
    alice: Account,
    transport: Transport,
    transcript: Transcript,
    // Files of the PBX's certificate.
    _certificates: Option<Certificates>,
}

/// What differs from a plain pair.
#[derive(Clone, Copy)]
struct Setup {
    transport: Transport,
    user: fn(AsteriskUser) -> AsteriskUser,
    account: fn(AccountConfig) -> AccountConfig,
    config: fn(EndpointConfig) -> Result<EndpointConfig>,
}

/// UDP, PCMU, nothing encrypted.
const PLAIN: Setup = Setup {
    transport: Transport::Udp,
    user: |user| user,
    account: |account| account,
    config: |config| Ok(config.codecs("PCMU")?),
};

impl Pair {
    /// Starts both, and registers us as alice.
    fn start(setup: Setup) -> Result<Self> {
        Self::with(setup, setup.config, setup.user)
    }

    fn with(
        setup: Setup,
        config: impl FnOnce(EndpointConfig) -> Result<EndpointConfig>,
        user: impl Fn(AsteriskUser) -> AsteriskUser,
    ) -> Result<Self> {
        Self::with_all(setup, config, user, setup.account)
    }

    /// With settings that carry data, which those of a [`Setup`] cannot.
    fn with_all(
        setup: Setup,
        config: impl FnOnce(EndpointConfig) -> Result<EndpointConfig>,
        user: impl Fn(AsteriskUser) -> AsteriskUser,
        account: impl FnOnce(AccountConfig) -> AccountConfig,
    ) -> Result<Self> {
        let mut config = config(stage::config())?;
        let mut options = AsteriskOptions::new().usual_users(user);
        let mut certificates = None;
        if setup.transport == Transport::Tls {
            let made = certificates.insert(Certificates::new()?);
            options = options.tls(made.localhost()?);
            config = config.tls(made.ours()?);
        }
        let pbx = Asterisk::start(options)?;
        let ours = Ours::start(config)?;
        let server = server(&pbx, setup.transport)?;
        let alice = ours.registered("alice", "alice-secret", server, setup.transport, account)?;
        let transcript = Transcript::of("Asterisk", pbx.output());
        Ok(Self {
            pbx,
            ours,
            alice,
            transport: setup.transport,
            transcript,
            _certificates: certificates,
        })
    }

    fn uri(&self, number: &str) -> Result<String> {
        Ok(format!("sip:{number}@{}", server(&self.pbx, self.transport)?))
    }

    /// Calls a number.
    fn call(&self, number: &str) -> Result<Call> {
        Ok(self.alice.call(&self.uri(number)?)?)
    }

    /// Calls a number, which answers.
    fn answered(&self, number: &str) -> Result<Call> {
        let call = self.call(number)?;
        reach(&call, CallState::Confirmed)?;
        Ok(call)
    }

    /// Hangs up, sees that nothing is left at the PBX, closes.
    fn finish(self, call: &Call, detail: impl Into<String>) -> Result<Note> {
        if !call.info().is_ended() {
            call.hang_up()?;
        }
        self.pbx
            .wait_channels(0, soon())
            .context("our BYE should have ended everything at the PBX")?;
        self.close(detail)
    }

    fn close(self, detail: impl Into<String>) -> Result<Note> {
        let note = Note::new(self.pbx.version()?, detail);
        self.ours.close()?;
        self.transcript.well();
        Ok(note)
    }
}

fn server(pbx: &Asterisk, transport: Transport) -> Result<SocketAddr> {
    match transport {
        Transport::Tls => pbx.tls_addr().context("the PBX has no TLS"),
        _ => Ok(pbx.udp_addr()),
    }
}

/// baresip registered at the PBX as this user, saying a tone.
fn phone(pbx: &Asterisk, user: &str, says_hz: f64, answer: BaresipAnswer) -> Result<Baresip> {
    let options = BaresipOptions::new(user)
        .registrar(pbx.udp_addr(), &format!("{user}-secret"))
        .answer(answer)
        .codecs(&["pcmu"])
        .plays(stage::pitch(says_hz));
    let mut phone = Baresip::start(options)?;
    phone.wait_registered(soon())?;
    Ok(phone)
}
