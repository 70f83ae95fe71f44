//! Asterisk as PBX for one test: registrar, back-to-back user agent, echo, tones, conference, queue.
//!
//! It runs on 127.0.0.1 from its own temporary directory, installed or from a folder of unpacked packages (see
//! [`unpacked`](crate::unpacked)). UDP and TCP share a port. Every SIP message it sees is in its log.
//!
//! ```no_run
//! use microsip_testkit::{Deadline, asterisk::{Asterisk, AsteriskOptions, AsteriskUser}};
//! # fn main() -> microsip_testkit::Result<()> {
//! let pbx = Asterisk::start(AsteriskOptions::new().user(AsteriskUser::new("alice", "secret")))?;
//! // … register sip:alice@127.0.0.1 at pbx.udp_addr(), call pbx.uri("echo") …
//! pbx.wait_registered("alice", 1, Deadline::secs(5))?;
//! # Ok(()) }
//! ```
//!
//! | Number | What answers |
//! |---|---|
//! | a user's name | that user's contacts, 30 s; in the call `#1` transfers blindly, `*2` with consultation |
//! | `direct-USER` | the same without keys, which lets media flow directly if the users are set so |
//! | `echo` | what it hears |
//! | `tone`, `tone-HZ`, `1300` | a tone of 1000 Hz, of HZ, of 1300 Hz |
//! | `record` | silence; what it hears is written to [`Asterisk::recordings`] |
//! | `ring`, `ring-on` | 180, after a second an echo; 180 and nothing more |
//! | `busy`, `congestion`, `cause-N` | a refusal; by the Q.850 cause N |
//! | `early`, `ring-then-early`, `early-busy` | 183 and 440 Hz, then an echo (after a 180), or cause 17 after a busy tone |
//! | `timed` | an answer, and the end after a second |
//! | `read` | takes four digits and sends them back |
//! | `music` | the hold tone of [`HOLD_TONE_HZ`] |
//! | `connected` | an answer, after a second another identity (4711), and an echo |
//! | `conference` | the one conference room |
//! | `hold-USER` | a queue that plays the hold tone until USER answers |
//! | `pickup-USER` | the call that is ringing at USER |
//! | `call-info-USER`, `alert-info-USER` | the user, with a header that asks for an automatic answer |
//! | `refer-NUMBER`, `redirect-NUMBER` | an answer and a REFER after a second; a 302: to NUMBER at this Asterisk |
//! | `headers` | logs the caller's `X-Test` |

mod config;
mod manager;
mod options;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use manager::{Manager, ManagerMessage};
pub use options::{AsteriskDtmf, AsteriskOptions, AsteriskSrtp, AsteriskUse, AsteriskUser};

use crate::audio::Audio;
use crate::dir::TestDir;
use crate::kamailio::{ping_tcp, ping_udp};
use crate::ports::{self, loopback};
use crate::process::{Output, Process, Spec, find_program};
use crate::unpacked::Root;
use crate::{Deadline, Error, Result};

/// The pitch of music on hold in Hz.
pub const HOLD_TONE_HZ: f64 = 620.0;

/// How long Asterisk may take to come up.
const START: Duration = Duration::from_secs(30);

#[derive(Debug)]
struct Ports {
    sip: u16,
    tls: Option<u16>,
    manager: u16,
    rtp: (u16, u16),
}

/// Where Asterisk's own files are.
#[derive(Debug)]
struct Paths {
    /// `None`: installed on the system.
    root: Option<Root>,
    program: PathBuf,
    modules: PathBuf,
    data: PathBuf,
}

/// A running Asterisk. Stopped, and its files removed, on drop.
#[derive(Debug)]
pub struct Asterisk {
    ports: Ports,
    paths: Paths,
    process: Process,
    // Last: removed after the process ended.
    dir: TestDir,
}

