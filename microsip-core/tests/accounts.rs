//! Many accounts: whom a call is for, what the Contact says, changing settings, ending in order.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use microsip_testkit::{Deadline, wait_until};
use support::peer::{Dialog, Peer, SDP};
use support::registrar::{Registrar, invite};
use support::*;

fn account(aor: &str, registrar: &Registrar) -> AccountConfig {
    AccountConfig::new(aor).registrar(registrar.uri())
}

fn registered(ep: &Running, config: AccountConfig) -> Account {
    let account = ep.add_account(config).unwrap();
    account.wait_registered(SOON).unwrap();
    account
}

/// Whose call it became.
fn callee(events: &mut Events) -> AccountId {
    let call = incoming(events);
    let id = call.info().account;
    call.reject(StatusCode::BUSY_HERE).unwrap();
    id
}

fn our_addr(ep: &Running) -> std::net::SocketAddr {
    ep.local_address(Transport::Udp).unwrap()
}

#[test]
fn a_call_reaches_the_account_whose_contact_it_names() {
    let ep = start(config().close_timeout(Duration::from_millis(500)));
    let registrar = Registrar::start(300);
    let other = Registrar::start(300);
    let mut events = ep.events();
    let a = registered(&ep, account("sip:1001@a.test", &registrar));
    // The same user elsewhere, on the same server and on another one.
    let b = registered(&ep, account("sip:1001@b.test", &registrar));
    let c = registered(&ep, account("sip:1001@c.test", &other));
    let contacts = [
        registrar.contact("sip:1001@a.test"),
        registrar.contact("sip:1001@b.test"),
        other.contact("sip:1001@c.test"),
    ];
    assert!(contacts[0] != contacts[1] && contacts[1] != contacts[2], "{contacts:?}");
    let to = our_addr(&ep);
    // To names somebody else of them each time: a forwarded call.
    for (n, (contact, whose)) in contacts.iter().zip([&a, &b, &c]).enumerate() {
        for (m, aor) in ["sip:1001@a.test", "sip:1001@b.test", "sip:other@c.test"]
            .iter()
            .enumerate()
        {
            let server = if n == 2 { &other } else { &registrar };
            server.send(&invite(contact, aor, server.addr(), &format!("t{n}{m}")), to);
            assert_eq!(callee(&mut events), whose.id(), "{contact} for {aor}");
        }
    }
    // Addressed directly, by address of record.
    let peer = Peer::new();
    for (aor, whose) in [
        ("sip:1001@b.test", &b),
        ("sip:1001@c.test", &c),
        ("sip:1001@a.test", &a),
    ] {
        peer.raw(
            invite(aor, aor, peer.addr(), &format!("d{}", whose.id())).as_bytes(),
            to,
        );
        assert_eq!(callee(&mut events), whose.id(), "{aor}");
    }
    ep.close();
}

#[test]
fn a_forwarded_call_is_not_taken_by_a_neighbour_of_the_first_callee() {
    let ep = start(config());
    let registrar = Registrar::start(300);
    let mut events = ep.events();
    let first = registered(&ep, account("sip:sales@a.test", &registrar));
    let second = registered(&ep, account("sip:1002@b.test", &registrar));
    let to = our_addr(&ep);
    // PJSUA's own rule gives it to whoever shares To's domain.
    let contact = registrar.contact("sip:1002@b.test");
    registrar.send(&invite(&contact, "sip:group@a.test", registrar.addr(), "f1"), to);
    assert_eq!(callee(&mut events), second.id());
    registrar.send(&invite(&contact, "sip:sales@a.test", registrar.addr(), "f2"), to);
    assert_eq!(callee(&mut events), second.id());
    // A number of the trunk, which is nobody's user: the account at home where To says, or where it comes from.
    let unknown = format!("sip:+49301234@{to}");
    registrar.send(&invite(&unknown, "sip:+49301234@b.test", registrar.addr(), "f3"), to);
    assert_eq!(callee(&mut events), second.id());
    registrar.send(&invite(&unknown, "sip:+49301234@a.test", registrar.addr(), "f4"), to);
    assert_eq!(callee(&mut events), first.id());
    ep.close();
}

