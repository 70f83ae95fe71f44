//! Everything on this machine: the scripted service, the bot, and callers in a process of their own, who ask, interrupt the answer,
//! and listen to the next one. Then what they heard is compared with what was said.

pub mod caller;
mod judge;

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use comfy_table::{Table, presets};
use microsip_core::{AccountConfig, Endpoint, EndpointConfig, Transport};
use serde_json::{Value, json};
use tokio::process::Command;

pub use judge::Verdict;

use crate::bot::{self, Report, Service};
use crate::service::{Script, SpeechService};

/// The whole takes less than 20 s; a machine under load gets more.
const LONGEST: Duration = Duration::from_secs(90);

/// How it went.
#[derive(Debug)]
pub struct Outcome {
    /// What the bot measured.
    pub report: Report,
    /// What each caller heard.
    pub verdicts: Vec<Verdict>,
}

impl Outcome {
    /// Whether all was as it should be.
    pub fn passed(&self) -> bool {
        self.report.panics.is_empty() && self.verdicts.iter().all(|verdict| verdict.failures.is_empty())
    }

    /// Everything, times in milliseconds.
    pub fn json(&self) -> Value {
        let callers: Vec<Value> = self.verdicts.iter().map(Verdict::json).collect();
        json!({ "passed": self.passed(), "bot": self.report.json(), "callers": callers })
    }

    /// A line for each caller.
    pub fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
        table.set_header([
            "caller",
            "silence after",
            "heard",
            "told",
            "first answer",
            "second answer",
            "verdict",
        ]);
        for verdict in &self.verdicts {
            table.add_row(verdict.row());
        }
        table
    }

    /// What the columns of [`Outcome::table`] mean.
    pub const LEGEND: &str = "\
silence after = from the caller's first sample of speech until the last sound of the answer, both at the caller
heard = how much of the first answer the caller heard, told = how much the service was told; answers: share heard, likeness";
}

/// Runs it with so many callers at once, who are the subcommand `caller` of this very program.
///
/// # Errors
/// When something could not be run at all.
pub async fn run(callers: u32) -> Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let local = "127.0.0.1:0".parse()?;
    let mut script = Script::new()?;
    script.keep_heard = true;
    let speech = SpeechService::start(local, script).await?;
    let endpoint = Endpoint::start(EndpointConfig::default().bind(local))?;
    let events = endpoint.events();
    let uri = format!("sip:voicebot@{}", endpoint.local_address(Transport::Udp)?);
    endpoint.add_account(AccountConfig::new(uri.as_str()))?;

    let mut child = Command::new(std::env::current_exe()?)
        .args(["caller", &uri, "--calls", &callers.to_string(), "--record"])
        .arg(folder.path())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("cannot start the callers")?;
    let mut ended = None;
    let called = async { ended = Some(tokio::time::timeout(LONGEST, child.wait()).await) };
    let report = bot::run(&endpoint, events, Service::new(speech.url()), called).await?;
    endpoint.close()?;
    match ended {
        Some(Ok(Ok(status))) if status.success() => {}
        Some(Ok(status)) => bail!("the callers failed: {status:?}; the bot says {:#}", report.json()),
        _ => bail!(
            "the callers took longer than {LONGEST:?}; the bot says {:#}",
            report.json()
        ),
    }

    let sessions = speech.sessions();
    let verdicts = (1..=callers)
        .map(|number| judge::judge(number, folder.path(), &report, &sessions))
        .collect::<Result<_>>()?;
    Ok(Outcome { report, verdicts })
}
