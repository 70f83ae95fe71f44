//! What scenarios share: our endpoint, waiting for its events, speech to send and to recognise.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use microsip_core::{
    Account, AccountConfig, Call, CallEnd, CallState, Endpoint, EndpointConfig, Event, Events, HoldState, MediaInfo,
    PlayOptions, SrtpKeying, StatusCode, TlsConfig, TransferProgress, Transport, TransportConfig,
};
use microsip_testkit::Deadline;
use microsip_testkit::audio::{Audio, Match, compare, detect_tones, tone};
use microsip_testkit::ca::{CertFiles, TestCa};
use microsip_testkit::dir::TestDir;
use microsip_testkit::process::Output;

/// How long an event may take to come.
pub const SOON: Duration = Duration::from_secs(12);

/// The same for peers.
pub fn soon() -> Deadline {
    Deadline::after(SOON)
}

/// Our endpoint, with every message it sends and gets.
pub struct Ours {
    pub endpoint: Endpoint,
    pub events: Events,
    trace: Trace,
    pub dir: TestDir,
}

/// The messages so far. A scenario that does not close our endpoint has failed; then they are shown.
struct Trace {
    events: Events,
    messages: Vec<(String, String)>,
    closed: bool,
}

impl Trace {
    fn read(&mut self) {
        while let Some(event) = self.events.try_recv() {
            if let Event::SipMessage(message) = event {
                let first = format!("{} {}", message.direction.name(), message.first_line);
                self.messages.push((first, message.text.clone()));
            }
        }
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        if self.closed {
            return;
        }
        self.read();
        for (first, text) in &self.messages {
            #[expect(clippy::print_stderr, reason = "shown with --verbose")]
            {
                eprintln!("--- {first}\n{text}");
            }
        }
    }
}

/// The output of a peer, shown when the scenario fails: unless it is told before it goes that all is well.
pub struct Transcript {
    name: &'static str,
    output: Output,
    well: bool,
}

impl Transcript {
    pub fn of(name: &'static str, output: &Output) -> Self {
        Self {
            name,
            output: output.clone(),
            well: false,
        }
    }

    pub fn well(mut self) {
        self.well = true;
    }
}

impl Drop for Transcript {
    fn drop(&mut self) {
        if !self.well {
            #[expect(clippy::print_stderr, reason = "shown with --verbose")]
            {
                eprintln!("=== {}\n{}", self.name, self.output);
            }
        }
    }
}

/// Certificates for both sides.
pub struct Certificates {
    ca: TestCa,
    _dir: TestDir,
}

impl Certificates {
    pub fn new() -> Result<Self> {
        let dir = TestDir::new("ca")?;
        Ok(Self {
            ca: TestCa::new(dir.path())?,
            _dir: dir,
        })
    }

    pub fn localhost(&self) -> Result<CertFiles> {
        Ok(self.ca.localhost()?)
    }

    pub fn ca_cert(&self) -> PathBuf {
        self.ca.ca_cert().to_owned()
    }

    /// Settings that trust this authority and show a certificate of it.
    pub fn ours(&self) -> Result<TlsConfig> {
        let files = self.ca.server("ours", &["127.0.0.1", "localhost"])?;
        Ok(TlsConfig::default()
            .ca_file(self.ca_cert())
            .identity(files.cert, files.key))
    }
}

/// On loopback, with a trace.
pub fn config() -> EndpointConfig {
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let transports = [Transport::Udp, Transport::Tcp, Transport::Tls].map(|kind| TransportConfig::new(kind, loopback));
    EndpointConfig::default()
        .transports(transports.to_vec())
        .trace(true)
        .event_capacity(100_000)
}

impl Ours {
    pub fn start(config: EndpointConfig) -> Result<Self> {
        let endpoint = Endpoint::start(config)?;
        let events = endpoint.events();
        let trace = Trace {
            events: endpoint.events(),
            messages: Vec::new(),
            closed: false,
        };
        Ok(Self {
            endpoint,
            events,
            trace,
            dir: TestDir::new("ours")?,
        })
    }

    /// The address where we are called over this transport.
    pub fn addr(&self, transport: Transport) -> Result<SocketAddr> {
        Ok(self.endpoint.local_address(transport)?)
    }

    /// A URI at our own address, over UDP.
    pub fn uri(&self, user: &str) -> Result<String> {
        Ok(format!("sip:{user}@{}", self.addr(Transport::Udp)?))
    }

    /// An account that is called directly.
    pub fn local(&self, user: &str, change: impl FnOnce(AccountConfig) -> AccountConfig) -> Result<Account> {
        Ok(self.endpoint.add_account(change(AccountConfig::new(self.uri(user)?)))?)
    }

