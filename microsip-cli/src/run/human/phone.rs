//! What a phone with settings tells, for people.

use crate::run::phone::{DialOut, HistoryOut, HookOut, SettingsOut, WarningOut};
use crate::style::{BAD, DIM, GOOD, STRONG, clean, paint};

pub(super) fn dial(dial: &DialOut) -> String {
    let target = clean(&dial.target);
    match (dial.state, &dial.error) {
        (_, Some(error)) => format!("{} {target}: {}", paint(BAD, "not dialled:"), clean(&error.message)),
        ("delayed", None) => format!("{target} {}", paint(DIM, "is dialled when the account has registered")),
        (_, None) => format!("{} {target}", paint(STRONG, "dialling")),
    }
}

pub(super) fn refused(from: &str, code: u16, reason: &str) -> String {
    format!(
        "a call from {} {} {code} {}",
        clean(from),
        paint(BAD, "was refused:"),
        clean(reason)
    )
}

pub(super) fn hook(hook: &HookOut) -> String {
    let outcome = match (hook.outcome, hook.status, &hook.trouble) {
        (_, Some(0), _) => paint(GOOD, "ended well"),
        (_, Some(status), _) => paint(BAD, format!("ended with status {status}")),
        (outcome, None, trouble) => {
            let why = trouble
                .as_deref()
                .map(|why| format!(": {}", clean(why)))
                .unwrap_or_default();
            paint(BAD, format!("{}{why}", outcome.replace('_', " ")))
        }
    };
    let output = match hook.output.trim() {
        "" => String::new(),
        text => format!("; it said: {}", clean(text)),
    };
    format!("{} {} {outcome}{output}", hook.hook, clean(&hook.program))
}

pub(super) fn settings(settings: &SettingsOut) -> String {
    let when = if settings.later {
        ", when the last call has ended"
    } else {
        ""
    };
    format!(
        "settings changed ({}): {}{when}",
        settings.source,
        settings.changed.join(", ")
    )
}

pub(super) fn warning(warning: &WarningOut) -> String {
    let used = warning
        .used
        .as_ref()
        .map(|used| format!("; {used:?} is used"))
        .unwrap_or_default();
    format!(
        "{} {}:{}: [{}] {}={}: {}{used}",
        paint(BAD, "settings"),
        clean(&warning.file),
        warning.line,
        clean(&warning.section),
        clean(&warning.key),
        clean(&warning.value),
        clean(&warning.allowed)
    )
}

pub(super) fn history(call: &HistoryOut) -> String {
    let name = match call.name.as_str() {
        "" => String::new(),
        name => format!(" ({})", clean(name)),
    };
    format!(
        "{} {} {}{name}, {} s: {}",
        paint(DIM, "history:"),
        call.kind,
        clean(&call.number),
        call.duration,
        clean(&call.info)
    )
}
