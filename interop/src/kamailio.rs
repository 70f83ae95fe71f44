//! Scenarios with Kamailio as registrar and proxy, and with baresip behind it.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use microsip_core::{Account, AccountConfig, CallState, EndedBy, ErrorKind, Transport};
use microsip_testkit::Deadline;
use microsip_testkit::baresip::{Baresip, BaresipAnswer, BaresipOptions, BaresipTransport};
use microsip_testkit::kamailio::{Algorithm, Kamailio, KamailioOptions, LogKind};
use microsip_testkit::process::Spec;

use crate::scenario::{Note, Scenario};
use crate::stage::{
    self, Certificates, Ours, SOON, end_of, is_speech, is_tone, listen, pitch, reach, refused, say, soon, status,
};

const PEER: &str = "Kamailio";
const WITH_PHONE: &str = "Kamailio + baresip";

/// The pitch the phone behind it says.
const BOB_HZ: f64 = 700.0;

const TRANSPORTS: [(Transport, &str); 3] = [
    (Transport::Udp, "UDP"),
    (Transport::Tcp, "TCP"),
    (Transport::Tls, "TLS"),
];

pub fn scenarios() -> Vec<Scenario> {
    let mut list = Vec::new();
    for (transport, name) in TRANSPORTS {
        for (algorithm, digest) in [(Algorithm::Md5, "MD5"), (Algorithm::Sha256, "SHA-256")] {
            let what = format!("register, digest {digest}, unregister");
            list.push(Scenario::new(PEER, name, what, move || register(transport, algorithm)));
        }
    }
    let udp = |name: &str, run: fn() -> Result<Note>| Scenario::new(PEER, "UDP", name, run);
    list.push(udp("register, wrong password: challenged again", || {
        refused_registration(None)
    }));
    list.push(udp("register, wrong password: 403", || refused_registration(Some(403))));
    list.push(udp("register, interval too brief: 423, asked again", too_brief));
    list.push(udp("call to nobody: 404", || no_target("nobody", 404)));
    list.push(udp("call to a user who is away: 480", || no_target("bob", 480)));
    for (transport, name) in TRANSPORTS {
        let run = move || through(transport, false);
        list.push(Scenario::new(
            WITH_PHONE,
            name,
            "call through the proxy, audio both ways, it hangs up",
            run,
        ));
    }
    list.push(Scenario::new(
        WITH_PHONE,
        "UDP",
        "call through the proxy, which asks for credentials (407)",
        || through(Transport::Udp, true),
    ));
    list.push(Scenario::new(
        WITH_PHONE,
        "UDP",
        "it calls us through the proxy, we hang up",
        called,
    ));
    list.push(Scenario::new(WITH_PHONE, "UDP", "CANCEL through the proxy", cancel));
    list.push(Scenario::new(
        WITH_PHONE,
        "UDP",
        "refusal through the proxy: 486",
        refusal,
    ));
    list.push(Scenario::new(
        WITH_PHONE,
        "UDP",
        "nobody answers: the proxy gives up with 408",
        unanswered,
    ));
    list
}

/// The registrar and our endpoint.
struct Stage {
    server: Kamailio,
    ours: Ours,
    transport: Transport,
    certificates: Certificates,
}

impl Stage {
    fn start(transport: Transport, change: impl FnOnce(KamailioOptions) -> KamailioOptions) -> Result<Self> {
        let certificates = Certificates::new()?;
        let mut options = KamailioOptions::new()
            .user("alice", "alice-secret")
            .user("bob", "bob-secret");
        if transport == Transport::Tls {
            options = options.tls(certificates.localhost()?);
        }
        let server = Kamailio::start(change(options))?;
        let ours = Ours::start(stage::config().codecs("PCMU")?.tls(certificates.ours()?))?;
        Ok(Self {
            server,
            ours,
            transport,
            certificates,
        })
    }