#[test]
fn users_differ_by_case_and_are_compared_unescaped() {
    let ep = start(config());
    let mut events = ep.events();
    let upper = ep.local("Alice");
    let lower = ep.local("alice");
    let blank = ep.local("a%20b");
    let to = our_addr(&ep);
    let peer = Peer::new();
    for (n, (user, whose)) in [
        ("alice", &lower),
        ("Alice", &upper),
        ("%61lice", &lower),
        ("a%20b", &blank),
    ]
    .iter()
    .enumerate()
    {
        let uri = format!("sip:{user}@{to}");
        peer.raw(invite(&uri, &uri, peer.addr(), &format!("c{n}")).as_bytes(), to);
        assert_eq!(callee(&mut events), whose.id(), "{user}");
    }
    ep.close();
}

#[test]
fn a_call_for_nobody_known_goes_to_the_oldest_account() {
    let ep = start(config());
    let mut events = ep.events();
    let oldest = ep.local("1001");
    ep.local("1002");
    let to = our_addr(&ep);
    let peer = Peer::new();
    for (n, uri) in [
        format!("sip:stranger@{to}"),
        format!("sip:{to}"),
        format!("sip:x@{to};line=nonsense"),
    ]
    .iter()
    .enumerate()
    {
        peer.raw(
            invite(uri, "sip:nobody@nowhere.test", peer.addr(), &format!("n{n}")).as_bytes(),
            to,
        );
        assert_eq!(callee(&mut events), oldest.id(), "{uri}");
    }
    // Removed accounts get nothing.
    oldest.remove().unwrap();
    let uri = format!("sip:1001@{to}");
    peer.raw(invite(&uri, &uri, peer.addr(), "gone").as_bytes(), to);
    assert_ne!(callee(&mut events), oldest.id());
    ep.close();
}

