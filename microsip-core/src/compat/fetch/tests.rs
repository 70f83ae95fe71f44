use std::net::TcpListener;

use microsip_testkit::ca::{Flaw, TestCa};

use super::test_server::{Reply, SOON, TestServer};
use super::*;

fn get(url: &str) -> Result<Fetched> {
    fetch(url, None, &FetchOptions::default())
}

fn body(fetched: Result<Fetched>) -> Vec<u8> {
    match fetched.unwrap() {
        Fetched::Document(document) => document.body,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_document_with_its_headers() {
    let server = TestServer::new(|_| {
        Reply::ok("[1]")
            .with("content-type", "text/CSV; charset=utf-8")
            .with("Cache-Control", "public")
            .with("Cache-Control", "max-age=90")
            .with("ETag", "\"v1\"")
    });
    let got = fetch(
        &server.url("/a?b=c#d"),
        None,
        &FetchOptions::default().user_agent("test/1"),
    )
    .unwrap();
    let Fetched::Document(document) = got else {
        panic!("{got:?}")
    };
    assert_eq!(document.body, b"[1]");
    assert_eq!(document.content_type.as_deref(), Some("text/CSV; charset=utf-8"));
    assert_eq!(document.cache_control.as_deref(), Some("public, max-age=90"));
    assert_eq!(document.etag.as_deref(), Some("\"v1\""));
    let asked = &server.asked()[0];
    assert_eq!(asked.target, "/a?b=c");
    assert_eq!(asked.header("user-agent"), Some("test/1"));
    assert_eq!(asked.header("if-none-match"), None);
    assert_eq!(asked.header("accept-encoding"), None, "nothing is to be decompressed");
    assert_eq!(asked.header("authorization"), None);
}

#[test]
fn what_did_not_change_is_not_sent_again() {
    let server = TestServer::new(|asked| match asked.header("if-none-match") {
        Some("\"v1\"") => Reply::status("304 Not Modified").with("Cache-Control", "max-age=70"),
        _ => Reply::ok("new"),
    });
    let get = |etag| fetch(&server.url("/"), etag, &FetchOptions::default());
    let not_modified = Fetched::NotModified {
        cache_control: Some("max-age=70".into()),
    };
    assert_eq!(get(Some("\"v1\"")).unwrap(), not_modified);
    assert_eq!(body(get(Some("\"v2\""))), b"new");
    // One that no header can hold is not sent.
    assert_eq!(body(get(Some("a\r\nEvil: 1"))), b"new");
    server.answer_with(|_| Reply::status("304 Not Modified"));
    assert_eq!(get(None).unwrap_err().kind(), ErrorKind::Transport);
}

#[test]
fn a_user_in_the_address_is_for_its_server_alone() {
    let other = TestServer::new(|_| Reply::ok("there"));
    let to = other.url("/x");
    let server = TestServer::new(move |asked| match &*asked.target {
        "/a" => Reply::redirect("b"),
        "/b" => Reply::redirect(to.clone()),
        _ => Reply::status("404 Not Found"),
    });
    let with_user = |path: &str| server.url(path).replace("http://", "http://us%65r:p%3Aw@");
    assert_eq!(body(get(&with_user("/a"))), b"there");
    for asked in server.asked() {
        // "user:p:w"
        assert_eq!(asked.header("authorization"), Some("Basic dXNlcjpwOnc="));
        assert!(!asked.head.contains('@'));
    }
    assert_eq!(server.asked().len(), 2);
    assert_eq!(other.asked()[0].header("authorization"), None);

    let e = get(&with_user("/s3cret?p=t0psecret")).unwrap_err();
    assert!(
        e.message().contains("404 Not Found") && e.message().contains("/s3cret?***"),
        "{e}"
    );
    for secret in ["user", "p:w", "p%3Aw", "t0psecret"] {
        assert!(!format!("{e} {e:?}").contains(secret), "{e:?}");
    }
    let e = fetch(&with_user("/s3cret"), None, &FetchOptions::default().hide_path(true)).unwrap_err();
    assert!(!e.message().contains("s3cret"), "{e}");
}

#[test]
fn statuses_are_errors() {
    let server = TestServer::new(|asked| match &*asked.target {
        "/401" => Reply::status("401 Unauthorized"),
        "/403" => Reply::status("403 Forbidden"),
        "/404" => Reply::status("404 Not Found"),
        "/500" => Reply::status("500 Internal Server Error"),
        "/504" => Reply::status("504 Gateway Timeout"),
        "/300" => Reply::status("300 Multiple Choices"),
        _ => Reply::Close,
    });
    for (path, kind, text) in [
        ("/401", ErrorKind::Auth, "401 Unauthorized"),
        ("/403", ErrorKind::Auth, "403 Forbidden"),
        ("/404", ErrorKind::Transport, "404 Not Found"),
        ("/500", ErrorKind::Transport, "500 Internal Server Error"),
        ("/504", ErrorKind::Timeout, "504 Gateway Timeout"),
        ("/300", ErrorKind::Transport, "300 Multiple Choices"),
        ("/", ErrorKind::Transport, "the connection ended"),
    ] {
        let e = get(&server.url(path)).unwrap_err();
        assert_eq!(e.kind(), kind, "{e}");
        assert!(e.message().contains(text), "{e}");
    }
}

#[test]
fn redirects_are_followed_five_times() {
    let server = TestServer::new(|asked| {
        let n: u32 = asked.target.trim_start_matches("/r").parse().unwrap_or(0);
        match n {
            0 => Reply::ok("end"),
            n => Reply::redirect(format!("/r{}", n - 1)),
        }
    });
    assert_eq!(body(get(&server.url("/r5"))), b"end");
    let e = get(&server.url("/r6")).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::LimitReached, "{e}");
    assert!(e.message().contains("more than 5 redirects"), "{e}");
    let none = FetchOptions::default().max_redirects(0);
    assert!(fetch(&server.url("/r1"), None, &none).is_err());

    server.answer_with(|_| Reply::redirect("/loop"));
    let before = server.asked().len();
    assert_eq!(get(&server.url("/")).unwrap_err().kind(), ErrorKind::LimitReached);
    assert_eq!(server.asked().len() - before, 6);
    for to in ["file:///etc/passwd", "ftp://h/", "https://", "\u{1}"] {
        server.answer_with(move |_| Reply::redirect(to));
        let e = get(&server.url("/")).unwrap_err();
        assert!(
            matches!(e.kind(), ErrorKind::Transport | ErrorKind::LimitReached),
            "{to}: {e}"
        );
    }
    // Without a place to go to it is a status like others.
    server.answer_with(|_| Reply::status("302 Found"));
    assert!(get(&server.url("/")).unwrap_err().message().contains("302"));
}

#[test]
fn certificates_are_judged() {
    let dir = tempfile::tempdir().unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let trusting = FetchOptions::default().ca_file(ca.ca_cert());
    let good = TestServer::tls(&ca.localhost().unwrap(), |_| Reply::ok("good"));
    assert_eq!(body(fetch(&good.url("/"), None, &trusting)), b"good");
    let by_name = good.url("/").replace("127.0.0.1", "localhost");
    assert_eq!(body(fetch(&by_name, None, &trusting)), b"good");
    // The system does not know this authority.
    let e = get(&good.url("/?s3cret")).unwrap_err();
    assert_eq!(
        (e.kind(), e.tls_refusal()),
        (ErrorKind::Tls, Some(TlsRefusal::Untrusted)),
        "{e}"
    );
    assert!(
        e.message().contains("not signed by a trusted authority") && !e.message().contains("s3cret"),
        "{e}"
    );
    for flaw in Flaw::ALL {
        let expected = match flaw {
            Flaw::SelfSigned | Flaw::OtherCa => TlsRefusal::Untrusted,
            Flaw::WrongHost => TlsRefusal::NameMismatch,
            Flaw::Expired | Flaw::NotYetValid => TlsRefusal::Expired,
        };
        let bad = TestServer::tls(&ca.flawed(flaw).unwrap(), |_| Reply::ok("bad"));
        let e = fetch(&bad.url("/"), None, &trusting).unwrap_err();
        assert_eq!(e.tls_refusal(), Some(expected), "{flaw:?}: {e}");
        assert_eq!(e.failure(), expected.failure());
        assert!(bad.asked().is_empty(), "{flaw:?}: nothing may be said to it");
    }
    // No TLS is spoken there.
    let plain = TestServer::new(|_| Reply::ok("plain"));
    let short = trusting.connect_timeout(Duration::from_millis(300));
    let e = fetch(&plain.url("/").replace("http:", "https:"), None, &short).unwrap_err();
    assert!(matches!(e.kind(), ErrorKind::Tls | ErrorKind::Transport), "{e}");
}

/// The system's list is read once per process, so a process of its own asks.
#[test]
#[cfg(target_os = "linux")]
fn the_variable_stands_in_for_the_systems_authorities() {
    const ASK: &str = "MICROSIP_TEST_FETCH";
    const WITH: &str = "MICROSIP_TEST_FETCH_CA";
    if let Ok(url) = std::env::var(ASK) {
        let options = FetchOptions {
            ca_file: std::env::var_os(WITH).map(PathBuf::from),
            ..FetchOptions::default()
        };
        let result = fetch(&url, None, &options).map(|_| ()).map_err(|e| e.code());
        println!("result {result:?}");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let server = TestServer::tls(&ca.localhost().unwrap(), |_| Reply::ok("good"));
    let ask = |file: &Path, besides: Option<&Path>| {
        let name = std::thread::current().name().unwrap().to_owned();
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &name, "--nocapture"])
            .env(ASK, server.url("/"))
            .env("SSL_CERT_FILE", file)
            .env_remove("SSL_CERT_DIR")
            .envs(besides.map(|file| (WITH, file)))
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let other_dir = tempfile::tempdir().unwrap();
    let other = TestCa::new(other_dir.path()).unwrap();
    for (system, besides, expected) in [
        (ca.ca_cert(), None, "Ok(())"),
        // A CA file adds to the system's list and does not replace it.
        (ca.ca_cert(), Some(other.ca_cert()), "Ok(())"),
        (other.ca_cert(), Some(ca.ca_cert()), "Ok(())"),
        (other.ca_cert(), None, "Err(\"tls_untrusted\")"),
        (other.ca_cert(), Some(other.ca_cert()), "Err(\"tls_untrusted\")"),
    ] {
        let output = ask(system, besides);
        assert!(output.contains(&format!("result {expected}")), "{expected}: {output}");
    }
}

/// The proxies of the environment, which a process of its own has.
#[test]
fn proxies_of_the_environment() {
    const ASK: &str = "MICROSIP_TEST_PROXY";
    if let Ok(url) = std::env::var(ASK) {
        let result = get(&url).map_err(|e| e.code());
        println!("result {:?}", result.map(|_| "ok"));
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let proxy = TestServer::new(|_| Reply::status("502 Bad Gateway"));
    let direct = TestServer::tls(&ca.localhost().unwrap(), |_| Reply::ok("direct"));
    let ask = |url: &str, set: &[(&str, String)]| {
        let name = std::thread::current().name().unwrap().to_owned();
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", &name, "--nocapture"]).env(ASK, url);
        for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
            command.env_remove(name).env_remove(name.to_lowercase());
        }
        let output = command
            .env("SSL_CERT_FILE", ca.ca_cert())
            .envs(set.iter().map(|(name, value)| (name, value)))
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let asked = |count: usize| {
        let asked = proxy.asked();
        assert_eq!(asked.len(), count, "{asked:?}");
        asked.last().cloned()
    };
    for (n, variable) in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"].into_iter().enumerate() {
        let output = ask("https://pbx.invalid/x", &[(variable, proxy.url(""))]);
        assert!(
            output.contains("result Err(\"transport_failed\")"),
            "{variable}: {output}"
        );
        let head = asked(n + 1).unwrap().head;
        assert!(head.starts_with("CONNECT pbx.invalid:443 "), "{head}");
    }
    let both = [("HTTPS_PROXY", proxy.url("")), ("NO_PROXY", "pbx.invalid".to_owned())];
    let output = ask("https://pbx.invalid/x", &both);
    assert!(output.contains("result Err(\"dns_"), "{output}");
    // SOCKS as well: nothing listens there, so the proxy is tried and not the host.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = ask("https://192.0.2.1/x", &[("ALL_PROXY", format!("socks5://{free}"))]);
    assert!(output.contains("result Err(\"port_refused\")"), "{output}");
    // A loopback address means this machine and no other.
    let output = ask(&direct.url("/"), &[("HTTPS_PROXY", proxy.url(""))]);
    assert!(output.contains("result Ok"), "{output}");
    asked(3);
}

#[test]
fn from_https_nothing_leads_to_http() {
    let dir = tempfile::tempdir().unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let plain = TestServer::new(|_| Reply::ok("plain"));
    let to = plain.url("/?s3cret");
    let secure = TestServer::tls(&ca.localhost().unwrap(), move |asked| match &*asked.target {
        "/down" => Reply::redirect(to.clone()),
        "/up" => Reply::ok("up"),
        _ => Reply::redirect("/up"),
    });
    let trusting = FetchOptions::default().ca_file(ca.ca_cert());
    let e = fetch(&secure.url("/down"), None, &trusting).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Config, "{e}");
    assert!(
        e.message().contains("from https to") && !e.message().contains("s3cret"),
        "{e}"
    );
    assert!(plain.asked().is_empty());
    // The other way is fine, and so is staying.
    let (up, down) = (secure.url("/"), secure.url("/down"));
    plain.answer_with(move |asked| Reply::redirect(if asked.target == "/" { up.clone() } else { down.clone() }));
    assert_eq!(body(fetch(&plain.url("/"), None, &trusting)), b"up");
    let e = fetch(&plain.url("/x"), None, &trusting).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Config, "up and down again: {e}");
}

