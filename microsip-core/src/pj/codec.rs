//! Codecs in PJMEDIA: which are enabled, how they are set up, and what calls change about it.

use std::mem::MaybeUninit;
use std::time::Duration;

use pjsip_sys as sys;

use super::Pj;
use super::sdp::{self, AudioFormat};
use super::status::check;
use super::string::{Text, to_string};
use crate::endpoint::EndpointConfig;
use crate::failure::FailureCode;
use crate::media::{Codec, CodecChoice, CodecInfo, OpusOptions};
use crate::{Error, ErrorKind, Result};

const OP: &str = "start endpoint";

/// Codecs of this build that are there by feature.
pub(crate) const HAS_OPUS: bool = sys::HAS_OPUS;
pub(crate) const HAS_SPEEX: bool = sys::HAS_SPEEX;
pub(crate) const HAS_GSM: bool = sys::HAS_GSM;
pub(crate) const HAS_G729: bool = sys::HAS_G729;

/// Enables exactly the codecs of the list, in its order, and sets them up.
pub(super) fn set_up(config: &EndpointConfig) -> Result<()> {
    let known = known();
    for (id, _) in &known {
        set_priority(id, 0)?;
    }
    for (place, codec) in config.codecs.iter().enumerate() {
        let Some((id, _)) = known.iter().find(|(_, known)| known.is(codec)) else {
            return Err(Error::new(
                ErrorKind::Unsupported,
                OP,
                format!("this build has no codec {codec}"),
            ));
        };
        set_priority(id, 254_usize.saturating_sub(place).max(1) as u8)?;
    }
    // G.722 codes 14 bits, and PJMEDIA puts 16 into them by dropping two. Everybody else (Asterisk, FreeSWITCH, baresip, WebRTC, FFmpeg)
    // drops one: with two we are 6 dB too soft for them, and they too loud for us.
    // SAFETY: engine thread; sets a number in the codec's factory.
    check(OP, "cannot set the level of G.722", unsafe {
        sys::pjmedia_codec_g722_set_pcm_shift(1)
    })?;
    let opus = config.opus.fmtp(config.clock_rate());
    for (id, codec) in &known {
        let is_opus = codec.name.eq_ignore_ascii_case("opus");
        if is_opus || !config.concealment {
            set_param(id, |param| {
                param.setting.set_plc(config.concealment.into());
                if is_opus {
                    apply_coder(param, &config.opus);
                }
                is_opus.then_some(opus.as_slice())
            })?;
        }
    }
    Ok(())
}

/// What is not in the SDP.
fn apply_coder(param: &mut sys::pjmedia_codec_param, opus: &OpusOptions) {
    param.setting.complexity = opus.complexity.into();
    param.setting.packet_loss = opus.expected_loss.into();
}

/// Changes a codec's settings; the parameters of its `a=fmtp` are replaced if `change` gives some.
fn set_param<'a>(
    id: &str,
    change: impl FnOnce(&mut sys::pjmedia_codec_param) -> Option<&'a [(&'static str, String)]>,
) -> Result<()> {
    let text = Text::new(id);
    let mut param = MaybeUninit::<sys::pjmedia_codec_param>::uninit();
    let mut texts = Vec::new();
    // SAFETY: engine thread; the parameter is filled when the call succeeds, and PJMEDIA copies what it is given, the strings included,
    // which live until after that.
    unsafe {
        let what = format!("cannot set up codec {id}");
        check(OP, &what, sys::pjsua_codec_get_param(&text.pj(), param.as_mut_ptr()))?;
        let param = &mut *param.as_mut_ptr();
        if let Some(list) = change(param) {
            let format = &mut param.setting.dec_fmtp;
            format.cnt = 0;
            for (place, (name, value)) in format.param.iter_mut().zip(list) {
                let (name, value) = (Text::new(name), Text::new(value));
                (place.name, place.val) = (name.pj(), value.pj());
                texts.push((name, value));
                format.cnt += 1;
            }
        }
        check(OP, &what, sys::pjsua_codec_set_param(&text.pj(), param))
    }
}

fn set_priority(id: &str, priority: u8) -> Result<()> {
    let text = Text::new(id);
    // SAFETY: engine thread; the identifier lives until after the call.
    check(OP, &format!("cannot set up codec {id}"), unsafe {
        sys::pjsua_codec_set_priority(&text.pj(), priority)
    })
}

/// PJMEDIA's codecs: identifier and what it means.
fn known() -> Vec<(String, Codec)> {
    let mut infos: Vec<MaybeUninit<sys::pjsua_codec_info>> = Vec::new();
    infos.resize_with(64, MaybeUninit::zeroed);
    let mut count = infos.len() as u32;
    // SAFETY: engine thread; PJSUA fills at most `count` entries and sets it. The names point into PJSUA's own tables or
    // into the entries, which stay in place.
    unsafe {
        if sys::pjsua_enum_codecs(infos.as_mut_ptr().cast(), &mut count) != sys::PJ_SUCCESS {
            return Vec::new();
        }
        infos
            .iter()
            .take(count as usize)
            .map(|info| to_string(&(*info.as_ptr()).codec_id))
            .filter_map(|id| Some((id.clone(), id.parse().ok()?)))
            .collect()
    }
}

