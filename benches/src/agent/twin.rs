//! The C program: `c/twin.c`, linked into this one.

#![allow(unsafe_code, reason = "calls C's main function")]

use std::ffi::{CString, OsString, c_char, c_int};
use std::os::unix::ffi::OsStringExt as _;
use std::process::ExitCode;

// The C program needs the library; nothing here names it.
use pjsip_sys as _;

unsafe extern "C" {
    fn twin_main(argc: c_int, argv: *mut *mut c_char) -> c_int;
}

/// Runs it with these arguments.
pub fn run_twin(args: impl Iterator<Item = OsString>) -> ExitCode {
    // An argument from the system has no zero byte.
    let args: Vec<CString> = std::iter::once(OsString::from("twin"))
        .chain(args)
        .filter_map(|a| CString::new(a.into_vec()).ok())
        .collect();
    let mut pointers: Vec<*mut c_char> = args.iter().map(|a| a.as_ptr().cast_mut()).collect();
    let count = c_int::try_from(pointers.len()).unwrap_or(0);
    pointers.push(std::ptr::null_mut());
    // SAFETY: a main function's contract: `count` strings and a null pointer, alive until it returns; it only reads them.
    let code = unsafe { twin_main(count, pointers.as_mut_ptr()) };
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
