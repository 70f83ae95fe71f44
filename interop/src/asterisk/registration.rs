//! Registering at Asterisk.

use anyhow::{Result, bail, ensure};
use microsip_core::{AccountConfig, ErrorKind, Transport};
use microsip_testkit::asterisk::{Asterisk, AsteriskOptions, AsteriskUser};

use super::{PEER, PLAIN, Pair, Setup, TRANSPORTS};
use crate::scenario::{Note, Scenario};
use crate::stage::{self, Certificates, Ours, SOON, soon};

pub fn scenarios() -> Vec<Scenario> {
    let mut list: Vec<Scenario> = TRANSPORTS
        .map(|(transport, name)| {
            Scenario::new(PEER, name, "register, digest MD5, unregister", move || {
                register(transport)
            })
        })
        .into();
    list.push(Scenario::new(PEER, "UDP", "register, digest SHA-256", || {
        digest("SHA-256")
    }));
    list.push(Scenario::new(
        PEER,
        "UDP",
        "register, digests SHA-256 and MD5 offered",
        || digest("SHA-256,MD5"),
    ));
    list.push(Scenario::new(PEER, "UDP", "register, wrong password", wrong_password));
    list.push(Scenario::new(PEER, "UDP", "register, unknown user", unknown_user));
    list.push(Scenario::new(
        PEER,
        "TLS",
        "register, certificate of an unknown authority",
        untrusted,
    ));
    list
}

fn register(transport: Transport) -> Result<Note> {
    let pair = Pair::start(Setup { transport, ..PLAIN })?;
    let contacts = pair.pbx.wait_registered("alice", 1, soon())?;
    let kind = format!(";transport={}", transport.name());
    ensure!(
        transport == Transport::Udp || contacts[0].to_lowercase().contains(&kind),
        "the contact {} does not say {kind}",
        contacts[0]
    );
    pair.alice.unregister()?;
    pair.alice.wait_unregistered(SOON)?;
    pair.pbx.wait_registered("alice", 0, soon())?;
    pair.close("")
}

fn digest(algorithms: &str) -> Result<Note> {
    let user = AsteriskUser::new("alice", "alice-secret").digest(algorithms);
    let pbx = Asterisk::start(AsteriskOptions::new().user(user))?;
    let ours = Ours::start(stage::config())?;
    ours.registered("alice", "alice-secret", pbx.udp_addr(), Transport::Udp, |a| a)?;
    let answered = |line: &str| line.starts_with("Authorization: Digest") && line.contains("algorithm=SHA-256");
    ensure!(
        pbx.output().wait_from(0, answered, soon()).is_some(),
        "our answer to the challenge is not by SHA-256: {:?}",
        pbx.output().matching("Authorization: Digest")
    );
    let note = Note::new(pbx.version()?, "answered by SHA-256");
    ours.close()?;
    Ok(note)
}

fn failure(user: &str, password: &str) -> Result<Note> {
    let pbx = Asterisk::start(AsteriskOptions::new().usual_users(|user| user))?;
    let mut ours = Ours::start(stage::config())?;
    let Err(error) = ours.registered(user, password, pbx.udp_addr(), Transport::Udp, |a| a) else {
        bail!("it was accepted");
    };
    let kind = error
        .downcast_ref::<microsip_core::Error>()
        .map(microsip_core::Error::kind);
    ensure!(
        kind == Some(ErrorKind::Auth),
        "the error is no refusal of credentials: {error:#}"
    );
    let tries = ours
        .messages()
        .iter()
        .filter(|(line, _)| line.starts_with("outgoing REGISTER"))
        .count();
    ensure!(tries <= 3, "{tries} REGISTERs were sent before giving up");
    ensure!(pbx.registered(user)?.is_empty());
    let note = Note::new(pbx.version()?, format!("told as `{}`", ErrorKind::Auth.name()));
    ours.close()?;
    Ok(note)
}

fn wrong_password() -> Result<Note> {
    failure("alice", "wrong")
}

fn unknown_user() -> Result<Note> {
    failure("nobody", "any")
}

fn untrusted() -> Result<Note> {
    let (theirs, trusted) = (Certificates::new()?, Certificates::new()?);
    let pbx = Asterisk::start(AsteriskOptions::new().usual_users(|user| user).tls(theirs.localhost()?))?;
    let ours = Ours::start(stage::config().tls(trusted.ours()?))?;
    let server = super::server(&pbx, Transport::Tls)?;
    let config = AccountConfig::new(format!("sip:alice@{server}"))
        .registrar(format!("sip:{server}"))
        .credentials("alice", "alice-secret")
        .transport(Transport::Tls);
    let account = ours.endpoint.add_account(config)?;
    let Err(error) = account.wait_registered(SOON) else {
        bail!("it was trusted");
    };
    ensure!(error.kind() == ErrorKind::Tls, "the error is none of TLS: {error}");
    let refusal = error
        .tls_refusal()
        .map(microsip_core::TlsRefusal::name)
        .unwrap_or_default();
    ensure!(refusal == "untrusted", "the refusal is told as {refusal:?}");
    let note = Note::new(pbx.version()?, format!("told as `{refusal}`"));
    ours.close()?;
    Ok(note)
}
