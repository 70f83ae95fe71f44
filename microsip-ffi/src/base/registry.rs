//! Handles: tokens that are looked up, never followed. What is freed, stale, forged or of another kind is found out and said.
//!
//! A token has three parts: kind (8 bits), generation (32), slot (24). A slot's generation grows with each use and begins at a
//! number of chance, so that a made-up token meets nothing; a slot whose generations are used up is not used again.

use std::any::Any;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

use super::lent::Obj;
use super::{Fault, Outcome};
use crate::status::microsip_status_e;

/// A type of handle: a struct of C around a token.
pub(crate) trait Handle: Copy + 'static {
    /// What is behind it.
    type Object: Send + Sync + 'static;
    /// Its number, unlike that of every other type; see [`handle!`](crate::handle).
    const KIND: u8;
    /// For messages: `"call"`.
    const NAME: &'static str;
    fn token(self) -> u64;
    fn of(token: u64) -> Self;
}

/// Makes a struct of C a [`Handle`]. Kinds are given out in `lib.rs`'s list, which the test there keeps free of doubles.
#[macro_export]
#[doc(hidden)]
macro_rules! handle {
    ($type:ident, $kind:literal, $name:literal, $object:ty) => {
        impl $crate::base::Handle for $type {
            type Object = $object;
            const KIND: u8 = $kind;
            const NAME: &'static str = $name;
            fn token(self) -> u64 {
                self.token
            }
            fn of(token: u64) -> Self {
                $type { token }
            }
        }
    };
}

const SLOT_BITS: u32 = 24;
const SLOTS: usize = 1 << SLOT_BITS;

struct Slot {
    /// Generation of its first use.
    first: u32,
    /// Generation of the present use or, when empty, of the next one.
    generation: u32,
    entry: Option<(u8, Arc<dyn Any + Send + Sync>)>,
}

struct Table {
    slots: Vec<Slot>,
    free: Vec<u32>,
    live: usize,
}

static TABLE: RwLock<Table> = RwLock::new(Table {
    slots: Vec::new(),
    free: Vec::new(),
    live: 0,
});

fn pack(kind: u8, generation: u32, slot: u32) -> u64 {
    u64::from(kind) << 56 | u64::from(generation) << SLOT_BITS | u64::from(slot)
}

fn unpack(token: u64) -> (u8, u32, usize) {
    (
        (token >> 56) as u8,
        (token >> SLOT_BITS) as u32,
        token as usize & (SLOTS - 1),
    )
}

/// A number of chance up to 2³¹, never 0: leaves each slot two thousand million uses.
fn chance() -> u32 {
    (RandomState::new().build_hasher().finish() as u32 >> 1).max(1)
}

fn no_such<H: Handle>(status: microsip_status_e, why: &str) -> Fault {
    Fault::new(status, format!("the {} handle {why}", H::NAME))
}

/// Why a token is not in the table.
fn missing<H: Handle>(table: &Table, token: u64) -> Fault {
    use microsip_status_e::*;
    let (kind, generation, slot) = unpack(token);
    if token == 0 {
        return no_such::<H>(
            MICROSIP_STATUS_INVALID_HANDLE,
            "is zero: it was never set, or its making failed",
        );
    }
    match table.slots.get(slot) {
        Some(slot) if (slot.first..=slot.generation).contains(&generation) => {
            if kind != H::KIND {
                no_such::<H>(MICROSIP_STATUS_WRONG_HANDLE, "is a handle of another kind")
            } else if generation < slot.generation {
                no_such::<H>(MICROSIP_STATUS_STALE_HANDLE, "was freed before")
            } else {
                no_such::<H>(MICROSIP_STATUS_INVALID_HANDLE, "was never given out")
            }
        }
        _ => no_such::<H>(MICROSIP_STATUS_INVALID_HANDLE, "was never given out"),
    }
}

fn find<H: Handle>(table: &Table, handle: H) -> Outcome<&Arc<dyn Any + Send + Sync>> {
    let (kind, generation, slot) = unpack(handle.token());
    match table.slots.get(slot) {
        Some(Slot {
            generation: now,
            entry: Some((is, object)),
            ..
        }) if *now == generation && *is == kind && kind == H::KIND => Ok(object),
        _ => Err(missing::<H>(table, handle.token())),
    }
}

