//! `microsip demo`: one process, two accounts, one call, and the proof that it worked.

mod chart;
mod ladder;
mod party;
mod report;
mod stage;
mod table;
mod verdict;
mod watch;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use microsip_core::{CallState, Endpoint, LogLevel, PlayOptions, StatusCode};
use microsip_testkit::steady;

use crate::args::DemoArgs;
use crate::exit::Failure;
use crate::{logging, wav};
use party::Parties;
use report::{Leg, Report};
use stage::Stage;
use watch::Watch;

/// The sentence that ships with the program.
static SPEECH: &[u8] = include_bytes!("../../assets/speech.wav");

/// For whatever takes one message there and back.
const SOON: Duration = Duration::from_secs(10);
/// How long it rings, so that one sees it.
const RINGING: Duration = Duration::from_millis(400);
/// What jitter buffer and codec may hold back when the file has ended.
const TAIL: Duration = Duration::from_millis(400);
/// How often it is called when the machine stood still each time and spoiled what was heard.
const CALLS: u32 = 3;
/// RTCP goes out about every five seconds, so the round trip is not known at once.
const RTCP: Duration = Duration::from_secs(6);

/// Places the call, shows it, and compares what arrived with what was sent.
///
/// # Errors
/// A sentence with exit code 5 when something did not arrive, others when it could not begin.
pub fn run(args: DemoArgs) -> Result<(), Failure> {
    let pjsip_log = logging::start(args.common.log);
    let folder = folder(args.dir.as_deref())?;
    let speech = speech(args.play.as_deref(), &folder)?;
    let reference = wav::read(&speech).map_err(|e| Failure::usage(format!("--play: {e}")))?;
    if reference.rms_dbfs() < -60.0 {
        return Err(Failure::usage(format!(
            "--play: {} is silent, which proves nothing",
            speech.display()
        )));
    }
    let parties = Parties::new(&args, &folder)?;
    let interrupted = stage::interruption()?;
    let mut calls = 1;
    let report = loop {
        let watch = steady::Watch::start();
        let legs = match call(&args, &parties, &interrupted, pjsip_log, &speech, &folder) {
            Ok(legs) => legs,
            Err(e) if args.common.json => {
                report::print_failure(&e, &folder)?;
                return Err(e);
            }
            Err(e) => return Err(e),
        };
        let report = Report::new(legs, &args.digits, &reference, &speech, &folder, watch.end())?;
        if !report.is_spoiled() || calls == CALLS {
            break report;
        }
        calls += 1;
        if !args.common.json {
            let words = report.standstill().unwrap_or_default();
            say(&format!("\n{words}: the call is made again.\n")).map_err(output)?;
        }
    };
    if args.common.json {
        report.print_json()
    } else {
        table::print(&report)
    }
    .map_err(output)?;
    report.verdict()
}

/// One endpoint and its call.
fn call(
    args: &DemoArgs,
    parties: &Parties,
    interrupted: &Arc<AtomicBool>,
    pjsip_log: LogLevel,
    speech: &Path,
    folder: &Path,
) -> Result<[Leg; 2], Failure> {
    let endpoint = Endpoint::start(parties.endpoint(args, pjsip_log)).map_err(|e| Failure::start(&e))?;
    let mut stage = Stage::new(&endpoint, parties, Arc::clone(interrupted), args.common.json)?;
    let played = play(&mut stage, &endpoint, parties, args, speech, folder);
    let closed = endpoint.close().map_err(Failure::from);
    stage.drain();
    played.and_then(|legs| closed.map(|()| legs))
}

