//! Local time, as the system sees it.

use std::mem::MaybeUninit;
use std::time::{SystemTime, UNIX_EPOCH};

use pjsip_sys as sys;

/// A moment on this machine's clock and calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LocalTime {
    pub(crate) year: i32,
    /// From 1.
    pub(crate) month: i32,
    pub(crate) day: i32,
    pub(crate) hour: i32,
    pub(crate) minute: i32,
    pub(crate) second: i32,
}

impl LocalTime {
    pub(crate) fn of(time: SystemTime) -> LocalTime {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let time = sys::pj_time_val {
            sec: since.as_secs() as _,
            msec: 0,
        };
        // SAFETY: PJLIB fills the record (os_time_common.c: localtime_r, which any thread may call); all its fields are
        // integers, for which zeros are fine.
        let parsed = unsafe {
            let mut parsed = MaybeUninit::<sys::pj_parsed_time>::zeroed();
            sys::pj_time_decode(&time, parsed.as_mut_ptr());
            parsed.assume_init()
        };
        LocalTime {
            year: parsed.year,
            month: parsed.mon + 1,
            day: parsed.day,
            hour: parsed.hour,
            minute: parsed.min,
            second: parsed.sec,
        }
    }
}
