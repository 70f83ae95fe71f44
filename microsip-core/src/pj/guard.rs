//! The guard's module: the first to see a request, before anything is made for it.

use pjsip_sys as sys;

use super::address::source;
use super::boundary::boundary;
use super::gate::{self, dialog_exists, invite_transaction_exists};
use super::module::Module;
use super::string::lend;
use crate::Result;
use crate::engine;
use crate::policy::guard::{Kind, Verdict};
use crate::sip::StatusCode;

/// Before the tracer, so that a flood is not traced either.
const PRIORITY: i32 = 4;

/// Registers it.
pub(super) fn start() -> Result<Module> {
    Module::register("mod-microsip-guard", PRIORITY, |m| m.on_rx_request = Some(on_request))
}

/// Nonzero: the request is dealt with.
unsafe extern "C" fn on_request(rdata: *mut sys::pjsip_rx_data) -> sys::pj_bool_t {
    boundary("on_guard_request", 0, || {
        // SAFETY: PJSIP's own pointer, inside its callback, to a request it has parsed.
        unsafe {
            let r = &mut *rdata;
            let (Some(engine), Some(from)) = (engine::current(), source(r)) else {
                return 0;
            };
            if engine.guard_trusts(from.ip()) {
                return 0;
            }
            let method = (*r.msg_info.msg).line.req.method.id;
            let within = (*r.msg_info.to).tag.slen > 0;
            let ours = || {
                let info = &r.msg_info;
                engine.has_event_dialog(&lend(&(*info.cid).id), &lend(&(*info.to).tag))
            };
            let known = (within && (dialog_exists(r) || ours()))
                || (method == sys::PJSIP_CANCEL_METHOD && invite_transaction_exists(r));
            if known {
                return 0;
            }
            let kind = if method == sys::PJSIP_INVITE_METHOD && !within {
                Kind::Invite
            } else {
                Kind::Other
            };
            let agent = gate::header(r.msg_info.msg, "User-Agent").map(|text| lend(text));
            match engine.guard_judges(from.ip(), kind, agent.as_deref()) {
                Verdict::Pass => 0,
                Verdict::Drop => 1,
                Verdict::Refuse(code) => {
                    let retry = (code == StatusCode::SERVICE_UNAVAILABLE).then_some(("Retry-After", "60"));
                    gate::answer(r, code, None, retry.as_slice());
                    1
                }
            }
        }
    })
}