    /// An account that registers there; waits until it has.
    pub fn registered(
        &self,
        user: &str,
        password: &str,
        server: SocketAddr,
        transport: Transport,
        change: impl FnOnce(AccountConfig) -> AccountConfig,
    ) -> Result<Account> {
        let config = AccountConfig::new(format!("sip:{user}@{server}"))
            .registrar(format!("sip:{server}"))
            .credentials(user, password)
            .transport(transport);
        let account = self.endpoint.add_account(change(config))?;
        account.wait_registered(SOON)?;
        Ok(account)
    }

    /// Reads events until `wanted` picks one.
    pub fn wait<T>(&mut self, what: &str, mut wanted: impl FnMut(&Event) -> Option<T>) -> Result<T> {
        let deadline = Instant::now() + SOON;
        loop {
            match self
                .events
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(Some(event)) => {
                    if let Some(found) = wanted(&event) {
                        return Ok(found);
                    }
                }
                Ok(None) => bail!("events ended before {what}"),
                Err(_) => bail!("no {what} within {} s", SOON.as_secs()),
            }
        }
    }

    pub fn incoming(&mut self) -> Result<Call> {
        self.wait("incoming call", |event| match event {
            Event::IncomingCall { call, .. } => Some(call.clone()),
            _ => None,
        })
    }

    /// Digits that were pressed at the other end of the call, as many as there are in `expected`, which they must be.
    pub fn digits(&mut self, call: &Call, expected: &str) -> Result<()> {
        let mut seen = String::new();
        while seen.len() < expected.len() {
            let digit = self.wait(&format!("digit after {seen:?} of {expected:?}"), |event| match event {
                Event::Dtmf { call: of, digit, .. } if of == call => Some(digit.as_char()),
                _ => None,
            })?;
            seen.push(digit);
        }
        ensure!(seen == expected, "digits {seen:?} came, not {expected:?}");
        Ok(())
    }

    /// The messages so far, each as `incoming` or `outgoing` with its first line, and its text.
    pub fn messages(&mut self) -> &[(String, String)] {
        self.trace.read();
        &self.trace.messages
    }

    /// Whether a message like this went over the wire, or does within a moment: its first line begins so, its text has this.
    pub fn wire(&mut self, first: &str, text: &str) -> bool {
        let found = || {
            let mut seen = self.messages().iter();
            seen.find(|(line, whole)| line.starts_with(first) && whole.contains(text))
                .map(drop)
        };
        microsip_testkit::wait_until(Deadline::after(Duration::from_millis(700)), first, found).is_ok()
    }

    /// Ends everything; a failed assertion or a caught panic in our own engine is a failure of the scenario.
    pub fn close(self) -> Result<()> {
        let Self {
            endpoint, mut trace, ..
        } = self;
        let counters = endpoint.diagnostics();
        endpoint.close()?;
        ensure!(
            counters.failed_assertions == 0 && counters.panics == 0,
            "our engine counted {} failed assertions and {} panics",
            counters.failed_assertions,
            counters.panics
        );
        trace.closed = true;
        Ok(())
    }
}

/// Waits for a state.
pub fn reach(call: &Call, state: CallState) -> Result<()> {
    call.wait_for(state, SOON)
        .with_context(|| format!("waiting for {}", state.name()))?;
    Ok(())
}

/// Waits for the end and returns it.
pub fn end_of(call: &Call) -> Result<CallEnd> {
    let info = call
        .wait_for(CallState::Disconnected, SOON)
        .context("waiting for the end of the call")?;
    info.end.clone().context("the call ended without saying how")
}

/// A call that must be refused, with this code.
pub fn refused(call: &Call, code: u16) -> Result<CallEnd> {
    let end = end_of(call)?;
    ensure!(
        end.code.code() == code,
        "refused with {} {}, not {code}",
        end.code.code(),
        end.reason
    );
    Ok(end)
}

/// The call's running audio stream.
pub fn media(call: &Call) -> Result<MediaInfo> {
    let info = || {
        call.info()
            .media
            .iter()
            .find(|m| m.active && m.codec.is_some())
            .cloned()
    };
    Ok(microsip_testkit::wait_until(soon(), "active media", info)?)
}

pub fn codec_of(media: &MediaInfo) -> String {
    media.codec.as_ref().map(ToString::to_string).unwrap_or_default()
}

pub fn status(code: u16) -> Result<StatusCode> {
    StatusCode::new(code).with_context(|| format!("{code} is no status"))
}

