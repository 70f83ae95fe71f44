//! Frames are read into the caller's memory without allocating: on the thread that reads, not one block.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]
#![allow(unsafe_code, reason = "an allocator is unsafe by its trait")]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use microsip_core::*;
use support::*;

thread_local! {
    static BLOCKS: Cell<usize> = const { Cell::new(0) };
}

/// The system's, counting for each thread.
struct Counting;

// SAFETY: as the system's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = BLOCKS.try_with(|blocks| blocks.set(blocks.get() + 1));
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many blocks `work` allocates on this thread.
fn blocks<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = BLOCKS.get();
    let result = work();
    (result, BLOCKS.get() - before)
}

#[test]
fn reading_into_memory_of_ones_own_allocates_nothing() {
    let ep = start(config().codecs("PCMU").unwrap());
    let (out, _inn) = connected(&ep);
    let mut ear = out
        .audio_sink(AudioSinkOptions::default().rate(8000).tap(Tap::Sent))
        .unwrap();
    let mut mouth = out.audio_source(AudioSourceOptions::default().rate(8000)).unwrap();
    let written: Vec<i16> = (0..8000).map(|n| n % 30_000 + 1).collect();
    mouth.write(&written).unwrap();

    let mut memory = [0; 400];
    let small = ear.try_read_into(&mut memory[..159]).unwrap_err();
    assert_eq!(small.kind(), ErrorKind::InvalidArgument);
    let (mut heard, mut next, mut by_poll) = (Vec::with_capacity(16_000), 0, false);
    let deadline = Instant::now() + SOON;
    while heard.len() < 12_000 {
        assert!(Instant::now() < deadline);
        let (read, count) = blocks(|| {
            if by_poll {
                match ear.poll_read_into(&mut Context::from_waker(Waker::noop()), &mut memory) {
                    Poll::Ready(read) => read.ok(),
                    Poll::Pending => None,
                }
            } else {
                ear.try_read_into(&mut memory).ok()
            }
        });
        let Some(head) = read else {
            std::thread::sleep(Duration::from_millis(5));
            continue;
        };
        let head = head.unwrap();
        assert_eq!(count, 0, "allocated, by poll: {by_poll}");
        assert_eq!((head.position, head.lost, head.samples), (next, 0, 160));
        assert!(head.at <= Instant::now() && head.wall_clock() <= std::time::SystemTime::now());
        heard.extend_from_slice(&memory[..head.samples]);
        next += 160;
        by_poll = !by_poll;
    }
    let begin = heard.iter().position(|s| *s != 0).unwrap();
    assert!(heard[begin..].starts_with(&written), "from {begin}");
    ep.close();
}
