//! Kamailio as registrar and proxy for one test.
//!
//! Digest authentication against passwords given by the test (no database), locations in memory, UDP, TCP and TLS on 127.0.0.1.
//! UDP and TCP share a port number. Every message is logged in a form the test can wait for. On request it is also a
//! [presence server](KamailioOptions::presence).
//!
//! ```no_run
//! use microsip_testkit::{Deadline, kamailio::{Algorithm, Kamailio, KamailioOptions}};
//! # fn main() -> microsip_testkit::Result<()> {
//! let server = Kamailio::start(KamailioOptions::new().user("alice", "secret").algorithm(Algorithm::Sha256))?;
//! // … register sip:alice@example.test at server.udp_addr() …
//! server.wait_log(|e| e.method() == "REGISTER" && e.auth_algorithm() == Some("SHA-256"), Deadline::secs(5))?;
//! assert_eq!(server.registered("alice")?.len(), 1);
//! # Ok(()) }
//! ```

mod config;
mod log;
mod probe;
mod rpc;
mod tables;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

pub use log::{LogEntry, LogKind};
pub use probe::{ping_tcp, ping_udp};
pub use rpc::Binding;

use crate::ca::CertFiles;
use crate::dir::TestDir;
use crate::ports;
use crate::process::{Output, Process, Spec};
use crate::{Deadline, Error, Result};

/// How long Kamailio may take from its start to its first answer.
const START: Duration = Duration::from_secs(15);

/// The digest algorithm of challenges (RFC 8760).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Algorithm {
    /// MD5.
    #[default]
    Md5,
    /// SHA-256.
    Sha256,
}

/// A user whom the registrar knows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct User {
    name: String,
    password: String,
}

/// What the presence server allows.
#[derive(Debug, Clone)]
struct Presence {
    min_expires: Duration,
    max_expires: Duration,
}

/// How Kamailio shall behave. Every setter takes and returns the options.
#[derive(Debug, Clone)]
pub struct KamailioOptions {
    host: Ipv4Addr,
    users: Vec<User>,
    domain: String,
    realm: Option<String>,
    aliases: Vec<String>,
    algorithm: Algorithm,
    authenticate_register: bool,
    authenticate_calls: bool,
    bad_credentials: Option<u16>,
    unknown_user: Option<u16>,
    record_route: bool,
    follow_source: bool,
    min_expires: Duration,
    max_expires: Duration,
    default_expires: Duration,
    nonce_expires: Duration,
    response_timeout: Duration,
    ring_timeout: Duration,
    unknown_target: u16,
    offline_target: u16,
    tls: Option<CertFiles>,
    client_ca: Option<PathBuf>,
    presence: Option<Presence>,
    program: Option<PathBuf>,
    module_path: Option<PathBuf>,
    debug_level: i8,
}

impl Default for KamailioOptions {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST,
            users: Vec::new(),
            domain: "example.test".into(),
            realm: None,
            aliases: Vec::new(),
            algorithm: Algorithm::Md5,
            authenticate_register: true,
            authenticate_calls: false,
            bad_credentials: None,
            unknown_user: None,
            record_route: true,
            follow_source: false,
            min_expires: Duration::ZERO,
            max_expires: Duration::from_secs(3600),
            default_expires: Duration::from_secs(600),
            nonce_expires: Duration::from_secs(300),
            response_timeout: Duration::from_secs(5),
            ring_timeout: Duration::from_secs(60),
            unknown_target: 404,
            offline_target: 480,
            tls: None,
            client_ca: None,
            presence: None,
            program: None,
            module_path: None,
            debug_level: 1,
        }
    }
}

impl KamailioOptions {
    /// UDP and TCP, domain and realm `example.test`, MD5, REGISTER authenticated, calls not, Record-Route on.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a user; the name serves as user part and as authentication user. Letters, digits, `-`, `_` and `.` only.
    #[must_use]
    pub fn user(mut self, name: &str, password: &str) -> Self {
        self.users.push(User {
            name: name.to_owned(),
            password: password.to_owned(),
        });
        self
    }

    /// The SIP domain served besides 127.0.0.1 (default `example.test`).
    #[must_use]
    pub fn domain(mut self, domain: &str) -> Self {
        self.domain = domain.to_owned();
        self
    }

