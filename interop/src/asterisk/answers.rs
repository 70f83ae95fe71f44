//! How calls begin and end with Asterisk.

use anyhow::{Result, ensure};
use microsip_core::{CallEnd, CallOptions, CallState, EndedBy, Reason, RedirectPolicy, RejectOptions, Transport};
use microsip_testkit::asterisk::HOLD_TONE_HZ;
use std::time::Duration;

use super::{PEER, PLAIN, Pair, Setup, TRANSPORTS};
use crate::scenario::{Note, Scenario};
use crate::stage::{echo, end_of, is_tone, listen, reach, refused, soon, status};

pub fn scenarios() -> Vec<Scenario> {
    let mut list: Vec<Scenario> = Vec::new();
    for (transport, name) in TRANSPORTS {
        list.push(Scenario::new(PEER, name, "call, echo heard, we hang up", move || {
            call(transport)
        }));
        list.push(Scenario::new(
            PEER,
            name,
            "call in, echo heard, PBX hangs up",
            move || called(transport),
        ));
    }
    for (number, code, cause) in [
        ("busy", 486, None),
        ("congestion", 503, None),
        ("cause-21", 403, Some(21)),
        ("cause-1", 404, Some(1)),
        ("nobody", 404, None),
    ] {
        list.push(Scenario::new(
            PEER,
            "UDP",
            format!("call refused ({number}): {code}"),
            move || refusal(number, code, cause),
        ));
    }
    list.push(Scenario::new(PEER, "UDP", "180, then the answer", ringing));
    list.push(Scenario::new(PEER, "UDP", "CANCEL while it rings", cancel));
    list.push(Scenario::new(PEER, "UDP", "the PBX's CANCEL while we ring", cancelled));
    list.push(Scenario::new(
        PEER,
        "UDP",
        "183 with early media, then the answer",
        || early("early"),
    ));
    list.push(Scenario::new(PEER, "UDP", "183 after 180, then the answer", || {
        early("ring-then-early")
    }));
    list.push(Scenario::new(PEER, "UDP", "early media, then busy", early_busy));
    list.push(Scenario::new(PEER, "UDP", "we refuse with 486", || {
        we_refuse(486, "17")
    }));
    list.push(Scenario::new(
        PEER,
        "UDP",
        "we refuse with 603 and a Q.850 cause",
        || we_refuse(603, "21"),
    ));
    list.push(Scenario::new(PEER, "UDP", "PBX hangs up after a second", timed));
    list.push(Scenario::new(PEER, "UDP", "offer in the 200 (late offer)", late_offer));
    list.push(Scenario::new(PEER, "UDP", "302, not followed", || {
        redirect(RedirectPolicy::Stop)
    }));
    list.push(Scenario::new(PEER, "UDP", "302, followed", || {
        redirect(RedirectPolicy::Follow)
    }));
    list.push(Scenario::new(
        PEER,
        "UDP",
        "headers in the INVITE and in the 200",
        headers,
    ));
    list.push(Scenario::new(PEER, "UDP", "anonymous call", anonymous));
    list.push(Scenario::new(PEER, "UDP", "music on hold heard", music));
    list
}

fn call(transport: Transport) -> Result<Note> {
    let pair = Pair::start(Setup { transport, ..PLAIN })?;
    let call = pair.answered("echo")?;
    let heard = echo(&pair.ours, &call, 0.95)?;
    pair.finish(&call, heard.to_string())
}

fn called(transport: Transport) -> Result<Note> {
    let mut pair = Pair::start(Setup { transport, ..PLAIN })?;
    pair.pbx.originate("alice", "echo")?;
    let call = pair.ours.incoming()?;
    call.answer(status(180)?)?;
    call.answer(status(200)?)?;
    reach(&call, CallState::Confirmed)?;
    let heard = echo(&pair.ours, &call, 0.95)?;
    pair.pbx.cli("channel request hangup all")?;
    let end = end_of(&call)?;
    by_peer(&end)?;
    pair.finish(&call, heard.to_string())
}

fn by_peer(end: &CallEnd) -> Result<()> {
    ensure!(
        end.by == EndedBy::Remote,
        "ended by {}, {} {}",
        end.by.name(),
        end.code.code(),
        end.reason
    );
    Ok(())
}

fn refusal(number: &str, code: u16, cause: Option<u16>) -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let call = pair.call(number)?;
    let end = refused(&call, code)?;
    ensure!(
        cause.is_none() || end.q850() == cause,
        "the Q.850 cause is {:?}, not {cause:?}",
        end.q850()
    );
    let detail = cause.map_or(String::new(), |cause| format!("Q.850 cause {cause}"));
    pair.finish(&call, detail)
}

fn ringing() -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let call = pair.call("ring")?;
    reach(&call, CallState::Early)?;
    let code = call.info().last_status.map(|s| s.code());
    ensure!(code == Some(180), "early with {code:?}");
    reach(&call, CallState::Confirmed)?;
    pair.finish(&call, "")
}

fn cancel() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let call = pair.call("ring-on")?;
    reach(&call, CallState::Early)?;
    call.hang_up()?;
    refused(&call, 487)?;
    ensure!(pair.ours.wire("outgoing CANCEL", ""), "no CANCEL was sent");
    pair.finish(&call, "")
}

