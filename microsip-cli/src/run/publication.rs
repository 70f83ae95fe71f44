//! What we tell about ourselves.

use microsip_core::{ObserveOptions, PresenceStatus, Publication, PublicationInfo};
use serde::Serialize;

use super::events::{ErrorOut, seconds};
use super::state::Session;
use crate::args::complete_target;
use crate::exit::Failure;

/// How a publication stands.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct PublicationOut {
    pub publication: u64,
    pub package: String,
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_in: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
}

impl PublicationOut {
    /// A publication as the library tells it.
    pub fn new(publication: &Publication, info: &PublicationInfo) -> Self {
        let now = std::time::Instant::now();
        PublicationOut {
            publication: publication.id().get(),
            package: publication.package().to_owned(),
            state: info.state.name(),
            code: info.code.map(|code| code.code()),
            expires: info.expires.map(|expires| expires.as_secs()),
            retry_in: info.next_retry.map(|at| seconds(at.saturating_duration_since(now))),
            error: info.error.as_ref().map(ErrorOut::from),
        }
    }
}

impl Session<'_> {
    /// Says that we are there, if anybody is to know, and asks for our messages.
    pub(super) fn present(&mut self) -> Result<(), Failure> {
        if self.args.presence.presence {
            self.account.set_presence(PresenceStatus::online())?;
        }
        if let Some(policy) = self.args.presence.watchers {
            self.account.serve_presence(policy)?;
        }
        if let Some(mailbox) = &self.args.presence.mwi {
            let target = (!mailbox.is_empty())
                .then(|| complete_target(mailbox, &self.domain))
                .transpose()
                .map_err(|why| Failure::usage(format!("--mwi: {why}")))?;
            let mailbox = self
                .account
                .watch_mailbox(target.as_deref(), ObserveOptions::default())?;
            self.watched.push(mailbox.subscription().clone());
        }
        Ok(())
    }
}
