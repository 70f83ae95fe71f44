//! One call of the history, and its line in `microsip.ini`.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Longest ini value MicroSIP reads, in UTF-16 units.
pub const MAX_LINE: usize = 255;

/// The direction and fate of a call (field `type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CallType {
    /// 0: we called.
    #[default]
    Outgoing,
    /// 1: somebody called and was answered.
    Incoming,
    /// 2: somebody called and was not answered.
    Missed,
    /// 3: somebody called and was answered by another device.
    Elsewhere,
}

impl CallType {
    /// Every type, in the order of their numbers.
    pub const ALL: [CallType; 4] = [
        CallType::Outgoing,
        CallType::Incoming,
        CallType::Missed,
        CallType::Elsewhere,
    ];

    /// Stable lower-case name, as it appears in JSON: `"outgoing"`, `"incoming"`, `"missed"`, `"elsewhere"`.
    pub fn name(self) -> &'static str {
        match self {
            CallType::Outgoing => "outgoing",
            CallType::Incoming => "incoming",
            CallType::Missed => "missed",
            CallType::Elsewhere => "elsewhere",
        }
    }

    /// Its name in MicroSIP's exports: `out`, `in`, `miss`, `else`.
    pub fn short_name(self) -> &'static str {
        match self {
            CallType::Outgoing => "out",
            CallType::Incoming => "in",
            CallType::Missed => "miss",
            CallType::Elsewhere => "else",
        }
    }

    /// Its number in `microsip.ini`, 0 to 3.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The type of a number; other numbers mean an outgoing call to MicroSIP, and nothing here.
    pub fn from_number(number: i64) -> Option<CallType> {
        CallType::ALL.into_iter().find(|t| i64::from(t.number()) == number)
    }

    /// The type of a name, of either kind, or of a number in digits; upper and lower case are equal.
    pub fn from_name(name: &str) -> Option<CallType> {
        let name = name.trim().to_ascii_lowercase();
        let named = CallType::ALL
            .into_iter()
            .find(|t| t.name() == name || t.short_name() == name);
        named.or_else(|| CallType::from_number(name.parse().ok()?))
    }
}

/// A call of the history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CallRecord {
    /// The peer: its user part, `user@host` if the host is not the account's domain; post-dial commas included.
    pub number: String,
    /// The contact's or the peer's own name.
    pub name: String,
    /// Direction and fate.
    pub kind: CallType,
    /// Start, in seconds since 1970 (UTC).
    pub time: i64,
    /// Seconds connected; 0 if it never was.
    pub duration: u32,
    /// How it ended, in words.
    pub info: String,
}

impl CallRecord {
    /// A call of this type with this number, begun at `time` (seconds since 1970).
    pub fn new(kind: CallType, number: impl Into<String>, time: i64) -> CallRecord {
        CallRecord {
            number: number.into(),
            kind,
            time,
            ..CallRecord::default()
        }
    }

    /// With a name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> CallRecord {
        self.name = name.into();
        self
    }

    /// With the seconds it was connected.
    #[must_use]
    pub fn duration(mut self, seconds: u32) -> CallRecord {
        self.duration = seconds;
        self
    }

    /// With the words of its end.
    #[must_use]
    pub fn info(mut self, info: impl Into<String>) -> CallRecord {
        self.info = info.into();
        self
    }

    /// The ini value `number;name;type;time;duration;info`. The format has no escapes: a `;` becomes a comma, a line end
    /// a space, parameters of a SIP address are left out (MicroSIP writes them and misreads the line then). If it would be longer than [`MAX_LINE`], `info`, then `name`, then `number` is cut.
    pub fn to_ini_line(&self) -> String {
        let clean = |text: &str| -> String {
            let inert = |c: char| if c.is_control() { ' ' } else { c };
            text.chars()
                .map(|c| if c == ';' { ',' } else { inert(c) })
                .collect::<String>()
                .trim()
                .to_owned()
        };
        let middle = format!(";{};{};{};", self.kind.number(), self.time, self.duration);
        let mut room = MAX_LINE.saturating_sub(middle.len() + 1);
        let mut fit = |text: &str| {
            let text = clean(text);
            let mut cut = String::new();
            for c in text.chars() {
                if c.len_utf16() > room {
                    break;
                }
                room -= c.len_utf16();
                cut.push(c);
            }
            cut.trim_end().to_owned()
        };
        let number = match self.number.split_once(';') {
            Some((address, _)) if address.contains('@') => address,
            _ => &self.number,
        };
        let (number, name, info) = (fit(number), fit(&self.name), fit(&self.info));
        format!("{number};{name}{middle}{info}")
    }

    /// Reads an ini value; none for a deleted place (`null`, or nothing) and for a text without number. A `;` within the name
    /// is understood as long as type, time and duration are numbers, and so are parameters of a SIP address. What is no number is read as 0, as MicroSIP does.
    pub fn from_ini_line(line: &str) -> Option<CallRecord> {
        let line = line.trim();
        if line.is_empty() || line.eq_ignore_ascii_case("null") {
            return None;
        }
        let parts: Vec<&str> = line.split(';').collect();
        let number = parts.first().map(|n| n.trim())?;
        // What would be written as nothing is no number.
        if number.chars().all(|c| c.is_control() || c.is_whitespace()) {
            return None;
        }
        let fits = |at: usize| {
            let parsed = |offset: usize| parts.get(at + offset).and_then(|p| p.trim().parse::<i64>().ok());
            parsed(0).and_then(CallType::from_number).is_some() && parsed(1).is_some() && parsed(2).is_some()
        };
        let at = (2..parts.len()).find(|at| fits(*at)).unwrap_or(2);
        let integer = |index: usize| parts.get(index).and_then(|p| p.trim().parse::<i64>().ok()).unwrap_or(0);
        // `user@host;transport=tcp;Name;…`
        let is_parameter = |p: &&&str| {
            let name = p.split('=').next().unwrap_or_default();
            **p == "lr" || matches!(name, "transport" | "user" | "maddr" | "ttl" | "method") && p.contains('=')
        };
        let middle = parts.get(1..at.min(parts.len())).unwrap_or_default();
        let extra = if number.contains('@') {
            middle.iter().take_while(is_parameter).count()
        } else {
            0
        };
        // The last of the middle is the name, whatever it looks like.
        let extra = extra.min(middle.len().saturating_sub(1));
        let number = parts.get(..=extra).unwrap_or_default().join(";").trim().to_owned();
        let join = |range: Option<&[&str]>| range.unwrap_or_default().join(";").trim().to_owned();
        Some(CallRecord {
            number,
            name: join(middle.get(extra..)),
            kind: CallType::from_number(integer(at)).unwrap_or_default(),
            time: integer(at + 1),
            duration: u32::try_from(integer(at + 2).max(0)).unwrap_or(u32::MAX),
            info: join(parts.get(at + 3..)),
        })
    }
}

/// Seconds since 1970 as RFC 3339 in UTC, if the year is between 0 and 9999.
pub(crate) fn rfc3339(seconds: i64) -> Option<String> {
    OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(&Rfc3339).ok()
}

/// A time as digits (seconds since 1970) or as RFC 3339.
pub(crate) fn read_time(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    Some(OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp())
}
