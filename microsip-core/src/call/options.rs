//! What can be said when a call is made, answered, rejected or ended.

use std::time::Duration;

use crate::account::{Reliable100, SessionTimers};
use crate::call::CallId;
use crate::engine::MediaWishes;
use crate::media::quality::JitterBuffer;
use crate::media::{Codec, OpusOptions, parse_list};
use crate::redact::redact;
use crate::sip::{Additions, Headers, Reason, Replaces, StatusCode, uri};
use crate::{Error, Result};

/// What to do when the callee answers with 3xx and other places to try (RFC 3261 §8.1.3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum RedirectPolicy {
    /// The call ends with the 3xx; its `Contact` headers are in [`CallInfo::message`](crate::CallInfo::message).
    #[default]
    Stop,
    /// The contacts are tried one after the other, by their `q`, at most five in all, until one answers with anything but a
    /// failure. Each gives an [`Event::CallRedirected`](crate::Event::CallRedirected). A `sips:` call is never sent on to a `sip:` URI.
    Follow,
}

/// Longer calls need no alarm.
const LONGEST: Duration = Duration::from_secs(7 * 86_400);

/// How to make a call.
///
/// ```
/// # use microsip_core::{CallOptions, RedirectPolicy};
/// let options = CallOptions::new().header("X-Campaign", "spring")?.redirects(RedirectPolicy::Follow);
/// # Ok::<(), microsip_core::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// Added to the INVITE, after the stack's own.
    pub headers: Headers,
    /// Request-URI, when the INVITE is to go elsewhere than `To` says.
    pub request_uri: Option<String>,
    /// From as name-addr, when it is not the account's address of record.
    pub from: Option<String>,
    /// Hides the caller (RFC 3323, RFC 3325): From is `"Anonymous" <sip:anonymous@anonymous.invalid>`, `Privacy: id` asks the
    /// provider to keep it so, and `P-Preferred-Identity` tells the provider who we are.
    pub anonymous: bool,
    /// Sends the INVITE without SDP: the callee offers in its answer, we answer in the ACK (RFC 3261 §13.2.1).
    pub late_offer: bool,
    /// What to do with a 3xx.
    pub redirects: RedirectPolicy,
    /// Reliable provisional responses, when not the account's setting.
    pub reliable: Option<Reliable100>,
    /// Session timers, when not the account's setting.
    pub timers: Option<SessionTimers>,
    /// Cancels the call when nobody has answered for so long, up to 7 days; `None` leaves it to servers and patience.
    pub ring_for: Option<Duration>,
    /// Ends the call so long after it was confirmed, up to 7 days, instead of the policy's time.
    pub hang_up_after: Option<Duration>,
    /// How packets wait, when not as the endpoint says.
    pub jitter_buffer: Option<JitterBuffer>,
    /// Whether extended reports (RTCP XR) are offered and sent, when not as account or endpoint say.
    pub rtcp_xr: Option<bool>,
    /// The callee's dialog whose place this call takes (RFC 3891), to pick a call up; sends `Require: replaces` as well.
    pub replaces: Option<Replaces>,
    /// Codecs offered, the preferred one first, here and in later offers and answers of the call; `None` for the account's. All must be
    /// among [`EndpointConfig::codecs`](crate::EndpointConfig::codecs).
    pub codecs: Option<Vec<Codec>>,
    /// How Opus is used; `None` for the account's settings.
    pub opus: Option<OpusOptions>,
    /// How much audio a packet holds; `None` for the account's. See [`EndpointConfig::ptime`](crate::EndpointConfig::ptime).
    pub ptime: Option<Duration>,
    /// Whose peer had this call made.
    pub(crate) transferred_from: Option<CallId>,
}

impl CallOptions {
    /// A plain call.
    pub fn new() -> CallOptions {
        CallOptions::default()
    }

    /// Adds a header to the INVITE.
    ///
    /// # Errors
    /// As [`Headers::add`].
    pub fn header(mut self, name: &str, value: &str) -> Result<CallOptions> {
        self.headers.add(name, value)?;
        Ok(self)
    }

    /// Sets all headers added to the INVITE.
    pub fn headers(mut self, headers: Headers) -> CallOptions {
        self.headers = headers;
        self
    }

    /// Sends the INVITE to this SIP URI; `To` stays the target.
    pub fn request_uri(mut self, uri: impl Into<String>) -> CallOptions {
        self.request_uri = Some(uri.into());
        self
    }