/// The call, from registration to hang-up.
fn play(
    stage: &mut Stage,
    endpoint: &Endpoint,
    parties: &Parties,
    args: &DemoArgs,
    speech: &Path,
    folder: &Path,
) -> Result<[Leg; 2], Failure> {
    let failed = |e: microsip_core::Error| Failure::not_proven(e.to_string());
    let accounts = parties.accounts(endpoint, args)?;
    if parties.registrar.is_some() {
        for account in &accounts {
            stage.until(&format!("{} to be registered", account.aor()), SOON, |_| {
                use microsip_core::RegistrationState::{Failed, Registered};
                let info = account.registration();
                match (info.state, info.error) {
                    (Registered, _) => Some(Ok(())),
                    (Failed, Some(e)) => Some(Err(Failure::not_proven(format!("{}: {e}", account.aor())))),
                    _ => None,
                }
            })??;
        }
    }

    let caller = accounts[0].call(&parties.target(endpoint)?).map_err(failed)?;
    let callee = stage.until("the call to arrive", SOON, |facts| match &facts.incoming {
        Some(call) => Some(Ok(call.clone())),
        None => stage::ended(&caller).map(Err),
    })??;
    callee.answer(StatusCode::RINGING).map_err(failed)?;
    stage.until_state(&caller, CallState::Early, SOON)?;
    stage.watch_for(RINGING)?;
    callee.answer(StatusCode::OK).map_err(failed)?;
    stage.until_state(&caller, CallState::Confirmed, SOON)?;
    stage.until_state(&callee, CallState::Confirmed, SOON)?;
    stage.until_audio(&caller, SOON)?;
    stage.until_audio(&callee, SOON)?;

    let watch = Watch::start([&caller, &callee])?;
    let names = [&parties.names[0], &parties.names[1]];
    let files = names.map(|name| folder.join(format!("recorded-by-{name}.wav")));
    let recorders = [
        callee.record(&files[1]).map_err(failed)?,
        caller.record(&files[0]).map_err(failed)?,
    ];
    let players = [&caller, &callee].map(|call| call.play(speech, PlayOptions::default()));
    let [first, second] = players;
    let players = [first.map_err(failed)?, second.map_err(failed)?];
    let length = players[0].length().unwrap_or(SOON);
    stage.speaking(true, length);
    stage.speaking(false, length);
    for player in &players {
        stage.until("the speech to be played", length + SOON, |_| {
            player
                .is_finished()
                .then_some(Ok(()))
                .or_else(|| stage::ended(&caller).map(Err))
        })??;
    }
    stage.watch_for(TAIL)?;

    caller.send_dtmf(&args.digits).map_err(failed)?;
    let wanted = args.digits.chars().count();
    // What is missing is told in the report, with what came.
    drop(stage.until("the digits", SOON, |facts| {
        (facts.digits.chars().count() >= wanted).then_some(())
    }));
    // Without a report the round trip stays unknown, which is no failure.
    drop(stage.until("a report of the peer", RTCP, |_| {
        let known = |call: &microsip_core::Call| call.stats().map_or(true, |s| s.round_trip.is_some());
        (known(&caller) && known(&callee)).then_some(())
    }));

    let [heard_by_caller, heard_by_callee] = watch.end();
    caller.hang_up().map_err(failed)?;
    stage.until_state(&caller, CallState::Disconnected, SOON)?;
    stage.until_state(&callee, CallState::Disconnected, SOON)?;
    let [to_callee, to_caller] = recorders.map(|r| r.wait_finished(SOON));
    let recordings = [to_callee.map_err(failed)?, to_caller.map_err(failed)?];
    let digits = std::mem::take(&mut stage.facts().digits);
    let [first, second] = recordings;
    Ok([
        Leg::new(
            names[0],
            names[1],
            caller.info(),
            callee.info(),
            first,
            heard_by_callee,
            Some(digits),
        ),
        Leg::new(
            names[1],
            names[0],
            callee.info(),
            caller.info(),
            second,
            heard_by_caller,
            None,
        ),
    ])
}

/// Where the recordings go: a new folder unless one is named.
fn folder(given: Option<&Path>) -> Result<PathBuf, Failure> {
    let Some(path) = given else {
        let new = tempfile::Builder::new().prefix("microsip-demo-").tempdir();
        return new
            .map(tempfile::TempDir::keep)
            .map_err(|e| Failure::failed(format!("cannot make a folder: {e}")));
    };
    std::fs::create_dir_all(path)
        .map_err(|e| Failure::usage(format!("--dir: cannot make the folder {}: {e}", path.display())))?;
    Ok(path.to_owned())
}

/// The file to play: the given one, or ours laid into the folder, where one can listen to it beside the recordings.
fn speech(given: Option<&Path>, folder: &Path) -> Result<PathBuf, Failure> {
    if let Some(path) = given {
        return Ok(path.to_owned());
    }
    let path = folder.join("speech.wav");
    std::fs::write(&path, SPEECH).map_err(|e| Failure::failed(format!("cannot write {}: {e}", path.display())))?;
    Ok(path)
}

/// Standard output failed; a reader that went away wants no more of us.
fn output(e: io::Error) -> Failure {
    Failure::failed(format!("cannot write to standard output: {e}"))
}

/// Writes a line to standard output.
fn say(line: &str) -> io::Result<()> {
    writeln!(anstream::stdout(), "{line}")
}
