//! The scripted service keeps to the protocol, as a client of any make would see it.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use voicebot::protocol::{ClientEvent, RATE, ServerEvent, turn_detection};
use voicebot::service::{Script, SpeechService, asset};

struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    _service: SpeechService,
}

impl Client {
    async fn new(interrupt: bool) -> Client {
        let mut script = Script::new().unwrap();
        script.think = Duration::from_millis(50);
        let service = SpeechService::start("127.0.0.1:0".parse().unwrap(), script)
            .await
            .unwrap();
        let (socket, _) = connect_async(service.url()).await.unwrap();
        let mut client = Client {
            socket,
            _service: service,
        };
        assert!(matches!(client.hear().await, ServerEvent::SessionCreated { .. }));
        let mut detection = turn_detection(300, 500);
        detection["interrupt_response"] = json!(interrupt);
        let session = json!({ "turn_detection": detection });
        client.say(ClientEvent::SessionUpdate { session }).await;
        let ServerEvent::SessionUpdated { session } = client.hear().await else {
            panic!()
        };
        assert_eq!(session["turn_detection"], detection);
        client
    }

    async fn say(&mut self, event: ClientEvent) {
        let text = serde_json::to_string(&event).unwrap();
        self.socket.send(Message::text(text)).await.unwrap();
    }

    async fn hear(&mut self) -> ServerEvent {
        let message = tokio::time::timeout(Duration::from_secs(10), self.socket.next()).await;
        let message = message.unwrap().unwrap().unwrap();
        serde_json::from_str(message.to_text().unwrap()).unwrap()
    }

    /// Speech between silences of a second; faster than real time, which the service does not mind.
    async fn speak(&mut self) {
        let silence = vec![0; RATE as usize];
        let audio = [silence.clone(), asset("question").unwrap(), silence].concat();
        for chunk in audio.chunks(480) {
            self.say(ClientEvent::Append { audio: chunk.to_vec() }).await;
        }
    }

    /// The name of the response that begins after speech was noticed.
    async fn asked(&mut self) -> String {
        loop {
            if let ServerEvent::ResponseCreated { response } = self.hear().await {
                assert_eq!(response.status, "in_progress");
                return response.id;
            }
        }
    }

    async fn refusal(&mut self, event: ClientEvent) -> String {
        self.say(event).await;
        let ServerEvent::Error { error } = self.hear().await else {
            panic!()
        };
        error.code.unwrap()
    }
}

#[tokio::test]
async fn it_notices_speech_and_answers_in_bursts() {
    let mut client = Client::new(false).await;
    client.speak().await;
    let ServerEvent::SpeechStarted { audio_start_ms } = client.hear().await else {
        panic!()
    };
    assert!(
        (680..=760).contains(&audio_start_ms),
        "{audio_start_ms}: 1 s less the padding of 300 ms"
    );
    let ServerEvent::SpeechStopped { audio_end_ms } = client.hear().await else {
        panic!()
    };
    assert!(
        (2790..=2900).contains(&audio_end_ms),
        "{audio_end_ms}: 1 s + 1.39 s + 0.5 s"
    );
    let response = client.asked().await;
    let begun = Instant::now();
    let (mut heard, mut item, mut pauses) = (Vec::new(), String::new(), 0);
    loop {
        let waited = Instant::now();
        match client.hear().await {
            ServerEvent::AudioDelta {
                response_id,
                item_id,
                delta,
            } => {
                assert_eq!(response_id, response);
                item = item_id;
                heard.extend(delta);
            }
            ServerEvent::AudioDone { item_id, .. } => {
                assert_eq!(item_id, item);
                break;
            }
            other => panic!("{other:?}"),
        }
        pauses += usize::from(waited.elapsed() > Duration::from_millis(100));
    }
    assert!(heard == asset("answer-1").unwrap(), "{} samples", heard.len());
    let spoken = Duration::from_secs_f64(heard.len() as f64 / f64::from(RATE));
    let sending = begun.elapsed();
    assert!(
        spoken / 4 < sending && sending < spoken * 2 / 3,
        "{spoken:?} in {sending:?}"
    );
    assert!(pauses > 5, "{pauses}");
    let ServerEvent::ResponseDone { response: done } = client.hear().await else {
        panic!()
    };
    assert_eq!(
        (done.id.as_str(), done.status.as_str()),
        (response.as_str(), "completed")
    );

    let truncate = |item_id: &str, audio_end_ms| ClientEvent::Truncate {
        item_id: item_id.to_owned(),
        content_index: 0,
        audio_end_ms,
    };
    assert_eq!(client.refusal(truncate("item_x", 1)).await, "item_not_found");
    assert_eq!(client.refusal(truncate(&item, 60_000)).await, "invalid_value");
    let late = ClientEvent::Cancel { response_id: response };
    assert_eq!(client.refusal(late).await, "response_cancel_not_active");
    client.say(truncate(&item, 1234)).await;
    let ServerEvent::Truncated { item_id, audio_end_ms } = client.hear().await else {
        panic!()
    };
    assert_eq!((item_id, audio_end_ms), (item, 1234));
}

#[tokio::test]
async fn it_stops_when_it_is_told_to_or_when_it_may_by_itself() {
    for interrupt in [false, true] {
        let mut client = Client::new(interrupt).await;
        client.speak().await;
        let response_id = client.asked().await;
        assert!(matches!(client.hear().await, ServerEvent::AudioDelta { .. }));
        if interrupt {
            client.speak().await;
        } else {
            client
                .say(ClientEvent::Cancel {
                    response_id: response_id.clone(),
                })
                .await;
        }
        let done = loop {
            match client.hear().await {
                ServerEvent::AudioDelta { .. } | ServerEvent::SpeechStarted { .. } => {}
                ServerEvent::ResponseDone { response } => break response,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!((done.id, done.status.as_str()), (response_id, "cancelled"));
    }
}

#[tokio::test]
async fn nonsense_is_refused_and_the_session_goes_on() {
    let mut client = Client::new(false).await;
    client.socket.send(Message::text("no JSON")).await.unwrap();
    let ServerEvent::Error { error } = client.hear().await else {
        panic!()
    };
    assert_eq!(error.code.as_deref(), Some("invalid_json"));
    let session = json!({ "input_audio_format": "g711_ulaw" });
    assert_eq!(
        client.refusal(ClientEvent::SessionUpdate { session }).await,
        "invalid_value"
    );
    assert_eq!(client.refusal(ClientEvent::Other).await, "unknown_event");
    client.speak().await;
    client.asked().await;
}