    /// Sets From, as name-addr or URI.
    pub fn from(mut self, name_addr: impl Into<String>) -> CallOptions {
        self.from = Some(name_addr.into());
        self
    }

    /// Sets whether the caller is hidden.
    pub fn anonymous(mut self, yes: bool) -> CallOptions {
        self.anonymous = yes;
        self
    }

    /// Sets whether the callee makes the offer.
    pub fn late_offer(mut self, yes: bool) -> CallOptions {
        self.late_offer = yes;
        self
    }

    /// Sets what to do with a 3xx.
    pub fn redirects(mut self, policy: RedirectPolicy) -> CallOptions {
        self.redirects = policy;
        self
    }

    /// Sets how long it may ring.
    pub fn ring_for(mut self, time: Duration) -> CallOptions {
        self.ring_for = Some(time);
        self
    }

    /// Sets how long it may be up.
    pub fn hang_up_after(mut self, time: Duration) -> CallOptions {
        self.hang_up_after = Some(time);
        self
    }

    /// Sets how packets wait.
    pub fn jitter_buffer(mut self, buffer: JitterBuffer) -> CallOptions {
        self.jitter_buffer = Some(buffer);
        self
    }

    /// Sets whether extended reports are offered and sent.
    pub fn rtcp_xr(mut self, yes: bool) -> CallOptions {
        self.rtcp_xr = Some(yes);
        self
    }

    /// Takes the place of one of the callee's dialogs: picks up a call that rings there or is up (RFC 3891 §1).
    pub fn replaces(mut self, dialog: Replaces) -> CallOptions {
        self.replaces = Some(dialog);
        self
    }

    /// Sets the codecs from a list such as `"PCMA/8000/1 PCMU/8000/1"`, in order.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a malformed list.
    pub fn codecs(mut self, list: &str) -> Result<CallOptions> {
        self.codecs = Some(parse_list(list)?);
        Ok(self)
    }

    /// Sets how Opus is used.
    pub fn opus(mut self, options: OpusOptions) -> CallOptions {
        self.opus = Some(options);
        self
    }

    /// Sets how much audio a packet holds, 10 to 120 ms.
    pub fn ptime(mut self, time: Duration) -> CallOptions {
        self.ptime = Some(time);
        self
    }

    /// Sets reliable provisional responses of this call.
    pub fn reliable(mut self, reliable: Reliable100) -> CallOptions {
        self.reliable = Some(reliable);
        self
    }

    /// Sets session timers of this call.
    pub fn timers(mut self, timers: SessionTimers) -> CallOptions {
        self.timers = Some(timers);
        self
    }

    pub(crate) fn media_wishes(&self) -> MediaWishes {
        MediaWishes {
            jitter_buffer: self.jitter_buffer,
            rtcp_xr: self.rtcp_xr,
        }
    }

    pub(crate) fn check_media(&self, op: &'static str) -> Result<()> {
        self.jitter_buffer.map_or(Ok(()), |buffer| buffer.check(op))
    }

    pub(crate) fn additions(&self, op: &'static str, aor: &str) -> Result<Additions> {
        if let Some(request_uri) = &self.request_uri {
            uri::check(op, "request URI", request_uri)?;
        }
        for (what, time) in [("ring_for", self.ring_for), ("hang_up_after", self.hang_up_after)] {
            if time.is_some_and(|t| t.is_zero() || t > LONGEST) {
                return Err(Error::invalid(
                    op,
                    format!(
                        "{what} of {:?} is not between 1 ms and 7 days",
                        time.unwrap_or_default()
                    ),
                ));
            }
        }
        let mut additions = Additions::headers(self.headers.clone());
        additions.request_uri.clone_from(&self.request_uri);
        if let Some(dialog) = &self.replaces {
            additions.headers.remove("Replaces");
            additions.headers.add("Replaces", dialog.to_string())?;
            additions.headers.add("Require", "replaces")?;
        }
        if self.anonymous {
            additions.from = Some("\"Anonymous\" <sip:anonymous@anonymous.invalid>".to_owned());
            if !additions.headers.contains("Privacy") {
                additions.headers.add("Privacy", "id")?;
            }
            if !additions.headers.contains("P-Preferred-Identity") {
                additions.headers.add("P-Preferred-Identity", name_addr(aor))?;
            }
        } else if let Some(from) = &self.from {
            uri::check(op, "from", from)?;
            additions.from = Some(from.clone());
        }
        Ok(additions)
    }
}

