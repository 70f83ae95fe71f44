//! The pump: one thread that waits for all that asyncio programs wait for.
//!
//! A wait is a closure that is polled without the interpreter's lock whenever the library wakes it. What has become ready is
//! gathered, the lock is taken once, and each event loop gets its results in one `call_soon_threadsafe`. The engine only ever wakes
//! the pump; it never waits for Python.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use pyo3::types::PyList;

use super::{Class, Fault, Origin, Outcome, PerProcess, Timeout};

/// What a wait gives, made into Python's once there is a lock.
pub type Given = Box<dyn for<'py> FnOnce(Python<'py>) -> Outcome<Bound<'py, PyAny>> + Send>;

/// A wait of asyncio: polled until it gives something.
pub struct Waiting {
    /// For the error of a deadline.
    pub operation: &'static str,
    pub timeout: Timeout,
    pub poll: PollFn,
}

impl Waiting {
    pub fn new(
        operation: &'static str,
        timeout: Timeout,
        poll: impl FnMut(&mut Context<'_>) -> Poll<Given> + Send + 'static,
    ) -> Waiting {
        Waiting {
            operation,
            timeout,
            poll: Box::new(poll),
        }
    }

    /// The `asyncio.Future` of it, of the loop that runs. Cancelling it forgets the wait.
    pub fn future<'py>(mut self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        let _inside = super::life::enter(py);
        let event_loop = py.import("asyncio")?.call_method0("get_running_loop")?;
        let future = event_loop.call_method0("create_future")?;
        let pump = Pump::get()?;
        let (id, seat) = pump.sit_down();
        // What is there already needs no pump.
        let first = crate::base::apart(py, || (self.poll)(&mut Context::from_waker(&seat.waker)));
        if let Poll::Ready(given) = first {
            let mut state = pump.lock();
            state.woken.retain(|woken| *woken != id);
            state.get_up(seat);
            drop(state);
            match given(py) {
                Ok(value) => future.call_method1("set_result", (value,))?,
                Err(fault) => future.call_method1("set_exception", (PyErr::from(fault).into_value(py),))?,
            };
            return Ok(future);
        }
        let forget = Py::new(
            py,
            Forget {
                id,
                origin: Origin::here(),
            },
        )?;
        future.call_method1("add_done_callback", (forget,))?;
        let task = Task {
            waiting: Arc::new(Mutex::new(Some(self.poll))),
            seat: Some(seat),
            operation: self.operation,
            timeout: self.timeout.0,
            deadline: self.timeout.deadline(),
            future: future.clone().unbind(),
            event_loop: event_loop.unbind(),
        };
        pump.add(id, task);
        Ok(future)
    }
}

type PollFn = Box<dyn FnMut(&mut Context<'_>) -> Poll<Given> + Send>;

struct Task {
    /// Apart, so that it is polled without the pump's lock.
    waiting: Arc<Mutex<Option<PollFn>>>,
    /// Until it is over.
    seat: Option<Seat>,
    operation: &'static str,
    timeout: Option<Duration>,
    deadline: Option<Instant>,
    future: Py<PyAny>,
    event_loop: Py<PyAny>,
}

/// Where a task is woken, one after the other: what is waited for keeps the waker of a task that was cancelled until it next
/// changes, and knows it again when the next task comes with the same.
struct Seat {
    number: usize,
    waker: Waker,
}

#[derive(Default)]
struct State {
    tasks: HashMap<u64, Task>,
    /// Which task sits where; 0 is nobody.
    seats: Vec<u64>,
    free: Vec<Seat>,
    /// Deadlines in order.
    alarms: BTreeMap<(Instant, u64), ()>,
    woken: Vec<u64>,
    last_id: u64,
    thread: Option<JoinHandle<()>>,
    ended: bool,
}

impl State {
    fn get_up(&mut self, seat: Seat) {
        if let Some(sitting) = self.seats.get_mut(seat.number) {
            *sitting = 0;
        }
        self.free.push(seat);
    }

    fn take(&mut self, id: u64) -> Option<Task> {
        let mut task = self.tasks.remove(&id)?;
        if let Some(at) = task.deadline {
            self.alarms.remove(&(at, id));
        }
        if let Some(seat) = task.seat.take() {
            self.get_up(seat);
        }
        Some(task)
    }
}

#[derive(Default)]
struct Pump {
    state: Mutex<State>,
    work: Condvar,
}

struct Bell {
    seat: usize,
    pump: Weak<Pump>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let Some(pump) = self.pump.upgrade() {
            let mut state = pump.lock();
            let sitting = state.seats.get(self.seat).copied().unwrap_or_default();
            if sitting != 0 {
                state.woken.push(sitting);
                drop(state);
                pump.work.notify_one();
            }
        }
    }
}

static PUMP: PerProcess<Arc<Pump>> = PerProcess::new();

enum Ready {
    Given(Given),
    Late,
}

impl Pump {
    fn get() -> Outcome<&'static Arc<Pump>> {
        let pump = PUMP.here();
        let mut state = pump.lock();
        if state.ended {
            return Err(Fault::Py(pyo3::exceptions::PyRuntimeError::new_err(
                "the interpreter is ending; nothing can be awaited any more",
            )));
        }
        if state.thread.is_none() {
            let own = Arc::clone(pump);
            let thread = std::thread::Builder::new()
                .name("microsip-pump".to_owned())
                .spawn(move || own.run())
                .map_err(|e| Fault::Py(e.into()))?;
            state.thread = Some(thread);
        }
        drop(state);
        Ok(pump)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new task's number and seat.
    fn sit_down(self: &Arc<Self>) -> (u64, Seat) {
        let mut state = self.lock();
        state.last_id += 1;
        let id = state.last_id;
        let seat = state.free.pop().unwrap_or_else(|| {
            let number = state.seats.len();
            state.seats.push(0);
            let pump = Arc::downgrade(self);
            Seat {
                number,
                waker: Waker::from(Arc::new(Bell { seat: number, pump })),
            }
        });
        state.seats[seat.number] = id;
        (id, seat)
    }

