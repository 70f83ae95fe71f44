//! PJMEDIA's conference bridge: links between ports, levels, and its clock.

use std::mem::MaybeUninit;

use pjsip_sys as sys;

use super::Pj;
use super::status::check;
use crate::media::Gain;

/// What the bridge calls an unchanged signal (`NORMAL_LEVEL`); levels are told relative to it.
const UNITY: i32 = 128;

impl Pj {
    /// Lets `from` be heard by `to`; both are bridge ports. Done at the bridge's next tick.
    pub(crate) fn connect(&self, from: i32, to: i32, gain: Gain) {
        let param = sys::pjsua_conf_connect_param {
            level: gain.steps() as f32 / UNITY as f32,
        };
        // SAFETY: engine thread; PJSUA checks both ports and copies the parameter.
        let status = unsafe { sys::pjsua_conf_connect2(from, to, &param) };
        warn("connect", "cannot connect bridge ports", status);
    }

    /// Ends a link that was made.
    pub(crate) fn disconnect(&self, from: i32, to: i32) {
        // SAFETY: engine thread; PJSUA checks both ports.
        let status = unsafe { sys::pjsua_conf_disconnect(from, to) };
        warn("disconnect", "cannot disconnect bridge ports", status);
    }

    /// Changes the gain of a link that was made.
    pub(crate) fn set_link_gain(&self, from: i32, to: i32, gain: Gain) {
        // SAFETY: engine thread; PJSUA is up, so its bridge is there; PJMEDIA checks both ports.
        let status = unsafe {
            let bridge = (*sys::pjsua_get_var()).mconf;
            sys::pjmedia_conf_adjust_conn_level(bridge, from as u32, to as u32, gain.steps() - UNITY)
        };
        warn("set gain", "cannot set the level of a link", status);
    }

    /// Levels of a port for all its links: what comes from it, and what goes to it.
    pub(crate) fn set_port_gain(&self, port: i32, from: Gain, to: Gain) {
        let level = |gain: Gain| gain.steps() as f32 / UNITY as f32;
        // SAFETY: engine thread; PJSUA checks the port. The bridge receives what the port says, and transmits what it hears.
        unsafe {
            let status = sys::pjsua_conf_adjust_rx_level(port, level(from));
            warn("set gain", "cannot set the level", status);
            let status = sys::pjsua_conf_adjust_tx_level(port, level(to));
            warn("set gain", "cannot set the level", status);
        }
    }

    /// Mean amplitude of the last tick, 0 to 32767: what came from the port, what went to it.
    pub(crate) fn port_levels(&self, port: i32) -> Option<(u16, u16)> {
        let (mut to, mut from) = (0, 0);
        // SAFETY: engine thread; PJSUA checks the port and fills both numbers when it succeeds.
        let status = unsafe { sys::pjsua_conf_get_signal_level(port, &mut to, &mut from) };
        // The bridge keeps them as 8-bit µ-law (G.711), inverted.
        let linear = |level: u32| ulaw_magnitude(!(level.min(255) as u8));
        (status == sys::PJ_SUCCESS).then(|| (linear(from), linear(to)))
    }

    /// Drops what waits in the jitter buffer of the call's audio at `port`: nobody has listened for a while, and PJMEDIA's
    /// bridge reads only for listeners, so all of it is old.
    pub(crate) fn drop_backlog(&self, slot: i32, port: i32) {
        // SAFETY: engine thread; `live` checks the slot; the streams of a call's audio live while PJSUA's table has them.
        // Pausing empties the jitter buffer under the stream's own lock.
        unsafe {
            let Some((call, _)) = super::offer::live(slot) else {
                return;
            };
            for media in call.media.iter().take(call.med_cnt as usize) {
                if media.type_ != sys::PJMEDIA_TYPE_AUDIO || media.dir & sys::PJMEDIA_DIR_DECODING == 0 {
                    continue;
                }
                let audio = &media.strm.a;
                if audio.conf_slot == port && !audio.stream.is_null() {
                    sys::pjmedia_stream_pause(audio.stream, sys::PJMEDIA_DIR_DECODING);
                    sys::pjmedia_stream_resume(audio.stream, sys::PJMEDIA_DIR_DECODING);
                }
            }
        }
    }

    /// Starts the bridge's clock: the null device, 20 ms a tick.
    pub(crate) fn start_clock(&self) -> bool {
        // SAFETY: engine thread.
        let status = unsafe { sys::pjsua_set_null_snd_dev() };
        check("audio", "cannot start the bridge's clock", status)
            .inspect_err(|e| tracing::error!(target: "microsip", "{e}"))
            .is_ok()
    }

    /// Stops it, waiting for its thread: up to one tick.
    pub(crate) fn stop_clock(&self) {
        // SAFETY: engine thread.
        unsafe { sys::pjsua_set_no_snd_dev() };
    }

    /// Ticks by hand, so that ports are added and removed although no clock runs.
    ///
    /// The bridge works off at most 100 changes a tick (`MAX_PROCESSED_OP`), so it ticks until its port count stands still.
    pub(crate) fn pump_bridge(&self) {
        const STILL: u32 = 3;
        let mut still = 0;
        // SAFETY: engine thread, and no clock thread drives the port now. The frame's buffer holds what the port writes:
        // 20 ms of 16-bit samples at the bridge's rate, at most 48 kHz.
        unsafe {
            let port = sys::pjsua_set_no_snd_dev();
            let Some(get) = port.as_ref().and_then(|p| p.get_frame) else {
                return;
            };
            // Exactly one tick: the bridge asserts it.
            let rate = (*sys::pjsua_get_var()).media_cfg.clock_rate as usize;
            let mut buffer = [0_i16; 48_000 / 50];
            while still < STILL {
                let before = sys::pjsua_conf_get_active_ports();
                let mut frame = MaybeUninit::<sys::pjmedia_frame>::zeroed().assume_init();
                frame.buf = buffer.as_mut_ptr().cast();
                frame.size = (rate / 50).min(buffer.len()) * size_of::<i16>();
                get(port, &mut frame);
                still = if sys::pjsua_conf_get_active_ports() == before {
                    still + 1
                } else {
                    0
                };
            }
        }
    }
}

fn warn(op: &'static str, what: &str, status: sys::pj_status_t) {
    if let Err(e) = check(op, what, status) {
        tracing::warn!(target: "microsip", "{e}");
    }
}

/// The magnitude of a µ-law code (G.711 table 2a).
fn ulaw_magnitude(code: u8) -> u16 {
    let code = !code;
    let magnitude = ((u16::from(code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4);
    magnitude - 0x84
}

#[cfg(test)]
mod tests {
    use super::ulaw_magnitude;

    #[test]
    fn mu_law_magnitudes() {
        assert_eq!(ulaw_magnitude(0xff), 0);
        assert_eq!(ulaw_magnitude(0x80), 32_124);
        assert_eq!(ulaw_magnitude(0xf0), 120);
    }
}
