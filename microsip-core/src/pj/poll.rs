//! The polls: PJSIP's on the engine's thread, PJMEDIA's on a thread of ours, and the sockets that wake them.

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use pjsip_sys as sys;

use super::boundary::boundary;
use super::status::check;
use super::{Pj, string};
use crate::engine::{self, Bell, Ring, Shared};
use crate::{Error, ErrorKind, Result};

/// Signals belong to the application's threads; a poll that one interrupts makes PJSIP sleep.
pub(crate) fn block_signals() {
    #[cfg(unix)]
    // SAFETY: sigfillset fills a set of ours, pthread_sigmask applies it to the calling thread only.
    unsafe {
        let mut set = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigfillset(set.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_BLOCK, set.as_ptr(), std::ptr::null_mut());
    }
}

/// PJ_IOQUEUE_ALWAYS_ASYNC, a macro with a cast that bindgen leaves out: wait for the poll, do not try at once.
const ALWAYS_ASYNC: u32 = 1 << 31;

/// The receiving end of a bell inside an ioqueue.
///
/// Two receive operations are always pending: with one, PJSIP would take the descriptor out of its set and put it back
/// at every wake-up.
struct WakeSocket {
    key: *mut sys::pj_ioqueue_key_t,
    /// Read and written by PJSIP until the key is unregistered.
    ops: *mut [WakeOp; 2],
    pool: *mut sys::pj_pool_t,
}

#[repr(C)]
struct WakeOp {
    /// First, so that a pointer to it is a pointer to the whole.
    key: sys::pj_ioqueue_op_key_t,
    buffer: [u8; 8],
}

fn pair() -> std::io::Result<(Bell, sys::pj_sock_t)> {
    #[cfg(unix)]
    {
        use std::os::fd::IntoRawFd;
        let (ours, theirs) = std::os::unix::net::UnixDatagram::pair()?;
        ours.set_nonblocking(true)?;
        Ok((Bell::Unix(ours), sys::pj_sock_t::from(theirs.into_raw_fd())))
    }
    #[cfg(not(unix))]
    {
        use std::os::windows::io::IntoRawSocket;
        let theirs = std::net::UdpSocket::bind("127.0.0.1:0")?;
        let ours = std::net::UdpSocket::bind("127.0.0.1:0")?;
        ours.connect(theirs.local_addr()?)?;
        theirs.connect(ours.local_addr()?)?;
        ours.set_nonblocking(true)?;
        Ok((Bell::Udp(ours), theirs.into_raw_socket() as sys::pj_sock_t))
    }
}

/// Closes a socket that PJSIP did not take.
fn close_socket(socket: sys::pj_sock_t) {
    // SAFETY: `pair` gave it away to us, nobody else has it.
    #[cfg(unix)]
    drop(unsafe { <std::os::fd::OwnedFd as std::os::fd::FromRawFd>::from_raw_fd(socket as i32) });
    // SAFETY: likewise.
    #[cfg(not(unix))]
    drop(unsafe {
        <std::os::windows::io::OwnedSocket as std::os::windows::io::FromRawSocket>::from_raw_socket(socket as _)
    });
}

impl WakeSocket {
    fn new(ioqueue: *mut sys::pj_ioqueue_t) -> Result<(WakeSocket, Bell)> {
        const OP: &str = "start endpoint";
        let (bell, theirs) =
            pair().map_err(|e| Error::new(ErrorKind::Transport, OP, format!("cannot make a wake-up socket: {e}")))?;
        let name = string::Text::new("wake");
        // SAFETY: engine thread. The callback table is copied by PJSIP; the pool, key and operations live until `close`,
        // which is called before `pjsua_destroy2`. `theirs` is open and from now on PJSIP's to close.
        unsafe {
            let pool = sys::pjsua_pool_create(name.as_ptr(), 512, 512);
            let callbacks = sys::pj_ioqueue_callback {
                on_read_complete: Some(on_wake),
                on_write_complete: None,
                on_accept_complete: None,
                on_connect_complete: None,
            };
            let mut key = std::ptr::null_mut();
            let status =
                sys::pj_ioqueue_register_sock(pool, ioqueue, theirs, std::ptr::null_mut(), &callbacks, &mut key);
            if status != sys::PJ_SUCCESS {
                close_socket(theirs);
                sys::pj_pool_release(pool);
            }
            check(OP, "cannot register the wake-up socket", status)?;
            let ops = Box::into_raw(Box::new([(); 2].map(|()| WakeOp {
                key: std::mem::zeroed(),
                buffer: [0; 8],
            })));
            for op in &mut *ops {
                sys::pj_ioqueue_op_key_init(&mut op.key, size_of_val(&op.key) as _);
                arm(key, std::ptr::from_mut(op));
            }
            Ok((WakeSocket { key, ops, pool }, bell))
        }
    }

