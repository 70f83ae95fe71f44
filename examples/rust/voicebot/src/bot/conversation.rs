//! A call and its session at the service: three streams in one loop.

use std::future::poll_fn;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt, StreamExt};
use microsip_core::{AudioFrame, AudioSinkOptions, AudioSource, AudioSourceOptions, Call, StatusCode};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::ear_clock::EarClock;
use super::{BargeIn, CallReport, Service, Turn};
use crate::protocol::{ClientEvent, RATE, ServerEvent};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Services send whole sentences in a moment; the source keeps them and speaks at its pace. That is 6 MB a call, in time.
const AHEAD: Duration = Duration::from_secs(120);

/// Opens a session.
pub async fn connect(service: &Service) -> Result<Socket> {
    let mut request = service
        .url
        .as_str()
        .into_client_request()
        .context("the service's URL")?;
    if let Some(token) = &service.token {
        request.headers_mut().insert(
            "Authorization",
            format!("Bearer {}", token.reveal()).parse().context("the token")?,
        );
    }
    // Without Nagle's algorithm, which would hold small messages back.
    let (mut socket, _) = connect_async_with_config(request, None, true)
        .await
        .with_context(|| format!("cannot reach the speech service at {}", service.url))?;
    let session = service.session.clone();
    send(&mut socket, ClientEvent::SessionUpdate { session }).await?;
    Ok(socket)
}

/// Answers the call and lets the two talk until one of them hangs up.
pub async fn hold(call: &Call, mut socket: Socket, service: &Service, report: &mut CallReport) -> Result<()> {
    call.answer(StatusCode::OK)?;
    let mut ear = call.audio_sink(AudioSinkOptions::default().rate(RATE))?;
    let mouth = call.audio_source(AudioSourceOptions::default().rate(RATE).capacity(AHEAD))?;
    let mut talk = Conversation::new(mouth, &service.session, report);
    loop {
        tokio::select! {
            frame = ear.next() => match frame {
                Some(frame) => {
                    talk.hear(&frame);
                    send(&mut socket, ClientEvent::Append { audio: frame.samples }).await?;
                }
                None => break, // the call has ended
            },
            message = socket.next() => match message.context("the service hung up")?? {
                Message::Text(text) => {
                    for event in talk.obey(serde_json::from_str(&text)?).await? {
                        send(&mut socket, event).await?;
                    }
                }
                Message::Close(_) => bail!("the service ended the session"),
                _ => {}
            },
            written = poll_fn(|cx| talk.mouth.poll_write(cx, &talk.unsaid)), if !talk.unsaid.is_empty() => {
                talk.unsaid.drain(..written?);
            }
        }
    }
    // A courtesy: the service may be gone as well.
    drop(socket.close(None).await);
    Ok(())
}

async fn send(socket: &mut Socket, event: ClientEvent) -> Result<()> {
    Ok(socket.send(Message::text(serde_json::to_string(&event)?)).await?)
}

/// The answer that is being said, or was said last.
struct Answer {
    response_id: String,
    item_id: String,
    /// Position of its first sample among all that were ever given to the source.
    start: u64,
}

struct Conversation<'a> {
    mouth: AudioSource,
    /// What the source had no room for yet.
    unsaid: Vec<i16>,
    answer: Option<Answer>,
    /// The response that the service is making.
    making: Option<String>,
    /// The response that was interrupted: what still comes of it is not said.
    cut: Option<String>,
    clock: EarClock,
    /// How much before the speech the service counts to it, and how long it waits after it.
    padding: Duration,
    hangover: Duration,
    /// When the caller last fell silent.
    asked: Option<Instant>,
    report: &'a mut CallReport,
}

impl<'a> Conversation<'a> {
    fn new(mouth: AudioSource, session: &Value, report: &'a mut CallReport) -> Self {
        let mut talk = Conversation {
            mouth,
            unsaid: Vec::new(),
            answer: None,
            making: None,
            cut: None,
            clock: EarClock::default(),
            padding: Duration::ZERO,
            hangover: Duration::ZERO,
            asked: None,
            report,
        };
        talk.learn(session);
        talk
    }

    /// Takes over how the service detects speech.
    fn learn(&mut self, session: &Value) {
        let places = ["/turn_detection", "/audio/input/turn_detection"];
        let Some(detection) = places.iter().find_map(|place| session.pointer(place)) else {
            return;
        };
        let time = |name: &str| detection[name].as_u64().map(Duration::from_millis);
        self.padding = time("prefix_padding_ms").unwrap_or(self.padding);
        self.hangover = time("silence_duration_ms").unwrap_or(self.hangover);
    }

