//! Dates in documents: `xs:dateTime`, which RFC 3339 narrows.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads a date from 1970 to 9999. One without a zone, which `xs:dateTime` allows, is taken as UTC.
pub(crate) fn read(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    let date = OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339))
        .ok()?;
    let seconds = u64::try_from(date.unix_timestamp()).ok()?;
    UNIX_EPOCH.checked_add(Duration::new(seconds, date.nanosecond()))
}

/// Writes a date in UTC, to the second. Dates outside of 1970 to 9999 are moved to its ends.
pub(crate) fn write(at: SystemTime) -> String {
    let seconds = at.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let last = 253_402_300_799;
    OffsetDateTime::from_unix_timestamp(i64::try_from(seconds).unwrap_or(last).min(last))
        .ok()
        .and_then(|date| date.format(&Rfc3339).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        for (text, expected) in [
            ("2005-01-05T11:30:00Z", at(1_104_924_600)),
            (" 2005-01-05T12:30:00+01:00\n", at(1_104_924_600)),
            ("2005-01-05T11:30:00", at(1_104_924_600)),
            ("1970-01-01T00:00:00Z", at(0)),
            ("9999-12-31T23:59:59Z", at(253_402_300_799)),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
            assert_eq!(read(&write(expected)), Some(expected), "{text}");
        }
        assert_eq!(
            read("2005-01-05T11:30:00.25Z"),
            Some(at(1_104_924_600) + Duration::from_millis(250))
        );
        assert_eq!(write(at(1_104_924_600)), "2005-01-05T11:30:00Z");
        for bad in [
            "",
            "now",
            "2005-01-05",
            "2005-13-05T11:30:00Z",
            "2005-02-30T11:30:00Z",
            "1969-12-31T23:59:59Z",
            "-0001-01-01T00:00:00Z",
            "99999-01-01T00:00:00Z",
            "2005-01-05T11:30:00ZZ",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert_eq!(write(UNIX_EPOCH - Duration::from_secs(9)), "1970-01-01T00:00:00Z");
        if let Some(far) = UNIX_EPOCH.checked_add(Duration::from_secs(1 << 60)) {
            assert_eq!(write(far), "9999-12-31T23:59:59Z");
        }
    }
}
