"""Messages (RFC 3428): ours, and those of others. (Requests and responses as such are `microsip.message`.)"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Optional, Union

from ._dataclass import dataclass
from ._handle import Handle
from .exceptions import MicrosipError
from .message import Message
from .message_documents import Cpim, NotifyRequest
from .presence_enums import MessageStatus, TypingCause, TypingState

if TYPE_CHECKING:
    from . import _microsip
    from .config import Seconds
    from .request import Response

__all__ = ["PeerTyping", "ReceivedMessage", "SentMessage"]


@dataclass(frozen=True)
class PeerTyping:
    """Whether a peer types."""

    #: Whose From it is, as URI.
    from_: str
    #: The name beside it.
    display: Optional[str]
    #: Whether a message is being composed.
    state: TypingState
    #: What is being composed, as the peer says, such as ``text/plain``.
    content_type: Optional[str]
    #: Why it is so.
    cause: TypingCause


class SentMessage(Handle):
    """A message of ours. Letting go of this object changes nothing."""

    __slots__ = ()
    _native: _microsip.SentMessage

    @property
    def account_id(self) -> int:
        """The number of the account it is from."""
        return self._native.account_id

    @property
    def target(self) -> str:
        """Whom it was sent to."""
        return self._native.target

    @property
    def message_id(self) -> Optional[str]:
        """What notifications name it by (``imdn.Message-ID``); only if some were asked for."""
        return self._native.message_id

    @property
    def response(self) -> Optional[Response]:
        """The final answer, once it is there."""
        return self._native.response

    @property
    def statuses(self) -> list[MessageStatus]:
        """Everything that is known about it, in the order in which it was told."""
        return self._native.statuses

    def wait(self, timeout: Optional[Seconds] = None) -> Response:
        """Waits for the final answer, whatever it is: `Response.error` is set unless it is 2xx.

        Raises `TimedOutError` after `timeout` seconds (`None`: never).
        """
        return self._native.wait(timeout)

    async def wait_async(self, timeout: Optional[Seconds] = None) -> Response:
        """As `wait`."""
        return await self._native.wait_future(timeout)

    def wait_for(self, status: Union[MessageStatus, str], timeout: Optional[Seconds] = None) -> None:
        """Waits until this is known about it. What was displayed was delivered, too, and everything that is told of it was accepted.

        Raises `TimedOutError` after `timeout` seconds (`None`: never); the reason of its failure (`SipError`, `TransportError`, …);
        `WrongStateError` when that notification was not asked for; `GoneError` when the recipient's side says something else for good, or
        the endpoint is closed.
        """
        self._native.wait_for(status, timeout)

    async def wait_for_async(self, status: Union[MessageStatus, str], timeout: Optional[Seconds] = None) -> None:
        """As `wait_for`."""
        await self._native.wait_for_future(status, timeout)

    def wait_delivered(self, timeout: Optional[Seconds] = None) -> None:
        """Waits until it has reached the recipient's device; ask for that with `MessageOptions.notify`. Raises what `wait_for` raises."""
        self.wait_for(MessageStatus.DELIVERED, timeout)

    async def wait_delivered_async(self, timeout: Optional[Seconds] = None) -> None:
        """As `wait_delivered`."""
        await self.wait_for_async(MessageStatus.DELIVERED, timeout)


class ReceivedMessage(Handle):
    """A message that came in, answered already. It stays valid for ever."""

    __slots__ = ()
    _native: _microsip.ReceivedMessage

    @property
    def from_(self) -> str:
        """Whose it says it is: the URI of From. Worth as much as the network it came through."""
        return self._native.from_

    @property
    def reply_to(self) -> str:
        """Where an answer goes: the URI of From. Where that is a bare address without port, and the message came from it over UDP, it has
        the port it came from.
        """
        return self._native.reply_to

    @property
    def display(self) -> Optional[str]:
        """The name beside From."""
        return self._native.display

    @property
    def to(self) -> str:
        """Whom it is for: the URI of To."""
        return self._native.to

    @property
    def content_type(self) -> str:
        """The content's type with its parameters, as it was written; empty when none was given."""
        return self._native.content_type

    @property
    def text(self) -> Optional[str]:
        """The text, if the content is one (``text/…``, or of no type at all), read by its ``charset``: UTF-8 unless it says otherwise. What
        cannot be read is U+FFFD, and `warning` tells.
        """
        return self._native.text

    @property
    def body(self) -> bytes:
        """The content, as it is."""
        return self._native.body

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers of the request, as pairs in order."""
        return self._native.headers

    @property
    def sip(self) -> Message:
        """The request itself."""
        return self._native.sip

    @property
    def received_at(self) -> datetime.datetime:
        """When it came."""
        return self._native.received_at

    @property
    def envelope(self) -> Optional[Cpim]:
        """The envelope it came in (``message/cpim``, RFC 3862), its content taken out: that is what the properties above tell."""
        return self._native.envelope

    @property
    def notify(self) -> NotifyRequest:
        """Which notifications the sender asks for (RFC 5438). Those of delivery are sent by themselves."""
        return self._native.notify

    @property
    def warning(self) -> Optional[MicrosipError]:
        """What was wrong with its content, which then is told as far as it could be read."""
        return self._native.warning

    def displayed(self) -> bool:
        """Tells the sender that the message was displayed, if it asks for that; whether a notification was sent. It is sent once, in the
        message's call while that lasts. Its failure is not told.

        Raises `GoneError` when the account was removed, `NotRunningError` after the endpoint was closed.
        """
        return self._native.displayed()
