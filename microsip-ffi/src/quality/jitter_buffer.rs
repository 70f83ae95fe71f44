//! The jitter buffer.

use std::sync::Mutex;

use microsip_core::{JitterBuffer, JitterDiscard};

use crate::base::{Code, Out, change, clone_settings, free, guard, millis, put};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// How a jitter buffer makes its delay shorter again after a bad time: one of `enum microsip_jitter_discard_e`.
pub type microsip_jitter_discard_t = i32;

/// The values of `microsip_jitter_discard_t`.
#[repr(i32)]
pub enum microsip_jitter_discard_e {
    /// Not at all: it only grows.
    MICROSIP_JITTER_DISCARD_NEVER = 1,
    /// A frame each 200 ms while twice as much waits as bursts call for.
    MICROSIP_JITTER_DISCARD_SLOW = 2,
    /// The more waits without need, the faster: within 2 s for short bursts, 10 s for long ones. The default.
    MICROSIP_JITTER_DISCARD_PROGRESSIVE = 3,
}

code!(microsip_jitter_discard_e, "way to discard", JitterDiscard {
    MICROSIP_JITTER_DISCARD_NEVER = Never,
    MICROSIP_JITTER_DISCARD_SLOW = Slow,
    MICROSIP_JITTER_DISCARD_PROGRESSIVE = Progressive,
});

/// Settings of the buffer that waits for late RTP packets. New ones adapt the delay to what comes. Checked by whoever
/// uses them: `INVALID_ARGUMENT` there.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_jitter_buffer_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_jitter_buffer_t, 13, "jitter buffer", Mutex<JitterBuffer>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_jitter_buffer_new(options: *mut microsip_jitter_buffer_t) -> microsip_status_t {
    guard("microsip_jitter_buffer_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(JitterBuffer::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_jitter_buffer_clone(
    options: microsip_jitter_buffer_t,
    clone: *mut microsip_jitter_buffer_t,
) -> microsip_status_t {
    guard("microsip_jitter_buffer_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_jitter_buffer_free(options: microsip_jitter_buffer_t) -> microsip_status_t {
    guard("microsip_jitter_buffer_free", || free(options))
}

/// Makes settings of a buffer that waits for `delay_ms`, always, and skips nothing. It holds five times as much, at
/// least 500 ms and at most 5 s.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_jitter_buffer_new_fixed(
    delay_ms: u32,
    options: *mut microsip_jitter_buffer_t,
) -> microsip_status_t {
    guard("microsip_jitter_buffer_new_fixed", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(JitterBuffer::fixed(millis(delay_ms))))?);
        Ok(())
    })
}

/// Sets what is waited for before the first frame is played, and again after it ran empty, in milliseconds; 0 (default)
/// plays at once and lets the delay come of itself.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_jitter_buffer_set_initial(
    options: microsip_jitter_buffer_t,
    delay_ms: u32,
) -> microsip_status_t {
    guard("microsip_jitter_buffer_set_initial", || {
        change(options, |c| {
            c.initial = millis(delay_ms);
            Ok(())
        })
    })
}

/// Sets the least that is waited for when it adapts, in milliseconds; default one frame.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_jitter_buffer_set_minimum(
    options: microsip_jitter_buffer_t,
    delay_ms: u32,
) -> microsip_status_t {
    guard("microsip_jitter_buffer_set_minimum", || {
        change(options, |c| {
            c.minimum = Some(millis(delay_ms));
            Ok(())
        })
    })
}

/// Makes the least that is waited for one frame again.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_jitter_buffer_clear_minimum(options: microsip_jitter_buffer_t) -> microsip_status_t {
    guard("microsip_jitter_buffer_clear_minimum", || {
        change(options, |c| {
            c.minimum = None;
            Ok(())
        })
    })
}

/// Sets the most that is waited for when it adapts, in milliseconds, 20 at least; 0 (default): four fifths of the
/// capacity.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_jitter_buffer_set_maximum(
    options: microsip_jitter_buffer_t,
    delay_ms: u32,
) -> microsip_status_t {
    guard("microsip_jitter_buffer_set_maximum", || {
        change(options, |c| {
            c.maximum = (delay_ms > 0).then(|| millis(delay_ms));
            Ok(())
        })
    })
}

/// Sets how much it can hold, in milliseconds, 20 to 5000: packets beyond push out the oldest. Default 500.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_jitter_buffer_set_capacity(
    options: microsip_jitter_buffer_t,
    delay_ms: u32,
) -> microsip_status_t {
    guard("microsip_jitter_buffer_set_capacity", || {
        change(options, |c| {
            c.capacity = millis(delay_ms);
            Ok(())
        })
    })
}

/// Sets how the delay becomes shorter again; default `MICROSIP_JITTER_DISCARD_PROGRESSIVE`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_jitter_buffer_set_discard(
    options: microsip_jitter_buffer_t,
    discard: microsip_jitter_discard_t,
) -> microsip_status_t {
    guard("microsip_jitter_buffer_set_discard", || {
        let discard = Code::arg(discard)?;
        change(options, |c| {
            c.discard = discard;
            Ok(())
        })
    })
}