    fn addr(&self) -> Result<SocketAddr> {
        match self.transport {
            Transport::Tls => self.server.tls_addr().context("the server has no TLS"),
            _ => Ok(self.server.udp_addr()),
        }
    }

    fn alice(&self) -> Result<Account> {
        self.ours
            .registered("alice", "alice-secret", self.addr()?, self.transport, |account| account)
    }

    fn uri(&self, user: &str) -> Result<String> {
        Ok(format!("sip:{user}@{}", self.addr()?))
    }

    /// baresip, registered over the same transport.
    fn bob(&self, answer: BaresipAnswer) -> Result<Baresip> {
        let options = BaresipOptions::new("bob")
            .registrar(self.addr()?, "bob-secret")
            .transport(match self.transport {
                Transport::Tls => BaresipTransport::Tls,
                Transport::Tcp => BaresipTransport::Tcp,
                _ => BaresipTransport::Udp,
            })
            .tls(self.certificates.localhost()?)
            .ca_cert(self.certificates.ca_cert())
            .answer(answer)
            .codecs(&["pcmu"])
            .plays(pitch(BOB_HZ));
        let mut bob = Baresip::start(options)?;
        bob.wait_registered(soon())?;
        Ok(bob)
    }

    fn close(self, detail: impl Into<String>) -> Result<Note> {
        self.ours.close()?;
        Ok(Note::new(version()?, detail))
    }
}

/// What `kamailio -v` says.
fn version() -> Result<String> {
    let (_, output) = Spec::installed("kamailio", "kamailio")?
        .arg("-v")
        .run(Deadline::secs(10))?;
    let text = output.to_string();
    let version = text
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    Ok(version
        .with_context(|| format!("kamailio -v says {text:?}"))?
        .to_owned())
}

fn register(transport: Transport, algorithm: Algorithm) -> Result<Note> {
    let stage = Stage::start(transport, |options| options.algorithm(algorithm))?;
    let alice = stage.alice()?;
    let bindings = stage.server.wait_registered("alice", 1, soon())?;
    let wanted = match algorithm {
        Algorithm::Md5 => "MD5",
        Algorithm::Sha256 => "SHA-256",
    };
    stage.server.wait_log(
        |e| e.method() == "REGISTER" && e.auth_algorithm() == Some(wanted),
        soon(),
    )?;
    alice.unregister()?;
    alice.wait_unregistered(SOON)?;
    stage.server.wait_registered("alice", 0, soon())?;
    stage.close(format!("for {} s", bindings[0].expires))
}

fn refused_registration(code: Option<u16>) -> Result<Note> {
    let stage = Stage::start(Transport::Udp, |options| options.bad_credentials(code))?;
    let Err(error) = stage
        .ours
        .registered("alice", "wrong", stage.addr()?, Transport::Udp, |account| account)
    else {
        bail!("it was accepted");
    };
    let kind = error
        .downcast_ref::<microsip_core::Error>()
        .map(microsip_core::Error::kind);
    ensure!(
        kind == Some(ErrorKind::Auth),
        "the error is no refusal of credentials: {error:#}"
    );
    let tries = stage
        .server
        .log()
        .iter()
        .filter(|e| e.kind == LogKind::Request && e.method() == "REGISTER")
        .count();
    ensure!(tries <= 3, "{tries} REGISTERs were sent before giving up");
    stage.close(format!("told as `{}` after {tries} requests", ErrorKind::Auth.name()))
}

fn too_brief() -> Result<Note> {
    let stage = Stage::start(Transport::Udp, |options| options.min_expires(Duration::from_secs(120)))?;
    let brief = |account: AccountConfig| account.expires(Duration::from_secs(30));
    stage
        .ours
        .registered("alice", "alice-secret", stage.addr()?, Transport::Udp, brief)?;
    let bindings = stage.server.wait_registered("alice", 1, soon())?;
    ensure!(
        (110..=120).contains(&bindings[0].expires),
        "registered for {} s",
        bindings[0].expires
    );
    stage.close("registered for the server's 120 s")
}

