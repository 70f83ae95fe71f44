//! Codecs of the build and of an endpoint.

use std::ffi::c_char;

use microsip_core::{Codec, CodecInfo};

use super::{microsip_endpoint_t, running};
use crate::base::{Fault, Out, Outcome, free, get, guard, put, share};
use crate::handle;
use crate::status::microsip_status_t;

/// A codec of the build, and how an endpoint has it set up if it is one's list.
pub struct ListedCodec {
    codec: Codec,
    info: Option<CodecInfo>,
}

impl ListedCodec {
    fn info(&self) -> Outcome<&CodecInfo> {
        self.info
            .as_ref()
            .ok_or_else(|| Fault::none("more about codecs without an endpoint"))
    }
}

/// Codecs of this build, or of an endpoint. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_codec_list_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_codec_list_t, 34, "codec list", Vec<ListedCodec>);

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_codec_list_count(
    list: microsip_codec_list_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_codec_list_count", || {
        let out = Out::new(count, "count")?;
        out.set(get(list)?.len());
        Ok(())
    })
}

/// The codec at `index`, from 0, as lists of codecs name it, such as `"PCMU/8000/1"`; `NO_VALUE` beyond the end. Lent
/// until the list is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_codec_list_text(
    list: microsip_codec_list_t,
    index: usize,
    text: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_codec_list_text", || {
        let out = Out::new(text, "text")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("codec at this index"))?;
        out.set(o.lend(&item.codec.to_string()));
        Ok(())
    })
}

/// Encoding name at `index` (RFC 4855), such as `"PCMU"`; `NO_VALUE` beyond the end. Lent until the list is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_codec_list_name(
    list: microsip_codec_list_t,
    index: usize,
    name: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_codec_list_name", || {
        let out = Out::new(name, "name")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("codec at this index"))?;
        out.set(o.lend(&item.codec.name));
        Ok(())
    })
}

/// Clock rate at `index` in Hz; G722 says 16000 here, though RTP says 8000 (RFC 3551 §4.5.2). `NO_VALUE` beyond the
/// end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_codec_list_clock_rate(
    list: microsip_codec_list_t,
    index: usize,
    clock_rate: *mut u32,
) -> microsip_status_t {
    guard("microsip_codec_list_clock_rate", || {
        let out = Out::new(clock_rate, "clock_rate")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("codec at this index"))?;
        out.set(item.codec.clock_rate);
        Ok(())
    })
}

/// Channels at `index`, 1 or 2; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_codec_list_channels(
    list: microsip_codec_list_t,
    index: usize,
    channels: *mut u32,
) -> microsip_status_t {
    guard("microsip_codec_list_channels", || {
        let out = Out::new(channels, "channels")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("codec at this index"))?;
        out.set(item.codec.channels);
        Ok(())
    })
}

/// Bits per second of audio at `index`, packet headers not counted; the most it may be where it varies. `NO_VALUE` when
/// the codec decides, for `microsip_codec_list_of_build`, and beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_codec_list_bit_rate(
    list: microsip_codec_list_t,
    index: usize,
    bit_rate: *mut u32,
) -> microsip_status_t {
    guard("microsip_codec_list_bit_rate", || {
        let out = Out::new(bit_rate, "bit_rate")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("codec at this index"))?;
        out.set_some(item.info()?.bit_rate, "bit rate")
    })
}

/// How long one frame is at `index`, in milliseconds; a packet holds whole frames. `NO_VALUE` for
/// `microsip_codec_list_of_build`, and beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_codec_list_frame_ms(
    list: microsip_codec_list_t,
    index: usize,
    frame_ms: *mut u32,
) -> microsip_status_t {
    guard("microsip_codec_list_frame_ms", || {
        let out = Out::new(frame_ms, "frame_ms")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("codec at this index"))?;
        out.set(u32::try_from(item.info()?.frame.as_millis()).unwrap_or(u32::MAX));
        Ok(())
    })
}

/// RTP payload type at `index` if it has a fixed one (RFC 3551 §6); `NO_VALUE` for others, which get theirs in each
/// call, for `microsip_codec_list_of_build`, and beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_codec_list_payload_type(
    list: microsip_codec_list_t,
    index: usize,
    payload_type: *mut u8,
) -> microsip_status_t {
    guard("microsip_codec_list_payload_type", || {
        let out = Out::new(payload_type, "payload_type")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("codec at this index"))?;
        out.set_some(item.info()?.payload_type, "payload type")
    })
}

/// Its place in the endpoint's list, 0 being the preferred one; `NO_VALUE` when it is not enabled, for
/// `microsip_codec_list_of_build`, and beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_codec_list_place(
    list: microsip_codec_list_t,
    index: usize,
    place: *mut usize,
) -> microsip_status_t {
    guard("microsip_codec_list_place", || {
        let out = Out::new(place, "place")?;
        let o = get(list)?;
        let item = o.get(index).ok_or_else(|| Fault::none("codec at this index"))?;
        out.set_some(item.info()?.place, "place")
    })
}

/// Another handle to the same list, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_codec_list_clone(
    list: microsip_codec_list_t,
    clone: *mut microsip_codec_list_t,
) -> microsip_status_t {
    guard("microsip_codec_list_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(list)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_codec_list_free(list: microsip_codec_list_t) -> microsip_status_t {
    guard("microsip_codec_list_free", || free(list))
}

/// Every codec of this build, those that are offered by default first and in that order, as a new handle to be freed.
/// Needs no endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_codec_list_of_build(list: *mut microsip_codec_list_t) -> microsip_status_t {
    guard("microsip_codec_list_of_build", || {
        let out = Out::new(list, "list")?;
        let codecs = microsip_core::codecs().into_iter();
        out.set(put(codecs.map(|codec| ListedCodec { codec, info: None }).collect())?);
        Ok(())
    })
}

/// Every codec of this build as the endpoint has it, those that are enabled first and in their order, as a new handle
/// to be freed. Statuses: `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_codecs(
    endpoint: microsip_endpoint_t,
    list: *mut microsip_codec_list_t,
) -> microsip_status_t {
    guard("microsip_endpoint_codecs", || {
        let out = Out::new(list, "list")?;
        let codecs = running(endpoint)?.with(|e| Ok(e.codecs()?))?.into_iter();
        out.set(put(codecs
            .map(|info| ListedCodec {
                codec: info.codec.clone(),
                info: Some(info),
            })
            .collect())?);
        Ok(())
    })
}
