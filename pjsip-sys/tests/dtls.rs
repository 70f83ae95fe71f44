//! DTLS-SRTP: its certificate is made by the first call that needs one (patch 0006), and both ends agree on keys.
#![cfg(all(feature = "tls", feature = "srtp"))]
#![allow(unsafe_code, clippy::unwrap_used)]

use std::ffi::{CStr, CString};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

use pjsip_sys::*;

static INCOMING: AtomicI32 = AtomicI32::new(-1);

unsafe extern "C" fn on_incoming_call(_account: pjsua_acc_id, call: pjsua_call_id, _rdata: *mut pjsip_rx_data) {
    INCOMING.store(call, Ordering::Relaxed);
}

#[track_caller]
fn check(status: pj_status_t) {
    assert_eq!(status, PJ_SUCCESS);
}

fn pj(text: &CStr) -> pj_str_t {
    pj_str_t {
        ptr: text.as_ptr().cast_mut(),
        slen: text.count_bytes().cast_signed() as _,
    }
}

/// Starts PJSUA with one UDP transport on loopback; its port.
fn start() -> u16 {
    let mut ua: MaybeUninit<pjsua_config> = MaybeUninit::zeroed();
    let mut log: MaybeUninit<pjsua_logging_config> = MaybeUninit::zeroed();
    let mut media: MaybeUninit<pjsua_media_config> = MaybeUninit::zeroed();
    let mut transport: MaybeUninit<pjsua_transport_config> = MaybeUninit::zeroed();
    let mut info: MaybeUninit<pjsua_transport_info> = MaybeUninit::zeroed();
    let mut id = -1;
    // SAFETY: each structure is filled by its own function where it stays; PJSUA copies what it keeps.
    unsafe {
        check(pjsua_create());
        pjsua_config_default(ua.as_mut_ptr());
        pjsua_logging_config_default(log.as_mut_ptr());
        pjsua_media_config_default(media.as_mut_ptr());
        pjsua_transport_config_default(transport.as_mut_ptr());
        let ua = ua.assume_init_mut();
        ua.thread_cnt = 0;
        ua.max_calls = 4;
        ua.cb.on_incoming_call = Some(on_incoming_call);
        log.assume_init_mut().console_level = 2;
        media.assume_init_mut().max_media_ports = 16;
        check(pjsua_init(ua, log.as_ptr(), media.as_ptr()));
        check(pjsua_set_null_snd_dev());
        transport.assume_init_mut().bound_addr = pj(c"127.0.0.1");
        check(pjsua_transport_create(
            PJSIP_TRANSPORT_UDP,
            transport.as_ptr(),
            &raw mut id,
        ));
        check(pjsua_transport_get_info(id, info.as_mut_ptr()));
        check(pjsua_start());
        pj_sockaddr_get_port((&raw const (*info.as_ptr()).local_addr).cast())
    }
}

/// An account that offers and takes media encrypted by DTLS only.
fn add_account(uri: &CStr) -> pjsua_acc_id {
    let mut config: Box<MaybeUninit<pjsua_acc_config>> = Box::new(MaybeUninit::zeroed());
    let mut id = -1;
    // SAFETY: as in `start`; the configuration is changed where it was filled.
    unsafe {
        pjsua_acc_config_default(config.as_mut_ptr());
        let config = &mut *config.as_mut_ptr();
        config.id = pj(uri);
        config.use_srtp = PJMEDIA_SRTP_MANDATORY;
        config.srtp_secure_signaling = 0;
        config.srtp_opt.keying_count = 1;
        config.srtp_opt.keying[0] = PJMEDIA_SRTP_KEYING_DTLS_SRTP;
        config.rtp_cfg.bound_addr = pj(c"127.0.0.1");
        check(pjsua_acc_add(config, 1, &raw mut id));
    }
    id
}

fn encrypts(call: pjsua_call_id) -> bool {
    let mut info: MaybeUninit<pjmedia_transport_info> = MaybeUninit::zeroed();
    // SAFETY: filled when the call succeeds; the entry of type SRTP holds a pjmedia_srtp_info, read as it lies.
    unsafe {
        if pjsua_call_get_med_transport_info(call, 0, info.as_mut_ptr()) != PJ_SUCCESS {
            return false;
        }
        let info = info.assume_init_ref();
        info.spc_info[..info.specific_info_cnt as usize]
            .iter()
            .filter(|part| part.type_ == PJMEDIA_TRANSPORT_TYPE_SRTP)
            .any(|part| part.buffer.as_ptr().cast::<pjmedia_srtp_info>().read_unaligned().active != 0)
    }
}

/// Handles events until `done`.
#[track_caller]
fn until(what: &str, done: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(15);
    while !done() {
        assert!(Instant::now() < deadline, "no {what} in time");
        // SAFETY: PJSUA runs and this thread made it.
        assert!(unsafe { pjsua_handle_events(10) } >= 0);
    }
}

#[test]
fn two_calls_agree_on_keys_by_dtls() {
    let port = start();
    let uri = CString::new(format!("sip:me@127.0.0.1:{port}")).unwrap();
    let account = add_account(&uri);
    let mut setting: MaybeUninit<pjsua_call_setting> = MaybeUninit::zeroed();
    let mut out = -1;
    // SAFETY: PJSUA runs and this thread made it; the setting is filled by its own function; strings outlive the calls.
    unsafe {
        pjsua_call_setting_default(setting.as_mut_ptr());
        let setting = setting.assume_init_mut();
        setting.txt_cnt = 0;
        let target = pj(&uri);
        check(pjsua_call_make_call(
            account,
            &raw const target,
            setting,
            ptr::null_mut(),
            ptr::null(),
            &raw mut out,
        ));
        until("incoming call", || INCOMING.load(Ordering::Relaxed) >= 0);
        let inn = INCOMING.load(Ordering::Relaxed);
        check(pjsua_call_answer2(inn, setting, 200, ptr::null(), ptr::null()));
        until("encryption", || encrypts(out) && encrypts(inn));
        check(pjsua_destroy2(PJSUA_DESTROY_NO_NETWORK));
        assert_eq!(microsip_assert_count(), 0);
    }
}
