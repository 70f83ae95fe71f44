//! Who a message is from.

use std::ffi::c_char;

use microsip_core::Identity;

use crate::base::{Fault, Out, free, get, guard, share};
use crate::handle;
use crate::status::microsip_status_t;

/// What a message says about identities. Nothing of it is proven: it is worth as much as the network it came through.
/// Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_identity_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_identity_t, 61, "identity", Identity);

/// Another handle to the same identity, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_clone(
    identity: microsip_identity_t,
    clone: *mut microsip_identity_t,
) -> microsip_status_t {
    guard("microsip_identity_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(identity)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_identity_free(identity: microsip_identity_t) -> microsip_status_t {
    guard("microsip_identity_free", || free(identity))
}

/// How many asserted identities there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_asserted_count(
    identity: microsip_identity_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_identity_asserted_count", || {
        let out = Out::new(count, "count")?;
        let identity = get(identity)?;
        out.set(identity.asserted.len());
        Ok(())
    })
}

/// The value of P-Asserted-Identity (RFC 3325) at `index`, from 0, as name-addr or URI; `NO_VALUE` beyond the end. Lent
/// until the identity is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_asserted_at(
    identity: microsip_identity_t,
    index: usize,
    text: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_identity_asserted_at", || {
        let out = Out::new(text, "text")?;
        let identity = get(identity)?;
        let item = identity
            .asserted
            .get(index)
            .ok_or_else(|| Fault::none("asserted identity at this index"))?;
        out.set(identity.lend(item));
        Ok(())
    })
}

/// How many remote parties there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_remote_party_count(
    identity: microsip_identity_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_identity_remote_party_count", || {
        let out = Out::new(count, "count")?;
        let identity = get(identity)?;
        out.set(identity.remote_party.len());
        Ok(())
    })
}

/// The value of Remote-Party-ID (draft-ietf-sip-privacy) at `index`, from 0, without parameters; `NO_VALUE` beyond the
/// end. Lent until the identity is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_remote_party_at(
    identity: microsip_identity_t,
    index: usize,
    text: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_identity_remote_party_at", || {
        let out = Out::new(text, "text")?;
        let identity = get(identity)?;
        let item = identity
            .remote_party
            .get(index)
            .ok_or_else(|| Fault::none("remote party at this index"))?;
        out.set(identity.lend(item));
        Ok(())
    })
}

/// How many diversions the call had (Diversion, RFC 5806).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_diversion_count(
    identity: microsip_identity_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_identity_diversion_count", || {
        let out = Out::new(count, "count")?;
        let identity = get(identity)?;
        out.set(identity.diversions.len());
        Ok(())
    })
}

/// Who the call was diverted from, as name-addr or URI, by index from 0, the latest diversion first; `NO_VALUE` beyond
/// the end. Lent until the identity is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_diversion_from(
    identity: microsip_identity_t,
    index: usize,
    from: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_identity_diversion_from", || {
        let out = Out::new(from, "from")?;
        let identity = get(identity)?;
        let item = identity
            .diversions
            .get(index)
            .ok_or_else(|| Fault::none("diversion at this index"))?;
        out.set(identity.lend(&item.from));
        Ok(())
    })
}

/// Why: `"user-busy"`, `"no-answer"`, `"unconditional"`, `"deflection"`, …; empty when not told. `NO_VALUE` beyond
/// the end. Lent until the identity is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_diversion_reason(
    identity: microsip_identity_t,
    index: usize,
    reason: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_identity_diversion_reason", || {
        let out = Out::new(reason, "reason")?;
        let identity = get(identity)?;
        let item = identity
            .diversions
            .get(index)
            .ok_or_else(|| Fault::none("diversion at this index"))?;
        out.set(identity.lend(&item.reason));
        Ok(())
    })
}

/// How many diversions the entry stands for; 1 when not told. `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_diversion_times(
    identity: microsip_identity_t,
    index: usize,
    times: *mut u32,
) -> microsip_status_t {
    guard("microsip_identity_diversion_times", || {
        let out = Out::new(times, "times")?;
        let identity = get(identity)?;
        let item = identity
            .diversions
            .get(index)
            .ok_or_else(|| Fault::none("diversion at this index"))?;
        out.set(item.count);
        Ok(())
    })
}

/// How many targets the request had (History-Info, RFC 7044).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_history_count(
    identity: microsip_identity_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_identity_history_count", || {
        let out = Out::new(count, "count")?;
        let identity = get(identity)?;
        out.set(identity.history.len());
        Ok(())
    })
}

/// A target, as name-addr or URI, by index from 0 in the order of the header; `NO_VALUE` beyond the end. Lent until the
/// identity is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_history_uri(
    identity: microsip_identity_t,
    index: usize,
    uri: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_identity_history_uri", || {
        let out = Out::new(uri, "uri")?;
        let identity = get(identity)?;
        let item = identity
            .history
            .get(index)
            .ok_or_else(|| Fault::none("target at this index"))?;
        out.set(identity.lend(&item.uri));
        Ok(())
    })
}

/// Its place in the tree of targets, such as `"1.2"`; empty when not told. `NO_VALUE` beyond the end. Lent until the
/// identity is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_history_place(
    identity: microsip_identity_t,
    index: usize,
    place: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_identity_history_place", || {
        let out = Out::new(place, "place")?;
        let identity = get(identity)?;
        let item = identity
            .history
            .get(index)
            .ok_or_else(|| Fault::none("target at this index"))?;
        out.set(identity.lend(&item.index));
        Ok(())
    })
}

/// How many values of Privacy there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_privacy_count(
    identity: microsip_identity_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_identity_privacy_count", || {
        let out = Out::new(count, "count")?;
        let identity = get(identity)?;
        out.set(identity.privacy.len());
        Ok(())
    })
}

/// The value of Privacy (RFC 3323, RFC 3325) at `index`, from 0: `"id"`, `"header"`, `"session"`, `"user"`, `"none"`,
/// `"critical"`; `NO_VALUE` beyond the end. Lent until the identity is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_privacy_at(
    identity: microsip_identity_t,
    index: usize,
    text: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_identity_privacy_at", || {
        let out = Out::new(text, "text")?;
        let identity = get(identity)?;
        let item = identity
            .privacy
            .get(index)
            .ok_or_else(|| Fault::none("value of Privacy at this index"))?;
        out.set(identity.lend(item));
        Ok(())
    })
}

/// Whether the caller hides who they are: `Privacy: id` or `user`, or a From of `anonymous.invalid`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_identity_anonymous(
    identity: microsip_identity_t,
    anonymous: *mut bool,
) -> microsip_status_t {
    guard("microsip_identity_anonymous", || {
        let out = Out::new(anonymous, "anonymous")?;
        let identity = get(identity)?;
        out.set(identity.anonymous);
        Ok(())
    })
}
