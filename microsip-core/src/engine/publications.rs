//! Publications on the engine's side (RFC 3903): sent, refreshed, recovered, removed.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use super::Engine;
use super::again::{LONGEST_LIFETIME, MOST_RAISES, chance, may_pass, seconds};
use super::outbox::Urgency;
use crate::account::{AccountId, Credential, parse_retry_after};
use crate::event::Event;
use crate::failure::FailureCode;
use crate::pj::{Challenged, Outcome};
use crate::publication::{Publication, PublicationId, PublicationInfo, PublicationState, PublishOptions};
use crate::sip::{Additions, Headers, Message, uri};
use crate::{Error, ErrorKind, Result};

const OP: &str = "publish";
/// How long before its end a publication is refreshed; the same as for registrations.
const AHEAD: Duration = Duration::from_secs(5);
/// The shortest time between two refreshes, whatever a server grants.
const SHORTEST: Duration = Duration::from_millis(500);

/// What a PUBLISH is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// It carries the body.
    Body,
    Refresh,
    Remove,
}

struct Entry {
    publication: Publication,
    account: AccountId,
    options: PublishOptions,
    /// The lifetime to ask for: 423 raises it.
    asked: Duration,
    raises: u32,
    /// The server's name for what it has.
    etag: Option<String>,
    /// It does not have the newest body.
    stale: bool,
    /// The number of the PUBLISH that is not answered yet.
    under_way: Option<(u64, What)>,
    failures: u32,
    /// When the next PUBLISH is due, and when the engine wakes for it.
    due: Option<Instant>,
    wake: Option<Instant>,
    ending: bool,
    /// Of an account that is gone, for the answer to its last challenge.
    left: Option<Vec<Credential>>,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Table {
    by_id: BTreeMap<PublicationId, Entry>,
    /// Answers awaited: for which publication, and whether a challenge was answered.
    asked: HashMap<u64, (PublicationId, bool)>,
}

impl Engine {
    pub(crate) fn publication_add(
        &self,
        op: &'static str,
        account: AccountId,
        publication: Publication,
        options: PublishOptions,
    ) -> Result<()> {
        self.accounts.borrow().get(op, account)?;
        let id = publication.id();
        let entry = Entry {
            publication,
            account,
            asked: options.expires,
            options,
            raises: 0,
            etag: None,
            stale: true,
            under_way: None,
            failures: 0,
            due: None,
            wake: None,
            ending: false,
            left: None,
        };
        self.publications.borrow_mut().by_id.insert(id, entry);
        self.publication_send(id);
        Ok(())
    }

    /// Sends what is due: the body, a refresh, the removal. Nothing while a PUBLISH is under way (RFC 3903 §4.1).
    fn publication_send(&self, id: PublicationId) {
        let number = self.shared.next_id();
        let prepared = {
            let mut table = self.publications.borrow_mut();
            let table = &mut *table;
            let Some(entry) = table.by_id.get_mut(&id).filter(|e| e.under_way.is_none()) else {
                return;
            };
            let what = match (entry.ending, &entry.etag) {
                (true, None) => None,
                (true, Some(_)) => Some(What::Remove),
                (false, Some(_)) if !entry.stale => Some(What::Refresh),
                (false, _) => Some(What::Body),
            };
            what.map(|what| {
                entry.due = None;
                entry.under_way = Some((number, what));
                if what == What::Body {
                    entry.stale = false;
                    state_now(entry, PublicationState::Publishing);
                }
                let additions = additions(entry, what);
                let account = (entry.account, entry.publication.account().aor().to_owned());
                table.asked.insert(number, (id, false));
                (account, additions)
            })
        };
        let Some(((account, aor), additions)) = prepared else {
            return self.publication_over(id, None, None);
        };
        let found = {
            let accounts = self.accounts.borrow();
            let entry = accounts.get(OP, account);
            entry.map(|entry| (entry.slot, entry.target(uri::bare(&aor))))
        };
        let sent =
            found.and_then(|(slot, target)| self.pj.request_send(OP, slot, number, "PUBLISH", &target, &additions));
        if let Err(error) = sent
            && let Some(what) = self.publication_arrived(number).map(|(_, what)| what)
        {
            self.publication_failed(id, what, error, None, None, true);
        }
    }

