//! baresip as the other phone of a test: calls, answers, holds, transfers, presses keys, speaks from and records to files.
//!
//! It runs on 127.0.0.1 from its own temporary directory, on its own SIP stack (libre), and is driven over its control connection.
//!
//! ```no_run
//! use microsip_testkit::{Deadline, baresip::{Baresip, BaresipAnswer, BaresipOptions}};
//! # fn main() -> microsip_testkit::Result<()> {
//! let mut bob = Baresip::start(BaresipOptions::new("bob").answer(BaresipAnswer::Auto))?;
//! // … call bob.uri() …
//! bob.wait_event("CALL_ESTABLISHED", Deadline::secs(5))?;
//! bob.hang_up()?;
//! # Ok(()) }
//! ```

mod control;
mod options;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use control::BaresipEvent;
use control::Control;
pub use options::{BaresipAnswer, BaresipOptions, BaresipSrtp, BaresipTransport};

use crate::audio::Audio;
use crate::dir::TestDir;
use crate::ports::{self, loopback};
use crate::process::{Output, Process, Spec};
use crate::unpacked::Root;
use crate::{Deadline, Error, Result};

/// How long baresip may take to come up, and to answer a command.
const START: Duration = Duration::from_secs(15);
const ANSWER: Duration = Duration::from_secs(5);

/// The rate its files are read at; every codec's rate divides it.
const FILE_RATE_HZ: u32 = 48_000;

/// What is loaded. The first group must be there, the second is loaded where it is.
const MODULES: &[&str] = &[
    "g711",
    "aufile",
    "aubridge",
    "sndfile",
    "account",
    "menu",
    "debug_cmd",
    "ctrl_tcp",
    "uuid",
];
const OPTIONAL_MODULES: &[&str] = &["g722", "gsm", "opus", "srtp", "dtls_srtp", "ice", "stun", "turn"];
const APPLICATIONS: &[&str] = &["menu", "debug_cmd", "ctrl_tcp"];

/// A running baresip. Ended, and its files removed, on drop.
#[derive(Debug)]
pub struct Baresip {
    user: String,
    sip: u16,
    control: Control,
    process: Process,
    version: String,
    // Last: removed after the process ended.
    dir: TestDir,
}

impl Baresip {
    /// Starts it and waits until it can be driven; if it registers, see [`wait_registered`](Self::wait_registered).
    ///
    /// # Errors
    /// [`Error::Missing`] without the package `baresip-core`, [`Error::Exited`] or [`Error::Timeout`] with its output if it does not
    /// come up within 15 s.
    pub fn start(options: BaresipOptions) -> Result<Self> {
        let (spec, modules) = program(options.root.as_deref())?;
        // TLS takes the port after the one for UDP and TCP.
        let sip = ports::reserve_pair()?;
        let control = ports::reserve()?;
        let rtp = ports::reserve_range(16)?;
        let dir = TestDir::new("baresip")?;
        let port = sip.first();
        dir.write(
            "config",
            config(
                &options,
                &modules,
                port,
                control.number(),
                (rtp.first(), rtp.last()),
                &dir,
            )?,
        )?;
        dir.write("accounts", account(&options, port))?;
        dir.write("contacts", "\n")?;
        let control_addr = control.addr();
        drop((sip, control, rtp));
        let mut process = spec.args(["-4", "-v", "-s", "-f"]).arg(dir.path()).spawn()?;
        process.wait_line("baresip is ready", Deadline::after(START))?;
        let first = process.output().matching("Copyright");
        let version = first
            .first()
            .and_then(|line| line.split_whitespace().nth(1))
            .unwrap_or_default();
        let version = version.trim_start_matches('v').to_owned();
        let deadline = Deadline::after(START);
        let control = crate::wait_until(deadline, "baresip's control port", || {
            Control::connect(control_addr).ok()
        })
        .map_err(|_| deadline.error("baresip's control port", process.output().to_string()))?;
        Ok(Self {
            user: options.user,
            sip: port,
            control,
            process,
            version,
            dir,
        })
    }