    fn close(self) {
        // SAFETY: engine thread, PJSUA still up, the poll of this ioqueue does not run; unregistering closes the socket
        // and cancels both operations, after which nobody points to them.
        unsafe {
            sys::pj_ioqueue_unregister(self.key);
            drop(Box::from_raw(self.ops));
            sys::pj_pool_release(self.pool);
        }
    }
}

/// Puts a receive operation in place again, taking datagrams that are there already.
///
/// # Safety
/// `key` is registered, `op` one of its operations and not pending.
unsafe fn arm(key: *mut sys::pj_ioqueue_key_t, op: *mut WakeOp) {
    loop {
        // SAFETY: see above; buffer and operation key outlive the registration.
        let status = unsafe {
            let mut len = (*op).buffer.len() as sys::pj_ssize_t;
            sys::pj_ioqueue_recv(
                key,
                &raw mut (*op).key,
                (&raw mut (*op).buffer).cast::<c_void>(),
                &mut len,
                ALWAYS_ASYNC,
            )
        };
        if status != sys::PJ_SUCCESS {
            break;
        }
    }
}

/// A wake-up: the poll returns by itself; commands are never run here, because this may be a poll inside a command.
unsafe extern "C" fn on_wake(key: *mut sys::pj_ioqueue_key_t, op: *mut sys::pj_ioqueue_op_key_t, _: sys::pj_ssize_t) {
    boundary("on_wake", (), || ());
    // SAFETY: PJSIP hands back the key and operation we registered, the operation being complete.
    unsafe { arm(key, op.cast::<WakeOp>()) }
}

