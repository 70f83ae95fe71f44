//! Calls made to a peer of our own, which reads the clock as soon as an INVITE has come and answers at once.

use std::collections::HashSet;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use microsip_testkit::Deadline;
use microsip_testkit::process::Spec;
use serde::Serialize;

use crate::agent::{CALLER, CLOCK, clock, python};
use crate::stats::Percentiles;

/// One caller.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Outgoing {
    /// Which.
    pub name: &'static str,
    /// Calls at a time.
    pub in_flight: usize,
    /// Calls that were answered and ended as they should.
    pub good: u64,
    /// The rest.
    pub failed: u64,
    /// Requests that came again, and answers that were not acknowledged.
    pub repeated: u64,
    /// From before `account.call()` to the INVITE at the peer.
    pub to_wire: Percentiles,
    /// From there to the program's knowing that the call is up.
    pub to_answer: Percentiles,
    /// Calls made, answered and ended per second.
    pub per_second: f64,
    /// CPU of the caller for each, in microseconds.
    pub cpu_micros: f64,
}

/// How the calls are made.
struct Plan {
    name: &'static str,
    rust: bool,
    calls: usize,
    in_flight: usize,
    warm_up: usize,
    /// Seconds between two.
    pause: f64,
}

/// Measures Python and Rust, one call at a time and ten in flight.
pub fn measure(calls: usize, quick: bool) -> Result<Vec<Outgoing>> {
    let (alone, calls, warm_up) = if quick { (10, 40, 10) } else { (1000, calls, 100) };
    let mut rows = Vec::new();
    for (name, rust) in [("Rust", true), ("Python", false)] {
        for (in_flight, calls, pause) in [(1, alone, 0.005), (10, calls, 0.0)] {
            let plan = Plan {
                name,
                rust,
                calls,
                in_flight,
                warm_up,
                pause,
            };
            rows.push(one(&plan).with_context(|| format!("{name}, {in_flight} in flight"))?);
        }
    }
    Ok(rows)
}

fn one(plan: &Plan) -> Result<Outgoing> {
    let peer = Peer::start()?;
    let program = if plan.rust {
        Spec::new(std::env::current_exe().context("our own program")?).arg(CALLER)
    } else {
        python::found()?.spec("caller.py")?
    };
    let mut caller = program
        .args(["--target", &format!("sip:peer@{}", peer.addr)])
        .args(["--calls", &plan.calls.to_string()])
        .args(["--in-flight", &plan.in_flight.to_string()])
        .args(["--warm-up", &plan.warm_up.to_string()])
        .args(["--pause", &plan.pause.to_string()])
        .spawn()?;
    // Twenty a second would be very few.
    let deadline = Deadline::after(Duration::from_secs(60) + Duration::from_millis(50) * plan.calls as u32);
    let mut numbers = |word: &'static str| -> Result<Vec<f64>> {
        let line = caller.wait_line(move |line: &str| line.starts_with(word), deadline)?;
        let words = line.split_whitespace().skip(1).map(str::parse);
        words
            .collect::<Result<_, _>>()
            .with_context(|| format!("a caller said {line:?}"))
    };
    let (seconds, nanos, counts) = (numbers("seconds ")?, numbers("nanoseconds")?, numbers("calls ")?);
    caller.wait_success(deadline)?;
    let seen = peer.finish()?;
    let (&[wall, cpu], &[good, failed]) = (&seconds[..], &counts[..]) else {
        anyhow::bail!("a caller said {seconds:?} and {counts:?}")
    };
    ensure!(
        seen.ways.len() == plan.warm_up + plan.calls,
        "the peer saw {} INVITEs instead of {}",
        seen.ways.len(),
        plan.warm_up + plan.calls
    );
    let up: Vec<Duration> = nanos.iter().map(|n| Duration::from_secs_f64(n / 1e9)).collect();
    Ok(Outgoing {
        name: plan.name,
        in_flight: plan.in_flight,
        good: good as u64,
        failed: failed as u64,
        repeated: seen.repeated + (seen.ways.len() as u64).saturating_sub(seen.acknowledged),
        to_wire: Percentiles::of(&seen.ways[plan.warm_up..]).context("no INVITE came")?,
        to_answer: Percentiles::of(&up).context("no call was answered")?,
        per_second: good / wall,
        cpu_micros: cpu * 1e6 / (good + failed),
    })
}

/// A user agent that answers and nothing else.
struct Peer {
    addr: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Seen>>,
}