fn cancelled() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    pair.pbx.originate("alice", "echo")?;
    let call = pair.ours.incoming()?;
    call.answer(status(180)?)?;
    pair.pbx.cli("channel request hangup all")?;
    let end = refused(&call, 487)?;
    by_peer(&end)?;
    ensure!(pair.ours.wire("incoming CANCEL", ""), "no CANCEL came");
    pair.finish(&call, "")
}

fn early(number: &str) -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let call = pair.call(number)?;
    // With a 180 before it, media comes later than the state.
    crate::stage::media(&call)?;
    ensure!(call.state() == CallState::Early, "the state is {}", call.state().name());
    let before = listen(&pair.ours, &call, "early", Duration::from_millis(1200))?;
    is_tone(&before, 440.0)?;
    reach(&call, CallState::Confirmed)?;
    let heard = echo(&pair.ours, &call, 0.95)?;
    pair.finish(&call, format!("440 Hz before the answer; then {heard}"))
}

fn early_busy() -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let call = pair.call("early-busy")?;
    crate::stage::media(&call)?;
    let before = listen(&pair.ours, &call, "early", Duration::from_millis(1200))?;
    ensure!(
        before.rms_dbfs() > -40.0,
        "nothing was heard: {:.0} dBFS",
        before.rms_dbfs()
    );
    refused(&call, 486)?;
    pair.finish(&call, "busy tone heard")
}

fn we_refuse(code: u16, cause: &str) -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    // The dialplan goes on when nobody answered, and tells how it ended.
    pair.pbx
        .cli("dialplan add extension try-alice,1,Dial,PJSIP/alice into tests")?;
    pair.pbx
        .cli("dialplan add extension try-alice,2,Verbose,refused-with-${HANGUPCAUSE} into tests")?;
    pair.pbx
        .cli("channel originate Local/try-alice@tests extension timed@tests")?;
    let call = pair.ours.incoming()?;
    let mut options = RejectOptions::new();
    if code == 603 {
        options = options.reason(Reason::q850(21)?);
    }
    call.reject_with(status(code)?, options)?;
    refused(&call, code)?;
    let told = pair.pbx.output().wait_from(
        0,
        |line: &str| line.contains("refused-with-") && !line.contains("HANGUPCAUSE"),
        soon(),
    );
    let told = told.map(|(_, line)| line).unwrap_or_default();
    ensure!(
        told.contains(&format!("refused-with-{cause}")),
        "the PBX says {told:?}, not cause {cause}"
    );
    pair.finish(&call, format!("the PBX saw cause {cause}"))
}

fn timed() -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let call = pair.answered("timed")?;
    let end = end_of(&call)?;
    by_peer(&end)?;
    ensure!(end.q850() == Some(16), "the Q.850 cause is {:?}, not 16", end.q850());
    pair.finish(&call, "Q.850 cause 16")
}

fn late_offer() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let call = pair
        .alice
        .call_with(&pair.uri("echo")?, CallOptions::new().late_offer(true))?;
    reach(&call, CallState::Confirmed)?;
    ensure!(!pair.ours.wire("outgoing INVITE", "m=audio"), "our INVITE has an offer");
    let heard = echo(&pair.ours, &call, 0.95)?;
    pair.finish(&call, heard.to_string())
}

fn redirect(policy: RedirectPolicy) -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let call = pair
        .alice
        .call_with(&pair.uri("redirect-echo")?, CallOptions::new().redirects(policy))?;
    if policy == RedirectPolicy::Stop {
        refused(&call, 302)?;
        let contact = call
            .info()
            .message
            .as_ref()
            .and_then(|m| m.header("Contact").map(str::to_owned));
        ensure!(
            contact.as_deref().is_some_and(|c| c.contains("sip:echo@")),
            "Contact is {contact:?}"
        );
        return pair.finish(&call, "the contact is told");
    }
    reach(&call, CallState::Confirmed)?;
    let heard = echo(&pair.ours, &call, 0.95)?;
    pair.finish(&call, heard.to_string())
}

fn headers() -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let options = CallOptions::new().header("X-Test", "from us; with=params")?;
    let call = pair.alice.call_with(&pair.uri("headers")?, options)?;
    reach(&call, CallState::Confirmed)?;
    ensure!(
        pair.pbx
            .output()
            .wait_from(0, "header X-Test: from us; with=params", soon())
            .is_some(),
        "the PBX did not see our header"
    );
    let answer = call
        .info()
        .message
        .as_ref()
        .and_then(|m| m.header("Server").map(str::to_owned));
    ensure!(answer.as_deref() == Some("Asterisk"), "Server is {answer:?}");
    pair.finish(&call, "")
}

fn anonymous() -> Result<Note> {
    // Asterisk knows a caller by From, which is hidden; the credentials tell who it is.
    let pair = Pair::start(Setup {
        user: |user| user.set("identify_by", "username,auth_username"),
        ..PLAIN
    })?;
    let call = pair
        .alice
        .call_with(&pair.uri("echo")?, CallOptions::new().anonymous(true))?;
    reach(&call, CallState::Confirmed)?;
    let shown = pair.pbx.cli("core show channels verbose")?;
    ensure!(shown.contains("echo"), "{shown}");
    pair.finish(&call, "authenticated by its credentials alone")
}

fn music() -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let call = pair.answered("music")?;
    let heard = listen(&pair.ours, &call, "music", Duration::from_millis(1500))?;
    is_tone(&heard, HOLD_TONE_HZ)?;
    pair.finish(&call, "")
}
