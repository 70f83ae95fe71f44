//! PJSIP asks us where names lead (`pjsip_endpt_set_ext_resolver`), and tells us which targets did not serve.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use pjsip_sys as sys;

use super::Pj;
use super::boundary::boundary;
use super::status::{check, strerror};
use super::string::{Text, to_string};
use crate::Result;
use crate::dns::{DnsConfig, Families, Question, ServerAddress, Wanted};
use crate::engine::{self, TargetFailure};
use crate::sip::Transport;

/// Installs the hooks; PJSUA is initialised and sends nothing yet.
pub(super) fn install(config: &DnsConfig) -> Result<()> {
    /// PJSIP keeps a pointer to it, and never writes.
    struct Table(sys::pjsip_ext_resolver);
    // SAFETY: it holds a function pointer only.
    unsafe impl Sync for Table {}
    static TABLE: Table = Table(sys::pjsip_ext_resolver {
        resolve: Some(on_resolve),
    });
    // SAFETY: engine thread, PJSUA initialised; the table lives for ever; the hooks are plain globals of the shim.
    let status = unsafe {
        sys::microsip_target_timeout = config.target_timeout.as_millis() as _;
        sys::microsip_target_failed = Some(on_target_failed);
        sys::microsip_known_targets = Some(on_known_targets);
        sys::microsip_gethostip = Some(on_gethostip);
        sys::microsip_getaddrinfo = Some(on_getaddrinfo);
        sys::pjsip_endpt_set_ext_resolver(sys::pjsua_get_pjsip_endpt(), (&raw const TABLE.0).cast_mut())
    };
    check("start endpoint", "cannot install the resolver", status)
}

/// Whom PJSIP wants told; told exactly once, a failure if nothing better.
struct Asker {
    callback: sys::pjsip_resolver_callback,
    token: *mut c_void,
    /// Transports as PJSIP numbers them; what it asked with decides for addresses.
    told: bool,
}

impl Asker {
    fn tell(mut self, targets: &[ServerAddress]) {
        let mut list = MaybeUninit::<sys::pjsip_server_addresses>::zeroed();
        // They are copied by the callback.
        let names: Vec<Text> = targets.iter().map(|t| Text::new(&t.name)).collect();
        self.told = true;
        // SAFETY: engine thread; all-zero is a valid list, whose entries are filled as far as they are counted.
        unsafe {
            fill(&mut *list.as_mut_ptr(), targets, &names);
            match (self.callback, targets.is_empty()) {
                (Some(callback), false) => callback(sys::PJ_SUCCESS, self.token, list.as_ptr()),
                (Some(callback), true) => callback(sys::PJ_ERESOLVE, self.token, std::ptr::null()),
                (None, _) => {}
            }
        }
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        if let (Some(callback), false) = (self.callback, self.told) {
            // SAFETY: engine thread; the request still waits for its answer. PJ_ERESOLVE becomes 502 in a transaction.
            unsafe { callback(sys::PJ_ERESOLVE, self.token, std::ptr::null()) };
        }
    }
}

/// Writes targets into PJSIP's list; names stay lent.
fn fill(list: &mut sys::pjsip_server_addresses, targets: &[ServerAddress], names: &[Text]) {
    for ((entry, target), name) in list.entry.iter_mut().zip(targets).zip(names) {
        entry.name = name.pj();
        entry.type_ = number(target.transport, target.address.is_ipv6());
        entry.priority = u32::from(target.priority);
        entry.weight = u32::from(target.weight);
        entry.addr_len = to_pj(target.address, &mut entry.addr);
        list.count += 1;
    }
}

/// PJSIP's number for a transport.
fn number(transport: Transport, v6: bool) -> sys::pjsip_transport_type_e {
    let number = match transport {
        Transport::Udp => sys::PJSIP_TRANSPORT_UDP,
        Transport::Tcp => sys::PJSIP_TRANSPORT_TCP,
        Transport::Tls => sys::PJSIP_TRANSPORT_TLS,
    };
    (if v6 { number | sys::PJSIP_TRANSPORT_IPV6 } else { number }) as _
}

/// The transport behind PJSIP's number; `None` for unspecified and those we do not have.
fn transport(number: sys::pjsip_transport_type_e) -> Option<Transport> {
    match number & !sys::PJSIP_TRANSPORT_IPV6 {
        sys::PJSIP_TRANSPORT_UDP => Some(Transport::Udp),
        sys::PJSIP_TRANSPORT_TCP => Some(Transport::Tcp),
        sys::PJSIP_TRANSPORT_TLS => Some(Transport::Tls),
        _ => None,
    }
}

fn to_pj(address: SocketAddr, place: &mut sys::pj_sockaddr) -> c_int {
    let text = Text::new(&address.ip().to_string());
    // SAFETY: PJLIB parses a numeric text into our structure; the families are its constants.
    unsafe {
        let v6 = address.is_ipv6();
        let family = c_int::from(if v6 { sys::PJ_AF_INET6 } else { sys::PJ_AF_INET });
        sys::pj_sockaddr_init(family, place, &text.pj(), address.port());
        sys::pj_sockaddr_get_len((&raw const *place).cast()) as c_int
    }
}