/// Three seconds of speech.
pub fn speech() -> Result<Audio> {
    let dir = TestDir::new("speech")?;
    let file = dir.write("speech.wav", include_bytes!("../../microsip-cli/assets/speech.wav"))?;
    Ok(Audio::read_wav(file)?.slice(Duration::ZERO, Duration::from_secs(3)))
}

/// Plays the speech into the call to its end, and half a second more for what is under way.
pub fn say(ours: &Ours, call: &Call) -> Result<()> {
    let file = ours.dir.join("says.wav");
    speech()?.write_wav(&file)?;
    call.play(&file, PlayOptions::default())?.wait_finished(SOON)?;
    std::thread::sleep(Duration::from_millis(500));
    Ok(())
}

/// The speech is whole in the recording.
pub fn is_speech(recording: &Audio, least: f64) -> Result<Match> {
    let heard = compare(&speech()?, recording);
    ensure!(
        heard.coverage > 0.85 && heard.correlation > least,
        "the speech did not arrive whole: {heard}"
    );
    Ok(heard)
}

/// The recording's strongest tone has this pitch.
pub fn is_tone(recording: &Audio, pitch_hz: f64) -> Result<()> {
    let tones = detect_tones(recording, -35.0);
    let found = tones
        .first()
        .is_some_and(|tone| (tone.frequency_hz - pitch_hz).abs() < 12.0);
    let list: Vec<String> = tones
        .iter()
        .take(3)
        .map(|tone| format!("{:.0} Hz", tone.frequency_hz))
        .collect();
    ensure!(
        found,
        "{pitch_hz} Hz was expected, heard: [{}] in {:.1?}",
        list.join(", "),
        recording.duration()
    );
    Ok(())
}

/// Records the call for a while.
pub fn listen(ours: &Ours, call: &Call, name: &str, length: Duration) -> Result<Audio> {
    let file = ours.dir.join(format!("{name}.wav"));
    let recorder = call.record(&file)?;
    std::thread::sleep(length);
    recorder.stop()?;
    Ok(Audio::read_wav(&file)?)
}

/// Sends the speech and takes back what a peer that repeats everything returns.
pub fn echo(ours: &Ours, call: &Call, least: f64) -> Result<Match> {
    let file = ours.dir.join("echo.wav");
    let recorder = call.record(&file)?;
    say(ours, call)?;
    recorder.stop()?;
    is_speech(&Audio::read_wav(&file)?, least)
}

/// How loud peers' tones are.
pub const PITCH_DBFS: f64 = -10.0;

/// A tone for a peer to say.
pub fn pitch(hz: f64) -> Audio {
    tone(hz, PITCH_DBFS, Duration::from_secs(30), 48_000)
}

/// Waits for the outcome of our transfer.
pub fn transferred(ours: &mut Ours, call: &Call) -> Result<TransferProgress> {
    ours.wait("outcome of the transfer", |event| match event {
        Event::Transfer { call: of, progress } if of == call && progress.is_final() => Some(progress.clone()),
        _ => None,
    })
}

/// Waits for the call that we make because somebody transferred us.
pub fn new_call(ours: &mut Ours) -> Result<Call> {
    ours.wait("call of a transfer", |event| match event {
        Event::CallTransferred { call, .. } => Some(call.clone()),
        _ => None,
    })
}

/// Waits for the outcome of our hold, resume, re-INVITE or UPDATE, which must be a success.
pub fn outcome(ours: &mut Ours, call: &Call) -> Result<()> {
    let result = ours.wait("outcome of our request", |event| match event {
        Event::SessionChanged { call: of, result, .. } if of == call => Some(result.clone()),
        _ => None,
    })?;
    Ok(result?)
}

/// Waits until the call is held by these.
pub fn held(call: &Call, wanted: HoldState) -> Result<()> {
    let now = || (call.info().hold == wanted).then_some(());
    let found = microsip_testkit::wait_until(soon(), "a hold", now);
    ensure!(
        found.is_ok(),
        "the call is held by {}, not {}",
        call.info().hold.name(),
        wanted.name()
    );
    Ok(())
}

/// Waits until the stream is protected by keys agreed like this; a DTLS handshake takes its time.
pub fn keyed(call: &Call, keying: Option<SrtpKeying>) -> Result<()> {
    let is = |stream: &MediaInfo| stream.srtp == keying && stream.srtp_suite.is_some() == keying.is_some();
    let found = microsip_testkit::wait_until(soon(), "the stream's keys", || {
        call.info().media.first().is_some_and(is).then_some(())
    });
    let now = call.info().media.first().map(|stream| (stream.srtp, stream.srtp_suite));
    ensure!(found.is_ok(), "the stream is keyed by {now:?}, not {keying:?}");
    Ok(())
}
