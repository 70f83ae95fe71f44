//! Bridge ports written in Rust.

use std::ffi::c_uint;

use pjsip_sys as sys;

use super::Pj;
use super::boundary::boundary;
use super::status::check;
use super::string::Text;
use crate::{Error, ErrorKind, Result};

/// Gives audio to the bridge. Runs on the clock thread: no allocation, no lock, no waiting.
pub(crate) trait PortSource: Send {
    /// Fills the frame, 16-bit mono; `false` when there is nothing to play.
    fn fill(&mut self, out: &mut [i16]) -> bool;
}

/// Takes audio from the bridge, under the same rules.
pub(crate) trait PortSink: Send {
    /// One frame; `None` for one of `samples` samples without audio.
    fn take(&mut self, frame: Option<&[i16]>, samples: usize);
}

/// Both at once; in a tick `fill` comes before `take`.
pub(crate) trait PortBoth: PortSource + PortSink {}
impl<T: PortSource + PortSink> PortBoth for T {}

/// What stands behind a port.
pub(crate) enum PortEnd {
    /// It is heard.
    Source(Box<dyn PortSource>),
    /// It hears.
    Sink(Box<dyn PortSink>),
    /// It is heard and hears.
    #[expect(dead_code, reason = "for sound devices")]
    Both(Box<dyn PortBoth>),
}

impl PortEnd {
    /// Whether it is heard.
    pub(crate) fn speaks(&self) -> bool {
        matches!(self, PortEnd::Source(_) | PortEnd::Both(_))
    }

    /// Whether it hears.
    pub(crate) fn hears(&self) -> bool {
        matches!(self, PortEnd::Sink(_) | PortEnd::Both(_))
    }

    fn source(&mut self) -> Option<&mut dyn PortSource> {
        match self {
            PortEnd::Source(source) => Some(&mut **source),
            PortEnd::Both(both) => Some(&mut **both),
            PortEnd::Sink(_) => None,
        }
    }

    fn sink(&mut self) -> Option<&mut dyn PortSink> {
        match self {
            PortEnd::Sink(sink) => Some(&mut **sink),
            PortEnd::Both(both) => Some(&mut **both),
            PortEnd::Source(_) => None,
        }
    }
}

/// `base` first: C sees a pointer to it, we the whole.
#[repr(C)]
struct RustPort {
    base: sys::pjmedia_port,
    pool: *mut sys::pj_pool_t,
    end: PortEnd,
}

const FRAME_MS: u32 = 20;
/// PJMEDIA_SIG_CLASS_PORT_AUD('m', 's'): tells our ports from others in a dump.
const SIGNATURE: c_uint = u32::from_be_bytes(*b"PAms");

impl Pj {
    /// Adds a port of `rate` Hz to the bridge, at the bridge's own rate without one; its number. What stands behind it is
    /// dropped when the bridge lets go of it.
    pub(crate) fn add_port(&self, op: &'static str, rate: Option<u32>, end: PortEnd) -> Result<i32> {
        // SAFETY: engine thread; PJSUA's settings are set since pjsua_init.
        let rate = rate.unwrap_or_else(|| unsafe { (*sys::pjsua_get_var()).media_cfg.clock_rate });
        add(op, rate, end)
    }

    /// Takes a port off the bridge. What it holds is dropped a tick later, on the clock thread.
    pub(crate) fn remove_port(&self, port: i32) {
        // SAFETY: engine thread; PJSUA checks the port.
        let status = unsafe { sys::pjsua_conf_remove_port(port) };
        if let Err(e) = check("remove port", "cannot take a port off the bridge", status) {
            tracing::warn!(target: "microsip", "{e}");
        }
    }
}