#[test]
fn plain_http_as_it_is_allowed() {
    let server = TestServer::new(|asked| match &*asked.target {
        "/out" => Reply::redirect("http://pbx.invalid/"),
        _ => Reply::ok("x"),
    });
    let with = |plain| FetchOptions::default().plain_http(plain);
    assert_eq!(body(fetch(&server.url("/"), None, &with(PlainHttp::Loopback))), b"x");
    for (url, plain) in [
        (server.url("/"), PlainHttp::Refused),
        ("http://pbx.invalid/".to_owned(), PlainHttp::Loopback),
        (server.url("/out"), PlainHttp::Loopback),
    ] {
        let e = fetch(&url, None, &with(plain)).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Config, "{url}: {e}");
        assert!(e.message().contains("use https"), "{e}");
    }
    let e = fetch(&server.url("/out"), None, &with(PlainHttp::Allowed)).unwrap_err();
    assert!(e.code().starts_with("dns_"), "it is asked for: {e}");
}

#[test]
fn nothing_is_waited_for_or_read_without_a_bound() {
    let short = FetchOptions::default().timeout(Duration::from_millis(400));
    let server = TestServer::new(|asked| match &*asked.target {
        "/silent" => Reply::Hang(Vec::new()),
        "/head" => Reply::Hang(b"HTTP/1.1 200 OK\r\nContent-".to_vec()),
        "/body" => Reply::Hang(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab".to_vec()),
        "/cut" => Reply::Answer("200 OK", Vec::new(), vec![b'x'; 100]),
        "/drip" => Reply::Drip,
        "/headers" => Reply::Answer("200 OK", vec![("X", "x".repeat(200_000))], Vec::new()),
        "/1000" => Reply::ok(vec![b'x'; 1000]),
        _ => Reply::Endless,
    });
    for path in ["/silent", "/head", "/body", "/drip"] {
        let begin = Instant::now();
        let e = fetch(&server.url(path), None, &short).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Timeout, "{path}: {e}");
        assert!(e.message().contains("400ms"), "{e}");
        assert!(begin.elapsed() < SOON, "{path}");
    }
    for (bytes, path) in [(4 << 20, "/endless"), (999, "/1000")] {
        let e = fetch(&server.url(path), None, &FetchOptions::default().max_bytes(bytes)).unwrap_err();
        assert_eq!(e.failure(), FailureCode::DocumentTooLarge, "{e}");
        assert!(e.message().contains(&bytes.to_string()), "{e}");
    }
    let thousand = FetchOptions::default().max_bytes(1000);
    assert_eq!(body(fetch(&server.url("/1000"), None, &thousand)).len(), 1000);
    let e = get(&server.url("/headers")).unwrap_err();
    assert_eq!(e.failure(), FailureCode::DocumentTooLarge, "{e}");

    // Nothing listens: the port was just free.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let e = get(&format!("http://{free}/")).unwrap_err();
    assert_eq!(e.failure(), FailureCode::PortRefused, "{e}");
    // Garbage instead of HTTP.
    server.answer_with(|_| Reply::Hang(b"SIP/2.0 200 OK\r\n\r\n".to_vec()));
    assert_eq!(
        fetch(&server.url("/"), None, &short).unwrap_err().kind(),
        ErrorKind::Transport
    );
}