    /// Takes the number off; which publication and PUBLISH it was of, unless that was given up.
    fn publication_arrived(&self, number: u64) -> Option<(PublicationId, What)> {
        let mut table = self.publications.borrow_mut();
        let (id, _) = table.asked.remove(&number)?;
        let entry = table.by_id.get_mut(&id)?;
        let (_, what) = entry.under_way.take_if(|(n, _)| *n == number)?;
        Some((id, what))
    }

    /// The server wants credentials for a PUBLISH: whose, the first time. `None` if it was none.
    pub(super) fn publication_challenged(&self, number: u64) -> Option<Option<Challenged>> {
        let (account, left) = {
            let mut table = self.publications.borrow_mut();
            let (id, done) = table.asked.get_mut(&number)?;
            if std::mem::replace(done, true) {
                return Some(None);
            }
            let id = *id;
            let entry = table.by_id.get(&id)?;
            (entry.account, entry.left.clone())
        };
        Some(match left {
            Some(credentials) => Some(Challenged::Left(credentials)),
            None => self.account_slot(account).map(Challenged::Account),
        })
    }

    /// An answer came; whether it was for a PUBLISH of these.
    pub(super) fn publication_answered(&self, number: u64, outcome: &Outcome, message: Option<&Message>) -> bool {
        if !self.publications.borrow().asked.contains_key(&number) {
            return false;
        }
        let Some((id, what)) = self.publication_arrived(number) else {
            return true;
        };
        let aor = {
            let table = self.publications.borrow();
            let entry = table.by_id.get(&id);
            entry.map(|e| e.publication.account().aor().to_owned())
        };
        let host = uri::host_port(&aor.unwrap_or_default());
        match self.failure(OP, &host, outcome) {
            None if what == What::Remove => self.publication_over(id, Some(outcome), None),
            None => self.publication_accepted(id, outcome, message, &host),
            Some(error) => self.publication_refused(id, what, error, outcome, message),
        }
        true
    }

    fn publication_accepted(&self, id: PublicationId, outcome: &Outcome, message: Option<&Message>, host: &str) {
        let etag = message.and_then(|m| m.header("SIP-ETag")).and_then(entity_tag);
        let granted = message.and_then(|m| seconds(m, "Expires"));
        let kept = {
            let mut table = self.publications.borrow_mut();
            let Some(entry) = table.by_id.get_mut(&id) else { return };
            let granted = granted.unwrap_or(entry.asked);
            entry.etag = etag;
            (!granted.is_zero()).then(|| {
                entry.failures = 0;
                entry.raises = 0;
                (granted, entry.ending || entry.stale)
            })
        };
        let Some((granted, more)) = kept else {
            let why = format!("{host} accepted the request but keeps nothing of it (Expires: 0)");
            let error = FailureCode::SipFailure.error(OP, why).with_sip(outcome.code);
            return self.publication_failed(id, What::Body, error, Some(outcome), None, true);
        };
        if more {
            return self.publication_send(id);
        }
        let info = {
            let table = self.publications.borrow();
            let Some(entry) = table.by_id.get(&id) else { return };
            let mut info = PublicationInfo::new(PublicationState::Published);
            info.code = Some(outcome.code);
            info.expires = Some(granted);
            info.etag = entry.etag.clone();
            info
        };
        self.publication_plan(id, Instant::now() + refresh_after(granted));
        self.tell_publication(id, info);
    }

