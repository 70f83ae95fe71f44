//! The phone's thread: what it remembers, and the loop that takes one thing after another.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::accounts::Accounts;
use super::calls::LiveCall;
use super::contacts::Contacts;
use super::dial::Delayed;
use super::directory::Documents;
use super::history::{History, query};
use super::hooks::Hooks;
use super::incoming::IncomingRules;
use super::log::Log;
use super::media::Media;
use super::messages::Sent;
use super::presence::Watched;
use super::reload::Files;
use super::store::Kept;
use super::{Loaded, PhoneEvent, PhoneOptions, Request, setup};
use crate::compat::ini::{IniChange, IniWarning};
use crate::compat::number::NumberRules;
use crate::{CallId, Endpoint, Error, ErrorKind, Event, Result};

/// A file full of nonsense needs no more.
const MOST_WARNINGS: usize = 200;

/// Gives the answer to a request, once.
pub(super) type Reply = Box<dyn FnOnce(Result<Value>) + Send>;

/// What wakes the loop.
pub(super) enum Input {
    Request(Request, Reply),
    /// An event of the endpoint with this generation.
    Event(u64, Box<Event>),
    /// That endpoint has closed.
    EventsEnded(u64),
    /// The settings file changed, or was removed.
    File(IniChange),
    /// Another thread has something: the users directory, a provisioning document.
    Job(Box<dyn FnOnce(&mut Worker) + Send>),
    /// A hook's process ended.
    Hook(crate::compat::hooks::HookReport),
    /// The ports were knocked at.
    Knocked(u64),
    /// All handles are gone.
    Closed,
}

/// What is done later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Alarm {
    /// Answers by itself.
    Answer(CallId),
    /// Forwards by itself.
    Forward(CallId),
    /// Sends keys behind a number.
    Keys(CallId, String),
    /// Gives up a number that waits for the registration.
    GiveUp,
    /// Looks at a settings file that somebody else writes.
    Store,
    /// Writes what is remembered for convenience.
    Remember,
}

pub(super) struct Worker {
    pub(super) options: PhoneOptions,
    inputs: SyncSender<Input>,
    on_event: Box<dyn FnMut(PhoneEvent) + Send>,
    pub(super) loaded: Loaded,
    pub(super) rules: IncomingRules,
    pub(super) numbers: NumberRules,
    pub(super) endpoint: Option<Endpoint>,
    /// Counts endpoints, so that events of a closed one are known.
    generation: u64,
    pub(super) accounts: Accounts,
    pub(super) calls: HashMap<CallId, LiveCall>,
    /// The call commands act on.
    pub(super) selected: Option<CallId>,
    pub(super) delayed: Option<Delayed>,
    /// Call-ID of the call last answered or declined by hand.
    pub(super) last_decided: Option<String>,
    alarms: Vec<(Instant, Alarm)>,
    pub(super) media: Media,
    pub(super) contacts: Contacts,
    pub(super) history: History,
    pub(super) hooks: Hooks,
    pub(super) watched: Watched,
    pub(super) log: Option<Log>,
    pub(super) files: Files,
    pub(super) kept: Kept,
    pub(super) documents: Documents,
    /// Messages that wait for their final answer.
    pub(super) sent: HashMap<u64, Sent>,
    /// Settings that need a new endpoint changed while there were calls.
    pub(super) restart: bool,
    /// The end was told.
    closed: bool,
    /// Who asked for the end.
    leaving: Option<(&'static str, Vec<Reply>)>,
}

impl Worker {
    pub(super) fn start(
        options: PhoneOptions,
        inputs: SyncSender<Input>,
        on_event: Box<dyn FnMut(PhoneEvent) + Send>,
    ) -> Result<Worker> {
        let (mut loaded, warnings) = Loaded::read(&options.place)?;
        let mut first_save = None;
        if loaded.first_run {
            // As MicroSIP does, so that people find the file they can edit.
            loaded.ini.set("Settings", "accountId", "")?;
            if let Err(e) = loaded.ini.save() {
                first_save = Some(e);
            }
        }
        let mut problems: Vec<Error> = first_save.into_iter().collect();
        let rules = super::reload::rules(&loaded, &mut |e| problems.push(e));
        let numbers = setup::numbers(&loaded, &mut |e| problems.push(e));
        let sender = inputs.clone();
        let hooks = Hooks::start(&loaded, move |report| drop(sender.try_send(Input::Hook(report))))?;
        let (history, mut more) = History::open(&loaded);
        problems.append(&mut more);
        let (contacts, mut more) = Contacts::open(&loaded);
        problems.append(&mut more);
        let mut worker = Worker {
            rules,
            numbers,
            endpoint: None,
            generation: 0,
            accounts: Accounts::default(),
            calls: HashMap::new(),
            selected: None,
            delayed: None,
            last_decided: None,
            alarms: Vec::new(),
            media: Media::default(),
            contacts,
            history,
            hooks,
            watched: Watched::default(),
            log: None,
            files: Files::default(),
            kept: Kept::new(&loaded.ini),
            documents: Documents::default(),
            sent: HashMap::new(),
            restart: false,
            closed: false,
            leaving: None,
            loaded,
            options,
            inputs,
            on_event,
        };
        worker.warn(warnings);
        problems.into_iter().for_each(|e| worker.problem(e));
        if let Some(number) = worker.options.account.filter(|n| *n != worker.loaded.number) {
            let password = worker.options.password.take();
            worker.activate(number)?;
            worker.options.password = password;
            worker.refresh_rules();
        }
        worker.configure_hooks();
        worker.open()?;
        worker.contacts_changed();
        worker.watch_files();
        worker.start_directory();
        worker.start_provisioning();
        Ok(worker)
    }

