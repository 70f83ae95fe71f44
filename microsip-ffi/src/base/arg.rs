//! Arguments as C gives them, checked as far as they can be.

use std::ffi::{CStr, c_char};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::{Fault, Outcome};
use crate::status::microsip_status_e;

/// Timeouts of this value never pass.
pub(crate) const FOREVER: u32 = u32::MAX;

pub(crate) fn null(what: &str) -> Fault {
    Fault::new(
        microsip_status_e::MICROSIP_STATUS_NULL_ARGUMENT,
        format!("{what} is NULL"),
    )
}

/// A pointer the caller wants a result in. It is zeroed at once, so that it holds nothing wild if the function fails.
pub(crate) struct Out<T>(*mut T);

impl<T: Copy> Out<T> {
    /// # Safety
    /// `pointer` is NULL or may be written.
    pub(crate) unsafe fn new(pointer: *mut T, what: &str) -> Outcome<Out<T>> {
        if pointer.is_null() {
            return Err(null(what));
        }
        // All types that cross are integers, floats, pointers and structs of integers: zero is a value of each.
        pointer.write_bytes(0, 1);
        Ok(Out(pointer))
    }

    /// A pointer that may be NULL.
    ///
    /// # Safety
    /// As [`Out::new`].
    pub(crate) unsafe fn optional(pointer: *mut T) -> Option<Out<T>> {
        // NULL is its only failure.
        Out::new(pointer, "").ok()
    }

    pub(crate) fn set(self, value: T) {
        // SAFETY: checked by `new`, whose caller vouches for it.
        unsafe { self.0.write(value) }
    }

    /// Sets it, or says that there is no `what`.
    pub(crate) fn set_some(self, value: Option<T>, what: &str) -> Outcome {
        self.set(value.ok_or_else(|| Fault::none(what))?);
        Ok(())
    }
}

/// A pointer for a result that may not be wanted: NULL.
pub(crate) struct OptOut<T>(Option<Out<T>>);

impl<T: Copy> OptOut<T> {
    /// # Safety
    /// `pointer` is NULL or may be written.
    pub(crate) unsafe fn new(pointer: *mut T) -> OptOut<T> {
        OptOut(Out::new(pointer, "").ok())
    }

    pub(crate) fn set(self, value: T) {
        if let Some(out) = self.0 {
            out.set(value);
        }
    }

    /// Makes the value only if it is wanted.
    pub(crate) fn set_with(self, make: impl FnOnce() -> Outcome<T>) -> Outcome {
        if let Some(out) = self.0 {
            out.set(make()?);
        }
        Ok(())
    }
}

/// The caller's memory for a text, such as a password, that is not to stay in ours.
pub(crate) struct Buffer {
    memory: *mut c_char,
    capacity: usize,
    length: Out<usize>,
}

impl Buffer {
    /// # Safety
    /// `memory` is NULL, for a capacity of 0 only, or `capacity` bytes there may be written.
    pub(crate) unsafe fn new(memory: *mut c_char, capacity: usize, length: *mut usize) -> Outcome<Buffer> {
        let length = Out::new(length, "length")?;
        if memory.is_null() && capacity > 0 {
            return Err(null("buffer"));
        }
        if capacity > 0 {
            memory.write(0);
        }
        Ok(Buffer {
            memory,
            capacity,
            length,
        })
    }

    /// Copies the text with a NUL behind it, and says how long it is.
    pub(crate) fn fill(self, text: &str) -> Outcome {
        self.length.set(text.len());
        if text.len() >= self.capacity {
            return Err(Fault::new(
                microsip_status_e::MICROSIP_STATUS_BUFFER_TOO_SMALL,
                format!("{} bytes are needed", text.len() + 1),
            ));
        }
        // SAFETY: checked by `new`, whose caller vouches for it; text and NUL fit.
        unsafe {
            std::ptr::copy_nonoverlapping(text.as_ptr().cast(), self.memory, text.len());
            self.memory.add(text.len()).write(0);
        }
        Ok(())
    }
}

/// # Safety
/// `pointer` is NULL or points to `count` handles that live for `'a`.
pub(crate) unsafe fn handles<'a, H: super::Handle>(pointer: *const H, count: usize, what: &str) -> Outcome<&'a [H]> {
    slice(pointer, count, what)
}

/// Several texts.
///
/// # Safety
/// `pointer` is NULL or points to `count` texts as [`text`] wants them.
pub(crate) unsafe fn texts<'a>(pointer: *const *const c_char, count: usize, what: &str) -> Outcome<Vec<&'a str>> {
    slice(pointer, count, what)?
        .iter()
        .map(|one| text(*one, what))
        .collect()
}

/// # Safety
/// `pointer` is NULL or a NUL-terminated string that lives for `'a`.
pub(crate) unsafe fn text<'a>(pointer: *const c_char, what: &str) -> Outcome<&'a str> {
    opt_text(pointer, what)?.ok_or_else(|| null(what))
}