/// In brackets, so that parameters stay the URI's.
pub(crate) fn name_addr(uri: &str) -> String {
    if uri.contains('<') {
        uri.to_owned()
    } else {
        format!("<{uri}>")
    }
}

/// How to answer a call.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct AnswerOptions {
    /// Added to the response.
    pub headers: Headers,
    /// Reason phrase; the usual one when `None`.
    pub phrase: Option<String>,
    /// How packets wait, when not as the endpoint says. Holds from the first answer with SDP on.
    pub jitter_buffer: Option<JitterBuffer>,
    /// Whether extended reports (RTCP XR) are offered and sent, when not as account or endpoint say. The same.
    pub rtcp_xr: Option<bool>,
    /// Codecs accepted, here and in later offers and answers of the call; `None` for the account's. The caller's order counts unless
    /// `prefer_own_codecs` says otherwise.
    pub codecs: Option<Vec<Codec>>,
    /// How Opus is used; `None` for the account's settings.
    pub opus: Option<OpusOptions>,
    /// How much audio a packet holds; `None` for the account's. See [`EndpointConfig::ptime`](crate::EndpointConfig::ptime).
    pub ptime: Option<Duration>,
    /// Whether the answer names the first of our codecs that the caller offers rather than the first of the caller's that we have; `None`
    /// for [`EndpointConfig::prefer_own_codecs`](crate::EndpointConfig::prefer_own_codecs).
    pub prefer_own_codecs: Option<bool>,
}

impl AnswerOptions {
    /// A plain answer.
    pub fn new() -> AnswerOptions {
        AnswerOptions::default()
    }

    /// Adds a header to the response.
    ///
    /// # Errors
    /// As [`Headers::add`].
    pub fn header(mut self, name: &str, value: &str) -> Result<AnswerOptions> {
        self.headers.add(name, value)?;
        Ok(self)
    }

    /// Sets the reason phrase.
    pub fn phrase(mut self, phrase: impl Into<String>) -> AnswerOptions {
        self.phrase = Some(phrase.into());
        self
    }

    /// Sets how packets wait.
    pub fn jitter_buffer(mut self, buffer: JitterBuffer) -> AnswerOptions {
        self.jitter_buffer = Some(buffer);
        self
    }

    /// Sets whether extended reports are sent.
    pub fn rtcp_xr(mut self, yes: bool) -> AnswerOptions {
        self.rtcp_xr = Some(yes);
        self
    }

    pub(crate) fn media_wishes(&self, op: &'static str) -> Result<MediaWishes> {
        if let Some(buffer) = &self.jitter_buffer {
            buffer.check(op)?;
        }
        Ok(MediaWishes {
            jitter_buffer: self.jitter_buffer,
            rtcp_xr: self.rtcp_xr,
        })
    }

    /// Sets the codecs from a list such as `"PCMA/8000/1 PCMU/8000/1"`, in order.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a malformed list.
    pub fn codecs(mut self, list: &str) -> Result<AnswerOptions> {
        self.codecs = Some(parse_list(list)?);
        Ok(self)
    }

    /// Sets how Opus is used.
    pub fn opus(mut self, options: OpusOptions) -> AnswerOptions {
        self.opus = Some(options);
        self
    }

    /// Sets how much audio a packet holds, 10 to 120 ms.
    pub fn ptime(mut self, time: Duration) -> AnswerOptions {
        self.ptime = Some(time);
        self
    }

    /// Sets whether the answer follows our order of codecs.
    pub fn prefer_own_codecs(mut self, yes: bool) -> AnswerOptions {
        self.prefer_own_codecs = Some(yes);
        self
    }
}

/// How to reject a call.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct RejectOptions {
    /// Added to the response.
    pub headers: Headers,
    /// Reason phrase; the usual one when `None`.
    pub phrase: Option<String>,
    /// Why, as headers `Reason` (RFC 3326).
    pub reasons: Vec<Reason>,
    /// Where else the callee can be reached, as headers `Contact`; for 3xx and 485.
    pub contacts: Vec<String>,
}

impl RejectOptions {
    /// A plain rejection.
    pub fn new() -> RejectOptions {
        RejectOptions::default()
    }

