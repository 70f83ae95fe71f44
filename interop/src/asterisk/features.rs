//! What Asterisk does between phones: us, baresip, and what connects them.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use microsip_core::{Call, CallState};
use microsip_testkit::asterisk::HOLD_TONE_HZ;
use microsip_testkit::audio::{Audio, tone_level};
use microsip_testkit::baresip::BaresipAnswer::{Auto, Manual};

use super::{PLAIN, Pair, Setup, WITH_PHONE, phone};
use crate::scenario::{Note, Scenario};
use crate::stage::{end_of, is_speech, is_tone, listen, reach, say, soon, status};

pub fn scenarios() -> Vec<Scenario> {
    let one = |name: &str, run: fn() -> Result<Note>| Scenario::new(WITH_PHONE, "UDP", name, run);
    vec![
        one("we call a phone, audio both ways, it hangs up", call),
        one("a phone calls us, audio both ways, we hang up", called),
        one("a phone refuses us: 486", refused_by_phone),
        one("media directly between the phones by re-INVITE", direct_media),
        one("a conference of three hears each other", conference),
        one("we pick up a call that rings elsewhere", pickup),
        one("a queue plays music until the phone answers", queue),
        one("a phone transfers us blindly by the PBX's keys", blind_by_keys),
        one("we transfer a phone blindly by the PBX's keys", we_transfer_by_keys),
    ]
}

/// The pitch our phone says, and that of a second one.
const BOB_HZ: f64 = 700.0;
const CAROL_HZ: f64 = 900.0;

fn last(list: Vec<Audio>) -> Result<Audio> {
    list.into_iter().last().context("the phone recorded nothing")
}

fn call() -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Manual)?;
    let call = pair.call("bob")?;
    bob.wait_event("CALL_INCOMING", soon())?;
    reach(&call, CallState::Early)?;
    bob.accept()?;
    reach(&call, CallState::Confirmed)?;
    is_tone(&listen(&pair.ours, &call, "bob", Duration::from_millis(1200))?, BOB_HZ)?;
    say(&pair.ours, &call)?;
    bob.hang_up()?;
    end_of(&call)?;
    bob.wait_event("CALL_CLOSED", soon())?;
    let heard = is_speech(&last(bob.heard()?)?, 0.95)?;
    pair.finish(&call, heard.to_string())
}

fn called() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Manual)?;
    bob.dial(&pair.uri("alice")?)?;
    let call = pair.ours.incoming()?;
    call.answer(status(180)?)?;
    bob.wait_event("CALL_RINGING", soon())?;
    call.answer(status(200)?)?;
    reach(&call, CallState::Confirmed)?;
    bob.wait_event("CALL_ESTABLISHED", soon())?;
    let caller = call.info().remote_user().to_owned();
    ensure!(caller == "bob", "the caller is told as {caller:?}");
    is_tone(&listen(&pair.ours, &call, "bob", Duration::from_millis(1200))?, BOB_HZ)?;
    say(&pair.ours, &call)?;
    call.hang_up()?;
    bob.wait_event("CALL_CLOSED", soon())?;
    let heard = is_speech(&last(bob.heard()?)?, 0.95)?;
    pair.finish(&call, heard.to_string())
}

fn refused_by_phone() -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Manual)?;
    let call = pair.call("bob")?;
    bob.wait_event("CALL_INCOMING", soon())?;
    bob.hang_up()?;
    crate::stage::refused(&call, 486)?;
    pair.finish(&call, "")
}

fn direct_media() -> Result<Note> {
    let mut pair = Pair::start(Setup {
        user: |user| user.direct_media(true),
        ..PLAIN
    })?;
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Auto)?;
    let call = pair.call("direct-bob")?;
    reach(&call, CallState::Confirmed)?;
    bob.wait_event("CALL_ESTABLISHED", soon())?;
    let first = call
        .info()
        .media
        .first()
        .map(|m| m.remote_rtp.clone())
        .unwrap_or_default();
    let moved = microsip_testkit::wait_until(soon(), "media at another address", || {
        let now = call.info().media.first().map(|m| m.remote_rtp.clone())?;
        (now != first
            || bob
                .output()
                .matching(now.rsplit(':').next().unwrap_or("-"))
                .iter()
                .any(|l| l.starts_with("m=audio")))
        .then_some(now)
    })?;
    let port = moved.rsplit(':').next().unwrap_or_default().to_owned();
    ensure!(
        bob.output().matching("m=audio").iter().any(|line| line.contains(&port)),
        "our media goes to {moved}, which is not the phone's"
    );
    is_tone(&listen(&pair.ours, &call, "bob", Duration::from_millis(1200))?, BOB_HZ)?;
    say(&pair.ours, &call)?;
    ensure!(pair.ours.wire("incoming INVITE", ""), "there was no re-INVITE");
    bob.hang_up()?;
    end_of(&call)?;
    bob.wait_event("CALL_CLOSED", soon())?;
    let heard = is_speech(&last(bob.heard()?)?, 0.95)?;
    pair.finish(&call, heard.to_string())
}

