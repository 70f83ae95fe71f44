//! Echo cancellation, noise suppression and automatic gain: Speex' DSP library, and AEC3 by PJMEDIA.
//!
//! PJMEDIA's own interface to Speex (`pjmedia_echo_create2`) has no settings but the tail, so the library is called directly.

use std::ffi::{c_int, c_void};
use std::ptr::NonNull;

use pjsip_sys as sys;

#[cfg(feature = "aec3")]
use super::Pj;
#[cfg(feature = "aec3")]
use super::status::check;
use crate::media::{EchoCancellation, VoiceFilter, VoiceProcessing};
use crate::{Error, ErrorKind, Result};

/// How much of the echo that is left is suppressed while both speak, as a part of what is suppressed else: more would cut
/// our own speech.
const DOUBLE_TALK: f32 = 0.375;

/// Speex' adaptive filter.
struct Canceller {
    state: NonNull<sys::SpeexEchoState>,
}

impl Canceller {
    fn new(op: &'static str, rate: u32, settings: &EchoCancellation) -> Result<Canceller> {
        let frame = (rate / 50) as c_int;
        let tail = (u128::from(rate) * settings.tail.as_millis() / 1000) as c_int;
        // SAFETY: plain numbers, range-checked by `VoiceProcessing::check`; the library allocates.
        let state = unsafe { sys::speex_echo_state_init(frame, tail) };
        let canceller = Canceller {
            state: NonNull::new(state).ok_or_else(|| out_of_memory(op))?,
        };
        let mut rate = rate as c_int;
        // SAFETY: the state is ours; the request takes a pointer to an int and copies it.
        unsafe {
            sys::speex_echo_ctl(
                state,
                sys::SPEEX_ECHO_SET_SAMPLING_RATE as c_int,
                (&raw mut rate).cast(),
            )
        };
        Ok(canceller)
    }
}

impl Drop for Canceller {
    fn drop(&mut self) {
        // SAFETY: made by speex_echo_state_init and destroyed once.
        unsafe { sys::speex_echo_state_destroy(self.state.as_ptr()) };
    }
}

/// Speex' spectral work: residual echo, noise, gain.
struct Preprocessor {
    state: NonNull<sys::SpeexPreprocessState>,
}

impl Preprocessor {
    fn new(op: &'static str, rate: u32, settings: &VoiceProcessing, canceller: Option<&Canceller>) -> Result<Self> {
        // SAFETY: plain numbers; the library allocates.
        let state = unsafe { sys::speex_preprocess_state_init((rate / 50) as c_int, rate as c_int) };
        let this = Preprocessor {
            state: NonNull::new(state).ok_or_else(|| out_of_memory(op))?,
        };
        // What is left of the echo is suppressed by the same gains, so they must be on for that too; noise then loses 0 dB.
        let spectral = settings.noise_suppression_db.is_some() || canceller.is_some();
        this.set(sys::SPEEX_PREPROCESS_SET_DENOISE, i32::from(spectral));
        let noise = settings.noise_suppression_db.unwrap_or(0.0);
        this.set(sys::SPEEX_PREPROCESS_SET_NOISE_SUPPRESS, -(noise.round() as i32));
        let gain = i32::from(settings.gain_target_dbov.is_some());
        this.set(sys::SPEEX_PREPROCESS_SET_AGC, gain);
        if let Some(dbov) = settings.gain_target_dbov {
            this.set(sys::SPEEX_PREPROCESS_SET_AGC_LEVEL, agc_level(dbov, rate));
            this.set(sys::SPEEX_PREPROCESS_SET_AGC_MAX_GAIN, 40_i32);
        }
        if let (Some(canceller), Some(echo)) = (canceller, settings.echo) {
            let both = -(echo.suppression_db * DOUBLE_TALK).round() as i32;
            this.set(
                sys::SPEEX_PREPROCESS_SET_ECHO_SUPPRESS,
                -(echo.suppression_db.round() as i32),
            );
            this.set(sys::SPEEX_PREPROCESS_SET_ECHO_SUPPRESS_ACTIVE, both);
            // SAFETY: both states are ours; the canceller outlives the preprocessor (order of fields in `Voice`). This
            // request takes the state itself, not a pointer to it.
            unsafe {
                sys::speex_preprocess_ctl(
                    this.state.as_ptr(),
                    sys::SPEEX_PREPROCESS_SET_ECHO_STATE as c_int,
                    canceller.state.as_ptr().cast(),
                )
            };
        }
        Ok(this)
    }

    /// A request that takes a pointer to a number, `i32` or `f32`, and copies it.
    fn set<T>(&self, request: u32, mut value: T) {
        // SAFETY: the state is ours, and each caller passes the type its request wants (speex_preprocess.h).
        let refused = unsafe {
            sys::speex_preprocess_ctl(self.state.as_ptr(), request as c_int, (&raw mut value).cast::<c_void>())
        };
        debug_assert_eq!(refused, 0, "request {request}");
    }
}

impl Drop for Preprocessor {
    fn drop(&mut self) {
        // SAFETY: made by speex_preprocess_state_init and destroyed once.
        unsafe { sys::speex_preprocess_state_destroy(self.state.as_ptr()) };
    }
}

/// Speex' idea of a level for one in dBov, so that speech comes out with that RMS: its loudness is weighted and counts loud
/// moments more. Measured with speech; see the test.
fn agc_level(dbov: f32, rate: u32) -> f32 {
    /// At 16 kHz; a longer frame counts as louder.
    const OFFSET_DB: f32 = 15.7;
    let offset = OFFSET_DB + 10.0 * (rate as f32 / 16_000.0).log10();
    32_768.0 * 10_f32.powf((dbov + offset) / 20.0)
}

