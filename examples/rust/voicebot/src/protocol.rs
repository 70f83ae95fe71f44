//! The events a speech service and its client exchange: JSON objects in text messages of a WebSocket, audio in them as base64 of
//! 16-bit little-endian samples. They have the names and fields of the realtime APIs that are common today; only what the bot
//! needs is here, and what it does not know it passes over.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Samples per second, both ways.
pub const RATE: u32 = 24_000;

/// What the client says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum ClientEvent {
    /// Settings of the session.
    #[serde(rename = "session.update")]
    SessionUpdate {
        /// Those to be changed.
        session: Value,
    },
    /// The caller's audio goes on.
    #[serde(rename = "input_audio_buffer.append")]
    Append {
        /// Samples at [`RATE`].
        #[serde(with = "pcm16")]
        audio: Vec<i16>,
    },
    /// Nothing more of the answer that is being made, please.
    #[serde(rename = "response.cancel")]
    Cancel {
        /// Which one.
        response_id: String,
    },
    /// The caller heard no more of an answer than this, so that the service does not believe it said the rest.
    #[serde(rename = "conversation.item.truncate")]
    Truncate {
        /// The answer's item.
        item_id: String,
        /// 0: the item's only content.
        content_index: u32,
        /// How much of it was heard.
        audio_end_ms: u64,
    },
    /// The caller heard nothing of an answer. (Services refuse to truncate to nothing.)
    #[serde(rename = "conversation.item.delete")]
    Delete {
        /// The answer's item.
        item_id: String,
    },
    /// Something else.
    #[serde(other)]
    Other,
}

/// What the service says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum ServerEvent {
    /// The session exists, with its defaults.
    #[serde(rename = "session.created")]
    SessionCreated {
        /// Its settings.
        session: Value,
    },
    /// The settings are these now.
    #[serde(rename = "session.updated")]
    SessionUpdated {
        /// All of them.
        session: Value,
    },
    /// The caller began to speak.
    #[serde(rename = "input_audio_buffer.speech_started")]
    SpeechStarted {
        /// Where in the audio appended so far, less the padding that the session asks for.
        audio_start_ms: u64,
    },
    /// The caller has been silent for as long as the session asks for.
    #[serde(rename = "input_audio_buffer.speech_stopped")]
    SpeechStopped {
        /// Where in the audio appended so far, that silence included.
        audio_end_ms: u64,
    },
    /// An answer begins.
    #[serde(rename = "response.created")]
    ResponseCreated {
        /// It.
        response: Response,
    },
    /// Audio of an answer; comes faster than it is spoken.
    #[serde(rename = "response.audio.delta", alias = "response.output_audio.delta")]
    AudioDelta {
        /// The answer.
        response_id: String,
        /// Its item, for [`ClientEvent::Truncate`].
        item_id: String,
        /// Samples at [`RATE`].
        #[serde(with = "pcm16")]
        delta: Vec<i16>,
    },
    /// That was all its audio.
    #[serde(rename = "response.audio.done", alias = "response.output_audio.done")]
    AudioDone {
        /// The answer.
        response_id: String,
        /// Its item.
        item_id: String,
    },
    /// The answer is complete, cancelled or failed.
    #[serde(rename = "response.done")]
    ResponseDone {
        /// It, with its status.
        response: Response,
    },
    /// [`ClientEvent::Truncate`] was obeyed.
    #[serde(rename = "conversation.item.truncated")]
    Truncated {
        /// As it was asked for.
        item_id: String,
        /// As it was asked for.
        audio_end_ms: u64,
    },
    /// Something the client said was wrong.
    #[serde(rename = "error")]
    Error {
        /// What.
        error: ErrorDetail,
    },
    /// Something else.
    #[serde(other)]
    Other,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// Its name.
    pub id: String,
    /// `"in_progress"`, `"completed"`, `"cancelled"`, `"failed"`, …
    #[serde(default)]
    pub status: String,
}

/// What a client did wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// For programs.
    #[serde(default)]
    pub code: Option<String>,
    /// For people.
    #[serde(default)]
    pub message: String,
}

/// Speech detection as the bot wants it: the service tells when the caller begins and ends, and makes an answer. Stopping one is
/// for the bot, which alone knows how much of it was heard.
pub fn turn_detection(prefix_padding_ms: u64, silence_duration_ms: u64) -> Value {
    json!({
        "type": "server_vad",
        "prefix_padding_ms": prefix_padding_ms,
        "silence_duration_ms": silence_duration_ms,
        "create_response": true,
        "interrupt_response": false,
    })
}

/// Samples as base64 of little-endian 16-bit numbers.
mod pcm16 {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(samples: &[i16], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i16>, D::Error> {
        let bytes = STANDARD
            .decode(String::deserialize(deserializer)?)
            .map_err(D::Error::custom)?;
        if bytes.len() % 2 != 0 {
            return Err(D::Error::custom(format!("{} bytes are no 16-bit samples", bytes.len())));
        }
        Ok(bytes
            .chunks_exact(2)
            .map(|b| i16::from_le_bytes([b[0], b[1]]))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audio_is_little_endian_base64() {
        let event = ClientEvent::Append {
            audio: vec![1, -2, i16::MAX],
        };
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(text, r#"{"type":"input_audio_buffer.append","audio":"AQD+//9/"}"#);
        assert_eq!(serde_json::from_str::<ClientEvent>(&text).unwrap(), event);
    }

    #[test]
    fn what_services_say_is_read_and_what_is_unknown_passed_over() {
        let read = |text: &str| serde_json::from_str::<ServerEvent>(text);
        for name in ["response.audio.delta", "response.output_audio.delta"] {
            let text = format!(
                r#"{{"event_id":"e1","type":"{name}","response_id":"r","item_id":"i","output_index":0,"content_index":0,"delta":"AQD+/w=="}}"#
            );
            let expected = ServerEvent::AudioDelta {
                response_id: "r".into(),
                item_id: "i".into(),
                delta: vec![1, -2],
            };
            assert_eq!(read(&text).unwrap(), expected);
        }
        let done = r#"{"type":"response.done","response":{"id":"r","object":"realtime.response","status":"cancelled","output":[]}}"#;
        let ServerEvent::ResponseDone { response } = read(done).unwrap() else {
            panic!()
        };
        assert_eq!((response.id.as_str(), response.status.as_str()), ("r", "cancelled"));
        let error =
            r#"{"type":"error","error":{"type":"invalid_request_error","code":null,"message":"no","param":null}}"#;
        assert!(matches!(read(error).unwrap(), ServerEvent::Error { .. }));
        assert_eq!(
            read(r#"{"type":"rate_limits.updated","rate_limits":[{"name":"tokens"}]}"#).unwrap(),
            ServerEvent::Other
        );
        assert!(read(r#"{"type":"response.audio.delta","response_id":"r","item_id":"i","delta":"AQ=="}"#).is_err());
    }
}