    /// Another domain served.
    #[must_use]
    pub fn alias(mut self, domain: &str) -> Self {
        self.aliases.push(domain.to_owned());
        self
    }

    /// The realm of challenges (default: the domain).
    #[must_use]
    pub fn with_realm(mut self, realm: &str) -> Self {
        self.realm = Some(realm.to_owned());
        self
    }

    /// The digest algorithm (default MD5).
    #[must_use]
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Whether REGISTER needs credentials, by 401 (default yes).
    #[must_use]
    pub fn authenticate_register(mut self, on: bool) -> Self {
        self.authenticate_register = on;
        self
    }

    /// Whether INVITE and other requests outside dialogs need credentials, by 407 (default no).
    #[must_use]
    pub fn authenticate_calls(mut self, on: bool) -> Self {
        self.authenticate_calls = on;
        self
    }

    /// The code that answers wrong credentials, such as 403; `None` (the default) challenges again with 401 or 407.
    #[must_use]
    pub fn bad_credentials(mut self, code: Option<u16>) -> Self {
        self.bad_credentials = code;
        self
    }

    /// The code that answers credentials of a user who does not exist, such as 404; `None` (the default) treats them as
    /// wrong credentials, which tells an attacker less.
    #[must_use]
    pub fn unknown_user(mut self, code: Option<u16>) -> Self {
        self.unknown_user = code;
        self
    }

    /// The address it listens on (default 127.0.0.1). Another one must exist in the network namespace it is started in.
    #[must_use]
    pub fn host(mut self, host: Ipv4Addr) -> Self {
        self.host = host;
        self
    }

    /// Whether the proxy stays in the path of dialogs (default yes).
    #[must_use]
    pub fn record_route(mut self, on: bool) -> Self {
        self.record_route = on;
        self
    }

    /// Whether requests go to the address a REGISTER came from instead of to its Contact, as behind a NAT or a
    /// [tap](crate::tap) (default no).
    #[must_use]
    pub fn follow_source(mut self, on: bool) -> Self {
        self.follow_source = on;
        self
    }

    /// The shortest registration allowed, whole seconds; a shorter wish is answered 423 with Min-Expires (default 0: any).
    #[must_use]
    pub fn min_expires(mut self, min: Duration) -> Self {
        self.min_expires = min;
        self
    }

    /// The longest registration granted, whole seconds (default 3600).
    #[must_use]
    pub fn max_expires(mut self, max: Duration) -> Self {
        self.max_expires = max;
        self
    }

    /// The registration granted to a request that names no expiry, whole seconds (default 600).
    #[must_use]
    pub fn default_expires(mut self, default: Duration) -> Self {
        self.default_expires = default;
        self
    }

    /// How long a nonce is good, whole seconds (default 300); later ones are challenged with `stale=true`.
    #[must_use]
    pub fn nonce_expires(mut self, life: Duration) -> Self {
        self.nonce_expires = life;
        self
    }

    /// How long the proxy waits for the first response before it answers 408 (default 5 s).
    #[must_use]
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// How long the proxy lets a call ring before it answers 408 (default 60 s).
    #[must_use]
    pub fn ring_timeout(mut self, timeout: Duration) -> Self {
        self.ring_timeout = timeout;
        self
    }

    /// The code for targets that are no users (default 404).
    #[must_use]
    pub fn unknown_target(mut self, code: u16) -> Self {
        self.unknown_target = code;
        self
    }

    /// The code for users who are not registered (default 480).
    #[must_use]
    pub fn offline_target(mut self, code: u16) -> Self {
        self.offline_target = code;
        self
    }

    /// Listens for TLS (1.2 and later) with the certificate.
    #[must_use]
    pub fn tls(mut self, files: CertFiles) -> Self {
        self.tls = Some(files);
        self
    }

    /// Asks TLS clients for a certificate of the authority in the PEM file.
    #[must_use]
    pub fn client_ca(mut self, ca_cert: impl Into<PathBuf>) -> Self {
        self.client_ca = Some(ca_cert.into());
        self
    }

