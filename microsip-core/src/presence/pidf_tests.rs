//! Documents of presence as servers and phones write them.

use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::ErrorKind;

fn read(text: &str) -> PresenceStatus {
    PresenceStatus::parse("application/pidf+xml;charset=utf-8", text.as_bytes()).unwrap()
}

#[test]
fn pjsip_and_microsip() {
    let away = read(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<presence entity="sip:1001@pbx.example.org" xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid">
 <tuple id="pj4f7f3bb2"><status><basic>open</basic></status><contact>sip:1001@192.0.2.1:5060;ob</contact><timestamp>2026-02-03T04:05:06.789Z</timestamp><note>Away</note></tuple>
 <dm:person id="pj5e2d"><rpid:activities><rpid:away /></rpid:activities><dm:note>Away</dm:note></dm:person>
</presence>"#,
    );
    assert_eq!((away.state(), away.note()), (Presence::Away, Some("Away")));
    assert_eq!(away.entity, "sip:1001@pbx.example.org");
    assert_eq!(away.tuples[0].contact.as_deref(), Some("sip:1001@192.0.2.1:5060;ob"));
    assert_eq!(
        away.tuples[0].timestamp,
        Some(UNIX_EPOCH + Duration::from_millis(1_770_091_506_789))
    );
    let idle = read(
        r#"<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:a@h" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
        xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid"><tuple id="pj1"><status><basic>open</basic></status><note>Idle</note></tuple>
        <dm:person id="pj2"><rpid:activities><rpid:unknown/></rpid:activities><dm:note>Idle</dm:note></dm:person></presence>"#,
    );
    assert_eq!((idle.state(), idle.note()), (Presence::Online, Some("Idle")));
}

#[test]
fn asterisk() {
    // chan_pjsip, with the supplement for eyeBeam; a line in use is closed, and a person has no id.
    let pjsip = |basic: &str, activity: &str, note: &str| {
        let activities = match activity {
            "-" => String::new(),
            name => format!("<rpid:activities><rpid:{name} /></rpid:activities>"),
        };
        read(&format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<presence entity=\"sip:201@192.0.2.1\" \
             xmlns=\"urn:ietf:params:xml:ns:pidf\" xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" \
             xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\">\n <note>{note}</note>\n <tuple id=\"201\">\n  <status>\n   \
             <basic>{basic}</basic>\n  </status>\n  <contact priority=\"1\">sip:100@192.0.2.9</contact>\n </tuple>\n \
             <dm:person>{activities}</dm:person>\n</presence>\n"
        ))
    };
    for (basic, activity, note, state) in [
        ("open", "-", "Ready", Presence::Online),
        ("closed", "busy", "On the phone", Presence::OnThePhone),
        ("closed", "busy", "Ringing", Presence::Busy),
        ("closed", "busy", "On hold", Presence::OnThePhone),
        ("closed", "away", "Unavailable", Presence::Offline),
        // Without the supplement.
        ("closed", "-", "On the phone", Presence::OnThePhone),
        ("closed", "-", "Ringing", Presence::Busy),
    ] {
        let status = pjsip(basic, activity, note);
        assert_eq!((status.state(), status.note()), (state, Some(note)));
        assert_eq!(status.tuples[0].priority, Some(1000));
    }
    // chan_sip, by drafts of RFC 4480.
    let sip = read(
        r#"<?xml version="1.0" encoding="ISO-8859-1"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf"
xmlns:pp="urn:ietf:params:xml:ns:pidf:person"
xmlns:es="urn:ietf:params:xml:ns:pidf:rpid:status:rpid-status"
xmlns:ep="urn:ietf:params:xml:ns:pidf:rpid:rpid-person"
entity="sip:100@192.0.2.9">
<pp:person><status>
<ep:activities><ep:away/></ep:activities>
</status></pp:person>
<note>Not online</note>
<tuple id="201">
<contact priority="1">sip:201@192.0.2.1</contact>
<status><basic>open</basic></status>
</tuple>
</presence>
"#,
    );
    assert_eq!((sip.state(), sip.note()), (Presence::Away, Some("Not online")));
}

