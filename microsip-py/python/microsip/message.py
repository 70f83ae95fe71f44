"""Messages of the peer, as they came in."""

from __future__ import annotations

import datetime
import types
from typing import TYPE_CHECKING, Any, Optional, Union

from ._handle import Handle
from .enums import Transport

if TYPE_CHECKING:
    from . import _microsip
    from .info import Identity, Reason

__all__ = ["Message"]


class Message(Handle):
    """A SIP request or response of the peer. It owns its bytes and stays valid after the call; it can be pickled."""

    __slots__ = ()
    _native: Union[_microsip.Message, _Kept]

    @property
    def id(self) -> int:
        """Python's number of this object: messages have none of their own."""
        return id(self)

    @property
    def raw(self) -> bytes:
        """The bytes as they were received, credentials and keys included."""
        return self._native.raw

    @property
    def source(self) -> Optional[str]:
        """The address it came from, the last hop's."""
        return self._native.source

    @property
    def transport(self) -> Transport:
        """What carried it."""
        return self._native.transport

    @property
    def received_at(self) -> datetime.datetime:
        """When it was read."""
        return self._native.received_at

    @property
    def is_request(self) -> bool:
        """Whether it is a request."""
        return self.status is None

    @property
    def method(self) -> str:
        """The method; of a response, that of its CSeq."""
        return self._native.method

    @property
    def request_uri(self) -> Optional[str]:
        """Whom a request is for."""
        return self._native.request_uri

    @property
    def status(self) -> Optional[int]:
        """The status of a response."""
        return self._native.status

    @property
    def reason_phrase(self) -> str:
        """The words beside the status."""
        return self._native.reason_phrase

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """All headers in order, as pairs of name and value."""
        return self._native.headers

    def header(self, name: str) -> Optional[str]:
        """The value of the first header of a name, in whatever case or short form."""
        return self._native.header(name)

    def header_all(self, name: str) -> list[str]:
        """The values of all headers of a name, in order."""
        return self._native.header_all(name)

    @property
    def body(self) -> bytes:
        """The body."""
        return self._native.body

    @property
    def content_type(self) -> str:
        """What the body is, in lower case, without parameters; empty without a body."""
        return self._native.content_type

    @property
    def call_id(self) -> str:
        """The header ``Call-ID``."""
        return self._native.call_id

    @property
    def cseq(self) -> tuple[int, str]:
        """The header ``CSeq``: number and method."""
        return self._native.cseq

    @property
    def from_tag(self) -> Optional[str]:
        """The tag of ``From``."""
        return self._native.from_tag

    @property
    def to_tag(self) -> Optional[str]:
        """The tag of ``To``."""
        return self._native.to_tag

    @property
    def identity(self) -> Identity:
        """Who it says it is from, and for whom it was meant before it was diverted."""
        return self._native.identity

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it was sent (``Reason``, RFC 3326), in order."""
        return self._native.reasons

    def __reduce__(self) -> Any:
        native = type(self._native)
        names = self._native.values if isinstance(self._native, _Kept) else [name for name in vars(native) if _is_getter(native, name)]
        return _restored, ({name: getattr(self._native, name) for name in names},)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        line = f"{self.method} {self.request_uri}" if self.is_request else f"{self.status} {self.reason_phrase}"
        return f"<microsip.Message {line}>"


#: Short forms of header names (RFC 3261 section 7.3.3, and the registry of IANA).
_SHORT = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "d": "request-disposition",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "n": "identity-info",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
    "y": "identity",
}


def _is_getter(native: type, name: str) -> bool:
    return name[0] != "_" and isinstance(vars(native)[name], types.GetSetDescriptorType)


def _long(name: str) -> str:
    return _SHORT.get(name.lower(), name.lower())


class _Kept:
    """What a message has for its `_native` after it was pickled: everything that is known of it."""

    __slots__ = ("values",)

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None

    def header(self, name: str) -> Optional[str]:
        found = self.header_all(name)
        return found[0] if found else None

    def header_all(self, name: str) -> list[str]:
        wanted = _long(name)
        return [value for known, value in self.headers if _long(known) == wanted]


def _restored(values: dict[str, Any]) -> Message:
    return Message._of(_Kept(values))
