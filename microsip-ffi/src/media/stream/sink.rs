//! Frames out of calls and conferences.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use microsip_core::{AudioNode, AudioNodeRef, AudioSink, AudioSinkOptions, AudioTarget, FrameHead};

use super::super::{microsip_conference_t, target_call, target_conference};
use super::{microsip_audio_sink_options_t, waited};
use crate::base::waiters::Waiters;
use crate::base::{
    Fault, Obj, Out, Outcome, SizedOut, free, get, guard, put, samples_mut, settings_or, share, unix_ms, wait_until,
};
use crate::call::microsip_call_t;
use crate::endpoint::{microsip_endpoint_t, running};
use crate::handle;
use crate::status::{microsip_status_e, microsip_status_t};

/// Audio taken out of a call, a conference, or whatever is connected to it, as frames of signed 16-bit samples in mono.
/// Several may listen to one call, each with its own rate, frame and tap.
///
/// While a call is held, or before its audio runs, frames are silent or do not come. The sink ends with what it listens
/// to, by `microsip_audio_sink_close`, or with its last handle.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_audio_sink_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_audio_sink_t, 92, "audio sink", Sink);

/// The stream, and who waits for it.
pub struct Sink {
    /// Taken out when it is closed. Held only to look, never to wait.
    stream: Mutex<Option<AudioSink>>,
    waiters: Waiters,
    target: AudioTarget,
    pub(crate) node: AudioNodeRef,
    id: u64,
    rate: u32,
    frame: usize,
}

impl Sink {
    fn new(stream: AudioSink) -> Sink {
        Sink {
            waiters: Waiters::default(),
            target: stream.target().clone(),
            node: stream.node_ref(),
            id: stream.id(),
            rate: stream.rate(),
            frame: stream.frame_len(),
            stream: Mutex::new(Some(stream)),
        }
    }

    fn stream(&self) -> MutexGuard<'_, Option<AudioSink>> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll(&self, cx: &mut Context<'_>, samples: &mut [i16]) -> Poll<Outcome<FrameHead>> {
        let ended = || Fault::new(microsip_status_e::MICROSIP_STATUS_ENDED, "no more audio will come");
        let mut stream = self.stream();
        self.waiters.look(|| match &mut *stream {
            Some(stream) => stream
                .poll_read_into(cx, samples)
                .map(|read| read.map_err(Fault::from)?.ok_or_else(ended)),
            None => Poll::Ready(Err(ended())),
        })
    }

    fn read(&self, samples: &mut [i16], timeout_ms: u32) -> Outcome<FrameHead> {
        if samples.len() < self.frame {
            return Err(Fault::new(
                microsip_status_e::MICROSIP_STATUS_BUFFER_TOO_SMALL,
                format!(
                    "a frame has {} samples, and there is room for {}",
                    self.frame,
                    samples.len()
                ),
            ));
        }
        let read = self.waiters.wait(wait_until(timeout_ms), |cx| self.poll(cx, samples));
        waited(
            read,
            timeout_ms,
            "no whole frame came in time; is the call up and not held?",
        )
    }
}

/// A sink that was made, as a new handle.
fn give(stream: AudioSink, out: Out<microsip_audio_sink_t>) -> Outcome {
    out.set(put(Sink::new(stream))?);
    Ok(())
}

fn options_of(options: microsip_audio_sink_options_t) -> Outcome<AudioSinkOptions> {
    settings_or(options, AudioSinkOptions::default)
}

/// What `microsip_audio_sink_read_frame` tells of a frame. Set `size` to `sizeof (microsip_frame_t)` before the call;
/// newer libraries may add fields at the end.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_frame_t {
    /// The size of this struct as the caller knows it.
    pub size: usize,
    /// How many samples were written: those of a frame.
    pub count: usize,
    /// Number of the first sample, counted from the sink's start at its rate; counts on over what was lost.
    pub position: u64,
    /// How many samples right before this frame were lost because they were not read in time.
    pub lost: u64,
    /// When the engine had the first sample, by the wall clock as it is set now, in milliseconds since 1970. Frames
    /// shorter than 20 ms share it in pairs.
    pub at_unix_ms: i64,
}

/// Takes audio out of a call: what the peer says, what we send, or both. `options` is copied; the zero handle stands
/// for the defaults.
///
/// Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` after the call's end, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_audio_sink(
    call: microsip_call_t,
    options: microsip_audio_sink_options_t,
    sink: *mut microsip_audio_sink_t,
) -> microsip_status_t {
    guard("microsip_call_audio_sink", || {
        let out = Out::new(sink, "sink")?;
        let options = options_of(options)?;
        give(get(call)?.audio_sink(options)?, out)
    })
}

