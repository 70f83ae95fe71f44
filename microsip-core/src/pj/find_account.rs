//! Who an incoming request is for, as far as it says.

use pjsip_sys as sys;

use super::message::kind;
use super::string::to_string;
use crate::engine::Addressed;

/// A SIP URI's parts, and the value of its `line` parameter.
struct Parts {
    user: String,
    host: String,
    port: u16,
    line: Option<String>,
}

/// Reads who a request is for.
///
/// # Safety
/// `rdata` must be a message PJSIP is delivering right now.
pub(super) unsafe fn addressed(rdata: *const sys::pjsip_rx_data) -> Option<Addressed> {
    // SAFETY: the caller vouches for it; a delivered request has a Request-URI and a To.
    unsafe {
        let r = rdata.as_ref()?;
        let msg = r.msg_info.msg.as_ref()?;
        if msg.type_ != sys::PJSIP_REQUEST_MSG {
            return None;
        }
        let target = parts(msg.line.req.uri);
        let to = r.msg_info.to.as_ref().and_then(|to| parts(to.uri));
        let host = std::ffi::CStr::from_ptr(r.pkt_info.src_name.as_ptr()).to_str().ok();
        let source = host
            .and_then(|h| h.trim_matches(['[', ']']).parse().ok())
            .map(|ip| std::net::SocketAddr::new(ip, r.pkt_info.src_port as u16));
        let (user, host, port, line) = target.map_or_else(Default::default, |p| (p.user, p.host, p.port, p.line));
        let (to_user, to_host) = to.map_or_else(Default::default, |p| (p.user, p.host));
        Some(Addressed {
            user,
            host,
            port,
            line,
            to_user,
            to_host,
            source,
            transport: kind(r.tp_info.transport),
        })
    }
}

/// # Safety
/// `uri` must be null or a parsed URI.
unsafe fn parts(uri: *mut sys::pjsip_uri) -> Option<Parts> {
    // SAFETY: the caller vouches for it; the scheme tells what a URI is, and for sip: and sips: it is a pjsip_sip_uri.
    unsafe {
        if uri.is_null() {
            return None;
        }
        let scheme = to_string(&*sys::pjsip_uri_get_scheme(uri.cast())).to_ascii_lowercase();
        if scheme != "sip" && scheme != "sips" {
            return None;
        }
        let sip = sys::pjsip_uri_get_uri(uri.cast())
            .cast::<sys::pjsip_sip_uri>()
            .as_ref()?;
        let name = sys::pj_str_t {
            ptr: c"line".as_ptr().cast_mut(),
            slen: 4,
        };
        let line = sys::pjsip_param_cfind(&sip.other_param, &name).as_ref();
        Some(Parts {
            user: to_string(&sip.user),
            host: to_string(&sip.host).to_ascii_lowercase(),
            port: sip.port as u16,
            line: line.map(|p| to_string(&p.value)),
        })
    }
}
