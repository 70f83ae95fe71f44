//! Transfers by REFER with Asterisk, and with phones behind it.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use microsip_core::{Call, CallState, TransferPolicy, TransferRules, TransferState, Transport};
use microsip_testkit::audio::Audio;
use microsip_testkit::baresip::Baresip;
use microsip_testkit::baresip::BaresipAnswer::Auto;

use super::{PEER, PLAIN, Pair, Setup, TRANSPORTS, WITH_PHONE, phone};
use crate::scenario::{Note, Scenario};
use crate::stage::{end_of, is_tone, new_call, reach, soon, status, transferred};

pub fn scenarios() -> Vec<Scenario> {
    let with = |name: &str, run: fn() -> Result<Note>| Scenario::new(PEER, "UDP", name, run);
    let phone = |name: &str, run: fn() -> Result<Note>| Scenario::new(WITH_PHONE, "UDP", name, run);
    let mut list = vec![
        phone("we transfer a phone blindly (REFER)", blind),
        phone(
            "we transfer a phone to nobody: told as failed, the call goes on",
            to_nobody,
        ),
        phone("a phone transfers its call to us (REFER)", to_us),
        with("the PBX transfers us (REFER), which we allow", || transferee(true)),
        with("the PBX transfers us (REFER), which we refuse", || transferee(false)),
    ];
    for (transport, name) in TRANSPORTS {
        let what = "we transfer a phone to another phone that we consulted (REFER with Replaces)";
        list.push(Scenario::new(WITH_PHONE, name, what, move || attended(transport)));
    }
    list
}

const BOB_HZ: f64 = 700.0;
const CAROL_HZ: f64 = 900.0;

/// What the phone heard last.
fn heard_last(phone: &Baresip, length: Duration) -> Result<Audio> {
    let all = phone
        .heard()?
        .into_iter()
        .last()
        .context("the phone recorded nothing")?;
    Ok(all.slice(all.duration().saturating_sub(length), length))
}

fn consulted(pair: &Pair, number: &str) -> Result<Call> {
    let call = pair.call(number)?;
    reach(&call, CallState::Confirmed)?;
    Ok(call)
}

fn blind() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Auto)?;
    let call = consulted(&pair, "bob")?;
    bob.wait_event("CALL_ESTABLISHED", soon())?;
    call.transfer(&pair.uri("tone-1300")?)?;
    let outcome = transferred(&mut pair.ours, &call)?;
    ensure!(
        outcome.state == TransferState::Succeeded,
        "{} with {}",
        outcome.state.name(),
        outcome.code.code()
    );
    end_of(&call)?;
    std::thread::sleep(Duration::from_millis(1500));
    is_tone(&heard_last(&bob, Duration::from_millis(800))?, 1300.0).context("the phone's side")?;
    bob.hang_up()?;
    bob.wait_event("CALL_CLOSED", soon())?;
    pair.finish(&call, format!("NOTIFY told {}", outcome.code.code()))
}

fn to_nobody() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Auto)?;
    let call = consulted(&pair, "bob")?;
    bob.wait_event("CALL_ESTABLISHED", soon())?;
    call.transfer(&pair.uri("nobody-there")?)?;
    let outcome = transferred(&mut pair.ours, &call)?;
    ensure!(
        outcome.state == TransferState::Failed,
        "{} with {}",
        outcome.state.name(),
        outcome.code.code()
    );
    ensure!(
        call.state() == CallState::Confirmed,
        "the call is {}",
        call.state().name()
    );
    is_tone(
        &crate::stage::listen(&pair.ours, &call, "still", Duration::from_millis(1000))?,
        BOB_HZ,
    )?;
    pair.finish(&call, format!("told {}", outcome.code.code()))
}

fn attended(transport: Transport) -> Result<Note> {
    let mut pair = Pair::start(Setup { transport, ..PLAIN })?;
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Auto)?;
    let mut carol = phone(&pair.pbx, "carol", CAROL_HZ, Auto)?;
    let first = consulted(&pair, "bob")?;
    bob.wait_event("CALL_ESTABLISHED", soon())?;
    let second = consulted(&pair, "carol")?;
    carol.wait_event("CALL_ESTABLISHED", soon())?;
    first.transfer_to(&second)?;
    let outcome = transferred(&mut pair.ours, &first)?;
    ensure!(
        outcome.state == TransferState::Succeeded,
        "{} with {}",
        outcome.state.name(),
        outcome.code.code()
    );
    end_of(&first)?;
    end_of(&second)?;
    ensure!(
        pair.ours.wire("outgoing REFER", "Replaces"),
        "our REFER names no dialog to be replaced"
    );
    std::thread::sleep(Duration::from_millis(1500));
    is_tone(&heard_last(&bob, Duration::from_millis(800))?, CAROL_HZ).context("bob's side")?;
    is_tone(&heard_last(&carol, Duration::from_millis(800))?, BOB_HZ).context("carol's side")?;
    pair.pbx.wait_channels(2, soon())?;
    bob.hang_up()?;
    carol.wait_event("CALL_CLOSED", soon())?;
    pair.finish(&first, "they hear each other, both our calls have ended")
}

fn to_us() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let mut bob = phone(&pair.pbx, "bob", BOB_HZ, Auto)?;
    let mut carol = phone(&pair.pbx, "carol", CAROL_HZ, Auto)?;
    bob.dial(&pair.uri("carol")?)?;
    bob.wait_event("CALL_ESTABLISHED", soon())?;
    carol.wait_event("CALL_ESTABLISHED", soon())?;
    bob.transfer(&pair.uri("alice")?)?;
    let call = pair.ours.incoming()?;
    call.answer(status(200)?)?;
    reach(&call, CallState::Confirmed)?;
    bob.wait_event("CALL_CLOSED", soon())?;
    let heard = crate::stage::listen(&pair.ours, &call, "tone", Duration::from_millis(1500))?;
    is_tone(
        &heard.slice(Duration::from_millis(700), Duration::from_secs(1)),
        CAROL_HZ,
    )?;
    pair.finish(&call, "")
}

fn transferee(allowed: bool) -> Result<Note> {
    let config = move |config: microsip_core::EndpointConfig| {
        let config = config.codecs("PCMU")?;
        let rules = TransferRules::new().in_call(TransferPolicy::Accept);
        Ok(if allowed { config.transfers(rules) } else { config })
    };
    let mut pair = Pair::with(PLAIN, config, |user| user)?;
    let call = pair.answered("refer-tone-1300")?;
    let told = |line: &str| line.contains("transfer status: ") && !line.contains("TRANSFERSTATUS");
    if allowed {
        let new = new_call(&mut pair.ours)?;
        reach(&new, CallState::Confirmed)?;
        let heard = crate::stage::listen(&pair.ours, &new, "tone", Duration::from_millis(1500))?;
        is_tone(&heard.slice(Duration::from_millis(700), Duration::from_secs(1)), 1300.0)?;
        let status = pair
            .pbx
            .output()
            .wait_from(0, told, soon())
            .map(|(_, line)| line)
            .unwrap_or_default();
        ensure!(status.contains("SUCCESS"), "the PBX says {status:?}");
        end_of(&call)?;
        return pair.finish(&new, "the PBX saw SUCCESS");
    }
    let Some((_, status)) = pair.pbx.output().wait_from(0, told, soon()) else {
        bail!("the PBX told no outcome");
    };
    ensure!(!status.contains("SUCCESS"), "the PBX says {status:?}");
    ensure!(pair.ours.wire("outgoing SIP/2.0 603", "REFER"), "we did not decline");
    pair.finish(&call, "603")
}
