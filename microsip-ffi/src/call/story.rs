//! The story of a call.

use std::ffi::c_char;

use microsip_core::{Decision, Story, StoryStep};

use super::{microsip_call_t, microsip_direction_t};
use crate::base::{Code, Fault, Out, free, get, guard, put, share, unix_ms};
use crate::code;
use crate::endpoint::microsip_transport_t;
use crate::handle;
use crate::status::microsip_status_t;

/// What an entry of a story tells: one of `enum microsip_story_step_e`.
pub type microsip_story_step_t = i32;

/// The values of `microsip_story_step_t`.
#[repr(i32)]
pub enum microsip_story_step_e {
    /// The application, or a policy in its name, asked for something.
    MICROSIP_STORY_STEP_ASKED = 1,
    /// A SIP message went over the wire, repetitions included.
    MICROSIP_STORY_STEP_MESSAGE = 2,
    /// The stack or a policy chose among possibilities.
    MICROSIP_STORY_STEP_DECIDED = 3,
    /// It is over.
    MICROSIP_STORY_STEP_ENDED = 4,
}

/// What a decision was about: one of `enum microsip_decision_e`.
pub type microsip_decision_t = i32;

/// The values of `microsip_decision_t`.
#[repr(i32)]
pub enum microsip_decision_e {
    /// Which account the call belongs to.
    MICROSIP_DECISION_ACCOUNT = 1,
    /// Where the request is sent: a proxy, a route set, a redirection, the next target of a name.
    MICROSIP_DECISION_ROUTE = 2,
    /// UDP, TCP or TLS.
    MICROSIP_DECISION_TRANSPORT = 3,
    /// Codec and payload type.
    MICROSIP_DECISION_CODEC = 4,
    /// Whether and how media is encrypted.
    MICROSIP_DECISION_PROTECTION = 5,
    /// Which credentials answered a challenge.
    MICROSIP_DECISION_CREDENTIALS = 6,
    /// A policy answered in the application's name.
    MICROSIP_DECISION_POLICY = 7,
}

code!(microsip_decision_e, "decision", Decision {
    MICROSIP_DECISION_ACCOUNT = Account,
    MICROSIP_DECISION_ROUTE = Route,
    MICROSIP_DECISION_TRANSPORT = Transport,
    MICROSIP_DECISION_CODEC = Codec,
    MICROSIP_DECISION_PROTECTION = Protection,
    MICROSIP_DECISION_CREDENTIALS = Credentials,
    MICROSIP_DECISION_POLICY = Policy,
});

/// The story of a call: what was asked, what went over the wire, what was decided, why it ended. Of a very long one the
/// beginning and the end are kept. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_story_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_story_t, 60, "story", Story);

/// The call's story so far, as a new handle to be freed; the whole one after its end. Messages that arrive after the
/// end (the answer to our BYE) are still added for a while.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_story(call: microsip_call_t, story: *mut microsip_story_t) -> microsip_status_t {
    guard("microsip_call_story", || {
        let out = Out::new(story, "story")?;
        out.set(put(get(call)?.story())?);
        Ok(())
    })
}

/// Another handle to the same story, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_story_clone(
    story: microsip_story_t,
    clone: *mut microsip_story_t,
) -> microsip_status_t {
    guard("microsip_story_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(story)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_story_free(story: microsip_story_t) -> microsip_status_t {
    guard("microsip_story_free", || free(story))
}

/// The whole story, a line for each entry with the milliseconds since the first. Lent until the story is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_story_text(story: microsip_story_t, lines: *mut *const c_char) -> microsip_status_t {
    guard("microsip_story_text", || {
        let out = Out::new(lines, "lines")?;
        let story = get(story)?;
        out.set(story.lend(&story.to_string()));
        Ok(())
    })
}

/// How many entries were left out in the middle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_story_left_out(story: microsip_story_t, count: *mut u64) -> microsip_status_t {
    guard("microsip_story_left_out", || {
        let out = Out::new(count, "count")?;
        let story = get(story)?;
        out.set(story.left_out);
        Ok(())
    })
}

/// How many entries there are, in the order of events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_story_count(story: microsip_story_t, count: *mut usize) -> microsip_status_t {
    guard("microsip_story_count", || {
        let out = Out::new(count, "count")?;
        let story = get(story)?;
        out.set(story.entries.len());
        Ok(())
    })
}

/// When the entry at `index`, from 0, happened; `NO_VALUE` beyond the end, as from all that follow.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_story_at_unix_ms(
    story: microsip_story_t,
    index: usize,
    at: *mut i64,
) -> microsip_status_t {
    guard("microsip_story_at_unix_ms", || {
        let out = Out::new(at, "at")?;
        let story = get(story)?;
        let item = story
            .entries
            .get(index)
            .ok_or_else(|| Fault::none("entry at this index"))?;
        out.set(unix_ms(item.at));
        Ok(())
    })
}

