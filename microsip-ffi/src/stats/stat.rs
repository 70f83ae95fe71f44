//! The numbers of statistics, and where each is.

/// A number of statistics: one of `enum microsip_stat_e`.
pub type microsip_stat_t = i32;

/// The values of `microsip_stat_t`. Those of a name with `SENT` are about what we send, with `RECEIVED` about what we
/// receive. All streams of a call count: counts add up, minima and maxima are those of all, means are weighted, the
/// rest is the newest stream's.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum microsip_stat_e {
    /// RTP payload type we send.
    MICROSIP_STAT_PAYLOAD_TYPE = 1,
    /// Length of a packet of ours, ms.
    MICROSIP_STAT_PACKET_MS = 2,
    /// Streams the call has had.
    MICROSIP_STAT_STREAMS = 3,
    /// How long they have run together, ms.
    MICROSIP_STAT_DURATION_MS = 4,
    /// Packets received from another address than the peer's SDP says.
    MICROSIP_STAT_FROM_ELSEWHERE = 5,
    /// Packets received of a payload type nobody agreed on; they are not heard.
    MICROSIP_STAT_UNKNOWN_PAYLOAD = 6,
    /// Packets SRTP threw away for a wrong key or damage.
    MICROSIP_STAT_SRTP_FAILED = 7,
    /// Packets SRTP threw away for having come before.
    MICROSIP_STAT_SRTP_REPLAYED = 8,
    /// RTP packets sent.
    MICROSIP_STAT_SENT_PACKETS = 9,
    /// Bytes of payload sent, without headers of RTP, UDP and IP.
    MICROSIP_STAT_SENT_BYTES = 10,
    /// Packets sent, as those that the peer should have got.
    MICROSIP_STAT_SENT_EXPECTED = 11,
    /// Packets lost, as the peer reports (RTCP).
    MICROSIP_STAT_SENT_LOST = 12,
    /// Share of packets lost, 0 to 1: `SENT_LOST` / `SENT_EXPECTED`.
    MICROSIP_STAT_SENT_LOSS_RATIO = 13,
    /// Always 0; see `XR_REMOTE_DISCARD_RATE`.
    MICROSIP_STAT_SENT_DISCARDED = 14,
    /// Always 0.
    MICROSIP_STAT_SENT_REORDERED = 15,
    /// Always 0.
    MICROSIP_STAT_SENT_DUPLICATED = 16,
    /// RTCP reports received about what we send.
    MICROSIP_STAT_SENT_REPORTS = 17,
    /// Interarrival jitter (RFC 3550 §6.4.1) of what we send, as the peer reports: newest value, ms; no value while
    /// there is none.
    MICROSIP_STAT_SENT_JITTER_LAST_MS = 18,
    /// Interarrival jitter (RFC 3550 §6.4.1) of what we send, as the peer reports: mean, ms; no value while there is
    /// none.
    MICROSIP_STAT_SENT_JITTER_MEAN_MS = 19,
    /// Interarrival jitter (RFC 3550 §6.4.1) of what we send, as the peer reports: least value, ms; no value while
    /// there is none.
    MICROSIP_STAT_SENT_JITTER_MIN_MS = 20,
    /// Interarrival jitter (RFC 3550 §6.4.1) of what we send, as the peer reports: largest value, ms; no value while
    /// there is none.
    MICROSIP_STAT_SENT_JITTER_MAX_MS = 21,
    /// How many values of jitter there were.
    MICROSIP_STAT_SENT_JITTER_SAMPLES = 22,
    /// Power of all audio sent, dBov (RFC 6465: 0 is a square wave of full scale, -96 nothing).
    MICROSIP_STAT_SENT_LEVEL_MEAN_DBOV = 23,
    /// Largest sample sent, dBov (RFC 6465: 0 is a square wave of full scale, -96 nothing).
    MICROSIP_STAT_SENT_LEVEL_PEAK_DBOV = 24,
    /// Power of the last third of a second sent, dBov (RFC 6465: 0 is a square wave of full scale, -96 nothing).
    MICROSIP_STAT_SENT_LEVEL_RECENT_DBOV = 25,
    /// How long nothing above -65 dBov was sent, up to now, ms.
    MICROSIP_STAT_SENT_LEVEL_SILENT_MS = 26,
    /// RTP packets received.
    MICROSIP_STAT_RECEIVED_PACKETS = 27,
    /// Bytes of payload received, without headers of RTP, UDP and IP.
    MICROSIP_STAT_RECEIVED_BYTES = 28,
    /// Packets that should have come, by their sequence numbers.
    MICROSIP_STAT_RECEIVED_EXPECTED = 29,
    /// Packets lost: missing from the sequence.
    MICROSIP_STAT_RECEIVED_LOST = 30,
    /// Share of packets lost, 0 to 1: `RECEIVED_LOST` / `RECEIVED_EXPECTED`.
    MICROSIP_STAT_RECEIVED_LOSS_RATIO = 31,
    /// Packets that came too late to be played, or too many at once.
    MICROSIP_STAT_RECEIVED_DISCARDED = 32,
    /// Packets that came after one that was sent later.
    MICROSIP_STAT_RECEIVED_REORDERED = 33,
    /// Packets that came twice.
    MICROSIP_STAT_RECEIVED_DUPLICATED = 34,
    /// RTCP reports sent about what we receive.
    MICROSIP_STAT_RECEIVED_REPORTS = 35,
    /// Interarrival jitter (RFC 3550 §6.4.1) of what we receive, as measured here: newest value, ms; no value while
    /// there is none.
    MICROSIP_STAT_RECEIVED_JITTER_LAST_MS = 36,
    /// Interarrival jitter (RFC 3550 §6.4.1) of what we receive, as measured here: mean, ms; no value while there is
    /// none.
    MICROSIP_STAT_RECEIVED_JITTER_MEAN_MS = 37,
    /// Interarrival jitter (RFC 3550 §6.4.1) of what we receive, as measured here: least value, ms; no value while
    /// there is none.
    MICROSIP_STAT_RECEIVED_JITTER_MIN_MS = 38,
    /// Interarrival jitter (RFC 3550 §6.4.1) of what we receive, as measured here: largest value, ms; no value while
    /// there is none.
    MICROSIP_STAT_RECEIVED_JITTER_MAX_MS = 39,
    /// How many values of jitter there were.
    MICROSIP_STAT_RECEIVED_JITTER_SAMPLES = 40,
    /// How often one or more packets in a row were lost.
    MICROSIP_STAT_RECEIVED_BURSTS_EVENTS = 41,
    /// The most packets lost in a row.
    MICROSIP_STAT_RECEIVED_BURSTS_LONGEST = 42,
    /// Share of packets lost within bursts, 0 to 1 (RFC 3611 §4.7.2, Gmin 16).
    MICROSIP_STAT_RECEIVED_BURSTS_DENSITY = 43,
    /// Share of packets lost between bursts, 0 to 1.
    MICROSIP_STAT_RECEIVED_BURSTS_GAP_DENSITY = 44,
    /// Mean length of a burst, ms.
    MICROSIP_STAT_RECEIVED_BURSTS_DURATION_MS = 45,
    /// Mean length of a gap, ms.
    MICROSIP_STAT_RECEIVED_BURSTS_GAP_DURATION_MS = 46,
    /// BurstR of the E-model: 1 for random loss, higher when losses come together.
    MICROSIP_STAT_RECEIVED_BURSTS_RATIO = 47,
    /// Power of all audio received, dBov (RFC 6465: 0 is a square wave of full scale, -96 nothing); no value while
    /// nothing here listens.
    MICROSIP_STAT_RECEIVED_LEVEL_MEAN_DBOV = 48,
    /// Largest sample received, dBov (RFC 6465: 0 is a square wave of full scale, -96 nothing); no value while nothing
    /// here listens.
    MICROSIP_STAT_RECEIVED_LEVEL_PEAK_DBOV = 49,
    /// Power of the last third of a second received, dBov (RFC 6465: 0 is a square wave of full scale, -96 nothing); no
    /// value while nothing here listens.
    MICROSIP_STAT_RECEIVED_LEVEL_RECENT_DBOV = 50,
    /// How long nothing above -65 dBov was received, up to now, ms; no value while nothing here listens.
    MICROSIP_STAT_RECEIVED_LEVEL_SILENT_MS = 51,
    /// The way there and back, from RTCP: newest value, ms; no value until a report came back.
    MICROSIP_STAT_ROUND_TRIP_LAST_MS = 52,
    /// The way there and back, from RTCP: mean, ms; no value until a report came back.
    MICROSIP_STAT_ROUND_TRIP_MEAN_MS = 53,
    /// The way there and back, from RTCP: least value, ms; no value until a report came back.
    MICROSIP_STAT_ROUND_TRIP_MIN_MS = 54,
    /// The way there and back, from RTCP: largest value, ms; no value until a report came back.
    MICROSIP_STAT_ROUND_TRIP_MAX_MS = 55,
    /// How many round trips were measured.
    MICROSIP_STAT_ROUND_TRIP_SAMPLES = 56,
    /// Length of a frame of the codec, of which a packet may have two, ms. The counts of the jitter buffer are such
    /// frames.
    MICROSIP_STAT_JITTER_BUFFER_FRAME_MS = 57,
    /// Frames that wait now.
    MICROSIP_STAT_JITTER_BUFFER_FRAMES = 58,
    /// How long the newest of them will wait, ms.
    MICROSIP_STAT_JITTER_BUFFER_DELAY_MS = 59,
    /// Mean delay so far, ms.
    MICROSIP_STAT_JITTER_BUFFER_DELAY_MEAN_MS = 60,
    /// Least delay so far, ms.
    MICROSIP_STAT_JITTER_BUFFER_DELAY_MIN_MS = 61,
    /// Largest delay so far, ms.
    MICROSIP_STAT_JITTER_BUFFER_DELAY_MAX_MS = 62,
    /// Frames waited for before it plays on after it ran empty.
    MICROSIP_STAT_JITTER_BUFFER_PREFETCH_FRAMES = 63,
    /// The least it will wait for, frames.
    MICROSIP_STAT_JITTER_BUFFER_PREFETCH_MIN_FRAMES = 64,
    /// The most it will wait for, frames.
    MICROSIP_STAT_JITTER_BUFFER_PREFETCH_MAX_FRAMES = 65,
    /// Frames it can hold.
    MICROSIP_STAT_JITTER_BUFFER_CAPACITY_FRAMES = 66,
    /// Frames played.
    MICROSIP_STAT_JITTER_BUFFER_PLAYED = 67,
    /// Frames whose turn came and that were not there: concealed.
    MICROSIP_STAT_JITTER_BUFFER_LOST = 68,
    /// Times it was empty, or filling up, when a frame was wanted.
    MICROSIP_STAT_JITTER_BUFFER_EMPTY = 69,
    /// Frames thrown away because their turn was over.
    MICROSIP_STAT_JITTER_BUFFER_LATE = 70,
    /// Frames thrown away because they were there already.
    MICROSIP_STAT_JITTER_BUFFER_DUPLICATED = 71,
    /// Frames thrown away because it was full.
    MICROSIP_STAT_JITTER_BUFFER_OVERFLOW = 72,
    /// Frames skipped so that the delay becomes shorter.
    MICROSIP_STAT_JITTER_BUFFER_SHRUNK = 73,
    /// Frames thrown away because nothing here listens; nothing is wrong.
    MICROSIP_STAT_JITTER_BUFFER_UNREAD = 74,
    /// Frames thrown away although somebody listened: late, overflow and shrunk together.
    MICROSIP_STAT_JITTER_BUFFER_DISCARDED = 75,
    /// R of what we hear: up to 93.2 on the narrowband scale, up to 129 on the wideband one, not below 0 (E-model,
    /// ITU-T G.107, G.107.1); no value for codecs without numbers, and until packets or reports came, as for all of
    /// quality.
    MICROSIP_STAT_QUALITY_RECEIVED_R_FACTOR = 76,
    /// Its mean opinion score of a listener, 1 to 4.5.
    MICROSIP_STAT_QUALITY_RECEIVED_MOS_LISTENING = 77,
    /// Its mean opinion score of a conversation, with delay, 1 to 4.5.
    MICROSIP_STAT_QUALITY_RECEIVED_MOS_CONVERSATIONAL = 78,
    /// Packets not played, per cent, that was used.
    MICROSIP_STAT_QUALITY_RECEIVED_LOSS_PERCENT = 79,
    /// BurstR that was used.
    MICROSIP_STAT_QUALITY_RECEIVED_BURST_RATIO = 80,
    /// One-way delay from mouth to ear that was used, ms.
    MICROSIP_STAT_QUALITY_RECEIVED_DELAY_MS = 81,
    /// R of what the peer hears, from its reports: up to 93.2 on the narrowband scale, up to 129 on the wideband one,
    /// not below 0 (E-model, ITU-T G.107, G.107.1); no value for codecs without numbers, and until packets or reports
    /// came, as for all of quality.
    MICROSIP_STAT_QUALITY_SENT_R_FACTOR = 82,
    /// Its mean opinion score of a listener, 1 to 4.5.
    MICROSIP_STAT_QUALITY_SENT_MOS_LISTENING = 83,
    /// Its mean opinion score of a conversation, with delay, 1 to 4.5.
    MICROSIP_STAT_QUALITY_SENT_MOS_CONVERSATIONAL = 84,
    /// Packets not played, per cent, that was used.
    MICROSIP_STAT_QUALITY_SENT_LOSS_PERCENT = 85,
    /// BurstR that was used.
    MICROSIP_STAT_QUALITY_SENT_BURST_RATIO = 86,
    /// One-way delay from mouth to ear that was used, ms.
    MICROSIP_STAT_QUALITY_SENT_DELAY_MS = 87,
    /// Share of packets lost, 0 to 1: VoIP metrics block (RFC 3611 §4.7), what we told the peer last; no value until
    /// there was one, as for all of this block.
    MICROSIP_STAT_XR_LOCAL_LOSS_RATE = 88,
    /// Share of packets the jitter buffer threw away, 0 to 1.
    MICROSIP_STAT_XR_LOCAL_DISCARD_RATE = 89,
    /// Share of both within bursts, 0 to 1.
    MICROSIP_STAT_XR_LOCAL_BURST_DENSITY = 90,
    /// The same between bursts.
    MICROSIP_STAT_XR_LOCAL_GAP_DENSITY = 91,
    /// Mean length of bursts, ms.
    MICROSIP_STAT_XR_LOCAL_BURST_DURATION_MS = 92,
    /// Mean length of gaps, ms.
    MICROSIP_STAT_XR_LOCAL_GAP_DURATION_MS = 93,
    /// Newest round trip, ms; 0 if not known.
    MICROSIP_STAT_XR_LOCAL_ROUND_TRIP_MS = 94,
    /// Delay within the system that reports, ms.
    MICROSIP_STAT_XR_LOCAL_END_SYSTEM_DELAY_MS = 95,
    /// Voice against 0 dBm0, dB; no value if not known, as below.
    MICROSIP_STAT_XR_LOCAL_SIGNAL_LEVEL_DBM0 = 96,
    /// Noise against 0 dBm0, dB.
    MICROSIP_STAT_XR_LOCAL_NOISE_LEVEL_DBM0 = 97,
    /// Residual echo return loss, dB.
    MICROSIP_STAT_XR_LOCAL_ECHO_RETURN_LOSS_DB = 98,
    /// Least distance of losses that are not one burst, packets.
    MICROSIP_STAT_XR_LOCAL_GMIN = 99,
    /// R of this RTP session, 0 to 100.
    MICROSIP_STAT_XR_LOCAL_R_FACTOR = 100,
    /// R of a network beyond.
    MICROSIP_STAT_XR_LOCAL_EXTERNAL_R_FACTOR = 101,
    /// MOS of a listener, 1 to 5.
    MICROSIP_STAT_XR_LOCAL_MOS_LISTENING = 102,
    /// MOS of a conversation, 1 to 5.
    MICROSIP_STAT_XR_LOCAL_MOS_CONVERSATIONAL = 103,
    /// The octet of RFC 3611 §4.7.6: concealment, kind and rate of the jitter buffer.
    MICROSIP_STAT_XR_LOCAL_RECEIVER_CONFIGURATION = 104,
    /// The jitter buffer's delay now, ms.
    MICROSIP_STAT_XR_LOCAL_JITTER_BUFFER_NOMINAL_MS = 105,
    /// Delay of a packet that comes just in time, ms.
    MICROSIP_STAT_XR_LOCAL_JITTER_BUFFER_MAXIMUM_MS = 106,
    /// The most it can be, ms.
    MICROSIP_STAT_XR_LOCAL_JITTER_BUFFER_ABSOLUTE_MAXIMUM_MS = 107,
    /// Share of packets lost, 0 to 1: VoIP metrics block (RFC 3611 §4.7), what the peer told us last; no value until
    /// there was one, as for all of this block.
    MICROSIP_STAT_XR_REMOTE_LOSS_RATE = 108,
    /// Share of packets the jitter buffer threw away, 0 to 1.
    MICROSIP_STAT_XR_REMOTE_DISCARD_RATE = 109,
    /// Share of both within bursts, 0 to 1.
    MICROSIP_STAT_XR_REMOTE_BURST_DENSITY = 110,
    /// The same between bursts.
    MICROSIP_STAT_XR_REMOTE_GAP_DENSITY = 111,
    /// Mean length of bursts, ms.
    MICROSIP_STAT_XR_REMOTE_BURST_DURATION_MS = 112,
    /// Mean length of gaps, ms.
    MICROSIP_STAT_XR_REMOTE_GAP_DURATION_MS = 113,
    /// Newest round trip, ms; 0 if not known.
    MICROSIP_STAT_XR_REMOTE_ROUND_TRIP_MS = 114,
    /// Delay within the system that reports, ms.
    MICROSIP_STAT_XR_REMOTE_END_SYSTEM_DELAY_MS = 115,
    /// Voice against 0 dBm0, dB; no value if not known, as below.
    MICROSIP_STAT_XR_REMOTE_SIGNAL_LEVEL_DBM0 = 116,
    /// Noise against 0 dBm0, dB.
    MICROSIP_STAT_XR_REMOTE_NOISE_LEVEL_DBM0 = 117,
    /// Residual echo return loss, dB.
    MICROSIP_STAT_XR_REMOTE_ECHO_RETURN_LOSS_DB = 118,
    /// Least distance of losses that are not one burst, packets.
    MICROSIP_STAT_XR_REMOTE_GMIN = 119,
    /// R of this RTP session, 0 to 100.
    MICROSIP_STAT_XR_REMOTE_R_FACTOR = 120,
    /// R of a network beyond.
    MICROSIP_STAT_XR_REMOTE_EXTERNAL_R_FACTOR = 121,
    /// MOS of a listener, 1 to 5.
    MICROSIP_STAT_XR_REMOTE_MOS_LISTENING = 122,
    /// MOS of a conversation, 1 to 5.
    MICROSIP_STAT_XR_REMOTE_MOS_CONVERSATIONAL = 123,
    /// The octet of RFC 3611 §4.7.6: concealment, kind and rate of the jitter buffer.
    MICROSIP_STAT_XR_REMOTE_RECEIVER_CONFIGURATION = 124,
    /// The jitter buffer's delay now, ms.
    MICROSIP_STAT_XR_REMOTE_JITTER_BUFFER_NOMINAL_MS = 125,
    /// Delay of a packet that comes just in time, ms.
    MICROSIP_STAT_XR_REMOTE_JITTER_BUFFER_MAXIMUM_MS = 126,
    /// The most it can be, ms.
    MICROSIP_STAT_XR_REMOTE_JITTER_BUFFER_ABSOLUTE_MAXIMUM_MS = 127,
}