    /// Is a presence server, too: SUBSCRIBE and PUBLISH to its domain are answered by it and no longer passed on. Event packages
    /// `presence`, `presence.winfo`, `message-summary`, `dialog` and `reg`; others get 489. Everybody may watch everybody.
    /// [`authenticate_calls`](Self::authenticate_calls) asks for credentials, by 407.
    ///
    /// Its tables outlive [`kill`](Kamailio::kill), [`stop`](Kamailio::stop) and [`restart`](Kamailio::restart), until
    /// [`lose_presence`](Kamailio::lose_presence).
    #[must_use]
    pub fn presence(self) -> Self {
        self.presence_expires(Duration::ZERO, Duration::from_secs(3600))
    }

    /// A [presence server](Self::presence) that answers 423 with Min-Expires to subscriptions and publications shorter than `min`, and
    /// grants no longer ones than `max`; whole seconds.
    #[must_use]
    pub fn presence_expires(mut self, min: Duration, max: Duration) -> Self {
        self.presence = Some(Presence {
            min_expires: min,
            max_expires: max,
        });
        self
    }

    /// Another program than the one found in `PATH`, with the directory of its modules.
    #[must_use]
    pub fn program(mut self, program: impl Into<PathBuf>, modules: Option<PathBuf>) -> Self {
        self.program = Some(program.into());
        self.module_path = modules;
        self
    }

    /// Kamailio's debug level: 1 (notices, the default, which the message log needs) to 3 (everything).
    #[must_use]
    pub fn debug_level(mut self, level: i8) -> Self {
        self.debug_level = level.max(1);
        self
    }

    fn realm(&self) -> &str {
        self.realm.as_deref().unwrap_or(&self.domain)
    }
}

/// Where Kamailio listens.
#[derive(Debug, Clone, Copy)]
struct Ports {
    udp: u16,
    tls: Option<u16>,
}

/// A running Kamailio. Stopped, and its files removed, on drop.
#[derive(Debug)]
pub struct Kamailio {
    options: KamailioOptions,
    ports: Ports,
    process: Option<Process>,
    /// The output of runs before this one, oldest first.
    past: Vec<Output>,
    // Last: removed after the process ended.
    dir: TestDir,
}

impl Kamailio {
    /// Starts it and waits until it answers.
    ///
    /// # Errors
    /// [`Error::Missing`] without the packages `kamailio` (and `kamailio-tls-modules` for TLS, `kamailio-presence-modules`
    /// for presence), [`Error::Exited`] or
    /// [`Error::Timeout`] with its log if it does not come up within 15 s.
    pub fn start(options: KamailioOptions) -> Result<Self> {
        for user in &options.users {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            if user.name.is_empty() || !user.name.chars().all(plain) {
                return Err(Error::Format(format!(
                    "user name {:?} has characters the registrar cannot take",
                    user.name
                )));
            }
        }
        let udp = ports::reserve()?;
        let tls = if options.tls.is_some() {
            Some(ports::reserve()?)
        } else {
            None
        };
        let ports = Ports {
            udp: udp.number(),
            tls: tls.as_ref().map(ports::ReservedPort::number),
        };
        let dir = TestDir::new("kamailio")?;
        dir.write("kamailio.cfg", config::config(&options, ports, dir.path()))?;
        if let Some(files) = &options.tls {
            dir.write("tls.cfg", config::tls_config(files, options.client_ca.as_deref()))?;
        }
        if options.presence.is_some() {
            tables::make(dir.path(), options.module_path.as_deref())?;
        }
        let mut server = Self {
            options,
            ports,
            process: None,
            past: Vec::new(),
            dir,
        };
        drop((udp, tls));
        server.launch()?;
        Ok(server)
    }

    fn at(&self, port: u16) -> SocketAddr {
        (self.options.host, port).into()
    }

    /// The UDP address.
    #[must_use]
    pub fn udp_addr(&self) -> SocketAddr {
        self.at(self.ports.udp)
    }

    /// The TCP address; its port is the same as that for UDP.
    #[must_use]
    pub fn tcp_addr(&self) -> SocketAddr {
        self.at(self.ports.udp)
    }

    /// The TLS address if TLS was asked for.
    #[must_use]
    pub fn tls_addr(&self) -> Option<SocketAddr> {
        self.ports.tls.map(|port| self.at(port))
    }

