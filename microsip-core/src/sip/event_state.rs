//! What `Event` (RFC 6665 §8.2.1) and `Subscription-State` (§8.2.3) say.

use std::time::Duration;

use super::Message;
use super::headers::split_outside;
use super::message::parameter;
use crate::account::parse_retry_after;

/// An event package, with the id that tells several subscriptions apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventName {
    /// As it stands there; compared without case.
    pub(crate) package: String,
    pub(crate) id: Option<String>,
}

impl EventName {
    /// `None` when there is no such header, or nothing in it.
    pub(crate) fn read(message: &Message) -> Option<EventName> {
        let value = message.header("Event")?;
        // Not the first part of a split: that passes over empty ones.
        let package = value.split(';').next().unwrap_or_default().trim();
        (!package.is_empty()).then(|| EventName {
            package: package.to_owned(),
            id: parameter(value, "id").map(str::to_owned),
        })
    }

    pub(crate) fn is(&self, package: &str, id: Option<&str>) -> bool {
        self.package.eq_ignore_ascii_case(package) && self.id.as_deref() == id
    }
}

/// Why a subscription ended, as the notifier says (RFC 6665 §4.1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndReason {
    /// `deactivated`: subscribe again, at once.
    Deactivated,
    /// `probation`: subscribe again later.
    Probation,
    /// `rejected`: the one who is watched does not want it, and will not.
    Rejected,
    /// `timeout`: it was not refreshed in time.
    Timeout,
    /// `giveup`: nobody could be asked for permission in time; subscribe again later.
    GiveUp,
    /// `noresource`: there is nothing to watch any more.
    NoResource,
    /// `invariant`: what is watched will never change again.
    Invariant,
    /// A reason of somebody's own, or none at all (an empty text).
    Other(String),
}

impl EndReason {
    /// As it stands in `Subscription-State`.
    pub fn name(&self) -> &str {
        match self {
            EndReason::Deactivated => "deactivated",
            EndReason::Probation => "probation",
            EndReason::Rejected => "rejected",
            EndReason::Timeout => "timeout",
            EndReason::GiveUp => "giveup",
            EndReason::NoResource => "noresource",
            EndReason::Invariant => "invariant",
            EndReason::Other(text) => text,
        }
    }

    fn read(text: &str) -> EndReason {
        match &*text.to_ascii_lowercase() {
            "deactivated" => EndReason::Deactivated,
            "probation" => EndReason::Probation,
            "rejected" => EndReason::Rejected,
            "timeout" => EndReason::Timeout,
            "giveup" => EndReason::GiveUp,
            "noresource" => EndReason::NoResource,
            "invariant" => EndReason::Invariant,
            _ => EndReason::Other(text.to_owned()),
        }
    }
}

/// What a NOTIFY says about its subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    Active,
    Pending,
    /// With what the notifier asks to wait before the next try.
    Terminated(EndReason, Option<Duration>),
    /// A state of somebody's own.
    Unknown(String),
}

/// `Subscription-State`, and the time that is left.
pub(crate) fn read(message: &Message) -> (Told, Option<Duration>) {
    // Required, but missing where a notifier is older than the header.
    let Some(value) = message.header("Subscription-State") else {
        return (Told::Active, None);
    };
    let word = split_outside(value, b';').next().unwrap_or_default().trim();
    let seconds = |name| {
        parameter(value, name)
            .and_then(|n| n.trim().parse().ok())
            .map(Duration::from_secs)
    };
    let told = match &*word.to_ascii_lowercase() {
        "active" => Told::Active,
        "pending" => Told::Pending,
        "terminated" => Told::Terminated(
            EndReason::read(parameter(value, "reason").unwrap_or_default()),
            parameter(value, "retry-after").and_then(parse_retry_after),
        ),
        _ => Told::Unknown(word.to_owned()),
    };
    (told, seconds("expires"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::Transport;

    fn notify(headers: &str) -> Message {
        let text = format!("NOTIFY sip:a@h SIP/2.0\r\n{headers}\r\n\r\n");
        Message::new(text.as_bytes(), None, Transport::Udp)
    }

    #[test]
    fn events_are_read_in_both_forms() {
        let read = |h: &str| EventName::read(&notify(h));
        let name = read("Event: Presence.winfo ; id=a7").unwrap();
        assert!(name.is("presence.winfo", Some("a7")) && !name.is("presence.winfo", None));
        assert!(read("o: dialog").unwrap().is("dialog", None));
        assert_eq!((read("X: y"), read("Event: ;id=1")), (None, None));
    }

    #[test]
    fn states_reasons_and_times_are_read() {
        let s = Duration::from_secs;
        for (value, told, left) in [
            ("active;expires=60", Told::Active, Some(s(60))),
            ("ACTIVE", Told::Active, None),
            ("pending ; expires=x", Told::Pending, None),
            (
                "terminated;reason=probation;retry-after=7",
                Told::Terminated(EndReason::Probation, Some(s(7))),
                None,
            ),
            (
                "terminated",
                Told::Terminated(EndReason::Other(String::new()), None),
                None,
            ),
            (
                "terminated;reason=bored",
                Told::Terminated(EndReason::Other("bored".into()), None),
                None,
            ),
            ("half-active;expires=5", Told::Unknown("half-active".into()), Some(s(5))),
        ] {
            assert_eq!(
                read(&notify(&format!("Subscription-State: {value}"))),
                (told, left),
                "{value}"
            );
        }
        assert_eq!(read(&notify("X: y")).0, Told::Active);
    }
}
