//! A value of the document against the key it is for: which JSON is allowed, and the text it becomes in the settings file.

use super::json::Node;
use crate::Secret;
use crate::compat::ini::{Key, ValueKind};

/// What no value may have in it: control characters, and the mark of broken text.
pub(super) const INERT: &str = r"^[^\u0000-\u001f\u007f-\u009f\ufffd]*$";

/// How many ports fit into the value.
pub(super) const MAX_PORTS: usize = 42;

/// The settings that are the program's own memory; to set them from outside could only break it.
pub(super) fn is_memory(key: &Key) -> bool {
    matches!(
        key.name,
        "callsLastKey" | "checkUpdatesTime" | "version" | "lastCallNumber" | "lastCallHasVideo"
    )
}

/// The settings that are commands.
pub(super) fn is_hook(key: &Key) -> bool {
    key.name.starts_with("cmd")
}

/// The settings that name files or folders.
pub(super) fn is_file(key: &Key) -> bool {
    matches!(key.name, "ringingSound" | "recordingPath")
}

/// Whether a sound's name means one beside the program: no folder, drive, network share or variable.
pub(super) fn is_bare_name(name: &str) -> bool {
    !name.contains(['/', '\\', ':', '%', '$', '~']) && name != ".."
}

/// The integers that stand for the texts of a choice, as with `DTMFMethod`.
pub(super) fn numbers(texts: &[&str]) -> Vec<i64> {
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

/// The text in the settings file. The error says what is allowed, and what was found unless that is a secret.
pub(super) fn text(key: &Key, node: &Node) -> Result<Secret, String> {
    let text = match (key.kind, node) {
        (ValueKind::Flag | ValueKind::One | ValueKind::NotZero, node) => {
            let on = match node {
                Node::Bool(on) => Some(*on),
                Node::Text(text) if text == "1" => Some(true),
                Node::Text(text) if text == "0" => Some(false),
                node => node.integer().filter(|n| matches!(n, 0 | 1)).map(|n| n == 1),
            };
            on.map(|on| if on { "1" } else { "0" }.to_owned())
        }
        (ValueKind::Int { min, max } | ValueKind::Clamped { min, max }, node) => node
            .integer()
            .filter(|n| (min..=max).contains(n))
            .map(|n| n.to_string()),
        (ValueKind::Choice(texts), Node::Text(text)) => texts.contains(&text.as_str()).then(|| text.clone()),
        (ValueKind::Choice(texts), node) => node
            .integer()
            .filter(|n| numbers(texts).contains(n))
            .map(|n| n.to_string()),
        (ValueKind::Text | ValueKind::Quoted | ValueKind::Password, Node::Text(text)) => Some(text.clone()),
        (ValueKind::List { separators, max }, Node::Text(text)) => {
            (text.matches(separators).count() < max).then(|| text.clone())
        }
        (ValueKind::List { separators, max }, Node::List(items)) => {
            let items: Option<Vec<&str>> = items
                .iter()
                .map(|item| match item {
                    Node::Text(item) if !item.is_empty() && !item.contains(separators) => Some(item.as_str()),
                    _ => None,
                })
                .collect();
            items
                .filter(|items| items.len() <= max)
                .map(|items| items.join(&separators[..1].iter().collect::<String>()))
        }
        (ValueKind::Ports, Node::List(items)) => {
            let ports: Option<Vec<String>> = items
                .iter()
                .map(|item| {
                    item.integer()
                        .filter(|n| (1..=65_535).contains(n))
                        .map(|n| n.to_string())
                })
                .collect();
            ports
                .filter(|ports| ports.len() <= MAX_PORTS)
                .map(|ports| ports.join(","))
        }
        _ => None,
    };
    let Some(text) = text.map(Secret::new) else {
        return Err(format!("{}; found {}", allowed(key), found(key, node)));
    };
    let broken = |c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER;
    if text.reveal().contains(broken) {
        return Err("a setting is one line of text, without control or broken characters".into());
    }
    let units = text.reveal().encode_utf16().count();
    if units > key.limit() {
        return Err(format!(
            "it has {units} characters; at most {} are allowed",
            key.limit()
        ));
    }
    Ok(text)
}

/// What is allowed, in words.
pub(super) fn allowed(key: &Key) -> String {
    match key.kind {
        ValueKind::Flag | ValueKind::One | ValueKind::NotZero => "allowed: true, false, 1 or 0".into(),
        ValueKind::Int { .. } | ValueKind::Clamped { .. } => format!("{} (a whole number)", key.allowed()),
        ValueKind::List { .. } => format!("{}, or an array of texts", key.allowed()),
        ValueKind::Ports => format!("allowed: an array of at most {MAX_PORTS} ports from 1 to 65535"),
        _ => key.allowed(),
    }
}

fn found(key: &Key, node: &Node) -> String {
    match node {
        _ if key.is_secret() => node.kind().to_owned(),
        Node::Text(text) => quote(text),
        Node::Bool(on) => on.to_string(),
        Node::Int(n) => n.to_string(),
        Node::Float(n) => n.to_string(),
        node => node.kind().to_owned(),
    }
}

/// A stranger's text as a message may quote it: short, and inert in a log. What may be an address keeps its secrets.
pub(super) fn quote(text: &str) -> String {
    if text.contains("://") {
        return format!("{:?}", crate::compat::fetch::shown_url(text));
    }
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}
