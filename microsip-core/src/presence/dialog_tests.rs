//! Documents of lines as servers write them, and what a table makes of them.

use std::time::Duration;

use super::*;
use crate::ErrorKind;

fn read(text: &str) -> DialogInfo {
    DialogInfo::parse(text.as_bytes()).unwrap()
}

/// As Kamailio's `pua_dialoginfo` and `presence_dialoginfo` write it.
const KAMAILIO: &str = r#"<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="3" state="full" entity="sip:bob@example.org">
  <dialog id="MTg0ZDk" call-id="MTg0ZDk@192.0.2.1" local-tag="bobs" remote-tag="alices" direction="recipient">
    <state>early</state>
    <remote>
      <identity>sip:alice@example.org</identity>
      <target display="alice" uri="sip:alice@192.0.2.1:5062"/>
    </remote>
    <local>
      <identity>sip:bob@example.org</identity>
      <target uri="sip:bob@example.org"/>
    </local>
  </dialog>
</dialog-info>
"#;

#[test]
fn kamailio() {
    let info = read(KAMAILIO);
    assert_eq!(
        (info.version, info.full, info.entity.as_str()),
        (3, true, "sip:bob@example.org")
    );
    let dialog = &info.dialogs[0];
    assert_eq!(
        (dialog.state, dialog.direction),
        (DialogState::Early, Some(DialogDirection::Recipient))
    );
    assert_eq!(dialog.remote.identity.as_deref(), Some("sip:alice@example.org"));
    assert_eq!(dialog.remote.display.as_deref(), Some("alice"));
    assert_eq!(dialog.remote.target.as_deref(), Some("sip:alice@192.0.2.1:5062"));
    let idle = read(
        r#"<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="00000000012" state="full" entity="sip:b@h"/>"#,
    );
    assert_eq!((idle.version, idle.dialogs.len()), (12, 0));
}

#[test]
fn asterisk() {
    let document = |version: u32, state: &str, more: &str| {
        read(&format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" \
             version=\"{version}\" state=\"full\" entity=\"sip:201@192.0.2.9\">\n <dialog id=\"201\">\n  \
             <state>{state}</state>{more}\n </dialog>\n</dialog-info>\n"
        ))
    };
    let mut line = LineTable::new();
    assert_eq!(line.info().state, LineState::Unknown);
    // It tells an idle line by a dialog that is over.
    assert_eq!(line.apply(&document(0, "terminated", "")), LineUpdate::Changed);
    assert_eq!(line.info().state, LineState::Idle);
    assert_eq!(line.apply(&document(1, "early", "")), LineUpdate::Changed);
    assert_eq!(line.info().state, LineState::Early);
    assert_eq!(line.apply(&document(2, "confirmed", "")), LineUpdate::Changed);
    let held =
        "<local><target uri=\"sip:201@192.0.2.9\"><param pname=\"+sip.rendering\" pvalue=\"no\"/></target></local>";
    assert_eq!(line.apply(&document(3, "confirmed", held)), LineUpdate::Changed);
    assert!(line.info().on_hold && line.info().state == LineState::Confirmed);
    assert_eq!(line.apply(&document(4, "terminated", "")), LineUpdate::Changed);
    assert_eq!(line.info().state, LineState::Terminated);
    assert!(line.info().state.is_free());
    assert_eq!(line.apply(&document(5, "terminated", "")), LineUpdate::Changed);
    assert_eq!(line.info().state, LineState::Idle);
    assert_eq!(line.apply(&document(6, "terminated", "")), LineUpdate::Unchanged);
    // Nothing to pick up by.
    line.apply(&document(7, "early", ""));
    let error = line.info().ringing().unwrap().replaces_at_remote().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongState);
}

