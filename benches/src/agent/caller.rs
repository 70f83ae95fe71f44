//! Makes calls: what `python/caller.py` does, in Rust with a thread for each call in flight.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::Args;
use microsip_core::{Account, AccountConfig, CallOptions, CallState, Endpoint};
use nix::time::{ClockId, clock_gettime};

use super::ours::say;
use super::{CLOCK, clock, config};

const SOON: Duration = Duration::from_secs(20);

/// As that program's.
#[derive(Debug, Clone, Args)]
pub struct CallerArgs {
    #[arg(long)]
    target: String,
    #[arg(long)]
    calls: usize,
    #[arg(long)]
    in_flight: usize,
    #[arg(long)]
    warm_up: usize,
    /// Seconds between two calls.
    #[arg(long)]
    pause: f64,
}

/// Calls made.
struct Made<'a> {
    account: &'a Account,
    args: &'a CallerArgs,
    left: AtomicUsize,
    good: AtomicUsize,
    up: Mutex<Vec<u128>>,
}

impl<'a> Made<'a> {
    fn run(account: &'a Account, args: &'a CallerArgs, calls: usize) -> Self {
        let made = Made {
            account,
            args,
            left: AtomicUsize::new(calls),
            good: AtomicUsize::new(0),
            up: Mutex::default(),
        };
        std::thread::scope(|scope| {
            for _ in 0..args.in_flight {
                scope.spawn(|| made.make());
            }
        });
        made
    }

    fn make(&self) {
        let take = |left: usize| left.checked_sub(1);
        while self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok()
        {
            match self.one() {
                Ok(()) => drop(self.good.fetch_add(1, Ordering::Relaxed)),
                Err(e) => drop(say(&format!("trouble {e:#}"))),
            }
            std::thread::sleep(Duration::from_secs_f64(self.args.pause));
        }
    }

    fn one(&self) -> Result<()> {
        let begun = clock()?;
        let options = CallOptions::default().header(CLOCK, &begun.as_nanos().to_string())?;
        let call = self.account.call_with(&self.args.target, options)?;
        call.wait_for(CallState::Confirmed, SOON)?;
        let took = clock()?.saturating_sub(begun).as_nanos();
        self.up.lock().unwrap_or_else(PoisonError::into_inner).push(took);
        call.hang_up()?;
        call.wait_for(CallState::Disconnected, SOON)?;
        Ok(())
    }
}

/// Makes them and tells.
pub fn run_caller(args: &CallerArgs) -> Result<()> {
    let endpoint = Endpoint::start(config()?)?;
    let account = endpoint.add_account(AccountConfig::new("sip:caller@127.0.0.1"))?;
    drop(Made::run(&account, args, args.warm_up));
    let cpu = || -> Result<Duration> {
        let now = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).context("the CPU clock")?;
        Ok(now.into())
    };
    let (begun, used) = (Instant::now(), cpu()?);
    let made = Made::run(&account, args, args.calls);
    let (wall, used) = (begun.elapsed(), cpu()? - used);
    endpoint.close()?;
    let good = made.good.load(Ordering::Relaxed);
    let up = made.up.lock().unwrap_or_else(PoisonError::into_inner);
    let up: String = up.iter().map(|nanos| format!(" {nanos}")).collect();
    say(&format!("seconds {} {}", wall.as_secs_f64(), used.as_secs_f64()))?;
    say(&format!("nanoseconds{up}"))?;
    say(&format!("calls {good} {}", args.calls - good))
}