impl Asterisk {
    /// Starts it and waits until it is fully booted.
    ///
    /// # Errors
    /// [`Error::Missing`] if there is none, [`Error::Exited`] or [`Error::Timeout`] with its log if it does not come up within 30 s.
    pub fn start(options: AsteriskOptions) -> Result<Self> {
        for user in &options.users {
            if user.name.is_empty() || !user.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                return Err(Error::Format(format!(
                    "user name {:?} has characters a section of pjsip.conf cannot take",
                    user.name
                )));
            }
        }
        let mut tries = 3;
        loop {
            tries -= 1;
            // Between our release of a port and its bind somebody else may be given it.
            match Self::launch(&options) {
                Err(Error::Timeout { .. }) if tries > 0 => {}
                other => return other,
            }
        }
    }

    fn launch(options: &AsteriskOptions) -> Result<Self> {
        let paths = Paths::find(options.root.as_deref())?;
        let sip = ports::reserve()?;
        let tls = if options.tls.is_some() {
            Some(ports::reserve()?)
        } else {
            None
        };
        let manager = ports::reserve()?;
        let rtp = ports::reserve_range(options.rtp_ports)?;
        let ports = Ports {
            sip: sip.number(),
            tls: tls.as_ref().map(ports::ReservedPort::number),
            manager: manager.number(),
            rtp: (rtp.first(), rtp.last()),
        };
        let dir = TestDir::new("asterisk")?;
        config::write(options, &ports, &paths, &dir)?;
        drop((sip, tls, manager, rtp));
        let mut process = paths
            .spec()
            .args(["-f", "-n", "-C"])
            .arg(dir.join("asterisk.conf"))
            .spawn()?;
        process.wait_line("Asterisk Ready", Deadline::after(START))?;
        let server = Self {
            ports,
            paths,
            process,
            dir,
        };
        server.check()?;
        Ok(server)
    }

    /// Is it Asterisk that listens on each port?
    fn check(&self) -> Result<()> {
        let deadline = Deadline::secs(5);
        let missing = |what: &str| deadline.error(what, self.output().to_string());
        for answer in [ping_udp(self.udp_addr(), deadline), ping_tcp(self.tcp_addr(), deadline)] {
            if answer?.header("Server") != Some("Asterisk") {
                return Err(missing("Asterisk's SIP port"));
            }
        }
        if self.ports.tls.is_some_and(|port| !ports::tcp_in_use(port)) {
            return Err(missing("Asterisk's TLS port"));
        }
        self.manager(deadline)
            .map(drop)
            .map_err(|_| missing("Asterisk's manager interface"))
    }

    /// The UDP address.
    #[must_use]
    pub fn udp_addr(&self) -> SocketAddr {
        loopback(self.ports.sip)
    }

    /// The TCP address; its port is the same as that for UDP.
    #[must_use]
    pub fn tcp_addr(&self) -> SocketAddr {
        loopback(self.ports.sip)
    }

    /// The TLS address if TLS was asked for.
    #[must_use]
    pub fn tls_addr(&self) -> Option<SocketAddr> {
        self.ports.tls.map(loopback)
    }

    /// The URI of a number of the dialplan over UDP or TCP.
    #[must_use]
    pub fn uri(&self, number: &str) -> String {
        format!("sip:{number}@{}", self.udp_addr())
    }

    /// The version as the program tells it, such as `22.10.1`.
    ///
    /// # Errors
    /// [`Error::Exited`], [`Error::Timeout`].
    pub fn version(&self) -> Result<String> {
        let (_, output) = self.paths.spec().arg("-V").run(Deadline::secs(10))?;
        let text = output.to_string();
        let version = text
            .split_whitespace()
            .find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        let version = version.ok_or_else(|| Error::Format(format!("asterisk -V says {text:?}")))?;
        Ok(version.split(['+', '~']).next().unwrap_or(version).to_owned())
    }

    /// Runs a command of its command line and returns what it prints.
    ///
    /// # Errors
    /// [`Error::Exited`], [`Error::Timeout`].
    pub fn cli(&self, command: &str) -> Result<String> {
        let config = self.dir.join("asterisk.conf");
        let run = self.paths.spec().arg("-C").arg(config).arg("-rx").arg(command);
        let (status, output) = run.run(Deadline::secs(10))?;
        if status.success() {
            Ok(output.to_string())
        } else {
            Err(Error::Exited {
                program: format!("asterisk -rx {command:?}"),
                status,
                output: output.to_string(),
            })
        }
    }

    /// A new connection to its manager interface, logged in.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Timeout`].
    pub fn manager(&self, deadline: Deadline) -> Result<Manager> {
        Manager::connect(loopback(self.ports.manager), deadline)
    }

    /// The names of the channels that are up, such as `PJSIP/alice-00000001`.
    ///
    /// # Errors
    /// As [`cli`](Self::cli).
    pub fn channels(&self) -> Result<Vec<String>> {
        let text = self.cli("core show channels concise")?;
        let names = text.lines().filter_map(|line| line.split_once('!'));
        Ok(names.map(|(name, _)| name.to_owned()).collect())
    }

    /// Waits until there are exactly `count` channels.
    ///
    /// # Errors
    /// [`Error::Timeout`] with the log.
    pub fn wait_channels(&self, count: usize, deadline: Deadline) -> Result<Vec<String>> {
        let what = format!("{count} channels of Asterisk");
        crate::wait_until(deadline, &what, || {
            self.channels().ok().filter(|list| list.len() == count)
        })
        .map_err(|_| deadline.error(what.clone(), self.output().to_string()))
    }

    /// The contacts of a user.
    ///
    /// # Errors
    /// As [`cli`](Self::cli).
    pub fn registered(&self, user: &str) -> Result<Vec<String>> {
        // Tables shown on the command line cut long URIs; the database has them whole, semicolons written as ^3B.
        let text = self.cli("database show registrar")?;
        let entries = text
            .lines()
            .filter(|line| line.starts_with(&format!("/registrar/contact/{user};")));
        Ok(entries
            .filter_map(|line| line.split_once("\"uri\":\"")?.1.split_once('"'))
            .map(|(uri, _)| uri.replace("^3B", ";"))
            .collect())
    }

    /// Waits until the user has exactly `count` contacts.
    ///
    /// # Errors
    /// [`Error::Timeout`] with the log.
    pub fn wait_registered(&self, user: &str, count: usize, deadline: Deadline) -> Result<Vec<String>> {
        let what = format!("{count} contacts of {user}");
        crate::wait_until(deadline, &what, || {
            self.registered(user).ok().filter(|list| list.len() == count)
        })
        .map_err(|_| deadline.error(what.clone(), self.output().to_string()))
    }

    /// Calls a user and, when they answer, connects them to a number of the dialplan. Returns at once.
    ///
    /// # Errors
    /// As [`cli`](Self::cli).
    pub fn originate(&self, user: &str, number: &str) -> Result<()> {
        self.cli(&format!("channel originate PJSIP/{user} extension {number}@tests"))
            .map(drop)
    }

    /// What callers of `record` said, oldest first. Complete once the call is over.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Format`].
    pub fn recordings(&self) -> Result<Vec<Audio>> {
        let dir = self.dir.join("recordings");
        let failed = |e| Error::io(format!("read {}", dir.display()), e);
        let mut files: Vec<PathBuf> = std::fs::read_dir(&dir)
            .map_err(failed)?
            .flatten()
            .map(|entry| entry.path())
            .collect();
        files.retain(|file| file.extension().is_some_and(|kind| kind == "wav"));
        files.sort();
        files.iter().map(Audio::read_wav).collect()
    }

    /// What it logged: notices, the dialplan's steps, every SIP message.
    #[must_use]
    pub fn output(&self) -> &Output {
        self.process.output()
    }

    /// Whether it runs.
    pub fn is_running(&mut self) -> bool {
        self.process.is_running()
    }

    /// The directory with its configuration.
    #[must_use]
    pub fn dir(&self) -> &TestDir {
        &self.dir
    }
}

impl Paths {
    fn find(root: Option<&Path>) -> Result<Self> {
        let root = match root {
            Some(dir) => Some(Root::new(dir)?),
            None => Root::from_env()?,
        };
        if let Some(root) = root.filter(|root| root.has("usr/sbin/asterisk")) {
            return Ok(Self {
                program: root.join("usr/sbin/asterisk"),
                modules: root.libraries().join("asterisk/modules"),
                data: root.join("usr/share/asterisk"),
                root: Some(root),
            });
        }
        let program = find_program(
            "asterisk",
            "asterisk (of Debian's sid; `cargo xtask interop` unpacks it without installing)",
        )?;
        let places = std::fs::read_dir("/usr/lib")
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        let modules = places
            .chain(["/usr/lib".into()])
            .map(|dir| dir.join("asterisk/modules"))
            .find(|dir| dir.is_dir());
        Ok(Self {
            root: None,
            program,
            modules: modules.unwrap_or_else(|| "/usr/lib/asterisk/modules".into()),
            data: "/usr/share/asterisk".into(),
        })
    }

    fn spec(&self) -> Spec {
        match &self.root {
            Some(root) => root.program("usr/sbin/asterisk"),
            None => Spec::new(&self.program),
        }
    }
}
