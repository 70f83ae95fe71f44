//! One side of a call between homes, and the process in which the other side lives: an endpoint is one per process.

use std::io::BufRead;
use std::path::PathBuf;
use std::time::Duration;

use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::netns::Netns;
use microsip_testkit::process::{Process, Spec};

use crate::support::*;

const VARIABLE: &str = "MICROSIP_NAT_AGENT";

/// What a side does. Written as lines of `key value` for the other process.
#[derive(Debug, Clone, Default)]
pub struct Side {
    pub user: String,
    /// `sip:host:port`; without it the side is called directly.
    pub registrar: String,
    pub bind: String,
    pub stun: String,
    /// `udp|tcp|tls server user password`.
    pub turn: String,
    /// `off`, `on`, `relay`.
    pub ice: String,
    pub srtp: String,
    pub ca: String,
    pub play: PathBuf,
    pub record: PathBuf,
}

impl Side {
    fn fields(&mut self) -> [(&'static str, &mut String); 8] {
        [
            ("user", &mut self.user),
            ("registrar", &mut self.registrar),
            ("bind", &mut self.bind),
            ("stun", &mut self.stun),
            ("turn", &mut self.turn),
            ("ice", &mut self.ice),
            ("srtp", &mut self.srtp),
            ("ca", &mut self.ca),
        ]
    }

    fn to_text(&self) -> String {
        let mut copy = self.clone();
        let mut text: String = copy
            .fields()
            .iter()
            .map(|(key, value)| format!("{key} {value}\n"))
            .collect();
        text.push_str(&format!(
            "play {}\nrecord {}\n",
            self.play.display(),
            self.record.display()
        ));
        text
    }

    fn from_text(text: &str) -> Side {
        let mut side = Side::default();
        for line in text.lines() {
            let (key, value) = line.split_once(' ').unwrap();
            match key {
                "play" => side.play = value.into(),
                "record" => side.record = value.into(),
                _ => *side.fields().into_iter().find(|(k, _)| *k == key).unwrap().1 = value.to_owned(),
            }
        }
        side
    }

    pub fn turn_config(&self) -> Option<TurnConfig> {
        let words: Vec<&str> = self.turn.split(' ').collect();
        let [transport, server, user, password] = words[..] else {
            return None;
        };
        let transport = match transport {
            "udp" => Transport::Udp,
            "tcp" => Transport::Tcp,
            _ => Transport::Tls,
        };
        Some(TurnConfig::new(server, user, password).transport(transport))
    }

    pub fn config(&self) -> EndpointConfig {
        let mut nat = NatConfig::default()
            .ice(match &*self.ice {
                "on" => IceMode::On,
                "relay" => IceMode::RelayOnly,
                _ => IceMode::Off,
            })
            .gather_timeout(Duration::from_secs(5));
        if !self.stun.is_empty() {
            nat = nat.stun(&self.stun).start_wait(Duration::from_secs(5));
        }
        if let Some(turn) = self.turn_config() {
            nat = nat.turn(turn);
        }
        let bind = if self.bind.is_empty() { "0.0.0.0:0" } else { &self.bind };
        let level = std::env::var_os("MICROSIP_LOG").map_or(LogLevel::Warn, |_| LogLevel::Debug);
        let mut config = EndpointConfig::default()
            .log_level(level)
            .bind(bind.parse().unwrap())
            .nat(nat)
            .codecs("PCMU")
            .unwrap();
        if !self.ca.is_empty() {
            config.tls = TlsConfig::default().ca_file(&self.ca);
        }
        config
    }

    pub fn account(&self, endpoint: &Endpoint) -> Account {
        let srtp = match &*self.srtp {
            "required" => SrtpMode::Required,
            "optional" => SrtpMode::Optional,
            _ => SrtpMode::Off,
        };
        let host = if self.registrar.is_empty() {
            endpoint.local_address(Transport::Udp).unwrap().to_string()
        } else {
            "example.test".into()
        };
        let mut config = AccountConfig::new(format!("sip:{}@{host}", self.user)).srtp(srtp);
        if !self.registrar.is_empty() {
            config = config
                .registrar(&self.registrar)
                .proxy(&self.registrar)
                .credentials(&self.user, "secret");
        }
        let account = endpoint.add_account(config).unwrap();
        if !self.registrar.is_empty() {
            account.wait_registered(SOON).unwrap();
        }
        account
    }
}

/// Whether this is the other process; if so its part is done here, and the test is over.
pub fn is_agent() -> bool {
    let Ok(text) = std::env::var(VARIABLE) else {
        return false;
    };
    run(&Side::from_text(&text));
    true
}

/// Answers one call and tells what happens, line by line.
fn run(side: &Side) {
    if std::env::var_os("MICROSIP_LOG").is_some() {
        tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).init();
    }
    let endpoint = Endpoint::start(side.config()).unwrap();
    let mut events = endpoint.events();
    let account = side.account(&endpoint);
    println!("\nREADY {}", endpoint.local_address(Transport::Udp).unwrap());
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            if tell.send(line.unwrap()).is_err() {
                break;
            }
        }
    });
    let mut recorder = None;
    let mut player = None;
    let mut call: Option<Call> = None;
    loop {
        match told.try_recv() {
            Ok(line) => match line.split_once(' ') {
                Some(("call", uri)) => call = Some(account.call(uri).unwrap()),
                _ => break,
            },
            Err(std::sync::mpsc::TryRecvError::Disconnected) => break,
            Err(std::sync::mpsc::TryRecvError::Empty) => {}
        }
        let event = match events.recv_timeout(Duration::from_millis(20)) {
            Ok(Some(event)) => event,
            Ok(None) => break,
            Err(_) => continue,
        };
        match event {
            Event::IncomingCall { call: new, .. } => {
                println!("INCOMING");
                new.answer(StatusCode::OK).unwrap();
                call = Some(new);
            }
            Event::CallMedia { call: c, info } if info.media.iter().any(|m| m.active) && player.is_none() => {
                recorder = Some(c.record(&side.record).unwrap());
                player = Some(c.play(&side.play, PlayOptions::default().repeat(true)).unwrap());
                println!("MEDIA srtp={:?}", info.media[0].srtp);
            }
            Event::Ice { info, error, .. } => {
                let ice = info.media[0].ice.clone().unwrap();
                let kinds = ice.rtp.map(|p| (p.local.kind.name(), p.remote.kind.name()));
                println!("ICE {} {kinds:?} {error:?}", ice.state.name());
            }
            Event::RelayFailed { error, .. } => println!("RELAY {error}"),
            Event::CallState { info, .. } => {
                println!("STATE {}", info.state);
                if info.state == CallState::Disconnected {
                    break;
                }
            }
            _ => {}
        }
    }
    if let Some(recorder) = recorder {
        println!("SAVED {:?}", recorder.wait_finished(SOON).map(|r| r.error));
    }
    drop(call);
    endpoint.close().unwrap();
    println!("BYE");
}

/// Starts the other process inside a network; it is the very test that calls this, which must begin with [`is_agent`].
pub fn spawn(net: &Netns, side: &Side) -> Process {
    let name = std::thread::current().name().unwrap().to_owned();
    let mut process = net
        .enter(|| {
            Spec::new(std::env::current_exe().unwrap())
                .name(format!("agent {}", side.user))
                .args(["--exact", &name, "--nocapture", "--test-threads=1"])
                .env(VARIABLE, side.to_text())
                .spawn()
        })
        .unwrap();
    process.wait_line("READY", Deadline::secs(20)).unwrap();
    process
}
