//! Tones as data.

use std::ffi::c_char;

use microsip_core::{ComfortNoise, Country, Digit, Level, Tone, ToneKind};

use super::super::microsip_pcm_t;
use super::super::player::ms;
use crate::base::arg::array;
use crate::base::{Code, Fault, Out, Outcome, free, get, guard, millis, opt_text, put, share, text};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// What a tone says (ITU-T E.182): one of `enum microsip_tone_kind_e`.
pub type microsip_tone_kind_t = i32;

/// The values of `microsip_tone_kind_t`.
#[repr(i32)]
pub enum microsip_tone_kind_e {
    /// Dial now.
    MICROSIP_TONE_KIND_DIAL = 1,
    /// It rings at the other end (E.180: ringing tone).
    MICROSIP_TONE_KIND_RINGBACK = 2,
    /// The other end is busy.
    MICROSIP_TONE_KIND_BUSY = 3,
    /// The network is (in North America: reorder).
    MICROSIP_TONE_KIND_CONGESTION = 4,
    /// Somebody else calls you.
    MICROSIP_TONE_KIND_CALL_WAITING = 5,
    /// Three rising tones: an announcement follows, or could.
    MICROSIP_TONE_KIND_SPECIAL_INFORMATION = 6,
    /// Dial now, and mind that something is different: messages wait, calls are diverted.
    MICROSIP_TONE_KIND_STUTTER = 7,
    /// Hang up your receiver.
    MICROSIP_TONE_KIND_HOWLER = 8,
}

code!(microsip_tone_kind_e, "tone kind", ToneKind {
    MICROSIP_TONE_KIND_DIAL = Dial,
    MICROSIP_TONE_KIND_RINGBACK = Ringback,
    MICROSIP_TONE_KIND_BUSY = Busy,
    MICROSIP_TONE_KIND_CONGESTION = Congestion,
    MICROSIP_TONE_KIND_CALL_WAITING = CallWaiting,
    MICROSIP_TONE_KIND_SPECIAL_INFORMATION = SpecialInformation,
    MICROSIP_TONE_KIND_STUTTER = Stutter,
    MICROSIP_TONE_KIND_HOWLER = Howler,
});

/// A tone: an introduction played once, then a cycle of steps that repeats. Immutable.
///
/// As text it is steps separated by commas, `440+480@-19/2000,0/4000`: frequencies in Hz added by `+`, a level in dBm0
/// behind `@` (`dBov` may be written behind the number), milliseconds behind `/` (without: until it is stopped), `0`
/// for silence; `400*25%90` is 400 Hz modulated by 25 Hz, 90 % deep; `noise@-60dBov` is comfort noise. Steps marked by
/// `!` come first and are played once; `;3` at the end plays the cycle three times, without it the cycle has no end.
/// Without a level a tone has -10 dBm0 in all (ITU-T E.180).
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_tone_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_tone_t, 101, "tone", Tone);

/// The countries whose tones are known, by code. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_country_list_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_country_list_t, 114, "country list", Vec<Country>);

/// The country of a code; NULL is the default.
///
/// # Safety
/// `code` is NULL or a string.
pub(crate) unsafe fn country(code: *const c_char) -> Outcome<Country> {
    match opt_text(code, "country")? {
        None => Ok(Country::default()),
        Some(code) => Ok(code.parse()?),
    }
}

fn give(tone: Tone, out: Out<microsip_tone_t>) -> Outcome {
    out.set(put(tone)?);
    Ok(())
}

fn at(list: &[Country], index: usize) -> Outcome<Country> {
    list.get(index)
        .copied()
        .ok_or_else(|| Fault::none("country at this index"))
}

/// A tone by name or by text: `"dial"`, `"ringback"`, `"busy"`, `"congestion"`, `"call_waiting"`,
/// `"special_information"`, `"stutter"`, `"howler"` of a country, `"silence"`, `"comfort_noise"`, or what it is made
/// of, as the type's comment says. `country` is a code such as `"de"` (ISO 3166-1; `"uk"` and `"gb"` are both the
/// United Kingdom); NULL is the United States.
///
/// Statuses: `INVALID_ARGUMENT` for what is neither, a country that is not known or has no such tone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_find(
    name_or_text: *const c_char,
    country: *const c_char,
    tone: *mut microsip_tone_t,
) -> microsip_status_t {
    guard("microsip_tone_find", || {
        let out = Out::new(tone, "tone")?;
        let name = text(name_or_text, "name_or_text")?;
        give(Tone::find(name, self::country(country)?)?, out)
    })
}

/// A tone of a country, which goes on until it is stopped. `country` is a code such as `"de"` (ISO 3166-1; `"uk"` and
/// `"gb"` are both the United Kingdom); NULL is the United States.
///
/// Statuses: `INVALID_ARGUMENT` when the country is not known or does not define it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_of_country(
    kind: microsip_tone_kind_t,
    country: *const c_char,
    tone: *mut microsip_tone_t,
) -> microsip_status_t {
    guard("microsip_tone_of_country", || {
        let out = Out::new(tone, "tone")?;
        let kind = Code::arg(kind)?;
        give(Tone::new(kind, self::country(country)?)?, out)
    })
}

/// The tones of keys (ITU-T Q.23) one after the other, each for `on_ms` milliseconds with `gap_ms` of silence behind
/// it, once: row at -9 dBm0, column at -7 dBm0. This is sound like any other; digits for the peer's equipment are
/// better sent as DTMF, which chooses the way it understands.
///
/// Statuses: `INVALID_ARGUMENT` for what is none of `0` to `9`, `*`, `#`, `A` to `D`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_keys(
    digits: *const c_char,
    on_ms: u32,
    gap_ms: u32,
    tone: *mut microsip_tone_t,
) -> microsip_status_t {
    guard("microsip_tone_keys", || {
        let out = Out::new(tone, "tone")?;
        let digits = text(digits, "digits")?
            .chars()
            .map(|c| Digit::new(c).ok_or_else(|| Fault::invalid(format!("{c:?} is no key: 0 to 9, *, #, A to D"))))
            .collect::<Outcome<Vec<_>>>()?;
        give(Tone::keys(&digits, millis(on_ms), millis(gap_ms)), out)
    })
}

