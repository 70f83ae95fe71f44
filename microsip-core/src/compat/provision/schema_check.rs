//! A validator for the part of JSON Schema that [`schema`](super::schema) uses; tests only. Any other keyword is a failure, so that none is
//! passed over.
//!
//! The crate jsonschema gives the same verdicts; it would bring some thirty crates for this one test.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::Regex;
use serde_json::Value;

/// Whether a value is as the schema says.
pub(super) fn is_valid(schema: &Value, value: &Value) -> bool {
    let schema = schema.as_object().unwrap();
    schema.iter().all(|(keyword, rule)| match keyword.as_str() {
        "$schema" | "title" | "description" | "default" => true,
        "type" => has_type(rule.as_str().unwrap(), value),
        "const" => same(rule, value),
        "enum" => rule.as_array().unwrap().iter().any(|allowed| same(allowed, value)),
        "anyOf" => rule.as_array().unwrap().iter().any(|schema| is_valid(schema, value)),
        "allOf" => rule.as_array().unwrap().iter().all(|schema| is_valid(schema, value)),
        // The others concern values of one type and say nothing of those of another.
        "minimum" => value.as_f64().is_none_or(|_| !is_less(value, rule)),
        "maximum" => value.as_f64().is_none_or(|_| !is_less(rule, value)),
        "minLength" => value
            .as_str()
            .is_none_or(|s| s.chars().count() as u64 >= rule.as_u64().unwrap()),
        "maxLength" => value
            .as_str()
            .is_none_or(|s| s.chars().count() as u64 <= rule.as_u64().unwrap()),
        "pattern" => value.as_str().is_none_or(|s| matches(rule.as_str().unwrap(), s)),
        "maxItems" => value
            .as_array()
            .is_none_or(|items| items.len() as u64 <= rule.as_u64().unwrap()),
        "items" => value
            .as_array()
            .is_none_or(|items| items.iter().all(|item| is_valid(rule, item))),
        "required" => value.as_object().is_none_or(|object| {
            rule.as_array()
                .unwrap()
                .iter()
                .all(|name| object.contains_key(name.as_str().unwrap()))
        }),
        "properties" => value.as_object().is_none_or(|object| {
            let known = |(name, value)| rule.get::<&String>(name).is_none_or(|schema| is_valid(schema, value));
            object.iter().all(known)
        }),
        "additionalProperties" => {
            assert_eq!(rule, &Value::Bool(false));
            let known = schema["properties"].as_object().unwrap();
            value
                .as_object()
                .is_none_or(|object| object.keys().all(|name| known.contains_key(name)))
        }
        other => panic!("the keyword {other} is not known to this validator"),
    })
}

/// Patterns are few, and slow to be made.
fn matches(pattern: &str, text: &str) -> bool {
    thread_local!(static MADE: RefCell<HashMap<String, Regex>> = RefCell::default());
    MADE.with_borrow_mut(|made| {
        made.entry(pattern.to_owned())
            .or_insert_with(|| Regex::new(pattern).unwrap())
            .is_match(text)
    })
}

fn has_type(name: &str, value: &Value) -> bool {
    match name {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|n| n.fract() == 0.0),
        other => panic!("the type {other} is not known to this validator"),
    }
}

/// Numbers are equal by their value: 1.0 is 1.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(_), Value::Number(_)) => !is_less(a, b) && !is_less(b, a),
        _ => a == b,
    }
}

fn is_less(a: &Value, b: &Value) -> bool {
    match (a.as_i64(), b.as_i64()) {
        (Some(a), Some(b)) => a < b,
        _ => a.as_f64() < b.as_f64(),
    }
}