/// A socket address of PJSIP's.
pub(super) fn from_pj(address: &sys::pj_sockaddr) -> Option<SocketAddr> {
    // SAFETY: the family says which member is set; both are plain data in network order.
    unsafe {
        match address.addr.sa_family {
            family if family == sys::PJ_AF_INET => {
                let v4 = address.ipv4;
                // Four bytes everywhere, whose names differ between systems.
                let bytes: [u8; 4] = std::mem::transmute_copy(&v4.sin_addr);
                Some(SocketAddr::new(
                    IpAddr::V4(Ipv4Addr::from(bytes)),
                    u16::from_be(v4.sin_port),
                ))
            }
            family if family == sys::PJ_AF_INET6 => {
                let v6 = address.ipv6;
                let bytes: [u8; 16] = std::mem::transmute_copy(&v6.sin6_addr);
                Some(SocketAddr::new(
                    IpAddr::V6(Ipv6Addr::from(bytes)),
                    u16::from_be(v6.sin6_port),
                ))
            }
            _ => None,
        }
    }
}

/// What PJSIP asks, in our terms.
///
/// # Safety
/// `target` must point to an initialised `pjsip_host_info`.
unsafe fn question(target: *const sys::pjsip_host_info, families: Families) -> Question {
    // SAFETY: the caller vouches for the pointer.
    let (host, port, kind) = unsafe {
        let target = &*target;
        (to_string(&target.addr.host), target.addr.port, target.type_)
    };
    let wanted = Wanted::Sip {
        transport: transport(kind),
        port: u16::try_from(port).unwrap_or(0),
    };
    // The flag is set for numeric hosts, or when IPv6 alone is wanted.
    let families = if kind & sys::PJSIP_TRANSPORT_IPV6 != 0 {
        Families::V6
    } else {
        families
    };
    Question::new(&host, wanted, families)
}

unsafe extern "C" fn on_resolve(
    _: *mut sys::pjsip_resolver_t,
    _: *mut sys::pj_pool_t,
    target: *const sys::pjsip_host_info,
    token: *mut c_void,
    callback: sys::pjsip_resolver_callback,
) {
    let asker = Asker {
        callback,
        token,
        told: false,
    };
    boundary("on_resolve", (), move || {
        // A panic on the way drops the asker, which tells of a failure.
        let asker = asker;
        let Some(engine) = engine::current() else { return };
        // SAFETY: PJSIP's own pointer, inside its callback.
        let question = unsafe { question(target, engine.families()) };
        engine.locate(question, move |_, located| match located {
            Ok(targets) => asker.tell(&targets),
            Err(_) => asker.tell(&[]),
        });
    });
}

unsafe extern "C" fn on_known_targets(
    target: *const sys::pjsip_host_info,
    list: *mut sys::pjsip_server_addresses,
) -> c_int {
    boundary("on_known_targets", 0, || {
        let Some(engine) = engine::current() else { return 0 };
        // SAFETY: PJSUA's own pointers, inside its call.
        let (question, list) = unsafe { (question(target, engine.families()), &mut *list) };
        let Some(known) = engine.known_targets(&question) else {
            return 0;
        };
        list.count = 0;
        let nameless: Vec<Text> = known.iter().map(|_| Text::new("")).collect();
        fill(list, &known, &nameless);
        // What they pointed to ends with this call.
        for entry in &mut list.entry {
            entry.name = sys::pj_str_t {
                ptr: std::ptr::null_mut(),
                slen: 0,
            };
        }
        1
    })
}

/// Whether [`on_getaddrinfo`] has an answer at once. If not, it is looked for, for the next time.
pub(super) fn is_known_name(name: &str, families: Families) -> bool {
    let host = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    name.len() <= 253
        && name.bytes().all(host)
        && engine::current().is_some_and(|engine| engine.knows_name_of_peer(name, families))
}

/// PJSIP wants the addresses of a name at once: one in a peer's SDP, for instance. The system's resolver would hold up the
/// engine, so only what is known counts; the rest is asked for, for the next time.
unsafe extern "C" fn on_getaddrinfo(
    family: c_int,
    name: *const sys::pj_str_t,
    count: *mut std::ffi::c_uint,
    list: *mut sys::pj_addrinfo,
) -> c_int {
    boundary("on_getaddrinfo", -1, || {
        let Some(engine) = engine::current() else { return 0 };
        // SAFETY: PJLIB's constants.
        let (v4, v6) = unsafe { (c_int::from(sys::PJ_AF_INET), c_int::from(sys::PJ_AF_INET6)) };
        let families = match family {
            family if family == v4 => Families::V4,
            family if family == v6 => Families::V6,
            _ => engine.families(),
        };
        // SAFETY: PJLIB's caller gave the name and a list of `count` places.
        let (name, places) = unsafe {
            let places = std::slice::from_raw_parts_mut(list, *count as usize);
            (to_string(&*name), places)
        };
        let question = Question::new(&name, Wanted::Addresses, families);
        if question.numeric().is_some() {
            return 0;
        }
        let Some(known) = engine.known_targets(&question) else {
            engine.knows_name_of_peer(&name, families);
            return -1;
        };
        let mut filled = 0;
        for (place, target) in places.iter_mut().zip(&known) {
            // SAFETY: all-zero is a valid entry.
            *place = unsafe { std::mem::zeroed() };
            to_pj(target.address, &mut place.ai_addr);
            filled += 1;
        }
        // SAFETY: likewise the caller's.
        unsafe { *count = filled };
        if filled == 0 { -1 } else { 1 }
    })
}

