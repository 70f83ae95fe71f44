//! From `import microsip` to an endpoint that is up, in fresh processes.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use microsip_testkit::Deadline;
use serde::Serialize;

use crate::agent::python;
use crate::stats::Percentiles;

/// One set of transports.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Start {
    /// Which.
    pub name: &'static str,
    /// `import microsip`.
    pub import: Percentiles,
    /// `microsip.Endpoint(…)`.
    pub endpoint: Percentiles,
    /// Both.
    pub both: Percentiles,
}

/// Measures each set of transports.
pub fn measure(quick: bool) -> Result<Vec<Start>> {
    [("UDP", "udp"), ("UDP, TCP and TLS, as by default", "udp,tcp,tls")]
        .into_iter()
        .map(|(name, transports)| one(name, transports, if quick { 3 } else { 20 }).context(name))
        .collect()
}

fn one(name: &'static str, transports: &str, times: usize) -> Result<Start> {
    let (mut import, mut endpoint, mut both) = (Vec::new(), Vec::new(), Vec::new());
    // The first one compiles the sources and has the files read; it is not counted.
    for n in 0..=times {
        let started = start(transports)?;
        if n > 0 {
            import.push(started[0]);
            endpoint.push(started[1]);
            both.push(started[0] + started[1]);
        }
    }
    let of = |durations: &[Duration]| Percentiles::of(durations).context("nothing was started");
    Ok(Start {
        name,
        import: of(&import)?,
        endpoint: of(&endpoint)?,
        both: of(&both)?,
    })
}

fn start(transports: &str) -> Result<[Duration; 2]> {
    let deadline = Deadline::secs(30);
    let mut process = python::found()?.spec("start.py")?.arg(transports).spawn()?;
    let line = process.wait_line(|line: &str| line.starts_with("started "), deadline)?;
    process.wait_success(deadline)?;
    let nanos: Vec<u64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
    match nanos[..] {
        [import, endpoint] => Ok([import, endpoint].map(Duration::from_nanos)),
        _ => bail!("Python said {line:?}"),
    }
}
