//! PJSUA starts, opens its transports and stops again, several times in one process, without a failed assertion.
#![allow(unsafe_code, clippy::unwrap_used)]

use std::ffi::{CStr, CString, c_char, c_int};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Mutex;

use pjsip_sys::*;

static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

extern "C" fn on_log(_level: c_int, text: *const c_char, len: c_int) {
    let bytes: &[u8] = match usize::try_from(len) {
        // SAFETY: PJLIB hands over `len` readable bytes.
        Ok(len) => unsafe { std::slice::from_raw_parts(text.cast(), len) },
        Err(_) => return,
    };
    if let Ok(mut log) = LOG.lock() {
        log.push(String::from_utf8_lossy(bytes).trim_end().to_owned());
    }
}

#[track_caller]
fn check(status: pj_status_t) {
    if status != PJ_SUCCESS {
        let mut text = [0 as c_char; 128];
        // SAFETY: the buffer and its length belong together; PJLIB terminates what it writes.
        let text = unsafe {
            pj_strerror(status, text.as_mut_ptr(), text.len());
            CStr::from_ptr(text.as_ptr())
        };
        panic!("status {status}: {}", text.to_string_lossy());
    }
}

/// A string that lives as long as the process, as PJSUA keeps pointers to some.
fn pj(text: &'static CStr) -> pj_str_t {
    pj_str_t {
        ptr: text.as_ptr().cast_mut(),
        slen: text.count_bytes().cast_signed() as _,
    }
}

fn start() {
    // Configurations have pointers into themselves: made where they stay.
    let mut ua: MaybeUninit<pjsua_config> = MaybeUninit::zeroed();
    let mut log: MaybeUninit<pjsua_logging_config> = MaybeUninit::zeroed();
    let mut media: MaybeUninit<pjsua_media_config> = MaybeUninit::zeroed();
    // SAFETY: each structure is zeroed, then filled by its own function; PJSUA copies what it keeps.
    unsafe {
        check(pjsua_create());
        pjsua_config_default(ua.as_mut_ptr());
        pjsua_logging_config_default(log.as_mut_ptr());
        pjsua_media_config_default(media.as_mut_ptr());
        let ua = ua.assume_init_mut();
        ua.thread_cnt = 0;
        ua.max_calls = 32;
        let log = log.assume_init_mut();
        log.console_level = 4;
        log.cb = Some(on_log);
        let media = media.assume_init_mut();
        media.max_media_ports = 64;
        media.snd_auto_close_time = -1;
        check(pjsua_init(ua, log, media));
        check(pjsua_set_null_snd_dev());
    }
}

/// Opens a listener on a port of 127.0.0.1 that the kernel chooses, and returns the port.
fn open(kind: pjsip_transport_type_e) -> u16 {
    let mut config: MaybeUninit<pjsua_transport_config> = MaybeUninit::zeroed();
    let mut info: MaybeUninit<pjsua_transport_info> = MaybeUninit::zeroed();
    let mut id = -1;
    // SAFETY: as in `start`; the information is filled by a call that succeeded.
    unsafe {
        pjsua_transport_config_default(config.as_mut_ptr());
        let config = config.assume_init_mut();
        config.bound_addr = pj(c"127.0.0.1");
        check(pjsua_transport_create(kind, config, &raw mut id));
        check(pjsua_transport_get_info(id, info.as_mut_ptr()));
        pj_sockaddr_get_port((&raw const (*info.as_ptr()).local_addr).cast())
    }
}