fn insert<H: Handle>(object: Arc<dyn Any + Send + Sync>) -> Outcome<H> {
    let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
    let index = match table.free.pop() {
        Some(index) => index,
        None if table.slots.len() < SLOTS => {
            let generation = chance();
            table.slots.push(Slot {
                first: generation,
                generation,
                entry: None,
            });
            (table.slots.len() - 1) as u32
        }
        None => {
            return Err(Fault::new(
                microsip_status_e::MICROSIP_STATUS_LIMIT_REACHED,
                format!("{SLOTS} handles are in use; free those that are done with"),
            ));
        }
    };
    let slot = &mut table.slots[index as usize];
    slot.entry = Some((H::KIND, object));
    let token = pack(H::KIND, slot.generation, index);
    table.live += 1;
    Ok(H::of(token))
}

/// Gives an object a handle.
pub(crate) fn put<H: Handle>(object: H::Object) -> Outcome<H> {
    insert(Arc::new(Obj::new(object)))
}

/// The object behind a handle; it lives on while this is held, even if the handle is freed meanwhile.
pub(crate) fn get<H: Handle>(handle: H) -> Outcome<Arc<Obj<H::Object>>> {
    let object = {
        let table = TABLE.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(find(&table, handle)?)
    };
    object
        .downcast()
        .map_err(|_| no_such::<H>(microsip_status_e::MICROSIP_STATUS_INTERNAL, "holds something else"))
}

/// Another handle to the same object.
pub(crate) fn share<H: Handle>(handle: H) -> Outcome<H> {
    insert::<H>(get(handle)?)
}

/// Takes a handle away; the zero handle is fine. The object goes with its last handle, outside the table's lock.
pub(crate) fn free<H: Handle>(handle: H) -> Outcome {
    if handle.token() == 0 {
        return Ok(());
    }
    let object = {
        let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
        find(&table, handle)?;
        let (_, _, index) = unpack(handle.token());
        let slot = &mut table.slots[index];
        let object = slot.entry.take();
        if let Some(next) = slot.generation.checked_add(1) {
            slot.generation = next;
            table.free.push(index as u32);
        }
        table.live -= 1;
        object
    };
    drop(object);
    Ok(())
}

/// How many handles are live.
pub(crate) fn live() -> usize {
    TABLE.read().unwrap_or_else(PoisonError::into_inner).live
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test may panic")]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug)]
    struct Number {
        token: u64,
    }
    handle!(Number, 251, "number", u32);

    #[derive(Clone, Copy, Debug)]
    struct Word {
        token: u64,
    }
    handle!(Word, 252, "word", String);

    fn status<T: std::fmt::Debug>(outcome: Outcome<T>) -> microsip_status_e {
        outcome.unwrap_err().status
    }

    #[test]
    fn what_is_freed_stale_forged_or_of_another_kind_is_found_out() {
        use microsip_status_e::*;
        let number: Number = put(7).unwrap();
        assert_eq!(**get(number).unwrap(), 7);
        assert_eq!(status(get(Word::of(number.token))), MICROSIP_STATUS_WRONG_HANDLE);
        let forged = pack(252, unpack(number.token).1, unpack(number.token).2 as u32);
        assert_eq!(status(get(Word::of(forged))), MICROSIP_STATUS_INVALID_HANDLE);

        let other = share(number).unwrap();
        free(number).unwrap();
        assert_eq!(status(get(number)), MICROSIP_STATUS_STALE_HANDLE);
        assert_eq!(status(free(number)), MICROSIP_STATUS_STALE_HANDLE);
        assert_eq!(**get(other).unwrap(), 7, "a clone lives on");
        free(other).unwrap();

        let again: Number = put(8).unwrap();
        assert_eq!(
            status(get(number)),
            MICROSIP_STATUS_STALE_HANDLE,
            "the slot's next user is another"
        );
        free(again).unwrap();

        assert_eq!(status(get(Number::of(0))), MICROSIP_STATUS_INVALID_HANDLE);
        assert_eq!(status(get(Number::of(u64::MAX))), MICROSIP_STATUS_INVALID_HANDLE);
        assert_eq!(
            status(get(Number::of(251 << 56 | 0xff_ffff))),
            MICROSIP_STATUS_INVALID_HANDLE
        );
        free(Number::of(0)).unwrap();
    }

    #[test]
    fn many_threads_agree() {
        std::thread::scope(|scope| {
            for n in 0..4 {
                scope.spawn(move || {
                    for _ in 0..2_000 {
                        let handle: Word = put(format!("{n}")).unwrap();
                        assert_eq!(***get(handle).unwrap(), format!("{n}"));
                        let other = share(handle).unwrap();
                        free(handle).unwrap();
                        assert!(get(handle).is_err());
                        free(other).unwrap();
                    }
                });
            }
        });
    }
}
