use std::collections::HashMap;

use super::*;

#[derive(Default)]
struct Zone {
    naptr: HashMap<String, Vec<Naptr>>,
    srv: HashMap<String, Vec<Srv>>,
    addresses: HashMap<String, Vec<IpAddr>>,
    /// NAPTR queries get no answer.
    drops_naptr: bool,
}

fn until() -> Instant {
    Instant::now() + Duration::from_secs(3600)
}

fn of<T: Clone>(map: &HashMap<String, Vec<T>>, name: &str) -> Result<Found<T>, Failure> {
    let records = map.get(name).cloned().ok_or(Failure::NoSuchName(name.to_owned()))?;
    Ok(Found {
        records,
        until: until(),
    })
}

impl Records for Zone {
    async fn naptr(&self, name: &str) -> Result<Found<Naptr>, Failure> {
        if self.drops_naptr {
            return Err(Failure::TimedOut(name.to_owned()));
        }
        of(&self.naptr, name)
    }
    async fn srv(&self, name: &str) -> Result<Found<Srv>, Failure> {
        of(&self.srv, name)
    }
    async fn addresses(&self, name: &str, families: Families, _: bool) -> Result<Found<IpAddr>, Failure> {
        let mut found = of(&self.addresses, name)?;
        found.records.retain(|ip| families.has(*ip));
        Ok(found)
    }
}

impl Zone {
    fn naptr(mut self, order: u16, preference: u16, flag: char, service: &str, replacement: &str) -> Self {
        self.naptr.entry("example.org".into()).or_default().push(Naptr {
            order,
            preference,
            flag,
            service: service.into(),
            replacement: replacement.into(),
        });
        self
    }

    fn srv(mut self, name: &str, priority: u16, port: u16, target: &str) -> Self {
        self.srv.entry(name.into()).or_default().push(Srv {
            priority,
            weight: 0,
            port,
            target: target.into(),
        });
        self
    }

    fn at(mut self, name: &str, ip: &str) -> Self {
        self.addresses.entry(name.into()).or_default().push(ip.parse().unwrap());
        self
    }

    fn ask(&self, uri: &str) -> Result<Vec<String>, Failure> {
        self.ask_with(uri, &[Transport::Udp, Transport::Tcp, Transport::Tls])
    }

    fn ask_with(&self, uri: &str, transports: &[Transport]) -> Result<Vec<String>, Failure> {
        let rules = Rules {
            srv: true,
            naptr: true,
            transports: transports.to_vec(),
        };
        let question = Question::of_uri(uri, Families::Both);
        let found = pollster::block_on(locate(self, &rules, &question))?;
        assert!(found.until > Instant::now());
        let text = |a: &ServerAddress| format!("{} {}", a.transport, a.address);
        Ok(found.records.iter().map(text).collect())
    }
}

/// RFC 3263 §4.1's own example.
fn example() -> Zone {
    Zone::default()
        .naptr(90, 50, 's', "SIP+D2T", "_sip._tcp.example.org")
        .naptr(100, 50, 's', "SIP+D2U", "_sip._udp.example.org")
        .naptr(50, 50, 's', "SIPS+D2T", "_sips._tcp.example.org")
        .srv("_sips._tcp.example.org", 0, 5061, "s1")
        .srv("_sip._tcp.example.org", 0, 5060, "s1")
        .srv("_sip._tcp.example.org", 1, 5066, "s2")
        .srv("_sip._udp.example.org", 0, 5070, "s1")
        .at("s1", "192.0.2.1")
        .at("s2", "192.0.2.2")
        .at("example.org", "192.0.2.9")
}

#[test]
fn naptr_chooses_the_transport_we_have() {
    assert_eq!(example().ask("sip:example.org").unwrap(), ["tls 192.0.2.1:5061"]);
    assert_eq!(
        example()
            .ask_with("sip:example.org", &[Transport::Udp, Transport::Tcp])
            .unwrap(),
        ["tcp 192.0.2.1:5060", "tcp 192.0.2.2:5066"]
    );
    assert_eq!(example().ask("sips:bob@example.org").unwrap(), ["tls 192.0.2.1:5061"]);
}

