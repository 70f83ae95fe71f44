//! Messages across the border: the peer's as owned bytes, additions to ours as PJSUA wants them.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::net::{IpAddr, SocketAddr};

use pjsip_sys as sys;

use super::string::Text;
use crate::sip::{Additions, Message, Transport};

/// Copies a received message.
///
/// # Safety
/// `rdata` must be null or a message PJSIP is delivering right now.
pub(super) unsafe fn received(rdata: *const sys::pjsip_rx_data) -> Option<Message> {
    // SAFETY: the caller vouches for the pointer; a delivered message was parsed, so its buffer holds `len` bytes, and
    // the name of its source is terminated.
    unsafe {
        let r = rdata.as_ref()?;
        if r.msg_info.msg_buf.is_null() {
            return None;
        }
        let bytes = std::slice::from_raw_parts(r.msg_info.msg_buf.cast::<u8>(), r.msg_info.len.max(0) as usize);
        let host = std::ffi::CStr::from_ptr(r.pkt_info.src_name.as_ptr()).to_str().ok();
        let ip = host.and_then(|h| h.trim_matches(['[', ']']).parse::<IpAddr>().ok());
        let source = ip.map(|ip| SocketAddr::new(ip, r.pkt_info.src_port as u16));
        Some(Message::new(bytes, source, kind(r.tp_info.transport)))
    }
}

/// The peer's message behind an event, if a message is behind it.
///
/// # Safety
/// `event` must be null or the pointer PJSIP passed to a callback, during that callback.
pub(super) unsafe fn behind(event: *const sys::pjsip_event) -> Option<Message> {
    // SAFETY: the caller vouches for the pointer; which union member is set follows from the types checked.
    unsafe {
        let event = event.as_ref()?;
        let rdata = match event.type_ {
            sys::PJSIP_EVENT_TSX_STATE if event.body.tsx_state.type_ == sys::PJSIP_EVENT_RX_MSG => {
                event.body.tsx_state.src.rdata
            }
            sys::PJSIP_EVENT_RX_MSG => event.body.rx_msg.rdata,
            _ => return None,
        };
        received(rdata)
    }
}

/// The protocol of a transport; UDP if there is none.
///
/// # Safety
/// `transport` must be null or live.
pub(super) unsafe fn kind(transport: *const sys::pjsip_transport) -> Transport {
    // SAFETY: the caller vouches for it.
    let kind = unsafe { transport.as_ref() }.map_or(0, |t| t.key.type_ as u32 & !sys::PJSIP_TRANSPORT_IPV6);
    match kind {
        t if t == sys::PJSIP_TRANSPORT_TCP => Transport::Tcp,
        t if t == sys::PJSIP_TRANSPORT_TLS => Transport::Tls,
        _ => Transport::Udp,
    }
}

/// Additions to a message of ours in PJSUA's form. PJSUA copies them; this must live until its call returns.
pub(super) struct MsgData<'a> {
    /// On the heap: it holds list heads that point to themselves and to `_headers`.
    data: Box<MaybeUninit<sys::pjsua_msg_data>>,
    _headers: Box<[MaybeUninit<sys::pjsip_generic_string_hdr>]>,
    _texts: Vec<Text>,
    /// The body is lent as it is: it may hold anything.
    _body: PhantomData<&'a [u8]>,
}

impl<'a> MsgData<'a> {
    pub(super) fn new(additions: &'a Additions) -> MsgData<'a> {
        let mut data = Box::new(MaybeUninit::<sys::pjsua_msg_data>::zeroed());
        let mut texts = Vec::new();
        // A Text's heap memory stays in place when the Text itself moves into the list.
        let mut text = |value: &str| {
            let text = Text::new(value);
            let lent = text.pj();
            texts.push(text);
            lent
        };
        let mut headers: Box<[_]> = (0..additions.headers.len()).map(|_| MaybeUninit::zeroed()).collect();
        // SAFETY: everything is initialised in place on the heap and not moved afterwards; the strings live in `texts`.
        unsafe {
            sys::pjsua_msg_data_init(data.as_mut_ptr());
            let d = &mut *data.as_mut_ptr();
            for (header, (name, value)) in headers.iter_mut().zip(additions.headers.iter()) {
                let (mut name, mut value) = (text(name), text(value));
                sys::pjsip_generic_string_hdr_init2(header.as_mut_ptr(), &mut name, &mut value);
                sys::pj_list_push_back((&raw mut d.hdr_list).cast(), header.as_mut_ptr().cast());
            }
            if let Some((content_type, body)) = &additions.body {
                d.content_type = text(content_type);
                d.msg_body = sys::pj_str_t {
                    ptr: body.as_ptr().cast_mut().cast(),
                    slen: body.len() as _,
                };
            }
            if let Some(uri) = &additions.request_uri {
                d.target_uri = text(uri);
            }
            if let Some(uri) = &additions.from {
                d.local_uri = text(uri);
            }
        }
        MsgData {
            data,
            _headers: headers,
            _texts: texts,
            _body: PhantomData,
        }
    }

    /// Sets the Contact, which must live as long as this.
    pub(super) fn set_contact(&mut self, contact: &'a Text) {
        // SAFETY: initialised in `new`.
        unsafe { (*self.data.as_mut_ptr()).contact_uri = contact.pj() };
    }

    /// Links the headers into another list of PJSIP's.
    ///
    /// # Safety
    /// `list` must be an initialised list of headers that is not used after `self` is gone.
    pub(super) unsafe fn move_headers_to(&mut self, list: *mut sys::pjsip_hdr) {
        // SAFETY: the caller vouches for `list`; ours was initialised in `new`. An empty list is left alone by PJLIB.
        unsafe {
            let own = &raw mut (*self.data.as_mut_ptr()).hdr_list;
            sys::pj_list_merge_last(list.cast(), own.cast());
        }
    }

    pub(super) fn as_ptr(&self) -> *const sys::pjsua_msg_data {
        self.data.as_ptr()
    }
}