    /// The SIP domain.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.options.domain
    }

    /// The realm of challenges.
    #[must_use]
    pub fn realm(&self) -> &str {
        self.options.realm()
    }

    /// Whether it runs.
    pub fn is_running(&mut self) -> bool {
        self.process.as_mut().is_some_and(Process::is_running)
    }

    /// Kills all its processes at once (SIGKILL). Registrations are lost, connections reset, the ports free. A presence server's tables
    /// are written before.
    ///
    /// # Errors
    /// [`Error::Timeout`] if they do not end.
    pub fn kill(&mut self) -> Result<()> {
        self.write_tables()?;
        self.end(|process| process.kill().map(|_| ()))
    }

    /// Stops it in good order (SIGTERM, SIGKILL after 3 s). Registrations are lost.
    ///
    /// # Errors
    /// [`Error::Timeout`] if it does not end.
    pub fn stop(&mut self) -> Result<()> {
        self.write_tables()?;
        self.end(|process| process.terminate(Duration::from_secs(3)).map(|_| ()))
    }

    /// Starts it again on the same ports, after [`kill`](Self::kill) or [`stop`](Self::stop), or stops it first. Waits until it answers.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn restart(&mut self) -> Result<()> {
        self.stop()?;
        self.launch()
    }

    /// Empties the presence server's tables, after [`kill`](Self::kill) or [`stop`](Self::stop): publications and subscriptions are lost.
    ///
    /// # Errors
    /// [`Error::Format`] while it runs, or if it is no presence server; else as [`start`](Self::start).
    pub fn lose_presence(&mut self) -> Result<()> {
        if self.options.presence.is_none() || self.is_running() {
            return Err(Error::Format(
                "only a presence server that is stopped can lose its tables".into(),
            ));
        }
        tables::make(self.dir.path(), self.options.module_path.as_deref())
    }

    /// All lines it logged, over restarts.
    #[must_use]
    pub fn log_lines(&self) -> Vec<String> {
        let now = self.process.as_ref().map(Process::output);
        self.past
            .iter()
            .chain(now)
            .flat_map(Output::lines)
            .map(|line| line.text)
            .collect()
    }

    /// The messages it saw, over restarts, without our own readiness probes.
    #[must_use]
    pub fn log(&self) -> Vec<LogEntry> {
        self.log_lines()
            .iter()
            .filter_map(|line| LogEntry::parse(line))
            .filter(not_probe)
            .collect()
    }

    /// Waits until a message for which `wanted` is true has been seen in this run, and returns the first such. Messages seen before the
    /// call count, too.
    ///
    /// # Errors
    /// [`Error::Timeout`] with the log.
    pub fn wait_log(&self, wanted: impl Fn(&LogEntry) -> bool, deadline: Deadline) -> Result<LogEntry> {
        let matching = |line: &str| LogEntry::parse(line).filter(not_probe).filter(|e| wanted(e));
        self.process
            .as_ref()
            .and_then(|p| p.output().wait_from(0, |line: &str| matching(line).is_some(), deadline))
            .and_then(|(_, line)| matching(&line))
            .ok_or_else(|| deadline.error("a message in Kamailio's log", self.log_lines().join("\n")))
    }

    /// The contacts registered for a user (or `user@domain`; the domain is not looked at). Empty if there are none.
    ///
    /// # Errors
    /// [`Error::Io`] if it does not run, [`Error::Format`] for an answer not understood.
    pub fn registered(&self, aor: &str) -> Result<Vec<Binding>> {
        let user = aor.trim_start_matches("sips:").trim_start_matches("sip:");
        let user = user.split('@').next().unwrap_or(user);
        rpc::bindings(&self.dir.join("rpc"), &self.dir.join("rpc-client"), user)
    }

    /// Waits until the user has exactly `count` contacts registered, and returns them.
    ///
    /// # Errors
    /// [`Error::Timeout`] with the log.
    pub fn wait_registered(&self, aor: &str, count: usize, deadline: Deadline) -> Result<Vec<Binding>> {
        let what = format!("{count} contacts of {aor}");
        crate::wait_until(deadline, &what, || {
            self.registered(aor).ok().filter(|list| list.len() == count)
        })
        .map_err(|_| deadline.error(what.clone(), self.log_lines().join("\n")))
    }

    /// What the presence server holds of publications: a line each, as its table has them (colons and newlines in a body are escaped by a
    /// backslash). Empty if there are none.
    ///
    /// # Errors
    /// [`Error::Io`] if it does not run, or is no presence server.
    pub fn published(&self) -> Result<String> {
        self.rpc("db_text.dump", &[])?;
        tables::publications(self.dir.path())
    }

    /// Calls a JSON-RPC method of Kamailio (`core.uptime`, `tm.stats`, `tls.list` …) and returns its result.
    ///
    /// # Errors
    /// [`Error::Io`] if it does not run, [`Error::Format`] with the error it answered.
    pub fn rpc(&self, method: &str, params: &[&str]) -> Result<serde_json::Value> {
        rpc::call(&self.dir.join("rpc"), &self.dir.join("rpc-client"), method, params)
    }

    /// The directory with its configuration.
    #[must_use]
    pub fn dir(&self) -> &TestDir {
        &self.dir
    }

    /// Kamailio would do it when it ends in good order only.
    fn write_tables(&mut self) -> Result<()> {
        if self.options.presence.is_some() && self.is_running() {
            self.rpc("db_text.dump", &[])?;
        }
        Ok(())
    }

    fn launch(&mut self) -> Result<()> {
        let spec = match &self.options.program {
            Some(program) => Spec::new(program),
            None => Spec::installed("kamailio", "kamailio")?,
        };
        // A socket left by a killed run would be in the way.
        let _ = std::fs::remove_file(self.dir.join("rpc"));
        let process = spec
            .args(["-DD", "-E", "-m", "16", "-M", "32", "-f"])
            .arg(self.dir.join("kamailio.cfg"))
            .arg("-P")
            .arg(self.dir.join("kamailio.pid"))
            .arg("-w")
            .arg(self.dir.path())
            .arg("-Y")
            .arg(self.dir.path())
            .spawn()?;
        let address = self.udp_addr();
        let process = self.process.insert(process);
        let deadline = Deadline::after(START);
        while let Err(late) = ping_udp(address, Deadline::after(Duration::from_millis(300))) {
            if !process.is_running() {
                return Err(Self::failure(process, deadline));
            }
            if deadline.is_over() {
                let _ = process.kill();
                return Err(deadline.error(late.to_string(), process.output().to_string()));
            }
        }
        ping_tcp(address, deadline).map_err(|e| deadline.error(e.to_string(), process.output().to_string()))?;
        if let Some(tls) = self.ports.tls {
            crate::wait_until(deadline, "kamailio's TLS port", || ports::tcp_in_use(tls).then_some(()))?;
        }
        Ok(())
    }

    /// Why a start failed: perhaps a package is missing.
    fn failure(process: &mut Process, deadline: Deadline) -> Error {
        let status = process.wait_exit(deadline);
        let log = process.output().to_string();
        // If several are missing, it is the modules' directory that is wrong; presence's own are missing together.
        let missing = |name: &str| log.contains(&format!("could not find module <{name}"));
        let several = log.matches("could not find module").count() > 1;
        let package = match (missing("tls>"), missing("presence")) {
            (true, _) if !several => Some(("tls", "kamailio-tls-modules")),
            (_, true) if !missing("tm>") => Some(("presence", "kamailio-presence-modules")),
            _ => None,
        };
        if let Some((module, package)) = package {
            return Error::Missing {
                program: format!("kamailio's {module} module"),
                package: package.into(),
            };
        }
        match status {
            Ok(status) => process.exited(status),
            Err(late) => late,
        }
    }

    fn end(&mut self, how: impl FnOnce(&mut Process) -> Result<()>) -> Result<()> {
        match self.process.take() {
            Some(mut process) => {
                let result = how(&mut process);
                self.past.push(process.output().clone());
                result
            }
            None => Ok(()),
        }
    }
}

/// Our own OPTIONS are no part of a test.
fn not_probe(entry: &LogEntry) -> bool {
    !entry.field("call_id").unwrap_or_default().starts_with("probe-")
}
