//! The document as JSON Schema (draft 2020-12), made from the tables of keys, so that it cannot differ from them.

use serde_json::{Map, Value, json};

use super::check::{self, INERT, MAX_PORTS};
use super::read::{MAX_ACCOUNTS, MAX_SERIAL, REFRESH};
use crate::compat::ini::{ACCOUNT_KEYS, Key, SETTINGS_KEYS, ValueKind};

/// The schema; `docs/provisioning.schema.json` is this, as text.
///
/// It has the keys that need permission ([`ProvisionRules`](super::ProvisionRules)), marked in their descriptions. What a schema cannot say
/// is checked by [`ProvisionDocument::parse`](super::ProvisionDocument::parse) alone: members and account numbers that are there twice,
/// and the length of a list as a whole.
pub fn schema() -> Value {
    let mut account = properties(ACCOUNT_KEYS);
    account.insert(
        "id".into(),
        json!({ "type": "integer", "minimum": 1, "maximum": MAX_ACCOUNTS,
            "description": "The account's number, N of [AccountN]. Numbers start at 1 and have no gaps." }),
    );
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "microsip provisioning document",
        "description": "Settings and accounts for microsip. Keys and meanings are those of microsip.ini. See provisioning.md.",
        "type": "object",
        "required": ["microsip"],
        "additionalProperties": false,
        "properties": {
            "$schema": { "type": "string" },
            "microsip": { "const": 1, "description": "The version of this format." },
            "serial": {
                "description": "What the server calls this version of the document; for people and logs.",
                "anyOf": [
                    { "type": "string", "maxLength": MAX_SERIAL, "pattern": INERT },
                    { "type": "integer", "minimum": 0, "maximum": i64::MAX }
                ]
            },
            "refresh": {
                "description": "Seconds until the document is to be asked for again.",
                "type": "integer", "minimum": REFRESH.0, "maximum": REFRESH.1
            },
            "settings": {
                "description": "Keys of [Settings]; those that are missing stay as they are.",
                "type": "object",
                "additionalProperties": false,
                "properties": properties(SETTINGS_KEYS)
            },
            "accounts": {
                "description": "Keys of [Account1], [Account2], …; those that are missing stay as they are.",
                "type": "array",
                "maxItems": MAX_ACCOUNTS,
                "items": {
                    "type": "object",
                    "required": ["id"],
                    "additionalProperties": false,
                    "properties": account
                }
            },
            "remove_accounts": {
                "description": "Whether accounts that are not in the document are removed.",
                "type": "boolean",
                "default": false
            }
        }
    })
}

fn properties(keys: &[Key]) -> Map<String, Value> {
    keys.iter()
        .filter(|key| !check::is_memory(key))
        .map(|key| (key.name.to_owned(), property(key)))
        .collect()
}

fn property(key: &Key) -> Value {
    let mut property = match key.kind {
        ValueKind::Flag | ValueKind::One | ValueKind::NotZero => json!({ "enum": [true, false, 1, 0, "1", "0"] }),
        ValueKind::Int { min, max } | ValueKind::Clamped { min, max } => {
            json!({ "type": "integer", "minimum": min, "maximum": max })
        }
        ValueKind::Choice(texts) => {
            let mut values: Vec<Value> = texts.iter().map(|text| json!(text)).collect();
            values.extend(check::numbers(texts).into_iter().map(|n| json!(n)));
            json!({ "enum": values })
        }
        ValueKind::List { separators, max } => {
            let between: String = separators.iter().collect();
            let rest = max.saturating_sub(1);
            json!({ "anyOf": [
                { "type": "string", "maxLength": key.limit(),
                  "allOf": [{ "pattern": INERT }, { "pattern": format!("^[^{between}]*([{between}][^{between}]*){{0,{rest}}}$") }] },
                { "type": "array", "maxItems": max, "items": { "type": "string", "minLength": 1,
                  "allOf": [{ "pattern": INERT }, { "pattern": format!("^[^{between}]*$") }] } }
            ] })
        }
        ValueKind::Ports => json!({ "type": "array", "maxItems": MAX_PORTS,
            "items": { "type": "integer", "minimum": 1, "maximum": 65_535 } }),
        // Texts and passwords; and kinds to come, which the parser refuses until they are known here.
        _ => json!({ "type": "string", "maxLength": key.limit(), "pattern": INERT }),
    };
    let permission = if check::is_hook(key) {
        " Refused unless hooks are allowed."
    } else if key.name == "ringingSound" {
        " Other than bare file names are refused unless files are allowed."
    } else if check::is_file(key) {
        " Refused unless files are allowed."
    } else {
        ""
    };
    if let Some(property) = property.as_object_mut() {
        property.insert("description".into(), json!(format!("{}{permission}", key.meaning)));
    }
    property
}
