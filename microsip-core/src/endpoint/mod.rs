//! The endpoint: start, accounts, calls, events, close.

mod audio;
mod codecs;
mod config;
mod nat;
mod resolution;
mod tls;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use config::{EndpointConfig, Limits, LogLevel, TransportConfig};
pub(crate) use nat::host_port;
pub use nat::{IceMode, NatConfig, StunInfo, StunState, TurnConfig};
pub use resolution::Resolution;
pub use tls::{TlsConfig, TlsPin, TlsVersion};

use crate::account::{Account, AccountConfig, TurnUse};
use crate::call::Call;
use crate::dns::ServerAddress;
use crate::engine::{self, Lane, Shared};
use crate::event::Events;
use crate::media::AudioDevices;
use crate::policy::guard::GuardCounters;
use crate::policy::{CallPolicy, IncomingPolicy, TransferRules};
use crate::sip::Transport;
use crate::{Error, ErrorKind, Result};

/// How long adding an account waits for the address of its TURN server.
const RELAY_WAIT: Duration = Duration::from_millis(500);

/// Counters for those who look after a running program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Diagnostics {
    /// Panics caught in callbacks and commands; each is a defect, ours or a handler's.
    pub panics: u64,
    /// Assertions of PJSIP that failed since the process started; each is a defect of ours or PJSIP's.
    pub failed_assertions: u64,
    /// Wake-up datagrams sent to the engine.
    pub wake_ups: u64,
    /// Commands run by the engine.
    pub commands: u64,
    /// Messages received that could not be parsed. They are dropped, or answered 400, 413, 505 or 513.
    pub malformed: u64,
    /// How many of those were answered.
    pub malformed_answered: u64,
    /// Messages that were used without a malformed header that does not matter (RFC 3261 §8.2).
    pub headers_passed_over: u64,
    /// Requests that the guard kept away.
    pub guard: GuardCounters,
}

/// The owner of the engine and of everything in it. One per process at a time.
///
/// Dropping it closes it, as [`Endpoint::close`] does.
pub struct Endpoint {
    shared: Arc<Shared>,
    thread: std::sync::Mutex<Option<std::thread::JoinHandle<()>>>,
    audio: Option<AudioDevices>,
}

impl Endpoint {
    /// Starts the engine and opens the transports.
    ///
    /// No sound device is opened unless [`EndpointConfig::audio_devices`] asks for it, and no account is made. PJSIP is initialised on a thread of its own.
    ///
    /// # Errors
    /// [`AlreadyRunning`](ErrorKind::AlreadyRunning) while another endpoint lives in this process,
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a wrong setting, [`Transport`](ErrorKind::Transport) when a
    /// socket cannot be bound, [`Tls`](ErrorKind::Tls) when certificate or key cannot be used,
    /// [`Unsupported`](ErrorKind::Unsupported) for a codec this build lacks, those of [`Endpoint::open_audio`].
    #[doc(alias("pjsua_create", "pjsua_init", "pjsua_start"))]
    pub fn start(config: EndpointConfig) -> Result<Endpoint> {
        config.check()?;
        let (asks, wait) = (config.nat.asks(), config.nat.start_wait);
        let devices = config.audio_devices.clone();
        let (shared, thread) = engine::start(config)?;
        if asks {
            shared.outside().wait(wait);
        }
        let mut endpoint = Endpoint {
            shared,
            thread: std::sync::Mutex::new(Some(thread)),
            audio: None,
        };
        if let Some(options) = devices {
            // If that fails, the endpoint is closed by being dropped.
            endpoint.audio = Some(endpoint.open_audio(&options)?);
        }
        Ok(endpoint)
    }

    /// Adds an account, and registers it if it has a registrar.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a wrong setting, [`LimitReached`](ErrorKind::LimitReached)
    /// beyond [`Limits::accounts`], [`NotRunning`](ErrorKind::NotRunning) after close.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_acc_add")]
    pub fn add_account(&self, config: AccountConfig) -> Result<Account> {
        config.check("add account")?;
        let named = matches!(config.nat.turn, TurnUse::Server(_));
        let account = self
            .shared
            .run("add account", Lane::Normal, move |engine| engine.account_add(&config))?;
        if named && self.shared.refuse_wait_on_engine("add account").is_ok() {
            // The relay's name may have to be looked up.
            self.shared.outside().wait(RELAY_WAIT);
        }
        Ok(account)
    }

