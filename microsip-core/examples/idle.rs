//! What does an idle endpoint with one registered UDP account need? Linux only.
//!
//! `cargo run --release --example idle [CALLS] [--maps]` prints proportional set size (PSS), private dirty memory and
//! resident set of the whole process in KiB, before and after; with `--maps` for each mapping as well.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use microsip_core::{AccountConfig, Endpoint, EndpointConfig};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let registrar = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = registrar.local_addr()?;
    std::thread::Builder::new()
        .stack_size(64 * 1024)
        .spawn(move || while accept(&registrar).is_ok() {})?;
    report("before")?;

    let mut config = EndpointConfig::default().bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    if let Some(calls) = args.iter().find_map(|arg| arg.parse().ok()) {
        config = config.max_calls(calls);
    }
    let started = std::time::Instant::now();
    let endpoint = Endpoint::start(config)?;
    report("started")?;
    let account = endpoint.add_account(AccountConfig::new("sip:1001@localhost").registrar(format!("sip:{address}")))?;
    account.wait_registered(Duration::from_secs(5))?;
    println!("registered after {} µs", started.elapsed().as_micros());
    report("idle")?;
    if args.iter().any(|arg| arg == "--maps") {
        maps()?;
    }
    endpoint.close()?;
    report("closed")?;
    Ok(())
}

/// Answers one request with 200 and the request's own Contact.
fn accept(socket: &UdpSocket) -> std::io::Result<()> {
    let mut buffer = [0; 4096];
    let (len, from) = socket.recv_from(&mut buffer)?;
    let request = String::from_utf8_lossy(&buffer[..len]);
    let mut answer = String::from("SIP/2.0 200 OK\r\n");
    for line in request.lines().take_while(|line| !line.is_empty()) {
        let name = line.split(':').next().unwrap_or_default();
        if ["Via", "From", "Call-ID", "CSeq", "Contact", "Expires"].contains(&name) {
            answer.push_str(&format!("{line}\r\n"));
        } else if name == "To" {
            answer.push_str(&format!("{line};tag=1\r\n"));
        }
    }
    answer.push_str("Content-Length: 0\r\n\r\n");
    socket.send_to(answer.as_bytes(), from)?;
    Ok(())
}

fn report(when: &str) -> std::io::Result<()> {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup")?;
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_whitespace().nth(1).unwrap_or("?").to_owned()
    };
    println!(
        "{when:8} PSS {:>6}  private dirty {:>6}  RSS {:>6} KiB",
        field("Pss:"),
        field("Private_Dirty:"),
        field("Rss:")
    );
    Ok(())
}

/// Mappings with 16 KiB of private dirty memory or more.
fn maps() -> std::io::Result<()> {
    let text = std::fs::read_to_string("/proc/self/smaps")?;
    let mut name = String::new();
    let mut pss = 0;
    println!("{:>6} {:>6}  mapping", "PSS", "dirty");
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        if !first.ends_with(':') {
            name = line.to_owned();
            continue;
        }
        let value: u64 = words.next().and_then(|word| word.parse().ok()).unwrap_or_default();
        match first {
            "Pss:" => pss = value,
            "Private_Dirty:" if pss >= 16 => println!("{pss:6} {value:6}  {name}"),
            _ => {}
        }
    }
    Ok(())
}