/// One frequency for a time, once. Checked when it is played or rendered: 10 to 20000 Hz, -90 to +3.14 dBm0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_beep(
    frequency_hz: f64,
    level_dbm0: f64,
    length_ms: u32,
    tone: *mut microsip_tone_t,
) -> microsip_status_t {
    guard("microsip_tone_beep", || {
        let out = Out::new(tone, "tone")?;
        give(
            Tone::beep(frequency_hz, Level::from_dbm0(level_dbm0), millis(length_ms)),
            out,
        )
    })
}

/// Comfort noise (RFC 3389) until it is stopped: its level in dBov, and its spectrum as `count` reflection coefficients
/// (§3.2), at most 16, each between -1 and 1, for 8000 samples a second. None (NULL and 0) is a spectrum like that of
/// rooms. Checked when it is played or rendered.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_comfort_noise(
    level_dbov: f64,
    reflection: *const f64,
    count: usize,
    tone: *mut microsip_tone_t,
) -> microsip_status_t {
    guard("microsip_tone_comfort_noise", || {
        let out = Out::new(tone, "tone")?;
        let reflection = array(reflection, count, "reflection")?.to_vec();
        let noise = ComfortNoise::new(Level::from_dbov(level_dbov)).reflection(reflection);
        give(Tone::comfort_noise(noise), out)
    })
}

/// The tone as text, from which `microsip_tone_find` makes it again. Lent until the tone is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_text(tone: microsip_tone_t, text: *mut *const c_char) -> microsip_status_t {
    guard("microsip_tone_text", || {
        let out = Out::new(text, "text")?;
        let tone = get(tone)?;
        out.set(tone.lend(&tone.to_string()));
        Ok(())
    })
}

/// How long it lasts, in milliseconds; `NO_VALUE` when it does not end by itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_length_ms(tone: microsip_tone_t, length_ms: *mut u64) -> microsip_status_t {
    guard("microsip_tone_length_ms", || {
        let out = Out::new(length_ms, "length_ms")?;
        let tone = get(tone)?;
        out.set_some(tone.length().map(ms), "end of this tone")
    })
}

/// Renders it at `rate` Hz, 8000 to 48000, until its end, but at most for `longest_ms` milliseconds. Needs no endpoint.
/// As a new handle to be freed.
///
/// Statuses: `INVALID_ARGUMENT` for a tone that cannot be played at that rate, a rate out of its range, and more than
/// an hour.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_render(
    tone: microsip_tone_t,
    rate: u32,
    longest_ms: u32,
    pcm: *mut microsip_pcm_t,
) -> microsip_status_t {
    guard("microsip_tone_render", || {
        let out = Out::new(pcm, "pcm")?;
        out.set(put(get(tone)?.render(rate, millis(longest_ms))?)?);
        Ok(())
    })
}

/// Another handle to the same tone, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_clone(tone: microsip_tone_t, clone: *mut microsip_tone_t) -> microsip_status_t {
    guard("microsip_tone_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(tone)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_tone_free(tone: microsip_tone_t) -> microsip_status_t {
    guard("microsip_tone_free", || free(tone))
}

/// The countries, as a new handle to be freed. Needs no endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_country_list_new(list: *mut microsip_country_list_t) -> microsip_status_t {
    guard("microsip_country_list_new", || {
        let out = Out::new(list, "list")?;
        out.set(put(Country::all().collect::<Vec<_>>())?);
        Ok(())
    })
}

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_country_list_count(
    list: microsip_country_list_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_country_list_count", || {
        let out = Out::new(count, "count")?;
        let list = get(list)?;
        out.set(list.len());
        Ok(())
    })
}

/// The code of the country at `index`, from 0, such as `"de"`; `NO_VALUE` beyond the end. Lent until the list is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_country_list_code_at(
    list: microsip_country_list_t,
    index: usize,
    code: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_country_list_code_at", || {
        let out = Out::new(code, "code")?;
        let list = get(list)?;
        out.set(list.lend(at(&list, index)?.code()));
        Ok(())
    })
}

/// The English name of the country at `index`, from 0; `NO_VALUE` beyond the end. Lent until the list is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_country_list_name_at(
    list: microsip_country_list_t,
    index: usize,
    name: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_country_list_name_at", || {
        let out = Out::new(name, "name")?;
        let list = get(list)?;
        out.set(list.lend(at(&list, index)?.name()));
        Ok(())
    })
}

/// Whether the country at `index`, from 0, defines a tone; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_country_list_has_tone(
    list: microsip_country_list_t,
    index: usize,
    kind: microsip_tone_kind_t,
    has: *mut bool,
) -> microsip_status_t {
    guard("microsip_country_list_has_tone", || {
        let out = Out::new(has, "has")?;
        let kind: ToneKind = Code::arg(kind)?;
        out.set(at(&get(list)?, index)?.tone(kind).is_some());
        Ok(())
    })
}

/// Another handle to the same list, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_country_list_clone(
    list: microsip_country_list_t,
    clone: *mut microsip_country_list_t,
) -> microsip_status_t {
    guard("microsip_country_list_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(list)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_country_list_free(list: microsip_country_list_t) -> microsip_status_t {
    guard("microsip_country_list_free", || free(list))
}
