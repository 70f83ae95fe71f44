//! How calls begin, change and end with baresip.

use std::time::Duration;

use anyhow::{Result, ensure};
use microsip_core::{CallOptions, CallState, EndedBy, MediaDirection, RejectOptions};
use microsip_testkit::baresip::BaresipAnswer;

use super::{NEWER, PEER, PITCH_HZ, PLAIN, Pair, Setup, TRANSPORTS};
use crate::scenario::{Note, Scenario};
use crate::stage::{SOON, end_of, is_tone, listen, media, reach, refused, soon, status};

pub fn scenarios() -> Vec<Scenario> {
    let mut list = Vec::new();
    for (transport, name) in TRANSPORTS {
        let setup = Setup { transport, ..PLAIN };
        list.push(Scenario::new(
            PEER,
            name,
            "180, answer, its tone heard, we hang up",
            move || call(setup),
        ));
        list.push(Scenario::new(
            PEER,
            name,
            "it calls, we answer, it hangs up",
            move || called(setup),
        ));
    }
    let udp = |name: &str, run: fn() -> Result<Note>| Scenario::new(PEER, "UDP", name, run);
    list.push(udp("it refuses: 486", refusal));
    list.push(udp("we CANCEL while it rings", cancel));
    list.push(udp("it CANCELs while we ring", cancelled));
    list.push(udp("183 with SDP, then the answer", early));
    list.push(udp("we send early media, then answer", early_out));
    for code in [404, 480, 486, 488, 500, 600, 603] {
        list.push(Scenario::new(
            PEER,
            "UDP",
            format!("we refuse with {code}"),
            move || we_refuse(code),
        ));
    }
    list.push(udp("we redirect it with 302", redirect));
    list.push(udp("offer in the 200 (late offer)", late_offer));
    list.push(udp("it holds and resumes", held));
    list.push(udp("OPTIONS to it and from it", options));
    list.push(udp("it sends a re-INVITE without a change", reinvite));
    list.push(Scenario::new(
        NEWER,
        "UDP",
        "180, answer, its tone heard, we hang up",
        || call(Setup { peer: NEWER, ..PLAIN }),
    ));
    list.push(Scenario::new(NEWER, "UDP", "it calls, we answer, it hangs up", || {
        called(Setup { peer: NEWER, ..PLAIN })
    }));
    list
}

fn call(setup: Setup) -> Result<Note> {
    let mut pair = Pair::start(setup)?;
    let call = pair.call()?;
    pair.bob.wait_event("CALL_INCOMING", soon())?;
    reach(&call, CallState::Early)?;
    pair.bob.accept()?;
    reach(&call, CallState::Confirmed)?;
    pair.bob.wait_event("CALL_ESTABLISHED", soon())?;
    is_tone(
        &listen(&pair.ours, &call, "bob", Duration::from_millis(1200))?,
        PITCH_HZ,
    )?;
    pair.finish(&call, "")
}

fn called(setup: Setup) -> Result<Note> {
    let mut pair = Pair::start(setup)?;
    let call = pair.called()?;
    is_tone(
        &listen(&pair.ours, &call, "bob", Duration::from_millis(1200))?,
        PITCH_HZ,
    )?;
    pair.bob.hang_up()?;
    let end = end_of(&call)?;
    ensure!(
        end.by == EndedBy::Remote && end.code.is_success(),
        "ended by {}, {}",
        end.by.name(),
        end.code.code()
    );
    pair.close("")
}

fn refusal() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let call = pair.call()?;
    pair.bob.wait_event("CALL_INCOMING", soon())?;
    pair.bob.hang_up()?;
    refused(&call, 486)?;
    pair.close("")
}

fn cancel() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let call = pair.call()?;
    reach(&call, CallState::Early)?;
    call.hang_up()?;
    refused(&call, 487)?;
    pair.bob.wait_event("CALL_CLOSED", soon())?;
    ensure!(pair.ours.wire("outgoing CANCEL", ""), "no CANCEL was sent");
    pair.close("")
}

fn cancelled() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    pair.bob.dial(&pair.our_uri()?)?;
    let call = pair.ours.incoming()?;
    call.answer(status(180)?)?;
    pair.bob.wait_event("CALL_RINGING", soon())?;
    pair.bob.hang_up()?;
    let end = refused(&call, 487)?;
    ensure!(end.by == EndedBy::Remote, "ended by {}", end.by.name());
    pair.close("")
}

fn early() -> Result<Note> {
    let mut pair = Pair::start(Setup {
        phone: |phone| phone.answer(BaresipAnswer::Early),
        ..PLAIN
    })?;
    let call = pair.call()?;
    media(&call)?;
    ensure!(call.state() == CallState::Early, "the state is {}", call.state().name());
    // It hears us by now, yet says nothing before it has answered.
    ensure!(pair.ours.wire("incoming SIP/2.0 183", "m=audio"), "the 183 has no SDP");
    pair.bob.accept()?;
    reach(&call, CallState::Confirmed)?;
    is_tone(
        &listen(&pair.ours, &call, "later", Duration::from_millis(1200))?,
        PITCH_HZ,
    )?;
    pair.finish(&call, "")
}