#[test]
fn the_example_of_the_rfc() {
    // After RFC 4235 §6: a call that forks, told in changes.
    let full = read(
        r#"<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="0" state="full" entity="sip:alice@example.com">
</dialog-info>"#,
    );
    let trying = read(
        r#"<d:dialog-info xmlns:d="urn:ietf:params:xml:ns:dialog-info" version="1" state="partial" entity="sip:alice@example.com">
  <d:dialog id="as7d900as8" call-id="a84b4c76e66710" local-tag="1928301774" direction="initiator"><d:state>trying</d:state></d:dialog>
</d:dialog-info>"#,
    );
    let early = read(
        r#"<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="2" state="partial" entity="sip:alice@example.com">
  <dialog id="as7d900as8" call-id="a84b4c76e66710" local-tag="1928301774" remote-tag="456887766" direction="initiator">
    <state>early</state><duration>7</duration>
    <remote><identity display="Bob">sip:bob@example.com</identity></remote></dialog>
  <dialog id="zxcv98" call-id="a84b4c76e66710" local-tag="1928301774" remote-tag="hh76a" direction="initiator"><state>early</state></dialog>
</dialog-info>"#,
    );
    let end = read(
        r#"<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="3" state="partial" entity="sip:alice@example.com">
  <dialog id="as7d900as8"><state event="rejected" code="603">terminated</state></dialog>
  <dialog id="zxcv98" call-id="x"><state event="remote-bye">terminated</state>
    <replaces call-id="hg287s98s89" local-tag="6762h7" remote-tag="09278hsb"/><referred-by>sip:carol@example.com</referred-by></dialog>
</dialog-info>"#,
    );
    let mut line = LineTable::new();
    assert_eq!(line.apply(&full), LineUpdate::Changed);
    assert_eq!(line.info().state, LineState::Idle);
    assert_eq!(line.apply(&trying), LineUpdate::Changed);
    assert_eq!(line.info().state, LineState::Trying);
    assert_eq!(line.apply(&early), LineUpdate::Changed);
    let info = line.info();
    assert_eq!((info.state, info.dialogs.len()), (LineState::Early, 2));
    assert_eq!(info.direction, Some(DialogDirection::Initiator));
    // Who calls does not ring.
    assert!(info.ringing().is_none());
    assert_eq!(info.dialogs[0].duration, Some(Duration::from_secs(7)));
    assert_eq!(info.dialogs[0].remote.display.as_deref(), Some("Bob"));
    assert_eq!(end.dialogs[0].code, Some(603));
    assert_eq!(end.dialogs[1].replaces.as_ref().unwrap().local_tag, "6762h7");
    assert_eq!(end.dialogs[1].referred_by.as_deref(), Some("sip:carol@example.com"));
    assert_eq!(line.apply(&end), LineUpdate::Changed);
    let info = line.info();
    assert_eq!(
        (info.state, info.event),
        (LineState::Terminated, Some(DialogEvent::RemoteBye))
    );
    // The end is silent about it, the row was not.
    assert_eq!(info.direction, Some(DialogDirection::Initiator));
}

fn entry(id: &str, state: DialogState) -> DialogEntry {
    DialogEntry::new(id, state)
}

fn partial(version: u32) -> DialogInfo {
    DialogInfo::new("sip:b@h", version).partial()
}

