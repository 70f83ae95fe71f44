//! What the C interface costs: the same things done through its exported functions and by the Rust library under them, in one run.
#![allow(unsafe_code, reason = "calls what C programs call")]

use std::ffi::CString;
use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use microsip_core::{AccountConfig, Endpoint, Event, Transport};
use microsip_ffi as c;
use serde::Serialize;

use crate::agent;

/// Long enough for a request to ourselves.
const SOON: Duration = Duration::from_secs(10);
/// Events that can wait: all there will be.
const CAPACITY: usize = 200_000;

/// Of each OPTIONS to ourselves: request and response, sent and received, and its outcome.
const EVENTS: u64 = 5;

/// Nanoseconds each.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Abi {
    /// Asking for an account's number.
    pub getter: Both,
    /// Making another handle of an account, and freeing it.
    pub handle: Both,
    /// An empty command to the engine and back.
    pub command: Both,
    /// Taking an event that waits, asking for its kind, and freeing it; the last few may have to be waited for.
    pub event: Both,
    /// How many events were taken.
    pub events: u64,
    /// Functions of the interface.
    pub functions: usize,
}

/// Through the C interface, and without it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Both {
    /// Through exported functions.
    pub c: f64,
    /// By the Rust library.
    pub rust: f64,
}

/// Measures all of it.
pub fn measure(quick: bool) -> Result<Abi> {
    let (times, commands, requests) = if quick {
        (1_000, 200, 10)
    } else {
        (2_000_000, 50_000, 2_000)
    };
    let through = through_c(times, commands, requests)?;
    let direct = directly(times, commands, requests)?;
    let both = |at: usize| Both {
        c: through.0[at],
        rust: direct.0[at],
    };
    Ok(Abi {
        getter: both(0),
        handle: both(1),
        command: both(2),
        event: both(3),
        events: through.1,
        functions: include_str!("../../microsip-ffi/symbols.txt").lines().count(),
    })
}

/// Nanoseconds of one, from many.
fn each(times: u64, mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    let begun = Instant::now();
    for _ in 0..times {
        work()?;
    }
    Ok(begun.elapsed().as_nanos() as f64 / times as f64)
}

fn ok(status: c::microsip_status_t) -> Result<()> {
    ensure!(status == 0, "status {status}");
    Ok(())
}

fn through_c(times: u64, commands: u64, requests: u64) -> Result<([f64; 4], u64)> {
    // SAFETY: every pointer is to a variable of ours, every text ends with NUL. Functions go through `black_box`, so that nothing is
    // inlined that a C program would call.
    unsafe {
        let mut config = std::mem::zeroed();
        ok(c::microsip_endpoint_config_new(&mut config))?;
        ok(c::microsip_endpoint_config_clear_transports(config))?;
        ok(c::microsip_endpoint_config_add_transport(
            config,
            1,
            c"127.0.0.1:0".as_ptr(),
        ))?;
        ok(c::microsip_endpoint_config_set_event_capacity(config, CAPACITY))?;
        ok(c::microsip_endpoint_config_set_trace(config, true))?;
        let mut endpoint = std::mem::zeroed();
        ok(c::microsip_endpoint_start(config, &mut endpoint))?;
        let (mut account_config, mut account) = (std::mem::zeroed(), std::mem::zeroed());
        ok(c::microsip_account_config_new(
            c"sip:bench@127.0.0.1".as_ptr(),
            &mut account_config,
        ))?;
        ok(c::microsip_endpoint_add_account(endpoint, account_config, &mut account))?;

        let id = black_box(c::microsip_account_id as unsafe extern "C" fn(_, *mut _) -> _);
        let getter = each(times, || {
            let mut number = 0_u64;
            ok(id(account, &mut number))?;
            black_box(number);
            Ok(())
        })?;
        let clone = black_box(c::microsip_account_clone as unsafe extern "C" fn(_, *mut _) -> _);
        let free = black_box(c::microsip_account_free as extern "C" fn(_) -> _);
        let handle = each(times, || {
            let mut other = std::mem::zeroed();
            ok(clone(account, &mut other))?;
            ok(free(other))
        })?;
        let round_trip = black_box(c::microsip_endpoint_round_trip as unsafe extern "C" fn(_, *mut _) -> _);
        let command = each(commands, || {
            let mut microseconds = std::mem::zeroed();
            ok(round_trip(endpoint, &mut microseconds))
        })?;

        let (mut port, mut events) = (0, std::mem::zeroed());
        ok(c::microsip_endpoint_local_port(endpoint, 1, &mut port))?;
        ok(c::microsip_endpoint_events(endpoint, &mut events))?;
        let target = CString::new(format!("sip:bench@127.0.0.1:{port}"))?;
        for _ in 0..requests {
            let (mut request, mut response) = (std::mem::zeroed(), std::mem::zeroed());
            ok(c::microsip_account_options(account, target.as_ptr(), &mut request))?;
            ok(c::microsip_request_wait(
                request,
                SOON.as_millis() as u32,
                &mut response,
            ))?;
            ok(c::microsip_response_free(response))?;
            ok(c::microsip_request_free(request))?;
        }
        let next = black_box(c::microsip_events_next as unsafe extern "C" fn(_, _, *mut _) -> _);
        let kind_of = black_box(c::microsip_event_kind as unsafe extern "C" fn(_, *mut _) -> _);
        let free_event = black_box(c::microsip_event_free as extern "C" fn(_) -> _);
        let (begun, mut taken) = (Instant::now(), 0_u64);
        while taken < EVENTS * requests {
            let (mut event, mut kind) = (std::mem::zeroed(), 0_i32);
            ok(next(events, SOON.as_millis() as u32, &mut event))?;
            ok(kind_of(event, &mut kind))?;
            black_box(kind);
            ok(free_event(event))?;
            taken += 1;
        }
        let event = begun.elapsed().as_nanos() as f64 / taken.max(1) as f64;
        ok(c::microsip_events_free(events))?;
        ok(c::microsip_account_config_free(account_config))?;
        ok(c::microsip_endpoint_config_free(config))?;
        ok(c::microsip_account_free(account))?;
        ok(c::microsip_endpoint_close(endpoint))?;
        ok(c::microsip_endpoint_free(endpoint))?;
        Ok(([getter, handle, command, event], taken))
    }
}

fn directly(times: u64, commands: u64, requests: u64) -> Result<([f64; 4], u64)> {
    let endpoint = Endpoint::start(agent::config()?.event_capacity(CAPACITY).trace(true))?;
    let account = endpoint.add_account(AccountConfig::new("sip:bench@127.0.0.1"))?;
    let getter = each(times, || {
        black_box(black_box(&account).id().get());
        Ok(())
    })?;
    let handle = each(times, || {
        drop(black_box(black_box(&account).clone()));
        Ok(())
    })?;
    let command = each(commands, || {
        endpoint.round_trip()?;
        Ok(())
    })?;
    let mut events = endpoint.events();
    let target = format!("sip:bench@{}", endpoint.local_address(Transport::Udp)?);
    for _ in 0..requests {
        account.options(&target)?.wait(SOON).context("OPTIONS to ourselves")?;
    }
    let (begun, mut taken) = (Instant::now(), 0_u64);
    while taken < EVENTS * requests {
        let event = events.recv_timeout(SOON)?.context("the endpoint has ended")?;
        black_box(matches!(black_box(&event), Event::SipMessage(_)));
        taken += 1;
    }
    let event = begun.elapsed().as_nanos() as f64 / taken.max(1) as f64;
    endpoint.close()?;
    Ok(([getter, handle, command, event], taken))
}
