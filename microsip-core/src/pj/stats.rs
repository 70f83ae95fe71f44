//! Counts of a stream, out of PJMEDIA and into it.
//!
//! Meters (`media/quality/meter.rs`) lie in PJMEDIA's own streams, in 64 words that are zero at first, and are written from its media
//! and clock threads (`pjsip-sys/patches/0092`).

use std::ffi::{c_int, c_uint};
use std::mem::{MaybeUninit, offset_of};
use std::net::IpAddr;
use std::time::Duration;

use pjsip_sys as sys;

use super::Pj;
use super::boundary::boundary;
use super::string::{lend, to_string};
use super::transport::address_text;
use crate::engine::StreamSettings;
use crate::media::Codec;
use crate::media::quality::meter::{Meter, Reading, now};
use crate::media::quality::xr::{UNKNOWN, mos_of, r_of};
use crate::media::quality::{
    AudioLevel, BurstStats, DirectionStats, Jitter, JitterBufferStats, JitterDiscard, RoundTrip, StreamStats,
    VoipMetrics, XrStats, rate,
};

/// What the hooks get; zero is a valid meter, and every change of one is atomic.
const METER_WORDS: usize = 64;
const _: () = assert!(size_of::<Meter>() <= METER_WORDS * 8 && align_of::<Meter>() <= 8);

/// Flags of `microsip_meter_rtp`.
const ELSEWHERE: c_uint = 1;
const COUNTED: c_uint = 2;
const UNAGREED: c_uint = 4;
const USELESS: c_uint = 8;

/// Full scale of PCM is 3.14 dBm0 for a sine (G.711 §4 for A-law), which has −3.01 dBov.
const DBM0_OF_DBOV: f64 = 6.15;

/// Sets the hooks, and the meters' clock.
pub(super) fn install() {
    now();
    // SAFETY: engine thread, before there are streams: plain variables of our hooks; the functions live for ever.
    unsafe {
        sys::microsip_meter_rtp = Some(on_meter_rtp);
        sys::microsip_meter_audio = Some(on_meter_audio);
        sys::microsip_xr_metrics = Some(on_xr_metrics);
    }
}

/// What a stream is made with.
pub(super) fn set_up(info: &mut sys::pjmedia_stream_info, settings: &StreamSettings) {
    let ms = |time: Duration| c_int::try_from(time.as_millis()).unwrap_or(c_int::MAX);
    let buffer = &settings.jitter_buffer;
    info.jb_init = ms(buffer.initial);
    // −1 leaves it to PJMEDIA.
    info.jb_min_pre = buffer.minimum.map_or(-1, ms);
    info.jb_max_pre = buffer.maximum.map_or(-1, ms);
    info.jb_max = ms(buffer.capacity);
    info.jb_discard_algo = match buffer.discard {
        JitterDiscard::Never => sys::PJMEDIA_JB_DISCARD_NONE,
        JitterDiscard::Slow => sys::PJMEDIA_JB_DISCARD_STATIC,
        JitterDiscard::Progressive => sys::PJMEDIA_JB_DISCARD_PROGRESSIVE,
    };
    info.rtcp_xr_enabled = settings.rtcp_xr.into();
    // In timestamps: those of G.722 count half of what its clock rate says (RFC 3551 §4.5.2), those of Opus at 48 kHz (RFC 7587 §4.1).
    // SAFETY: PJSUA's own info, whose strings live as long as it.
    let name = unsafe { lend(&info.fmt.encoding_name) };
    let rate = match &*name.to_ascii_lowercase() {
        "g722" => 8000,
        "opus" => 48_000,
        _ => info.fmt.clock_rate,
    };
    info.rtcp_xr_interval = settings
        .rtcp_xr_interval
        .map_or(0, |pause| (pause.as_secs_f64() * f64::from(rate)) as u32);
}

