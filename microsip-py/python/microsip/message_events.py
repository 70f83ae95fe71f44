"""What happens to messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ._dataclass import dataclass
from .events import Event

if TYPE_CHECKING:
    from .account import Account
    from .call import Call
    from .messaging import PeerTyping, ReceivedMessage, SentMessage
    from .presence_enums import MessageStatus
    from .request import Response

__all__ = ["MessageReceived", "MessageStatusChanged", "TypingChanged"]


@dataclass(frozen=True)
class MessageReceived(Event):
    """A message came in (RFC 3428); it has been answered 200."""

    #: The account it is for.
    account: Account
    #: The call it came in, if it came in one.
    call: Optional[Call]
    #: The message.
    message: ReceivedMessage


@dataclass(frozen=True)
class MessageStatusChanged(Event):
    """Something is known about a message of ours: first, and exactly once, whether it was accepted or failed; then, if notifications were
    asked for, what the peer tells, each thing once.
    """

    #: The message.
    message: SentMessage
    #: The call it was sent in, if it was sent in one.
    call: Optional[Call]
    #: What is known.
    status: MessageStatus
    #: The final answer with `MessageStatus.ACCEPTED` and `MessageStatus.FAILED`, with the reason of a failure.
    response: Optional[Response]


@dataclass(frozen=True)
class TypingChanged(Event):
    """Somebody types a message for us, or does no longer (RFC 3994); only when that changes."""

    #: The account it is for.
    account: Account
    #: The call it came in, if it came in one.
    call: Optional[Call]
    #: Who, and whether.
    typing: PeerTyping
