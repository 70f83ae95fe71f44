"""Enumerations. Their values are the stable names that also appear in JSON and in the program's output; where one is asked for,
its value as a text will do.
"""

from __future__ import annotations

import enum

__all__ = [
    "CallState",
    "Direction",
    "DtmfMethod",
    "EndCause",
    "EndedBy",
    "HoldState",
    "LogLevel",
    "MediaDirection",
    "RegistrationState",
    "Transport",
]


class Transport(enum.Enum):
    """What carries SIP."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class Direction(enum.Enum):
    """Which way a message or call went."""

    #: From us to the peer.
    OUTGOING = "outgoing"
    #: From the peer to us.
    INCOMING = "incoming"


class LogLevel(enum.Enum):
    """How much PJSIP's own log says."""

    OFF = "off"
    ERROR = "error"
    WARN = "warn"
    INFO = "info"
    DEBUG = "debug"


class DtmfMethod(enum.Enum):
    """How digits travel."""

    #: As the peer can: RTP events if agreed, else INFO.
    AUTO = "auto"
    #: RFC 4733.
    RTP_EVENT = "rtp_event"
    #: As tones in the audio.
    IN_BAND = "in_band"
    #: INFO with application/dtmf-relay.
    INFO = "info"
    #: INFO with application/dtmf.
    INFO_PLAIN = "info_plain"


class CallState(enum.Enum):
    """Where a call is in its life (RFC 3261 sections 12 and 13). States are passed in this order."""

    #: We sent an INVITE and have no answer yet.
    CALLING = "calling"
    #: We received an INVITE and have not answered it.
    INCOMING = "incoming"
    #: A provisional answer (101-199) was sent or received; there may be early media.
    EARLY = "early"
    #: A 2xx was sent or received, the ACK is under way.
    CONNECTING = "connecting"
    #: The ACK was sent or received: the call is up.
    CONFIRMED = "confirmed"
    #: The call is over.
    DISCONNECTED = "disconnected"


class EndedBy(enum.Enum):
    """Who ended a call."""

    #: We did: hang-up, cancel, rejection, or the endpoint closed.
    LOCAL = "local"
    #: The peer or a server on the way did.
    REMOTE = "remote"
    #: Nobody wanted it: no answer came, the connection failed, or a timer ran out.
    NETWORK = "network"


class EndCause(enum.Enum):
    """What ended a call."""

    #: BYE after the call was up.
    HUNG_UP = "hung_up"
    #: The caller gave up before an answer (CANCEL).
    CANCELLED = "cancelled"
    #: The INVITE was answered with 3xx to 6xx.
    REJECTED = "rejected"
    #: No answer in time, or the ACK never came.
    TIMED_OUT = "timed_out"
    #: The connection could not be made or broke, TLS refusals included.
    TRANSPORT_FAILED = "transport_failed"
    #: Another call took its place.
    REPLACED = "replaced"


class HoldState(enum.Enum):
    """Who holds a call."""

    #: Nobody.
    NONE = "none"
    #: We do.
    LOCAL = "local"
    #: The peer does.
    REMOTE = "remote"
    #: Both.
    BOTH = "both"


class MediaDirection(enum.Enum):
    """Which way audio flows, from our point of view (RFC 8866 section 6.7)."""

    INACTIVE = "inactive"
    SEND_ONLY = "sendonly"
    RECEIVE_ONLY = "recvonly"
    SEND_RECEIVE = "sendrecv"


class RegistrationState(enum.Enum):
    """Where a registration stands (RFC 3261 section 10)."""

    #: The account has no registrar.
    NONE = "none"
    #: A REGISTER is under way.
    REGISTERING = "registering"
    #: The registrar holds our binding; it is refreshed in time.
    REGISTERED = "registered"
    #: The binding was removed.
    UNREGISTERED = "unregistered"
    #: The last REGISTER failed, or the connection to the registrar was lost.
    FAILED = "failed"