/// # Safety
/// `meter` must be the words of a live stream.
unsafe fn meter<'a>(meter: *mut u64) -> &'a Meter {
    // SAFETY: the caller vouches for it; size and alignment are checked above, and all access is atomic.
    unsafe { &*meter.cast::<Meter>() }
}

/// On the media thread.
unsafe extern "C" fn on_meter_rtp(words: *mut u64, sequence: c_uint, bytes: c_uint, flags: c_uint) {
    boundary("on_meter_rtp", (), || {
        // SAFETY: PJMEDIA's own stream, inside its callback.
        let meter = unsafe { meter(words) };
        if flags & ELSEWHERE != 0 {
            meter.elsewhere();
        }
        if flags & COUNTED != 0 {
            meter.packet(sequence as u16, bytes, flags & UNAGREED != 0, flags & USELESS != 0);
        }
    });
}

/// On the clock thread.
unsafe extern "C" fn on_meter_audio(words: *mut u64, sent: c_int, samples: *const i16, count: c_uint) {
    boundary("on_meter_audio", (), || {
        // SAFETY: PJMEDIA's own stream, and its frame of that many samples, inside its callback.
        let (meter, samples) = unsafe {
            let samples = (!samples.is_null()).then(|| std::slice::from_raw_parts(samples, count as usize));
            (meter(words), samples)
        };
        meter.audio(sent != 0, samples, count);
    });
}

/// Fills in what PJMEDIA does not know, or knows wrong, of our VoIP metrics block. On whatever thread sends the report.
unsafe extern "C" fn on_xr_metrics(rtcp: *mut sys::pjmedia_rtcp_session) {
    boundary("on_xr_metrics", (), || {
        // SAFETY: the session is a member of a live stream, whose report is being built under its transport's lock; its info is of
        // the type checked. Counts may change meanwhile, which costs nothing but exactness.
        unsafe {
            let stream = rtcp
                .byte_sub(offset_of!(sys::pjmedia_stream_common, rtcp))
                .cast::<sys::pjmedia_stream_common>();
            let info = (*stream).si;
            if info.is_null() || (*info).type_ != sys::PJMEDIA_TYPE_AUDIO {
                return;
            }
            let format = &(*info.cast::<sys::pjmedia_stream_info>()).fmt;
            let reading = meter((&raw mut (*stream).microsip_meter).cast()).read();
            let mut buffer = MaybeUninit::<sys::pjmedia_jb_state>::zeroed();
            sys::pjmedia_jbuf_get_state((*stream).jb, buffer.as_mut_ptr());
            let xr = &mut (*rtcp).xr_session;
            let block = &mut xr.stat.rx.voip_mtc;
            fill(
                block,
                &lend(&format.encoding_name),
                format.clock_rate,
                &reading,
                &*buffer.as_ptr(),
                xr.ptime,
            );
        }
    });
}

type Block = sys::pjmedia_rtcp_xr_stream_stat__bindgen_ty_2;

/// A share as XR has it, in 256ths.
fn share(part: u64, whole: u64) -> u8 {
    (part * 256).checked_div(whole).unwrap_or(0).min(255) as u8
}