    fn publication_refused(
        &self,
        id: PublicationId,
        what: What,
        error: Error,
        outcome: &Outcome,
        message: Option<&Message>,
    ) {
        if outcome.from_peer && outcome.code.code() == 412 {
            let told = {
                let mut table = self.publications.borrow_mut();
                let Some(entry) = table.by_id.get_mut(&id) else { return };
                // Without a tag in the request it is as good as any other refusal.
                entry.etag.take().map(|_| {
                    entry.stale = true;
                    (entry.ending, entry.failures)
                })
            };
            if let Some((ending, failures)) = told {
                if ending {
                    // Nothing is there, as wanted.
                    return self.publication_over(id, Some(outcome), None);
                }
                let mut info = PublicationInfo::new(PublicationState::Publishing);
                (info.code, info.failures) = (Some(outcome.code), failures);
                self.tell_publication(id, info);
                return self.publication_send(id);
            }
        }
        if outcome.from_peer
            && outcome.code.code() == 423
            && what != What::Remove
            && self.raise_publication(id, message)
        {
            if what == What::Body
                && let Some(entry) = self.publications.borrow_mut().by_id.get_mut(&id)
            {
                entry.stale = true;
            }
            return self.publication_send(id);
        }
        let wait = message
            .and_then(|m| m.header("Retry-After"))
            .and_then(parse_retry_after);
        let passes = wait.is_some() || may_pass(outcome);
        self.publication_failed(id, what, error, Some(outcome), wait, passes);
    }

    /// Asked for too short a lifetime; whether a longer one is worth a try.
    fn raise_publication(&self, id: PublicationId, message: Option<&Message>) -> bool {
        let minimum = message.and_then(|m| seconds(m, "Min-Expires"));
        let mut table = self.publications.borrow_mut();
        let (Some(entry), Some(minimum)) = (table.by_id.get_mut(&id), minimum) else {
            return false;
        };
        entry.raises += 1;
        let worth = minimum > entry.asked && minimum <= LONGEST_LIFETIME && entry.raises <= MOST_RAISES;
        if worth {
            entry.asked = minimum;
        }
        worth
    }

    /// What goes wrong is told, and tried again if that may help.
    fn publication_failed(
        &self,
        id: PublicationId,
        what: What,
        error: Error,
        outcome: Option<&Outcome>,
        wait: Option<Duration>,
        passes: bool,
    ) {
        let closing = self.shared.is_closing();
        let info = {
            let mut table = self.publications.borrow_mut();
            let Some(entry) = table.by_id.get_mut(&id) else { return };
            entry.stale |= what == What::Body;
            entry.failures = entry.failures.saturating_add(1);
            if what == What::Remove || (entry.ending && entry.etag.is_none()) || closing {
                Err(false)
            } else if entry.ending {
                Err(true)
            } else {
                let state = if passes {
                    PublicationState::Retrying
                } else {
                    PublicationState::Failed
                };
                let mut info = PublicationInfo::new(state);
                let pause = entry.options.retry.pause(entry.failures, wait, chance());
                info.next_retry = passes.then(|| Instant::now() + pause);
                info.code = outcome.map(|o| o.code);
                info.etag = entry.etag.clone();
                info.failures = entry.failures;
                info.error = Some(error.clone());
                Ok(info)
            }
        };
        match info {
            Ok(info) => {
                if let Some(at) = info.next_retry {
                    self.publication_plan(id, at);
                }
                self.tell_publication(id, info);
            }
            // What was there before is still to be removed.
            Err(true) => self.publication_send(id),
            Err(false) => self.publication_over(id, outcome, Some(error)),
        }
    }

    fn tell_publication(&self, id: PublicationId, info: PublicationInfo) {
        let publication = {
            let table = self.publications.borrow();
            let Some(entry) = table.by_id.get(&id) else { return };
            entry.publication.clone()
        };
        publication.core.info.set(info.clone());
        self.publish(Event::Publication { publication, info }, Urgency::Gather);
    }

    /// It is over.
    fn publication_over(&self, id: PublicationId, outcome: Option<&Outcome>, error: Option<Error>) {
        let Some(entry) = self.publications.borrow_mut().by_id.remove(&id) else {
            return;
        };
        let mut info = PublicationInfo::new(PublicationState::Removed);
        info.code = outcome.map(|o| o.code);
        info.error = error;
        let publication = entry.publication;
        publication.core.info.set(info.clone());
        self.publish(Event::Publication { publication, info }, Urgency::Gather);
    }

