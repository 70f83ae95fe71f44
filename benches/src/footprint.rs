//! What each further account and each further call takes in memory.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use microsip_core::{Account, AccountConfig, Call, CallState, Endpoint, HoldState};
use microsip_testkit::sipp::{Scenario, Sipp};
use serde::Serialize;

use crate::agent::{self, Agent, Setup};
use crate::procfs::Memory;

const SOON: Duration = Duration::from_secs(30);

/// Private memory, divided by how many there are.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Footprint {
    /// Registered accounts.
    pub accounts: usize,
    /// KiB for each of them, when nothing happens.
    pub kib_per_account: f64,
    /// Calls on hold.
    pub calls: usize,
    /// KiB for each of them before it is held: G.711, RTP sockets open, nothing sent.
    pub kib_per_call: f64,
    /// KiB for each of them on hold.
    pub kib_per_held_call: f64,
    /// KiB for each of them on hold in the C program, which is called.
    pub kib_per_held_call_c: f64,
}

/// Registers accounts at SIPp; then, in the same process, makes calls to the C program and holds them.
pub fn measure(quick: bool) -> Result<Footprint> {
    let (accounts, calls) = if quick { (20, 4) } else { (1000, 200) };
    let registrar = Sipp::uas(Scenario::UasRegister)
        .calls(0)
        .key("expires", "3600")
        .start()?;
    let peer = Agent::start(Setup::C)?;
    let endpoint = Endpoint::start(agent::config()?.max_accounts(accounts as u32 + 10))?;
    // The first of each pays for what all share.
    let registered = register(&endpoint, registrar.addr(), 0..5)?;
    let caller = endpoint.add_account(AccountConfig::new("sip:caller@127.0.0.1"))?;
    let first = hold(&call(&caller, &peer, 2)?)?;
    let before = settled(quick)?;
    let registered = [registered, register(&endpoint, registrar.addr(), 5..accounts + 5)?].concat();
    let with_accounts = settled(quick)?;
    let c_before = Memory::of(peer.id())?;
    let up = call(&caller, &peer, calls)?;
    let with_calls = settled(quick)?;
    let held = hold(&up)?;
    let with_held = settled(quick)?;
    let c_with_held = Memory::of(peer.id())?;
    ensure!(held == calls && first == 2, "{held} calls are held");
    let each = |from: Memory, to: Memory, n: usize| {
        (to.private_dirty.cast_signed() - from.private_dirty.cast_signed()) as f64 / n as f64
    };
    drop(registered);
    endpoint.close()?;
    let _: agent::Counts = peer.finish()?;
    Ok(Footprint {
        accounts,
        kib_per_account: each(before, with_accounts, accounts),
        calls,
        kib_per_call: each(with_accounts, with_calls, calls),
        kib_per_held_call: each(with_accounts, with_held, calls),
        kib_per_held_call_c: each(c_before, c_with_held, calls),
    })
}

fn register(endpoint: &Endpoint, at: std::net::SocketAddr, which: std::ops::Range<usize>) -> Result<Vec<Account>> {
    let accounts: Vec<Account> = which
        .map(|n| {
            let config = AccountConfig::new(format!("sip:{n}@bench.test"))
                .registrar(format!("sip:{at}"))
                .credentials(n.to_string(), "secret");
            endpoint.add_account(config).context("an account")
        })
        .collect::<Result<_>>()?;
    for account in &accounts {
        account.wait_registered(SOON).context("a registration")?;
    }
    Ok(accounts)
}

fn call(account: &Account, peer: &Agent, n: usize) -> Result<Vec<Call>> {
    let target = format!("sip:peer@{}", peer.addr());
    let calls: Vec<Call> = (0..n)
        .map(|_| account.call(&target))
        .collect::<microsip_core::Result<_>>()?;
    for call in &calls {
        call.wait_for(CallState::Confirmed, SOON).context("a call")?;
    }
    Ok(calls)
}

/// Holds the calls, and counts those the peer has agreed to hold.
fn hold(calls: &[Call]) -> Result<usize> {
    for call in calls {
        call.hold()?;
    }
    let from = Instant::now();
    let held = || calls.iter().filter(|call| call.info().hold == HoldState::Local).count();
    while held() < calls.len() && from.elapsed() < SOON {
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(held())
}

/// Our own memory, once PJSIP has forgotten the transactions, which it keeps for five seconds.
fn settled(quick: bool) -> Result<Memory> {
    std::thread::sleep(Duration::from_secs(if quick { 0 } else { 8 }));
    Memory::of(std::process::id())
}
