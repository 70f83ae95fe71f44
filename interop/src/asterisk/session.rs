//! Sessions that change or live long, with Asterisk: hold, re-INVITE, UPDATE, timers, reliable responses.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use microsip_core::{
    AccountConfig, Call, CallState, EndedBy, HoldState, MediaDirection, Refresher, Reliable100, SessionTimers,
};
use microsip_testkit::asterisk::{AsteriskUse, AsteriskUser, HOLD_TONE_HZ};
use microsip_testkit::audio::Audio;
use microsip_testkit::baresip::BaresipAnswer::{Auto, Manual};

use super::{PEER, PLAIN, Pair, Setup, WITH_PHONE, phone};
use crate::scenario::{Note, Scenario};
use crate::stage::{Ours, echo, held, is_speech, is_tone, listen, media, outcome, reach, refused, say, soon, status};

pub fn scenarios() -> Vec<Scenario> {
    let with = |name: &str, run: fn() -> Result<Note>| Scenario::new(PEER, "UDP", name, run);
    let phone = |name: &str, run: fn() -> Result<Note>| Scenario::new(WITH_PHONE, "UDP", name, run);
    vec![
        phone("we hold: the phone hears the PBX's music; we resume", hold),
        phone("the phone holds: we hear the PBX's music; it resumes", held_by_phone),
        phone(
            "the phone holds, passed on to us (sendonly); it resumes",
            hold_passed_on,
        ),
        with("mute and unmute", mute),
        with("re-INVITE of ours without a change", reinvite),
        with("UPDATE of ours", update),
        with("UPDATE of the PBX (connected line)", connected),
        with("session timer 90 s, we refresh", || refreshed(Refresher::Local)),
        with("session timer 90 s, the PBX refreshes", || refreshed(Refresher::Remote)),
        with("session timer too brief for the PBX: 422, asked again", brief_for_it),
        with("session timer too brief for us: 422, it asks again", brief_for_us),
        with(
            "session timer required by us, ignored by the PBX: we hang up",
            unsupported_timer,
        ),
        with("100rel: 180 and 183 confirmed by PRACK, required by us", || {
            reliable(Reliable100::Required, AsteriskUse::Supported)
        }),
        with("100rel: required by the PBX", || {
            reliable(Reliable100::Supported, AsteriskUse::Required)
        }),
        with("100rel: required by the PBX, off with us: 421", unreliable),
        with("100rel: our 180 confirmed by the PBX's PRACK", reliable_in),
    ]
}

const BOB_HZ: f64 = 700.0;

/// The last part of what the phone heard.
fn end(list: Vec<Audio>, length: Duration) -> Result<Audio> {
    let all = list.into_iter().last().context("the phone recorded nothing")?;
    Ok(all.slice(all.duration().saturating_sub(length), length))
}

fn hold() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Auto)?;
    let call = pair.answered("bob")?;
    bob.wait_event("CALL_ESTABLISHED", soon())?;
    is_tone(
        &listen(&pair.ours, &call, "before", Duration::from_millis(1000))?,
        BOB_HZ,
    )?;
    call.hold()?;
    outcome(&mut pair.ours, &call)?;
    held(&call, HoldState::Local)?;
    ensure!(
        pair.ours.wire("outgoing INVITE", "a=sendonly"),
        "our re-INVITE does not say sendonly"
    );
    let quiet = listen(&pair.ours, &call, "held", Duration::from_millis(1000))?;
    ensure!(
        quiet.rms_dbfs() < -50.0,
        "{:.0} dBFS are heard while we hold",
        quiet.rms_dbfs()
    );
    std::thread::sleep(Duration::from_millis(800));
    is_tone(&end(bob.heard()?, Duration::from_millis(800))?, HOLD_TONE_HZ).context("the phone's side")?;
    call.resume()?;
    outcome(&mut pair.ours, &call)?;
    held(&call, HoldState::None)?;
    is_tone(
        &listen(&pair.ours, &call, "after", Duration::from_millis(1200))?,
        BOB_HZ,
    )?;
    say(&pair.ours, &call)?;
    call.hang_up()?;
    bob.wait_event("CALL_CLOSED", soon())?;
    let heard = is_speech(&end(bob.heard()?, Duration::from_secs(6))?, 0.95)?;
    pair.finish(&call, heard.to_string())
}

/// A phone that called us.
fn called(pair: &mut Pair) -> Result<(microsip_testkit::baresip::Baresip, Call)> {
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Manual)?;
    bob.dial(&pair.uri("alice")?)?;
    let call = pair.ours.incoming()?;
    call.answer(status(200)?)?;
    reach(&call, CallState::Confirmed)?;
    bob.wait_event("CALL_ESTABLISHED", soon())?;
    is_tone(
        &listen(&pair.ours, &call, "before", Duration::from_millis(1000))?,
        BOB_HZ,
    )?;
    Ok((bob, call))
}