#[test]
fn a_transport_parameter_goes_before_naptr() {
    assert_eq!(
        example().ask("sip:example.org;transport=udp").unwrap(),
        ["udp 192.0.2.1:5070"]
    );
}

#[test]
fn a_port_or_an_address_needs_no_records() {
    assert_eq!(example().ask("sip:example.org:5999").unwrap(), ["udp 192.0.2.9:5999"]);
    assert_eq!(example().ask("sips:example.org:5999").unwrap(), ["tls 192.0.2.9:5999"]);
}

#[test]
fn without_naptr_srv_of_our_preferred_transport_comes_first() {
    let mut zone = example();
    zone.naptr.clear();
    assert_eq!(
        zone.ask("sip:example.org").unwrap(),
        [
            "udp 192.0.2.1:5070",
            "tcp 192.0.2.1:5060",
            "tcp 192.0.2.2:5066",
            "tls 192.0.2.1:5061"
        ]
    );
    assert_eq!(
        zone.ask_with("sip:example.org", &[Transport::Tls, Transport::Udp])
            .unwrap(),
        ["tls 192.0.2.1:5061"],
        "TLS is not given up for something less"
    );
}

#[test]
fn without_srv_the_host_itself_is_asked() {
    let zone = Zone::default().at("h", "192.0.2.7").at("h", "2001:db8::7");
    assert_eq!(
        zone.ask("sip:h").unwrap(),
        ["udp 192.0.2.7:5060", "udp [2001:db8::7]:5060"]
    );
    assert_eq!(zone.ask("sip:h;transport=tcp").unwrap()[0], "tcp 192.0.2.7:5060");
    assert_eq!(zone.ask("sips:h").unwrap()[0], "tls 192.0.2.7:5061");
    assert_eq!(
        zone.ask_with("sip:h", &[Transport::Tcp]).unwrap()[0],
        "tcp 192.0.2.7:5060"
    );
}

#[test]
fn a_server_that_drops_naptr_queries_does_not_hide_the_rest() {
    let mut zone = example();
    zone.drops_naptr = true;
    assert_eq!(zone.ask("sip:example.org").unwrap()[0], "udp 192.0.2.1:5070");
}

#[test]
fn naptr_with_flag_a_leads_to_addresses() {
    let zone = Zone::default()
        .naptr(1, 1, 'a', "SIP+D2T", "gw.example.org")
        .at("gw.example.org", "192.0.2.4");
    assert_eq!(zone.ask("sip:example.org").unwrap(), ["tcp 192.0.2.4:5060"]);
}

#[test]
fn a_declined_service_is_said_to_be() {
    let zone = Zone::default()
        .srv("_sip._udp.example.org", 0, 0, "")
        .at("example.org", "192.0.2.9");
    assert!(matches!(zone.ask("sip:example.org"), Err(Failure::Declined(_))));
}

#[test]
fn a_dead_srv_target_is_passed_over() {
    let zone = Zone::default()
        .srv("_sip._udp.example.org", 0, 5060, "nowhere")
        .srv("_sip._udp.example.org", 1, 5062, "s2")
        .at("s2", "192.0.2.2");
    assert_eq!(zone.ask("sip:example.org").unwrap(), ["udp 192.0.2.2:5062"]);
    let zone = Zone::default().srv("_sip._udp.example.org", 0, 5060, "nowhere");
    assert_eq!(
        zone.ask("sip:example.org"),
        Err(Failure::NoSuchName("nowhere".into())),
        "the name that is at fault is the one that is told"
    );
}

#[test]
fn failures_are_told_apart() {
    let zone = Zone::default();
    assert_eq!(zone.ask("sip:nobody"), Err(Failure::NoSuchName("nobody".into())));
    assert_eq!(
        zone.ask_with("sips:nobody", &[Transport::Udp]),
        Err(Failure::NoTransport("nobody".into()))
    );
}
