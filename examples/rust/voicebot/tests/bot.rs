//! What the bot does when things do not go by the script.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use microsip_core::{
    AccountConfig, AudioSinkOptions, AudioSourceOptions, Call, CallState, Endpoint, EndpointConfig, StatusCode,
    Transport,
};
use tokio::sync::oneshot;
use voicebot::bot::{self, Report, Service};
use voicebot::protocol::RATE;
use voicebot::service::{Script, SpeechService, asset};

const SOON: Duration = Duration::from_secs(20);

/// There is one endpoint in a process: under `cargo test` they take turns.
static TURN: Mutex<()> = Mutex::new(());

fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs the bot, and `caller` with a call to it; what the bot reports.
async fn with_a_call(service: Service, caller: impl FnOnce(Call) + Send + 'static) -> Report {
    let endpoint = Endpoint::start(EndpointConfig::default().bind("127.0.0.1:0".parse().unwrap())).unwrap();
    let events = endpoint.events();
    let address = endpoint.local_address(Transport::Udp).unwrap();
    let uri = format!("sip:voicebot@{address}");
    endpoint.add_account(AccountConfig::new(uri.as_str())).unwrap();
    let account = endpoint
        .add_account(AccountConfig::new(format!("sip:1001@{address}")))
        .unwrap();
    let (done, stop) = oneshot::channel::<()>();
    let calling = tokio::task::spawn_blocking(move || {
        caller(account.call(&uri).unwrap());
        drop(done);
    });
    let report = bot::run(&endpoint, events, service, async { drop(stop.await) })
        .await
        .unwrap();
    calling.await.unwrap();
    endpoint.close().unwrap();
    assert!(report.panics.is_empty());
    report
}

#[test]
fn without_its_service_the_bot_answers_503() {
    let _turn = turn();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("ws://{nobody}");
    let report = tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(with_a_call(Service::new(&url), |call| {
            let error = call.wait_for(CallState::Confirmed, SOON).unwrap_err();
            assert_eq!(error.sip_status(), Some(StatusCode::SERVICE_UNAVAILABLE), "{error}");
        }));
    let error = report.calls[0].error.as_ref().unwrap();
    assert!(error.contains(&url), "{error}");
}

#[test]
fn a_service_that_goes_away_ends_the_call() {
    let _turn = turn();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let report = runtime.block_on(async {
        let speech = SpeechService::start("127.0.0.1:0".parse().unwrap(), Script::new().unwrap())
            .await
            .unwrap();
        with_a_call(Service::new(speech.url()), move |call| {
            call.wait_for(CallState::Confirmed, SOON).unwrap();
            drop(speech);
            call.wait_for(CallState::Disconnected, SOON).unwrap();
        })
        .await
    });
    assert!(report.calls[0].error.is_some(), "{report:?}");
}

#[test]
fn an_answer_of_minutes_in_one_burst_is_cut_like_any_other() {
    let _turn = turn();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // More than the bot's source holds.
    let long = 150 * RATE as usize;
    let mut script = Script::new().unwrap();
    script.answers = vec![(0..long).map(|n| if n / 30 % 2 == 0 { 6000 } else { -6000 }).collect()];
    script.speed = 1000;
    let report = runtime.block_on(async {
        let speech = SpeechService::start("127.0.0.1:0".parse().unwrap(), script)
            .await
            .unwrap();
        let report = with_a_call(Service::new(speech.url()), |call| {
            call.wait_for(CallState::Confirmed, SOON).unwrap();
            let mut ear = call.audio_sink(AudioSinkOptions::default().rate(RATE)).unwrap();
            let mut mouth = call
                .audio_source(AudioSourceOptions::default().rate(RATE).capacity(SOON))
                .unwrap();
            let mut hears = |sound: bool, frames: usize| {
                let mut count = 0;
                while count < frames {
                    let frame = ear.read(Some(SOON)).unwrap().unwrap();
                    let loud = frame.samples.iter().any(|s| s.unsigned_abs() > 1000);
                    count = if loud == sound { count + 1 } else { 0 };
                }
            };
            mouth.write(&asset("question").unwrap()).unwrap();
            hears(true, 50);
            mouth.write(&asset("interruption").unwrap()).unwrap();
            hears(false, 25);
            call.hang_up().unwrap();
        })
        .await;
        let sessions = speech.sessions();
        assert!(sessions[0].errors.is_empty(), "{:?}", sessions[0].errors);
        assert_eq!(sessions[0].truncated.len(), 1);
        report
    });
    let call = &report.calls[0];
    assert_eq!((&call.error, call.complaints.len()), (&None, 0), "{call:?}");
    let cut = call.turns[0].barge_in.unwrap();
    assert!((1000..20_000).contains(&cut.audio_end_ms), "{cut:?}");
    assert!(!cut.cancelled, "all of it had come");
    assert!((cut.audio_end_ms + cut.dropped_ms).abs_diff(150_000) <= 2, "{cut:?}");
}
