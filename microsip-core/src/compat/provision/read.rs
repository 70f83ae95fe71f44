//! From bytes to a document, every problem on the way being told.

use std::collections::HashSet;

use super::check;
use super::document::{Pairs, ProvisionDocument, ProvisionRules};
use super::json::Node;
use super::problem::Problems;
use crate::compat::ini::{ACCOUNT_KEYS, Key, SETTINGS_KEYS, SectionKind};

/// The longest document, in bytes.
pub(super) const MAX_BYTES: usize = 1 << 20;
/// The largest number of an account.
pub(super) const MAX_ACCOUNTS: i64 = 256;
/// The longest `serial`, in characters.
pub(super) const MAX_SERIAL: usize = 255;
/// `refresh`, in seconds: from a minute to a week.
pub(super) const REFRESH: (i64, i64) = (60, 604_800);

/// Reads what can be read; it counts only if there are no problems.
pub(super) fn read(bytes: &[u8], rules: ProvisionRules, problems: &mut Problems) -> Option<ProvisionDocument> {
    if bytes.len() > MAX_BYTES {
        let what = format!("it has {} bytes; at most {MAX_BYTES} are allowed", bytes.len());
        problems.add("$", what);
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let members = match serde_json::from_slice(bytes) {
        Ok(Node::Object(members)) => members,
        Ok(node) => {
            problems.add("$", format!("an object is expected, found {}", node.kind()));
            return None;
        }
        // The words name a place and what was expected there, not what stands there.
        Err(e) => {
            let what = format!("it is no JSON: line {}, column {}", e.line(), e.column());
            problems.add("$", what);
            return None;
        }
    };
    let mut document = ProvisionDocument {
        serial: None,
        refresh: None,
        remove_accounts: false,
        settings: Vec::new(),
        accounts: Vec::new(),
    };
    let (mut version, mut seen) = (false, HashSet::new());
    for (name, node) in &members {
        let path = member("$", name);
        if !seen.insert(name.as_str()) {
            problems.add(path, "it is there twice");
            continue;
        }
        match name.as_str() {
            "$schema" => match node {
                Node::Text(_) => {}
                other => problems.add(path, format!("a text is expected, found {}", other.kind())),
            },
            "microsip" => {
                version = true;
                if node.integer() != Some(1) {
                    problems.add(path, "1 is expected: the version of the format that is known here");
                }
            }
            "serial" => match serial(node) {
                Some(serial) => document.serial = Some(serial),
                None => problems.add(
                    path,
                    format!("a text of at most {MAX_SERIAL} characters or a whole number from 0 is expected"),
                ),
            },
            "refresh" => match node.integer().filter(|n| (REFRESH.0..=REFRESH.1).contains(n)) {
                Some(seconds) => document.refresh = u32::try_from(seconds).ok(),
                None => problems.add(
                    path,
                    format!("seconds from {} to {} are expected", REFRESH.0, REFRESH.1),
                ),
            },
            "remove_accounts" => match node {
                Node::Bool(remove) => document.remove_accounts = *remove,
                other => problems.add(path, format!("true or false is expected, found {}", other.kind())),
            },
            "settings" => match node {
                Node::Object(members) => {
                    document.settings = pairs(&path, SectionKind::Settings, members, rules, problems);
                }
                other => problems.add(path, format!("an object is expected, found {}", other.kind())),
            },
            "accounts" => match node {
                Node::List(items) => document.accounts = accounts(&path, items, rules, problems),
                other => problems.add(path, format!("an array is expected, found {}", other.kind())),
            },
            _ => problems.add(
                path,
                "there is no such member; known are microsip, serial, refresh, settings, accounts and remove_accounts",
            ),
        }
    }
    if !version {
        problems.add("$.microsip", "it is missing; \"microsip\": 1 says what the document is");
    }
    Some(document)
}

fn serial(node: &Node) -> Option<String> {
    match node {
        Node::Text(text) => {
            let broken = |c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER;
            (text.chars().count() <= MAX_SERIAL && !text.contains(broken)).then(|| text.clone())
        }
        node => node.integer().filter(|n| *n >= 0).map(|n| n.to_string()),
    }
}

fn accounts(path: &str, items: &[Node], rules: ProvisionRules, problems: &mut Problems) -> Vec<(u32, Pairs)> {
    if items.len() > usize::try_from(MAX_ACCOUNTS).unwrap_or_default() {
        problems.add(
            path,
            format!("there are {} accounts; at most {MAX_ACCOUNTS} are allowed", items.len()),
        );
        return Vec::new();
    }
    let mut accounts: Vec<(u32, Pairs)> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let path = format!("{path}[{index}]");
        let Node::Object(members) = item else {
            problems.add(path, format!("an object is expected, found {}", item.kind()));
            continue;
        };
        let ids: Vec<&Node> = members
            .iter()
            .filter(|(name, _)| name == "id")
            .map(|(_, id)| id)
            .collect();
        let id = match ids.as_slice() {
            [id] => id
                .integer()
                .filter(|n| (1..=MAX_ACCOUNTS).contains(n))
                .and_then(|n| u32::try_from(n).ok()),
            _ => None,
        };
        match id {
            None => problems.add(
                format!("{path}.id"),
                format!("an account has one number from 1 to {MAX_ACCOUNTS}"),
            ),
            Some(id) if accounts.iter().any(|(other, _)| *other == id) => {
                problems.add(format!("{path}.id"), format!("account {id} is there twice"));
            }
            Some(_) => {}
        }
        let pairs = pairs(&path, SectionKind::Account, members, rules, problems);
        accounts.push((id.unwrap_or_default(), pairs));
    }
    accounts
}