/// Hears the tone, if not at once then soon.
fn hears(ours: &Ours, call: &Call, name: &str, hz: f64) -> Result<()> {
    let mut result = Ok(());
    for attempt in 0..5 {
        result = is_tone(
            &listen(ours, call, &format!("{name}{attempt}"), Duration::from_millis(700))?,
            hz,
        );
        if result.is_ok() {
            break;
        }
    }
    result
}

fn held_by_phone() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let (mut bob, call) = called(&mut pair)?;
    bob.hold()?;
    hears(&pair.ours, &call, "held", HOLD_TONE_HZ)?;
    held(&call, HoldState::None).context("the PBX plays the music itself")?;
    bob.resume()?;
    hears(&pair.ours, &call, "after", BOB_HZ)?;
    pair.finish(&call, "")
}

fn hold_passed_on() -> Result<Note> {
    let mut pair = Pair::start(Setup {
        user: |user| user.set("moh_passthrough", "yes"),
        ..PLAIN
    })?;
    let (mut bob, call) = called(&mut pair)?;
    bob.hold()?;
    held(&call, HoldState::Remote)?;
    let direction = media(&call)?.direction;
    ensure!(
        direction == MediaDirection::ReceiveOnly,
        "the direction is {}",
        direction.name()
    );
    bob.resume()?;
    held(&call, HoldState::None)?;
    hears(&pair.ours, &call, "after", BOB_HZ)?;
    pair.finish(&call, "")
}

fn mute() -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let call = pair.answered("echo")?;
    call.mute(true)?;
    let tone = pair.ours.dir.join("tone.wav");
    microsip_testkit::audio::tone(900.0, -10.0, Duration::from_secs(10), 8000).write_wav(&tone)?;
    let player = call.play(&tone, microsip_core::PlayOptions::default())?;
    std::thread::sleep(Duration::from_millis(600));
    let quiet = listen(&pair.ours, &call, "muted", Duration::from_millis(1000))?;
    ensure!(
        quiet.rms_dbfs() < -50.0,
        "{:.0} dBFS come back while we are muted",
        quiet.rms_dbfs()
    );
    call.mute(false)?;
    hears(&pair.ours, &call, "unmuted", 900.0)?;
    player.stop()?;
    pair.finish(&call, "")
}

fn reinvite() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let call = pair.answered("echo")?;
    call.reinvite()?;
    outcome(&mut pair.ours, &call)?;
    let heard = echo(&pair.ours, &call, 0.95)?;
    pair.finish(&call, heard.to_string())
}

fn update() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let call = pair.answered("echo")?;
    call.update()?;
    outcome(&mut pair.ours, &call)?;
    ensure!(pair.ours.wire("outgoing UPDATE", ""), "no UPDATE was sent");
    let heard = echo(&pair.ours, &call, 0.95)?;
    pair.finish(&call, heard.to_string())
}

fn connected() -> Result<Note> {
    let user = |user: AsteriskUser| {
        user.set("connected_line_method", "update")
            .set("trust_id_outbound", "yes")
    };
    let mut pair = Pair::with(PLAIN, PLAIN.config, user)?;
    let call = pair.answered("connected")?;
    std::thread::sleep(Duration::from_millis(1500));
    ensure!(
        pair.ours.wire("incoming UPDATE", "4711"),
        "no UPDATE with the new identity came"
    );
    ensure!(pair.ours.wire("outgoing SIP/2.0 200", "UPDATE"), "we did not accept it");
    let heard = echo(&pair.ours, &call, 0.95)?;
    pair.finish(&call, heard.to_string())
}

fn refreshed(refresher: Refresher) -> Result<Note> {
    let account: fn(AccountConfig) -> AccountConfig = |account| {
        account
            .timers(SessionTimers::Optional)
            .session_expires(Duration::from_secs(90), Duration::from_secs(90))
    };
    let user = |user: AsteriskUser| user.timers(AsteriskUse::Always);
    let mut pair = Pair::with_all(PLAIN, PLAIN.config, user, |plain| account(plain).refresher(refresher))?;
    let call = pair.answered("echo")?;
    let ours = refresher == Refresher::Local;
    let (wanted, sign) = if ours {
        ("refresher=uac", "outgoing")
    } else {
        ("refresher=uas", "incoming")
    };
    ensure!(
        pair.ours.wire("incoming SIP/2.0 200", wanted),
        "the PBX's 200 does not say {wanted}"
    );
    let count = |ours: &mut Ours| {
        let is_refresh = |line: &str| {
            ["INVITE", "UPDATE"]
                .iter()
                .any(|method| line.starts_with(&format!("{sign} {method}")))
        };
        ours.messages().iter().filter(|(line, _)| is_refresh(line)).count()
    };
    let before = count(&mut pair.ours);
    // Half of the interval (RFC 4028 §10).
    for _ in 0..60 {
        std::thread::sleep(Duration::from_secs(1));
        if count(&mut pair.ours) > before {
            break;
        }
    }
    ensure!(count(&mut pair.ours) > before, "no refresh within 60 s");
    std::thread::sleep(Duration::from_millis(500));
    ensure!(
        call.state() == CallState::Confirmed,
        "the call is {}",
        call.state().name()
    );
    let heard = echo(&pair.ours, &call, 0.95)?;
    pair.finish(&call, format!("refreshed once; then {heard}"))
}