fn fill(
    block: &mut Block,
    codec: &str,
    clock_rate: u32,
    reading: &Reading,
    buffer: &sys::pjmedia_jb_state,
    packet_ms: u32,
) {
    let (bad, lost) = (reading.bursts.bad, reading.lost.min(reading.bursts.bad));
    block.loss_rate = share(lost, reading.expected);
    block.discard_rate = share(bad - lost, reading.expected);
    let (dense, sparse) = reading.bursts.densities();
    let (burst, gap) = reading.bursts.lengths();
    let millis = |packets: f64| (packets * f64::from(packet_ms)).min(65_535.0) as u16;
    block.burst_den = (dense * 256.0).min(255.0) as u8;
    block.gap_den = (sparse * 256.0).min(255.0) as u8;
    block.burst_dur = millis(burst);
    block.gap_dur = millis(gap);
    // Without the way there and back (RFC 3611 §4.7.3): a packet is collected, one waits in the bridge.
    block.end_sys_delay = (buffer.avg_delay + 2 * packet_ms).min(65_535) as u16;
    block.signal_lvl = reading.received.voice_dbov().map_or(UNKNOWN as i8, |level| {
        (level + DBM0_OF_DBOV).round().clamp(-100.0, 10.0) as i8
    });
    let loss = 100.0 * bad as f64 / reading.expected.max(1) as f64;
    let delay = f64::from(block.rnd_trip_delay) / 2.0 + f64::from(buffer.avg_delay + packet_ms);
    if let Some(quality) = rate(codec, clock_rate, loss, reading.bursts.ratio(reading.expected), delay) {
        block.r_factor = quality.r_of_hundred().round() as u8;
        block.mos_lq = (quality.mos_listening * 10.0).round() as u8;
        block.mos_cq = (quality.mos_conversational * 10.0).round() as u8;
    }
}

/// What the check for audio one way wants to know besides.
pub(crate) struct StreamLook {
    pub(crate) stats: StreamStats,
    /// Since the newest packet.
    pub(crate) quiet: Option<Duration>,
    /// Since the newest audio that was to be sent.
    pub(crate) sent_last: Option<Duration>,
    /// Where the newest packet came from, `host:port`.
    pub(crate) source: Option<String>,
    /// Our address in the SDP.
    pub(crate) ours: Option<IpAddr>,
}

impl Pj {
    /// Counts of the first audio stream there is; `None` while there is none.
    pub(crate) fn stream_stats(&self, slot: i32) -> Option<StreamStats> {
        // SAFETY: engine thread; the stream is PJSUA's own.
        unsafe { stats_of(first_stream(slot)?.0) }
    }

    /// The same and more.
    pub(crate) fn stream_look(&self, slot: i32) -> Option<StreamLook> {
        // SAFETY: engine thread; the stream is PJSUA's own, its meter part of it.
        unsafe {
            let (stream, index) = first_stream(slot)?;
            let stats = stats_of(stream)?;
            let reading = read(stream);
            let source = transport_info(stream, |info| address_text(&raw const info.src_rtp_name))?;
            Some(StreamLook {
                stats,
                quiet: reading.last,
                sent_last: reading.sent.last,
                source: (!source.is_empty()).then_some(source),
                ours: local_address(slot, index),
            })
        }
    }
}

/// The first audio stream of a call, and its medium's number.
///
/// # Safety
/// Engine thread.
unsafe fn first_stream(slot: i32) -> Option<(*mut sys::pjmedia_stream, usize)> {
    // SAFETY: PJSUA's tables, read on its own thread; the index is checked; the stream's member is that of the type checked.
    unsafe {
        let var = &*sys::pjsua_get_var();
        let place = usize::try_from(slot)
            .ok()
            .filter(|s| *s < var.ua_cfg.max_calls as usize)?;
        let call = &*var.calls.add(place);
        if call.inv.is_null() {
            return None;
        }
        let media = call.media.iter().take(call.med_cnt as usize).enumerate();
        media
            .filter(|(_, m)| m.type_ == sys::PJMEDIA_TYPE_AUDIO)
            .map(|(index, m)| (m.strm.a.stream, index))
            .find(|(stream, _)| !stream.is_null())
    }
}

/// Our address in the description agreed on.
///
/// # Safety
/// Engine thread, a call with a session.
unsafe fn local_address(slot: i32, index: usize) -> Option<IpAddr> {
    // SAFETY: the caller vouches for the call; the negotiator hands out its own description.
    unsafe {
        let call = (*sys::pjsua_get_var()).calls.add(usize::try_from(slot).ok()?);
        let neg = (*call).inv.as_ref()?.neg;
        let mut sdp = std::ptr::null();
        if neg.is_null() || sys::pjmedia_sdp_neg_get_active_local(neg, &mut sdp) != sys::PJ_SUCCESS {
            return None;
        }
        let sdp = sdp.as_ref()?;
        let medium = sdp.media[..sdp.media_count as usize].get(index)?.as_ref()?;
        let line = medium.conn.as_ref().or(sdp.conn.as_ref())?;
        lend(&line.addr).parse().ok()
    }
}

