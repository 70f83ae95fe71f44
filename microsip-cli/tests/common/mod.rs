//! What the tests of the program share.
#![allow(dead_code, reason = "each test program uses its part")]

pub mod dial;
#[cfg(unix)]
pub mod peer;
#[cfg(unix)]
pub mod phone;
#[cfg(unix)]
pub mod rtp;
#[cfg(unix)]
pub mod solo;
pub mod wire;

use std::collections::HashMap;

use microsip_testkit::Deadline;
use microsip_testkit::process::{Process, Spec};
use serde_json::Value;

/// The program under test, without settings of whoever runs the tests.
pub fn microsip() -> Spec {
    let spec = Spec::new(env!("CARGO_BIN_EXE_microsip"));
    [
        "MICROSIP_PASSWORD",
        "MICROSIP_PASSWORD2",
        "MICROSIP_TURN_PASSWORD",
        "RUST_LOG",
    ]
    .into_iter()
    .fold(spec, Spec::env_remove)
}

/// The speech that ships with the program.
pub fn speech() -> String {
    format!("{}/assets/speech.wav", env!("CARGO_MANIFEST_DIR"))
}

/// A `microsip run --json` and the events it wrote.
pub struct Agent {
    pub process: Process,
    pub ready: Value,
    /// How far events of each name were waited for.
    seen: HashMap<String, usize>,
}

impl Agent {
    /// Starts it on loopback and waits for `ready`.
    pub fn start(name: &str, args: &[&str]) -> Agent {
        Agent::start_spec(microsip(), name, args)
    }

    pub fn start_spec(spec: Spec, name: &str, args: &[&str]) -> Agent {
        Agent::start_at(spec, name, "127.0.0.1:0", args)
    }

    pub fn start_at(spec: Spec, name: &str, bind: &str, args: &[&str]) -> Agent {
        let base = ["run", "--json", "--bind", bind];
        Agent::of(spec.name(name).args(base).args(args).spawn().unwrap())
    }

    /// Of a process that was started, once it is `ready`.
    pub fn of(process: Process) -> Agent {
        let mut agent = Agent {
            process,
            ready: Value::Null,
            seen: HashMap::new(),
        };
        agent.ready = agent.wait("ready", |_| true);
        agent
    }

    /// Types a command.
    pub fn send(&mut self, line: &str) {
        self.process.send_line(line).unwrap();
    }

    /// The next event of that name that also passes the check. Events of other names are left for later.
    pub fn wait(&mut self, event: &str, check: impl Fn(&Value) -> bool) -> Value {
        let from = self.seen.get(event).copied().unwrap_or(0);
        let found = self.process.output().wait_from(
            from,
            |line: &str| wanted(line, event, &check).is_some(),
            Deadline::secs(20),
        );
        let Some((index, line)) = found else {
            panic!("no {event} of {}:\n{}", self.process.name(), self.process.output());
        };
        self.seen.insert(event.to_owned(), index + 1);
        wanted(&line, event, &check).unwrap()
    }

    /// The next `call` event with that state.
    pub fn wait_call(&mut self, state: &str) -> Value {
        self.wait("call", |e| e["state"] == state)
    }

    /// Where it listens.
    pub fn address(&self, transport: &str) -> String {
        let list = self.ready["transports"].as_array().unwrap();
        let entry = list.iter().find(|t| t["transport"] == transport).unwrap();
        entry["address"].as_str().unwrap().to_owned()
    }

    /// A URI that reaches it directly.
    pub fn uri(&self) -> String {
        format!("sip:microsip@{}", self.address("udp"))
    }

    /// A URI that reaches it by TLS.
    pub fn tls_uri(&self) -> String {
        format!("sip:microsip@{};transport=tls", self.address("tls"))
    }

    /// Every event so far; each line of standard output must be one JSON object.
    pub fn events(&self) -> Vec<Value> {
        use microsip_testkit::process::Stream;
        let lines = self.process.output().lines();
        let stdout = lines.iter().filter(|l| l.stream == Stream::Stdout);
        stdout
            .map(|l| serde_json::from_str(&l.text).unwrap_or_else(|e| panic!("{e}: {}", l.text)))
            .collect()
    }

    /// How many events have this name and pass the check.
    pub fn count(&self, event: &str, check: impl Fn(&Value) -> bool) -> usize {
        self.events().iter().filter(|e| e["event"] == event && check(e)).count()
    }

    /// Types `quit` and expects a clean end.
    pub fn quit(&mut self) {
        self.send("quit");
        self.wait("closed", |e| e["reason"] == "quit");
        self.process.wait_success(Deadline::secs(5)).unwrap();
    }
}

/// A confirmed call from `caller` to `callee`.
pub fn connect(caller: &mut Agent, callee: &mut Agent) {
    caller.send(&format!("call {}", callee.uri()));
    callee.wait("incoming", |_| true);
    callee.send("answer");
    caller.wait_call("confirmed");
    callee.wait_call("confirmed");
}

/// The values of a header in an `incoming` event.
pub fn header(incoming: &Value, name: &str) -> Vec<String> {
    let headers = incoming["headers"].as_array().unwrap().iter();
    let values = headers
        .filter(|h| h["name"] == name)
        .map(|h| h["value"].as_str().unwrap());
    values.map(str::to_owned).collect()
}

/// Reads the line as an event if it is the one.
fn wanted(line: &str, event: &str, check: &impl Fn(&Value) -> bool) -> Option<Value> {
    let value: Value = serde_json::from_str(line).ok()?;
    (value["event"] == event && check(&value)).then_some(value)
}
