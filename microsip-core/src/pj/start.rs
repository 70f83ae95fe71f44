//! Bringing PJSUA up and down.

use std::mem::MaybeUninit;

use pjsip_sys as sys;

use super::poll::{Poller, empty_block_store, keep_blocks};
use super::status::check;
use super::string::Text;
use super::{Pj, broken, callbacks, capability, codec, gate, guard, log, pager, resolve, trace, transfer, transport};
use crate::Result;
use crate::endpoint::EndpointConfig;
use crate::engine::Shared;

const OP: &str = "start endpoint";

/// Destroys PJSUA unless starting succeeded.
struct Undo(bool);

impl Drop for Undo {
    fn drop(&mut self) {
        if self.0 {
            // SAFETY: the thread that called pjsua_create.
            unsafe { sys::pjsua_destroy2(sys::PJSUA_DESTROY_NO_NETWORK) };
            empty_block_store();
        }
    }
}

impl Pj {
    /// Brings PJSUA up on this thread, which becomes the only one to call it.
    pub(crate) fn start(config: &EndpointConfig, shared: &Shared) -> Result<Pj> {
        log::install(config.log_level);
        apply_timers(config);
        keep_blocks();
        super::nat::install(config);
        // Declared before `undo`, and so dropped after it: the destroyed endpoint still looks at the module.
        let tracer;
        let transfers;
        let mut modules = Vec::new();
        // SAFETY: nobody else uses PJSUA (the engine's process-wide flag).
        check(OP, "cannot initialise PJSIP", unsafe { sys::pjsua_create() })?;
        let mut undo = Undo(true);
        // SAFETY: PJLIB is up.
        check(OP, "cannot initialise PJSIP", unsafe { sys::microsip_hooks_start() })?;
        super::hooks::install();
        init(config)?;
        resolve::install(&config.dns)?;
        capability::announce();
        broken::install();
        if config.guard.enabled {
            modules.push(guard::start()?);
        }
        modules.extend(gate::start()?);
        modules.push(pager::start()?);
        codec::set_up(config)?;
        let (transports, rtp) = transport::create(config)?;
        // SAFETY: engine thread; PJSUA is initialised.
        unsafe {
            check(OP, "cannot start PJSIP", sys::pjsua_start())?;
            sys::pjsua_set_no_snd_dev();
        }
        tracer = Some(trace::Tracer::start()?);
        transfers = transfer::Transfers::start()?;
        let poller = Poller::start(shared)?;
        undo.0 = false;
        Ok(Pj {
            poller: Some(poller).into(),
            tracer: tracer.into(),
            transfers: Some(transfers).into(),
            #[cfg(target_os = "linux")]
            netlink: std::cell::RefCell::default(),
            modules: modules.into(),
            rtp,
            transports,
            _engine_thread: std::marker::PhantomData,
        })
    }

    /// Takes PJSUA down, without waiting for anybody: the engine has waited as long as it was told to.
    pub(crate) fn stop(&self) {
        #[cfg(target_os = "linux")]
        if let Some(netlink) = self.netlink.borrow_mut().take() {
            netlink.close();
        }
        if let Some(poller) = self.poller.borrow_mut().take() {
            poller.close();
        }
        // SAFETY: engine thread; the media thread has ended, the wake-up sockets are out.
        unsafe { sys::pjsua_destroy2(sys::PJSUA_DESTROY_NO_NETWORK) };
        // The endpoint unlinked the modules while it was destroyed; only now may their memory go.
        drop(self.tracer.borrow_mut().take());
        drop(self.transfers.borrow_mut().take());
        self.modules.borrow_mut().clear();
        empty_block_store();
    }

    pub(super) fn rtp(&self) -> &transport::RtpConfig {
        &self.rtp
    }

    pub(super) fn transports(&self) -> &[transport::Opened] {
        &self.transports
    }
}

/// Transaction timers are globals of PJSIP; read when the transaction layer starts.
fn apply_timers(config: &EndpointConfig) {
    let calls = config.limits.calls;
    // SAFETY: plain globals, PJSIP is not up.
    unsafe {
        let cfg = sys::pjsip_cfg();
        // Global, so each start sets it.
        (*cfg).endpt.disable_rport = (!config.rport).into();
        (*cfg).endpt.disable_tcp_switch = (!config.switch_to_tcp).into();
        (*cfg).tsx.td = config.transaction_timeout.as_millis() as u32;
        // INVITE, BYE and their lingering after an answer; registrations and OPTIONS on top.
        (*cfg).tsx.max_count = (calls * 16).max(1023);
    }
}

fn init(config: &EndpointConfig) -> Result<()> {
    let user_agent = Text::new(&config.user_agent);
    let calls = config.limits.calls;
    let mut ua = MaybeUninit::<sys::pjsua_config>::zeroed();
    let mut logging = MaybeUninit::<sys::pjsua_logging_config>::zeroed();
    let mut media = MaybeUninit::<sys::pjsua_media_config>::zeroed();
    // SAFETY: the configs are initialised in place by their own functions, changed in place and not moved; PJSUA copies
    // them. `user_agent` lives until after the call.
    unsafe {
        sys::pjsua_config_default(ua.as_mut_ptr());
        let ua = &mut *ua.as_mut_ptr();
        // The engine keeps the limit. A call that is over for the application holds its slot until its BYE is answered, so
        // there are more; unused ones cost nothing.
        ua.max_calls = (calls * 2 + 16).min(super::MAX_CALLS);
        ua.thread_cnt = 0;
        // A line of its own (`a=X-nat`), of use to PJSIP alone.
        ua.nat_type_in_sdp = 0;
        ua.user_agent = user_agent.pj();
        callbacks::install(&mut ua.cb);

        sys::pjsua_logging_config_default(logging.as_mut_ptr());
        let logging = &mut *logging.as_mut_ptr();
        logging.msg_logging = 0;
        logging.level = log::number(config.log_level);
        // PJSUA calls `cb` up to this level only.
        logging.console_level = logging.level;
        logging.decor = sys::PJ_LOG_HAS_SENDER;
        logging.cb = Some(log::on_log);

        sys::pjsua_media_config_default(media.as_mut_ptr());
        let media = &mut *media.as_mut_ptr();
        media.clock_rate = config.clock_rate();
        media.snd_clock_rate = media.clock_rate;
        // A call's port, a player and a recorder each; ports of ended calls linger for a moment.
        media.max_media_ports = calls * 4 + 64;
        media.no_vad = (!config.silence_suppression).into();
        media.ec_tail_len = 0;
        // `poll` polls.
        media.thread_cnt = 0;
        // Nothing is opened that would have to be closed when idle.
        media.snd_auto_close_time = -1;
        check(OP, "cannot initialise PJSIP", sys::pjsua_init(ua, logging, media))?;
        // A fork that failed may say so before the others are done (RFC 6228): it does not become the dialog's peer.
        let tag = Text::new("199");
        let status = sys::pjsip_endpt_add_capability(
            sys::pjsua_get_pjsip_endpt(),
            std::ptr::null_mut(),
            sys::PJSIP_H_SUPPORTED as i32,
            std::ptr::null(),
            1,
            &tag.pj(),
        );
        check(OP, "cannot announce 199", status)
    }
}
