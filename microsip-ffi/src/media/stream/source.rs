//! Frames into calls and conferences.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use microsip_core::{AudioNode, AudioNodeRef, AudioSource, AudioSourceOptions, AudioTarget, Flushed};

use super::super::{microsip_conference_t, target_call, target_conference};
use super::{microsip_audio_source_options_t, waited};
use crate::base::wait::Bell;
use crate::base::{Fault, Obj, Out, Outcome, free, get, guard, put, samples, settings_or, share, wait_until};
use crate::call::microsip_call_t;
use crate::endpoint::{microsip_endpoint_t, running};
use crate::handle;
use crate::status::{microsip_status_e, microsip_status_t};

/// Audio put into a call, a conference, or whatever it is connected to: signed 16-bit samples in mono, sent at the pace
/// of the engine's clock. Several sources into one call are mixed.
///
/// Before the call's audio runs, and while it has nobody to speak to, nothing is taken. The source ends with what it
/// speaks to, by `microsip_audio_source_close`, or with its last handle; what is queued then is not sent, so drain it
/// first.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_audio_source_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_audio_source_t, 94, "audio source", Source);

/// The stream, and who waits for it.
pub struct Source {
    /// Taken out when it is closed. Held only to look, never to wait.
    stream: Mutex<Option<AudioSource>>,
    bell: Arc<Bell>,
    /// How often it was flushed; changed under the stream's lock.
    flushes: AtomicU64,
    /// One flush at a time.
    flushing: Mutex<()>,
    target: AudioTarget,
    pub(crate) node: AudioNodeRef,
    id: u64,
    rate: u32,
}

impl Source {
    fn new(stream: AudioSource) -> Source {
        Source {
            bell: Arc::default(),
            flushes: AtomicU64::new(0),
            flushing: Mutex::new(()),
            target: stream.target().clone(),
            node: stream.node_ref(),
            id: stream.id(),
            rate: stream.rate(),
            stream: Mutex::new(Some(stream)),
        }
    }

    fn stream(&self) -> MutexGuard<'_, Option<AudioSource>> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` unless it is closed.
    fn with<T>(&self, work: impl FnOnce(&mut AudioSource) -> T) -> Outcome<T> {
        self.stream().as_mut().map(work).ok_or_else(closed)
    }

    /// How many samples were accepted before the deadline or a flush.
    fn write(&self, samples: &[i16], timeout_ms: u32) -> Outcome<usize> {
        let flushes = self.flushes.load(Ordering::Acquire);
        let mut done = 0;
        let written = self.bell.wait(wait_until(timeout_ms), |cx| {
            let mut stream = self.stream();
            let Some(stream) = &mut *stream else {
                return Poll::Ready(Err(closed()));
            };
            while self.flushes.load(Ordering::Acquire) == flushes {
                match stream.poll_write(cx, samples.get(done..).unwrap_or_default()) {
                    Poll::Ready(Ok(count)) => done += count,
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error.into())),
                    Poll::Pending => return Poll::Pending,
                }
                if done >= samples.len() {
                    break;
                }
            }
            Poll::Ready(Ok(()))
        });
        match written {
            // The next call tells why.
            Err(_) if done > 0 => Ok(done),
            written => waited(
                written,
                timeout_ms,
                "the buffer stayed full; is the call up and not held?",
            )
            .map(|()| done),
        }
    }

    fn flush(&self) -> Outcome<Flushed> {
        let _one = self.flushing.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = self.with(|stream| {
            let begun = stream.begin_flush();
            if begun.is_ok() {
                self.flushes.fetch_add(1, Ordering::AcqRel);
            }
            begun
        })??;
        // Who is writing what is cut has done so.
        self.bell.ring();
        self.bell.wait(None, |cx| match &mut *self.stream() {
            Some(stream) => stream.poll_flushed(cx, &begun).map_err(Fault::from),
            None => Poll::Ready(Err(closed())),
        })
    }

    fn drain(&self, timeout_ms: u32) -> Outcome {
        let drained = self.bell.wait(wait_until(timeout_ms), |cx| match &mut *self.stream() {
            Some(stream) => stream.poll_drained(cx).map_err(Fault::from),
            None => Poll::Ready(Err(closed())),
        });
        waited(
            drained,
            timeout_ms,
            "audio is still queued; is the call up and not held?",
        )
    }
}