    /// The UDP and TCP address.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        loopback(self.sip)
    }

    /// The TLS address.
    #[must_use]
    pub fn tls_addr(&self) -> SocketAddr {
        loopback(self.sip + 1)
    }

    /// Its URI when called directly, over UDP.
    #[must_use]
    pub fn uri(&self) -> String {
        format!("sip:{}@{}", self.user, self.addr())
    }

    /// Its version, such as `1.0.0`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Runs any command, such as `callstat`, and returns what it prints.
    ///
    /// # Errors
    /// [`Error::Format`] if baresip refuses it, [`Error::Io`] if it has ended, [`Error::Timeout`].
    pub fn command(&mut self, name: &str, params: &str) -> Result<String> {
        self.control.command(name, params, Deadline::after(ANSWER))
    }

    /// Calls a URI.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub fn dial(&mut self, uri: &str) -> Result<()> {
        self.command("dial", uri).map(drop)
    }

    /// Answers the call that rings.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub fn accept(&mut self) -> Result<()> {
        self.command("accept", "").map(drop)
    }

    /// Ends the current call; one that still rings is refused with 486.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub fn hang_up(&mut self) -> Result<()> {
        self.command("hangup", "").map(drop)
    }

    /// Holds the current call (re-INVITE with `sendonly`).
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub fn hold(&mut self) -> Result<()> {
        self.command("hold", "").map(drop)
    }

    /// Resumes the current call.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub fn resume(&mut self) -> Result<()> {
        self.command("resume", "").map(drop)
    }

    /// Transfers the current call blindly (REFER). It is told by a `TRANSFER_FAILED` event if that fails; else the call ends.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub fn transfer(&mut self, uri: &str) -> Result<()> {
        self.command("transfer", uri).map(drop)
    }

    /// Presses keys in the current call, one after the other.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub fn send_dtmf(&mut self, digits: &str) -> Result<()> {
        for digit in digits.chars() {
            self.command("sndcode", &digit.to_string())?;
        }
        Ok(())
    }

    /// Asks a URI for its capabilities (OPTIONS); the answer is in the trace.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub fn options(&mut self, uri: &str) -> Result<()> {
        self.command("options", uri).map(drop)
    }

    /// Waits for an event of a kind after those that earlier waits returned.
    ///
    /// # Errors
    /// [`Error::Timeout`] with the events so far and the trace.
    pub fn wait_event(&mut self, kind: &str, deadline: Deadline) -> Result<BaresipEvent> {
        self.wait_that(kind, |event| event.kind == kind, deadline)
    }

    /// Waits for an event for which `wanted` is true, after those that earlier waits returned.
    ///
    /// # Errors
    /// [`Error::Timeout`] with the events so far and the trace.
    pub fn wait_that(
        &mut self,
        what: &str,
        wanted: impl Fn(&BaresipEvent) -> bool,
        deadline: Deadline,
    ) -> Result<BaresipEvent> {
        match self.control.wait(&format!("{what} from baresip"), wanted, deadline) {
            Err(Error::Timeout { what, waited, output }) => Err(Error::Timeout {
                what,
                waited,
                output: format!("{output}\n{}", self.process.output()),
            }),
            other => other,
        }
    }

    /// Waits until it is registered.
    ///
    /// # Errors
    /// [`Error::Format`] with the reason if the registrar refuses, [`Error::Timeout`].
    pub fn wait_registered(&mut self, deadline: Deadline) -> Result<()> {
        // Its state and not an event: it may have registered before the control connection was there.
        loop {
            let text = self.command("reginfo", "")?;
            let line = text.lines().find(|line| line.contains(&format!("sip:{}@", self.user)));
            if line.is_some_and(|line| line.contains("OK")) {
                return Ok(());
            }
            if line.is_some_and(|line| line.contains("ERR")) {
                let events = self.events();
                let failed = events.iter().rev().find(|event| event.kind == "REGISTER_FAIL");
                let why = failed.map_or("no reason told", |event| &event.param);
                return Err(Error::Format(format!("baresip could not register: {why}")));
            }
            if deadline.is_over() {
                return Err(deadline.error("baresip's registration", self.process.output().to_string()));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// All events so far.
    pub fn events(&mut self) -> Vec<BaresipEvent> {
        self.control.poll();
        self.control.history.clone()
    }

    /// What it heard, one recording a call (more if its audio was started anew meanwhile), oldest first. That of a call that goes on
    /// reaches to about now.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Format`].
    pub fn heard(&self) -> Result<Vec<Audio>> {
        let dir = self.dir.join("audio");
        let failed = |e| Error::io(format!("read {}", dir.display()), e);
        let mut files: Vec<PathBuf> = std::fs::read_dir(&dir)
            .map_err(failed)?
            .flatten()
            .map(|entry| entry.path())
            .collect();
        files.retain(|file| file.to_string_lossy().ends_with("-dec.wav"));
        files.sort();
        files.iter().map(|file| unfinished_wav(file, &self.dir)).collect()
    }

    /// What it wrote: its log and every SIP message.
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

/// Reads a WAV file whose header is written when it is closed, whether it is yet or not.
fn unfinished_wav(file: &Path, dir: &TestDir) -> Result<Audio> {
    let mut bytes = std::fs::read(file).map_err(|e| Error::io(format!("read {}", file.display()), e))?;
    let data = bytes.windows(4).position(|tag| tag == b"data").map(|at| at + 8);
    let Some(data) = data.filter(|&from| from <= bytes.len()) else {
        return Ok(Audio::new(Vec::new(), 8000));
    };
    // Samples have two bytes.
    bytes.truncate(data + (bytes.len() - data) / 2 * 2);
    for (at, length) in [(4, bytes.len() - 8), (data - 4, bytes.len() - data)] {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        bytes[at..at + 4].copy_from_slice(&length.to_le_bytes());
    }
    Audio::read_wav(dir.write("so-far.wav", bytes)?)
}

/// How to start it, and where its modules are.
fn program(root: Option<&Path>) -> Result<(Spec, PathBuf)> {
    let Some(dir) = root else {
        return Ok((
            Spec::installed("baresip", "baresip-core")?,
            "/usr/lib/baresip/modules".into(),
        ));
    };
    let root = Root::new(dir)?;
    if !root.has("usr/bin/baresip") {
        return Err(Error::Missing {
            program: format!("baresip in {}", dir.display()),
            package: "baresip-core (`cargo xtask interop` unpacks it without installing)".into(),
        });
    }
    Ok((root.program("usr/bin/baresip"), root.join("usr/lib/baresip/modules")))
}

fn account(options: &BaresipOptions, port: u16) -> String {
    let host = options.registrar.unwrap_or_else(|| match options.transport {
        BaresipTransport::Tls => loopback(port + 1),
        _ => loopback(port),
    });
    let answer = match options.answer {
        BaresipAnswer::Manual => "manual",
        BaresipAnswer::Early => "early",
        BaresipAnswer::Auto => "auto",
    };
    let mut line = format!(
        "<sip:{}@{host};transport={}>;answermode={answer};regint={}",
        options.user,
        options.transport.name(),
        if options.registrar.is_some() { 600 } else { 0 }
    );
    if let Some(password) = &options.password {
        line.push_str(&format!(";auth_user={};auth_pass={password}", options.user));
    }
    match options.srtp {
        BaresipSrtp::Off => {}
        BaresipSrtp::Optional => line.push_str(";mediaenc=srtp"),
        BaresipSrtp::Sdes => line.push_str(";mediaenc=srtp-mand"),
        BaresipSrtp::SdesFeedback => line.push_str(";mediaenc=srtp-mandf"),
        BaresipSrtp::Dtls => line.push_str(";mediaenc=dtls_srtp"),
    }
    if options.ice {
        line.push_str(";medianat=ice");
    }
    if !options.codecs.is_empty() {
        // A name alone means 8 kHz and one channel.
        let whole = |name: &String| match name.as_str() {
            "g722" => "g722/16000/1".to_owned(),
            "opus" => "opus/48000/2".to_owned(),
            _ => name.clone(),
        };
        let list: Vec<String> = options.codecs.iter().map(whole).collect();
        line.push_str(&format!(";audio_codecs={}", list.join(",")));
    }
    format!("{line}{}\n", options.account)
}

fn config(
    options: &BaresipOptions,
    modules: &Path,
    port: u16,
    control: u16,
    (first, last): (u16, u16),
    dir: &TestDir,
) -> Result<String> {
    let source = dir.join("says.wav");
    match &options.plays {
        Some(audio) => audio.resampled(FILE_RATE_HZ).write_wav(&source)?,
        None => Audio::silence(Duration::from_secs(60), FILE_RATE_HZ).write_wav(&source)?,
    }
    let audio = dir.join("audio");
    std::fs::create_dir_all(&audio).map_err(|e| Error::io(format!("make {}", audio.display()), e))?;
    let mut text = format!(
        "poll_method epoll\nsip_listen 127.0.0.1:{port}\nnet_interface 127.0.0.1\nrtp_ports {first}-{last}\n\
         audio_player aubridge,nobody\naudio_source aufile,{}\naudio_alert aubridge,nobody\nausrc_srate {FILE_RATE_HZ}\nausrc_channels 1\n\
         call_local_timeout 60\ncall_max_calls 8\nringback_disabled yes\nsnd_path {}\nctrl_tcp_listen 127.0.0.1:{control}\n\
         module_path {}\n",
        source.display(),
        audio.display(),
        modules.display()
    );
    if let Some(files) = &options.tls {
        // One file holds both.
        let both = [&files.cert, &files.key]
            .map(|path| std::fs::read_to_string(path).map_err(|e| Error::io(format!("read {}", path.display()), e)));
        let [cert, key] = both;
        text.push_str(&format!(
            "sip_certificate {}\n",
            dir.write("own.pem", cert? + &key?)?.display()
        ));
    }
    if let Some(file) = &options.ca_cert {
        text.push_str(&format!("sip_cafile {}\n", file.display()));
    }
    for name in MODULES.iter().chain(OPTIONAL_MODULES) {
        let there = modules.join(format!("{name}.so")).is_file();
        if !there && OPTIONAL_MODULES.contains(name) {
            continue;
        }
        if !there {
            return Err(Error::Missing {
                program: format!("baresip's module {name}"),
                package: "baresip-core".into(),
            });
        }
        let kind = match *name {
            "account" | "uuid" => "module_tmp",
            name if APPLICATIONS.contains(&name) => "module_app",
            _ => "module",
        };
        text.push_str(&format!("{kind} {name}.so\n"));
    }
    text.push_str(&options.config);
    Ok(text)
}
