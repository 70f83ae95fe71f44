//! SIPp as the other side: a caller or a callee that follows a scenario.
//!
//! ```no_run
//! use microsip_testkit::{Deadline, sipp::{Scenario, Sipp}};
//! # fn main() -> microsip_testkit::Result<()> {
//! let callee = Sipp::uas(Scenario::reject(486, "Busy Here")).start()?;
//! // … call sip:service@{callee.addr()} …
//! let report = callee.wait(Deadline::secs(10))?;
//! assert_eq!((report.successful, report.failed), (1, 0), "{report}");
//! # Ok(()) }
//! ```

mod report;
mod scenario;

use std::net::SocketAddr;
use std::time::Duration;

pub use report::{SippReport, TracedMessage};
pub use scenario::Scenario;

use crate::dir::TestDir;
use crate::ports::{self, ReservedRange, loopback};
use crate::process::{Process, ProcessSignal, Spec};
use crate::{Deadline, Error, Result, wait_until};

/// A pause of no length at all can put a call of SIPp 3.6 behind the hand of its clock, where it waits for ever.
const SHORT: Duration = Duration::from_millis(20);

/// How long SIPp may take to bind its port.
const START: Duration = Duration::from_secs(10);

/// The transport SIPp speaks: one socket for all calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Transport {
    /// UDP.
    #[default]
    Udp,
    /// TCP.
    Tcp,
}

/// What SIPp shall do; every setter takes and returns it.
#[derive(Debug, Clone)]
pub struct Sipp {
    scenario: Scenario,
    remote: Option<SocketAddr>,
    port: Option<u16>,
    transport: Transport,
    calls: u32,
    rate: f64,
    limit: Option<u32>,
    pause: Duration,
    recv_timeout: Option<Duration>,
    service: String,
    keys: Vec<(String, String)>,
    credentials: Option<(String, String)>,
    injection: Option<String>,
    rtp_echo: bool,
    args: Vec<String>,
}

impl Sipp {
    /// A caller (or registering client) that sends to `remote`: one call, at once.
    #[must_use]
    pub fn uac(scenario: Scenario, remote: SocketAddr) -> Self {
        Self {
            remote: Some(remote),
            ..Self::uas(scenario)
        }
    }

    /// A callee (or registrar) that ends after one call.
    #[must_use]
    pub fn uas(scenario: Scenario) -> Self {
        Self {
            scenario,
            remote: None,
            port: None,
            transport: Transport::Udp,
            calls: 1,
            rate: 10.0,
            limit: None,
            pause: SHORT,
            recv_timeout: None,
            service: "service".into(),
            keys: Vec::new(),
            credentials: None,
            injection: None,
            rtp_echo: false,
            args: Vec::new(),
        }
    }

    /// The local SIP port; without this call one is chosen.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// The transport (default UDP).
    #[must_use]
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// After how many calls it ends (default 1); 0 for never.
    #[must_use]
    pub fn calls(mut self, calls: u32) -> Self {
        self.calls = calls;
        self
    }

    /// New calls per second of a caller (default 10).
    #[must_use]
    pub fn rate(mut self, per_second: f64) -> Self {
        self.rate = per_second;
        self
    }

    /// The most calls at a time (default: SIPp's own, three times the rate times the pause).
    #[must_use]
    pub fn limit(mut self, calls: u32) -> Self {
        self.limit = Some(calls);
        self
    }

