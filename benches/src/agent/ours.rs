//! Our agent: answers calls in one of the ways the library offers.

use std::io::{BufRead as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Result;
use clap::{Args, ValueEnum};
use microsip_core::{
    AccountConfig, CallState, Endpoint, EndpointConfig, Event, IncomingPolicy, LogLevel, StatusCode, Transport,
    TransportConfig,
};
use serde::Serialize;

/// 127.0.0.1, any port.
pub const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// `IncomingPolicy::Answer`; nobody reads events, an inline handler counts.
    Policy,
    /// `IncomingPolicy::Answer`; a thread reads the events.
    PolicyEvents,
    /// An inline handler on the engine's thread.
    Inline,
    /// A thread that reads the events.
    Events,
    /// Nobody.
    None,
}

/// What our agent does with audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Media {
    /// Nothing flows.
    #[default]
    None,
    /// Silence is sent, and one sink hears everybody: what the C program does with its null device.
    Bridge,
    /// Each call has a sink and a source, and a thread copies what it hears back: raw audio for an application.
    Pcm,
}

#[derive(Debug, Clone, Args)]
pub struct AgentArgs {
    #[arg(long, value_enum, default_value_t = Media::None)]
    media: Media,
    #[arg(long, value_enum)]
    answer: Answer,
    /// Milliseconds.
    #[arg(long, default_value_t = 5)]
    gather: u64,
    /// The library's own settings but for UDP on 127.0.0.1 alone, rather than those for many calls.
    #[arg(long)]
    defaults: bool,
    /// With `defaults`: TCP and TLS transports as well.
    #[arg(long)]
    all_transports: bool,
    #[arg(long)]
    register: Option<String>,
    /// Times the way of the INVITEs that carry a clock.
    #[arg(long)]
    clock: bool,
}

#[derive(Default)]
struct Counters {
    incoming: AtomicU64,
    confirmed: AtomicU64,
    ended: AtomicU64,
    /// How long INVITEs took from the wire to here, if that is asked for; in nanoseconds.
    ways: Option<Mutex<Vec<u128>>>,
}

impl Counters {
    fn count(&self, event: &Event) {
        let counter = match event {
            Event::IncomingCall { .. } => &self.incoming,
            Event::CallState { info, .. } => match info.state {
                CallState::Confirmed => &self.confirmed,
                CallState::Disconnected => &self.ended,
                _ => return,
            },
            _ => return,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes the way of an INVITE that tells when it was sent.
    fn time(&self, event: &Event) {
        if let (Some(ways), Event::IncomingCall { info, .. }) = (&self.ways, event)
            && let Ok(now) = super::clock()
            && let Some(invite) = &info.invite
            && let Some(sent) = invite.header(super::CLOCK).and_then(|s| s.parse::<u128>().ok())
            && let Ok(mut ways) = ways.lock()
        {
            ways.push(now.as_nanos().saturating_sub(sent));
        }
    }

    /// Counts the event and answers a call.
    fn answer(&self, event: &Event) {
        self.time(event);
        self.count(event);
        if let Event::IncomingCall { call, .. } = event {
            // A call that is over already is counted as such.
            drop(call.answer(StatusCode::OK));
        }
    }
}

/// What every agent has in common with the C program: many calls, one UDP socket, G.711 alone (so the bridge runs at
/// 8 kHz), no log, nothing played.
pub fn config() -> Result<EndpointConfig> {
    Ok(EndpointConfig::default()
        .transports(vec![TransportConfig::new(Transport::Udp, LOOPBACK)])
        .user_agent("bench")
        .max_calls(super::MAX_CALLS)
        .log_level(LogLevel::Off)
        .codecs("PCMU/8000/1 PCMA/8000/1")?
        .send_silence(false))
}

/// The agent, until its standard input ends.
pub fn run(args: &AgentArgs) -> Result<()> {
    let counters = Arc::new(Counters {
        ways: args.clock.then(Mutex::default),
        ..Counters::default()
    });
    let mut config = if args.defaults {
        let one = vec![TransportConfig::new(Transport::Udp, LOOPBACK)];
        let config = EndpointConfig::default().user_agent("bench").log_level(LogLevel::Off);
        if args.all_transports {
            config.bind(LOOPBACK)
        } else {
            config.transports(one)
        }
    } else {
        config()?
    };
    config = config.gather(Duration::from_millis(args.gather));
    config = config.send_silence(args.media != Media::None || args.defaults);
    let counting = Arc::clone(&counters);
    config = match args.answer {
        Answer::Policy => config
            .incoming(IncomingPolicy::Answer(StatusCode::OK))
            .handler(move |event: &Event| counting.count(event)),
        Answer::PolicyEvents => config.incoming(IncomingPolicy::Answer(StatusCode::OK)),
        Answer::Inline => config.handler(move |event: &Event| counting.answer(event)),
        Answer::Events | Answer::None => config,
    };
    let endpoint = Endpoint::start(config)?;
    let media = super::media::start(&endpoint, args.media)?;
    let reader = matches!(args.answer, Answer::Events | Answer::PolicyEvents).then(|| {
        let (events, counters) = (endpoint.events(), Arc::clone(&counters));
        let answers = args.answer == Answer::Events;
        std::thread::spawn(move || {
            for event in events {
                if answers {
                    counters.answer(&event)
                } else {
                    counters.count(&event)
                }
            }
        })
    });
    let mut account = AccountConfig::new("sip:bench@127.0.0.1");
    if let Some(registrar) = &args.register {
        account = account.registrar(registrar.as_str()).credentials("bench", "secret");
    }
    let account = endpoint.add_account(account)?;
    say(&format!("ready {}", endpoint.local_address(Transport::Udp)?))?;
    if args.register.is_some() {
        match account.wait_registered(Duration::from_secs(10)) {
            Ok(_) => say("registered")?,
            Err(e) => say(&format!("failed {e}"))?,
        }
    }
    std::io::stdin().lock().lines().for_each(drop);
    endpoint.close()?;
    // The subscriptions end with the endpoint.
    drop(media.map(std::thread::JoinHandle::join));
    let panicked = reader.is_some_and(|r| r.join().is_err());
    anyhow::ensure!(!panicked, "the thread that reads the events panicked");
    if let Some(ways) = &counters.ways {
        let ways = ways.lock().map(|w| w.clone()).unwrap_or_default();
        let ways: String = ways.iter().map(|nanos| format!(" {nanos}")).collect();
        say(&format!("latency{ways}"))?;
    }
    let [incoming, confirmed, ended] =
        [&counters.incoming, &counters.confirmed, &counters.ended].map(|c| c.load(Ordering::Relaxed));
    say(&format!("calls {incoming} {confirmed} {ended}"))
}

/// A line for the harness.
pub fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}
