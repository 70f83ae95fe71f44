//! Transfers by REFER with baresip: phone to phone, no server.

use std::time::Duration;

use anyhow::{Result, ensure};
use microsip_core::{CallState, EndedBy, TransferPolicy, TransferRules, TransferState};
use microsip_testkit::baresip::{Baresip, BaresipAnswer, BaresipOptions};

use super::{PEER, PLAIN, Pair};
use crate::scenario::{Note, Scenario};
use crate::stage::{end_of, is_tone, listen, new_call, pitch, reach, soon, transferred};

pub fn scenarios() -> Vec<Scenario> {
    let udp = |name: &str, run: fn() -> Result<Note>| Scenario::new(PEER, "UDP", name, run);
    vec![
        udp("we transfer it blindly to another phone", blind),
        udp("we transfer it blindly to one who refuses: told as failed", refused),
        udp("it transfers us to another phone, which we allow", || transferee(true)),
        udp("it transfers us to another phone, which we refuse", || {
            transferee(false)
        }),
    ]
}

const CAROL_HZ: f64 = 900.0;

fn carol(answer: BaresipAnswer) -> Result<Baresip> {
    Ok(Baresip::start(
        BaresipOptions::new("carol")
            .answer(answer)
            .codecs(&["pcmu"])
            .plays(pitch(CAROL_HZ)),
    )?)
}

fn blind() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let mut carol = carol(BaresipAnswer::Auto)?;
    let call = pair.answered()?;
    call.transfer(&carol.uri())?;
    let outcome = transferred(&mut pair.ours, &call)?;
    ensure!(
        outcome.state == TransferState::Succeeded,
        "{} with {}",
        outcome.state.name(),
        outcome.code.code()
    );
    end_of(&call)?;
    carol.wait_event("CALL_ESTABLISHED", soon())?;
    std::thread::sleep(Duration::from_millis(1200));
    carol.hang_up()?;
    carol.wait_event("CALL_CLOSED", soon())?;
    let heard = carol
        .heard()?
        .pop()
        .unwrap_or(microsip_testkit::audio::Audio::new(Vec::new(), 8000));
    is_tone(&heard, super::PITCH_HZ)?;
    pair.close(format!("NOTIFY told {}", outcome.code.code()))
}

fn refused() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let mut carol = carol(BaresipAnswer::Manual)?;
    let call = pair.answered()?;
    call.transfer(&carol.uri())?;
    carol.wait_event("CALL_INCOMING", soon())?;
    carol.hang_up()?;
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
    pair.finish(&call, format!("told {}, the call goes on", outcome.code.code()))
}

fn transferee(allowed: bool) -> Result<Note> {
    let config = move |config: microsip_core::EndpointConfig| {
        let rules = TransferRules::new().in_call(TransferPolicy::Accept);
        let config = config.codecs("PCMU")?;
        Ok(if allowed { config.transfers(rules) } else { config })
    };
    let mut pair = Pair::with(PLAIN, config, |phone| phone, |account| account)?;
    let carol = carol(BaresipAnswer::Auto)?;
    let call = pair.answered()?;
    pair.bob.transfer(&carol.uri())?;
    if allowed {
        let new = new_call(&mut pair.ours)?;
        reach(&new, CallState::Confirmed)?;
        end_of(&call)?;
        is_tone(
            &listen(&pair.ours, &new, "carol", Duration::from_millis(1200))?,
            CAROL_HZ,
        )?;
        new.hang_up()?;
        end_of(&new)?;
        return pair.close("it hung up when it was told of the success");
    }
    pair.bob.wait_event("TRANSFER_FAILED", soon())?;
    ensure!(pair.ours.wire("outgoing SIP/2.0 603", "REFER"), "we did not decline");
    // It is baresip's way to end the call then.
    let end = end_of(&call)?;
    ensure!(end.by == EndedBy::Remote, "ended by {}", end.by.name());
    pair.close("603; it hangs up")
}