#[test]
fn kamailio() {
    // What its presence server makes of two published documents, and what it sends when all of them are gone.
    let two = read(
        r#"<?xml version="1.0"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:bob@example.org">
  <tuple id="t-desk"><status><basic>closed</basic></status></tuple>
  <dm:person id="p-desk"><rpid:activities><rpid:away/></rpid:activities></dm:person>
  <tuple id="t-mobile"><status><basic>open</basic></status><contact priority="0.8">sip:bob@192.0.2.7</contact></tuple>
  <dm:person id="p-mobile"><rpid:activities><rpid:on-the-phone/></rpid:activities><dm:note xml:lang="en">talking</dm:note></dm:person>
</presence>"#,
    );
    assert_eq!((two.tuples.len(), two.persons.len()), (2, 2));
    assert_eq!((two.state(), two.note()), (Presence::OnThePhone, Some("talking")));
    assert_eq!(two.persons[1].notes[0].language.as_deref(), Some("en"));
    assert_eq!(two.tuples[1].priority, Some(800));
    let none = read(
        r#"<?xml version="1.0"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:bob@example.org"><tuple id="t"><status><basic>closed</basic></status></tuple></presence>"#,
    );
    assert_eq!(none.state(), Presence::Offline);
    let empty = read(r#"<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:bob@example.org"/>"#);
    assert_eq!(
        (empty.state(), empty.basic()),
        (Presence::Unknown, BasicStatus::Unknown)
    );
}

#[test]
fn linphone() {
    let status = read(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:oma="urn:oma:xml:prs:pidf:oma-pres" xmlns:pidfonline="http://www.linphone.org/xsds/pidfonline.xsd" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:marie@sip.example.org">
  <tuple id="qmht-9">
    <status>
      <basic>open</basic>
      <pidfonline:online/>
    </status>
    <oma:service-description><oma:service-id>groupchat</oma:service-id><oma:version>1.1</oma:version></oma:service-description>
    <contact priority="0.800000">sip:marie@sip.example.org;gr=urn:uuid:1</contact>
    <timestamp>2026-02-03T04:05:06Z</timestamp>
  </tuple>
  <dm:person id="o3yx">
    <rpid:activities>
      <rpid:note>en r&#233;union</rpid:note>
      <rpid:meeting/>
      <rpid:other>Do not disturb</rpid:other>
    </rpid:activities>
    <dm:timestamp>2026-02-03T04:05:06Z</dm:timestamp>
  </dm:person>
  <dm:device id="d1"><dm:deviceID>urn:uuid:1</dm:deviceID></dm:device>
</presence>
"#,
    );
    assert_eq!(
        status.persons[0].activities,
        [Activity::Meeting, Activity::DoNotDisturb]
    );
    assert_eq!(
        (status.state(), status.note()),
        (Presence::DoNotDisturb, Some("en réunion"))
    );
    assert_eq!(status.tuples[0].priority, Some(800));
    assert_eq!(status.devices[0].device_id, "urn:uuid:1");
    assert!(status.persons[0].timestamp.is_some());
}

#[test]
fn namespaces_are_names_and_prefixes_are_not() {
    // The prefixes say one thing, the namespaces another.
    let status = read(
        r#"<dm:presence xmlns:dm="urn:ietf:params:xml:ns:pidf" xmlns="urn:ietf:params:xml:ns:pidf:rpid"
        xmlns:rpid="urn:ietf:params:xml:ns:pidf:data-model" xmlns:x="urn:x" entity=" sip:a@h ">
        <x:tuple id="no"><x:status><x:basic>closed</x:basic></x:status></x:tuple>
        <undeclared:tuple/><tuple/>
        <dm:tuple id="yes"><dm:status><x:basic>closed</x:basic><dm:basic> Open </dm:basic></dm:status></dm:tuple>
        <rpid:person id="p"><activities><busy/><x:gardening/></activities></rpid:person></dm:presence>"#,
    );
    assert_eq!(status.entity, "sip:a@h");
    assert_eq!(status.tuples.len(), 1);
    assert_eq!(status.tuples[0].basic, BasicStatus::Open);
    let activities: Vec<&Activity> = status.activities().collect();
    assert_eq!(activities, [&Activity::Busy, &Activity::Other("gardening".into())]);
}

#[test]
fn xpidf() {
    let status = PresenceStatus::parse(
        "application/xpidf+xml",
        br#"<?xml version="1.0"?>
<!DOCTYPE presence PUBLIC "-//IETF//DTD RFCxxxx XPIDF 1.0//EN" "xpidf.dtd">
<presence>
<presentity uri="sip:201@192.0.2.1;method=SUBSCRIBE" />
<atom id="201">
<address uri="sip:201@192.0.2.1;user=ip" priority="0.800000">
<status status="inuse" />
<msnsubstatus substatus="onthephone" />
</address>
</atom>
</presence>
"#,
    )
    .unwrap();
    assert_eq!(
        (status.state(), status.basic()),
        (Presence::OnThePhone, BasicStatus::Open)
    );
    assert_eq!(status.entity, "sip:201@192.0.2.1");
    assert_eq!(
        (status.tuples[0].id.as_str(), status.tuples[0].priority),
        ("201", Some(800))
    );
    for (said, more, state) in [
        ("open", "online", Presence::Online),
        ("open", "away", Presence::Away),
        ("inuse", "busy", Presence::Busy),
        ("closed", "offline", Presence::Offline),
        ("", "", Presence::Unknown),
    ] {
        let text = format!(
            "<presence><presentity uri='a'/><atom id='1'><address uri='b'><status status='{said}'/><msnsubstatus \
             substatus='{more}'/></address></atom></presence>"
        );
        assert_eq!(PresenceStatus::parse_xpidf(text.as_bytes()).unwrap().state(), state);
    }
    let bomb = b"<!DOCTYPE presence SYSTEM 'x' [<!ENTITY a 'b'>]><presence>&a;</presence>";
    assert!(PresenceStatus::parse_xpidf(bomb).is_err());
    let late = b"<presence><!DOCTYPE presence></presence>";
    assert!(PresenceStatus::parse_xpidf(late).is_err());
}

#[test]
fn what_is_written_is_read() {
    for state in [
        Presence::Unknown,
        Presence::Online,
        Presence::Away,
        Presence::Busy,
        Presence::OnThePhone,
        Presence::DoNotDisturb,
        Presence::Offline,
    ] {
        for note in ["", "a <b> & \"c\" ]]> \u{1F600}"] {
            let mut status = PresenceStatus::of_state(state).with_note(note).with_ids("-x1");
            let text = status.to_pidf("sip:alice&co@example.org");
            status.entity = "sip:alice&co@example.org".to_owned();
            assert_eq!(read(&text), status, "{text}");
        }
    }
    let mut full = PresenceStatus::busy()
        .with_contact("sip:a@h;x=\"<1>\"")
        .with_timestamp(UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    full.entity = "sip:a@h".to_owned();
    full.tuples[0].priority = Some(501);
    full.tuples[0].activities = vec![Activity::Tv];
    full.tuples[0].notes = vec![PresenceNote::new("un").language("fr"), PresenceNote::new("one")];
    full.notes = vec![PresenceNote::new("whole").language("en")];
    full.persons[0].activities = Activity::all();
    full.devices = vec![PresenceDevice {
        id: "d1".into(),
        device_id: "urn:uuid:2".into(),
        notes: vec![PresenceNote::new("phone")],
        timestamp: Some(UNIX_EPOCH),
    }];
    assert_eq!(read(&full.to_pidf("sip:a@h")), full);
    // What XML cannot carry is left out, and ids are mended.
    full.tuples[0].id = "1 <\u{0}".into();
    full.notes[0].text = "a\u{0}\u{1b}b\u{FFFF}".into();
    let mended = read(&full.to_pidf("sip:a@h"));
    assert_eq!(
        (mended.tuples[0].id.as_str(), mended.notes[0].text.as_str()),
        ("t1___", "ab")
    );
}

#[test]
fn another_type_is_refused() {
    let error = PresenceStatus::parse("text/html", b"<presence/>").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let html = PresenceStatus::parse("application/pidf+xml", b"<html><body/></html>").unwrap_err();
    assert!(html.message().contains("<html>"), "{html}");
}
