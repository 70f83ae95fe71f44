//! Thousands of damaged messages, the same ones every time: the engine survives, no assertion of PJSIP fails, nothing leaks.
//!
//! `MICROSIP_FUZZ_SEED` and `MICROSIP_FUZZ_COUNT` choose others and more.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests panic as the tests do, and figures are for whoever reads the output"
)]

#[path = "support/dice.rs"]
mod dice;
mod support;
#[path = "hostile/tester.rs"]
mod tester;

use std::collections::VecDeque;
use std::time::Duration;

use dice::Dice;
use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::process::Spec;
use support::*;
use tester::corpus::cases;
use tester::*;

const REQUESTS: &str = include_str!("hostile/requests.txt");
const RESPONSES: &str = include_str!("hostile/responses.txt");
const CHILD: &str = "MICROSIP_TEST_CHILD";

/// What parsers trip over.
const BITS: &[&str] = &[
    "\r\n",
    "\r\n\r\n",
    "\0",
    "\"",
    "<",
    ">",
    ";",
    ",",
    ":",
    "@",
    "%",
    "%00",
    "%s%n",
    "?",
    "=",
    "[",
    "]",
    "[::1",
    "\\",
    "\t ",
    "-1",
    "0",
    "99999999999999999999",
    "4294967296",
    "65536",
    "tag=",
    ";branch=z9hG4bK",
    "SIP/2.0",
    "sip:",
    "*",
    "Content-Length: 7\r\n",
    "Content-Type: multipart/mixed;boundary=\"\r\n",
    "--x\r\n",
    "Require: 100rel\r\n",
    "RAck: 9 9 9\r\n",
    "Replaces: a;to-tag=b;from-tag=c\r\n",
    "Session-Expires: 1;refresher=\r\n",
    "Refer-To: <sip:a@b?Replaces=%00>\r\n",
    "Route: <sip:a;lr>\r\n",
    "m=audio 0 RTP/AVP\r\n",
    "a=rtpmap:\r\n",
    "a=rtpmap:300 x/0/0\r\n",
    "a=fmtp:\r\n",
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\r\n",
    "a=candidate:\r\n",
    "a=ice-ufrag:\r\n",
    "c=IN IP6 ::\r\n",
    "\u{fffd}",
];

fn mutate(dice: &mut Dice, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(out.len());
        match dice.below(9) {
            0 if !out.is_empty() => out[at] ^= 1 << dice.below(8),
            1 if !out.is_empty() => out[at] = dice.roll() as u8,
            2 => {
                let end = (at + 1 + dice.below(20)).min(out.len());
                out.drain(at.min(end)..end);
            }
            3 => {
                let bit = BITS[dice.below(BITS.len())];
                out.splice(at..at, bit.bytes());
            }
            4 => {
                // A line twice, or somewhere else.
                let lines: Vec<Vec<u8>> = out.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
                let line = lines[dice.below(lines.len())].clone();
                let mut lines = lines;
                let to = dice.below(lines.len());
                if dice.below(2) == 0 {
                    lines[to] = line;
                } else {
                    lines.insert(to, line);
                }
                out = lines.concat();
            }
            5 => out.truncate(at),
            6 => {
                let piece = vec![out.get(at).copied().unwrap_or(b'a'); 1 + dice.below(300)];
                out.splice(at..at, piece);
            }
            7 => {
                let from = dice.below(other.len());
                let end = (from + dice.below(200)).min(other.len());
                out.splice(at..at, other[from..end].iter().copied());
            }
            _ => {
                // A number becomes another.
                if let Some(start) = (at..out.len()).find(|&i| out[i].is_ascii_digit()) {
                    let end = (start..out.len())
                        .find(|&i| !out[i].is_ascii_digit())
                        .unwrap_or(out.len());
                    let number = ["0", "-1", "4294967295", "2147483648", "1"][dice.below(5)];
                    out.splice(start..end, number.bytes());
                }
            }
        }
        if out.is_empty() {
            out.push(b'\n');
        }
    }
    out.truncate(60_000);
    out
}

fn from_env(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|v| v.parse().ok())
        .unwrap_or(otherwise)
}

/// What was sent last: the engine may be some messages behind when an assertion fails.
#[derive(Default)]
struct Recent(VecDeque<Vec<u8>>);