/// Without a default route PJLIB guesses this machine's address, and takes the loopback one while an interface comes up.
unsafe extern "C" fn on_gethostip(family: c_int, address: *mut sys::pj_sockaddr) -> c_int {
    boundary("on_gethostip", 0, || {
        // SAFETY: PJLIB's constant.
        let v6 = family == c_int::from(unsafe { sys::PJ_AF_INET6 });
        let host = engine::current().and_then(|engine| engine.host_address(v6));
        let Some(host) = host else { return 0 };
        // SAFETY: PJLIB's own variable, to be filled.
        to_pj(SocketAddr::new(host, 0), unsafe { &mut *address });
        1
    })
}

unsafe extern "C" fn on_target_failed(
    tdata: *mut sys::pjsip_tx_data,
    code: c_int,
    status: sys::pj_status_t,
    rdata: *mut sys::pjsip_rx_data,
    next: c_int,
) {
    boundary("on_target_failed", (), || {
        let Some(engine) = engine::current() else { return };
        // SAFETY: PJSIP's own pointers, inside its call; `cur_addr` is an index into the addresses counted.
        let failed = unsafe {
            let tdata = &*tdata;
            let (list, current) = (&tdata.dest_info.addr, tdata.dest_info.cur_addr as usize);
            let counted = &list.entry[..(list.count as usize).min(list.entry.len())];
            let of = |index: usize| {
                let entry = counted.get(index)?;
                Some((transport(entry.type_)?, from_pj(&entry.addr)?))
            };
            let Some((transport, address)) = of(current) else {
                return;
            };
            let call_id = sys::pjsip_msg_find_hdr(tdata.msg, sys::PJSIP_H_CALL_ID, std::ptr::null());
            let retry_after = rdata.as_ref().and_then(|rdata| {
                let header = sys::pjsip_msg_find_hdr(rdata.msg_info.msg, sys::PJSIP_H_RETRY_AFTER, std::ptr::null());
                let header = header.cast::<sys::pjsip_retry_after_hdr>().as_ref()?;
                Some(Duration::from_secs(u64::try_from(header.ivalue).unwrap_or(0)))
            });
            TargetFailure {
                transport,
                address,
                method: to_string(&(*tdata.msg).line.req.method.name),
                call_id: call_id
                    .cast::<sys::pjsip_cid_hdr>()
                    .as_ref()
                    .map_or_else(String::new, |header| to_string(&header.id)),
                local_tag: sys::pjsip_msg_find_hdr(tdata.msg, sys::PJSIP_H_FROM, std::ptr::null())
                    .cast::<sys::pjsip_fromto_hdr>()
                    .as_ref()
                    .map_or_else(String::new, |header| to_string(&header.tag)),
                code: u16::try_from(code).unwrap_or(0),
                why: match (status, code) {
                    (0, 408) => "no answer".to_owned(),
                    (0, _) => "Service Unavailable".to_owned(),
                    (status, _) => strerror(status),
                },
                retry_after,
                next: (next != 0).then(|| of(current + 1)).flatten(),
            }
        };
        engine.target_failed(&failed);
    });
}

impl Pj {
    /// The URI an account's registration is sent to first: a proxy or the registrar.
    pub(crate) fn registration_target(&self, slot: i32) -> Option<String> {
        // SAFETY: engine thread; PJSUA's own table, the index is checked; strings are copied.
        unsafe {
            if sys::pjsua_acc_is_valid(slot) == 0 {
                return None;
            }
            let account = (*sys::pjsua_get_var()).acc.get(usize::try_from(slot).ok()?)?;
            let uri = match account.cfg.proxy_cnt {
                0 => to_string(&account.cfg.reg_uri),
                _ => to_string(&account.cfg.proxy[0]),
            };
            (!uri.is_empty()).then_some(uri)
        }
    }

    /// Before a REGISTER to a name is made: asks for the name first, since the Contact depends on where it leads (its
    /// transport, and the interface towards it). Whether the REGISTER is put off until that is known.
    pub(super) fn ask_before_registering(&self, op: &'static str, slot: i32) -> bool {
        let (Some(uri), Some(engine)) = (self.registration_target(slot), engine::current()) else {
            return false;
        };
        if !engine.must_ask(&uri) {
            return false;
        }
        let same = uri.clone();
        engine.locate_uri(&uri, move |engine, _| {
            // Whatever became of it: PJSIP asks again, is answered at once, and fails as it does if need be.
            if engine.pj.registration_target(slot).as_deref() == Some(&same) {
                engine.register_now(op, slot);
            }
        });
        true
    }
}