#[test]
fn gaps_are_found_and_old_documents_passed_over() {
    let mut line = LineTable::new();
    // No full one yet.
    assert_eq!(
        line.apply(&partial(5).dialog(entry("1", DialogState::Early))),
        LineUpdate::Gap
    );
    assert!(line.needs_refresh() && line.info().stale);
    assert_eq!(line.info().state, LineState::Early);
    // Asked for once, not again with every change.
    assert_eq!(
        line.apply(&partial(6).dialog(entry("1", DialogState::Confirmed))),
        LineUpdate::Changed
    );
    assert!(line.needs_refresh());
    assert_eq!(
        line.apply(&DialogInfo::new("sip:b@h", 7).dialog(entry("1", DialogState::Confirmed))),
        LineUpdate::Changed,
        "it is sure now"
    );
    assert!(!line.needs_refresh());
    // Older, and the same again.
    assert_eq!(line.apply(&DialogInfo::new("sip:b@h", 6)), LineUpdate::Ignored);
    assert_eq!(
        line.apply(&partial(7).dialog(entry("1", DialogState::Early))),
        LineUpdate::Ignored
    );
    assert_eq!(
        line.apply(&DialogInfo::new("sip:b@h", 7).dialog(entry("1", DialogState::Confirmed))),
        LineUpdate::Ignored
    );
    assert_eq!(line.info().state, LineState::Confirmed);
    // Number 8 got lost.
    assert_eq!(
        line.apply(&partial(9).dialog(entry("2", DialogState::Early))),
        LineUpdate::Gap
    );
    assert_eq!(line.info().dialogs.len(), 2);
    // A gap before a full one matters to nobody.
    assert_eq!(line.apply(&DialogInfo::new("sip:b@h", 20)), LineUpdate::Changed);
    assert_eq!((line.info().state, line.needs_refresh()), (LineState::Idle, false));
    // The end of the numbers.
    assert_eq!(line.apply(&partial(u32::MAX)), LineUpdate::Gap);
    assert_eq!(line.apply(&partial(0)), LineUpdate::Ignored);
}

#[test]
fn a_server_that_does_not_count_is_believed_in_full_documents() {
    let mut line = LineTable::new();
    let document = |state| DialogInfo::new("sip:b@h", 0).dialog(entry("1", state));
    assert_eq!(line.apply(&document(DialogState::Early)), LineUpdate::Changed);
    assert_eq!(line.apply(&document(DialogState::Early)), LineUpdate::Ignored);
    assert_eq!(line.apply(&document(DialogState::Confirmed)), LineUpdate::Changed);
    assert_eq!(line.apply(&document(DialogState::Terminated)), LineUpdate::Changed);
    assert_eq!(line.info().state, LineState::Terminated);
}

#[test]
fn a_new_subscription_counts_anew() {
    let mut line = LineTable::new();
    line.apply(&DialogInfo::new("sip:b@h", 40).dialog(entry("1", DialogState::Confirmed)));
    line.reset();
    assert!(line.needs_refresh() && line.version().is_none());
    assert_eq!(line.info().state, LineState::Confirmed, "until it is known better");
    assert_eq!(
        line.apply(&DialogInfo::new("sip:b@h", 0).dialog(entry("7", DialogState::Early))),
        LineUpdate::Changed
    );
    assert_eq!((line.info().state, line.needs_refresh()), (LineState::Early, false));
    let mut fresh = LineTable::new();
    fresh.reset();
    assert!(!fresh.needs_refresh() && fresh.info().state == LineState::Unknown);
}

#[test]
fn the_call_that_is_furthest_counts_and_the_one_that_rings_is_found() {
    let mut line = LineTable::new();
    let ringing = entry("2", DialogState::Early)
        .direction(DialogDirection::Recipient)
        .ids("c2@h", "mine", "theirs")
        .remote(
            DialogParty::new("sip:alice@h")
                .display("Alice")
                .target("sip:alice@192.0.2.1"),
        );
    line.apply(
        &DialogInfo::new("sip:b@h", 0)
            .dialog(entry("1", DialogState::Confirmed).direction(DialogDirection::Initiator))
            .dialog(entry("3", DialogState::Early).direction(DialogDirection::Recipient))
            .dialog(ringing),
    );
    let info = line.info();
    assert_eq!(
        (info.state, info.direction),
        (LineState::Confirmed, Some(DialogDirection::Initiator))
    );
    let found = info.ringing().unwrap();
    assert_eq!(
        (found.id.as_str(), found.remote.target.as_deref()),
        ("2", Some("sip:alice@192.0.2.1"))
    );
}

