//! Lines about presence.

use super::because;
use crate::run::events::{LineOut, MessagesOut, NotifyOut, PresenceOut, SubscriptionOut, WatcherOut};
use crate::style::{BAD, GOOD, STRONG, clean, paint};

pub(super) fn subscription(s: &SubscriptionOut) -> String {
    let style = match s.state {
        "active" => GOOD,
        "retrying" | "ended" if s.error.is_some() => BAD,
        _ => STRONG,
    };
    let reason = s.reason.as_deref().filter(|r| !r.is_empty());
    let reason = reason.map(|r| format!(" ({})", clean(r))).unwrap_or_default();
    let again = s.retry_in.map(|t| format!(", again in {t:.1} s")).unwrap_or_default();
    format!(
        "{} of {} {}{reason}{again}{}",
        clean(&s.of.package),
        clean(&s.of.target),
        paint(style, s.state),
        because(s.error.as_ref())
    )
}

pub(super) fn notify(n: &NotifyOut) -> String {
    let what = match (&n.content_type, &n.body) {
        (Some(kind), Some(body)) => format!(" ({}): {}", clean(kind), clean(body)),
        _ => String::new(),
    };
    format!(
        "{} of {}{what}",
        paint(STRONG, clean(&n.of.package)),
        clean(&n.of.target)
    )
}

pub(super) fn unreadable(n: &NotifyOut) -> String {
    format!(
        "{} of {} cannot be read{}",
        clean(&n.of.package),
        clean(&n.of.target),
        because(n.error.as_ref())
    )
}

pub(super) fn presence(p: &PresenceOut) -> String {
    let note = p.note.as_deref().map(|n| format!(": {}", clean(n))).unwrap_or_default();
    format!("{} is {}{note}", clean(&p.of.target), paint(STRONG, p.state))
}

pub(super) fn watcher(w: &WatcherOut) -> String {
    let from = clean(&w.from);
    match w.state {
        "pending" => format!(
            "watcher {} asks for our {}: {from}; accept-watcher or reject-watcher",
            w.watcher,
            clean(&w.package)
        ),
        "active" => format!("watcher {} of our {}: {from}", w.watcher, clean(&w.package)),
        _ => format!(
            "watcher {} of our {} is gone ({}): {from}",
            w.watcher,
            clean(&w.package),
            clean(w.reason.as_deref().unwrap_or_default())
        ),
    }
}

pub(super) fn watchers(list: &[WatcherOut]) -> String {
    if list.is_empty() {
        return "nobody watches us".into();
    }
    list.iter().map(watcher).collect::<Vec<_>>().join("\n  ")
}

pub(super) fn line(l: &LineOut) -> String {
    let with = l
        .remote
        .as_deref()
        .map(|r| format!(" with {}", clean(r)))
        .unwrap_or_default();
    let hold = if l.on_hold { ", held" } else { "" };
    let stale = if l.stale { ", not sure" } else { "" };
    format!(
        "line {} is {}{with}{hold}{stale}",
        clean(&l.of.target),
        paint(STRONG, l.state)
    )
}

pub(super) fn messages(m: &MessagesOut) -> String {
    let whose = clean(m.mailbox.as_deref().unwrap_or(&m.account));
    if !m.waiting {
        return format!("no messages wait in {whose}");
    }
    let counts: Vec<_> = m
        .counts
        .iter()
        .map(|c| format!("{} new and {} old of kind {}", c.new, c.old, clean(&c.kind)))
        .collect();
    format!("{} in {whose}: {}", paint(STRONG, "messages wait"), counts.join(", "))
}