    /// The length of each pause that a scenario leaves open (`-d`, default 20 ms): talking, ringing, silence.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause.max(SHORT);
        self
    }

    /// Fails a call if an expected message does not come in time (default: waits for ever).
    #[must_use]
    pub fn recv_timeout(mut self, timeout: Duration) -> Self {
        self.recv_timeout = Some(timeout);
        self
    }

    /// The user part of the Request-URI (keyword `service`, default `service`).
    #[must_use]
    pub fn service(mut self, user: &str) -> Self {
        self.service = user.to_owned();
        self
    }

    /// A keyword of the scenario: `[name]` becomes `value`. Ours have defaults for: `user` (`sipp`), `domain` (127.0.0.1), `expires` (60),
    /// `realm` (`example.test`), `algorithm` (`MD5`).
    #[must_use]
    pub fn key(mut self, name: &str, value: &str) -> Self {
        self.keys.retain(|(key, _)| key != name);
        self.keys.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The credentials for `[authentication]` (digest MD5).
    #[must_use]
    pub fn credentials(mut self, user: &str, password: &str) -> Self {
        self.credentials = Some((user.to_owned(), password.to_owned()));
        self
    }

    /// The text of a file with values for `[field0]`, `[field1]` …: a line `SEQUENTIAL`, `RANDOM` or `USER`, then one a call, split by `;`.
    #[must_use]
    pub fn injection(mut self, csv: &str) -> Self {
        self.injection = Some(csv.to_owned());
        self
    }

    /// Sends RTP back to where it comes from (default off: media are ignored).
    #[must_use]
    pub fn rtp_echo(mut self, on: bool) -> Self {
        self.rtp_echo = on;
        self
    }

    /// Any other argument of SIPp.
    #[must_use]
    pub fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.to_owned());
        self
    }

    /// Starts it; a callee is listening when this returns.
    ///
    /// # Errors
    /// [`Error::Missing`] without the package `sip-tester`, [`Error::Exited`] with its output if it ends at once.
    pub fn start(self) -> Result<SippRun> {
        let spec = Spec::installed("sipp", "sip-tester")?;
        let dir = TestDir::new("sipp")?;
        let scenario = self.scenario.write(&dir)?;
        let sip = match self.port {
            Some(port) => Err(port),
            None => Ok(ports::reserve()?),
        };
        let port = sip.as_ref().map_or_else(|p| *p, ports::ReservedPort::number);
        let control = ports::reserve()?;
        // SIPp binds its media port and the one two above it.
        let media: ReservedRange = ports::reserve_range(4)?;
        let mut args: Vec<String> = Vec::new();
        let mut option = |name: &str, value: String| args.extend([name.to_owned(), value]);
        option("-sf", scenario.display().to_string());
        option("-i", "127.0.0.1".into());
        option("-p", port.to_string());
        option("-cp", control.number().to_string());
        option("-mi", "127.0.0.1".into());
        option("-mp", media.first().to_string());
        option("-s", self.service.clone());
        option("-d", self.pause.as_millis().to_string());
        option(
            "-t",
            match self.transport {
                Transport::Udp => "u1".into(),
                Transport::Tcp => "t1".into(),
            },
        );
        if self.calls > 0 {
            option("-m", self.calls.to_string());
        }
        if self.remote.is_some() {
            option("-r", self.rate.to_string());
        }
        if let Some(limit) = self.limit {
            option("-l", limit.to_string());
        }
        if let Some(timeout) = self.recv_timeout {
            option("-recv_timeout", timeout.as_millis().to_string());
        }
        if let Some((user, password)) = &self.credentials {
            option("-au", user.clone());
            option("-ap", password.clone());
        }
        if let Some(csv) = &self.injection {
            option("-inf", dir.write("injection.csv", csv)?.display().to_string());
        }
        for (name, value) in scenario::DEFAULT_KEYS {
            if !self.keys.iter().any(|(key, _)| key == name) {
                args.extend(["-key", name, value].map(str::to_owned));
            }
        }
        for (name, value) in &self.keys {
            args.extend(["-key".to_owned(), name.clone(), value.clone()]);
        }
        args.extend(report::trace_args(&dir));
        args.extend(self.scenario.extra_args().iter().map(|&a| a.to_owned()));
        if self.rtp_echo {
            args.push("-rtp_echo".into());
        }
        args.push("-nostdin".into());
        args.extend(self.args.iter().cloned());
        if let Some(remote) = self.remote {
            args.push(remote.to_string());
        }
        drop((sip, control));
        let media = media.release();
        // It asks for a terminal's description even without one.
        let process = spec.args(&args).current_dir(dir.path()).env("TERM", "dumb").spawn()?;
        let mut run = SippRun {
            port,
            media: media.0,
            process,
            dir,
        };
        run.wait_bound(self.transport, self.remote.is_some())?;
        Ok(run)
    }

    /// Starts it and waits for its end.
    ///
    /// # Errors
    /// As [`start`](Self::start) and [`SippRun::wait`].
    pub fn run(self, deadline: Deadline) -> Result<SippReport> {
        self.start()?.wait(deadline)
    }
}

/// A running SIPp, killed on drop.
#[derive(Debug)]
pub struct SippRun {
    port: u16,
    media: u16,
    process: Process,
    // Last: removed after the process ended.
    dir: TestDir,
}

impl SippRun {
    /// Its SIP address.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        loopback(self.port)
    }

    /// Its media (RTP) address.
    #[must_use]
    pub fn media_addr(&self) -> SocketAddr {
        loopback(self.media)
    }

    /// The process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// The messages sent and received so far.
    #[must_use]
    pub fn messages(&self) -> Vec<TracedMessage> {
        report::messages(&self.dir)
    }

    /// Waits for a message, among those before the call, too.
    ///
    /// # Errors
    /// [`Error::Timeout`] with a list of those that came.
    pub fn wait_message(&self, wanted: impl Fn(&TracedMessage) -> bool, deadline: Deadline) -> Result<TracedMessage> {
        wait_until(deadline, "a SIP message at SIPp", || {
            self.messages().into_iter().find(|m| wanted(m))
        })
        .map_err(|_| {
            let ladder: Vec<String> = self.messages().iter().map(ToString::to_string).collect();
            deadline.error("a SIP message at SIPp", ladder.join("\n"))
        })
    }

    /// Waits until it has done all its calls, and reports. Failed calls are no error here.
    ///
    /// # Errors
    /// [`Error::Timeout`] with its errors and messages so far.
    pub fn wait(mut self, deadline: Deadline) -> Result<SippReport> {
        match self.process.wait_exit(deadline) {
            Ok(status) => Ok(SippReport::read(&self.dir, status, self.process.output())),
            Err(_) => {
                let errors = report::errors(&self.dir);
                let ladder: Vec<String> = self.messages().iter().map(ToString::to_string).collect();
                Err(deadline.error("the end of SIPp", format!("{errors}\n{}", ladder.join("\n"))))
            }
        }
    }

    /// Asks it to start no more calls and to end once those running are over (SIGUSR1), waits for that, and reports.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn stop(mut self, deadline: Deadline) -> Result<SippReport> {
        self.process.signal(ProcessSignal::Usr1)?;
        self.wait(deadline)
    }

    fn wait_bound(&mut self, transport: Transport, client: bool) -> Result<()> {
        // A TCP client's port is not listening; its messages show what it does.
        if client && transport == Transport::Tcp {
            return Ok(());
        }
        let port = self.port;
        let bound = wait_until(Deadline::after(START), "SIPp's port", || {
            let bound = match transport {
                Transport::Udp => ports::udp_in_use(port),
                Transport::Tcp => ports::tcp_in_use(port),
            };
            if bound {
                Some(true)
            } else {
                (!self.process.is_running()).then_some(false)
            }
        });
        // A client may be done already.
        if bound? || client {
            return Ok(());
        }
        let status = self.process.wait_exit(Deadline::secs(1))?;
        Err(Error::Exited {
            program: "sipp".into(),
            status,
            output: self.process.output().to_string(),
        })
    }
}