    /// A frame of the caller comes with each tick of the bridge: the moment to see whether the answer has begun as well.
    fn hear(&mut self, frame: &AudioFrame) {
        self.clock.note(frame);
        self.report.lost_samples += frame.lost;
        let stats = self.mouth.stats();
        self.report.underruns = stats.underruns;
        let (Some(answer), Some(turn)) = (&self.answer, self.report.turns.last_mut()) else {
            return;
        };
        if turn.begun.is_none() && turn.barge_in.is_none() && stats.sent + stats.flushed > answer.start {
            turn.begun = Some(Instant::now());
        }
    }

    /// Does what the service says; what to tell it.
    async fn obey(&mut self, event: ServerEvent) -> Result<Vec<ClientEvent>> {
        match event {
            ServerEvent::SessionCreated { session } | ServerEvent::SessionUpdated { session } => self.learn(&session),
            ServerEvent::SpeechStarted { audio_start_ms } => {
                let spoke = Duration::from_millis(audio_start_ms) + self.padding;
                return self.fall_silent(spoke).await;
            }
            ServerEvent::SpeechStopped { audio_end_ms } => {
                let fell_silent = Duration::from_millis(audio_end_ms).saturating_sub(self.hangover);
                self.asked = self.clock.at(fell_silent);
            }
            ServerEvent::ResponseCreated { response } => self.making = Some(response.id),
            ServerEvent::AudioDelta {
                response_id,
                item_id,
                delta,
            } => self.say(response_id, item_id, &delta),
            ServerEvent::ResponseDone { response } => drop(self.making.take_if(|id| *id == response.id)),
            // An answer that was complete before our cancellation came is no fault.
            ServerEvent::Error { error } if error.code.as_deref() == Some("response_cancel_not_active") => {}
            ServerEvent::Error { error } => self.report.complaints.push(error.message),
            ServerEvent::AudioDone { .. } | ServerEvent::Truncated { .. } | ServerEvent::Other => {}
        }
        Ok(Vec::new())
    }

    /// Some audio of an answer; much more than time has passed, usually.
    fn say(&mut self, response_id: String, item_id: String, samples: &[i16]) {
        if self.cut.as_ref() == Some(&response_id) {
            return;
        }
        if self.answer.as_ref().is_none_or(|answer| answer.item_id != item_id) {
            self.report.turns.push(Turn::new(&item_id, self.asked.take()));
            let start = self.mouth.stats().written + self.unsaid.len() as u64;
            self.answer = Some(Answer {
                response_id,
                item_id,
                start,
            });
        }
        self.unsaid.extend_from_slice(samples);
    }

    /// The caller speaks: nothing more of the answer, and the service learns how much of it was heard.
    async fn fall_silent(&mut self, spoke: Duration) -> Result<Vec<ClientEvent>> {
        let told = Instant::now();
        let mut reply = Vec::new();
        let making = self.making.take();
        if let Some(response_id) = making.clone() {
            self.cut = Some(response_id.clone());
            reply.push(ClientEvent::Cancel { response_id });
        }
        let speaks = self.mouth.stats().queued > 0 || !self.unsaid.is_empty();
        let interrupted = |answer: &&Answer| speaks || making.as_ref() == Some(&answer.response_id);
        let Some(answer) = self.answer.as_ref().filter(interrupted) else {
            return Ok(reply);
        };
        let cut = self.mouth.flush_async().await?;
        let dropped = cut.dropped + std::mem::take(&mut self.unsaid).len() as u64;
        let audio_end_ms = cut.position.saturating_sub(answer.start) * 1000 / u64::from(RATE);
        let item_id = answer.item_id.clone();
        reply.push(match audio_end_ms {
            0 => ClientEvent::Delete { item_id },
            _ => ClientEvent::Truncate {
                item_id,
                content_index: 0,
                audio_end_ms,
            },
        });
        if let Some(turn) = self.report.turns.last_mut() {
            turn.barge_in = Some(BargeIn {
                spoke: self.clock.at(spoke),
                told,
                flushed: Instant::now(),
                audio_end_ms,
                dropped_ms: dropped * 1000 / u64::from(RATE),
                cancelled: making.is_some(),
            });
        }
        Ok(reply)
    }
}
