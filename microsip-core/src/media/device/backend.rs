//! What a system of sound devices has to do for us. [`cpal`](super::cpal) is the real one; tests have one of their own.

use std::any::Any;
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use super::list::AudioDevice;
use super::ring::{CaptureReader, PlaybackWriter};
use crate::Result;

/// Told, on any thread and perhaps more than once, that a stream is dead, and why.
pub(crate) type OnLost = Box<dyn FnMut(String) + Send>;

/// A stream that runs until it is dropped, and the bridge's end of its ring.
pub(crate) struct Opened<End> {
    pub(crate) end: End,
    /// What was opened, as far as it is known.
    pub(crate) device: AudioDevice,
    pub(crate) stream: Box<dyn Any + Send>,
}

/// Sound devices. Called on threads that may wait; never on the engine, the clock or a device's callback.
pub(crate) trait Backend: Send + Sync + 'static {
    /// All there are.
    fn devices(&self, op: &'static str) -> Result<Vec<AudioDevice>>;

    /// Opens a loudspeaker: by id, or the default one without.
    fn open_output(
        &self,
        op: &'static str,
        id: Option<&str>,
        bridge_rate: u32,
        lost: OnLost,
    ) -> Result<Opened<PlaybackWriter>>;

    /// Opens a microphone.
    fn open_input(
        &self,
        op: &'static str,
        id: Option<&str>,
        bridge_rate: u32,
        lost: OnLost,
    ) -> Result<Opened<CaptureReader>>;
}

/// The system's devices.
#[cfg(feature = "audio-devices")]
#[expect(clippy::unnecessary_wraps, reason = "a build without devices has an error")]
pub(crate) fn system(_: &'static str) -> Result<Arc<dyn Backend>> {
    Ok(Arc::new(super::cpal::Cpal))
}

/// A build without devices.
#[cfg(not(feature = "audio-devices"))]
pub(crate) fn system(op: &'static str) -> Result<Arc<dyn Backend>> {
    Err(crate::Error::new(
        crate::ErrorKind::Unsupported,
        op,
        "this build has no sound devices; build it with the feature `audio-devices`",
    ))
}

static EPOCH: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Nanoseconds since the first time somebody asked: the clock of [`ring`](super::ring).
pub(crate) fn now() -> i64 {
    i64::try_from(EPOCH.elapsed().as_nanos()).unwrap_or(i64::MAX)
}
