use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use microsip_testkit::ca::{Flaw, TestCa};

use super::*;
use crate::compat::fetch::FetchOptions;
use crate::compat::fetch::test_server::{Reply, SOON, TestServer};
use crate::{Error, ErrorKind, TlsRefusal};

const GOOD: &str =
    r#"{"microsip":1,"serial":"a","refresh":90,"accounts":[{"id":1,"domain":"d","username":"u","password":"s3cret"}]}"#;
const BETTER: &str = r#"{"microsip":1,"serial":"b","settings":{"DND":1}}"#;

struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        Place {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn settings(&self) -> PathBuf {
        self.dir.path().join("microsip.ini")
    }

    fn cache(&self) -> PathBuf {
        self.dir.path().join("provision.json")
    }

    fn config(&self, url: impl Into<String>) -> ProvisionConfig {
        ProvisionConfig::new(url, &self.settings())
    }
}

fn start(config: ProvisionConfig) -> (ProvisionClient, Receiver<ProvisionUpdate>) {
    start_answering(config, |_| Ok(()))
}

/// The channel has the update before the client has the answer; what is kept is seen after the next update, or the close.
fn start_answering(
    config: ProvisionConfig,
    answer: impl Fn(&ProvisionUpdate) -> crate::Result<()> + Send + 'static,
) -> (ProvisionClient, Receiver<ProvisionUpdate>) {
    let (told, updates) = mpsc::channel();
    let client = ProvisionClient::start(config, move |update| {
        let result = answer(update);
        let news = match &update.news {
            ProvisionNews::Document { document, fresh } => ProvisionNews::Document {
                document: document.clone(),
                fresh: *fresh,
            },
            ProvisionNews::Unchanged => ProvisionNews::Unchanged,
            ProvisionNews::Failed { error, problems, kept } => ProvisionNews::Failed {
                error: error.clone(),
                problems: problems.clone(),
                kept: kept.clone(),
            },
        };
        let _ = told.send(ProvisionUpdate {
            news,
            next: update.next,
        });
        result
    })
    .unwrap();
    (client, updates)
}

fn next(updates: &Receiver<ProvisionUpdate>) -> ProvisionUpdate {
    updates.recv_timeout(SOON).unwrap()
}

fn serial(update: &ProvisionUpdate) -> (&str, bool) {
    match &update.news {
        ProvisionNews::Document { document, fresh } => (document.serial.as_deref().unwrap(), *fresh),
        other => panic!("{other:?}"),
    }
}

fn failure(update: ProvisionUpdate) -> (Error, Vec<ProvisionProblem>, Option<Box<CachedDocument>>) {
    match update.news {
        ProvisionNews::Failed { error, problems, kept } => (error, problems, kept),
        other => panic!("{other:?}"),
    }
}

