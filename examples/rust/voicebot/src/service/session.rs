//! One client of the service.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};
use tokio_tungstenite::{WebSocketStream, accept_async};

use super::detector::{Detector, Edge, pieces};
use super::{Script, SessionLog, Sessions, note};
use crate::protocol::{ClientEvent, ErrorDetail, RATE, Response, ServerEvent, turn_detection};

/// A burst goes out this often.
const BURST: Duration = Duration::from_millis(250);
/// Samples in one event.
const DELTA: usize = RATE as usize / 20;

/// Serves one client until it leaves.
pub(super) async fn serve(stream: TcpStream, number: usize, script: Script, sessions: &Sessions) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut session = Session::new(accept_async(stream).await?, number, script, sessions);
    let settings = session.settings.clone();
    session.send(ServerEvent::SessionCreated { session: settings }).await?;
    loop {
        let burst = session.speech.as_ref().map(|speech| speech.next);
        tokio::select! {
            message = session.socket.next() => match message {
                Some(Ok(Message::Text(text))) => session.obey(&text).await?,
                Some(Ok(Message::Close(_)) | Err(SocketError::ConnectionClosed)) | None => return Ok(()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
            },
            () = sleep_until(burst.unwrap_or_else(Instant::now)), if burst.is_some() => session.speak().await?,
        }
    }
}

/// An answer on its way.
struct Speech {
    response_id: String,
    item_id: String,
    samples: Arc<[i16]>,
    sent: usize,
    next: Instant,
}

struct Session<'a> {
    socket: WebSocketStream<TcpStream>,
    number: usize,
    script: Script,
    sessions: &'a Sessions,
    settings: Value,
    detector: Detector,
    speech: Option<Speech>,
    answers: usize,
}

impl<'a> Session<'a> {
    fn new(socket: WebSocketStream<TcpStream>, number: usize, script: Script, sessions: &'a Sessions) -> Self {
        let mut detection = turn_detection(300, 500);
        detection["interrupt_response"] = json!(true);
        Session {
            socket,
            number,
            script,
            sessions,
            settings: json!({
                "id": format!("sess_{number}"),
                "input_audio_format": "pcm16",
                "output_audio_format": "pcm16",
                "turn_detection": detection,
            }),
            detector: Detector::new(500),
            speech: None,
            answers: 0,
        }
    }

    async fn send(&mut self, event: ServerEvent) -> Result<()> {
        let text = serde_json::to_string(&event)?;
        Ok(self.socket.send(Message::text(text)).await?)
    }

    fn note(&self, change: impl FnOnce(&mut SessionLog)) {
        note(self.sessions, self.number, change);
    }

    async fn refuse(&mut self, code: &str, message: String) -> Result<()> {
        self.note(|session| session.errors.push(message.clone()));
        let code = Some(code.to_owned());
        self.send(ServerEvent::Error {
            error: ErrorDetail { code, message },
        })
        .await
    }

    async fn obey(&mut self, text: &str) -> Result<()> {
        let event = match serde_json::from_str(text) {
            Ok(event) => event,
            Err(error) => return self.refuse("invalid_json", error.to_string()).await,
        };
        match event {
            ClientEvent::SessionUpdate { session } => self.update(session).await,
            ClientEvent::Append { audio } => self.hear(&audio).await,
            ClientEvent::Cancel { response_id } => match self.speech.take_if(|s| s.response_id == response_id) {
                Some(speech) => self.stop(speech).await,
                None => {
                    let message = format!("cancellation failed: {response_id} is not active");
                    self.refuse("response_cancel_not_active", message).await
                }
            },
            ClientEvent::Truncate {
                item_id, audio_end_ms, ..
            } => self.truncate(item_id, audio_end_ms).await,
            ClientEvent::Delete { item_id } => {
                self.note(|session| session.truncated.push((item_id, 0)));
                Ok(())
            }
            ClientEvent::Other => self.refuse("unknown_event", "this service is a small one".into()).await,
        }
    }

    async fn update(&mut self, wanted: Value) -> Result<()> {
        for name in ["input_audio_format", "output_audio_format"] {
            if wanted.get(name).is_some_and(|format| format != "pcm16") {
                return self.refuse("invalid_value", format!("{name} can be pcm16 only")).await;
            }
        }
        for (name, value) in wanted["turn_detection"].as_object().into_iter().flatten() {
            self.settings["turn_detection"][name] = value.clone();
        }
        self.detector.hangover = pieces(self.detection("silence_duration_ms"));
        let session = self.settings.clone();
        self.send(ServerEvent::SessionUpdated { session }).await
    }

