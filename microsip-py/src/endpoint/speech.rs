//! How speech is looked for.

use microsip_core as core;

use crate::{names, settings};

names!(core::Tap as "Tap" [Received, Sent, Mixed]);
settings!(core::SpeechOptions as "SpeechOptions" { threshold, hangover, tap });
