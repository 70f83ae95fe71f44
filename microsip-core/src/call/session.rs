//! Changes of a session that is up: re-INVITE (RFC 3261 §14) and UPDATE (RFC 3311).

use std::fmt;

use super::{Call, HoldOptions};
use crate::Result;
use crate::engine::Lane;
use crate::sip::Headers;

/// A request of ours that changes a session, as [`Event::SessionChanged`](crate::Event::SessionChanged) names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionRequest {
    /// [`Call::hold`].
    Hold,
    /// [`Call::resume`].
    Resume,
    /// [`Call::reinvite`].
    Reinvite,
    /// [`Call::update`].
    Update,
}

impl SessionRequest {
    /// Stable lower-case name, as it appears in JSON: `"hold"`, `"resume"`, `"reinvite"`, `"update"`.
    pub fn name(self) -> &'static str {
        match self {
            SessionRequest::Hold => "hold",
            SessionRequest::Resume => "resume",
            SessionRequest::Reinvite => "reinvite",
            SessionRequest::Update => "update",
        }
    }
}

impl fmt::Display for SessionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What goes with a re-INVITE.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ReinviteOptions {
    /// Added to the re-INVITE.
    pub headers: Headers,
    /// Sends no SDP: the peer offers in its answer, we answer in the ACK (RFC 3261 §14.1). Default: our whole offer, with the
    /// direction as it is (a held call stays held).
    pub late_offer: bool,
    /// Renews our `Contact` from the account and the transport, after an address has changed for instance
    /// (RFC 3261 §12.2.1.2). Default: the one the dialog has.
    pub refresh_contact: bool,
}

impl ReinviteOptions {
    /// Our whole offer, no headers.
    pub fn new() -> ReinviteOptions {
        ReinviteOptions::default()
    }

    /// Adds a header to the re-INVITE.
    ///
    /// # Errors
    /// As [`Headers::add`].
    pub fn header(mut self, name: &str, value: &str) -> Result<ReinviteOptions> {
        self.headers.add(name, value)?;
        Ok(self)
    }

    /// Sets whether the peer makes the offer.
    pub fn late_offer(mut self, yes: bool) -> ReinviteOptions {
        self.late_offer = yes;
        self
    }

    /// Sets whether our `Contact` is renewed.
    pub fn refresh_contact(mut self, yes: bool) -> ReinviteOptions {
        self.refresh_contact = yes;
        self
    }
}

/// What goes with an UPDATE.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UpdateOptions {
    /// Added to the UPDATE.
    pub headers: Headers,
    /// Whether it carries our offer; default `true`. Without, it only refreshes dialog and session timer.
    pub offer: bool,
    /// As [`ReinviteOptions::refresh_contact`].
    pub refresh_contact: bool,
}

impl Default for UpdateOptions {
    fn default() -> Self {
        UpdateOptions {
            headers: Headers::new(),
            offer: true,
            refresh_contact: false,
        }
    }
}

impl UpdateOptions {
    /// Our whole offer, no headers.
    pub fn new() -> UpdateOptions {
        UpdateOptions::default()
    }

    /// Adds a header to the UPDATE.
    ///
    /// # Errors
    /// As [`Headers::add`].
    pub fn header(mut self, name: &str, value: &str) -> Result<UpdateOptions> {
        self.headers.add(name, value)?;
        Ok(self)
    }

    /// Sets whether it carries our offer.
    pub fn offer(mut self, yes: bool) -> UpdateOptions {
        self.offer = yes;
        self
    }

    /// Sets whether our `Contact` is renewed.
    pub fn refresh_contact(mut self, yes: bool) -> UpdateOptions {
        self.refresh_contact = yes;
        self
    }
}

/// What is asked of a session.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    Hold(HoldOptions),
    Resume(Headers),
    Reinvite(ReinviteOptions),
    Update(UpdateOptions),
    /// PJSIP's session refresh was refused for the moment; nobody is told.
    Refresh,
}

impl Ask {
    /// How it is called in events; `None` for what nobody asked for.
    pub(crate) fn request(&self) -> Option<SessionRequest> {
        match self {
            Ask::Hold(_) => Some(SessionRequest::Hold),
            Ask::Resume(_) => Some(SessionRequest::Resume),
            Ask::Reinvite(_) => Some(SessionRequest::Reinvite),
            Ask::Update(_) => Some(SessionRequest::Update),
            Ask::Refresh => None,
        }
    }

    /// How it is called in errors.
    pub(crate) fn op(&self) -> &'static str {
        self.request().map_or("session refresh", SessionRequest::name)
    }
}

impl Call {
    /// Sends a re-INVITE with our current offer: codecs, addresses and direction anew.
    ///
    /// # Errors
    /// As [`Call::hold`], which also tells how requests wait for each other and how the outcome arrives.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_call_reinvite2")]
    pub fn reinvite(&self) -> Result<()> {
        self.reinvite_with(ReinviteOptions::default())
    }

    /// Like [`Call::reinvite`], with headers, without offer, with a renewed `Contact`.
    ///
    /// # Errors
    /// As there.
    pub fn reinvite_with(&self, options: ReinviteOptions) -> Result<()> {
        self.ask("reinvite", Ask::Reinvite(options))
    }

    /// Sends an UPDATE with our current offer (RFC 3311). Unlike a re-INVITE it is answered at once, by the machine at the
    /// other end, and may be sent before the call is up, once reliable provisional responses have settled the first offer.
    ///
    /// # Errors
    /// As [`Call::hold`]. A peer whose `Allow` does not list UPDATE gives [`Unsupported`](crate::ErrorKind::Unsupported) in
    /// the outcome; use [`Call::reinvite`] then.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_call_update2")]
    pub fn update(&self) -> Result<()> {
        self.update_with(UpdateOptions::default())
    }

    /// Like [`Call::update`], with headers, without offer, with a renewed `Contact`.
    ///
    /// # Errors
    /// As there.
    pub fn update_with(&self, options: UpdateOptions) -> Result<()> {
        self.ask("update", Ask::Update(options))
    }

    pub(super) fn ask(&self, op: &'static str, ask: Ask) -> Result<()> {
        let id = self.id();
        self.shared()
            .run(op, Lane::Normal, move |engine| engine.session_ask(op, id, ask))
    }
}
