#ifndef MICROSIP_H
#define MICROSIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * libmicrosip: a softphone engine (SIP, RTP) behind a C interface.
 *
 * Statuses. Every function that can fail returns microsip_status_t: 0 is success, negative numbers say what was wrong. Details are
 * kept per thread: microsip_last_error_message() and its companions. Where a comment names statuses it leaves out the prefix
 * MICROSIP_STATUS_, and those any function may answer: INVALID_HANDLE, STALE_HANDLE, WRONG_HANDLE, NULL_ARGUMENT, INVALID_UTF8,
 * INVALID_ENUM, INVALID_ARGUMENT for a size beyond memory, LIMIT_REACHED without room for handles, INTERNAL and PANIC.
 *
 * Handles. Objects are named by small structs around a number, not by pointers. A handle that was freed, is made up or of another
 * kind is a status, never a crash. Every function that gives a handle out gives it to the caller, who frees it with the function of
 * its type ending in _free; functions ending in _clone make another handle to the same object (to a copy of its own, for settings).
 * Freeing sends nothing on the wire and ends no call. The zero handle, { 0 }, may be freed, and stands for the defaults where a
 * function that takes settings or options says so.
 *
 * Out-parameters come last. They are set to zero first, so that after a failure they hold no wild value, and must not be NULL
 * unless the comment says that they may be.
 *
 * Strings are UTF-8 and end with NUL. Those given in are copied. Those given out are lent: they belong to the object they were asked
 * of, never change, and live until the last handle to that object is freed.
 *
 * Enumerations are 32-bit numbers; the types ending in _t are what functions take and give, the enums ending in _e name their values.
 * 0 is no value of any of them (but microsip_status_t). Newer libraries may give out numbers an older header does not know.
 *
 * Times. Parameters ending in _ms are milliseconds, _s seconds, _unix_ms milliseconds since 1970-01-01 00:00 UTC. A timeout_ms of 0
 * does not wait; MICROSIP_WAIT_FOREVER waits without end.
 *
 * Threads. Any function may be called from any thread, at the same time as any other. Callbacks run on a thread of the library, one
 * at a time for each callback, and may call anything but what would wait for themselves (WOULD_DEADLOCK). Only functions with a
 * timeout, and those whose comment says so, wait for the network; all others wait for the engine at most, which answers in
 * microseconds. An object lives on while a function works with it on another thread, even if its last handle is freed meanwhile.
 * After fork() the child must not use the library.
 *
 * Secrets (passwords, keys) are copied into memory that is wiped, and appear in no error message, log record or trace. A SIP message
 * that came in (microsip_sip_message_t) is told as it came, with what its sender put into it.
 */


/**
 * Number of the binary interface this header describes. It changes when a program compiled against an older header would no longer
 * work; it is the number in the shared library's name (`libmicrosip.so.1`).
 */
#define MICROSIP_ABI_VERSION 1

/**
 * Version of the library this header belongs to: changes that break programs' source.
 */
#define MICROSIP_VERSION_MAJOR 0

/**
 * Version of the library this header belongs to: new functions.
 */
#define MICROSIP_VERSION_MINOR 1

/**
 * Version of the library this header belongs to: repairs.
 */
#define MICROSIP_VERSION_PATCH 0

/**
 * A timeout that never passes, for every parameter named `timeout_ms`.
 */
#define MICROSIP_WAIT_FOREVER UINT32_MAX

/**
 * The values of `microsip_jitter_discard_t`.
 */
enum microsip_jitter_discard_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Not at all: it only grows.
     */
    MICROSIP_JITTER_DISCARD_NEVER = 1,
    /**
     * A frame each 200 ms while twice as much waits as bursts call for.
     */
    MICROSIP_JITTER_DISCARD_SLOW = 2,
    /**
     * The more waits without need, the faster: within 2 s for short bursts, 10 s for long ones. The default.
     */
    MICROSIP_JITTER_DISCARD_PROGRESSIVE = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_jitter_discard_e microsip_jitter_discard_e;
#else
typedef int32_t microsip_jitter_discard_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_tap_t`.
 */
enum microsip_tap_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * What the peer says: decoded and after the jitter buffer. The default.
     */
    MICROSIP_TAP_RECEIVED = 1,
    /**
     * What we send: everything that is played into the call, silence while it is muted or held.
     */
    MICROSIP_TAP_SENT = 2,
    /**
     * Both, added up.
     */
    MICROSIP_TAP_MIXED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_tap_e microsip_tap_e;
#else
typedef int32_t microsip_tap_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_emodel_parameter_t`, with G.107's names, units and defaults (its table 2).
 */
enum microsip_emodel_parameter_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * SLR, send loudness rating, dB; 8.
     */
    MICROSIP_EMODEL_PARAMETER_SEND_LOUDNESS = 1,
    /**
     * RLR, receive loudness rating, dB; 2.
     */
    MICROSIP_EMODEL_PARAMETER_RECEIVE_LOUDNESS = 2,
    /**
     * STMR, sidetone masking rating, dB; 15.
     */
    MICROSIP_EMODEL_PARAMETER_SIDETONE_MASKING = 3,
    /**
     * LSTR, listener sidetone rating, dB; 18.
     */
    MICROSIP_EMODEL_PARAMETER_LISTENER_SIDETONE = 4,
    /**
     * Ds, D-value of the telephone at the send side; 3.
     */
    MICROSIP_EMODEL_PARAMETER_D_SEND = 5,
    /**
     * TELR, talker echo loudness rating, dB; 65.
     */
    MICROSIP_EMODEL_PARAMETER_TALKER_ECHO_LOUDNESS = 6,
    /**
     * WEPL, weighted echo path loss, dB; 110.
     */
    MICROSIP_EMODEL_PARAMETER_WEIGHTED_ECHO_PATH_LOSS = 7,
    /**
     * T, mean one-way delay of the echo path, ms; 0.
     */
    MICROSIP_EMODEL_PARAMETER_ECHO_DELAY_MS = 8,
    /**
     * Tr, round trip in the four-wire loop, ms; 0.
     */
    MICROSIP_EMODEL_PARAMETER_ROUND_TRIP_MS = 9,
    /**
     * Ta, one-way delay from mouth to ear with no echo, ms; 0.
     */
    MICROSIP_EMODEL_PARAMETER_ABSOLUTE_DELAY_MS = 10,
    /**
     * mT, the shortest delay that is noticed, ms; 100.
     */
    MICROSIP_EMODEL_PARAMETER_NOTICED_DELAY_MS = 11,
    /**
     * sT, how sensitive users are to delay; 1.
     */
    MICROSIP_EMODEL_PARAMETER_DELAY_SENSITIVITY = 12,
    /**
     * qdu, quantisation distortion units; 1.
     */
    MICROSIP_EMODEL_PARAMETER_QUANTISATION_UNITS = 13,
    /**
     * Ie, what the codec costs without loss; 0.
     */
    MICROSIP_EMODEL_PARAMETER_EQUIPMENT_IMPAIRMENT = 14,
    /**
     * Bpl, robustness of the codec against loss; 4.3.
     */
    MICROSIP_EMODEL_PARAMETER_LOSS_ROBUSTNESS = 15,
    /**
     * Ppl, packets lost, per cent; 0.
     */
    MICROSIP_EMODEL_PARAMETER_LOSS_PERCENT = 16,
    /**
     * BurstR: mean length of losses in a row, divided by what it would be were they random; 1.
     */
    MICROSIP_EMODEL_PARAMETER_BURST_RATIO = 17,
    /**
     * Nc, circuit noise at the 0 dBr point, dBm0p; -70.
     */
    MICROSIP_EMODEL_PARAMETER_CIRCUIT_NOISE = 18,
    /**
     * Nfor, noise floor at the receive side, dBmp; -64.
     */
    MICROSIP_EMODEL_PARAMETER_NOISE_FLOOR = 19,
    /**
     * Ps, room noise at the send side, dB(A); 35.
     */
    MICROSIP_EMODEL_PARAMETER_ROOM_NOISE_SEND = 20,
    /**
     * Pr, room noise at the receive side, dB(A); 35.
     */
    MICROSIP_EMODEL_PARAMETER_ROOM_NOISE_RECEIVE = 21,
    /**
     * A, what users forgive for convenience, 0 to 20; 0.
     */
    MICROSIP_EMODEL_PARAMETER_ADVANTAGE = 22,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_emodel_parameter_e microsip_emodel_parameter_e;
#else
typedef int32_t microsip_emodel_parameter_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_quality_band_t`.
 */
enum microsip_quality_band_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * 300 to 3400 Hz (G.107): R up to 93.2.
     */
    MICROSIP_QUALITY_BAND_NARROW = 1,
    /**
     * 50 to 7000 Hz (G.107.1): R up to 129. Opus, too, is rated here.
     */
    MICROSIP_QUALITY_BAND_WIDE = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_quality_band_e microsip_quality_band_e;
#else
typedef int32_t microsip_quality_band_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_quality_source_t`.
 */
enum microsip_quality_source_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * ITU-T G.113: appendix I (narrowband) or IV (wideband).
     */
    MICROSIP_QUALITY_SOURCE_G113 = 1,
    /**
     * Published measurements of others.
     */
    MICROSIP_QUALITY_SOURCE_MEASURED = 2,
    /**
     * Ours, by likeness with a codec that was measured; good to compare calls of one codec, not codecs.
     */
    MICROSIP_QUALITY_SOURCE_ESTIMATE = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_quality_source_e microsip_quality_source_e;
#else
typedef int32_t microsip_quality_source_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_stat_t`. Those of a name with `SENT` are about what we send, with `RECEIVED` about what we
 * receive. All streams of a call count: counts add up, minima and maxima are those of all, means are weighted, the
 * rest is the newest stream's.
 */
enum microsip_stat_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * RTP payload type we send.
     */
    MICROSIP_STAT_PAYLOAD_TYPE = 1,
    /**
     * Length of a packet of ours, ms.
     */
    MICROSIP_STAT_PACKET_MS = 2,
    /**
     * Streams the call has had.
     */
    MICROSIP_STAT_STREAMS = 3,
    /**
     * How long they have run together, ms.
     */
    MICROSIP_STAT_DURATION_MS = 4,
    /**
     * Packets received from another address than the peer's SDP says.
     */
    MICROSIP_STAT_FROM_ELSEWHERE = 5,
    /**
     * Packets received of a payload type nobody agreed on; they are not heard.
     */
    MICROSIP_STAT_UNKNOWN_PAYLOAD = 6,
    /**
     * Packets SRTP threw away for a wrong key or damage.
     */
    MICROSIP_STAT_SRTP_FAILED = 7,
    /**
     * Packets SRTP threw away for having come before.
     */
    MICROSIP_STAT_SRTP_REPLAYED = 8,
    /**
     * RTP packets sent.
     */
    MICROSIP_STAT_SENT_PACKETS = 9,
    /**
     * Bytes of payload sent, without headers of RTP, UDP and IP.
     */
    MICROSIP_STAT_SENT_BYTES = 10,
    /**
     * Packets sent, as those that the peer should have got.
     */
    MICROSIP_STAT_SENT_EXPECTED = 11,
    /**
     * Packets lost, as the peer reports (RTCP).
     */
    MICROSIP_STAT_SENT_LOST = 12,
    /**
     * Share of packets lost, 0 to 1: `SENT_LOST` / `SENT_EXPECTED`.
     */
    MICROSIP_STAT_SENT_LOSS_RATIO = 13,
    /**
     * Always 0; see `XR_REMOTE_DISCARD_RATE`.
     */
    MICROSIP_STAT_SENT_DISCARDED = 14,
    /**
     * Always 0.
     */
    MICROSIP_STAT_SENT_REORDERED = 15,
    /**
     * Always 0.
     */
    MICROSIP_STAT_SENT_DUPLICATED = 16,
    /**
     * RTCP reports received about what we send.
     */
    MICROSIP_STAT_SENT_REPORTS = 17,
    /**
     * Interarrival jitter (RFC 3550 §6.4.1) of what we send, as the peer reports: newest value, ms; no value while
     * there is none.
     */
    MICROSIP_STAT_SENT_JITTER_LAST_MS = 18,
    /**
     * Interarrival jitter (RFC 3550 §6.4.1) of what we send, as the peer reports: mean, ms; no value while there is
     * none.
     */
    MICROSIP_STAT_SENT_JITTER_MEAN_MS = 19,
    /**
     * Interarrival jitter (RFC 3550 §6.4.1) of what we send, as the peer reports: least value, ms; no value while
     * there is none.
     */
    MICROSIP_STAT_SENT_JITTER_MIN_MS = 20,
    /**
     * Interarrival jitter (RFC 3550 §6.4.1) of what we send, as the peer reports: largest value, ms; no value while
     * there is none.
     */
    MICROSIP_STAT_SENT_JITTER_MAX_MS = 21,
    /**
     * How many values of jitter there were.
     */
    MICROSIP_STAT_SENT_JITTER_SAMPLES = 22,
    /**
     * Power of all audio sent, dBov (RFC 6465: 0 is a square wave of full scale, -96 nothing).
     */
    MICROSIP_STAT_SENT_LEVEL_MEAN_DBOV = 23,
    /**
     * Largest sample sent, dBov (RFC 6465: 0 is a square wave of full scale, -96 nothing).
     */
    MICROSIP_STAT_SENT_LEVEL_PEAK_DBOV = 24,
    /**
     * Power of the last third of a second sent, dBov (RFC 6465: 0 is a square wave of full scale, -96 nothing).
     */
    MICROSIP_STAT_SENT_LEVEL_RECENT_DBOV = 25,
    /**
     * How long nothing above -65 dBov was sent, up to now, ms.
     */
    MICROSIP_STAT_SENT_LEVEL_SILENT_MS = 26,
    /**
     * RTP packets received.
     */
    MICROSIP_STAT_RECEIVED_PACKETS = 27,
    /**
     * Bytes of payload received, without headers of RTP, UDP and IP.
     */
    MICROSIP_STAT_RECEIVED_BYTES = 28,
    /**
     * Packets that should have come, by their sequence numbers.
     */
    MICROSIP_STAT_RECEIVED_EXPECTED = 29,
    /**
     * Packets lost: missing from the sequence.
     */
    MICROSIP_STAT_RECEIVED_LOST = 30,
    /**
     * Share of packets lost, 0 to 1: `RECEIVED_LOST` / `RECEIVED_EXPECTED`.
     */
    MICROSIP_STAT_RECEIVED_LOSS_RATIO = 31,
    /**
     * Packets that came too late to be played, or too many at once.
     */
    MICROSIP_STAT_RECEIVED_DISCARDED = 32,
    /**
     * Packets that came after one that was sent later.
     */
    MICROSIP_STAT_RECEIVED_REORDERED = 33,
    /**
     * Packets that came twice.
     */
    MICROSIP_STAT_RECEIVED_DUPLICATED = 34,
    /**
     * RTCP reports sent about what we receive.
     */
    MICROSIP_STAT_RECEIVED_REPORTS = 35,
    /**
     * Interarrival jitter (RFC 3550 §6.4.1) of what we receive, as measured here: newest value, ms; no value while
     * there is none.
     */
    MICROSIP_STAT_RECEIVED_JITTER_LAST_MS = 36,
    /**
     * Interarrival jitter (RFC 3550 §6.4.1) of what we receive, as measured here: mean, ms; no value while there is
     * none.
     */
    MICROSIP_STAT_RECEIVED_JITTER_MEAN_MS = 37,
    /**
     * Interarrival jitter (RFC 3550 §6.4.1) of what we receive, as measured here: least value, ms; no value while
     * there is none.
     */
    MICROSIP_STAT_RECEIVED_JITTER_MIN_MS = 38,
    /**
     * Interarrival jitter (RFC 3550 §6.4.1) of what we receive, as measured here: largest value, ms; no value while
     * there is none.
     */
    MICROSIP_STAT_RECEIVED_JITTER_MAX_MS = 39,
    /**
     * How many values of jitter there were.
     */
    MICROSIP_STAT_RECEIVED_JITTER_SAMPLES = 40,
    /**
     * How often one or more packets in a row were lost.
     */
    MICROSIP_STAT_RECEIVED_BURSTS_EVENTS = 41,
    /**
     * The most packets lost in a row.
     */
    MICROSIP_STAT_RECEIVED_BURSTS_LONGEST = 42,
    /**
     * Share of packets lost within bursts, 0 to 1 (RFC 3611 §4.7.2, Gmin 16).
     */
    MICROSIP_STAT_RECEIVED_BURSTS_DENSITY = 43,
    /**
     * Share of packets lost between bursts, 0 to 1.
     */
    MICROSIP_STAT_RECEIVED_BURSTS_GAP_DENSITY = 44,
    /**
     * Mean length of a burst, ms.
     */
    MICROSIP_STAT_RECEIVED_BURSTS_DURATION_MS = 45,
    /**
     * Mean length of a gap, ms.
     */
    MICROSIP_STAT_RECEIVED_BURSTS_GAP_DURATION_MS = 46,
    /**
     * BurstR of the E-model: 1 for random loss, higher when losses come together.
     */
    MICROSIP_STAT_RECEIVED_BURSTS_RATIO = 47,
    /**
     * Power of all audio received, dBov (RFC 6465: 0 is a square wave of full scale, -96 nothing); no value while
     * nothing here listens.
     */
    MICROSIP_STAT_RECEIVED_LEVEL_MEAN_DBOV = 48,
    /**
     * Largest sample received, dBov (RFC 6465: 0 is a square wave of full scale, -96 nothing); no value while nothing
     * here listens.
     */
    MICROSIP_STAT_RECEIVED_LEVEL_PEAK_DBOV = 49,
    /**
     * Power of the last third of a second received, dBov (RFC 6465: 0 is a square wave of full scale, -96 nothing); no
     * value while nothing here listens.
     */
    MICROSIP_STAT_RECEIVED_LEVEL_RECENT_DBOV = 50,
    /**
     * How long nothing above -65 dBov was received, up to now, ms; no value while nothing here listens.
     */
    MICROSIP_STAT_RECEIVED_LEVEL_SILENT_MS = 51,
    /**
     * The way there and back, from RTCP: newest value, ms; no value until a report came back.
     */
    MICROSIP_STAT_ROUND_TRIP_LAST_MS = 52,
    /**
     * The way there and back, from RTCP: mean, ms; no value until a report came back.
     */
    MICROSIP_STAT_ROUND_TRIP_MEAN_MS = 53,
    /**
     * The way there and back, from RTCP: least value, ms; no value until a report came back.
     */
    MICROSIP_STAT_ROUND_TRIP_MIN_MS = 54,
    /**
     * The way there and back, from RTCP: largest value, ms; no value until a report came back.
     */
    MICROSIP_STAT_ROUND_TRIP_MAX_MS = 55,
    /**
     * How many round trips were measured.
     */
    MICROSIP_STAT_ROUND_TRIP_SAMPLES = 56,
    /**
     * Length of a frame of the codec, of which a packet may have two, ms. The counts of the jitter buffer are such
     * frames.
     */
    MICROSIP_STAT_JITTER_BUFFER_FRAME_MS = 57,
    /**
     * Frames that wait now.
     */
    MICROSIP_STAT_JITTER_BUFFER_FRAMES = 58,
    /**
     * How long the newest of them will wait, ms.
     */
    MICROSIP_STAT_JITTER_BUFFER_DELAY_MS = 59,
    /**
     * Mean delay so far, ms.
     */
    MICROSIP_STAT_JITTER_BUFFER_DELAY_MEAN_MS = 60,
    /**
     * Least delay so far, ms.
     */
    MICROSIP_STAT_JITTER_BUFFER_DELAY_MIN_MS = 61,
    /**
     * Largest delay so far, ms.
     */
    MICROSIP_STAT_JITTER_BUFFER_DELAY_MAX_MS = 62,
    /**
     * Frames waited for before it plays on after it ran empty.
     */
    MICROSIP_STAT_JITTER_BUFFER_PREFETCH_FRAMES = 63,
    /**
     * The least it will wait for, frames.
     */
    MICROSIP_STAT_JITTER_BUFFER_PREFETCH_MIN_FRAMES = 64,
    /**
     * The most it will wait for, frames.
     */
    MICROSIP_STAT_JITTER_BUFFER_PREFETCH_MAX_FRAMES = 65,
    /**
     * Frames it can hold.
     */
    MICROSIP_STAT_JITTER_BUFFER_CAPACITY_FRAMES = 66,
    /**
     * Frames played.
     */
    MICROSIP_STAT_JITTER_BUFFER_PLAYED = 67,
    /**
     * Frames whose turn came and that were not there: concealed.
     */
    MICROSIP_STAT_JITTER_BUFFER_LOST = 68,
    /**
     * Times it was empty, or filling up, when a frame was wanted.
     */
    MICROSIP_STAT_JITTER_BUFFER_EMPTY = 69,
    /**
     * Frames thrown away because their turn was over.
     */
    MICROSIP_STAT_JITTER_BUFFER_LATE = 70,
    /**
     * Frames thrown away because they were there already.
     */
    MICROSIP_STAT_JITTER_BUFFER_DUPLICATED = 71,
    /**
     * Frames thrown away because it was full.
     */
    MICROSIP_STAT_JITTER_BUFFER_OVERFLOW = 72,
    /**
     * Frames skipped so that the delay becomes shorter.
     */
    MICROSIP_STAT_JITTER_BUFFER_SHRUNK = 73,
    /**
     * Frames thrown away because nothing here listens; nothing is wrong.
     */
    MICROSIP_STAT_JITTER_BUFFER_UNREAD = 74,
    /**
     * Frames thrown away although somebody listened: late, overflow and shrunk together.
     */
    MICROSIP_STAT_JITTER_BUFFER_DISCARDED = 75,
    /**
     * R of what we hear: up to 93.2 on the narrowband scale, up to 129 on the wideband one, not below 0 (E-model,
     * ITU-T G.107, G.107.1); no value for codecs without numbers, and until packets or reports came, as for all of
     * quality.
     */
    MICROSIP_STAT_QUALITY_RECEIVED_R_FACTOR = 76,
    /**
     * Its mean opinion score of a listener, 1 to 4.5.
     */
    MICROSIP_STAT_QUALITY_RECEIVED_MOS_LISTENING = 77,
    /**
     * Its mean opinion score of a conversation, with delay, 1 to 4.5.
     */
    MICROSIP_STAT_QUALITY_RECEIVED_MOS_CONVERSATIONAL = 78,
    /**
     * Packets not played, per cent, that was used.
     */
    MICROSIP_STAT_QUALITY_RECEIVED_LOSS_PERCENT = 79,
    /**
     * BurstR that was used.
     */
    MICROSIP_STAT_QUALITY_RECEIVED_BURST_RATIO = 80,
    /**
     * One-way delay from mouth to ear that was used, ms.
     */
    MICROSIP_STAT_QUALITY_RECEIVED_DELAY_MS = 81,
    /**
     * R of what the peer hears, from its reports: up to 93.2 on the narrowband scale, up to 129 on the wideband one,
     * not below 0 (E-model, ITU-T G.107, G.107.1); no value for codecs without numbers, and until packets or reports
     * came, as for all of quality.
     */
    MICROSIP_STAT_QUALITY_SENT_R_FACTOR = 82,
    /**
     * Its mean opinion score of a listener, 1 to 4.5.
     */
    MICROSIP_STAT_QUALITY_SENT_MOS_LISTENING = 83,
    /**
     * Its mean opinion score of a conversation, with delay, 1 to 4.5.
     */
    MICROSIP_STAT_QUALITY_SENT_MOS_CONVERSATIONAL = 84,
    /**
     * Packets not played, per cent, that was used.
     */
    MICROSIP_STAT_QUALITY_SENT_LOSS_PERCENT = 85,
    /**
     * BurstR that was used.
     */
    MICROSIP_STAT_QUALITY_SENT_BURST_RATIO = 86,
    /**
     * One-way delay from mouth to ear that was used, ms.
     */
    MICROSIP_STAT_QUALITY_SENT_DELAY_MS = 87,
    /**
     * Share of packets lost, 0 to 1: VoIP metrics block (RFC 3611 §4.7), what we told the peer last; no value until
     * there was one, as for all of this block.
     */
    MICROSIP_STAT_XR_LOCAL_LOSS_RATE = 88,
    /**
     * Share of packets the jitter buffer threw away, 0 to 1.
     */
    MICROSIP_STAT_XR_LOCAL_DISCARD_RATE = 89,
    /**
     * Share of both within bursts, 0 to 1.
     */
    MICROSIP_STAT_XR_LOCAL_BURST_DENSITY = 90,
    /**
     * The same between bursts.
     */
    MICROSIP_STAT_XR_LOCAL_GAP_DENSITY = 91,
    /**
     * Mean length of bursts, ms.
     */
    MICROSIP_STAT_XR_LOCAL_BURST_DURATION_MS = 92,
    /**
     * Mean length of gaps, ms.
     */
    MICROSIP_STAT_XR_LOCAL_GAP_DURATION_MS = 93,
    /**
     * Newest round trip, ms; 0 if not known.
     */
    MICROSIP_STAT_XR_LOCAL_ROUND_TRIP_MS = 94,
    /**
     * Delay within the system that reports, ms.
     */
    MICROSIP_STAT_XR_LOCAL_END_SYSTEM_DELAY_MS = 95,
    /**
     * Voice against 0 dBm0, dB; no value if not known, as below.
     */
    MICROSIP_STAT_XR_LOCAL_SIGNAL_LEVEL_DBM0 = 96,
    /**
     * Noise against 0 dBm0, dB.
     */
    MICROSIP_STAT_XR_LOCAL_NOISE_LEVEL_DBM0 = 97,
    /**
     * Residual echo return loss, dB.
     */
    MICROSIP_STAT_XR_LOCAL_ECHO_RETURN_LOSS_DB = 98,
    /**
     * Least distance of losses that are not one burst, packets.
     */
    MICROSIP_STAT_XR_LOCAL_GMIN = 99,
    /**
     * R of this RTP session, 0 to 100.
     */
    MICROSIP_STAT_XR_LOCAL_R_FACTOR = 100,
    /**
     * R of a network beyond.
     */
    MICROSIP_STAT_XR_LOCAL_EXTERNAL_R_FACTOR = 101,
    /**
     * MOS of a listener, 1 to 5.
     */
    MICROSIP_STAT_XR_LOCAL_MOS_LISTENING = 102,
    /**
     * MOS of a conversation, 1 to 5.
     */
    MICROSIP_STAT_XR_LOCAL_MOS_CONVERSATIONAL = 103,
    /**
     * The octet of RFC 3611 §4.7.6: concealment, kind and rate of the jitter buffer.
     */
    MICROSIP_STAT_XR_LOCAL_RECEIVER_CONFIGURATION = 104,
    /**
     * The jitter buffer's delay now, ms.
     */
    MICROSIP_STAT_XR_LOCAL_JITTER_BUFFER_NOMINAL_MS = 105,
    /**
     * Delay of a packet that comes just in time, ms.
     */
    MICROSIP_STAT_XR_LOCAL_JITTER_BUFFER_MAXIMUM_MS = 106,
    /**
     * The most it can be, ms.
     */
    MICROSIP_STAT_XR_LOCAL_JITTER_BUFFER_ABSOLUTE_MAXIMUM_MS = 107,
    /**
     * Share of packets lost, 0 to 1: VoIP metrics block (RFC 3611 §4.7), what the peer told us last; no value until
     * there was one, as for all of this block.
     */
    MICROSIP_STAT_XR_REMOTE_LOSS_RATE = 108,
    /**
     * Share of packets the jitter buffer threw away, 0 to 1.
     */
    MICROSIP_STAT_XR_REMOTE_DISCARD_RATE = 109,
    /**
     * Share of both within bursts, 0 to 1.
     */
    MICROSIP_STAT_XR_REMOTE_BURST_DENSITY = 110,
    /**
     * The same between bursts.
     */
    MICROSIP_STAT_XR_REMOTE_GAP_DENSITY = 111,
    /**
     * Mean length of bursts, ms.
     */
    MICROSIP_STAT_XR_REMOTE_BURST_DURATION_MS = 112,
    /**
     * Mean length of gaps, ms.
     */
    MICROSIP_STAT_XR_REMOTE_GAP_DURATION_MS = 113,
    /**
     * Newest round trip, ms; 0 if not known.
     */
    MICROSIP_STAT_XR_REMOTE_ROUND_TRIP_MS = 114,
    /**
     * Delay within the system that reports, ms.
     */
    MICROSIP_STAT_XR_REMOTE_END_SYSTEM_DELAY_MS = 115,
    /**
     * Voice against 0 dBm0, dB; no value if not known, as below.
     */
    MICROSIP_STAT_XR_REMOTE_SIGNAL_LEVEL_DBM0 = 116,
    /**
     * Noise against 0 dBm0, dB.
     */
    MICROSIP_STAT_XR_REMOTE_NOISE_LEVEL_DBM0 = 117,
    /**
     * Residual echo return loss, dB.
     */
    MICROSIP_STAT_XR_REMOTE_ECHO_RETURN_LOSS_DB = 118,
    /**
     * Least distance of losses that are not one burst, packets.
     */
    MICROSIP_STAT_XR_REMOTE_GMIN = 119,
    /**
     * R of this RTP session, 0 to 100.
     */
    MICROSIP_STAT_XR_REMOTE_R_FACTOR = 120,
    /**
     * R of a network beyond.
     */
    MICROSIP_STAT_XR_REMOTE_EXTERNAL_R_FACTOR = 121,
    /**
     * MOS of a listener, 1 to 5.
     */
    MICROSIP_STAT_XR_REMOTE_MOS_LISTENING = 122,
    /**
     * MOS of a conversation, 1 to 5.
     */
    MICROSIP_STAT_XR_REMOTE_MOS_CONVERSATIONAL = 123,
    /**
     * The octet of RFC 3611 §4.7.6: concealment, kind and rate of the jitter buffer.
     */
    MICROSIP_STAT_XR_REMOTE_RECEIVER_CONFIGURATION = 124,
    /**
     * The jitter buffer's delay now, ms.
     */
    MICROSIP_STAT_XR_REMOTE_JITTER_BUFFER_NOMINAL_MS = 125,
    /**
     * Delay of a packet that comes just in time, ms.
     */
    MICROSIP_STAT_XR_REMOTE_JITTER_BUFFER_MAXIMUM_MS = 126,
    /**
     * The most it can be, ms.
     */
    MICROSIP_STAT_XR_REMOTE_JITTER_BUFFER_ABSOLUTE_MAXIMUM_MS = 127,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_stat_e microsip_stat_e;
#else
typedef int32_t microsip_stat_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_finding_kind_t`.
 */
enum microsip_finding_kind_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The session says that we receive, and not a single packet came.
     */
    MICROSIP_FINDING_KIND_NOTHING_RECEIVED = 1,
    /**
     * Packets came, and then no more. A peer that suppresses silence does that too.
     */
    MICROSIP_FINDING_KIND_RECEPTION_STOPPED = 2,
    /**
     * The session says that we send, and nothing left us: there is nothing to play and silence is not sent, or there
     * is no way to the peer.
     */
    MICROSIP_FINDING_KIND_NOTHING_SENT = 3,
    /**
     * Packets come from another address than the peer's SDP says: a NAT or a media relay on the way. They are heard,
     * and we send there.
     */
    MICROSIP_FINDING_KIND_FROM_ELSEWHERE = 4,
    /**
     * The peer's SDP has an address of a private network, and its signalling comes from a public one: what we send
     * there is lost, unless its packets show us the way (RFC 3235 §3.4).
     */
    MICROSIP_FINDING_KIND_PRIVATE_ADDRESS_OF_PEER = 5,
    /**
     * Our SDP has an address of a private network, and the peer is on a public one: it can answer only if it goes by
     * our packets.
     */
    MICROSIP_FINDING_KIND_PRIVATE_ADDRESS_OF_OURS = 6,
    /**
     * Packets come, and all that is in them is silence, -65 dBov or less: a muted microphone, the wrong device.
     */
    MICROSIP_FINDING_KIND_ONLY_SILENCE = 7,
    /**
     * Packets come with a payload type that was not agreed on; they are thrown away.
     */
    MICROSIP_FINDING_KIND_UNKNOWN_PAYLOAD = 8,
    /**
     * Packets come that SRTP cannot open: another key, or no encryption at all.
     */
    MICROSIP_FINDING_KIND_SRTP_FAILED = 9,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_finding_kind_e microsip_finding_kind_e;
#else
typedef int32_t microsip_finding_kind_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_subscription_state_t`.
 */
enum microsip_subscription_state_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The SUBSCRIBE is under way, or its first NOTIFY is awaited.
     */
    MICROSIP_SUBSCRIPTION_STATE_SUBSCRIBING = 1,
    /**
     * Whoever is watched has not decided yet.
     */
    MICROSIP_SUBSCRIPTION_STATE_PENDING = 2,
    /**
     * Changes are told.
     */
    MICROSIP_SUBSCRIPTION_STATE_ACTIVE = 3,
    /**
     * It failed or was ended, and is tried again.
     */
    MICROSIP_SUBSCRIPTION_STATE_RETRYING = 4,
    /**
     * Over for good.
     */
    MICROSIP_SUBSCRIPTION_STATE_ENDED = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_subscription_state_e microsip_subscription_state_e;
#else
typedef int32_t microsip_subscription_state_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_end_reason_t`.
 */
enum microsip_end_reason_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Subscribe again, at once.
     */
    MICROSIP_END_REASON_DEACTIVATED = 1,
    /**
     * Subscribe again later.
     */
    MICROSIP_END_REASON_PROBATION = 2,
    /**
     * The one who is watched does not want it, and will not.
     */
    MICROSIP_END_REASON_REJECTED = 3,
    /**
     * It was not refreshed in time.
     */
    MICROSIP_END_REASON_TIMEOUT = 4,
    /**
     * Nobody could be asked for permission in time; subscribe again later.
     */
    MICROSIP_END_REASON_GIVE_UP = 5,
    /**
     * There is nothing to watch any more.
     */
    MICROSIP_END_REASON_NO_RESOURCE = 6,
    /**
     * What is watched will never change again.
     */
    MICROSIP_END_REASON_INVARIANT = 7,
    /**
     * A reason of somebody's own, or none at all.
     */
    MICROSIP_END_REASON_OTHER = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_end_reason_e microsip_end_reason_e;
#else
typedef int32_t microsip_end_reason_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_watch_policy_t`.
 */
enum microsip_watch_policy_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Everybody.
     */
    MICROSIP_WATCH_POLICY_ALLOW = 1,
    /**
     * Nobody: 403.
     */
    MICROSIP_WATCH_POLICY_DENY = 2,
    /**
     * Whoever is let in by `microsip_watcher_accept`; `MICROSIP_EVENT_KIND_WATCHER` asks. Until then nothing is told.
     */
    MICROSIP_WATCH_POLICY_ASK = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_watch_policy_e microsip_watch_policy_e;
#else
typedef int32_t microsip_watch_policy_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_watcher_state_t`.
 */
enum microsip_watcher_state_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * It waits for a decision.
     */
    MICROSIP_WATCHER_STATE_PENDING = 1,
    /**
     * It is told changes.
     */
    MICROSIP_WATCHER_STATE_ACTIVE = 2,
    /**
     * It is not told any more.
     */
    MICROSIP_WATCHER_STATE_ENDED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_watcher_state_e microsip_watcher_state_e;
#else
typedef int32_t microsip_watcher_state_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_message_class_t`.
 */
enum microsip_message_class_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Voice messages.
     */
    MICROSIP_MESSAGE_CLASS_VOICE = 1,
    /**
     * Video messages.
     */
    MICROSIP_MESSAGE_CLASS_VIDEO = 2,
    /**
     * Faxes.
     */
    MICROSIP_MESSAGE_CLASS_FAX = 3,
    /**
     * Short texts.
     */
    MICROSIP_MESSAGE_CLASS_PAGER = 4,
    /**
     * Multimedia messages.
     */
    MICROSIP_MESSAGE_CLASS_MULTIMEDIA = 5,
    /**
     * Mail and the like.
     */
    MICROSIP_MESSAGE_CLASS_TEXT = 6,
    /**
     * Of no kind that is told.
     */
    MICROSIP_MESSAGE_CLASS_NONE = 7,
    /**
     * Another one, by name.
     */
    MICROSIP_MESSAGE_CLASS_OTHER = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_message_class_e microsip_message_class_e;
#else
typedef int32_t microsip_message_class_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_dialog_state_t`.
 */
enum microsip_dialog_state_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The INVITE was sent or received; nothing came back yet.
     */
    MICROSIP_DIALOG_STATE_TRYING = 1,
    /**
     * A provisional answer without tag came back.
     */
    MICROSIP_DIALOG_STATE_PROCEEDING = 2,
    /**
     * A provisional answer with a tag came back: it rings.
     */
    MICROSIP_DIALOG_STATE_EARLY = 3,
    /**
     * It was answered.
     */
    MICROSIP_DIALOG_STATE_CONFIRMED = 4,
    /**
     * It is over.
     */
    MICROSIP_DIALOG_STATE_TERMINATED = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_dialog_state_e microsip_dialog_state_e;
#else
typedef int32_t microsip_dialog_state_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_dialog_event_t`.
 */
enum microsip_dialog_event_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The caller gave up.
     */
    MICROSIP_DIALOG_EVENT_CANCELLED = 1,
    /**
     * The callee, or something on the way, said no.
     */
    MICROSIP_DIALOG_EVENT_REJECTED = 2,
    /**
     * Another call took its place.
     */
    MICROSIP_DIALOG_EVENT_REPLACED = 3,
    /**
     * The watched line hung up.
     */
    MICROSIP_DIALOG_EVENT_LOCAL_BYE = 4,
    /**
     * The other party hung up.
     */
    MICROSIP_DIALOG_EVENT_REMOTE_BYE = 5,
    /**
     * It broke down.
     */
    MICROSIP_DIALOG_EVENT_ERROR = 6,
    /**
     * Nobody answered, or a session was not refreshed.
     */
    MICROSIP_DIALOG_EVENT_TIMEOUT = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_dialog_event_e microsip_dialog_event_e;
#else
typedef int32_t microsip_dialog_event_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_dialog_direction_t`.
 */
enum microsip_dialog_direction_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The watched line called.
     */
    MICROSIP_DIALOG_DIRECTION_INITIATOR = 1,
    /**
     * The watched line was called.
     */
    MICROSIP_DIALOG_DIRECTION_RECIPIENT = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_dialog_direction_e microsip_dialog_direction_e;
#else
typedef int32_t microsip_dialog_direction_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_activity_t`.
 */
enum microsip_activity_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * An appointment in the calendar.
     */
    MICROSIP_ACTIVITY_APPOINTMENT = 1,
    /**
     * Physically away from the devices.
     */
    MICROSIP_ACTIVITY_AWAY = 2,
    /**
     * At breakfast.
     */
    MICROSIP_ACTIVITY_BREAKFAST = 3,
    /**
     * Busy, without saying with what.
     */
    MICROSIP_ACTIVITY_BUSY = 4,
    /**
     * At dinner.
     */
    MICROSIP_ACTIVITY_DINNER = 5,
    /**
     * A holiday of all, such as a public holiday.
     */
    MICROSIP_ACTIVITY_HOLIDAY = 6,
    /**
     * In a vehicle, not steering it.
     */
    MICROSIP_ACTIVITY_IN_TRANSIT = 7,
    /**
     * Looking for work.
     */
    MICROSIP_ACTIVITY_LOOKING_FOR_WORK = 8,
    /**
     * At lunch.
     */
    MICROSIP_ACTIVITY_LUNCH = 9,
    /**
     * At a meal.
     */
    MICROSIP_ACTIVITY_MEAL = 10,
    /**
     * In a meeting.
     */
    MICROSIP_ACTIVITY_MEETING = 11,
    /**
     * In a call.
     */
    MICROSIP_ACTIVITY_ON_THE_PHONE = 12,
    /**
     * At a performance: theatre, concert, cinema.
     */
    MICROSIP_ACTIVITY_PERFORMANCE = 13,
    /**
     * Away for ever: moved, left the company.
     */
    MICROSIP_ACTIVITY_PERMANENT_ABSENCE = 14,
    /**
     * Playing.
     */
    MICROSIP_ACTIVITY_PLAYING = 15,
    /**
     * Giving or hearing a presentation.
     */
    MICROSIP_ACTIVITY_PRESENTATION = 16,
    /**
     * Shopping.
     */
    MICROSIP_ACTIVITY_SHOPPING = 17,
    /**
     * Asleep.
     */
    MICROSIP_ACTIVITY_SLEEPING = 18,
    /**
     * Watching an event.
     */
    MICROSIP_ACTIVITY_SPECTATOR = 19,
    /**
     * Steering a vehicle.
     */
    MICROSIP_ACTIVITY_STEERING = 20,
    /**
     * On a journey.
     */
    MICROSIP_ACTIVITY_TRAVEL = 21,
    /**
     * Watching television.
     */
    MICROSIP_ACTIVITY_TV = 22,
    /**
     * Said to be unknown.
     */
    MICROSIP_ACTIVITY_UNKNOWN = 23,
    /**
     * On vacation.
     */
    MICROSIP_ACTIVITY_VACATION = 24,
    /**
     * At work.
     */
    MICROSIP_ACTIVITY_WORKING = 25,
    /**
     * At worship.
     */
    MICROSIP_ACTIVITY_WORSHIP = 26,
    /**
     * Not to be disturbed; written as `other` with the text `do-not-disturb`, as RFC 4480 has no word for it.
     */
    MICROSIP_ACTIVITY_DO_NOT_DISTURB = 27,
    /**
     * Something else, in free words.
     */
    MICROSIP_ACTIVITY_OTHER = 28,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_activity_e microsip_activity_e;
#else
typedef int32_t microsip_activity_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_line_state_t`.
 */
enum microsip_line_state_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Nothing is known yet.
     */
    MICROSIP_LINE_STATE_UNKNOWN = 1,
    /**
     * No call.
     */
    MICROSIP_LINE_STATE_IDLE = 2,
    /**
     * A call was begun, and nothing came back so far.
     */
    MICROSIP_LINE_STATE_TRYING = 3,
    /**
     * It rings, here or there.
     */
    MICROSIP_LINE_STATE_EARLY = 4,
    /**
     * In a call.
     */
    MICROSIP_LINE_STATE_CONFIRMED = 5,
    /**
     * The last call ended just now, as the latest document says; the line is free.
     */
    MICROSIP_LINE_STATE_TERMINATED = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_line_state_e microsip_line_state_e;
#else
typedef int32_t microsip_line_state_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_line_update_t`.
 */
enum microsip_line_update_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Something is different now.
     */
    MICROSIP_LINE_UPDATE_CHANGED = 1,
    /**
     * It was taken, and nothing is different.
     */
    MICROSIP_LINE_UPDATE_UNCHANGED = 2,
    /**
     * It was older than what is known, or the same again, and passed over.
     */
    MICROSIP_LINE_UPDATE_IGNORED = 3,
    /**
     * Documents were lost before it: a full one is needed, which a SUBSCRIBE brings. What it says was taken.
     */
    MICROSIP_LINE_UPDATE_GAP = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_line_update_e microsip_line_update_e;
#else
typedef int32_t microsip_line_update_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_presence_t`.
 */
enum microsip_presence_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Nothing is known.
     */
    MICROSIP_PRESENCE_UNKNOWN = 1,
    /**
     * There, and ready to talk.
     */
    MICROSIP_PRESENCE_ONLINE = 2,
    /**
     * Not at the device: away, at a meal, on vacation, …
     */
    MICROSIP_PRESENCE_AWAY = 3,
    /**
     * There, and occupied: busy, in a meeting, …
     */
    MICROSIP_PRESENCE_BUSY = 4,
    /**
     * In a call.
     */
    MICROSIP_PRESENCE_ON_THE_PHONE = 5,
    /**
     * There, and not to be disturbed.
     */
    MICROSIP_PRESENCE_DO_NOT_DISTURB = 6,
    /**
     * Not reachable.
     */
    MICROSIP_PRESENCE_OFFLINE = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_presence_e microsip_presence_e;
#else
typedef int32_t microsip_presence_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_basic_status_t`.
 */
enum microsip_basic_status_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * It is.
     */
    MICROSIP_BASIC_STATUS_OPEN = 1,
    /**
     * It is not.
     */
    MICROSIP_BASIC_STATUS_CLOSED = 2,
    /**
     * Nothing, or nothing known, is said about it.
     */
    MICROSIP_BASIC_STATUS_UNKNOWN = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_basic_status_e microsip_basic_status_e;
#else
typedef int32_t microsip_basic_status_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_publication_state_t`.
 */
enum microsip_publication_state_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The newest body is under way.
     */
    MICROSIP_PUBLICATION_STATE_PUBLISHING = 1,
    /**
     * The server has the newest body; it is refreshed in time.
     */
    MICROSIP_PUBLICATION_STATE_PUBLISHED = 2,
    /**
     * It failed for a reason that may pass, and is tried again.
     */
    MICROSIP_PUBLICATION_STATE_RETRYING = 3,
    /**
     * Over: it was removed, or its account was, or the endpoint closed.
     */
    MICROSIP_PUBLICATION_STATE_REMOVED = 4,
    /**
     * The server refused it for good. Updating and refreshing try again.
     */
    MICROSIP_PUBLICATION_STATE_FAILED = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_publication_state_e microsip_publication_state_e;
#else
typedef int32_t microsip_publication_state_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_registration_state_t`.
 */
enum microsip_registration_state_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The account has no registrar.
     */
    MICROSIP_REGISTRATION_STATE_NONE = 1,
    /**
     * A REGISTER is under way.
     */
    MICROSIP_REGISTRATION_STATE_REGISTERING = 2,
    /**
     * The registrar holds our binding; it is refreshed in time.
     */
    MICROSIP_REGISTRATION_STATE_REGISTERED = 3,
    /**
     * The binding was removed, or never made.
     */
    MICROSIP_REGISTRATION_STATE_UNREGISTERED = 4,
    /**
     * The last REGISTER failed, or the connection to the registrar was lost.
     */
    MICROSIP_REGISTRATION_STATE_FAILED = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_registration_state_e microsip_registration_state_e;
#else
typedef int32_t microsip_registration_state_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_contact_rewrite_t`.
 */
enum microsip_contact_rewrite_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Contact stays what we think our address is.
     */
    MICROSIP_CONTACT_REWRITE_OFF = 1,
    /**
     * It follows, unless the registrar sees a private address where ours is public, or only another port at a private
     * address. The default.
     */
    MICROSIP_CONTACT_REWRITE_ON = 2,
    /**
     * It follows whatever the registrar sees.
     */
    MICROSIP_CONTACT_REWRITE_ALWAYS = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_contact_rewrite_e microsip_contact_rewrite_e;
#else
typedef int32_t microsip_contact_rewrite_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_contact_rewrite_method_t`.
 */
enum microsip_contact_rewrite_method_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The address is learned from the challenge already, if there is one, so that the old Contact is never bound;
     * otherwise as the other. The default.
     */
    MICROSIP_CONTACT_REWRITE_METHOD_EARLY = 1,
    /**
     * One REGISTER binds the new Contact and removes the old one.
     */
    MICROSIP_CONTACT_REWRITE_METHOD_REPLACE = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_contact_rewrite_method_e microsip_contact_rewrite_method_e;
#else
typedef int32_t microsip_contact_rewrite_method_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_turn_use_t`.
 */
enum microsip_turn_use_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The endpoint's, if it has one. The default.
     */
    MICROSIP_TURN_USE_ENDPOINT = 1,
    /**
     * None.
     */
    MICROSIP_TURN_USE_OFF = 2,
    /**
     * One of its own.
     */
    MICROSIP_TURN_USE_SERVER = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_turn_use_e microsip_turn_use_e;
#else
typedef int32_t microsip_turn_use_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_srtp_mode_t`.
 */
enum microsip_srtp_mode_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Plain RTP is offered and accepted; encrypted offers are refused. The default.
     */
    MICROSIP_SRTP_MODE_OFF = 1,
    /**
     * Plain RTP is offered with keys beside it, for those who know what to do with them; every offer is accepted. With
     * DTLS as first keying, encrypted media alone is offered.
     */
    MICROSIP_SRTP_MODE_OPTIONAL = 2,
    /**
     * Only encrypted media is offered and accepted; a plain offer gets 488.
     */
    MICROSIP_SRTP_MODE_REQUIRED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_srtp_mode_e microsip_srtp_mode_e;
#else
typedef int32_t microsip_srtp_mode_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_srtp_keying_t`.
 */
enum microsip_srtp_keying_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * In the SDP (RFC 4568). Whoever reads the signalling has the keys, so it wants TLS.
     */
    MICROSIP_SRTP_KEYING_SDES = 1,
    /**
     * By a DTLS handshake on the media path (RFC 5763, RFC 5764).
     */
    MICROSIP_SRTP_KEYING_DTLS = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_srtp_keying_e microsip_srtp_keying_e;
#else
typedef int32_t microsip_srtp_keying_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_srtp_suite_t`.
 */
enum microsip_srtp_suite_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * AES-CM, 128 bits, tag of 80 bits (RFC 4568 §6.2.1): what everybody knows.
     */
    MICROSIP_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80 = 1,
    /**
     * AES-CM, 128 bits, tag of 32 bits (RFC 4568 §6.2.2).
     */
    MICROSIP_SRTP_SUITE_AES_CM_128_HMAC_SHA1_32 = 2,
    /**
     * AES-CM, 256 bits, tag of 80 bits (RFC 6188). With SDES only.
     */
    MICROSIP_SRTP_SUITE_AES_256_CM_HMAC_SHA1_80 = 3,
    /**
     * AES-CM, 256 bits, tag of 32 bits (RFC 6188). With SDES only.
     */
    MICROSIP_SRTP_SUITE_AES_256_CM_HMAC_SHA1_32 = 4,
    /**
     * AES-GCM, 128 bits (RFC 7714).
     */
    MICROSIP_SRTP_SUITE_AEAD_AES_128_GCM = 5,
    /**
     * AES-GCM, 256 bits (RFC 7714).
     */
    MICROSIP_SRTP_SUITE_AEAD_AES_256_GCM = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_srtp_suite_e microsip_srtp_suite_e;
#else
typedef int32_t microsip_srtp_suite_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_session_timers_t`.
 */
enum microsip_session_timers_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Neither asked for nor offered; a call that requires them gets 420.
     */
    MICROSIP_SESSION_TIMERS_OFF = 1,
    /**
     * Offered with `Supported: timer`, used when the peer wants them. The default.
     */
    MICROSIP_SESSION_TIMERS_OPTIONAL = 2,
    /**
     * `Require: timer`: a peer that does not know them is not called, and its calls get 421.
     */
    MICROSIP_SESSION_TIMERS_REQUIRED = 3,
    /**
     * Used whether the peer supports them or not: then we refresh alone.
     */
    MICROSIP_SESSION_TIMERS_ALWAYS = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_session_timers_e microsip_session_timers_e;
#else
typedef int32_t microsip_session_timers_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_refresher_t`.
 */
enum microsip_refresher_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Nobody is named in our requests; the peer decides. The default.
     */
    MICROSIP_REFRESHER_AUTO = 1,
    /**
     * We: `refresher=uac` in our requests, `uas` in our answers.
     */
    MICROSIP_REFRESHER_LOCAL = 2,
    /**
     * The peer, if it supports session timers.
     */
    MICROSIP_REFRESHER_REMOTE = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_refresher_e microsip_refresher_e;
#else
typedef int32_t microsip_refresher_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_reliable_100_t`.
 */
enum microsip_reliable_100_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Not offered; a call that requires it gets 420.
     */
    MICROSIP_RELIABLE_100_OFF = 1,
    /**
     * Offered with `Supported: 100rel`; used whenever the peer supports it. The default.
     */
    MICROSIP_RELIABLE_100_SUPPORTED = 2,
    /**
     * `Require: 100rel`; a peer that does not support it is refused with 421.
     */
    MICROSIP_RELIABLE_100_REQUIRED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_reliable_100_e microsip_reliable_100_e;
#else
typedef int32_t microsip_reliable_100_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_digest_algorithm_t`.
 */
enum microsip_digest_algorithm_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * MD5.
     */
    MICROSIP_DIGEST_ALGORITHM_MD5 = 1,
    /**
     * SHA-256.
     */
    MICROSIP_DIGEST_ALGORITHM_SHA256 = 2,
    /**
     * SHA-512/256.
     */
    MICROSIP_DIGEST_ALGORITHM_SHA512_256 = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_digest_algorithm_e microsip_digest_algorithm_e;
#else
typedef int32_t microsip_digest_algorithm_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_tone_kind_t`.
 */
enum microsip_tone_kind_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Dial now.
     */
    MICROSIP_TONE_KIND_DIAL = 1,
    /**
     * It rings at the other end (E.180: ringing tone).
     */
    MICROSIP_TONE_KIND_RINGBACK = 2,
    /**
     * The other end is busy.
     */
    MICROSIP_TONE_KIND_BUSY = 3,
    /**
     * The network is (in North America: reorder).
     */
    MICROSIP_TONE_KIND_CONGESTION = 4,
    /**
     * Somebody else calls you.
     */
    MICROSIP_TONE_KIND_CALL_WAITING = 5,
    /**
     * Three rising tones: an announcement follows, or could.
     */
    MICROSIP_TONE_KIND_SPECIAL_INFORMATION = 6,
    /**
     * Dial now, and mind that something is different: messages wait, calls are diverted.
     */
    MICROSIP_TONE_KIND_STUTTER = 7,
    /**
     * Hang up your receiver.
     */
    MICROSIP_TONE_KIND_HOWLER = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_tone_kind_e microsip_tone_kind_e;
#else
typedef int32_t microsip_tone_kind_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_play_end_t`.
 */
enum microsip_play_end_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The last file was played to its end, or skipped.
     */
    MICROSIP_PLAY_END_FINISHED = 1,
    /**
     * `microsip_player_stop` was called, or the endpoint was closed.
     */
    MICROSIP_PLAY_END_STOPPED = 2,
    /**
     * Its call has ended, or its conference was closed.
     */
    MICROSIP_PLAY_END_TARGET_ENDED = 3,
    /**
     * A file broke off or could not be opened when its turn came; what came before was played.
     */
    MICROSIP_PLAY_END_FAILED = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_play_end_e microsip_play_end_e;
#else
typedef int32_t microsip_play_end_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_on_leave_t`.
 */
enum microsip_on_leave_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Nothing; the others go on, even alone.
     */
    MICROSIP_ON_LEAVE_STAY = 1,
    /**
     * The last call, when it is alone, is hung up.
     */
    MICROSIP_ON_LEAVE_END_LAST = 2,
    /**
     * All others are hung up: what one leg of a bridge of two calls does to the other.
     */
    MICROSIP_ON_LEAVE_END_ALL = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_on_leave_e microsip_on_leave_e;
#else
typedef int32_t microsip_on_leave_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_record_format_t`.
 */
enum microsip_record_format_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * WAV, 16-bit PCM; becomes RF64 (EBU Tech 3306) beyond 4 GiB.
     */
    MICROSIP_RECORD_FORMAT_WAV = 1,
    /**
     * Ogg Opus (RFC 7845), 20 ms a packet. Two channels are two independent streams, so that neither leaks into the
     * other.
     */
    MICROSIP_RECORD_FORMAT_OPUS = 2,
    /**
     * FLAC (RFC 9639), 16 bit: lossless, about half of WAV.
     */
    MICROSIP_RECORD_FORMAT_FLAC = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_record_format_e microsip_record_format_e;
#else
typedef int32_t microsip_record_format_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_device_direction_t`.
 */
enum microsip_device_direction_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * A microphone: from the air to us.
     */
    MICROSIP_DEVICE_DIRECTION_INPUT = 1,
    /**
     * A loudspeaker: from us to the air.
     */
    MICROSIP_DEVICE_DIRECTION_OUTPUT = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_device_direction_e microsip_device_direction_e;
#else
typedef int32_t microsip_device_direction_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_device_role_t`.
 */
enum microsip_device_role_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The microphone.
     */
    MICROSIP_DEVICE_ROLE_INPUT = 1,
    /**
     * The loudspeaker.
     */
    MICROSIP_DEVICE_ROLE_OUTPUT = 2,
    /**
     * The loudspeaker that rings.
     */
    MICROSIP_DEVICE_ROLE_RINGING = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_device_role_e microsip_device_role_e;
#else
typedef int32_t microsip_device_role_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_device_fallback_t`.
 */
enum microsip_device_fallback_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The system's default device takes its place until it is back.
     */
    MICROSIP_DEVICE_FALLBACK_DEFAULT = 1,
    /**
     * Silence until it is back.
     */
    MICROSIP_DEVICE_FALLBACK_SILENCE = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_device_fallback_e microsip_device_fallback_e;
#else
typedef int32_t microsip_device_fallback_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_echo_canceller_t`.
 */
enum microsip_echo_canceller_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Speex' adaptive filter (MDF) with a suppressor behind it; any rate.
     */
    MICROSIP_ECHO_CANCELLER_SPEEX = 1,
    /**
     * WebRTC's third; finds the delay by itself and copes better with two people at once. Needs a build with it and an
     * engine of 16 kHz or more.
     */
    MICROSIP_ECHO_CANCELLER_AEC3 = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_echo_canceller_e microsip_echo_canceller_e;
#else
typedef int32_t microsip_echo_canceller_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_xrun_t`.
 */
enum microsip_xrun_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * A source was not written in time: silence was sent in the middle of what it says.
     */
    MICROSIP_XRUN_UNDERRUN = 1,
    /**
     * A sink was not read in time: samples were dropped.
     */
    MICROSIP_XRUN_OVERRUN = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_xrun_e microsip_xrun_e;
#else
typedef int32_t microsip_xrun_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_network_step_t`.
 */
enum microsip_network_step_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The address in use is gone, and there is no other way out.
     */
    MICROSIP_NETWORK_STEP_LOST = 1,
    /**
     * There is a way out again, from another address or from the same one. Connections were ended, REGISTERs and
     * re-INVITEs are being sent.
     */
    MICROSIP_NETWORK_STEP_CHANGED = 2,
    /**
     * Every registrar and every peer has answered, or ten seconds have passed.
     */
    MICROSIP_NETWORK_STEP_FINISHED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_network_step_e microsip_network_step_e;
#else
typedef int32_t microsip_network_step_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_conference_change_t`.
 */
enum microsip_conference_change_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * A call takes part now.
     */
    MICROSIP_CONFERENCE_CHANGE_JOINED = 1,
    /**
     * A call takes part no more: it left, was moved, or has ended.
     */
    MICROSIP_CONFERENCE_CHANGE_LEFT = 2,
    /**
     * There is no conference any more; its calls go on for themselves.
     */
    MICROSIP_CONFERENCE_CHANGE_CLOSED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_conference_change_e microsip_conference_change_e;
#else
typedef int32_t microsip_conference_change_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_guard_reason_t`.
 */
enum microsip_guard_reason_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Too many new calls.
     */
    MICROSIP_GUARD_REASON_INVITES = 1,
    /**
     * Too many other requests.
     */
    MICROSIP_GUARD_REASON_REQUESTS = 2,
    /**
     * The User-Agent of a scanner.
     */
    MICROSIP_GUARD_REASON_SCANNER = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_guard_reason_e microsip_guard_reason_e;
#else
typedef int32_t microsip_guard_reason_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_heard_tone_t`.
 */
enum microsip_heard_tone_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Dial now.
     */
    MICROSIP_HEARD_TONE_DIAL = 1,
    /**
     * It rings at the other end.
     */
    MICROSIP_HEARD_TONE_RINGBACK = 2,
    /**
     * The other end is busy.
     */
    MICROSIP_HEARD_TONE_BUSY = 3,
    /**
     * The network is (in North America: reorder).
     */
    MICROSIP_HEARD_TONE_CONGESTION = 4,
    /**
     * Somebody else calls you.
     */
    MICROSIP_HEARD_TONE_CALL_WAITING = 5,
    /**
     * Three rising tones: an announcement follows, or could.
     */
    MICROSIP_HEARD_TONE_SPECIAL_INFORMATION = 6,
    /**
     * Dial now, and mind that something is different (special dial tone).
     */
    MICROSIP_HEARD_TONE_STUTTER = 7,
    /**
     * Hang up your receiver.
     */
    MICROSIP_HEARD_TONE_HOWLER = 8,
    /**
     * A fax machine calls: CNG, 1100 Hz (ITU-T T.30 §4.3.3.3).
     */
    MICROSIP_HEARD_TONE_FAX_CALLING = 9,
    /**
     * A fax machine or modem answers: CED or ANSam, 2100 Hz (ITU-T T.30 §4.3.3.2, V.8).
     */
    MICROSIP_HEARD_TONE_FAX_ANSWER = 10,
    /**
     * A single tone of 400 to 2000 Hz that lasts 0.1 to 2 s and is followed by silence, as answering machines have it.
     */
    MICROSIP_HEARD_TONE_BEEP = 11,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_heard_tone_e microsip_heard_tone_e;
#else
typedef int32_t microsip_heard_tone_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_event_kind_t`. docs/events.md tells when each comes and what is in it.
 */
enum microsip_event_kind_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * An account's registration changed.
     */
    MICROSIP_EVENT_KIND_REGISTRATION = 1,
    /**
     * A call came in and rings.
     */
    MICROSIP_EVENT_KIND_INCOMING_CALL = 2,
    /**
     * A call's state changed; `MICROSIP_CALL_STATE_DISCONNECTED` is the last event of a call.
     */
    MICROSIP_EVENT_KIND_CALL_STATE = 3,
    /**
     * A call of ours was answered with 3xx.
     */
    MICROSIP_EVENT_KIND_CALL_REDIRECTED = 4,
    /**
     * A transfer we asked for went on or ended.
     */
    MICROSIP_EVENT_KIND_TRANSFER = 5,
    /**
     * A peer asks us to call somebody (REFER), and the application decides.
     */
    MICROSIP_EVENT_KIND_TRANSFER_REQUESTED = 6,
    /**
     * A call was made because a peer's REFER was followed.
     */
    MICROSIP_EVENT_KIND_CALL_TRANSFERRED = 7,
    /**
     * A call took the place of another (Replaces, RFC 3891).
     */
    MICROSIP_EVENT_KIND_CALL_REPLACED = 8,
    /**
     * A call's audio began, stopped or changed.
     */
    MICROSIP_EVENT_KIND_CALL_MEDIA = 9,
    /**
     * A call's statistics, as often as the configuration asks.
     */
    MICROSIP_EVENT_KIND_CALL_STATS = 10,
    /**
     * A call's audio is not as it should be.
     */
    MICROSIP_EVENT_KIND_AUDIO_TROUBLE = 11,
    /**
     * A call was held or resumed, by either side.
     */
    MICROSIP_EVENT_KIND_CALL_HOLD = 12,
    /**
     * A re-INVITE or UPDATE of ours was answered.
     */
    MICROSIP_EVENT_KIND_SESSION_CHANGED = 13,
    /**
     * The peer pressed a key.
     */
    MICROSIP_EVENT_KIND_DTMF = 14,
    /**
     * Speech began or ended.
     */
    MICROSIP_EVENT_KIND_SPEECH = 15,
    /**
     * A tone of the telephone network was heard.
     */
    MICROSIP_EVENT_KIND_TONE_DETECTED = 16,
    /**
     * A digit of ours could not be sent.
     */
    MICROSIP_EVENT_KIND_DTMF_FAILED = 17,
    /**
     * An INFO request came within a call.
     */
    MICROSIP_EVENT_KIND_INFO = 18,
    /**
     * A request of ours was answered or failed.
     */
    MICROSIP_EVENT_KIND_RESPONSE = 19,
    /**
     * A text message came.
     */
    MICROSIP_EVENT_KIND_MESSAGE = 20,
    /**
     * What became of a message of ours.
     */
    MICROSIP_EVENT_KIND_MESSAGE_STATUS = 21,
    /**
     * A peer types, or stopped.
     */
    MICROSIP_EVENT_KIND_TYPING = 22,
    /**
     * A player has ended.
     */
    MICROSIP_EVENT_KIND_PLAYER_FINISHED = 23,
    /**
     * A tone has ended.
     */
    MICROSIP_EVENT_KIND_TONE_FINISHED = 24,
    /**
     * A recording has ended and its file is complete.
     */
    MICROSIP_EVENT_KIND_RECORDING_FINISHED = 25,
    /**
     * A conference gained or lost a member, or was closed.
     */
    MICROSIP_EVENT_KIND_CONFERENCE = 26,
    /**
     * Audio was lost or missing at a sink or a source.
     */
    MICROSIP_EVENT_KIND_AUDIO_XRUN = 27,
    /**
     * Sound devices came or went.
     */
    MICROSIP_EVENT_KIND_AUDIO_DEVICES_CHANGED = 28,
    /**
     * A sound device in use failed or was taken away.
     */
    MICROSIP_EVENT_KIND_AUDIO_DEVICE_LOST = 29,
    /**
     * A sound device that was lost is in use again.
     */
    MICROSIP_EVENT_KIND_AUDIO_DEVICE_BACK = 30,
    /**
     * A subscription's state changed.
     */
    MICROSIP_EVENT_KIND_SUBSCRIPTION = 31,
    /**
     * A NOTIFY came for a subscription.
     */
    MICROSIP_EVENT_KIND_NOTIFY = 32,
    /**
     * A buddy's presence changed.
     */
    MICROSIP_EVENT_KIND_PRESENCE = 33,
    /**
     * A watched line's state changed.
     */
    MICROSIP_EVENT_KIND_LINE = 34,
    /**
     * A mailbox told how many messages wait.
     */
    MICROSIP_EVENT_KIND_MESSAGES_WAITING = 35,
    /**
     * A NOTIFY's document could not be read.
     */
    MICROSIP_EVENT_KIND_UNREADABLE = 36,
    /**
     * Somebody subscribed to an account, or stopped.
     */
    MICROSIP_EVENT_KIND_WATCHER = 37,
    /**
     * A publication's state changed.
     */
    MICROSIP_EVENT_KIND_PUBLICATION = 38,
    /**
     * This machine's network changed.
     */
    MICROSIP_EVENT_KIND_NETWORK_CHANGED = 39,
    /**
     * STUN told our public address, or failed.
     */
    MICROSIP_EVENT_KIND_STUN = 40,
    /**
     * ICE of a call went on, succeeded or failed.
     */
    MICROSIP_EVENT_KIND_ICE = 41,
    /**
     * A TURN relay could not be had.
     */
    MICROSIP_EVENT_KIND_RELAY_FAILED = 42,
    /**
     * A SIP message was sent or received; only with tracing on.
     */
    MICROSIP_EVENT_KIND_SIP_MESSAGE = 43,
    /**
     * A large request went by another transport (RFC 3261 §18.1.1).
     */
    MICROSIP_EVENT_KIND_TRANSPORT_SWITCHED = 44,
    /**
     * The guard keeps a source of requests off.
     */
    MICROSIP_EVENT_KIND_GUARD = 45,
    /**
     * The subscriber was too slow, and events were dropped.
     */
    MICROSIP_EVENT_KIND_LAGGED = 46,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_event_kind_e microsip_event_kind_e;
#else
typedef int32_t microsip_event_kind_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_call_type_t`.
 */
enum microsip_call_type_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * We called.
     */
    MICROSIP_CALL_TYPE_OUTGOING = 1,
    /**
     * Somebody called and was answered.
     */
    MICROSIP_CALL_TYPE_INCOMING = 2,
    /**
     * Somebody called and was not answered.
     */
    MICROSIP_CALL_TYPE_MISSED = 3,
    /**
     * Somebody called and was answered by another device.
     */
    MICROSIP_CALL_TYPE_ELSEWHERE = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_call_type_e microsip_call_type_e;
#else
typedef int32_t microsip_call_type_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_time_format_t`.
 */
enum microsip_time_format_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * `2026-02-03T04:05:06Z`.
     */
    MICROSIP_TIME_FORMAT_RFC3339 = 1,
    /**
     * Seconds since 1970.
     */
    MICROSIP_TIME_FORMAT_UNIX = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_time_format_e microsip_time_format_e;
#else
typedef int32_t microsip_time_format_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_history_order_t`.
 */
enum microsip_history_order_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Latest first.
     */
    MICROSIP_HISTORY_ORDER_NEWEST_FIRST = 1,
    /**
     * Earliest first.
     */
    MICROSIP_HISTORY_ORDER_OLDEST_FIRST = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_history_order_e microsip_history_order_e;
#else
typedef int32_t microsip_history_order_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_contact_field_t`.
 */
enum microsip_contact_field_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * What is shown.
     */
    MICROSIP_CONTACT_FIELD_NAME = 1,
    /**
     * What is called: a number, a user or a SIP URI, as typed.
     */
    MICROSIP_CONTACT_FIELD_NUMBER = 2,
    /**
     * First name.
     */
    MICROSIP_CONTACT_FIELD_FIRST_NAME = 3,
    /**
     * Last name.
     */
    MICROSIP_CONTACT_FIELD_LAST_NAME = 4,
    /**
     * A second number.
     */
    MICROSIP_CONTACT_FIELD_PHONE = 5,
    /**
     * A third number.
     */
    MICROSIP_CONTACT_FIELD_MOBILE = 6,
    /**
     * Mail address.
     */
    MICROSIP_CONTACT_FIELD_EMAIL = 7,
    /**
     * Street and house.
     */
    MICROSIP_CONTACT_FIELD_ADDRESS = 8,
    /**
     * City.
     */
    MICROSIP_CONTACT_FIELD_CITY = 9,
    /**
     * State or region.
     */
    MICROSIP_CONTACT_FIELD_STATE = 10,
    /**
     * Postal code.
     */
    MICROSIP_CONTACT_FIELD_ZIP = 11,
    /**
     * Free text.
     */
    MICROSIP_CONTACT_FIELD_COMMENT = 12,
    /**
     * The contact's key in the system it comes from.
     */
    MICROSIP_CONTACT_FIELD_ID = 13,
    /**
     * Free text shown beside the name.
     */
    MICROSIP_CONTACT_FIELD_INFO = 14,
    /**
     * Whether to watch its presence: `"1"` or `"0"`.
     */
    MICROSIP_CONTACT_FIELD_PRESENCE = 15,
    /**
     * Whether it is a favourite: `"1"` or `"0"`.
     */
    MICROSIP_CONTACT_FIELD_STARRED = 16,
    /**
     * Whether it came from the users directory, and goes with it: `"1"` or `"0"`.
     */
    MICROSIP_CONTACT_FIELD_DIRECTORY = 17,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_contact_field_e microsip_contact_field_e;
#else
typedef int32_t microsip_contact_field_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_merge_key_t`.
 */
enum microsip_merge_key_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * By number: MicroSIP up to 3.21.
     */
    MICROSIP_MERGE_KEY_NUMBER = 1,
    /**
     * By number and name: MicroSIP from 3.22.
     */
    MICROSIP_MERGE_KEY_NUMBER_AND_NAME = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_merge_key_e microsip_merge_key_e;
#else
typedef int32_t microsip_merge_key_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_directory_format_t`.
 */
enum microsip_directory_format_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * CSV.
     */
    MICROSIP_DIRECTORY_FORMAT_CSV = 1,
    /**
     * JSON: an array of items, or an object with `items`.
     */
    MICROSIP_DIRECTORY_FORMAT_JSON = 2,
    /**
     * XML with the root `contacts`: MicroSIP's own.
     */
    MICROSIP_DIRECTORY_FORMAT_XML_CONTACTS = 3,
    /**
     * XML with the root `YealinkIPPhoneBook`.
     */
    MICROSIP_DIRECTORY_FORMAT_XML_YEALINK = 4,
    /**
     * XML with any other root, and `entry` or `DirectoryEntry`.
     */
    MICROSIP_DIRECTORY_FORMAT_XML_ENTRIES = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_directory_format_e microsip_directory_format_e;
#else
typedef int32_t microsip_directory_format_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_directory_status_t`.
 */
enum microsip_directory_status_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Any other word.
     */
    MICROSIP_DIRECTORY_STATUS_UNKNOWN = 1,
    /**
     * Offline.
     */
    MICROSIP_DIRECTORY_STATUS_OFFLINE = 2,
    /**
     * Online.
     */
    MICROSIP_DIRECTORY_STATUS_ONLINE = 3,
    /**
     * Away.
     */
    MICROSIP_DIRECTORY_STATUS_AWAY = 4,
    /**
     * Busy.
     */
    MICROSIP_DIRECTORY_STATUS_BUSY = 5,
    /**
     * It rings there.
     */
    MICROSIP_DIRECTORY_STATUS_RING = 6,
    /**
     * On the phone.
     */
    MICROSIP_DIRECTORY_STATUS_PHONE = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_directory_status_e microsip_directory_status_e;
#else
typedef int32_t microsip_directory_status_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_import_warning_kind_t`.
 */
enum microsip_import_warning_kind_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * An entry has no number at all and was left out.
     */
    MICROSIP_IMPORT_WARNING_KIND_NO_NUMBER = 1,
    /**
     * A value is none of those allowed; the default was used.
     */
    MICROSIP_IMPORT_WARNING_KIND_BAD_VALUE = 2,
    /**
     * The text was not in the encoding it should be; the message says how it was read.
     */
    MICROSIP_IMPORT_WARNING_KIND_ENCODING = 3,
    /**
     * An entry has another form than expected and was left out.
     */
    MICROSIP_IMPORT_WARNING_KIND_BAD_ENTRY = 4,
    /**
     * A value was cut to what its format can hold.
     */
    MICROSIP_IMPORT_WARNING_KIND_CUT = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_import_warning_kind_e microsip_import_warning_kind_e;
#else
typedef int32_t microsip_import_warning_kind_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_number_line_t`.
 */
enum microsip_number_line_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The active account.
     */
    MICROSIP_NUMBER_LINE_ACCOUNT = 1,
    /**
     * The local account, for calls to addresses.
     */
    MICROSIP_NUMBER_LINE_LOCAL = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_number_line_e microsip_number_line_e;
#else
typedef int32_t microsip_number_line_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_command_kind_t`.
 */
enum microsip_command_kind_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Call `microsip_command_target`.
     */
    MICROSIP_COMMAND_KIND_CALL = 1,
    /**
     * Send `microsip_command_message` to `microsip_command_target`.
     */
    MICROSIP_COMMAND_KIND_MESSAGE = 2,
    /**
     * Answer the first unanswered incoming call.
     */
    MICROSIP_COMMAND_KIND_ANSWER = 3,
    /**
     * End the current call, else any, else reject a ringing one.
     */
    MICROSIP_COMMAND_KIND_HANGUP = 4,
    /**
     * End every call but unanswered incoming ones.
     */
    MICROSIP_COMMAND_KIND_HANGUP_ALL = 5,
    /**
     * Reject every unanswered incoming call with 603.
     */
    MICROSIP_COMMAND_KIND_HANGUP_INCOMING = 6,
    /**
     * End every outgoing call that is not answered yet.
     */
    MICROSIP_COMMAND_KIND_HANGUP_CALLING = 7,
    /**
     * Hold of the current call: `microsip_command_switch`.
     */
    MICROSIP_COMMAND_KIND_HOLD = 8,
    /**
     * Send `microsip_command_digits`.
     */
    MICROSIP_COMMAND_KIND_DTMF = 9,
    /**
     * Transfer the current call to `microsip_command_target`.
     */
    MICROSIP_COMMAND_KIND_TRANSFER = 10,
    /**
     * Mute the microphone: `microsip_command_switch`.
     */
    MICROSIP_COMMAND_KIND_MICROPHONE_MUTE = 11,
    /**
     * Mute the loudspeaker: `microsip_command_switch`.
     */
    MICROSIP_COMMAND_KIND_SPEAKER_MUTE = 12,
    /**
     * Change the microphone's volume by `microsip_command_volume`.
     */
    MICROSIP_COMMAND_KIND_MICROPHONE_VOLUME = 13,
    /**
     * Change the loudspeaker's volume by `microsip_command_volume`.
     */
    MICROSIP_COMMAND_KIND_SPEAKER_VOLUME = 14,
    /**
     * Make `microsip_command_account` the active one.
     */
    MICROSIP_COMMAND_KIND_USE_ACCOUNT = 15,
    /**
     * Store `microsip_command_password` for `microsip_command_account`.
     */
    MICROSIP_COMMAND_KIND_STORE_PASSWORD = 16,
    /**
     * Use `microsip_command_password` in this run.
     */
    MICROSIP_COMMAND_KIND_PASSWORD = 17,
    /**
     * Show the window.
     */
    MICROSIP_COMMAND_KIND_SHOW = 18,
    /**
     * Hide the window.
     */
    MICROSIP_COMMAND_KIND_HIDE = 19,
    /**
     * Say the state.
     */
    MICROSIP_COMMAND_KIND_STATUS = 20,
    /**
     * Say whether the phone runs.
     */
    MICROSIP_COMMAND_KIND_READY = 21,
    /**
     * Delete settings and data: `microsip_command_asks`.
     */
    MICROSIP_COMMAND_KIND_RESET = 22,
    /**
     * Unregister, save and end; always the last of a line.
     */
    MICROSIP_COMMAND_KIND_EXIT = 23,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_command_kind_e microsip_command_kind_e;
#else
typedef int32_t microsip_command_kind_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_switch_t`.
 */
enum microsip_switch_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Set it.
     */
    MICROSIP_SWITCH_ON = 1,
    /**
     * Clear it.
     */
    MICROSIP_SWITCH_OFF = 2,
    /**
     * Change it.
     */
    MICROSIP_SWITCH_TOGGLE = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_switch_e microsip_switch_e;
#else
typedef int32_t microsip_switch_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_window_start_t`.
 */
enum microsip_window_start_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Shown.
     */
    MICROSIP_WINDOW_START_NORMAL = 1,
    /**
     * `/minimized`: not shown, but on the very first run.
     */
    MICROSIP_WINDOW_START_MINIMIZED = 2,
    /**
     * `/hidden`: none at all in this run.
     */
    MICROSIP_WINDOW_START_HIDDEN = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_window_start_e microsip_window_start_e;
#else
typedef int32_t microsip_window_start_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_link_scheme_t`.
 */
enum microsip_link_scheme_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * `sip:` (RFC 3261 §19.1).
     */
    MICROSIP_LINK_SCHEME_SIP = 1,
    /**
     * `sips:`; TLS is required.
     */
    MICROSIP_LINK_SCHEME_SIPS = 2,
    /**
     * `tel:` (RFC 3966).
     */
    MICROSIP_LINK_SCHEME_TEL = 3,
    /**
     * `callto:`.
     */
    MICROSIP_LINK_SCHEME_CALLTO = 4,
    /**
     * `dial:`.
     */
    MICROSIP_LINK_SCHEME_DIAL = 5,
    /**
     * `dialpad:`.
     */
    MICROSIP_LINK_SCHEME_DIALPAD = 6,
    /**
     * `msip:`, MicroSIP's commands.
     */
    MICROSIP_LINK_SCHEME_MSIP = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_link_scheme_e microsip_link_scheme_e;
#else
typedef int32_t microsip_link_scheme_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_link_action_t`.
 */
enum microsip_link_action_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * To call `microsip_link_target`.
     */
    MICROSIP_LINK_ACTION_CALL = 1,
    /**
     * To send `microsip_link_message` to `microsip_link_target`.
     */
    MICROSIP_LINK_ACTION_MESSAGE = 2,
    /**
     * To do `microsip_link_command`.
     */
    MICROSIP_LINK_ACTION_COMMAND = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_link_action_e microsip_link_action_e;
#else
typedef int32_t microsip_link_action_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_shortcut_action_t`.
 */
enum microsip_shortcut_action_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Calls the number.
     */
    MICROSIP_SHORTCUT_ACTION_CALL = 1,
    /**
     * Calls it with video.
     */
    MICROSIP_SHORTCUT_ACTION_VIDEO = 2,
    /**
     * Opens a message to it.
     */
    MICROSIP_SHORTCUT_ACTION_MESSAGE = 3,
    /**
     * Sends it as digits.
     */
    MICROSIP_SHORTCUT_ACTION_DTMF = 4,
    /**
     * Transfers the call to it.
     */
    MICROSIP_SHORTCUT_ACTION_TRANSFER = 5,
    /**
     * Transfers the call to it after asking.
     */
    MICROSIP_SHORTCUT_ACTION_ATTENDED_TRANSFER = 6,
    /**
     * Invites it to the conference.
     */
    MICROSIP_SHORTCUT_ACTION_CONFERENCE = 7,
    /**
     * Runs a program; not in MicroSIP's free version.
     */
    MICROSIP_SHORTCUT_ACTION_RUN_BATCH = 8,
    /**
     * Fetches a URL; not in MicroSIP's free version.
     */
    MICROSIP_SHORTCUT_ACTION_CALL_URL = 9,
    /**
     * Opens a URL; not in MicroSIP's free version.
     */
    MICROSIP_SHORTCUT_ACTION_POP_URL = 10,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_shortcut_action_e microsip_shortcut_action_e;
#else
typedef int32_t microsip_shortcut_action_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_place_kind_t`.
 */
enum microsip_place_kind_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Beside the program.
     */
    MICROSIP_PLACE_KIND_PORTABLE = 1,
    /**
     * In the user's directory.
     */
    MICROSIP_PLACE_KIND_PER_USER = 2,
    /**
     * By a name that was given.
     */
    MICROSIP_PLACE_KIND_GIVEN = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_place_kind_e microsip_place_kind_e;
#else
typedef int32_t microsip_place_kind_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_ini_disposition_t`.
 */
enum microsip_ini_disposition_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * It does what it does in MicroSIP.
     */
    MICROSIP_INI_DISPOSITION_HONOURED = 1,
    /**
     * Accepted and kept: it is about a window, a button or the updater, and there is none.
     */
    MICROSIP_INI_DISPOSITION_NO_WINDOW = 2,
    /**
     * Known and kept, but the phone has no such function, such as video.
     */
    MICROSIP_INI_DISPOSITION_UNSUPPORTED = 3,
    /**
     * Of old versions or of other people's copies; kept.
     */
    MICROSIP_INI_DISPOSITION_OBSOLETE = 4,
    /**
     * Not a key of MicroSIP; kept. Mostly a typing error.
     */
    MICROSIP_INI_DISPOSITION_UNKNOWN = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_ini_disposition_e microsip_ini_disposition_e;
#else
typedef int32_t microsip_ini_disposition_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_ini_value_kind_t`.
 */
enum microsip_ini_value_kind_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Yes or no.
     */
    MICROSIP_INI_VALUE_KIND_SWITCH = 1,
    /**
     * A whole number in a range.
     */
    MICROSIP_INI_VALUE_KIND_INTEGER = 2,
    /**
     * One of a few texts, whatever the case.
     */
    MICROSIP_INI_VALUE_KIND_CHOICE = 3,
    /**
     * Any text.
     */
    MICROSIP_INI_VALUE_KIND_TEXT = 4,
    /**
     * Texts with separators between them.
     */
    MICROSIP_INI_VALUE_KIND_LIST = 5,
    /**
     * UDP ports with commas between them.
     */
    MICROSIP_INI_VALUE_KIND_PORTS = 6,
    /**
     * A password: `microsip_ini_password`.
     */
    MICROSIP_INI_VALUE_KIND_PASSWORD = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_ini_value_kind_e microsip_ini_value_kind_e;
#else
typedef int32_t microsip_ini_value_kind_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_ini_encoding_t`.
 */
enum microsip_ini_encoding_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * UTF-16, low byte first; what MicroSIP writes.
     */
    MICROSIP_INI_ENCODING_UTF16LE = 1,
    /**
     * UTF-16, high byte first.
     */
    MICROSIP_INI_ENCODING_UTF16BE = 2,
    /**
     * UTF-8.
     */
    MICROSIP_INI_ENCODING_UTF8 = 3,
    /**
     * One of Windows' code pages.
     */
    MICROSIP_INI_ENCODING_ANSI = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_ini_encoding_e microsip_ini_encoding_e;
#else
typedef int32_t microsip_ini_encoding_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_ini_keys_t`.
 */
enum microsip_ini_keys_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Those of `[Settings]`.
     */
    MICROSIP_INI_KEYS_SETTINGS = 1,
    /**
     * Those of `[Account0]`, `[Account1]`, …
     */
    MICROSIP_INI_KEYS_ACCOUNT = 2,
    /**
     * Those of `[Extensions]`, which MicroSIP does not have.
     */
    MICROSIP_INI_KEYS_EXTENSIONS = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_ini_keys_e microsip_ini_keys_e;
#else
typedef int32_t microsip_ini_keys_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_password_form_t`.
 */
enum microsip_password_form_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is none.
     */
    MICROSIP_PASSWORD_FORM_EMPTY = 1,
    /**
     * As plain text.
     */
    MICROSIP_PASSWORD_FORM_PLAIN = 2,
    /**
     * Hidden the way MicroSIP does it, and read with the key in use.
     */
    MICROSIP_PASSWORD_FORM_HIDDEN = 3,
    /**
     * Hidden with another key, most likely by an official program, whose key is not public.
     */
    MICROSIP_PASSWORD_FORM_UNREADABLE = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_password_form_e microsip_password_form_e;
#else
typedef int32_t microsip_password_form_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_ini_change_kind_t`.
 */
enum microsip_ini_change_kind_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * It says something else: `microsip_ini_change_ini`.
     */
    MICROSIP_INI_CHANGE_KIND_CHANGED = 1,
    /**
     * It is gone. Told once; when it comes back, that is a change.
     */
    MICROSIP_INI_CHANGE_KIND_REMOVED = 2,
    /**
     * It is there and cannot be read: `microsip_ini_change_error`. Told once.
     */
    MICROSIP_INI_CHANGE_KIND_FAILED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_ini_change_kind_e microsip_ini_change_kind_e;
#else
typedef int32_t microsip_ini_change_kind_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_ini_warning_kind_t`.
 */
enum microsip_ini_warning_kind_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The value is none of those allowed; the default is used.
     */
    MICROSIP_INI_WARNING_KIND_WRONG_VALUE = 1,
    /**
     * The value is outside the range; the nearest allowed one, or the default, is used.
     */
    MICROSIP_INI_WARNING_KIND_OUT_OF_RANGE = 2,
    /**
     * The value is longer than MicroSIP reads; it is used whole here.
     */
    MICROSIP_INI_WARNING_KIND_TOO_LONG = 3,
    /**
     * The value has broken characters; they are used as they are.
     */
    MICROSIP_INI_WARNING_KIND_BROKEN_TEXT = 4,
    /**
     * The key is there twice in its section; the first one counts.
     */
    MICROSIP_INI_WARNING_KIND_DUPLICATE_KEY = 5,
    /**
     * The section is there twice; the first one counts.
     */
    MICROSIP_INI_WARNING_KIND_DUPLICATE_SECTION = 6,
    /**
     * The line is neither a section, a key, a comment nor blank; it is ignored and kept.
     */
    MICROSIP_INI_WARNING_KIND_MALFORMED_LINE = 7,
    /**
     * The key stands before the first section; it is ignored and kept.
     */
    MICROSIP_INI_WARNING_KIND_OUTSIDE_SECTION = 8,
    /**
     * The stored password cannot be read with the key in use.
     */
    MICROSIP_INI_WARNING_KIND_UNREADABLE_PASSWORD = 9,
    /**
     * The account lacks a value it cannot be without.
     */
    MICROSIP_INI_WARNING_KIND_MISSING = 10,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_ini_warning_kind_e microsip_ini_warning_kind_e;
#else
typedef int32_t microsip_ini_warning_kind_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_typing_state_t`.
 */
enum microsip_typing_state_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * A message is being composed.
     */
    MICROSIP_TYPING_STATE_ACTIVE = 1,
    /**
     * None is, or not any more.
     */
    MICROSIP_TYPING_STATE_IDLE = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_typing_state_e microsip_typing_state_e;
#else
typedef int32_t microsip_typing_state_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_typing_cause_t`.
 */
enum microsip_typing_cause_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The peer said so.
     */
    MICROSIP_TYPING_CAUSE_TOLD = 1,
    /**
     * The peer has not said again that it types, for as long as it wanted to be believed (RFC 3994 §3.3).
     */
    MICROSIP_TYPING_CAUSE_EXPIRED = 2,
    /**
     * Its message came.
     */
    MICROSIP_TYPING_CAUSE_MESSAGE = 3,
    /**
     * The call in which it typed is over.
     */
    MICROSIP_TYPING_CAUSE_CALL_ENDED = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_typing_cause_e microsip_typing_cause_e;
#else
typedef int32_t microsip_typing_cause_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_message_status_t`.
 */
enum microsip_message_status_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The peer or a server on the way took it: 200, or 202 when a server keeps it or passes it on later (RFC 3428 §7).
     */
    MICROSIP_MESSAGE_STATUS_ACCEPTED = 1,
    /**
     * It was refused, or no answer came: it is not known to have arrived, and is not sent again by itself.
     */
    MICROSIP_MESSAGE_STATUS_FAILED = 2,
    /**
     * It reached the recipient's device (RFC 5438 §7.2.1.1).
     */
    MICROSIP_MESSAGE_STATUS_DELIVERED = 3,
    /**
     * It did not reach it, and will not.
     */
    MICROSIP_MESSAGE_STATUS_UNDELIVERED = 4,
    /**
     * It was shown to somebody (RFC 5438 §7.2.1.3).
     */
    MICROSIP_MESSAGE_STATUS_DISPLAYED = 5,
    /**
     * A server on the way took it (RFC 5438 §7.2.1.2).
     */
    MICROSIP_MESSAGE_STATUS_PROCESSED = 6,
    /**
     * A server on the way keeps it until the recipient is there.
     */
    MICROSIP_MESSAGE_STATUS_STORED = 7,
    /**
     * The recipient's side says that it will not or cannot tell.
     */
    MICROSIP_MESSAGE_STATUS_UNKNOWN = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_message_status_e microsip_message_status_e;
#else
typedef int32_t microsip_message_status_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_imdn_kind_t`.
 */
enum microsip_imdn_kind_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Whether the message reached the recipient's device (RFC 5438 §7.2.1.1).
     */
    MICROSIP_IMDN_KIND_DELIVERY = 1,
    /**
     * What a server on the way did with it (RFC 5438 §7.2.1.2).
     */
    MICROSIP_IMDN_KIND_PROCESSING = 2,
    /**
     * Whether it was shown to the recipient (RFC 5438 §7.2.1.3).
     */
    MICROSIP_IMDN_KIND_DISPLAY = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_imdn_kind_e microsip_imdn_kind_e;
#else
typedef int32_t microsip_imdn_kind_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_delivery_status_t`.
 */
enum microsip_delivery_status_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * It reached the recipient's device.
     */
    MICROSIP_DELIVERY_STATUS_DELIVERED = 1,
    /**
     * It did not, and will not.
     */
    MICROSIP_DELIVERY_STATUS_FAILED = 2,
    /**
     * A server took it.
     */
    MICROSIP_DELIVERY_STATUS_PROCESSED = 3,
    /**
     * A server keeps it until the recipient is there.
     */
    MICROSIP_DELIVERY_STATUS_STORED = 4,
    /**
     * It was shown.
     */
    MICROSIP_DELIVERY_STATUS_DISPLAYED = 5,
    /**
     * The recipient does not allow such notifications.
     */
    MICROSIP_DELIVERY_STATUS_FORBIDDEN = 6,
    /**
     * What became of it cannot be said.
     */
    MICROSIP_DELIVERY_STATUS_ERROR = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_delivery_status_e microsip_delivery_status_e;
#else
typedef int32_t microsip_delivery_status_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_ended_by_t`.
 */
enum microsip_ended_by_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * We did: hang-up, cancel, refusal, or the endpoint closed.
     */
    MICROSIP_ENDED_BY_LOCAL = 1,
    /**
     * The peer or a server on the way did.
     */
    MICROSIP_ENDED_BY_REMOTE = 2,
    /**
     * Nobody wanted it: no answer came, the connection failed, or a timer ran out.
     */
    MICROSIP_ENDED_BY_NETWORK = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_ended_by_e microsip_ended_by_e;
#else
typedef int32_t microsip_ended_by_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_end_cause_t`.
 */
enum microsip_end_cause_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * BYE after the call was up.
     */
    MICROSIP_END_CAUSE_HUNG_UP = 1,
    /**
     * The caller gave up before an answer (CANCEL).
     */
    MICROSIP_END_CAUSE_CANCELLED = 2,
    /**
     * The INVITE was answered with 3xx to 6xx.
     */
    MICROSIP_END_CAUSE_REJECTED = 3,
    /**
     * No answer in time, or the ACK never came.
     */
    MICROSIP_END_CAUSE_TIMED_OUT = 4,
    /**
     * The connection could not be made or broke, TLS refusals included.
     */
    MICROSIP_END_CAUSE_TRANSPORT_FAILED = 5,
    /**
     * Another call took its place.
     */
    MICROSIP_END_CAUSE_REPLACED = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_end_cause_e microsip_end_cause_e;
#else
typedef int32_t microsip_end_cause_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_direction_t`.
 */
enum microsip_direction_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * From us to the peer; of calls: we made it.
     */
    MICROSIP_DIRECTION_OUTGOING = 1,
    /**
     * From the peer to us; of calls: we received it.
     */
    MICROSIP_DIRECTION_INCOMING = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_direction_e microsip_direction_e;
#else
typedef int32_t microsip_direction_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_hold_state_t`.
 */
enum microsip_hold_state_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Nobody.
     */
    MICROSIP_HOLD_STATE_NONE = 1,
    /**
     * We do: the peer's audio is not wanted here.
     */
    MICROSIP_HOLD_STATE_LOCAL = 2,
    /**
     * The peer does: ours is not wanted there, and we send none. A peer that only listens (`a=recvonly`) does not
     * hold.
     */
    MICROSIP_HOLD_STATE_REMOTE = 3,
    /**
     * Both do.
     */
    MICROSIP_HOLD_STATE_BOTH = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_hold_state_e microsip_hold_state_e;
#else
typedef int32_t microsip_hold_state_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_hold_mode_t`.
 */
enum microsip_hold_mode_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * `a=sendonly`: the peer may hear us, we do not hear it; `a=inactive` if it holds too. The default.
     */
    MICROSIP_HOLD_MODE_SEND_ONLY = 1,
    /**
     * `a=inactive`: no audio at all.
     */
    MICROSIP_HOLD_MODE_INACTIVE = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_hold_mode_e microsip_hold_mode_e;
#else
typedef int32_t microsip_hold_mode_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_dtmf_method_t`.
 */
enum microsip_dtmf_method_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * For sending: as RTP event where the peer agreed to `telephone-event`; else in the audio when the codec carries
     * tones unharmed (G.711, G.722, L16), else by INFO.
     */
    MICROSIP_DTMF_METHOD_AUTO = 1,
    /**
     * As an RTP event of payload type `telephone-event` (RFC 4733).
     */
    MICROSIP_DTMF_METHOD_RTP_EVENT = 2,
    /**
     * In the audio, as the two tones of a key (ITU-T Q.23).
     */
    MICROSIP_DTMF_METHOD_IN_BAND = 3,
    /**
     * By INFO with `application/dtmf-relay`: `Signal=` and `Duration=`.
     */
    MICROSIP_DTMF_METHOD_INFO = 4,
    /**
     * By INFO with `application/dtmf`: the key alone.
     */
    MICROSIP_DTMF_METHOD_INFO_PLAIN = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_dtmf_method_e microsip_dtmf_method_e;
#else
typedef int32_t microsip_dtmf_method_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_redirect_policy_t`.
 */
enum microsip_redirect_policy_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The call ends with the 3xx; its Contact headers are in the message of its information. The default.
     */
    MICROSIP_REDIRECT_POLICY_STOP = 1,
    /**
     * The contacts are tried one after the other, by their `q`, five in all at most, until one answers with anything
     * but a failure; each gives an event of kind `MICROSIP_EVENT_KIND_CALL_REDIRECTED`. A call to a `sips:` URI is
     * never sent on to a `sip:` one.
     */
    MICROSIP_REDIRECT_POLICY_FOLLOW = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_redirect_policy_e microsip_redirect_policy_e;
#else
typedef int32_t microsip_redirect_policy_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_call_state_t` (PJSIP's `pjsip_inv_state`).
 */
enum microsip_call_state_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * INVITE was sent.
     */
    MICROSIP_CALL_STATE_CALLING = 1,
    /**
     * INVITE was received.
     */
    MICROSIP_CALL_STATE_INCOMING = 2,
    /**
     * A provisional response with a tag: it rings, or progress is heard.
     */
    MICROSIP_CALL_STATE_EARLY = 3,
    /**
     * 2xx was sent or received, ACK not yet.
     */
    MICROSIP_CALL_STATE_CONNECTING = 4,
    /**
     * The call is up.
     */
    MICROSIP_CALL_STATE_CONFIRMED = 5,
    /**
     * The call is over.
     */
    MICROSIP_CALL_STATE_DISCONNECTED = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_call_state_e microsip_call_state_e;
#else
typedef int32_t microsip_call_state_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_story_step_t`.
 */
enum microsip_story_step_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The application, or a policy in its name, asked for something.
     */
    MICROSIP_STORY_STEP_ASKED = 1,
    /**
     * A SIP message went over the wire, repetitions included.
     */
    MICROSIP_STORY_STEP_MESSAGE = 2,
    /**
     * The stack or a policy chose among possibilities.
     */
    MICROSIP_STORY_STEP_DECIDED = 3,
    /**
     * It is over.
     */
    MICROSIP_STORY_STEP_ENDED = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_story_step_e microsip_story_step_e;
#else
typedef int32_t microsip_story_step_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_decision_t`.
 */
enum microsip_decision_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Which account the call belongs to.
     */
    MICROSIP_DECISION_ACCOUNT = 1,
    /**
     * Where the request is sent: a proxy, a route set, a redirection, the next target of a name.
     */
    MICROSIP_DECISION_ROUTE = 2,
    /**
     * UDP, TCP or TLS.
     */
    MICROSIP_DECISION_TRANSPORT = 3,
    /**
     * Codec and payload type.
     */
    MICROSIP_DECISION_CODEC = 4,
    /**
     * Whether and how media is encrypted.
     */
    MICROSIP_DECISION_PROTECTION = 5,
    /**
     * Which credentials answered a challenge.
     */
    MICROSIP_DECISION_CREDENTIALS = 6,
    /**
     * A policy answered in the application's name.
     */
    MICROSIP_DECISION_POLICY = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_decision_e microsip_decision_e;
#else
typedef int32_t microsip_decision_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_session_request_t`.
 */
enum microsip_session_request_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * `microsip_call_hold`.
     */
    MICROSIP_SESSION_REQUEST_HOLD = 1,
    /**
     * `microsip_call_resume`.
     */
    MICROSIP_SESSION_REQUEST_RESUME = 2,
    /**
     * `microsip_call_reinvite`.
     */
    MICROSIP_SESSION_REQUEST_REINVITE = 3,
    /**
     * `microsip_call_update`.
     */
    MICROSIP_SESSION_REQUEST_UPDATE = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_session_request_e microsip_session_request_e;
#else
typedef int32_t microsip_session_request_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_media_direction_t`.
 */
enum microsip_media_direction_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Neither way: `a=inactive`.
     */
    MICROSIP_MEDIA_DIRECTION_INACTIVE = 1,
    /**
     * We send only: `a=sendonly`.
     */
    MICROSIP_MEDIA_DIRECTION_SEND_ONLY = 2,
    /**
     * We receive only: `a=recvonly`.
     */
    MICROSIP_MEDIA_DIRECTION_RECEIVE_ONLY = 3,
    /**
     * Both ways: `a=sendrecv`.
     */
    MICROSIP_MEDIA_DIRECTION_SEND_RECEIVE = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_media_direction_e microsip_media_direction_e;
#else
typedef int32_t microsip_media_direction_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_ice_state_t`.
 */
enum microsip_ice_state_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Our addresses are gathered.
     */
    MICROSIP_ICE_STATE_GATHERING = 1,
    /**
     * They are there; the peer's are not.
     */
    MICROSIP_ICE_STATE_WAITING = 2,
    /**
     * Ways to the peer are tried.
     */
    MICROSIP_ICE_STATE_CHECKING = 3,
    /**
     * A way was found and is used.
     */
    MICROSIP_ICE_STATE_CONNECTED = 4,
    /**
     * No way was found: the stream is silent.
     */
    MICROSIP_ICE_STATE_FAILED = 5,
    /**
     * The peer does without ICE, or a proxy changed the addresses (`ice-mismatch`): media goes to the addresses of the
     * SDP.
     */
    MICROSIP_ICE_STATE_UNUSED = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_ice_state_e microsip_ice_state_e;
#else
typedef int32_t microsip_ice_state_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_candidate_kind_t`.
 */
enum microsip_candidate_kind_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * An interface of the machine: `host`.
     */
    MICROSIP_CANDIDATE_KIND_HOST = 1,
    /**
     * Seen by a STUN server: `srflx`.
     */
    MICROSIP_CANDIDATE_KIND_SERVER_REFLEXIVE = 2,
    /**
     * Seen by the peer during its checks: `prflx`.
     */
    MICROSIP_CANDIDATE_KIND_PEER_REFLEXIVE = 3,
    /**
     * A relay's: `relay`.
     */
    MICROSIP_CANDIDATE_KIND_RELAYED = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_candidate_kind_e microsip_candidate_kind_e;
#else
typedef int32_t microsip_candidate_kind_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_ice_component_t`.
 */
enum microsip_ice_component_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Audio.
     */
    MICROSIP_ICE_COMPONENT_RTP = 1,
    /**
     * Reports.
     */
    MICROSIP_ICE_COMPONENT_RTCP = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_ice_component_e microsip_ice_component_e;
#else
typedef int32_t microsip_ice_component_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_ice_end_t`.
 */
enum microsip_ice_end_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Ours.
     */
    MICROSIP_ICE_END_LOCAL = 1,
    /**
     * The peer's.
     */
    MICROSIP_ICE_END_REMOTE = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_ice_end_e microsip_ice_end_e;
#else
typedef int32_t microsip_ice_end_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_refer_to_t`.
 */
enum microsip_refer_to_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The target's Contact if it is a GRUU (RFC 5627), which anybody can reach; else its address of record, which the
     * peer's own provider can route. The default.
     */
    MICROSIP_REFER_TO_AUTO = 1,
    /**
     * The target's address of record, with `Require=replaces`: where it rings several devices, only the one in the
     * call may answer (RFC 5589 §7.6).
     */
    MICROSIP_REFER_TO_AOR = 2,
    /**
     * The target's Contact: exactly that device, if the peer can reach it.
     */
    MICROSIP_REFER_TO_CONTACT = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_refer_to_e microsip_refer_to_e;
#else
typedef int32_t microsip_refer_to_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_transfer_state_t`.
 */
enum microsip_transfer_state_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The peer answered the REFER with 2xx and will try.
     */
    MICROSIP_TRANSFER_STATE_ACCEPTED = 1,
    /**
     * The peer reports on its call to the target: 100, 180, …
     */
    MICROSIP_TRANSFER_STATE_PROGRESS = 2,
    /**
     * The target took the call. Final.
     */
    MICROSIP_TRANSFER_STATE_SUCCEEDED = 3,
    /**
     * The peer refused, the target refused or was not reached, or nothing was heard in time. Final.
     */
    MICROSIP_TRANSFER_STATE_FAILED = 4,
    /**
     * The peer tells no more, and has told no outcome: no progress was asked for, or it closed the subscription.
     * Final.
     */
    MICROSIP_TRANSFER_STATE_UNKNOWN = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_transfer_state_e microsip_transfer_state_e;
#else
typedef int32_t microsip_transfer_state_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_ice_mode_t`.
 */
enum microsip_ice_mode_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * No ICE; an offer with ICE is answered without. The default.
     */
    MICROSIP_ICE_MODE_OFF = 1,
    /**
     * Host addresses, the addresses a STUN server sees, and a relay where TURN is configured. A peer without ICE gets
     * ordinary media.
     */
    MICROSIP_ICE_MODE_ON = 2,
    /**
     * The relay only: the peer learns none of our addresses. Needs TURN; without a relay the call fails.
     */
    MICROSIP_ICE_MODE_RELAY_ONLY = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_ice_mode_e microsip_ice_mode_e;
#else
typedef int32_t microsip_ice_mode_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_dtmf_detection_t`.
 */
enum microsip_dtmf_detection_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Never.
     */
    MICROSIP_DTMF_DETECTION_OFF = 1,
    /**
     * In calls whose peer did not agree to `telephone-event`: the others say their keys better. The default.
     */
    MICROSIP_DTMF_DETECTION_AUTO = 2,
    /**
     * In every call. A peer that sends a key both ways is then heard twice.
     */
    MICROSIP_DTMF_DETECTION_ALWAYS = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_dtmf_detection_e microsip_dtmf_detection_e;
#else
typedef int32_t microsip_dtmf_detection_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_counter_t`.
 */
enum microsip_counter_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Panics caught in callbacks and commands; each is a defect.
     */
    MICROSIP_COUNTER_PANICS = 1,
    /**
     * Assertions of PJSIP that failed since the process started; each is a defect.
     */
    MICROSIP_COUNTER_FAILED_ASSERTIONS = 2,
    /**
     * Wake-up datagrams sent to the engine.
     */
    MICROSIP_COUNTER_WAKE_UPS = 3,
    /**
     * Commands run by the engine.
     */
    MICROSIP_COUNTER_COMMANDS = 4,
    /**
     * Messages received that could not be parsed. They are dropped, or answered 400, 413, 505 or 513.
     */
    MICROSIP_COUNTER_MALFORMED = 5,
    /**
     * How many of those were answered.
     */
    MICROSIP_COUNTER_MALFORMED_ANSWERED = 6,
    /**
     * Messages that were used without a malformed header that does not matter (RFC 3261 §8.2).
     */
    MICROSIP_COUNTER_HEADERS_PASSED_OVER = 7,
    /**
     * New calls above the guard's limit, dropped or refused.
     */
    MICROSIP_COUNTER_GUARD_INVITES = 8,
    /**
     * Other requests above the guard's limit, dropped or refused.
     */
    MICROSIP_COUNTER_GUARD_REQUESTS = 9,
    /**
     * Requests of scanners, dropped.
     */
    MICROSIP_COUNTER_GUARD_SCANNERS = 10,
    /**
     * Sources the guard tells apart at the moment.
     */
    MICROSIP_COUNTER_GUARD_SOURCES = 11,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_counter_e microsip_counter_e;
#else
typedef int32_t microsip_counter_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_stun_state_t`.
 */
enum microsip_stun_state_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * No STUN server is configured.
     */
    MICROSIP_STUN_STATE_OFF = 1,
    /**
     * Servers are asked.
     */
    MICROSIP_STUN_STATE_ASKING = 2,
    /**
     * One answered and is used.
     */
    MICROSIP_STUN_STATE_READY = 3,
    /**
     * None answers; they are asked again later.
     */
    MICROSIP_STUN_STATE_FAILED = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_stun_state_e microsip_stun_state_e;
#else
typedef int32_t microsip_stun_state_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_log_level_t`.
 */
enum microsip_log_level_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Nothing.
     */
    MICROSIP_LOG_LEVEL_OFF = 1,
    /**
     * Errors.
     */
    MICROSIP_LOG_LEVEL_ERROR = 2,
    /**
     * Warnings, too.
     */
    MICROSIP_LOG_LEVEL_WARN = 3,
    /**
     * What happens, too.
     */
    MICROSIP_LOG_LEVEL_INFO = 4,
    /**
     * Details, too.
     */
    MICROSIP_LOG_LEVEL_DEBUG = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_log_level_e microsip_log_level_e;
#else
typedef int32_t microsip_log_level_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_options_policy_t`.
 */
enum microsip_options_policy_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * 200 as long as the endpoint runs. The default.
     */
    MICROSIP_OPTIONS_POLICY_AVAILABLE = 1,
    /**
     * As an INVITE would be answered at this moment: 486 when no further call would be taken.
     */
    MICROSIP_OPTIONS_POLICY_AS_CALL = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_options_policy_e microsip_options_policy_e;
#else
typedef int32_t microsip_options_policy_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_transfer_policy_t`.
 */
enum microsip_transfer_policy_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Answered 603; nobody is told. The default.
     */
    MICROSIP_TRANSFER_POLICY_REFUSE = 1,
    /**
     * The application decides: `MICROSIP_EVENT_KIND_TRANSFER_REQUESTED`.
     */
    MICROSIP_TRANSFER_POLICY_ASK = 2,
    /**
     * The call is made at once: `MICROSIP_EVENT_KIND_CALL_TRANSFERRED`. Whoever can send us a request can make us call
     * anybody, at the account's cost.
     */
    MICROSIP_TRANSFER_POLICY_ACCEPT = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_transfer_policy_e microsip_transfer_policy_e;
#else
typedef int32_t microsip_transfer_policy_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_replaces_policy_t`.
 */
enum microsip_replaces_policy_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Answered 603; nobody is told. The default.
     */
    MICROSIP_REPLACES_POLICY_REFUSE = 1,
    /**
     * An incoming call like any other; answered with 2xx it takes the other's place.
     */
    MICROSIP_REPLACES_POLICY_ASK = 2,
    /**
     * Taken at once if it comes from the address the replaced call's messages come from, else refused.
     */
    MICROSIP_REPLACES_POLICY_ACCEPT_SAME_SOURCE = 3,
    /**
     * Taken at once, whoever asks.
     */
    MICROSIP_REPLACES_POLICY_ACCEPT = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_replaces_policy_e microsip_replaces_policy_e;
#else
typedef int32_t microsip_replaces_policy_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_transport_t`.
 */
enum microsip_transport_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * UDP, default port 5060.
     */
    MICROSIP_TRANSPORT_UDP = 1,
    /**
     * TCP, default port 5060.
     */
    MICROSIP_TRANSPORT_TCP = 2,
    /**
     * TLS over TCP, default port 5061.
     */
    MICROSIP_TRANSPORT_TLS = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_transport_e microsip_transport_e;
#else
typedef int32_t microsip_transport_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_tls_version_t`.
 */
enum microsip_tls_version_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * TLS 1.2 (RFC 5246).
     */
    MICROSIP_TLS_VERSION_1_2 = 1,
    /**
     * TLS 1.3 (RFC 8446).
     */
    MICROSIP_TLS_VERSION_1_3 = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_tls_version_e microsip_tls_version_e;
#else
typedef int32_t microsip_tls_version_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_phone_side_t`.
 */
enum microsip_phone_side_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * What we say.
     */
    MICROSIP_PHONE_SIDE_MICROPHONE = 1,
    /**
     * What we hear.
     */
    MICROSIP_PHONE_SIDE_SPEAKER = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_phone_side_e microsip_phone_side_e;
#else
typedef int32_t microsip_phone_side_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_phone_event_kind_t`.
 */
enum microsip_phone_event_kind_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The engine runs; told again when settings made a new one necessary.
     */
    MICROSIP_PHONE_EVENT_KIND_STARTED = 1,
    /**
     * An event of the engine: `microsip_phone_event_engine`. Calls that the rules refuse have none.
     */
    MICROSIP_PHONE_EVENT_KIND_ENGINE = 2,
    /**
     * What became of a number that was dialled.
     */
    MICROSIP_PHONE_EVENT_KIND_DIAL = 3,
    /**
     * An incoming call was refused by the settings.
     */
    MICROSIP_PHONE_EVENT_KIND_REFUSED = 4,
    /**
     * A hook's process has ended, or could not be started.
     */
    MICROSIP_PHONE_EVENT_KIND_HOOK = 5,
    /**
     * The settings were read anew and acted upon.
     */
    MICROSIP_PHONE_EVENT_KIND_SETTINGS = 6,
    /**
     * A wrong value in the settings file.
     */
    MICROSIP_PHONE_EVENT_KIND_WARNING = 7,
    /**
     * A setting that cannot be used, a file that cannot be read, a silent server: `microsip_phone_event_error`.
     */
    MICROSIP_PHONE_EVENT_KIND_PROBLEM = 8,
    /**
     * The users directory was taken over.
     */
    MICROSIP_PHONE_EVENT_KIND_DIRECTORY = 9,
    /**
     * A call was written to the history.
     */
    MICROSIP_PHONE_EVENT_KIND_RECORDED = 10,
    /**
     * The phone has ended; nothing comes after it.
     */
    MICROSIP_PHONE_EVENT_KIND_CLOSED = 11,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_phone_event_kind_e microsip_phone_event_kind_e;
#else
typedef int32_t microsip_phone_event_kind_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The values of `microsip_status_t`.
 */
enum microsip_status_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * It worked.
     */
    MICROSIP_STATUS_OK = 0,
    /**
     * A pointer that must not be NULL is NULL.
     */
    MICROSIP_STATUS_NULL_ARGUMENT = -101,
    /**
     * An argument is malformed or out of range; the message names it.
     */
    MICROSIP_STATUS_INVALID_ARGUMENT = -102,
    /**
     * A string is not UTF-8.
     */
    MICROSIP_STATUS_INVALID_UTF8 = -103,
    /**
     * A number is none of its enumeration's values.
     */
    MICROSIP_STATUS_INVALID_ENUM = -104,
    /**
     * A handle was never given out: zero, uninitialised or made up.
     */
    MICROSIP_STATUS_INVALID_HANDLE = -105,
    /**
     * A handle was freed before.
     */
    MICROSIP_STATUS_STALE_HANDLE = -106,
    /**
     * A handle is of another kind than the function takes.
     */
    MICROSIP_STATUS_WRONG_HANDLE = -107,
    /**
     * The caller's memory is too small; the message says how much is needed.
     */
    MICROSIP_STATUS_BUFFER_TOO_SMALL = -108,
    /**
     * The function would wait for the very callback it is called from.
     */
    MICROSIP_STATUS_WOULD_DEADLOCK = -109,
    /**
     * This build or this platform lacks the feature; the message names it.
     */
    MICROSIP_STATUS_UNSUPPORTED = -110,
    /**
     * A setting contradicts another one or the system.
     */
    MICROSIP_STATUS_CONFIG = -111,
    /**
     * There is no such value: the peer sent none, it is not known yet, or this kind of event has none. Out-parameters are zero.
     */
    MICROSIP_STATUS_NO_VALUE = -112,
    /**
     * No engine is running: the endpoint was closed.
     */
    MICROSIP_STATUS_NOT_RUNNING = -201,
    /**
     * An endpoint is running in this process already; PJSUA is one per process.
     */
    MICROSIP_STATUS_ALREADY_RUNNING = -202,
    /**
     * The call, account or file behind this handle has ended; the handle can only be freed.
     */
    MICROSIP_STATUS_GONE = -203,
    /**
     * The object exists but is not in a state that allows this.
     */
    MICROSIP_STATUS_WRONG_STATE = -204,
    /**
     * The engine's queue is full or the object is occupied by another thread; try again shortly.
     */
    MICROSIP_STATUS_BUSY = -205,
    /**
     * It cannot be done without waiting.
     */
    MICROSIP_STATUS_WOULD_BLOCK = -206,
    /**
     * The deadline passed. What was asked may still happen later.
     */
    MICROSIP_STATUS_TIMEOUT = -207,
    /**
     * A configured limit is reached; the message names it.
     */
    MICROSIP_STATUS_LIMIT_REACHED = -208,
    /**
     * The stream of events or audio has ended; nothing more will come.
     */
    MICROSIP_STATUS_ENDED = -209,
    /**
     * The peer answered with a SIP failure: `microsip_last_error_sip_status`.
     */
    MICROSIP_STATUS_SIP = -301,
    /**
     * The server rejected the credentials, or there are none for its realm.
     */
    MICROSIP_STATUS_AUTH = -302,
    /**
     * No connection: refused, unreachable, reset, or the name did not resolve.
     */
    MICROSIP_STATUS_TRANSPORT = -303,
    /**
     * The TLS handshake failed: `microsip_last_error_code` says why.
     */
    MICROSIP_STATUS_TLS = -304,
    /**
     * Codec, SDP or stream trouble.
     */
    MICROSIP_STATUS_MEDIA = -401,
    /**
     * A sound device failed.
     */
    MICROSIP_STATUS_DEVICE = -402,
    /**
     * A file could not be read or written.
     */
    MICROSIP_STATUS_IO = -403,
    /**
     * A defect of ours: please report it with the log.
     */
    MICROSIP_STATUS_INTERNAL = -901,
    /**
     * A defect of ours that was caught at the boundary; nothing is unwound into the caller. Please report it with the log.
     */
    MICROSIP_STATUS_PANIC = -902,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum microsip_status_e microsip_status_e;
#else
typedef int32_t microsip_status_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Where they came from.
 */
typedef struct Import Import;

/**
 * Result of a function: 0 is success, everything else is negative. A number keeps its meaning for ever.
 *
 * Groups: -1xx the caller's arguments, -2xx life cycle and time, -3xx SIP, -4xx media, devices and files, -9xx defects of the library.
 */
typedef int32_t microsip_status_t;

/**
 * An account of the endpoint: an address of record with its registrar and credentials, or without.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_account_t;

/**
 * Settings of an outgoing call.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_call_options_t;

/**
 * A call: one INVITE dialog with its audio.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_call_t;

/**
 * Settings of an account, filled in before it is added.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_account_config_t;

/**
 * Settings of the Opus codec (RFC 6716). What the peer has to know of them is in our SDP (RFC 7587 §6.1), and the
 * peer's wishes there are honoured. Checked by whoever uses them: `INVALID_ARGUMENT` there.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_opus_options_t;

/**
 * What happens with incoming calls by itself, decided when the INVITE arrives, in this order: rules, do not disturb,
 * limits, forwarding, automatic answer; what is left rings. The default lets everything pass. Checked by whoever uses
 * it: `INVALID_ARGUMENT` there.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_call_policy_t;

/**
 * Whether media is encrypted (RFC 3711): one of `enum microsip_srtp_mode_e`.
 */
typedef int32_t microsip_srtp_mode_t;

/**
 * How SRTP gets its keys: one of `enum microsip_srtp_keying_e`.
 */
typedef int32_t microsip_srtp_keying_t;

/**
 * Cipher and authentication of SRTP: one of `enum microsip_srtp_suite_e`.
 */
typedef int32_t microsip_srtp_suite_t;

/**
 * Whether calls are refreshed, so that one whose peer has vanished ends (RFC 4028): one of `enum
 * microsip_session_timers_e`.
 */
typedef int32_t microsip_session_timers_t;

/**
 * Who is to refresh sessions (RFC 4028 §7.1, §9), while the peer does not decide it: one of `enum
 * microsip_refresher_e`.
 */
typedef int32_t microsip_refresher_t;

/**
 * Whether provisional responses are acknowledged (RFC 3262): one of `enum microsip_reliable_100_e`.
 */
typedef int32_t microsip_reliable_100_t;

/**
 * A hash a digest is made with (RFC 8760 §2.1): one of `enum microsip_digest_algorithm_e`.
 */
typedef int32_t microsip_digest_algorithm_t;

/**
 * What carries SIP: one of `enum microsip_transport_e`.
 */
typedef int32_t microsip_transport_t;

/**
 * Parameters of an account's Contact (RFC 3261 §20.10). Checked when the account is added or modified:
 * `INVALID_ARGUMENT` there.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_contact_options_t;

/**
 * How an account is reached through NAT, where it deviates from the endpoint (`microsip_nat_config_t`) or from what is
 * usual. Checked when the account is added or modified: `INVALID_ARGUMENT` there.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_account_nat_t;

/**
 * Whether the Contact follows the address the registrar sees, told by `received` and `rport` of its answer's Via (RFC
 * 3581): one of `enum microsip_contact_rewrite_e`.
 */
typedef int32_t microsip_contact_rewrite_t;

/**
 * How a binding with the old Contact is replaced: one of `enum microsip_contact_rewrite_method_e`.
 */
typedef int32_t microsip_contact_rewrite_method_t;

/**
 * Whether calls look for a way to the peer with ICE (RFC 8445): one of `enum microsip_ice_mode_e`.
 */
typedef int32_t microsip_ice_mode_t;

/**
 * Which relay an account uses: one of `enum microsip_turn_use_e`.
 */
typedef int32_t microsip_turn_use_t;

/**
 * A TURN server (RFC 8656) with its long-term credentials, used by calls with ICE. Checked by whoever uses it:
 * `INVALID_ARGUMENT` there.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_turn_config_t;

/**
 * A registration at one moment. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_registration_t;

/**
 * Where a registration stands (RFC 3261 §10): one of `enum microsip_registration_state_e`.
 */
typedef int32_t microsip_registration_state_t;

/**
 * Why something failed, as events and snapshots tell it: what `microsip_last_error_*` says of a failed call. Immutable; free with
 * `microsip_error_free`.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_error_t;

/**
 * Where a call is: one of `enum microsip_call_state_e`.
 */
typedef int32_t microsip_call_state_t;

/**
 * Settings of an answer: of `microsip_call_answer`.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_answer_options_t;

/**
 * Settings of the buffer that waits for late RTP packets. New ones adapt the delay to what comes. Checked by whoever
 * uses them: `INVALID_ARGUMENT` there.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_jitter_buffer_t;

/**
 * What is known about a call at one moment. Immutable; free with `microsip_call_info_free`.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_call_info_t;

/**
 * A SIP request or response as it was received: headers and body. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_sip_message_t;

/**
 * Settings of digits that are sent.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_dtmf_options_t;

/**
 * How a digit travels: one of `enum microsip_dtmf_method_e`.
 */
typedef int32_t microsip_dtmf_method_t;

/**
 * Who ended a call: one of `enum microsip_ended_by_e`.
 */
typedef int32_t microsip_ended_by_t;

/**
 * What ended a call: one of `enum microsip_end_cause_e`.
 */
typedef int32_t microsip_end_cause_t;

/**
 * Settings of a refusal.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_reject_options_t;

/**
 * Settings of an ending.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_hang_up_options_t;

/**
 * A queue of events from its making on. Any threads may take from it; each event goes to one of them.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_events_t;

/**
 * Something that happened, as a snapshot: it does not change, whatever happens afterwards. Free with `microsip_event_free`.
 *
 * Most of its functions tell what events of one kind, or of some, have: their comments name the kinds, mostly without
 * the prefix `MICROSIP_EVENT_KIND_`, and for other events they answer `NO_VALUE`.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_event_t;

/**
 * Called with an event, on a thread of the library, one event at a time and in order. `event` is lent for the call; keep it with
 * `microsip_event_clone`. May call any function but those that close the endpoint. No exception may escape.
 */
typedef void (*microsip_event_callback_t)(microsip_event_t event, void *user_data);

/**
 * Called exactly once, when `user_data` is not used any more: after the callback has returned for the last time, or before the
 * function that was given both fails. On a thread of the library, or on the one that calls such a function.
 */
typedef void (*microsip_destroy_t)(void *user_data);

/**
 * A callback that receives events until it is freed or the endpoint is closed.
 *
 * Freeing the last handle ends it without waiting: a call that runs or is about to begin is finished, then the destroy function is
 * called, and nothing after it. What the callback uses must live until then.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_callback_t;

/**
 * Settings of a hold.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_hold_options_t;

/**
 * What the peer is offered while we hold: one of `enum microsip_hold_mode_e`.
 */
typedef int32_t microsip_hold_mode_t;

/**
 * Settings of the end of a hold.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_resume_options_t;

/**
 * Which way something went: one of `enum microsip_direction_e`.
 */
typedef int32_t microsip_direction_t;

/**
 * One audio stream of a call, as negotiated. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_media_info_t;

/**
 * Who holds a call (RFC 3264 §8.4): one of `enum microsip_hold_state_e`.
 */
typedef int32_t microsip_hold_state_t;

/**
 * Everything known about a call's audio at one moment: what was sent and received, how it arrived, what it is worth.
 * Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_stats_t;

/**
 * Which way audio flows, from our point of view (RFC 8866 §6.7): one of `enum microsip_media_direction_e`.
 */
typedef int32_t microsip_media_direction_t;

/**
 * Where ICE stands for a stream (RFC 8445): one of `enum microsip_ice_state_e`.
 */
typedef int32_t microsip_ice_state_t;

/**
 * Which packets take a way that ICE found: one of `enum microsip_ice_component_e`.
 */
typedef int32_t microsip_ice_component_t;

/**
 * An end of a way that ICE found: one of `enum microsip_ice_end_e`.
 */
typedef int32_t microsip_ice_end_t;

/**
 * Where an address of ICE comes from (RFC 8445 §5.1.1): one of `enum microsip_candidate_kind_e`.
 */
typedef int32_t microsip_candidate_kind_t;

/**
 * What becomes of a call whose callee answers with 3xx and other places to try (RFC 3261 §8.1.3.4): one of `enum
 * microsip_redirect_policy_e`.
 */
typedef int32_t microsip_redirect_policy_t;

/**
 * Settings of a re-INVITE.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_reinvite_options_t;

/**
 * Settings of an UPDATE.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_update_options_t;

/**
 * The story of a call: what was asked, what went over the wire, what was decided, why it ended. Of a very long one the
 * beginning and the end are kept. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_story_t;

/**
 * What an entry of a story tells: one of `enum microsip_story_step_e`.
 */
typedef int32_t microsip_story_step_t;

/**
 * What a decision was about: one of `enum microsip_decision_e`.
 */
typedef int32_t microsip_decision_t;

/**
 * Settings of a transfer.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_transfer_options_t;

/**
 * How an attended transfer names its target: one of `enum microsip_refer_to_e`.
 */
typedef int32_t microsip_refer_to_t;

/**
 * News of a transfer of ours, from an event of kind `MICROSIP_EVENT_KIND_TRANSFER`. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_transfer_progress_t;

/**
 * How far a transfer of ours has come: one of `enum microsip_transfer_state_e`.
 */
typedef int32_t microsip_transfer_state_t;

/**
 * Somebody asks us to call somebody else (REFER), from an event of kind `MICROSIP_EVENT_KIND_TRANSFER_REQUESTED`.
 *
 * The REFER has been answered 202 by then, and whoever sent it is told the decision by NOTIFY. Undecided for 60
 * seconds, it is declined.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_transfer_request_t;

/**
 * Bytes that a function gave back, such as a file's contents. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_bytes_t;

/**
 * A command line that was read. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_command_line_t;

/**
 * Some texts in an order: addresses, names, lines. Immutable; free with `microsip_text_list_free`.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_text_list_t;

/**
 * One command of a command line or of a link. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_command_t;

/**
 * How the window starts when no copy runs: one of `enum microsip_window_start_e`.
 */
typedef int32_t microsip_window_start_t;

/**
 * What a command of the command line does: one of `enum microsip_command_kind_e`.
 */
typedef int32_t microsip_command_kind_t;

/**
 * How a state is to be changed: one of `enum microsip_switch_e`.
 */
typedef int32_t microsip_switch_t;

/**
 * All contacts, in the order of their file. Two may have the same number. What is not changed is written as it was
 * read, byte by byte.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_contact_book_t;

/**
 * Warnings about an imported text. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_import_warnings_t;

/**
 * A contact. All texts may be empty. It can be changed; a book has copies.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_contact_t;

/**
 * Some contacts. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_contacts_t;

/**
 * A field of a contact: one of `enum microsip_contact_field_e`.
 */
typedef int32_t microsip_contact_field_t;

/**
 * Contacts that were read from CSV or from a users directory, with the fields the source named. Immutable; a book
 * takes them over by `microsip_contact_book_import` or `microsip_contact_book_merge_directory`.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_contact_import_t;

/**
 * The format of a users directory: one of `enum microsip_directory_format_e`.
 */
typedef int32_t microsip_directory_format_t;

/**
 * The state a directory tells of a number: one of `enum microsip_directory_status_e`.
 */
typedef int32_t microsip_directory_status_t;

/**
 * What a merge did, in contacts. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_merge_report_t;

/**
 * When an imported contact means one that is there already: one of `enum microsip_merge_key_e`.
 */
typedef int32_t microsip_merge_key_t;

/**
 * Something in an imported text that was passed over or read in another way than it stands there. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_import_warning_t;

/**
 * What kind of trouble an import has: one of `enum microsip_import_warning_kind_e`.
 */
typedef int32_t microsip_import_warning_kind_t;

/**
 * Some calls, in an order.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_call_records_t;

/**
 * How an export writes times; all are understood in reading: one of `enum microsip_time_format_e`.
 */
typedef int32_t microsip_time_format_t;

/**
 * A message of the history. It can be changed; databases have copies.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_message_record_t;

/**
 * Some messages, in an order. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_message_records_t;

/**
 * Which calls or messages: all conditions given must hold. Without any, all.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_history_query_t;

/**
 * The direction and fate of a call: one of `enum microsip_call_type_e`.
 */
typedef int32_t microsip_call_type_t;

/**
 * In which order answers come: one of `enum microsip_history_order_e`.
 */
typedef int32_t microsip_history_order_t;

/**
 * A call of the history. It can be changed; rings and databases have copies.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_call_record_t;

/**
 * The section `[Calls]` of a settings file: 1000 places, used in turn.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_call_ring_t;

/**
 * A settings file as MicroSIP has it (`microsip.ini`), read as Windows' profile functions read it: names are compared
 * without regard to case, the first of two equal ones counts, white space and one pair of quotes around a value are
 * taken off. What is not edited is written as it was read, byte by byte: encoding, line ends, order, comments, what is
 * broken.
 *
 * It is a document in memory; functions that read or write the disk say so.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_ini_t;

/**
 * How a database is opened.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_history_options_t;

/**
 * An SQLite file with the calls, the messages and a copy of the contacts. Any number of processes read while one
 * writes, and what was stored survives a crash. Every function waits for the disk, and answers `IO` or `BUSY` when
 * that fails.
 *
 * Closed with its last handle.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_history_store_t;

/**
 * How the characters of a settings file are stored: one of `enum microsip_ini_encoding_e`.
 */
typedef int32_t microsip_ini_encoding_t;

/**
 * How passwords are read from and written to a settings file. Hiding is MicroSIP's and no protection: whoever has the
 * program has the key.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_password_store_t;

/**
 * The keys of one section of a settings file with their values. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_ini_entries_t;

/**
 * A button of `[Shortcuts]`. It can be changed; a file gets it by `microsip_ini_set_shortcuts`.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_shortcut_t;

/**
 * What a shortcut does: one of `enum microsip_shortcut_action_e`.
 */
typedef int32_t microsip_shortcut_action_t;

/**
 * How a stored password was found: one of `enum microsip_password_form_e`.
 */
typedef int32_t microsip_password_form_t;

/**
 * How the settings file's place was chosen: one of `enum microsip_place_kind_e`.
 */
typedef int32_t microsip_place_kind_t;

/**
 * The settings file and what goes with it. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_place_t;

/**
 * Which keys of a file are honoured, which accepted without effect, which unknown. Immutable; secrets are masked.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_ini_report_t;

/**
 * One key of a settings file in a report. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_ini_report_entry_t;

/**
 * What becomes of a key: one of `enum microsip_ini_disposition_e`.
 */
typedef int32_t microsip_ini_disposition_t;

/**
 * A known key of a section: what is known of it, and the value that counts in a file. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_ini_setting_t;

/**
 * Which keys there are in a section: one of `enum microsip_ini_keys_e`.
 */
typedef int32_t microsip_ini_keys_t;

/**
 * How the value of a key is read: one of `enum microsip_ini_value_kind_e`.
 */
typedef int32_t microsip_ini_value_kind_t;

/**
 * Something in a settings file that is not as it should be. Immutable; secrets are masked.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_ini_warning_t;

/**
 * What kind of trouble a settings file has: one of `enum microsip_ini_warning_kind_e`.
 */
typedef int32_t microsip_ini_warning_kind_t;

/**
 * Warnings about a settings file. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_ini_warnings_t;

/**
 * A change of a settings file on disk. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_ini_change_t;

/**
 * What became of a settings file: one of `enum microsip_ini_change_kind_e`.
 */
typedef int32_t microsip_ini_change_kind_t;

/**
 * Called with a change, on a thread of the library, one at a time. `change` is lent for the call; keep it with
 * `microsip_ini_change_clone`. May call any function. No exception may escape.
 */
typedef void (*microsip_ini_change_callback_t)(microsip_ini_change_t change, void *user_data);

/**
 * Watches a settings file, on a thread of its own, until the last handle is freed or `microsip_ini_watcher_close`.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_ini_watcher_t;

/**
 * A link that was read: input from strangers that became one call, one message or one command, and never an option, a
 * file, a shell word or a second command. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_link_t;

/**
 * The scheme of a link: one of `enum microsip_link_scheme_e`.
 */
typedef int32_t microsip_link_scheme_t;

/**
 * What a link asks for: one of `enum microsip_link_action_e`.
 */
typedef int32_t microsip_link_action_t;

/**
 * How numbers are read: what of the settings matters for it.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_number_rules_t;

/**
 * A compiled dial plan (`dialPlan` of `microsip.ini`). Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_dial_plan_t;

/**
 * A number ready to be called. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_dialled_number_t;

/**
 * Which account makes a call: one of `enum microsip_number_line_e`.
 */
typedef int32_t microsip_number_line_t;

/**
 * What a dial plan makes of a number. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_dial_plan_result_t;

/**
 * Settings of an endpoint, filled in before it starts. Setters take effect at the next `microsip_endpoint_start`.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_endpoint_config_t;

/**
 * The engine, with all accounts and calls. There is one per process at a time.
 *
 * Ends with `microsip_endpoint_close` or with its last handle.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_endpoint_t;

/**
 * Codecs of this build, or of an endpoint. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_codec_list_t;

/**
 * Whether keys are listened for in the audio of a call: one of `enum microsip_dtmf_detection_e`.
 */
typedef int32_t microsip_dtmf_detection_t;

/**
 * How speech is looked for in the audio of a call. Checked by whoever uses it: `INVALID_ARGUMENT` there.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_speech_options_t;

/**
 * Settings of TLS, for every TLS transport of the endpoint and for TURN over TLS.
 *
 * Who is trusted: the peer whose certificate is pinned, or, without pins, the one whose certificate a trusted
 * authority made out for the host we wanted. Trusted authorities are those given here, or the system's when none is
 * given. Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT` there, `IO` for files that cannot be read, `TLS` for
 * what cannot be used.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_tls_config_t;

/**
 * How an endpoint is reached through NAT. Everything is off by default; accounts can deviate
 * (`microsip_account_nat_t`). Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT` there.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_nat_config_t;

/**
 * How host names in SIP URIs are resolved (RFC 3263). Numeric addresses and names in the hosts file are known at once;
 * answers of name servers are kept as long as they say. Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT`
 * there.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_dns_config_t;

/**
 * What one source of requests may ask of us before a transaction or dialog is made for it.
 *
 * The default guards against strangers and against nobody else: the limits lie far above what a telephone is asked,
 * and do not hold for this machine, for the servers that have registered us, and for networks named here. Requests
 * within a dialog are never counted. One IPv6 source is a /64. Checked by `microsip_endpoint_start`:
 * `INVALID_ARGUMENT` there.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_guard_config_t;

/**
 * How an endpoint buffers, reports and watches audio. Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT` there.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_quality_config_t;

/**
 * What happens by itself with messages (RFC 3428), typing indications (RFC 3994) and delivery notifications (RFC
 * 5438). Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT` there.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_message_config_t;

/**
 * How much is logged: one of `enum microsip_log_level_e`.
 */
typedef int32_t microsip_log_level_t;

/**
 * What happens when somebody asks us to call somebody else (REFER, RFC 3515): one of `enum
 * microsip_transfer_policy_e`.
 */
typedef int32_t microsip_transfer_policy_t;

/**
 * What happens when a call comes in that wants to take the place of another one (Replaces, RFC 3891): one of `enum
 * microsip_replaces_policy_e`.
 */
typedef int32_t microsip_replaces_policy_t;

/**
 * How an OPTIONS request is answered by itself (RFC 3261 §11.2): one of `enum microsip_options_policy_e`.
 */
typedef int32_t microsip_options_policy_t;

/**
 * Where a SIP URI leads (RFC 3263 §4.2), in the order in which the places would be tried. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_server_list_t;

/**
 * What is counted while an endpoint runs: one of `enum microsip_counter_e`.
 */
typedef int32_t microsip_counter_t;

/**
 * What STUN told (RFC 8489). Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_stun_info_t;

/**
 * Where the search for a STUN server stands: one of `enum microsip_stun_state_e`.
 */
typedef int32_t microsip_stun_state_t;

/**
 * Accounts at one moment. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_account_list_t;

/**
 * Calls at one moment. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_call_list_t;

/**
 * What the transports of an endpoint are bound to. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_address_list_t;

/**
 * Called with a record of the log: its level, where it comes from (`"microsip"`, or `"pjsip"` for PJSIP's own lines) and its text,
 * both lent for the call, UTF-8 and without passwords and keys.
 *
 * Runs on whatever thread logs, the engine's among them, and on several at a time. It must return at once, must not call the
 * library (records that come of it are dropped), and no exception may escape.
 */
typedef void (*microsip_log_callback_t)(microsip_log_level_t level,
                                        const char *target,
                                        const char *message,
                                        void *user_data);

/**
 * Whom a rule of a call policy is about, and what it does: a call fits that meets all conditions. Patterns: `*` is any
 * text, `?` one character, `^` makes the next character optional; several are separated by `;` or `|`; letters compare
 * without case.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_call_rule_t;

/**
 * A version of TLS; 1.0 and 1.1 are forbidden (RFC 8996): one of `enum microsip_tls_version_e`.
 */
typedef int32_t microsip_tls_version_t;

/**
 * Files being played, one after the other without a gap: WAV (any rate and width, any number of channels, float,
 * A-law, µ-law, ADPCM, RF64), MP3, FLAC, Ogg Vorbis, Ogg Opus. A thread of the library decodes a second ahead.
 *
 * Freeing the handle lets them play on; they end with the last file, by `microsip_player_stop`, or with what they are
 * played to. `MICROSIP_EVENT_KIND_PLAYER_FINISHED` tells the end.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_player_t;

/**
 * Why a player ended: one of `enum microsip_play_end_e`.
 */
typedef int32_t microsip_play_end_t;

/**
 * A tone being played, exact in frequency and level, faded in and out over 4 ms. Freeing the handle lets it go on; it
 * ends by itself, by `microsip_tone_player_stop`, or with its call or conference. `MICROSIP_EVENT_KIND_TONE_FINISHED`
 * tells when it is through.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_tone_player_t;

/**
 * A recording in progress or finished. A thread of the library writes; whatever is older than half a second can be
 * read although the process was killed.
 *
 * Freeing the handle lets it go on; it ends with what it records or by `microsip_recorder_stop`.
 * `MICROSIP_EVENT_KIND_RECORDING_FINISHED` tells when the file is complete.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_recorder_t;

/**
 * What a finished recording became. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_recording_info_t;

/**
 * Which way a stream lost audio: one of `enum microsip_xrun_e`.
 */
typedef int32_t microsip_xrun_t;

/**
 * A request of ours that changes a call that is up: one of `enum microsip_session_request_e`.
 */
typedef int32_t microsip_session_request_t;

/**
 * Something about a call's audio that explains why it is not heard, or soon will. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_finding_t;

/**
 * A conference. Each call hears all others (mix-minus) as soon and as long as its audio runs. A call is in one
 * conference at most: joining another moves it.
 *
 * Freeing the handle changes nothing: the conference lasts until `microsip_conference_close`.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_conference_t;

/**
 * What happened in a conference: one of `enum microsip_conference_change_e`.
 */
typedef int32_t microsip_conference_change_t;

/**
 * Sound devices of this machine at a moment. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_audio_device_list_t;

/**
 * Open devices: a microphone, a loudspeaker, a loudspeaker that rings, or some of them. Freeing the handle leaves them
 * open; they are closed by `microsip_audio_devices_close` and with the endpoint.
 *
 * When a device is lost, calls go on with another or in silence; `MICROSIP_EVENT_KIND_AUDIO_DEVICE_LOST` and
 * `MICROSIP_EVENT_KIND_AUDIO_DEVICE_BACK` tell.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_audio_devices_t;

/**
 * What a device is for: one of `enum microsip_device_role_e`.
 */
typedef int32_t microsip_device_role_t;

/**
 * A sound device as the system names it. What works in both directions is listed twice. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_audio_device_t;

/**
 * A source the guard has stepped in against. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_guard_report_t;

/**
 * Why the guard stepped in: one of `enum microsip_guard_reason_e`.
 */
typedef int32_t microsip_guard_reason_t;

/**
 * A tone of the telephone network that was heard: one of `enum microsip_heard_tone_e`.
 */
typedef int32_t microsip_heard_tone_t;

/**
 * Whose audio of a call is taken: one of `enum microsip_tap_e`.
 */
typedef int32_t microsip_tap_t;

/**
 * What an event tells: one of `enum microsip_event_kind_e`. Programs pass over kinds they do not know: newer libraries have more.
 */
typedef int32_t microsip_event_kind_t;

/**
 * A message that came in (RFC 3428) and was answered already. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_received_message_t;

/**
 * A message of ours that was sent (RFC 3428).
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_sent_message_t;

/**
 * What is known about a message of ours: one of `enum microsip_message_status_e`.
 */
typedef int32_t microsip_message_status_t;

/**
 * That a peer types, or does no longer (RFC 3994). Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_peer_typing_t;

/**
 * What a network change did, and what was done about it. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_network_change_t;

/**
 * How far the handling of a network change is: one of `enum microsip_network_step_e`.
 */
typedef int32_t microsip_network_step_t;

/**
 * A subscription to an event package (RFC 6665).
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_subscription_t;

/**
 * How a subscription stands. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_subscription_info_t;

/**
 * A NOTIFY. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_notification_t;

/**
 * Somebody who watches us: a subscription to a package that an account serves.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_watcher_t;

/**
 * How far a watcher is: one of `enum microsip_watcher_state_e`.
 */
typedef int32_t microsip_watcher_state_t;

/**
 * Why a subscription ended, as the notifier says (RFC 6665 §4.1.3): one of `enum microsip_end_reason_e`.
 */
typedef int32_t microsip_end_reason_t;

/**
 * A piece of event state at a server (RFC 3903).
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_publication_t;

/**
 * How a publication stands. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_publication_info_t;

/**
 * Somebody whose presence is watched (RFC 3856).
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_buddy_t;

/**
 * What is known of a presentity, as a document of presence says it (RFC 3863, RFC 4479, RFC 4480); also what an
 * account tells of itself. Those given out by the library are copies: setters change nothing else.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_presence_status_t;

/**
 * A line whose calls are watched (RFC 4235), for a busy lamp.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_watched_line_t;

/**
 * A line at a moment. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_line_info_t;

/**
 * A mailbox that is watched (RFC 3842).
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_mailbox_t;

/**
 * Which messages wait (`application/simple-message-summary`, RFC 3842). Those given out by the library are copies:
 * setters change nothing else.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_message_summary_t;

/**
 * A request of ours outside of what calls and accounts send by themselves, such as OPTIONS. Freeing it does not take
 * it back.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_request_t;

/**
 * What became of a request of ours: the peer's answer, or why there is none. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_response_t;

/**
 * One SIP message as it went over the wire, with credentials and SRTP keys masked. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_trace_t;

/**
 * A request that goes another way for its size (RFC 3261 §18.1.1). Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_transport_switch_t;

/**
 * Settings of a conference.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_conference_options_t;

/**
 * What a conference does when one of its calls has ended. Taking a call out or moving it ends nobody: one of `enum
 * microsip_on_leave_e`.
 */
typedef int32_t microsip_on_leave_t;

/**
 * How a call takes part in a conference.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_member_options_t;

/**
 * Who takes part in a conference at a moment. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_conference_info_t;

/**
 * A detector of tones on a call. Freeing the handle lets it go on; it ends by `microsip_tone_detector_stop` or with
 * its call.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_tone_detector_t;

/**
 * A detector of speech on a call. Freeing the handle lets it go on; it ends by `microsip_speech_detector_stop` or with
 * its call.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_speech_detector_t;

/**
 * Which way a device's audio goes: one of `enum microsip_device_direction_e`.
 */
typedef int32_t microsip_device_direction_t;

/**
 * Which devices are opened, and how. By default the default microphone and loudspeaker of the system, connected to
 * every call, nothing done to the voice. What contradicts itself or is out of its range is found out when the devices
 * are opened.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_audio_device_options_t;

/**
 * How a device's stream is doing. Set `size` to `sizeof (microsip_device_stats_t)` before the call; newer libraries
 * may add fields at the end.
 */
typedef struct {
    /**
     * The size of this struct as the caller knows it.
     */
    size_t size;
    /**
     * Times audio ran out, or did not come in time; each is a short gap.
     */
    uint64_t under_runs;
    /**
     * Times there was too much audio, and some was thrown away.
     */
    uint64_t over_runs;
    /**
     * How often the device has asked for or brought audio since it was opened.
     */
    uint64_t callbacks;
    /**
     * Audio between the engine and the device's callbacks, in milliseconds.
     */
    double queued_ms;
    /**
     * Audio between the callbacks and the air, in milliseconds, as far as the system tells.
     */
    double device_ms;
    /**
     * How much faster than the engine's clock the device's runs, in parts per million, as far as it is known.
     */
    double drift_ppm;
    /**
     * Rate at which the device runs, in Hz.
     */
    uint32_t rate;
} microsip_device_stats_t;

/**
 * What to do when a device is lost: one of `enum microsip_device_fallback_e`.
 */
typedef int32_t microsip_device_fallback_t;

/**
 * Which echo canceller: one of `enum microsip_echo_canceller_e`.
 */
typedef int32_t microsip_echo_canceller_t;

/**
 * Names something with audio: a call, a player, a recorder, a stream, devices. For `microsip_endpoint_connect`. It
 * keeps nothing alive: connecting what has ended is `GONE`.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_node_t;

/**
 * Audio taken out of a call, a conference, or whatever is connected to it, as frames of signed 16-bit samples in mono.
 * Several may listen to one call, each with its own rate, frame and tap.
 *
 * While a call is held, or before its audio runs, frames are silent or do not come. The sink ends with what it listens
 * to, by `microsip_audio_sink_close`, or with its last handle.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_audio_sink_t;

/**
 * Audio put into a call, a conference, or whatever it is connected to: signed 16-bit samples in mono, sent at the pace
 * of the engine's clock. Several sources into one call are mixed.
 *
 * Before the call's audio runs, and while it has nobody to speak to, nothing is taken. The source ends with what it
 * speaks to, by `microsip_audio_source_close`, or with its last handle; what is queued then is not sent, so drain it
 * first.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_audio_source_t;

/**
 * Samples in memory: signed 16 bit, mono. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_pcm_t;

/**
 * Settings of a player.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_play_options_t;

/**
 * Settings of a recorder.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_record_options_t;

/**
 * What a recording is written as: one of `enum microsip_record_format_e`.
 */
typedef int32_t microsip_record_format_t;

/**
 * Rules for the names of recordings: a folder, and a pattern with fields in braces, which are filled in from the call.
 * Immutable.
 *
 * `{date}` becomes the day (`20261121`, local time), `{time}` hours, minutes and seconds (`093015`), `{direction}`
 * `incoming` or `outgoing`, `{remote_user}` the user part of the other side's URI, or its host without one,
 * `{remote_host}` its host, `{account}` the user part of our own URI, or its host, `{call}` the call's number in this
 * process, `{call_id}` its SIP Call-ID, `{n}` 1 or the first number with which there is no such file yet. `{{` and
 * `}}` are braces. A `/` begins a folder, which is made. Characters in values that mean something to a file system
 * become `_`, so that no caller can choose where a file goes.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_recording_name_t;

/**
 * Settings of an audio sink. Ranges are checked when the sink is made.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_audio_sink_options_t;

/**
 * Settings of an audio source. Ranges are checked when the source is made.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_audio_source_options_t;

/**
 * What `microsip_audio_sink_read_frame` tells of a frame. Set `size` to `sizeof (microsip_frame_t)` before the call;
 * newer libraries may add fields at the end.
 */
typedef struct {
    /**
     * The size of this struct as the caller knows it.
     */
    size_t size;
    /**
     * How many samples were written: those of a frame.
     */
    size_t count;
    /**
     * Number of the first sample, counted from the sink's start at its rate; counts on over what was lost.
     */
    uint64_t position;
    /**
     * How many samples right before this frame were lost because they were not read in time.
     */
    uint64_t lost;
    /**
     * When the engine had the first sample, by the wall clock as it is set now, in milliseconds since 1970. Frames
     * shorter than 20 ms share it in pairs.
     */
    int64_t at_unix_ms;
} microsip_frame_t;

/**
 * A tone: an introduction played once, then a cycle of steps that repeats. Immutable.
 *
 * As text it is steps separated by commas, `440+480@-19/2000,0/4000`: frequencies in Hz added by `+`, a level in dBm0
 * behind `@` (`dBov` may be written behind the number), milliseconds behind `/` (without: until it is stopped), `0`
 * for silence; `400*25%90` is 400 Hz modulated by 25 Hz, 90 % deep; `noise@-60dBov` is comfort noise. Steps marked by
 * `!` come first and are played once; `;3` at the end plays the cycle three times, without it the cycle has no end.
 * Without a level a tone has -10 dBm0 in all (ITU-T E.180).
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_tone_t;

/**
 * What a tone says (ITU-T E.182): one of `enum microsip_tone_kind_e`.
 */
typedef int32_t microsip_tone_kind_t;

/**
 * The countries whose tones are known, by code. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_country_list_t;

/**
 * An envelope of a message (`message/cpim`, RFC 3862), for programs that carry such messages themselves; the library
 * puts its own in one when notifications are asked for. Those given out by the library are copies: setters change
 * nothing else.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_cpim_t;

/**
 * A document that tells what became of a message (`message/imdn+xml`, RFC 5438), for programs that carry such
 * documents themselves; the library sends and reads its own. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_imdn_t;

/**
 * What a notification is about: one of `enum microsip_imdn_kind_e`.
 */
typedef int32_t microsip_imdn_kind_t;

/**
 * What happened to a message, as a notification says: one of `enum microsip_delivery_status_e`.
 */
typedef int32_t microsip_delivery_status_t;

/**
 * A message to be sent, filled in before: a text or any body, with headers and wishes for notifications.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_message_options_t;

/**
 * Whether a message is being composed: one of `enum microsip_typing_state_e`.
 */
typedef int32_t microsip_typing_state_t;

/**
 * Why somebody types, or does no longer: one of `enum microsip_typing_cause_e`.
 */
typedef int32_t microsip_typing_cause_t;

/**
 * How a phone is started.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_phone_options_t;

/**
 * The phone that a settings file describes: MicroSIP without its window. It owns the engine (so there is no
 * `microsip_endpoint_t` beside it), the settings file, contacts and history; it registers the active account, keeps
 * the rules for incoming calls, runs the hooks, writes the call list and reads the settings again when the file
 * changes.
 *
 * Ends with `microsip_phone_close`, with a request to exit, or with its last handle.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_phone_t;

/**
 * A value of JSON: what a phone answers or tells. Immutable.
 *
 * Its parts are named by JSON pointers (RFC 6901): `""` is the whole, `"/calls/0/state"` the member `state` of the
 * first element of the member `calls`.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_json_t;

/**
 * Something that happened to a phone, as a snapshot: it does not change, whatever happens afterwards.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_phone_event_t;

/**
 * Called with an event of a phone, on a thread of the library, one event at a time and in order. `event` is lent for
 * the call; keep it with `microsip_phone_event_clone`. May call any function but those that close the phone. No
 * exception may escape.
 */
typedef void (*microsip_phone_event_callback_t)(microsip_phone_event_t event, void *user_data);

/**
 * A connection to the process that runs the phone of a settings file, such as the program `microsip`. docs/control.md
 * has what is said over it. One thread at a time may wait for something to come over it: meanwhile others are answered
 * `BUSY`. Whoever wants events on one thread and requests on another makes a connection for each.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_control_t;

/**
 * What an event of a phone tells (newer libraries may have more): one of `enum microsip_phone_event_kind_e`.
 */
typedef int32_t microsip_phone_event_kind_t;

/**
 * A side of the sound: one of `enum microsip_phone_side_e`.
 */
typedef int32_t microsip_phone_side_t;

/**
 * A phone's socket, by which other processes command it (docs/control.md): `microsip_control_connect`, the program
 * `microsip`, any other. Ends with its last handle, without waiting for those who are connected.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_control_server_t;

/**
 * A queue of a phone's events. Any threads may take from it; each event goes to one of them.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_phone_events_t;

/**
 * Settings of watching a buddy, a line or a mailbox.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_observe_options_t;

/**
 * Presence in one word, for a list of buddies: one of `enum microsip_presence_e`.
 */
typedef int32_t microsip_presence_t;

/**
 * A device (RFC 4479 §3.3). Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_presence_device_t;

/**
 * One side of a dialog (RFC 4235 §4.1.6). Those given out by the library are copies: setters change nothing else.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_dialog_party_t;

/**
 * A dialog of a watched line. Those given out by the library are copies: setters change nothing else.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_dialog_entry_t;

/**
 * Who began a dialog, seen from the watched line: one of `enum microsip_dialog_direction_e`.
 */
typedef int32_t microsip_dialog_direction_t;

/**
 * Where a dialog stands (RFC 4235 §3.7.1): one of `enum microsip_dialog_state_e`.
 */
typedef int32_t microsip_dialog_state_t;

/**
 * What led to the state of a dialog, mostly to its end (RFC 4235 §4.1.2): one of `enum microsip_dialog_event_e`.
 */
typedef int32_t microsip_dialog_event_t;

/**
 * A line in one word: what a lamp shows: one of `enum microsip_line_state_e`.
 */
typedef int32_t microsip_line_state_t;

/**
 * The dialogs of a line as documents tell them (`application/dialog-info+xml`, RFC 4235), for programs that get such
 * documents by a subscription of their own; a watched line has one inside.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_line_table_t;

/**
 * What a document did to a line's table: one of `enum microsip_line_update_e`.
 */
typedef int32_t microsip_line_update_t;

/**
 * An event package that an account serves.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_notifier_t;

/**
 * Settings of serving a package.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_serve_options_t;

/**
 * Who may watch: one of `enum microsip_watch_policy_e`.
 */
typedef int32_t microsip_watch_policy_t;

/**
 * Settings of a request.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_request_options_t;

/**
 * Some watchers, at the moment they were asked for. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_watcher_list_t;

/**
 * One way to reach somebody: a service on a device (RFC 3863 §4.1.2). Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_presence_tuple_t;

/**
 * Whether somebody, or one way to somebody, is open to communication (RFC 3863 §4.1.4): one of `enum
 * microsip_basic_status_e`.
 */
typedef int32_t microsip_basic_status_t;

/**
 * What a person is doing (RFC 4480 §3.2); a person may be doing several things at once: one of `enum
 * microsip_activity_e`.
 */
typedef int32_t microsip_activity_t;

/**
 * A person (RFC 4479 §3.1). Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_presence_person_t;

/**
 * What is published, and for how long.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_publish_options_t;

/**
 * How far a publication is: one of `enum microsip_publication_state_e`.
 */
typedef int32_t microsip_publication_state_t;

/**
 * Settings of a subscription.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_subscribe_options_t;

/**
 * How far a subscription is: one of `enum microsip_subscription_state_e`.
 */
typedef int32_t microsip_subscription_state_t;

/**
 * A kind of message (RFC 3458 §6, as RFC 3842 §5.2 uses it): one of `enum microsip_message_class_e`.
 */
typedef int32_t microsip_message_class_t;

/**
 * How a jitter buffer makes its delay shorter again after a bad time: one of `enum microsip_jitter_discard_e`.
 */
typedef int32_t microsip_jitter_discard_t;

/**
 * What a message says about identities. Nothing of it is proven: it is worth as much as the network it came through.
 * Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_identity_t;

/**
 * Every parameter of the E-model (ITU-T G.107), for ratings of one's own.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_emodel_t;

/**
 * A parameter of the E-model: one of `enum microsip_emodel_parameter_e`.
 */
typedef int32_t microsip_emodel_parameter_t;

/**
 * What is the matter with a call's audio: one of `enum microsip_finding_kind_e`.
 */
typedef int32_t microsip_finding_kind_t;

/**
 * What was found about a call's audio. Immutable.
 */
typedef struct {
    /**
     * Opaque.
     */
    uint64_t token;
} microsip_findings_t;

/**
 * A number of statistics: one of `enum microsip_stat_e`.
 */
typedef int32_t microsip_stat_t;

/**
 * Which scale a rating is on; they cannot be compared with each other: one of `enum microsip_quality_band_e`.
 */
typedef int32_t microsip_quality_band_t;

/**
 * Where a codec's numbers come from: one of `enum microsip_quality_source_e`.
 */
typedef int32_t microsip_quality_source_t;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Status of this thread's last failure; `MICROSIP_STATUS_OK` if there was none. Successes do not change it.
 */
microsip_status_t microsip_last_error_status(void);

/**
 * What was wrong with this thread's last failing call, and what to do, in English and without secrets: `"answer: the call is
 * outgoing; only incoming calls are answered"`. Never NULL; empty if there was no failure. Valid on this thread until its next
 * failing call.
 */
const char *microsip_last_error_message(void);

/**
 * The function of this library that failed last on this thread, such as `"microsip_call_answer"`. Never NULL; valid until the thread ends.
 */
const char *microsip_last_error_function(void);

/**
 * The operation inside the library that failed, such as `"answer"`; the function's name where arguments were refused before.
 * Never NULL; valid on this thread until its next failing call.
 */
const char *microsip_last_error_operation(void);

/**
 * Stable name of what happened, finer than the status: `"port_refused"`, `"tls_untrusted"`, …; docs/failures.md lists them.
 * Empty when arguments were refused at the boundary. Never NULL; valid until the thread ends.
 */
const char *microsip_last_error_code(void);

/**
 * The likely cause of what that code names, and what to do about it, in English. Empty when arguments were refused at the boundary,
 * where the message says it all. Never NULL; valid until the thread ends.
 */
const char *microsip_last_error_advice(void);

/**
 * PJSIP's status (`pj_status_t`) behind this thread's last failure, 0 if none.
 */
int32_t microsip_last_error_pj_status(void);

/**
 * SIP status code of the peer's answer behind this thread's last failure (RFC 3261 §21), 0 if there was none.
 */
uint16_t microsip_last_error_sip_status(void);

/**
 * Forgets this thread's last failure; pointers to its texts become invalid.
 */
void microsip_last_error_clear(void);

/**
 * Stable lower-case name of a status: `"ok"`, `"would_block"`, …; `"unknown"` for a number that is none. Static, never NULL.
 */
const char *microsip_status_name(microsip_status_t status);

/**
 * What a status means, in a few English words. Static, never NULL. `microsip_last_error_message` says more about a failure.
 */
const char *microsip_status_meaning(microsip_status_t status);

/**
 * Number of the binary interface of the library that is loaded. A program may compare it with `MICROSIP_ABI_VERSION`; the loader
 * refuses a library of another number by its name already.
 */
uint32_t microsip_abi_version(void);

/**
 * Version of the library that is loaded: `"0.1.0"`. Static, never NULL.
 */
const char *microsip_version(void);

/**
 * Version of the PJSIP inside: `"2.17"`. Static, never NULL.
 */
const char *microsip_pjsip_version(void);

/**
 * How many handles are live in this process; for finding those that are never freed.
 */
microsip_status_t microsip_handle_count(size_t *count);

/**
 * Number of the account, unlike that of any other in this process; for comparing handles.
 */
microsip_status_t microsip_account_id(microsip_account_t account, uint64_t *id);

/**
 * The address of record, such as `"sip:1001@pbx.example.org"`. Lent until the handle is freed.
 */
microsip_status_t microsip_account_aor(microsip_account_t account, const char **aor);

/**
 * Waits until the account is registered, `timeout_ms` at most.
 *
 * Statuses: `AUTH`, `SIP`, `TRANSPORT`, `TLS` when registering failed; `TIMEOUT`; `WRONG_STATE` when the account has no registrar;
 * `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_account_wait_registered(microsip_account_t account,
                                                   uint32_t timeout_ms);

/**
 * Calls `target`, a SIP URI such as `"sip:1002@pbx.example.org"`: sends INVITE (RFC 3261 §13). `options` is copied; the zero handle
 * stands for the defaults.
 *
 * Returns when the INVITE is on its way; `microsip_call_wait_for`, or events, tell the rest. Freeing the handle does not end the
 * call: `microsip_call_hang_up`.
 *
 * Statuses: `INVALID_ARGUMENT` for a malformed URI, `LIMIT_REACHED` with as many calls as allowed, `TRANSPORT`, `MEDIA`, `GONE`,
 * `NOT_RUNNING`.
 */
microsip_status_t microsip_account_call(microsip_account_t account,
                                        const char *target,
                                        microsip_call_options_t options,
                                        microsip_call_t *call);

/**
 * Removes the account from the endpoint; it unregisters if registered (RFC 3261 §10.2.2) and does not wait for the answer. Its calls
 * go on.
 *
 * Statuses: `GONE` when it was removed already, `NOT_RUNNING`.
 */
microsip_status_t microsip_account_remove(microsip_account_t account);

/**
 * Another handle to the same account, to be freed as well.
 */
microsip_status_t microsip_account_clone(microsip_account_t account, microsip_account_t *clone);

/**
 * Frees a handle; the zero handle is fine. The account stays.
 */
microsip_status_t microsip_account_free(microsip_account_t account);

/**
 * Makes settings for an address of record such as `"sip:1001@pbx.example.org"` or `"\"Ann\" <sip:1001@pbx.example.org>"`. Checked
 * when the account is added.
 */
microsip_status_t microsip_account_config_new(const char *aor,
                                              microsip_account_config_t *config);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_account_config_clone(microsip_account_config_t config, microsip_account_config_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_account_config_free(microsip_account_config_t config);

/**
 * Sets the registrar's URI, such as `"sip:pbx.example.org"`; NULL (default): the account does not register.
 */
microsip_status_t microsip_account_config_set_registrar(microsip_account_config_t config, const char *registrar);

/**
 * Sets the codecs offered and accepted in this account's calls, the preferred one first, such as `"PCMA/8000/1
 * PCMU/8000/1"`; all must be among the endpoint's. NULL (default): the endpoint's. Statuses: `INVALID_ARGUMENT` for a
 * malformed list.
 */
microsip_status_t microsip_account_config_set_codecs(microsip_account_config_t config, const char *list);

/**
 * Sets how Opus is used in its calls. `options` is copied; the zero handle stands for the defaults of Opus.
 */
microsip_status_t microsip_account_config_set_opus(microsip_account_config_t config, microsip_opus_options_t options);

/**
 * Uses Opus as the endpoint does, as by default.
 */
microsip_status_t microsip_account_config_clear_opus(microsip_account_config_t config);

/**
 * Sets how much audio a packet holds in its calls (`a=ptime`), in milliseconds, 10 to 120; 0 (default): as the
 * endpoint.
 */
microsip_status_t microsip_account_config_set_ptime(microsip_account_config_t config, uint32_t time_ms);

/**
 * Sets what happens with its incoming calls, in place of what the endpoint does. `policy` is copied; the zero handle
 * stands for the policy that lets everything pass.
 */
microsip_status_t microsip_account_config_set_policy(microsip_account_config_t config, microsip_call_policy_t policy);

/**
 * Does with its incoming calls as the endpoint, as by default.
 */
microsip_status_t microsip_account_config_clear_policy(microsip_account_config_t config);

/**
 * Sets media encryption; default off.
 */
microsip_status_t microsip_account_config_set_srtp(microsip_account_config_t config, microsip_srtp_mode_t mode);

/**
 * Takes all ways of keying away, the default ones included.
 */
microsip_status_t microsip_account_config_clear_srtp_keying(microsip_account_config_t config);

/**
 * Adds a way of keying behind those there are: the first is offered, all are accepted. Default SDES, then DTLS, which
 * stay unless `microsip_account_config_clear_srtp_keying` took them away.
 */
microsip_status_t microsip_account_config_add_srtp_keying(microsip_account_config_t config,
                                                          microsip_srtp_keying_t keying);

/**
 * Takes all suites away, the default ones included.
 */
microsip_status_t microsip_account_config_clear_srtp_suites(microsip_account_config_t config);

/**
 * Adds a cipher behind those there are: they are offered in this order, and others are not accepted. Default: all but
 * `MICROSIP_SRTP_SUITE_AES_256_CM_HMAC_SHA1_32`, the strongest first.
 */
microsip_status_t microsip_account_config_add_srtp_suite(microsip_account_config_t config, microsip_srtp_suite_t suite);

/**
 * Sets session timers of its calls; default `MICROSIP_SESSION_TIMERS_OPTIONAL`.
 */
microsip_status_t microsip_account_config_set_timers(microsip_account_config_t config,
                                                     microsip_session_timers_t timers);

/**
 * Sets how long a session lives without a refresh (Session-Expires), in seconds, `min_s` to 86400, default 1800, and
 * the shortest we agree to (Min-SE), 90 to 86400, default 90 (RFC 4028).
 */
microsip_status_t microsip_account_config_set_session_expires(microsip_account_config_t config,
                                                              uint32_t session_s,
                                                              uint32_t min_s);

/**
 * Sets who is to refresh the sessions of its calls; default `MICROSIP_REFRESHER_AUTO`.
 */
microsip_status_t microsip_account_config_set_refresher(microsip_account_config_t config,
                                                        microsip_refresher_t refresher);

/**
 * Sets reliable provisional responses of its calls; default `MICROSIP_RELIABLE_100_SUPPORTED`.
 */
microsip_status_t microsip_account_config_set_reliable(microsip_account_config_t config,
                                                       microsip_reliable_100_t reliable);

/**
 * Sets whether its calls offer and send extended reports (RTCP XR); default as the endpoint.
 */
microsip_status_t microsip_account_config_set_rtcp_xr(microsip_account_config_t config, bool yes);

/**
 * Does with extended reports as the endpoint, as by default.
 */
microsip_status_t microsip_account_config_clear_rtcp_xr(microsip_account_config_t config);

/**
 * Sets whether to register as soon as the account is added; default true.
 */
microsip_status_t microsip_account_config_set_register_on_add(microsip_account_config_t config, bool yes);

/**
 * Adds a user name and password for every realm (digest authentication, RFC 3261 §22, RFC 8760); at most 8
 * credentials. They are copied and never printed.
 */
microsip_status_t microsip_account_config_add_credentials(microsip_account_config_t config,
                                                          const char *user,
                                                          const char *password);

/**
 * Adds a user name and password for one realm, compared without regard to case; `"*"` fits every realm. They are
 * copied and never printed.
 */
microsip_status_t microsip_account_config_add_credentials_for(microsip_account_config_t config,
                                                              const char *realm,
                                                              const char *user,
                                                              const char *password);

/**
 * Adds a user name and HA1, the hash of `user:realm:password` in hexadecimal digits (RFC 7616 §3.4.2), so that no
 * password need be kept; good for this realm and algorithm only. They are copied and never printed.
 */
microsip_status_t microsip_account_config_add_ha1(microsip_account_config_t config,
                                                  const char *realm,
                                                  const char *user,
                                                  microsip_digest_algorithm_t algorithm,
                                                  const char *ha1);

/**
 * Takes all credentials away.
 */
microsip_status_t microsip_account_config_clear_credentials(microsip_account_config_t config);

/**
 * Sets the transport for requests to the registrar and to targets that do not name one; default UDP.
 */
microsip_status_t microsip_account_config_set_transport(microsip_account_config_t config,
                                                        microsip_transport_t transport);

/**
 * Adds a proxy all requests pass, in order, as a SIP URI with or without `;lr`: the first is the outbound proxy, all
 * of them are the preloaded Route (RFC 3261 §8.1.2).
 */
microsip_status_t microsip_account_config_add_proxy(microsip_account_config_t config, const char *uri);

/**
 * Sets whether REGISTER passes the proxies too; default true.
 */
microsip_status_t microsip_account_config_set_register_by_proxies(microsip_account_config_t config, bool yes);

/**
 * Sets the lifetime asked of the registrar (Expires), in seconds, 10 to 86400; default 300. A registrar that wants
 * more (423 with Min-Expires) gets more.
 */
microsip_status_t microsip_account_config_set_expires(microsip_account_config_t config, uint32_t lifetime_s);

/**
 * Sets when a registration that failed is tried again: after the n-th failure in a row the pause is at most `first_ms
 * · factorⁿ⁻¹`, never more than `max_ms`, and less by a random part of up to `jitter` of it. `first_ms` is 50 to
 * 3600000 (default 1000), `max_ms` is `first_ms` to 3600000 (default 30000), `factor` 1 to 10 (default 2), `jitter` 0
 * to 1 (default 0.5). A Retry-After of the server takes its place.
 */
microsip_status_t microsip_account_config_set_retry(microsip_account_config_t config,
                                                    uint32_t first_ms,
                                                    uint32_t max_ms,
                                                    double factor,
                                                    double jitter);

/**
 * Sets the parameters of the Contact. `contact` is copied; the zero handle stands for the defaults.
 */
microsip_status_t microsip_account_config_set_contact(microsip_account_config_t config,
                                                      microsip_contact_options_t contact);

/**
 * Sets whether `Supported: path` goes with REGISTER, so that proxies may put themselves on the way of requests to us
 * (RFC 3327 §5.1); default true.
 */
microsip_status_t microsip_account_config_set_path(microsip_account_config_t config, bool yes);

/**
 * Adds a header to REGISTER. Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break, or a
 * header the library writes itself.
 */
microsip_status_t microsip_account_config_add_register_header(microsip_account_config_t config,
                                                              const char *name,
                                                              const char *value);

/**
 * Sets how often an empty line goes to a UDP registrar while registered, so that NATs on the way keep the path open,
 * in milliseconds, 1000 to 3600000, or 0 for never; default 15000. The pause varies between 95 and 100 % of it; a
 * Flow-Timer of the registrar takes its place (RFC 5626 §4.4.1).
 */
microsip_status_t microsip_account_config_set_keep_alive(microsip_account_config_t config, uint32_t pause_ms);

/**
 * Sets how this account is reached through NAT. `nat` is copied; the zero handle stands for the defaults.
 */
microsip_status_t microsip_account_config_set_nat(microsip_account_config_t config, microsip_account_nat_t nat);

/**
 * Sets whether its presence is published, by PUBLISH to the address of record (RFC 3903), once the account is
 * registered if it has a registrar; default false.
 */
microsip_status_t microsip_account_config_set_publish_presence(microsip_account_config_t config, bool yes);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_contact_options_new(microsip_contact_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_contact_options_clone(microsip_contact_options_t options, microsip_contact_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_contact_options_free(microsip_contact_options_t options);

/**
 * Sets `q`, how much this contact is preferred to others of the same address, 0 to 1 with three digits; default none
 * is told.
 */
microsip_status_t microsip_contact_options_set_q(microsip_contact_options_t options, float q);

/**
 * Tells no `q`, as by default.
 */
microsip_status_t microsip_contact_options_clear_q(microsip_contact_options_t options);

/**
 * Sets `+sip.instance`, a URN that names this device (RFC 5626 §4.1), such as
 * `"urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"`, the same after every start; NULL (default) for none. Over TCP and
 * TLS it makes the registration an outbound one, where the server agrees.
 */
microsip_status_t microsip_contact_options_set_instance(microsip_contact_options_t options, const char *urn);

/**
 * Adds a parameter to the header, in REGISTER only: name and, if not NULL, value, quotes included.
 */
microsip_status_t microsip_contact_options_add_param(microsip_contact_options_t options,
                                                     const char *name,
                                                     const char *value);

/**
 * Adds a parameter to the URI, in every Contact of the account; `value` may be NULL.
 */
microsip_status_t microsip_contact_options_add_uri_param(microsip_contact_options_t options,
                                                         const char *name,
                                                         const char *value);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_account_nat_new(microsip_account_nat_t *nat);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_account_nat_clone(microsip_account_nat_t nat, microsip_account_nat_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_account_nat_free(microsip_account_nat_t nat);

/**
 * Sets whether the Contact follows the address the registrar sees; default `MICROSIP_CONTACT_REWRITE_ON`.
 */
microsip_status_t microsip_account_nat_set_contact_rewrite(microsip_account_nat_t nat,
                                                           microsip_contact_rewrite_t rewrite);

/**
 * Sets how the old binding is replaced; default `MICROSIP_CONTACT_REWRITE_METHOD_EARLY`.
 */
microsip_status_t microsip_account_nat_set_contact_rewrite_method(microsip_account_nat_t nat,
                                                                  microsip_contact_rewrite_method_t method);

/**
 * Sets whether Via of later requests shows the address the registrar sees; default true.
 */
microsip_status_t microsip_account_nat_set_via_rewrite(microsip_account_nat_t nat, bool yes);

/**
 * Sets whether SDP shows the address the registrar sees, with our own ports, when neither STUN nor ICE tells better;
 * default false.
 */
microsip_status_t microsip_account_nat_set_sdp_rewrite(microsip_account_nat_t nat, bool yes);

/**
 * Sets the numeric address others send our media to, told in SDP alone, with our own ports; used without STUN and ICE
 * only. NULL (default): as the endpoint's public address says. Statuses: `INVALID_ARGUMENT` for what is no address.
 */
microsip_status_t microsip_account_nat_set_media_address(microsip_account_nat_t nat, const char *address);

/**
 * Sets whether STUN is used for Contact and for media; default true, if the endpoint has servers.
 */
microsip_status_t microsip_account_nat_set_stun(microsip_account_nat_t nat, bool yes);

/**
 * Sets whether calls use ICE; default as the endpoint.
 */
microsip_status_t microsip_account_nat_set_ice(microsip_account_nat_t nat, microsip_ice_mode_t mode);

/**
 * Does with ICE as the endpoint, as by default.
 */
microsip_status_t microsip_account_nat_clear_ice(microsip_account_nat_t nat);

/**
 * Sets which relay calls with ICE use; `turn` is copied with `MICROSIP_TURN_USE_SERVER`, otherwise it may be the zero
 * handle.
 */
microsip_status_t microsip_account_nat_set_turn(microsip_account_nat_t nat,
                                                microsip_turn_use_t which,
                                                microsip_turn_config_t turn);

/**
 * Where it stands.
 */
microsip_status_t microsip_registration_state(microsip_registration_t registration,
                                              microsip_registration_state_t *state);

/**
 * SIP status code of the registrar's last answer, or 408 or 503 for want of one; `NO_VALUE` before the first.
 */
microsip_status_t microsip_registration_code(microsip_registration_t registration, uint16_t *code);

/**
 * The reason phrase that came with it, perhaps empty. Lent until the object is freed.
 */
microsip_status_t microsip_registration_phrase(microsip_registration_t registration, const char **phrase);

/**
 * How long the registrar keeps the binding, in seconds from its last answer; `NO_VALUE` unless registered.
 */
microsip_status_t microsip_registration_expires_s(microsip_registration_t registration, uint32_t *expires_s);

/**
 * Why it failed, as a new handle to be freed; `NO_VALUE` unless it failed.
 */
microsip_status_t microsip_registration_error(microsip_registration_t registration, microsip_error_t *error);

/**
 * How many milliseconds from now it is tried again; `NO_VALUE` when it is not.
 */
microsip_status_t microsip_registration_retry_in_ms(microsip_registration_t registration, uint32_t *retry_in_ms);

/**
 * Failures in a row, 0 after a success.
 */
microsip_status_t microsip_registration_failures(microsip_registration_t registration, uint32_t *failures);

/**
 * The Contact header's value that the registrar holds; `NO_VALUE` unless registered. Lent until the object is freed.
 */
microsip_status_t microsip_registration_contact(microsip_registration_t registration, const char **contact);

/**
 * How many entries the registrar's Service-Route has (RFC 3608): the way our requests take from now on.
 */
microsip_status_t microsip_registration_service_route_count(microsip_registration_t registration, size_t *count);

/**
 * The entry of Service-Route at `index`, from 0; `NO_VALUE` beyond the end. Lent until the object is freed.
 */
microsip_status_t microsip_registration_service_route_at(microsip_registration_t registration,
                                                         size_t index,
                                                         const char **uri);

/**
 * Another handle to the same object, to be freed as well.
 */
microsip_status_t microsip_registration_clone(microsip_registration_t registration, microsip_registration_t *clone);

/**
 * Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
 */
microsip_status_t microsip_registration_free(microsip_registration_t registration);

/**
 * The registration as of now, as a new handle to be freed. Never waits for the engine.
 */
microsip_status_t microsip_account_registration(microsip_account_t account, microsip_registration_t *registration);

/**
 * Registers now, or refreshes the registration (RFC 3261 §10.2). Returns once the REGISTER is on its way. Statuses:
 * `WRONG_STATE` when the account has no registrar, `BUSY` while a REGISTER is under way, `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_account_register(microsip_account_t account);

/**
 * Removes the binding from the registrar (`Expires: 0`, RFC 3261 §10.2.2) and stops refreshing and retrying. Does not
 * wait for the answer. Statuses: as `microsip_account_register`.
 */
microsip_status_t microsip_account_unregister(microsip_account_t account);

/**
 * Waits until the account is not registered any more, `timeout_ms` at most. Statuses: `TIMEOUT`; those of a failed
 * registration; `WRONG_STATE` when the account has no registrar; `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_account_wait_unregistered(microsip_account_t account, uint32_t timeout_ms);

/**
 * Changes the account's settings to those of `config`, which is copied; calls that are up keep what they were made
 * with. Where the account is registered, or is to be, a REGISTER goes out at once; a binding at another registrar or
 * by another transport is removed first. An account that was told to unregister stays so.
 *
 * Statuses: `INVALID_ARGUMENT` for a wrong setting and for another address of record (its display name may change),
 * `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_account_modify(microsip_account_t account, microsip_account_config_t config);

/**
 * Sets what happens with its incoming calls from now on, in place of what the endpoint does. `policy` is copied; the
 * zero handle stands for the policy that lets everything pass. Statuses: `INVALID_ARGUMENT`, `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_account_set_policy(microsip_account_t account, microsip_call_policy_t policy);

/**
 * Does with its incoming calls as the endpoint from now on. Statuses: `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_account_clear_policy(microsip_account_t account);

/**
 * Number of the call, unlike that of any other in this process; for comparing handles.
 */
microsip_status_t microsip_call_id(microsip_call_t call, uint64_t *id);

/**
 * Where the call is now; still told after its end.
 */
microsip_status_t microsip_call_state(microsip_call_t call, microsip_call_state_t *state);

/**
 * Answers an incoming call with a SIP status code: 180 to 183 while it rings, 200 to take it. `options` is copied; the zero handle
 * stands for the defaults.
 *
 * Statuses: `INVALID_ARGUMENT` for a code that is not 101 to 299, `WRONG_STATE` for an outgoing call or one that is answered,
 * `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_answer(microsip_call_t call,
                                       uint16_t code,
                                       microsip_answer_options_t options);

/**
 * Ends the call in whatever state it is: CANCEL, BYE, or 603 to an incoming one.
 *
 * Statuses: `GONE` when it has ended, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_hang_up(microsip_call_t call);

/**
 * Waits until the call is in a state or beyond it, `timeout_ms` at most.
 *
 * Statuses: `TIMEOUT`; when the call ended first: `SIP`, `AUTH`, `TRANSPORT`, `TLS` or `GONE`, as it ended; `NOT_RUNNING`.
 */
microsip_status_t microsip_call_wait_for(microsip_call_t call,
                                         microsip_call_state_t state,
                                         uint32_t timeout_ms);

/**
 * Another handle to the same call, to be freed as well.
 */
microsip_status_t microsip_call_clone(microsip_call_t call, microsip_call_t *clone);

/**
 * Frees a handle; the zero handle is fine. The call goes on: nothing is sent.
 */
microsip_status_t microsip_call_free(microsip_call_t call);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_answer_options_new(microsip_answer_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_answer_options_clone(microsip_answer_options_t options, microsip_answer_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_answer_options_free(microsip_answer_options_t options);

/**
 * Adds a header to the response, behind the library's own.
 *
 * Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
 * a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
 */
microsip_status_t microsip_answer_options_add_header(microsip_answer_options_t options,
                                                     const char *name,
                                                     const char *value);

/**
 * Sets the reason phrase of the response, one line of 200 bytes at most; NULL (default): the usual one of its code.
 */
microsip_status_t microsip_answer_options_set_phrase(microsip_answer_options_t options, const char *phrase);

/**
 * Sets how late packets are waited for in this call; `jitter_buffer` is copied. The zero handle (default): as the
 * endpoint says.
 */
microsip_status_t microsip_answer_options_set_jitter_buffer(microsip_answer_options_t options,
                                                            microsip_jitter_buffer_t jitter_buffer);

/**
 * Sets whether extended reports (RTCP XR, RFC 3611) are offered and sent. Until it is set: as account or endpoint say.
 */
microsip_status_t microsip_answer_options_set_rtcp_xr(microsip_answer_options_t options, bool rtcp_xr);

/**
 * Sets the codecs that are accepted, here and in later offers and answers of the call, as a list such as `"PCMA/8000/1
 * PCMU/8000/1"`; NULL (default): the account's. The caller's order counts unless
 * `microsip_answer_options_set_prefer_own_codecs` says otherwise.
 *
 * Statuses: `INVALID_ARGUMENT` for a malformed list.
 */
microsip_status_t microsip_answer_options_set_codecs(microsip_answer_options_t options, const char *codecs);

/**
 * Sets how Opus is used in this call; `opus` is copied. The zero handle (default): as the account says.
 */
microsip_status_t microsip_answer_options_set_opus(microsip_answer_options_t options, microsip_opus_options_t opus);

/**
 * Sets how much audio a packet holds (`a=ptime`, RFC 8866 §6.4), 10 to 120 ms; 0 (default): as the account says.
 */
microsip_status_t microsip_answer_options_set_ptime(microsip_answer_options_t options, uint32_t ptime_ms);

/**
 * Sets whether the answer names the first of our codecs that the caller offers rather than the first of the caller's
 * that we have. Until it is set: as the endpoint says.
 */
microsip_status_t microsip_answer_options_set_prefer_own_codecs(microsip_answer_options_t options,
                                                                bool prefer_own_codecs);

/**
 * Our side as name-addr: From of an outgoing, To of an incoming call. Lent until the information is freed.
 */
microsip_status_t microsip_call_info_local_uri(microsip_call_info_t info, const char **local_uri);

/**
 * The other side, as name-addr. Lent until the information is freed.
 */
microsip_status_t microsip_call_info_remote_uri(microsip_call_info_t info, const char **remote_uri);

/**
 * User part of the other side's URI, `1001` of `"Alice" <sip:1001@host>`; empty when there is none. Lent until the
 * information is freed.
 */
microsip_status_t microsip_call_info_remote_user(microsip_call_info_t info, const char **remote_user);

/**
 * Where requests of the dialog are sent (the peer's Contact); empty until known. Lent until the information is freed.
 */
microsip_status_t microsip_call_info_remote_contact(microsip_call_info_t info, const char **remote_contact);

/**
 * The SIP Call-ID. Lent until the information is freed.
 */
microsip_status_t microsip_call_info_sip_call_id(microsip_call_info_t info, const char **sip_call_id);

/**
 * Our tag in the dialog (RFC 3261 §12). Lent until the information is freed.
 */
microsip_status_t microsip_call_info_local_tag(microsip_call_info_t info, const char **local_tag);

/**
 * The peer's tag; empty until known. Lent until the information is freed.
 */
microsip_status_t microsip_call_info_remote_tag(microsip_call_info_t info, const char **remote_tag);

/**
 * The INVITE of an incoming call, as a new handle to be freed; `NO_VALUE` for a call of ours.
 */
microsip_status_t microsip_call_info_invite(microsip_call_info_t info, microsip_sip_message_t *invite);

/**
 * The peer's newest message that changed the state (its INVITE, an answer, BYE, CANCEL), as a new handle to be freed;
 * `NO_VALUE` if there was none.
 */
microsip_status_t microsip_call_info_message(microsip_call_info_t info, microsip_sip_message_t *message);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_dtmf_options_new(microsip_dtmf_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_dtmf_options_clone(microsip_dtmf_options_t options, microsip_dtmf_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_dtmf_options_free(microsip_dtmf_options_t options);

/**
 * Sets how they travel; default `MICROSIP_DTMF_METHOD_AUTO`.
 */
microsip_status_t microsip_dtmf_options_set_method(microsip_dtmf_options_t options, microsip_dtmf_method_t method);

/**
 * Sets how long each is held, 40 to 5000 ms; default 160.
 */
microsip_status_t microsip_dtmf_options_set_duration(microsip_dtmf_options_t options, uint32_t duration_ms);

/**
 * Sets the silence between two of them, 40 to 5000 ms; default 100.
 */
microsip_status_t microsip_dtmf_options_set_gap(microsip_dtmf_options_t options, uint32_t gap_ms);

/**
 * Sets how long a comma waits, 0 to 60000 ms; default 1000.
 */
microsip_status_t microsip_dtmf_options_set_pause(microsip_dtmf_options_t options, uint32_t pause_ms);

/**
 * Sends digits one after the other: `0` to `9`, `*`, `#`, `A` to `D`; a comma waits. `options` is copied; the zero
 * handle stands for the defaults.
 *
 * Returns when they are queued behind those of earlier calls of this function; 256 digits and pauses wait at most per
 * call. One that fails later is an event of kind `MICROSIP_EVENT_KIND_DTMF_FAILED`.
 *
 * Statuses: `INVALID_ARGUMENT` for other characters or a length out of its range, `WRONG_STATE` while no audio flows,
 * `UNSUPPORTED` when RTP events were asked for and the peer did not agree to them, `LIMIT_REACHED`, `GONE`,
 * `NOT_RUNNING`.
 */
microsip_status_t microsip_call_send_dtmf(microsip_call_t call, const char *digits, microsip_dtmf_options_t options);

/**
 * The SIP code it ended with: 200 for a call that was hung up, 487 for a cancelled one, the answer's for a refused
 * one, 408 or 503 for want of an answer. `NO_VALUE` before the end.
 */
microsip_status_t microsip_call_info_end_code(microsip_call_info_t info, uint16_t *code);

/**
 * The reason phrase that came or went with the code. `NO_VALUE` before the end. Lent until the information is freed.
 */
microsip_status_t microsip_call_info_end_phrase(microsip_call_info_t info, const char **phrase);

/**
 * Who ended it. `NO_VALUE` before the end.
 */
microsip_status_t microsip_call_info_end_by(microsip_call_info_t info, microsip_ended_by_t *by);

/**
 * What ended it. `NO_VALUE` before the end.
 */
microsip_status_t microsip_call_info_end_cause(microsip_call_info_t info, microsip_end_cause_t *cause);

/**
 * Why the call failed, as a new handle to be freed; `NO_VALUE` if it did not fail, and before the end.
 */
microsip_status_t microsip_call_info_end_error(microsip_call_info_t info, microsip_error_t *error);

/**
 * The peer's cause in the numbers of telephony (Q.850): 16 normal clearing, 17 busy, …; `NO_VALUE` if it told none.
 */
microsip_status_t microsip_call_info_end_q850(microsip_call_info_t info, uint16_t *cause);

/**
 * How many reasons the peer gave in the BYE, CANCEL or final answer that ended it (header Reason, RFC 3326).
 * `NO_VALUE` before the end.
 */
microsip_status_t microsip_call_info_end_reason_count(microsip_call_info_t info, size_t *count);

/**
 * Protocol of the reason at `index`, from 0: `"Q.850"`, `"SIP"`, …; `NO_VALUE` beyond the end. Lent until the
 * information is freed.
 */
microsip_status_t microsip_call_info_end_reason_protocol(microsip_call_info_t info,
                                                         size_t index,
                                                         const char **protocol);

/**
 * Its cause in that protocol: 0 to 127 of Q.850, a status code of SIP; `NO_VALUE` if not told, and beyond the end.
 */
microsip_status_t microsip_call_info_end_reason_cause(microsip_call_info_t info, size_t index, uint16_t *cause);

/**
 * Its words; may be empty. `NO_VALUE` beyond the end. Lent until the information is freed.
 */
microsip_status_t microsip_call_info_end_reason_text(microsip_call_info_t info, size_t index, const char **words);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_reject_options_new(microsip_reject_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_reject_options_clone(microsip_reject_options_t options, microsip_reject_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_reject_options_free(microsip_reject_options_t options);

/**
 * Adds a header to the response, behind the library's own.
 *
 * Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
 * a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
 */
microsip_status_t microsip_reject_options_add_header(microsip_reject_options_t options,
                                                     const char *name,
                                                     const char *value);

/**
 * Sets the reason phrase of the response, one line of 200 bytes at most; NULL (default): the usual one of its code.
 */
microsip_status_t microsip_reject_options_set_phrase(microsip_reject_options_t options, const char *phrase);

/**
 * Adds why, as a cause of telephony (Q.850), 1 to 127, such as 16 (normal clearing) or 17 (user busy): a header
 * `Reason: Q.850;cause=16;text="…"` (RFC 3326) of the response. `words` may be NULL: the usual English ones.
 *
 * Statuses: `INVALID_ARGUMENT` for another number.
 */
microsip_status_t microsip_reject_options_add_reason_q850(microsip_reject_options_t options,
                                                          uint16_t cause,
                                                          const char *words);

/**
 * Adds why, as a SIP status, such as 200 with `"Call completed elsewhere"`: a header `Reason: SIP;cause=200;text="…"`
 * (RFC 3326) of the response. `words` may be NULL.
 */
microsip_status_t microsip_reject_options_add_reason_sip(microsip_reject_options_t options,
                                                         uint16_t code,
                                                         const char *words);

/**
 * Adds a place to try instead, with 3xx and 485 only: a header Contact. A URI, `tel:` too, or a name-addr with
 * parameters such as `"<sip:bob@example.org>;q=0.5"`. Checked when the call is refused.
 */
microsip_status_t microsip_reject_options_add_contact(microsip_reject_options_t options, const char *contact);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_hang_up_options_new(microsip_hang_up_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_hang_up_options_clone(microsip_hang_up_options_t options, microsip_hang_up_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_hang_up_options_free(microsip_hang_up_options_t options);

/**
 * Adds a header to the BYE, CANCEL or response, behind the library's own.
 *
 * Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
 * a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
 */
microsip_status_t microsip_hang_up_options_add_header(microsip_hang_up_options_t options,
                                                      const char *name,
                                                      const char *value);

/**
 * Adds why, as a cause of telephony (Q.850), 1 to 127, such as 16 (normal clearing) or 17 (user busy): a header
 * `Reason: Q.850;cause=16;text="…"` (RFC 3326) of the BYE, CANCEL or response. `words` may be NULL: the usual English
 * ones.
 *
 * Statuses: `INVALID_ARGUMENT` for another number.
 */
microsip_status_t microsip_hang_up_options_add_reason_q850(microsip_hang_up_options_t options,
                                                           uint16_t cause,
                                                           const char *words);

/**
 * Adds why, as a SIP status, such as 200 with `"Call completed elsewhere"`: a header `Reason: SIP;cause=200;text="…"`
 * (RFC 3326) of the BYE, CANCEL or response. `words` may be NULL.
 */
microsip_status_t microsip_hang_up_options_add_reason_sip(microsip_hang_up_options_t options,
                                                          uint16_t code,
                                                          const char *words);

/**
 * Refuses an incoming call that is not answered, with a SIP status code of 300 to 699: 486 is busy, 603 declined.
 * `options` is copied; the zero handle stands for the defaults.
 *
 * Statuses: `INVALID_ARGUMENT` for another code, a malformed contact, or contacts with a code that takes none;
 * `WRONG_STATE` for an outgoing call or one that is answered, `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_reject(microsip_call_t call, uint16_t code, microsip_reject_options_t options);

/**
 * Sends an incoming call that is not answered elsewhere: answers 302 Moved Temporarily with this Contact (RFC 3261
 * §21.3.3), a URI or name-addr. For several places: `microsip_reject_options_add_contact` and `microsip_call_reject`.
 *
 * Statuses: as `microsip_call_reject`.
 */
microsip_status_t microsip_call_redirect(microsip_call_t call, const char *contact);

/**
 * Like `microsip_call_hang_up`, with headers and reasons. `options` is copied; the zero handle stands for the
 * defaults.
 *
 * Statuses: `INVALID_ARGUMENT` for words of a reason with a line break, `GONE` when the call has ended, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_hang_up_with(microsip_call_t call, microsip_hang_up_options_t options);

/**
 * Subscribes to the events of this call from now on, as a new queue to be freed. It ends after the event of kind
 * `MICROSIP_EVENT_KIND_CALL_STATE` that tells the call's end: then `microsip_events_next` answers `ENDED`. The queue
 * of a call that is over has ended.
 *
 * Recordings that end with the call are finished later, and are told to subscribers of the endpoint only.
 */
microsip_status_t microsip_call_events(microsip_call_t call, microsip_events_t *events);

/**
 * Calls `callback` with the events of this call from now on, as `microsip_endpoint_on_event` does with all; `destroy`
 * (may be NULL) is called once with `user_data` at the end, also when this function fails.
 *
 * Ends after the event that tells the call's end, when the handle is freed, or when the endpoint closes. With a call
 * that is over nothing is delivered and `destroy` is called soon.
 *
 * Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_call_on_event(microsip_call_t call,
                                         microsip_event_callback_t callback,
                                         void *user_data,
                                         microsip_destroy_t destroy,
                                         microsip_callback_t *handle);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_hold_options_new(microsip_hold_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_hold_options_clone(microsip_hold_options_t options, microsip_hold_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_hold_options_free(microsip_hold_options_t options);

/**
 * Sets what the peer is offered; default `MICROSIP_HOLD_MODE_SEND_ONLY`.
 */
microsip_status_t microsip_hold_options_set_mode(microsip_hold_options_t options, microsip_hold_mode_t mode);

/**
 * Adds a header to the re-INVITE, behind the library's own.
 *
 * Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
 * a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
 */
microsip_status_t microsip_hold_options_add_header(microsip_hold_options_t options,
                                                   const char *name,
                                                   const char *value);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_resume_options_new(microsip_resume_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_resume_options_clone(microsip_resume_options_t options, microsip_resume_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_resume_options_free(microsip_resume_options_t options);

/**
 * Adds a header to the re-INVITE. Statuses: `INVALID_ARGUMENT` as for `microsip_hold_options_add_header`.
 */
microsip_status_t microsip_resume_options_add_header(microsip_resume_options_t options,
                                                     const char *name,
                                                     const char *value);

/**
 * Holds the call: sends a re-INVITE with `a=sendonly` (RFC 3264 §8.4). What is played into the call goes on and is
 * heard by the peer; recordings get silence. `options` is copied; the zero handle stands for the defaults.
 *
 * Returns when the request is accepted here. Its outcome is an event of kind `MICROSIP_EVENT_KIND_SESSION_CHANGED`,
 * the state one of kind `MICROSIP_EVENT_KIND_CALL_HOLD`; a refusal leaves the call as it was. Requests of one call are
 * sent one after the other, eight wait at most; one that crosses a request of the peer (491) is repeated four times at
 * most (RFC 3261 §14.1). Holding a held call is a success without a request.
 *
 * Statuses: `WRONG_STATE` before the call is up, `BUSY` when eight requests wait, `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_hold(microsip_call_t call, microsip_hold_options_t options);

/**
 * Ends our hold: sends a re-INVITE with `a=sendrecv`; the peer's hold stays until the peer ends it. Resuming a call
 * that we do not hold is a success without a request. Waiting and outcome as for `microsip_call_hold`. `options` is
 * copied; the zero handle stands for the defaults.
 *
 * Statuses: `WRONG_STATE` before the call is up, `BUSY` when eight requests wait, `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_resume(microsip_call_t call, microsip_resume_options_t options);

/**
 * Mutes what we send, or no longer: while muted the peer hears silence, whatever is played into the call. RTP goes on
 * and nothing is signalled; digits sent as RTP events get through. Holds for the whole call and may be set before
 * audio flows. Each change gives an event of kind `MICROSIP_EVENT_KIND_CALL_MEDIA`.
 *
 * Statuses: `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_mute(microsip_call_t call, bool mute);

/**
 * What is known about the call now, as a new handle to be freed; after the call's end the final state of things. Never
 * waits.
 */
microsip_status_t microsip_call_info(microsip_call_t call, microsip_call_info_t *info);

/**
 * Another handle to the same information, to be freed as well.
 */
microsip_status_t microsip_call_info_clone(microsip_call_info_t info, microsip_call_info_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_call_info_free(microsip_call_info_t info);

/**
 * Number of the call, as `microsip_call_id` tells.
 */
microsip_status_t microsip_call_info_call_id(microsip_call_info_t info, uint64_t *id);

/**
 * Number of the account it was made with or came in for, as `microsip_account_id` tells.
 */
microsip_status_t microsip_call_info_account_id(microsip_call_info_t info, uint64_t *id);

/**
 * Whether we made it or received it.
 */
microsip_status_t microsip_call_info_direction(microsip_call_info_t info, microsip_direction_t *direction);

/**
 * Where it is in its life.
 */
microsip_status_t microsip_call_info_state(microsip_call_info_t info, microsip_call_state_t *state);

/**
 * Whether it is over.
 */
microsip_status_t microsip_call_info_is_ended(microsip_call_info_t info, bool *yes);

/**
 * The newest SIP status seen or sent for the INVITE; `NO_VALUE` before there is one.
 */
microsip_status_t microsip_call_info_last_status(microsip_call_info_t info, uint16_t *code);

/**
 * How many audio streams were negotiated.
 */
microsip_status_t microsip_call_info_media_count(microsip_call_info_t info, size_t *count);

/**
 * The stream at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_call_info_media_at(microsip_call_info_t info, size_t index, microsip_media_info_t *media);

/**
 * The stream that is heard, as a new handle to be freed: the first that runs, or the first at all; `NO_VALUE` when
 * there is none.
 */
microsip_status_t microsip_call_info_audio(microsip_call_info_t info, microsip_media_info_t *media);

/**
 * Who holds it.
 */
microsip_status_t microsip_call_info_hold(microsip_call_info_t info, microsip_hold_state_t *hold);

/**
 * Whether the peer hears silence instead of what is sent: `microsip_call_mute`.
 */
microsip_status_t microsip_call_info_muted(microsip_call_info_t info, bool *muted);

/**
 * When the INVITE was sent or received.
 */
microsip_status_t microsip_call_info_started_unix_ms(microsip_call_info_t info, int64_t *started);

/**
 * When the call was confirmed; `NO_VALUE` if it never was.
 */
microsip_status_t microsip_call_info_confirmed_unix_ms(microsip_call_info_t info, int64_t *confirmed);

/**
 * How long the call has been, or was, up, in milliseconds: from the ACK to now, the moment of asking, or to its end. 0
 * if it never was.
 */
microsip_status_t microsip_call_info_duration_ms(microsip_call_info_t info, uint64_t *duration);

/**
 * Number of the call that transferred us here: its peer's REFER had this call made. `NO_VALUE` if none did.
 */
microsip_status_t microsip_call_info_transferred_from(microsip_call_info_t info, uint64_t *id);

/**
 * Number of the call whose place this one takes (Replaces, RFC 3891); `NO_VALUE` if it takes none.
 */
microsip_status_t microsip_call_info_replaces(microsip_call_info_t info, uint64_t *id);

/**
 * Statistics of the call's audio when its newest stream ended, as a new handle to be freed; `NO_VALUE` until one has.
 * `microsip_call_stats` tells those of now.
 */
microsip_status_t microsip_call_info_stats(microsip_call_info_t info, microsip_stats_t *stats);

/**
 * Another handle to the same stream, to be freed as well.
 */
microsip_status_t microsip_media_info_clone(microsip_media_info_t media, microsip_media_info_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_media_info_free(microsip_media_info_t media);

/**
 * Whether it runs.
 */
microsip_status_t microsip_media_info_active(microsip_media_info_t media, bool *active);

/**
 * Which way audio flows.
 */
microsip_status_t microsip_media_info_direction(microsip_media_info_t media, microsip_media_direction_t *direction);

/**
 * The codec agreed on, as `"NAME/RATE/CHANNELS"`; `NO_VALUE` until then. Lent until the handle is freed.
 */
microsip_status_t microsip_media_info_codec(microsip_media_info_t media, const char **codec);

/**
 * RTP payload type we send; `NO_VALUE` until a codec is agreed on.
 */
microsip_status_t microsip_media_info_payload_type(microsip_media_info_t media, uint8_t *payload_type);

/**
 * Where we send RTP, `host:port`, as the SDP says; empty until known. ICE may have found another way:
 * `microsip_media_info_ice_candidate`. Lent until the handle is freed.
 */
microsip_status_t microsip_media_info_remote_rtp(microsip_media_info_t media, const char **address);

/**
 * How the stream's keys are agreed; `NO_VALUE` for plain RTP. With DTLS, nothing is sent or heard until the handshake
 * is over.
 */
microsip_status_t microsip_media_info_srtp_keying(microsip_media_info_t media, microsip_srtp_keying_t *keying);

/**
 * What protects the stream; `NO_VALUE` for plain RTP, and until keys are agreed.
 */
microsip_status_t microsip_media_info_srtp_suite(microsip_media_info_t media, microsip_srtp_suite_t *suite);

/**
 * Where ICE stands; `NO_VALUE` when this side does without it.
 */
microsip_status_t microsip_media_info_ice_state(microsip_media_info_t media, microsip_ice_state_t *state);

/**
 * Whether we decide which way is taken (RFC 8445 §6.1.1); `NO_VALUE` without ICE.
 */
microsip_status_t microsip_media_info_ice_controlling(microsip_media_info_t media, bool *controlling);

/**
 * One end of the way that RTP or RTCP takes: where its address comes from, and the address as `host:port`. `NO_VALUE`
 * without ICE, until a way is found, and for RTCP that shares RTP's way. Lent until the handle is freed.
 */
microsip_status_t microsip_media_info_ice_candidate(microsip_media_info_t media,
                                                    microsip_ice_component_t component,
                                                    microsip_ice_end_t end,
                                                    microsip_candidate_kind_t *kind,
                                                    const char **address);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_call_options_new(microsip_call_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_call_options_clone(microsip_call_options_t options, microsip_call_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_call_options_free(microsip_call_options_t options);

/**
 * Adds a header to the INVITE, behind the library's own.
 *
 * Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
 * a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
 */
microsip_status_t microsip_call_options_add_header(microsip_call_options_t options,
                                                   const char *name,
                                                   const char *value);

/**
 * Sets the Request-URI, when the INVITE is to go elsewhere than To says; NULL (default): the same. Checked when the
 * call is made.
 */
microsip_status_t microsip_call_options_set_request_uri(microsip_call_options_t options, const char *request_uri);

/**
 * Sets From, as name-addr such as `"\"Ann\" <sip:1001@pbx.example.org>"` or URI; NULL (default): the account's address
 * of record. Checked when the call is made.
 */
microsip_status_t microsip_call_options_set_from(microsip_call_options_t options, const char *from);

/**
 * Sets whether the caller is hidden (RFC 3323, RFC 3325): From is `"Anonymous" <sip:anonymous@anonymous.invalid>`,
 * `Privacy: id` asks the provider to keep it so, and P-Preferred-Identity tells the provider who we are. Default
 * false.
 */
microsip_status_t microsip_call_options_set_anonymous(microsip_call_options_t options, bool anonymous);

/**
 * Sets whether the INVITE goes without SDP: the callee offers in its answer, we answer in the ACK (RFC 3261 §13.2.1).
 * Default false.
 */
microsip_status_t microsip_call_options_set_late_offer(microsip_call_options_t options, bool late_offer);

/**
 * Sets what to do with a 3xx; default `MICROSIP_REDIRECT_POLICY_STOP`.
 */
microsip_status_t microsip_call_options_set_redirects(microsip_call_options_t options,
                                                      microsip_redirect_policy_t policy);

/**
 * Sets whether provisional responses are acknowledged (RFC 3262) in this call; 0 (default): as the account says.
 */
microsip_status_t microsip_call_options_set_reliable(microsip_call_options_t options, microsip_reliable_100_t reliable);

/**
 * Sets whether this call is refreshed, so that it ends when its peer has vanished (RFC 4028); 0 (default): as the
 * account says.
 */
microsip_status_t microsip_call_options_set_session_timers(microsip_call_options_t options,
                                                           microsip_session_timers_t session_timers);

/**
 * Sets how long it may ring, in milliseconds up to 7 days: then the call is cancelled (CANCEL). 0 (default): until
 * servers or the callee lose patience.
 */
microsip_status_t microsip_call_options_set_ring_for(microsip_call_options_t options, uint32_t ring_for_ms);

/**
 * Sets how long after it was confirmed the call is hung up (BYE), in milliseconds up to 7 days; 0 (default): as the
 * account's policy says.
 */
microsip_status_t microsip_call_options_set_hang_up_after(microsip_call_options_t options, uint32_t hang_up_after_ms);

/**
 * Makes the call take the place of one of the callee's dialogs, to pick a call up (RFC 3891): sends Replaces and
 * `Require: replaces`. `to_tag` is the callee's own tag in that dialog, `from_tag` its peer's; with `early_only` a
 * call that was answered meanwhile is left alone. NULL as `call_id` takes the setting back.
 *
 * Statuses: `INVALID_ARGUMENT` for an empty part or characters that a Call-ID or a tag cannot have.
 */
microsip_status_t microsip_call_options_set_replaces(microsip_call_options_t options,
                                                     const char *call_id,
                                                     const char *to_tag,
                                                     const char *from_tag,
                                                     bool early_only);

/**
 * Sets how late packets are waited for in this call; `jitter_buffer` is copied. The zero handle (default): as the
 * endpoint says.
 */
microsip_status_t microsip_call_options_set_jitter_buffer(microsip_call_options_t options,
                                                          microsip_jitter_buffer_t jitter_buffer);

/**
 * Sets whether extended reports (RTCP XR, RFC 3611) are offered and sent. Until it is set: as account or endpoint say.
 */
microsip_status_t microsip_call_options_set_rtcp_xr(microsip_call_options_t options, bool rtcp_xr);

/**
 * Sets the codecs that are offered, the preferred one first, here and in later offers and answers of the call, as a
 * list such as `"PCMA/8000/1 PCMU/8000/1"`; NULL (default): the account's. All must be among the endpoint's.
 *
 * Statuses: `INVALID_ARGUMENT` for a malformed list.
 */
microsip_status_t microsip_call_options_set_codecs(microsip_call_options_t options, const char *codecs);

/**
 * Sets how Opus is used in this call; `opus` is copied. The zero handle (default): as the account says.
 */
microsip_status_t microsip_call_options_set_opus(microsip_call_options_t options, microsip_opus_options_t opus);

/**
 * Sets how much audio a packet holds (`a=ptime`, RFC 8866 §6.4), 10 to 120 ms; 0 (default): as the account says.
 */
microsip_status_t microsip_call_options_set_ptime(microsip_call_options_t options, uint32_t ptime_ms);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_reinvite_options_new(microsip_reinvite_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_reinvite_options_clone(microsip_reinvite_options_t options,
                                                  microsip_reinvite_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_reinvite_options_free(microsip_reinvite_options_t options);

/**
 * Adds a header to the re-INVITE, behind the library's own.
 *
 * Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
 * a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
 */
microsip_status_t microsip_reinvite_options_add_header(microsip_reinvite_options_t options,
                                                       const char *name,
                                                       const char *value);

/**
 * Sets whether it goes without SDP: the peer offers in its answer, we answer in the ACK (RFC 3261 §14.1). Default
 * false: our whole offer, with the direction as it is.
 */
microsip_status_t microsip_reinvite_options_set_late_offer(microsip_reinvite_options_t options, bool late_offer);

/**
 * Sets whether our Contact is renewed from the account and the transport, after an address has changed for instance
 * (RFC 3261 §12.2.1.2). Default false: the one the dialog has.
 */
microsip_status_t microsip_reinvite_options_set_refresh_contact(microsip_reinvite_options_t options,
                                                                bool refresh_contact);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_update_options_new(microsip_update_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_update_options_clone(microsip_update_options_t options, microsip_update_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_update_options_free(microsip_update_options_t options);

/**
 * Adds a header to the UPDATE, behind the library's own.
 *
 * Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
 * a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
 */
microsip_status_t microsip_update_options_add_header(microsip_update_options_t options,
                                                     const char *name,
                                                     const char *value);

/**
 * Sets whether it carries our offer; default true. Without, it only refreshes dialog and session timer.
 */
microsip_status_t microsip_update_options_set_offer(microsip_update_options_t options, bool offer);

/**
 * As `microsip_reinvite_options_set_refresh_contact`.
 */
microsip_status_t microsip_update_options_set_refresh_contact(microsip_update_options_t options, bool refresh_contact);

/**
 * Sends a re-INVITE with our current offer: codecs, addresses and direction anew (RFC 3261 §14). Waiting and outcome
 * as for `microsip_call_hold`. `options` is copied; the zero handle stands for the defaults.
 *
 * Statuses: `WRONG_STATE` before the call is up, `BUSY` when eight requests wait, `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_reinvite(microsip_call_t call, microsip_reinvite_options_t options);

/**
 * Sends an UPDATE with our current offer (RFC 3311). Unlike a re-INVITE it is answered at once by the machine at the
 * other end, and may be sent before the call is up, once reliable provisional responses have settled the first offer.
 * Waiting and outcome as for `microsip_call_hold`; a peer whose Allow does not list UPDATE gives `UNSUPPORTED` in the
 * outcome. `options` is copied; the zero handle stands for the defaults.
 *
 * Statuses: `WRONG_STATE` before the call is up, `BUSY` when eight requests wait, `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_update(microsip_call_t call, microsip_update_options_t options);

/**
 * The call's story so far, as a new handle to be freed; the whole one after its end. Messages that arrive after the
 * end (the answer to our BYE) are still added for a while.
 */
microsip_status_t microsip_call_story(microsip_call_t call, microsip_story_t *story);

/**
 * Another handle to the same story, to be freed as well.
 */
microsip_status_t microsip_story_clone(microsip_story_t story, microsip_story_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_story_free(microsip_story_t story);

/**
 * The whole story, a line for each entry with the milliseconds since the first. Lent until the story is freed.
 */
microsip_status_t microsip_story_text(microsip_story_t story, const char **lines);

/**
 * How many entries were left out in the middle.
 */
microsip_status_t microsip_story_left_out(microsip_story_t story, uint64_t *count);

/**
 * How many entries there are, in the order of events.
 */
microsip_status_t microsip_story_count(microsip_story_t story, size_t *count);

/**
 * When the entry at `index`, from 0, happened; `NO_VALUE` beyond the end, as from all that follow.
 */
microsip_status_t microsip_story_at_unix_ms(microsip_story_t story, size_t index, int64_t *at);

/**
 * What the entry at `index` tells; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_story_step(microsip_story_t story, size_t index, microsip_story_step_t *kind);

/**
 * What was asked or decided, why it ended, in words; of a message its first line, with credentials masked. `NO_VALUE`
 * beyond the end. Lent until the story is freed.
 */
microsip_status_t microsip_story_words(microsip_story_t story, size_t index, const char **words);

/**
 * Which way a message went; `NO_VALUE` for other entries.
 */
microsip_status_t microsip_story_direction(microsip_story_t story, size_t index, microsip_direction_t *direction);

/**
 * Size of a message in bytes; `NO_VALUE` for other entries.
 */
microsip_status_t microsip_story_bytes(microsip_story_t story, size_t index, size_t *bytes);

/**
 * What carried a message; `NO_VALUE` for other entries.
 */
microsip_status_t microsip_story_transport(microsip_story_t story, size_t index, microsip_transport_t *transport);

/**
 * The peer's address of a message, `host:port`; `NO_VALUE` for other entries. Lent until the story is freed.
 */
microsip_status_t microsip_story_remote(microsip_story_t story, size_t index, const char **remote);

/**
 * What a decision was about; `NO_VALUE` for other entries.
 */
microsip_status_t microsip_story_decision(microsip_story_t story, size_t index, microsip_decision_t *decision);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_transfer_options_new(microsip_transfer_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_transfer_options_clone(microsip_transfer_options_t options,
                                                  microsip_transfer_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_transfer_options_free(microsip_transfer_options_t options);

/**
 * Adds a header to the REFER, behind the library's own.
 *
 * Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
 * a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
 */
microsip_status_t microsip_transfer_options_add_header(microsip_transfer_options_t options,
                                                       const char *name,
                                                       const char *value);

/**
 * Sets who transfers, as name-addr or URI (Referred-By, RFC 3892); NULL (default): the account's address of record.
 */
microsip_status_t microsip_transfer_options_set_referred_by(microsip_transfer_options_t options,
                                                            const char *referred_by);

/**
 * Sets whether the REFER goes without Referred-By; default false.
 */
microsip_status_t microsip_transfer_options_set_anonymous(microsip_transfer_options_t options, bool anonymous);

/**
 * Sets whether we end our own call once the transfer has succeeded; default true. The peer may be faster.
 */
microsip_status_t microsip_transfer_options_set_hang_up_after(microsip_transfer_options_t options, bool hang_up_after);

/**
 * Sets whether the peer is asked not to report progress (`Refer-Sub: false`, RFC 4488); default false. If it agrees,
 * its 2xx is all there is, and the outcome is `MICROSIP_TRANSFER_STATE_UNKNOWN`.
 */
microsip_status_t microsip_transfer_options_set_no_progress(microsip_transfer_options_t options, bool no_progress);

/**
 * Sets how long to wait for the outcome, 1 s to 1 hour; default 180000 ms.
 */
microsip_status_t microsip_transfer_options_set_timeout(microsip_transfer_options_t options, uint32_t timeout_ms);

/**
 * Sets how an attended transfer names its target; default `MICROSIP_REFER_TO_AUTO`.
 */
microsip_status_t microsip_transfer_options_set_refer_to(microsip_transfer_options_t options,
                                                         microsip_refer_to_t refer_to);

/**
 * Sets whether an attended transfer replaces an early dialog only; default false.
 */
microsip_status_t microsip_transfer_options_set_early_only(microsip_transfer_options_t options, bool early_only);

/**
 * Sends the peer to `target`, a SIP URI, name-addr or `tel:` URI (blind transfer, RFC 5589 §6): sends REFER in the
 * call's dialog (RFC 3515). `options` is copied; the zero handle stands for the defaults.
 *
 * Returns when it is queued; what becomes of it is told by events of kind `MICROSIP_EVENT_KIND_TRANSFER`, exactly one
 * of them final. Then we hang up if it succeeded; if not, the call goes on.
 *
 * Statuses: `INVALID_ARGUMENT` for a malformed target or a wrong option, which the message names; `WRONG_STATE` unless
 * the call is confirmed (one that came in and waits is sent on by `microsip_call_redirect`), `BUSY` while another
 * transfer of it is under way, `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_transfer(microsip_call_t call, const char *target, microsip_transfer_options_t options);

/**
 * Connects the peers of two calls of ours (attended transfer, RFC 5589 §7): this call's peer is asked to call the
 * other's and to take our place there (Replaces, RFC 3891). `options` is copied; the zero handle stands for the
 * defaults.
 *
 * The target ends the other call when it is replaced; should it not within 4 seconds of the success, we do. Otherwise
 * as `microsip_call_transfer`.
 *
 * Statuses: as there; `WRONG_STATE` unless the other call is confirmed, or came in and rings; `INVALID_ARGUMENT` for
 * the same call twice.
 */
microsip_status_t microsip_call_transfer_to(microsip_call_t call,
                                            microsip_call_t other,
                                            microsip_transfer_options_t options);

/**
 * Another handle to the same news, to be freed as well.
 */
microsip_status_t microsip_transfer_progress_clone(microsip_transfer_progress_t progress,
                                                   microsip_transfer_progress_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_transfer_progress_free(microsip_transfer_progress_t progress);

/**
 * How far it has come.
 */
microsip_status_t microsip_transfer_progress_state(microsip_transfer_progress_t progress,
                                                   microsip_transfer_state_t *state);

/**
 * The newest status: of the answer to the REFER, or of the peer's call as its NOTIFY tells; 408 when nothing was heard
 * in time.
 */
microsip_status_t microsip_transfer_progress_code(microsip_transfer_progress_t progress, uint16_t *code);

/**
 * The reason phrase that came with the code. Lent until the progress is freed.
 */
microsip_status_t microsip_transfer_progress_phrase(microsip_transfer_progress_t progress, const char **phrase);

/**
 * Whether no more news will come.
 */
microsip_status_t microsip_transfer_progress_is_final(microsip_transfer_progress_t progress, bool *yes);

/**
 * Why it failed, as a new handle to be freed: `SIP` with the code, `AUTH`, `TIMEOUT`, `TRANSPORT`, `GONE` when the
 * endpoint closed first. `NO_VALUE` unless it failed.
 */
microsip_status_t microsip_transfer_progress_error(microsip_transfer_progress_t progress, microsip_error_t *error);

/**
 * The peer's message that brought the news, as a new handle to be freed; `NO_VALUE` if there was none.
 */
microsip_status_t microsip_transfer_progress_message(microsip_transfer_progress_t progress,
                                                     microsip_sip_message_t *message);

/**
 * Another handle to the same request, to be freed as well.
 */
microsip_status_t microsip_transfer_request_clone(microsip_transfer_request_t request,
                                                  microsip_transfer_request_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_transfer_request_free(microsip_transfer_request_t request);

/**
 * The call whose peer asks, as a new handle to be freed; `NO_VALUE` for a request outside of any call.
 */
microsip_status_t microsip_transfer_request_call(microsip_transfer_request_t request, microsip_call_t *call);

/**
 * Number of the account the call would be made with, as `microsip_account_id` tells.
 */
microsip_status_t microsip_transfer_request_account_id(microsip_transfer_request_t request, uint64_t *id);

/**
 * Whom we are asked to call, as name-addr; a `tel:` URI has become a SIP URI at the account's domain. Lent until the
 * request is freed.
 */
microsip_status_t microsip_transfer_request_target(microsip_transfer_request_t request, const char **target);

/**
 * How many headers the new INVITE is to have: those of Refer-To that strangers may set.
 */
microsip_status_t microsip_transfer_request_header_count(microsip_transfer_request_t request, size_t *count);

/**
 * Name of one of these headers, by index from 0; `NO_VALUE` beyond the end. Lent until the request is freed.
 */
microsip_status_t microsip_transfer_request_header_name(microsip_transfer_request_t request,
                                                        size_t index,
                                                        const char **name);

/**
 * Its value; `NO_VALUE` beyond the end. Lent until the request is freed.
 */
microsip_status_t microsip_transfer_request_header_value(microsip_transfer_request_t request,
                                                         size_t index,
                                                         const char **value);

/**
 * Call-ID of the target's dialog that we are to take over (Replaces, RFC 3891: an attended transfer); `NO_VALUE` for a
 * blind one. Lent until the request is freed.
 */
microsip_status_t microsip_transfer_request_replaces_call_id(microsip_transfer_request_t request, const char **call_id);

/**
 * The target's own tag in that dialog; `NO_VALUE` for a blind transfer. Lent until the request is freed.
 */
microsip_status_t microsip_transfer_request_replaces_to_tag(microsip_transfer_request_t request, const char **to_tag);

/**
 * The tag of the target's peer in that dialog; `NO_VALUE` for a blind transfer. Lent until the request is freed.
 */
microsip_status_t microsip_transfer_request_replaces_from_tag(microsip_transfer_request_t request,
                                                              const char **from_tag);

/**
 * Whether only a dialog that is early still is meant; `NO_VALUE` for a blind transfer.
 */
microsip_status_t microsip_transfer_request_replaces_early_only(microsip_transfer_request_t request, bool *early_only);

/**
 * Who asks, as the request says (Referred-By, RFC 3892); not proven. `NO_VALUE` if it does not say. Lent until the
 * request is freed.
 */
microsip_status_t microsip_transfer_request_referred_by(microsip_transfer_request_t request, const char **referred_by);

/**
 * The REFER, as a new handle to be freed.
 */
microsip_status_t microsip_transfer_request_message(microsip_transfer_request_t request,
                                                    microsip_sip_message_t *message);

/**
 * Makes the call, and gives a new handle to it. It is a call like any other; its progress is reported to whoever
 * asked, and that party ends the old call. `options` is copied, and the request's headers come after its own; the zero
 * handle stands for the defaults.
 *
 * Statuses: `WRONG_STATE` when it was decided before, `GONE` when it expired or was withdrawn, `NOT_RUNNING`, and
 * those of `microsip_account_call`, which are reported to whoever asked.
 */
microsip_status_t microsip_transfer_request_accept(microsip_transfer_request_t request,
                                                   microsip_call_options_t options,
                                                   microsip_call_t *call);

/**
 * Declines, with a SIP status code of 300 to 699; 603 is usual.
 *
 * Statuses: `INVALID_ARGUMENT` for another code, `WRONG_STATE`, `GONE` and `NOT_RUNNING` as for
 * `microsip_transfer_request_accept`.
 */
microsip_status_t microsip_transfer_request_reject(microsip_transfer_request_t request, uint16_t code);

/**
 * The bytes and how many they are; there is no NUL behind them. Lent until the last handle is freed.
 */
microsip_status_t microsip_bytes_data(microsip_bytes_t bytes, const uint8_t **data, size_t *size);

/**
 * Another handle to the same bytes, to be freed as well.
 */
microsip_status_t microsip_bytes_clone(microsip_bytes_t bytes, microsip_bytes_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_bytes_free(microsip_bytes_t bytes);

/**
 * Reads `count` arguments, those behind the program's name: switches written `/x`, `-x` or `--x` in any case, numbers,
 * links. One argument is one thing; `--` ends the switches; behind a number further words are a message to it. A new
 * object to be freed.
 *
 * Statuses: `INVALID_ARGUMENT` for an unknown switch, a misspelt command (with a suggestion), a missing or wrong
 * value, contradicting words, control characters, and more than 64 KiB.
 */
microsip_status_t microsip_command_line_parse(const char *const *arguments,
                                              size_t count,
                                              microsip_command_line_t *line);

/**
 * Reads one line of text, as other programs hand it to a running copy, split as Windows does it. A new object to be
 * freed. Statuses: those of `microsip_command_line_parse`.
 */
microsip_status_t microsip_command_line_parse_text(const char *source, microsip_command_line_t *line);

/**
 * Splits a command line as Windows programs expect it, as a new list to be freed: blanks separate, double quotes keep
 * together, `""` inside quotes is a quote, and backslashes count only before a quote.
 */
microsip_status_t microsip_command_line_split(const char *source, microsip_text_list_t *arguments);

/**
 * How many commands there are; none when only options for the start were given.
 */
microsip_status_t microsip_command_line_command_count(microsip_command_line_t line, size_t *command_count);

/**
 * The command at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end. Passwords and accounts come
 * first, the end last.
 */
microsip_status_t microsip_command_line_command_at(microsip_command_line_t line,
                                                   size_t index,
                                                   microsip_command_t *command);

/**
 * How the window starts.
 */
microsip_status_t microsip_command_line_window(microsip_command_line_t line, microsip_window_start_t *window);

/**
 * The settings file of `/i:FILE`, as written; `NO_VALUE` if none was given. Lent until the line is freed.
 */
microsip_status_t microsip_command_line_settings(microsip_command_line_t line, const char **settings);

/**
 * Another handle to the same line, to be freed as well.
 */
microsip_status_t microsip_command_line_clone(microsip_command_line_t line, microsip_command_line_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_command_line_free(microsip_command_line_t line);

/**
 * What it does; `NO_VALUE` for a command this interface does not know.
 */
microsip_status_t microsip_command_kind(microsip_command_t command, microsip_command_kind_t *kind);

/**
 * Its stable lower-case name: `"call"`, `"hangup_all"`, … Lent until the command is freed.
 */
microsip_status_t microsip_command_name(microsip_command_t command, const char **name);

/**
 * Whether the phone has to be started for it when none runs.
 */
microsip_status_t microsip_command_starts_phone(microsip_command_t command, bool *starts_phone);

/**
 * Whom to call, to write to or to transfer to, as text for `microsip_number_rules_resolve`; `NO_VALUE` for other
 * commands. Lent until the command is freed.
 */
microsip_status_t microsip_command_target(microsip_command_t command, const char **target);

/**
 * Whether its target demands TLS (`sips:`).
 */
microsip_status_t microsip_command_is_secure(microsip_command_t command, bool *is_secure);

/**
 * The text of a message; `NO_VALUE` for other commands. Lent until the command is freed.
 */
microsip_status_t microsip_command_message(microsip_command_t command, const char **message);

/**
 * How a state is to be changed; `NO_VALUE` for other commands.
 */
microsip_status_t microsip_command_switch(microsip_command_t command, microsip_switch_t *value);

/**
 * The digits to be sent, of `0-9 A-D * #`; `NO_VALUE` for other commands. They may be a PIN. Lent until the command is
 * freed.
 */
microsip_status_t microsip_command_digits(microsip_command_t command, const char **digits);

/**
 * Of a volume's change: percent points, such as 5 or -5; `NO_VALUE` for other commands.
 */
microsip_status_t microsip_command_volume(microsip_command_t command, int32_t *volume);

/**
 * The number N of `[AccountN]`, from 1; `NO_VALUE` for other commands.
 */
microsip_status_t microsip_command_account(microsip_command_t command, uint32_t *account);

/**
 * Whether the user is to be asked first; `NO_VALUE` for commands other than `MICROSIP_COMMAND_KIND_DTMF` and
 * `MICROSIP_COMMAND_KIND_RESET`.
 */
microsip_status_t microsip_command_asks(microsip_command_t command, bool *asks);

/**
 * Copies the password, with a NUL, to the caller's memory of `capacity` bytes; `length` is that of the password in
 * bytes.
 *
 * Statuses: `NO_VALUE` for other commands; `BUFFER_TOO_SMALL`; `length` is right all the same.
 */
microsip_status_t microsip_command_password(microsip_command_t command, char *buffer, size_t capacity, size_t *length);

/**
 * Another handle to the same command, to be freed as well.
 */
microsip_status_t microsip_command_clone(microsip_command_t command, microsip_command_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_command_free(microsip_command_t command);

/**
 * Makes an empty book.
 */
microsip_status_t microsip_contact_book_new(microsip_contact_book_t *book);

/**
 * Reads the bytes of a `Contacts.xml`; none are an empty book. Contacts without any number are left out, and stay in
 * the file. `warnings` (may be NULL) gets a new list to be freed: what was passed over.
 *
 * Statuses: `INVALID_ARGUMENT` for what is no such file, with the line; `LIMIT_REACHED` beyond 32 MiB or 100,000
 * contacts.
 */
microsip_status_t microsip_contact_book_parse(const uint8_t *data,
                                              size_t size,
                                              microsip_contact_book_t *book,
                                              microsip_import_warnings_t *warnings);

/**
 * Reads the file at `path` from the disk, as `microsip_contact_book_parse` does; one that does not exist is an empty
 * book. Statuses: `IO` as well.
 */
microsip_status_t microsip_contact_book_load(const char *path,
                                             microsip_contact_book_t *book,
                                             microsip_import_warnings_t *warnings);

/**
 * Writes the file at `path` whole or not at all. Statuses: `IO`; the old file stands unchanged then.
 */
microsip_status_t microsip_contact_book_save(microsip_contact_book_t book, const char *path);

/**
 * The bytes of `Contacts.xml`, as a new handle to be freed.
 */
microsip_status_t microsip_contact_book_to_xml(microsip_contact_book_t book, microsip_bytes_t *xml);

/**
 * The contacts as CSV with the column names of MicroSIP, UTF-8, as a new handle to be freed. `byte_order_mark` tells
 * spreadsheets that it is UTF-8; `guard_formulas` writes an apostrophe before texts that a spreadsheet would run.
 */
microsip_status_t microsip_contact_book_to_csv(microsip_contact_book_t book,
                                               bool byte_order_mark,
                                               bool guard_formulas,
                                               microsip_bytes_t *csv);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_contact_book_clone(microsip_contact_book_t book, microsip_contact_book_t *clone);

/**
 * Frees a handle; the zero handle is fine. Nothing is saved.
 */
microsip_status_t microsip_contact_book_free(microsip_contact_book_t book);

/**
 * How its file's text is stored: `"utf-8"`, `"utf-16le"`, `"windows-1252"`, … Lent until the book is freed.
 */
microsip_status_t microsip_contact_book_encoding(microsip_contact_book_t book, const char **encoding);

/**
 * How many contacts are in it.
 */
microsip_status_t microsip_contact_book_count(microsip_contact_book_t book, size_t *count);

/**
 * The contact at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_contact_book_at(microsip_contact_book_t book, size_t index, microsip_contact_t *contact);

/**
 * Adds a copy of a contact at the end; a missing number is taken from the other numbers, a missing name made of what
 * there is. `index` (may be NULL) is where it stands.
 *
 * Statuses: `INVALID_ARGUMENT` if it has no number at all, `LIMIT_REACHED` with 100,000 contacts.
 */
microsip_status_t microsip_contact_book_add(microsip_contact_book_t book, microsip_contact_t contact, size_t *index);

/**
 * Puts a copy of a contact in the place of the one at `index`; `NO_VALUE` beyond the end. Statuses: `INVALID_ARGUMENT`
 * if it has no number at all.
 */
microsip_status_t microsip_contact_book_set(microsip_contact_book_t book, size_t index, microsip_contact_t contact);

/**
 * Removes the contact at `index`; those after it move up. `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_contact_book_remove(microsip_contact_book_t book, size_t index);

/**
 * Removes contacts that have number and name in common with one before; what the first lacks is taken from them.
 * `count` (may be NULL) says how many went.
 */
microsip_status_t microsip_contact_book_remove_duplicates(microsip_contact_book_t book, size_t *count);

/**
 * The contact a caller's number belongs to, as a copy to be freed: an equal number first, then one the caller's ends
 * with. `NO_VALUE` if there is none.
 */
microsip_status_t microsip_contact_book_find_caller(microsip_contact_book_t book,
                                                    const char *caller,
                                                    microsip_contact_t *contact);

/**
 * Copies of the contacts in which a text occurs, upper and lower case being equal: in a name, any number, mail
 * address, comment or info. A text of digits also finds numbers written with separators. An empty text finds all. A
 * new list to be freed.
 */
microsip_status_t microsip_contact_book_search(microsip_contact_book_t book,
                                               const char *needle,
                                               microsip_contacts_t *found);

/**
 * Makes a contact with a number and a name.
 */
microsip_status_t microsip_contact_new(const char *number, const char *name, microsip_contact_t *contact);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_contact_clone(microsip_contact_t contact, microsip_contact_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_contact_free(microsip_contact_t contact);

/**
 * A field as text; switches as `"1"` and `"0"`. Lent until the contact is freed, also when the field is changed.
 */
microsip_status_t microsip_contact_get(microsip_contact_t contact, microsip_contact_field_t field, const char **value);

/**
 * Sets a field; switches take `1`, `true` or `yes` as yes. `understood` (may be NULL) is false for another word, which
 * becomes no.
 */
microsip_status_t microsip_contact_set(microsip_contact_t contact,
                                       microsip_contact_field_t field,
                                       const char *value,
                                       bool *understood);

/**
 * How many attributes of other programs it has.
 */
microsip_status_t microsip_contact_extra_count(microsip_contact_t contact, size_t *extra_count);

/**
 * The attribute of another program at `index`, from 0: name and value, both lent until the contact is freed.
 * `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_contact_extra_at(microsip_contact_t contact,
                                            size_t index,
                                            const char **name,
                                            const char **value);

/**
 * Sets an attribute of another program, which is kept in `Contacts.xml`; NULL removes it. Statuses: `INVALID_ARGUMENT`
 * for a field's own name.
 */
microsip_status_t microsip_contact_set_extra(microsip_contact_t contact, const char *name, const char *value);

/**
 * How many there are.
 */
microsip_status_t microsip_contacts_count(microsip_contacts_t contacts, size_t *count);

/**
 * The one at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_contacts_at(microsip_contacts_t contacts, size_t index, microsip_contact_t *contact);

/**
 * Another handle to the same list, to be freed as well.
 */
microsip_status_t microsip_contacts_clone(microsip_contacts_t contacts, microsip_contacts_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_contacts_free(microsip_contacts_t contacts);

/**
 * Reads contacts from CSV, with the column names of MicroSIP, Outlook, Google and others; commas, semicolons and tabs
 * divide. `guard_formulas` takes off the apostrophes that `microsip_contact_book_to_csv` wrote. A new object to be
 * freed.
 *
 * Statuses: `INVALID_ARGUMENT` if no column holds numbers, `LIMIT_REACHED` beyond 32 MiB or 100,000 contacts.
 */
microsip_status_t microsip_contact_import_csv(const uint8_t *data,
                                              size_t size,
                                              bool guard_formulas,
                                              microsip_contact_import_t *imported);

/**
 * Reads a server's answer to the question for a users directory: CSV if `content_type`, the header's value (may be
 * NULL), is `text/csv`, else JSON if it is JSON, else XML. A new object to be freed.
 *
 * Statuses: `INVALID_ARGUMENT` for what is no directory, `LIMIT_REACHED` beyond 32 MiB or 100,000 contacts. Keep the
 * contacts of the last answer then.
 */
microsip_status_t microsip_contact_import_directory(const char *content_type,
                                                    const uint8_t *data,
                                                    size_t size,
                                                    microsip_contact_import_t *imported);

/**
 * How many contacts there are.
 */
microsip_status_t microsip_contact_import_count(microsip_contact_import_t imported, size_t *count);

/**
 * The contact at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_contact_import_at(microsip_contact_import_t imported,
                                             size_t index,
                                             microsip_contact_t *contact);

/**
 * Columns of the CSV that mean nothing here, as a new list to be freed; empty for a directory.
 */
microsip_status_t microsip_contact_import_unknown_columns(microsip_contact_import_t imported,
                                                          microsip_text_list_t *unknown_columns);

/**
 * What was passed over, as a new list to be freed.
 */
microsip_status_t microsip_contact_import_warnings(microsip_contact_import_t imported,
                                                   microsip_import_warnings_t *warnings);

/**
 * The directory's format; `NO_VALUE` if it was read as CSV of a file.
 */
microsip_status_t microsip_contact_import_format(microsip_contact_import_t imported,
                                                 microsip_directory_format_t *format);

/**
 * Seconds until the directory wants to be asked again, 0 for never; `NO_VALUE` if it says nothing.
 */
microsip_status_t microsip_contact_import_refresh_s(microsip_contact_import_t imported, uint64_t *refresh_s);

/**
 * Whether the directory asks not to bother the user with errors.
 */
microsip_status_t microsip_contact_import_is_silent(microsip_contact_import_t imported, bool *is_silent);

/**
 * Of how many numbers the directory tells a state.
 */
microsip_status_t microsip_contact_import_presence_count(microsip_contact_import_t imported, size_t *presence_count);

/**
 * The state at `index`, from 0: the number as it stands in a contact, its state, and a text to be shown beside it,
 * NULL if there is none. Texts are lent until the import is freed. `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_contact_import_presence_at(microsip_contact_import_t imported,
                                                      size_t index,
                                                      const char **number,
                                                      microsip_directory_status_t *status,
                                                      const char **info);

/**
 * Another handle to the same import, to be freed as well.
 */
microsip_status_t microsip_contact_import_clone(microsip_contact_import_t imported, microsip_contact_import_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_contact_import_free(microsip_contact_import_t imported);

/**
 * New ones.
 */
microsip_status_t microsip_merge_report_added(microsip_merge_report_t report, size_t *added);

/**
 * Changed ones.
 */
microsip_status_t microsip_merge_report_updated(microsip_merge_report_t report, size_t *updated);

/**
 * Those that were listed and had nothing to change.
 */
microsip_status_t microsip_merge_report_unchanged(microsip_merge_report_t report, size_t *unchanged);

/**
 * Those of the directory that are no longer in it.
 */
microsip_status_t microsip_merge_report_removed(microsip_merge_report_t report, size_t *removed);

/**
 * Another handle to the same report, to be freed as well.
 */
microsip_status_t microsip_merge_report_clone(microsip_merge_report_t report, microsip_merge_report_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_merge_report_free(microsip_merge_report_t report);

/**
 * Takes over the contacts of a file: one with the same key updates the fields the file has, a new one is added,
 * nothing is removed. `report` (may be NULL) gets a new object to be freed.
 *
 * Statuses: `LIMIT_REACHED` beyond 100,000 contacts; the book is unchanged then.
 */
microsip_status_t microsip_contact_book_import(microsip_contact_book_t book,
                                               microsip_contact_import_t imported,
                                               microsip_merge_key_t key,
                                               microsip_merge_report_t *report);

/**
 * Takes over a users directory: as `microsip_contact_book_import`, and contacts marked
 * `MICROSIP_CONTACT_FIELD_DIRECTORY` that are not listed any more are removed.
 */
microsip_status_t microsip_contact_book_merge_directory(microsip_contact_book_t book,
                                                        microsip_contact_import_t imported,
                                                        microsip_merge_key_t key,
                                                        microsip_merge_report_t *report);

/**
 * What kind of trouble it is.
 */
microsip_status_t microsip_import_warning_kind(microsip_import_warning_t warning, microsip_import_warning_kind_t *kind);

/**
 * The line of the text from 1, the item of a JSON array from 1, or the key of an ini line; 0 for the whole.
 */
microsip_status_t microsip_import_warning_line(microsip_import_warning_t warning, uint32_t *line);

/**
 * What is wrong and what to do. Lent until the warning is freed.
 */
microsip_status_t microsip_import_warning_message(microsip_import_warning_t warning, const char **message);

/**
 * Another handle to the same warning, to be freed as well.
 */
microsip_status_t microsip_import_warning_clone(microsip_import_warning_t warning, microsip_import_warning_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_import_warning_free(microsip_import_warning_t warning);

/**
 * How many there are.
 */
microsip_status_t microsip_import_warnings_count(microsip_import_warnings_t warnings, size_t *count);

/**
 * The one at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_import_warnings_at(microsip_import_warnings_t warnings,
                                              size_t index,
                                              microsip_import_warning_t *warning);

/**
 * Another handle to the same list, to be freed as well.
 */
microsip_status_t microsip_import_warnings_clone(microsip_import_warnings_t warnings,
                                                 microsip_import_warnings_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_import_warnings_free(microsip_import_warnings_t warnings);

/**
 * Calls as CSV with the columns of MicroSIP's export, as a new handle to be freed. `byte_order_mark` tells
 * spreadsheets that it is UTF-8; `guard_formulas` writes an apostrophe before texts that a spreadsheet would run.
 */
microsip_status_t microsip_call_records_to_csv(microsip_call_records_t records,
                                               microsip_time_format_t times,
                                               bool byte_order_mark,
                                               bool guard_formulas,
                                               microsip_bytes_t *csv);

/**
 * Calls as XML as MicroSIP exports them, as a new handle to be freed.
 */
microsip_status_t microsip_call_records_to_xml(microsip_call_records_t records,
                                               microsip_time_format_t times,
                                               microsip_bytes_t *xml);

/**
 * Calls as a JSON array of objects with `type`, `number`, `name`, `time`, `time_unix`, `duration`, `info`, as a new
 * handle to be freed.
 */
microsip_status_t microsip_call_records_to_json(microsip_call_records_t records, microsip_bytes_t *json);

/**
 * Reads calls from CSV with the columns of `microsip_call_records_to_csv` in any order; Number and Time are needed.
 * `records` and `warnings` (may be NULL) get new lists to be freed.
 *
 * Statuses: `INVALID_ARGUMENT` for what is no such table, `LIMIT_REACHED` beyond 32 MiB or 100,000 calls.
 */
microsip_status_t microsip_call_records_from_csv(const uint8_t *data,
                                                 size_t size,
                                                 bool guard_formulas,
                                                 microsip_call_records_t *records,
                                                 microsip_import_warnings_t *warnings);

/**
 * Reads calls from XML, as `microsip_call_records_from_csv` does.
 */
microsip_status_t microsip_call_records_from_xml(const uint8_t *data,
                                                 size_t size,
                                                 microsip_call_records_t *records,
                                                 microsip_import_warnings_t *warnings);

/**
 * Reads calls from JSON, as `microsip_call_records_from_csv` does.
 */
microsip_status_t microsip_call_records_from_json(const uint8_t *data,
                                                  size_t size,
                                                  microsip_call_records_t *records,
                                                  microsip_import_warnings_t *warnings);

/**
 * Makes a message we sent (`outgoing`) or received, at a time, which is kept in whole seconds.
 */
microsip_status_t microsip_message_record_new(bool outgoing,
                                              const char *number,
                                              int64_t time_unix_ms,
                                              const char *body,
                                              microsip_message_record_t *record);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_message_record_clone(microsip_message_record_t record, microsip_message_record_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_message_record_free(microsip_message_record_t record);

/**
 * Sets the peer's name; default empty.
 */
microsip_status_t microsip_message_record_set_name(microsip_message_record_t record, const char *name);

/**
 * Sets the SIP status its delivery ended with; default 0: none yet, or received.
 */
microsip_status_t microsip_message_record_set_sip_status(microsip_message_record_t record, uint16_t sip_status);

/**
 * Its key in the database it came from; 0 if it came from none.
 */
microsip_status_t microsip_message_record_id(microsip_message_record_t record, int64_t *id);

/**
 * Whether we sent it.
 */
microsip_status_t microsip_message_record_is_outgoing(microsip_message_record_t record, bool *is_outgoing);

/**
 * The peer. Lent until the record is freed.
 */
microsip_status_t microsip_message_record_number(microsip_message_record_t record, const char **number);

/**
 * The peer's name; may be empty. Lent until the record is freed.
 */
microsip_status_t microsip_message_record_name(microsip_message_record_t record, const char **name);

/**
 * When it was sent or received.
 */
microsip_status_t microsip_message_record_time_unix_ms(microsip_message_record_t record, int64_t *time_unix_ms);

/**
 * What it says. Lent until the record is freed.
 */
microsip_status_t microsip_message_record_body(microsip_message_record_t record, const char **body);

/**
 * The SIP status its delivery ended with; `NO_VALUE` for none yet, and for received ones.
 */
microsip_status_t microsip_message_record_sip_status(microsip_message_record_t record, uint16_t *sip_status);

/**
 * How many there are.
 */
microsip_status_t microsip_message_records_count(microsip_message_records_t records, size_t *count);

/**
 * The one at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_message_records_at(microsip_message_records_t records,
                                              size_t index,
                                              microsip_message_record_t *record);

/**
 * Another handle to the same list, to be freed as well.
 */
microsip_status_t microsip_message_records_clone(microsip_message_records_t records, microsip_message_records_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_message_records_free(microsip_message_records_t records);

/**
 * Makes a query for all.
 */
microsip_status_t microsip_history_query_new(microsip_history_query_t *query);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_history_query_clone(microsip_history_query_t query, microsip_history_query_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_history_query_free(microsip_history_query_t query);

/**
 * Of this number, in whatever way it is written; where both have more than 3 characters, the longer of the two may
 * have up to 3 extra leading ones.
 */
microsip_status_t microsip_history_query_set_number(microsip_history_query_t query, const char *number);

/**
 * Of exactly this number, in whatever way it is written.
 */
microsip_status_t microsip_history_query_set_exact_number(microsip_history_query_t query, const char *number);

/**
 * Of this type; more than one may be given. Means nothing for messages.
 */
microsip_status_t microsip_history_query_add_type(microsip_history_query_t query, microsip_call_type_t kind);

/**
 * Begun at this time or later, in whole seconds.
 */
microsip_status_t microsip_history_query_set_from(microsip_history_query_t query, int64_t from_unix_ms);

/**
 * Begun before this time, in whole seconds.
 */
microsip_status_t microsip_history_query_set_before(microsip_history_query_t query, int64_t before_unix_ms);

/**
 * With this text in number, name or info (of a message: in its text), upper and lower case being equal. No character
 * has a special meaning.
 */
microsip_status_t microsip_history_query_set_text(microsip_history_query_t query, const char *needle);

/**
 * In this order; default `MICROSIP_HISTORY_ORDER_NEWEST_FIRST`.
 */
microsip_status_t microsip_history_query_set_order(microsip_history_query_t query, microsip_history_order_t order);

/**
 * At most so many; default no limit. Counting and deleting pass over it.
 */
microsip_status_t microsip_history_query_set_limit(microsip_history_query_t query, uint32_t limit);

/**
 * Without the first so many; default 0. Counting and deleting pass over it.
 */
microsip_status_t microsip_history_query_set_offset(microsip_history_query_t query, uint32_t offset);

/**
 * Makes a call of a type with a number, begun at a time, which is kept in whole seconds.
 */
microsip_status_t microsip_call_record_new(microsip_call_type_t kind,
                                           const char *number,
                                           int64_t begun_unix_ms,
                                           microsip_call_record_t *record);

/**
 * Reads a value of `[Calls]`: `number;name;type;time;duration;info`. Statuses: `NO_VALUE` for a deleted place (`null`,
 * or nothing) and for a text without number.
 */
microsip_status_t microsip_call_record_parse(const char *line, microsip_call_record_t *record);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_call_record_clone(microsip_call_record_t record, microsip_call_record_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_call_record_free(microsip_call_record_t record);

/**
 * Sets the peer's name; default empty.
 */
microsip_status_t microsip_call_record_set_name(microsip_call_record_t record, const char *name);

/**
 * Sets the seconds it was connected; default 0, which is never.
 */
microsip_status_t microsip_call_record_set_duration_s(microsip_call_record_t record, uint32_t duration_s);

/**
 * Sets the words of its end; default empty.
 */
microsip_status_t microsip_call_record_set_info(microsip_call_record_t record, const char *info);

/**
 * Sets the account it went over; default empty. Only databases keep it.
 */
microsip_status_t microsip_call_record_set_account(microsip_call_record_t record, const char *account);

/**
 * Sets its SIP Call-ID; default empty. Only databases keep it.
 */
microsip_status_t microsip_call_record_set_call_id(microsip_call_record_t record, const char *call_id);

/**
 * Sets the path of its recording; default empty. Only databases keep it.
 */
microsip_status_t microsip_call_record_set_recording(microsip_call_record_t record, const char *recording);

/**
 * Its key in the database it came from; 0 if it came from none.
 */
microsip_status_t microsip_call_record_id(microsip_call_record_t record, int64_t *id);

/**
 * Direction and fate.
 */
microsip_status_t microsip_call_record_type(microsip_call_record_t record, microsip_call_type_t *kind);

/**
 * The peer: its user part, `user@host` if the host is not the account's domain. Lent until the record is freed.
 */
microsip_status_t microsip_call_record_number(microsip_call_record_t record, const char **number);

/**
 * The contact's or the peer's own name. Lent until the record is freed.
 */
microsip_status_t microsip_call_record_name(microsip_call_record_t record, const char **name);

/**
 * When it began.
 */
microsip_status_t microsip_call_record_begun_unix_ms(microsip_call_record_t record, int64_t *begun_unix_ms);

/**
 * Seconds connected; 0 if it never was.
 */
microsip_status_t microsip_call_record_duration_s(microsip_call_record_t record, uint32_t *duration_s);

/**
 * How it ended, in words. Lent until the record is freed.
 */
microsip_status_t microsip_call_record_info(microsip_call_record_t record, const char **info);

/**
 * The account it went over; may be empty. Lent until the record is freed.
 */
microsip_status_t microsip_call_record_account(microsip_call_record_t record, const char **account);

/**
 * SIP Call-ID; may be empty. Lent until the record is freed.
 */
microsip_status_t microsip_call_record_call_id(microsip_call_record_t record, const char **call_id);

/**
 * Path of the recording; may be empty. Lent until the record is freed.
 */
microsip_status_t microsip_call_record_recording(microsip_call_record_t record, const char **recording);

/**
 * The value of `[Calls]`, at most 255 characters: what is longer is cut. The format has no escapes: a `;` becomes a
 * comma. Lent until the record is freed.
 */
microsip_status_t microsip_call_record_ini_line(microsip_call_record_t record, const char **ini_line);

/**
 * Makes an empty list.
 */
microsip_status_t microsip_call_records_new(microsip_call_records_t *records);

/**
 * Adds a copy of a call at the end.
 */
microsip_status_t microsip_call_records_add(microsip_call_records_t records, microsip_call_record_t record);

/**
 * How many there are.
 */
microsip_status_t microsip_call_records_count(microsip_call_records_t records, size_t *count);

/**
 * The one at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_call_records_at(microsip_call_records_t records,
                                           size_t index,
                                           microsip_call_record_t *record);

/**
 * Another handle to the same list, to be freed as well.
 */
microsip_status_t microsip_call_records_clone(microsip_call_records_t records, microsip_call_records_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_call_records_free(microsip_call_records_t records);

/**
 * Makes an empty ring.
 */
microsip_status_t microsip_call_ring_new(microsip_call_ring_t *ring);

/**
 * Reads the ring of a settings file, as a new object to be freed. `warnings` (may be NULL) gets a new list to be
 * freed: what was passed over.
 */
microsip_status_t microsip_call_ring_of_ini(microsip_ini_t ini,
                                            microsip_call_ring_t *ring,
                                            microsip_import_warnings_t *warnings);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_call_ring_clone(microsip_call_ring_t ring, microsip_call_ring_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_call_ring_free(microsip_call_ring_t ring);

/**
 * How many calls are in it.
 */
microsip_status_t microsip_call_ring_count(microsip_call_ring_t ring, size_t *count);

/**
 * The place written last (`callsLastKey`), 0 to 999; -1 for none.
 */
microsip_status_t microsip_call_ring_last_place(microsip_call_ring_t ring, int32_t *last_place);

/**
 * The call at `index`, from 0, the oldest first: its place, and the call as a copy to be freed. `NO_VALUE` beyond the
 * end.
 */
microsip_status_t microsip_call_ring_at(microsip_call_ring_t ring,
                                        size_t index,
                                        uint16_t *place,
                                        microsip_call_record_t *record);

/**
 * The call at a place, as a copy to be freed; `NO_VALUE` if there is none.
 */
microsip_status_t microsip_call_ring_get(microsip_call_ring_t ring, uint16_t place, microsip_call_record_t *record);

/**
 * Adds a call in the next place; what was there 1000 calls ago goes. The settings document `ini` is changed likewise,
 * and not saved; the zero handle: none is. `place` (may be NULL) is where the call is.
 */
microsip_status_t microsip_call_ring_push(microsip_call_ring_t ring,
                                          microsip_call_record_t record,
                                          microsip_ini_t ini,
                                          uint16_t *place);

/**
 * Writes another call in a place that has one, such as when it has ended; `ini` as in `microsip_call_ring_push`.
 * `NO_VALUE` if there is none.
 */
microsip_status_t microsip_call_ring_update(microsip_call_ring_t ring,
                                            uint16_t place,
                                            microsip_call_record_t record,
                                            microsip_ini_t ini);

/**
 * Deletes a call; `ini` as in `microsip_call_ring_push`. `NO_VALUE` if there is none.
 */
microsip_status_t microsip_call_ring_delete(microsip_call_ring_t ring, uint16_t place, microsip_ini_t ini);

/**
 * Deletes all calls; `ini` as in `microsip_call_ring_push`.
 */
microsip_status_t microsip_call_ring_clear(microsip_call_ring_t ring, microsip_ini_t ini);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_history_options_new(microsip_history_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_history_options_clone(microsip_history_options_t options, microsip_history_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_history_options_free(microsip_history_options_t options);

/**
 * Sets how many calls are kept, the oldest going first; default 100,000, 0 for no limit.
 */
microsip_status_t microsip_history_options_set_max_calls(microsip_history_options_t options, uint32_t max_calls);

/**
 * Sets how many messages are kept, in the same way; default 100,000, 0 for no limit.
 */
microsip_status_t microsip_history_options_set_max_messages(microsip_history_options_t options, uint32_t max_messages);

/**
 * Sets how long to wait for another process that writes; default 5000, at most 600000.
 */
microsip_status_t microsip_history_options_set_busy_timeout(microsip_history_options_t options, uint32_t timeout_ms);

/**
 * Opens the file at `path`, making or migrating it if needed. `options` is copied; the zero handle stands for the
 * defaults.
 *
 * Statuses: `INVALID_ARGUMENT` without a name, `IO`, `BUSY`, `CONFIG` if it is no database or another program's,
 * `UNSUPPORTED` if a newer program made it.
 */
microsip_status_t microsip_history_store_open(const char *path,
                                              microsip_history_options_t options,
                                              microsip_history_store_t *store);

/**
 * As `microsip_history_store_open`, for reading only, such as beside a running phone: what would write answers
 * `WRONG_STATE`. Statuses: `UNSUPPORTED` also if it is of an older version, which only `microsip_history_store_open`
 * migrates.
 */
microsip_status_t microsip_history_store_open_read_only(const char *path,
                                                        microsip_history_options_t options,
                                                        microsip_history_store_t *store);

/**
 * Opens a database in memory, gone with its last handle.
 */
microsip_status_t microsip_history_store_open_in_memory(microsip_history_options_t options,
                                                        microsip_history_store_t *store);

/**
 * Another handle to the same database, to be freed as well.
 */
microsip_status_t microsip_history_store_clone(microsip_history_store_t store, microsip_history_store_t *clone);

/**
 * Frees a handle; the zero handle is fine. The last one closes the database.
 */
microsip_status_t microsip_history_store_free(microsip_history_store_t store);

/**
 * Stores a copy of a call; its own key is ignored. The oldest beyond the limit go. `id` (may be NULL) is the new key,
 * which is never used again. Statuses: `INVALID_ARGUMENT` without number.
 */
microsip_status_t microsip_history_store_add_call(microsip_history_store_t store,
                                                  microsip_call_record_t record,
                                                  int64_t *id);

/**
 * Stores calls of an import, all or none; those that are there already (same number, type, time and duration) are
 * passed over. `added` (may be NULL) says how many were new.
 */
microsip_status_t microsip_history_store_import_calls(microsip_history_store_t store,
                                                      microsip_call_records_t records,
                                                      size_t *added);

/**
 * Writes a call in the place of the one with its key (`microsip_call_record_id`). `NO_VALUE` if there is none.
 */
microsip_status_t microsip_history_store_update_call(microsip_history_store_t store, microsip_call_record_t record);

/**
 * The call with a key, as a copy to be freed; `NO_VALUE` if there is none.
 */
microsip_status_t microsip_history_store_call(microsip_history_store_t store,
                                              int64_t id,
                                              microsip_call_record_t *record);

/**
 * The calls a query asks for, as a new list to be freed. The zero handle asks for all, newest first.
 */
microsip_status_t microsip_history_store_calls(microsip_history_store_t store,
                                               microsip_history_query_t query,
                                               microsip_call_records_t *records);

/**
 * How many calls a query's conditions hold for.
 */
microsip_status_t microsip_history_store_count_calls(microsip_history_store_t store,
                                                     microsip_history_query_t query,
                                                     uint64_t *count);

/**
 * Deletes the call with a key. `NO_VALUE` if there is none.
 */
microsip_status_t microsip_history_store_delete_call(microsip_history_store_t store, int64_t id);

/**
 * Deletes the calls a query's conditions hold for; the zero handle deletes all. `count` (may be NULL) says how many.
 */
microsip_status_t microsip_history_store_delete_calls(microsip_history_store_t store,
                                                      microsip_history_query_t query,
                                                      size_t *count);

/**
 * Stores a copy of a message; the oldest beyond the limit go. `id` (may be NULL) is its key. Statuses:
 * `INVALID_ARGUMENT` without number.
 */
microsip_status_t microsip_history_store_add_message(microsip_history_store_t store,
                                                     microsip_message_record_t record,
                                                     int64_t *id);

/**
 * Writes the SIP status a message's delivery ended with. `NO_VALUE` if there is no message with this key.
 */
microsip_status_t microsip_history_store_set_message_status(microsip_history_store_t store,
                                                            int64_t id,
                                                            uint16_t sip_status);

/**
 * The messages a query asks for, as a new list to be freed. The zero handle asks for all, newest first.
 */
microsip_status_t microsip_history_store_messages(microsip_history_store_t store,
                                                  microsip_history_query_t query,
                                                  microsip_message_records_t *records);

/**
 * Deletes the messages a query's conditions hold for; the zero handle deletes all. `count` (may be NULL) says how
 * many.
 */
microsip_status_t microsip_history_store_delete_messages(microsip_history_store_t store,
                                                         microsip_history_query_t query,
                                                         size_t *count);

/**
 * Makes the database's contacts those of the book, whole or not at all: for programs that read the database.
 */
microsip_status_t microsip_history_store_replace_contacts(microsip_history_store_t store, microsip_contact_book_t book);

/**
 * The contacts as they were stored last, as a new list to be freed. Statuses: `CONFIG` if another program wrote
 * something else.
 */
microsip_status_t microsip_history_store_contacts(microsip_history_store_t store, microsip_contacts_t *contacts);

/**
 * Makes a document with a lone `[Settings]`, in UTF-16 with a byte-order mark, as MicroSIP makes it. Nothing is
 * written yet; `path` is where `microsip_ini_save` will write it.
 */
microsip_status_t microsip_ini_new(const char *path, microsip_ini_t *ini);

/**
 * Reads a document from its bytes. `path` (may be NULL) is for warnings and for saving. `code_page` is Windows' number
 * of the encoding of a file that has no byte-order mark, 0 for 1252 (Western European); `guess_utf8` takes such a file
 * as UTF-8 if it is valid, which MicroSIP does not.
 *
 * What is malformed is kept and told by `microsip_ini_problems`. Statuses: `LIMIT_REACHED` beyond 4 MiB or 200,000
 * lines, `INVALID_ARGUMENT` for a code page that is not known: 874, 932, 936, 949, 950, 1250 to 1258, 65001.
 */
microsip_status_t microsip_ini_parse(const uint8_t *data,
                                     size_t size,
                                     const char *path,
                                     uint16_t code_page,
                                     bool guess_utf8,
                                     microsip_ini_t *ini);

/**
 * Reads the file at `path` from the disk; the other parameters are those of `microsip_ini_parse`.
 *
 * Statuses: `IO` if it cannot be read; those of `microsip_ini_parse`.
 */
microsip_status_t microsip_ini_load(const char *path, uint16_t code_page, bool guess_utf8, microsip_ini_t *ini);

/**
 * As `microsip_ini_load`; a file that is absent or empty gives a new document, and `first_run` (may be NULL) is true.
 */
microsip_status_t microsip_ini_load_or_new(const char *path,
                                           uint16_t code_page,
                                           bool guess_utf8,
                                           microsip_ini_t *ini,
                                           bool *first_run);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_ini_clone(microsip_ini_t ini, microsip_ini_t *clone);

/**
 * Frees a handle; the zero handle is fine. Nothing is saved.
 */
microsip_status_t microsip_ini_free(microsip_ini_t ini);

/**
 * Where it was read from, and is saved to. Lent until the document is freed.
 */
microsip_status_t microsip_ini_path(microsip_ini_t ini, const char **path);

/**
 * The encoding it is in: `"utf-16le"`, `"utf-8"`, `"windows-1252"`, … Lent until the document is freed.
 */
microsip_status_t microsip_ini_encoding(microsip_ini_t ini, const char **encoding);

/**
 * Whether it begins with a byte-order mark.
 */
microsip_status_t microsip_ini_has_mark(microsip_ini_t ini, bool *has_mark);

/**
 * Whether nothing is in it.
 */
microsip_status_t microsip_ini_is_empty(microsip_ini_t ini, bool *is_empty);

/**
 * Rewrites the document in another encoding, with a byte-order mark except for code pages. `code_page` counts for
 * `MICROSIP_INI_ENCODING_ANSI` only. Broken characters become U+FFFD.
 *
 * Statuses: `INVALID_ARGUMENT` if a character is not in the code page, or the code page is not known; nothing is
 * changed then.
 */
microsip_status_t microsip_ini_convert(microsip_ini_t ini, microsip_ini_encoding_t encoding, uint16_t code_page);

/**
 * The document's bytes, as a new handle to be freed. Passwords are in there as they stand in the file.
 */
microsip_status_t microsip_ini_to_bytes(microsip_ini_t ini, microsip_bytes_t *bytes);

/**
 * Saves the document where it was read from, at once: a reader sees the old file or the new one, never half of it. A
 * new file is for its owner only, as passwords are in it; an existing one keeps its mode, a link stays a link, missing
 * directories are made.
 *
 * Statuses: `IO`; the old file is unharmed then.
 */
microsip_status_t microsip_ini_save(microsip_ini_t ini);

/**
 * As `microsip_ini_save`, to another file.
 */
microsip_status_t microsip_ini_save_as(microsip_ini_t ini, const char *path);

/**
 * As `microsip_ini_save`, if the file still has this content (`seen` NULL: if there is no file), so that what somebody
 * else wrote meanwhile is not lost. `saved` is false, and nothing is changed, if it has another one.
 */
microsip_status_t microsip_ini_save_over(microsip_ini_t ini, const uint8_t *seen, size_t size, bool *saved);

/**
 * Whether the file on disk differs from this document: somebody edited it, or it was never saved. Statuses: `IO`.
 */
microsip_status_t microsip_ini_differs_on_disk(microsip_ini_t ini, bool *differs);

/**
 * The names of the sections as written, each once, in the order of the file, as a new list to be freed.
 */
microsip_status_t microsip_ini_sections(microsip_ini_t ini, microsip_text_list_t *sections);

/**
 * Whether there is such a section.
 */
microsip_status_t microsip_ini_has_section(microsip_ini_t ini, const char *section, bool *has);

/**
 * The value of a key as text, without the white space and quotes around it; `***` for passwords, which
 * `microsip_ini_password` reads. Lent until the document is freed, also when the key is changed. Statuses: `NO_VALUE`
 * if it is not there; `microsip_ini_setting` knows the defaults.
 */
microsip_status_t microsip_ini_get(microsip_ini_t ini, const char *section, const char *key, const char **value);

/**
 * The line of the file a key is in, from 1; `NO_VALUE` if it is not there.
 */
microsip_status_t microsip_ini_line(microsip_ini_t ini, const char *section, const char *key, size_t *line);

/**
 * Sets a key, and makes it and its section if they are missing. An existing line keeps its spelling, its spaces and
 * its quotes. The value is not checked: `microsip_ini_set_checked`. `changed` (may be NULL) says whether the document
 * changed.
 *
 * Statuses: `INVALID_ARGUMENT` for names and values that no line can hold (line ends), or that the file's code page
 * lacks.
 */
microsip_status_t microsip_ini_set(microsip_ini_t ini,
                                   const char *section,
                                   const char *key,
                                   const char *value,
                                   bool *changed);

/**
 * As `microsip_ini_set`, and a line that has to be made gets double quotes around the value, as MicroSIP writes
 * devices and hooks.
 */
microsip_status_t microsip_ini_set_quoted(microsip_ini_t ini,
                                          const char *section,
                                          const char *key,
                                          const char *value,
                                          bool *changed);

/**
 * Sets a known key if the value is one that will be understood; a password is written as `store` says (the zero
 * handle: its defaults). `changed` may be NULL.
 *
 * Statuses: `INVALID_ARGUMENT` for an unknown key and for a wrong value, with what is allowed; those of
 * `microsip_ini_set`.
 */
microsip_status_t microsip_ini_set_checked(microsip_ini_t ini,
                                           const char *section,
                                           const char *key,
                                           const char *value,
                                           microsip_password_store_t store,
                                           bool *changed);

/**
 * Removes a key, all lines of it in its section. `removed` (may be NULL) says whether there was one.
 */
microsip_status_t microsip_ini_remove(microsip_ini_t ini, const char *section, const char *key, bool *removed);

/**
 * Removes a section with its keys, wherever it stands; comments after its last key stay. `removed` (may be NULL) says
 * whether there was one.
 */
microsip_status_t microsip_ini_remove_section(microsip_ini_t ini, const char *section, bool *removed);

/**
 * The keys of a section that count, in the order of the file, as a new object to be freed. A missing section has none.
 */
microsip_status_t microsip_ini_section_entries(microsip_ini_t ini,
                                               const char *section,
                                               microsip_ini_entries_t *entries);

/**
 * How many there are.
 */
microsip_status_t microsip_ini_entries_count(microsip_ini_entries_t entries, size_t *count);

/**
 * The one at `index`, from 0: its key as written and its value, `***` for passwords, both lent until the entries are
 * freed, and its line in the file, from 1 (may be NULL). `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_ini_entries_at(microsip_ini_entries_t entries,
                                          size_t index,
                                          const char **key,
                                          const char **value,
                                          size_t *line);

/**
 * Another handle to the same entries, to be freed as well.
 */
microsip_status_t microsip_ini_entries_clone(microsip_ini_entries_t entries, microsip_ini_entries_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_ini_entries_free(microsip_ini_entries_t entries);

/**
 * The texts dialled last (`[Dialed]`), newest first, as a new list to be freed.
 */
microsip_status_t microsip_ini_dialed(microsip_ini_t ini, microsip_text_list_t *dialed);

/**
 * Puts a text in front of `[Dialed]`; an equal one further down moves up. Ten are kept. Statuses: those of
 * `microsip_ini_set`.
 */
microsip_status_t microsip_ini_push_dialed(microsip_ini_t ini, const char *dialed);

/**
 * Reads the old contact list `[Contacts]` into a new book to be freed; MicroSIP moved it to `Contacts.xml` later.
 * `warnings` (may be NULL) gets a new list to be freed: what was passed over.
 */
microsip_status_t microsip_ini_old_contacts(microsip_ini_t ini,
                                            microsip_contact_book_t *book,
                                            microsip_import_warnings_t *warnings);

/**
 * Makes a shortcut that calls a number; `label` is what stands on the button.
 */
microsip_status_t microsip_shortcut_new(const char *label, const char *number, microsip_shortcut_t *shortcut);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_shortcut_clone(microsip_shortcut_t shortcut, microsip_shortcut_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_shortcut_free(microsip_shortcut_t shortcut);

/**
 * Sets what is done with the number.
 */
microsip_status_t microsip_shortcut_set_action(microsip_shortcut_t shortcut, microsip_shortcut_action_t action);

/**
 * Sets the number of the second press; empty (default): the same.
 */
microsip_status_t microsip_shortcut_set_number2(microsip_shortcut_t shortcut, const char *number2);

/**
 * Sets whether the number's state is watched; default false.
 */
microsip_status_t microsip_shortcut_set_presence(microsip_shortcut_t shortcut, bool presence);

/**
 * What stands on the button. Lent until the shortcut is freed.
 */
microsip_status_t microsip_shortcut_label(microsip_shortcut_t shortcut, const char **label);

/**
 * The number, digits, program or URL. Lent until the shortcut is freed.
 */
microsip_status_t microsip_shortcut_number(microsip_shortcut_t shortcut, const char **number);

/**
 * What is done with it.
 */
microsip_status_t microsip_shortcut_action(microsip_shortcut_t shortcut, microsip_shortcut_action_t *action);

/**
 * The number of the second press; empty: the same. Lent until the shortcut is freed.
 */
microsip_status_t microsip_shortcut_number2(microsip_shortcut_t shortcut, const char **number2);

/**
 * Whether the number's state is watched.
 */
microsip_status_t microsip_shortcut_presence(microsip_shortcut_t shortcut, bool *presence);

/**
 * How many shortcuts there are, up to the first gap.
 */
microsip_status_t microsip_ini_shortcut_count(microsip_ini_t ini, size_t *count);

/**
 * The shortcut at `index`, from 0, as a new handle to be freed; changing it does not change the file. `NO_VALUE`
 * beyond the end.
 */
microsip_status_t microsip_ini_shortcut_at(microsip_ini_t ini, size_t index, microsip_shortcut_t *shortcut);

/**
 * Replaces the shortcuts by `count` others, which are copied and stay the caller's. Statuses: `INVALID_ARGUMENT` for
 * more than eight and for a `;` in a text, as the file has no escape for it; nothing is changed then.
 */
microsip_status_t microsip_ini_set_shortcuts(microsip_ini_t ini, const microsip_shortcut_t *shortcuts, size_t count);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_password_store_new(microsip_password_store_t *store);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_password_store_clone(microsip_password_store_t store, microsip_password_store_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_password_store_free(microsip_password_store_t store);

/**
 * Sets the key text passwords are hidden with; default: nine asterisks, as in MicroSIP's published sources.
 */
microsip_status_t microsip_password_store_set_key(microsip_password_store_t store, const char *key);

/**
 * Sets whether new passwords are hidden, default true; false writes plain text, which MicroSIP reads too.
 */
microsip_status_t microsip_password_store_set_hide(microsip_password_store_t store, bool hide);

/**
 * Sets whether hexadecimal that does not decrypt is a plain password, as MicroSIP takes it. Default false: registering
 * with it would only lock the account.
 */
microsip_status_t microsip_password_store_set_hex_is_plain(microsip_password_store_t store, bool plain);

/**
 * Copies the password that a stored value stands for, with a NUL, to the caller's memory of `capacity` bytes; empty if
 * it is unreadable. `length` is that of the password in bytes. `form` (may be NULL) says how it was found. `buffer`
 * may be the memory of `stored`.
 *
 * Statuses: `BUFFER_TOO_SMALL`; `length` is right all the same.
 */
microsip_status_t microsip_password_store_read(microsip_password_store_t store,
                                               const char *stored,
                                               char *buffer,
                                               size_t capacity,
                                               size_t *length,
                                               microsip_password_form_t *form);

/**
 * Copies the value that stands for a password in the file, hidden or plain, as `microsip_password_store_read` does. A
 * password that looks like a hidden one is always hidden.
 *
 * Statuses: `INVALID_ARGUMENT` for more than 1040 characters and for plain text with line ends; `BUFFER_TOO_SMALL`.
 */
microsip_status_t microsip_password_store_write(microsip_password_store_t store,
                                                const char *password,
                                                char *buffer,
                                                size_t capacity,
                                                size_t *length);

/**
 * Copies the password of `[AccountN]`, N being `account`, as `microsip_password_store_read` does; empty if there is
 * none.
 */
microsip_status_t microsip_ini_password(microsip_ini_t ini,
                                        uint32_t account,
                                        microsip_password_store_t store,
                                        char *buffer,
                                        size_t capacity,
                                        size_t *length,
                                        microsip_password_form_t *form);

/**
 * Sets the password of `[AccountN]`, hidden or plain as `store` says (the zero handle: its defaults). `changed` (may
 * be NULL) says whether the document changed. Statuses: those of `microsip_password_store_write`.
 */
microsip_status_t microsip_ini_set_password(microsip_ini_t ini,
                                            uint32_t account,
                                            microsip_password_store_t store,
                                            const char *password,
                                            bool *changed);

/**
 * Hides the passwords that stand in the file as plain text, as MicroSIP does when it reads them. `count` (may be
 * NULL): how many.
 */
microsip_status_t microsip_ini_hide_passwords(microsip_ini_t ini, microsip_password_store_t store, size_t *count);

/**
 * Chooses the settings file as MicroSIP does, by this process' program, working directory and environment.
 *
 * `given` (may be NULL) is a file's name: as it is if absolute, else below the working directory or the user's
 * directory, wherever it exists. Without it `kind` says whether the file is beside the program
 * (`MICROSIP_PLACE_KIND_PORTABLE`) or in the user's directory (`MICROSIP_PLACE_KIND_PER_USER`); with 0 one beside the
 * program wins if it exists. The file need not exist.
 *
 * Statuses: `INVALID_ARGUMENT` if `given` is empty or a directory's name, `INVALID_ENUM`, `IO` if the system does not
 * tell the directories.
 */
microsip_status_t microsip_place_choose(const char *given, microsip_place_kind_t kind, microsip_place_t *place);

/**
 * How it was chosen.
 */
microsip_status_t microsip_place_kind(microsip_place_t place, microsip_place_kind_t *kind);

/**
 * The settings file. Lent until the place is freed.
 */
microsip_status_t microsip_place_settings(microsip_place_t place, const char **settings);

/**
 * `Contacts.xml`, beside the settings. Lent until the place is freed.
 */
microsip_status_t microsip_place_contacts(microsip_place_t place, const char **contacts);

/**
 * The log file. Lent until the place is freed.
 */
microsip_status_t microsip_place_log(microsip_place_t place, const char **log);

/**
 * The directory of recordings, unless the setting `recordingPath` says otherwise. Lent until the place is freed.
 */
microsip_status_t microsip_place_recordings(microsip_place_t place, const char **recordings);

/**
 * Another handle to the same place, to be freed as well.
 */
microsip_status_t microsip_place_clone(microsip_place_t place, microsip_place_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_place_free(microsip_place_t place);

/**
 * Looks at every key of a document; the report is a new object to be freed.
 */
microsip_status_t microsip_ini_report_of(microsip_ini_t ini, microsip_ini_report_t *report);

/**
 * The report as a table for people. Lent until the report is freed.
 */
microsip_status_t microsip_ini_report_text(microsip_ini_report_t report, const char **text);

/**
 * How many keys are in it. Calls and other lists are summed up: `microsip_ini_report_list_count`.
 */
microsip_status_t microsip_ini_report_count(microsip_ini_report_t report, size_t *count);

/**
 * The key at `index`, from 0, in the order of the file, as a new handle to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_ini_report_at(microsip_ini_report_t report,
                                         size_t index,
                                         microsip_ini_report_entry_t *entry);

/**
 * How many keys have this disposition.
 */
microsip_status_t microsip_ini_report_count_of(microsip_ini_report_t report,
                                               microsip_ini_disposition_t disposition,
                                               size_t *count);

/**
 * How many sections are lists.
 */
microsip_status_t microsip_ini_report_list_count(microsip_ini_report_t report, size_t *list_count);

/**
 * The section at `index`, from 0, that is a list: its name, lent until the report is freed, and how many entries it
 * has. `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_ini_report_list_at(microsip_ini_report_t report,
                                              size_t index,
                                              const char **section,
                                              size_t *entries);

/**
 * Another handle to the same report, to be freed as well.
 */
microsip_status_t microsip_ini_report_clone(microsip_ini_report_t report, microsip_ini_report_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_ini_report_free(microsip_ini_report_t report);

/**
 * Line in the file, from 1.
 */
microsip_status_t microsip_ini_report_entry_line(microsip_ini_report_entry_t entry, size_t *line);

/**
 * The section, as written. Lent until the entry is freed.
 */
microsip_status_t microsip_ini_report_entry_section(microsip_ini_report_entry_t entry, const char **section);

/**
 * The key, as written. Lent until the entry is freed.
 */
microsip_status_t microsip_ini_report_entry_key(microsip_ini_report_entry_t entry, const char **key);

/**
 * The value, at most 80 characters of it; `***` for secrets. Lent until the entry is freed.
 */
microsip_status_t microsip_ini_report_entry_value(microsip_ini_report_entry_t entry, const char **value);

/**
 * What becomes of it.
 */
microsip_status_t microsip_ini_report_entry_disposition(microsip_ini_report_entry_t entry,
                                                        microsip_ini_disposition_t *disposition);

/**
 * What it means; empty for unknown keys. Lent until the entry is freed.
 */
microsip_status_t microsip_ini_report_entry_meaning(microsip_ini_report_entry_t entry, const char **meaning);

/**
 * What is allowed, in words; empty for unknown keys. Lent until the entry is freed.
 */
microsip_status_t microsip_ini_report_entry_allowed(microsip_ini_report_entry_t entry, const char **allowed);

/**
 * What is used if the key is missing; empty also for unknown keys. Lent until the entry is freed.
 */
microsip_status_t microsip_ini_report_entry_default(microsip_ini_report_entry_t entry, const char **value);

/**
 * A known key of this section that is spelt much alike, for unknown keys; `NO_VALUE` if there is none. Lent until the
 * entry is freed.
 */
microsip_status_t microsip_ini_report_entry_perhaps(microsip_ini_report_entry_t entry, const char **perhaps);

/**
 * Another handle to the same entry, to be freed as well.
 */
microsip_status_t microsip_ini_report_entry_clone(microsip_ini_report_entry_t entry,
                                                  microsip_ini_report_entry_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_ini_report_entry_free(microsip_ini_report_entry_t entry);

/**
 * What is known of a key and what counts for it: the value in the file if it is a right one, else the default.
 * `section` is `"Settings"`, `"Account1"`, `"Extensions"`. The zero handle stands for an empty file: the defaults. The
 * setting is a new object to be freed; it does not change with the file.
 *
 * Statuses: `NO_VALUE` for a key that is not known in this section.
 */
microsip_status_t microsip_ini_setting(microsip_ini_t ini,
                                       const char *section,
                                       const char *key,
                                       microsip_ini_setting_t *setting);

/**
 * The names of all known keys, in MicroSIP's order, as a new list to be freed.
 */
microsip_status_t microsip_ini_known_keys(microsip_ini_keys_t keys, microsip_text_list_t *names);

/**
 * The key's name as MicroSIP writes it. Lent until the setting is freed.
 */
microsip_status_t microsip_ini_setting_name(microsip_ini_setting_t setting, const char **name);

/**
 * How its value is read.
 */
microsip_status_t microsip_ini_setting_kind(microsip_ini_setting_t setting, microsip_ini_value_kind_t *kind);

/**
 * What becomes of it.
 */
microsip_status_t microsip_ini_setting_disposition(microsip_ini_setting_t setting,
                                                   microsip_ini_disposition_t *disposition);

/**
 * What it means, in a sentence or two. Lent until the setting is freed.
 */
microsip_status_t microsip_ini_setting_meaning(microsip_ini_setting_t setting, const char **meaning);

/**
 * The values that are allowed, in words. Lent until the setting is freed.
 */
microsip_status_t microsip_ini_setting_allowed(microsip_ini_setting_t setting, const char **allowed);

/**
 * The value used if the key is missing, as text. Lent until the setting is freed.
 */
microsip_status_t microsip_ini_setting_default(microsip_ini_setting_t setting, const char **value);

/**
 * Whether its value is a secret, which `microsip_ini_setting_value` does not show.
 */
microsip_status_t microsip_ini_setting_is_secret(microsip_ini_setting_t setting, bool *is_secret);

/**
 * Whether the key is in the file, with whatever value.
 */
microsip_status_t microsip_ini_setting_is_set(microsip_ini_setting_t setting, bool *is_set);

/**
 * Whether the file has a wrong value, which is not used.
 */
microsip_status_t microsip_ini_setting_is_wrong(microsip_ini_setting_t setting, bool *is_wrong);

/**
 * The line of the file it is in, from 1; `NO_VALUE` if it is not there.
 */
microsip_status_t microsip_ini_setting_line(microsip_ini_setting_t setting, size_t *line);

/**
 * The value that counts, as text; `***` for secrets. Lent until the setting is freed.
 */
microsip_status_t microsip_ini_setting_value(microsip_ini_setting_t setting, const char **value);

/**
 * The value that counts, of a switch. Statuses: `INVALID_ARGUMENT` if it is none.
 */
microsip_status_t microsip_ini_setting_switch(microsip_ini_setting_t setting, bool *value);

/**
 * The value that counts, of a number. Statuses: `INVALID_ARGUMENT` if it is none, `NO_VALUE` if none is set and there
 * is no default.
 */
microsip_status_t microsip_ini_setting_integer(microsip_ini_setting_t setting, int64_t *integer);

/**
 * The value that counts, of a list or of ports, as a new list to be freed. Statuses: `INVALID_ARGUMENT` if it is none.
 */
microsip_status_t microsip_ini_setting_list(microsip_ini_setting_t setting, microsip_text_list_t *list);

/**
 * The texts one of which the value is, as a new list to be freed. Statuses: `INVALID_ARGUMENT` if any text is allowed.
 */
microsip_status_t microsip_ini_setting_choices(microsip_ini_setting_t setting, microsip_text_list_t *choices);

/**
 * The smallest and the largest number allowed. Statuses: `INVALID_ARGUMENT` if it is no number.
 */
microsip_status_t microsip_ini_setting_range(microsip_ini_setting_t setting, int64_t *min, int64_t *max);

/**
 * Another handle to the same setting, to be freed as well.
 */
microsip_status_t microsip_ini_setting_clone(microsip_ini_setting_t setting, microsip_ini_setting_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_ini_setting_free(microsip_ini_setting_t setting);

/**
 * How many accounts the file has: `[Account1]`, `[Account2]`, … up to the first that is missing or has no `domain`;
 * the local one, `[Account0]`, does not count.
 */
microsip_status_t microsip_ini_account_count(microsip_ini_t ini, size_t *count);

/**
 * What kind of trouble it is.
 */
microsip_status_t microsip_ini_warning_kind(microsip_ini_warning_t warning, microsip_ini_warning_kind_t *kind);

/**
 * One line for a log: file, line, key, value and what is allowed. Lent until the warning is freed.
 */
microsip_status_t microsip_ini_warning_message(microsip_ini_warning_t warning, const char **message);

/**
 * The file. Lent until the warning is freed.
 */
microsip_status_t microsip_ini_warning_file(microsip_ini_warning_t warning, const char **file);

/**
 * Line in the file, from 1; 0 if there is none.
 */
microsip_status_t microsip_ini_warning_line(microsip_ini_warning_t warning, size_t *line);

/**
 * The section; empty before the first one. Lent until the warning is freed.
 */
microsip_status_t microsip_ini_warning_section(microsip_ini_warning_t warning, const char **section);

/**
 * The key; empty if a line or section is meant. Lent until the warning is freed.
 */
microsip_status_t microsip_ini_warning_key(microsip_ini_warning_t warning, const char **key);

/**
 * The value as it is in the file, at most 80 characters of it; `***` for secrets. Lent until the warning is freed.
 */
microsip_status_t microsip_ini_warning_value(microsip_ini_warning_t warning, const char **value);

/**
 * What is allowed, or what to do. Lent until the warning is freed.
 */
microsip_status_t microsip_ini_warning_allowed(microsip_ini_warning_t warning, const char **allowed);

/**
 * The value used instead; `NO_VALUE` if the file's is used. Lent until the warning is freed.
 */
microsip_status_t microsip_ini_warning_used(microsip_ini_warning_t warning, const char **used);

/**
 * Another handle to the same warning, to be freed as well.
 */
microsip_status_t microsip_ini_warning_clone(microsip_ini_warning_t warning, microsip_ini_warning_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_ini_warning_free(microsip_ini_warning_t warning);

/**
 * How many there are.
 */
microsip_status_t microsip_ini_warnings_count(microsip_ini_warnings_t warnings, size_t *count);

/**
 * The one at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_ini_warnings_at(microsip_ini_warnings_t warnings,
                                           size_t index,
                                           microsip_ini_warning_t *warning);

/**
 * Another handle to the same list, to be freed as well.
 */
microsip_status_t microsip_ini_warnings_clone(microsip_ini_warnings_t warnings, microsip_ini_warnings_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_ini_warnings_free(microsip_ini_warnings_t warnings);

/**
 * What is wrong with the lines, whatever they mean: malformed ones, duplicates, keys outside sections; the first 1000.
 * A new list to be freed.
 */
microsip_status_t microsip_ini_problems(microsip_ini_t ini, microsip_ini_warnings_t *problems);

/**
 * As `microsip_ini_problems`, with the values of `[Settings]`, `[Extensions]`, `[Account0]` and all accounts that are
 * not understood. `store` says how passwords are read; the zero handle stands for its defaults.
 */
microsip_status_t microsip_ini_warnings_of(microsip_ini_t ini,
                                           microsip_password_store_t store,
                                           microsip_ini_warnings_t *warnings);

/**
 * What became of the file.
 */
microsip_status_t microsip_ini_change_kind(microsip_ini_change_t change, microsip_ini_change_kind_t *kind);

/**
 * What the file says now, as a new document to be freed; `NO_VALUE` unless it changed.
 */
microsip_status_t microsip_ini_change_ini(microsip_ini_change_t change, microsip_ini_t *ini);

/**
 * Why it cannot be read, as a new handle to be freed; `NO_VALUE` if it can.
 */
microsip_status_t microsip_ini_change_error(microsip_ini_change_t change, microsip_error_t *error);

/**
 * Another handle to the same change, to be freed as well.
 */
microsip_status_t microsip_ini_change_clone(microsip_ini_change_t change, microsip_ini_change_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_ini_change_free(microsip_ini_change_t change);

/**
 * Watches the file that `ini` was read from. What differs from `ini` is told to `callback`, also if it changed before
 * this call. Contents are compared, not times. `destroy` (may be NULL) is called once with `user_data` at the end,
 * also when this function fails.
 *
 * `settle_ms`: for how long a new content must stay before it is told, 10 to 60000, 0 for 200. `poll_ms`: how often to
 * look where the system does not tell of changes, 10 to 3600000, 0 for 2000. `poll_only`: not to ask the system. An
 * empty or unreadable file is told after 2 s, an absent one after 0.5 s.
 *
 * Statuses: `INVALID_ARGUMENT` for a time out of range or an `ini` without a file's name, `LIMIT_REACHED` without a
 * thread.
 */
microsip_status_t microsip_ini_watch(microsip_ini_t ini,
                                     uint32_t settle_ms,
                                     uint32_t poll_ms,
                                     bool poll_only,
                                     microsip_ini_change_callback_t callback,
                                     void *user_data,
                                     microsip_destroy_t destroy,
                                     microsip_ini_watcher_t *watcher);

/**
 * Saves a document as `microsip_ini_save` does, without telling it as a change.
 */
microsip_status_t microsip_ini_watcher_save(microsip_ini_watcher_t watcher, microsip_ini_t ini);

/**
 * Saves a document as `microsip_ini_save_over` does, without telling it as a change.
 */
microsip_status_t microsip_ini_watcher_save_over(microsip_ini_watcher_t watcher,
                                                 microsip_ini_t ini,
                                                 const uint8_t *seen,
                                                 size_t size,
                                                 bool *saved);

/**
 * Looks at the file now; does not wait for it.
 */
microsip_status_t microsip_ini_watcher_look(microsip_ini_watcher_t watcher);

/**
 * Whether the system tells of changes at present; else the file is looked at every `poll_ms`.
 */
microsip_status_t microsip_ini_watcher_is_notified(microsip_ini_watcher_t watcher, bool *is_notified);

/**
 * Ends it: no call back begins any more. One that is running is waited for, 2 s at most, unless this is called from
 * it.
 *
 * Statuses: `TIMEOUT` if it is still running then.
 */
microsip_status_t microsip_ini_watcher_close(microsip_ini_watcher_t watcher);

/**
 * Another handle to the same watcher, to be freed as well.
 */
microsip_status_t microsip_ini_watcher_clone(microsip_ini_watcher_t watcher, microsip_ini_watcher_t *clone);

/**
 * Frees a handle; the zero handle is fine. With the last one no more call back begins; one that is running is not
 * waited for.
 */
microsip_status_t microsip_ini_watcher_free(microsip_ini_watcher_t watcher);

/**
 * Reads a link: `sip:`, `sips:`, `tel:`, `callto:`, `dial:`, `dialpad:` or `msip:`, each also as `scheme://…/`, of at
 * most 2048 bytes.
 *
 * Statuses: `INVALID_ARGUMENT` for an unknown scheme, control characters (escaped or not), wrong escapes, a target
 * that begins with `-` or `/`, a malformed number, an unknown or forbidden `msip:` command.
 */
microsip_status_t microsip_link_parse(const char *uri, microsip_link_t *link);

/**
 * Its scheme.
 */
microsip_status_t microsip_link_scheme(microsip_link_t link, microsip_link_scheme_t *scheme);

/**
 * What it asks for.
 */
microsip_status_t microsip_link_action(microsip_link_t link, microsip_link_action_t *action);

/**
 * Whom to call or to write to, as text for `microsip_number_rules_resolve`, with post-dial digits behind a comma;
 * `NO_VALUE` for a command. Lent until the link is freed.
 */
microsip_status_t microsip_link_target(microsip_link_t link, const char **target);

/**
 * Whether TLS is required.
 */
microsip_status_t microsip_link_is_secure(microsip_link_t link, bool *is_secure);

/**
 * The text of a message; `NO_VALUE` if it asks for something else. Lent until the link is freed.
 */
microsip_status_t microsip_link_message(microsip_link_t link, const char **message);

/**
 * The command of a `msip:` link, as a new handle to be freed; `NO_VALUE` if it asks for something else.
 */
microsip_status_t microsip_link_command(microsip_link_t link, microsip_command_t *command);

/**
 * The extension of a `tel:` link (RFC 3966 §5.3), which the target has as post-dial digits; `NO_VALUE` if it has none.
 * Lent until the link is freed.
 */
microsip_status_t microsip_link_extension(microsip_link_t link, const char **extension);

/**
 * The ISDN sub-address of a `tel:` link, not used for calling; `NO_VALUE` if it has none. Lent until the link is
 * freed.
 */
microsip_status_t microsip_link_isub(microsip_link_t link, const char **isub);

/**
 * The `phone-context` of a `tel:` link, not used for calling; `NO_VALUE` if it has none. Lent until the link is freed.
 */
microsip_status_t microsip_link_phone_context(microsip_link_t link, const char **phone_context);

/**
 * How many other parameters a `tel:` link has.
 */
microsip_status_t microsip_link_parameter_count(microsip_link_t link, size_t *parameter_count);

/**
 * The parameter at `index`, from 0: name and decoded value, both lent until the link is freed. `NO_VALUE` beyond the
 * end.
 */
microsip_status_t microsip_link_parameter_at(microsip_link_t link, size_t index, const char **name, const char **value);

/**
 * Names of URI headers that were left out, as a new list to be freed: a link may set Subject, Priority and
 * Organization only.
 */
microsip_status_t microsip_link_left_out(microsip_link_t link, microsip_text_list_t *left_out);

/**
 * Another handle to the same link, to be freed as well.
 */
microsip_status_t microsip_link_clone(microsip_link_t link, microsip_link_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_link_free(microsip_link_t link);

/**
 * Makes rules for an account with this domain, put behind names and numbers as it stands, with its port; NULL: no
 * account is active.
 */
microsip_status_t microsip_number_rules_new(const char *domain, microsip_number_rules_t *rules);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_number_rules_clone(microsip_number_rules_t rules, microsip_number_rules_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_number_rules_free(microsip_number_rules_t rules);

/**
 * Says whether the local account exists, which makes calls to IP addresses; default: whether there is no domain.
 */
microsip_status_t microsip_number_rules_set_local(microsip_number_rules_t rules, bool exists);

/**
 * Sets the local account's own domain; NULL: it has none.
 */
microsip_status_t microsip_number_rules_set_local_domain(microsip_number_rules_t rules, const char *domain);

/**
 * Sets the prefix of phone numbers of more than 3 characters (`dialingPrefix`); empty (default): none.
 */
microsip_status_t microsip_number_rules_set_prefix(microsip_number_rules_t rules, const char *prefix);

/**
 * Sets the dial plan, which is copied; the zero handle: none, which leaves every number as it is.
 */
microsip_status_t microsip_number_rules_set_dial_plan(microsip_number_rules_t rules, microsip_dial_plan_t plan);

/**
 * Reads a number, a name, `user@host`, a SIP URI or `"Name" <sip:user@host>`, for a call or a transfer, as MicroSIP
 * does: post-dial digits behind a comma, clean-up of phone numbers, prefix, dial plan, domain. The result is a new
 * object to be freed.
 *
 * Statuses: `INVALID_ARGUMENT` when the text is empty, no alternative of the dial plan matches, what follows the comma
 * is no DTMF, or no valid URI of at most 900 bytes results; `CONFIG` when no account can make the call.
 */
microsip_status_t microsip_number_rules_resolve(microsip_number_rules_t rules,
                                                const char *number,
                                                microsip_dialled_number_t *dialled);

/**
 * As `microsip_number_rules_resolve`, without clean-up, prefix and dial plan: for redial, messages and presence.
 */
microsip_status_t microsip_number_rules_resolve_as_is(microsip_number_rules_t rules,
                                                      const char *number,
                                                      microsip_dialled_number_t *dialled);

/**
 * Whether a text is a phone number: digits and `* # . - ( ) /` and spaces only, or a `+` in front of anything but an
 * address.
 */
microsip_status_t microsip_number_is_phone(const char *number, bool *is_phone);

/**
 * How well a caller's number fits a contact's, both as user parts: 0 if equal, else the number of extra leading
 * characters of the caller's, 1 to 3, which are allowed for contacts of more than 3 characters. `NO_VALUE` if they do
 * not fit.
 */
microsip_status_t microsip_number_matches(const char *caller, const char *contact, size_t *extra);

/**
 * The URI in `<` `>`, as MicroSIP keeps it. Lent until the number is freed.
 */
microsip_status_t microsip_dialled_number_uri(microsip_dialled_number_t number, const char **uri);

/**
 * The URI to call over a transport, without password; the transport is added unless it is UDP or the URI names one.
 * Lent until the number is freed.
 */
microsip_status_t microsip_dialled_number_request_uri(microsip_dialled_number_t number,
                                                      microsip_transport_t transport,
                                                      const char **request_uri);

/**
 * The name typed before the URI, without quotes; `NO_VALUE` if there is none. Lent until the number is freed.
 */
microsip_status_t microsip_dialled_number_display_name(microsip_dialled_number_t number, const char **display_name);

/**
 * Which account makes the call.
 */
microsip_status_t microsip_dialled_number_line(microsip_dialled_number_t number, microsip_number_line_t *line);

/**
 * Whether it was cleaned up as a phone number.
 */
microsip_status_t microsip_dialled_number_is_phone_number(microsip_dialled_number_t number, bool *is_phone_number);

/**
 * Whether TLS is required: the text was a `sips:` URI.
 */
microsip_status_t microsip_dialled_number_is_secure(microsip_dialled_number_t number, bool *is_secure);

/**
 * The user part as written in the URI, percent-encoded; empty without one. Lent until the number is freed.
 */
microsip_status_t microsip_dialled_number_user(microsip_dialled_number_t number, const char **user);

/**
 * Host and port as written. Lent until the number is freed.
 */
microsip_status_t microsip_dialled_number_host(microsip_dialled_number_t number, const char **host);

/**
 * Digits and commas to be sent after the answer; `NO_VALUE` if there are none. They may be a PIN. Lent until the
 * number is freed.
 */
microsip_status_t microsip_dialled_number_post_dial(microsip_dialled_number_t number, const char **post_dial);

/**
 * How many groups of digits are to be sent after the answer.
 */
microsip_status_t microsip_dialled_number_post_dial_count(microsip_dialled_number_t number, size_t *post_dial_count);

/**
 * The group at `index`, from 0: how long after the answer it is sent, and its digits, lent until the number is freed.
 * `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_dialled_number_post_dial_at(microsip_dialled_number_t number,
                                                       size_t index,
                                                       uint64_t *after_ms,
                                                       const char **digits);

/**
 * Another handle to the same number, to be freed as well.
 */
microsip_status_t microsip_dialled_number_clone(microsip_dialled_number_t number, microsip_dialled_number_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_dialled_number_free(microsip_dialled_number_t number);

/**
 * Reads a plan: alternatives with `|` between them, in which `x` is any character, `[2-9]` one of a class, `.` repeats
 * the element before it zero or more times, and `<from:to>` replaces. An empty text is a plan that leaves every number
 * as it is.
 *
 * Statuses: `INVALID_ARGUMENT` for a plan longer than 4096 bytes or with control characters, for unbalanced brackets,
 * for a repetition of nothing or of a replacement; the message quotes the alternative.
 */
microsip_status_t microsip_dial_plan_parse(const char *source, microsip_dial_plan_t *plan);

/**
 * The text it was read from. Lent until the plan is freed.
 */
microsip_status_t microsip_dial_plan_source(microsip_dial_plan_t plan, const char **source);

/**
 * Whether there is no alternative; numbers are then left alone.
 */
microsip_status_t microsip_dial_plan_is_empty(microsip_dial_plan_t plan, bool *is_empty);

/**
 * What the plan makes of a number, as a new object to be freed: the first alternative that matches the entire text
 * wins. An empty plan gives the number unchanged, with alternative 0. Takes time linear in the length of the number,
 * whatever the plan.
 *
 * Statuses: `NO_VALUE` when no alternative matches, which makes the number invalid.
 */
microsip_status_t microsip_dial_plan_apply(microsip_dial_plan_t plan,
                                           const char *number,
                                           microsip_dial_plan_result_t *result);

/**
 * Another handle to the same plan, to be freed as well.
 */
microsip_status_t microsip_dial_plan_clone(microsip_dial_plan_t plan, microsip_dial_plan_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_dial_plan_free(microsip_dial_plan_t plan);

/**
 * The number of the alternative that matched, from 1 as it stands in the plan; 0 of an empty plan.
 */
microsip_status_t microsip_dial_plan_result_alternative(microsip_dial_plan_result_t result, size_t *alternative);

/**
 * That alternative's text. Lent until the result is freed.
 */
microsip_status_t microsip_dial_plan_result_pattern(microsip_dial_plan_result_t result, const char **pattern);

/**
 * The number after the replacements; may be empty. Lent until the result is freed.
 */
microsip_status_t microsip_dial_plan_result_number(microsip_dial_plan_result_t result, const char **number);

/**
 * Another handle to the same result, to be freed as well.
 */
microsip_status_t microsip_dial_plan_result_clone(microsip_dial_plan_result_t result,
                                                  microsip_dial_plan_result_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_dial_plan_result_free(microsip_dial_plan_result_t result);

/**
 * Starts the engine. `config` is copied and stays the caller's; the zero handle stands for the defaults: UDP, TCP and, if
 * built in, TLS on every IPv4 address and ports of the system's choice, no sound device.
 *
 * Statuses: `ALREADY_RUNNING` if there is one in this process, `INVALID_ARGUMENT` for a wrong setting, which
 * the message names, `UNSUPPORTED` for what this build lacks, `TRANSPORT` when a port is taken, `IO` and `TLS` for certificates and
 * keys that cannot be read or used. Waits until the transports are bound, for STUN as long as `microsip_nat_config_set_start_wait`
 * says, and not for any registration.
 */
microsip_status_t microsip_endpoint_start(microsip_endpoint_config_t config,
                                          microsip_endpoint_t *endpoint);

/**
 * Closes the endpoint: ends calls (BYE, CANCEL), unregisters accounts, waits for the answers as long as the configuration allows
 * (`microsip_endpoint_config_set_close_timeout`), lets callbacks see the last events, calls their destroy functions, and frees
 * everything. Handles stay valid for freeing; other functions answer `NOT_RUNNING` or `GONE`. Closing twice is fine.
 *
 * Statuses: `WOULD_DEADLOCK` from within an event callback.
 */
microsip_status_t microsip_endpoint_close(microsip_endpoint_t endpoint);

/**
 * Another handle to the same endpoint, to be freed as well.
 */
microsip_status_t microsip_endpoint_clone(microsip_endpoint_t endpoint, microsip_endpoint_t *clone);

/**
 * Frees a handle; the zero handle is fine. The last one closes the endpoint as `microsip_endpoint_close` does, but from within an
 * event callback, where it does not wait for callbacks.
 */
microsip_status_t microsip_endpoint_free(microsip_endpoint_t endpoint);

/**
 * Adds an account, which registers unless its configuration says otherwise; `config` is copied and stays the caller's.
 *
 * Returns before the registrar has answered: `microsip_account_wait_registered`, or events of kind
 * `MICROSIP_EVENT_KIND_REGISTRATION`. Freeing the handle does not remove the account: `microsip_account_remove`.
 *
 * Statuses: `INVALID_ARGUMENT` for a malformed URI or setting, `LIMIT_REACHED`, `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_add_account(microsip_endpoint_t endpoint,
                                                microsip_account_config_t config,
                                                microsip_account_t *account);

/**
 * Ends every call: BYE, CANCEL or 603, each as its state demands. Does not wait for their ends.
 */
microsip_status_t microsip_endpoint_hang_up_all(microsip_endpoint_t endpoint);

/**
 * The UDP or TCP port a transport is bound to, with the one the system chose; the first transport of its kind.
 *
 * Statuses: `INVALID_ARGUMENT` when there is no such transport, `INVALID_ENUM`, `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_local_port(microsip_endpoint_t endpoint,
                                               microsip_transport_t transport,
                                               uint16_t *port);

/**
 * How many there are.
 */
microsip_status_t microsip_codec_list_count(microsip_codec_list_t list, size_t *count);

/**
 * The codec at `index`, from 0, as lists of codecs name it, such as `"PCMU/8000/1"`; `NO_VALUE` beyond the end. Lent
 * until the list is freed.
 */
microsip_status_t microsip_codec_list_text(microsip_codec_list_t list, size_t index, const char **text);

/**
 * Encoding name at `index` (RFC 4855), such as `"PCMU"`; `NO_VALUE` beyond the end. Lent until the list is freed.
 */
microsip_status_t microsip_codec_list_name(microsip_codec_list_t list, size_t index, const char **name);

/**
 * Clock rate at `index` in Hz; G722 says 16000 here, though RTP says 8000 (RFC 3551 §4.5.2). `NO_VALUE` beyond the
 * end.
 */
microsip_status_t microsip_codec_list_clock_rate(microsip_codec_list_t list, size_t index, uint32_t *clock_rate);

/**
 * Channels at `index`, 1 or 2; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_codec_list_channels(microsip_codec_list_t list, size_t index, uint32_t *channels);

/**
 * Bits per second of audio at `index`, packet headers not counted; the most it may be where it varies. `NO_VALUE` when
 * the codec decides, for `microsip_codec_list_of_build`, and beyond the end.
 */
microsip_status_t microsip_codec_list_bit_rate(microsip_codec_list_t list, size_t index, uint32_t *bit_rate);

/**
 * How long one frame is at `index`, in milliseconds; a packet holds whole frames. `NO_VALUE` for
 * `microsip_codec_list_of_build`, and beyond the end.
 */
microsip_status_t microsip_codec_list_frame_ms(microsip_codec_list_t list, size_t index, uint32_t *frame_ms);

/**
 * RTP payload type at `index` if it has a fixed one (RFC 3551 §6); `NO_VALUE` for others, which get theirs in each
 * call, for `microsip_codec_list_of_build`, and beyond the end.
 */
microsip_status_t microsip_codec_list_payload_type(microsip_codec_list_t list, size_t index, uint8_t *payload_type);

/**
 * Its place in the endpoint's list, 0 being the preferred one; `NO_VALUE` when it is not enabled, for
 * `microsip_codec_list_of_build`, and beyond the end.
 */
microsip_status_t microsip_codec_list_place(microsip_codec_list_t list, size_t index, size_t *place);

/**
 * Another handle to the same list, to be freed as well.
 */
microsip_status_t microsip_codec_list_clone(microsip_codec_list_t list, microsip_codec_list_t *clone);

/**
 * Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
 */
microsip_status_t microsip_codec_list_free(microsip_codec_list_t list);

/**
 * Every codec of this build, those that are offered by default first and in that order, as a new handle to be freed.
 * Needs no endpoint.
 */
microsip_status_t microsip_codec_list_of_build(microsip_codec_list_t *list);

/**
 * Every codec of this build as the endpoint has it, those that are enabled first and in their order, as a new handle
 * to be freed. Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_codecs(microsip_endpoint_t endpoint, microsip_codec_list_t *list);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_endpoint_config_new(microsip_endpoint_config_t *config);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_endpoint_config_clone(microsip_endpoint_config_t config, microsip_endpoint_config_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_endpoint_config_free(microsip_endpoint_config_t config);

/**
 * Takes all transports away, the default ones included, so that exactly those added afterwards are opened.
 */
microsip_status_t microsip_endpoint_config_clear_transports(microsip_endpoint_config_t config);

/**
 * Adds a transport bound to a numeric address with port, such as `"0.0.0.0:5060"` or `"[::1]:0"`; port 0 is one of the system's
 * choice. Default: one of each kind the build has on `"0.0.0.0:0"`, which stay unless
 * `microsip_endpoint_config_clear_transports` took them away.
 *
 * Statuses: `INVALID_ARGUMENT` for what is no address with port.
 */
microsip_status_t microsip_endpoint_config_add_transport(microsip_endpoint_config_t config,
                                                         microsip_transport_t transport,
                                                         const char *bind);

/**
 * Sets the text of User-Agent and Server headers (RFC 3261 §20.41); default `"microsip/"` and the version.
 */
microsip_status_t microsip_endpoint_config_set_user_agent(microsip_endpoint_config_t config, const char *user_agent);

/**
 * Sets how long closing waits for peers' answers, in milliseconds, 0 to 30000; default 2000.
 */
microsip_status_t microsip_endpoint_config_set_close_timeout(microsip_endpoint_config_t config, uint32_t timeout_ms);

/**
 * Sets the UDP ports for RTP and RTCP, the last one included; a call takes an even one and the next. 0 and 0 (default)
 * lets the system choose. When none is free, a call fails.
 */
microsip_status_t microsip_endpoint_config_set_rtp_ports(microsip_endpoint_config_t config,
                                                         uint16_t first,
                                                         uint16_t last);

/**
 * Sets the codecs offered and accepted, the preferred one first, such as `"opus PCMA/8000/1 PCMU/8000/1"`: names with
 * clock rate and channels, which may be left out. Default: opus, G722, PCMU, PCMA, speex, GSM, as far as built in.
 * Statuses: `INVALID_ARGUMENT` for a malformed list; codecs this build lacks are refused by `microsip_endpoint_start`
 * with `UNSUPPORTED`.
 */
microsip_status_t microsip_endpoint_config_set_codecs(microsip_endpoint_config_t config, const char *list);

/**
 * Sets how Opus is used; accounts and calls may have settings of their own. `options` is copied; the zero handle
 * stands for the defaults.
 */
microsip_status_t microsip_endpoint_config_set_opus(microsip_endpoint_config_t config, microsip_opus_options_t options);

/**
 * Sets how much audio a packet holds, in milliseconds, 10 to 120: what we ask for (`a=ptime`, RFC 8866 §6.4) and,
 * unless the peer asks for something else, what we send, rounded to whole frames. 0 (default): nothing is asked for,
 * 20 ms sent.
 */
microsip_status_t microsip_endpoint_config_set_ptime(microsip_endpoint_config_t config, uint32_t time_ms);

/**
 * Sets whether our answer names the first of our codecs that the caller offers; default false: the first of the
 * caller's that we have (RFC 3264 §6.1).
 */
microsip_status_t microsip_endpoint_config_set_prefer_own_codecs(microsip_endpoint_config_t config, bool yes);

/**
 * Sets whether audio that did not arrive is made up from what came before, and from copies in later packets; default
 * true. Without it there is silence in its place.
 */
microsip_status_t microsip_endpoint_config_set_concealment(microsip_endpoint_config_t config, bool yes);

/**
 * Sets the bridge's sample rate in Hz: 8000, 16000, 24000, 32000, 44100 or 48000; 0 (default): 8000 when all codecs
 * are narrowband, else 16000.
 */
microsip_status_t microsip_endpoint_config_set_bridge_rate(microsip_endpoint_config_t config, uint32_t hz);

/**
 * Sets whether keys are listened for in the audio; default `MICROSIP_DTMF_DETECTION_AUTO`.
 */
microsip_status_t microsip_endpoint_config_set_dtmf_detection(microsip_endpoint_config_t config,
                                                              microsip_dtmf_detection_t detection);

/**
 * Lets every call be listened to for speech: events of kind `MICROSIP_EVENT_KIND_SPEECH`. `options` is copied; the
 * zero handle stands for the defaults.
 */
microsip_status_t microsip_endpoint_config_set_speech_detection(microsip_endpoint_config_t config,
                                                                microsip_speech_options_t options);

/**
 * Listens to no call for speech by itself, as by default.
 */
microsip_status_t microsip_endpoint_config_clear_speech_detection(microsip_endpoint_config_t config);

/**
 * Sets whether a call with nothing to play sends silence, so that the peer and the firewalls on the way see packets;
 * default true. Without it a call without sources sends no RTP at all.
 */
microsip_status_t microsip_endpoint_config_set_send_silence(microsip_endpoint_config_t config, bool yes);

/**
 * Sets whether silence is left out of what is sent, where the codec can say so; default false.
 */
microsip_status_t microsip_endpoint_config_set_silence_suppression(microsip_endpoint_config_t config, bool yes);

/**
 * Sets how TLS is used. `tls` is copied; the zero handle stands for the defaults.
 */
microsip_status_t microsip_endpoint_config_set_tls(microsip_endpoint_config_t config, microsip_tls_config_t tls);

/**
 * Sets how we are reached through NAT. `nat` is copied; the zero handle stands for the defaults.
 */
microsip_status_t microsip_endpoint_config_set_nat(microsip_endpoint_config_t config, microsip_nat_config_t nat);

/**
 * Sets how host names are resolved. `dns` is copied; the zero handle stands for the defaults.
 */
microsip_status_t microsip_endpoint_config_set_dns(microsip_endpoint_config_t config, microsip_dns_config_t dns);

/**
 * Sets how scanners and floods are kept off. `guard_config` is copied; the zero handle stands for the defaults.
 */
microsip_status_t microsip_endpoint_config_set_guard(microsip_endpoint_config_t config,
                                                     microsip_guard_config_t guard_config);

/**
 * Sets how audio is buffered, reported and watched. `quality` is copied; the zero handle stands for the defaults.
 */
microsip_status_t microsip_endpoint_config_set_quality(microsip_endpoint_config_t config,
                                                       microsip_quality_config_t quality);

/**
 * Sets how messages are taken. `messages` is copied; the zero handle stands for the defaults.
 */
microsip_status_t microsip_endpoint_config_set_messages(microsip_endpoint_config_t config,
                                                        microsip_message_config_t messages);

/**
 * Sets how incoming calls are dealt with before they ring; accounts may have a policy of their own. `policy` is
 * copied; the zero handle stands for the defaults.
 */
microsip_status_t microsip_endpoint_config_set_policy(microsip_endpoint_config_t config, microsip_call_policy_t policy);

/**
 * Sets whether requests of more than 1300 bytes go over TCP rather than UDP, as RFC 3261 §18.1.1 asks; default true.
 * Without it they are sent in fragments, which some networks lose; with it, a peer whose TCP is neither open nor
 * refused delays such a request by seven seconds.
 */
microsip_status_t microsip_endpoint_config_set_switch_to_tcp(microsip_endpoint_config_t config, bool yes);

/**
 * Sets the differentiated services code point of SIP packets (RFC 2474), 0 to 63; default the system's choice. 24
 * (CS3) is usual. Statuses: `INVALID_ARGUMENT` beyond 63.
 */
microsip_status_t microsip_endpoint_config_set_dscp_sip(microsip_endpoint_config_t config, uint32_t dscp);

/**
 * Leaves the code point of SIP packets to the system again.
 */
microsip_status_t microsip_endpoint_config_clear_dscp_sip(microsip_endpoint_config_t config);

/**
 * Sets the differentiated services code point of RTP and RTCP packets, 0 to 63; default the system's choice. 46 (EF)
 * is usual. Statuses: `INVALID_ARGUMENT` beyond 63.
 */
microsip_status_t microsip_endpoint_config_set_dscp_rtp(microsip_endpoint_config_t config, uint32_t dscp);

/**
 * Leaves the code point of RTP and RTCP packets to the system again.
 */
microsip_status_t microsip_endpoint_config_clear_dscp_rtp(microsip_endpoint_config_t config);

/**
 * Sets how many calls there can be at once, 1 to 4096; default 32. An incoming call beyond it is answered 486.
 */
microsip_status_t microsip_endpoint_config_set_max_calls(microsip_endpoint_config_t config, uint32_t calls);

/**
 * Sets how many accounts there can be at once, 1 to 1024; default 1024.
 */
microsip_status_t microsip_endpoint_config_set_max_accounts(microsip_endpoint_config_t config, uint32_t accounts);

/**
 * Sets how much PJSIP logs, with the target `pjsip` of `microsip_set_log`; default `MICROSIP_LOG_LEVEL_WARN`.
 */
microsip_status_t microsip_endpoint_config_set_log_level(microsip_endpoint_config_t config, microsip_log_level_t level);

/**
 * Sets what incoming calls are answered at once: 180 rings, 183 opens early media, 200 takes the call, 300 and above
 * rejects it; 0 (default): nothing is sent beyond 100 Trying, the application answers. Statuses: `INVALID_ARGUMENT`
 * for a number that is no SIP status code.
 */
microsip_status_t microsip_endpoint_config_set_incoming(microsip_endpoint_config_t config, uint16_t code);

/**
 * Sets which transfers by others are carried out: by the peer of a call (`in_call`), by a REFER outside any call
 * (`outside`), and calls that replace another (`replaces`). Default: all are refused.
 */
microsip_status_t microsip_endpoint_config_set_transfers(microsip_endpoint_config_t config,
                                                         microsip_transfer_policy_t in_call,
                                                         microsip_transfer_policy_t outside,
                                                         microsip_replaces_policy_t replaces);

/**
 * Sets how OPTIONS is answered by itself; default `MICROSIP_OPTIONS_POLICY_AVAILABLE`.
 */
microsip_status_t microsip_endpoint_config_set_options(microsip_endpoint_config_t config,
                                                       microsip_options_policy_t policy);

/**
 * Sets whether requests ask for the answer at the port they came from, `rport` in Via (RFC 3581); default true.
 * Without it answers go to the port in Via, which no NAT forwards.
 */
microsip_status_t microsip_endpoint_config_set_rport(microsip_endpoint_config_t config, bool yes);

/**
 * Sets how long events may wait to be delivered together, in milliseconds, 0 to 1000; default 5. Events that want an
 * answer go out at once.
 */
microsip_status_t microsip_endpoint_config_set_gather(microsip_endpoint_config_t config, uint32_t longest_ms);

/**
 * Sets how many events a subscriber can be behind before it loses the oldest; default 10000.
 */
microsip_status_t microsip_endpoint_config_set_event_capacity(microsip_endpoint_config_t config, size_t events);

/**
 * Sets how long a request waits for a final answer (Timers B and F of RFC 3261 §17.1), in milliseconds, 1000 to 64000;
 * default 32000.
 */
microsip_status_t microsip_endpoint_config_set_transaction_timeout(microsip_endpoint_config_t config,
                                                                   uint32_t longest_ms);

/**
 * Sets whether every SIP message is an event of kind `MICROSIP_EVENT_KIND_SIP_MESSAGE`; default false.
 */
microsip_status_t microsip_endpoint_config_set_trace(microsip_endpoint_config_t config, bool yes);

/**
 * Sets whether changes of this machine's network are noticed (Linux): then accounts register anew, calls get new media
 * sockets and a re-INVITE, and an event of kind `MICROSIP_EVENT_KIND_NETWORK_CHANGED` tells. Default: if a transport
 * is bound to the unspecified address, since others cannot move.
 */
microsip_status_t microsip_endpoint_config_set_network_watch(microsip_endpoint_config_t config, bool yes);

/**
 * Watches the network if a transport is bound to the unspecified address, as by default.
 */
microsip_status_t microsip_endpoint_config_clear_network_watch(microsip_endpoint_config_t config);

/**
 * Calls `callback` with every event from now on, on a thread of the library; `destroy` (may be NULL) is called once with `user_data`
 * at the end, also when this function fails.
 *
 * Ends when the handle is freed or the endpoint closes, which waits for it. Events wait in a queue of the endpoint's
 * `event_capacity`; a callback that is too slow sees `MICROSIP_EVENT_KIND_LAGGED`.
 *
 * Statuses: `NOT_RUNNING`, `NULL_ARGUMENT`.
 */
microsip_status_t microsip_endpoint_on_event(microsip_endpoint_t endpoint,
                                             microsip_event_callback_t callback,
                                             void *user_data,
                                             microsip_destroy_t destroy,
                                             microsip_callback_t *handle);

/**
 * Another handle to the same callback, to be freed as well.
 */
microsip_status_t microsip_callback_clone(microsip_callback_t handle, microsip_callback_t *clone);

/**
 * Frees a handle; the zero handle is fine. The last one ends the callback, as `microsip_callback_t` says.
 */
microsip_status_t microsip_callback_free(microsip_callback_t handle);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_dns_config_new(microsip_dns_config_t *config);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_dns_config_clone(microsip_dns_config_t config, microsip_dns_config_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_dns_config_free(microsip_dns_config_t config);

/**
 * Adds a name server, a numeric address with port such as `"192.0.2.53:53"`; the system's are not asked then.
 * Statuses: `INVALID_ARGUMENT` for what is no address with port.
 */
microsip_status_t microsip_dns_config_add_server(microsip_dns_config_t config, const char *address);

/**
 * Sets whether SRV records are asked for when the URI has no port (RFC 3263 §4.2); default true.
 */
microsip_status_t microsip_dns_config_set_srv(microsip_dns_config_t config, bool yes);

/**
 * Sets whether NAPTR records are asked for when the URI names no transport (RFC 3263 §4.1); default true.
 */
microsip_status_t microsip_dns_config_set_naptr(microsip_dns_config_t config, bool yes);

/**
 * Sets how long one look-up may take, in milliseconds, 100 to 60000; default 5000. Within it every name server is
 * asked twice.
 */
microsip_status_t microsip_dns_config_set_timeout(microsip_dns_config_t config, uint32_t longest_ms);

/**
 * Sets how long one of several targets of a request is given before the next is tried, in milliseconds, 500 to 32000;
 * default 4000.
 */
microsip_status_t microsip_dns_config_set_target_timeout(microsip_dns_config_t config, uint32_t longest_ms);

/**
 * Sets how long a target that did not serve comes after the others, in milliseconds, 0 to 3600000; default 60000. A
 * Retry-After in a 503 counts instead.
 */
microsip_status_t microsip_dns_config_set_avoid_for(microsip_dns_config_t config, uint32_t time_ms);

/**
 * Sets the hosts file; default the system's, NULL to look at none. It is read again when it changes.
 */
microsip_status_t microsip_dns_config_set_hosts_file(microsip_dns_config_t config, const char *path);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_guard_config_new(microsip_guard_config_t *config);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_guard_config_clone(microsip_guard_config_t config, microsip_guard_config_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_guard_config_free(microsip_guard_config_t config);

/**
 * Sets whether there is a guard; default true.
 */
microsip_status_t microsip_guard_config_set_enabled(microsip_guard_config_t config, bool yes);

/**
 * Sets how many new calls (INVITE outside a dialog) one source may make: per second in the long run, and at once after
 * a pause; each 1 to 1000000, default 50 and 200.
 */
microsip_status_t microsip_guard_config_set_invites(microsip_guard_config_t config,
                                                    uint32_t per_second,
                                                    uint32_t burst);

/**
 * Sets how much else one source may send outside a dialog (OPTIONS, REGISTER, what cannot be parsed): per second in
 * the long run, and at once after a pause; each 1 to 1000000, default 100 and 400.
 */
microsip_status_t microsip_guard_config_set_requests(microsip_guard_config_t config,
                                                     uint32_t per_second,
                                                     uint32_t burst);

/**
 * Sets what requests above the limits are answered: a SIP status code, 300 to 699, sent without a transaction (with
 * 503 goes a Retry-After), or 0 (default) for nothing, so that the source learns nothing.
 */
microsip_status_t microsip_guard_config_set_refusal(microsip_guard_config_t config, uint16_t code);

/**
 * Takes all names of scanners away, the default ones included.
 */
microsip_status_t microsip_guard_config_clear_scanners(microsip_guard_config_t config);

/**
 * Adds a name of scanners: requests whose User-Agent contains it, whatever the case, are dropped without an answer.
 * Default: the names that scanning programs are known to give.
 */
microsip_status_t microsip_guard_config_add_scanner(microsip_guard_config_t config, const char *name);

/**
 * Adds a network that is not guarded against, such as `"192.0.2.0/24"` or `"2001:db8::1"`; default none. Statuses:
 * `INVALID_ARGUMENT` for what is no network.
 */
microsip_status_t microsip_guard_config_add_trusted(microsip_guard_config_t config, const char *network);

/**
 * Sets whether this machine's own loopback addresses are trusted; default true.
 */
microsip_status_t microsip_guard_config_set_trust_loopback(microsip_guard_config_t config, bool yes);

/**
 * Sets whether addresses that answered our REGISTER with 2xx are trusted, for a day; default true.
 */
microsip_status_t microsip_guard_config_set_trust_registrars(microsip_guard_config_t config, bool yes);

/**
 * Sets how many sources are told apart at most, 16 to 1000000; default 4096. Those heard of longest ago are forgotten
 * first.
 */
microsip_status_t microsip_guard_config_set_sources(microsip_guard_config_t config, uint32_t most);

/**
 * Sets the time in which an event of kind `MICROSIP_EVENT_KIND_GUARD` tells of a source at most once, in milliseconds,
 * 1000 to 86400000; default 60000.
 */
microsip_status_t microsip_guard_config_set_report_every(microsip_guard_config_t config, uint32_t time_ms);

/**
 * Sets what incoming calls are answered at once, from now on, as `microsip_endpoint_config_set_incoming`. Statuses:
 * `INVALID_ARGUMENT`, `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_set_incoming(microsip_endpoint_t endpoint, uint16_t code);

/**
 * Sets what happens with incoming calls before they ring, from now on; calls that wait for something keep what was
 * decided for them. `policy` is copied; the zero handle stands for the defaults. Statuses: `INVALID_ARGUMENT` for a
 * wrong value, which the message names; `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_set_policy(microsip_endpoint_t endpoint, microsip_call_policy_t policy);

/**
 * Sets which transfers by others are carried out, for requests from now on, as
 * `microsip_endpoint_config_set_transfers`. Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_set_transfers(microsip_endpoint_t endpoint,
                                                  microsip_transfer_policy_t in_call,
                                                  microsip_transfer_policy_t outside,
                                                  microsip_replaces_policy_t replaces);

/**
 * Address and port a transport is bound to, such as `"192.0.2.1:5060"`; the first transport of its kind. Lent until
 * the last handle to the endpoint is freed. Statuses: `INVALID_ARGUMENT` when there is no such transport,
 * `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_local_address(microsip_endpoint_t endpoint,
                                                  microsip_transport_t transport,
                                                  const char **address);

/**
 * Where requests to a SIP URI would go, in the order in which the places would be tried (RFC 3263): numeric addresses
 * and names in the hosts file at once, others by NAPTR, SRV, A and AAAA. Targets that did not serve a moment ago come
 * last. A new handle to be freed.
 *
 * Waits for the name servers, as long as `microsip_dns_config_set_timeout` allows. Statuses: `INVALID_ARGUMENT` for
 * what is no SIP URI; `TRANSPORT` when the name does not exist, has no address, or its name server fails or does not
 * answer; `NOT_RUNNING`, also when the endpoint is closed meanwhile.
 */
microsip_status_t microsip_endpoint_resolve(microsip_endpoint_t endpoint,
                                            const char *uri,
                                            microsip_server_list_t *list);

/**
 * Tells that this machine's network changed, where that is not noticed by itself: connections are ended, accounts
 * register anew with a new Contact, and calls get new media sockets and a re-INVITE. Events of kind
 * `MICROSIP_EVENT_KIND_NETWORK_CHANGED` tell how it goes. Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_network_changed(microsip_endpoint_t endpoint);

/**
 * The bridge's sample rate in Hz. Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_clock_rate(microsip_endpoint_t endpoint, uint32_t *hz);

/**
 * Sends an empty command through the engine and says how long it took there and back, in microseconds. Statuses:
 * `BUSY` when its queue is full, `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_round_trip(microsip_endpoint_t endpoint, uint64_t *microseconds);

/**
 * A counter since the endpoint's start, for those who look after a running program. Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_counter(microsip_endpoint_t endpoint, microsip_counter_t counter, uint64_t *value);

/**
 * Where it stands.
 */
microsip_status_t microsip_stun_info_state(microsip_stun_info_t stun_info, microsip_stun_state_t *state);

/**
 * The server in use, as configured; `NO_VALUE` without one. Lent until the object is freed.
 */
microsip_status_t microsip_stun_info_server(microsip_stun_info_t stun_info, const char **server);

/**
 * Address and port of our first UDP socket for SIP as the server sees it; `NO_VALUE` until known, and without such a
 * socket. Lent until the object is freed.
 */
microsip_status_t microsip_stun_info_sip_address(microsip_stun_info_t stun_info, const char **sip_address);

/**
 * Why there is none, as a new handle to be freed: `TIMEOUT` of servers that do not answer, `TRANSPORT` for names that
 * do not resolve; `NO_VALUE` while all is well.
 */
microsip_status_t microsip_stun_info_error(microsip_stun_info_t stun_info, microsip_error_t *error);

/**
 * Another handle to the same object, to be freed as well.
 */
microsip_status_t microsip_stun_info_clone(microsip_stun_info_t stun_info, microsip_stun_info_t *clone);

/**
 * Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
 */
microsip_status_t microsip_stun_info_free(microsip_stun_info_t stun_info);

/**
 * What STUN told, or that it is still asked, or why it did not, as a new handle to be freed; changes come as events of
 * kind `MICROSIP_EVENT_KIND_STUN`. Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_stun(microsip_endpoint_t endpoint, microsip_stun_info_t *stun_info);

/**
 * How many there are.
 */
microsip_status_t microsip_account_list_count(microsip_account_list_t list, size_t *count);

/**
 * The account at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_account_list_at(microsip_account_list_t list, size_t index, microsip_account_t *account);

/**
 * Another handle to the same list, to be freed as well.
 */
microsip_status_t microsip_account_list_clone(microsip_account_list_t list, microsip_account_list_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_account_list_free(microsip_account_list_t list);

/**
 * How many there are.
 */
microsip_status_t microsip_call_list_count(microsip_call_list_t list, size_t *count);

/**
 * The call at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_call_list_at(microsip_call_list_t list, size_t index, microsip_call_t *call);

/**
 * Another handle to the same list, to be freed as well.
 */
microsip_status_t microsip_call_list_clone(microsip_call_list_t list, microsip_call_list_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_call_list_free(microsip_call_list_t list);

/**
 * How many there are.
 */
microsip_status_t microsip_address_list_count(microsip_address_list_t list, size_t *count);

/**
 * The transport at `index`, from 0; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_address_list_transport(microsip_address_list_t list,
                                                  size_t index,
                                                  microsip_transport_t *transport);

/**
 * Address and port at `index`, such as `"192.0.2.1:5060"` or `"[::1]:5060"`; `NO_VALUE` beyond the end. Lent until the
 * list is freed.
 */
microsip_status_t microsip_address_list_address(microsip_address_list_t list, size_t index, const char **address);

/**
 * The port at `index`; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_address_list_port(microsip_address_list_t list, size_t index, uint16_t *port);

/**
 * Another handle to the same list, to be freed as well.
 */
microsip_status_t microsip_address_list_clone(microsip_address_list_t list, microsip_address_list_t *clone);

/**
 * Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
 */
microsip_status_t microsip_address_list_free(microsip_address_list_t list);

/**
 * How many there are.
 */
microsip_status_t microsip_server_list_count(microsip_server_list_t list, size_t *count);

/**
 * The transport to use at `index`, from 0; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_server_list_transport(microsip_server_list_t list,
                                                 size_t index,
                                                 microsip_transport_t *transport);

/**
 * Where to send: numeric address and port at `index`, such as `"192.0.2.1:5060"`; `NO_VALUE` beyond the end. Lent
 * until the list is freed.
 */
microsip_status_t microsip_server_list_address(microsip_server_list_t list, size_t index, const char **address);

/**
 * The host name the address at `index` belongs to: an SRV record's target, or the URI's own host; `NO_VALUE` beyond
 * the end. Lent until the list is freed.
 */
microsip_status_t microsip_server_list_name(microsip_server_list_t list, size_t index, const char **name);

/**
 * Priority of the SRV record at `index`, lower ones first; 0 without SRV; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_server_list_priority(microsip_server_list_t list, size_t index, uint16_t *priority);

/**
 * Weight of the SRV record at `index` among those of the same priority; 0 without SRV; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_server_list_weight(microsip_server_list_t list, size_t index, uint16_t *weight);

/**
 * Another handle to the same list, to be freed as well.
 */
microsip_status_t microsip_server_list_clone(microsip_server_list_t list, microsip_server_list_t *clone);

/**
 * Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
 */
microsip_status_t microsip_server_list_free(microsip_server_list_t list);

/**
 * The accounts, in the order in which they were added, as a new handle to be freed. Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_accounts(microsip_endpoint_t endpoint, microsip_account_list_t *list);

/**
 * The calls that have not ended, oldest first, as a new handle to be freed. Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_calls(microsip_endpoint_t endpoint, microsip_call_list_t *list);

/**
 * What each transport is bound to, with the ports the system chose, in the order of the configuration, as a new handle
 * to be freed. Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_local_addresses(microsip_endpoint_t endpoint, microsip_address_list_t *list);

/**
 * Sets who gets the log, in place of whom it was given to before: records up to `level`. NULL, or `MICROSIP_LOG_LEVEL_OFF`: nobody,
 * as at first. Needs no endpoint, and holds for all of them in this process; PJSIP's own lines come as far as
 * `microsip_endpoint_config_set_log_level` lets them.
 *
 * See `microsip_log_callback_t` for what the callback must not do; the same holds for `destroy` (may be NULL), which is called
 * exactly once with `user_data` when the callback runs no more: by this function when it fails, by the next one that sets
 * something else, or, if the callback is running then, by the thread it returns on last. What is still set when the process
 * ends is not destroyed.
 *
 * Statuses: `WRONG_STATE` when something else in this process takes the log already, `WOULD_DEADLOCK` from within the
 * callback.
 */
microsip_status_t microsip_set_log(microsip_log_callback_t callback,
                                   void *user_data,
                                   microsip_destroy_t destroy,
                                   microsip_log_level_t level);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_message_config_new(microsip_message_config_t *config);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_message_config_clone(microsip_message_config_t config, microsip_message_config_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_message_config_free(microsip_message_config_t config);

/**
 * Sets which messages are taken: 0 (default) for all that are for an account of ours, else none, and each is answered
 * with this SIP status code, 300 to 699; 403, 405 and 480 are usual.
 */
microsip_status_t microsip_message_config_set_incoming(microsip_message_config_t config, uint16_t code);

/**
 * Adds a content type that is taken, as `text/plain`, or with a star in place of the subtype for all of a type. With
 * any, others are answered 415 with this list in Accept (RFC 3428 §7); default all are taken. Typing indications and
 * delivery notifications always are.
 */
microsip_status_t microsip_message_config_add_accept(microsip_message_config_t config, const char *content_type);

/**
 * Sets whether a sender who asks for it is told by itself that the message was delivered (RFC 5438 §7.2.1.1); default
 * true.
 */
microsip_status_t microsip_message_config_set_confirm_delivery(microsip_message_config_t config, bool yes);

/**
 * Sets how long after the last key the peer is told that nobody types any more, in milliseconds, 1000 to 3600000;
 * default 15000 (RFC 3994 §3.2).
 */
microsip_status_t microsip_message_config_set_typing_idle(microsip_message_config_t config, uint32_t time_ms);

/**
 * Sets how long the peer may believe that somebody types without being told again, in milliseconds, 60000 to 3600000;
 * default 120000 (RFC 3994 §3.3).
 */
microsip_status_t microsip_message_config_set_typing_refresh(microsip_message_config_t config, uint32_t time_ms);

/**
 * Makes settings for a server `host[:port]` or `[IPv6]:port`, spoken to over UDP; port 3478 if none is given, 5349
 * with TLS. The password is copied and never printed.
 */
microsip_status_t microsip_turn_config_new(const char *server,
                                           const char *user,
                                           const char *password,
                                           microsip_turn_config_t *config);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_turn_config_clone(microsip_turn_config_t config, microsip_turn_config_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_turn_config_free(microsip_turn_config_t config);

/**
 * Sets how the server is spoken to; default UDP. With TLS its certificate must be made out for the host given.
 */
microsip_status_t microsip_turn_config_set_transport(microsip_turn_config_t config, microsip_transport_t transport);

/**
 * Sets the realm of the credentials; default `"*"`, whatever the server names.
 */
microsip_status_t microsip_turn_config_set_realm(microsip_turn_config_t config, const char *realm);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_nat_config_new(microsip_nat_config_t *config);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_nat_config_clone(microsip_nat_config_t config, microsip_nat_config_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_nat_config_free(microsip_nat_config_t config);

/**
 * Adds a STUN server (RFC 8489), `host[:port]`, at most 8. All are asked at once by Binding requests; the first to
 * answer is used, and asked again as long as the endpoint runs.
 */
microsip_status_t microsip_nat_config_add_stun_server(microsip_nat_config_t config, const char *server);

/**
 * Sets how long a STUN server may take to answer, in milliseconds, 100 to 10000; default 1000.
 */
microsip_status_t microsip_nat_config_set_stun_timeout(microsip_nat_config_t config, uint32_t timeout_ms);

/**
 * Sets how long `microsip_endpoint_start` waits for STUN and for the addresses of TURN servers given by name, in
 * milliseconds, 0 to 10000; default 500.
 */
microsip_status_t microsip_nat_config_set_start_wait(microsip_nat_config_t config, uint32_t wait_ms);

/**
 * Sets how often the STUN server is asked again from the SIP socket, in milliseconds, 5000 to 600000, or 0 for never;
 * default 25000.
 */
microsip_status_t microsip_nat_config_set_stun_refresh(microsip_nat_config_t config, uint32_t pause_ms);

/**
 * Sets the numeric address under which others reach us, for Contact, Via and SDP; ports stay. For routers that forward
 * our ports unchanged. NULL (default) for none. Statuses: `INVALID_ARGUMENT` for what is no address.
 */
microsip_status_t microsip_nat_config_set_public_address(microsip_nat_config_t config, const char *address);

/**
 * Sets whether calls use ICE; default off.
 */
microsip_status_t microsip_nat_config_set_ice(microsip_nat_config_t config, microsip_ice_mode_t mode);

/**
 * Sets whether ICE nominates aggressively (RFC 5245 §8.1.1.2); default true.
 */
microsip_status_t microsip_nat_config_set_aggressive(microsip_nat_config_t config, bool yes);

/**
 * Sets how long ICE gathers addresses before the offer or answer goes out with those it has, in milliseconds, 100 to
 * 30000; default 2000.
 */
microsip_status_t microsip_nat_config_set_gather_timeout(microsip_nat_config_t config, uint32_t timeout_ms);

/**
 * Sets the relay for calls with ICE; `turn` is copied, the zero handle (default) stands for none.
 */
microsip_status_t microsip_nat_config_set_turn(microsip_nat_config_t config, microsip_turn_config_t turn);

/**
 * Makes a rule without conditions, which fits every call: with `deny_code` of 0 it lets the call pass to what comes
 * after the rules, else it answers with this SIP status code, 300 to 699 (486 is usual).
 *
 * Statuses: `INVALID_ARGUMENT` for another code.
 */
microsip_status_t microsip_call_rule_new(uint16_t deny_code, microsip_call_rule_t *rule);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_call_rule_clone(microsip_call_rule_t rule, microsip_call_rule_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_call_rule_free(microsip_call_rule_t rule);

/**
 * Only callers whose user part of From matches; NULL (default) takes the condition away. Statuses: `INVALID_ARGUMENT`
 * for an empty pattern, one of more than 1000 bytes, or with control characters.
 */
microsip_status_t microsip_call_rule_set_caller(microsip_call_rule_t rule, const char *pattern);

/**
 * Only callers whose host of From, with its port if it has one, matches; NULL (default) takes the condition away.
 * Statuses: `INVALID_ARGUMENT` for an empty pattern, one of more than 1000 bytes, or with control characters.
 */
microsip_status_t microsip_call_rule_set_caller_host(microsip_call_rule_t rule, const char *pattern);

/**
 * Only calls to a user part of the Request-URI that matches; NULL (default) takes the condition away. Statuses:
 * `INVALID_ARGUMENT` for an empty pattern, one of more than 1000 bytes, or with control characters.
 */
microsip_status_t microsip_call_rule_set_callee(microsip_call_rule_t rule, const char *pattern);

/**
 * Only INVITEs from this network, such as `"10.0.0.0/8"` or an address; NULL (default) takes the condition away.
 * Statuses: `INVALID_ARGUMENT` for what is no network.
 */
microsip_status_t microsip_call_rule_set_source(microsip_call_rule_t rule, const char *network);

/**
 * Only callers who hide who they are, or only those who do not.
 */
microsip_status_t microsip_call_rule_set_anonymous(microsip_call_rule_t rule, bool yes);

/**
 * Callers who hide who they are and others, as by default.
 */
microsip_status_t microsip_call_rule_clear_anonymous(microsip_call_rule_t rule);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_call_policy_new(microsip_call_policy_t *policy);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_call_policy_clone(microsip_call_policy_t policy, microsip_call_policy_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_call_policy_free(microsip_call_policy_t policy);

/**
 * Sets whether every call is answered 486 with the phrase `Do Not Disturb`; default false.
 */
microsip_status_t microsip_call_policy_set_do_not_disturb(microsip_call_policy_t policy, bool yes);

/**
 * Sets how many calls there may be at once, counting all that are not over, the new one included; beyond it 486. 0
 * (default) leaves it to the endpoint's limit.
 */
microsip_status_t microsip_call_policy_set_max_calls(microsip_call_policy_t policy, uint32_t calls);

/**
 * Sets whether a call may come in while another one exists; default true, else 486.
 */
microsip_status_t microsip_call_policy_set_call_waiting(microsip_call_policy_t policy, bool yes);

/**
 * Adds a rule behind those there are: the first that fits decides, no rule lets the call pass. `rule` is copied.
 */
microsip_status_t microsip_call_policy_add_rule(microsip_call_policy_t policy, microsip_call_rule_t rule);

/**
 * Takes all rules away.
 */
microsip_status_t microsip_call_policy_clear_rules(microsip_call_policy_t policy);

/**
 * Forwards every call to this SIP URI: answered 302 with the target in Contact and our address in Diversion (RFC
 * 5806). NULL (default) for no forwarding.
 */
microsip_status_t microsip_call_policy_set_forward_always(microsip_call_policy_t policy, const char *target);

/**
 * Forwards calls to this SIP URI that would be answered 486 for a limit or for do not disturb; NULL (default) for no
 * forwarding.
 */
microsip_status_t microsip_call_policy_set_forward_busy(microsip_call_policy_t policy, const char *target);

/**
 * Forwards calls to this SIP URI that nobody answers for so many milliseconds, 1000 to 600000; they ring meanwhile.
 * NULL (default) for no forwarding.
 */
microsip_status_t microsip_call_policy_set_forward_no_answer(microsip_call_policy_t policy,
                                                             uint32_t after_ms,
                                                             const char *target);

/**
 * Answers calls by itself after so many milliseconds of ringing, 0 to 600000: every call with `always`; with
 * `by_header` those whose headers ask for it (`Call-Info: …;answer-after=N`, whose delay counts instead, `Alert-Info`,
 * `Answer-Mode: Auto`, …), which only those whom you trust should send, because it opens the microphone. `callers` (a
 * pattern, may be NULL) limits either to callers whose user part matches; alone it answers those. Only while no other
 * call exists, unless `beside_other_calls`. Default: none.
 *
 * Statuses: `INVALID_ARGUMENT` for a wrong pattern.
 */
microsip_status_t microsip_call_policy_set_auto_answer(microsip_call_policy_t policy,
                                                       bool always,
                                                       bool by_header,
                                                       const char *callers,
                                                       uint32_t delay_ms,
                                                       bool beside_other_calls);

/**
 * Answers no call by itself, as by default.
 */
microsip_status_t microsip_call_policy_clear_auto_answer(microsip_call_policy_t policy);

/**
 * Ends each call of either direction so many milliseconds after it was confirmed, 1000 to 604800000 (7 days); 0
 * (default) for never.
 */
microsip_status_t microsip_call_policy_set_hang_up_after(microsip_call_policy_t policy, uint32_t time_ms);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_tls_config_new(microsip_tls_config_t *config);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_tls_config_clone(microsip_tls_config_t config, microsip_tls_config_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_tls_config_free(microsip_tls_config_t config);

/**
 * Sets whether a server's certificate is checked: signed by a trusted authority, in its validity period, not revoked,
 * made out for the host we asked for (RFC 5922). Default true; without the check anybody on the way can read and
 * change everything. Pins hold whatever is said here.
 */
microsip_status_t microsip_tls_config_set_verify(microsip_tls_config_t config, bool yes);

/**
 * Sets the file of trusted authorities in PEM; NULL (default) for none.
 */
microsip_status_t microsip_tls_config_set_ca_file(microsip_tls_config_t config, const char *path);

/**
 * Sets the folder of trusted authorities: every file in it that holds certificates in PEM, and revocation lists; NULL
 * (default) for none.
 */
microsip_status_t microsip_tls_config_set_ca_dir(microsip_tls_config_t config, const char *path);

/**
 * Sets trusted authorities as PEM text; NULL (default) for none.
 */
microsip_status_t microsip_tls_config_set_ca_pem(microsip_tls_config_t config, const char *pem);

/**
 * Sets whether the system's authorities are trusted besides those above; they always are if none is given. Default
 * false.
 */
microsip_status_t microsip_tls_config_set_system_authorities(microsip_tls_config_t config, bool yes);

/**
 * Adds a file of certificate revocation lists in PEM (RFC 5280 §5). With any, a peer's certificate is refused unless a
 * current list of its authority is there, and not on it.
 */
microsip_status_t microsip_tls_config_add_crl_file(microsip_tls_config_t config, const char *path);

/**
 * Adds a certificate that is accepted; with any, no others are, whoever signed them. `sha256` is the SHA-256 of the
 * whole certificate or of its public key (RFC 7469 §2.4): 64 hexadecimal digits with or without colons, or `sha256/`
 * and Base64. Replaces the checks of authority, name and validity period; a revocation list still refuses.
 *
 * Statuses: `INVALID_ARGUMENT` for what is no SHA-256.
 */
microsip_status_t microsip_tls_config_add_pin(microsip_tls_config_t config, const char *sha256);

/**
 * Sets files of our own certificate (with what leads from it to its authority) and of its private key, both in PEM;
 * NULL (default) for none. A server needs them, a client seldom.
 */
microsip_status_t microsip_tls_config_set_identity_files(microsip_tls_config_t config,
                                                         const char *cert_path,
                                                         const char *key_path);

/**
 * Sets our own certificate and its private key as PEM text, in place of files; NULL (default) for none.
 */
microsip_status_t microsip_tls_config_set_identity_pem(microsip_tls_config_t config,
                                                       const char *cert_pem,
                                                       const char *key_pem);

/**
 * Sets the password of an encrypted private key; NULL (default) for none.
 */
microsip_status_t microsip_tls_config_set_key_password(microsip_tls_config_t config, const char *password);

/**
 * Sets the oldest version spoken; default 1.2.
 */
microsip_status_t microsip_tls_config_set_min_version(microsip_tls_config_t config, microsip_tls_version_t version);

/**
 * Adds a cipher by OpenSSL's name, the preferred one first: of TLS 1.2 (`ECDHE-RSA-AES256-GCM-SHA384`, or rules such
 * as `HIGH`), or of TLS 1.3 (`TLS_AES_256_GCM_SHA384`). For a version none is named of, OpenSSL's own choice is taken.
 */
microsip_status_t microsip_tls_config_add_cipher(microsip_tls_config_t config, const char *name);

/**
 * Sets the name servers must have, and are asked for (SNI, RFC 6066 §3), in place of the host in the URI; NULL
 * (default) for that host.
 */
microsip_status_t microsip_tls_config_set_server_name(microsip_tls_config_t config, const char *name);

/**
 * Sets whether a certificate for `*.example.org` is one for `sip.example.org`; default false, as RFC 5922 §7.2 asks.
 */
microsip_status_t microsip_tls_config_set_wildcards(microsip_tls_config_t config, bool yes);

/**
 * Sets whether those who connect to us must present a certificate that is accepted by the rules above, names excepted;
 * default false.
 */
microsip_status_t microsip_tls_config_set_require_client_cert(microsip_tls_config_t config, bool yes);

/**
 * The status a function would have answered with.
 */
microsip_status_t microsip_error_status(microsip_error_t error, microsip_status_t *status);

/**
 * What was wrong and what to do, in English and without secrets. Lent until the error is freed.
 */
microsip_status_t microsip_error_message(microsip_error_t error, const char **message);

/**
 * The operation that failed, such as `"register"`. Lent until the error is freed.
 */
microsip_status_t microsip_error_operation(microsip_error_t error, const char **operation);

/**
 * Stable name of what happened, finer than the status; docs/failures.md lists them. Lent until the error is freed.
 */
microsip_status_t microsip_error_code(microsip_error_t error, const char **code);

/**
 * What the code means, as an English sentence. Lent until the error is freed.
 */
microsip_status_t microsip_error_meaning(microsip_error_t error, const char **meaning);

/**
 * The likely cause of what the code names, and what to do about it, in English. Lent until the error is freed.
 */
microsip_status_t microsip_error_advice(microsip_error_t error, const char **advice);

/**
 * PJSIP's status (`pj_status_t`) behind it; `MICROSIP_STATUS_NO_VALUE` if there is none.
 */
microsip_status_t microsip_error_pj_status(microsip_error_t error, int32_t *pj_status);

/**
 * SIP status code of the peer's answer (RFC 3261 §21); `MICROSIP_STATUS_NO_VALUE` if there was none.
 */
microsip_status_t microsip_error_sip_status(microsip_error_t error, uint16_t *sip_status);

/**
 * Another handle to the same error, to be freed as well.
 */
microsip_status_t microsip_error_clone(microsip_error_t error, microsip_error_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_error_free(microsip_error_t error);

/**
 * Another handle to the same event, to be freed as well.
 */
microsip_status_t microsip_event_clone(microsip_event_t event, microsip_event_t *clone);

/**
 * Frees a handle; the zero handle is fine. Strings lent by the event become invalid with its last handle.
 */
microsip_status_t microsip_event_free(microsip_event_t event);

/**
 * The call the event is about, as a new handle to be freed; `NO_VALUE` for events about none.
 */
microsip_status_t microsip_event_call(microsip_event_t event, microsip_call_t *call);

/**
 * `PLAYER_FINISHED`: the player, as a new handle to be freed. `NO_VALUE` in other events.
 */
microsip_status_t microsip_event_player(microsip_event_t event, microsip_player_t *player);

/**
 * `PLAYER_FINISHED`: why it ended. `NO_VALUE` in other events.
 */
microsip_status_t microsip_event_play_end(microsip_event_t event, microsip_play_end_t *end);

/**
 * `TONE_FINISHED`: the player of the tone, as a new handle to be freed. `NO_VALUE` in other events.
 */
microsip_status_t microsip_event_tone_player(microsip_event_t event, microsip_tone_player_t *player);

/**
 * `RECORDING_FINISHED`: the recorder, as a new handle to be freed. `NO_VALUE` in other events.
 */
microsip_status_t microsip_event_recorder(microsip_event_t event, microsip_recorder_t *recorder);

/**
 * `RECORDING_FINISHED`: where it is and how long it became, as a new handle to be freed. `NO_VALUE` in other events.
 */
microsip_status_t microsip_event_recording_info(microsip_event_t event, microsip_recording_info_t *info);

/**
 * `AUDIO_XRUN`: which way a stream lost audio. At most once a second for each stream. `NO_VALUE` in other events.
 */
microsip_status_t microsip_event_xrun(microsip_event_t event, microsip_xrun_t *xrun);

/**
 * `AUDIO_XRUN`: the number of the stream, as `microsip_audio_sink_id` or `microsip_audio_source_id` gives it.
 * `NO_VALUE` in other events.
 */
microsip_status_t microsip_event_xrun_stream(microsip_event_t event, uint64_t *id);

/**
 * `AUDIO_XRUN`: how many samples since the last report: dropped by a sink, silence sent by a source. `NO_VALUE` in
 * other events.
 */
microsip_status_t microsip_event_xrun_samples(microsip_event_t event, uint64_t *samples);

/**
 * `AUDIO_XRUN`: how many samples since the stream's start. `NO_VALUE` in other events.
 */
microsip_status_t microsip_event_xrun_total(microsip_event_t event, uint64_t *total);

/**
 * How the call was by then, as a new handle to be freed: in events of kind `INCOMING_CALL`, `CALL_STATE`,
 * `CALL_MEDIA`, `CALL_HOLD`, `SESSION_CHANGED` and `ICE`; `NO_VALUE` in others.
 */
microsip_status_t microsip_event_call_info(microsip_event_t event, microsip_call_info_t *info);

/**
 * The URI that the callee's 3xx named, in events of kind `CALL_REDIRECTED`; `NO_VALUE` in others. Lent until the event
 * is freed.
 */
microsip_status_t microsip_event_redirect_target(microsip_event_t event, const char **target);

/**
 * Whether the call goes on there, in events of kind `CALL_REDIRECTED` (`microsip_call_options_set_redirects`);
 * `NO_VALUE` in others.
 */
microsip_status_t microsip_event_redirect_followed(microsip_event_t event, bool *followed);

/**
 * The call that goes on instead of the event's call, as a new handle to be freed, in events of kind `CALL_REPLACED`;
 * `NO_VALUE` in others.
 */
microsip_status_t microsip_event_replaced_by(microsip_event_t event, microsip_call_t *call);

/**
 * What was asked for, in events of kind `SESSION_CHANGED`; `NO_VALUE` in others.
 */
microsip_status_t microsip_event_session_request(microsip_event_t event, microsip_session_request_t *request);

/**
 * Whether the peer agreed, in events of kind `SESSION_CHANGED`; `NO_VALUE` in others. If not, the call goes on as it
 * was, and `microsip_event_error` tells why.
 */
microsip_status_t microsip_event_session_agreed(microsip_event_t event, bool *agreed);

/**
 * The call's statistics so far, as a new handle to be freed, in events of kind `CALL_STATS`; `NO_VALUE` in others.
 */
microsip_status_t microsip_event_stats(microsip_event_t event, microsip_stats_t *stats);

/**
 * What keeps the call from being heard, as a new handle to be freed, in events of kind `AUDIO_TROUBLE`; `NO_VALUE` in
 * others.
 */
microsip_status_t microsip_event_finding(microsip_event_t event, microsip_finding_t *finding);

/**
 * The conference the event is about (`CONFERENCE`), or that a player, tone or recording of which it tells belonged to,
 * as a new handle to be freed; `NO_VALUE` for others.
 */
microsip_status_t microsip_event_conference(microsip_event_t event, microsip_conference_t *conference);

/**
 * `CONFERENCE`: what happened. `microsip_event_call` gives the call that joined or left. `NO_VALUE` in other events.
 */
microsip_status_t microsip_event_conference_change(microsip_event_t event, microsip_conference_change_t *change);

/**
 * `AUDIO_DEVICES_CHANGED`: what is there now and was not before, as a new handle to be freed. `NO_VALUE` in other
 * events.
 */
microsip_status_t microsip_event_added_devices(microsip_event_t event, microsip_audio_device_list_t *list);

/**
 * `AUDIO_DEVICES_CHANGED`: what is no longer there, as a new handle to be freed. `NO_VALUE` in other events.
 */
microsip_status_t microsip_event_removed_devices(microsip_event_t event, microsip_audio_device_list_t *list);

/**
 * `AUDIO_DEVICE_LOST`, `AUDIO_DEVICE_BACK`: the open devices it belongs to, as a new handle to be freed. `NO_VALUE`
 * in other events.
 */
microsip_status_t microsip_event_audio_devices(microsip_event_t event, microsip_audio_devices_t *devices);

/**
 * `AUDIO_DEVICE_LOST`, `AUDIO_DEVICE_BACK`: what the device is for. `NO_VALUE` in other events.
 */
microsip_status_t microsip_event_device_role(microsip_event_t event, microsip_device_role_t *role);

/**
 * `AUDIO_DEVICE_LOST`: the device that was lost; `AUDIO_DEVICE_BACK`: the one in use now. As a new handle to be
 * freed. `NO_VALUE` in other events.
 */
microsip_status_t microsip_event_audio_device(microsip_event_t event, microsip_audio_device_t *device);

/**
 * `AUDIO_DEVICE_LOST`: what took its place, as a new handle to be freed; `NO_VALUE` if nothing did.
 */
microsip_status_t microsip_event_replacement_device(microsip_event_t event, microsip_audio_device_t *device);

/**
 * Why something failed, as a new handle to be freed, in events of every kind that can tell of a failure:
 * `REGISTRATION`, `CALL_STATE` (the call ended by it), `TRANSFER`, `SESSION_CHANGED`, `DTMF_FAILED`, `RESPONSE`,
 * `MESSAGE_STATUS`, `PLAYER_FINISHED`, `RECORDING_FINISHED`, `AUDIO_DEVICE_LOST`, `SUBSCRIPTION`, `UNREADABLE`,
 * `PUBLICATION`, `STUN`, `ICE`, `RELAY_FAILED`, `TRANSPORT_SWITCHED`. `NO_VALUE` in others, and when nothing failed.
 */
microsip_status_t microsip_event_error(microsip_event_t event, microsip_error_t *error);

/**
 * The numeric address; of the last request, if it is IPv6. Lent until the object is freed.
 */
microsip_status_t microsip_guard_report_source(microsip_guard_report_t guard_report, const char **source);

/**
 * Why, at this request.
 */
microsip_status_t microsip_guard_report_reason(microsip_guard_report_t guard_report, microsip_guard_reason_t *reason);

/**
 * Requests of this source that were dropped or refused since the last event about it, this one included.
 */
microsip_status_t microsip_guard_report_requests(microsip_guard_report_t guard_report, uint64_t *requests);

/**
 * What the scanner calls itself; `NO_VALUE` when it is none. Lent until the object is freed.
 */
microsip_status_t microsip_guard_report_user_agent(microsip_guard_report_t guard_report, const char **user_agent);

/**
 * Another handle to the same object, to be freed as well.
 */
microsip_status_t microsip_guard_report_clone(microsip_guard_report_t guard_report, microsip_guard_report_t *clone);

/**
 * Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
 */
microsip_status_t microsip_guard_report_free(microsip_guard_report_t guard_report);

/**
 * The source the guard keeps off, as a new handle to be freed; `NO_VALUE` for events that are not of kind
 * `MICROSIP_EVENT_KIND_GUARD`.
 */
microsip_status_t microsip_event_guard(microsip_event_t event, microsip_guard_report_t *guard_report);

/**
 * The digit, in events of kind `DTMF` and `DTMF_FAILED`: one of `0` to `9`, `*`, `#`, `A` to `D`, as a character, not
 * a string; `NO_VALUE` in others.
 */
microsip_status_t microsip_event_digit(microsip_event_t event, char *digit);

/**
 * How the digit came, in events of kind `DTMF`; `NO_VALUE` in others.
 */
microsip_status_t microsip_event_dtmf_method(microsip_event_t event, microsip_dtmf_method_t *method);

/**
 * How long the key was held, in milliseconds, in events of kind `DTMF`; `NO_VALUE` in others, and when the method does
 * not tell.
 */
microsip_status_t microsip_event_dtmf_duration_ms(microsip_event_t event, uint32_t *duration);

/**
 * Whether speech begins, or ends, in events of kind `SPEECH`; `NO_VALUE` in others.
 */
microsip_status_t microsip_event_speaking(microsip_event_t event, bool *speaking);

/**
 * The tone, in events of kind `TONE_DETECTED`; `NO_VALUE` in others.
 */
microsip_status_t microsip_event_heard_tone(microsip_event_t event, microsip_heard_tone_t *heard);

/**
 * Frequency of a beep, in Hz, in events of kind `TONE_DETECTED`; `NO_VALUE` in others, and for other tones.
 */
microsip_status_t microsip_event_heard_frequency_hz(microsip_event_t event, uint32_t *frequency);

/**
 * When speech or tone began or ended, by this machine's clock, in events of kind `SPEECH` and `TONE_DETECTED`: earlier
 * than now by `microsip_event_heard_delay_ms`. `NO_VALUE` in others, as from the next three.
 */
microsip_status_t microsip_event_heard_unix_ms(microsip_event_t event, int64_t *at);

/**
 * Where in the audio that was, in milliseconds since the detector was started, in events of kind `SPEECH` and
 * `TONE_DETECTED`; `NO_VALUE` in others.
 */
microsip_status_t microsip_event_heard_position_ms(microsip_event_t event, uint64_t *position);

/**
 * How much audio passed before it was sure, in milliseconds, in events of kind `SPEECH` and `TONE_DETECTED`; `NO_VALUE`
 * in others.
 */
microsip_status_t microsip_event_heard_delay_ms(microsip_event_t event, uint32_t *delay);

/**
 * Who speaks, or whose audio the tone was in, in events of kind `SPEECH` and `TONE_DETECTED`; `NO_VALUE` in others.
 */
microsip_status_t microsip_event_heard_tap(microsip_event_t event, microsip_tap_t *tap);

/**
 * The event's kind.
 */
microsip_status_t microsip_event_kind(microsip_event_t event, microsip_event_kind_t *kind);

/**
 * Name of the event's kind: `"call_state"`, `"dtmf"`, …; static.
 */
microsip_status_t microsip_event_name(microsip_event_t event, const char **name);

/**
 * The message that came in, of `MICROSIP_EVENT_KIND_MESSAGE`, as a new handle to be freed; `NO_VALUE` for other kinds.
 */
microsip_status_t microsip_event_message(microsip_event_t event, microsip_received_message_t *message);

/**
 * The message of ours, of `MICROSIP_EVENT_KIND_MESSAGE_STATUS`, as a new handle to be freed; `NO_VALUE` for other
 * kinds.
 */
microsip_status_t microsip_event_sent_message(microsip_event_t event, microsip_sent_message_t *message);

/**
 * What is known of it, of `MICROSIP_EVENT_KIND_MESSAGE_STATUS`: first and exactly once whether it was accepted or
 * failed, then what notifications tell; `NO_VALUE` for other kinds.
 */
microsip_status_t microsip_event_message_status(microsip_event_t event, microsip_message_status_t *status);

/**
 * Who types or does no longer, of `MICROSIP_EVENT_KIND_TYPING`, as a new handle to be freed; `NO_VALUE` for other
 * kinds.
 */
microsip_status_t microsip_event_typing(microsip_event_t event, microsip_peer_typing_t *typing);

/**
 * How far it is.
 */
microsip_status_t microsip_network_change_step(microsip_network_change_t network_change, microsip_network_step_t *step);

/**
 * Addresses of ours that were in use and no longer are: how many.
 */
microsip_status_t microsip_network_change_lost_count(microsip_network_change_t network_change, size_t *count);

/**
 * Addresses of ours that were in use and no longer are: the numeric one at `index`, from 0; `NO_VALUE` beyond the end.
 * Lent until the object is freed.
 */
microsip_status_t microsip_network_change_lost_at(microsip_network_change_t network_change,
                                                  size_t index,
                                                  const char **address);

/**
 * Addresses that are used instead; the same ones after an interface went down and up: how many.
 */
microsip_status_t microsip_network_change_gained_count(microsip_network_change_t network_change, size_t *count);

/**
 * Addresses that are used instead; the same ones after an interface went down and up: the numeric one at `index`, from
 * 0; `NO_VALUE` beyond the end. Lent until the object is freed.
 */
microsip_status_t microsip_network_change_gained_at(microsip_network_change_t network_change,
                                                    size_t index,
                                                    const char **address);

/**
 * How many accounts register anew.
 */
microsip_status_t microsip_network_change_accounts(microsip_network_change_t network_change, size_t *accounts);

/**
 * How many of them whose registrar has confirmed.
 */
microsip_status_t microsip_network_change_registered(microsip_network_change_t network_change, size_t *registered);

/**
 * How many calls whose peers are told by re-INVITE; those not answered yet are told as soon as they are.
 */
microsip_status_t microsip_network_change_calls(microsip_network_change_t network_change, size_t *calls);

/**
 * How many of them whose peer has agreed.
 */
microsip_status_t microsip_network_change_moved(microsip_network_change_t network_change, size_t *moved);

/**
 * Milliseconds since `MICROSIP_NETWORK_STEP_CHANGED`.
 */
microsip_status_t microsip_network_change_took_ms(microsip_network_change_t network_change, uint32_t *took_ms);

/**
 * Another handle to the same object, to be freed as well.
 */
microsip_status_t microsip_network_change_clone(microsip_network_change_t network_change,
                                                microsip_network_change_t *clone);

/**
 * Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
 */
microsip_status_t microsip_network_change_free(microsip_network_change_t network_change);

/**
 * The network change, as a new handle to be freed; `NO_VALUE` for events that are not of kind
 * `MICROSIP_EVENT_KIND_NETWORK_CHANGED`.
 */
microsip_status_t microsip_event_network_change(microsip_event_t event, microsip_network_change_t *network_change);

/**
 * The subscription, of `MICROSIP_EVENT_KIND_SUBSCRIPTION`, `_NOTIFY` and `_UNREADABLE`, and the one behind a buddy,
 * line or mailbox, as a new handle to be freed; `NO_VALUE` for events about none.
 */
microsip_status_t microsip_event_subscription(microsip_event_t event, microsip_subscription_t *subscription);

/**
 * How the subscription stands, of `MICROSIP_EVENT_KIND_SUBSCRIPTION`, as a new handle to be freed; `NO_VALUE` for
 * other kinds.
 */
microsip_status_t microsip_event_subscription_info(microsip_event_t event, microsip_subscription_info_t *info);

/**
 * What was told, of `MICROSIP_EVENT_KIND_NOTIFY` and `MICROSIP_EVENT_KIND_UNREADABLE`, as a new handle to be freed;
 * `NO_VALUE` for other kinds.
 */
microsip_status_t microsip_event_notification(microsip_event_t event, microsip_notification_t *notification);

/**
 * Who watches us or does no longer, of `MICROSIP_EVENT_KIND_WATCHER`, as a new handle to be freed; `NO_VALUE` for
 * other kinds.
 */
microsip_status_t microsip_event_watcher(microsip_event_t event, microsip_watcher_t *watcher);

/**
 * How far the watcher was at the event, of `MICROSIP_EVENT_KIND_WATCHER`; one that is pending waits for
 * `microsip_watcher_accept` or `microsip_watcher_reject`. `NO_VALUE` for other kinds.
 */
microsip_status_t microsip_event_watcher_state(microsip_event_t event, microsip_watcher_state_t *state);

/**
 * Why the watcher ended, and the word for it, of `MICROSIP_EVENT_KIND_WATCHER`; `NO_VALUE` for other kinds, and if it
 * has not. Lent until the event is freed.
 */
microsip_status_t microsip_event_watcher_end_reason(microsip_event_t event,
                                                    microsip_end_reason_t *reason,
                                                    const char **words);

/**
 * The publication, of `MICROSIP_EVENT_KIND_PUBLICATION`, as a new handle to be freed; `NO_VALUE` for other kinds.
 */
microsip_status_t microsip_event_publication(microsip_event_t event, microsip_publication_t *publication);

/**
 * How the publication stands, of `MICROSIP_EVENT_KIND_PUBLICATION`, as a new handle to be freed; `NO_VALUE` for other
 * kinds.
 */
microsip_status_t microsip_event_publication_info(microsip_event_t event, microsip_publication_info_t *info);

/**
 * Who is watched, of `MICROSIP_EVENT_KIND_PRESENCE`, as a new handle to be freed; `NO_VALUE` for other kinds.
 */
microsip_status_t microsip_event_buddy(microsip_event_t event, microsip_buddy_t *buddy);

/**
 * What is told, of `MICROSIP_EVENT_KIND_PRESENCE`, as a new handle to be freed; `NO_VALUE` for other kinds.
 */
microsip_status_t microsip_event_presence_status(microsip_event_t event, microsip_presence_status_t *status);

/**
 * The line that is watched, of `MICROSIP_EVENT_KIND_LINE`, as a new handle to be freed; `NO_VALUE` for other kinds.
 */
microsip_status_t microsip_event_watched_line(microsip_event_t event, microsip_watched_line_t *line);

/**
 * How the line is now, of `MICROSIP_EVENT_KIND_LINE`, as a new handle to be freed; `NO_VALUE` for other kinds.
 */
microsip_status_t microsip_event_line_info(microsip_event_t event, microsip_line_info_t *info);

/**
 * The mailbox that is watched, of `MICROSIP_EVENT_KIND_MESSAGES_WAITING`, as a new handle to be freed; `NO_VALUE` for
 * other kinds, and when the server told it without being asked.
 */
microsip_status_t microsip_event_mailbox(microsip_event_t event, microsip_mailbox_t *mailbox);

/**
 * Which messages wait, of `MICROSIP_EVENT_KIND_MESSAGES_WAITING`, as a new handle to be freed; `NO_VALUE` for other
 * kinds.
 */
microsip_status_t microsip_event_message_summary(microsip_event_t event, microsip_message_summary_t *summary);

/**
 * The account the event is about, as a new handle to be freed: a registration's, a message's, a typing indication's or
 * a mailbox's. `NO_VALUE` for other events.
 */
microsip_status_t microsip_event_account(microsip_event_t event, microsip_account_t *account);

/**
 * The registration after the change, as a new handle to be freed; `NO_VALUE` for events that are not of kind
 * `MICROSIP_EVENT_KIND_REGISTRATION`.
 */
microsip_status_t microsip_event_registration(microsip_event_t event, microsip_registration_t *registration);

/**
 * How many events were dropped since the last one received, because the subscriber was too slow; `NO_VALUE` for events
 * that are not of kind `MICROSIP_EVENT_KIND_LAGGED`. State is still there to be asked for: `microsip_endpoint_calls`,
 * `microsip_endpoint_accounts`.
 */
microsip_status_t microsip_event_missed(microsip_event_t event, uint64_t *missed);

/**
 * The peer's SIP message, as a new handle to be freed: the INFO in events of kind `INFO`, the REFER of
 * `TRANSFER_REQUESTED`, what brought the news of `TRANSFER`, the answer of `RESPONSE`; `NO_VALUE` in others, and when
 * there was none. Traced messages, of kind `SIP_MESSAGE`, are had from `microsip_event_trace`.
 */
microsip_status_t microsip_event_sip_message(microsip_event_t event, microsip_sip_message_t *message);

/**
 * The request of ours that was answered, as a new handle to be freed, in events of kind `RESPONSE`; `NO_VALUE` in
 * others.
 */
microsip_status_t microsip_event_request(microsip_event_t event, microsip_request_t *request);

/**
 * The final answer, as a new handle to be freed, in events of kind `RESPONSE` and, of an accepted or failed message,
 * `MESSAGE_STATUS`; `NO_VALUE` in others.
 */
microsip_status_t microsip_event_response(microsip_event_t event, microsip_response_t *response);

/**
 * What is known now, as a new handle to be freed; `NO_VALUE` for events that are not of kind
 * `MICROSIP_EVENT_KIND_STUN`.
 */
microsip_status_t microsip_event_stun(microsip_event_t event, microsip_stun_info_t *stun_info);

/**
 * Subscribes to every event of the endpoint from now on.
 *
 * Events wait in a queue of the endpoint's `event_capacity`; when it is full the oldest are dropped, and an event of kind
 * `MICROSIP_EVENT_KIND_LAGGED` says how many. Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_events(microsip_endpoint_t endpoint,
                                           microsip_events_t *events);

/**
 * Takes the next event, as a handle to be freed; waits for it `timeout_ms` at most: 0 does not wait.
 *
 * Statuses: `TIMEOUT` when none came in time, also with a timeout of 0; `ENDED` when none will come: the endpoint was closed, or the
 * call is over.
 */
microsip_status_t microsip_events_next(microsip_events_t events,
                                       uint32_t timeout_ms,
                                       microsip_event_t *event);

/**
 * A descriptor for `poll`, `epoll`, `kqueue` or an event loop: readable while an event or the end of the queue may be waiting. Then
 * call `microsip_events_next` with a timeout of 0 until it answers `TIMEOUT` or `ENDED`. Do not read from it, write to it or close
 * it: it belongs to the queue and is closed with its last handle.
 *
 * Statuses: `UNSUPPORTED` on Windows, where there is `microsip_events_handle`; `LIMIT_REACHED` when the process has no descriptors
 * left.
 */
microsip_status_t microsip_events_fd(microsip_events_t events,
                                     int32_t *fd);

/**
 * On Windows the event object for `WaitForMultipleObjects`, set while an event or the end of the queue may be waiting; otherwise as
 * `microsip_events_fd`, and `UNSUPPORTED` elsewhere.
 */
microsip_status_t microsip_events_handle(microsip_events_t events,
                                         void **handle);

/**
 * Ends the queue: threads that wait in `microsip_events_next` get `ENDED`, and so does whoever asks afterwards; its descriptor becomes
 * readable. Closing twice is fine.
 */
microsip_status_t microsip_events_close(microsip_events_t events);

/**
 * Another handle to the same queue, to be freed as well.
 */
microsip_status_t microsip_events_clone(microsip_events_t events, microsip_events_t *clone);

/**
 * Frees a handle; the zero handle is fine. With the last one the subscription ends and its descriptor is closed; a thread that waits
 * in `microsip_events_next` keeps both until that returns.
 */
microsip_status_t microsip_events_free(microsip_events_t events);

/**
 * The message, as a new handle to be freed, in events of kind `SIP_MESSAGE`, which come with tracing on; `NO_VALUE` in
 * others.
 */
microsip_status_t microsip_event_trace(microsip_event_t event, microsip_trace_t *trace);

/**
 * Another handle to the same message, to be freed as well.
 */
microsip_status_t microsip_trace_clone(microsip_trace_t trace, microsip_trace_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_trace_free(microsip_trace_t trace);

/**
 * Whether it was sent or received.
 */
microsip_status_t microsip_trace_direction(microsip_trace_t trace, microsip_direction_t *direction);

/**
 * When the transport took it or gave it.
 */
microsip_status_t microsip_trace_at_unix_ms(microsip_trace_t trace, int64_t *at);

/**
 * What carried it.
 */
microsip_status_t microsip_trace_transport(microsip_trace_t trace, microsip_transport_t *transport);

/**
 * Our address, `host:port`. Lent until the trace is freed.
 */
microsip_status_t microsip_trace_local(microsip_trace_t trace, const char **local);

/**
 * The peer's address, `host:port`. Lent until the trace is freed.
 */
microsip_status_t microsip_trace_remote(microsip_trace_t trace, const char **remote);

/**
 * Request or status line. Lent until the trace is freed.
 */
microsip_status_t microsip_trace_first_line(microsip_trace_t trace, const char **first_line);

/**
 * Value of Call-ID. Lent until the trace is freed.
 */
microsip_status_t microsip_trace_call_id(microsip_trace_t trace, const char **call_id);

/**
 * Value of CSeq, such as `"1 INVITE"`. Lent until the trace is freed.
 */
microsip_status_t microsip_trace_cseq(microsip_trace_t trace, const char **cseq);

/**
 * The whole message, masked; what is not UTF-8 is shown as U+FFFD. Lent until the trace is freed.
 */
microsip_status_t microsip_trace_text(microsip_trace_t trace, const char **text);

/**
 * How far a transfer of ours has come, as a new handle to be freed, in events of kind `TRANSFER`; `NO_VALUE` in
 * others.
 */
microsip_status_t microsip_event_transfer_progress(microsip_event_t event, microsip_transfer_progress_t *progress);

/**
 * What a peer asks for, as a new handle to be freed, in events of kind `TRANSFER_REQUESTED`; `NO_VALUE` in others.
 */
microsip_status_t microsip_event_transfer_request(microsip_event_t event, microsip_transfer_request_t *request);

/**
 * The call whose peer asked for the event's call, as a new handle to be freed, in events of kind `CALL_TRANSFERRED`;
 * that peer ends it. `NO_VALUE` in others, and when it was asked outside of any call.
 */
microsip_status_t microsip_event_transferred_from(microsip_event_t event, microsip_call_t *call);

/**
 * Whom the event's call is made to, as name-addr, in events of kind `CALL_TRANSFERRED`; `NO_VALUE` in others. Lent
 * until the event is freed.
 */
microsip_status_t microsip_event_transferred_target(microsip_event_t event, const char **target);

/**
 * The call it belongs to, as a new handle to be freed; `NO_VALUE` if it belongs to none.
 */
microsip_status_t microsip_transport_switch_call(microsip_transport_switch_t transport_switch, microsip_call_t *call);

/**
 * Its Call-ID. Lent until the object is freed.
 */
microsip_status_t microsip_transport_switch_call_id(microsip_transport_switch_t transport_switch, const char **call_id);

/**
 * Its method, such as `"INVITE"`. Lent until the object is freed.
 */
microsip_status_t microsip_transport_switch_method(microsip_transport_switch_t transport_switch, const char **method);

/**
 * Where it goes, `host:port`. Lent until the object is freed.
 */
microsip_status_t microsip_transport_switch_remote(microsip_transport_switch_t transport_switch, const char **remote);

/**
 * Its size in bytes.
 */
microsip_status_t microsip_transport_switch_size(microsip_transport_switch_t transport_switch, uint32_t *size);

/**
 * The largest that goes over UDP, in bytes.
 */
microsip_status_t microsip_transport_switch_limit(microsip_transport_switch_t transport_switch, uint32_t *limit);

/**
 * What it would have taken.
 */
microsip_status_t microsip_transport_switch_from(microsip_transport_switch_t transport_switch,
                                                 microsip_transport_t *from);

/**
 * What it takes.
 */
microsip_status_t microsip_transport_switch_to(microsip_transport_switch_t transport_switch, microsip_transport_t *to);

/**
 * Why TCP failed, as a new handle to be freed, when it goes over UDP after all; else `NO_VALUE`.
 */
microsip_status_t microsip_transport_switch_error(microsip_transport_switch_t transport_switch,
                                                  microsip_error_t *error);

/**
 * Another handle to the same object, to be freed as well.
 */
microsip_status_t microsip_transport_switch_clone(microsip_transport_switch_t transport_switch,
                                                  microsip_transport_switch_t *clone);

/**
 * Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
 */
microsip_status_t microsip_transport_switch_free(microsip_transport_switch_t transport_switch);

/**
 * The request that goes another way, as a new handle to be freed; `NO_VALUE` for events that are not of kind
 * `MICROSIP_EVENT_KIND_TRANSPORT_SWITCHED`.
 */
microsip_status_t microsip_event_transport_switch(microsip_event_t event,
                                                  microsip_transport_switch_t *transport_switch);

/**
 * How many texts there are.
 */
microsip_status_t microsip_text_list_count(microsip_text_list_t list, size_t *count);

/**
 * The text at `index`, from 0; `MICROSIP_STATUS_NO_VALUE` beyond the end. Lent until the list is freed.
 */
microsip_status_t microsip_text_list_at(microsip_text_list_t list, size_t index, const char **text);

/**
 * Another handle to the same list, to be freed as well.
 */
microsip_status_t microsip_text_list_clone(microsip_text_list_t list, microsip_text_list_t *clone);

/**
 * Frees a handle; the zero handle is fine. Texts lent by the list become invalid with its last handle.
 */
microsip_status_t microsip_text_list_free(microsip_text_list_t list);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_conference_options_new(microsip_conference_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_conference_options_clone(microsip_conference_options_t options,
                                                    microsip_conference_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_conference_options_free(microsip_conference_options_t options);

/**
 * Sets what happens when a call ends; default `MICROSIP_ON_LEAVE_STAY`.
 */
microsip_status_t microsip_conference_options_set_on_leave(microsip_conference_options_t options,
                                                           microsip_on_leave_t on_leave);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_member_options_new(microsip_member_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_member_options_clone(microsip_member_options_t options, microsip_member_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_member_options_free(microsip_member_options_t options);

/**
 * Sets whether the others do not hear it; default they do.
 */
microsip_status_t microsip_member_options_set_muted(microsip_member_options_t options, bool muted);

/**
 * Sets whether it does not hear the others, but what is played to it alone; default it does.
 */
microsip_status_t microsip_member_options_set_deaf(microsip_member_options_t options, bool deaf);

/**
 * Sets how loud the others hear it, -42 to +6 dB, minus infinity for silence; default 0.
 */
microsip_status_t microsip_member_options_set_gain(microsip_member_options_t options, float gain_db);

/**
 * Makes a conference without calls. `options` is copied; the zero handle stands for the defaults. Statuses:
 * `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_conference(microsip_endpoint_t endpoint,
                                               microsip_conference_options_t options,
                                               microsip_conference_t *conference);

/**
 * Its number, unlike that of any other in this process; for comparing handles.
 */
microsip_status_t microsip_conference_id(microsip_conference_t conference, uint64_t *id);

/**
 * Lets a call take part; its audio may start later. `options` is copied; the zero handle stands for the defaults.
 * Again to change them.
 *
 * Statuses: `GONE` when the call has ended or the conference was closed.
 */
microsip_status_t microsip_conference_join(microsip_conference_t conference,
                                           microsip_call_t call,
                                           microsip_member_options_t options);

/**
 * Takes a call out; it goes on for itself.
 *
 * Statuses: `WRONG_STATE` when it does not take part, `GONE` when the conference was closed.
 */
microsip_status_t microsip_conference_leave(microsip_conference_t conference, microsip_call_t call);

/**
 * Moves `count` of the calls into a conference of their own, with the same settings, as a new handle to be freed.
 *
 * Statuses: `WRONG_STATE` when one of them does not take part (none is moved then), `GONE` when the conference was
 * closed.
 */
microsip_status_t microsip_conference_split(microsip_conference_t conference,
                                            const microsip_call_t *calls,
                                            size_t count,
                                            microsip_conference_t *split);

/**
 * Takes all calls, files and streams of another conference over, which is closed.
 *
 * Statuses: `GONE` when one of the two was closed, `INVALID_ARGUMENT` for itself.
 */
microsip_status_t microsip_conference_merge(microsip_conference_t conference, microsip_conference_t other);

/**
 * Who takes part now, as a new handle to be freed. Statuses: `GONE` when the conference was closed.
 */
microsip_status_t microsip_conference_info(microsip_conference_t conference, microsip_conference_info_t *info);

/**
 * Ends the conference: its files and streams end, its calls go on for themselves. Closing twice is fine. Statuses:
 * `NOT_RUNNING`.
 */
microsip_status_t microsip_conference_close(microsip_conference_t conference);

/**
 * Another handle to the same conference, to be freed as well.
 */
microsip_status_t microsip_conference_clone(microsip_conference_t conference, microsip_conference_t *clone);

/**
 * Frees a handle; the zero handle is fine. The conference goes on.
 */
microsip_status_t microsip_conference_free(microsip_conference_t conference);

/**
 * How many calls take part.
 */
microsip_status_t microsip_conference_info_call_count(microsip_conference_info_t info, size_t *count);

/**
 * The call at `index`, from 0, oldest first, as a new handle to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_conference_info_call_at(microsip_conference_info_t info,
                                                   size_t index,
                                                   microsip_call_t *call);

/**
 * Another handle to the same info, to be freed as well.
 */
microsip_status_t microsip_conference_info_clone(microsip_conference_info_t info, microsip_conference_info_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_conference_info_free(microsip_conference_info_t info);

/**
 * Tells by `MICROSIP_EVENT_KIND_TONE_DETECTED` which tones are heard, from the moment audio flows: those of a country,
 * fax machines, beeps of answering machines. Each series of a tone is told once. `country` is a code such as `"de"`;
 * NULL is the United States. Several detectors may run on a call.
 *
 * Statuses: `INVALID_ARGUMENT` for a country that is not known, `GONE` after the call's end.
 */
microsip_status_t microsip_call_detect_tones(microsip_call_t call,
                                             const char *country,
                                             microsip_tap_t tap,
                                             microsip_tone_detector_t *detector);

/**
 * Tells by `MICROSIP_EVENT_KIND_SPEECH` when somebody begins and ends to speak, from the moment audio flows. `options`
 * is copied; the zero handle stands for the defaults. Several detectors may run on a call, for one side or both.
 *
 * Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` after the call's end.
 */
microsip_status_t microsip_call_detect_speech(microsip_call_t call,
                                              microsip_speech_options_t options,
                                              microsip_speech_detector_t *detector);

/**
 * Its call, as a new handle to be freed.
 */
microsip_status_t microsip_tone_detector_call(microsip_tone_detector_t detector, microsip_call_t *call);

/**
 * Whether it has ended.
 */
microsip_status_t microsip_tone_detector_is_stopped(microsip_tone_detector_t detector, bool *stopped);

/**
 * Stops it. Stopping twice is fine. Statuses: `NOT_RUNNING` after the endpoint was closed.
 */
microsip_status_t microsip_tone_detector_stop(microsip_tone_detector_t detector);

/**
 * Another handle to the same detector, to be freed as well.
 */
microsip_status_t microsip_tone_detector_clone(microsip_tone_detector_t detector, microsip_tone_detector_t *clone);

/**
 * Frees a handle; the zero handle is fine. The detector goes on.
 */
microsip_status_t microsip_tone_detector_free(microsip_tone_detector_t detector);

/**
 * Its call, as a new handle to be freed.
 */
microsip_status_t microsip_speech_detector_call(microsip_speech_detector_t detector, microsip_call_t *call);

/**
 * Whether somebody speaks, as far as events have told.
 */
microsip_status_t microsip_speech_detector_is_speaking(microsip_speech_detector_t detector, bool *speaking);

/**
 * Whether it has ended.
 */
microsip_status_t microsip_speech_detector_is_stopped(microsip_speech_detector_t detector, bool *stopped);

/**
 * Stops it. No event comes after that, also no end of speech that has begun. Stopping twice is fine. Statuses:
 * `NOT_RUNNING` after the endpoint was closed.
 */
microsip_status_t microsip_speech_detector_stop(microsip_speech_detector_t detector);

/**
 * Another handle to the same detector, to be freed as well.
 */
microsip_status_t microsip_speech_detector_clone(microsip_speech_detector_t detector,
                                                 microsip_speech_detector_t *clone);

/**
 * Frees a handle; the zero handle is fine. The detector goes on.
 */
microsip_status_t microsip_speech_detector_free(microsip_speech_detector_t detector);

/**
 * The sound devices of this machine, the default ones first, then by name, as a new handle to be freed. Needs no
 * endpoint; nothing is opened. Some systems take a tenth of a second.
 *
 * On Linux these are ALSA's PCMs: `default` and `pulse` lead to PulseAudio or PipeWire where its plugin is installed.
 * A server without a sound card has an empty list, or a `default` that cannot be opened.
 *
 * Statuses: `DEVICE` when the sound system does not answer, `UNSUPPORTED` in a build without sound devices.
 */
microsip_status_t microsip_audio_device_list_new(microsip_audio_device_list_t *list);

/**
 * How many there are.
 */
microsip_status_t microsip_audio_device_list_count(microsip_audio_device_list_t list, size_t *count);

/**
 * The device at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_audio_device_list_at(microsip_audio_device_list_t list,
                                                size_t index,
                                                microsip_audio_device_t *device);

/**
 * Another handle to the same list, to be freed as well.
 */
microsip_status_t microsip_audio_device_list_clone(microsip_audio_device_list_t list,
                                                   microsip_audio_device_list_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_audio_device_list_free(microsip_audio_device_list_t list);

/**
 * Names it across restarts, such as `"alsa:sysdefault:CARD=Headset"`; on ALSA the card's name is in it, not its
 * number. Lent until the device is freed.
 */
microsip_status_t microsip_audio_device_id(microsip_audio_device_t device, const char **id);

/**
 * For people to read; need not be unique. Lent until the device is freed.
 */
microsip_status_t microsip_audio_device_name(microsip_audio_device_t device, const char **name);

/**
 * Microphone or loudspeaker.
 */
microsip_status_t microsip_audio_device_direction(microsip_audio_device_t device,
                                                  microsip_device_direction_t *direction);

/**
 * Whether the choice `"default"` meant this one at that moment.
 */
microsip_status_t microsip_audio_device_is_default(microsip_audio_device_t device, bool *is_default);

/**
 * Another handle to the same device, to be freed as well.
 */
microsip_status_t microsip_audio_device_clone(microsip_audio_device_t device, microsip_audio_device_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_audio_device_free(microsip_audio_device_t device);

/**
 * Opens sound devices. `options` is copied; the zero handle stands for the defaults. Several sets may be open, such as
 * two headsets. Waits for the sound system.
 *
 * Statuses: `INVALID_ARGUMENT` for a wrong option or a name that fits several devices, `DEVICE` when there is no such
 * device or it cannot be opened, `TIMEOUT` when the sound system hangs, `UNSUPPORTED` in a build without sound devices
 * or the echo canceller asked for, `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_open_audio(microsip_endpoint_t endpoint,
                                               microsip_audio_device_options_t options,
                                               microsip_audio_devices_t *devices);

/**
 * The devices opened at the start (`microsip_endpoint_config_set_audio_devices`), as a new handle to be freed;
 * `NO_VALUE` if there are none. Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_audio(microsip_endpoint_t endpoint, microsip_audio_devices_t *devices);

/**
 * Sets whether devices that come and go are told by `MICROSIP_EVENT_KIND_AUDIO_DEVICES_CHANGED`. The system is asked
 * twice a second then.
 *
 * Statuses: `UNSUPPORTED` in a build without sound devices, `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_watch_audio_devices(microsip_endpoint_t endpoint, bool on);

/**
 * The device in use for a role at the moment, the one chosen or its replacement, as a new handle to be freed;
 * `NO_VALUE` if there is none.
 */
microsip_status_t microsip_audio_devices_device(microsip_audio_devices_t devices,
                                                microsip_device_role_t role,
                                                microsip_audio_device_t *device);

/**
 * Takes another device for a role that is open; `choice` is as in `microsip_audio_device_options_set_device`, but not
 * NULL. The one before stays when the new one cannot be opened. `device` is what was opened, as a new handle to be
 * freed; NULL if that does not matter. Waits for the sound system.
 *
 * Statuses: `INVALID_ARGUMENT` for a choice that names several, or a role that was not opened; `DEVICE` when there is
 * no such device or it cannot be opened; `GONE` after `microsip_audio_devices_close`.
 */
microsip_status_t microsip_audio_devices_choose(microsip_audio_devices_t devices,
                                                microsip_device_role_t role,
                                                const char *choice,
                                                microsip_audio_device_t *device);

/**
 * Sets a volume in dB, -60 to +20, without a step. Beyond full scale it is clipped.
 *
 * Statuses: `INVALID_ARGUMENT` beyond that, or for a role that was not opened.
 */
microsip_status_t microsip_audio_devices_set_volume(microsip_audio_devices_t devices,
                                                    microsip_device_role_t role,
                                                    float volume_db);

/**
 * Silences a device, or lets it be heard again. The level goes on showing what a muted microphone hears.
 *
 * Statuses: `INVALID_ARGUMENT` for a role that was not opened.
 */
microsip_status_t microsip_audio_devices_mute(microsip_audio_devices_t devices,
                                              microsip_device_role_t role,
                                              bool muted);

/**
 * Whether it is muted.
 */
microsip_status_t microsip_audio_devices_is_muted(microsip_audio_devices_t devices,
                                                  microsip_device_role_t role,
                                                  bool *muted);

/**
 * How loud it is, after the volume, in dBov (RFC 6464): root mean square, smoothed over 125 ms, and the largest sample
 * of the last half second to second; a sine at full scale has -3 and 0, silence has -127. Measured while the devices
 * are connected to something. Each pointer may be NULL. `NO_VALUE` for a role that was not opened.
 */
microsip_status_t microsip_audio_devices_level(microsip_audio_devices_t devices,
                                               microsip_device_role_t role,
                                               float *rms_dbov,
                                               float *peak_dbov);

/**
 * How the stream of a role is doing; `size` of `stats` must be set. `NO_VALUE` while no device is open for it.
 * Statuses: `INVALID_ARGUMENT` when `size` is not set.
 */
microsip_status_t microsip_audio_devices_stats(microsip_audio_devices_t devices,
                                               microsip_device_role_t role,
                                               microsip_device_stats_t *stats);

/**
 * Closes the devices; calls go on without them. Statuses: `NOT_RUNNING` when the endpoint is closed, and they with it.
 */
microsip_status_t microsip_audio_devices_close(microsip_audio_devices_t devices);

/**
 * Connects a call with open devices: the peer is heard from the loudspeaker, and hears the microphone. Devices that
 * connect calls, which is the default, need no such thing.
 *
 * Statuses: `GONE` after the call's end, or when the devices were closed.
 */
microsip_status_t microsip_call_use_devices(microsip_call_t call, microsip_audio_devices_t devices);

/**
 * Takes `microsip_call_use_devices` back, also when the devices connected themselves.
 *
 * Statuses: `GONE` after the call's end, or when the devices were closed.
 */
microsip_status_t microsip_call_leave_devices(microsip_call_t call, microsip_audio_devices_t devices);

/**
 * Another handle to the same devices, to be freed as well.
 */
microsip_status_t microsip_audio_devices_clone(microsip_audio_devices_t devices, microsip_audio_devices_t *clone);

/**
 * Frees a handle; the zero handle is fine. The devices stay open.
 */
microsip_status_t microsip_audio_devices_free(microsip_audio_devices_t devices);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_audio_device_options_new(microsip_audio_device_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_audio_device_options_clone(microsip_audio_device_options_t options,
                                                      microsip_audio_device_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_audio_device_options_free(microsip_audio_device_options_t options);

/**
 * Chooses the device of a role: `"default"`, `"id:"` with an id, `"name:"` or nothing with its name or a part of it
 * that only one has, whatever the case; NULL for none. On ALSA any PCM name is taken as id, listed or not:
 * `"id:hw:CARD=Headset"`, `"id:plughw:1,0"`. Default: `"default"` for microphone and loudspeaker, none for ringing.
 */
microsip_status_t microsip_audio_device_options_set_device(microsip_audio_device_options_t options,
                                                           microsip_device_role_t role,
                                                           const char *choice);

/**
 * Sets what takes the place of a device that is lost; default `MICROSIP_DEVICE_FALLBACK_DEFAULT`.
 */
microsip_status_t microsip_audio_device_options_set_fallback(microsip_audio_device_options_t options,
                                                             microsip_device_fallback_t fallback);

/**
 * Sets whether calls are connected to microphone and loudspeaker as soon as their audio runs; default yes.
 */
microsip_status_t microsip_audio_device_options_set_connect_calls(microsip_audio_device_options_t options,
                                                                  bool connect_calls);

/**
 * Sets the volume of a role, -60 to +20 dB; default 0.
 */
microsip_status_t microsip_audio_device_options_set_volume(microsip_audio_device_options_t options,
                                                           microsip_device_role_t role,
                                                           float volume_db);

/**
 * Takes the loudspeaker's echo out of what the microphone hears; default no, usual values are Speex, 200 ms and 40 dB.
 * `tail_ms` is how long the room rings, and how far the system's delay is not known: 20 to 500 milliseconds.
 * `suppression_db` is how much of the echo that is left is suppressed while only the far end speaks, 0 to 60 dB; Speex
 * only. Needs a microphone and a loudspeaker.
 */
microsip_status_t microsip_audio_device_options_set_echo_cancellation(microsip_audio_device_options_t options,
                                                                      microsip_echo_canceller_t canceller,
                                                                      uint32_t tail_ms,
                                                                      float suppression_db);

/**
 * Leaves echo as it is, which is the default.
 */
microsip_status_t microsip_audio_device_options_clear_echo_cancellation(microsip_audio_device_options_t options);

/**
 * Sets how much softer steady noise becomes, in dB, 1 to 40; 0 (default) leaves it.
 */
microsip_status_t microsip_audio_device_options_set_noise_suppression(microsip_audio_device_options_t options,
                                                                      float noise_db);

/**
 * Sets the level speech is brought to by automatic gain, as RMS in dBov, -40 to -16; 0 (default) leaves it.
 */
microsip_status_t microsip_audio_device_options_set_gain_target(microsip_audio_device_options_t options,
                                                                float target_dbov);

/**
 * Sets what a telephone with a loudspeaker needs: echo cancellation by Speex, noise down by 15 dB, speech at -24 dBov.
 */
microsip_status_t microsip_audio_device_options_set_hands_free(microsip_audio_device_options_t options);

/**
 * Opens sound devices at the start of the endpoint; default none. `options` is copied; the zero handle stands for the
 * defaults. `microsip_endpoint_audio` gives them. Starting fails when they cannot be opened.
 */
microsip_status_t microsip_endpoint_config_set_audio_devices(microsip_endpoint_config_t config,
                                                             microsip_audio_device_options_t options);

/**
 * Opens no sound devices at the start, which is the default.
 */
microsip_status_t microsip_endpoint_config_clear_audio_devices(microsip_endpoint_config_t config);

/**
 * How loud the call is over the last 20 ms: mean amplitude (not RMS) in dB below full scale, 0 at the most and -96 for
 * silence; what came from the peer and what went to it.
 *
 * Statuses: `WRONG_STATE` while no audio flows, `GONE` after the end.
 */
microsip_status_t microsip_call_levels(microsip_call_t call, float *received_dbov, float *sent_dbov);

/**
 * Makes the call louder or softer, -42 to +6 dB (minus infinity: silence): what everybody hears of the peer, and what
 * the peer hears. Holds for the whole call and may be set before audio flows. `microsip_call_mute` is apart from it.
 *
 * Statuses: `INVALID_ARGUMENT` for a gain out of its range, `GONE` after the end.
 */
microsip_status_t microsip_call_set_gain(microsip_call_t call, float received_db, float sent_db);

/**
 * Lets two calls hear each other, and hangs one up when the other ends: a conference of two with
 * `MICROSIP_ON_LEAVE_END_ALL`, as a new handle to be freed.
 *
 * Statuses: `GONE` when one of them has ended, `INVALID_ARGUMENT` when both are the same, `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_bridge(microsip_endpoint_t endpoint,
                                           microsip_call_t one,
                                           microsip_call_t other,
                                           microsip_conference_t *conference);

/**
 * The call as a node: what it says comes from the peer, what it hears goes to the peer. As a new handle to be freed.
 */
microsip_status_t microsip_call_node(microsip_call_t call, microsip_node_t *node);

/**
 * The player as a node, which is heard and hears nothing. As a new handle to be freed.
 */
microsip_status_t microsip_player_node(microsip_player_t player, microsip_node_t *node);

/**
 * The recorder as a node, which hears and says nothing. As a new handle to be freed.
 */
microsip_status_t microsip_recorder_node(microsip_recorder_t recorder, microsip_node_t *node);

/**
 * The tone as a node, which is heard and hears nothing. As a new handle to be freed.
 */
microsip_status_t microsip_tone_player_node(microsip_tone_player_t player, microsip_node_t *node);

/**
 * The sink as a node, which hears and says nothing. As a new handle to be freed.
 */
microsip_status_t microsip_audio_sink_node(microsip_audio_sink_t sink, microsip_node_t *node);

/**
 * The source as a node, which is heard and hears nothing. As a new handle to be freed.
 */
microsip_status_t microsip_audio_source_node(microsip_audio_source_t source, microsip_node_t *node);

/**
 * Open devices as a node: what it says comes from the microphone, what it hears goes to the loudspeaker. As a new
 * handle to be freed.
 */
microsip_status_t microsip_audio_devices_node(microsip_audio_devices_t devices, microsip_node_t *node);

/**
 * The ringing loudspeaker of open devices as a node, to connect players and tones to, as a new handle to be freed;
 * `NO_VALUE` if none was asked for.
 */
microsip_status_t microsip_audio_devices_ringing_node(microsip_audio_devices_t devices, microsip_node_t *node);

/**
 * Lets `to` hear `from`, with a gain of -42 to +6 dB (minus infinity: silence); again to change the gain. Both may be
 * calls whose audio starts later: the link is made whenever both run, and lasts until `microsip_endpoint_disconnect`
 * or the end of one of them. A link adds to others: whoever is linked from several hears them mixed.
 *
 * Statuses: `INVALID_ARGUMENT` for a gain out of its range, when `from` cannot be heard, `to` cannot hear or both are
 * the same; `GONE` when one of them has ended; `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_connect(microsip_endpoint_t endpoint,
                                            microsip_node_t from,
                                            microsip_node_t to,
                                            float gain_db);

/**
 * Takes back what `microsip_endpoint_connect` did. Two calls of a conference still hear each other. Nothing happens
 * when the two are not connected.
 *
 * Statuses: `GONE` when one of them has ended, `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_disconnect(microsip_endpoint_t endpoint, microsip_node_t from, microsip_node_t to);

/**
 * Another handle to the same node, to be freed as well.
 */
microsip_status_t microsip_node_clone(microsip_node_t node, microsip_node_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_node_free(microsip_node_t node);

/**
 * Reads a file whole, of any kind that `microsip_call_play` plays, into 16-bit mono at the file's own rate (48 kHz for
 * Opus), channels averaged. Needs no endpoint. As a new handle to be freed.
 *
 * Statuses: `IO` when it cannot be read, `MEDIA` when it is no such file, changes its rate midway or holds nothing,
 * `LIMIT_REACHED` when it is longer than 2^28 samples.
 */
microsip_status_t microsip_pcm_read(const char *path, microsip_pcm_t *pcm);

/**
 * The samples and how many they are. Lent until the object is freed.
 */
microsip_status_t microsip_pcm_samples(microsip_pcm_t pcm, const int16_t **samples, size_t *count);

/**
 * Samples per second.
 */
microsip_status_t microsip_pcm_rate(microsip_pcm_t pcm, uint32_t *rate);

/**
 * Another handle to the same samples, to be freed as well.
 */
microsip_status_t microsip_pcm_clone(microsip_pcm_t pcm, microsip_pcm_t *clone);

/**
 * Frees a handle; the zero handle is fine. Samples lent by it become invalid with the last one.
 */
microsip_status_t microsip_pcm_free(microsip_pcm_t pcm);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_play_options_new(microsip_play_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_play_options_clone(microsip_play_options_t options, microsip_play_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_play_options_free(microsip_play_options_t options);

/**
 * Sets whether to start again at the end of the last file, until stopped; default no.
 */
microsip_status_t microsip_play_options_set_repeat(microsip_play_options_t options, bool repeat);

/**
 * Sets how loud, -42 to +6 dB, minus infinity for silence; default 0.
 */
microsip_status_t microsip_play_options_set_gain(microsip_play_options_t options, float gain_db);

/**
 * Sets whether to wait for `microsip_player_resume`; default no.
 */
microsip_status_t microsip_play_options_set_paused(microsip_play_options_t options, bool paused);

/**
 * Plays a file to the peer, from the moment audio flows. `options` is copied; the zero handle stands for the defaults.
 * Opens the file and decodes its first second before it returns.
 *
 * Statuses: `IO` when the file cannot be read, `MEDIA` when it is no audio or empty, `GONE` after the call's end,
 * `NOT_RUNNING`.
 */
microsip_status_t microsip_call_play(microsip_call_t call,
                                     const char *path,
                                     microsip_play_options_t options,
                                     microsip_player_t *player);

/**
 * Plays `count` files to the peer, one after the other without a gap. More can be added later (`microsip_player_add`).
 * `options` is copied; the zero handle stands for the defaults.
 *
 * Statuses: `IO` when a file cannot be read, `MEDIA` when it is no audio or empty, `INVALID_ARGUMENT` without any
 * file, `GONE` after the call's end, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_play_list(microsip_call_t call,
                                          const char *const *paths,
                                          size_t count,
                                          microsip_play_options_t options,
                                          microsip_player_t *player);

/**
 * Plays `count` files to all calls of a conference, one after the other without a gap. `options` is copied; the zero
 * handle stands for the defaults.
 *
 * Statuses: `IO` when a file cannot be read, `MEDIA` when it is no audio or empty, `INVALID_ARGUMENT` without any
 * file, `GONE` when the conference was closed, `NOT_RUNNING`.
 */
microsip_status_t microsip_conference_play(microsip_conference_t conference,
                                           const char *const *paths,
                                           size_t count,
                                           microsip_play_options_t options,
                                           microsip_player_t *player);

/**
 * Plays `count` files, one after the other without a gap, to whatever `microsip_endpoint_connect` lets hear them.
 * `options` is copied; the zero handle stands for the defaults.
 *
 * Statuses: `IO` when a file cannot be read, `MEDIA` when it is no audio or empty, `INVALID_ARGUMENT` without any
 * file, `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_play(microsip_endpoint_t endpoint,
                                         const char *const *paths,
                                         size_t count,
                                         microsip_play_options_t options,
                                         microsip_player_t *player);

/**
 * How much of the file that is heard has been played, in milliseconds.
 */
microsip_status_t microsip_player_position_ms(microsip_player_t player, uint64_t *position_ms);

/**
 * Length of the file that is heard, in milliseconds; `NO_VALUE` where the file does not tell, as an MP3 without header
 * may not.
 */
microsip_status_t microsip_player_length_ms(microsip_player_t player, uint64_t *length_ms);

/**
 * Index of the file that is heard, in the order in which files were given, from 0.
 */
microsip_status_t microsip_player_index(microsip_player_t player, size_t *index);

/**
 * The file that is heard. Lent until the player is freed.
 */
microsip_status_t microsip_player_file(microsip_player_t player, const char **path);

/**
 * How much silence was played because decoding could not keep up, in milliseconds; 0 on a healthy machine.
 */
microsip_status_t microsip_player_missed_ms(microsip_player_t player, uint64_t *missed_ms);

/**
 * Whether it has ended, whatever the reason.
 */
microsip_status_t microsip_player_is_finished(microsip_player_t player, bool *finished);

/**
 * Why it has ended; `NO_VALUE` while it plays.
 */
microsip_status_t microsip_player_end(microsip_player_t player, microsip_play_end_t *end);

/**
 * What went wrong when it ended with `MICROSIP_PLAY_END_FAILED`, as a new handle to be freed; `NO_VALUE` otherwise.
 */
microsip_status_t microsip_player_error(microsip_player_t player, microsip_error_t *error);

/**
 * Whether it is paused.
 */
microsip_status_t microsip_player_is_paused(microsip_player_t player, bool *paused);

/**
 * How loud it plays, in dB; minus infinity for silence.
 */
microsip_status_t microsip_player_gain_db(microsip_player_t player, float *gain_db);

/**
 * Sets how loud it plays, -42 to +6 dB (minus infinity: silence), from the next 20 ms on, over which the change is
 * spread. It adds to the gain of links.
 *
 * Statuses: `INVALID_ARGUMENT` for a gain out of its range, `GONE` when it has ended.
 */
microsip_status_t microsip_player_set_gain(microsip_player_t player, float gain_db);

/**
 * Falls silent; `microsip_player_resume` goes on with the very next sample. Statuses: `GONE` when it has ended.
 */
microsip_status_t microsip_player_pause(microsip_player_t player);

/**
 * Goes on after `microsip_player_pause`. Statuses: `GONE` when it has ended.
 */
microsip_status_t microsip_player_resume(microsip_player_t player);

/**
 * Goes to a position in the file that is heard, in milliseconds. A paused player stays paused. Waits for the file to
 * be read.
 *
 * Statuses: `INVALID_ARGUMENT` when the file has no such position, `MEDIA` when it cannot be searched, `IO` when it
 * cannot be read any more: it plays on then as if nothing had been asked; `GONE` when the player has ended, `TIMEOUT`
 * when the disk does not answer.
 */
microsip_status_t microsip_player_seek(microsip_player_t player, uint64_t to_ms);

/**
 * Goes on with the next file at once; after the last one, unless it repeats, the player ends as
 * `MICROSIP_PLAY_END_FINISHED`. Waits for the file to be read.
 *
 * Statuses: those of the next file, as with `microsip_call_play`; the present one plays on then. `GONE` when the
 * player has ended.
 */
microsip_status_t microsip_player_skip(microsip_player_t player);

/**
 * Adds a file, which follows the last one without a gap. Waits for the file to be read.
 *
 * Statuses: `IO`, `MEDIA` when it cannot be played; `GONE` when the player has ended, which it may just have: then
 * play the file anew.
 */
microsip_status_t microsip_player_add(microsip_player_t player, const char *path);

/**
 * Stops playing. Stopping twice is fine. Statuses: `NOT_RUNNING` after the endpoint was closed.
 */
microsip_status_t microsip_player_stop(microsip_player_t player);

/**
 * Waits until it has ended, at most `timeout_ms`, and tells why in `end`, which may be NULL. Statuses: `TIMEOUT`.
 */
microsip_status_t microsip_player_wait(microsip_player_t player, uint32_t timeout_ms, microsip_play_end_t *end);

/**
 * The call it plays to, as a new handle to be freed; `NO_VALUE` if it plays to none.
 */
microsip_status_t microsip_player_call(microsip_player_t player, microsip_call_t *call);

/**
 * The conference it plays to, as a new handle to be freed; `NO_VALUE` if it plays to none.
 */
microsip_status_t microsip_player_conference(microsip_player_t player, microsip_conference_t *conference);

/**
 * Another handle to the same player, to be freed as well.
 */
microsip_status_t microsip_player_clone(microsip_player_t player, microsip_player_t *clone);

/**
 * Frees a handle; the zero handle is fine. It plays on.
 */
microsip_status_t microsip_player_free(microsip_player_t player);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_record_options_new(microsip_record_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_record_options_clone(microsip_record_options_t options, microsip_record_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_record_options_free(microsip_record_options_t options);

/**
 * Sets which side is recorded; default `MICROSIP_TAP_RECEIVED`. Means nothing with
 * `microsip_record_options_set_split`. Only calls have sides.
 */
microsip_status_t microsip_record_options_set_tap(microsip_record_options_t options, microsip_tap_t tap);

/**
 * Sets whether both sides go into two channels: left what we send, right what we receive, to the sample; default no.
 */
microsip_status_t microsip_record_options_set_split(microsip_record_options_t options, bool split);

/**
 * Sets the kind of file, whatever its name; 0 (default) is by its extension: `.wav`, `.opus` or `.ogg`, `.flac`; WAV
 * without any.
 */
microsip_status_t microsip_record_options_set_format(microsip_record_options_t options,
                                                     microsip_record_format_t format);

/**
 * Sets the samples per second; 0 (default) is the engine's own rate, or 48000 where Opus does not know that.
 */
microsip_status_t microsip_record_options_set_rate(microsip_record_options_t options, uint32_t rate);

/**
 * Sets the bits per second and channel for Opus, 6000 to 510000; 0 (default): libopus chooses.
 */
microsip_status_t microsip_record_options_set_bitrate(microsip_record_options_t options, uint32_t bitrate);

/**
 * Sets whether an existing file is overwritten; by default another name is found: `-2`, `-3` … before the extension.
 */
microsip_status_t microsip_record_options_set_overwrite(microsip_record_options_t options, bool overwrite);

/**
 * Makes rules for files in `folder`, which is made when needed. A `pattern` of NULL is MicroSIP's own:
 * `{date}-{time}-{remote_user}-{direction}-{account}.wav`.
 *
 * Statuses: `INVALID_ARGUMENT` for an unknown field, a brace without its other, a pattern that is empty or leads out
 * of the folder.
 */
microsip_status_t microsip_recording_name_new(const char *folder, const char *pattern, microsip_recording_name_t *name);

/**
 * The folder. Lent until the rules are freed.
 */
microsip_status_t microsip_recording_name_folder(microsip_recording_name_t name, const char **folder);

/**
 * What a file of this call is called at the moment, `{n}` being 1. Nothing is made, and whether there is such a file
 * is not looked at. Lent until the rules are freed.
 */
microsip_status_t microsip_recording_name_path(microsip_recording_name_t name, microsip_call_t call, const char **path);

/**
 * Another handle to the same rules, to be freed as well.
 */
microsip_status_t microsip_recording_name_clone(microsip_recording_name_t name, microsip_recording_name_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_recording_name_free(microsip_recording_name_t name);

/**
 * Records a call into a file; by default what the peer says, WAV, Ogg Opus or FLAC by its extension, one channel.
 * `options` is copied; the zero handle stands for the defaults. `microsip_recorder_path` is the file, which has
 * another name when that one was taken and may not be overwritten.
 *
 * Statuses: `IO` when the file cannot be made, `INVALID_ARGUMENT` for an extension, a rate or a bit rate that the
 * format does not know, `UNSUPPORTED` for Opus in a build without it, `GONE` after the call's end, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_record(microsip_call_t call,
                                       const char *path,
                                       microsip_record_options_t options,
                                       microsip_recorder_t *recorder);

/**
 * Records a call into a file that is called by rules. `options` is copied; the zero handle stands for the defaults.
 *
 * Statuses: as `microsip_call_record`.
 */
microsip_status_t microsip_call_record_named(microsip_call_t call,
                                             microsip_recording_name_t name,
                                             microsip_record_options_t options,
                                             microsip_recorder_t *recorder);

/**
 * Records what all calls of a conference and everything played to them say, mixed. `options` is copied; the zero
 * handle stands for the defaults.
 *
 * Statuses: `IO` when the file cannot be made, `INVALID_ARGUMENT` for an extension, a rate or a bit rate that the
 * format does not know, `UNSUPPORTED` for Opus in a build without it, or a side, which only calls have; `GONE` when
 * the conference was closed, `NOT_RUNNING`.
 */
microsip_status_t microsip_conference_record(microsip_conference_t conference,
                                             const char *path,
                                             microsip_record_options_t options,
                                             microsip_recorder_t *recorder);

/**
 * Records whatever `microsip_endpoint_connect` lets the recorder hear. `options` is copied; the zero handle stands for
 * the defaults.
 *
 * Statuses: `IO` when the file cannot be made, `INVALID_ARGUMENT` for an extension, a rate or a bit rate that the
 * format does not know, `UNSUPPORTED` for Opus in a build without it, or a side, which only calls have; `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_record(microsip_endpoint_t endpoint,
                                           const char *path,
                                           microsip_record_options_t options,
                                           microsip_recorder_t *recorder);

/**
 * The file. Lent until the recorder is freed.
 */
microsip_status_t microsip_recorder_path(microsip_recorder_t recorder, const char **path);

/**
 * How much has been written so far, in milliseconds.
 */
microsip_status_t microsip_recorder_length_ms(microsip_recorder_t recorder, uint64_t *length_ms);

/**
 * Leaves out what comes from now on, until `microsip_recorder_resume`; the file has no silence in its place. Pausing
 * twice is fine. Statuses: `GONE` when the recording has ended.
 */
microsip_status_t microsip_recorder_pause(microsip_recorder_t recorder);

/**
 * Goes on after `microsip_recorder_pause`. Statuses: `GONE` when the recording has ended.
 */
microsip_status_t microsip_recorder_resume(microsip_recorder_t recorder);

/**
 * Whether it is paused.
 */
microsip_status_t microsip_recorder_is_paused(microsip_recorder_t recorder, bool *paused);

/**
 * Whether it has ended, and the file is complete.
 */
microsip_status_t microsip_recorder_is_finished(microsip_recorder_t recorder, bool *finished);

/**
 * Stops recording and waits until the file is complete, ten seconds at most. What it became is in `info`, as a new
 * handle to be freed; NULL if that does not matter. Stopping twice is fine.
 *
 * Statuses: `TIMEOUT` when the disk takes longer.
 */
microsip_status_t microsip_recorder_stop(microsip_recorder_t recorder, microsip_recording_info_t *info);

/**
 * Waits until the file is complete, which it is soon after its call has ended, at most `timeout_ms`. What it became is
 * in `info`, as a new handle to be freed; NULL if that does not matter. Statuses: `TIMEOUT`.
 */
microsip_status_t microsip_recorder_wait(microsip_recorder_t recorder,
                                         uint32_t timeout_ms,
                                         microsip_recording_info_t *info);

/**
 * The call it records, as a new handle to be freed; `NO_VALUE` if it records none.
 */
microsip_status_t microsip_recorder_call(microsip_recorder_t recorder, microsip_call_t *call);

/**
 * The conference it records, as a new handle to be freed; `NO_VALUE` if it records none.
 */
microsip_status_t microsip_recorder_conference(microsip_recorder_t recorder, microsip_conference_t *conference);

/**
 * Another handle to the same recorder, to be freed as well.
 */
microsip_status_t microsip_recorder_clone(microsip_recorder_t recorder, microsip_recorder_t *clone);

/**
 * Frees a handle; the zero handle is fine. The recording goes on.
 */
microsip_status_t microsip_recorder_free(microsip_recorder_t recorder);

/**
 * The file. Lent until the info is freed.
 */
microsip_status_t microsip_recording_info_path(microsip_recording_info_t info, const char **path);

/**
 * Its kind.
 */
microsip_status_t microsip_recording_info_format(microsip_recording_info_t info, microsip_record_format_t *format);

/**
 * Samples per second and channel.
 */
microsip_status_t microsip_recording_info_rate(microsip_recording_info_t info, uint32_t *rate);

/**
 * Channels: 2 for split recordings, else 1.
 */
microsip_status_t microsip_recording_info_channels(microsip_recording_info_t info, uint16_t *channels);

/**
 * Samples written, per channel.
 */
microsip_status_t microsip_recording_info_samples(microsip_recording_info_t info, uint64_t *samples);

/**
 * Samples replaced by silence because the disk could not keep up.
 */
microsip_status_t microsip_recording_info_dropped(microsip_recording_info_t info, uint64_t *dropped);

/**
 * Length of the recording, in milliseconds.
 */
microsip_status_t microsip_recording_info_length_ms(microsip_recording_info_t info, uint64_t *length_ms);

/**
 * Why the file ends early, such as a full disk (`IO`), as a new handle to be freed; `NO_VALUE` if it does not. What
 * came before is in the file.
 */
microsip_status_t microsip_recording_info_error(microsip_recording_info_t info, microsip_error_t *error);

/**
 * Another handle to the same info, to be freed as well.
 */
microsip_status_t microsip_recording_info_clone(microsip_recording_info_t info, microsip_recording_info_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_recording_info_free(microsip_recording_info_t info);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_audio_sink_options_new(microsip_audio_sink_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_audio_sink_options_clone(microsip_audio_sink_options_t options,
                                                    microsip_audio_sink_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_audio_sink_options_free(microsip_audio_sink_options_t options);

/**
 * Sets the samples per second: 8000, 16000 (default), 24000, 32000 or 48000, whatever the codec.
 */
microsip_status_t microsip_audio_sink_options_set_rate(microsip_audio_sink_options_t options, uint32_t rate);

/**
 * Sets the length of a frame in milliseconds, 10 to 60; default 20. The engine works in 20 ms: shorter frames come in
 * pairs.
 */
microsip_status_t microsip_audio_sink_options_set_frame(microsip_audio_sink_options_t options, uint32_t frame_ms);

/**
 * Sets which side of a call is heard; default `MICROSIP_TAP_RECEIVED`. Means nothing for other sinks.
 */
microsip_status_t microsip_audio_sink_options_set_tap(microsip_audio_sink_options_t options, microsip_tap_t tap);

/**
 * Sets how much can wait to be read, in milliseconds, 100 to 600000; default 1000 (two bytes a sample). What comes
 * when it is full is dropped and counted.
 */
microsip_status_t microsip_audio_sink_options_set_capacity(microsip_audio_sink_options_t options, uint32_t capacity_ms);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_audio_source_options_new(microsip_audio_source_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_audio_source_options_clone(microsip_audio_source_options_t options,
                                                      microsip_audio_source_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_audio_source_options_free(microsip_audio_source_options_t options);

/**
 * Sets the samples per second: 8000, 16000 (default), 24000, 32000 or 48000, whatever the codec.
 */
microsip_status_t microsip_audio_source_options_set_rate(microsip_audio_source_options_t options, uint32_t rate);

/**
 * Sets how much can be written ahead, in milliseconds, 40 to 600000; default 1000. What comes when it is full waits.
 */
microsip_status_t microsip_audio_source_options_set_capacity(microsip_audio_source_options_t options,
                                                             uint32_t capacity_ms);

/**
 * Takes audio out of a call: what the peer says, what we send, or both. `options` is copied; the zero handle stands
 * for the defaults.
 *
 * Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` after the call's end, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_audio_sink(microsip_call_t call,
                                           microsip_audio_sink_options_t options,
                                           microsip_audio_sink_t *sink);

/**
 * Takes out what all calls of a conference and everything played to them say, mixed. `options` is copied; the zero
 * handle stands for the defaults.
 *
 * Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` when the conference was closed, `NOT_RUNNING`.
 */
microsip_status_t microsip_conference_audio_sink(microsip_conference_t conference,
                                                 microsip_audio_sink_options_t options,
                                                 microsip_audio_sink_t *sink);

/**
 * A sink that hears what is connected to it (`microsip_endpoint_connect`). `options` is copied; the zero handle stands
 * for the defaults.
 *
 * Statuses: `INVALID_ARGUMENT` for a setting out of its range, `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_audio_sink(microsip_endpoint_t endpoint,
                                               microsip_audio_sink_options_t options,
                                               microsip_audio_sink_t *sink);

/**
 * Writes the next frame to `samples`, which has room for `capacity` of them, and how many they were to `count`. Waits
 * at most `timeout_ms` for it; 0 does not wait. Allocates nothing when there is a frame. Any threads may read; each
 * frame goes to one of them.
 *
 * Statuses: `WOULD_BLOCK` when no whole frame is there and `timeout_ms` is 0; `TIMEOUT`; `BUFFER_TOO_SMALL` when
 * `capacity` is less than a frame (`microsip_audio_sink_frame_length`), which is not lost; `ENDED` when no more will
 * come: what it listened to has ended, or the sink was closed.
 */
microsip_status_t microsip_audio_sink_read(microsip_audio_sink_t sink,
                                           int16_t *samples,
                                           size_t capacity,
                                           uint32_t timeout_ms,
                                           size_t *count);

/**
 * Writes the next frame to `samples`, which has room for `capacity` of them, and where it belongs to `frame`, whose
 * `size` must be set. Waits at most `timeout_ms` for it; 0 does not wait. Allocates nothing when there is a frame. Any
 * threads may read; each frame goes to one of them.
 *
 * Statuses: `WOULD_BLOCK` when no whole frame is there and `timeout_ms` is 0; `TIMEOUT`; `BUFFER_TOO_SMALL` when
 * `capacity` is less than a frame (`microsip_audio_sink_frame_length`), which is not lost; `ENDED` when no more will
 * come: what it listened to has ended, or the sink was closed. `INVALID_ARGUMENT` when `size` is not set.
 */
microsip_status_t microsip_audio_sink_read_frame(microsip_audio_sink_t sink,
                                                 int16_t *samples,
                                                 size_t capacity,
                                                 uint32_t timeout_ms,
                                                 microsip_frame_t *frame);

/**
 * A descriptor for `poll`, `epoll`, `kqueue` or an event loop: readable while a frame or the end may be there. Then
 * read with a timeout of 0 until it answers `WOULD_BLOCK` or `ENDED`. Do not read from it, write to it or close it: it
 * belongs to the sink and is closed with its last handle.
 *
 * Statuses: `UNSUPPORTED` on Windows, where there is `microsip_audio_sink_handle`; `LIMIT_REACHED` when the process
 * has no descriptors left.
 */
microsip_status_t microsip_audio_sink_fd(microsip_audio_sink_t sink, int32_t *fd);

/**
 * On Windows the event object for `WaitForMultipleObjects`, set while a frame or the end may be there; otherwise as
 * `microsip_audio_sink_fd`, and `UNSUPPORTED` elsewhere.
 */
microsip_status_t microsip_audio_sink_handle(microsip_audio_sink_t sink, void **handle);

/**
 * Samples per second.
 */
microsip_status_t microsip_audio_sink_rate(microsip_audio_sink_t sink, uint32_t *rate);

/**
 * Samples in a frame.
 */
microsip_status_t microsip_audio_sink_frame_length(microsip_audio_sink_t sink, size_t *count);

/**
 * Its number in `MICROSIP_EVENT_KIND_AUDIO_XRUN`, unlike that of every other stream in this process.
 */
microsip_status_t microsip_audio_sink_id(microsip_audio_sink_t sink, uint64_t *id);

/**
 * Counts since the start: samples the engine gave, samples dropped because they were not read in time, how many times
 * that began, samples that wait to be read. Each pointer may be NULL.
 *
 * Statuses: `GONE` after `microsip_audio_sink_close`.
 */
microsip_status_t microsip_audio_sink_stats(microsip_audio_sink_t sink,
                                            uint64_t *samples,
                                            uint64_t *lost,
                                            uint64_t *overruns,
                                            uint64_t *waiting);

/**
 * The call it listens to, as a new handle to be freed; `NO_VALUE` if it listens to none.
 */
microsip_status_t microsip_audio_sink_call(microsip_audio_sink_t sink, microsip_call_t *call);

/**
 * The conference it listens to, as a new handle to be freed; `NO_VALUE` if it listens to none.
 */
microsip_status_t microsip_audio_sink_conference(microsip_audio_sink_t sink, microsip_conference_t *conference);

/**
 * Ends the sink: threads that read it are told `ENDED` at once, and so is who reads later; what waits to be read is
 * thrown away. Closing twice is fine.
 */
microsip_status_t microsip_audio_sink_close(microsip_audio_sink_t sink);

/**
 * Another handle to the same sink, to be freed as well.
 */
microsip_status_t microsip_audio_sink_clone(microsip_audio_sink_t sink, microsip_audio_sink_t *clone);

/**
 * Frees a handle; the zero handle is fine. With the last one the sink ends and its descriptor is closed. A thread that
 * is reading keeps both until it returns: `microsip_audio_sink_close` wakes it.
 */
microsip_status_t microsip_audio_sink_free(microsip_audio_sink_t sink);

/**
 * Puts audio into a call: its peer hears it. `options` is copied; the zero handle stands for the defaults.
 *
 * Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` after the call's end, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_audio_source(microsip_call_t call,
                                             microsip_audio_source_options_t options,
                                             microsip_audio_source_t *source);

/**
 * Puts audio into a conference: all its calls hear it. `options` is copied; the zero handle stands for the defaults.
 *
 * Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` when the conference was closed, `NOT_RUNNING`.
 */
microsip_status_t microsip_conference_audio_source(microsip_conference_t conference,
                                                   microsip_audio_source_options_t options,
                                                   microsip_audio_source_t *source);

/**
 * A source that whatever it is connected to hears (`microsip_endpoint_connect`). `options` is copied; the zero handle
 * stands for the defaults.
 *
 * Statuses: `INVALID_ARGUMENT` for a setting out of its range, `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_audio_source(microsip_endpoint_t endpoint,
                                                 microsip_audio_source_options_t options,
                                                 microsip_audio_source_t *source);

/**
 * Writes `count` samples, waiting at most `timeout_ms` while the buffer is full, and tells in `written` how many were
 * accepted; 0 does not wait: what fits is accepted.
 *
 * It returns early, with `OK` and what was accepted until then (perhaps nothing), when another thread flushes: the
 * rest is part of what was cut. `OK` with fewer than `count` also when time was up or the source ended in between; the
 * next call tells which.
 *
 * Statuses: `WOULD_BLOCK` when not one fits and `timeout_ms` is 0, `TIMEOUT` when not one was accepted in time, `GONE`
 * when what it speaks to has ended or the source was closed.
 */
microsip_status_t microsip_audio_source_write(microsip_audio_source_t source,
                                              const int16_t *samples,
                                              size_t count,
                                              uint32_t timeout_ms,
                                              size_t *written);

/**
 * Cuts all that is queued at once, for a speaker who is interrupted: at most the 20 ms that the engine is handling are
 * still sent. Works while other threads are blocked in `microsip_audio_source_write`, which return. Waits for the
 * engine's next tick, 100 ms at most, to say exactly how far the far end was spoken to.
 *
 * `position` is that of the first sample that was not sent, counted over all that was ever written; `dropped` how many
 * samples were thrown away. Each pointer may be NULL.
 *
 * Statuses: `GONE` when what it speaks to has ended or the source was closed.
 */
microsip_status_t microsip_audio_source_flush(microsip_audio_source_t source, uint64_t *position, uint64_t *dropped);

/**
 * Waits until all that was written has been sent, at most `timeout_ms`; 0 asks whether it has. Also says that nothing
 * follows for now, so that the silence behind it is no underrun.
 *
 * Statuses: `WOULD_BLOCK` when something is queued and `timeout_ms` is 0, `TIMEOUT`, `GONE` when what it speaks to
 * ended before that or the source was closed.
 */
microsip_status_t microsip_audio_source_drain(microsip_audio_source_t source, uint32_t timeout_ms);

/**
 * Counts since the start, in samples: accepted from the application, taken by the engine, thrown away by flushes,
 * written and neither sent nor flushed; how many times there was nothing to send and audio went on within a second (a
 * longer pause, or one after a drain or a flush, is an end), and the samples of silence sent in those gaps. Each
 * pointer may be NULL.
 *
 * Statuses: `GONE` after `microsip_audio_source_close`.
 */
microsip_status_t microsip_audio_source_stats(microsip_audio_source_t source,
                                              uint64_t *written,
                                              uint64_t *sent,
                                              uint64_t *flushed,
                                              uint64_t *queued,
                                              uint64_t *underruns,
                                              uint64_t *silence);

/**
 * How many samples fit now.
 *
 * Statuses: `GONE` after `microsip_audio_source_close`.
 */
microsip_status_t microsip_audio_source_room(microsip_audio_source_t source, size_t *count);

/**
 * Samples per second.
 */
microsip_status_t microsip_audio_source_rate(microsip_audio_source_t source, uint32_t *rate);

/**
 * Its number in `MICROSIP_EVENT_KIND_AUDIO_XRUN`, unlike that of every other stream in this process.
 */
microsip_status_t microsip_audio_source_id(microsip_audio_source_t source, uint64_t *id);

/**
 * The call it speaks to, as a new handle to be freed; `NO_VALUE` if it speaks to none.
 */
microsip_status_t microsip_audio_source_call(microsip_audio_source_t source, microsip_call_t *call);

/**
 * The conference it speaks to, as a new handle to be freed; `NO_VALUE` if it speaks to none.
 */
microsip_status_t microsip_audio_source_conference(microsip_audio_source_t source, microsip_conference_t *conference);

/**
 * Ends the source: what is queued is not sent, and threads that wait for it are told `GONE` at once. Closing twice is
 * fine.
 */
microsip_status_t microsip_audio_source_close(microsip_audio_source_t source);

/**
 * Another handle to the same source, to be freed as well.
 */
microsip_status_t microsip_audio_source_clone(microsip_audio_source_t source, microsip_audio_source_t *clone);

/**
 * Frees a handle; the zero handle is fine. With the last one the source ends. A thread that waits in one of its
 * functions keeps it until it returns: `microsip_audio_source_close` wakes it.
 */
microsip_status_t microsip_audio_source_free(microsip_audio_source_t source);

/**
 * Plays a tone to the peer from the moment audio flows, together with whatever else is played, for `longest_ms`
 * milliseconds at most; 0: until it ends or is stopped.
 *
 * Statuses: `INVALID_ARGUMENT` for a tone that cannot be played at the engine's rate, `GONE` after the call's end.
 */
microsip_status_t microsip_call_play_tone(microsip_call_t call,
                                          microsip_tone_t tone,
                                          uint32_t longest_ms,
                                          microsip_tone_player_t *player);

/**
 * Plays a tone to all calls of a conference, and into what records it, for `longest_ms` milliseconds at most; 0: until
 * it ends or is stopped.
 *
 * Statuses: `INVALID_ARGUMENT` for a tone that cannot be played at the engine's rate, `GONE` when the conference was
 * closed.
 */
microsip_status_t microsip_conference_play_tone(microsip_conference_t conference,
                                                microsip_tone_t tone,
                                                uint32_t longest_ms,
                                                microsip_tone_player_t *player);

/**
 * Plays a tone that nobody hears until `microsip_endpoint_connect` connects it, for `longest_ms` milliseconds at most;
 * 0: until it ends or is stopped. It runs from then on.
 *
 * Statuses: `INVALID_ARGUMENT` for a tone that cannot be played at the engine's rate, `NOT_RUNNING`.
 */
microsip_status_t microsip_endpoint_play_tone(microsip_endpoint_t endpoint,
                                              microsip_tone_t tone,
                                              uint32_t longest_ms,
                                              microsip_tone_player_t *player);

/**
 * The tone, as a new handle to be freed.
 */
microsip_status_t microsip_tone_player_tone(microsip_tone_player_t player, microsip_tone_t *tone);

/**
 * How much of it has been played, in milliseconds.
 */
microsip_status_t microsip_tone_player_position_ms(microsip_tone_player_t player, uint64_t *position_ms);

/**
 * Whether it has ended.
 */
microsip_status_t microsip_tone_player_is_finished(microsip_tone_player_t player, bool *finished);

/**
 * Stops it: it falls silent within 24 ms, without a click. Stopping twice is fine. Statuses: `NOT_RUNNING` after the
 * endpoint was closed.
 */
microsip_status_t microsip_tone_player_stop(microsip_tone_player_t player);

/**
 * Waits until it has ended, at most `timeout_ms`. Statuses: `TIMEOUT`.
 */
microsip_status_t microsip_tone_player_wait(microsip_tone_player_t player, uint32_t timeout_ms);

/**
 * Another handle to the same player, to be freed as well.
 */
microsip_status_t microsip_tone_player_clone(microsip_tone_player_t player, microsip_tone_player_t *clone);

/**
 * Frees a handle; the zero handle is fine. The tone goes on.
 */
microsip_status_t microsip_tone_player_free(microsip_tone_player_t player);

/**
 * A tone by name or by text: `"dial"`, `"ringback"`, `"busy"`, `"congestion"`, `"call_waiting"`,
 * `"special_information"`, `"stutter"`, `"howler"` of a country, `"silence"`, `"comfort_noise"`, or what it is made
 * of, as the type's comment says. `country` is a code such as `"de"` (ISO 3166-1; `"uk"` and `"gb"` are both the
 * United Kingdom); NULL is the United States.
 *
 * Statuses: `INVALID_ARGUMENT` for what is neither, a country that is not known or has no such tone.
 */
microsip_status_t microsip_tone_find(const char *name_or_text, const char *country, microsip_tone_t *tone);

/**
 * A tone of a country, which goes on until it is stopped. `country` is a code such as `"de"` (ISO 3166-1; `"uk"` and
 * `"gb"` are both the United Kingdom); NULL is the United States.
 *
 * Statuses: `INVALID_ARGUMENT` when the country is not known or does not define it.
 */
microsip_status_t microsip_tone_of_country(microsip_tone_kind_t kind, const char *country, microsip_tone_t *tone);

/**
 * The tones of keys (ITU-T Q.23) one after the other, each for `on_ms` milliseconds with `gap_ms` of silence behind
 * it, once: row at -9 dBm0, column at -7 dBm0. This is sound like any other; digits for the peer's equipment are
 * better sent as DTMF, which chooses the way it understands.
 *
 * Statuses: `INVALID_ARGUMENT` for what is none of `0` to `9`, `*`, `#`, `A` to `D`.
 */
microsip_status_t microsip_tone_keys(const char *digits, uint32_t on_ms, uint32_t gap_ms, microsip_tone_t *tone);

/**
 * One frequency for a time, once. Checked when it is played or rendered: 10 to 20000 Hz, -90 to +3.14 dBm0.
 */
microsip_status_t microsip_tone_beep(double frequency_hz, double level_dbm0, uint32_t length_ms, microsip_tone_t *tone);

/**
 * Comfort noise (RFC 3389) until it is stopped: its level in dBov, and its spectrum as `count` reflection coefficients
 * (§3.2), at most 16, each between -1 and 1, for 8000 samples a second. None (NULL and 0) is a spectrum like that of
 * rooms. Checked when it is played or rendered.
 */
microsip_status_t microsip_tone_comfort_noise(double level_dbov,
                                              const double *reflection,
                                              size_t count,
                                              microsip_tone_t *tone);

/**
 * The tone as text, from which `microsip_tone_find` makes it again. Lent until the tone is freed.
 */
microsip_status_t microsip_tone_text(microsip_tone_t tone, const char **text);

/**
 * How long it lasts, in milliseconds; `NO_VALUE` when it does not end by itself.
 */
microsip_status_t microsip_tone_length_ms(microsip_tone_t tone, uint64_t *length_ms);

/**
 * Renders it at `rate` Hz, 8000 to 48000, until its end, but at most for `longest_ms` milliseconds. Needs no endpoint.
 * As a new handle to be freed.
 *
 * Statuses: `INVALID_ARGUMENT` for a tone that cannot be played at that rate, a rate out of its range, and more than
 * an hour.
 */
microsip_status_t microsip_tone_render(microsip_tone_t tone, uint32_t rate, uint32_t longest_ms, microsip_pcm_t *pcm);

/**
 * Another handle to the same tone, to be freed as well.
 */
microsip_status_t microsip_tone_clone(microsip_tone_t tone, microsip_tone_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_tone_free(microsip_tone_t tone);

/**
 * The countries, as a new handle to be freed. Needs no endpoint.
 */
microsip_status_t microsip_country_list_new(microsip_country_list_t *list);

/**
 * How many there are.
 */
microsip_status_t microsip_country_list_count(microsip_country_list_t list, size_t *count);

/**
 * The code of the country at `index`, from 0, such as `"de"`; `NO_VALUE` beyond the end. Lent until the list is freed.
 */
microsip_status_t microsip_country_list_code_at(microsip_country_list_t list, size_t index, const char **code);

/**
 * The English name of the country at `index`, from 0; `NO_VALUE` beyond the end. Lent until the list is freed.
 */
microsip_status_t microsip_country_list_name_at(microsip_country_list_t list, size_t index, const char **name);

/**
 * Whether the country at `index`, from 0, defines a tone; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_country_list_has_tone(microsip_country_list_t list,
                                                 size_t index,
                                                 microsip_tone_kind_t kind,
                                                 bool *has);

/**
 * Another handle to the same list, to be freed as well.
 */
microsip_status_t microsip_country_list_clone(microsip_country_list_t list, microsip_country_list_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_country_list_free(microsip_country_list_t list);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_cpim_clone(microsip_cpim_t cpim, microsip_cpim_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_cpim_free(microsip_cpim_t cpim);

/**
 * Reads an envelope from bytes.
 *
 * Statuses: `INVALID_ARGUMENT` for what is none, `LIMIT_REACHED` beyond 64 KiB or 100 headers, `UNSUPPORTED` when the
 * headers are not UTF-8.
 */
microsip_status_t microsip_cpim_parse(const uint8_t *body, size_t body_len, microsip_cpim_t *cpim);

/**
 * The sender: a URI in angle brackets, with or without a name before it; `NO_VALUE` if not told. Lent until the handle
 * is freed.
 */
microsip_status_t microsip_cpim_from(microsip_cpim_t cpim, const char **from);

/**
 * How many recipients there are.
 */
microsip_status_t microsip_cpim_to_count(microsip_cpim_t cpim, size_t *count);

/**
 * The recipient at `index`, from 0, in the same form as the sender; `NO_VALUE` beyond the end. Lent until the handle
 * is freed.
 */
microsip_status_t microsip_cpim_to_at(microsip_cpim_t cpim, size_t index, const char **to);

/**
 * How many others get a copy.
 */
microsip_status_t microsip_cpim_cc_count(microsip_cpim_t cpim, size_t *count);

/**
 * Who gets a copy, at `index` from 0; `NO_VALUE` beyond the end. Lent until the handle is freed.
 */
microsip_status_t microsip_cpim_cc_at(microsip_cpim_t cpim, size_t index, const char **cc);

/**
 * When it was sent, in milliseconds since 1970; `NO_VALUE` if not told.
 */
microsip_status_t microsip_cpim_date_time_unix_ms(microsip_cpim_t cpim, int64_t *date_time_unix_ms);

/**
 * What it is about; `NO_VALUE` if not told. Lent until the handle is freed.
 */
microsip_status_t microsip_cpim_subject(microsip_cpim_t cpim, const char **subject);

/**
 * Its id, to which notifications refer (`imdn.Message-ID`); `NO_VALUE` if it has none. Lent until the handle is freed.
 */
microsip_status_t microsip_cpim_message_id(microsip_cpim_t cpim, const char **message_id);

/**
 * Which notifications are asked for, as `microsip_received_message_notify`.
 */
microsip_status_t microsip_cpim_notify(microsip_cpim_t cpim,
                                       bool *positive_delivery,
                                       bool *negative_delivery,
                                       bool *processing,
                                       bool *display);

/**
 * To whom it was meant before somebody on the way changed that (`imdn.Original-To`); `NO_VALUE` if not told. Lent
 * until the handle is freed.
 */
microsip_status_t microsip_cpim_original_to(microsip_cpim_t cpim, const char **original_to);

/**
 * How many headers there are that no other function tells.
 */
microsip_status_t microsip_cpim_header_count(microsip_cpim_t cpim, size_t *count);

/**
 * The header at `index`, from 0: the URI of its namespace, its name there, its value, and the value's language, empty
 * when not told; `NO_VALUE` beyond the end. Lent until the handle is freed.
 */
microsip_status_t microsip_cpim_header_at(microsip_cpim_t cpim,
                                          size_t index,
                                          const char **space,
                                          const char **name,
                                          const char **value,
                                          const char **language);

/**
 * How many headers the sender requires to be understood that are not.
 */
microsip_status_t microsip_cpim_unknown_required_count(microsip_cpim_t cpim, size_t *count);

/**
 * The one at `index`, from 0, as it was written; `NO_VALUE` beyond the end. Lent until the handle is freed.
 */
microsip_status_t microsip_cpim_unknown_required_at(microsip_cpim_t cpim, size_t index, const char **header);

/**
 * The content's type with its parameters, such as `"text/plain;charset=utf-8"`. Lent until the handle is freed.
 */
microsip_status_t microsip_cpim_content_type(microsip_cpim_t cpim, const char **content_type);

/**
 * How many other MIME headers the content has.
 */
microsip_status_t microsip_cpim_content_header_count(microsip_cpim_t cpim, size_t *count);

/**
 * The content's MIME header at `index`, from 0; `NO_VALUE` beyond the end. Lent until the handle is freed.
 */
microsip_status_t microsip_cpim_content_header_at(microsip_cpim_t cpim,
                                                  size_t index,
                                                  const char **name,
                                                  const char **value);

/**
 * The content, as a new handle to be freed; empty in the envelope of a received message, which tells it itself.
 */
microsip_status_t microsip_cpim_content(microsip_cpim_t cpim, microsip_bytes_t *content);

/**
 * Makes an envelope around a content of this type, whose bytes are copied.
 */
microsip_status_t microsip_cpim_new(const char *content_type,
                                    const uint8_t *content,
                                    size_t content_len,
                                    microsip_cpim_t *cpim);

/**
 * Sets the sender, as URI or name-addr.
 */
microsip_status_t microsip_cpim_set_from(microsip_cpim_t cpim, const char *from);

/**
 * Adds a recipient, as URI or name-addr.
 */
microsip_status_t microsip_cpim_add_to(microsip_cpim_t cpim, const char *to);

/**
 * Adds somebody who gets a copy: a URI in angle brackets, with or without a name before it.
 */
microsip_status_t microsip_cpim_add_cc(microsip_cpim_t cpim, const char *cc);

/**
 * Sets when it was sent, in milliseconds since 1970; written to the second.
 */
microsip_status_t microsip_cpim_set_date_time(microsip_cpim_t cpim, int64_t date_time_unix_ms);

/**
 * Sets what it is about.
 */
microsip_status_t microsip_cpim_set_subject(microsip_cpim_t cpim, const char *subject);

/**
 * Sets its id (`imdn.Message-ID`): at least 64 bits of randomness, unique for ever (RFC 5438 §6.3).
 */
microsip_status_t microsip_cpim_set_message_id(microsip_cpim_t cpim, const char *message_id);

/**
 * Sets which notifications are asked for, as `microsip_message_options_set_notify`; they need an id and a time.
 */
microsip_status_t microsip_cpim_set_notify(microsip_cpim_t cpim,
                                           bool positive_delivery,
                                           bool negative_delivery,
                                           bool processing,
                                           bool display);

/**
 * Adds a header: the URI of its namespace, its name there and its value; checked when the envelope is written.
 */
microsip_status_t microsip_cpim_add_header(microsip_cpim_t cpim,
                                           const char *space,
                                           const char *name,
                                           const char *value);

/**
 * Adds a MIME header of the content, such as `"Content-Disposition"`.
 *
 * Statuses: `INVALID_ARGUMENT` for a name that is no token, or a value with a line break.
 */
microsip_status_t microsip_cpim_add_content_header(microsip_cpim_t cpim, const char *name, const char *value);

/**
 * The message in its envelope, as a new handle to be freed.
 *
 * Statuses: `INVALID_ARGUMENT` when notifications are asked for and there is no id, or something in it cannot be
 * written.
 */
microsip_status_t microsip_cpim_to_bytes(microsip_cpim_t cpim, microsip_bytes_t *written);

/**
 * Another handle to the same imdn, to be freed as well.
 */
microsip_status_t microsip_imdn_clone(microsip_imdn_t imdn, microsip_imdn_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_imdn_free(microsip_imdn_t imdn);

/**
 * Makes a notification about the message with this id. `recipient` is the URI it was sent to, or NULL;
 * `date_time_unix_ms` its time, or 0 for the time of writing.
 *
 * Statuses: `INVALID_ARGUMENT` for an empty id, or a status that this kind cannot have.
 */
microsip_status_t microsip_imdn_new(const char *message_id,
                                    microsip_imdn_kind_t kind,
                                    microsip_delivery_status_t status,
                                    const char *recipient,
                                    int64_t date_time_unix_ms,
                                    microsip_imdn_t *imdn);

/**
 * Reads a document.
 *
 * Statuses: `INVALID_ARGUMENT` for what is none, `LIMIT_REACHED` and `UNSUPPORTED` for size and encoding.
 */
microsip_status_t microsip_imdn_parse(const uint8_t *body, size_t body_len, microsip_imdn_t *imdn);

/**
 * The `imdn.Message-ID` of the message it is about. Lent until the handle is freed.
 */
microsip_status_t microsip_imdn_message_id(microsip_imdn_t imdn, const char **message_id);

/**
 * When that message was sent, in milliseconds since 1970; `NO_VALUE` if not told.
 */
microsip_status_t microsip_imdn_date_time_unix_ms(microsip_imdn_t imdn, int64_t *date_time_unix_ms);

/**
 * What it is about.
 */
microsip_status_t microsip_imdn_kind(microsip_imdn_t imdn, microsip_imdn_kind_t *kind);

/**
 * What happened.
 */
microsip_status_t microsip_imdn_status(microsip_imdn_t imdn, microsip_delivery_status_t *status);

/**
 * To whom the message was sent, as URI; `NO_VALUE` if not told. Lent until the handle is freed.
 */
microsip_status_t microsip_imdn_recipient(microsip_imdn_t imdn, const char **recipient);

/**
 * To whom it was meant before somebody on the way changed that, as URI; `NO_VALUE` if not told. Lent until the handle
 * is freed.
 */
microsip_status_t microsip_imdn_original_recipient(microsip_imdn_t imdn, const char **original_recipient);

/**
 * The message's subject; `NO_VALUE` if not told. Lent until the handle is freed.
 */
microsip_status_t microsip_imdn_subject(microsip_imdn_t imdn, const char **subject);

/**
 * The document as XML. Lent until the handle is freed.
 */
microsip_status_t microsip_imdn_to_xml(microsip_imdn_t imdn, const char **xml);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_message_options_clone(microsip_message_options_t options, microsip_message_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_message_options_free(microsip_message_options_t options);

/**
 * Makes a message of a text, which may be empty: `text/plain;charset=utf-8`. `microsip_message_options_set_body` makes
 * it another.
 */
microsip_status_t microsip_message_options_new(const char *words, microsip_message_options_t *options);

/**
 * Sets content type, such as `"image/png"`, and body, in place of the text; the bytes are copied, NUL among them. At
 * most 48,000 bytes and a type of the form `type/subtype`, with parameters if wanted, which is checked when the
 * message is sent.
 */
microsip_status_t microsip_message_options_set_body(microsip_message_options_t options,
                                                    const char *content_type,
                                                    const uint8_t *body,
                                                    size_t body_len);

/**
 * Adds a header to the request.
 *
 * Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break, or a header the library writes
 * itself.
 */
microsip_status_t microsip_message_options_add_header(microsip_message_options_t options,
                                                      const char *name,
                                                      const char *value);

/**
 * Sets which notifications the peer is asked for (RFC 5438 §6.3); default none: when it reached the recipient's
 * device, when it cannot, what servers on the way do with it, when it is shown. Each comes as an event of kind
 * `MICROSIP_EVENT_KIND_MESSAGE_STATUS`. With any, the body goes in an envelope (`message/cpim`, RFC 3862), which peers
 * that do not know it refuse with 415.
 */
microsip_status_t microsip_message_options_set_notify(microsip_message_options_t options,
                                                      bool positive_delivery,
                                                      bool negative_delivery,
                                                      bool processing,
                                                      bool display);

/**
 * Another handle to the same received message, to be freed as well.
 */
microsip_status_t microsip_received_message_clone(microsip_received_message_t message,
                                                  microsip_received_message_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_received_message_free(microsip_received_message_t message);

/**
 * Number of the message, unlike that of any other in this process.
 */
microsip_status_t microsip_received_message_id(microsip_received_message_t message, uint64_t *id);

/**
 * Whose it says it is: the URI of From. Worth as much as the network it came through. Lent until the handle is freed.
 */
microsip_status_t microsip_received_message_from(microsip_received_message_t message, const char **from);

/**
 * Where an answer goes: the URI of From, with the port it came from where no server stands between. Lent until the
 * handle is freed.
 */
microsip_status_t microsip_received_message_reply_to(microsip_received_message_t message, const char **reply_to);

/**
 * The name in From; `NO_VALUE` if there is none. Lent until the handle is freed.
 */
microsip_status_t microsip_received_message_display(microsip_received_message_t message, const char **display);

/**
 * Whom it is for: the URI of To. Lent until the handle is freed.
 */
microsip_status_t microsip_received_message_to(microsip_received_message_t message, const char **to);

/**
 * The content's type with its parameters, as it was written; empty when none was given. Lent until the handle is
 * freed.
 */
microsip_status_t microsip_received_message_content_type(microsip_received_message_t message,
                                                         const char **content_type);

/**
 * The text, if the content is one (`text/…`, or of no type at all), read by its charset: UTF-8 unless it says
 * otherwise. What cannot be read is U+FFFD, and so is a NUL; `microsip_received_message_body` has the bytes.
 * `NO_VALUE` for what is no text. Lent until the handle is freed.
 */
microsip_status_t microsip_received_message_text(microsip_received_message_t message, const char **text);

/**
 * The content as it is, `body_len` bytes, NUL among them; no NUL follows. Lent until the handle is freed.
 */
microsip_status_t microsip_received_message_body(microsip_received_message_t message,
                                                 const uint8_t **body,
                                                 size_t *body_len);

/**
 * How many headers the request has.
 */
microsip_status_t microsip_received_message_header_count(microsip_received_message_t message, size_t *count);

/**
 * The header at `index`, from 0, in the order in which they came; `NO_VALUE` beyond the end. Lent until the handle is
 * freed.
 */
microsip_status_t microsip_received_message_header_at(microsip_received_message_t message,
                                                      size_t index,
                                                      const char **name,
                                                      const char **value);

/**
 * The first header of a name, in whatever case; `NO_VALUE` if there is none. Lent until the handle is freed.
 */
microsip_status_t microsip_received_message_header(microsip_received_message_t message,
                                                   const char *name,
                                                   const char **value);

/**
 * The request itself, as a new handle to be freed.
 */
microsip_status_t microsip_received_message_sip(microsip_received_message_t message,
                                                microsip_sip_message_t *sip_message);

/**
 * When it came, in milliseconds since 1970.
 */
microsip_status_t microsip_received_message_received_at_unix_ms(microsip_received_message_t message,
                                                                int64_t *received_at_unix_ms);

/**
 * The envelope it came in (`message/cpim`, RFC 3862), as a new handle to be freed; `NO_VALUE` if it came without. Its
 * content was taken out: the other functions tell it.
 */
microsip_status_t microsip_received_message_envelope(microsip_received_message_t message, microsip_cpim_t *envelope);

/**
 * Which notifications the sender asks for (RFC 5438 §6.3). Those of delivery are sent by themselves.
 */
microsip_status_t microsip_received_message_notify(microsip_received_message_t message,
                                                   bool *positive_delivery,
                                                   bool *negative_delivery,
                                                   bool *processing,
                                                   bool *display);

/**
 * Tells the sender that the message was displayed, if it asks for that (RFC 5438 §7.2.1.3); `sent` says whether a
 * notification was sent. It is sent once. Its failure is not told.
 *
 * Statuses: `GONE` when the account was removed, `NOT_RUNNING`.
 */
microsip_status_t microsip_received_message_mark_displayed(microsip_received_message_t message, bool *sent);

/**
 * What was wrong with its content, which then is told as far as it could be read, as a new handle to be freed;
 * `NO_VALUE` if nothing.
 */
microsip_status_t microsip_received_message_warning(microsip_received_message_t message, microsip_error_t *warning);

/**
 * Another handle to the same sent message, to be freed as well.
 */
microsip_status_t microsip_sent_message_clone(microsip_sent_message_t message, microsip_sent_message_t *clone);

/**
 * Frees a handle; the zero handle is fine. The message is on its way all the same.
 */
microsip_status_t microsip_sent_message_free(microsip_sent_message_t message);

/**
 * Sends a message to `target`, a SIP URI, outside of any call (MESSAGE, RFC 3428); `options` is copied.
 *
 * Returns when the request is queued: `microsip_sent_message_wait`, or an event of kind
 * `MICROSIP_EVENT_KIND_MESSAGE_STATUS`, tells what became of it. A 401 or 407 is answered with the account's
 * credentials. Nothing is kept for later: while the network is away it fails. A request of more than 1,300 bytes goes
 * over TCP (RFC 3428 §8).
 *
 * Statuses: `INVALID_ARGUMENT` for a malformed URI or content type, or a body of more than 48,000 bytes; `GONE` when
 * the account was removed; `NOT_RUNNING`.
 */
microsip_status_t microsip_account_send_message(microsip_account_t account,
                                                const char *target,
                                                microsip_message_options_t options,
                                                microsip_sent_message_t *message);

/**
 * As `microsip_account_send_message`, for a text without more.
 */
microsip_status_t microsip_account_send_text(microsip_account_t account,
                                             const char *target,
                                             const char *words,
                                             microsip_sent_message_t *message);

/**
 * Sends a message in a call's dialog, from the first provisional answer on; otherwise as
 * `microsip_account_send_message`.
 *
 * Statuses: as there, and `WRONG_STATE` while there is no dialog yet, `GONE` after the call's end.
 */
microsip_status_t microsip_call_send_message(microsip_call_t call,
                                             microsip_message_options_t options,
                                             microsip_sent_message_t *message);

/**
 * As `microsip_call_send_message`, for a text without more.
 */
microsip_status_t microsip_call_send_text(microsip_call_t call, const char *words, microsip_sent_message_t *message);

/**
 * Number of the message, unlike that of any other in this process; all events about it have it.
 */
microsip_status_t microsip_sent_message_id(microsip_sent_message_t message, uint64_t *id);

/**
 * Whom it was sent to, as URI. Lent until the handle is freed.
 */
microsip_status_t microsip_sent_message_target(microsip_sent_message_t message, const char **target);

/**
 * What notifications name it by (`imdn.Message-ID`, RFC 5438 §6.3); `NO_VALUE` if none were asked for. Lent until the
 * handle is freed.
 */
microsip_status_t microsip_sent_message_message_id(microsip_sent_message_t message, const char **message_id);

/**
 * The final answer, as a new handle to be freed; `NO_VALUE` until it is there.
 */
microsip_status_t microsip_sent_message_response(microsip_sent_message_t message, microsip_response_t *response);

/**
 * Waits for the final answer, whatever it is, `timeout_ms` at most, and gives it as a new handle to be freed.
 *
 * Statuses: `OK` for a refusal too: the response tells; `TIMEOUT`.
 */
microsip_status_t microsip_sent_message_wait(microsip_sent_message_t message,
                                             uint32_t timeout_ms,
                                             microsip_response_t *response);

/**
 * Another handle to the same peer typing, to be freed as well.
 */
microsip_status_t microsip_peer_typing_clone(microsip_peer_typing_t typing, microsip_peer_typing_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_peer_typing_free(microsip_peer_typing_t typing);

/**
 * Tells `target` that somebody types a message for it, outside of any call (RFC 3994): to be called with `true` at
 * every key, or every few seconds. An indication goes out when it begins, again before the peer would cease to believe
 * it, and one that it has ended after a time without another call, or at once with `false`; a message to the same
 * target ends it without one. Failures are not told.
 *
 * Statuses: `INVALID_ARGUMENT` for a malformed URI, `GONE` when the account was removed, `NOT_RUNNING`.
 */
microsip_status_t microsip_account_set_typing(microsip_account_t account, const char *target, bool typing);

/**
 * As `microsip_account_set_typing`, in a call's dialog.
 *
 * Statuses: `WRONG_STATE` while there is no dialog yet, `GONE` after the call's end, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_set_typing(microsip_call_t call, bool typing);

/**
 * Who: the URI of From. Lent until the handle is freed.
 */
microsip_status_t microsip_peer_typing_from(microsip_peer_typing_t typing, const char **from);

/**
 * The name beside it; `NO_VALUE` if there is none. Lent until the handle is freed.
 */
microsip_status_t microsip_peer_typing_display(microsip_peer_typing_t typing, const char **display);

/**
 * Whether a message is being composed.
 */
microsip_status_t microsip_peer_typing_state(microsip_peer_typing_t typing, microsip_typing_state_t *state);

/**
 * What is being composed, as the peer says, such as `"text/plain"`; `NO_VALUE` if it does not. Lent until the handle
 * is freed.
 */
microsip_status_t microsip_peer_typing_content_type(microsip_peer_typing_t typing, const char **content_type);

/**
 * Why it is so.
 */
microsip_status_t microsip_peer_typing_cause(microsip_peer_typing_t typing, microsip_typing_cause_t *cause);

/**
 * Writes a document that says whether somebody types (`application/im-iscomposing+xml`, RFC 3994), for programs that
 * send it themselves, as a new handle to be freed. `refresh_s` is for how many seconds it holds, 0 to leave that out;
 * `content_type` is what is being composed, or NULL; `last_active_unix_ms` when something was last typed, or 0.
 */
microsip_status_t microsip_typing_write(microsip_typing_state_t state,
                                        uint32_t refresh_s,
                                        const char *content_type,
                                        int64_t last_active_unix_ms,
                                        microsip_bytes_t *document);

/**
 * Reads a document that says whether somebody types: the state, and for how many seconds an active one holds unless it
 * is repeated.
 *
 * Statuses: `INVALID_ARGUMENT` for what is no such document, `LIMIT_REACHED` and `UNSUPPORTED` for size and encoding.
 */
microsip_status_t microsip_typing_parse(const uint8_t *body,
                                        size_t body_len,
                                        microsip_typing_state_t *state,
                                        uint64_t *valid_for_s);

/**
 * Starts the phone: reads the settings, opens the sockets, begins to register. `options` is copied and stays the
 * caller's; the zero handle stands for the settings file that `microsip_place_choose` finds. Wrong values in the file
 * are no failure: they come as events.
 *
 * Statuses: `ALREADY_RUNNING` if there is a phone or an endpoint in this process; `IO` if the settings file is there
 * and cannot be read; those of `microsip_endpoint_start`. Waits until the sockets are bound, not for any registration.
 */
microsip_status_t microsip_phone_start(microsip_phone_options_t options, microsip_phone_t *phone);

/**
 * Ends calls and registration, lets hooks finish, writes what is to be written, lets callbacks see the last events and
 * calls their destroy functions; as long as the options allow (`microsip_phone_options_set_close_timeout`). Closing
 * twice is fine.
 *
 * Statuses: `WOULD_DEADLOCK` from within a callback of the phone.
 */
microsip_status_t microsip_phone_close(microsip_phone_t phone);

/**
 * Another handle to the same phone, to be freed as well.
 */
microsip_status_t microsip_phone_clone(microsip_phone_t phone, microsip_phone_t *clone);

/**
 * Frees a handle; the zero handle is fine. The last one closes the phone as `microsip_phone_close` does; from within a
 * callback of the phone it does not wait for that.
 */
microsip_status_t microsip_phone_free(microsip_phone_t phone);

/**
 * Has a request done and waits for its answer, up to a minute; a call until its end as long as the call takes.
 * `request` is a JSON object whose member `command` is the request's name, as docs/control.md has it:
 * `{"command":"call","target":"123"}`. `reply` is a new object to be freed.
 *
 * Statuses: `INVALID_ARGUMENT` for what is no request; what goes wrong with it; `NOT_RUNNING` when the phone has
 * ended; `TIMEOUT`, and it may still be done.
 */
microsip_status_t microsip_phone_request(microsip_phone_t phone, const char *request, microsip_json_t *reply);

/**
 * Has a line of MicroSIP's own command texts done: `/hangupall`, `123`, `123 a message`, `action=call&number=123`,
 * `report:status`. `reply` is a new object to be freed: the answer of its only command, or an array. Statuses: those
 * of `microsip_phone_request`.
 */
microsip_status_t microsip_phone_line(microsip_phone_t phone, const char *line, microsip_json_t *reply);

/**
 * Calls `callback` with every event of the phone from now on, on a thread of the library; `destroy` (may be NULL) is
 * called once with `user_data` at the end, also when this function fails. The first callback or subscription of a
 * phone is told what happened since its start, too. Ends when the handle is freed (`microsip_callback_free`) or the
 * phone has ended.
 */
microsip_status_t microsip_phone_on_event(microsip_phone_t phone,
                                          microsip_phone_event_callback_t callback,
                                          void *user_data,
                                          microsip_destroy_t destroy,
                                          microsip_callback_t *handle);

/**
 * Connects to the process that runs the phone of a settings file, whose path is `settings`. `directory` is where its
 * socket is; NULL: the usual place. A phone that is starting or ending is waited for, up to 15 s.
 *
 * Statuses: `NO_VALUE` if no phone runs; `TIMEOUT` if it does not answer; `CONFIG` if the socket's directory is not
 * this user's alone; `UNSUPPORTED` if it speaks another version of the protocol; `INVALID_ARGUMENT`; `IO`.
 */
microsip_status_t microsip_control_connect(const char *settings, const char *directory, microsip_control_t *control);

/**
 * Another handle to the same connection, to be freed as well.
 */
microsip_status_t microsip_control_clone(microsip_control_t control, microsip_control_t *clone);

/**
 * Ends the connection: a thread that waits for something to come over it is answered `GONE` at once, and so is whoever
 * uses it later. Closing twice is fine.
 */
microsip_status_t microsip_control_close(microsip_control_t control);

/**
 * Frees a handle; the zero handle is fine. The last one ends the connection. A thread that waits for something to come
 * over it keeps it until it returns: `microsip_control_close` wakes it.
 */
microsip_status_t microsip_control_free(microsip_control_t control);

/**
 * Sends a request, a JSON object with `command`, and waits for its reply up to `timeout_ms`. `reply` is a new object
 * to be freed.
 *
 * Statuses: the phone's own; `TIMEOUT`, and it may still be done; `NOT_RUNNING` when the phone is ending and has
 * certainly not begun it; `TRANSPORT` when the connection ended before the reply; `GONE` when it was closed;
 * `INVALID_ARGUMENT` for what is no request; `BUSY`.
 */
microsip_status_t microsip_control_request(microsip_control_t control,
                                           const char *request,
                                           uint32_t timeout_ms,
                                           microsip_json_t *reply);

/**
 * Sends one line of MicroSIP text, such as `/hangupall`, and waits for its reply, as `microsip_control_request` does.
 * Statuses: those of `microsip_control_request`.
 */
microsip_status_t microsip_control_line(microsip_control_t control,
                                        const char *line,
                                        uint32_t timeout_ms,
                                        microsip_json_t *reply);

/**
 * Asks for events: those of `count` names, all for a count of 0. They wait in the connection until
 * `microsip_control_next_event` takes them. Statuses: those of `microsip_control_request`.
 */
microsip_status_t microsip_control_subscribe(microsip_control_t control,
                                             const char *const *names,
                                             size_t count,
                                             uint32_t timeout_ms);

/**
 * The next event, as a new object to be freed, with its name in the member `event`. `lagged` with the number `missed`
 * stands where events were lost because nobody took them.
 *
 * Statuses: `TIMEOUT` when none came in time; `TRANSPORT` once the connection has ended and everything that came was
 * taken; `GONE` when it was closed; `BUSY`.
 */
microsip_status_t microsip_control_next_event(microsip_control_t control, uint32_t timeout_ms, microsip_json_t *event);

/**
 * The version of the program that runs the phone; `NO_VALUE` if it did not tell. Lent until the last handle is freed.
 */
microsip_status_t microsip_control_version(microsip_control_t control, const char **version);

/**
 * The process that runs the phone; `NO_VALUE` if it did not tell.
 */
microsip_status_t microsip_control_pid(microsip_control_t control, uint32_t *pid);

/**
 * The event's kind; `NO_VALUE` for a kind this interface does not know.
 */
microsip_status_t microsip_phone_event_kind(microsip_phone_event_t event, microsip_phone_event_kind_t *kind);

/**
 * The event as JSON, as a new object to be freed: its member `event` is the name, the others are those of
 * docs/events.md. Events of the engine have their most important members only, such as `call`, `state`, `remote`,
 * `code`, `digit`, `text`; `microsip_phone_event_engine` has all.
 */
microsip_status_t microsip_phone_event_json(microsip_phone_event_t event, microsip_json_t *json);

/**
 * The number of the call the event is about, as requests to the phone have it; `NO_VALUE` for events about none.
 */
microsip_status_t microsip_phone_event_call(microsip_phone_event_t event, uint64_t *call);

/**
 * The engine's event, as a new handle to be freed; `NO_VALUE` for events of the phone itself.
 */
microsip_status_t microsip_phone_event_engine(microsip_phone_event_t event, microsip_event_t *engine);

/**
 * Why something failed, as a new handle to be freed, of a number that was dialled or of a problem; `NO_VALUE` for
 * other events.
 */
microsip_status_t microsip_phone_event_error(microsip_phone_event_t event, microsip_error_t *error);

/**
 * Another handle to the same event, to be freed as well.
 */
microsip_status_t microsip_phone_event_clone(microsip_phone_event_t event, microsip_phone_event_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_phone_event_free(microsip_phone_event_t event);

/**
 * The whole as text of JSON, on one line. Lent until the last handle is freed.
 */
microsip_status_t microsip_json_source(microsip_json_t json, const char **source);

/**
 * A part as text of JSON. Lent until the last handle is freed. Statuses of this function and its companions:
 * `NO_VALUE` if there is no such part, `INVALID_ARGUMENT` for a malformed pointer, or if the part is of another type.
 */
microsip_status_t microsip_json_source_at(microsip_json_t json, const char *pointer, const char **source);

/**
 * A string, without quotes and escapes. Lent until the last handle is freed. Statuses as of `microsip_json_source_at`,
 * `NO_VALUE` among them.
 */
microsip_status_t microsip_json_text_at(microsip_json_t json, const char *pointer, const char **value);

/**
 * A whole number. Statuses as of `microsip_json_source_at`, `NO_VALUE` among them.
 */
microsip_status_t microsip_json_integer_at(microsip_json_t json, const char *pointer, int64_t *value);

/**
 * A number. Statuses as of `microsip_json_source_at`, `NO_VALUE` among them.
 */
microsip_status_t microsip_json_number_at(microsip_json_t json, const char *pointer, double *value);

/**
 * True or false. Statuses as of `microsip_json_source_at`, `NO_VALUE` among them.
 */
microsip_status_t microsip_json_bool_at(microsip_json_t json, const char *pointer, bool *value);

/**
 * How many elements an array or an object has. Statuses as of `microsip_json_source_at`, `NO_VALUE` among them.
 */
microsip_status_t microsip_json_count_at(microsip_json_t json, const char *pointer, size_t *count);

/**
 * Whether the part is there and not null. Statuses: `INVALID_ARGUMENT` for a malformed pointer.
 */
microsip_status_t microsip_json_has(microsip_json_t json, const char *pointer, bool *has);

/**
 * Another handle to the same value, to be freed as well.
 */
microsip_status_t microsip_json_clone(microsip_json_t json, microsip_json_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_json_free(microsip_json_t json);

/**
 * Makes settings for the phone of a place, which is copied; the zero handle stands for the one `microsip_place_choose`
 * finds without a name.
 */
microsip_status_t microsip_phone_options_new(microsip_place_t place, microsip_phone_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_phone_options_clone(microsip_phone_options_t options, microsip_phone_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_phone_options_free(microsip_phone_options_t options);

/**
 * Sets a password that takes the place of the active account's in this run; NULL (default): none.
 */
microsip_status_t microsip_phone_options_set_password(microsip_phone_options_t options, const char *password);

/**
 * Makes another account the active one before the first registration, the N of `[AccountN]`; it is stored. 0: none is
 * active. Default: what the file says.
 */
microsip_status_t microsip_phone_options_set_account(microsip_phone_options_t options, uint32_t number);

/**
 * Sets how much PJSIP logs, with the target `pjsip` of `microsip_set_log`; default `MICROSIP_LOG_LEVEL_WARN`.
 */
microsip_status_t microsip_phone_options_set_log_level(microsip_phone_options_t options, microsip_log_level_t level);

/**
 * Sets how long the end may take, in milliseconds: BYE, unregistration, hooks; default 3000.
 */
microsip_status_t microsip_phone_options_set_close_timeout(microsip_phone_options_t options, uint32_t timeout_ms);

/**
 * Calls a number, a name or a URI as a person types it, by prefix and dial plan. Without registration it waits for it,
 * up to 40 s. `call` (may be NULL) is the call's number for other requests.
 *
 * Statuses of this function and its companions: those of `microsip_phone_request`.
 */
microsip_status_t microsip_phone_call(microsip_phone_t phone, const char *target, uint64_t *call);

/**
 * Answers an incoming call; 0: the first that waits.
 */
microsip_status_t microsip_phone_answer(microsip_phone_t phone, uint64_t call);

/**
 * Ends a call, or rejects an incoming one with 486; 0: the selected one, else any, else one that waits.
 */
microsip_status_t microsip_phone_hang_up(microsip_phone_t phone, uint64_t call);

/**
 * Ends every call but unanswered incoming ones.
 */
microsip_status_t microsip_phone_hang_up_all(microsip_phone_t phone);

/**
 * Rejects an incoming call with a SIP status code from 300 to 699, 0 for 486; call 0: the first that waits.
 */
microsip_status_t microsip_phone_reject(microsip_phone_t phone, uint64_t call, uint16_t code);

/**
 * Holds a call, or takes it back; 0: the selected one.
 */
microsip_status_t microsip_phone_hold(microsip_phone_t phone, uint64_t call, microsip_switch_t hold);

/**
 * Makes the microphone or the loudspeaker silent for all calls.
 */
microsip_status_t microsip_phone_mute(microsip_phone_t phone, microsip_phone_side_t side, microsip_switch_t mute);

/**
 * Sends keys of `0-9 A-D * #`, as the setting `DTMFMethod` says; a comma is a pause of a second. Call 0: the selected
 * one.
 */
microsip_status_t microsip_phone_dtmf(microsip_phone_t phone, uint64_t call, const char *digits);

/**
 * Transfers a call to a target (blind), by REFER (RFC 3515) or by the setting `featureCodeBT`; call 0: the selected
 * one.
 */
microsip_status_t microsip_phone_transfer(microsip_phone_t phone, uint64_t call, const char *target);

/**
 * Connects the peers of two calls of ours (attended transfer, RFC 3891); call 0: the selected one.
 */
microsip_status_t microsip_phone_transfer_to(microsip_phone_t phone, uint64_t call, uint64_t other);

/**
 * Sends a text (MESSAGE, RFC 3428) and waits for the answer; prefix and dial plan do not apply. Statuses: `SIP` and
 * its like when it was not delivered.
 */
microsip_status_t microsip_phone_message(microsip_phone_t phone, const char *to, const char *body);

/**
 * Writes a key of the settings file, checked, and acts upon it; `section` NULL is `"Settings"`.
 */
microsip_status_t microsip_phone_set(microsip_phone_t phone, const char *section, const char *key, const char *value);

/**
 * The state of everything, in short, as a new object to be freed: `version`, `settings`, `account`, `registration`,
 * `accounts`, `calls`, `buttons`, `transports`, …
 */
microsip_status_t microsip_phone_status(microsip_phone_t phone, microsip_json_t *status);

/**
 * The calls, as a new object to be freed: an array of objects with `call`, `state`, `direction`, `number`, `remote`, …
 */
microsip_status_t microsip_phone_calls(microsip_phone_t phone,
                                       microsip_json_t *calls);

/**
 * Serves the socket of a phone's settings file, so that one phone runs for each file. `directory` is where the socket
 * is made; NULL: the usual place, where others look for it.
 *
 * Statuses: `ALREADY_RUNNING` if another phone serves it; `CONFIG` if the directory is not this user's alone;
 * `TIMEOUT`, `IO`, `LIMIT_REACHED`. Waits for a phone of these settings that is starting or ending, up to 15 s.
 */
microsip_status_t microsip_phone_serve(microsip_phone_t phone,
                                       const char *directory,
                                       microsip_control_server_t *server);

/**
 * How many are connected at this moment.
 */
microsip_status_t microsip_control_server_connections(microsip_control_server_t server, size_t *connections);

/**
 * Takes no more commands and removes the socket. Commands under way are finished and answered; what has not ended
 * after `timeout_ms` is cut off. The settings file stays this process' until the last handle is freed.
 *
 * Statuses: `TIMEOUT` when a command is still running then.
 */
microsip_status_t microsip_control_server_close(microsip_control_server_t server, uint32_t timeout_ms);

/**
 * Another handle to the same server, to be freed as well.
 */
microsip_status_t microsip_control_server_clone(microsip_control_server_t server, microsip_control_server_t *clone);

/**
 * Frees a handle; the zero handle is fine. The last one ends it.
 */
microsip_status_t microsip_control_server_free(microsip_control_server_t server);

/**
 * Subscribes to every event of the phone from now on; the first subscription or callback of a phone is told what
 * happened since its start, too.
 *
 * 4096 events wait in the queue; when it is full the oldest are dropped, and an event of the engine of kind
 * `MICROSIP_EVENT_KIND_LAGGED` says how many.
 */
microsip_status_t microsip_phone_events(microsip_phone_t phone, microsip_phone_events_t *events);

/**
 * Takes the next event, as a handle to be freed; waits for it `timeout_ms` at most: 0 does not wait.
 *
 * Statuses: `TIMEOUT` when none came in time, also with a timeout of 0; `ENDED` when none will come: the phone has
 * ended.
 */
microsip_status_t microsip_phone_events_next(microsip_phone_events_t events,
                                             uint32_t timeout_ms,
                                             microsip_phone_event_t *event);

/**
 * A descriptor for `poll`, `epoll`, `kqueue` or an event loop: readable while an event or the end of the queue may be
 * waiting. Then call `microsip_phone_events_next` with a timeout of 0 until it answers `TIMEOUT` or `ENDED`. Do not
 * read from it, write to it or close it: it belongs to the queue and is closed with its last handle.
 *
 * Statuses: `UNSUPPORTED` on Windows, where there is `microsip_phone_events_handle`; `LIMIT_REACHED` when the process
 * has no descriptors left.
 */
microsip_status_t microsip_phone_events_fd(microsip_phone_events_t events, int32_t *fd);

/**
 * On Windows the event object for `WaitForMultipleObjects`, set while an event or the end of the queue may be waiting;
 * otherwise as `microsip_phone_events_fd`, and `UNSUPPORTED` elsewhere.
 */
microsip_status_t microsip_phone_events_handle(microsip_phone_events_t events, void **handle);

/**
 * Ends the queue: threads that wait in `microsip_phone_events_next` get `ENDED`, and so does whoever asks afterwards; its descriptor becomes
 * readable. Closing twice is fine.
 */
microsip_status_t microsip_phone_events_close(microsip_phone_events_t events);

/**
 * Another handle to the same queue, to be freed as well.
 */
microsip_status_t microsip_phone_events_clone(microsip_phone_events_t events, microsip_phone_events_t *clone);

/**
 * Frees a handle; the zero handle is fine. With the last one the subscription ends and its descriptor is closed. A
 * thread that waits for an event keeps both until it returns.
 */
microsip_status_t microsip_phone_events_free(microsip_phone_events_t events);

/**
 * Another handle to the same buddy, to be freed as well.
 */
microsip_status_t microsip_buddy_clone(microsip_buddy_t buddy, microsip_buddy_t *clone);

/**
 * Frees a handle; the zero handle is fine. The watching goes on: `microsip_buddy_unwatch` ends it.
 */
microsip_status_t microsip_buddy_free(microsip_buddy_t buddy);

/**
 * Watches somebody's presence: SUBSCRIBE for the package `presence` (RFC 3856). `options` is copied; the zero handle
 * stands for the defaults. Changes come as events of kind `MICROSIP_EVENT_KIND_PRESENCE`, how the subscription stands
 * as `MICROSIP_EVENT_KIND_SUBSCRIPTION`.
 *
 * Statuses: `INVALID_ARGUMENT` for a malformed URI or setting, `GONE` when the account was removed, `NOT_RUNNING`.
 */
microsip_status_t microsip_account_watch(microsip_account_t account,
                                         const char *target,
                                         microsip_observe_options_t options,
                                         microsip_buddy_t *buddy);

/**
 * What was told last, as a new handle to be freed; `NO_VALUE` until something was. It stays when the subscription
 * ends.
 */
microsip_status_t microsip_buddy_status(microsip_buddy_t buddy, microsip_presence_status_t *status);

/**
 * In one word; `MICROSIP_PRESENCE_UNKNOWN` while the subscription is not active.
 */
microsip_status_t microsip_buddy_presence(microsip_buddy_t buddy, microsip_presence_t *presence);

/**
 * Who is watched, as it was given. Lent until the handle is freed.
 */
microsip_status_t microsip_buddy_target(microsip_buddy_t buddy, const char **target);

/**
 * The subscription behind it, as a new handle to be freed: how it stands, how it is refreshed.
 */
microsip_status_t microsip_buddy_subscription(microsip_buddy_t buddy, microsip_subscription_t *subscription);

/**
 * Ends the watching: SUBSCRIBE with `Expires: 0` (RFC 6665 §4.1.2.3). Does not wait for the last NOTIFY. Statuses:
 * `NOT_RUNNING`.
 */
microsip_status_t microsip_buddy_unwatch(microsip_buddy_t buddy);

/**
 * Waits until somebody is in this state, now or later, `timeout_ms` at most, and gives what is told then as a new
 * handle to be freed.
 *
 * Statuses: `TIMEOUT`; `GONE` when the subscription ends before.
 */
microsip_status_t microsip_buddy_wait_for(microsip_buddy_t buddy,
                                          microsip_presence_t presence,
                                          uint32_t timeout_ms,
                                          microsip_presence_status_t *status);

/**
 * Waits until something was told, `timeout_ms` at most, and gives it as a new handle to be freed. Statuses: `TIMEOUT`;
 * `GONE` when the subscription ends before.
 */
microsip_status_t microsip_buddy_wait_status(microsip_buddy_t buddy,
                                             uint32_t timeout_ms,
                                             microsip_presence_status_t *status);

/**
 * Another handle to the same presence device, to be freed as well.
 */
microsip_status_t microsip_presence_device_clone(microsip_presence_device_t device, microsip_presence_device_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_presence_device_free(microsip_presence_device_t device);

/**
 * Its id, unique in the document. Lent until the handle is freed.
 */
microsip_status_t microsip_presence_device_id(microsip_presence_device_t device, const char **id);

/**
 * The device's own id, a URN; empty when there is none. Lent until the handle is freed.
 */
microsip_status_t microsip_presence_device_device_id(microsip_presence_device_t device, const char **device_id);

/**
 * How many notes there are.
 */
microsip_status_t microsip_presence_device_note_count(microsip_presence_device_t device, size_t *count);

/**
 * The note at `index`, from 0, and its language such as `"en"`, empty when not told; `NO_VALUE` beyond the end. Lent
 * until the handle is freed.
 */
microsip_status_t microsip_presence_device_note_at(microsip_presence_device_t device,
                                                   size_t index,
                                                   const char **note,
                                                   const char **language);

/**
 * Since when this holds, in milliseconds since 1970; `NO_VALUE` if not told.
 */
microsip_status_t microsip_presence_device_timestamp_unix_ms(microsip_presence_device_t device,
                                                             int64_t *timestamp_unix_ms);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_dialog_party_clone(microsip_dialog_party_t party, microsip_dialog_party_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_dialog_party_free(microsip_dialog_party_t party);

/**
 * Makes a party: the URI of From or To, their name, and the URI of Contact; any may be NULL.
 */
microsip_status_t microsip_dialog_party_new(const char *identity,
                                            const char *display,
                                            const char *target,
                                            microsip_dialog_party_t *party);

/**
 * Adds a parameter of the Contact, such as `"+sip.rendering"` with `"no"` for a line that holds its call.
 */
microsip_status_t microsip_dialog_party_add_parameter(microsip_dialog_party_t party,
                                                      const char *name,
                                                      const char *value);

/**
 * Who: the URI of From or To; `NO_VALUE` if not told. Lent until the handle is freed.
 */
microsip_status_t microsip_dialog_party_identity(microsip_dialog_party_t party, const char **identity);

/**
 * Their name; `NO_VALUE` if not told. Lent until the handle is freed.
 */
microsip_status_t microsip_dialog_party_display(microsip_dialog_party_t party, const char **display);

/**
 * Where requests go: the URI of Contact; `NO_VALUE` if not told. Lent until the handle is freed.
 */
microsip_status_t microsip_dialog_party_target(microsip_dialog_party_t party, const char **target);

/**
 * How many parameters that Contact has.
 */
microsip_status_t microsip_dialog_party_parameter_count(microsip_dialog_party_t party, size_t *count);

/**
 * The parameter at `index`, from 0, such as `"+sip.rendering"`; `NO_VALUE` beyond the end. Lent until the handle is
 * freed.
 */
microsip_status_t microsip_dialog_party_parameter_at(microsip_dialog_party_t party,
                                                     size_t index,
                                                     const char **name,
                                                     const char **value);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_dialog_entry_clone(microsip_dialog_entry_t entry, microsip_dialog_entry_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_dialog_entry_free(microsip_dialog_entry_t entry);

/**
 * Its id in the documents of one subscription; says nothing else. Lent until the handle is freed.
 */
microsip_status_t microsip_dialog_entry_id(microsip_dialog_entry_t entry, const char **id);

/**
 * Its `Call-ID`; `NO_VALUE` if the server does not tell it. Lent until the handle is freed.
 */
microsip_status_t microsip_dialog_entry_call_id(microsip_dialog_entry_t entry, const char **call_id);

/**
 * Its tag of the watched line; `NO_VALUE` if the server does not tell it. Lent until the handle is freed.
 */
microsip_status_t microsip_dialog_entry_local_tag(microsip_dialog_entry_t entry, const char **local_tag);

/**
 * Its tag of the other party; `NO_VALUE` if the server does not tell it. Lent until the handle is freed.
 */
microsip_status_t microsip_dialog_entry_remote_tag(microsip_dialog_entry_t entry, const char **remote_tag);

/**
 * Who began it; `NO_VALUE` if not told.
 */
microsip_status_t microsip_dialog_entry_direction(microsip_dialog_entry_t entry,
                                                  microsip_dialog_direction_t *direction);

/**
 * Where it stands.
 */
microsip_status_t microsip_dialog_entry_state(microsip_dialog_entry_t entry, microsip_dialog_state_t *state);

/**
 * What led to that; `NO_VALUE` if not told.
 */
microsip_status_t microsip_dialog_entry_event(microsip_dialog_entry_t entry, microsip_dialog_event_t *event);

/**
 * The SIP status that led to that, 100 to 699; `NO_VALUE` if not told.
 */
microsip_status_t microsip_dialog_entry_code(microsip_dialog_entry_t entry, uint16_t *code);

/**
 * How long it has been there, in seconds; `NO_VALUE` if not told.
 */
microsip_status_t microsip_dialog_entry_duration_s(microsip_dialog_entry_t entry, uint64_t *duration_s);

/**
 * The dialog it took the place of: `Call-ID`, tag of the watched line and tag of the other party; `NO_VALUE` if it
 * took none's. Lent until the handle is freed.
 */
microsip_status_t microsip_dialog_entry_replaces(microsip_dialog_entry_t entry,
                                                 const char **call_id,
                                                 const char **local_tag,
                                                 const char **remote_tag);

/**
 * Who transferred it here, as URI; `NO_VALUE` if not told. Lent until the handle is freed.
 */
microsip_status_t microsip_dialog_entry_referred_by(microsip_dialog_entry_t entry, const char **referred_by);

/**
 * The watched line's side, as a new handle to be freed.
 */
microsip_status_t microsip_dialog_entry_local(microsip_dialog_entry_t entry, microsip_dialog_party_t *party);

/**
 * The other side, as a new handle to be freed.
 */
microsip_status_t microsip_dialog_entry_remote(microsip_dialog_entry_t entry, microsip_dialog_party_t *party);

/**
 * Whether it is not over.
 */
microsip_status_t microsip_dialog_entry_is_live(microsip_dialog_entry_t entry, bool *live);

/**
 * Whether the watched line rings with it.
 */
microsip_status_t microsip_dialog_entry_is_ringing(microsip_dialog_entry_t entry, bool *ringing);

/**
 * Whether the watched line holds it: its Contact has `sip.rendering` of `no` (RFC 4235 §5.2).
 */
microsip_status_t microsip_dialog_entry_is_on_hold(microsip_dialog_entry_t entry, bool *on_hold);

/**
 * The parts of `Replaces` (RFC 3891) for a call to the other party of this dialog, which picks up a line that rings:
 * call the target or identity of `microsip_dialog_entry_remote`. Lent until the handle is freed.
 *
 * Statuses: `WRONG_STATE` when the dialog is over, or the server does not tell its ids.
 */
microsip_status_t microsip_dialog_entry_replaces_at_remote(microsip_dialog_entry_t entry,
                                                           const char **call_id,
                                                           const char **to_tag,
                                                           const char **from_tag);

/**
 * As `microsip_dialog_entry_replaces_at_remote`, for a call to the watched line itself, or to a PBX that stands in for
 * both: takes over a call that is up.
 */
microsip_status_t microsip_dialog_entry_replaces_at_local(microsip_dialog_entry_t entry,
                                                          const char **call_id,
                                                          const char **to_tag,
                                                          const char **from_tag);

/**
 * Makes a dialog of which nothing but id and state is known.
 */
microsip_status_t microsip_dialog_entry_new(const char *id,
                                            microsip_dialog_state_t state,
                                            microsip_dialog_entry_t *entry);

/**
 * Sets `Call-ID` and tags: that of the watched line, and that of the other party.
 */
microsip_status_t microsip_dialog_entry_set_ids(microsip_dialog_entry_t entry,
                                                const char *call_id,
                                                const char *local_tag,
                                                const char *remote_tag);

/**
 * Sets who began it.
 */
microsip_status_t microsip_dialog_entry_set_direction(microsip_dialog_entry_t entry,
                                                      microsip_dialog_direction_t direction);

/**
 * Sets what led to its state, and the SIP status that did, 100 to 699, or 0 for none.
 */
microsip_status_t microsip_dialog_entry_set_event(microsip_dialog_entry_t entry,
                                                  microsip_dialog_event_t event,
                                                  uint16_t code);

/**
 * Sets how long it has been there, in seconds.
 */
microsip_status_t microsip_dialog_entry_set_duration(microsip_dialog_entry_t entry, uint32_t duration_s);

/**
 * Sets the watched line's side; `party` is copied.
 */
microsip_status_t microsip_dialog_entry_set_local(microsip_dialog_entry_t entry, microsip_dialog_party_t party);

/**
 * Sets the other side; `party` is copied.
 */
microsip_status_t microsip_dialog_entry_set_remote(microsip_dialog_entry_t entry, microsip_dialog_party_t party);

/**
 * Writes a document of type `application/dialog-info+xml` (RFC 4235) for the NOTIFYs of a package `dialog` that is
 * served, as a new handle to be freed. `entity` is the watched line, as URI; `version` counts the documents, from 0;
 * `full` says whether `entries`, `count` of them, which may be none, are all dialogs, else those that changed.
 */
microsip_status_t microsip_dialog_info_write(const char *entity,
                                             uint32_t version,
                                             bool full,
                                             const microsip_dialog_entry_t *entries,
                                             size_t count,
                                             microsip_bytes_t *document);

/**
 * Another handle to the same line info, to be freed as well.
 */
microsip_status_t microsip_line_info_clone(microsip_line_info_t info, microsip_line_info_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_line_info_free(microsip_line_info_t info);

/**
 * Everything in one word.
 */
microsip_status_t microsip_line_info_state(microsip_line_info_t info, microsip_line_state_t *state);

/**
 * Who began the call that the state speaks of; `NO_VALUE` if not told or there is none.
 */
microsip_status_t microsip_line_info_direction(microsip_line_info_t info, microsip_dialog_direction_t *direction);

/**
 * That call's side of the watched line, as a new handle to be freed; nothing is told of it without a call.
 */
microsip_status_t microsip_line_info_local(microsip_line_info_t info, microsip_dialog_party_t *party);

/**
 * Its other side: who calls, or is called, as a new handle to be freed.
 */
microsip_status_t microsip_line_info_remote(microsip_line_info_t info, microsip_dialog_party_t *party);

/**
 * What ended it, when it just ended; else `NO_VALUE`.
 */
microsip_status_t microsip_line_info_event(microsip_line_info_t info, microsip_dialog_event_t *event);

/**
 * The SIP status that ended it; `NO_VALUE` if none was told.
 */
microsip_status_t microsip_line_info_code(microsip_line_info_t info, uint16_t *code);

/**
 * Whether the watched line holds it.
 */
microsip_status_t microsip_line_info_on_hold(microsip_line_info_t info, bool *on_hold);

/**
 * Whether documents were lost, so that this may be wrong until a full one comes.
 */
microsip_status_t microsip_line_info_stale(microsip_line_info_t info, bool *stale);

/**
 * How many calls of the line are not over.
 */
microsip_status_t microsip_line_info_dialog_count(microsip_line_info_t info, size_t *count);

/**
 * The call at `index`, from 0, in the order in which they came up, as a new handle to be freed; `NO_VALUE` beyond the
 * end.
 */
microsip_status_t microsip_line_info_dialog_at(microsip_line_info_t info, size_t index, microsip_dialog_entry_t *entry);

/**
 * The call that rings at the line, for pick-up, as a new handle to be freed; one whose ids are known comes first.
 * `NO_VALUE` if none rings.
 */
microsip_status_t microsip_line_info_ringing(microsip_line_info_t info, microsip_dialog_entry_t *entry);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_line_table_clone(microsip_line_table_t table, microsip_line_table_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_line_table_free(microsip_line_table_t table);

/**
 * Makes a table of which nothing is known.
 */
microsip_status_t microsip_line_table_new(microsip_line_table_t *table);

/**
 * Takes a document and says what it did. One that tells all replaces what is known, one that tells changes is taken if
 * its version follows; older ones are passed over.
 *
 * Statuses: `INVALID_ARGUMENT` for what is no such document, `LIMIT_REACHED` and `UNSUPPORTED` for size and encoding.
 */
microsip_status_t microsip_line_table_apply(microsip_line_table_t table,
                                            const uint8_t *body,
                                            size_t body_len,
                                            microsip_line_update_t *update);

/**
 * Begins anew, for a new subscription: the next document is taken whatever its version.
 */
microsip_status_t microsip_line_table_reset(microsip_line_table_t table);

/**
 * Whether a full document is needed because some were lost, or none came since `microsip_line_table_reset`.
 */
microsip_status_t microsip_line_table_needs_refresh(microsip_line_table_t table, bool *needed);

/**
 * The version of the latest document; `NO_VALUE` before the first.
 */
microsip_status_t microsip_line_table_version(microsip_line_table_t table, uint32_t *version);

/**
 * The line now, as a new handle to be freed. With several calls the one that is furthest counts.
 */
microsip_status_t microsip_line_table_info(microsip_line_table_t table, microsip_line_info_t *info);

/**
 * Another handle to the same mailbox, to be freed as well.
 */
microsip_status_t microsip_mailbox_clone(microsip_mailbox_t mailbox, microsip_mailbox_t *clone);

/**
 * Frees a handle; the zero handle is fine. The watching goes on: `microsip_mailbox_unwatch` ends it.
 */
microsip_status_t microsip_mailbox_free(microsip_mailbox_t mailbox);

/**
 * Watches a mailbox: SUBSCRIBE for the package `message-summary` (RFC 3842). `target` is the mailbox, NULL the
 * account's own address; `options` is copied, the zero handle stands for the defaults. News come as events of kind
 * `MICROSIP_EVENT_KIND_MESSAGES_WAITING`, which servers also send without being asked.
 *
 * Statuses: as `microsip_account_watch`.
 */
microsip_status_t microsip_account_watch_mailbox(microsip_account_t account,
                                                 const char *target,
                                                 microsip_observe_options_t options,
                                                 microsip_mailbox_t *mailbox);

/**
 * What was told last, as a new handle to be freed; `NO_VALUE` until something was.
 */
microsip_status_t microsip_mailbox_summary(microsip_mailbox_t mailbox, microsip_message_summary_t *summary);

/**
 * Who is watched, as it was given. Lent until the handle is freed.
 */
microsip_status_t microsip_mailbox_target(microsip_mailbox_t mailbox, const char **target);

/**
 * The subscription behind it, as a new handle to be freed: how it stands, how it is refreshed.
 */
microsip_status_t microsip_mailbox_subscription(microsip_mailbox_t mailbox, microsip_subscription_t *subscription);

/**
 * Ends the watching: SUBSCRIBE with `Expires: 0` (RFC 6665 §4.1.2.3). Does not wait for the last NOTIFY. Statuses:
 * `NOT_RUNNING`.
 */
microsip_status_t microsip_mailbox_unwatch(microsip_mailbox_t mailbox);

/**
 * Waits until the mailbox says that messages wait, or that none do, now or later, `timeout_ms` at most, and gives what
 * is told then as a new handle to be freed.
 *
 * Statuses: `TIMEOUT`; `GONE` when the subscription ends before.
 */
microsip_status_t microsip_mailbox_wait_for(microsip_mailbox_t mailbox,
                                            bool waiting,
                                            uint32_t timeout_ms,
                                            microsip_message_summary_t *summary);

/**
 * Waits until something was told, `timeout_ms` at most, and gives it as a new handle to be freed. Statuses: `TIMEOUT`;
 * `GONE` when the subscription ends before.
 */
microsip_status_t microsip_mailbox_wait_summary(microsip_mailbox_t mailbox,
                                                uint32_t timeout_ms,
                                                microsip_message_summary_t *summary);

/**
 * Another handle to the same notifier, to be freed as well.
 */
microsip_status_t microsip_notifier_clone(microsip_notifier_t notifier, microsip_notifier_t *clone);

/**
 * Frees a handle; the zero handle is fine. The package is served all the same: `microsip_notifier_stop` ends it.
 */
microsip_status_t microsip_notifier_free(microsip_notifier_t notifier);

/**
 * Serves an event package: whoever subscribes to it at this account's address is dealt with by the policy and told the
 * state. `options` is copied. Each who comes or goes is an event of kind `MICROSIP_EVENT_KIND_WATCHER`.
 *
 * Statuses: `INVALID_ARGUMENT` for a malformed package, content type or lifetime; `WRONG_STATE` when it is served
 * already; `GONE` when the account was removed; `NOT_RUNNING`.
 */
microsip_status_t microsip_account_serve(microsip_account_t account,
                                         microsip_serve_options_t options,
                                         microsip_notifier_t *notifier);

/**
 * Lets others watch this account's presence directly, without a server between (RFC 3856): they are told what
 * `microsip_account_set_presence` says, or that we are there.
 *
 * Statuses: as `microsip_account_serve`.
 */
microsip_status_t microsip_account_serve_presence(microsip_account_t account,
                                                  microsip_watch_policy_t policy,
                                                  microsip_notifier_t *notifier);

/**
 * The event package. Lent until the handle is freed.
 */
microsip_status_t microsip_notifier_package(microsip_notifier_t notifier, const char **package);

/**
 * Tells all who watch, and who will: a NOTIFY each, with this body, whose bytes are copied. Where one is under way the
 * newest state follows it; states in between are not told.
 *
 * Statuses: `INVALID_ARGUMENT` for a malformed content type or a body beyond 48,000 bytes; `GONE` when the package is
 * not served any more; `NOT_RUNNING`.
 */
microsip_status_t microsip_notifier_set_state(microsip_notifier_t notifier,
                                              const char *content_type,
                                              const uint8_t *body,
                                              size_t body_len);

/**
 * As `microsip_notifier_set_state`, with headers of each NOTIFY; `state` is copied.
 */
microsip_status_t microsip_notifier_set_state_with(microsip_notifier_t notifier, microsip_request_options_t state);

/**
 * Sets who may watch from now on; who was let in stays.
 *
 * Statuses: `GONE` when the package is not served any more; `NOT_RUNNING`.
 */
microsip_status_t microsip_notifier_set_policy(microsip_notifier_t notifier, microsip_watch_policy_t policy);

/**
 * Who watches, oldest first, those that wait for a decision too, as a new handle to be freed. Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_notifier_watchers(microsip_notifier_t notifier, microsip_watcher_list_t *watchers);

/**
 * Serves it no longer: watchers are told (`terminated;reason=noresource`), new ones answered 489. Statuses:
 * `NOT_RUNNING`.
 */
microsip_status_t microsip_notifier_stop(microsip_notifier_t notifier);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_observe_options_clone(microsip_observe_options_t options, microsip_observe_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_observe_options_free(microsip_observe_options_t options);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_observe_options_new(microsip_observe_options_t *options);

/**
 * Sets the lifetime asked for, in seconds, 0 to 86400; default 600. It is refreshed well before. Zero asks for the
 * state once.
 */
microsip_status_t microsip_observe_options_set_expires(microsip_observe_options_t options, uint32_t expires_s);

/**
 * Sets when it is tried again after a failure that may pass: after a pause that grows by `factor` (1 to 10) with each,
 * from `first_ms` to `max_ms` at most (50 ms to 1 hour); `jitter` (0 to 1) is the part of it that is left to chance.
 * Default 1000, 30000, 2 and 0.5.
 */
microsip_status_t microsip_observe_options_set_retry(microsip_observe_options_t options,
                                                     uint32_t first_ms,
                                                     uint32_t max_ms,
                                                     double factor,
                                                     double jitter);

/**
 * Says how the account's user is to be reached now; nothing is told before the first time. It is told to those who
 * watch (`microsip_account_serve_presence`), and published (RFC 3903) if the account's settings say so. `status` is
 * copied.
 *
 * Statuses: `INVALID_ARGUMENT` for a document of more than 48,000 bytes, `GONE` when the account was removed,
 * `NOT_RUNNING`.
 */
microsip_status_t microsip_account_set_presence(microsip_account_t account, microsip_presence_status_t status);

/**
 * What was set last, as a new handle to be freed; `NO_VALUE` before the first time.
 */
microsip_status_t microsip_account_presence(microsip_account_t account, microsip_presence_status_t *status);

/**
 * Another handle to the same presence tuple, to be freed as well.
 */
microsip_status_t microsip_presence_tuple_clone(microsip_presence_tuple_t tuple, microsip_presence_tuple_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_presence_tuple_free(microsip_presence_tuple_t tuple);

/**
 * Its id, unique in the document. Lent until the handle is freed.
 */
microsip_status_t microsip_presence_tuple_id(microsip_presence_tuple_t tuple, const char **id);

/**
 * Whether this way is open.
 */
microsip_status_t microsip_presence_tuple_basic(microsip_presence_tuple_t tuple, microsip_basic_status_t *basic);

/**
 * Where it leads, as URI; `NO_VALUE` if not told. Lent until the handle is freed.
 */
microsip_status_t microsip_presence_tuple_contact(microsip_presence_tuple_t tuple, const char **contact);

/**
 * How much it is preferred, in thousandths: 1000 is preferred most; `NO_VALUE` if not told.
 */
microsip_status_t microsip_presence_tuple_priority(microsip_presence_tuple_t tuple, uint16_t *priority);

/**
 * How many things are told that are being done.
 */
microsip_status_t microsip_presence_tuple_activity_count(microsip_presence_tuple_t tuple, size_t *count);

/**
 * What is being done, at `index` from 0, with the words of `MICROSIP_ACTIVITY_OTHER`, else empty ones; `NO_VALUE`
 * beyond the end. Lent until the handle is freed.
 */
microsip_status_t microsip_presence_tuple_activity_at(microsip_presence_tuple_t tuple,
                                                      size_t index,
                                                      microsip_activity_t *activity,
                                                      const char **words);

/**
 * How many notes there are.
 */
microsip_status_t microsip_presence_tuple_note_count(microsip_presence_tuple_t tuple, size_t *count);

/**
 * The note at `index`, from 0, and its language such as `"en"`, empty when not told; `NO_VALUE` beyond the end. Lent
 * until the handle is freed.
 */
microsip_status_t microsip_presence_tuple_note_at(microsip_presence_tuple_t tuple,
                                                  size_t index,
                                                  const char **note,
                                                  const char **language);

/**
 * Since when this holds, in milliseconds since 1970; `NO_VALUE` if not told.
 */
microsip_status_t microsip_presence_tuple_timestamp_unix_ms(microsip_presence_tuple_t tuple,
                                                            int64_t *timestamp_unix_ms);

/**
 * Another handle to the same presence person, to be freed as well.
 */
microsip_status_t microsip_presence_person_clone(microsip_presence_person_t person, microsip_presence_person_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_presence_person_free(microsip_presence_person_t person);

/**
 * Its id, unique in the document; empty when there is none. Lent until the handle is freed.
 */
microsip_status_t microsip_presence_person_id(microsip_presence_person_t person, const char **id);

/**
 * How many things are told that are being done.
 */
microsip_status_t microsip_presence_person_activity_count(microsip_presence_person_t person, size_t *count);

/**
 * What is being done, at `index` from 0, with the words of `MICROSIP_ACTIVITY_OTHER`, else empty ones; `NO_VALUE`
 * beyond the end. Lent until the handle is freed.
 */
microsip_status_t microsip_presence_person_activity_at(microsip_presence_person_t person,
                                                       size_t index,
                                                       microsip_activity_t *activity,
                                                       const char **words);

/**
 * How many notes there are.
 */
microsip_status_t microsip_presence_person_note_count(microsip_presence_person_t person, size_t *count);

/**
 * The note at `index`, from 0, and its language such as `"en"`, empty when not told; `NO_VALUE` beyond the end. Lent
 * until the handle is freed.
 */
microsip_status_t microsip_presence_person_note_at(microsip_presence_person_t person,
                                                   size_t index,
                                                   const char **note,
                                                   const char **language);

/**
 * Since when this holds, in milliseconds since 1970; `NO_VALUE` if not told.
 */
microsip_status_t microsip_presence_person_timestamp_unix_ms(microsip_presence_person_t person,
                                                             int64_t *timestamp_unix_ms);

/**
 * Another handle to the same publication, to be freed as well.
 */
microsip_status_t microsip_publication_clone(microsip_publication_t publication, microsip_publication_t *clone);

/**
 * Frees a handle; the zero handle is fine. It stays published: `microsip_publication_remove` ends it.
 */
microsip_status_t microsip_publication_free(microsip_publication_t publication);

/**
 * Publishes state of the account's address of record for an event package, such as `"presence"` (RFC 3903); `options`
 * is copied.
 *
 * Returns when the PUBLISH is queued: `microsip_publication_wait_for`, or events of kind
 * `MICROSIP_EVENT_KIND_PUBLICATION`, tell the rest. It is kept up until it is removed, its account is, or the endpoint
 * closes. Each call makes a publication of its own.
 *
 * Statuses: `INVALID_ARGUMENT` for a malformed package, content type, header or lifetime, an empty or too long body;
 * `GONE` when the account was removed; `NOT_RUNNING`.
 */
microsip_status_t microsip_account_publish(microsip_account_t account,
                                           const char *package,
                                           microsip_publish_options_t options,
                                           microsip_publication_t *publication);

/**
 * Number of the publication, unlike that of any other in this process.
 */
microsip_status_t microsip_publication_id(microsip_publication_t publication, uint64_t *id);

/**
 * Whose state it is, as a new handle to be freed.
 */
microsip_status_t microsip_publication_account(microsip_publication_t publication, microsip_account_t *account);

/**
 * The event package. Lent until the handle is freed.
 */
microsip_status_t microsip_publication_package(microsip_publication_t publication, const char **package);

/**
 * How it stands, as a new handle to be freed.
 */
microsip_status_t microsip_publication_info(microsip_publication_t publication, microsip_publication_info_t *info);

/**
 * How far it is.
 */
microsip_status_t microsip_publication_state(microsip_publication_t publication, microsip_publication_state_t *state);

/**
 * Waits until it is in this state, `timeout_ms` at most. After an update `MICROSIP_PUBLICATION_STATE_PUBLISHED` means
 * the new body.
 *
 * Statuses: `TIMEOUT`; when it has failed for good or was removed meanwhile and another state was wanted: `SIP`,
 * `AUTH`, … as it failed, or `GONE`.
 */
microsip_status_t microsip_publication_wait_for(microsip_publication_t publication,
                                                microsip_publication_state_t state,
                                                uint32_t timeout_ms);

/**
 * Publishes another body of the same type in place of the old (RFC 3903 §4.4); the bytes are copied. Does not wait for
 * the answer.
 *
 * Statuses: `INVALID_ARGUMENT` for an empty body or one above 48,000 bytes; `GONE` when it was removed.
 */
microsip_status_t microsip_publication_update(microsip_publication_t publication, const uint8_t *body, size_t body_len);

/**
 * Refreshes it before it is due; one that waits to be tried again, or failed, is tried now. Statuses: `GONE` when it
 * was removed.
 */
microsip_status_t microsip_publication_refresh(microsip_publication_t publication);

/**
 * Removes it: PUBLISH with `Expires: 0` (RFC 3903 §4.5). Does not wait for the answer, with which its state becomes
 * `MICROSIP_PUBLICATION_STATE_REMOVED`. Removing it twice is fine.
 *
 * Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_publication_remove(microsip_publication_t publication);

/**
 * Another handle to the same publication info, to be freed as well.
 */
microsip_status_t microsip_publication_info_clone(microsip_publication_info_t info, microsip_publication_info_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_publication_info_free(microsip_publication_info_t info);

/**
 * How far it is.
 */
microsip_status_t microsip_publication_info_state(microsip_publication_info_t info,
                                                  microsip_publication_state_t *state);

/**
 * The final code of the last PUBLISH, the server's or one made up for want of an answer; `NO_VALUE` until there is
 * one.
 */
microsip_status_t microsip_publication_info_code(microsip_publication_info_t info, uint16_t *code);

/**
 * The lifetime last granted, in seconds; `NO_VALUE` if none was.
 */
microsip_status_t microsip_publication_info_expires_s(microsip_publication_info_t info, uint64_t *expires_s);

/**
 * The server's name for what it has (`SIP-ETag`); `NO_VALUE` if it has nothing of ours. Lent until the handle is
 * freed.
 */
microsip_status_t microsip_publication_info_etag(microsip_publication_info_t info, const char **etag);

/**
 * Failures in a row.
 */
microsip_status_t microsip_publication_info_failures(microsip_publication_info_t info, uint32_t *failures);

/**
 * In how many milliseconds from now it is tried again; `NO_VALUE` unless it waits for that.
 */
microsip_status_t microsip_publication_info_next_retry_ms(microsip_publication_info_t info, uint64_t *next_retry_ms);

/**
 * What went wrong, as a new handle to be freed; `NO_VALUE` while all is well. With
 * `MICROSIP_PUBLICATION_STATE_REMOVED`: the server did not confirm it, and what it has runs out by itself.
 */
microsip_status_t microsip_publication_info_error(microsip_publication_info_t info, microsip_error_t *error);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_publish_options_clone(microsip_publish_options_t options, microsip_publish_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_publish_options_free(microsip_publish_options_t options);

/**
 * Makes settings for a body of this type; its bytes are copied, 1 to 48,000. All are checked when publishing.
 */
microsip_status_t microsip_publish_options_new(const char *content_type,
                                               const uint8_t *body,
                                               size_t body_len,
                                               microsip_publish_options_t *options);

/**
 * Sets the lifetime asked for, in seconds, 1 to 86400; default 3600. It is refreshed before it ends, whatever the
 * server grants.
 */
microsip_status_t microsip_publish_options_set_expires(microsip_publish_options_t options, uint32_t expires_s);

/**
 * Sets when it is tried again after a failure that may pass: after a pause that grows by `factor` (1 to 10) with each,
 * from `first_ms` to `max_ms` at most (50 ms to 1 hour); `jitter` (0 to 1) is the part of it that is left to chance.
 * Default 1000, 30000, 2 and 0.5.
 */
microsip_status_t microsip_publish_options_set_retry(microsip_publish_options_t options,
                                                     uint32_t first_ms,
                                                     uint32_t max_ms,
                                                     double factor,
                                                     double jitter);

/**
 * Adds a header to each PUBLISH.
 *
 * Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break, or a header the library writes
 * itself.
 */
microsip_status_t microsip_publish_options_add_header(microsip_publish_options_t options,
                                                      const char *name,
                                                      const char *value);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_serve_options_clone(microsip_serve_options_t options, microsip_serve_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_serve_options_free(microsip_serve_options_t options);

/**
 * Makes settings for an event package, such as `"presence"`, with every other value at its default. All are checked
 * when serving.
 */
microsip_status_t microsip_serve_options_new(const char *package, microsip_serve_options_t *options);

/**
 * Sets who may watch; default `MICROSIP_WATCH_POLICY_ASK`.
 */
microsip_status_t microsip_serve_options_set_policy(microsip_serve_options_t options, microsip_watch_policy_t policy);

/**
 * Sets the shortest lifetime granted, 0 to 3600 seconds, default 60: who asks for less, but not for 0, is answered
 * 423; and the longest, 1 to 86400, default 3600, which is also granted to who asks for none.
 */
microsip_status_t microsip_serve_options_set_lifetimes(microsip_serve_options_t options,
                                                       uint32_t shortest_s,
                                                       uint32_t longest_s);

/**
 * Sets what watchers are told until `microsip_notifier_set_state` says otherwise: content type and body, whose bytes
 * are copied, 48,000 at most. Default nothing: NOTIFYs without body.
 */
microsip_status_t microsip_serve_options_set_state(microsip_serve_options_t options,
                                                   const char *content_type,
                                                   const uint8_t *body,
                                                   size_t body_len);

/**
 * As `microsip_serve_options_set_state`, with headers of each NOTIFY; `state` is copied.
 */
microsip_status_t microsip_serve_options_set_state_with(microsip_serve_options_t options,
                                                        microsip_request_options_t state);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_presence_status_clone(microsip_presence_status_t status, microsip_presence_status_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_presence_status_free(microsip_presence_status_t status);

/**
 * Makes the status of a word; `MICROSIP_PRESENCE_UNKNOWN` says nothing. On the phone and do not disturb come with
 * notes and activities as other programs know them by.
 */
microsip_status_t microsip_presence_status_new(microsip_presence_t presence, microsip_presence_status_t *status);

/**
 * Reads a document of presence: `"application/pidf+xml"`, `"application/xpidf+xml"` or `"application/cpim-pidf+xml"`.
 *
 * Statuses: `INVALID_ARGUMENT` for what is no such document, `LIMIT_REACHED` beyond 64 KiB, `UNSUPPORTED` for another
 * type or encoding.
 */
microsip_status_t microsip_presence_status_parse(const char *content_type,
                                                 const uint8_t *body,
                                                 size_t body_len,
                                                 microsip_presence_status_t *status);

/**
 * Sets the words of the person in place of those there were; NULL or an empty text removes them.
 */
microsip_status_t microsip_presence_status_set_note(microsip_presence_status_t status, const char *note);

/**
 * Adds what the person is doing. `words` are those of `MICROSIP_ACTIVITY_OTHER`, and not looked at otherwise (NULL).
 */
microsip_status_t microsip_presence_status_add_activity(microsip_presence_status_t status,
                                                        microsip_activity_t activity,
                                                        const char *words);

/**
 * Sets where the first way leads, as URI.
 */
microsip_status_t microsip_presence_status_set_contact(microsip_presence_status_t status, const char *contact);

/**
 * Sets since when it holds, in milliseconds since 1970; written to the second.
 */
microsip_status_t microsip_presence_status_set_timestamp(microsip_presence_status_t status, int64_t timestamp_unix_ms);

/**
 * Adds a suffix to every id in it: a server that puts the documents of several devices together tells their parts by
 * id, so each device must have its own.
 */
microsip_status_t microsip_presence_status_add_id_suffix(microsip_presence_status_t status, const char *suffix);

/**
 * Everything in one word: of several activities the one that speaks most against calling counts.
 */
microsip_status_t microsip_presence_status_state(microsip_presence_status_t status, microsip_presence_t *presence);

/**
 * Whether there is an open way: one is enough.
 */
microsip_status_t microsip_presence_status_basic(microsip_presence_status_t status, microsip_basic_status_t *basic);

/**
 * The first words there are: of a person, then of a way, then of the whole; `NO_VALUE` if there are none. Lent until
 * the handle is freed.
 */
microsip_status_t microsip_presence_status_note(microsip_presence_status_t status, const char **note);

/**
 * Whom it is about, as URI; empty when not told. Lent until the handle is freed.
 */
microsip_status_t microsip_presence_status_entity(microsip_presence_status_t status, const char **entity);

/**
 * How many things are being done, by all persons and as told of ways.
 */
microsip_status_t microsip_presence_status_activity_count(microsip_presence_status_t status, size_t *count);

/**
 * What is being done, at `index` from 0, with the words of `MICROSIP_ACTIVITY_OTHER`, else empty ones; `NO_VALUE`
 * beyond the end. Lent until the handle is freed.
 */
microsip_status_t microsip_presence_status_activity_at(microsip_presence_status_t status,
                                                       size_t index,
                                                       microsip_activity_t *activity,
                                                       const char **words);

/**
 * How many notes there are about the whole.
 */
microsip_status_t microsip_presence_status_note_count(microsip_presence_status_t status, size_t *count);

/**
 * The note about the whole at `index`, from 0, and its language such as `"en"`, empty when not told; `NO_VALUE` beyond
 * the end. Lent until the handle is freed.
 */
microsip_status_t microsip_presence_status_note_at(microsip_presence_status_t status,
                                                   size_t index,
                                                   const char **note,
                                                   const char **language);

/**
 * How many ways there are to reach them.
 */
microsip_status_t microsip_presence_status_tuple_count(microsip_presence_status_t status, size_t *count);

/**
 * The way at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_presence_status_tuple_at(microsip_presence_status_t status,
                                                    size_t index,
                                                    microsip_presence_tuple_t *tuple);

/**
 * How many persons there are: several when a server put several documents together.
 */
microsip_status_t microsip_presence_status_person_count(microsip_presence_status_t status, size_t *count);

/**
 * The person at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_presence_status_person_at(microsip_presence_status_t status,
                                                     size_t index,
                                                     microsip_presence_person_t *person);

/**
 * How many devices there are.
 */
microsip_status_t microsip_presence_status_device_count(microsip_presence_status_t status, size_t *count);

/**
 * The device at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_presence_status_device_at(microsip_presence_status_t status,
                                                     size_t index,
                                                     microsip_presence_device_t *device);

/**
 * The document as XML of type `application/pidf+xml` (RFC 3863), about this URI. Lent until the handle is freed.
 */
microsip_status_t microsip_presence_status_to_pidf(microsip_presence_status_t status,
                                                   const char *entity,
                                                   const char **xml);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_subscribe_options_clone(microsip_subscribe_options_t options,
                                                   microsip_subscribe_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_subscribe_options_free(microsip_subscribe_options_t options);

/**
 * Makes settings for an event package, such as `"dialog"`, with every other value at its default. All are checked when
 * subscribing.
 */
microsip_status_t microsip_subscribe_options_new(const char *package, microsip_subscribe_options_t *options);

/**
 * Sets the `id` of the header `Event`, where one target has several subscriptions to a package; NULL, the default, for
 * none.
 */
microsip_status_t microsip_subscribe_options_set_event_id(microsip_subscribe_options_t options, const char *id);

/**
 * Adds a body type that is understood, such as `"application/pidf+xml"` (`Accept`); without any it is left to the
 * package's default.
 */
microsip_status_t microsip_subscribe_options_add_accept(microsip_subscribe_options_t options, const char *content_type);

/**
 * Sets the lifetime asked for, in seconds, 0 to 86400; default 600. It is refreshed well before. Zero asks for the
 * state once.
 */
microsip_status_t microsip_subscribe_options_set_expires(microsip_subscribe_options_t options, uint32_t expires_s);

/**
 * Sets whether several notifiers may answer one SUBSCRIBE that was forked (RFC 6665 §4.3), each with a dialog of its
 * own. Default `false`: who comes second is answered 481.
 */
microsip_status_t microsip_subscribe_options_set_forks(microsip_subscribe_options_t options, bool forks);

/**
 * Sets when it is tried again after a failure that may pass: after a pause that grows by `factor` (1 to 10) with each,
 * from `first_ms` to `max_ms` at most (50 ms to 1 hour); `jitter` (0 to 1) is the part of it that is left to chance.
 * Default 1000, 30000, 2 and 0.5.
 */
microsip_status_t microsip_subscribe_options_set_retry(microsip_subscribe_options_t options,
                                                       uint32_t first_ms,
                                                       uint32_t max_ms,
                                                       double factor,
                                                       double jitter);

/**
 * Adds a header to each SUBSCRIBE.
 *
 * Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break, or a header the library writes
 * itself.
 */
microsip_status_t microsip_subscribe_options_add_header(microsip_subscribe_options_t options,
                                                        const char *name,
                                                        const char *value);

/**
 * Sets content type and body of each SUBSCRIBE, such as a filter (RFC 4660); the bytes are copied, 48,000 at most.
 */
microsip_status_t microsip_subscribe_options_set_body(microsip_subscribe_options_t options,
                                                      const char *content_type,
                                                      const uint8_t *body,
                                                      size_t body_len);

/**
 * Another handle to the same subscription, to be freed as well.
 */
microsip_status_t microsip_subscription_clone(microsip_subscription_t subscription, microsip_subscription_t *clone);

/**
 * Frees a handle; the zero handle is fine. The subscription goes on: `microsip_subscription_unsubscribe` ends it.
 */
microsip_status_t microsip_subscription_free(microsip_subscription_t subscription);

/**
 * Subscribes to an event package of `target`, a SIP URI (RFC 6665); `options` is copied.
 *
 * Returns when the SUBSCRIBE is queued: `microsip_subscription_wait_for`, or events of the kinds
 * `MICROSIP_EVENT_KIND_SUBSCRIPTION` and `MICROSIP_EVENT_KIND_NOTIFY`, tell the rest. It is refreshed until it is
 * ended; one that cannot be sent is tried again later.
 *
 * Statuses: `INVALID_ARGUMENT` for a malformed URI, package, content type or setting; `GONE` when the account was
 * removed; `NOT_RUNNING`.
 */
microsip_status_t microsip_account_subscribe(microsip_account_t account,
                                             const char *target,
                                             microsip_subscribe_options_t options,
                                             microsip_subscription_t *subscription);

/**
 * Number of the subscription, unlike that of any other in this process.
 */
microsip_status_t microsip_subscription_id(microsip_subscription_t subscription, uint64_t *id);

/**
 * Who subscribes, as a new handle to be freed.
 */
microsip_status_t microsip_subscription_account(microsip_subscription_t subscription, microsip_account_t *account);

/**
 * What is watched, as it was given. Lent until the handle is freed.
 */
microsip_status_t microsip_subscription_target(microsip_subscription_t subscription, const char **target);

/**
 * The event package. Lent until the handle is freed.
 */
microsip_status_t microsip_subscription_package(microsip_subscription_t subscription, const char **package);

/**
 * How it stands, as a new handle to be freed.
 */
microsip_status_t microsip_subscription_info(microsip_subscription_t subscription, microsip_subscription_info_t *info);

/**
 * How far it is.
 */
microsip_status_t microsip_subscription_state(microsip_subscription_t subscription,
                                              microsip_subscription_state_t *state);

/**
 * The newest NOTIFY with a body, as a new handle to be freed; `NO_VALUE` until one came.
 */
microsip_status_t microsip_subscription_notification(microsip_subscription_t subscription,
                                                     microsip_notification_t *notification);

/**
 * Waits until it is in this state, `timeout_ms` at most.
 *
 * Statuses: `TIMEOUT`; when it ended meanwhile and another state was wanted: `SIP`, `AUTH`, `TRANSPORT`, … as it
 * ended, or `GONE`.
 */
microsip_status_t microsip_subscription_wait_for(microsip_subscription_t subscription,
                                                 microsip_subscription_state_t state,
                                                 uint32_t timeout_ms);

/**
 * Waits for a NOTIFY with a body that is newer than `after`, a number of one before, or 0 for any, `timeout_ms` at
 * most, and gives it as a new handle to be freed.
 *
 * Statuses: `TIMEOUT`; `GONE` when the subscription ends before.
 */
microsip_status_t microsip_subscription_wait_notification(microsip_subscription_t subscription,
                                                          uint64_t after,
                                                          uint32_t timeout_ms,
                                                          microsip_notification_t *notification);

/**
 * Asks for the present state at once, by a SUBSCRIBE before it is due; one that waits to be tried again is tried now.
 *
 * Statuses: `GONE` when it has ended, `NOT_RUNNING`.
 */
microsip_status_t microsip_subscription_refresh(microsip_subscription_t subscription);

/**
 * Ends it: SUBSCRIBE with `Expires: 0` (RFC 6665 §4.1.2.3). Does not wait for the last NOTIFY, with which its state
 * becomes `MICROSIP_SUBSCRIPTION_STATE_ENDED`. Ending it twice is fine.
 *
 * Statuses: `NOT_RUNNING`.
 */
microsip_status_t microsip_subscription_unsubscribe(microsip_subscription_t subscription);

/**
 * Another handle to the same subscription info, to be freed as well.
 */
microsip_status_t microsip_subscription_info_clone(microsip_subscription_info_t info,
                                                   microsip_subscription_info_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_subscription_info_free(microsip_subscription_info_t info);

/**
 * How far it is.
 */
microsip_status_t microsip_subscription_info_state(microsip_subscription_info_t info,
                                                   microsip_subscription_state_t *state);

/**
 * Why the notifier ended it last, and its word for it; `NO_VALUE` if it did not. Lent until the handle is freed.
 */
microsip_status_t microsip_subscription_info_reason(microsip_subscription_info_t info,
                                                    microsip_end_reason_t *reason,
                                                    const char **words);

/**
 * The final code of the last SUBSCRIBE, the peer's or one made up for want of an answer; `NO_VALUE` until there is
 * one.
 */
microsip_status_t microsip_subscription_info_code(microsip_subscription_info_t info, uint16_t *code);

/**
 * The lifetime last granted, in seconds; `NO_VALUE` if none was.
 */
microsip_status_t microsip_subscription_info_expires_s(microsip_subscription_info_t info, uint64_t *expires_s);

/**
 * Failures in a row.
 */
microsip_status_t microsip_subscription_info_failures(microsip_subscription_info_t info, uint32_t *failures);

/**
 * In how many milliseconds from now it is tried again; `NO_VALUE` unless it waits for that.
 */
microsip_status_t microsip_subscription_info_next_retry_ms(microsip_subscription_info_t info, uint64_t *next_retry_ms);

/**
 * What went wrong, as a new handle to be freed; `NO_VALUE` while all is well, and after an end that was asked for.
 */
microsip_status_t microsip_subscription_info_error(microsip_subscription_info_t info, microsip_error_t *error);

/**
 * Another handle to the same notification, to be freed as well.
 */
microsip_status_t microsip_notification_clone(microsip_notification_t notification, microsip_notification_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_notification_free(microsip_notification_t notification);

/**
 * Its number: counted from 1 for each subscription.
 */
microsip_status_t microsip_notification_number(microsip_notification_t notification, uint64_t *number);

/**
 * What it said of the subscription: `"active"`, `"pending"`, `"terminated"` or a word of the notifier's own. Lent
 * until the handle is freed.
 */
microsip_status_t microsip_notification_state(microsip_notification_t notification, const char **state);

/**
 * Which of several notifiers it is from, where a SUBSCRIBE was forked: the tag of its dialog. Lent until the handle is
 * freed.
 */
microsip_status_t microsip_notification_notifier(microsip_notification_t notification, const char **notifier);

/**
 * The body's type in lower case, without parameters; empty when there is no body. Lent until the handle is freed.
 */
microsip_status_t microsip_notification_content_type(microsip_notification_t notification, const char **content_type);

/**
 * The body as it is, `body_len` bytes, NUL among them; no NUL follows. Lent until the handle is freed.
 */
microsip_status_t microsip_notification_body(microsip_notification_t notification,
                                             const uint8_t **body,
                                             size_t *body_len);

/**
 * The request itself, as a new handle to be freed.
 */
microsip_status_t microsip_notification_sip(microsip_notification_t notification, microsip_sip_message_t *sip_message);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_message_summary_clone(microsip_message_summary_t summary, microsip_message_summary_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_message_summary_free(microsip_message_summary_t summary);

/**
 * Makes a summary that says whether messages wait and nothing more.
 */
microsip_status_t microsip_message_summary_new(bool waiting, microsip_message_summary_t *summary);

/**
 * Reads a summary.
 *
 * Statuses: `INVALID_ARGUMENT` for what is none, `LIMIT_REACHED` beyond 64 KiB or 2,000 lines, `UNSUPPORTED` when it
 * is not UTF-8.
 */
microsip_status_t microsip_message_summary_parse(const uint8_t *body,
                                                 size_t body_len,
                                                 microsip_message_summary_t *summary);

/**
 * Sets whose mailbox it is, as URI.
 */
microsip_status_t microsip_message_summary_set_account(microsip_message_summary_t summary, const char *account);

/**
 * Sets the counts of a class; urgent ones are counted among new and old ones. `name` is that of
 * `MICROSIP_MESSAGE_CLASS_OTHER`, and not looked at otherwise (NULL).
 */
microsip_status_t microsip_message_summary_set_counts(microsip_message_summary_t summary,
                                                      microsip_message_class_t message_class,
                                                      const char *name,
                                                      uint32_t new_count,
                                                      uint32_t old_count,
                                                      uint32_t new_urgent,
                                                      uint32_t old_urgent);

/**
 * Whether any are waiting: the server's own word, which need not follow from the counts.
 */
microsip_status_t microsip_message_summary_waiting(microsip_message_summary_t summary, bool *waiting);

/**
 * Whose mailbox it is, as URI; also the one to call to hear them; `NO_VALUE` if not told. Lent until the handle is
 * freed.
 */
microsip_status_t microsip_message_summary_account(microsip_message_summary_t summary, const char **account);

/**
 * How many classes are told.
 */
microsip_status_t microsip_message_summary_class_count(microsip_message_summary_t summary, size_t *count);

/**
 * The class at `index`, from 0, and its name: `"voice"`, `"fax"`, …, or its own; `NO_VALUE` beyond the end. Lent until
 * the handle is freed.
 */
microsip_status_t microsip_message_summary_class_at(microsip_message_summary_t summary,
                                                    size_t index,
                                                    microsip_message_class_t *message_class,
                                                    const char **name);

/**
 * How many messages of a class wait: new and old ones, urgent ones included, and the urgent ones of each; zeros when
 * it is not told. `name` is that of `MICROSIP_MESSAGE_CLASS_OTHER`, and not looked at otherwise (NULL).
 */
microsip_status_t microsip_message_summary_counts(microsip_message_summary_t summary,
                                                  microsip_message_class_t message_class,
                                                  const char *name,
                                                  uint32_t *new_count,
                                                  uint32_t *old_count,
                                                  uint32_t *new_urgent,
                                                  uint32_t *old_urgent);

/**
 * How many single messages are told, 100 at most.
 */
microsip_status_t microsip_message_summary_message_count(microsip_message_summary_t summary, size_t *count);

/**
 * A header of the single message at `index`, from 0: `"From"`, `"Subject"`, `"Date"`, …; `NO_VALUE` beyond the end, or
 * if it has none of this name. Lent until the handle is freed.
 */
microsip_status_t microsip_message_summary_message_header(microsip_message_summary_t summary,
                                                          size_t index,
                                                          const char *name,
                                                          const char **header_text);

/**
 * How many headers the single message at `index` has; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_message_summary_message_header_count(microsip_message_summary_t summary,
                                                                size_t index,
                                                                size_t *count);

/**
 * The header at `header_index`, from 0, of the single message at `index`; `NO_VALUE` beyond the end. Lent until the
 * handle is freed.
 */
microsip_status_t microsip_message_summary_message_header_at(microsip_message_summary_t summary,
                                                             size_t index,
                                                             size_t header_index,
                                                             const char **name,
                                                             const char **header_text);

/**
 * The summary as text, for the body of a NOTIFY. Lent until the handle is freed.
 */
microsip_status_t microsip_message_summary_to_text(microsip_message_summary_t summary, const char **written);

/**
 * Another handle to the same watched line, to be freed as well.
 */
microsip_status_t microsip_watched_line_clone(microsip_watched_line_t line, microsip_watched_line_t *clone);

/**
 * Frees a handle; the zero handle is fine. The watching goes on: `microsip_watched_line_unwatch` ends it.
 */
microsip_status_t microsip_watched_line_free(microsip_watched_line_t line);

/**
 * Watches the calls of a line: SUBSCRIBE for the package `dialog` (RFC 4235). `options` is copied; the zero handle
 * stands for the defaults. Changes come as events of kind `MICROSIP_EVENT_KIND_LINE`.
 *
 * Statuses: as `microsip_account_watch`.
 */
microsip_status_t microsip_account_watch_line(microsip_account_t account,
                                              const char *target,
                                              microsip_observe_options_t options,
                                              microsip_watched_line_t *line);

/**
 * What is known, as a new handle to be freed; `NO_VALUE` until something was told. It stays when the subscription
 * ends.
 */
microsip_status_t microsip_watched_line_info(microsip_watched_line_t line, microsip_line_info_t *info);

/**
 * In one word; `MICROSIP_LINE_STATE_UNKNOWN` while the subscription is not active.
 */
microsip_status_t microsip_watched_line_state(microsip_watched_line_t line, microsip_line_state_t *state);

/**
 * Who is watched, as it was given. Lent until the handle is freed.
 */
microsip_status_t microsip_watched_line_target(microsip_watched_line_t line, const char **target);

/**
 * The subscription behind it, as a new handle to be freed: how it stands, how it is refreshed.
 */
microsip_status_t microsip_watched_line_subscription(microsip_watched_line_t line,
                                                     microsip_subscription_t *subscription);

/**
 * Ends the watching: SUBSCRIBE with `Expires: 0` (RFC 6665 §4.1.2.3). Does not wait for the last NOTIFY. Statuses:
 * `NOT_RUNNING`.
 */
microsip_status_t microsip_watched_line_unwatch(microsip_watched_line_t line);

/**
 * Waits until the line is in this state, now or later, `timeout_ms` at most, and gives what is known then as a new
 * handle to be freed.
 *
 * Statuses: `TIMEOUT`; `GONE` when the subscription ends before.
 */
microsip_status_t microsip_watched_line_wait_for(microsip_watched_line_t line,
                                                 microsip_line_state_t state,
                                                 uint32_t timeout_ms,
                                                 microsip_line_info_t *info);

/**
 * Waits until something was told, `timeout_ms` at most, and gives it as a new handle to be freed. Statuses: `TIMEOUT`;
 * `GONE` when the subscription ends before.
 */
microsip_status_t microsip_watched_line_wait_info(microsip_watched_line_t line,
                                                  uint32_t timeout_ms,
                                                  microsip_line_info_t *info);

/**
 * Another handle to the same watcher list, to be freed as well.
 */
microsip_status_t microsip_watcher_list_clone(microsip_watcher_list_t list, microsip_watcher_list_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_watcher_list_free(microsip_watcher_list_t list);

/**
 * How many there are.
 */
microsip_status_t microsip_watcher_list_count(microsip_watcher_list_t list, size_t *count);

/**
 * The watcher at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_watcher_list_at(microsip_watcher_list_t list, size_t index, microsip_watcher_t *watcher);

/**
 * Another handle to the same watcher, to be freed as well.
 */
microsip_status_t microsip_watcher_clone(microsip_watcher_t watcher, microsip_watcher_t *clone);

/**
 * Frees a handle; the zero handle is fine. It watches all the same.
 */
microsip_status_t microsip_watcher_free(microsip_watcher_t watcher);

/**
 * Number of the watcher, unlike that of any other in this process.
 */
microsip_status_t microsip_watcher_id(microsip_watcher_t watcher, uint64_t *id);

/**
 * Who is watched, as a new handle to be freed.
 */
microsip_status_t microsip_watcher_account(microsip_watcher_t watcher, microsip_account_t *account);

/**
 * The event package. Lent until the handle is freed.
 */
microsip_status_t microsip_watcher_package(microsip_watcher_t watcher, const char **package);

/**
 * Who watches: the From of its SUBSCRIBE, without tag. What it says of itself: nobody has verified it. Lent until the
 * handle is freed.
 */
microsip_status_t microsip_watcher_from(microsip_watcher_t watcher, const char **from);

/**
 * The SUBSCRIBE that began it, as a new handle to be freed.
 */
microsip_status_t microsip_watcher_request(microsip_watcher_t watcher, microsip_sip_message_t *request);

/**
 * How far it is.
 */
microsip_status_t microsip_watcher_state(microsip_watcher_t watcher, microsip_watcher_state_t *state);

/**
 * Why it ended, and the word for it; `NO_VALUE` unless it has. Lent until the handle is freed.
 */
microsip_status_t microsip_watcher_end_reason(microsip_watcher_t watcher,
                                              microsip_end_reason_t *reason,
                                              const char **words);

/**
 * Lets it in: it is told the present state, and changes. Nothing happens when it is in already. Statuses: `GONE` when
 * it has ended.
 */
microsip_status_t microsip_watcher_accept(microsip_watcher_t watcher);

/**
 * Turns it away, now or later (`terminated;reason=rejected`). Statuses: `GONE` when it has ended.
 */
microsip_status_t microsip_watcher_reject(microsip_watcher_t watcher);

/**
 * Ends it for a reason, which tells whether it may come again. `words` is the reason of `MICROSIP_END_REASON_OTHER`,
 * may be NULL, and is not looked at otherwise. Statuses: `GONE` when it has ended.
 */
microsip_status_t microsip_watcher_end(microsip_watcher_t watcher, microsip_end_reason_t reason, const char *words);

/**
 * Tells this watcher alone something; the bytes are copied. One that waits for a decision is told it when it is let
 * in.
 *
 * Statuses: `GONE` when it has ended; `INVALID_ARGUMENT` for a malformed content type or a body beyond 48,000 bytes.
 */
microsip_status_t microsip_watcher_notify(microsip_watcher_t watcher,
                                          const char *content_type,
                                          const uint8_t *body,
                                          size_t body_len);

/**
 * As `microsip_watcher_notify`, with headers; `state` is copied.
 */
microsip_status_t microsip_watcher_notify_with(microsip_watcher_t watcher, microsip_request_options_t state);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_jitter_buffer_new(microsip_jitter_buffer_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_jitter_buffer_clone(microsip_jitter_buffer_t options, microsip_jitter_buffer_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_jitter_buffer_free(microsip_jitter_buffer_t options);

/**
 * Makes settings of a buffer that waits for `delay_ms`, always, and skips nothing. It holds five times as much, at
 * least 500 ms and at most 5 s.
 */
microsip_status_t microsip_jitter_buffer_new_fixed(uint32_t delay_ms, microsip_jitter_buffer_t *options);

/**
 * Sets what is waited for before the first frame is played, and again after it ran empty, in milliseconds; 0 (default)
 * plays at once and lets the delay come of itself.
 */
microsip_status_t microsip_jitter_buffer_set_initial(microsip_jitter_buffer_t options, uint32_t delay_ms);

/**
 * Sets the least that is waited for when it adapts, in milliseconds; default one frame.
 */
microsip_status_t microsip_jitter_buffer_set_minimum(microsip_jitter_buffer_t options, uint32_t delay_ms);

/**
 * Makes the least that is waited for one frame again.
 */
microsip_status_t microsip_jitter_buffer_clear_minimum(microsip_jitter_buffer_t options);

/**
 * Sets the most that is waited for when it adapts, in milliseconds, 20 at least; 0 (default): four fifths of the
 * capacity.
 */
microsip_status_t microsip_jitter_buffer_set_maximum(microsip_jitter_buffer_t options, uint32_t delay_ms);

/**
 * Sets how much it can hold, in milliseconds, 20 to 5000: packets beyond push out the oldest. Default 500.
 */
microsip_status_t microsip_jitter_buffer_set_capacity(microsip_jitter_buffer_t options, uint32_t delay_ms);

/**
 * Sets how the delay becomes shorter again; default `MICROSIP_JITTER_DISCARD_PROGRESSIVE`.
 */
microsip_status_t microsip_jitter_buffer_set_discard(microsip_jitter_buffer_t options,
                                                     microsip_jitter_discard_t discard);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_opus_options_new(microsip_opus_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_opus_options_clone(microsip_opus_options_t options, microsip_opus_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_opus_options_free(microsip_opus_options_t options);

/**
 * Sets the average bit rate, in bits per second, 6000 to 510000: of what we send, and the most we ask the peer to send
 * (`maxaveragebitrate`). 0 (default) leaves it to Opus.
 */
microsip_status_t microsip_opus_options_set_bit_rate(microsip_opus_options_t options, uint32_t bits_per_second);

/**
 * Sets how much work coding may be, 0 to 10; default 5. 10 costs about three times as much as 0. Not told to the peer.
 */
microsip_status_t microsip_opus_options_set_complexity(microsip_opus_options_t options, uint32_t complexity);

/**
 * Sets whether packets carry a coarse copy of the one before, from which a lost one is made good (`useinbandfec=1`);
 * default true. Sent to peers that say it as well.
 */
microsip_status_t microsip_opus_options_set_fec(microsip_opus_options_t options, bool yes);

/**
 * Sets the loss in percent that the coder prepares for, 0 to 99; default 5. The more, the larger the copy. Not told to
 * the peer.
 */
microsip_status_t microsip_opus_options_set_expected_loss(microsip_opus_options_t options, uint32_t percent);

/**
 * Sets whether next to nothing is sent in silence, a packet every 400 ms (`usedtx=1`); default false.
 */
microsip_status_t microsip_opus_options_set_dtx(microsip_opus_options_t options, bool yes);

/**
 * Sets whether every packet is equally large (`cbr=1`); default false.
 */
microsip_status_t microsip_opus_options_set_cbr(microsip_opus_options_t options, bool yes);

/**
 * Sets whether the peer may send two channels (`stereo=1`), which are made one here; default false. We always send
 * one.
 */
microsip_status_t microsip_opus_options_set_stereo(microsip_opus_options_t options, bool yes);

/**
 * Sets the highest sample rate the peer need send, in Hz (`maxplaybackrate`): 8000, 12000, 16000, 24000 or 48000. We
 * code and decode at it too. 0 (default): what the bridge runs at, or the next one above.
 */
microsip_status_t microsip_opus_options_set_max_playback_rate(microsip_opus_options_t options, uint32_t hz);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_speech_options_new(microsip_speech_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_speech_options_clone(microsip_speech_options_t options, microsip_speech_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_speech_options_free(microsip_speech_options_t options);

/**
 * Sets from which verdict of the neural network on something is speech, 0.1 to 0.95; default 0.5. Higher: less noise
 * is taken for speech, and more soft speech for noise.
 */
microsip_status_t microsip_speech_options_set_threshold(microsip_speech_options_t options, float verdict);

/**
 * Sets how long a pause must be to end speech, in milliseconds, 100 to 10000; default 300. Shorter pauses are part of
 * it.
 */
microsip_status_t microsip_speech_options_set_hangover(microsip_speech_options_t options, uint32_t pause_ms);

/**
 * Sets who is listened to; default the peer.
 */
microsip_status_t microsip_speech_options_set_tap(microsip_speech_options_t options, microsip_tap_t tap);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_quality_config_new(microsip_quality_config_t *config);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_quality_config_clone(microsip_quality_config_t config, microsip_quality_config_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_quality_config_free(microsip_quality_config_t config);

/**
 * Sets how packets wait, for calls that have no jitter buffer of their own. `jitter_buffer` is copied; the zero handle
 * stands for the defaults.
 */
microsip_status_t microsip_quality_config_set_jitter_buffer(microsip_quality_config_t config,
                                                            microsip_jitter_buffer_t jitter_buffer);

/**
 * Sets whether extended reports (RTCP XR, RFC 3611) are offered by `a=rtcp-xr` and sent; default false. Accounts and
 * calls may have their own setting. A peer that does not know them passes them over.
 */
microsip_status_t microsip_quality_config_set_rtcp_xr(microsip_quality_config_t config, bool yes);

/**
 * Sets how often extended reports are sent, in milliseconds, 1000 to 60000; 0 (default): every 5 to 13 s. They go with
 * the usual reports, which come every 5 s.
 */
microsip_status_t microsip_quality_config_set_rtcp_xr_interval(microsip_quality_config_t config, uint32_t pause_ms);

/**
 * Sets how often each call with audio tells its statistics by an event of kind `MICROSIP_EVENT_KIND_CALL_STATS`, in
 * milliseconds, 100 to 3600000; 0 (default) for never.
 */
microsip_status_t microsip_quality_config_set_stats_every(microsip_quality_config_t config, uint32_t pause_ms);

/**
 * Watches calls for audio that goes one way only, and tells by an event of kind `MICROSIP_EVENT_KIND_AUDIO_TROUBLE`
 * what has lasted so many milliseconds, 1000 to 60000; 0 (default) for no watch. While it is on, received audio is
 * decoded even if nobody listens.
 */
microsip_status_t microsip_quality_config_set_watch_audio(microsip_quality_config_t config, uint32_t patience_ms);

/**
 * The value of Call-ID. Lent until the message is freed.
 */
microsip_status_t microsip_sip_message_call_id(microsip_sip_message_t message, const char **call_id);

/**
 * The number of CSeq; 0 if it has none.
 */
microsip_status_t microsip_sip_message_cseq_number(microsip_sip_message_t message, uint32_t *number);

/**
 * The tag of From; `NO_VALUE` if it has none. Lent until the message is freed.
 */
microsip_status_t microsip_sip_message_from_tag(microsip_sip_message_t message, const char **tag);

/**
 * The tag of To; `NO_VALUE` if it has none, as a request that begins a dialog. Lent until the message is freed.
 */
microsip_status_t microsip_sip_message_to_tag(microsip_sip_message_t message, const char **tag);

/**
 * The address it came from, the last hop's, `IP:PORT`; `NO_VALUE` if not known. Lent until the message is freed.
 */
microsip_status_t microsip_sip_message_source(microsip_sip_message_t message, const char **source);

/**
 * What carried it.
 */
microsip_status_t microsip_sip_message_transport(microsip_sip_message_t message, microsip_transport_t *transport);

/**
 * When it was read.
 */
microsip_status_t microsip_sip_message_received_unix_ms(microsip_sip_message_t message, int64_t *received);

/**
 * Who it says it is from, and for whom it was meant before it was diverted, as a new handle to be freed.
 */
microsip_status_t microsip_sip_message_identity(microsip_sip_message_t message, microsip_identity_t *identity);

/**
 * How many reasons it gives (header Reason, RFC 3326).
 */
microsip_status_t microsip_sip_message_reason_count(microsip_sip_message_t message, size_t *count);

/**
 * Protocol of the reason at `index`, from 0: `"Q.850"`, `"SIP"`, …; `NO_VALUE` beyond the end. Lent until the message
 * is freed.
 */
microsip_status_t microsip_sip_message_reason_protocol(microsip_sip_message_t message,
                                                       size_t index,
                                                       const char **protocol);

/**
 * Its cause in that protocol: 0 to 127 of Q.850, a status code of SIP; `NO_VALUE` if not told, and beyond the end.
 */
microsip_status_t microsip_sip_message_reason_cause(microsip_sip_message_t message, size_t index, uint16_t *cause);

/**
 * Its words; may be empty. `NO_VALUE` beyond the end. Lent until the message is freed.
 */
microsip_status_t microsip_sip_message_reason_text(microsip_sip_message_t message, size_t index, const char **words);

/**
 * Another handle to the same identity, to be freed as well.
 */
microsip_status_t microsip_identity_clone(microsip_identity_t identity, microsip_identity_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_identity_free(microsip_identity_t identity);

/**
 * How many asserted identities there are.
 */
microsip_status_t microsip_identity_asserted_count(microsip_identity_t identity, size_t *count);

/**
 * The value of P-Asserted-Identity (RFC 3325) at `index`, from 0, as name-addr or URI; `NO_VALUE` beyond the end. Lent
 * until the identity is freed.
 */
microsip_status_t microsip_identity_asserted_at(microsip_identity_t identity, size_t index, const char **text);

/**
 * How many remote parties there are.
 */
microsip_status_t microsip_identity_remote_party_count(microsip_identity_t identity, size_t *count);

/**
 * The value of Remote-Party-ID (draft-ietf-sip-privacy) at `index`, from 0, without parameters; `NO_VALUE` beyond the
 * end. Lent until the identity is freed.
 */
microsip_status_t microsip_identity_remote_party_at(microsip_identity_t identity, size_t index, const char **text);

/**
 * How many diversions the call had (Diversion, RFC 5806).
 */
microsip_status_t microsip_identity_diversion_count(microsip_identity_t identity, size_t *count);

/**
 * Who the call was diverted from, as name-addr or URI, by index from 0, the latest diversion first; `NO_VALUE` beyond
 * the end. Lent until the identity is freed.
 */
microsip_status_t microsip_identity_diversion_from(microsip_identity_t identity, size_t index, const char **from);

/**
 * Why: `"user-busy"`, `"no-answer"`, `"unconditional"`, `"deflection"`, …; empty when not told. `NO_VALUE` beyond
 * the end. Lent until the identity is freed.
 */
microsip_status_t microsip_identity_diversion_reason(microsip_identity_t identity, size_t index, const char **reason);

/**
 * How many diversions the entry stands for; 1 when not told. `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_identity_diversion_times(microsip_identity_t identity, size_t index, uint32_t *times);

/**
 * How many targets the request had (History-Info, RFC 7044).
 */
microsip_status_t microsip_identity_history_count(microsip_identity_t identity, size_t *count);

/**
 * A target, as name-addr or URI, by index from 0 in the order of the header; `NO_VALUE` beyond the end. Lent until the
 * identity is freed.
 */
microsip_status_t microsip_identity_history_uri(microsip_identity_t identity, size_t index, const char **uri);

/**
 * Its place in the tree of targets, such as `"1.2"`; empty when not told. `NO_VALUE` beyond the end. Lent until the
 * identity is freed.
 */
microsip_status_t microsip_identity_history_place(microsip_identity_t identity, size_t index, const char **place);

/**
 * How many values of Privacy there are.
 */
microsip_status_t microsip_identity_privacy_count(microsip_identity_t identity, size_t *count);

/**
 * The value of Privacy (RFC 3323, RFC 3325) at `index`, from 0: `"id"`, `"header"`, `"session"`, `"user"`, `"none"`,
 * `"critical"`; `NO_VALUE` beyond the end. Lent until the identity is freed.
 */
microsip_status_t microsip_identity_privacy_at(microsip_identity_t identity, size_t index, const char **text);

/**
 * Whether the caller hides who they are: `Privacy: id` or `user`, or a From of `anonymous.invalid`.
 */
microsip_status_t microsip_identity_anonymous(microsip_identity_t identity, bool *anonymous);

/**
 * Another handle to the same message, to be freed as well.
 */
microsip_status_t microsip_sip_message_clone(microsip_sip_message_t message, microsip_sip_message_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_sip_message_free(microsip_sip_message_t message);

/**
 * Whether it is a request; else it is a response.
 */
microsip_status_t microsip_sip_message_is_request(microsip_sip_message_t message, bool *yes);

/**
 * The method: of a request its own, of a response that of the request it answers (CSeq). Lent until the message is
 * freed.
 */
microsip_status_t microsip_sip_message_method(microsip_sip_message_t message, const char **method);

/**
 * The Request-URI; `NO_VALUE` for a response. Lent until the message is freed.
 */
microsip_status_t microsip_sip_message_request_uri(microsip_sip_message_t message, const char **uri);

/**
 * The status code; `NO_VALUE` for a request.
 */
microsip_status_t microsip_sip_message_status(microsip_sip_message_t message, uint16_t *code);

/**
 * The reason phrase of a response; empty for a request. Lent until the message is freed.
 */
microsip_status_t microsip_sip_message_phrase(microsip_sip_message_t message, const char **phrase);

/**
 * How many headers it has.
 */
microsip_status_t microsip_sip_message_header_count(microsip_sip_message_t message, size_t *count);

/**
 * Name of the header at `index`, from 0 and in the message's order, as it was written; `NO_VALUE` beyond the end. Lent
 * until the message is freed.
 */
microsip_status_t microsip_sip_message_header_name(microsip_sip_message_t message, size_t index, const char **name);

/**
 * Its value, likewise; `NO_VALUE` beyond the end. Lent until the message is freed.
 */
microsip_status_t microsip_sip_message_header_value(microsip_sip_message_t message, size_t index, const char **value);

/**
 * The first value of a header; `NO_VALUE` when there is none. Names compare without regard to case, and compact forms
 * equal the long ones: `"f"` is `"From"`. Lent until the message is freed.
 */
microsip_status_t microsip_sip_message_header(microsip_sip_message_t message, const char *name, const char **value);

/**
 * Every value of a header, in order, as a new handle to be freed; an empty list when there is none. A value that lists
 * several things with commas is one value here.
 */
microsip_status_t microsip_sip_message_header_values(microsip_sip_message_t message,
                                                     const char *name,
                                                     microsip_text_list_t *values);

/**
 * The members of a header that is a comma-separated list, over all its occurrences (RFC 3261 §7.3.1), as a new handle
 * to be freed. Commas inside quotes and angle brackets do not separate.
 */
microsip_status_t microsip_sip_message_header_members(microsip_sip_message_t message,
                                                      const char *name,
                                                      microsip_text_list_t *values);

/**
 * The body, as it is: `count` bytes, not ended by NUL; 0 when there is none. Lent until the message is freed.
 */
microsip_status_t microsip_sip_message_body(microsip_sip_message_t message, const uint8_t **bytes, size_t *count);

/**
 * The whole message as it was received, credentials and keys included: `count` bytes, not ended by NUL. Lent until the
 * message is freed.
 */
microsip_status_t microsip_sip_message_raw(microsip_sip_message_t message, const uint8_t **bytes, size_t *count);

/**
 * Content-Type without its parameters, in lower case; empty when there is none. Lent until the message is freed.
 */
microsip_status_t microsip_sip_message_content_type(microsip_sip_message_t message, const char **content_type);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_request_options_new(microsip_request_options_t *options);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_request_options_clone(microsip_request_options_t options, microsip_request_options_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_request_options_free(microsip_request_options_t options);

/**
 * Adds a header to the request, behind the library's own.
 *
 * Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
 * a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
 */
microsip_status_t microsip_request_options_add_header(microsip_request_options_t options,
                                                      const char *name,
                                                      const char *value);

/**
 * Sets Content-Type and body; `content_type` as `type/subtype`, with parameters if wanted. The bytes are copied,
 * 48,000 at most. NULL as `content_type` takes the body away. Checked when the request is sent.
 */
microsip_status_t microsip_request_options_set_body(microsip_request_options_t options,
                                                    const char *content_type,
                                                    const uint8_t *body,
                                                    size_t count);

/**
 * Another handle to the same request, to be freed as well.
 */
microsip_status_t microsip_request_clone(microsip_request_t request, microsip_request_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_request_free(microsip_request_t request);

/**
 * Number of the request, unlike that of any other in this process.
 */
microsip_status_t microsip_request_id(microsip_request_t request, uint64_t *id);

/**
 * Its method. Lent until the request is freed.
 */
microsip_status_t microsip_request_method(microsip_request_t request, const char **method);

/**
 * What became of it, as a new handle to be freed; `NO_VALUE` while no final answer is there. Does not wait.
 */
microsip_status_t microsip_request_response(microsip_request_t request, microsip_response_t *response);

/**
 * Waits for the final answer, whatever it is, `timeout_ms` at most, and gives it as a new handle to be freed: a 404 is
 * an answer too, and `microsip_response_error` tells.
 *
 * Statuses: `TIMEOUT`.
 */
microsip_status_t microsip_request_wait(microsip_request_t request, uint32_t timeout_ms, microsip_response_t *response);

/**
 * Asks `target`, a SIP URI, what it can do (OPTIONS, RFC 3261 §11), which also shows that it is there and how far
 * away: `microsip_response_round_trip_ms`.
 *
 * Returns when it is queued, with a new handle to be freed. The answer is waited for with `microsip_request_wait`, or
 * comes as event of kind `MICROSIP_EVENT_KIND_RESPONSE`.
 *
 * Statuses: `INVALID_ARGUMENT` for a malformed URI, `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_account_options(microsip_account_t account, const char *target, microsip_request_t *request);

/**
 * Sends a request of any method outside of a dialog, with the account's credentials and route. `options` is copied;
 * the zero handle stands for the defaults. Returns as `microsip_account_options`.
 *
 * Statuses: as there; `INVALID_ARGUMENT` also for a method that is no token or belongs to the stack (INVITE, ACK, BYE,
 * CANCEL, REGISTER, PRACK, UPDATE, REFER, SUBSCRIBE, NOTIFY), a malformed content type, or a body that is too long.
 */
microsip_status_t microsip_account_request(microsip_account_t account,
                                           const char *method,
                                           const char *target,
                                           microsip_request_options_t options,
                                           microsip_request_t *request);

/**
 * Sends a request of any method in the call's dialog, from the first provisional answer on. `options` is copied; the
 * zero handle stands for the defaults. Returns as `microsip_account_options`.
 *
 * Statuses: `INVALID_ARGUMENT` as for `microsip_account_request`, `WRONG_STATE` while there is no dialog yet, `GONE`,
 * `NOT_RUNNING`.
 */
microsip_status_t microsip_call_request(microsip_call_t call,
                                        const char *method,
                                        microsip_request_options_t options,
                                        microsip_request_t *request);

/**
 * Sends INFO with a body in the call (RFC 6086 §3); the bytes are copied. Returns as `microsip_account_options`.
 *
 * Statuses: as `microsip_call_request`.
 */
microsip_status_t microsip_call_send_info(microsip_call_t call,
                                          const char *content_type,
                                          const uint8_t *body,
                                          size_t count,
                                          microsip_request_t *request);

/**
 * Another handle to the same response, to be freed as well.
 */
microsip_status_t microsip_response_clone(microsip_response_t response, microsip_response_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_response_free(microsip_response_t response);

/**
 * The final code: the peer's, or 408 and 503 for want of an answer.
 */
microsip_status_t microsip_response_code(microsip_response_t response, uint16_t *code);

/**
 * The reason phrase that came with it. Lent until the response is freed.
 */
microsip_status_t microsip_response_phrase(microsip_response_t response, const char **phrase);

/**
 * Time from sending to the final answer, in milliseconds; with a repetition for credentials, of both.
 */
microsip_status_t microsip_response_round_trip_ms(microsip_response_t response, double *round_trip);

/**
 * The answer itself, as a new handle to be freed; `NO_VALUE` if none came.
 */
microsip_status_t microsip_response_message(microsip_response_t response, microsip_sip_message_t *message);

/**
 * Why it failed, as a new handle to be freed; `NO_VALUE` for a code of 200 to 299.
 */
microsip_status_t microsip_response_error(microsip_response_t response, microsip_error_t *error);

/**
 * Makes settings with every value at its default.
 */
microsip_status_t microsip_emodel_new(microsip_emodel_t *model);

/**
 * A copy that is changed by itself, to be freed as well.
 */
microsip_status_t microsip_emodel_clone(microsip_emodel_t model, microsip_emodel_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_emodel_free(microsip_emodel_t model);

/**
 * Sets a parameter.
 */
microsip_status_t microsip_emodel_set(microsip_emodel_t model, microsip_emodel_parameter_t which, double value);

/**
 * A parameter's value.
 */
microsip_status_t microsip_emodel_get(microsip_emodel_t model, microsip_emodel_parameter_t which, double *value);

/**
 * R: 93.2 with every parameter at its default, above 90 very satisfying, below 50 of no use; not cut to 0 to 100.
 */
microsip_status_t microsip_emodel_rating(microsip_emodel_t model, double *rating);

/**
 * What R is made of: Ro (signal against noise) - Is (what comes with the signal) - Id (delay and echo) - Ie,eff (codec
 * and loss) + A.
 */
microsip_status_t microsip_emodel_parts(microsip_emodel_t model, double *ro, double *is, double *id, double *ie_eff);

/**
 * Another handle to the same finding, to be freed as well.
 */
microsip_status_t microsip_finding_clone(microsip_finding_t finding, microsip_finding_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_finding_free(microsip_finding_t finding);

/**
 * What it is.
 */
microsip_status_t microsip_finding_kind(microsip_finding_t finding, microsip_finding_kind_t *kind);

/**
 * Stable lower-case name of the kind: `"nothing_received"`, … Lent until the finding is freed.
 */
microsip_status_t microsip_finding_name(microsip_finding_t finding, const char **name);

/**
 * The finding in an English sentence. Lent until the finding is freed.
 */
microsip_status_t microsip_finding_text(microsip_finding_t finding, const char **text);

/**
 * Whether audio is missing; the others explain it, and mean nothing as long as everybody hears.
 */
microsip_status_t microsip_finding_is_fault(microsip_finding_t finding, bool *fault);

/**
 * How long nothing was received or sent, or only silence, in milliseconds; `NO_VALUE` for other kinds.
 */
microsip_status_t microsip_finding_since_ms(microsip_finding_t finding, uint64_t *since);

/**
 * How loud the loudest of the silence was, in dBov; `NO_VALUE` for other kinds.
 */
microsip_status_t microsip_finding_level_dbov(microsip_finding_t finding, double *level);

/**
 * How many packets were thrown away; `NO_VALUE` for other kinds.
 */
microsip_status_t microsip_finding_packets(microsip_finding_t finding, uint64_t *packets);

/**
 * The address in the SDP: `host:port` of `FROM_ELSEWHERE`, the IP of private addresses; `NO_VALUE` for other kinds.
 * Lent until the finding is freed.
 */
microsip_status_t microsip_finding_announced(microsip_finding_t finding, const char **address);

/**
 * What it does not fit: where the newest packet came from, `host:port`; the IP the peer's signalling comes from, of
 * private addresses. `NO_VALUE` for other kinds. Lent until the finding is freed.
 */
microsip_status_t microsip_finding_actual(microsip_finding_t finding, const char **address);

/**
 * Looks for what keeps the call from being heard: nothing comes in or goes out although the session says so, packets
 * from unexpected places, private addresses, silence, packets that cannot be opened. Gives a list as a new handle to
 * be freed, empty when nothing is wrong.
 *
 * What is missing is told when it has been missing for a second: ask a second or two after audio began. Silence is
 * known while something here listens to the call.
 *
 * Statuses: `WRONG_STATE` while no audio runs, `GONE`, `NOT_RUNNING`.
 */
microsip_status_t microsip_call_check_audio(microsip_call_t call, microsip_findings_t *findings);

/**
 * How many findings there are.
 */
microsip_status_t microsip_findings_count(microsip_findings_t findings, size_t *count);

/**
 * The finding at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
 */
microsip_status_t microsip_findings_at(microsip_findings_t findings, size_t index, microsip_finding_t *finding);

/**
 * Another handle to the same findings, to be freed as well.
 */
microsip_status_t microsip_findings_clone(microsip_findings_t findings, microsip_findings_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_findings_free(microsip_findings_t findings);

/**
 * A number, in the unit its name or comment in `enum microsip_stat_e` says; counts are exact up to 2^53. `NO_VALUE`
 * when it is not known.
 */
microsip_status_t microsip_stats_number(microsip_stats_t stats, microsip_stat_t stat, double *value);

/**
 * Name of a number as in the JSON of `microsip_stats_to_json`, objects parted by dots: `"sent.jitter.last_ms"`;
 * static. docs/statistics.md explains them.
 */
microsip_status_t microsip_stat_name(microsip_stat_t stat, const char **name);

/**
 * What a codec, such as `"PCMU/8000/1"` or `"opus"`, costs in the E-model, as this library sends and hears it: its
 * scale, Ie (without loss), Bpl (robustness against loss), and where the numbers come from.
 *
 * Statuses: `INVALID_ARGUMENT` for a malformed codec, `NO_VALUE` for one that nothing is known of.
 */
microsip_status_t microsip_quality_codec(const char *codec,
                                         microsip_quality_band_t *band,
                                         double *ie,
                                         double *bpl,
                                         microsip_quality_source_t *source);

/**
 * R of a connection by the E-model with everything else at its default (G.107): `ie` and `bpl` of the codec, packet
 * loss in per cent, its burst ratio (1 for random loss), and one-way delay from mouth to ear in ms, without echo. Up
 * to 93.2 on the narrowband scale, up to 129 on the wideband one; may be below 0.
 */
microsip_status_t microsip_quality_rating(microsip_quality_band_t band,
                                          double ie,
                                          double bpl,
                                          double loss_percent,
                                          double burst_ratio,
                                          double delay_ms,
                                          double *rating);

/**
 * Mean opinion score of an R on its scale, 1 to 4.5 (G.107, annex B; G.107.1, clause 7.1).
 */
microsip_status_t microsip_quality_mos(microsip_quality_band_t band, double rating, double *mos);

/**
 * Idd, what delay alone costs (G.107, clause 7.4): nothing up to `noticed_ms`, usually 100; `sensitivity` is usually
 * 1. 3.0 at 200 ms, 24.1 at 400 ms.
 */
microsip_status_t microsip_quality_delay_impairment(double delay_ms,
                                                    double noticed_ms,
                                                    double sensitivity,
                                                    double *impairment);

/**
 * Ie,eff, codec and packet loss together (G.107, clause 7.5): Ie + (95 - Ie) * Ppl / (Ppl / BurstR + Bpl).
 */
microsip_status_t microsip_quality_effective_impairment(double ie,
                                                        double bpl,
                                                        double loss_percent,
                                                        double burst_ratio,
                                                        double *impairment);

/**
 * Statistics of the call's audio now, as a new handle to be freed: all its streams so far, the one that runs included.
 * The numbers are read while packets come in, so that those of one moment may be apart by a packet.
 *
 * Statuses: `WRONG_STATE` while no audio flows; `GONE` after the end, when `microsip_call_info_stats` has the final
 * ones; `NOT_RUNNING`.
 */
microsip_status_t microsip_call_stats(microsip_call_t call, microsip_stats_t *stats);

/**
 * Another handle to the same statistics, to be freed as well.
 */
microsip_status_t microsip_stats_clone(microsip_stats_t stats, microsip_stats_t *clone);

/**
 * Frees a handle; the zero handle is fine.
 */
microsip_status_t microsip_stats_free(microsip_stats_t stats);

/**
 * The codec in use, or used last, as `"NAME/RATE/CHANNELS"`; `NO_VALUE` before there was one. Lent until the
 * statistics are freed.
 */
microsip_status_t microsip_stats_codec(microsip_stats_t stats, const char **codec);

/**
 * All of it as one JSON object; docs/statistics.md names the fields. Lent until the statistics are freed.
 */
microsip_status_t microsip_stats_to_json(microsip_stats_t stats, const char **json);

/**
 * The scale of the rating of what we send (`MICROSIP_DIRECTION_OUTGOING`) or receive: narrowband and wideband cannot
 * be compared. `NO_VALUE` without a rating.
 */
microsip_status_t microsip_stats_quality_band(microsip_stats_t stats,
                                              microsip_direction_t direction,
                                              microsip_quality_band_t *band);

/**
 * Where the codec's numbers in that rating come from; `NO_VALUE` without a rating.
 */
microsip_status_t microsip_stats_quality_source(microsip_stats_t stats,
                                                microsip_direction_t direction,
                                                microsip_quality_source_t *source);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MICROSIP_H */
