//! What a run remembers, and what it does with each input.

use std::collections::HashMap;
use std::hash::Hash;

use microsip_core::{
    Account, Call, CallId, CallInfo, CallOptions, Conference, ConferenceChange, DtmfOptions, Endpoint, Error, Event,
    Gain, Headers, Player, Recorder, SpeechDetector, StunInfo, Subscription, ToneDetector, TonePlayer, TransferRequest,
    Watcher, WatcherState,
};

use super::events::{CallOut, ConferenceOut, ErrorOut, HeaderOut, MediaOut, OutEvent, StunOut, TransportOut};
use super::output::Output;
use super::presence::WatcherOut;
use super::setup;
use super::streams::Streams;
use super::told::told;
use crate::args::{RunArgs, domain_of};
use crate::exit::Failure;

/// What comes after an input.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The next one.
    Go,
    /// The end, and why.
    Close(&'static str),
}

/// A run in progress.
pub(super) struct Session<'a> {
    pub(super) args: &'a RunArgs,
    /// `None` while closing.
    pub(super) endpoint: Option<Endpoint>,
    pub(super) account: Account,
    pub(super) domain: String,
    pub(super) output: Output,
    /// Calls that have not ended; `true` once their audio has run, so that files start once.
    pub(super) calls: HashMap<CallId, bool>,
    /// The call commands act on, also after its end, so that none falls on another call; the newest when `None`.
    pub(super) selected: Option<CallId>,
    /// For the next request.
    pub(super) headers: Headers,
    /// For every call we make, with the headers of `--header`.
    pub(super) options: CallOptions,
    /// For every key we send.
    pub(super) keys: DtmfOptions,
    /// The last transfer that somebody asked for, until it is decided.
    pub(super) asked: Option<TransferRequest>,
    /// How many calls have had audio.
    pub(super) with_audio: u32,
    pub(super) streams: Streams,
    /// What is played, in the order it was begun.
    pub(super) players: Vec<Player>,
    pub(super) recorders: Vec<Recorder>,
    /// The one that the command makes.
    pub(super) conference: Option<Conference>,
    /// Where each call takes part.
    pub(super) conferences: HashMap<CallId, Conference>,
    /// Tones that are played.
    pub(super) tones: Vec<(Call, TonePlayer)>,
    /// Who listens for speech, and for tones.
    pub(super) speech: Vec<SpeechDetector>,
    pub(super) ears: Vec<ToneDetector>,
    /// What sounds on the ringing device.
    pub(super) ringing: Option<TonePlayer>,
    /// How loud each call was made: received, sent.
    pub(super) gains: HashMap<CallId, (Gain, Gain)>,
    /// Whom we watch, by command.
    pub(super) watched: Vec<Subscription>,
    /// Who watches us.
    pub(super) watchers: Vec<Watcher>,
    /// What was told of STUN last.
    stun: StunInfo,
    input_ended: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        args: &'a RunArgs,
        endpoint: Endpoint,
        account: Account,
        options: CallOptions,
        output: Output,
        streams: Streams,
    ) -> Self {
        let domain = domain_of(account.aor()).to_owned();
        Session {
            args,
            endpoint: Some(endpoint),
            account,
            domain,
            output,
            calls: HashMap::new(),
            selected: None,
            headers: Headers::new(),
            options,
            keys: setup::dtmf_options(args.calls.dtmf, &args.calls.outgoing),
            asked: None,
            with_audio: 0,
            streams,
            players: Vec::new(),
            recorders: Vec::new(),
            conference: None,
            conferences: HashMap::new(),
            tones: Vec::new(),
            speech: Vec::new(),
            ears: Vec::new(),
            ringing: None,
            gains: HashMap::new(),
            watched: Vec::new(),
            watchers: Vec::new(),
            stun: StunInfo::default(),
            input_ended: false,
        }
    }

    /// Lets go of the endpoint, to be closed. Events can still come; commands find no call.
    pub(super) fn take_endpoint(&mut self) -> Option<Endpoint> {
        self.endpoint.take()
    }

    /// The last event; gives the output back.
    pub(super) fn closed(mut self, reason: &'static str) -> Output {
        self.output.emit(OutEvent::Closed { reason });
        self.output
    }

    /// Tells where we listen.
    pub(super) fn ready(&mut self) -> Result<(), Failure> {
        let Some(endpoint) = &self.endpoint else { return Ok(()) };
        let transports = endpoint.local_addresses()?.into_iter();
        let transports = transports.map(|(transport, address)| TransportOut {
            transport: transport.name(),
            address: address.to_string(),
        });
        self.output.emit(OutEvent::Ready {
            version: env!("CARGO_PKG_VERSION").into(),
            pjsip: microsip_core::pjsip_version().into(),
            account: self.account.aor().to_owned(),
            registrar: self
                .args
                .account
                .registrar
                .as_ref()
                .and_then(|uri| uri.get("--registrar").ok().cloned()),
            transports: transports.collect(),
            clock_rate: endpoint.clock_rate(),
        });
        // Starting waits for it a while, and nobody listened to events then.
        let stun = endpoint.stun();
        self.stun(stun);
        Ok(())
    }

    /// Tells what is new of STUN.
    fn stun(&mut self, info: StunInfo) {
        if self.stun != info {
            self.output.emit(OutEvent::Stun(StunOut::from(&info)));
            self.stun = info;
        }
    }

    /// An event of the engine.
    pub(super) fn event(&mut self, event: &Event) -> Next {
        match event {
            Event::IncomingCall { call, info } => {
                self.calls.entry(call.id()).or_insert(false);
                self.ring();
                self.output.emit(OutEvent::Incoming {
                    call: info.id.get(),
                    from: info.remote_uri.to_string(),
                    from_user: info.remote_user().to_owned(),
                    to: info.local_uri.to_string(),
                    sip_call_id: info.sip_call_id.to_string(),
                    source: info.invite.as_ref().and_then(|m| m.source()).map(|s| s.to_string()),
                    headers: headers_of(info),
                });
            }
            Event::CallState { call, info } => {
                self.ring();
                return self.call_state(call, info);
            }
            Event::TransferRequested { request } => {
                self.asked = Some(request.clone());
                self.output.emit(OutEvent::TransferRequest {
                    call: request.call().map(|call| call.id().get()),
                    target: request.target().to_owned(),
                    referred_by: request.referred_by().map(str::to_owned),
                    replaces: request.replaces().map(ToString::to_string),
                });
            }
            Event::CallMedia { call, info } => self.call_media(call, info),
            Event::ToneFinished { target, tone } => self.tell_tone(target.call(), "finished", tone),
            Event::Message { call, message, .. } => self.message(call.as_ref(), message),
            Event::PlayerFinished { player, end } => self.played(player, end),
            Event::RecordingFinished { recorder, info } => self.recorded(recorder, info),
            Event::Conference { conference, change } => self.conference_changed(conference, change),
            Event::Watcher { watcher, state } => {
                self.watchers.retain(|w| w != watcher);
                if !matches!(state, WatcherState::Ended(_)) {
                    self.watchers.push(watcher.clone());
                }
                self.output.emit(OutEvent::Watcher(WatcherOut::new(watcher, state)));
            }
            Event::Lagged { missed } => {
                self.output.emit(OutEvent::Lagged { missed: *missed });
                return self.catch_up();
            }
            Event::Stun { info } => self.stun(info.clone()),
            _ => {
                if let Some(out) = told(event) {
                    self.output.emit(out);
                }
            }
        }
        Next::Go
    }

    fn call_state(&mut self, call: &Call, info: &CallInfo) -> Next {
        let mut out = CallOut::new(info);
        if !info.is_ended() {
            // Counts belong to the end and to `status`.
            out.stats = None;
            self.calls.entry(call.id()).or_insert(false);
        } else {
            self.calls.remove(&call.id());
            self.gains.remove(&call.id());
        }
        self.output.emit(OutEvent::Call(Box::new(out)));
        self.end_of_work()
    }

    /// Events were lost, so the list of calls may be wrong: it is made anew from the engine's, and calls whose audio has
    /// begun meanwhile get their files.
    fn catch_up(&mut self) -> Next {
        if self.endpoint.is_none() {
            return Next::Go;
        }
        match self.engine_calls() {
            Ok(calls) => {
                relist(&mut self.calls, calls.iter().map(Call::id));
                for call in &calls {
                    self.start_files_once(call, &call.info());
                }
            }
            Err(e) => tracing::error!("cannot list the calls after events were lost: {e}"),
        }
        self.end_of_work()
    }

    /// The calls of the engine that have not ended; none while closing.
    pub(super) fn engine_calls(&self) -> Result<Vec<Call>, Error> {
        let calls = self.endpoint.as_ref().map(Endpoint::calls).transpose()?;
        Ok(calls.unwrap_or_default())
    }

    /// The end of input and of the last call may be the end of the run.
    fn end_of_work(&self) -> Next {
        if self.input_ended && self.args.quit_on_eof && self.calls.is_empty() {
            Next::Close("eof")
        } else {
            Next::Go
        }
    }

    fn call_media(&mut self, call: &Call, info: &CallInfo) {
        for stream in &info.media {
            self.output.emit(OutEvent::Media {
                call: call.id().get(),
                stream: MediaOut::from(stream),
            });
        }
        self.start_files_once(call, info);
    }

    fn conference_changed(&mut self, conference: &Conference, change: &ConferenceChange) {
        match change {
            ConferenceChange::Joined(call) => drop(self.conferences.insert(call.id(), conference.clone())),
            // One that was moved is elsewhere already.
            ConferenceChange::Left(call) if self.conferences.get(&call.id()) == Some(conference) => {
                self.conferences.remove(&call.id());
            }
            ConferenceChange::Closed => self.conferences.retain(|_, other| other != conference),
            _ => {}
        }
        if let Some(out) = ConferenceOut::new(conference, change) {
            self.output.emit(OutEvent::Conference(out));
        }
    }

    /// What a thread of ours tells.
    pub(super) fn tell(&mut self, event: OutEvent) -> Next {
        self.output.emit(event);
        Next::Go
    }

    /// A line too long for a command.
    pub(super) fn long_line(&mut self) -> Next {
        let error = ErrorOut::command("a line of more than 8 KiB was passed over");
        self.output.emit(OutEvent::Error {
            error,
            command: None,
            call: None,
            suggestion: None,
        });
        Next::Go
    }

    /// The end of standard input.
    pub(super) fn eof(&mut self) -> Next {
        self.input_ended = true;
        self.end_of_work()
    }
}

/// The headers of the INVITE, in order.
fn headers_of(info: &CallInfo) -> Vec<HeaderOut> {
    let pairs = info.invite.iter().flat_map(|message| message.headers().iter());
    pairs.map(HeaderOut::from).collect()
}

/// Makes `known` name exactly the calls there are; what is known of them stays.
fn relist<K: Eq + Hash>(known: &mut HashMap<K, bool>, there: impl IntoIterator<Item = K>) {
    let mut before = std::mem::take(known);
    known.extend(there.into_iter().map(|id| {
        let started = before.remove(&id).unwrap_or(false);
        (id, started)
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_follows_the_engine_after_lost_events() {
        let mut known = HashMap::from([(1, true), (2, false), (3, true)]);
        relist(&mut known, [3, 4]);
        assert_eq!(known, HashMap::from([(3, true), (4, false)]));
        relist(&mut known, []);
        assert!(known.is_empty());
    }
}