fn out_of_memory(op: &'static str) -> Error {
    Error::new(ErrorKind::LimitReached, op, "out of memory")
}

enum Echo {
    None,
    Speex(Canceller),
    #[cfg(feature = "aec3")]
    Aec3(Aec3),
}

/// Everything together.
pub(crate) struct Voice {
    // Before the canceller it points to, so that it goes first.
    preprocessor: Option<Preprocessor>,
    echo: Echo,
    frame: usize,
    clean: Vec<i16>,
}

// SAFETY: the states are plain memory of the library, used by whoever holds this, one at a time.
unsafe impl Send for Voice {}

impl Voice {
    /// For frames of 20 ms at this rate in Hz.
    pub(crate) fn new(op: &'static str, rate: u32, settings: &VoiceProcessing) -> Result<Voice> {
        settings.check(op)?;
        let canceller = match settings.echo {
            Some(echo) if echo.canceller == crate::media::EchoCanceller::Speex => {
                Some(Canceller::new(op, rate, &echo)?)
            }
            _ => None,
        };
        let spectral =
            canceller.is_some() || settings.noise_suppression_db.is_some() || settings.gain_target_dbov.is_some();
        let preprocessor = match spectral {
            true => Some(Preprocessor::new(op, rate, settings, canceller.as_ref())?),
            false => None,
        };
        let frame = (rate / 50) as usize;
        Ok(Voice {
            preprocessor,
            echo: canceller.map_or(Echo::None, Echo::Speex),
            frame,
            clean: vec![0; frame],
        })
    }
}

impl VoiceFilter for Voice {
    fn process(&mut self, near: &mut [i16], far: &[i16]) {
        if near.len() != self.frame || far.len() != self.frame {
            return;
        }
        match &mut self.echo {
            Echo::None => {}
            Echo::Speex(canceller) => {
                // SAFETY: the state is ours, and the three buffers hold one frame each; none overlaps another.
                unsafe {
                    sys::speex_echo_cancellation(
                        canceller.state.as_ptr(),
                        near.as_ptr(),
                        far.as_ptr(),
                        self.clean.as_mut_ptr(),
                    );
                }
                near.copy_from_slice(&self.clean);
            }
            #[cfg(feature = "aec3")]
            Echo::Aec3(aec3) => aec3.cancel(near, far),
        }
        if let Some(preprocessor) = &self.preprocessor {
            // SAFETY: the state is ours, and the buffer holds one frame.
            unsafe { sys::speex_preprocess_run(preprocessor.state.as_ptr(), near.as_mut_ptr()) };
        }
    }
}

/// WebRTC's canceller, in a pool of its own.
#[cfg(feature = "aec3")]
struct Aec3 {
    state: NonNull<sys::pjmedia_echo_state>,
    pool: *mut sys::pj_pool_t,
}

#[cfg(feature = "aec3")]
impl Pj {
    /// A filter with AEC3; needs PJLIB, therefore on the engine.
    pub(crate) fn voice_with_aec3(&self, op: &'static str, rate: u32, settings: &VoiceProcessing) -> Result<Voice> {
        let mut voice = Voice::new(op, rate, settings)?;
        let tail = settings.echo.map_or(200, |e| e.tail.as_millis() as u32);
        let options = sys::PJMEDIA_ECHO_WEBRTC_AEC3 | sys::PJMEDIA_ECHO_NO_LOCK | sys::PJMEDIA_ECHO_USE_SW_ECHO;
        let name = super::string::Text::new("aec3");
        // SAFETY: engine thread; the state lives in the pool, which goes after it.
        unsafe {
            let mut pool = sys::pjsua_pool_create(name.as_ptr(), 1024, 1024);
            if pool.is_null() {
                return Err(out_of_memory(op));
            }
            let mut state = std::ptr::null_mut();
            let status = sys::pjmedia_echo_create2(pool, rate, 1, rate / 50, tail, 0, options, &mut state);
            let made = check(op, "cannot make AEC3, which wants a bridge of 16, 32 or 48 kHz", status);
            match (made, NonNull::new(state)) {
                (Ok(()), Some(state)) => voice.echo = Echo::Aec3(Aec3 { state, pool }),
                (made, _) => {
                    sys::pj_pool_safe_release(&mut pool);
                    made?;
                    return Err(out_of_memory(op));
                }
            }
        }
        Ok(voice)
    }
}

#[cfg(feature = "aec3")]
impl Aec3 {
    fn cancel(&mut self, near: &mut [i16], far: &[i16]) {
        // SAFETY: the state is ours, used by one thread at a time, and both buffers hold one frame.
        unsafe {
            sys::pjmedia_echo_cancel(
                self.state.as_ptr(),
                near.as_mut_ptr(),
                far.as_ptr(),
                0,
                std::ptr::null_mut(),
            )
        };
    }
}

#[cfg(feature = "aec3")]
impl Drop for Aec3 {
    fn drop(&mut self) {
        // SAFETY: made by pjmedia_echo_create2 and destroyed once; then its pool, whose factory has a lock.
        unsafe {
            sys::pjmedia_echo_destroy(self.state.as_ptr());
            sys::pj_pool_safe_release(&mut self.pool);
        }
    }
}

#[cfg(test)]
#[path = "echo_tests.rs"]
mod tests;