    /// Adds a header to the response.
    ///
    /// # Errors
    /// As [`Headers::add`].
    pub fn header(mut self, name: &str, value: &str) -> Result<RejectOptions> {
        self.headers.add(name, value)?;
        Ok(self)
    }

    /// Sets the reason phrase.
    pub fn phrase(mut self, phrase: impl Into<String>) -> RejectOptions {
        self.phrase = Some(phrase.into());
        self
    }

    /// Adds a `Reason`.
    pub fn reason(mut self, reason: Reason) -> RejectOptions {
        self.reasons.push(reason);
        self
    }

    /// Adds a place to try instead: a URI, or a name-addr with parameters such as `<sip:b@h>;q=0.5`.
    pub fn contact(mut self, contact: impl Into<String>) -> RejectOptions {
        self.contacts.push(contact.into());
        self
    }

    pub(crate) fn additions(&self, op: &'static str, code: StatusCode) -> Result<Additions> {
        let redirects = code.code() / 100 == 3 || code.code() == 485;
        if !self.contacts.is_empty() && !redirects {
            return Err(Error::invalid(
                op,
                format!("contacts go with 3xx and 485 only, not with {code}"),
            ));
        }
        let mut additions = Additions::headers(self.headers.clone()).reasons(&self.reasons)?;
        for contact in &self.contacts {
            // A tel: URI is as good a place as a sip: one.
            if !uri::bare(contact).to_ascii_lowercase().starts_with("tel:") {
                uri::check(op, "contact", contact)?;
            } else if contact.chars().any(char::is_control) {
                return Err(Error::invalid(
                    op,
                    format!("the contact {:?} contains control characters", redact(contact)),
                ));
            }
            additions.headers.push("Contact", &name_addr(contact));
        }
        Ok(additions)
    }
}

/// How to end a call.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct HangUpOptions {
    /// Added to the BYE, CANCEL or response.
    pub headers: Headers,
    /// Why, as headers `Reason` (RFC 3326).
    pub reasons: Vec<Reason>,
}

impl HangUpOptions {
    /// A plain hang-up.
    pub fn new() -> HangUpOptions {
        HangUpOptions::default()
    }

    /// Adds a header to the request.
    ///
    /// # Errors
    /// As [`Headers::add`].
    pub fn header(mut self, name: &str, value: &str) -> Result<HangUpOptions> {
        self.headers.add(name, value)?;
        Ok(self)
    }

    /// Adds a `Reason`, such as [`Reason::q850`]`(16)`.
    pub fn reason(mut self, reason: Reason) -> HangUpOptions {
        self.reasons.push(reason);
        self
    }

    pub(crate) fn additions(&self) -> Result<Additions> {
        Additions::headers(self.headers.clone()).reasons(&self.reasons)
    }
}

/// A reason phrase of ours: one line.
pub(crate) fn check_phrase(op: &'static str, phrase: Option<&str>) -> Result<()> {
    match phrase {
        Some(text) if text.chars().any(char::is_control) || text.len() > 200 => Err(Error::invalid(
            op,
            "the reason phrase contains control characters or is longer than 200 bytes",
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anonymous_call_hides_the_caller_from_the_callee_only() {
        let options = CallOptions::new().anonymous(true).from("sip:other@h");
        let additions = options.additions("call", "\"A\" <sip:a@h>").unwrap();
        assert!(additions.from.unwrap().contains("anonymous.invalid"));
        assert_eq!(additions.headers.get("Privacy"), Some("id"));
        assert_eq!(additions.headers.get("P-Preferred-Identity"), Some("\"A\" <sip:a@h>"));
    }

    #[test]
    fn contacts_go_with_redirections_only() {
        let options = RejectOptions::new().contact("<sip:b@h>;q=0.5").contact("tel:+4930");
        assert!(options.additions("reject", StatusCode::BUSY_HERE).is_err());
        let additions = options.additions("reject", StatusCode::new(302).unwrap()).unwrap();
        let contacts: Vec<_> = additions.headers.all("Contact").collect();
        assert_eq!(contacts, ["<sip:b@h>;q=0.5", "<tel:+4930>"]);
    }

    #[test]
    fn wrong_addresses_are_named() {
        for (options, word) in [
            (CallOptions::new().request_uri("x"), "request URI"),
            (CallOptions::new().from("x"), "from"),
        ] {
            let error = options.additions("call", "sip:a@h").unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
