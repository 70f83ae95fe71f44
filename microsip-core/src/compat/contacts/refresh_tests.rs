use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use microsip_testkit::ca::{Flaw, TestCa};

use super::*;
use crate::compat::fetch::FetchOptions;
use crate::compat::fetch::test_server::{Reply, SOON, TestServer};
use crate::{ErrorKind, TlsRefusal};

fn start(config: DirectoryConfig) -> (DirectoryClient, Receiver<DirectoryUpdate>) {
    let (told, updates) = mpsc::channel();
    let client = DirectoryClient::start(config, move |update| {
        let _ = told.send(update);
    })
    .unwrap();
    (client, updates)
}

fn numbers(book: &ContactBook) -> Vec<&str> {
    book.iter().map(|c| &*c.number).collect()
}

#[test]
fn the_plan() {
    let s = Duration::from_secs;
    let read = |body: &str| Directory::read(None, body.as_bytes()).unwrap();
    let (never, five, none) = (
        read(r#"{"items":[],"refresh":0}"#),
        read(r#"{"items":[],"refresh":5}"#),
        read("[]"),
    );
    let mut plan = RefreshPlan::new(DirectoryRelease::V322);
    assert_eq!((plan.failed(), plan.failed(), plan.failed()), (s(10), s(80), s(270)));
    assert_eq!(plan.failures(), 3);
    assert_eq!(plan.usable(&five, Some("max-age=99")), Some(s(5)));
    assert_eq!((plan.failures(), plan.unchanged(Some("max-age=99"))), (0, Some(s(5))));
    assert_eq!(plan.usable(&never, Some("max-age=99")), None);
    assert_eq!(plan.unchanged(Some("max-age=99")), None);
    assert_eq!(plan.usable(&none, None), None);
    assert_eq!(plan.unchanged(Some("max-age=1")), Some(s(60)));
    assert_eq!(plan.usable(&none, Some("max-age=100000")), Some(s(86_400)));
    assert_eq!((plan.unusable(None), plan.unusable(None)), (s(10), s(80)));
    assert_eq!(plan.unusable(Some("max-age=70")), s(70));
    assert_eq!(plan.failed(), s(640));
    for _ in 0..100 {
        plan.failed();
    }
    assert_eq!(plan.failed(), s(86_400));

    let mut plan = RefreshPlan::new(DirectoryRelease::V321);
    assert_eq!((plan.failed(), plan.failed()), (s(300), s(300)));
    assert_eq!(plan.unusable(None), s(3_600));
    assert_eq!(
        (plan.usable(&none, None), plan.unchanged(None)),
        (Some(s(60)), Some(s(60)))
    );
    assert_eq!(plan.usable(&never, None), None);
}

#[test]
fn without_placeholders_it_is_asked_at_once_and_again() {
    let server = TestServer::new(|asked| match &*asked.target {
        "/d?sequence=0" => Reply::ok(r#"{"refresh":1,"silent":1,"items":[{"number":"1"},{"number":"2"}]}"#),
        "/d?sequence=1" => Reply::ok("<contacts refresh='1'><contact number='2' name='two'/></contacts>"),
        // An error page with 200, which is XML by chance, deletes nothing.
        "/d?sequence=2" => Reply::ok("<html><body>maintenance</body></html>").with("Cache-Control", "max-age=60"),
        "/d?sequence=3" => Reply::status("500 Internal Server Error"),
        "/d?sequence=4" => Reply::ok("name,number\na,9\n").with("Content-Type", "text/csv"),
        _ => Reply::ok("[]"),
    });
    let (client, updates) = start(DirectoryConfig::new(server.url("/d")));
    let mut book = ContactBook::from_contacts([Contact::new("7", "own")]).unwrap();
    let next = |book: &mut ContactBook| {
        let update = updates.recv_timeout(SOON).unwrap();
        let report = update.merge_into(book, MergeKey::NumberAndName).unwrap();
        (update, report)
    };
    let (update, report) = next(&mut book);
    assert_eq!(
        (update.sequence, update.next, update.silent),
        (0, Some(Duration::from_secs(1)), true)
    );
    assert_eq!((report.added, numbers(&book)), (2, vec!["7", "1", "2"]));
    // By itself, a second later.
    let (update, report) = next(&mut book);
    assert_eq!((update.sequence, report.added, report.removed), (1, 1, 2));
    assert_eq!(numbers(&book), ["7", "2"]);
    let (update, report) = next(&mut book);
    assert_eq!(update.result.unwrap_err().kind(), ErrorKind::InvalidArgument);
    assert_eq!(
        (update.next, report),
        (Some(Duration::from_secs(60)), MergeReport::default())
    );
    client.refresh();
    let (update, _) = next(&mut book);
    assert!(update.result.unwrap_err().message().contains("500 Internal"));
    assert_eq!(
        update.next,
        Some(Duration::from_secs(80)),
        "the second failure in a row"
    );
    client.refresh();
    let (update, report) = next(&mut book);
    assert_eq!((update.next, report.added, numbers(&book)), (None, 1, vec!["7", "9"]));
    // A registration is nothing to it.
    client.registered(DirectoryAccount::new("u", "p", "s"));
    client.refresh();
    assert_eq!(next(&mut book).0.sequence, 5);
    assert!(client.close());
    assert_eq!(server.asked().len(), 6);
}

#[test]
fn with_placeholders_it_is_asked_after_each_registration() {
    let server = TestServer::new(|asked| match asked.header("if-none-match") {
        Some("\"a\"") => Reply::status("304 Not Modified").with("Cache-Control", "max-age=100"),
        _ => Reply::ok("[{\"number\":\"1\"}]").with("ETag", "\"a\""),
    });
    let url = server.url("/%s/x?p={password}&m={md5_password}&s={server}&d={domain}&l={label}&v={version}&t={time}");
    let (client, updates) = start(DirectoryConfig::new(url).version("9.9"));
    client.refresh();
    let account = DirectoryAccount::new("us/er", "s3cret", "pbx.example:5070")
        .domain("example")
        .label("Büro");
    client.registered(account.clone());
    assert!(updates.recv_timeout(SOON).unwrap().result.unwrap().is_some());
    let asked = server.asked();
    assert_eq!(asked.len(), 1, "nothing is asked before an account is there");
    // echo -n s3cret | md5sum
    let expected =
        "/us%2Fer/x?p=s3cret&m=33e1b232a4e6fa0028a6670753749a17&s=pbx.example&d=example&l=B%C3%BCro&v=9.9&t=";
    assert!(asked[0].target.starts_with(expected), "{}", asked[0].target);
    assert!(asked[0].target.ends_with("&sequence=0"), "{}", asked[0].target);

    client.registered(account.clone());
    let update = updates.recv_timeout(SOON).unwrap();
    assert!(update.result.unwrap().is_none(), "not modified");
    assert_eq!((update.sequence, update.next), (1, Some(Duration::from_secs(100))));
    // Another account's directory is another document.
    client.registered(DirectoryAccount::new("other", "s3cret", "[::1]:5060"));
    assert!(updates.recv_timeout(SOON).unwrap().result.unwrap().is_some());
    let last = server.asked().pop().unwrap();
    assert!(
        last.target.contains("s=%5B%3A%3A1%5D&") && last.target.contains("sequence=2"),
        "{}",
        last.target
    );

    server.answer_with(|_| Reply::status("403 Forbidden"));
    client.registered(account);
    let update = updates.recv_timeout(SOON).unwrap();
    let e = update.result.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Auth);
    for secret in ["s3cret", "33e1b", "us"] {
        assert!(!format!("{e:?}").replace("status", "").contains(secret), "{e:?}");
    }
}

#[test]
fn certificate_errors_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let config = |server: &TestServer| {
        DirectoryConfig::new(server.url("/")).fetch(FetchOptions::default().ca_file(ca.ca_cert()))
    };
    let good = TestServer::tls(&ca.localhost().unwrap(), |_| Reply::ok("[{\"number\":\"1\"}]"));
    let (_client, updates) = start(config(&good));
    assert!(updates.recv_timeout(SOON).unwrap().result.is_ok());
    let bad = TestServer::tls(&ca.flawed(Flaw::Expired).unwrap(), |_| Reply::ok("[]"));
    let (_client, updates) = start(config(&bad));
    let update = updates.recv_timeout(SOON).unwrap();
    assert_eq!(update.result.unwrap_err().tls_refusal(), Some(TlsRefusal::Expired));
    assert_eq!(update.next, Some(Duration::from_secs(10)));
}

#[test]
fn a_hanging_server_holds_nobody_up() {
    let server = TestServer::new(|_| Reply::Hang(Vec::new()));
    let (client, updates) = start(DirectoryConfig::new(server.url("/")));
    server.wait_asked(1);
    let begin = Instant::now();
    client.refresh();
    client.registered(DirectoryAccount::default());
    assert!(client.close());
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert_eq!(server.asked().len(), 1, "one at a time");
    // Ended, it tells nothing: the channel's end goes with the thread, as soon as the server's silence is over.
    drop(server);
    assert!(matches!(
        updates.recv_timeout(SOON),
        Err(mpsc::RecvTimeoutError::Disconnected)
    ));
}

#[test]
fn a_server_that_is_too_slow_is_told() {
    let server = TestServer::new(|_| Reply::Drip);
    let config =
        DirectoryConfig::new(server.url("/")).fetch(FetchOptions::default().timeout(Duration::from_millis(300)));
    let (_client, updates) = start(config);
    assert_eq!(
        updates.recv_timeout(SOON).unwrap().result.unwrap_err().kind(),
        ErrorKind::Timeout
    );
}

#[test]
fn what_cannot_be_asked_is_told() {
    let e = DirectoryClient::start(DirectoryConfig::new(" "), |_| ()).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::InvalidArgument);
    let (_client, updates) = start(DirectoryConfig::new("s3cret"));
    let e = updates.recv_timeout(SOON).unwrap().result.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::InvalidArgument);
    assert!(!e.to_string().contains("s3cret"), "{e}");
    let config = DirectoryConfig::new("https://u:s3cret@h/?p=s3cret");
    assert!(!format!("{config:?}").contains("s3cret"));
}