fn add(op: &'static str, rate: u32, end: PortEnd) -> Result<i32> {
    let text = Text::new(match end {
        PortEnd::Source(_) => "source",
        PortEnd::Sink(_) => "sink",
        PortEnd::Both(_) => "device",
    });
    let (speaks, hears) = (end.speaks(), end.hears());
    // SAFETY: engine thread. The port is a heap allocation that C points to until `on_port_destroy` takes it back, which
    // PJMEDIA calls once, when its group lock's last reference goes. Name and group lock live in a pool of its own.
    unsafe {
        let pool = sys::pjsua_pool_create(text.as_ptr(), 512, 512);
        if pool.is_null() {
            return Err(Error::new(ErrorKind::LimitReached, op, "out of memory"));
        }
        let port = Box::into_raw(Box::new(RustPort {
            base: std::mem::zeroed(),
            pool,
            end,
        }));
        let base = port.cast::<sys::pjmedia_port>();
        let label = sys::pj_strdup3(pool, text.as_ptr());
        sys::pjmedia_port_info_init(
            &raw mut (*base).info,
            &label,
            SIGNATURE,
            rate,
            1,
            16,
            rate * FRAME_MS / 1000,
        );
        (*base).get_frame = Some(on_port_get_frame);
        (*base).put_frame = Some(on_port_put_frame);
        (*base).on_destroy = Some(on_port_destroy);
        let mut id = -1;
        let mut status = sys::pjmedia_port_init_grp_lock(base, pool, std::ptr::null_mut());
        if status == sys::PJ_SUCCESS {
            status = sys::pjsua_conf_add_port(pool, base, &mut id);
        }
        // The bridge has its own reference now, or never got one: ours goes in either case.
        sys::pjmedia_port_destroy(base);
        check(op, "cannot add a port to the bridge", status)?;
        // The bridge need not work in a direction nobody uses.
        let used = |yes: bool| {
            if yes {
                sys::PJMEDIA_PORT_ENABLE
            } else {
                sys::PJMEDIA_PORT_DISABLE
            }
        };
        sys::pjmedia_conf_configure_port((*sys::pjsua_get_var()).mconf, id as u32, used(hears), used(speaks));
        Ok(id)
    }
}

unsafe extern "C" fn on_port_get_frame(
    port: *mut sys::pjmedia_port,
    frame: *mut sys::pjmedia_frame,
) -> sys::pj_status_t {
    let played = boundary("on_port_get_frame", false, || {
        // SAFETY: PJMEDIA passes our own port, one call at a time, and a frame with room for `size` bytes.
        unsafe {
            let Some(source) = (*port.cast::<RustPort>()).end.source() else {
                return false;
            };
            let samples = (*frame).size / 2;
            source.fill(std::slice::from_raw_parts_mut((*frame).buf.cast::<i16>(), samples))
        }
    });
    // SAFETY: PJMEDIA's frame.
    unsafe {
        (*frame).type_ = if played {
            sys::PJMEDIA_FRAME_TYPE_AUDIO
        } else {
            sys::PJMEDIA_FRAME_TYPE_NONE
        }
    };
    sys::PJ_SUCCESS
}

unsafe extern "C" fn on_port_put_frame(
    port: *mut sys::pjmedia_port,
    frame: *mut sys::pjmedia_frame,
) -> sys::pj_status_t {
    boundary("on_port_put_frame", (), || {
        // SAFETY: PJMEDIA passes our own port, one call at a time, and a frame of `size` bytes.
        unsafe {
            let port = &mut *port.cast::<RustPort>();
            let format = port.base.info.fmt.det.aud;
            let Some(sink) = port.end.sink() else { return };
            if (*frame).type_ == sys::PJMEDIA_FRAME_TYPE_AUDIO {
                let samples = (*frame).size / 2;
                sink.take(
                    Some(std::slice::from_raw_parts((*frame).buf.cast::<i16>(), samples)),
                    samples,
                );
            } else {
                let samples = format.clock_rate as usize * format.frame_time_usec as usize / 1_000_000;
                sink.take(None, samples);
            }
        }
    });
    sys::PJ_SUCCESS
}

unsafe extern "C" fn on_port_destroy(port: *mut sys::pjmedia_port) -> sys::pj_status_t {
    // SAFETY: the last reference went; PJMEDIA calls this once. The pool holds the group lock that is being destroyed,
    // which PJLIB reads no more after its handlers ran.
    let mut owned = unsafe { Box::from_raw(port.cast::<RustPort>()) };
    boundary("on_port_destroy", (), || ());
    // SAFETY: see above; the pool is ours alone.
    unsafe { sys::pj_pool_safe_release(&mut owned.pool) };
    boundary("on_port_drop", (), move || drop(owned));
    sys::PJ_SUCCESS
}