    /// The accounts, in the order in which they were added.
    ///
    /// # Errors
    /// [`NotRunning`](ErrorKind::NotRunning) after close.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        self.shared
            .run("list accounts", Lane::Normal, |engine| Ok(engine.account_list()))
    }

    /// The calls that have not ended, oldest first.
    ///
    /// # Errors
    /// [`NotRunning`](ErrorKind::NotRunning) after close.
    pub fn calls(&self) -> Result<Vec<Call>> {
        self.shared
            .run("list calls", Lane::Normal, |engine| Ok(engine.call_list()))
    }

    /// Ends every call, each as [`Call::hang_up`] would.
    ///
    /// # Errors
    /// [`NotRunning`](ErrorKind::NotRunning) after close.
    #[doc(alias = "pjsua_call_hangup_all")]
    pub fn hang_up_all(&self) -> Result<()> {
        self.shared.run("hang up all", Lane::Urgent, |engine| {
            engine.call_hang_up_all();
            Ok(())
        })
    }

    /// A new subscription to all events from now on.
    pub fn events(&self) -> Events {
        self.shared.subscribe(None)
    }

    /// Changes what happens to incoming calls by itself.
    ///
    /// # Errors
    /// [`NotRunning`](ErrorKind::NotRunning) after close.
    pub fn set_incoming(&self, policy: IncomingPolicy) -> Result<()> {
        self.shared.run("set incoming policy", Lane::Normal, move |engine| {
            engine.set_incoming(policy);
            Ok(())
        })
    }

    /// Changes what happens to incoming calls before they ring; calls that wait for something keep what was decided for them.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a wrong value, which it names; [`NotRunning`](ErrorKind::NotRunning) after
    /// close.
    pub fn set_policy(&self, policy: CallPolicy) -> Result<()> {
        const OP: &str = "set policy";
        policy.check(OP)?;
        self.shared.run(OP, Lane::Normal, move |engine| {
            engine.set_policy(policy);
            Ok(())
        })
    }

    /// Changes which transfers by others are carried out, for requests from now on.
    ///
    /// # Errors
    /// [`NotRunning`](ErrorKind::NotRunning) after close.
    pub fn set_transfers(&self, rules: TransferRules) -> Result<()> {
        self.shared.run("set transfer rules", Lane::Normal, move |engine| {
            engine.set_transfers(rules);
            Ok(())
        })
    }

    /// The address a transport is bound to, with the port the system chose; the first one of its kind.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) when there is no such transport,
    /// [`NotRunning`](ErrorKind::NotRunning) after close.
    pub fn local_address(&self, transport: Transport) -> Result<SocketAddr> {
        const OP: &str = "local address";
        self.shared
            .run(OP, Lane::Normal, move |engine| engine.local_address(OP, transport))
    }

    /// Where requests to a SIP URI would go, in the order in which the places would be tried (RFC 3263): numeric addresses and
    /// names in the hosts file at once, others by NAPTR, SRV, A and AAAA. Targets that did not serve a moment ago come last.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for what is no SIP URI, [`Transport`](ErrorKind::Transport) with a
    /// message for each case when the name does not exist, has no address, its name server fails or does not answer within
    /// [`DnsConfig::timeout`](crate::DnsConfig::timeout), [`NotRunning`](ErrorKind::NotRunning) after close,
    /// [`WrongState`](ErrorKind::WrongState) from within a [`Handler`](crate::Handler).
    ///
    /// # Threads
    /// Any but the engine's; waits for the answer, while the engine goes on.
    #[doc(alias = "pjsip_endpt_resolve")]
    pub fn resolve(&self, uri: &str) -> Result<Vec<ServerAddress>> {
        self.resolve_later(uri)?.wait()
    }

    /// As [`Endpoint::resolve`], but the answer is waited for apart from the endpoint, which can be closed meanwhile.
    ///
    /// # Errors
    /// As there, but for those of the look-up itself.
    pub fn resolve_later(&self, uri: &str) -> Result<Resolution> {
        const OP: &str = "resolve";
        crate::sip::uri::check(OP, "URI", uri)?;
        self.shared.refuse_wait_on_engine(OP)?;
        let (answering, resolution) = Resolution::new(&self.shared);
        let uri = uri.to_owned();
        self.shared.run(OP, Lane::Normal, move |engine| {
            engine.locate_uri(&uri, move |_, located| {
                // Somebody may wait until it comes, or the engine ends and drops it.
                answering.give(located.map_err(|failure| failure.error(OP)));
            });
            Ok(())
        })?;
        Ok(resolution)
    }

    /// Tells that this machine's network changed, where that is not noticed by itself
    /// ([`EndpointConfig::network_watch`]): connections are ended, accounts register anew with a new Contact, and calls get new
    /// media sockets and a re-INVITE. [`Event::NetworkChanged`](crate::Event::NetworkChanged) tells how it goes.
    ///
    /// # Errors
    /// [`NotRunning`](ErrorKind::NotRunning) after close.
    #[doc(alias = "pjsua_handle_ip_change")]
    pub fn network_changed(&self) -> Result<()> {
        self.shared.run("network change", Lane::Urgent, |engine| {
            engine.network_changed();
            Ok(())
        })
    }

    /// What each transport is bound to, with the ports the system chose, in the order of [`EndpointConfig::transports`].
    ///
    /// # Errors
    /// [`NotRunning`](ErrorKind::NotRunning) after close.
    pub fn local_addresses(&self) -> Result<Vec<(Transport, SocketAddr)>> {
        self.shared.run("local addresses", Lane::Normal, |engine| {
            Ok(engine.pj.local_addresses())
        })
    }

    /// What STUN told, or that it is still asked, or why it did not; changes come as
    /// [`Event::Stun`](crate::Event::Stun).
    pub fn stun(&self) -> StunInfo {
        self.shared.outside().stun()
    }

    /// The bridge's sample rate in Hz; see [`EndpointConfig::bridge_rate`].
    pub fn clock_rate(&self) -> u32 {
        self.shared.clock_rate()
    }

    /// Sends an empty command through the engine and says how long it took there and back.
    ///
    /// # Errors
    /// [`NotRunning`](ErrorKind::NotRunning) after close, [`Busy`](ErrorKind::Busy) when its queue is full.
    pub fn round_trip(&self) -> Result<Duration> {
        let from = Instant::now();
        self.shared.run("round trip", Lane::Normal, |_| Ok(()))?;
        Ok(from.elapsed())
    }

    /// Counters since start.
    pub fn diagnostics(&self) -> Diagnostics {
        self.shared.diagnostics()
    }

    /// Closes the endpoint: ends calls, unregisters accounts, waits for the answers at most
    /// [`EndpointConfig::close_timeout`], and frees everything.
    ///
    /// Events of the closing are delivered; then every subscription ends. Commands that come meanwhile answer
    /// [`NotRunning`](ErrorKind::NotRunning). Another endpoint can be started afterwards.
    ///
    /// # Errors
    /// [`WrongState`](ErrorKind::WrongState) from within a [`Handler`](crate::Handler), where it would wait for itself;
    /// the endpoint closes soon after all the same. [`Internal`](ErrorKind::Internal) if the engine had panicked.
    #[doc(alias = "pjsua_destroy")]
    pub fn close(self) -> Result<()> {
        self.shut_down()
    }

    /// As [`Endpoint::close`], for an endpoint that several threads hold: whoever is in a command of it gets
    /// [`NotRunning`](ErrorKind::NotRunning), and whoever comes second returns when it is closed, too.
    ///
    /// # Errors
    /// As there.
    pub fn shut_down(&self) -> Result<()> {
        const OP: &str = "close endpoint";
        // Before the lock, which is held by whoever waits.
        self.shared.request_close();
        self.shared.refuse_wait_on_engine(OP)?;
        let mut thread = self.thread.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(thread) = thread.take() else {
            return Ok(());
        };
        thread
            .join()
            .map_err(|_| Error::new(ErrorKind::Internal, OP, "the engine had panicked; see the log"))
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        if !self.shared.origin().is_here() {
            // In a forked child there is no such thread, and the system may have given its number to another.
            let thread = self.thread.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
            std::mem::forget(thread.take());
            return;
        }
        if let Err(e) = self.shut_down() {
            tracing::error!(target: "microsip", "{e}");
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("clock_rate", &self.clock_rate())
            .finish_non_exhaustive()
    }
}
