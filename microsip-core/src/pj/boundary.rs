//! Where C calls Rust: no panic gets through.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

static PANICS: AtomicU64 = AtomicU64::new(0);
static RESYNC: AtomicBool = AtomicBool::new(false);

/// Runs the body of a callback; a panic is counted and logged, and the callback returns `default`.
///
/// What the callback would have reported is lost with it, so the engine is told to compare its tables with PJSUA.
pub(super) fn boundary<T>(name: &'static str, default: T, body: impl FnOnce() -> T) -> T {
    let run = || {
        #[cfg(feature = "fault-injection")]
        injected::panic_if_asked(name);
        body()
    };
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(value) => value,
        Err(_) => {
            count_panic();
            RESYNC.store(true, Ordering::Release);
            if name != "on_log" {
                tracing::error!(target: "microsip", callback = name, "a callback panicked; the engine goes on");
            }
            default
        }
    }
}

/// A panic was caught.
pub(crate) fn count_panic() {
    PANICS.fetch_add(1, Ordering::Relaxed);
}

/// Panics caught in this process.
pub(crate) fn panics() -> u64 {
    PANICS.load(Ordering::Relaxed)
}

/// Whether a callback panicked since the last look.
pub(crate) fn take_resync() -> bool {
    RESYNC.load(Ordering::Relaxed) && RESYNC.swap(false, Ordering::AcqRel)
}

#[cfg(feature = "fault-injection")]
pub(crate) use injected::{CALLBACKS, panic_happened, panic_in};

#[cfg(feature = "fault-injection")]
mod injected {
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Every callback that C may call.
    pub(crate) const CALLBACKS: &[&str] = &[
        "on_acc_find_for_incoming",
        "on_broken_message",
        "on_call_media_state",
        "on_call_redirected",
        "on_call_sdp_created",
        "on_call_state",
        "on_call_tsx_state",
        "on_dialog_request",
        "on_dialog_state",
        "on_dropped_data",
        "on_dtmf_event",
        "on_gate_answer",
        "on_gate_request",
        "on_gate_response",
        "on_getaddrinfo",
        "on_gethostip",
        "on_guard_request",
        "on_ice_done",
        "on_ice_ioqueue",
        "on_incoming_call",
        "on_known_targets",
        "on_log",
        "on_media_refused",
        "on_meter_audio",
        "on_meter_rtp",
        "on_nat_map",
        "on_network",
        "on_port_destroy",
        "on_port_get_frame",
        "on_port_put_frame",
        "on_reg_state",
        "on_relay_failed",
        "on_resolve",
        "on_response",
        "on_sending_request",
        "on_sip_stun",
        "on_srtp_negotiated",
        "on_stream_destroyed",
        "on_stream_precreate",
        "on_target_failed",
        "on_tls_context",
        "on_tls_peer",
        "on_trace_received",
        "on_trace_sent",
        "on_transport_switched",
        "on_unwanted_request",
        "on_wake",
        "on_xr_metrics",
    ];

    static ARMED: AtomicUsize = AtomicUsize::new(usize::MAX);

    /// Arms one panic in the callback `name`.
    pub(crate) fn panic_in(name: &'static str) {
        let index = CALLBACKS.iter().position(|c| *c == name);
        ARMED.store(index.unwrap_or(usize::MAX), Ordering::SeqCst);
    }

    /// Whether it went off.
    pub(crate) fn panic_happened() -> bool {
        ARMED.load(Ordering::SeqCst) == usize::MAX
    }

    #[expect(clippy::panic, reason = "that is what it is for")]
    pub(super) fn panic_if_asked(name: &str) {
        let armed = ARMED.load(Ordering::Relaxed);
        if armed != usize::MAX && CALLBACKS.get(armed) == Some(&name) {
            ARMED.store(usize::MAX, Ordering::SeqCst);
            panic!("injected into {name}");
        }
    }
}
