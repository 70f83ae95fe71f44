"""What can go wrong: one class for each kind of error, all of them `MicrosipError`.

Where one of Python's own classes says the same, ours derives from it, too: ``except TimeoutError`` and ``except OSError`` work.
"""

from __future__ import annotations

import builtins
import enum
import sys
from typing import Optional

__all__ = [
    "AlreadyRunningError",
    "AuthError",
    "BusyError",
    "ConfigError",
    "DeviceError",
    "ErrorKind",
    "FileError",
    "GoneError",
    "InternalError",
    "InvalidArgumentError",
    "LimitReachedError",
    "MediaError",
    "MicrosipError",
    "NotRunningError",
    "SipError",
    "TimedOutError",
    "TlsError",
    "TlsRefusal",
    "TransportError",
    "UnsupportedError",
    "WouldBlockError",
    "WrongStateError",
]


class ErrorKind(enum.Enum):
    """The class of an error; it decides what a caller can do about it."""

    INVALID_ARGUMENT = "invalid_argument"
    NOT_RUNNING = "not_running"
    ALREADY_RUNNING = "already_running"
    GONE = "gone"
    WRONG_STATE = "wrong_state"
    BUSY = "busy"
    WOULD_BLOCK = "would_block"
    TIMEOUT = "timeout"
    LIMIT_REACHED = "limit_reached"
    UNSUPPORTED = "unsupported"
    SIP = "sip"
    AUTH = "auth"
    TRANSPORT = "transport"
    TLS = "tls"
    MEDIA = "media"
    DEVICE = "device"
    IO = "io"
    CONFIG = "config"
    INTERNAL = "internal"


class TlsRefusal(enum.Enum):
    """Why a TLS peer was refused (RFC 5922 section 7, RFC 5280 section 6)."""

    UNTRUSTED = "untrusted"
    NAME_MISMATCH = "name_mismatch"
    EXPIRED = "expired"
    REVOKED = "revoked"
    BAD_CERTIFICATE = "bad_certificate"
    PIN_MISMATCH = "pin_mismatch"
    REVOCATION_UNKNOWN = "revocation_unknown"
    NO_CERTIFICATE = "no_certificate"
    PROTOCOL = "protocol"
    HANDSHAKE = "handshake"
    TIMED_OUT = "timed_out"


class MicrosipError(Exception):
    """Whatever this package raises for something that went wrong in it.

    ``str()`` of it reads "operation: reason", without secrets.
    """

    #: The class of the error.
    kind: ErrorKind
    #: What failed, such as ``"register"`` or ``"call"``.
    operation: str
    #: The reason alone.
    reason: str
    #: What happened, by a name that stays the same in every release and language (docs/failures.md).
    code: str
    #: The SIP status of the peer's answer, when there was one.
    sip_status: Optional[int]
    #: PJSIP's own status, when one stands behind this error.
    pj_status: Optional[int]
    #: Why the peer's certificate or handshake was refused; set when the kind is `ErrorKind.TLS`.
    tls_refusal: Optional[TlsRefusal]

    def __init__(
        self,
        message: str,
        *,
        kind: ErrorKind = ErrorKind.INTERNAL,
        operation: str = "",
        reason: Optional[str] = None,
        code: str = "",
        sip_status: Optional[int] = None,
        pj_status: Optional[int] = None,
        tls_refusal: Optional[TlsRefusal] = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.operation = operation
        self.reason = message if reason is None else reason
        self.code = code
        self.sip_status = sip_status
        self.pj_status = pj_status
        self.tls_refusal = tls_refusal

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), self.args, self.__dict__)


class InvalidArgumentError(MicrosipError, ValueError):
    """An argument is malformed or out of range; the message names it."""


class NotRunningError(MicrosipError, RuntimeError):
    """No engine is running: the endpoint was closed."""


class AlreadyRunningError(MicrosipError, RuntimeError):
    """An endpoint runs in this process already: close it first, or see `microsip.spawn_endpoint`."""