fn pairs(
    path: &str,
    section: SectionKind,
    members: &[(String, Node)],
    rules: ProvisionRules,
    problems: &mut Problems,
) -> Pairs {
    let keys = match section {
        SectionKind::Settings => SETTINGS_KEYS,
        _ => ACCOUNT_KEYS,
    };
    let (mut pairs, mut seen) = (Vec::new(), HashSet::new());
    for (name, node) in members {
        if section == SectionKind::Account && name == "id" {
            continue;
        }
        let path = member(path, name);
        if !seen.insert(name.as_str()) {
            problems.add(path, "it is there twice");
            continue;
        }
        let Some(key) = keys.iter().find(|key| key.name == name) else {
            problems.add(path, unknown(keys, name));
            continue;
        };
        if let Some(why) = forbidden(key, node, rules) {
            problems.add(path, why);
            continue;
        }
        match check::text(key, node) {
            Ok(text) => pairs.push((key, text)),
            Err(what) => problems.add(path, what),
        }
    }
    pairs
}

fn forbidden(key: &Key, node: &Node, rules: ProvisionRules) -> Option<&'static str> {
    if check::is_memory(key) {
        return Some("this is the program's own memory and cannot be provisioned");
    }
    if check::is_hook(key) && !rules.allow_hooks {
        return Some(
            "commands cannot be provisioned, as they are programs that run here; allow hooks explicitly if they may",
        );
    }
    let bare = matches!(node, Node::Text(name) if key.name == "ringingSound" && check::is_bare_name(name));
    if check::is_file(key) && !rules.allow_files && !bare {
        return Some(match key.name {
            "ringingSound" => "only the bare name of a file can be provisioned; allow files explicitly for others",
            _ => "folders cannot be provisioned; allow files explicitly if they may",
        });
    }
    None
}

fn unknown(keys: &[Key], name: &str) -> String {
    if let Some(key) = keys.iter().find(|key| key.name.eq_ignore_ascii_case(name)) {
        return format!("there is no such key; it is written {}", key.name);
    }
    let near = keys
        .iter()
        .filter(|_| name.len() <= 40)
        .map(|key| {
            (
                strsim::levenshtein(&name.to_lowercase(), &key.name.to_lowercase()),
                key.name,
            )
        })
        .min()
        .filter(|(distance, _)| *distance <= 2 && distance * 3 < name.len());
    match near {
        Some((_, near)) => format!("there is no such key; perhaps {near} is meant"),
        None => "there is no such key".into(),
    }
}

/// The path of a member, whose name may be anything.
fn member(path: &str, name: &str) -> String {
    let plain = !name.is_empty()
        && name.len() <= 40
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$'));
    if plain {
        format!("{path}.{name}")
    } else {
        format!("{path}[{}]", check::quote(name))
    }
}
