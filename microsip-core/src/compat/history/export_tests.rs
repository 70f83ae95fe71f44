use super::*;
use crate::FailureCode;
use crate::compat::contacts::{CsvOptions, WarningKind};

fn calls() -> Vec<CallRecord> {
    let texts = ["Anna", "a,b;\"c\"\r\nd", "=1+1", "<&>'\"", "ü 漢 🙂", ""];
    let times = [0, 1_700_000_000, 253_402_300_799, -5, i64::MAX, 86_399];
    texts
        .iter()
        .zip(times)
        .enumerate()
        .map(|(n, (text, time))| {
            CallRecord::new(CallType::ALL[n % 4], format!("+49{n}"), time)
                .name(*text)
                .info(*text)
                .duration(n as u32 * 7)
        })
        .collect()
}

#[test]
fn every_format_comes_back() {
    let calls = calls();
    let options = CsvOptions::default();
    for times in [TimeFormat::Rfc3339, TimeFormat::Unix] {
        let got = [
            read_calls_csv(&write_calls_csv(&calls, times, &options).unwrap(), &options).unwrap(),
            read_calls_xml(write_calls_xml(&calls, times).as_bytes()).unwrap(),
            read_calls_json(write_calls_json(&calls).unwrap().as_bytes()).unwrap(),
        ];
        for import in got {
            assert!(import.warnings.is_empty(), "{:?}", import.warnings);
            assert_eq!(import.calls, calls);
        }
    }
}

#[test]
fn exports_look_as_the_reference_has_them() {
    let call = [CallRecord::new(CallType::Missed, "318", 1_700_000_000)
        .name("=HYPERLINK(\"x\")")
        .info("Missed Call")];
    let csv = write_calls_csv(&call, TimeFormat::Rfc3339, &CsvOptions::default()).unwrap();
    assert_eq!(
        String::from_utf8(csv).unwrap(),
        "Type,Name,Number,Time,Duration,Info\r\nmiss,\"'=HYPERLINK(\"\"x\"\")\",318,2023-11-14T22:13:20Z,0,Missed Call\r\n"
    );
    assert_eq!(
        write_calls_xml(&call, TimeFormat::Unix),
        "<?xml version=\"1.0\"?>\n<calls>\n<call type=\"miss\" name=\"=HYPERLINK(&quot;x&quot;)\" number=\"318\" \
         time=\"1700000000\" duration=\"0\" info=\"Missed Call\"/>\n</calls>\n"
    );
    let json: serde_json::Value = serde_json::from_str(&write_calls_json(&call).unwrap()).unwrap();
    assert_eq!(json[0]["type"], "missed");
    assert_eq!(
        (&json[0]["time"], &json[0]["time_unix"]),
        (&"2023-11-14T22:13:20Z".into(), &1_700_000_000.into())
    );
}

#[test]
fn wrong_values_are_told_and_wrong_files_refused() {
    let import = read_calls_csv(
        b"number;time;type;duration\n1;soon;in;x\n;1;in;1\n2;2026-01-01T00:00:00+01:00;walk;-1\n",
        &CsvOptions::default(),
    )
    .unwrap();
    let got: Vec<_> = import
        .calls
        .iter()
        .map(|c| (&*c.number, c.kind, c.time, c.duration))
        .collect();
    assert_eq!(
        got,
        [
            ("1", CallType::Incoming, 0, 0),
            ("2", CallType::Outgoing, 1_767_222_000, 0)
        ]
    );
    let kinds: Vec<_> = import.warnings.iter().map(|w| (w.kind, w.line)).collect();
    let bad = WarningKind::BadValue;
    assert_eq!(
        kinds,
        [(bad, 2), (bad, 2), (WarningKind::NoNumber, 3), (bad, 4), (bad, 4)]
    );

    let options = CsvOptions::default();
    for e in [
        read_calls_csv(b"name,number\na,1\n", &options).unwrap_err(),
        read_calls_csv(b"", &options).unwrap_err(),
        read_calls_xml(b"<contacts/>").unwrap_err(),
        read_calls_xml(b"<!DOCTYPE a [<!ENTITY b 'c'>]><calls/>").unwrap_err(),
        read_calls_json(b"{}").unwrap_err(),
        read_calls_json(b"[1]").unwrap_err(),
        read_calls_json(b"").unwrap_err(),
    ] {
        assert_eq!(e.failure(), FailureCode::DocumentMalformed, "{e}");
    }
    let import = read_calls_json(b"[{\"number\":7,\"time\":5,\"type\":\"in\",\"info\":null,\"x\":[]}]").unwrap();
    assert_eq!(import.calls, [CallRecord::new(CallType::Incoming, "7", 5)]);
}