/// Takes out what all calls of a conference and everything played to them say, mixed. `options` is copied; the zero
/// handle stands for the defaults.
///
/// Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` when the conference was closed, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_conference_audio_sink(
    conference: microsip_conference_t,
    options: microsip_audio_sink_options_t,
    sink: *mut microsip_audio_sink_t,
) -> microsip_status_t {
    guard("microsip_conference_audio_sink", || {
        let out = Out::new(sink, "sink")?;
        let options = options_of(options)?;
        give(get(conference)?.audio_sink(options)?, out)
    })
}

/// A sink that hears what is connected to it (`microsip_endpoint_connect`). `options` is copied; the zero handle stands
/// for the defaults.
///
/// Statuses: `INVALID_ARGUMENT` for a setting out of its range, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_audio_sink(
    endpoint: microsip_endpoint_t,
    options: microsip_audio_sink_options_t,
    sink: *mut microsip_audio_sink_t,
) -> microsip_status_t {
    guard("microsip_endpoint_audio_sink", || {
        let out = Out::new(sink, "sink")?;
        let options = options_of(options)?;
        give(running(endpoint)?.with(|e| Ok(e.audio_sink(options)?))?, out)
    })
}

/// Writes the next frame to `samples`, which has room for `capacity` of them, and how many they were to `count`. Waits
/// at most `timeout_ms` for it; 0 does not wait. Allocates nothing when there is a frame. Any threads may read; each
/// frame goes to one of them.
///
/// Statuses: `WOULD_BLOCK` when no whole frame is there and `timeout_ms` is 0; `TIMEOUT`; `BUFFER_TOO_SMALL` when
/// `capacity` is less than a frame (`microsip_audio_sink_frame_length`), which is not lost; `ENDED` when no more will
/// come: what it listened to has ended, or the sink was closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_sink_read(
    sink: microsip_audio_sink_t,
    samples: *mut i16,
    capacity: usize,
    timeout_ms: u32,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_audio_sink_read", || {
        let out = Out::new(count, "count")?;
        let sink = get(sink)?;
        let head = sink.read(samples_mut(samples, capacity, "samples")?, timeout_ms)?;
        out.set(head.samples);
        Ok(())
    })
}

/// Writes the next frame to `samples`, which has room for `capacity` of them, and where it belongs to `frame`, whose
/// `size` must be set. Waits at most `timeout_ms` for it; 0 does not wait. Allocates nothing when there is a frame. Any
/// threads may read; each frame goes to one of them.
///
/// Statuses: `WOULD_BLOCK` when no whole frame is there and `timeout_ms` is 0; `TIMEOUT`; `BUFFER_TOO_SMALL` when
/// `capacity` is less than a frame (`microsip_audio_sink_frame_length`), which is not lost; `ENDED` when no more will
/// come: what it listened to has ended, or the sink was closed. `INVALID_ARGUMENT` when `size` is not set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_sink_read_frame(
    sink: microsip_audio_sink_t,
    samples: *mut i16,
    capacity: usize,
    timeout_ms: u32,
    frame: *mut microsip_frame_t,
) -> microsip_status_t {
    guard("microsip_audio_sink_read_frame", || {
        let out = SizedOut::new(frame, "frame")?.ok_or_else(|| crate::base::arg::null("frame"))?;
        let sink = get(sink)?;
        let head = sink.read(samples_mut(samples, capacity, "samples")?, timeout_ms)?;
        out.set(microsip_frame_t {
            size: 0,
            count: head.samples,
            position: head.position,
            lost: head.lost,
            at_unix_ms: unix_ms(head.wall_clock()),
        });
        Ok(())
    })
}

/// A descriptor for `poll`, `epoll`, `kqueue` or an event loop: readable while a frame or the end may be there. Then
/// read with a timeout of 0 until it answers `WOULD_BLOCK` or `ENDED`. Do not read from it, write to it or close it: it
/// belongs to the sink and is closed with its last handle.
///
/// Statuses: `UNSUPPORTED` on Windows, where there is `microsip_audio_sink_handle`; `LIMIT_REACHED` when the process
/// has no descriptors left.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_sink_fd(sink: microsip_audio_sink_t, fd: *mut i32) -> microsip_status_t {
    guard("microsip_audio_sink_fd", || {
        let out = Out::new(fd, "fd")?;
        out.set(get(sink)?.waiters.fd()?);
        Ok(())
    })
}

