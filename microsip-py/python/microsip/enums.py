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


# Settings of endpoints and accounts, and what is known of the network.
__all__ += [
    "CandidateKind",
    "ContactRewrite",
    "ContactRewriteMethod",
    "DigestAlgorithm",
    "DtmfDetection",
    "GuardReason",
    "IceMode",
    "IceState",
    "JitterDiscard",
    "NetworkStep",
    "OptionsPolicy",
    "Refresher",
    "Reliable100",
    "ReplacesPolicy",
    "SessionTimers",
    "SrtpKeying",
    "SrtpMode",
    "SrtpSuite",
    "StunState",
    "Tap",
    "TlsVersion",
    "TransferPolicy",
    "TurnUse",
]


class TlsVersion(enum.Enum):
    """The oldest version of TLS that is spoken; 1.0 and 1.1 are forbidden (RFC 8996)."""

    #: TLS 1.2 (RFC 5246).
    V1_2 = "1.2"
    #: TLS 1.3 (RFC 8446).
    V1_3 = "1.3"


class DtmfDetection(enum.Enum):
    """Whether keys are listened for in the audio of a call."""

    #: Never.
    OFF = "off"
    #: In calls whose peer did not agree to ``telephone-event``.
    AUTO = "auto"
    #: In every call. A peer that sends a key both ways is then heard twice.
    ALWAYS = "always"


class OptionsPolicy(enum.Enum):
    """How OPTIONS is answered by itself (RFC 3261 section 11.2)."""

    #: 200 as long as the endpoint runs.
    AVAILABLE = "available"
    #: As an INVITE would be answered at this moment: 486 when no further call would be taken.
    AS_CALL = "as_call"


class TransferPolicy(enum.Enum):
    """What happens when somebody asks us to call somebody else (REFER, RFC 3515)."""

    #: Answered 603; nobody is told.
    REFUSE = "refuse"
    #: The application decides: `TransferRequested`.
    ASK = "ask"
    #: The call is made at once: `CallTransferred`. Whoever can send us a request can make us call anybody, at the account's cost.
    ACCEPT = "accept"


class ReplacesPolicy(enum.Enum):
    """What happens when a call comes in that wants to take the place of another one (``Replaces``, RFC 3891)."""

    #: Answered 603; nobody is told.
    REFUSE = "refuse"
    #: An incoming call like any other, with `CallInfo.replaces` set: answered with 2xx it takes the other's place.
    ASK = "ask"
    #: Taken at once if it comes from the address the replaced call's messages come from, as through a PBX or proxy; else refused.
    ACCEPT_SAME_SOURCE = "accept_same_source"
    #: Taken at once, whoever asks.
    ACCEPT = "accept"


class GuardReason(enum.Enum):
    """Why the guard stepped in."""

    #: Too many new calls.
    INVITES = "invites"
    #: Too many other requests.
    REQUESTS = "requests"
    #: The ``User-Agent`` of a scanner.
    SCANNER = "scanner"


class IceMode(enum.Enum):
    """Whether calls look for a way to the peer with ICE (RFC 8445), and what they reveal while doing so."""

    #: No ICE; an offer with ICE is answered without.
    OFF = "off"
    #: Host addresses, those a STUN server sees, and a relay where TURN is configured. A peer without ICE gets ordinary media.
    ON = "on"
    #: The relay only: the peer learns none of our addresses (RFC 8828 section 5.2). Needs TURN; without a relay the call fails.
    RELAY_ONLY = "relay_only"


class TurnUse(enum.Enum):
    """Which relay an account uses, if it has none of its own."""

    #: The endpoint's, if it has one.
    ENDPOINT = "endpoint"
    #: None.
    OFF = "off"


class ContactRewrite(enum.Enum):
    """Whether the Contact follows the address the registrar sees (RFC 3581)."""

    #: It stays what we think our address is.
    OFF = "off"
    #: It follows, unless the registrar sees a private address where ours is public, or only another port at a private address.
    ON = "on"
    #: It follows whatever the registrar sees.
    ALWAYS = "always"


class ContactRewriteMethod(enum.Enum):
    """How a binding with the old Contact is replaced."""

    #: The address is learned from the challenge already, if there is one, so that the old Contact is never bound.
    EARLY = "early"
    #: One REGISTER binds the new Contact and removes the old one.
    REPLACE = "replace"