#[derive(Default)]
struct Seen {
    /// Of each INVITE, from the clock in it to its being here.
    ways: Vec<Duration>,
    /// Branches of INVITE and BYE, Call-IDs of ACK.
    known: HashSet<String>,
    repeated: u64,
    acknowledged: u64,
}

impl Peer {
    fn start() -> Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.set_read_timeout(Some(Duration::from_millis(50)))?;
        let (addr, stop) = (socket.local_addr()?, Arc::<AtomicBool>::default());
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let (mut seen, mut buffer) = (Seen::default(), [0; 8192]);
            while !stopped.load(Ordering::Relaxed) {
                let Ok((length, from)) = socket.recv_from(&mut buffer) else {
                    continue;
                };
                let now = clock()?;
                let text = String::from_utf8_lossy(&buffer[..length]);
                for answer in seen.take(&text, now, addr) {
                    socket.send_to(answer.as_bytes(), from)?;
                }
            }
            Ok(seen)
        });
        Ok(Self { addr, stop, thread })
    }

    fn finish(self) -> Result<Seen> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().ok().context("the peer panicked")?
    }
}

impl Seen {
    /// What is answered to a message.
    fn take(&mut self, text: &str, now: Duration, own: SocketAddr) -> Vec<String> {
        let header = |name: &str| {
            let mut lines = text.lines().take_while(|line| !line.is_empty());
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        };
        let method = text.split(' ').next().unwrap_or_default();
        let (Some(via), Some(call)) = (header("Via"), header("Call-ID")) else {
            return Vec::new();
        };
        if method == "ACK" {
            self.acknowledged += u64::from(self.known.insert(format!("ACK {call}")));
            return Vec::new();
        }
        let branch = via.split(";branch=").nth(1).unwrap_or_default();
        let new = self.known.insert(format!("{method} {branch}"));
        self.repeated += u64::from(!new);
        match method {
            "INVITE" => {
                let sent = header(CLOCK).and_then(|nanos| nanos.parse().ok());
                if let (true, Some(sent)) = (new, sent) {
                    self.ways.push(now.saturating_sub(Duration::from_nanos(sent)));
                }
                vec![
                    answer(text, "180 Ringing", own, ""),
                    answer(
                        text,
                        "200 OK",
                        own,
                        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\n\
                         t=0 0\r\nm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n",
                    ),
                ]
            }
            _ => vec![answer(text, "200 OK", own, "")],
        }
    }
}

fn answer(request: &str, status: &str, own: SocketAddr, body: &str) -> String {
    let mut text = format!("SIP/2.0 {status}\r\n");
    for line in request.lines().take_while(|line| !line.is_empty()) {
        let name = line.split(':').next().unwrap_or_default();
        match name {
            "To" if !line.contains(";tag=") => text += &format!("{line};tag=peer\r\n"),
            "Via" | "From" | "To" | "Call-ID" | "CSeq" => text += &format!("{line}\r\n"),
            _ => {}
        }
    }
    let kind = if body.is_empty() {
        ""
    } else {
        "Content-Type: application/sdp\r\n"
    };
    text + &format!(
        "Contact: <sip:peer@{own}>\r\n{kind}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_comes_again_is_counted_and_answered_again() {
        let own = SocketAddr::from(([127, 0, 0, 1], 5060));
        let message = |method: &str, more: &str| {
            format!(
                "{method} sip:peer@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:1;rport;branch=z9hG4bK1\r\n\
                 From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 {method}\r\n{more}\r\nbody"
            )
        };
        let (mut seen, invite) = (Seen::default(), message("INVITE", "X-Clock: 1000\r\n"));
        let now = Duration::from_micros(3);
        let answers = seen.take(&invite, now, own);
        assert!(answers[0].starts_with("SIP/2.0 180") && answers[1].contains("To: <sip:c@d>;tag=peer\r\n"));
        assert!(answers[1].contains("m=audio") && !answers[1].contains("X-Clock"));
        assert_eq!(seen.take(&invite, now, own).len(), 2);
        assert_eq!((seen.ways.len(), seen.repeated), (1, 1));
        assert_eq!(seen.ways[0], Duration::from_micros(2));
        assert!(seen.take(&message("ACK", ""), now, own).is_empty());
        assert_eq!(
            (seen.acknowledged, seen.take(&message("BYE", ""), now, own).len()),
            (1, 1)
        );
    }
}
