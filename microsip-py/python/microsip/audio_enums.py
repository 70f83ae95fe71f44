"""Enumerations of audio: which side is heard, how something ended, tones, files, devices."""

from __future__ import annotations

import enum

__all__ = [
    "ConferenceChange",
    "DeviceDirection",
    "DeviceFallback",
    "DeviceRole",
    "EchoCanceller",
    "OnLeave",
    "PlayEndReason",
    "RecordFormat",
    "ToneKind",
    "Xrun",
]


class Xrun(enum.Enum):
    """Which way a stream lost audio."""

    #: A source was not written in time: silence was sent in the middle of what it says.
    UNDERRUN = "underrun"
    #: A sink was not read in time: samples were dropped.
    OVERRUN = "overrun"


class PlayEndReason(enum.Enum):
    """Why something that was played ended."""

    #: It was played to its end, or its last file was skipped.
    FINISHED = "finished"
    #: It was stopped, or the endpoint was closed.
    STOPPED = "stopped"
    #: Its call has ended, or its conference was closed.
    TARGET_ENDED = "target_ended"
    #: A file broke off or could not be opened when its turn came; what came before was played.
    FAILED = "failed"


class RecordFormat(enum.Enum):
    """What a recording is written as."""

    #: WAV, 16-bit PCM; becomes RF64 beyond 4 GiB.
    WAV = "wav"
    #: Ogg Opus (RFC 7845). Two channels are two independent streams, so that neither leaks into the other.
    OPUS = "opus"
    #: FLAC (RFC 9639), 16 bit: lossless, about half of WAV.
    FLAC = "flac"


class ConferenceChange(enum.Enum):
    """What happened in a conference."""

    #: A call takes part now.
    JOINED = "joined"
    #: A call takes part no more: it left, was moved, or has ended.
    LEFT = "left"
    #: There is no conference any more; its calls go on for themselves.
    CLOSED = "closed"


class OnLeave(enum.Enum):
    """What a conference does when one of its calls has ended. Taking a call out or moving it ends nobody."""

    #: Nothing; the others go on, even alone.
    STAY = "stay"
    #: The last call, when it is alone, is hung up.
    END_LAST = "end_last"
    #: All others are hung up.
    END_ALL = "end_all"


class ToneKind(enum.Enum):
    """What a tone says (ITU-T E.182)."""

    #: Dial now.
    DIAL = "dial"
    #: It rings at the other end.
    RINGBACK = "ringback"
    #: The other end is busy.
    BUSY = "busy"
    #: The network is (in North America: reorder).
    CONGESTION = "congestion"
    #: Somebody else calls you.
    CALL_WAITING = "call_waiting"
    #: Three rising tones: an announcement follows, or could.
    SPECIAL_INFORMATION = "special_information"
    #: Dial now, and mind that something is different: messages wait, calls are diverted.
    STUTTER = "stutter"
    #: Hang up your receiver.
    HOWLER = "howler"


class DeviceDirection(enum.Enum):
    """Which way a device's audio goes."""

    #: A microphone: from the air to us.
    INPUT = "input"
    #: A loudspeaker: from us to the air.
    OUTPUT = "output"


class DeviceRole(enum.Enum):
    """What a device is for."""

    #: The microphone.
    INPUT = "input"
    #: The loudspeaker.
    OUTPUT = "output"
    #: The loudspeaker that rings.
    RINGING = "ringing"


class DeviceFallback(enum.Enum):
    """What takes the place of a device that is lost."""

    #: The system's default device, until it is back.
    DEFAULT = "default"
    #: Silence, until it is back.
    SILENCE = "silence"


class EchoCanceller(enum.Enum):
    """Which echo canceller."""

    #: Speex' adaptive filter with a suppressor behind it; any rate.
    SPEEX = "speex"
    #: WebRTC's third. Needs a build with it and a bridge of 16, 32 or 48 kHz.
    AEC3 = "aec3"