    /// Has the next PUBLISH go out then. There is one alarm for each publication, however often that changes.
    fn publication_plan(&self, id: PublicationId, at: Instant) {
        let earlier = {
            let mut table = self.publications.borrow_mut();
            let Some(entry) = table.by_id.get_mut(&id) else { return };
            entry.due = Some(at);
            let earlier = entry.wake.is_none_or(|wake| at < wake);
            if earlier {
                entry.wake = Some(at);
            }
            earlier
        };
        if earlier {
            let pause = at.saturating_duration_since(Instant::now());
            self.later(pause, move |engine| engine.publication_wakes(id, at));
        }
    }

    fn publication_wakes(&self, id: PublicationId, wake: Instant) {
        let due = {
            let mut table = self.publications.borrow_mut();
            let Some(entry) = table.by_id.get_mut(&id).filter(|e| e.wake == Some(wake)) else {
                return;
            };
            entry.wake = None;
            entry.due
        };
        match due {
            Some(at) if at > Instant::now() => self.publication_plan(id, at),
            Some(_) => self.publication_send(id),
            None => {}
        }
    }

    pub(crate) fn publication_update(&self, op: &'static str, id: PublicationId, body: Vec<u8>) -> Result<()> {
        let now = {
            let mut table = self.publications.borrow_mut();
            let entry = table.living(op, id)?;
            entry.options.body = body;
            entry.stale = true;
            let state = entry.publication.state();
            // What waits after a failure goes on waiting: the server may be overloaded.
            let now = state != PublicationState::Retrying;
            if now {
                state_now(entry, PublicationState::Publishing);
            }
            if state == PublicationState::Failed {
                entry.failures = 0;
            }
            now
        };
        if now {
            self.publication_send(id);
        }
        Ok(())
    }

    pub(crate) fn publication_refresh(&self, op: &'static str, id: PublicationId) -> Result<()> {
        self.publications.borrow_mut().living(op, id)?;
        self.publication_send(id);
        Ok(())
    }

    /// Removes it, when the PUBLISH that may be under way is answered.
    pub(crate) fn publication_end(&self, id: PublicationId) {
        {
            let mut table = self.publications.borrow_mut();
            let Some(entry) = table.by_id.get_mut(&id) else { return };
            if std::mem::replace(&mut entry.ending, true) {
                return;
            }
        }
        self.publication_send(id);
    }

    /// The account goes. What it published is removed with its credentials; a PUBLISH under way is given up.
    pub(super) fn forget_publications_of(&self, account: AccountId) {
        let credentials = {
            let accounts = self.accounts.borrow();
            let entry = accounts.entry(account);
            entry.map(|e| e.config.credentials.clone()).unwrap_or_default()
        };
        let ours: Vec<PublicationId> = {
            let mut table = self.publications.borrow_mut();
            let of_account = table.by_id.iter_mut().filter(|(_, e)| e.account == account);
            of_account
                .map(|(id, entry)| {
                    entry.left = Some(credentials.clone());
                    // Its answer would come too late to send anything.
                    entry.under_way.take_if(|(_, what)| *what != What::Remove);
                    *id
                })
                .collect()
        };
        for id in ours {
            self.publication_end(id);
        }
    }

    /// The account's settings changed: what failed is tried with the new ones; `moved`: requests go elsewhere, where nothing is known.
    pub(super) fn publications_settings_changed(&self, account: AccountId, moved: bool) {
        let again: Vec<PublicationId> = {
            let mut table = self.publications.borrow_mut();
            let of_account = table
                .by_id
                .iter_mut()
                .filter(|(_, e)| e.account == account && !e.ending);
            of_account
                .filter_map(|(id, entry)| {
                    if moved {
                        entry.under_way = None;
                        entry.etag = None;
                        entry.stale = true;
                    }
                    let state = entry.publication.state();
                    let failed = matches!(state, PublicationState::Retrying | PublicationState::Failed);
                    (moved || failed).then_some(*id)
                })
                .collect()
        };
        for id in again {
            self.publication_send(id);
        }
    }