/// On Windows the event object for `WaitForMultipleObjects`, set while a frame or the end may be there; otherwise as
/// `microsip_audio_sink_fd`, and `UNSUPPORTED` elsewhere.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_sink_handle(
    sink: microsip_audio_sink_t,
    handle: *mut *mut std::ffi::c_void,
) -> microsip_status_t {
    guard("microsip_audio_sink_handle", || {
        let out = Out::new(handle, "handle")?;
        out.set(get(sink)?.waiters.handle()?);
        Ok(())
    })
}

/// Samples per second.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_sink_rate(sink: microsip_audio_sink_t, rate: *mut u32) -> microsip_status_t {
    guard("microsip_audio_sink_rate", || {
        let out = Out::new(rate, "rate")?;
        let sink = get(sink)?;
        out.set(sink.rate);
        Ok(())
    })
}

/// Samples in a frame.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_sink_frame_length(
    sink: microsip_audio_sink_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_audio_sink_frame_length", || {
        let out = Out::new(count, "count")?;
        let sink = get(sink)?;
        out.set(sink.frame);
        Ok(())
    })
}

/// Its number in `MICROSIP_EVENT_KIND_AUDIO_XRUN`, unlike that of every other stream in this process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_sink_id(sink: microsip_audio_sink_t, id: *mut u64) -> microsip_status_t {
    guard("microsip_audio_sink_id", || {
        let out = Out::new(id, "id")?;
        let sink = get(sink)?;
        out.set(sink.id);
        Ok(())
    })
}

/// Counts since the start: samples the engine gave, samples dropped because they were not read in time, how many times
/// that began, samples that wait to be read. Each pointer may be NULL.
///
/// Statuses: `GONE` after `microsip_audio_sink_close`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_sink_stats(
    sink: microsip_audio_sink_t,
    samples: *mut u64,
    lost: *mut u64,
    overruns: *mut u64,
    waiting: *mut u64,
) -> microsip_status_t {
    guard("microsip_audio_sink_stats", || {
        let outs = [samples, lost, overruns, waiting].map(|out| Out::optional(out));
        let sink = get(sink)?;
        let stats = sink.stream().as_ref().map(AudioSink::stats).ok_or_else(closed)?;
        let values = [stats.samples, stats.lost, stats.overruns, stats.waiting];
        super::set_each(outs, values);
        Ok(())
    })
}

/// The call it listens to, as a new handle to be freed; `NO_VALUE` if it listens to none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_sink_call(
    sink: microsip_audio_sink_t,
    call: *mut microsip_call_t,
) -> microsip_status_t {
    guard("microsip_audio_sink_call", || {
        let out = Out::new(call, "call")?;
        target_call(&get(sink)?.target, out)
    })
}

/// The conference it listens to, as a new handle to be freed; `NO_VALUE` if it listens to none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_sink_conference(
    sink: microsip_audio_sink_t,
    conference: *mut microsip_conference_t,
) -> microsip_status_t {
    guard("microsip_audio_sink_conference", || {
        let out = Out::new(conference, "conference")?;
        target_conference(&get(sink)?.target, out)
    })
}

/// Ends the sink: threads that read it are told `ENDED` at once, and so is who reads later; what waits to be read is
/// thrown away. Closing twice is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_sink_close(sink: microsip_audio_sink_t) -> microsip_status_t {
    guard("microsip_audio_sink_close", || {
        let sink = get(sink)?;
        close(&sink);
        Ok(())
    })
}

/// Another handle to the same sink, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_sink_clone(
    sink: microsip_audio_sink_t,
    clone: *mut microsip_audio_sink_t,
) -> microsip_status_t {
    guard("microsip_audio_sink_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(sink)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. With the last one the sink ends and its descriptor is closed. A thread that
/// is reading keeps both until it returns: `microsip_audio_sink_close` wakes it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_audio_sink_free(sink: microsip_audio_sink_t) -> microsip_status_t {
    guard("microsip_audio_sink_free", || free(sink))
}

fn close(sink: &Obj<Sink>) {
    let stream = sink.stream().take();
    // Outside the lock: it tells the engine.
    drop(stream);
    sink.waiters.ring();
}

fn closed() -> Fault {
    Fault::new(microsip_status_e::MICROSIP_STATUS_GONE, "the sink was closed")
}
