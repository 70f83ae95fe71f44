//! Incoming calls: from the rules' verdict to what is sent (reference section 6).

use super::PhoneEvent;
use super::calls::LiveCall;
use super::incoming::{Arrival, Other, Verdict};
use super::worker::{Alarm, Worker};
use crate::compat::hooks::HookEvent;
use crate::sip::uri;
use crate::{Call, CallId, CallInfo, Event, RejectOptions, Result, StatusCode};

impl Worker {
    /// An INVITE came.
    pub(super) fn incoming(&mut self, call: &Call, info: &std::sync::Arc<CallInfo>) {
        let id = call.id();
        if self.calls.contains_key(&id) || info.is_ended() {
            return;
        }
        // Whoever writes Contacts.xml sees it used at once.
        self.look_at_contacts();
        let line = self.arrived(call, info);
        let others = self.others(id);
        self.add_line(line);
        // Before every check, as the original does it.
        self.fire(HookEvent::IncomingCall, id);
        let verdict = self.verdict(info, &others);
        tracing::debug!("incoming call {} of {}: {verdict:?}", id.get(), info.remote_user());
        if let Verdict::Reject(code, phrase) = verdict {
            self.refuse(call, info, code, phrase);
            return;
        }
        self.selected = self.selected.or(Some(id));
        self.remember_caller(id);
        self.tell(PhoneEvent::Engine(Box::new(Event::IncomingCall {
            call: call.clone(),
            info: std::sync::Arc::clone(info),
        })));
        let done = self.obey(call, verdict);
        if let Err(e) = done {
            // The caller may have hung up meanwhile.
            tracing::warn!("incoming call {}: {e}", id.get());
        }
    }

    fn obey(&mut self, call: &Call, verdict: Verdict) -> Result<()> {
        let id = call.id();
        match verdict {
            Verdict::Reject(..) => Ok(()),
            Verdict::Forward => {
                let target = self.loaded.settings.forwarding_number.clone();
                match self.redirect_call(call, &target) {
                    // A number that cannot be dialled must not lose calls.
                    Err(e) => {
                        self.problem(e);
                        self.ring(call)
                    }
                    done => done,
                }
            }
            Verdict::Answer => self.answer_call(call),
            Verdict::Ring {
                answer_after,
                forward_after,
            } => {
                self.ring(call)?;
                // One of each can be pending.
                if let Some(after) = answer_after.filter(|_| !self.has_alarm(|a| matches!(a, Alarm::Answer(_)))) {
                    self.later(after, Alarm::Answer(id));
                }
                if let Some(after) = forward_after.filter(|_| !self.has_alarm(|a| matches!(a, Alarm::Forward(_)))) {
                    self.later(after, Alarm::Forward(id));
                }
                Ok(())
            }
        }
    }

    fn ring(&mut self, call: &Call) -> Result<()> {
        call.answer(StatusCode::RINGING)?;
        self.start_ringing();
        self.fire(HookEvent::CallRing, call.id());
        Ok(())
    }

    fn verdict(&self, info: &CallInfo, others: &[Other]) -> Verdict {
        let Some(invite) = &info.invite else {
            return Verdict::Ring {
                answer_after: None,
                forward_after: None,
            };
        };
        let headers = invite.headers();
        // The call's own URIs are without ports, as PJSIP has From and To.
        let (from, to) = (headers.get("From"), headers.get("To"));
        let arrival = Arrival {
            peer: &peer_of(info),
            caller_user: uri::user(&info.remote_uri),
            caller_host: host_in(from.unwrap_or(&info.remote_uri)),
            anonymous: invite.identity().anonymous,
            to_user: uri::user(&info.local_uri),
            to_host: host_in(to.unwrap_or(&info.local_uri)),
            sip_call_id: &info.sip_call_id,
            headers,
        };
        self.rules.decide(&arrival, others, self.last_decided.as_deref())
    }

    /// The calls that are not over, but the one.
    fn others(&self, but: CallId) -> Vec<Other> {
        let lines = self
            .calls
            .values()
            .filter(|line| line.call.id() != but && !line.hung_up && !line.call.info().is_ended());
        lines
            .map(|line| {
                let info = line.call.info();
                Other {
                    peer: peer_of(&info),
                    waits: line.waits(),
                    held: info.hold.is_local(),
                }
            })
            .collect()
    }