fn no_target(user: &str, code: u16) -> Result<Note> {
    let stage = Stage::start(Transport::Udp, |options| options)?;
    let call = stage.alice()?.call(&stage.uri(user)?)?;
    refused(&call, code)?;
    stage.close("")
}

fn through(transport: Transport, challenged: bool) -> Result<Note> {
    let mut stage = Stage::start(transport, |options| options.authenticate_calls(challenged))?;
    let mut bob = stage.bob(BaresipAnswer::Manual)?;
    let call = stage.alice()?.call(&stage.uri("bob")?)?;
    bob.wait_event("CALL_INCOMING", soon())?;
    reach(&call, CallState::Early)?;
    bob.accept()?;
    reach(&call, CallState::Confirmed)?;
    bob.wait_event("CALL_ESTABLISHED", soon())?;
    is_tone(&listen(&stage.ours, &call, "bob", Duration::from_millis(1200))?, BOB_HZ)?;
    say(&stage.ours, &call)?;
    bob.hang_up()?;
    let end = end_of(&call)?;
    ensure!(end.by == EndedBy::Remote, "ended by {}", end.by.name());
    bob.wait_event("CALL_CLOSED", soon())?;
    if challenged {
        ensure!(stage.ours.wire("incoming SIP/2.0 407", ""), "there was no 407");
    }
    let heard = is_speech(bob.heard()?.last().context("it recorded nothing")?, 0.95)?;
    stage.close(heard.to_string())
}

fn called() -> Result<Note> {
    let mut stage = Stage::start(Transport::Udp, |options| options)?;
    let _alice = stage.alice()?;
    let mut bob = stage.bob(BaresipAnswer::Manual)?;
    bob.dial(&stage.uri("alice")?)?;
    let call = stage.ours.incoming()?;
    call.answer(status(180)?)?;
    bob.wait_event("CALL_RINGING", soon())?;
    call.answer(status(200)?)?;
    reach(&call, CallState::Confirmed)?;
    bob.wait_event("CALL_ESTABLISHED", soon())?;
    is_tone(&listen(&stage.ours, &call, "bob", Duration::from_millis(1200))?, BOB_HZ)?;
    call.hang_up()?;
    bob.wait_event("CALL_CLOSED", soon())?;
    stage.server.wait_log(|e| e.method() == "BYE", soon())?;
    stage.close("the BYE took the recorded route")
}

fn cancel() -> Result<Note> {
    let stage = Stage::start(Transport::Udp, |options| options)?;
    let mut bob = stage.bob(BaresipAnswer::Manual)?;
    let call = stage.alice()?.call(&stage.uri("bob")?)?;
    bob.wait_event("CALL_INCOMING", soon())?;
    reach(&call, CallState::Early)?;
    call.hang_up()?;
    refused(&call, 487)?;
    bob.wait_event("CALL_CLOSED", soon())?;
    stage.close("")
}

fn refusal() -> Result<Note> {
    let stage = Stage::start(Transport::Udp, |options| options)?;
    let mut bob = stage.bob(BaresipAnswer::Manual)?;
    let call = stage.alice()?.call(&stage.uri("bob")?)?;
    bob.wait_event("CALL_INCOMING", soon())?;
    bob.hang_up()?;
    refused(&call, 486)?;
    stage.close("")
}

fn unanswered() -> Result<Note> {
    let stage = Stage::start(Transport::Udp, |options| options.ring_timeout(Duration::from_secs(2)))?;
    let mut bob = stage.bob(BaresipAnswer::Manual)?;
    let call = stage.alice()?.call(&stage.uri("bob")?)?;
    bob.wait_event("CALL_INCOMING", soon())?;
    let end = refused(&call, 408)?;
    ensure!(end.by == EndedBy::Remote, "ended by {}", end.by.name());
    bob.wait_event("CALL_CLOSED", soon())?;
    stage.close("")
}