class StunState(enum.Enum):
    """Where the search for a STUN server stands."""

    #: No server is configured.
    OFF = "off"
    #: Servers are asked.
    ASKING = "asking"
    #: One answered and is used.
    READY = "ready"
    #: None answers; they are asked again later.
    FAILED = "failed"


class NetworkStep(enum.Enum):
    """How far the handling of a network change is."""

    #: The address in use is gone, and there is no other way out.
    LOST = "lost"
    #: There is a way out again. Connections were ended, REGISTERs and re-INVITEs are being sent.
    CHANGED = "changed"
    #: Every registrar and every peer has answered, or ten seconds have passed.
    FINISHED = "finished"


# Calls.

__all__ += [
    "Decision",
    "HoldMode",
    "RedirectPolicy",
    "ReferTo",
    "SessionRequest",
    "TransferState",
]


class RedirectPolicy(enum.Enum):
    """What to do when the callee answers with 3xx and other places to try (RFC 3261 section 8.1.3.4)."""

    #: The call ends with the 3xx; its ``Contact`` headers are in `CallInfo.message`.
    STOP = "stop"
    #: The contacts are tried one after the other, by their ``q``, at most five in all; each gives a `CallRedirected`.
    FOLLOW = "follow"


class HoldMode(enum.Enum):
    """What the peer is offered while we hold."""

    #: The peer may hear us (what is played into the call, or silence), we do not hear it.
    SEND_ONLY = "sendonly"
    #: No audio at all.
    INACTIVE = "inactive"


class SessionRequest(enum.Enum):
    """A request of ours that changes a session, as `SessionChanged` names it."""

    #: `Call.hold`.
    HOLD = "hold"
    #: `Call.resume`.
    RESUME = "resume"
    #: `Call.reinvite`.
    REINVITE = "reinvite"
    #: `Call.update`.
    UPDATE = "update"


class ReferTo(enum.Enum):
    """How an attended transfer names its target."""

    #: The Contact if it is a GRUU (RFC 5627), which anybody can reach; else the address of record.
    AUTO = "auto"
    #: The address of record, with ``Require=replaces``: only the device that is in the call may answer.
    AOR = "aor"
    #: The Contact: exactly that device, if the peer can reach it.
    CONTACT = "contact"


class TransferState(enum.Enum):
    """How far a transfer of ours has come."""

    #: The peer answered the REFER with 2xx and will try.
    ACCEPTED = "accepted"
    #: The peer reports on its call to the target.
    PROGRESS = "progress"
    #: The target took the call.
    SUCCEEDED = "succeeded"
    #: The peer refused, the target refused or was not reached, or nothing was heard in time.
    FAILED = "failed"
    #: The peer tells no more, and has told no outcome.
    UNKNOWN = "unknown"


class Decision(enum.Enum):
    """What a decision in a call's story was about."""

    #: Which account the call belongs to.
    ACCOUNT = "account"
    #: Where the request is sent: a proxy, a route set, a redirection, the next target of a name.
    ROUTE = "route"
    #: UDP, TCP or TLS.
    TRANSPORT = "transport"
    #: Codec and payload type.
    CODEC = "codec"
    #: Whether and how media is encrypted.
    PROTECTION = "protection"
    #: Which credentials answered a challenge.
    CREDENTIALS = "credentials"
    #: A policy answered in the application's name.
    POLICY = "policy"


class SrtpKeying(enum.Enum):
    """How SRTP gets its keys."""

    #: In the SDP (RFC 4568). Whoever reads the signalling has the keys, so it wants TLS.
    SDES = "sdes"
    #: By a DTLS handshake on the media path (RFC 5763).
    DTLS = "dtls"


class SrtpSuite(enum.Enum):
    """Cipher and authentication of SRTP, by its name in SDP (RFC 4568 section 6.2)."""

    #: AES-CM, 128 bits, tag of 80 bits: what everybody knows.
    AES_CM_128_HMAC_SHA1_80 = "AES_CM_128_HMAC_SHA1_80"
    #: AES-CM, 128 bits, tag of 32 bits.
    AES_CM_128_HMAC_SHA1_32 = "AES_CM_128_HMAC_SHA1_32"
    #: AES-CM, 256 bits, tag of 80 bits (RFC 6188); with SDES only.
    AES_256_CM_HMAC_SHA1_80 = "AES_256_CM_HMAC_SHA1_80"
    #: AES-CM, 256 bits, tag of 32 bits (RFC 6188); with SDES only.
    AES_256_CM_HMAC_SHA1_32 = "AES_256_CM_HMAC_SHA1_32"
    #: AES-GCM, 128 bits (RFC 7714).
    AEAD_AES_128_GCM = "AEAD_AES_128_GCM"
    #: AES-GCM, 256 bits (RFC 7714).
    AEAD_AES_256_GCM = "AEAD_AES_256_GCM"