impl Pj {
    /// Every codec PJMEDIA has; `enabled` is the endpoint's list.
    pub(crate) fn codecs(&self, enabled: &[Codec], opus: &OpusOptions) -> Vec<CodecInfo> {
        let list = known().into_iter().filter_map(|(id, codec)| {
            let text = Text::new(&id);
            let mut param = MaybeUninit::<sys::pjmedia_codec_param>::uninit();
            // SAFETY: engine thread; filled when the call succeeds.
            let info = unsafe {
                if sys::pjsua_codec_get_param(&text.pj(), param.as_mut_ptr()) != sys::PJ_SUCCESS {
                    return None;
                }
                (*param.as_ptr()).info
            };
            let bit_rate = if codec.name.eq_ignore_ascii_case("opus") {
                opus.bit_rate
            } else {
                Some(info.avg_bps.max(info.max_bps))
            };
            Some(CodecInfo {
                bit_rate,
                frame: Duration::from_millis(info.frm_ptime.into()) / u32::from(info.frm_ptime_denum.max(1)),
                payload_type: (info.pt < 96).then_some(info.pt),
                place: enabled.iter().position(|wanted| wanted.is(&codec)),
                codec,
            })
        });
        // What cannot be sent is not a codec.
        let mut list: Vec<_> = list
            .filter(|info| crate::media::check_built(OP, std::slice::from_ref(&info.codec)).is_ok())
            .collect();
        list.sort_by_key(|info| (info.place.is_none(), info.place));
        list
    }

    /// The account a call belongs to.
    pub(crate) fn account_of(&self, slot: i32) -> Option<i32> {
        // SAFETY: engine thread.
        unsafe { super::account::of_call(slot) }
    }

    /// Makes the answer that waits to be sent say what this call was given. What a provisional answer has said stays said.
    pub(crate) fn choose_for_answer(
        &self,
        op: &'static str,
        slot: i32,
        choice: &CodecChoice,
        format: &AudioFormat,
    ) -> Result<()> {
        // SAFETY: engine thread; the caller's slot is of a live call. The negotiator hands out its own copy of our answer, which nobody
        // has seen before it is agreed; the dialog's pool lives longer than it.
        unsafe {
            let Some(inv) = (*(*sys::pjsua_get_var()).calls.add(slot as usize)).inv.as_ref() else {
                return Ok(());
            };
            if inv.neg.is_null() {
                return Ok(());
            }
            match sys::pjmedia_sdp_neg_get_state(inv.neg) {
                sys::PJMEDIA_SDP_NEG_STATE_WAIT_NEGO => {
                    let mut offer = std::ptr::null();
                    if let Some(codecs) = &choice.codecs
                        && sys::pjmedia_sdp_neg_get_neg_remote(inv.neg, &mut offer) == sys::PJ_SUCCESS
                    {
                        let offered = sdp::codecs(offer);
                        if !codecs.iter().any(|codec| offered.iter().any(|o| o.is(codec))) {
                            return Err(none_in_common(op, codecs, &offered));
                        }
                    }
                    if choice.own_order == Some(true) {
                        sys::pjmedia_sdp_neg_set_prefer_remote_codec_order(inv.neg, 0);
                    }
                    let mut local = std::ptr::null();
                    if sys::pjmedia_sdp_neg_get_neg_local(inv.neg, &mut local) == sys::PJ_SUCCESS {
                        sdp::apply(local.cast_mut(), (*inv.dlg).pool, format);
                    }
                    Ok(())
                }
                sys::PJMEDIA_SDP_NEG_STATE_DONE => Err(Error::new(
                    ErrorKind::WrongState,
                    op,
                    "the codecs were agreed with an earlier provisional answer; choose them with that one",
                )),
                // No offer yet: ours is made with the answer.
                _ => Ok(()),
            }
        }
    }
}

fn none_in_common(op: &'static str, ours: &[Codec], offered: &[Codec]) -> Error {
    let text = |list: &[Codec]| list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    FailureCode::NoCommonMedia.error(
        op,
        format!(
            "none of the codecs {} is in the caller's offer ({}); the call goes on ringing: answer with others, or reject it",
            text(ours),
            text(offered)
        ),
    )
}

/// A stream is about to be made: what its coder does that no SDP says.
///
/// # Safety
/// `param` must be PJSUA's own, inside its callback `on_stream_precreate`.
pub(super) unsafe fn set_up_stream(param: *mut sys::pjsua_on_stream_precreate_param, opus: &OpusOptions) {
    // SAFETY: the caller vouches for it; the member belongs to the type.
    unsafe {
        let Some(param) = param.as_mut() else { return };
        if param.stream_info.type_ != sys::PJMEDIA_TYPE_AUDIO {
            return;
        }
        let audio = &mut param.stream_info.info.aud;
        if to_string(&audio.fmt.encoding_name).eq_ignore_ascii_case("opus")
            && let Some(param) = audio.param.as_mut()
        {
            apply_coder(param, opus);
        }
    }
}