fn conference() -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Auto)?;
    let mut carol = phone(&pair.pbx, "carol", CAROL_HZ, Auto)?;
    let call = pair.answered("conference")?;
    for other in [&mut bob, &mut carol] {
        other.dial(&pair.uri("conference")?)?;
        other.wait_event("CALL_ESTABLISHED", soon())?;
    }
    std::thread::sleep(Duration::from_millis(800));
    let heard = listen(&pair.ours, &call, "room", Duration::from_millis(2000))?;
    let levels = (tone_level(&heard, BOB_HZ), tone_level(&heard, CAROL_HZ));
    ensure!(
        levels.0 > -30.0 && levels.1 > -30.0,
        "bob at {:.0} dBFS, carol at {:.0} dBFS",
        levels.0,
        levels.1
    );
    say(&pair.ours, &call)?;
    bob.hang_up()?;
    carol.hang_up()?;
    bob.wait_event("CALL_CLOSED", soon())?;
    pair.finish(&call, format!("both at {:.0} and {:.0} dBFS", levels.0, levels.1))
}

fn pickup() -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Manual)?;
    let mut carol = phone(&pair.pbx, "carol", CAROL_HZ, Auto)?;
    carol.dial(&pair.uri("bob")?)?;
    bob.wait_event("CALL_INCOMING", soon())?;
    let call = pair.answered("pickup-bob")?;
    bob.wait_event("CALL_CLOSED", soon())?;
    is_tone(
        &listen(&pair.ours, &call, "carol", Duration::from_millis(1500))?,
        CAROL_HZ,
    )?;
    pair.finish(&call, "")
}

fn queue() -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Manual)?;
    let call = pair.answered("hold-bob")?;
    bob.wait_event("CALL_INCOMING", soon())?;
    is_tone(
        &listen(&pair.ours, &call, "music", Duration::from_millis(1500))?,
        HOLD_TONE_HZ,
    )?;
    bob.accept()?;
    bob.wait_event("CALL_ESTABLISHED", soon())?;
    std::thread::sleep(Duration::from_millis(500));
    is_tone(&listen(&pair.ours, &call, "bob", Duration::from_millis(1500))?, BOB_HZ)?;
    pair.finish(&call, "")
}

/// Sees that we hear this tone soon.
fn hears(pair: &Pair, call: &Call, name: &str, hz: f64) -> Result<()> {
    let mut result = Ok(());
    for attempt in 0..6 {
        result = is_tone(
            &listen(
                &pair.ours,
                call,
                &format!("{name}{attempt}"),
                Duration::from_millis(800),
            )?,
            hz,
        );
        if result.is_ok() {
            break;
        }
    }
    result
}

fn blind_by_keys() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Auto)?;
    bob.dial(&pair.uri("alice")?)?;
    let call = pair.ours.incoming()?;
    call.answer(status(200)?)?;
    reach(&call, CallState::Confirmed)?;
    bob.wait_event("CALL_ESTABLISHED", soon())?;
    hears(&pair, &call, "bob", BOB_HZ)?;
    bob.send_dtmf("#1")?;
    std::thread::sleep(Duration::from_millis(700));
    bob.send_dtmf("1300")?;
    hears(&pair, &call, "tone", 1300.0)?;
    bob.wait_event("CALL_CLOSED", soon())?;
    ensure!(
        call.state() == CallState::Confirmed,
        "our call is {}",
        call.state().name()
    );
    pair.finish(&call, "")
}

fn we_transfer_by_keys() -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Auto)?;
    let call = pair.call("bob")?;
    reach(&call, CallState::Confirmed)?;
    bob.wait_event("CALL_ESTABLISHED", soon())?;
    hears(&pair, &call, "bob", BOB_HZ)?;
    call.send_dtmf("#1")?;
    std::thread::sleep(Duration::from_millis(1200));
    call.send_dtmf("1300")?;
    end_of(&call)?;
    std::thread::sleep(Duration::from_millis(1500));
    bob.hang_up()?;
    bob.wait_event("CALL_CLOSED", soon())?;
    let heard = last(bob.heard()?)?;
    let end = heard.slice(
        heard.duration().saturating_sub(Duration::from_millis(900)),
        Duration::from_secs(1),
    );
    is_tone(&end, 1300.0)?;
    pair.finish(&call, "")
}
