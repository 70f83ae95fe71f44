//! The event bus: bounded queues, one per subscriber, swapped out whole by the reader.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use super::Event;
use crate::account::AccountId;
use crate::call::{Call, CallId, CallState};
use crate::fork::Origin;

fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    // A poisoned queue still holds whole events; losing them would be worse.
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Default)]
struct Inbox {
    queue: VecDeque<Event>,
    missed: u64,
    waiting: usize,
    waker: Option<Waker>,
    closed: bool,
}

struct Subscriber {
    inbox: Mutex<Inbox>,
    arrived: Condvar,
    capacity: usize,
    scope: Scope,
    origin: Origin,
}

/// Whose events a subscriber gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Endpoint,
    Account(AccountId),
    Call(CallId),
}

impl Subscriber {
    fn wants(&self, event: &Event) -> bool {
        match self.scope {
            Scope::Endpoint => true,
            Scope::Account(id) => event.account() == Some(id),
            Scope::Call(id) => event.call().is_some_and(|c| c.id() == id),
        }
    }

    /// Puts several events under one lock and notifies the reader once. A task's waker is returned: it is foreign code and
    /// must not run under our locks.
    fn deliver(&self, events: &[Event]) -> Option<Waker> {
        let mut inbox = lock(&self.inbox);
        if inbox.closed {
            return None;
        }
        let mut any = false;
        for event in events.iter().filter(|e| self.wants(e)) {
            if inbox.queue.len() >= self.capacity {
                inbox.queue.pop_front();
                inbox.missed += 1;
            }
            inbox.queue.push_back(event.clone());
            any = true;
            if matches!(self.scope, Scope::Call(_)) && ends_its_call(event) {
                // The last event of this stream: nothing that comes after may push it out.
                inbox.closed = true;
                break;
            }
        }
        if !any {
            return None;
        }
        if inbox.waiting > 0 {
            self.arrived.notify_all();
        }
        inbox.waker.take()
    }

    fn close(&self) -> Option<Waker> {
        let mut inbox = lock(&self.inbox);
        inbox.closed = true;
        self.arrived.notify_all();
        inbox.waker.take()
    }
}

/// Runs the executors' code; a panic in it is theirs and stays there.
pub(crate) fn wake_all(wakers: Vec<Waker>) {
    for waker in wakers {
        if catch_unwind(AssertUnwindSafe(|| waker.wake())).is_err() {
            tracing::error!(target: "microsip", "an async runtime's waker panicked");
        }
    }
}

fn ends_its_call(event: &Event) -> bool {
    matches!(event, Event::CallState { info, .. } if info.state == CallState::Disconnected)
}

/// The publishing side, shared by the engine and the handles.
pub(crate) struct Bus {
    subscribers: Mutex<Subscribers>,
    origin: Origin,
}

impl Default for Bus {
    fn default() -> Bus {
        Bus {
            subscribers: Mutex::default(),
            origin: Origin::here(),
        }
    }
}

#[derive(Default)]
struct Subscribers {
    list: Vec<Weak<Subscriber>>,
    closed: bool,
}

/// What a handle needs to subscribe.
pub(crate) type EventSource = Arc<Bus>;

impl Bus {
    pub(crate) fn publish(&self, events: &[Event]) {
        if events.is_empty() {
            return;
        }
        let mut wakers = Vec::new();
        let mut subscribers = lock(&self.subscribers);
        for event in events {
            if ends_its_call(event)
                && let Some(call) = event.call()
            {
                // Under the lock, so that a later subscription to this call knows it has missed the end.
                call.mark_over();
            }
        }
        subscribers.list.retain(|weak| match weak.upgrade() {
            Some(sub) => {
                wakers.extend(sub.deliver(events));
                true
            }
            None => false,
        });
        drop(subscribers);
        wake_all(wakers);
    }

    pub(crate) fn close(&self) {
        let mut subscribers = lock(&self.subscribers);
        subscribers.closed = true;
        let all: Vec<_> = subscribers.list.drain(..).filter_map(|w| w.upgrade()).collect();
        drop(subscribers);
        wake_all(all.iter().filter_map(|sub| sub.close()).collect());
    }