fn wait_for(what: &str, ready: impl Fn() -> bool) {
    let end = Instant::now() + SOON;
    while !ready() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn kept(place: &Place, url: &str) -> Option<String> {
    let cache = ProvisionCache::new(place.cache());
    cache.load(url, ProvisionRules::default()).ok()??.document.serial
}

#[test]
fn it_is_fetched_kept_and_used_when_the_server_is_gone() {
    let place = Place::new();
    let server = TestServer::new(|_| Reply::ok(GOOD));
    let url = server.url("/p.json?key=s3cret");
    let (client, updates) = start(place.config(&url));
    let update = next(&updates);
    assert_eq!((serial(&update), update.next), (("a", true), Duration::from_secs(90)));
    // Told and kept before it is asked again.
    client.refresh();
    assert!(matches!(next(&updates).news, ProvisionNews::Unchanged));
    client.close();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(place.cache()).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(
        fs::read_dir(place.dir.path()).unwrap().count(),
        1,
        "nothing is left beside it"
    );
    let head = fs::read_to_string(place.cache()).unwrap();
    assert!(head.contains("/p.json?***") && !head.contains("key="), "{head}");

    drop(server);
    let (client, updates) = start(place.config(&url));
    let (error, _, offline) = failure(next(&updates));
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert!(!error.to_string().contains("s3cret"));
    let offline = offline.unwrap();
    assert_eq!(offline.document.serial.as_deref(), Some("a"));
    assert!(!format!("{offline:?}").contains("s3cret"));
    client.refresh();
    let update = next(&updates);
    assert_eq!(update.next, Duration::from_secs(80));
    assert!(failure(update).2.is_none(), "told once");
    // Another address' document is none of ours.
    let (_client, updates) = start(place.config(url.replace("key", "kex")));
    assert!(failure(next(&updates)).2.is_none());
}

#[test]
fn a_wrong_document_changes_nothing() {
    let place = Place::new();
    let server = TestServer::new(|_| Reply::ok(GOOD));
    let url = server.url("/");
    let (client, updates) = start(place.config(&url));
    assert_eq!(serial(&next(&updates)).0, "a");
    wait_for("kept", || kept(&place, &url).is_some());
    for body in [
        r#"{"microsip":1,"serial":"c","settings":{"cmdCallStart":"sh -c evil"}}"#,
        r#"{"microsip":1,"serial":"c","settings":{"DND":7},"accounts":[{"id":1,"server":7}]}"#,
        "<html>captive portal</html>",
        "",
    ] {
        server.answer_with(move |_| Reply::ok(body));
        client.refresh();
        let (error, problems, kept_one) = failure(next(&updates));
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
        assert!(!problems.is_empty() && kept_one.is_none());
        assert_eq!(kept(&place, &url).as_deref(), Some("a"), "{body}");
    }
    // At a start, the kept one is told with the refusal.
    client.close();
    let (client, updates) = start(place.config(&url));
    assert_eq!(failure(next(&updates)).2.unwrap().document.serial.as_deref(), Some("a"));
    server.answer_with(|_| Reply::ok(BETTER).with("Cache-Control", "max-age=120"));
    client.refresh();
    let update = next(&updates);
    assert_eq!((serial(&update), update.next), (("b", true), Duration::from_secs(120)));
    wait_for("replaced", || kept(&place, &url).as_deref() == Some("b"));
}

#[test]
fn what_could_not_be_applied_is_not_kept_and_told_again() {
    let place = Place::new();
    let server = TestServer::new(|_| Reply::ok(BETTER));
    let url = server.url("/");
    let tries = std::sync::atomic::AtomicUsize::new(0);
    let (client, updates) = start_answering(place.config(&url), move |_| {
        match tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => Err(Error::invalid("test", "the disk is full")),
            _ => Ok(()),
        }
    });
    assert_eq!(serial(&next(&updates)), ("b", true));
    assert!(!place.cache().exists());
    client.refresh();
    assert_eq!(serial(&next(&updates)), ("b", true));
    wait_for("kept", || kept(&place, &url).as_deref() == Some("b"));
}

#[test]
fn what_did_not_change_is_told_once_at_start() {
    let place = Place::new();
    let server = TestServer::new(|asked| match asked.header("if-none-match") {
        Some("\"1\"") => Reply::status("304 Not Modified"),
        _ => Reply::ok(GOOD).with("ETag", "\"1\""),
    });
    let url = server.url("/");
    let (client, updates) = start(place.config(&url));
    assert_eq!(serial(&next(&updates)), ("a", true));
    client.refresh();
    assert!(matches!(next(&updates).news, ProvisionNews::Unchanged));
    client.close();
    let (client, updates) = start(place.config(&url));
    let update = next(&updates);
    assert_eq!((serial(&update), update.next), (("a", false), Duration::from_secs(90)));
    client.refresh();
    assert!(matches!(next(&updates).news, ProvisionNews::Unchanged));
    assert_eq!(
        server
            .asked()
            .iter()
            .filter(|a| a.header("if-none-match").is_some())
            .count(),
        3
    );
}