/// # Safety
/// A live stream.
unsafe fn read(stream: *mut sys::pjmedia_stream) -> Reading {
    let common = stream.cast::<sys::pjmedia_stream_common>();
    // SAFETY: a stream begins with what streams have in common.
    unsafe { meter((&raw mut (*common).microsip_meter).cast()).read() }
}

/// # Safety
/// A live stream.
unsafe fn transport_info<T>(
    stream: *mut sys::pjmedia_stream,
    look: impl FnOnce(&sys::pjmedia_transport_info) -> T,
) -> Option<T> {
    let mut info = MaybeUninit::<sys::pjmedia_transport_info>::uninit();
    // SAFETY: the caller vouches for the stream; the structure is initialised by PJMEDIA's own function and filled on success.
    unsafe {
        sys::pjmedia_transport_info_init(info.as_mut_ptr());
        let transport = sys::pjmedia_stream_get_transport(stream);
        if transport.is_null() || sys::pjmedia_transport_get_info(transport, info.as_mut_ptr()) != sys::PJ_SUCCESS {
            return None;
        }
        Some(look(&*info.as_ptr()))
    }
}

/// Counts of a stream, which may be about to be destroyed. How long it has run is for the engine to say.
///
/// # Safety
/// Engine thread; `stream` must be null or live.
pub(super) unsafe fn stats_of(stream: *mut sys::pjmedia_stream) -> Option<StreamStats> {
    if stream.is_null() {
        return None;
    }
    let mut info = MaybeUninit::<sys::pjmedia_stream_info>::uninit();
    let mut rtcp = MaybeUninit::<sys::pjmedia_rtcp_stat>::uninit();
    let mut buffer = MaybeUninit::<sys::pjmedia_jb_state>::uninit();
    let mut xr = MaybeUninit::<sys::pjmedia_rtcp_xr_stat>::uninit();
    // SAFETY: the caller vouches for the stream; each is read only after the call that fills it has succeeded; the codec's parameters
    // live in the stream's pool.
    unsafe {
        if sys::pjmedia_stream_get_info(stream, info.as_mut_ptr()) != sys::PJ_SUCCESS
            || sys::pjmedia_stream_get_stat(stream, rtcp.as_mut_ptr()) != sys::PJ_SUCCESS
            || sys::pjmedia_stream_get_stat_jbuf(stream, buffer.as_mut_ptr()) != sys::PJ_SUCCESS
        {
            return None;
        }
        let (info, rtcp, buffer) = (&*info.as_ptr(), &*rtcp.as_ptr(), &*buffer.as_ptr());
        let xr = (sys::pjmedia_stream_get_stat_xr(stream, xr.as_mut_ptr()) == sys::PJ_SUCCESS).then(|| &*xr.as_ptr());
        let (frame, packet_time, rate) = info.param.as_ref().map_or((20.0, 20.0, info.fmt.clock_rate), |p| {
            let frame = f64::from(p.info.frm_ptime) / f64::from(p.info.frm_ptime_denum.max(1));
            (
                frame,
                frame * f64::from(p.setting.frm_per_pkt.max(1)),
                p.info.clock_rate,
            )
        });
        let srtp = transport_info(stream, |info| {
            let specific = info.spc_info.iter().take(info.specific_info_cnt as usize);
            specific
                .into_iter()
                .find(|s| s.type_ == sys::PJMEDIA_TRANSPORT_TYPE_SRTP)
                .map(|s| &*s.buffer.as_ptr().cast::<sys::pjmedia_srtp_info>())
                .map_or((0, 0), |srtp| (srtp.rx_failed, srtp.rx_replayed))
        });
        let (srtp_failed, srtp_replayed) = srtp.unwrap_or_default();
        let packet_time = Duration::from_secs_f64(packet_time / 1000.0);
        let reading = read(stream);
        Some(StreamStats {
            codec: Some(codec_of(&info.fmt)),
            payload_type: u8::try_from(info.tx_pt).ok(),
            packet_time,
            streams: 1,
            duration: Duration::ZERO,
            sent: sent(&rtcp.tx, &reading, rate),
            received: received(&rtcp.rx, &reading, packet_time, rate),
            round_trip: round_trip(&rtcp.rtt).or(xr.and_then(|xr| round_trip(&xr.rtt))),
            jitter_buffer: jitter_buffer(buffer, Duration::from_secs_f64(frame / 1000.0)),
            xr: xr.map_or(XrStats::default(), |xr| XrStats {
                local: local_metrics(xr, rtcp.rtt.last, info, &reading, buffer, packet_time),
                remote: (xr.tx.voip_mtc.update.sec != 0).then(|| metrics(&xr.tx.voip_mtc)),
            }),
            from_elsewhere: reading.elsewhere,
            unknown_payload: reading.unagreed,
            srtp_failed: srtp_failed.into(),
            srtp_replayed: srtp_replayed.into(),
        })
    }
}

