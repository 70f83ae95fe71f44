//! The bot: each call that comes in gets a session of its own at the speech service.

mod conversation;
mod ear_clock;
mod report;

use std::future::Future;

use futures_util::StreamExt;
use microsip_core::{Call, Endpoint, Event, Events, Result, Secret, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;

pub use report::{BargeIn, CallReport, Report, Turn};

use crate::protocol::turn_detection;

/// The speech service, and how it is asked.
#[derive(Debug, Clone)]
pub struct Service {
    /// `ws://…`; `wss://…` with the feature of that name.
    pub url: String,
    /// Sent as `Authorization: Bearer …`.
    pub token: Option<Secret>,
    /// The `session` of the first `session.update`.
    pub session: Value,
}

impl Service {
    /// The service at `url`, asked for 16-bit samples and for telling when the caller speaks.
    pub fn new(url: impl Into<String>) -> Self {
        Service {
            url: url.into(),
            token: None,
            session: json!({
                "modalities": ["audio", "text"],
                "input_audio_format": "pcm16",
                "output_audio_format": "pcm16",
                "turn_detection": turn_detection(300, 500),
            }),
        }
    }
}

/// Answers every call until `stop`, then hangs up what is left; how it went. Take the `events` before the endpoint can be called, so
/// that no call is missed.
///
/// # Errors
/// What the endpoint says when it cannot go on.
pub async fn run(
    endpoint: &Endpoint,
    mut events: Events,
    service: Service,
    stop: impl Future<Output = ()>,
) -> Result<Report> {
    let mut calls = JoinSet::new();
    let mut report = Report::default();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(ended) = calls.join_next() => report.add(ended),
            // (Events are an iterator as well, which blocks.)
            event = StreamExt::next(&mut events) => match event {
                Some(Event::IncomingCall { call, .. }) => drop(calls.spawn(attend(call, service.clone()))),
                Some(_) => {}
                None => break, // the endpoint was closed
            },
        }
    }
    endpoint.hang_up_all()?;
    while let Some(ended) = calls.join_next().await {
        report.add(ended);
    }
    Ok(report)
}

/// One call, from the service's readiness to its end.
async fn attend(call: Call, service: Service) -> CallReport {
    let mut report = CallReport::new(&call);
    // Only who can talk should answer.
    let talked = match conversation::connect(&service).await {
        Ok(socket) => conversation::hold(&call, socket, &service, &mut report).await,
        Err(error) => {
            drop(call.reject(StatusCode::SERVICE_UNAVAILABLE));
            Err(error)
        }
    };
    report.error = talked.err().map(|error| format!("{error:#}"));
    // Gone already if the caller hung up.
    drop(call.hang_up());
    report
}