#[test]
fn starts_and_stops_three_times_without_a_failed_assertion() {
    for round in 0..3 {
        start();
        let udp = open(PJSIP_TRANSPORT_UDP);
        let tcp = open(PJSIP_TRANSPORT_TCP);
        assert!(udp > 0 && tcp > 0);
        if HAS_TLS {
            assert!(open(PJSIP_TRANSPORT_TLS) > 0);
        }
        // SAFETY: PJSUA is initialised and this thread made it.
        unsafe {
            check(pjsua_start());
            assert!(pjsua_handle_events(10) >= 0);
            codecs_are_those_compiled_in();
            over_long_uris_are_refused();
            check(pjsua_destroy2(PJSUA_DESTROY_NO_NETWORK));
        }
        // SAFETY: touches a counter only.
        let failed = unsafe { microsip_assert_count() };
        assert_eq!(failed, 0, "round {round}: {:#?}", LOG.lock().unwrap());
    }
    let log = LOG.lock().unwrap();
    assert!(
        log.iter().any(|line| line.contains("version 2.17")),
        "nothing logged: {log:?}"
    );
}

/// # Safety
///
/// PJSUA is initialised.
unsafe fn codecs_are_those_compiled_in() {
    let mut list: [MaybeUninit<pjsua_codec_info>; 32] = [const { MaybeUninit::zeroed() }; 32];
    let mut count = list.len() as u32;
    // SAFETY: the array has room for `count` entries; PJSUA sets it to how many it wrote.
    let names: Vec<String> = unsafe {
        check(pjsua_enum_codecs(list.as_mut_ptr().cast(), &raw mut count));
        list[..count as usize]
            .iter()
            .map(|info| {
                let id = info.assume_init_ref().codec_id;
                let bytes = std::slice::from_raw_parts(id.ptr.cast::<u8>(), id.slen as usize);
                String::from_utf8_lossy(bytes).into_owned()
            })
            .collect()
    };
    let has = |name: &str| names.iter().any(|codec| codec.starts_with(name));
    for (name, expected) in [
        ("PCMU/", true),
        ("PCMA/", true),
        ("G722/", true),
        ("GSM/", HAS_GSM),
        ("speex/", HAS_SPEEX),
        ("opus/", HAS_OPUS),
        ("G729/", HAS_G729),
        ("iLBC/", false),
    ] {
        assert_eq!(has(name), expected, "{name} in {names:?}");
    }
}

/// PJSUA checks the length of no URI by itself: `pjsua_verify_sip_url` does, and a message that does not fit a packet
/// is refused later.
///
/// # Safety
///
/// PJSUA is initialised and this thread polls it.
unsafe fn over_long_uris_are_refused() {
    let mut account: MaybeUninit<pjsua_acc_config> = MaybeUninit::zeroed();
    let mut settings: MaybeUninit<pjsua_call_setting> = MaybeUninit::zeroed();
    let mut id = -1;
    // SAFETY: configurations are initialised in place; PJSUA copies the strings it keeps; `uri` is terminated.
    unsafe {
        pjsua_acc_config_default(account.as_mut_ptr());
        let account = account.assume_init_mut();
        account.id = pj(c"sip:test@127.0.0.1");
        check(pjsua_acc_add(account, PJ_TRUE, &raw mut id));
        pjsua_call_setting_default(settings.as_mut_ptr());
        // Real-time text is on by default.
        settings.assume_init_mut().txt_cnt = 0;

        for (length, call_expected) in [(5_000, None), (70_000, Some(PJSIP_EMSGTOOLONG))] {
            let uri = CString::new(format!("sip:{}@127.0.0.1", "x".repeat(length))).unwrap();
            assert_eq!(pjsua_verify_sip_url(uri.as_ptr()), PJSIP_EURITOOLONG);

            let bytes = uri.as_bytes();
            let uri = pj_str_t {
                ptr: bytes.as_ptr().cast_mut().cast(),
                slen: bytes.len() as _,
            };
            let mut call = -1;
            let status = pjsua_call_make_call(
                id,
                &raw const uri,
                settings.as_ptr(),
                ptr::null_mut(),
                ptr::null(),
                &raw mut call,
            );
            if let Some(expected) = call_expected {
                assert_eq!(status, expected, "URI of {length} bytes");
            }
        }
        pjsua_call_hangup_all();
        check(pjsua_acc_del(id));
    }
}