#[test]
fn options_and_files_are_checked() {
    let dir = tempfile::tempdir().unwrap();
    let text = dir.path().join("no.pem");
    fs::write(&text, "no certificate").unwrap();
    let options = FetchOptions::default;
    for (options, code) in [
        (options().timeout(Duration::ZERO), FailureCode::InvalidArgument),
        (options().timeout(Duration::MAX), FailureCode::InvalidArgument),
        (options().connect_timeout(Duration::ZERO), FailureCode::InvalidArgument),
        (options().max_bytes(usize::MAX), FailureCode::InvalidArgument),
        (options().max_redirects(21), FailureCode::InvalidArgument),
        (options().user_agent("a\r\nEvil: 1"), FailureCode::InvalidArgument),
        (
            options().ca_file(dir.path().join("none.pem")),
            FailureCode::FileUnreadable,
        ),
        (options().ca_file(dir.path()), FailureCode::FileUnreadable),
        (options().ca_file(&text), FailureCode::TlsSettings),
    ] {
        let e = fetch("https://127.0.0.1:1/", None, &options).unwrap_err();
        assert_eq!(e.failure(), code, "{e}");
    }
    assert!(
        !format!(
            "{:?}",
            Document {
                body: b"s3cret".to_vec(),
                content_type: None,
                cache_control: None,
                etag: None
            }
        )
        .contains("115")
    );
}
