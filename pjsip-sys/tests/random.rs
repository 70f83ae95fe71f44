//! PJLIB's random functions are ours, and random.
#![allow(unsafe_code)]

use std::collections::HashSet;
use std::ffi::c_char;
use std::ptr;

use pjsip_sys::*;

fn unique(make: unsafe extern "C" fn(*mut pj_str_t) -> *mut pj_str_t) -> String {
    let mut buffer = [0x7f as c_char; PJ_GUID_STRING_LENGTH as usize + 1];
    let mut text = pj_str_t {
        ptr: buffer.as_mut_ptr(),
        slen: 0,
    };
    // SAFETY: the buffer has room for the documented length.
    let result = unsafe { make(&raw mut text) };
    assert_eq!(result, &raw mut text);
    assert_eq!(text.slen as u32, PJ_GUID_STRING_LENGTH);
    assert_eq!(buffer[buffer.len() - 1], 0x7f, "wrote past the documented length");
    buffer[..buffer.len() - 1]
        .iter()
        .map(|&byte| char::from(byte as u8))
        .collect()
}

#[test]
fn unique_strings_are_version_4_uuids_and_differ() {
    let mut seen = HashSet::new();
    for _ in 0..10_000 {
        let text = unique(pj_generate_unique_string);
        assert_eq!(text.len(), 36);
        for (i, c) in text.chars().enumerate() {
            match i {
                8 | 13 | 18 | 23 => assert_eq!(c, '-', "{text}"),
                14 => assert_eq!(c, '4', "{text}"),
                19 => assert!("89ab".contains(c), "{text}"),
                _ => assert!(c.is_ascii_hexdigit() && !c.is_ascii_uppercase(), "{text}"),
            }
        }
        assert!(seen.insert(text), "the same string twice");
    }
}

#[test]
fn lower_case_form_goes_through_the_same_source() {
    let (a, b) = (
        unique(pj_generate_unique_string_lower),
        unique(pj_generate_unique_string_lower),
    );
    assert_ne!(a, b);
    assert_eq!(a, a.to_lowercase());
}

#[test]
fn lengths_agree_and_fit_the_maximum() {
    assert_eq!(pj_GUID_STRING_LENGTH(), PJ_GUID_STRING_LENGTH);
    const { assert!(PJ_GUID_STRING_LENGTH <= PJ_GUID_MAX_LENGTH) };
}

#[test]
fn null_is_reported_not_followed() {
    let mut text = pj_str_t {
        ptr: ptr::null_mut(),
        slen: 0,
    };
    // SAFETY: null is documented as allowed in both places.
    unsafe {
        assert!(pj_generate_unique_string(ptr::null_mut()).is_null());
        assert!(pj_generate_unique_string(&raw mut text).is_null());
    }
}

#[test]
fn numbers_use_all_bits_and_are_never_negative() {
    let (mut ones, mut zeros) = (0, 0);
    let mut seen = HashSet::new();
    for _ in 0..1000 {
        let number = pj_rand();
        assert!(number >= 0);
        ones |= number;
        zeros |= !number;
        seen.insert(number);
    }
    assert_eq!(ones, i32::MAX, "a bit that is never set");
    assert_eq!(zeros & i32::MAX, i32::MAX, "a bit that is always set");
    assert!(seen.len() > 990, "{} different numbers of 1000", seen.len());
}

#[test]
fn seeding_does_not_make_numbers_repeat() {
    let after_seed = || {
        pj_srand(1);
        [pj_rand(), pj_rand(), pj_rand(), pj_rand()]
    };
    assert_ne!(after_seed(), after_seed());
}

#[test]
fn threads_do_not_share_a_sequence() {
    let numbers = |_| std::thread::spawn(|| [pj_rand(), pj_rand(), pj_rand(), pj_rand()]);
    let threads: Vec<_> = (0..8).map(numbers).collect();
    let results: HashSet<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(results.len(), 8);
}
