//! Wrong arguments: every function that takes one refuses what it cannot use, as `InvalidArgument`, in a sentence that names the
//! argument. Nothing is sent, nothing is left behind.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use support::*;

/// Where the error came from, the error, and a word that must be in its sentence.
type Case = (&'static str, Option<Error>, &'static str);

fn judge(cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for (what, error, word) in cases {
        match error {
            None => wrong.push(format!("{what}: taken")),
            Some(e) if e.kind() != ErrorKind::InvalidArgument => wrong.push(format!("{what}: {:?}: {e}", e.kind())),
            Some(e) if !e.to_string().to_lowercase().contains(word) => {
                wrong.push(format!("{what}: no {word:?} in: {e}"))
            }
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const TEXTS: [&str; 4] = ["", "no uri", "http://x", "sip:a\r\nX: y"];

#[test]
fn of_values() {
    let uri_of_length = format!("sip:{}@h", "a".repeat(2000));
    let mut cases: Vec<Case> = vec![
        ("Headers::with, name", Headers::new().with("a b", "v").err(), "header"),
        ("Headers::with, no name", Headers::new().with("", "v").err(), "header"),
        (
            "Headers::with, value",
            Headers::new().with("X-A", "v\r\nX-B: w").err(),
            "x-a",
        ),
        ("Headers::add", Headers::new().add("a:", "v").err(), "header"),
        (
            "CallOptions::header",
            CallOptions::new().header("a b", "v").err(),
            "header",
        ),
        (
            "CallOptions::header, the stack's",
            CallOptions::new().header("Via", "v").err(),
            "via",
        ),
        (
            "AnswerOptions::header",
            AnswerOptions::new().header("", "v").err(),
            "header",
        ),
        (
            "RejectOptions::header",
            RejectOptions::new().header("X", "\0").err(),
            "x",
        ),
        (
            "HangUpOptions::header",
            HangUpOptions::new().header("CSeq", "1").err(),
            "cseq",
        ),
        (
            "RequestOptions::header",
            RequestOptions::new().header("Call-ID", "1").err(),
            "call-id",
        ),
        ("Reason::q850", Reason::q850(0).err(), "cause"),
        ("Reason::q850", Reason::q850(128).err(), "cause"),
        (
            "Network::new",
            Network::new("::1".parse().unwrap(), 129).err(),
            "prefix",
        ),
        ("Network::from_str", "10.0.0.0/x".parse::<Network>().err(), "network"),
        (
            "EndpointConfig::codecs",
            EndpointConfig::default().codecs("PCMA/x").err(),
            "codec",
        ),
        (
            "EndpointConfig::codecs, none",
            EndpointConfig::default().codecs(" ").err(),
            "codec",
        ),
        ("a URI of 2000 bytes", add(&uri_of_length), "bytes"),
    ];
    cases.extend(pattern_cases());
    judge(cases);
}

fn add(uri: &str) -> Option<Error> {
    let ep = start(config());
    let error = ep.add_account(AccountConfig::new(uri)).err();
    ep.close();
    error
}

fn pattern_cases() -> Vec<Case> {
    // Longer than any pattern anybody writes by hand, or malformed.
    ["[", "\0"]
        .into_iter()
        .filter_map(|p| Pattern::new(p).err())
        .map(|e| ("Pattern::new", Some(e), "pattern"))
        .collect()
}

#[test]
fn of_the_endpoint() {
    let base = config;
    let started = |config: EndpointConfig| Endpoint::start(config).err();
    let s = Duration::from_secs;
    let _turn = turn();
    judge(vec![
        ("max_calls", started(base().max_calls(0)), "limits.calls"),
        ("max_calls", started(base().max_calls(100_000)), "limits.calls"),
        ("max_accounts", started(base().max_accounts(0)), "limits.accounts"),
        (
            "max_accounts",
            started(base().max_accounts(1_000_000)),
            "limits.accounts",
        ),
        ("transports", started(base().transports(Vec::new())), "transport"),
        (
            "transports",
            started(base().transports(vec![
                TransportConfig::new(Transport::Udp, "127.0.0.1:0".parse().unwrap());
                50
            ])),
            "transport",
        ),
        ("user_agent", started(base().user_agent("a\nb")), "user agent"),
        ("user_agent", started(base().user_agent("a".repeat(600))), "user agent"),
        ("rtp_ports", started(base().rtp_ports(0..=10)), "rtp ports"),
        ("rtp_ports", started(base().rtp_ports(5000..=5000)), "rtp ports"),
        ("gather", started(base().gather(s(2))), "gather"),
        (
            "transaction_timeout",
            started(base().transaction_timeout(s(0))),
            "transaction timeout",
        ),
        (
            "transaction_timeout",
            started(base().transaction_timeout(s(65))),
            "transaction timeout",
        ),
        ("close_timeout", started(base().close_timeout(s(31))), "close timeout"),
        (
            "guard",
            started(base().guard(GuardConfig::default().sources(0))),
            "guard.sources",
        ),
        (
            "policy",
            started(base().policy(CallPolicy::new().max_calls(0))),
            "max_calls",
        ),
        (
            "policy",
            started(base().policy(CallPolicy::new().forward_always("x"))),
            "forward.always",
        ),
        (
            "policy",
            started(base().policy(CallPolicy::new().forward_no_answer(s(0), "sip:a@b"))),
            "forward.no_answer",
        ),
        (
            "policy",
            started(base().policy(CallPolicy::new().rule(CallRule::deny_with(StatusCode::OK)))),
            "denies",
        ),
        (
            "policy",
            started(base().policy(CallPolicy::new().hang_up_after(s(0)))),
            "hang_up_after",
        ),
        (
            "policy",
            started(base().policy(CallPolicy::new().auto_answer(AutoAnswer::new().delay(s(601))))),
            "auto_answer.delay",
        ),
    ]);
}

#[test]
fn of_accounts() {
    let ep = start(config().transports(vec![TransportConfig::new(
        Transport::Udp,
        "127.0.0.1:0".parse().unwrap(),
    )]));
    let s = Duration::from_secs;
    let base = || AccountConfig::new("sip:a@127.0.0.1");
    let add = |config: AccountConfig| ep.add_account(config).err();
    let mut cases = vec![
        ("registrar without host", add(base().registrar("sip:")), "registrar"),
        ("expires", add(base().expires(s(1))), "expires"),
        ("expires", add(base().expires(s(1_000_000))), "expires"),
        ("retry_interval", add(base().retry_interval(s(0))), "retry interval"),
        ("credentials", add(base().credentials("a\r", "b")), "user"),
        ("credentials", add(base().credentials("a", "b\n")), "password"),
        ("proxy", add((0..20).fold(base(), |c, _| c.proxy("sip:p"))), "prox"),
        (
            "policy",
            add(base().policy(CallPolicy::new().forward_busy("x"))),
            "forward.busy",
        ),
        ("local_address", ep.local_address(Transport::Tcp).err(), "transport"),
        (
            "set_policy",
            ep.set_policy(CallPolicy::new().max_calls(0)).err(),
            "max_calls",
        ),
    ];
    for text in TEXTS {
        cases.push(("aor", add(AccountConfig::new(text)), "address of record"));
        cases.push(("registrar", add(base().registrar(text)), "registrar"));
        cases.push(("proxy", add(base().proxy(text)), "proxy"));
    }
    // What only PJSIP's parser finds.
    for text in ["sip:[::", "sip:a b", "sip:h:99999", "sip:h;x=<"] {
        cases.push(("aor", add(AccountConfig::new(text)), "address of record"));
        cases.push(("registrar", add(base().registrar(text)), "registrar"));
        cases.push(("proxy", add(base().proxy("sip:p").proxy(text)), "proxy"));
        let modified = ep.add_account(base()).and_then(|account| {
            let result = account.modify(base().proxy(text));
            account.remove()?;
            result
        });
        cases.push(("modify", modified.err(), "proxy"));
    }
    judge(cases);
    assert!(ep.accounts().unwrap().is_empty());
    ep.close();
}

#[test]
fn of_calls_and_requests() {
    let ep = start(config());
    let (out, inn) = connected(&ep);
    let account = ep.accounts().unwrap().remove(0);
    let s = Duration::from_secs;
    let call = |options| account.call_with("sip:a@127.0.0.1", options).err();
    let mut cases: Vec<Case> = vec![
        (
            "request, method",
            account.request("", "sip:a@b", RequestOptions::new()).err(),
            "method",
        ),
        (
            "request, method",
            account.request("A B", "sip:a@b", RequestOptions::new()).err(),
            "method",
        ),
        (
            "Call::request, method",
            out.request("\r\n", RequestOptions::new()).err(),
            "method",
        ),
        ("send_dtmf", out.send_dtmf("x").err(), "'x'"),
        ("send_dtmf, none", out.send_dtmf("").err(), "digit"),
        (
            "DtmfOptions::duration",
            out.send_dtmf_with("1", DtmfOptions::default().duration(s(100))).err(),
            "duration",
        ),
        (
            "DtmfOptions::gap",
            out.send_dtmf_with("1", DtmfOptions::default().gap(s(1000))).err(),
            "gap",
        ),
        (
            "DtmfOptions::pause",
            out.send_dtmf_with("1", DtmfOptions::default().pause(s(10_000))).err(),
            "pause",
        ),
        ("send_info", out.send_info("no type", "x").err(), "type"),
        ("request_uri", call(CallOptions::new().request_uri("x")), "request"),
        ("from", call(CallOptions::new().from("sip:a\n")), "from"),
        ("ring_for", call(CallOptions::new().ring_for(s(0))), "ring"),
        (
            "hang_up_after",
            call(CallOptions::new().hang_up_after(s(0))),
            "hang_up_after",
        ),
        (
            "set_policy",
            account.set_policy(Some(CallPolicy::new().max_calls(0))).err(),
            "max_calls",
        ),
        ("redirect, nowhere", inn.redirect([""; 0]).err(), "contact"),
        ("redirect", inn.redirect(["x"]).err(), "contact"),
        ("answer", inn.answer(StatusCode::BUSY_HERE).err(), "486"),
        ("reject", inn.reject(StatusCode::OK).err(), "200"),
    ];
    // A file that is not there is no wrong argument but an Io error.
    let io = out.play("not/there.wav", PlayOptions::default()).err().unwrap();
    assert_eq!(io.kind(), ErrorKind::Io, "{io}");
    for text in TEXTS {
        cases.push(("call", account.call(text).err(), "target"));
        cases.push(("options", account.options(text).err(), "target"));
    }
    judge(cases);
    assert_eq!(ep.calls().unwrap().len(), 2, "the call goes on, and no other was made");
    assert_eq!(ep.diagnostics().failed_assertions, 0);
    ep.close();
}