/// A codec, as its negotiated format says.
///
/// # Safety
/// A live format.
pub(super) unsafe fn codec_of(format: &sys::pjmedia_codec_info) -> Codec {
    // SAFETY: the caller vouches for it.
    let name = unsafe { to_string(&format.encoding_name) };
    // RTP names Opus with this rate and two channels whatever is coded (RFC 7587 §4.1), and so do configurations.
    let opus = name.eq_ignore_ascii_case("opus");
    let channels = if opus { 2 } else { format.channel_cnt };
    Codec {
        name,
        clock_rate: if opus { 48_000 } else { format.clock_rate },
        channels,
    }
}

/// Microseconds, of which PJMEDIA has no negative ones that mean anything.
fn micros(us: i32) -> Duration {
    Duration::from_micros(u64::try_from(us).unwrap_or(0))
}

fn samples(stat: &sys::pj_math_stat) -> u64 {
    u64::try_from(stat.n).unwrap_or(0)
}

fn jitter(stat: &sys::pj_math_stat) -> Jitter {
    if stat.n <= 0 {
        return Jitter::default();
    }
    Jitter {
        last: micros(stat.last),
        mean: micros(stat.mean),
        min: micros(stat.min),
        max: micros(stat.max),
        samples: samples(stat),
    }
}

fn round_trip(stat: &sys::pj_math_stat) -> Option<RoundTrip> {
    (stat.n > 0).then(|| RoundTrip {
        last: micros(stat.last),
        mean: micros(stat.mean),
        min: micros(stat.min),
        max: micros(stat.max),
        samples: samples(stat),
    })
}

fn sent(stat: &sys::pjmedia_rtcp_stream_stat, reading: &Reading, rate: u32) -> DirectionStats {
    // 24 bits with a sign (RFC 3550 §6.4.1): packets that came twice can make up for more than were lost.
    let lost = if stat.loss & 0x80_0000 != 0 {
        0
    } else {
        stat.loss.into()
    };
    DirectionStats {
        packets: stat.pkt.into(),
        bytes: stat.bytes.into(),
        expected: stat.pkt.into(),
        lost,
        jitter: jitter(&stat.jitter),
        level: AudioLevel::of(reading.sent, rate),
        reports: stat.update_cnt.into(),
        lost_reported: lost,
        ..DirectionStats::default()
    }
}

