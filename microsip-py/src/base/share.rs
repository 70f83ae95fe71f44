//! Streams that several threads and tasks wait for, although the library keeps one sleeper each.
//!
//! A sleeper takes a [`Seat`] at the stream's [`Fan`]; the library knows the fan alone and wakes it, and it wakes all who sit there,
//! who look again. The stream is locked for as long as looking takes, never while anybody waits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::Instant;

use pyo3::prelude::*;

use super::{Outcome, SLICE, Timeout};

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Default)]
struct Seats {
    last: u64,
    taken: Vec<(u64, Waker)>,
    /// How many look at the stream: they pass on what comes meanwhile, once they have let go of it.
    looking: u32,
    due: bool,
}

/// Wakes several for one.
#[derive(Default)]
pub struct Fan(Mutex<Seats>);

impl Fan {
    fn look(&self) {
        lock(&self.0).looking += 1;
    }

    fn looked(&self) {
        let woken = {
            let mut seats = lock(&self.0);
            seats.looking -= 1;
            if seats.looking > 0 || !std::mem::take(&mut seats.due) {
                return;
            }
            std::mem::take(&mut seats.taken)
        };
        woken.into_iter().for_each(|(_, waker)| waker.wake());
    }
}

impl Wake for Fan {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let woken = {
            let mut seats = lock(&self.0);
            if seats.looking > 0 {
                seats.due = true;
                return;
            }
            std::mem::take(&mut seats.taken)
        };
        woken.into_iter().for_each(|(_, waker)| waker.wake());
    }
}

/// One sleeper's place; given up when it is dropped.
pub struct Seat {
    number: u64,
    fan: Arc<Fan>,
}

impl Seat {
    pub fn new(fan: &Arc<Fan>) -> Seat {
        let number = {
            let mut seats = lock(&fan.0);
            seats.last += 1;
            seats.last
        };
        Seat {
            number,
            fan: Arc::clone(fan),
        }
    }

    pub fn take(&self, waker: &Waker) {
        let mut seats = lock(&self.fan.0);
        match seats.taken.iter_mut().find(|(number, _)| *number == self.number) {
            Some((_, kept)) => kept.clone_from(waker),
            None => seats.taken.push((self.number, waker.clone())),
        }
    }

    fn leave(&self) {
        lock(&self.fan.0).taken.retain(|(number, _)| *number != self.number);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.leave();
    }
}

/// A stream, until it is closed.
pub struct Shared<T> {
    stream: Mutex<Option<T>>,
    fan: Arc<Fan>,
}

impl<T> Shared<T> {
    pub fn new(stream: T) -> Arc<Shared<T>> {
        Arc::new(Shared {
            stream: Mutex::new(Some(stream)),
            fan: Arc::default(),
        })
    }

    pub fn seat(&self) -> Seat {
        Seat::new(&self.fan)
    }

    /// Does something that does not wait; `None`: it was closed.
    pub fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.fan.look();
        let result = lock(&self.stream).as_mut().map(work);
        self.fan.looked();
        result
    }

    /// Asks something that does not wait, and that wakes all who sit here if that changes; `None`: it was closed.
    pub fn ask<R>(&self, ask: impl FnOnce(&mut T, &mut Context<'_>) -> R) -> Option<R> {
        let waker = Waker::from(Arc::clone(&self.fan));
        self.with(|stream| ask(stream, &mut Context::from_waker(&waker)))
    }

    /// Asks whether something is there; if not, the task is woken when it may be. `None`: it was closed.
    pub fn poll<R>(
        &self,
        seat: &Seat,
        cx: &Context<'_>,
        ask: impl FnOnce(&mut T, &mut Context<'_>) -> Poll<R>,
    ) -> Poll<Option<R>> {
        // First: a bell that rings while it is asked must find us.
        seat.take(cx.waker());
        let answer = match self.ask(ask) {
            None => Poll::Ready(None),
            Some(Poll::Ready(value)) => Poll::Ready(Some(value)),
            Some(Poll::Pending) => return Poll::Pending,
        };
        seat.leave();
        answer
    }

    /// Lets all who wait look again.
    pub fn wake(&self) {
        self.fan.wake_by_ref();
    }

    /// Gives it up, and tells all who wait.
    pub fn close(&self) {
        let stream = lock(&self.stream).take();
        drop(stream);
        self.wake();
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits on this thread without the interpreter's lock, in pieces between which signals get their handlers. `None`: the time is over.
pub fn wait<R: Send>(
    py: Python<'_>,
    timeout: Timeout,
    mut poll: impl FnMut(&Context<'_>) -> Poll<R> + Send,
) -> Outcome<Option<R>> {
    let deadline = timeout.deadline();
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    loop {
        let slice = Instant::now() + SLICE;
        let until = deadline.map_or(slice, |at| at.min(slice));
        let got = crate::base::apart(py, || {
            let cx = Context::from_waker(&waker);
            loop {
                if let Poll::Ready(value) = poll(&cx) {
                    return Some(value);
                }
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return None;
                }
                std::thread::park_timeout(left);
            }
        });
        if got.is_some() {
            return Ok(got);
        }
        py.check_signals()?;
        if deadline.is_some_and(|at| at <= Instant::now()) {
            return Ok(None);
        }
    }
}
