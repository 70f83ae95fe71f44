//! The compiled library is the version that its sources claim.
#![allow(unsafe_code)]

use std::ffi::CStr;

#[test]
fn run_time_version_is_the_one_of_version_mak() {
    assert_eq!(pjsip_sys::PJSIP_VERSION, "2.17");
    // SAFETY: returns a string literal; needs no initialisation.
    let version = unsafe { CStr::from_ptr(pjsip_sys::pj_get_version()) };
    assert_eq!(version.to_str(), Ok(pjsip_sys::PJSIP_VERSION));
}