#[test]
fn register_says_what_the_contact_is_told_to_say() {
    let ep = start(config().close_timeout(Duration::from_millis(500)));
    let registrar = Registrar::start(300);
    let contact = ContactOptions::default()
        .q(0.7)
        .instance("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
        .param("+sip.rendering", Some("\"yes, all\""))
        .param("mobility", Some("fixed"))
        .uri_param("user", Some("phone"))
        .uri_param("x-flag", None::<&str>);
    let config = account("sip:1001@a.test", &registrar)
        .contact(contact)
        .expires(Duration::from_secs(77))
        .register_header("X-Device", "desk 4")
        .unwrap()
        .register_header("X-Device", "second")
        .unwrap();
    let account = registered(&ep, config);
    account.register().unwrap();
    wait_until(Deadline::secs(5), "a refresh", || {
        (registrar.seen().len() >= 2).then_some(())
    })
    .unwrap();
    for (_, request) in registrar.seen() {
        let contact = request.header("Contact").unwrap();
        let (uri, params) = contact.trim_start_matches('<').split_once('>').unwrap();
        assert!(uri.contains(";user=phone;x-flag"), "{contact}");
        for param in [
            ";+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"",
            ";+sip.rendering=\"yes, all\"",
            ";mobility=fixed",
            ";q=0.7",
        ] {
            assert!(params.contains(param), "{param} in {contact}");
        }
        assert_eq!(request.header("Expires"), Some("77"));
        assert_eq!(request.all("X-Device").collect::<Vec<_>>(), ["desk 4", "second"]);
        assert_eq!(request.header("Supported"), Some("path"));
    }
    // The registration tells what it registered.
    let info = account.registration();
    assert_eq!(
        info.contact.as_deref(),
        registrar.seen()[0].1.header("Contact"),
        "{info:?}"
    );
    // A call's Contact has the URI's parameters.
    let peer = Peer::new();
    account.call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    assert!(
        invite.header("Contact").unwrap().contains(";user=phone;x-flag"),
        "{:?}",
        invite.header("Contact")
    );
    peer.reply(&invite, 486, &[], None);
    ep.close();
}

#[test]
fn too_brief_an_interval_is_asked_again_and_a_shorter_one_is_kept() {
    let ep = start(config().close_timeout(Duration::from_millis(500)));
    let peer = Peer::new();
    let account = ep
        .add_account(
            AccountConfig::new("sip:1001@a.test")
                .registrar(peer.uri("").replace("@", ""))
                .expires(Duration::from_secs(60)),
        )
        .unwrap();
    let first = peer.request("REGISTER");
    assert_eq!(first.header("Expires"), Some("60"));
    peer.reply(&first, 423, &["Min-Expires: 1800"], None);
    let second = peer.request("REGISTER");
    assert_eq!(second.header("Expires"), Some("1800"));
    assert_eq!(second.call_id(), first.call_id());
    // Granted less than asked: seven seconds, so the refresh comes after two to six.
    let from = Instant::now();
    let contact = format!("Contact: {};expires=7", second.header("Contact").unwrap());
    peer.reply(&second, 200, &[&contact], None);
    let info = account.wait_registered(SOON).unwrap();
    assert_eq!(info.expires, Some(Duration::from_secs(7)));
    let third = peer.request("REGISTER");
    let waited = from.elapsed();
    assert!(
        waited >= Duration::from_secs(1) && waited < Duration::from_secs(7),
        "{waited:?}"
    );
    assert_eq!(third.header("Expires"), Some("1800"));
    let contact = format!("Contact: {};expires=1800", third.header("Contact").unwrap());
    peer.reply(&third, 200, &[&contact], None);
    ep.close();
}

#[test]
fn keep_alives_go_out_at_their_interval_and_can_be_off() {
    let ep = start(config().close_timeout(Duration::from_millis(500)));
    let (often, never) = (Registrar::start(300), Registrar::start(300));
    registered(
        &ep,
        account("sip:1001@a.test", &often).keep_alive(Duration::from_secs(1)),
    );
    let quiet = registered(&ep, account("sip:1002@a.test", &never).keep_alive(Duration::ZERO));
    let from = Instant::now();
    wait_until(Deadline::secs(10), "three keep-alives", || {
        (often.keep_alives() >= 3).then_some(())
    })
    .unwrap();
    // Each after 0.8 to 1 s.
    let took = from.elapsed();
    assert!(
        took > Duration::from_millis(2200) && took < Duration::from_secs(6),
        "{took:?}"
    );
    assert_eq!(never.keep_alives(), 0);
    // Turned on while it runs.
    quiet
        .modify(account("sip:1002@a.test", &never).keep_alive(Duration::from_secs(1)))
        .unwrap();
    wait_until(Deadline::secs(10), "a keep-alive", || {
        (never.keep_alives() >= 1).then_some(())
    })
    .unwrap();
    ep.close();
}

#[test]
fn closing_unregisters_every_account_and_waits_no_longer_than_told() {
    let ep = start(config().close_timeout(Duration::from_secs(1)));
    let registrar = Registrar::start(300);
    for n in 0..20 {
        registered(&ep, account(&format!("sip:{n}@a.test"), &registrar));
    }
    let dead = Registrar::start(300);
    registered(&ep, account("sip:dead@a.test", &dead));
    dead.silent(true);
    // Still on its way when the endpoint closes.
    let slow = Registrar::start(300);
    slow.silent(true);
    ep.add_account(account("sip:slow@a.test", &slow)).unwrap();
    let from = Instant::now();
    ep.close();
    let took = from.elapsed();
    assert!(
        took >= Duration::from_millis(900) && took < Duration::from_secs(3),
        "{took:?}"
    );
    assert_eq!(registrar.bindings(), 0);
    let bye = |r: &Registrar| {
        r.seen()
            .iter()
            .filter(|(_, m)| m.header("Expires") == Some("0"))
            .count()
    };
    assert_eq!((bye(&registrar), bye(&dead)), (20, 1));
}

#[test]
fn a_registration_answered_while_closing_is_taken_back() {
    let ep = start(config().close_timeout(Duration::from_secs(3)));
    let peer = Peer::new();
    let config = AccountConfig::new("sip:1001@a.test").registrar(peer.uri("").replace("@", ""));
    ep.add_account(config).unwrap();
    let register = peer.request("REGISTER");
    let closer = std::thread::spawn(move || ep.endpoint.close());
    // Closing has begun, or will in a moment: whichever comes first, the binding must go.
    std::thread::sleep(Duration::from_millis(200));
    let contact = format!("Contact: {};expires=300", register.header("Contact").unwrap());
    peer.reply(&register, 200, &[&contact], None);
    let end = peer.request("REGISTER");
    assert_eq!(end.header("Expires"), Some("0"));
    peer.reply(&end, 200, &[], None);
    closer.join().unwrap().unwrap();
}

#[test]
fn a_new_password_is_used_at_once() {
    let server = Kamailio::start(KamailioOptions::new().user("1001", "secret")).unwrap();
    let ep = start(config());
    let config = |password: &str| {
        AccountConfig::new(format!("sip:1001@{}", server.domain()))
            .registrar(format!("sip:{}", server.udp_addr()))
            .credentials("1001", password)
    };
    let account = ep.add_account(config("wrong")).unwrap();
    assert_eq!(account.wait_registered(SOON).unwrap_err().kind(), ErrorKind::Auth);
    account.modify(config("secret")).unwrap();
    account.wait_registered(SOON).unwrap();
    server.wait_registered("1001", 1, Deadline::secs(5)).unwrap();
    // The other way round the refusal is told, whatever was registered before.
    account.modify(config("wrong again")).unwrap();
    assert_eq!(account.wait_registered(SOON).unwrap_err().kind(), ErrorKind::Auth);
    account.modify(config("secret")).unwrap();
    account.wait_registered(SOON).unwrap();
    server.wait_registered("1001", 1, Deadline::secs(5)).unwrap();
    let error = account
        .modify(AccountConfig::new("sip:1002@elsewhere.test"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    assert!(error.to_string().contains("address of record"), "{error}");
    let error = account.modify(config("secret").expires(Duration::ZERO)).unwrap_err();
    assert!(error.to_string().contains("modify account: expires"), "{error}");
    ep.close();
}

#[test]
fn another_registrar_takes_over_and_the_old_one_forgets() {
    let ep = start(config().close_timeout(Duration::from_millis(500)));
    let (old, new) = (Registrar::start(300), Registrar::start(300));
    let account_at = |r: &Registrar| account("sip:1001@a.test", r);
    let mut events = ep.events();
    let account = registered(&ep, account_at(&old));
    account.modify(account_at(&new)).unwrap();
    account.wait_registered(SOON).unwrap();
    wait_until(Deadline::secs(5), "the old binding to go", || {
        (old.bindings() == 0 && new.bindings() == 1).then_some(())
    })
    .unwrap();
    // One event each: what became of the old registrar's binding is no news.
    let states: Vec<RegistrationState> = std::iter::from_fn(|| events.recv_timeout(Duration::from_millis(300)).ok()?)
        .filter_map(|e| match e {
            Event::Registration { info, .. } => Some(info.state),
            _ => None,
        })
        .collect();
    assert_eq!(states, [RegistrationState::Registered; 2]);
    // Without a registrar, and with one again.
    account.modify(AccountConfig::new("sip:1001@a.test")).unwrap();
    assert_eq!(account.registration().state, RegistrationState::None);
    wait_until(Deadline::secs(5), "the binding to go", || {
        (new.bindings() == 0).then_some(())
    })
    .unwrap();
    account.modify(account_at(&old)).unwrap();
    account.wait_registered(SOON).unwrap();
    assert_eq!((old.bindings(), new.bindings()), (1, 0));
    // An unregistered account stays so.
    account.unregister().unwrap();
    account.wait_unregistered(SOON).unwrap();
    account
        .modify(account_at(&old).expires(Duration::from_secs(100)))
        .unwrap();
    assert_eq!(account.registration().state, RegistrationState::Unregistered);
    account.register().unwrap();
    account.wait_registered(SOON).unwrap();
    assert_eq!(old.seen().last().unwrap().1.header("Expires"), Some("100"));
    ep.close();
}

#[test]
fn settings_change_while_a_call_is_up() {
    let ep = start(config());
    let (a, b) = (ep.local("1001"), ep.local("1002"));
    let mut events = ep.events();
    let out = a.call(&ep.uri("1002")).unwrap();
    incoming(&mut events).answer(StatusCode::OK).unwrap();
    out.wait_for(CallState::Confirmed, SOON).unwrap();
    for account in [&a, &b] {
        account
            .modify(AccountConfig::new(account.aor()).codecs("PCMA").unwrap())
            .unwrap();
    }
    assert_eq!(out.info().state, CallState::Confirmed);
    out.hang_up().unwrap();
    out.wait_for(CallState::Disconnected, SOON).unwrap();
    ep.close();
}

#[test]
fn a_change_that_is_refused_leaves_the_registration() {
    let ep = start(config().close_timeout(Duration::from_millis(500)));
    let (here, elsewhere) = (Registrar::start(300), Registrar::start(300));
    let account_at = |r: &Registrar| account("sip:1001@a.test", r);
    let account = registered(&ep, account_at(&here));
    for proxy in ["sip:[::", "sip:h?X=1"] {
        let error = account.modify(account_at(&elsewhere).proxy(proxy)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    }
    assert_eq!(account.registration().state, RegistrationState::Registered);
    // What was sent before is seen before the answer to this one.
    account.register().unwrap();
    wait_until(Deadline::secs(5), "the refresh", || {
        (here.seen().len() >= 2).then_some(())
    })
    .unwrap();
    let expires: Vec<_> = here
        .seen()
        .iter()
        .map(|s| s.1.header("Expires").map(str::to_owned))
        .collect();
    assert!(expires.iter().all(|e| e.as_deref() != Some("0")), "{expires:?}");
    assert_eq!((here.bindings(), elsewhere.seen().len()), (1, 0));
    ep.close();
}

/// Memory that belongs to this process alone, in KiB.
#[cfg(target_os = "linux")]
fn anonymous() -> i64 {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let line = text.lines().find(|line| line.starts_with("Anonymous:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Registered, called, refreshed, unregistered; what each takes while idle is printed.
#[cfg(target_os = "linux")]
#[test]
fn heavy_a_thousand_accounts_register_are_called_and_leave() {
    const ALL: usize = 1000;
    let ep = start(config().close_timeout(Duration::from_secs(10)));
    let registrar = Registrar::start(600);
    registrar.forget();
    ep.local("warm");
    ep.round_trip().unwrap();
    let mut events = ep.events();
    // What a first registration takes once for all of them.
    registered(&ep, account("sip:first@d0.test", &registrar));
    let before = anonymous();
    let from = Instant::now();
    // A hundred users on ten domains: each user ten times.
    let aor = |n: usize| format!("sip:user{}@d{}.test", n / 10, n % 10);
    let accounts: Vec<Account> = (0..ALL - 2)
        .map(|n| ep.add_account(account(&aor(n), &registrar)).unwrap())
        .collect();
    for account in &accounts {
        account.wait_registered(SOON).unwrap();
    }
    let took = from.elapsed();
    assert_eq!(registrar.bindings(), ALL - 1);
    // What transactions took is given back 35 s after the last registration.
    let kept = wait_until(Deadline::secs(60), "an idle process", || {
        std::thread::sleep(Duration::from_secs(42));
        Some(anonymous() - before)
    })
    .unwrap();
    println!(
        "{ALL} accounts registered in {took:?}; {kept} KiB more, {:.1} KiB an account",
        kept as f64 / (ALL - 2) as f64
    );
    assert!(kept / (ALL as i64) < 30, "{kept} KiB");
    let to = our_addr(&ep);
    for n in (0..ALL - 2).step_by(37).chain([ALL - 3]) {
        // To says somebody else.
        let text = invite(
            &registrar.contact(&aor(n)),
            &aor((n + 1) % 900),
            registrar.addr(),
            &format!("h{n}"),
        );
        registrar.send(&text, to);
        assert_eq!(callee(&mut events), accounts[n].id(), "{}", aor(n));
    }
    ep.close();
    assert_eq!(registrar.bindings(), 0);
}

/// With a real registrar that challenges each of them.
#[test]
fn heavy_a_thousand_accounts_register_with_kamailio() {
    const ALL: usize = 1000;
    let mut options = KamailioOptions::new();
    for n in 0..ALL {
        options = options.user(&format!("u{n}"), "secret");
    }
    let server = Kamailio::start(options).unwrap();
    let ep = start(config().close_timeout(Duration::from_secs(10)));
    let from = Instant::now();
    let accounts: Vec<Account> = (0..ALL)
        .map(|n| {
            let config = AccountConfig::new(format!("sip:u{n}@{}", server.domain()))
                .registrar(format!("sip:{}", server.udp_addr()))
                .credentials(format!("u{n}"), "secret");
            ep.add_account(config).unwrap()
        })
        .collect();
    for account in &accounts {
        account.wait_registered(Duration::from_secs(60)).unwrap();
    }
    println!("{ALL} accounts registered with Kamailio in {:?}", from.elapsed());
    for n in [0, 500, 999] {
        server.wait_registered(&format!("u{n}"), 1, Deadline::secs(5)).unwrap();
    }
    let mut events = ep.events();
    let call = accounts[1].call(&format!("sip:u777@{}", server.udp_addr())).unwrap();
    assert_eq!(callee(&mut events), accounts[777].id());
    call.wait_for(CallState::Disconnected, SOON).unwrap();
    ep.close();
    for n in [0, 500, 999] {
        server.wait_registered(&format!("u{n}"), 0, Deadline::secs(5)).unwrap();
    }
}

/// A peer that begins a dialog and ends it: the account's calls work without any registrar.
#[test]
fn an_account_without_registrar_is_called_directly() {
    let ep = start(config());
    let account = ep.local("1001");
    let mut events = ep.events();
    let peer = Peer::new();
    let dialog = Dialog::new(&peer, &ep.uri("1001"), "direct");
    peer.send(our_addr(&ep), "INVITE", &ep.uri("1001"), &dialog, 1, &[], Some(SDP));
    assert_eq!(callee(&mut events), account.id());
    peer.response(486, "INVITE");
    ep.close();
}