/// The number of what happened; 0 for what this interface does not know.
fn step(step: &StoryStep) -> i32 {
    match step {
        StoryStep::Asked { .. } => microsip_story_step_e::MICROSIP_STORY_STEP_ASKED as i32,
        StoryStep::Message { .. } => microsip_story_step_e::MICROSIP_STORY_STEP_MESSAGE as i32,
        StoryStep::Decided { .. } => microsip_story_step_e::MICROSIP_STORY_STEP_DECIDED as i32,
        StoryStep::Ended { .. } => microsip_story_step_e::MICROSIP_STORY_STEP_ENDED as i32,
        _ => 0,
    }
}

fn told(step: &StoryStep) -> &str {
    match step {
        StoryStep::Asked { what } | StoryStep::Decided { what, .. } => what,
        StoryStep::Message { line, .. } => line,
        StoryStep::Ended { why } => why,
        _ => "",
    }
}

/// What the entry at `index` tells; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_story_step(
    story: microsip_story_t,
    index: usize,
    kind: *mut microsip_story_step_t,
) -> microsip_status_t {
    guard("microsip_story_step", || {
        let out = Out::new(kind, "kind")?;
        let story = get(story)?;
        let item = story
            .entries
            .get(index)
            .ok_or_else(|| Fault::none("entry at this index"))?;
        out.set(step(&item.step));
        Ok(())
    })
}

/// What was asked or decided, why it ended, in words; of a message its first line, with credentials masked. `NO_VALUE`
/// beyond the end. Lent until the story is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_story_words(
    story: microsip_story_t,
    index: usize,
    words: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_story_words", || {
        let out = Out::new(words, "words")?;
        let story = get(story)?;
        let item = story
            .entries
            .get(index)
            .ok_or_else(|| Fault::none("entry at this index"))?;
        out.set(story.lend(told(&item.step)));
        Ok(())
    })
}

/// Which way a message went; `NO_VALUE` for other entries.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_story_direction(
    story: microsip_story_t,
    index: usize,
    direction: *mut microsip_direction_t,
) -> microsip_status_t {
    guard("microsip_story_direction", || {
        let out = Out::new(direction, "direction")?;
        let story = get(story)?;
        let item = story
            .entries
            .get(index)
            .ok_or_else(|| Fault::none("entry at this index"))?;
        out.set_some(
            match &item.step {
                StoryStep::Message { direction, .. } => Some(direction.code()),
                _ => None,
            },
            "message in this entry",
        )
    })
}

/// Size of a message in bytes; `NO_VALUE` for other entries.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_story_bytes(
    story: microsip_story_t,
    index: usize,
    bytes: *mut usize,
) -> microsip_status_t {
    guard("microsip_story_bytes", || {
        let out = Out::new(bytes, "bytes")?;
        let story = get(story)?;
        let item = story
            .entries
            .get(index)
            .ok_or_else(|| Fault::none("entry at this index"))?;
        out.set_some(
            match &item.step {
                StoryStep::Message { bytes, .. } => Some(*bytes),
                _ => None,
            },
            "message in this entry",
        )
    })
}

/// What carried a message; `NO_VALUE` for other entries.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_story_transport(
    story: microsip_story_t,
    index: usize,
    transport: *mut microsip_transport_t,
) -> microsip_status_t {
    guard("microsip_story_transport", || {
        let out = Out::new(transport, "transport")?;
        let story = get(story)?;
        let item = story
            .entries
            .get(index)
            .ok_or_else(|| Fault::none("entry at this index"))?;
        out.set_some(
            match &item.step {
                StoryStep::Message { transport, .. } => Some(transport.code()),
                _ => None,
            },
            "message in this entry",
        )
    })
}

/// The peer's address of a message, `host:port`; `NO_VALUE` for other entries. Lent until the story is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_story_remote(
    story: microsip_story_t,
    index: usize,
    remote: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_story_remote", || {
        let out = Out::new(remote, "remote")?;
        let story = get(story)?;
        let item = story
            .entries
            .get(index)
            .ok_or_else(|| Fault::none("entry at this index"))?;
        let text = (match &item.step {
            StoryStep::Message { remote, .. } => remote.map(|r| r.to_string()),
            _ => None,
        })
        .ok_or_else(|| Fault::none("address in this entry"))?;
        out.set(story.lend(&text));
        Ok(())
    })
}

/// What a decision was about; `NO_VALUE` for other entries.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_story_decision(
    story: microsip_story_t,
    index: usize,
    decision: *mut microsip_decision_t,
) -> microsip_status_t {
    guard("microsip_story_decision", || {
        let out = Out::new(decision, "decision")?;
        let story = get(story)?;
        let item = story
            .entries
            .get(index)
            .ok_or_else(|| Fault::none("entry at this index"))?;
        out.set_some(
            match &item.step {
                StoryStep::Decided { about, .. } => Some(about.code()),
                _ => None,
            },
            "decision in this entry",
        )
    })
}