#[test]
fn a_damaged_cache_is_passed_over() {
    let place = Place::new();
    let server = TestServer::new(|_| Reply::ok(GOOD));
    let url = server.url("/");
    fs::write(place.cache(), "{\"s3cret").unwrap();
    let cache = ProvisionCache::new(place.cache());
    let e = cache.load(&url, ProvisionRules::default()).unwrap_err();
    assert!(
        e.message().contains("provision.json") && !e.message().contains("s3cret"),
        "{e}"
    );
    let (_client, updates) = start(place.config(&url));
    assert_eq!(serial(&next(&updates)).0, "a");
    wait_for("replaced", || kept(&place, &url).is_some());
    // Stricter rules than when it was kept.
    let hooks = r#"{"microsip":1,"settings":{"cmdCallEnd":"x"}}"#;
    let rules = ProvisionRules::default().allow_hooks(true);
    cache.store(&url, None, &hooks.into()).unwrap();
    assert!(cache.load(&url, rules).unwrap().is_some());
    assert!(cache.load(&url, ProvisionRules::default()).is_err());
    assert_eq!(
        ProvisionCache::beside(Path::new("/a/work.ini")).path,
        Path::new("/a/work-provision.json")
    );
    // A folder in its place.
    let e = ProvisionCache::new(place.dir.path()).load(&url, rules).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Io);
}

#[test]
fn only_by_https_unless_allowed() {
    let place = Place::new();
    let (_client, updates) = start(place.config("http://pbx.invalid/p?s3cret"));
    let (error, ..) = failure(next(&updates));
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(
        error.message().contains("use https") && !error.message().contains("s3cret"),
        "{error}"
    );
    // Options for fetching do not get around it.
    let config = place.config("http://pbx.invalid/").fetch(FetchOptions::default());
    let (_client, updates) = start(config);
    assert_eq!(failure(next(&updates)).0.kind(), ErrorKind::Config);
    let (_client, updates) = start(place.config("http://pbx.invalid/").allow_plain_http(true));
    assert_eq!(failure(next(&updates)).0.kind(), ErrorKind::Transport);

    let ca = TestCa::new(place.dir.path()).unwrap();
    let trusting = FetchOptions::default().ca_file(ca.ca_cert());
    let good = TestServer::tls(&ca.localhost().unwrap(), |_| Reply::ok(GOOD));
    let (_client, updates) = start(place.config(good.url("/")).fetch(trusting.clone()));
    assert_eq!(serial(&next(&updates)).0, "a");
    let bad = TestServer::tls(&ca.flawed(Flaw::WrongHost).unwrap(), |_| Reply::ok(BETTER));
    let (_client, updates) = start(place.config(bad.url("/")).fetch(trusting));
    let (error, ..) = failure(next(&updates));
    assert_eq!(error.tls_refusal(), Some(TlsRefusal::NameMismatch));
}

#[test]
fn hanging_and_endless_servers() {
    let place = Place::new();
    let server = TestServer::new(|_| Reply::Hang(Vec::new()));
    let (client, _updates) = start(place.config(server.url("/")));
    server.wait_asked(1);
    let begin = Instant::now();
    assert!(client.close());
    assert!(begin.elapsed() < Duration::from_secs(5));
    server.answer_with(|_| Reply::Endless);
    let (_client, updates) = start(place.config(server.url("/")));
    let (error, ..) = failure(next(&updates));
    assert_eq!(error.code(), "document_too_large", "{error}");
    assert!(error.message().contains("1048576"), "{error}");
}

#[test]
fn the_configuration_is_checked() {
    let place = Place::new();
    for config in [
        place.config(" "),
        place.config("https://h/").interval(Duration::from_secs(59)),
        place.config("https://h/").interval(Duration::from_secs(604_801)),
    ] {
        let e = ProvisionClient::start(config, |_| Ok(())).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::InvalidArgument);
    }
    let config = place.config("https://u:s3cret@h/?s3cret");
    assert!(!format!("{config:?}").contains("s3cret"));
}
