//! An agent as a child process.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use microsip_testkit::Deadline;
use microsip_testkit::process::{Process, Spec};

use super::python::{self, Python};
use super::{AGENT, Answer, MAX_CALLS, Media, TWIN};
use crate::procfs;

const START: Duration = Duration::from_secs(15);
const STOP: Duration = Duration::from_secs(15);

/// Which agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setup {
    /// The C program, set for many calls.
    C,
    /// The C program with PJSUA-LIB's own limits: 4 calls, 254 bridge ports.
    CStock,
    /// Ours, set for many calls as the C program is.
    Ours {
        /// Who answers.
        answer: Answer,
        /// How long state events gather, in milliseconds.
        gather: u64,
    },
    /// The same, telling how long the way of every INVITE that carries a clock was; state events gather for 5 ms.
    OursTimed(Answer),
    /// A Python program, set for many calls as the C program is.
    Python(Python),
    /// The C program, with each call connected to the null device both ways.
    CMedia,
    /// Ours, answering by policy, with audio.
    OursMedia(Media),
    /// Ours with the library's own settings on UDP alone.
    Defaults,
    /// Ours with the library's own settings and transports: UDP, TCP, TLS.
    DefaultTransports,
}

impl Setup {
    fn args(self) -> Vec<String> {
        let calls = MAX_CALLS.to_string();
        // As the engine sets it.
        let ports = (MAX_CALLS * 4 + 64).to_string();
        let args: Vec<&str> = match self {
            Self::C => vec![
                TWIN,
                "--max-calls",
                &calls,
                "--max-ports",
                &ports,
                "--narrowband",
                "--pump",
            ],
            Self::CMedia => vec![
                TWIN,
                "--max-calls",
                &calls,
                "--max-ports",
                &ports,
                "--narrowband",
                "--media",
            ],
            Self::OursMedia(media) => {
                let media = match media {
                    Media::None => "none",
                    Media::Bridge => "bridge",
                    Media::Pcm => "pcm",
                };
                return [AGENT, "--answer", "policy", "--media", media]
                    .map(str::to_owned)
                    .to_vec();
            }
            Self::CStock => vec![TWIN, "--max-calls", "4", "--max-ports", "254"],
            Self::Ours { answer, gather } => {
                let gather = gather.to_string();
                return [AGENT, "--answer", name(answer), "--gather", &gather]
                    .map(str::to_owned)
                    .to_vec();
            }
            Self::OursTimed(answer) => vec![AGENT, "--answer", name(answer), "--clock"],
            Self::Python(python) => return python.args(),
            Self::Defaults => vec![AGENT, "--answer", "none", "--defaults"],
            Self::DefaultTransports => vec![AGENT, "--answer", "none", "--defaults", "--all-transports"],
        };
        args.into_iter().map(str::to_owned).collect()
    }
}

fn name(answer: Answer) -> &'static str {
    match answer {
        Answer::Policy => "policy",
        Answer::PolicyEvents => "policy-events",
        Answer::Inline => "inline",
        Answer::Events => "events",
        Answer::None => "none",
    }
}

/// What an agent counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Incoming calls.
    pub incoming: u64,
    /// Of these, answered and acknowledged.
    pub confirmed: u64,
    /// Ended, however.
    pub ended: u64,
}

/// A running agent, killed on drop.
pub struct Agent {
    process: Process,
    addr: SocketAddr,
}

impl Agent {
    /// Starts it and waits until it can be called.
    pub fn start(setup: Setup) -> Result<Self> {
        if let Setup::Python(_) = setup {
            let spec = python::found()?.spec("agent.py")?;
            return Self::start_spec(spec, setup, None);
        }
        let program = std::env::current_exe().context("our own program")?;
        Self::start_program(&program, setup, None)
    }

    /// Starts a copy of this program at `program`, and registers at `registrar`.
    pub fn start_program(program: &Path, setup: Setup, registrar: Option<SocketAddr>) -> Result<Self> {
        Self::start_spec(Spec::new(program), setup, registrar)
    }

    fn start_spec(spec: Spec, setup: Setup, registrar: Option<SocketAddr>) -> Result<Self> {
        let mut spec = spec.name(format!("{setup:?}")).args(setup.args());
        if let Some(registrar) = registrar {
            spec = spec.arg("--register").arg(format!("sip:{registrar}"));
        }
        let mut process = spec.spawn()?;
        let line = process
            .wait_line(said("ready "), Deadline::after(START))
            .context("an agent's start")?;
        let Some(addr) = line.strip_prefix("ready ") else {
            bail!("an agent said {line:?}")
        };
        let addr = addr.parse().with_context(|| format!("an agent said {line:?}"))?;
        let mut agent = Self { process, addr };
        if registrar.is_some() {
            let line = agent.process.wait_line(said("registered"), Deadline::after(START))?;
            anyhow::ensure!(line == "registered", "an agent said {line:?}");
        }
        Ok(agent)
    }

    /// Where it can be called.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// CPU time so far.
    pub fn cpu(&self) -> Result<Duration> {
        procfs::cpu(self.process.id())
    }

    /// Has it do something else beside from now on; the Python agents know `busy`.
    pub fn tell(&mut self, word: &'static str) -> Result<()> {
        self.process.send_line(word)?;
        self.process.wait_line(said(word), Deadline::after(START))?;
        Ok(())
    }

    /// Ends one that was timing the ways of INVITEs; these, in the order in which they came.
    pub fn finish_timed(mut self) -> Result<(Counts, Vec<Duration>)> {
        self.process.close_stdin();
        let line = self
            .process
            .wait_line(said("latency"), Deadline::after(STOP))
            .context("an agent's end")?;
        let nanos = line.split_whitespace().skip(1).map(str::parse);
        let ways = nanos
            .map(|n| n.map(Duration::from_nanos))
            .collect::<Result<_, _>>()
            .with_context(|| format!("an agent said {line:?}"))?;
        Ok((self.finish()?, ways))
    }

    /// Ends it.
    pub fn finish(mut self) -> Result<Counts> {
        self.process.close_stdin();
        let line = self
            .process
            .wait_line(said("calls "), Deadline::after(STOP))
            .context("an agent's end")?;
        self.process.wait_success(Deadline::after(STOP))?;
        let numbers: Vec<u64> = line.split_whitespace().filter_map(|w| w.parse().ok()).collect();
        match numbers[..] {
            [incoming, confirmed, ended] => Ok(Counts {
                incoming,
                confirmed,
                ended,
            }),
            _ => bail!("an agent said {line:?}"),
        }
    }
}

/// A line that begins so, or tells of a failure.
fn said(word: &'static str) -> impl Fn(&str) -> bool {
    move |line| line.starts_with(word) || line.starts_with("failed ")
}
