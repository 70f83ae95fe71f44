#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| microsip_fuzz::targets::directory(data));