    /// Works until something ends it.
    pub(super) fn run(mut self, queue: &Receiver<Input>) {
        while self.leaving.is_none() {
            let next = self.alarms.iter().map(|(at, _)| *at).min();
            let input = match next {
                None => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => queue.recv_timeout(at.saturating_duration_since(Instant::now())),
            };
            match input {
                Ok(input) => self.take(input),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.leave("dropped", None),
            }
            self.ring_alarms();
        }
        self.finish(queue);
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Request(Request::Exit {}, reply) => self.leave("exit", Some(reply)),
            Input::Request(request, reply) => self.request(request, reply),
            Input::Event(generation, event) if generation == self.generation => self.event(*event),
            Input::Event(..) => {}
            Input::EventsEnded(generation) if generation == self.generation && self.endpoint.is_some() => {
                self.leave("failure", None);
            }
            Input::EventsEnded(_) => {}
            Input::File(change) => self.file_changed(change),
            Input::Job(job) => job(self),
            Input::Hook(report) => self.tell(PhoneEvent::Hook(report)),
            Input::Knocked(generation) if generation == self.generation => self.knocked(),
            Input::Knocked(_) => {}
            Input::Closed => self.leave("dropped", None),
        }
    }

    fn leave(&mut self, reason: &'static str, reply: Option<Reply>) {
        let (_, replies) = self.leaving.get_or_insert((reason, Vec::new()));
        replies.extend(reply);
    }

