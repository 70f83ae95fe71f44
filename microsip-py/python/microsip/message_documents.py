"""Documents that go with messages: their envelope (RFC 3862), notifications about them (RFC 5438), that they are being typed (RFC 3994)."""

from __future__ import annotations

import datetime
from dataclasses import field
from typing import ClassVar, Optional

from . import _microsip
from ._dataclass import dataclass
from .presence_enums import DeliveryStatus, ImdnKind, TypingState

__all__ = ["Cpim", "CpimHeader", "Imdn", "NotifyRequest", "Typing"]


@dataclass(frozen=True)
class NotifyRequest:
    """Which notifications the sender of a message asks for (``imdn.Disposition-Notification``, RFC 5438 section 6.3)."""

    #: When it has reached the recipient's device.
    positive_delivery: bool = False
    #: When it cannot.
    negative_delivery: bool = False
    #: What servers on the way do with it.
    processing: bool = False
    #: When it is shown.
    display: bool = False

    @classmethod
    def delivery(cls, *, display: bool = False, processing: bool = False) -> NotifyRequest:
        """Asks for both notifications of delivery, and for these."""
        return cls(True, True, processing, display)

    @property
    def any(self) -> bool:
        """Whether anything is asked for."""
        return self != NotifyRequest()


@dataclass(frozen=True)
class CpimHeader:
    """A header of an envelope that has no field of its own in `Cpim`."""

    #: The URI of its namespace; that of RFC 3862 is ``urn:ietf:params:cpim-headers:``.
    namespace: str
    #: Its name in that namespace; upper and lower case are different.
    name: str
    #: Its value, escapes resolved.
    value: str
    #: The language of the value, when it is told.
    language: Optional[str] = None


@dataclass(frozen=True)
class Cpim:
    """A message in its envelope, ``message/cpim``. What was written to somebody is not shown by ``repr``."""

    #: The content's type with its parameters, such as ``text/plain;charset=utf-8``.
    content_type: str
    #: The content.
    content: bytes = field(default=b"", repr=False)
    #: The sender: a URI in angle brackets, with or without a name before it. Where one is made, a bare URI will do.
    from_: Optional[str] = None
    #: The recipients, in the same form.
    to: tuple[str, ...] = ()
    #: Others who get a copy; with angle brackets.
    cc: tuple[str, ...] = ()
    #: When it was sent; written to the second, in UTC.
    date_time: Optional[datetime.datetime] = None
    #: What it is about; the first of several, which may be in different languages.
    subject: Optional[str] = field(default=None, repr=False)
    #: Its id, to which notifications refer (``imdn.Message-ID``): at least 64 bits of randomness, unique for ever.
    message_id: Optional[str] = None
    #: Which notifications are asked for. They need `message_id` and `date_time`.
    notify: NotifyRequest = NotifyRequest()
    #: To whom it was meant before somebody on the way changed that (``imdn.Original-To``).
    original_to: Optional[str] = None
    #: Every other header, in order; further subjects among them.
    headers: tuple[CpimHeader, ...] = field(default=(), repr=False)
    #: Headers that the sender requires to be understood and that are not understood here. A message that has some is to be refused (RFC
    #: 3862 section 2.5). Not written.
    unknown_required: tuple[str, ...] = ()
    #: The content's other MIME headers, such as ``Content-Disposition``, as pairs. ``Content-Length`` is computed when written.
    content_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    #: The type of such a body.
    CONTENT_TYPE: ClassVar[str] = "message/cpim"

    @property
    def media_type(self) -> str:
        """The content's type without parameters, in lower case."""
        return _microsip.cpim_media_type(self)

    @property
    def from_uri(self) -> Optional[str]:
        """The URI of the sender, without name."""
        return _microsip.cpim_from_uri(self)

    @classmethod
    def parse(cls, body: bytes) -> Cpim:
        """Reads a message, with an empty line between the envelope's headers and those of the content, as RFC 3862 wants it, or without, as
        the examples of RFC 5438 have it. Lines may end with a line feed alone.

        Raises `InvalidArgumentError` for lines that are no headers, prefixes without namespace, a date that is none, headers of which there
        may be one only and are several, or a missing end of headers; `LimitReachedError` beyond 64 KiB or 100 headers; `UnsupportedError`
        when the headers are not UTF-8.
        """
        return _microsip.cpim_parse(body)

    def to_bytes(self) -> bytes:
        """The message as bytes.

        Raises `InvalidArgumentError` when notifications are asked for and there is no message id, or a header's name, namespace or the
        content's type cannot be written.
        """
        return _microsip.cpim_to_bytes(self)


@dataclass(frozen=True)
class Imdn:
    """A notification of what became of a message, ``message/imdn+xml``."""

    #: The ``imdn.Message-ID`` of the message it is about.
    message_id: str
    #: What it is about.
    kind: ImdnKind
    #: What happened.
    status: DeliveryStatus
    #: When that message was sent, by its ``DateTime``. `None` when the document has none; written, it is then the present.
    date_time: Optional[datetime.datetime] = None
    #: To whom the message was sent, as URI.
    recipient: Optional[str] = None
    #: To whom it was meant before somebody on the way changed that, as URI.
    original_recipient: Optional[str] = None
    #: The message's subject.
    subject: Optional[str] = field(default=None, repr=False)

    #: The type of such a body.
    CONTENT_TYPE: ClassVar[str] = "message/imdn+xml"
    #: The ``Content-Disposition`` it is to be sent with (RFC 5438 section 7.2.1).
    CONTENT_DISPOSITION: ClassVar[str] = "notification"

    @classmethod
    def parse(cls, body: bytes) -> Imdn:
        """Reads a document.

        Raises `InvalidArgumentError` when it is no such document, names no message, has a date that is none, or says nothing, several
        things, or something unknown about it; `LimitReachedError` and `UnsupportedError` for size and encoding.
        """
        return _microsip.imdn_parse(body)

    def to_xml(self) -> str:
        """The document as XML. Raises `InvalidArgumentError` for an empty id, or a status that this kind cannot have."""
        return _microsip.imdn_to_xml(self)


@dataclass(frozen=True)
class Typing:
    """The document that says whether somebody types, ``application/im-iscomposing+xml`` (RFC 3994)."""

    #: Whether a message is being composed. A word that is neither ``active`` nor ``idle`` is read as idle.
    state: TypingState
    #: How long an active state holds unless it is repeated, in seconds; written as whole ones, at least 1.
    refresh: Optional[float] = None
    #: What is being composed, as a media type: ``text/plain``, ``audio``, ``video``, …
    content_type: Optional[str] = None
    #: When something was last typed; written to the second.
    last_active: Optional[datetime.datetime] = None

    #: The type of such a body.
    CONTENT_TYPE: ClassVar[str] = "application/im-iscomposing+xml"
    #: How long an active state holds when the document does not say, in seconds (RFC 3994 section 3.3).
    DEFAULT_REFRESH: ClassVar[float] = 120.0

    @property
    def valid_for(self) -> float:
        """How long an active state holds from when it was received, in seconds, unless it is repeated or a message comes."""
        return self.DEFAULT_REFRESH if self.refresh is None else self.refresh

    @classmethod
    def parse(cls, body: bytes) -> Typing:
        """Reads a document.

        Raises `InvalidArgumentError` when it is no such document, has no state, or an interval or date that is none; `LimitReachedError`
        and `UnsupportedError` for size and encoding.
        """
        return _microsip.typing_parse(body)

    def to_xml(self) -> str:
        """The document as XML."""
        return _microsip.typing_to_xml(self)