    /// Our addresses changed: what was sent from the old ones may never be answered, and who was out of reach may be there now.
    pub(super) fn publications_moved(&self) {
        let again: Vec<PublicationId> = {
            let mut table = self.publications.borrow_mut();
            let all = table.by_id.iter_mut();
            all.filter_map(|(id, entry)| {
                let given_up = entry.under_way.take();
                entry.stale |= given_up.is_some_and(|(_, what)| what == What::Body);
                let waits = entry.publication.state() == PublicationState::Retrying;
                (given_up.is_some() || waits).then_some(*id)
            })
            .collect()
        };
        for id in again {
            self.publication_send(id);
        }
    }

    /// The endpoint closes: all are removed, where there is time.
    pub(super) fn end_publications(&self) {
        let all: Vec<PublicationId> = self.publications.borrow().by_id.keys().copied().collect();
        for id in all {
            self.publication_end(id);
        }
    }

    /// Whether a server has not yet confirmed a removal.
    pub(super) fn publications_pending(&self) -> bool {
        !self.publications.borrow().by_id.is_empty()
    }

    /// PJSUA is gone.
    pub(super) fn forget_publications(&self) {
        let all: Vec<PublicationId> = self.publications.borrow().by_id.keys().copied().collect();
        for id in all {
            let why = "the endpoint closed before the server confirmed the removal";
            self.publication_over(id, None, Some(Error::new(ErrorKind::Timeout, OP, why)));
        }
        *self.publications.borrow_mut() = Table::default();
    }
}

impl Table {
    fn living(&mut self, op: &'static str, id: PublicationId) -> Result<&mut Entry> {
        let entry = self.by_id.get_mut(&id).filter(|e| !e.ending);
        entry.ok_or_else(|| Error::new(ErrorKind::Gone, op, "the publication was removed"))
    }
}

/// A change that is not worth an event, for whoever waits.
fn state_now(entry: &Entry, state: PublicationState) {
    let mut info = entry.publication.info();
    info.state = state;
    (info.next_retry, info.error) = (None, None);
    entry.publication.core.info.set(info);
}

/// What makes a request a PUBLISH of this publication (RFC 3903 §4.1, table 1).
fn additions(entry: &Entry, what: What) -> Additions {
    let mut headers = Headers::new();
    let lifetime = if what == What::Remove {
        Duration::ZERO
    } else {
        entry.asked
    };
    headers.push("Event", entry.publication.package());
    headers.push("Expires", &lifetime.as_secs().to_string());
    if let Some(etag) = &entry.etag {
        headers.push("SIP-If-Match", etag);
    }
    for (name, value) in entry.options.headers.iter() {
        headers.push(name, value);
    }
    let mut additions = Additions::headers(headers);
    if what == What::Body {
        additions.body = Some((entry.options.content_type.clone(), entry.options.body.clone()));
    }
    additions
}

/// An entity-tag is a token (RFC 3903 §7); anything else would break our own request.
fn entity_tag(value: &str) -> Option<String> {
    let value = value.trim();
    let token = |b: u8| b.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&b);
    (!value.is_empty() && value.len() <= 256 && value.bytes().all(token)).then(|| value.to_owned())
}

/// When to refresh what lives this long.
fn refresh_after(granted: Duration) -> Duration {
    let granted = granted.min(LONGEST_LIFETIME);
    let ahead = AHEAD.min(granted / 2);
    (granted - ahead).max(SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refreshes_come_before_the_end() {
        for (granted, after) in [(3600, 3595.0), (12, 7.0), (10, 5.0), (4, 2.0), (1, 0.5)] {
            assert_eq!(refresh_after(Duration::from_secs(granted)).as_secs_f64(), after);
        }
        assert!(refresh_after(Duration::from_secs(u64::MAX)) < LONGEST_LIFETIME);
    }

    #[test]
    fn a_tag_is_a_token() {
        assert_eq!(entity_tag(" dx200xyz ").as_deref(), Some("dx200xyz"));
        assert_eq!(
            entity_tag("a.1795270441.21391.1.0").as_deref(),
            Some("a.1795270441.21391.1.0")
        );
        for bad in ["", "a b", "a\"b", "a;b", &"x".repeat(257)] {
            assert_eq!(entity_tag(bad), None, "{bad}");
        }
    }
}