fn closed() -> Fault {
    Fault::new(microsip_status_e::MICROSIP_STATUS_GONE, "the source was closed")
}

/// A source that was made, as a new handle.
fn give(stream: AudioSource, out: Out<microsip_audio_source_t>) -> Outcome {
    out.set(put(Source::new(stream))?);
    Ok(())
}

fn options_of(options: microsip_audio_source_options_t) -> Outcome<AudioSourceOptions> {
    settings_or(options, AudioSourceOptions::default)
}

/// Puts audio into a call: its peer hears it. `options` is copied; the zero handle stands for the defaults.
///
/// Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` after the call's end, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_audio_source(
    call: microsip_call_t,
    options: microsip_audio_source_options_t,
    source: *mut microsip_audio_source_t,
) -> microsip_status_t {
    guard("microsip_call_audio_source", || {
        let out = Out::new(source, "source")?;
        let options = options_of(options)?;
        give(get(call)?.audio_source(options)?, out)
    })
}

/// Puts audio into a conference: all its calls hear it. `options` is copied; the zero handle stands for the defaults.
///
/// Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` when the conference was closed, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_conference_audio_source(
    conference: microsip_conference_t,
    options: microsip_audio_source_options_t,
    source: *mut microsip_audio_source_t,
) -> microsip_status_t {
    guard("microsip_conference_audio_source", || {
        let out = Out::new(source, "source")?;
        let options = options_of(options)?;
        give(get(conference)?.audio_source(options)?, out)
    })
}

/// A source that whatever it is connected to hears (`microsip_endpoint_connect`). `options` is copied; the zero handle
/// stands for the defaults.
///
/// Statuses: `INVALID_ARGUMENT` for a setting out of its range, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_audio_source(
    endpoint: microsip_endpoint_t,
    options: microsip_audio_source_options_t,
    source: *mut microsip_audio_source_t,
) -> microsip_status_t {
    guard("microsip_endpoint_audio_source", || {
        let out = Out::new(source, "source")?;
        let options = options_of(options)?;
        give(running(endpoint)?.with(|e| Ok(e.audio_source(options)?))?, out)
    })
}

/// Writes `count` samples, waiting at most `timeout_ms` while the buffer is full, and tells in `written` how many were
/// accepted; 0 does not wait: what fits is accepted.
///
/// It returns early, with `OK` and what was accepted until then (perhaps nothing), when another thread flushes: the
/// rest is part of what was cut. `OK` with fewer than `count` also when time was up or the source ended in between; the
/// next call tells which.
///
/// Statuses: `WOULD_BLOCK` when not one fits and `timeout_ms` is 0, `TIMEOUT` when not one was accepted in time, `GONE`
/// when what it speaks to has ended or the source was closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_source_write(
    source: microsip_audio_source_t,
    samples: *const i16,
    count: usize,
    timeout_ms: u32,
    written: *mut usize,
) -> microsip_status_t {
    guard("microsip_audio_source_write", || {
        let out = Out::new(written, "written")?;
        let source = get(source)?;
        out.set(source.write(self::samples(samples, count, "samples")?, timeout_ms)?);
        Ok(())
    })
}

/// Cuts all that is queued at once, for a speaker who is interrupted: at most the 20 ms that the engine is handling are
/// still sent. Works while other threads are blocked in `microsip_audio_source_write`, which return. Waits for the
/// engine's next tick, 100 ms at most, to say exactly how far the far end was spoken to.
///
/// `position` is that of the first sample that was not sent, counted over all that was ever written; `dropped` how many
/// samples were thrown away. Each pointer may be NULL.
///
/// Statuses: `GONE` when what it speaks to has ended or the source was closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_source_flush(
    source: microsip_audio_source_t,
    position: *mut u64,
    dropped: *mut u64,
) -> microsip_status_t {
    guard("microsip_audio_source_flush", || {
        let outs = [position, dropped].map(|out| Out::optional(out));
        let flushed = get(source)?.flush()?;
        super::set_each(outs, [flushed.position, flushed.dropped]);
        Ok(())
    })
}