impl Recent {
    fn check(&mut self, ep: &Running, sent: Vec<u8>) {
        self.0.push_back(sent);
        if self.0.len() > 20 {
            self.0.pop_front();
        }
        let all = || {
            let texts = self.0.iter().map(|b| String::from_utf8_lossy(b).into_owned());
            texts.collect::<Vec<_>>().join("\n--------\n")
        };
        assert_eq!(ep.diagnostics().failed_assertions, 0, "one of these:\n{}", all());
    }
}

/// Sends so many damaged requests, and so many damaged answers to calls of ours.
fn storm(requests: usize, calls: usize) {
    let seed = from_env("MICROSIP_FUZZ_SEED", 20_260_101);
    println!("MICROSIP_FUZZ_SEED={seed}: {requests} requests, answers to {calls} calls");
    let level = tracing_subscriber::filter::LevelFilter::ERROR;
    let _ = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_test_writer()
        .try_init();
    let mut dice = Dice(seed);
    let ep = start(
        config()
            .incoming(IncomingPolicy::Answer(UNDERSTOOD))
            .transaction_timeout(Duration::from_secs(1))
            .max_calls(500)
            // Which assertion failed, if one does.
            .log_level(LogLevel::Error),
    );
    let account = ep
        .add_account(AccountConfig::new(ep.uri("bob")).credentials("bob", "secret"))
        .unwrap();
    let tester = Tester::new(&ep);
    let set = cases(REQUESTS);
    let mut recent = Recent::default();
    for n in 0..requests {
        // Some calls are taken, so that dialogs and media meet what is damaged, too.
        if n % 500 == 0 {
            let code = if n % 1000 == 0 { UNDERSTOOD } else { StatusCode::OK };
            ep.set_incoming(IncomingPolicy::Answer(code)).unwrap();
        }
        let case = &set[dice.below(set.len())];
        let bytes = case.bytes(tester.parties, 10_000 + n);
        let other = set[dice.below(set.len())].bytes(tester.parties, n);
        let bytes = mutate(&mut dice, &bytes, &other);
        if n % 20 == 0 {
            tester.exchange(&bytes, n);
        } else {
            tester.send(&bytes);
        }
        recent.check(&ep, bytes);
    }
    ep.set_incoming(IncomingPolicy::Answer(UNDERSTOOD)).unwrap();
    ep.hang_up_all().unwrap();
    let answers = cases(RESPONSES);
    for n in 0..calls {
        let call = account.call(&format!("sip:peer@{}", tester.parties.here)).unwrap();
        let invite = loop {
            let m = tester.request("INVITE");
            if m.call_id() == Some(&call.info().sip_call_id) {
                break m;
            }
        };
        for k in 0..8 {
            let case = &answers[dice.below(answers.len())];
            let bytes = answer_to(case, &invite, tester.parties);
            let other = set[dice.below(set.len())].bytes(tester.parties, k);
            let bytes = mutate(&mut dice, &bytes, &other);
            tester.send(&bytes);
            recent.check(&ep, bytes);
        }
        tester.exchange(&reply(&invite, "end", "486 Busy Here", "Content-Length: 0\r\n"), n);
        drop(call.hang_up());
    }
    // Whoever is still waiting for somebody ends by its timer.
    wait_clean(&ep, "the storm");
    assert!(ep.calls().unwrap().is_empty());
    normal_call(&ep);
    wait_clean(&ep, "the last call");
    assert_eq!(ep.diagnostics().panics, 0);
    ep.close();
}

#[test]
fn heavy_a_storm_of_damaged_messages_is_survived() {
    storm(from_env("MICROSIP_FUZZ_COUNT", 6000) as usize, 200);
}

#[test]
fn heavy_valgrind_finds_nothing_in_a_storm() {
    if std::env::var_os(CHILD).is_some() {
        return storm(300, 10);
    }
    let own = std::env::current_exe().unwrap();
    let (status, output) = Spec::installed("valgrind", "valgrind")
        .unwrap()
        .args([
            "--quiet",
            "--leak-check=full",
            "--errors-for-leak-kinds=definite",
            "--error-exitcode=99",
        ])
        .arg(own.to_str().unwrap())
        .args(["--exact", "heavy_valgrind_finds_nothing_in_a_storm", "--nocapture"])
        .env(CHILD, "1")
        .run(Deadline::secs(170))
        .unwrap();
    assert!(status.success(), "{output}");
}
