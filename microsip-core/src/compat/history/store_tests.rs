use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::*;
use crate::ErrorKind;
use crate::compat::contacts::{Contact, ContactBook};

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "history-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("history.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn call(kind: CallType, number: &str, time: i64) -> StoredCall {
    StoredCall::new(CallRecord::new(kind, number, time))
}

fn memory() -> HistoryStore {
    HistoryStore::in_memory(StoreOptions::default()).unwrap()
}

#[test]
fn calls_are_stored_changed_and_deleted() {
    let folder = Folder::new();
    let store = HistoryStore::open(&folder.file(), StoreOptions::default()).unwrap();
    let record = CallRecord::new(CallType::Incoming, "sip:318@h", -7)
        .name("Zoë').; --")
        .duration(u32::MAX)
        .info("i");
    let mut stored = StoredCall::new(record).account("a").call_id("c@d").recording("/r.wav");
    stored.id = store.add_call(&stored).unwrap();
    drop(store);
    let store = HistoryStore::open(&folder.file(), StoreOptions::default()).unwrap();
    assert_eq!(store.call(stored.id).unwrap(), Some(stored.clone()));
    stored.call.kind = CallType::Missed;
    stored.call.number = "99".to_owned();
    assert!(store.update_call(&stored).unwrap());
    assert_eq!(store.calls(&CallQuery::new().number("318")).unwrap(), []);
    assert_eq!(store.calls(&CallQuery::new().number("99")).unwrap(), [stored.clone()]);
    assert!(store.delete_call(stored.id).unwrap() && !store.delete_call(stored.id).unwrap());
    assert!(!store.update_call(&stored).unwrap());
    assert_eq!(store.call(stored.id).unwrap(), None);
    // Keys are not used again.
    assert!(store.add_call(&stored).unwrap() > stored.id);
    assert_eq!(
        store.add_call(&call(CallType::Missed, " ", 1)).unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
}

#[test]
fn queries() {
    let store = memory();
    for (kind, number, time, name) in [
        (CallType::Outgoing, "1234", 10, "Ärger 100%"),
        (CallType::Incoming, "01234", 20, "b_c"),
        (CallType::Missed, "(0001) 234", 30, ""),
        (CallType::Elsewhere, "sip:99991234@h", 40, "' OR 1=1 --"),
        (CallType::Missed, "12", 50, "bob"),
        (CallType::Missed, "bob@h", 50, ""),
    ] {
        store
            .add_call(&StoredCall::new(CallRecord::new(kind, number, time).name(name)))
            .unwrap();
    }
    let q = CallQuery::new;
    for (query, expected) in [
        (q(), &[6, 5, 4, 3, 2, 1][..]),
        (q().order(Order::OldestFirst).limit(2).offset(1), &[2, 3]),
        (q().number("1234"), &[3, 2, 1]),
        (q().number("+1234"), &[1]),
        (q().number("0001234"), &[3, 2, 1]),
        (q().exact_number("12-34"), &[1]),
        (q().number("12"), &[5]),
        (q().number("012"), &[]),
        (q().number("sip:bob@else"), &[6]),
        (q().kind(CallType::Missed).kind(CallType::Outgoing), &[6, 5, 3, 1]),
        (q().from(20).before(40), &[3, 2]),
        (q().text("ÄRGER"), &[1]),
        (q().text("%"), &[1]),
        (q().text("_"), &[2]),
        (q().text("' or 1=1 --"), &[4]),
        (q().text("BOB").kind(CallType::Missed), &[6, 5]),
        (q().text("bob").from(60), &[]),
        (q().limit(0), &[]),
    ] {
        let ids: Vec<_> = store.calls(&query).unwrap().into_iter().map(|c| c.id).collect();
        assert_eq!(ids, expected, "{query:?}");
    }
    assert_eq!(store.count_calls(&q().kind(CallType::Missed).limit(1)).unwrap(), 3);
    assert_eq!(store.delete_calls(&q().from(50)).unwrap(), 2);
    assert_eq!(store.count_calls(&q()).unwrap(), 4);
}

#[test]
fn the_oldest_go_beyond_the_limit() {
    let options = StoreOptions::default().max_calls(Some(3)).max_messages(Some(2));
    let store = HistoryStore::in_memory(options).unwrap();
    for time in [5, 1, 4, 2, 3] {
        store.add_call(&call(CallType::Missed, "1", time)).unwrap();
        store.add_message(&MessageRecord::new(true, "1", time, "x")).unwrap();
    }
    let times: Vec<_> = store
        .calls(&CallQuery::new())
        .unwrap()
        .into_iter()
        .map(|c| c.call.time)
        .collect();
    assert_eq!(times, [5, 4, 3]);
    assert_eq!(store.messages(&CallQuery::new()).unwrap().len(), 2);
}

#[test]
fn an_import_twice_is_an_import_once() {
    let store = memory();
    let calls: Vec<_> = (0..50).map(|n| CallRecord::new(CallType::Outgoing, "1", n)).collect();
    assert_eq!(store.import_calls(&calls).unwrap(), 50);
    assert_eq!(store.import_calls(&calls).unwrap(), 0);
    // A bad one in the middle: nothing of it is stored.
    let mut more: Vec<_> = (100..110)
        .map(|n| CallRecord::new(CallType::Outgoing, "1", n))
        .collect();
    more.push(CallRecord::new(CallType::Outgoing, "", 1));
    assert_eq!(
        store.import_calls(&more).unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
    assert_eq!(store.count_calls(&CallQuery::new()).unwrap(), 50);
}

#[cfg(unix)]
#[test]
fn others_cannot_read_it_unless_they_were_let() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = Folder::new();
    let store = HistoryStore::open(&folder.file(), StoreOptions::default()).unwrap();
    store
        .import_calls(&[CallRecord::new(CallType::Outgoing, "1", 1)])
        .unwrap();
    let files: Vec<PathBuf> = fs::read_dir(folder.file().parent().unwrap())
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert!(files.len() > 1, "the write-ahead log is there too");
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    drop(store);
    fs::set_permissions(folder.file(), fs::Permissions::from_mode(0o640)).unwrap();
    drop(HistoryStore::open(&folder.file(), StoreOptions::default()).unwrap());
    assert_eq!(mode(&folder.file()), 0o640);
}

#[test]
fn an_older_file_is_migrated_and_a_newer_refused() {
    let folder = Folder::new();
    let raw = rusqlite::Connection::open(folder.file()).unwrap();
    schema::make_version_1(&raw);
    raw.execute(
        "INSERT INTO calls (number, name, type, time, duration, info, number_key, folded) VALUES ('7','n',1,2,3,'i','7','n')",
        [],
    )
    .unwrap();
    let e = HistoryStore::open_read_only(&folder.file(), StoreOptions::default()).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Unsupported);
    let store = HistoryStore::open(&folder.file(), StoreOptions::default()).unwrap();
    let found = store.calls(&CallQuery::new().number("7")).unwrap();
    assert_eq!((found[0].call.duration, &*found[0].account), (3, ""));
    store.add_message(&MessageRecord::new(false, "7", 1, "t")).unwrap();
    let version: u32 = raw.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, SCHEMA_VERSION);
    drop(store);
    raw.pragma_update(None, "user_version", SCHEMA_VERSION + 1).unwrap();
    let e = HistoryStore::open(&folder.file(), StoreOptions::default()).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Unsupported, "{e}");
}