    pub(crate) fn subscribe(&self, capacity: usize, call: Option<&Call>) -> Events {
        let scope = call.map_or(Scope::Endpoint, |call| Scope::Call(call.id()));
        self.subscribe_to(capacity, scope, call)
    }

    pub(crate) fn subscribe_account(&self, capacity: usize, account: AccountId) -> Events {
        self.subscribe_to(capacity, Scope::Account(account), None)
    }

    fn subscribe_to(&self, capacity: usize, scope: Scope, call: Option<&Call>) -> Events {
        let subscriber = Arc::new(Subscriber {
            inbox: Mutex::new(Inbox::default()),
            arrived: Condvar::new(),
            capacity: capacity.max(1),
            scope,
            origin: self.origin,
        });
        if !self.origin.is_here() {
            return Events {
                subscriber,
                batch: VecDeque::new(),
                done: true,
            };
        }
        let mut subscribers = lock(&self.subscribers);
        if subscribers.closed || call.is_some_and(Call::is_over) {
            drop(subscriber.close());
        } else {
            subscribers.list.push(Arc::downgrade(&subscriber));
        }
        Events {
            subscriber,
            batch: VecDeque::new(),
            done: false,
        }
    }
}

/// One subscriber's stream of events: a blocking iterator and a [`futures_core::Stream`].
///
/// It ends when the endpoint is closed (after everything queued was read) or, for a call's events, with the
/// `Disconnected` event of that call. Events published before the subscription are not seen.
///
/// # Threads
/// Any; move it where it is read. Dropping it unsubscribes.
pub struct Events {
    subscriber: Arc<Subscriber>,
    /// Taken from the inbox in one go, so that the publisher is disturbed once per batch.
    batch: VecDeque<Event>,
    done: bool,
}

impl Events {
    /// Waits for the next event; `None` when no more will come.
    pub fn recv(&mut self) -> Option<Event> {
        self.recv_until(None).ok().flatten()
    }

    /// Waits at most `timeout`.
    ///
    /// Returns `None` when no more events will come.
    ///
    /// # Errors
    /// [`Timeout`](crate::ErrorKind::Timeout) when none came in time.
    pub fn recv_timeout(&mut self, timeout: Duration) -> crate::Result<Option<Event>> {
        self.recv_until(Instant::now().checked_add(timeout))
    }

    /// The next event if one is there already.
    pub fn try_recv(&mut self) -> Option<Event> {
        self.take_ready()
    }

    fn recv_until(&mut self, deadline: Option<Instant>) -> crate::Result<Option<Event>> {
        loop {
            if let Some(event) = self.take_ready() {
                return Ok(Some(event));
            }
            // In a forked child none will come, and nobody tells of the end.
            self.subscriber.origin.check("events")?;
            if self.done {
                return Ok(None);
            }
            let mut inbox = lock(&self.subscriber.inbox);
            if !inbox.queue.is_empty() || inbox.missed > 0 {
                continue;
            }
            if inbox.closed {
                self.done = true;
                return Ok(None);
            }
            inbox.waiting += 1;
            let mut inbox = match deadline {
                None => self
                    .subscriber
                    .arrived
                    .wait(inbox)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(at) => {
                    let left = at.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        inbox.waiting -= 1;
                        return Err(crate::Error::new(
                            crate::ErrorKind::Timeout,
                            "events",
                            "no event came before the deadline",
                        ));
                    }
                    self.subscriber
                        .arrived
                        .wait_timeout(inbox, left)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
            };
            inbox.waiting -= 1;
        }
    }

    fn take_ready(&mut self) -> Option<Event> {
        if self.done || !self.subscriber.origin.is_here() {
            return None;
        }
        if self.batch.is_empty() {
            let mut inbox = lock(&self.subscriber.inbox);
            let missed = std::mem::take(&mut inbox.missed);
            std::mem::swap(&mut self.batch, &mut inbox.queue);
            drop(inbox);
            if missed > 0 {
                return Some(Event::Lagged { missed });
            }
        }
        let event = self.batch.pop_front()?;
        if matches!(self.subscriber.scope, Scope::Call(_)) && ends_its_call(&event) {
            self.done = true;
        }
        Some(event)
    }
}

