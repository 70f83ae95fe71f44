//! Waits for what becomes of a call: audio, hold, digits.

use std::time::{Duration, Instant};

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Fault, Outcome, Timeout, made, until};

/// Asked after every event; `None` is "not yet".
pub type Ask<T> = Box<dyn FnMut() -> Option<core::Result<T>> + Send>;

/// As [`super::after_events`], without asyncio.
pub fn when<T: Send>(
    py: Python<'_>,
    operation: &'static str,
    timeout: Timeout,
    mut events: core::Events,
    mut ask: Ask<T>,
) -> Outcome<T> {
    let found = until(py, operation, timeout, move |slice| {
        let deadline = Instant::now() + slice;
        let mut over = false;
        loop {
            if let Some(result) = ask() {
                return Some(Some(result));
            }
            if over {
                return Some(None);
            }
            match events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Some(_)) => {}
                // A state is stored before its event is told: asked once more, and no more.
                Ok(None) => over = true,
                Err(_) => return None,
            }
        }
    })?;
    match found {
        Some(result) => Ok(result?),
        None => Err(made(py, "not_running", operation, "the endpoint was closed meanwhile")),
    }
}

/// The error that ended a call; `None` while it goes on.
fn ended(call: &core::Call) -> Option<core::Error> {
    match call.state() {
        core::CallState::Disconnected => call.wait_for(core::CallState::Confirmed, Duration::ZERO).err(),
        _ => None,
    }
}

/// Once a snapshot of the call is as wanted.
pub fn info_when(
    call: &core::Call,
    wanted: impl Fn(&core::CallInfo) -> bool + Send + 'static,
) -> Ask<std::sync::Arc<core::CallInfo>> {
    let call = call.clone();
    Box::new(move || {
        if let Some(error) = ended(&call) {
            return Some(Err(error));
        }
        let info = call.info();
        wanted(&info).then_some(Ok(info))
    })
}

/// When digits that were typed are an entry.
#[derive(Clone)]
pub struct Entry {
    count: Option<usize>,
    until: Vec<char>,
}

impl Entry {
    pub fn new(count: Option<usize>, until: &str) -> Outcome<Entry> {
        if count.is_some_and(|count| !(1..=256).contains(&count)) {
            return Err(Fault::value_error("count: expected 1 to 256 digits"));
        }
        let until = until
            .chars()
            .map(|c| {
                let digit = core::Digit::new(c).map(core::Digit::as_char);
                digit.ok_or_else(|| Fault::value_error(format!("until: {c:?} is not one of 0-9 * # A-D")))
            })
            .collect::<Outcome<_>>()?;
        Ok(Entry { count, until })
    }

    /// How many of these digits are an entry, and how many of those count; `None` while it is not complete.
    fn complete(&self, typed: &[core::Digit]) -> Option<(usize, usize)> {
        let limit = self.count.unwrap_or(usize::MAX);
        let end = typed.iter().take(limit).position(|d| self.until.contains(&d.as_char()));
        match end {
            Some(at) => Some((at + 1, at)),
            None => (typed.len() >= limit).then_some((limit, limit)),
        }
    }

    /// Takes the oldest entry, without the key that ended it.
    pub fn take(&self, call: &core::Call) -> Option<String> {
        let mut found = None;
        let taken = call.take_digits(|typed| {
            found = self.complete(typed);
            found.map_or(0, |(all, _)| all)
        });
        let (_, count) = found?;
        Some(taken.iter().take(count).map(|d| d.as_char()).collect())
    }

    /// Once there is an entry, or more digits than so many wait: how many do, and `None` for an entry.
    pub fn ask(&self, call: &core::Call, beyond: Option<usize>) -> Ask<Option<usize>> {
        let (entry, call) = (self.clone(), call.clone());
        Box::new(move || {
            let mut found = None;
            call.take_digits(|typed| {
                if entry.complete(typed).is_some() {
                    found = Some(None);
                } else if beyond.is_some_and(|count| typed.len() > count) {
                    found = Some(Some(typed.len()));
                }
                0
            });
            found.map(Ok).or_else(|| ended(&call).map(Err))
        })
    }
}

/// The digits that nobody has taken; `take`: and now somebody does.
pub fn typed(call: &core::Call, take: bool) -> String {
    let mut text = String::new();
    call.take_digits(|all| {
        text.extend(all.iter().map(|d| d.as_char()));
        if take { all.len() } else { 0 }
    });
    text
}
