//! SIPp as caller, without the traces that tests want: at thousands of calls a second they would cost more than the calls.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use microsip_testkit::process::{Process, Spec};
use microsip_testkit::{Deadline, ports};
use tempfile::TempDir;

/// How long a call waits for an expected message before it counts as failed.
const RECV_TIMEOUT: Duration = Duration::from_secs(8);

/// Calls to be made.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// The agent.
    pub target: SocketAddr,
    /// Calls a second.
    pub rate: f64,
    /// In total.
    pub calls: u64,
}

/// Calls being made.
pub struct Running {
    process: Process,
    dir: TempDir,
    load: Load,
}

/// What became of them.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    /// Answered and ended as they should.
    pub good: u64,
    /// The rest.
    pub failed: u64,
    /// Requests the caller had to repeat.
    pub retransmissions: u64,
    /// Calls begun per second of the whole run, by SIPp's clock.
    pub rate: f64,
}

impl Load {
    /// Starts SIPp.
    pub fn start(self) -> Result<Running> {
        let dir = tempfile::Builder::new().prefix("microsip-bench-").tempdir()?;
        let scenario = dir.path().join("caller.xml");
        std::fs::write(&scenario, include_str!("../scenarios/caller.xml"))?;
        let (sip, control) = (ports::reserve()?, ports::reserve()?);
        let media = ports::reserve_range(4)?;
        let numbers = [sip.number(), control.number(), media.first()].map(|n| n.to_string());
        let args = [
            "-sf",
            &scenario.to_string_lossy(),
            "-i",
            "127.0.0.1",
            "-p",
            &numbers[0],
            "-cp",
            &numbers[1],
            "-mi",
            "127.0.0.1",
            "-mp",
            &numbers[2],
            "-t",
            "u1",
            "-r",
            &self.rate.to_string(),
            "-m",
            &self.calls.to_string(),
            // An open loop: an agent that falls behind shall not be spared.
            "-l",
            "100000",
            "-d",
            "1",
            "-timer_resol",
            "1",
            "-recv_timeout",
            &RECV_TIMEOUT.as_millis().to_string(),
            "-trace_stat",
            "-stf",
            &dir.path().join("stats.csv").to_string_lossy(),
            "-fd",
            "1",
            "-nostdin",
            &self.target.to_string(),
        ]
        .map(str::to_owned);
        drop((sip, control, media));
        let process = Spec::installed("sipp", "sip-tester")?
            .args(args)
            .current_dir(dir.path())
            .env("TERM", "dumb")
            .spawn()?;
        Ok(Running {
            process,
            dir,
            load: self,
        })
    }

    /// Makes the calls and waits for their end.
    pub fn run(self) -> Result<Outcome> {
        self.start()?.wait()
    }
}

impl Running {
    /// Waits for the last call's end.
    pub fn wait(mut self) -> Result<Outcome> {
        let expected = Duration::from_secs_f64(self.load.calls as f64 / self.load.rate);
        let deadline = Deadline::after(expected * 2 + RECV_TIMEOUT * 3 + Duration::from_secs(10));
        self.process.wait_exit(deadline).context("the load's end")?;
        let text = std::fs::read_to_string(self.dir.path().join("stats.csv")).context("SIPp's statistics")?;
        let outcome = parse(&text).context("SIPp's statistics are not as expected")?;
        // A load that did not take place measures nothing.
        ensure!(
            outcome.good + outcome.failed > 0,
            "SIPp made no call:\n{}",
            self.process.output()
        );
        Ok(outcome)
    }

    /// Whether calls are still being made.
    pub fn is_running(&mut self) -> bool {
        self.process.is_running()
    }
}

/// The last line of SIPp's statistics, by the names in the first.
fn parse(text: &str) -> Option<Outcome> {
    let mut lines = text.lines().filter(|l| !l.is_empty());
    let names: Vec<&str> = lines.next()?.split(';').collect();
    let last: Vec<&str> = lines.next_back()?.split(';').collect();
    let field = |name: &str| last.get(names.iter().position(|n| *n == name)?).copied();
    Some(Outcome {
        good: field("SuccessfulCall(C)")?.parse().ok()?,
        failed: field("FailedCall(C)")?.parse().ok()?,
        retransmissions: field("Retransmissions(C)")?.parse().ok()?,
        rate: field("CallRate(C)")?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts() {
        let text = "CallRate(C);SuccessfulCall(C);FailedCall(C);Retransmissions(C);\n1;1;0;0;\n99.5;300;2;7;\n";
        let o = parse(text).unwrap();
        assert_eq!((o.good, o.failed, o.retransmissions, o.rate), (300, 2, 7, 99.5));
        assert!(parse("SuccessfulCall(C);\n1;\n").is_none());
        assert!(parse("").is_none());
    }
}