class IceState(enum.Enum):
    """Where ICE stands for a stream (RFC 8445)."""

    #: Our addresses are gathered.
    GATHERING = "gathering"
    #: They are there; the peer's are not.
    WAITING = "waiting"
    #: Ways to the peer are tried.
    CHECKING = "checking"
    #: A way was found and is used.
    CONNECTED = "connected"
    #: No way was found: the stream is silent.
    FAILED = "failed"
    #: The peer does without ICE, or a proxy changed the addresses: media goes to the addresses of the SDP.
    UNUSED = "unused"


class CandidateKind(enum.Enum):
    """Where an address of ICE comes from (RFC 8445 section 5.1.1). Values are the names in SDP."""

    """Where an address of ICE comes from (RFC 8445 section 5.1.1)."""

    #: An interface of the machine.
    HOST = "host"
    #: Seen by a STUN server.
    SERVER_REFLEXIVE = "srflx"
    #: Seen by the peer during its checks.
    PEER_REFLEXIVE = "prflx"
    #: A relay's.
    RELAYED = "relay"


class DigestAlgorithm(enum.Enum):
    """A hash a digest is made with (RFC 8760 section 2.1). Values are the names in challenges."""

    MD5 = "MD5"
    SHA256 = "SHA-256"
    SHA512_256 = "SHA-512-256"


class SrtpMode(enum.Enum):
    """Whether media is encrypted (RFC 3711)."""

    #: Plain RTP is offered and accepted; encrypted offers are refused.
    OFF = "off"
    #: Plain RTP is offered with keys beside it; every offer is accepted. With DTLS as first keying, encrypted media alone is offered.
    OPTIONAL = "optional"
    #: Only encrypted media is offered and accepted; a plain offer gets 488.
    REQUIRED = "required"


class SessionTimers(enum.Enum):
    """Whether calls are refreshed, so that one whose peer has vanished ends (RFC 4028)."""

    #: Neither asked for nor offered; a call that requires them gets 420.
    OFF = "off"
    #: Offered with ``Supported: timer``, used when the peer wants them.
    OPTIONAL = "optional"
    #: ``Require: timer``: a peer that does not know them is not called, and its calls get 421.
    REQUIRED = "required"
    #: Used whether the peer supports them or not: then we refresh alone.
    ALWAYS = "always"


class Refresher(enum.Enum):
    """Who is to refresh sessions (RFC 4028 sections 7.1 and 9), while the peer does not decide it."""

    #: Nobody is named in our requests; in our answers it is the caller if it can.
    AUTO = "auto"
    #: We: ``refresher=uac`` in our requests, ``uas`` in our answers.
    LOCAL = "local"
    #: The peer, if it supports session timers.
    REMOTE = "remote"


class Reliable100(enum.Enum):
    """Whether provisional responses are acknowledged (RFC 3262)."""

    #: Not offered; a call that requires it gets 420.
    OFF = "off"
    #: Offered with ``Supported: 100rel``; used whenever the peer supports it.
    SUPPORTED = "supported"
    #: ``Require: 100rel``; a peer that does not support it is refused with 421.
    REQUIRED = "required"


class JitterDiscard(enum.Enum):
    """How a jitter buffer makes its delay shorter again after a bad time."""

    #: Not at all: it only grows.
    NEVER = "never"
    #: A frame each 200 ms while twice as much waits as bursts call for.
    SLOW = "slow"
    #: The more waits without need, the faster: within 2 s for short bursts, 10 s for long ones.
    PROGRESSIVE = "progressive"


class Tap(enum.Enum):
    """Which side of a call is listened to."""

    #: What the peer says: decoded and after the jitter buffer.
    RECEIVED = "received"
    #: What we send: everything that is played into the call, silence while it is muted or held.
    SENT = "sent"
    #: Both, added up.
    MIXED = "mixed"