    /// Ends calls and registration while their last events are still heard.
    fn finish(mut self, queue: &Receiver<Input>) {
        let (reason, mut replies) = self.leaving.take().unwrap_or(("dropped", Vec::new()));
        let deadline = Instant::now() + self.options.close_timeout;
        self.give_up_delayed("the phone ends");
        let closed = self
            .endpoint
            .take()
            .map(|endpoint| std::thread::spawn(move || endpoint.close()));
        let generation = self.generation;
        // Of a broken one nothing more comes.
        let mut in_time = closed.is_none() || reason == "failure";
        while !in_time {
            match queue.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Input::EventsEnded(g)) if g == generation => in_time = true,
                Ok(Input::Event(g, event)) if g == generation => self.event(*event),
                Ok(Input::Hook(report)) => self.tell(PhoneEvent::Hook(report)),
                Ok(Input::Request(Request::Exit {}, reply)) => replies.push(reply),
                Ok(Input::Request(_, reply)) => reply(Err(Error::not_running("request"))),
                Ok(_) => {}
                Err(_) => break,
            }
        }
        let result = match closed {
            Some(thread) if in_time => thread.join().unwrap_or(Ok(())),
            Some(_) => Err(Error::new(
                ErrorKind::Timeout,
                "close",
                "the engine did not close in time",
            )),
            None => Ok(()),
        };
        // Calls whose end came too late are told as ended now, so that none is missing in the history.
        let left: Vec<CallId> = self.calls.keys().copied().collect();
        for id in left {
            self.call_over(id, None);
        }
        self.store_last();
        self.history.close();
        self.files.close();
        self.documents.close();
        self.hooks.close(
            deadline
                .saturating_duration_since(Instant::now())
                .max(Duration::from_millis(500)),
        );
        while let Ok(input) = queue.try_recv() {
            match input {
                Input::Hook(report) => self.tell(PhoneEvent::Hook(report)),
                Input::Request(Request::Exit {}, reply) => replies.push(reply),
                Input::Request(_, reply) => reply(Err(Error::not_running("request"))),
                _ => {}
            }
        }
        self.closed = true;
        self.tell(PhoneEvent::Closed { reason });
        for reply in replies {
            reply(result.clone().map(|()| json!({ "exiting": true })));
        }
    }

    /// Opens an endpoint for the settings, and the accounts on it.
    pub(super) fn open(&mut self) -> Result<()> {
        self.log = None;
        if self.loaded.settings.enable_log {
            match Log::open(&self.loaded.place.log) {
                Ok(log) => self.log = Some(log),
                Err(e) => self.problem(e),
            }
        }
        self.generation += 1;
        self.accounts = Accounts::default();
        let mut problems = Vec::new();
        let log = self.options.log_level;
        let config =
            |free, problems: &mut Vec<Error>| setup::endpoint(&self.loaded, log, free, &mut |e| problems.push(e));
        let mut endpoint = Endpoint::start(config(false, &mut problems));
        // A port that is taken gives way to any (`sourcePort`): one that was free a moment ago, and another phone that starts has it
        // now, or, if that does not help, all of them.
        for free in [false, false, true] {
            match &endpoint {
                Err(e) if e.kind() == ErrorKind::Transport => {
                    problems.clear();
                    endpoint = Endpoint::start(config(free, &mut problems));
                }
                _ => break,
            }
        }
        let endpoint = endpoint?;
        problems.into_iter().for_each(|e| self.problem(e));
        let mut events = endpoint.events();
        let (sender, generation) = (self.inputs.clone(), self.generation);
        std::thread::Builder::new()
            .name("microsip-phone-events".into())
            .spawn(move || {
                while let Some(event) = events.recv() {
                    if sender.send(Input::Event(generation, Box::new(event))).is_err() {
                        return;
                    }
                }
                drop(sender.send(Input::EventsEnded(generation)));
            })
            .map_err(|e| {
                crate::FailureCode::IoFailed.error("start phone", format!("the system gives no thread: {e}"))
            })?;
        let clock_rate = endpoint.clock_rate();
        let transports = endpoint.local_addresses()?;
        self.endpoint = Some(endpoint);
        self.add_accounts()?;
        let account = self.accounts.any().map(|a| a.aor().to_owned()).unwrap_or_default();
        let registrar = self
            .loaded
            .active()
            .map(|(_, a)| a.server.clone())
            .filter(|s| !s.is_empty());
        self.tell(PhoneEvent::Started {
            transports,
            account,
            registrar,
            clock_rate,
        });
        Ok(())
    }

    /// Closes the endpoint and opens another, when there are no calls.
    pub(super) fn reopen(&mut self) {
        self.restart = false;
        self.give_up_messages();
        self.watched.forget();
        self.media.forget();
        if let Some(endpoint) = self.endpoint.take()
            && let Err(e) = endpoint.close()
        {
            self.problem(e);
        }
        if let Err(e) = self.open() {
            self.problem(e);
            self.leave("failure", None);
        }
    }

    pub(super) fn endpoint(&self) -> Result<&Endpoint> {
        self.endpoint.as_ref().ok_or_else(|| Error::not_running("request"))
    }

    pub(super) fn sender(&self) -> (SyncSender<Input>, u64) {
        (self.inputs.clone(), self.generation)
    }

    pub(super) fn tell(&mut self, event: PhoneEvent) {
        (self.on_event)(event);
    }

    pub(super) fn problem(&mut self, error: Error) {
        tracing::warn!("{error}");
        if let Some(log) = &mut self.log {
            log.problem(&error);
        }
        self.tell(PhoneEvent::Problem(error));
    }

    pub(super) fn warn(&mut self, warnings: Vec<IniWarning>) {
        let more = warnings.len().saturating_sub(MOST_WARNINGS);
        if more > 0 {
            tracing::warn!("{more} more warnings about the settings are not told");
        }
        for warning in warnings.into_iter().take(MOST_WARNINGS) {
            tracing::warn!("{warning}");
            self.tell(PhoneEvent::Warning(warning));
        }
    }

    /// Has something done later.
    pub(super) fn later(&mut self, after: Duration, alarm: Alarm) {
        self.alarms.push((Instant::now() + after, alarm));
    }

    /// Has things not done.
    pub(super) fn cancel(&mut self, which: impl Fn(&Alarm) -> bool) {
        self.alarms.retain(|(_, alarm)| !which(alarm));
    }

    pub(super) fn has_alarm(&self, which: impl Fn(&Alarm) -> bool) -> bool {
        self.alarms.iter().any(|(_, alarm)| which(alarm))
    }

    fn ring_alarms(&mut self) {
        let now = Instant::now();
        loop {
            // The earliest first: keys behind a number have an order.
            let due = self.alarms.iter().enumerate().filter(|(_, (at, _))| *at <= now);
            let Some(place) = due.min_by_key(|(_, (at, _))| *at).map(|(place, _)| place) else {
                return;
            };
            let (_, alarm) = self.alarms.remove(place);
            match alarm {
                Alarm::Answer(id) => self.answer_by_itself(id),
                Alarm::Forward(id) => self.forward_by_itself(id),
                Alarm::Keys(id, digits) => self.send_post_dial(id, &digits),
                Alarm::GiveUp => self.give_up_unregistered(),
                Alarm::Store => self.store_alarm(),
                Alarm::Remember => self.remember_alarm(),
            }
        }
    }

    fn event(&mut self, event: Event) {
        match &event {
            // For the log file alone.
            Event::SipMessage(message) => {
                if let Some(log) = &mut self.log {
                    log.message(message);
                }
                return;
            }
            Event::Registration { account, info } => self.registration(account, info),
            Event::IncomingCall { call, info } => {
                // Told by itself, after the rules have seen it.
                self.incoming(call, info);
                return;
            }
            Event::CallState { call, info } => {
                let visible = self.call_state(call, info);
                if !visible {
                    return;
                }
            }
            Event::CallHold { call, info } | Event::CallMedia { call, info } => self.call_media(call, info),
            Event::TransferRequested { request } => self.transfer_requested(request),
            Event::CallTransferred { call, .. } => self.call_transferred(call),
            Event::Message { message, .. } => self.message_received(message),
            Event::MessageStatus {
                message,
                status,
                response,
                ..
            } => self.message_status(message, *status, response.as_deref()),
            Event::RecordingFinished { recorder, .. } => self.recording_finished(recorder),
            Event::NetworkChanged(_) => self.network_changed(),
            Event::Lagged { .. } => self.catch_up(),
            _ => {}
        }
        self.tell(PhoneEvent::Engine(Box::new(event)));
    }

    fn request(&mut self, request: Request, reply: Reply) {
        use Request as R;
        let result = match request {
            R::Call { target, secure, until } => return self.dial_request(&target, secure, until, reply),
            R::Redial {} => return self.redial(reply),
            R::Voicemail {} => return self.voicemail(reply),
            R::Pickup { number } => return self.pickup(&number, reply),
            R::Message { to, text } => return self.send_message(&to, &text, reply),
            R::Answer { call } => self.answer(call),
            R::Hangup { call } => self.hang_up(call),
            R::HangupAll {} => self.hang_up_all(),
            R::HangupIncoming {} => self.hang_up_incoming(),
            R::HangupCalling {} => self.hang_up_calling(),
            R::Reject { call, code } => self.reject(call, code),
            R::Redirect { call, target } => self.redirect(call, &target),
            R::Hold { call, state } => self.hold(call, state),
            R::Mute { side, state } => self.mute(side, state),
            R::Volume { side, percent, by } => self.volume(side, percent, by),
            R::Dtmf { call, digits } => self.dtmf(call, digits.reveal()),
            R::Transfer { call, target } => self.transfer(call, &target),
            R::TransferTo { call, other } => self.transfer_to(call, other),
            R::Conference { leave } => self.conference(leave),
            R::Select { call } => self.select(call),
            R::Record { call, state } => self.record(call, state),
            R::Presence { status, note } => self.set_presence(&status, note.as_deref()),
            R::Button { button, state } => self.button(button, state),
            R::Account { number } => self.use_account(number),
            R::Password { number, password } => self.password(number, password),
            R::Register {} => self.register(true),
            R::Unregister {} => self.register(false),
            R::Status {} => self.status(),
            R::Calls {} => Ok(json!(self.call_views())),
            R::Quality { call } => self.quality(call),
            R::Accounts {} => Ok(json!(self.account_views())),
            R::Contacts { text } => Ok(self.contact_views(text.as_deref())),
            R::RefreshDirectory {} => self.refresh_directory(),
            R::History {
                text,
                number,
                kind,
                limit,
            } => query(text.as_deref(), number.as_deref(), kind.as_deref(), limit)
                .and_then(|query| self.history_views(query)),
            R::Messages { number, limit } => {
                query(None, number.as_deref(), None, limit).and_then(|query| self.message_views(query))
            }
            R::Settings { section, key } => super::offline::settings(&self.loaded, section.as_deref(), key.as_deref()),
            R::Set { section, key, value } => self.set(section.as_deref(), &key, &value),
            R::Reload {} => self.reload().map(|changed| json!({ "changed": changed })),
            R::Devices {} => super::offline::devices(),
            R::Codecs {} => self.codec_views(),
            R::Ready {} => Ok(json!(true)),
            R::Show {} | R::Hide {} => Ok(json!({ "window": false })),
            R::Exit {} => return self.leave("exit", Some(reply)),
        };
        reply(result);
    }
}

impl Drop for Worker {
    /// Also when a panic ends the thread, whoever waits for the end is told of it.
    fn drop(&mut self) {
        if !self.closed {
            self.tell(PhoneEvent::Closed { reason: "failure" });
        }
    }
}
