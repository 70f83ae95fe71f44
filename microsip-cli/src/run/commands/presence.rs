//! Commands about presence: watching, being watched.

use microsip_core::Presence;

use super::values::{number, presence};
use super::{Wrong, first_word, wrong};
use crate::args::complete_target;

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub enum PresenceCommand {
    /// `watch URI`.
    Watch(String),
    /// `blf URI`.
    Line(String),
    /// `mwi [URI]`.
    Mailbox(Option<String>),
    /// `unwatch URI`.
    Unwatch(String),
    /// `subscribe PACKAGE URI`.
    Subscribe(String, String),
    /// `presence STATE [TEXT]`.
    Own(Presence, String),
    /// `watchers`.
    Watchers,
    /// `accept-watcher NUMBER`.
    Accept(u64),
    /// `reject-watcher NUMBER`.
    Reject(u64),
}

/// Reads one; `None` when it is none of these.
pub(super) fn read(name: &str, argument: &str, domain: &str) -> Option<Result<PresenceCommand, Wrong>> {
    let target = |argument: &str, example: &str| {
        complete_target(argument, domain).map_err(|why| wrong(format!("{name} needs a target: {why}"), example))
    };
    Some(match name {
        "watch" => target(argument, "watch sip:1002@example.org").map(PresenceCommand::Watch),
        "presence" => {
            let (state, text) = first_word(argument);
            presence(state).map(|state| PresenceCommand::Own(state, text.to_owned()))
        }
        "blf" => target(argument, "blf sip:1002@example.org").map(PresenceCommand::Line),
        "mwi" if argument.is_empty() => Ok(PresenceCommand::Mailbox(None)),
        "mwi" => target(argument, "mwi sip:voicemail@example.org").map(|uri| PresenceCommand::Mailbox(Some(uri))),
        "unwatch" => target(argument, "unwatch sip:1002@example.org").map(PresenceCommand::Unwatch),
        "subscribe" => {
            let (package, uri) = first_word(argument);
            let example = "subscribe dialog sip:1002@example.org";
            if package.is_empty() || package.contains(':') || uri.is_empty() {
                Err(wrong("subscribe needs an event package and a target", example))
            } else {
                target(uri, example).map(|uri| PresenceCommand::Subscribe(package.to_owned(), uri))
            }
        }
        "watchers" if argument.is_empty() => Ok(PresenceCommand::Watchers),
        "watchers" => Err(wrong("watchers takes no argument", "watchers")),
        "accept-watcher" => number(name, argument).map(PresenceCommand::Accept),
        "reject-watcher" => number(name, argument).map(PresenceCommand::Reject),
        _ => return None,
    })
}
