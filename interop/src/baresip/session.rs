//! Sessions that change, phone to phone.

use std::time::Duration;

use anyhow::{Result, ensure};
use microsip_core::{
    CallState, ErrorKind, Event, HoldMode, HoldOptions, HoldState, ReinviteOptions, Reliable100, SessionTimers,
};

use super::{PEER, PITCH_HZ, PLAIN, Pair, Setup};
use crate::scenario::{Note, Scenario};
use crate::stage::{held, is_tone, listen, outcome, refused};

pub fn scenarios() -> Vec<Scenario> {
    let udp = |name: &str, run: fn() -> Result<Note>| Scenario::new(PEER, "UDP", name, run);
    vec![
        udp("we hold (sendonly) and resume", || {
            hold(HoldMode::SendOnly, "a=sendonly")
        }),
        udp("we hold (inactive) and resume", || {
            hold(HoldMode::Inactive, "a=inactive")
        }),
        udp("both hold, both resume", both_hold),
        udp("re-INVITE of ours with the offer in the 200", reinvite),
        udp("re-INVITEs of both sides in quick turns", glare),
        udp("UPDATE, which it does not know: told as unsupported", update),
        udp("100rel required by us: refused with 420", reliable),
        udp("session timer required by us: refused with 420", timer),
    ]
}

fn hold(mode: HoldMode, attribute: &str) -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let call = pair.answered()?;
    is_tone(
        &listen(&pair.ours, &call, "before", Duration::from_millis(1000))?,
        PITCH_HZ,
    )?;
    call.hold_with(HoldOptions::new().mode(mode))?;
    outcome(&mut pair.ours, &call)?;
    held(&call, HoldState::Local)?;
    ensure!(
        pair.ours.wire("outgoing INVITE", attribute),
        "our re-INVITE does not say {attribute}"
    );
    let quiet = listen(&pair.ours, &call, "held", Duration::from_millis(800))?;
    ensure!(
        quiet.rms_dbfs() < -50.0,
        "{:.0} dBFS are heard while we hold",
        quiet.rms_dbfs()
    );
    call.resume()?;
    outcome(&mut pair.ours, &call)?;
    held(&call, HoldState::None)?;
    is_tone(
        &listen(&pair.ours, &call, "after", Duration::from_millis(1200))?,
        PITCH_HZ,
    )?;
    pair.finish(&call, "")
}

fn both_hold() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let call = pair.answered()?;
    pair.bob.hold()?;
    held(&call, HoldState::Remote)?;
    call.hold()?;
    outcome(&mut pair.ours, &call)?;
    held(&call, HoldState::Both)?;
    call.resume()?;
    outcome(&mut pair.ours, &call)?;
    held(&call, HoldState::Remote)?;
    pair.bob.resume()?;
    held(&call, HoldState::None)?;
    is_tone(
        &listen(&pair.ours, &call, "after", Duration::from_millis(1200))?,
        PITCH_HZ,
    )?;
    pair.finish(&call, "")
}

fn reinvite() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let call = pair.answered()?;
    call.reinvite_with(ReinviteOptions::new().late_offer(true))?;
    outcome(&mut pair.ours, &call)?;
    is_tone(
        &listen(&pair.ours, &call, "after", Duration::from_millis(1200))?,
        PITCH_HZ,
    )?;
    pair.finish(&call, "")
}

fn glare() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let call = pair.answered()?;
    for _ in 0..5 {
        call.reinvite()?;
        pair.bob.command("reinvite", "")?;
        outcome(&mut pair.ours, &call)?;
    }
    let glares = pair
        .ours
        .messages()
        .iter()
        .filter(|(line, _)| line.contains(" SIP/2.0 491"))
        .count();
    is_tone(
        &listen(&pair.ours, &call, "after", Duration::from_millis(1200))?,
        PITCH_HZ,
    )?;
    ensure!(
        call.state() == CallState::Confirmed,
        "the call is {}",
        call.state().name()
    );
    pair.finish(&call, format!("five times, {glares} answers 491"))
}

fn update() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let call = pair.answered()?;
    call.update()?;
    let result = pair.ours.wait("outcome of the UPDATE", |event| match event {
        Event::SessionChanged { result, .. } => Some(result.clone()),
        _ => None,
    })?;
    let Err(error) = result else {
        anyhow::bail!("it was accepted");
    };
    ensure!(
        matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Sip),
        "it failed with {error}"
    );
    ensure!(
        call.state() == CallState::Confirmed,
        "the call is {}",
        call.state().name()
    );
    pair.finish(&call, format!("told as `{}`, the call goes on", error.kind().name()))
}

fn reliable() -> Result<Note> {
    let pair = Pair::start(Setup {
        account: |account| account.reliable(Reliable100::Required),
        ..PLAIN
    })?;
    let call = pair.call()?;
    refused(&call, 420)?;
    pair.close("")
}

fn timer() -> Result<Note> {
    let pair = Pair::start(Setup {
        account: |account| account.timers(SessionTimers::Required),
        ..PLAIN
    })?;
    let call = pair.call()?;
    refused(&call, 420)?;
    pair.close("")
}