#[test]
fn strangers_files_are_left_alone() {
    let folder = Folder::new();
    let text = folder.0.join("text");
    std::fs::write(&text, "no database, and long enough to be read as one: ".repeat(100)).unwrap();
    let e = HistoryStore::open(&text, StoreOptions::default()).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Config, "{e}");
    let other = folder.0.join("other");
    rusqlite::Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE calls (x)")
        .unwrap();
    let before = std::fs::read(&other).unwrap();
    assert_eq!(
        HistoryStore::open(&other, StoreOptions::default()).unwrap_err().kind(),
        ErrorKind::Config
    );
    assert_eq!(std::fs::read(&other).unwrap(), before);
    let e = HistoryStore::open(&folder.0.join("none/x"), StoreOptions::default()).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Io, "{e}");
    let e = HistoryStore::open_read_only(&folder.0.join("none"), StoreOptions::default()).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Io, "{e}");
}

#[test]
fn readers_are_not_disturbed_while_one_writes() {
    let folder = Folder::new();
    let store = HistoryStore::open(&folder.file(), StoreOptions::default()).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let options = StoreOptions::default().busy_timeout(Duration::ZERO);
                    let reader = HistoryStore::open_read_only(&folder.file(), options).unwrap();
                    assert_eq!(
                        reader.add_call(&call(CallType::Missed, "1", 1)).unwrap_err().kind(),
                        ErrorKind::WrongState
                    );
                    let mut last = 0;
                    while !done.load(Ordering::Acquire) {
                        let count = reader.count_calls(&CallQuery::new()).unwrap();
                        // Imports are seen whole or not at all.
                        assert!(count >= last && count.is_multiple_of(10), "{count}");
                        last = count;
                    }
                    reader.count_calls(&CallQuery::new()).unwrap()
                })
            })
            .collect();
        for round in 0..20 {
            let calls: Vec<_> = (0..10)
                .map(|n| CallRecord::new(CallType::Missed, "1", round * 10 + n))
                .collect();
            store.import_calls(&calls).unwrap();
        }
        done.store(true, Ordering::Release);
        for reader in readers {
            assert_eq!(reader.join().unwrap(), 200);
        }
    });
}

