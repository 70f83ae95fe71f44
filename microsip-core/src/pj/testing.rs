//! Doing wrong things on purpose, for tests only.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use pjsip_sys as sys;

use super::string::Text;

#[repr(C)]
struct Probe {
    entry: sys::pj_timer_entry,
    due: Instant,
    report: mpsc::Sender<Duration>,
}

unsafe extern "C" fn fired(_: *mut sys::pj_timer_heap_t, entry: *mut sys::pj_timer_entry) {
    // SAFETY: the entry is the first member of the probe that the arming thread keeps until it has the report.
    let probe = unsafe { &*entry.cast::<Probe>() };
    let _ = probe.report.send(probe.due.elapsed());
}

/// Arms a timer of `delay` from a thread of its own and says how late it fired; `None` if it did not within ten seconds.
pub(crate) fn timer_lateness(delay: Duration) -> Option<Duration> {
    std::thread::spawn(move || {
        let name = Text::new("probe");
        let mut descriptor: Box<sys::pj_thread_desc> = Box::new([0; sys::PJ_THREAD_DESC_SIZE as usize]);
        let mut handle = std::ptr::null_mut();
        let (report, fired_at) = mpsc::channel();
        // SAFETY: a running endpoint is the caller's promise; the thread is registered before it uses PJLIB, and probe
        // and descriptor live until the report has come or the test has failed.
        unsafe {
            sys::pj_thread_register(name.as_ptr(), descriptor.as_mut_ptr(), &mut handle);
            let probe = Box::leak(Box::new(Probe {
                entry: std::mem::zeroed(),
                due: Instant::now() + delay,
                report,
            }));
            sys::pj_timer_entry_init(&mut probe.entry, 1, std::ptr::null_mut(), Some(fired));
            let wait = sys::pj_time_val {
                sec: delay.as_secs() as _,
                msec: delay.subsec_millis() as _,
            };
            let heap = sys::pjsip_endpt_get_timer_heap(sys::pjsua_get_pjsip_endpt());
            sys::pj_timer_heap_schedule(heap, &mut probe.entry, &wait);
        }
        fired_at.recv_timeout(Duration::from_secs(10)).ok()
    })
    .join()
    .ok()
    .flatten()
}

/// Calls PJSUA with indexes it does not have; which functions took one all the same.
pub(crate) fn out_of_range(pj: &super::Pj) -> Vec<String> {
    let code = crate::StatusCode::OK;
    let mut taken = Vec::new();
    for slot in [-1, i32::MIN, i32::MAX, 4096, 31, 0] {
        // In range and unused: PJSUA describes such a call as disconnected, which is an answer.
        let unused = slot == 31 || slot == 0;
        for (name, refused) in [
            (
                "answer",
                pj.call_answer("test", slot, code, None, &Default::default()).is_err(),
            ),
            (
                "hang up",
                pj.call_hang_up("test", slot, None, None, &Default::default()).is_err(),
            ),
            ("dtmf", pj.call_send_dtmf("test", slot, "1", 160).is_err()),
            ("snapshot", pj.with_call(slot, |_| ()).is_none() || unused),
            ("stats", pj.stream_stats(slot).is_none()),
            ("media", pj.media(slot).0.is_empty()),
            ("active", !pj.call_is_active(slot)),
            ("register", pj.account_register("test", slot, true).is_err()),
            ("remove account", pj.account_remove("test", slot).is_err()),
            (
                "call",
                pj.call_make(
                    "test",
                    slot,
                    "sip:a@127.0.0.1:9",
                    &Default::default(),
                    &Default::default(),
                )
                .is_err(),
            ),
        ] {
            if !refused {
                taken.push(format!("{name} {slot}"));
            }
        }
        // They log and return.
        pj.connect(slot, slot, crate::media::Gain::UNITY);
        pj.remove_port(if slot == 0 { -1 } else { slot });
    }
    taken
}

/// Calls, dialogs, transactions, connections.
pub(crate) fn stack_counts(pj: &super::Pj) -> [u32; 4] {
    // SAFETY: engine thread (`Pj` is not `Send`).
    let (dialogs, transactions, transports) = unsafe {
        (
            sys::pjsip_ua_get_dlg_set_count(),
            sys::pjsip_tsx_layer_get_tsx_count(),
            sys::pjsip_tpmgr_get_transport_count(sys::pjsip_endpt_get_tpmgr(sys::pjsua_get_pjsip_endpt())),
        )
    };
    // Of the sockets that are configured only those of UDP are transports in PJSIP's eyes.
    let own = pj.transports().iter().filter(|t| t.0 == crate::Transport::Udp).count() as u32;
    [pj.call_count(), dialogs, transactions, transports.saturating_sub(own)]
}
