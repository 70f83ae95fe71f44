//! Everyone who listens to a phone.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use microsip_core::Event;
use microsip_core::compat::phone::PhoneEvent;

use crate::base::lock;

/// So many events wait for a listener; then the oldest go.
const CAPACITY: usize = 4096;

/// Tells events to all who listen; what happens before anybody does waits for the first.
pub(super) struct Hub(Mutex<Listeners>);

struct Listeners {
    all: Vec<Weak<Waiting>>,
    /// For the first who listens.
    first: Option<Arc<Waiting>>,
    ended: bool,
}

impl Default for Hub {
    fn default() -> Hub {
        let first = Arc::new(Waiting::default());
        Hub(Mutex::new(Listeners {
            all: vec![Arc::downgrade(&first)],
            first: Some(first),
            ended: false,
        }))
    }
}

impl Hub {
    pub(super) fn listen(&self) -> PhoneStream {
        let first = lock(&self.0).first.take();
        match first {
            Some(first) => PhoneStream(first),
            None => self.listen_later(),
        }
    }

    /// From now on, also if nobody listened before.
    pub(super) fn listen_later(&self) -> PhoneStream {
        let waiting = Arc::new(Waiting::default());
        let mut listeners = lock(&self.0);
        match listeners.ended {
            true => waiting.end(),
            false => listeners.all.push(Arc::downgrade(&waiting)),
        }
        PhoneStream(waiting)
    }

    fn tell(&self, event: PhoneEvent) {
        let all: Vec<Arc<Waiting>> = {
            let mut listeners = lock(&self.0);
            listeners.all.retain(|one| one.strong_count() > 0);
            listeners.all.iter().filter_map(Weak::upgrade).collect()
        };
        for one in all {
            one.push(event.clone());
        }
    }

    /// Nothing more will come.
    pub(super) fn end(&self) {
        let all = {
            let mut listeners = lock(&self.0);
            listeners.ended = true;
            std::mem::take(&mut listeners.all)
        };
        for one in all.iter().filter_map(Weak::upgrade) {
            one.end();
        }
    }
}

/// The phone's end of a hub; when it goes, the phone has ended.
pub(super) struct Teller(pub(super) Arc<Hub>);

impl Teller {
    pub(super) fn tell(&self, event: PhoneEvent) {
        self.0.tell(event);
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        self.0.end();
    }
}

#[derive(Default)]
struct Waiting(Mutex<State>);

#[derive(Default)]
struct State {
    events: VecDeque<PhoneEvent>,
    missed: u64,
    ended: bool,
    waker: Option<Waker>,
}

impl Waiting {
    fn change(&self, change: impl FnOnce(&mut State)) {
        let waker = {
            let mut state = lock(&self.0);
            change(&mut state);
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn push(&self, event: PhoneEvent) {
        self.change(|state| {
            if state.events.len() >= CAPACITY {
                state.events.pop_front();
                state.missed += 1;
            }
            state.events.push_back(event);
        });
    }

    fn end(&self) {
        self.change(|state| state.ended = true);
    }
}

/// What one listener still has to hear.
pub struct PhoneStream(Arc<Waiting>);

impl PhoneStream {
    /// Something that ends the stream from elsewhere.
    pub(super) fn ender(&self) -> Ender {
        Ender(Arc::clone(&self.0))
    }
}

/// Ends a stream when it goes.
pub(super) struct Ender(Arc<Waiting>);

impl Drop for Ender {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Stream for PhoneStream {
    type Item = PhoneEvent;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<PhoneEvent>> {
        let mut state = lock(&self.0.0);
        if state.missed > 0 {
            let missed = std::mem::take(&mut state.missed);
            return Poll::Ready(Some(PhoneEvent::Engine(Box::new(Event::Lagged { missed }))));
        }
        match state.events.pop_front() {
            Some(event) => Poll::Ready(Some(event)),
            None if state.ended => Poll::Ready(None),
            None => {
                state.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test may panic")]
mod tests {
    use super::*;

    fn refused(code: u16) -> PhoneEvent {
        PhoneEvent::Refused {
            from: String::new(),
            code,
            reason: String::new(),
        }
    }

    fn next(stream: &mut PhoneStream) -> Poll<Option<PhoneEvent>> {
        Pin::new(stream).poll_next(&mut Context::from_waker(Waker::noop()))
    }

    fn code(event: Poll<Option<PhoneEvent>>) -> u16 {
        match event {
            Poll::Ready(Some(PhoneEvent::Refused { code, .. })) => code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_first_hears_what_was_before_and_all_hear_the_end() {
        let hub = Hub::default();
        hub.tell(refused(480));
        let (mut first, mut second) = (hub.listen(), hub.listen());
        hub.tell(refused(486));
        assert_eq!(code(next(&mut first)), 480);
        assert_eq!(code(next(&mut first)), 486);
        assert_eq!(code(next(&mut second)), 486);
        assert!(next(&mut second).is_pending());
        hub.end();
        assert!(matches!(next(&mut first), Poll::Ready(None)));
        assert!(matches!(next(&mut second), Poll::Ready(None)));
        assert!(matches!(next(&mut hub.listen()), Poll::Ready(None)));
    }

    #[test]
    fn who_is_too_slow_is_told_how_much_was_lost() {
        let hub = Hub::default();
        let mut slow = hub.listen();
        for _ in 0..CAPACITY + 3 {
            hub.tell(refused(480));
        }
        let told = next(&mut slow);
        let Poll::Ready(Some(PhoneEvent::Engine(event))) = told else {
            panic!("{told:?}")
        };
        assert!(matches!(*event, Event::Lagged { missed: 3 }));
        assert_eq!(code(next(&mut slow)), 480);
    }
}