/// As [`text`]; NULL is `None`.
///
/// # Safety
/// As there.
pub(crate) unsafe fn opt_text<'a>(pointer: *const c_char, what: &str) -> Outcome<Option<&'a str>> {
    if pointer.is_null() {
        return Ok(None);
    }
    CStr::from_ptr(pointer).to_str().map(Some).map_err(|e| {
        Fault::new(
            microsip_status_e::MICROSIP_STATUS_INVALID_UTF8,
            format!("{what} is not UTF-8: byte {} is wrong", e.valid_up_to()),
        )
    })
}

/// # Safety
/// `pointer` is NULL or points to `count` bytes that live for `'a`.
pub(crate) unsafe fn bytes<'a>(pointer: *const u8, count: usize, what: &str) -> Outcome<&'a [u8]> {
    slice(pointer, count, what)
}

/// # Safety
/// `pointer` is NULL or points to `count` samples that live for `'a`.
pub(crate) unsafe fn samples<'a>(pointer: *const i16, count: usize, what: &str) -> Outcome<&'a [i16]> {
    slice(pointer, count, what)
}

/// # Safety
/// `pointer` is NULL or points to `count` elements that live for `'a`.
pub(crate) unsafe fn array<'a, T: Copy>(pointer: *const T, count: usize, what: &str) -> Outcome<&'a [T]> {
    slice(pointer, count, what)
}

/// Samples to be written.
///
/// # Safety
/// `pointer` is NULL or may be written for `count` samples, by nobody else, for `'a`.
pub(crate) unsafe fn samples_mut<'a>(pointer: *mut i16, count: usize, what: &str) -> Outcome<&'a mut [i16]> {
    // Checks the same things.
    slice(pointer.cast_const(), count, what)?;
    if count == 0 {
        return Ok(&mut []);
    }
    Ok(std::slice::from_raw_parts_mut(pointer, count))
}

/// A struct that says in its first field, of type `size_t`, how large the caller believes it to be.
pub(crate) struct SizedOut<T> {
    pointer: *mut T,
    size: usize,
}

impl<T: Copy> SizedOut<T> {
    /// Zeroes what the caller knows of it, but for its size; `None` for NULL.
    ///
    /// # Safety
    /// `pointer` is NULL or points to a `size_t` and as many bytes in all as it says; `T` begins with that field.
    pub(crate) unsafe fn new(pointer: *mut T, what: &str) -> Outcome<Option<SizedOut<T>>> {
        if pointer.is_null() {
            return Ok(None);
        }
        let size = pointer.cast::<usize>().read();
        if size < 2 * size_of::<usize>() || size > 4096 {
            return Err(Fault::invalid(format!(
                "the size in {what} is {size}; set it to sizeof of its type before the call"
            )));
        }
        // A newer program's struct may be larger than ours: what we do not know is zero.
        pointer
            .cast::<u8>()
            .add(size_of::<usize>())
            .write_bytes(0, size - size_of::<usize>());
        Ok(Some(SizedOut { pointer, size }))
    }

    pub(crate) fn set(self, value: T) {
        let (head, size) = (size_of::<usize>(), self.size.min(size_of::<T>()));
        // SAFETY: `new`'s caller vouches for `size` bytes; the first field stays the caller's.
        unsafe {
            self.pointer
                .cast::<u8>()
                .add(head)
                .copy_from_nonoverlapping(std::ptr::from_ref(&value).cast::<u8>().add(head), size - head);
        }
    }
}

unsafe fn slice<'a, T>(pointer: *const T, count: usize, what: &str) -> Outcome<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(null(what));
    }
    if !pointer.is_aligned() {
        return Err(Fault::invalid(format!(
            "{what} is not aligned to {} bytes",
            align_of::<T>()
        )));
    }
    // More cannot be one object; a negative length looks like this.
    if count > isize::MAX as usize / size_of::<T>() {
        return Err(Fault::invalid(format!(
            "{what}: {count} elements are more than memory holds"
        )));
    }
    Ok(std::slice::from_raw_parts(pointer, count))
}

/// A numeric address; NULL was no address.
pub(crate) fn ip(text: Option<&str>, what: &str) -> Outcome<Option<IpAddr>> {
    text.map(|text| {
        text.parse().map_err(|_| {
            Fault::invalid(format!(
                "{what} is no numeric address, such as 192.0.2.1 or 2001:db8::1"
            ))
        })
    })
    .transpose()
}

/// A numeric address with port.
pub(crate) fn socket_address(text: &str, what: &str) -> Outcome<SocketAddr> {
    text.parse().map_err(|_| {
        Fault::invalid(format!(
            "{what} is no numeric address with port, such as 127.0.0.1:5060"
        ))
    })
}

/// Milliseconds.
pub(crate) fn millis(ms: u32) -> Duration {
    Duration::from_millis(ms.into())
}

/// Seconds.
pub(crate) fn secs(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}

/// A timeout in milliseconds; [`FOREVER`] is a year, as far as the library looks ahead.
pub(crate) fn timeout(ms: u32) -> Duration {
    match ms {
        FOREVER => Duration::from_secs(60 * 60 * 24 * 365),
        ms => millis(ms),
    }
}

/// When a timeout in milliseconds passes; `None` is never.
pub(crate) fn wait_until(ms: u32) -> Option<Instant> {
    match ms {
        FOREVER => None,
        ms => Instant::now().checked_add(millis(ms)),
    }
}