/// Waits until all that was written has been sent, at most `timeout_ms`; 0 asks whether it has. Also says that nothing
/// follows for now, so that the silence behind it is no underrun.
///
/// Statuses: `WOULD_BLOCK` when something is queued and `timeout_ms` is 0, `TIMEOUT`, `GONE` when what it speaks to
/// ended before that or the source was closed.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_source_drain(source: microsip_audio_source_t, timeout_ms: u32) -> microsip_status_t {
    guard("microsip_audio_source_drain", || get(source)?.drain(timeout_ms))
}

/// Counts since the start, in samples: accepted from the application, taken by the engine, thrown away by flushes,
/// written and neither sent nor flushed; how many times there was nothing to send and audio went on within a second (a
/// longer pause, or one after a drain or a flush, is an end), and the samples of silence sent in those gaps. Each
/// pointer may be NULL.
///
/// Statuses: `GONE` after `microsip_audio_source_close`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_source_stats(
    source: microsip_audio_source_t,
    written: *mut u64,
    sent: *mut u64,
    flushed: *mut u64,
    queued: *mut u64,
    underruns: *mut u64,
    silence: *mut u64,
) -> microsip_status_t {
    guard("microsip_audio_source_stats", || {
        let outs = [written, sent, flushed, queued, underruns, silence].map(|out| Out::optional(out));
        let stats = get(source)?.with(|stream| stream.stats())?;
        let values = [
            stats.written,
            stats.sent,
            stats.flushed,
            stats.queued,
            stats.underruns,
            stats.silence,
        ];
        super::set_each(outs, values);
        Ok(())
    })
}

/// How many samples fit now.
///
/// Statuses: `GONE` after `microsip_audio_source_close`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_source_room(
    source: microsip_audio_source_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_audio_source_room", || {
        let out = Out::new(count, "count")?;
        let source = get(source)?;
        out.set(source.with(|stream| stream.room())?);
        Ok(())
    })
}

/// Samples per second.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_source_rate(
    source: microsip_audio_source_t,
    rate: *mut u32,
) -> microsip_status_t {
    guard("microsip_audio_source_rate", || {
        let out = Out::new(rate, "rate")?;
        let source = get(source)?;
        out.set(source.rate);
        Ok(())
    })
}

/// Its number in `MICROSIP_EVENT_KIND_AUDIO_XRUN`, unlike that of every other stream in this process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_source_id(source: microsip_audio_source_t, id: *mut u64) -> microsip_status_t {
    guard("microsip_audio_source_id", || {
        let out = Out::new(id, "id")?;
        let source = get(source)?;
        out.set(source.id);
        Ok(())
    })
}

/// The call it speaks to, as a new handle to be freed; `NO_VALUE` if it speaks to none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_source_call(
    source: microsip_audio_source_t,
    call: *mut microsip_call_t,
) -> microsip_status_t {
    guard("microsip_audio_source_call", || {
        let out = Out::new(call, "call")?;
        target_call(&get(source)?.target, out)
    })
}

/// The conference it speaks to, as a new handle to be freed; `NO_VALUE` if it speaks to none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_source_conference(
    source: microsip_audio_source_t,
    conference: *mut microsip_conference_t,
) -> microsip_status_t {
    guard("microsip_audio_source_conference", || {
        let out = Out::new(conference, "conference")?;
        target_conference(&get(source)?.target, out)
    })
}

/// Ends the source: what is queued is not sent, and threads that wait for it are told `GONE` at once. Closing twice is
/// fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_source_close(source: microsip_audio_source_t) -> microsip_status_t {
    guard("microsip_audio_source_close", || {
        let source = get(source)?;
        close(&source);
        Ok(())
    })
}

/// Another handle to the same source, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_source_clone(
    source: microsip_audio_source_t,
    clone: *mut microsip_audio_source_t,
) -> microsip_status_t {
    guard("microsip_audio_source_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(source)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. With the last one the source ends. A thread that waits in one of its
/// functions keeps it until it returns: `microsip_audio_source_close` wakes it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_source_free(source: microsip_audio_source_t) -> microsip_status_t {
    guard("microsip_audio_source_free", || free(source))
}

fn close(source: &Obj<Source>) {
    let stream = source.stream().take();
    // Outside the lock: it tells the engine.
    drop(stream);
    source.bell.ring();
}