    fn add(&self, id: u64, task: Task) {
        let mut state = self.lock();
        if let Some(at) = task.deadline {
            state.alarms.insert((at, id), ());
        }
        state.tasks.insert(id, task);
        // It may have been woken before it was here.
        drop(state);
        // It may have been woken before it was here, or have a nearer deadline than the one that is slept to.
        self.work.notify_one();
    }

    fn run(self: Arc<Self>) {
        loop {
            let Some((woken, late)) = self.next() else { return };
            let mut ready = Vec::new();
            for id in woken {
                let found = self.lock().tasks.get(&id).and_then(|task| {
                    let waker = task.seat.as_ref()?.waker.clone();
                    Some((Arc::clone(&task.waiting), waker))
                });
                let Some((waiting, waker)) = found else { continue };
                let mut poll = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                let Some(function) = poll.as_mut() else { continue };
                if let Poll::Ready(given) = function(&mut Context::from_waker(&waker)) {
                    *poll = None;
                    ready.push((id, Ready::Given(given)));
                }
            }
            ready.extend(late.into_iter().map(|id| (id, Ready::Late)));
            if !ready.is_empty() {
                // None: the interpreter ends, and nobody awaits any more.
                if Python::try_attach(|py| self.deliver(py, ready)).is_none() {
                    return;
                }
            }
        }
    }

    /// Waits for work: who was woken, and whose time is up. `None` at the end.
    fn next(&self) -> Option<(Vec<u64>, Vec<u64>)> {
        let mut state = self.lock();
        loop {
            if state.ended {
                return None;
            }
            let now = Instant::now();
            let mut late = Vec::new();
            while let Some((&(at, id), ())) = state.alarms.first_key_value() {
                if at > now {
                    break;
                }
                state.alarms.remove(&(at, id));
                late.push(id);
            }
            // Those that are not here yet stay: they are about to be added.
            let woken = std::mem::take(&mut state.woken);
            let (mut here, absent): (Vec<u64>, Vec<u64>) =
                woken.into_iter().partition(|id| state.tasks.contains_key(id));
            here.sort_unstable();
            here.dedup();
            let newest = state.last_id;
            state.woken = absent.into_iter().filter(|id| id + 1024 > newest).collect();
            if !here.is_empty() || !late.is_empty() {
                return Some((here, late));
            }
            state = match state.alarms.first_key_value() {
                Some((&(at, _), ())) => {
                    let left = at.saturating_duration_since(now);
                    self.work
                        .wait_timeout(state, left)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
                None => self.work.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn deliver(&self, py: Python<'_>, ready: Vec<(u64, Ready)>) {
        static DELIVER: Class = Class::new("_deliver");
        let mut batches: Vec<(Py<PyAny>, Vec<Bound<'_, PyAny>>)> = Vec::new();
        for (id, what) in ready {
            let Some(task) = self.lock().take(id) else { continue };
            let result = match what {
                Ready::Given(given) => given(py),
                Ready::Late => {
                    let after = task.timeout.unwrap_or_default().as_secs_f64();
                    Err(super::made(
                        py,
                        "timeout",
                        task.operation,
                        &format!("it did not happen within {after} s"),
                    ))
                }
            };
            let (value, error) = match result {
                Ok(value) => (value.unbind(), py.None()),
                Err(fault) => (py.None(), PyErr::from(fault).into_value(py).into_any()),
            };
            let Ok(item) = (task.future.clone_ref(py), value, error).into_pyobject(py) else {
                continue;
            };
            match batches.iter_mut().find(|(it, _)| it.is(&task.event_loop)) {
                Some((_, batch)) => batch.push(item.into_any()),
                None => batches.push((task.event_loop.clone_ref(py), vec![item.into_any()])),
            }
        }
        for (event_loop, batch) in batches {
            let told = DELIVER.get(py).and_then(|deliver| {
                let batch = PyList::new(py, batch)?;
                event_loop
                    .bind(py)
                    .call_method1("call_soon_threadsafe", (deliver, batch))
            });
            // A loop that was closed has nobody who awaits.
            drop(told);
        }
    }
}

/// Called by a future that is done, which it may be by being cancelled.
#[pyclass(frozen, module = "microsip._microsip")]
struct Forget {
    id: u64,
    origin: Origin,
}

#[pymethods]
impl Forget {
    fn __call__(&self, _future: &Bound<'_, PyAny>) {
        if self.origin.is_here()
            && let Some(pump) = PUMP.get()
        {
            let task = pump.lock().take(self.id);
            drop(task);
        }
    }
}

/// Ends the pump; what is still awaited stays so. For the interpreter's end, without its lock.
pub fn end() {
    let Some(pump) = PUMP.get() else { return };
    let (tasks, thread) = {
        let mut state = pump.lock();
        state.ended = true;
        (std::mem::take(&mut state.tasks), state.thread.take())
    };
    pump.work.notify_all();
    // It may be delivering, which takes the interpreter's lock.
    if let Some(thread) = thread {
        drop(thread.join());
    }
    // Those who would be told are about to end, too.
    std::mem::forget(tasks);
}