fn received(
    stat: &sys::pjmedia_rtcp_stream_stat,
    reading: &Reading,
    packet_time: Duration,
    rate: u32,
) -> DirectionStats {
    DirectionStats {
        packets: reading.packets,
        bytes: reading.bytes,
        expected: reading.expected,
        lost: reading.lost,
        // In packets; the jitter buffer tells the same in frames.
        discarded: reading.bursts.bad.saturating_sub(reading.lost),
        reordered: reading.reordered,
        duplicated: reading.duplicates,
        jitter: jitter(&stat.jitter),
        bursts: Some(BurstStats::of(reading.bursts, reading.expected, packet_time)),
        level: AudioLevel::of(reading.received, rate),
        reports: stat.update_cnt.into(),
        lost_reported: 0,
    }
}

fn jitter_buffer(state: &sys::pjmedia_jb_state, frame: Duration) -> JitterBufferStats {
    let ms = |n: u32| Duration::from_millis(n.into());
    JitterBufferStats {
        frame,
        frames: state.size,
        delay: frame * state.size,
        delay_mean: ms(state.avg_delay),
        delay_min: ms(state.min_delay),
        delay_max: ms(state.max_delay),
        prefetch: state.prefetch,
        prefetch_min: state.min_prefetch,
        prefetch_max: state.max_prefetch,
        capacity: state.max_count,
        played: state.played.into(),
        lost: state.lost.into(),
        empty: state.empty.into(),
        late: state.late.into(),
        duplicated: state.dup.into(),
        overflow: state.overflow.into(),
        shrunk: state.shrunk.into(),
        unread: state.unread.into(),
    }
}

/// Our block as it would be sent now, once there is something to tell.
///
/// # Safety
/// A live stream's info.
unsafe fn local_metrics(
    xr: &sys::pjmedia_rtcp_xr_stat,
    round_trip_us: i32,
    info: &sys::pjmedia_stream_info,
    reading: &Reading,
    buffer: &sys::pjmedia_jb_state,
    packet_time: Duration,
) -> Option<VoipMetrics> {
    if reading.packets == 0 {
        return None;
    }
    let mut block = xr.rx.voip_mtc;
    // As PJMEDIA chooses.
    let round_trip = if xr.rtt.last > 0 { xr.rtt.last } else { round_trip_us };
    block.rnd_trip_delay = (round_trip / 1000).clamp(0, 65_535) as u16;
    block.jb_nom = buffer.avg_delay.min(65_535) as u16;
    block.jb_max = buffer.max_delay.min(65_535) as u16;
    // SAFETY: the caller vouches for the info and its strings.
    let codec = unsafe { lend(&info.fmt.encoding_name) };
    let packet_ms = packet_time.as_millis() as u32;
    fill(&mut block, &codec, info.fmt.clock_rate, reading, buffer, packet_ms);
    Some(metrics(&block))
}

fn metrics(block: &Block) -> VoipMetrics {
    let share = |n: u8| f64::from(n) / 256.0;
    let ms = |n: u16| Duration::from_millis(n.into());
    let level = |n: i8| (n != UNKNOWN as i8).then_some(n);
    VoipMetrics {
        loss_rate: share(block.loss_rate),
        discard_rate: share(block.discard_rate),
        burst_density: share(block.burst_den),
        gap_density: share(block.gap_den),
        burst_duration: ms(block.burst_dur),
        gap_duration: ms(block.gap_dur),
        round_trip: ms(block.rnd_trip_delay),
        end_system_delay: ms(block.end_sys_delay),
        signal_level_dbm0: level(block.signal_lvl),
        noise_level_dbm0: level(block.noise_lvl),
        echo_return_loss_db: (block.rerl != UNKNOWN).then_some(block.rerl),
        gmin: block.gmin,
        r_factor: r_of(block.r_factor),
        external_r_factor: r_of(block.ext_r_factor),
        mos_listening: mos_of(block.mos_lq),
        mos_conversational: mos_of(block.mos_cq),
        receiver_configuration: block.rx_config,
        jitter_buffer_nominal: ms(block.jb_nom),
        jitter_buffer_maximum: ms(block.jb_max),
        jitter_buffer_absolute_maximum: ms(block.jb_abs_max),
    }
}
