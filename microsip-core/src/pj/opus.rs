//! Opus as a file codec: the library PJMEDIA's codec uses, called from the threads that read and write files.
//!
//! Always by its multistream interface (RFC 7845 §5.1.1), of which a plain stream is the case of one: so files of any
//! channel mapping are read, and the two sides of a call are written as two streams that cannot leak into each other.

use std::ffi::{CStr, c_int};
use std::ptr::NonNull;

use pjsip_sys as sys;

/// What Opus counts in, whatever rate it is given (RFC 7845 §4).
pub(crate) const RATE: u32 = 48_000;
/// Longest packet there is: 120 ms.
const LONGEST: usize = RATE as usize * 120 / 1000;
/// No packet of a stream of ours is larger (RFC 6716 §3.2.1, one frame per packet and stream).
const PACKET: usize = 1500;

fn text(code: c_int) -> String {
    // SAFETY: opus_strerror returns a constant string for every number.
    unsafe { CStr::from_ptr(sys::opus_strerror(code)) }
        .to_string_lossy()
        .into_owned()
}

/// A decoder of 48 kHz, interleaved.
pub(crate) struct OpusDecoder {
    state: NonNull<sys::OpusMSDecoder>,
    channels: usize,
    out: Vec<i16>,
}

// SAFETY: libopus keeps no state per thread; one owner at a time uses the decoder.
unsafe impl Send for OpusDecoder {}

impl OpusDecoder {
    /// `mapping` has a value for each channel. `gain` is in 1/256 dB.
    pub(crate) fn new(streams: u8, coupled: u8, mapping: &[u8], gain: i16) -> Result<OpusDecoder, String> {
        let channels = mapping.len();
        if channels == 0 || channels > 255 {
            return Err(format!("{channels} channels"));
        }
        let mut error = 0;
        // SAFETY: `mapping` has `channels` values, as it wants; libopus checks all numbers and copies them.
        let state = unsafe {
            sys::opus_multistream_decoder_create(
                RATE as i32,
                channels as c_int,
                c_int::from(streams),
                c_int::from(coupled),
                mapping.as_ptr(),
                &mut error,
            )
        };
        let state = NonNull::new(state).ok_or_else(|| text(error))?;
        let decoder = OpusDecoder {
            state,
            channels,
            out: vec![0; LONGEST * channels],
        };
        // SAFETY: a live decoder; this request takes one int.
        let status = unsafe {
            sys::opus_multistream_decoder_ctl(state.as_ptr(), sys::OPUS_SET_GAIN_REQUEST as c_int, c_int::from(gain))
        };
        match status {
            0 => Ok(decoder),
            code => Err(text(code)),
        }
    }

    /// The samples of a packet, channels interleaved.
    pub(crate) fn decode(&mut self, packet: &[u8]) -> Result<&[i16], String> {
        let Ok(length) = i32::try_from(packet.len()) else {
            return Err("a packet of 2 GiB".into());
        };
        if length == 0 {
            // To libopus that would be a lost packet.
            return Err("an empty packet".into());
        }
        // SAFETY: a live decoder; `packet` and `out` are as long as told.
        let frames = unsafe {
            sys::opus_multistream_decode(
                self.state.as_ptr(),
                packet.as_ptr(),
                length,
                self.out.as_mut_ptr(),
                LONGEST as c_int,
                0,
            )
        };
        match usize::try_from(frames) {
            Ok(frames) => Ok(&self.out[..frames * self.channels]),
            Err(_) => Err(text(frames)),
        }
    }

    /// Forgets what was decoded, for a jump.
    pub(crate) fn reset(&mut self) {
        // SAFETY: a live decoder; this request takes nothing.
        unsafe { sys::opus_multistream_decoder_ctl(self.state.as_ptr(), sys::OPUS_RESET_STATE as c_int) };
    }
}

impl Drop for OpusDecoder {
    fn drop(&mut self) {
        // SAFETY: made by create, destroyed once.
        unsafe { sys::opus_multistream_decoder_destroy(self.state.as_ptr()) }
    }
}

/// An encoder of one independent stream per channel.
pub(crate) struct OpusEncoder {
    state: NonNull<sys::OpusMSEncoder>,
    channels: usize,
    frame: usize,
    out: Vec<u8>,
}

// SAFETY: as for the decoder.
unsafe impl Send for OpusEncoder {}

impl OpusEncoder {
    /// For packets of 20 ms. `rate` is 8, 12, 16, 24 or 48 kHz; `bitrate` is per channel, `None` for libopus' choice.
    pub(crate) fn new(rate: u32, channels: u8, bitrate: Option<u32>) -> Result<OpusEncoder, String> {
        let mapping: Vec<u8> = (0..channels).collect();
        let mut error = 0;
        // SAFETY: `mapping` has `channels` values; libopus checks all numbers and copies them.
        let state = unsafe {
            sys::opus_multistream_encoder_create(
                rate as i32,
                c_int::from(channels),
                c_int::from(channels),
                0,
                mapping.as_ptr(),
                sys::OPUS_APPLICATION_VOIP as c_int,
                &mut error,
            )
        };
        let state = NonNull::new(state).ok_or_else(|| text(error))?;
        let encoder = OpusEncoder {
            state,
            channels: usize::from(channels),
            frame: rate as usize / 50,
            out: vec![0; PACKET * usize::from(channels)],
        };
        if let Some(bitrate) = bitrate {
            let all = bitrate.saturating_mul(u32::from(channels)).min(i32::MAX as u32) as c_int;
            // SAFETY: a live encoder; this request takes one int.
            let status = unsafe {
                sys::opus_multistream_encoder_ctl(state.as_ptr(), sys::OPUS_SET_BITRATE_REQUEST as c_int, all)
            };
            if status != 0 {
                return Err(text(status));
            }
        }
        Ok(encoder)
    }

    /// Samples per channel the encoder is behind, at its own rate.
    pub(crate) fn lookahead(&self) -> u32 {
        let mut samples: i32 = 0;
        // SAFETY: a live encoder; this request writes one int.
        let status = unsafe {
            sys::opus_multistream_encoder_ctl(
                self.state.as_ptr(),
                sys::OPUS_GET_LOOKAHEAD_REQUEST as c_int,
                &raw mut samples,
            )
        };
        if status == 0 { samples.max(0) as u32 } else { 0 }
    }

    /// Samples per channel of a packet.
    pub(crate) fn frame(&self) -> usize {
        self.frame
    }

    /// The packet of `frame()` samples per channel, interleaved.
    pub(crate) fn encode(&mut self, samples: &[i16]) -> Result<&[u8], String> {
        if samples.len() != self.frame * self.channels {
            return Err(format!(
                "{} samples where {} belong",
                samples.len(),
                self.frame * self.channels
            ));
        }
        // SAFETY: a live encoder; `samples` holds a frame of every channel, `out` is as long as told.
        let bytes = unsafe {
            sys::opus_multistream_encode(
                self.state.as_ptr(),
                samples.as_ptr(),
                self.frame as c_int,
                self.out.as_mut_ptr(),
                self.out.len() as i32,
            )
        };
        match usize::try_from(bytes) {
            Ok(bytes) => Ok(&self.out[..bytes]),
            Err(_) => Err(text(bytes)),
        }
    }
}

impl Drop for OpusEncoder {
    fn drop(&mut self) {
        // SAFETY: made by create, destroyed once.
        unsafe { sys::opus_multistream_encoder_destroy(self.state.as_ptr()) }
    }
}