    /// Unseen from here on: no history, no further hook.
    fn refuse(&mut self, call: &Call, info: &CallInfo, code: u16, phrase: &'static str) {
        self.calls.remove(&call.id());
        let code = StatusCode::new(code).unwrap_or(StatusCode::BUSY_HERE);
        if let Err(e) = call.reject_with(code, RejectOptions::new().phrase(phrase)) {
            tracing::debug!("refused call: {e}");
        }
        self.tell(PhoneEvent::Refused {
            from: info.remote_uri.to_string(),
            code: code.code(),
            reason: phrase.to_owned(),
        });
    }

    /// What is known of a caller: P-Asserted-Identity, else Remote-Party-ID, else From; a contact's name before its own.
    fn arrived(&self, call: &Call, info: &CallInfo) -> LiveCall {
        let asserted = asserted(info);
        let shown = asserted.as_deref().unwrap_or(&info.remote_uri);
        let own = self.loaded.active().map(|(_, a)| a.domain.as_str()).unwrap_or_default();
        let from = info.invite.as_ref().and_then(|invite| invite.headers().get("From"));
        // Where the header says a port, it is needed to call back.
        let host = match &asserted {
            Some(asserted) => uri::host_port(asserted),
            None => host_in(from.unwrap_or(&info.remote_uri)).to_ascii_lowercase(),
        };
        let user = uri::user(shown);
        let number = match user {
            "" => host,
            user if is_own(&host, own) => user.to_owned(),
            user => format!("{user}@{host}"),
        };
        let name = match self.loaded.settings.disable_name_lookup {
            true => None,
            false => self.contacts.caller_name(user, &self.numbers),
        };
        let account = match self.accounts.active.as_ref().is_some_and(|a| a.id() == info.account) {
            true => self.loaded.active().map(|(_, a)| a.label.clone()),
            false => Some(self.loaded.local.label.clone()),
        };
        LiveCall {
            number,
            name: name.unwrap_or_else(|| display_name(shown)),
            account: account.unwrap_or_default(),
            video: info.invite.as_ref().is_some_and(|invite| offers_video(invite.body())),
            ..LiveCall::new(call.clone())
        }
    }

    /// `lastCallNumber` remembers who called, too.
    fn remember_caller(&mut self, id: CallId) {
        if let Some(number) = self.calls.get(&id).map(|line| line.number.clone()) {
            self.remember_last(&number);
        }
    }

    /// A party as the history has it: the user part, with the host if it is not the account's domain.
    pub(super) fn number_of(&self, uri: &str) -> String {
        let own = self.loaded.active().map(|(_, a)| a.domain.as_str()).unwrap_or_default();
        let host = uri::host_port(uri);
        match uri::user(uri) {
            "" => host,
            user if is_own(&host, own) => user.to_owned(),
            user => format!("{user}@{host}"),
        }
    }

    /// The call, if nobody has answered it yet and it is not over.
    fn still_waiting(&self, id: CallId) -> Option<Call> {
        let line = self.calls.get(&id).filter(|line| line.waits())?;
        Some(line.call.clone())
    }

    pub(super) fn answer_by_itself(&mut self, id: CallId) {
        let Some(call) = self.still_waiting(id) else { return };
        // What the user began meanwhile is not ended or held for it.
        if !self.rules.may_answer_beside(&self.others(id)) {
            return;
        }
        if let Err(e) = self.answer_call(&call) {
            self.problem(e);
        }
    }

    pub(super) fn forward_by_itself(&mut self, id: CallId) {
        let Some(call) = self.still_waiting(id) else { return };
        let target = self.loaded.settings.forwarding_number.clone();
        if let Err(e) = self.redirect_call(&call, &target) {
            self.problem(e);
        }
    }
}

/// Who the caller is by what a trusted server says: P-Asserted-Identity, else Remote-Party-ID (section 5.2).
pub(super) fn asserted(info: &CallInfo) -> Option<String> {
    let identity = info.invite.as_ref()?.identity();
    let stated = identity.asserted.first().or(identity.remote_party.first())?;
    stated.contains('@').then(|| stated.clone())
}