/// Polls PJMEDIA's sockets. PJMEDIA's own thread would wake every 10 ms.
struct MediaThread {
    ring: Arc<Ring>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// A pointer that another thread may use because the owner joins that thread before the pointee goes.
struct Shipped(*mut sys::pj_ioqueue_t);
// SAFETY: PJLIB's ioqueues may be polled from any registered thread; `Poller::close` joins the thread first.
unsafe impl Send for Shipped {}

impl MediaThread {
    fn start(ioqueue: *mut sys::pj_ioqueue_t, bell: Bell) -> Result<MediaThread> {
        let ring = Arc::new(Ring::default());
        ring.install(bell);
        let stop = Arc::new(AtomicBool::new(false));
        let (for_ring, for_stop, shipped) = (Arc::clone(&ring), Arc::clone(&stop), Shipped(ioqueue));
        let thread = std::thread::Builder::new()
            .name("microsip-media".into())
            .spawn(move || {
                let shipped = shipped;
                poll_media(&shipped, &for_ring, &for_stop);
            })
            .map_err(|e| {
                Error::new(
                    ErrorKind::Internal,
                    "start endpoint",
                    format!("cannot start a thread: {e}"),
                )
            })?;
        Ok(MediaThread { ring, stop, thread })
    }
}

fn poll_media(ioqueue: &Shipped, ring: &Ring, stop: &AtomicBool) {
    block_signals();
    let name = string::Text::new("microsip-media");
    // PJLIB keeps a pointer to the descriptor as long as the thread runs: it lives on this function's heap until the end.
    let mut descriptor: Box<sys::pj_thread_desc> = Box::new([0; sys::PJ_THREAD_DESC_SIZE as usize]);
    let mut handle = std::ptr::null_mut();
    // SAFETY: PJLIB is up (the engine joins us before it goes), the descriptor stays in place.
    let registered = unsafe { sys::pj_thread_register(name.as_ptr(), descriptor.as_mut_ptr(), &mut handle) };
    if registered != sys::PJ_SUCCESS {
        tracing::error!(target: "microsip", "cannot register the media thread: {registered}");
        return;
    }
    while !stop.load(Ordering::Acquire) {
        ring.announce_sleep();
        if stop.load(Ordering::Acquire) {
            break;
        }
        let timeout = sys::pj_time_val { sec: 3600, msec: 0 };
        // SAFETY: registered thread, live ioqueue.
        let handled = unsafe { sys::pj_ioqueue_poll(ioqueue.0, &timeout) };
        if handled < 0 {
            // Never seen; a pause keeps it from spinning.
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// What keeps both polls going.
pub(super) struct Poller {
    sip: WakeSocket,
    media: WakeSocket,
    thread: MediaThread,
}

impl Poller {
    /// Polls for PJMEDIA, which has no worker (`pjsua_media_config::thread_cnt` is 0), and installs the engine's bell. After `pjsua_start`.
    pub(super) fn start(shared: &Shared) -> Result<Poller> {
        // SAFETY: engine thread, PJSUA started; the functions read PJSUA's own handles.
        let (sip_queue, media_queue) = unsafe {
            (
                sys::pjsip_endpt_get_ioqueue(sys::pjsua_get_pjsip_endpt()),
                sys::pjmedia_endpt_get_ioqueue(sys::pjsua_get_pjmedia_endpt()),
            )
        };
        let (sip, bell) = WakeSocket::new(sip_queue)?;
        let (media, media_bell) = match WakeSocket::new(media_queue) {
            Ok(made) => made,
            Err(e) => {
                sip.close();
                return Err(e);
            }
        };
        match MediaThread::start(media_queue, media_bell) {
            Ok(thread) => {
                shared.install_bell(bell);
                install_timer_bell();
                Ok(Poller { sip, media, thread })
            }
            Err(e) => {
                sip.close();
                media.close();
                Err(e)
            }
        }
    }

    /// Ends the media thread and takes both sockets out; before `pjsua_destroy2`.
    pub(super) fn close(self) {
        self.thread.stop.store(true, Ordering::Release);
        self.thread.ring.ring();
        if self.thread.thread.join().is_err() {
            tracing::error!(target: "microsip", "the media thread panicked");
        }
        self.media.close();
        self.sip.close();
    }
}

/// A timer armed off the engine would otherwise wait for the engine's poll to end by itself. Stays installed for ever: it
/// does nothing while no engine runs.
unsafe extern "C" fn on_timer_armed() {
    engine::wake_from_elsewhere();
}

fn install_timer_bell() {
    // SAFETY: a plain pointer of our shim, read by PJLIB's timer code; the function lives for ever and takes no PJLIB lock.
    unsafe { sys::microsip_timer_armed = Some(on_timer_armed) };
}

impl Pj {
    /// Fires the timers that are due; how long until the next one.
    ///
    /// `pjsip_endpt_handle_events2` does this and then sleeps, whatever the timers' callbacks have published meanwhile;
    /// hence its two halves are called one by one.
    pub(crate) fn run_timers(&self) -> Duration {
        let mut next = sys::pj_time_val { sec: 0, msec: 0 };
        // SAFETY: engine thread.
        unsafe {
            let heap = sys::pjsip_endpt_get_timer_heap(sys::pjsua_get_pjsip_endpt());
            sys::pj_timer_heap_poll(heap, &mut next);
        }
        // No timer at all is reported as i32::MAX seconds.
        let seconds = u64::try_from(next.sec).unwrap_or(0).min(3600);
        Duration::from_secs(seconds) + Duration::from_millis(u64::try_from(next.msec).unwrap_or(0).min(999))
    }

    /// Handles packets, waiting at most `timeout` for one.
    pub(crate) fn poll_packets(&self, timeout: Duration) {
        // Rounded up: waking a moment too early would turn the rest of the millisecond into a busy loop.
        let ms = timeout.as_micros().div_ceil(1000).min(60_000) as i64;
        let timeout = sys::pj_time_val {
            sec: (ms / 1000) as _,
            msec: (ms % 1000) as _,
        };
        // SAFETY: engine thread.
        let handled =
            unsafe { sys::pj_ioqueue_poll(sys::pjsip_endpt_get_ioqueue(sys::pjsua_get_pjsip_endpt()), &timeout) };
        if handled < 0 {
            // Never seen; a pause keeps it from spinning.
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Frees what PJLIB's pools keep for the next call and asks the allocator to return free pages to the system, where it
    /// has a way to.
    pub(crate) fn trim_memory(&self) {
        empty_block_store();
        keep_blocks();
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        // SAFETY: takes no pointers; any thread may call it at any time.
        unsafe {
            libc::malloc_trim(0);
        }
    }
}

/// What PJLIB's pools may keep: enough for the messages and calls in flight, little beside what one call takes.
const BLOCK_STORE: usize = 4 << 20;

/// Lets PJLIB's pools keep freed blocks. The allocator would give each back to the system and take it again with the next
/// message, page fault by page fault.
pub(super) fn keep_blocks() {
    // SAFETY: takes no pointers; guarded by a lock of its own.
    unsafe { sys::microsip_block_store(BLOCK_STORE) };
}

/// Frees them.
pub(super) fn empty_block_store() {
    // SAFETY: as above.
    unsafe { sys::microsip_block_store(0) };
}