fn brief_for_it() -> Result<Note> {
    let user = |user: AsteriskUser| user.timers(AsteriskUse::Supported).set("timers_min_se", "300");
    let setup = Setup {
        user,
        account: |account| account.session_expires(Duration::from_secs(120), Duration::from_secs(90)),
        ..PLAIN
    };
    let mut pair = Pair::start(setup)?;
    let call = pair.answered("echo")?;
    ensure!(
        pair.ours.wire("incoming SIP/2.0 422", "Min-SE: 300"),
        "there was no 422"
    );
    ensure!(
        pair.ours.wire("outgoing INVITE", "Session-Expires: 300"),
        "we did not ask for 300 s"
    );
    pair.finish(&call, "")
}

fn brief_for_us() -> Result<Note> {
    let setup = Setup {
        user: |user| user.timers(AsteriskUse::Supported).set("timers_sess_expires", "120"),
        account: |account| account.session_expires(Duration::from_secs(1800), Duration::from_secs(600)),
        ..PLAIN
    };
    let mut pair = Pair::start(setup)?;
    pair.pbx.originate("alice", "echo")?;
    let call = pair.ours.incoming()?;
    call.answer(status(200)?)?;
    reach(&call, CallState::Confirmed)?;
    ensure!(pair.ours.wire("outgoing SIP/2.0 422", "Min-SE: 600"), "we sent no 422");
    pair.finish(&call, "it asks again with 600 s")
}

fn unsupported_timer() -> Result<Note> {
    let setup = Setup {
        user: |user| user.timers(AsteriskUse::No),
        account: |account| account.timers(SessionTimers::Required),
        ..PLAIN
    };
    let pair = Pair::start(setup)?;
    // RFC 3261 §8.2.2.3 asks for 420; Asterisk answers 200 and says no Session-Expires.
    let call = pair.call("echo")?;
    let end = refused(&call, 421)?;
    ensure!(end.by == EndedBy::Local, "ended by {}", end.by.name());
    pair.finish(&call, "")
}

fn reliable(ours: Reliable100, theirs: AsteriskUse) -> Result<Note> {
    let user = move |user: AsteriskUser| user.rel100(theirs);
    let mut pair = Pair::with_all(PLAIN, PLAIN.config, user, move |account| account.reliable(ours))?;
    let call = pair.call("ring-then-early")?;
    reach(&call, CallState::Early)?;
    media(&call)?;
    is_tone(&listen(&pair.ours, &call, "early", Duration::from_millis(1000))?, 440.0)?;
    reach(&call, CallState::Confirmed)?;
    let pracks = pair
        .ours
        .messages()
        .iter()
        .filter(|(line, _)| line.starts_with("outgoing PRACK"))
        .count();
    ensure!(pracks >= 2, "{pracks} PRACKs were sent");
    ensure!(
        pair.ours.wire("incoming SIP/2.0 183", "RSeq"),
        "the 183 is not reliable"
    );
    let heard = echo(&pair.ours, &call, 0.95)?;
    pair.finish(&call, format!("{pracks} PRACKs; {heard}"))
}

fn unreliable() -> Result<Note> {
    let setup = Setup {
        user: |user| user.rel100(AsteriskUse::Required),
        account: |account| account.reliable(Reliable100::Off),
        ..PLAIN
    };
    let pair = Pair::start(setup)?;
    let call = pair.call("ring")?;
    refused(&call, 421)?;
    pair.finish(&call, "")
}

fn reliable_in() -> Result<Note> {
    let setup = Setup {
        account: |account| account.reliable(Reliable100::Required),
        ..PLAIN
    };
    let mut pair = Pair::start(setup)?;
    pair.pbx.originate("alice", "echo")?;
    let call = pair.ours.incoming()?;
    call.answer(status(180)?)?;
    ensure!(
        pair.ours.wire("outgoing SIP/2.0 180", "RSeq"),
        "our 180 is not reliable"
    );
    ensure!(pair.ours.wire("incoming PRACK", ""), "no PRACK came");
    call.answer(status(200)?)?;
    reach(&call, CallState::Confirmed)?;
    let heard = echo(&pair.ours, &call, 0.95)?;
    pair.finish(&call, heard.to_string())
}
