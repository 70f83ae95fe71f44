//! Hold, resume, mute.

use std::fmt;

use super::Call;
use super::session::Ask;
use crate::Result;
use crate::engine::Lane;
use crate::media::MediaDirection;
use crate::sip::Headers;

/// Who holds a call (RFC 3264 §8.4). Independent of [`CallInfo::muted`](crate::CallInfo::muted).
///
/// We hold when our offer or answer said that we do not listen ([`Call::hold`]); the peer holds when its offer said so
/// (`a=sendonly`, `a=inactive`, or the old `c=IN IP4 0.0.0.0`), or when it answered an unrestricted offer of ours that way. A
/// peer that only listens (`a=recvonly`) does not hold: it hears us, we do not hear it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum HoldState {
    /// Nobody.
    #[default]
    None,
    /// We do: the peer's audio is not wanted here.
    Local,
    /// The peer does: ours is not wanted there, and we send none.
    Remote,
    /// Both do.
    Both,
}

impl HoldState {
    pub(crate) fn new(local: bool, remote: bool) -> HoldState {
        match (local, remote) {
            (false, false) => HoldState::None,
            (true, false) => HoldState::Local,
            (false, true) => HoldState::Remote,
            (true, true) => HoldState::Both,
        }
    }

    /// Whether we hold.
    pub fn is_local(self) -> bool {
        matches!(self, HoldState::Local | HoldState::Both)
    }

    /// Whether the peer holds.
    pub fn is_remote(self) -> bool {
        matches!(self, HoldState::Remote | HoldState::Both)
    }

    /// Stable lower-case name, as it appears in JSON: `"none"`, `"local"`, `"remote"`, `"both"`.
    pub fn name(self) -> &'static str {
        match self {
            HoldState::None => "none",
            HoldState::Local => "local",
            HoldState::Remote => "remote",
            HoldState::Both => "both",
        }
    }
}

impl fmt::Display for HoldState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the peer is offered while we hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum HoldMode {
    /// `a=sendonly`: the peer may hear us (what is played into the call, or silence), we do not hear it. If the peer holds
    /// too, `a=inactive` is offered, as RFC 3264 §8.4 asks.
    #[default]
    SendOnly,
    /// `a=inactive`: no audio at all.
    Inactive,
}

impl HoldMode {
    /// Stable lower-case name: `"sendonly"`, `"inactive"`.
    pub fn name(self) -> &'static str {
        self.direction().name()
    }

    pub(crate) fn direction(self) -> MediaDirection {
        match self {
            HoldMode::SendOnly => MediaDirection::SendOnly,
            HoldMode::Inactive => MediaDirection::Inactive,
        }
    }
}

/// How to hold.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct HoldOptions {
    /// What the peer is offered.
    pub mode: HoldMode,
    /// Added to the re-INVITE.
    pub headers: Headers,
}

impl HoldOptions {
    /// `a=sendonly`, no headers.
    pub fn new() -> HoldOptions {
        HoldOptions::default()
    }

    /// Sets what the peer is offered.
    pub fn mode(mut self, mode: HoldMode) -> HoldOptions {
        self.mode = mode;
        self
    }

    /// Adds a header to the re-INVITE.
    ///
    /// # Errors
    /// As [`Headers::add`].
    pub fn header(mut self, name: &str, value: &str) -> Result<HoldOptions> {
        self.headers.add(name, value)?;
        Ok(self)
    }
}

impl Call {
    /// Holds the call: a re-INVITE with `a=sendonly` goes out (RFC 3264 §8.4). What is played into the call goes on and is
    /// heard by the peer; recordings get silence.
    ///
    /// Returns once the request is accepted here; the outcome arrives as
    /// [`Event::SessionChanged`](crate::Event::SessionChanged), the state as [`Event::CallHold`](crate::Event::CallHold). A
    /// refusal leaves the call as it was. Requests of one call are sent one after the other, at most eight wait. One that
    /// crosses a request of the peer (491) is repeated after the pause of RFC 3261 §14.1, four times at most. Holding a
    /// held call is a success without a request.
    ///
    /// # Errors
    /// [`WrongState`](crate::ErrorKind::WrongState) before the call is up, [`Busy`](crate::ErrorKind::Busy) when eight
    /// requests wait, [`Gone`](crate::ErrorKind::Gone) after its end.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_call_set_hold")]
    pub fn hold(&self) -> Result<()> {
        self.hold_with(HoldOptions::default())
    }

    /// Like [`Call::hold`], with mode and headers.
    ///
    /// # Errors
    /// As there.
    pub fn hold_with(&self, options: HoldOptions) -> Result<()> {
        self.ask("hold", Ask::Hold(options))
    }

    /// Ends our hold: a re-INVITE with `a=sendrecv` goes out. The peer's hold stays until the peer ends it. Resuming a call
    /// that we do not hold is a success without a request.
    ///
    /// # Errors
    /// As [`Call::hold`], which also tells how the outcome arrives.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_call_reinvite")]
    pub fn resume(&self) -> Result<()> {
        self.resume_with(Headers::new())
    }

    /// Like [`Call::resume`], with headers for the re-INVITE.
    ///
    /// # Errors
    /// As there.
    pub fn resume_with(&self, headers: Headers) -> Result<()> {
        self.ask("resume", Ask::Resume(headers))
    }

    /// Mutes or unmutes what we send: while muted the peer hears silence, whatever is played into the call. RTP goes on, so
    /// that nobody takes the call for dead; nothing is signalled. Digits sent as RTP events get through. Holds for the whole
    /// call, hold, re-INVITEs and changes of codec included; may be set before audio flows.
    /// [`CallInfo::muted`](crate::CallInfo::muted) tells it, with an [`Event::CallMedia`](crate::Event::CallMedia) for each
    /// change.
    ///
    /// # Errors
    /// [`Gone`](crate::ErrorKind::Gone) after the call's end.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_conf_adjust_tx_level")]
    pub fn mute(&self, yes: bool) -> Result<()> {
        const OP: &str = "mute";
        let id = self.id();
        self.shared()
            .run(OP, Lane::Normal, move |engine| engine.call_mute(OP, id, yes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_is_made_of_both_sides() {
        for local in [false, true] {
            for remote in [false, true] {
                let state = HoldState::new(local, remote);
                assert_eq!((state.is_local(), state.is_remote()), (local, remote), "{state}");
            }
        }
    }
}