#[test]
fn pick_up_names_the_dialog_as_its_receiver_sees_it() {
    let dialog = &read(KAMAILIO).dialogs[0];
    // Alice, who calls, compares to-tag with her own tag.
    let at_alice = dialog.replaces_at_remote().unwrap();
    assert_eq!(at_alice.to_string(), "MTg0ZDk@192.0.2.1;to-tag=alices;from-tag=bobs");
    assert!(at_alice.names("MTg0ZDk@192.0.2.1", "alices", "bobs") && !at_alice.early_only);
    let at_bob = dialog.replaces_at_local().unwrap();
    assert!(at_bob.names("MTg0ZDk@192.0.2.1", "bobs", "alices"));
    let over = DialogEntry::new("1", DialogState::Terminated).ids("a@h", "1", "2");
    assert_eq!(over.replaces_at_remote().unwrap_err().kind(), ErrorKind::WrongState);
    let evil = DialogEntry::new("1", DialogState::Early).ids("a@h\r\nX: 1", "1", "2");
    assert_eq!(
        evil.replaces_at_remote().unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
}

#[test]
fn many_dialogs_do_not_pile_up() {
    let mut line = LineTable::new();
    line.apply(&DialogInfo::new("sip:b@h", 0));
    for version in 1..=3_000 {
        line.apply(&partial(version).dialog(entry(&format!("d{version}"), DialogState::Confirmed)));
    }
    let info = line.info();
    assert_eq!((info.dialogs.len(), info.dialogs[999].id.as_str()), (1_000, "d3000"));
}

#[test]
fn what_is_written_is_read() {
    let mut full = entry("<1>", DialogState::Terminated)
        .ids("c&d@h", "l\"t", "r't")
        .direction(DialogDirection::Recipient)
        .event(DialogEvent::LocalBye, Some(487))
        .duration(Duration::from_secs(77))
        .local(
            DialogParty::new("sip:b@h;x=<>")
                .target("sip:b@192.0.2.1")
                .parameter("+sip.rendering", "no"),
        )
        .remote(DialogParty::default().display("Zo\u{eb}"));
    full.referred_by = Some("sip:carol@h".into());
    full.replaces = Some(read(
        "<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' version='1' state='full'><dialog id='1'><state>early</state>\
         <replaces call-id='1' local-tag='2' remote-tag='3'/></dialog></dialog-info>",
    ).dialogs[0].replaces.clone().unwrap());
    let mut document = DialogInfo::new("sip:b&c@h", u32::MAX).partial().dialog(full);
    for state in ["trying", "proceeding", "early", "confirmed"] {
        let known = [
            DialogState::Trying,
            DialogState::Proceeding,
            DialogState::Early,
            DialogState::Confirmed,
        ];
        let state = known.into_iter().find(|s| s.name() == state).unwrap();
        document = document.dialog(entry(state.name(), state));
    }
    assert_eq!(read(&document.to_xml()), document);
    let idle = DialogInfo::new("", 0);
    assert_eq!(read(&idle.to_xml()), idle);
}

#[test]
fn what_is_no_such_document_is_refused() {
    for (attributes, inside, word) in [
        ("state='full'", "", "version"),
        ("version='-1' state='full'", "", "version"),
        ("version='4294967296' state='full'", "", "version"),
        ("version='1'", "", "full or partial"),
        ("version='1' state='half'", "", "\"half\""),
        (
            "version='1' state='full'",
            "<dialog><state>early</state></dialog>",
            "no id",
        ),
        (
            "version='1' state='full'",
            "<dialog id=''><state>early</state></dialog>",
            "no id",
        ),
        ("version='1' state='full'", "<dialog id='1'/>", "<state>"),
        (
            "version='1' state='full'",
            "\n<dialog id='1'><state>asleep</state></dialog>",
            "line 2",
        ),
    ] {
        let text =
            format!("<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' {attributes}>{inside}</dialog-info>");
        let error = DialogInfo::parse(text.as_bytes()).unwrap_err();
        assert!(error.message().contains(word), "{error}");
    }
}