    fn detection(&self, name: &str) -> u64 {
        self.settings["turn_detection"][name].as_u64().unwrap_or_default()
    }

    async fn hear(&mut self, audio: &[i16]) -> Result<()> {
        if self.script.keep_heard {
            self.note(|session| session.heard.extend_from_slice(audio));
        }
        for edge in self.detector.hear(audio) {
            match edge {
                Edge::Started(at) => {
                    let audio_start_ms = ms(at).saturating_sub(self.detection("prefix_padding_ms"));
                    self.send(ServerEvent::SpeechStarted { audio_start_ms }).await?;
                    if self.settings["turn_detection"]["interrupt_response"] == true
                        && let Some(speech) = self.speech.take()
                    {
                        self.stop(speech).await?;
                    }
                }
                Edge::Stopped(at) => {
                    self.send(ServerEvent::SpeechStopped { audio_end_ms: ms(at) }).await?;
                    if self.settings["turn_detection"]["create_response"] == true {
                        self.think().await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Begins the next answer of the script.
    async fn think(&mut self) -> Result<()> {
        let last = self.script.answers.len().checked_sub(1);
        let Some(samples) = last.map(|last| Arc::clone(&self.script.answers[self.answers.min(last)])) else {
            return Ok(());
        };
        self.answers += 1;
        let name = format!("{}_{}", self.number, self.answers);
        let speech = Speech {
            response_id: format!("resp_{name}"),
            item_id: format!("item_{name}"),
            samples,
            sent: 0,
            next: Instant::now() + self.script.think,
        };
        let response = speech.response("in_progress");
        if let Some(unfinished) = self.speech.replace(speech) {
            self.stop(unfinished).await?;
        }
        self.send(ServerEvent::ResponseCreated { response }).await
    }

    /// Sends a burst.
    async fn speak(&mut self) -> Result<()> {
        let Some(mut speech) = self.speech.take() else {
            return Ok(());
        };
        let burst = DELTA * (BURST.as_millis() as usize / 50) * self.script.speed.max(1) as usize;
        let end = (speech.sent + burst).min(speech.samples.len());
        for delta in speech.samples[speech.sent..end].chunks(DELTA) {
            let event = ServerEvent::AudioDelta {
                response_id: speech.response_id.clone(),
                item_id: speech.item_id.clone(),
                delta: delta.to_vec(),
            };
            self.send(event).await?;
        }
        speech.sent = end;
        self.remember(&speech);
        if end < speech.samples.len() {
            speech.next += BURST;
            self.speech = Some(speech);
            return Ok(());
        }
        let response = speech.response("completed");
        let done = ServerEvent::AudioDone {
            response_id: speech.response_id,
            item_id: speech.item_id,
        };
        self.send(done).await?;
        self.send(ServerEvent::ResponseDone { response }).await
    }

    fn remember(&self, speech: &Speech) {
        self.note(|session| {
            session.sent.retain(|(item, _)| *item != speech.item_id);
            session.sent.push((speech.item_id.clone(), speech.sent));
        });
    }

    async fn stop(&mut self, speech: Speech) -> Result<()> {
        self.note(|session| session.cancelled += 1);
        let response = speech.response("cancelled");
        self.send(ServerEvent::ResponseDone { response }).await
    }

    async fn truncate(&mut self, item_id: String, audio_end_ms: u64) -> Result<()> {
        let mut sent = None;
        self.note(|session| {
            sent = session
                .sent
                .iter()
                .find(|(item, _)| *item == item_id)
                .map(|(_, sent)| *sent)
        });
        match sent {
            None => {
                self.refuse("item_not_found", format!("there is no item {item_id}"))
                    .await
            }
            Some(sent) if audio_end_ms > ms(sent as u64) => {
                let message = format!(
                    "audio content of {} ms is already shorter than {audio_end_ms} ms",
                    ms(sent as u64)
                );
                self.refuse("invalid_value", message).await
            }
            Some(_) => {
                self.note(|session| session.truncated.push((item_id.clone(), audio_end_ms)));
                self.send(ServerEvent::Truncated { item_id, audio_end_ms }).await
            }
        }
    }
}

impl Speech {
    fn response(&self, status: &str) -> Response {
        Response {
            id: self.response_id.clone(),
            status: status.into(),
        }
    }
}

fn ms(samples: u64) -> u64 {
    samples * 1000 / u64::from(RATE)
}
