//! The bindings describe the same memory as the C compiler saw: sizes, offsets and constants, one by one.
#![allow(unsafe_code, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::ffi::CStr;

use pjsip_sys::*;

/// The table in the compiled library.
fn from_c() -> BTreeMap<String, usize> {
    (0..)
        .map_while(|index| {
            // SAFETY: returns null past the end, else a pointer to static data whose name is a string literal.
            let entry = unsafe { microsip_abi_probe(index).as_ref()? };
            // SAFETY: as above.
            let name = unsafe { CStr::from_ptr(entry.name) };
            Some((name.to_str().unwrap().to_owned(), entry.value))
        })
        .collect()
}

/// The same entries through the bindings.
fn from_rust() -> BTreeMap<String, usize> {
    let mut entries = BTreeMap::new();
    macro_rules! size {
        ($($name:ident)*) => { $(entries.insert(stringify!($name).to_owned(), size_of::<$name>());)* };
    }
    macro_rules! field {
        ($($name:ident.$field:ident)*) => { $(
            entries.insert(format!("{}.{}", stringify!($name), stringify!($field)), std::mem::offset_of!($name, $field));
        )* };
    }
    macro_rules! constant {
        ($($name:ident)*) => { $(entries.insert(stringify!($name).to_owned(), $name as usize);)* };
    }
    size! {
        pj_str_t pj_time_val pj_timestamp pj_sockaddr pj_sockaddr_in pj_sockaddr_in6 pj_pool_t pj_caching_pool
        pj_timer_entry pj_thread_desc pjmedia_port pjmedia_frame pjmedia_format pjmedia_event
        pjmedia_aud_param pjmedia_aud_dev_info pjmedia_aud_dev_factory pjmedia_rtcp_stat pjmedia_jb_state
        pjmedia_rtcp_xr_stat pjmedia_rtcp_session pjmedia_stream_common pjmedia_srtp_info
        pjmedia_codec_info pjmedia_codec_param pjmedia_stream_info pjmedia_sdp_session pjmedia_transport_info
        pjmedia_srtp_setting pjmedia_tone_desc pjmedia_tone_digit pjsip_cred_info pjsip_event pjsip_hdr
        pjsip_generic_string_hdr pjsip_msg pjsip_module pjsip_rx_data pjsip_tx_data pjsip_tls_setting
        pjsip_transport pjsip_transport_state_info pjsip_inv_session pjsip_pres_status pjrpid_element
        pjsua_config pjsua_callback pjsua_logging_config pjsua_media_config pjsua_transport_config
        pjsua_transport_info pjsua_acc_config pjsua_acc_info pjsua_call_setting pjsua_call_info
        pjsua_call_media_info pjsua_stream_info pjsua_stream_stat pjsua_msg_data pjsua_buddy_config
        pjsua_buddy_info pjsua_codec_info pjsua_conf_port_info pjsua_snd_dev_param pjsua_reg_info
        pjsua_mwi_info pjsua_call pjsua_acc pjsua_data
    }
    field! {
        pj_str_t.slen pj_timer_entry.cb pjmedia_port.get_frame pjmedia_port.on_destroy pjmedia_frame.bit_info
        pjmedia_aud_param.plc_enabled pjmedia_rtcp_stat.rtt pjmedia_jb_state.played
        pjmedia_rtcp_session.xr_session pjmedia_stream_common.rtcp pjmedia_stream_common.microsip_meter
        pjmedia_srtp_info.rx_failed pjsip_cred_info.data pjsip_event.body
        pjsip_module.on_tsx_state pjsip_rx_data.msg_info pjsip_tx_data.msg pjsip_inv_session.state
        pjsua_config.max_calls pjsua_config.cb pjsua_config.user_agent pjsua_config.use_srtp
        pjsua_callback.on_incoming_call pjsua_callback.on_call_media_event pjsua_callback.on_mwi_info
        pjsua_logging_config.cb pjsua_media_config.max_media_ports pjsua_media_config.snd_auto_close_time
        pjsua_media_config.ice_opt pjsua_transport_config.tls_setting pjsua_acc_config.reg_uri
        pjsua_acc_config.reg_hdr_list pjsua_acc_config.proxy pjsua_acc_config.cred_info
        pjsua_acc_config.rtp_cfg pjsua_acc_config.use_srtp pjsua_acc_config.ipv6_sip_use
        pjsua_call_setting.txt_cnt pjsua_call_info.state pjsua_call_info.media pjsua_msg_data.hdr_list
        pjsua_data.endpt
    }
    constant! {
        PJ_SUCCESS PJ_TRUE PJ_FALSE PJ_EINVAL PJ_ENOTFOUND PJ_ETRYAGAIN PJ_ERRNO_START_SYS PJSIP_EBUSY
        PJSIP_ESESSIONTERMINATED PJMEDIA_SDPNEG_ENOMEDIA PJMEDIA_EAUD_NODEFDEV PJNATH_EICEFAILED
        PJLIB_UTIL_EDNS_NXDOMAIN PJSIP_SIMPLE_EBADPIDF PJSIP_INV_STATE_DISCONNECTED PJSIP_TRANSPORT_TLS
        PJSIP_SC_BUSY_HERE PJSUA_CALL_MEDIA_ACTIVE PJMEDIA_TYPE_AUDIO PJMEDIA_SRTP_MANDATORY PJSUA_MAX_CALLS
        PJSUA_MAX_ACC PJSUA_MAX_BUDDIES PJSUA_MAX_CONF_PORTS PJ_IOQUEUE_MAX_HANDLES PJSIP_MAX_PKT_LEN
        PJSIP_MAX_URL_SIZE PJ_LOG_MAX_LEVEL
    }
    entries
}

#[test]
fn c_and_rust_agree_on_every_entry() {
    let (c, rust) = (from_c(), from_rust());
    assert!(c.len() > 100, "only {} entries", c.len());
    let names = |map: &BTreeMap<String, usize>| map.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        names(&c),
        names(&rust),
        "csrc/abi_entries.h and this file list different entries"
    );
    let differing: Vec<_> = c.iter().filter(|(name, value)| rust[*name] != **value).collect();
    assert!(differing.is_empty(), "C's view of what differs: {differing:?}");
}

#[test]
fn capacities_are_the_ones_promised() {
    let c = from_c();
    assert_eq!(c["PJSUA_MAX_CALLS"], 4096);
    assert_eq!(c["PJSUA_MAX_ACC"], 1024);
    assert_eq!(c["PJSUA_MAX_BUDDIES"], 1024);
    assert!(c["PJSUA_MAX_CONF_PORTS"] >= c["PJSUA_MAX_CALLS"] + 254);
    assert_eq!(c["PJ_LOG_MAX_LEVEL"], 4, "level 5 prints SRTP keys");
    if cfg!(target_os = "linux") {
        assert!(
            c["PJ_IOQUEUE_MAX_HANDLES"] >= 2 * c["PJSUA_MAX_CALLS"],
            "RTP and RTCP of each call"
        );
    }
}