impl Iterator for Events {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        self.recv()
    }
}

impl futures_core::Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        if let Some(event) = self.take_ready() {
            return Poll::Ready(Some(event));
        }
        if self.done || !self.subscriber.origin.is_here() {
            return Poll::Ready(None);
        }
        {
            let mut inbox = lock(&self.subscriber.inbox);
            if inbox.queue.is_empty() && inbox.missed == 0 {
                if inbox.closed {
                    return Poll::Ready(None);
                }
                inbox.waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
        }
        Poll::Ready(self.take_ready())
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("scope", &self.subscriber.scope)
            .finish_non_exhaustive()
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        if self.subscriber.origin.is_here() {
            drop(self.subscriber.close());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lagged(n: u64) -> Event {
        Event::Lagged { missed: n }
    }

    fn number(e: Option<Event>) -> Option<u64> {
        match e {
            Some(Event::Lagged { missed }) => Some(missed),
            _ => None,
        }
    }

    #[test]
    fn events_come_in_order_to_every_subscriber() {
        let bus = Bus::default();
        let (mut a, mut b) = (bus.subscribe(10, None), bus.subscribe(10, None));
        bus.publish(&[lagged(1), lagged(2)]);
        for s in [&mut a, &mut b] {
            assert_eq!(number(s.recv()), Some(1));
            assert_eq!(number(s.recv()), Some(2));
            assert!(s.try_recv().is_none());
        }
    }

    #[test]
    fn a_slow_subscriber_sees_how_much_it_lost_and_the_newest_events() {
        let bus = Bus::default();
        let mut slow = bus.subscribe(3, None);
        for n in 100..110 {
            bus.publish(&[lagged(n)]);
        }
        assert_eq!(number(slow.recv()), Some(7), "loss is reported first");
        let rest: Vec<_> = std::iter::from_fn(|| number(slow.try_recv())).collect();
        assert_eq!(rest, [107, 108, 109]);
    }

    #[test]
    fn closing_ends_the_iterator_after_the_queue_is_read() {
        let bus = Bus::default();
        let mut s = bus.subscribe(3, None);
        bus.publish(&[lagged(5)]);
        bus.close();
        assert_eq!(number(s.recv()), Some(5));
        assert!(s.recv().is_none());
        assert!(
            bus.subscribe(3, None).recv().is_none(),
            "a late subscriber sees the end at once"
        );
    }

    #[test]
    fn a_blocked_reader_is_woken_and_a_deadline_holds() {
        let bus = Arc::new(Bus::default());
        let mut s = bus.subscribe(3, None);
        let err = s.recv_timeout(Duration::from_millis(5)).unwrap_err();
        assert_eq!(err.kind(), crate::ErrorKind::Timeout);
        let publisher = Arc::clone(&bus);
        let reader = std::thread::spawn(move || number(s.recv()));
        publisher.publish(&[lagged(9)]);
        assert_eq!(reader.join().unwrap(), Some(9));
    }

    #[test]
    fn the_stream_is_woken() {
        let bus = Arc::new(Bus::default());
        let mut s = bus.subscribe(3, None);
        let publisher = Arc::clone(&bus);
        let reader = std::thread::spawn(move || {
            pollster::block_on(std::future::poll_fn(|cx| {
                futures_core::Stream::poll_next(Pin::new(&mut s), cx)
            }))
        });
        publisher.publish(&[lagged(4)]);
        assert_eq!(number(reader.join().unwrap()), Some(4));
    }

    #[test]
    fn a_dropped_subscriber_costs_nothing_more() {
        let bus = Bus::default();
        drop(bus.subscribe(3, None));
        bus.publish(&[lagged(1)]);
        assert!(lock(&bus.subscribers).list.is_empty());
    }
}