class GoneError(MicrosipError, LookupError):
    """The call, account or file behind this handle has ended."""


class WrongStateError(MicrosipError, RuntimeError):
    """The object is not in a state that allows this, such as answering an outgoing call."""


class BusyError(MicrosipError, RuntimeError):
    """The engine's queue is full or the object is occupied; try again shortly."""


class WouldBlockError(MicrosipError, BlockingIOError):
    """It cannot be done without waiting: a buffer is full, or empty."""


if sys.version_info < (3, 11):
    # Only there: it takes longer to import than all of this package.
    import asyncio

    # There they are two.
    class _Timeout(builtins.TimeoutError, asyncio.TimeoutError):
        pass

else:

    class _Timeout(builtins.TimeoutError):
        pass


class TimedOutError(MicrosipError, _Timeout):
    """The deadline passed; what was asked may still happen later. Or the peer did not answer in time."""


class LimitReachedError(MicrosipError, RuntimeError):
    """A configured limit is reached; the message names the limit and its value."""


class UnsupportedError(MicrosipError, NotImplementedError):
    """This build or this platform lacks the feature; the message names it."""


class SipError(MicrosipError):
    """The peer answered with a SIP failure: `MicrosipError.sip_status`."""


class AuthError(SipError, PermissionError):
    """The server rejected the credentials, or there are none for its realm."""


class TransportError(MicrosipError, ConnectionError):
    """No connection: refused, unreachable, reset, or the name did not resolve."""


class TlsError(TransportError):
    """The TLS handshake failed; `MicrosipError.tls_refusal` says why."""


class MediaError(MicrosipError):
    """Codec, SDP or stream trouble."""


class DeviceError(MicrosipError, OSError):
    """A sound device failed."""


class FileError(MicrosipError, OSError):
    """A file could not be read or written."""


class ConfigError(MicrosipError, ValueError):
    """A setting contradicts another one or the system."""


class InternalError(MicrosipError):
    """A defect of ours: please report it with the log."""


#: The class of each kind.
BY_KIND: dict[ErrorKind, type[MicrosipError]] = {
    ErrorKind.INVALID_ARGUMENT: InvalidArgumentError,
    ErrorKind.NOT_RUNNING: NotRunningError,
    ErrorKind.ALREADY_RUNNING: AlreadyRunningError,
    ErrorKind.GONE: GoneError,
    ErrorKind.WRONG_STATE: WrongStateError,
    ErrorKind.BUSY: BusyError,
    ErrorKind.WOULD_BLOCK: WouldBlockError,
    ErrorKind.TIMEOUT: TimedOutError,
    ErrorKind.LIMIT_REACHED: LimitReachedError,
    ErrorKind.UNSUPPORTED: UnsupportedError,
    ErrorKind.SIP: SipError,
    ErrorKind.AUTH: AuthError,
    ErrorKind.TRANSPORT: TransportError,
    ErrorKind.TLS: TlsError,
    ErrorKind.MEDIA: MediaError,
    ErrorKind.DEVICE: DeviceError,
    ErrorKind.IO: FileError,
    ErrorKind.CONFIG: ConfigError,
    ErrorKind.INTERNAL: InternalError,
}


def from_native(
    kind: str,
    operation: str,
    reason: str,
    code: str,
    sip_status: Optional[int],
    pj_status: Optional[int],
    tls_refusal: Optional[str],
) -> MicrosipError:
    """What the engine reports, as an exception that is not raised."""
    try:
        known = ErrorKind(kind)
    except ValueError:
        known = ErrorKind.INTERNAL
    return BY_KIND[known](
        f"{operation}: {reason}",
        kind=known,
        operation=operation,
        reason=reason,
        code=code,
        sip_status=sip_status,
        pj_status=pj_status,
        tls_refusal=None if tls_refusal is None else TlsRefusal(tls_refusal),
    )
