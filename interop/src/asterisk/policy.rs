//! Our policies and requests as Asterisk sees them.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use microsip_core::{AutoAnswer, CallPolicy, CallState};

use super::{PEER, PLAIN, Pair};
use crate::scenario::{Note, Scenario};
use crate::stage::{SOON, echo, end_of, reach, soon};

pub fn scenarios() -> Vec<Scenario> {
    let one = |name: &str, run: fn() -> Result<Note>| Scenario::new(PEER, "UDP", name, run);
    vec![
        one("OPTIONS to the PBX", options),
        one("OPTIONS from the PBX (qualify)", qualified),
        one("do not disturb: refused as busy", undisturbed),
        one("we forward every call: the PBX follows our 302", forwarded),
        one("we forward when nobody answers", forwarded_late),
        one("automatic answer by Call-Info answer-after", || by_header("call-info")),
        one("automatic answer by Alert-Info", || by_header("alert-info")),
        one("hang up after a time", hang_up_after),
    ]
}

fn options() -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    let response = pair.alice.options(&pair.uri("echo")?)?.wait(SOON)?;
    ensure!(
        response.code.code() == 200,
        "answered {} {}",
        response.code.code(),
        response.reason
    );
    pair.close(format!(
        "200 after {:.0} ms",
        response.round_trip.as_secs_f64() * 1000.0
    ))
}

fn qualified() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    pair.pbx.cli("pjsip qualify alice")?;
    ensure!(pair.ours.wire("incoming OPTIONS", ""), "no OPTIONS came");
    ensure!(
        pair.ours.wire("outgoing SIP/2.0 200", "OPTIONS"),
        "it was not answered 200"
    );
    pair.close("answered 200")
}

/// The PBX calls us by `Dial` and logs how that ended.
fn tried(pair: &Pair, from: &str) -> Result<()> {
    pair.pbx
        .cli("dialplan add extension try-alice,1,Dial,PJSIP/alice into tests")?;
    pair.pbx
        .cli("dialplan add extension try-alice,2,Verbose,tried-with-${DIALSTATUS}-${HANGUPCAUSE} into tests")?;
    pair.pbx
        .cli(&format!(
            "channel originate Local/try-alice@tests extension {from}@tests"
        ))
        .map(drop)?;
    Ok(())
}

fn undisturbed() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    pair.ours.endpoint.set_policy(CallPolicy::new().do_not_disturb(true))?;
    tried(&pair, "timed")?;
    let told = |line: &str| line.contains("tried-with-") && !line.contains("DIALSTATUS");
    let told = pair
        .pbx
        .output()
        .wait_from(0, told, soon())
        .map(|(_, line)| line)
        .unwrap_or_default();
    ensure!(told.contains("tried-with-BUSY"), "the PBX says {told:?}");
    ensure!(pair.ours.wire("outgoing SIP/2.0 4", "INVITE"), "no refusal was sent");
    pair.close("the PBX sees BUSY")
}

fn forwarded() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let target = pair.uri("record")?;
    pair.ours
        .endpoint
        .set_policy(CallPolicy::new().forward_always(target))?;
    tried(&pair, "tone")?;
    // The PBX is the caller and the forwarded callee at once: it records its own tone.
    ensure!(
        pair.pbx.output().wait_from(0, "Record(", soon()).is_some(),
        "the PBX did not go to `record`"
    );
    ensure!(pair.ours.wire("outgoing SIP/2.0 302", "sip:record@"), "no 302 was sent");
    pair.pbx.cli("channel request hangup all")?;
    pair.pbx.wait_channels(0, soon())?;
    pair.close("")
}

fn forwarded_late() -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    let target = pair.uri("record")?;
    pair.ours
        .endpoint
        .set_policy(CallPolicy::new().forward_no_answer(Duration::from_secs(1), target))?;
    tried(&pair, "tone")?;
    ensure!(
        pair.pbx.output().wait_from(0, "Record(", soon()).is_some(),
        "the PBX did not go to `record`"
    );
    ensure!(pair.ours.wire("outgoing SIP/2.0 302", "sip:record@"), "no 302 was sent");
    pair.pbx.cli("channel request hangup all")?;
    pair.pbx.wait_channels(0, soon())?;
    pair.close("after a second")
}

fn by_header(how: &str) -> Result<Note> {
    let mut pair = Pair::start(PLAIN)?;
    pair.ours
        .endpoint
        .set_policy(CallPolicy::new().auto_answer(AutoAnswer::new().by_header(true)))?;
    pair.pbx.cli(&format!(
        "channel originate Local/{how}-alice@tests extension echo@tests"
    ))?;
    let call = pair.ours.incoming()?;
    reach(&call, CallState::Confirmed).context("nobody answered by hand")?;
    let heard = echo(&pair.ours, &call, 0.95)?;
    pair.finish(&call, heard.to_string())
}

fn hang_up_after() -> Result<Note> {
    let pair = Pair::start(PLAIN)?;
    pair.ours
        .endpoint
        .set_policy(CallPolicy::new().hang_up_after(Duration::from_secs(2)))?;
    let call = pair.answered("echo")?;
    end_of(&call)?;
    let length = call.info().duration();
    ensure!((1800..2600).contains(&length.as_millis()), "it lasted {length:?}");
    pair.finish(&call, format!("{:.1} s", length.as_secs_f64()))
}
