//! What to ask the database for.

use rusqlite::types::Value;

use crate::compat::contacts::user_part;

use super::record::CallType;

/// In which order answers come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Order {
    /// Latest first.
    #[default]
    NewestFirst,
    /// Earliest first.
    OldestFirst,
}

impl Order {
    /// Stable lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Order::NewestFirst => "newest_first",
            Order::OldestFirst => "oldest_first",
        }
    }

    pub(crate) fn sql(self) -> &'static str {
        match self {
            Order::NewestFirst => "ORDER BY time DESC, id DESC",
            Order::OldestFirst => "ORDER BY time, id",
        }
    }
}

/// Which messages. As [`CallQuery`], without types.
pub type MessageQuery = CallQuery;

/// Which calls: all conditions given must hold. Without any, all calls.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CallQuery {
    number: Option<String>,
    exact: bool,
    types: Vec<CallType>,
    from: Option<i64>,
    to: Option<i64>,
    text: Option<String>,
    order: Order,
    limit: Option<u32>,
    offset: u32,
}

impl CallQuery {
    /// All.
    pub fn new() -> CallQuery {
        CallQuery::default()
    }

    /// Of this number, in whatever way it is written; where both have more than 3 characters, the longer of the two may have up
    /// to 3 extra leading ones, as MicroSIP compares callers with contacts.
    #[must_use]
    pub fn number(mut self, number: &str) -> CallQuery {
        self.number = Some(user_part(number));
        self.exact = false;
        self
    }

    /// Of exactly this number, in whatever way it is written.
    #[must_use]
    pub fn exact_number(mut self, number: &str) -> CallQuery {
        self.number = Some(user_part(number));
        self.exact = true;
        self
    }

    /// Of this type; more than one may be given.
    #[must_use]
    pub fn kind(mut self, kind: CallType) -> CallQuery {
        self.types.push(kind);
        self
    }

    /// Begun at this second since 1970 or later.
    #[must_use]
    pub fn from(mut self, seconds: i64) -> CallQuery {
        self.from = Some(seconds);
        self
    }

    /// Begun before this second since 1970.
    #[must_use]
    pub fn before(mut self, seconds: i64) -> CallQuery {
        self.to = Some(seconds);
        self
    }

    /// With this text in number, name or info (of a message: in its text), upper and lower case being equal. No character has a
    /// special meaning.
    #[must_use]
    pub fn text(mut self, text: &str) -> CallQuery {
        self.text = Some(text.to_lowercase());
        self
    }

    /// In this order; [`Order::NewestFirst`] unless told.
    #[must_use]
    pub fn order(mut self, order: Order) -> CallQuery {
        self.order = order;
        self
    }

    /// At most so many.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> CallQuery {
        self.limit = Some(limit);
        self
    }

    /// Without the first so many.
    #[must_use]
    pub fn offset(mut self, offset: u32) -> CallQuery {
        self.offset = offset;
        self
    }

    /// The condition and its values. No value is ever part of the statement.
    pub(crate) fn condition(&self, with_types: bool) -> (String, Vec<Value>) {
        let mut parts = vec!["1".to_owned()];
        let mut values: Vec<Value> = Vec::new();
        if let Some(number) = &self.number {
            let mut keys = vec![number.clone()];
            let length = number.chars().count();
            if !self.exact && length > 3 {
                // Shorter ones this one ends with, as long as they have more than 3 characters themselves.
                keys.extend(
                    (1..=3)
                        .filter(|n| length - n > 3)
                        .map(|n| number.chars().skip(n).collect()),
                );
            }
            let marks = vec!["?"; keys.len()].join(", ");
            let mut part = format!("number_key IN ({marks})");
            values.extend(keys.into_iter().map(Value::Text));
            if !self.exact && length > 3 {
                part.push_str(" OR (substr(number_key, -length(?)) = ? AND length(number_key) <= length(?) + 3)");
                values.extend([0; 3].map(|_| Value::Text(number.clone())));
            }
            parts.push(format!("({part})"));
        }
        if with_types && !self.types.is_empty() {
            parts.push(format!("type IN ({})", vec!["?"; self.types.len()].join(", ")));
            values.extend(self.types.iter().map(|t| Value::Integer(i64::from(t.number()))));
        }
        if let Some(from) = self.from {
            parts.push("time >= ?".to_owned());
            values.push(Value::Integer(from));
        }
        if let Some(to) = self.to {
            parts.push("time < ?".to_owned());
            values.push(Value::Integer(to));
        }
        if let Some(text) = self.text.as_ref().filter(|text| !text.is_empty()) {
            parts.push("instr(folded, ?) > 0".to_owned());
            values.push(Value::Text(text.clone()));
        }
        (parts.join(" AND "), values)
    }

    /// Order and range.
    pub(crate) fn tail(&self) -> String {
        let limit = self.limit.map_or(-1, i64::from);
        format!("{} LIMIT {limit} OFFSET {}", self.order.sql(), self.offset)
    }
}