#[test]
fn writers_take_turns_and_a_hung_one_is_told() {
    let folder = Folder::new();
    let open = || HistoryStore::open(&folder.file(), StoreOptions::default());
    open().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            scope.spawn(move || {
                let store = open().unwrap();
                for n in 0..10 {
                    store.add_call(&call(CallType::Missed, &writer.to_string(), n)).unwrap();
                }
            });
        }
    });
    let store = open().unwrap();
    assert_eq!(store.count_calls(&CallQuery::new()).unwrap(), 40);
    let raw = rusqlite::Connection::open(folder.file()).unwrap();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    let options = StoreOptions::default().busy_timeout(Duration::from_millis(20));
    let hasty = HistoryStore::open(&folder.file(), options).unwrap();
    assert_eq!(
        hasty.add_call(&call(CallType::Missed, "1", 1)).unwrap_err().kind(),
        ErrorKind::Busy
    );
    assert_eq!(hasty.count_calls(&CallQuery::new()).unwrap(), 40);
}

#[test]
fn messages() {
    let store = memory();
    let sent = MessageRecord::new(true, "318", 10, "Grüße").name("Anna").status(202);
    let id = store.add_message(&sent).unwrap();
    store.add_message(&MessageRecord::new(false, "0318", 20, "hi")).unwrap();
    let found = store.messages(&CallQuery::new().text("GRÜSSE").number("318")).unwrap();
    assert_eq!(found, [], "ß is not ss");
    let found = store.messages(&CallQuery::new().text("GRÜ").number("318")).unwrap();
    assert_eq!((found.len(), &found[0].message), (1, &sent));
    assert!(store.set_message_status(id, 486).unwrap() && !store.set_message_status(99, 1).unwrap());
    assert_eq!(
        store.messages(&CallQuery::new().before(20)).unwrap()[0].message.status,
        486
    );
    assert_eq!(store.delete_messages(&CallQuery::new().from(20)).unwrap(), 1);
    assert_eq!(
        store.add_message(&MessageRecord::default()).unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
}

#[test]
fn contacts_are_replaced_whole() {
    let store = memory();
    let mut first = Contact::new("1", "b").starred(true);
    first.extra.push(("x".to_owned(), "y".to_owned()));
    let book = ContactBook::from_contacts([first.clone(), Contact::new("1", "a")]).unwrap();
    for _ in 0..2 {
        store.replace_contacts(&book).unwrap();
        let found = store.contacts().unwrap();
        assert_eq!((found.len(), &found[0]), (2, &first));
    }
}

#[test]
fn what_was_stored_outlives_a_crash() {
    let folder = Folder::new();
    let store = HistoryStore::open(&folder.file(), StoreOptions::default()).unwrap();
    let copy = folder.0.join("copy.db");
    for n in 1..=5 {
        store.add_call(&call(CallType::Outgoing, "1", n)).unwrap();
        // The files as they lie on the disk when the program ends at this very moment.
        std::fs::copy(folder.file(), &copy).unwrap();
        std::fs::copy(folder.0.join("history.db-wal"), folder.0.join("copy.db-wal")).unwrap();
        let found = HistoryStore::open(&copy, StoreOptions::default()).unwrap();
        assert_eq!(found.count_calls(&CallQuery::new()).unwrap(), n as u64);
        drop(found);
        std::fs::remove_file(&copy).unwrap();
    }
}

#[test]
fn many_may_open_a_new_file_at_once() {
    for _ in 0..5 {
        let folder = Folder::new();
        std::thread::scope(|scope| {
            for n in 0..8 {
                let path = folder.file();
                scope.spawn(move || {
                    let store = HistoryStore::open(&path, StoreOptions::default()).unwrap();
                    store.add_call(&call(CallType::Missed, "1", n)).unwrap();
                });
            }
        });
        let store = HistoryStore::open(&folder.file(), StoreOptions::default()).unwrap();
        assert_eq!(store.count_calls(&CallQuery::new()).unwrap(), 8);
    }
}
