//! PJLIB's random numbers and unique strings, from the operating system's generator.
//!
//! Upstream uses libc's `rand()`, seeded from time and process id, for ICE passwords, STUN transaction ids, SSRCs and
//! certificate serial numbers. The functions here replace `rand.c` and `guid_*.c` at link time; they keep C's names and
//! contracts.
//!
//! They neither panic nor unwind. If the system has no entropy source at all, the process aborts: predictable
//! passwords would be worse, and no supported system is without one.

use core::ffi::{c_int, c_uint};
use std::cell::RefCell;

use crate::bindings::pj_str_t;

/// Length of the strings of [`pj_generate_unique_string`]: a UUID.
const GUID_LEN: usize = 36;

/// Length of the strings of [`pj_generate_unique_string`], in bytes. The C headers declare this variable.
#[unsafe(no_mangle)]
pub static PJ_GUID_STRING_LENGTH: c_uint = GUID_LEN as c_uint;

/// [`PJ_GUID_STRING_LENGTH`] as a function.
#[unsafe(no_mangle)]
pub extern "C" fn pj_GUID_STRING_LENGTH() -> c_uint {
    PJ_GUID_STRING_LENGTH
}

/// Writes a random UUID (RFC 9562 §5.4) in lower case to `str->ptr` and sets `str->slen`. Returns `str`.
///
/// Returns null, and writes nothing, if `str` or its `ptr` is null.
///
/// # Safety
///
/// `str` is null or points to a valid `pj_str_t` whose `ptr` is null or has room for [`PJ_GUID_STRING_LENGTH`] bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_generate_unique_string(str: *mut pj_str_t) -> *mut pj_str_t {
    // SAFETY: the caller vouches for a non-null pointer.
    let Some(out) = (unsafe { str.as_mut() }) else {
        return core::ptr::null_mut();
    };
    if out.ptr.is_null() {
        return core::ptr::null_mut();
    }
    let text = uuid_v4();
    // SAFETY: the caller gives room for GUID_LEN bytes; `text` is a local array, so the two do not overlap.
    unsafe { core::ptr::copy_nonoverlapping(text.as_ptr(), out.ptr.cast::<u8>(), GUID_LEN) };
    out.slen = GUID_LEN as _;
    str
}

/// Returns a random number from 0 to `i32::MAX`, as `rand()` does where `RAND_MAX` is 2³¹ − 1.
#[unsafe(no_mangle)]
pub extern "C" fn pj_rand() -> c_int {
    (u32::from_ne_bytes(random_bytes()) >> 1).cast_signed()
}

/// Does nothing: the operating system seeds itself.
#[unsafe(no_mangle)]
pub extern "C" fn pj_srand(_seed: c_uint) {}

fn uuid_v4() -> [u8; GUID_LEN] {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut bytes: [u8; 16] = random_bytes();
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = [b'-'; GUID_LEN];
    let mut at = 0;
    for (i, byte) in bytes.into_iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            at += 1;
        }
        text[at] = HEX[usize::from(byte >> 4)];
        text[at + 1] = HEX[usize::from(byte & 0x0f)];
        at += 2;
    }
    text
}

/// Bytes fetched ahead, so that not each `pj_rand` is a system call.
struct Ahead {
    bytes: [u8; Self::SIZE],
    /// Bytes before this index are used up, and zeroed.
    used: usize,
}

impl Ahead {
    const SIZE: usize = 256;

    fn take<const N: usize>(&mut self) -> [u8; N] {
        if Self::SIZE - self.used < N {
            fill(&mut self.bytes);
            self.used = 0;
        }
        let mut out = [0; N];
        let fresh = &mut self.bytes[self.used..self.used + N];
        out.copy_from_slice(fresh);
        // Nobody shall find the password of a running call in memory.
        fresh.fill(0);
        self.used += N;
        out
    }
}

fn random_bytes<const N: usize>() -> [u8; N] {
    const { assert!(N <= Ahead::SIZE) };
    thread_local! {
        // No destructor, so it works in thread-exit handlers of C code as well.
        static AHEAD: RefCell<Ahead> = const { RefCell::new(Ahead { bytes: [0; Ahead::SIZE], used: Ahead::SIZE }) };
    }
    let ahead = AHEAD.try_with(|ahead| ahead.try_borrow_mut().ok().map(|mut ahead| ahead.take()));
    match ahead {
        Ok(Some(bytes)) => bytes,
        // Re-entered from a signal handler.
        _ => {
            let mut bytes = [0; N];
            fill(&mut bytes);
            bytes
        }
    }
}

fn fill(bytes: &mut [u8]) {
    if getrandom::fill(bytes).is_err() {
        std::process::abort();
    }
}
