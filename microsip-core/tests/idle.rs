//! An endpoint with nothing to do does nothing.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use microsip_testkit::nameserver::NameServer;
use support::*;

/// Times the threads of this process were switched to, but for the calling one.
fn wake_ups() -> u64 {
    // SAFETY is not needed: /proc tells the thread's own number.
    let own = std::fs::read_link("/proc/thread-self").unwrap();
    let own = own.file_name().unwrap().to_owned();
    let mut sum = 0;
    for task in std::fs::read_dir("/proc/self/task").unwrap() {
        let task = task.unwrap();
        if task.file_name() == own {
            continue;
        }
        let status = std::fs::read_to_string(task.path().join("status")).unwrap_or_default();
        sum += status
            .lines()
            .filter(|l| l.starts_with("voluntary_ctxt_switches"))
            .filter_map(|l| l.split_whitespace().nth(1)?.parse::<u64>().ok())
            .sum::<u64>();
    }
    sum
}

fn per_second() -> f64 {
    const TIME: Duration = Duration::from_secs(5);
    let before = wake_ups();
    std::thread::sleep(TIME);
    (wake_ups() - before) as f64 / TIME.as_secs_f64()
}

#[test]
fn heavy_idle_endpoint_with_names_and_a_watched_network_wakes_at_most_twice_a_second() {
    let server = Kamailio::start(KamailioOptions::new().user("1001", "secret")).unwrap();
    let zone = format!(
        "_sip._udp IN SRV 0 0 {} pbx\npbx IN A 127.0.0.1",
        server.udp_addr().port()
    );
    let names = NameServer::start("example.test", &zone).unwrap();
    let dns = microsip_core::DnsConfig::default().server(names.addr());
    let ep = start(config().dns(dns).network_watch(true));
    let account = microsip_core::AccountConfig::new("sip:1001@example.test")
        .registrar("sip:example.test")
        .credentials("1001", "secret");
    ep.add_account(account).unwrap().wait_registered(SOON).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let idle = per_second();
    assert!(idle <= 2.0, "{idle} wake-ups a second");
    ep.close();
}

#[test]
fn heavy_idle_endpoint_wakes_at_most_twice_a_second() {
    let server = Kamailio::start(KamailioOptions::new().user("1001", "secret")).unwrap();
    let ep = start(config());
    let account = microsip_core::AccountConfig::new(format!("sip:1001@{}", server.domain()))
        .registrar(format!("sip:{}", server.udp_addr()))
        .credentials("1001", "secret");
    ep.add_account(account).unwrap().wait_registered(SOON).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let idle = per_second();
    assert!(idle <= 2.0, "{idle} wake-ups a second");
    // The bridge's clock runs while a call is up, and stops after it.
    let (out, _inn) = connected(&ep);
    let busy = per_second();
    assert!(
        busy > 40.0,
        "{busy} wake-ups a second in a call: is the measurement blind?"
    );
    out.hang_up().unwrap();
    std::thread::sleep(Duration::from_millis(2500));
    let after = per_second();
    assert!(after <= 2.0, "{after} wake-ups a second after a call");
    ep.close();
}