/// `user@host` of the other side, whatever port it uses.
fn peer_of(info: &CallInfo) -> String {
    let host = uri::host_port(&info.remote_uri);
    format!("{}@{}", info.remote_user(), without_port(&host))
}

/// Whether a host is the account's domain. Most programs leave its port out of From (RFC 3261 §19.1.1).
fn is_own(host: &str, domain: &str) -> bool {
    host.eq_ignore_ascii_case(domain) || host.eq_ignore_ascii_case(without_port(domain))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => {
            match port.bytes().all(|b| b.is_ascii_digit()) {
                true => name,
                false => host,
            }
        }
        _ => host,
    }
}

/// `host` or `host:port` of the URI in a From or To header, as it is written there.
fn host_in(header: &str) -> &str {
    let (mut quoted, mut escaped) = (false, false);
    let open = header.char_indices().find_map(|(at, c)| {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '<' if !quoted => return Some(at + 1),
            _ => {}
        }
        None
    });
    let uri = open.map_or(header, |open| &header[open..]);
    let uri = uri.split('>').next().unwrap_or_default().trim();
    let rest = uri.split_once(':').map_or(uri, |(_, rest)| rest);
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    host.split([';', '?']).next().unwrap_or_default()
}

/// The name before a URI, without quotes.
fn display_name(name_addr: &str) -> String {
    // A quoted name may have angle brackets, too.
    let Some((name, _)) = name_addr.rsplit_once('<') else {
        return String::new();
    };
    let name = name.trim();
    match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => name.to_owned(),
    }
}

/// Whether an offer has a video stream that is not switched off (RFC 8866 §5.14).
fn offers_video(sdp: &[u8]) -> bool {
    String::from_utf8_lossy(sdp)
        .lines()
        .any(|line| line.starts_with("m=video ") && !line.starts_with("m=video 0 "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_comes_without_its_quotes() {
        assert_eq!(display_name(r#""Al \"Ace\" B" <sip:a@b>"#), r#"Al "Ace" B"#);
        assert_eq!(display_name("Alice <sip:a@b>"), "Alice");
        assert_eq!(display_name("sip:a@b"), "");
        assert_eq!(display_name("<sip:a@b>"), "");
        assert_eq!(display_name(r#""<Al> <sip:x@y>" <sip:a@b>"#), "<Al> <sip:x@y>");
    }

    #[test]
    fn a_host_without_port_is_the_domain_with_one() {
        for (host, domain, own) in [
            ("PBX.test", "pbx.test", true),
            ("pbx.test", "pbx.test:5070", true),
            ("pbx.test:5070", "pbx.test:5070", true),
            ("pbx.test:5071", "pbx.test:5070", false),
            ("pbx.test:5070", "pbx.test", false),
            ("[::1]", "[::1]:5070", true),
            ("::1", "::1", true),
            ("", "pbx.test", false),
        ] {
            assert_eq!(is_own(host, domain), own, "{host} {domain}");
        }
    }

    #[test]
    fn the_host_is_that_of_the_address() {
        assert_eq!(
            host_in("\"A <sip:x@no>\" <sip:a;p=1@Pbx.test:5062;lr>;tag=1"),
            "Pbx.test:5062"
        );
        assert_eq!(host_in("<sip:a@evil.test>;x=\"<sip:b@pbx.test>\""), "evil.test");
        assert_eq!(host_in("sip:a@h;tag=1"), "h");
        assert_eq!(host_in("<sip:[::1]:5060>"), "[::1]:5060");
        assert_eq!(host_in(""), "");
    }

    #[test]
    fn video_counts_unless_it_is_switched_off() {
        assert!(offers_video(
            b"v=0\r\nm=audio 4000 RTP/AVP 0\r\nm=video 4002 RTP/AVP 99\r\n"
        ));
        assert!(!offers_video(
            b"v=0\r\nm=audio 4000 RTP/AVP 0\r\nm=video 0 RTP/AVP 99\r\n"
        ));
        assert!(!offers_video(b""));
    }
}
