//! Dialogs held beyond their call's end, and requests of ours in them.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicPtr, Ordering};

use pjsip_sys as sys;

use super::Pj;
use super::message::MsgData;
use super::status::check;
use super::string::Text;
use crate::sip::Additions;
use crate::{Error, ErrorKind, Result};

/// The module that uses the dialogs, of `pj/transfer.rs`; null while there is none.
pub(super) static MODULE: AtomicPtr<sys::pjsip_module> = AtomicPtr::new(std::ptr::null_mut());

/// Names a dialog for as long as somebody holds a [`Dialog`] of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DialogKey(pub(super) usize);

/// A dialog that stays while this is held, the call's end notwithstanding. Only on the engine's thread, and to be dropped
/// before PJSUA goes down.
pub(crate) struct Dialog {
    dialog: *mut sys::pjsip_dialog,
}

impl Dialog {
    /// # Safety
    /// Engine thread; a live dialog.
    pub(super) unsafe fn keep(dialog: *mut sys::pjsip_dialog) -> Result<Dialog> {
        let module = MODULE.load(Ordering::Acquire);
        // SAFETY: the caller vouches for the dialog; the module is registered.
        unsafe {
            let status = sys::pjsip_dlg_add_usage(dialog, module, std::ptr::null_mut());
            check("transfer", "cannot use the dialog", status)?;
            sys::pjsip_dlg_inc_session(dialog, module);
        }
        Ok(Dialog { dialog })
    }

    /// Another hold on the same dialog, for use while the owner of this one is not borrowed.
    pub(crate) fn again(&self) -> Option<Dialog> {
        // SAFETY: engine thread; `self` keeps the dialog alive.
        unsafe { Dialog::keep(self.dialog) }.ok()
    }

    pub(crate) fn key(&self) -> DialogKey {
        DialogKey(self.dialog as usize)
    }

    /// Sends a request in the dialog; its `CSeq`. `token` comes back with what becomes of it.
    pub(crate) fn send(&self, op: &'static str, method: Method, additions: &Additions, token: u64) -> Result<u32> {
        let module = MODULE.load(Ordering::Acquire);
        let extra = MsgData::new(additions);
        let mut tdata = std::ptr::null_mut();
        // SAFETY: engine thread; `self` keeps the dialog alive, the additions live until they are copied into the request.
        unsafe {
            let method = match method {
                Method::Refer => sys::pjsip_get_refer_method(),
                Method::Notify => sys::pjsip_get_notify_method(),
                Method::Subscribe => sys::pjsip_get_subscribe_method(),
            };
            let status = sys::pjsip_dlg_create_request(self.dialog, method, -1, &mut tdata);
            check(op, "cannot make the request", status)?;
            sys::pjsua_process_msg_data(tdata, extra.as_ptr());
            let supported = sys::pjsip_endpt_get_capability(
                sys::pjsua_get_pjsip_endpt(),
                sys::PJSIP_H_SUPPORTED as c_int,
                std::ptr::null(),
            );
            if !supported.is_null() {
                let copy = sys::pjsip_hdr_shallow_clone((*tdata).pool, supported.cast());
                sys::pjsip_msg_add_hdr((*tdata).msg, copy.cast());
            }
            let cseq = (*self.dialog).local.cseq;
            let status = sys::pjsip_dlg_send_request(self.dialog, tdata, (*module).id, token as usize as *mut c_void);
            check(op, "cannot send the request", status)?;
            Ok(cseq as u32)
        }
    }
}

impl Drop for Dialog {
    fn drop(&mut self) {
        let module = MODULE.load(Ordering::Acquire);
        if !module.is_null() {
            // SAFETY: engine thread, PJSUA is up (the module is registered), counted up in `keep`.
            unsafe { sys::pjsip_dlg_dec_session(self.dialog, module) };
        }
    }
}

/// What we send in dialogs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Refer,
    Notify,
    Subscribe,
}

impl Pj {
    /// The dialog of a call.
    pub(crate) fn call_dialog(&self, op: &'static str, slot: i32) -> Result<Dialog> {
        let gone = || Error::new(ErrorKind::Gone, op, "the call has ended");
        // SAFETY: engine thread, index checked; a call's session and dialog live as long as PJSUA has the call.
        unsafe {
            if sys::pjsua_call_is_active(slot) != sys::PJ_TRUE {
                return Err(gone());
            }
            let inv = (*(*sys::pjsua_get_var()).calls.add(slot as usize)).inv;
            match inv.as_ref() {
                Some(inv) if !inv.dlg.is_null() => Dialog::keep(inv.dlg),
                _ => Err(gone()),
            }
        }
    }

    /// Whether PJSIP knows this dialog, be it over or not.
    pub(crate) fn dialog_exists(&self, call_id: &str, local_tag: &str, remote_tag: &str) -> bool {
        let (call_id, local, remote) = (Text::new(call_id), Text::new(local_tag), Text::new(remote_tag));
        // SAFETY: engine thread; strings live until after the call, the result is only compared.
        unsafe { !sys::pjsip_ua_find_dialog(&call_id.pj(), &local.pj(), &remote.pj(), 0).is_null() }
    }

    /// Whether PJSIP's parser takes it for a SIP URI.
    pub(crate) fn is_sip_uri(&self, uri: &str) -> bool {
        let text = Text::new(uri);
        // SAFETY: engine thread; a terminated string.
        unsafe { sys::pjsua_verify_sip_url(text.as_ptr()) == sys::PJ_SUCCESS }
    }

    /// Sets of dialogs PJSIP keeps.
    #[cfg(feature = "fault-injection")]
    pub(crate) fn dialog_count(&self) -> u32 {
        // SAFETY: engine thread.
        unsafe { sys::pjsip_ua_get_dlg_set_count() }
    }
}
