//! Scenarios with baresip, phone to phone.

mod calls;
mod media;
mod session;
mod transfer;

use anyhow::{Context as _, Result};
use microsip_core::{Account, AccountConfig, Call, CallState, EndpointConfig, Transport};
use microsip_testkit::baresip::{Baresip, BaresipOptions, BaresipTransport};
use microsip_testkit::unpacked::Root;

use crate::scenario::{Note, Scenario};
use crate::stage::{self, Certificates, Ours, Transcript, end_of, pitch, reach, soon};

/// The peer's names in the table: the one of this Debian, and the newer one that is unpacked.
const PEER: &str = "baresip";
const NEWER: &str = "baresip (sid)";

/// The pitch it says.
const PITCH_HZ: f64 = 700.0;

const TRANSPORTS: [(Transport, &str); 3] = [
    (Transport::Udp, "UDP"),
    (Transport::Tcp, "TCP"),
    (Transport::Tls, "TLS"),
];

pub fn scenarios() -> Vec<Scenario> {
    [
        calls::scenarios(),
        media::scenarios(),
        session::scenarios(),
        transfer::scenarios(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The other phone and our account.
struct Pair {
    bob: Baresip,
    ours: Ours,
    us: Account,
    transport: Transport,
    transcript: Transcript,
    _certificates: Certificates,
}

/// What differs from a plain pair.
#[derive(Clone, Copy)]
struct Setup {
    peer: &'static str,
    transport: Transport,
    phone: fn(BaresipOptions) -> BaresipOptions,
    account: fn(AccountConfig) -> AccountConfig,
    config: fn(EndpointConfig) -> Result<EndpointConfig>,
}

/// UDP, PCMU, nothing encrypted; it rings.
const PLAIN: Setup = Setup {
    peer: PEER,
    transport: Transport::Udp,
    phone: |phone| phone,
    account: |account| account,
    config: |config| Ok(config.codecs("PCMU")?),
};

impl Pair {
    fn start(setup: Setup) -> Result<Self> {
        Self::with(setup, setup.config, setup.phone, setup.account)
    }

    /// With settings that carry data, which those of a [`Setup`] cannot.
    fn with(
        setup: Setup,
        config: impl FnOnce(EndpointConfig) -> Result<EndpointConfig>,
        phone: impl FnOnce(BaresipOptions) -> BaresipOptions,
        account: impl FnOnce(AccountConfig) -> AccountConfig,
    ) -> Result<Self> {
        let certificates = Certificates::new()?;
        let ours = Ours::start(config(stage::config())?.tls(certificates.ours()?))?;
        let us = ours.local("us", |plain| account(plain.transport(setup.transport)))?;
        let options = BaresipOptions::new("bob")
            .transport(match setup.transport {
                Transport::Tls => BaresipTransport::Tls,
                Transport::Tcp => BaresipTransport::Tcp,
                _ => BaresipTransport::Udp,
            })
            .tls(certificates.localhost()?)
            .ca_cert(certificates.ca_cert())
            .plays(pitch(PITCH_HZ));
        let options = match setup.peer {
            NEWER => options.root(
                Root::from_env()?
                    .context("no folder of unpacked packages is named")?
                    .dir(),
            ),
            _ => options,
        };
        let bob = Baresip::start(phone(options))?;
        let transcript = Transcript::of("baresip", bob.output());
        Ok(Self {
            bob,
            ours,
            us,
            transport: setup.transport,
            transcript,
            _certificates: certificates,
        })
    }

    /// Its URI over the pair's transport.
    fn bobs_uri(&self) -> String {
        match self.transport {
            Transport::Tls => format!("sip:bob@{};transport=tls", self.bob.tls_addr()),
            Transport::Tcp => format!("{};transport=tcp", self.bob.uri()),
            _ => self.bob.uri(),
        }
    }

    /// Ours.
    fn our_uri(&self) -> Result<String> {
        let addr = self.ours.addr(self.transport)?;
        Ok(format!(
            "sip:us@{addr};transport={}",
            self.transport.name().to_lowercase()
        ))
    }

    fn call(&self) -> Result<Call> {
        Ok(self.us.call(&self.bobs_uri())?)
    }

    /// We call and it answers.
    fn answered(&mut self) -> Result<Call> {
        let call = self.call()?;
        self.bob.wait_event("CALL_INCOMING", soon())?;
        self.bob.accept()?;
        reach(&call, CallState::Confirmed)?;
        self.bob.wait_event("CALL_ESTABLISHED", soon())?;
        Ok(call)
    }

    /// It calls, and we answer.
    fn called(&mut self) -> Result<Call> {
        let uri = self.our_uri()?;
        self.bob.dial(&uri)?;
        let call = self.ours.incoming()?;
        call.answer(stage::status(200)?)?;
        reach(&call, CallState::Confirmed)?;
        self.bob.wait_event("CALL_ESTABLISHED", soon())?;
        Ok(call)
    }

    /// We hang up; both sides see the end.
    fn finish(mut self, call: &Call, detail: impl Into<String>) -> Result<Note> {
        if !call.info().is_ended() {
            call.hang_up()?;
            self.bob.wait_event("CALL_CLOSED", soon())?;
            end_of(call)?;
        }
        self.close(detail)
    }

    fn close(self, detail: impl Into<String>) -> Result<Note> {
        let note = Note::new(self.bob.version(), detail);
        self.ours.close()?;
        self.transcript.well();
        Ok(note)
    }
}
