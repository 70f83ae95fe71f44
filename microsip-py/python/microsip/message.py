"""Messages of the peer, as they came in."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Optional

from ._handle import Handle
from .enums import Transport

if TYPE_CHECKING:
    from . import _microsip
    from .info import Identity, Reason

__all__ = ["Message"]


class Message(Handle):
    """A SIP request or response of the peer. It owns its bytes and stays valid after the call."""

    __slots__ = ()
    _native: _microsip.Message

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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        line = f"{self.method} {self.request_uri}" if self.is_request else f"{self.status} {self.reason_phrase}"
        return f"<microsip.Message {line}>"