fn early_out() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    pair.bob.dial(&pair.our_uri()?)?;
    let call = pair.ours.incoming()?;
    call.answer(status(183)?)?;
    pair.bob.wait_event("CALL_PROGRESS", soon())?;
    media(&call)?;
    crate::stage::say(&pair.ours, &call)?;
    call.answer(status(200)?)?;
    reach(&call, CallState::Confirmed)?;
    pair.bob.wait_event("CALL_ESTABLISHED", soon())?;
    call.hang_up()?;
    pair.bob.wait_event("CALL_CLOSED", soon())?;
    end_of(&call)?;
    // Early media and the call are one recording or two.
    let recordings = pair.bob.heard()?;
    let found = recordings
        .iter()
        .find_map(|heard| crate::stage::is_speech(heard, 0.95).ok());
    ensure!(
        found.is_some(),
        "none of {} recordings has what we said before the answer",
        recordings.len()
    );
    pair.close(found.map(|heard| heard.to_string()).unwrap_or_default())
}

fn we_refuse(code: u16) -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    pair.bob.dial(&pair.our_uri()?)?;
    let call = pair.ours.incoming()?;
    call.reject(status(code)?)?;
    refused(&call, code)?;
    let closed = pair.bob.wait_event("CALL_CLOSED", soon())?;
    ensure!(
        closed.param.starts_with(&code.to_string()),
        "it was told {:?}",
        closed.param
    );
    pair.close("")
}

fn redirect() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let target = pair.ours.local("other", |account| account)?;
    pair.bob.dial(&pair.our_uri()?)?;
    let call = pair.ours.incoming()?;
    call.reject_with(status(302)?, RejectOptions::new().contact(pair.ours.uri("other")?))?;
    refused(&call, 302)?;
    let second = pair.ours.incoming()?;
    ensure!(
        second.info().account == target.id(),
        "the second call is not for the other account"
    );
    second.answer(status(200)?)?;
    reach(&second, CallState::Confirmed)?;
    pair.bob.wait_event("CALL_ESTABLISHED", soon())?;
    pair.finish(&second, "it came again at the contact")
}

fn late_offer() -> Result<Note> {
    let mut pair = Pair::start(Setup {
        phone: |phone| phone.answer(BaresipAnswer::Auto),
        ..PLAIN
    })?;
    let call = pair
        .us
        .call_with(&pair.bobs_uri(), CallOptions::new().late_offer(true))?;
    reach(&call, CallState::Confirmed)?;
    pair.bob.wait_event("CALL_ESTABLISHED", soon())?;
    is_tone(
        &listen(&pair.ours, &call, "bob", Duration::from_millis(1200))?,
        PITCH_HZ,
    )?;
    pair.finish(&call, "")
}

fn held() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let call = pair.answered()?;
    is_tone(
        &listen(&pair.ours, &call, "before", Duration::from_millis(1000))?,
        PITCH_HZ,
    )?;
    pair.bob.hold()?;
    let direction = |wanted: MediaDirection| {
        let now = || call.info().media.first().map(|m| m.direction);
        microsip_testkit::wait_until(soon(), "the direction of media", || (now()? == wanted).then_some(()))
    };
    direction(MediaDirection::ReceiveOnly)?;
    ensure!(pair.ours.wire("incoming INVITE", "a=sendonly"), "it sent no hold");
    pair.bob.resume()?;
    direction(MediaDirection::SendReceive)?;
    is_tone(
        &listen(&pair.ours, &call, "after", Duration::from_millis(1200))?,
        PITCH_HZ,
    )?;
    pair.finish(&call, "")
}

fn reinvite() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let call = pair.answered()?;
    pair.bob.command("reinvite", "")?;
    ensure!(pair.ours.wire("incoming INVITE", "CSeq"), "no re-INVITE came");
    pair.bob.wait_that(
        "its new answer",
        |event| event.kind == "CALL_REMOTE_SDP" && event.param == "answer",
        soon(),
    )?;
    is_tone(
        &listen(&pair.ours, &call, "after", Duration::from_millis(1200))?,
        PITCH_HZ,
    )?;
    ensure!(
        call.state() == CallState::Confirmed,
        "the call is {}",
        call.state().name()
    );
    pair.finish(&call, "")
}

fn options() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let response = pair.us.options(&pair.bobs_uri())?.wait(SOON)?;
    ensure!(
        response.code.is_success(),
        "answered {} {}",
        response.code.code(),
        response.reason
    );
    let uri = pair.our_uri()?;
    pair.bob.options(&uri)?;
    ensure!(pair.ours.wire("incoming OPTIONS", ""), "it sent none");
    ensure!(
        pair.ours.wire("outgoing SIP/2.0 200", "OPTIONS"),
        "we did not answer 200"
    );
    pair.close(format!(
        "200 after {:.1} ms",
        response.round_trip.as_secs_f64() * 1000.0
    ))
}
