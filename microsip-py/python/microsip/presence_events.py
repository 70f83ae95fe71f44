"""What happens to what is watched, to who watches, and to what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

from ._dataclass import dataclass
from .events import Event
from .exceptions import MicrosipError

if TYPE_CHECKING:
    from .account import Account
    from .dialog_info import LineInfo
    from .message_summary import MessageSummary
    from .presence import Buddy, Mailbox, WatchedLine
    from .presence_enums import EndReason, WatcherState
    from .presence_status import PresenceStatus
    from .publication import Publication, PublicationInfo
    from .subscription import Notification, Subscription, SubscriptionInfo
    from .watcher import Watcher

__all__ = [
    "LineChanged",
    "MessagesWaiting",
    "NotifyReceived",
    "PresenceChanged",
    "PublicationChanged",
    "SubscriptionChanged",
    "Unreadable",
    "WatcherChanged",
]


@dataclass(frozen=True)
class SubscriptionChanged(Event):
    """A subscription of ours has another state (RFC 6665): it was accepted, failed and is tried again, or is over."""

    #: Which.
    subscription: Subscription
    #: How it stands.
    info: SubscriptionInfo


@dataclass(frozen=True)
class NotifyReceived(Event):
    """A NOTIFY came for a subscription of `Account.subscribe`, with a body or without."""

    #: Which.
    subscription: Subscription
    #: What it says.
    notification: Notification


@dataclass(frozen=True)
class PresenceChanged(Event):
    """The presence of somebody who is watched."""

    #: Who.
    buddy: Buddy
    #: What is told.
    status: PresenceStatus


@dataclass(frozen=True)
class LineChanged(Event):
    """The calls of a line that is watched changed."""

    #: Which.
    line: WatchedLine
    #: How it is now.
    info: LineInfo


@dataclass(frozen=True)
class MessagesWaiting(Event):
    """Messages wait, or no longer (RFC 3842)."""

    #: Whose.
    account: Account
    #: Where it was watched; `None` when the server told it without being asked.
    mailbox: Optional[Mailbox]
    #: How many, of which kinds.
    summary: MessageSummary


@dataclass(frozen=True)
class Unreadable(Event):
    """What was told about a buddy, a line or a mailbox cannot be read. The subscription lives on, and what was known before stays."""

    #: Which.
    subscription: Subscription
    #: As it came in.
    notification: Notification
    #: What is wrong with it.
    error: MicrosipError


@dataclass(frozen=True)
class WatcherChanged(Event):
    """Somebody watches us, or no longer: a subscription to what an account serves."""

    #: Who.
    watcher: Watcher
    #: How far it is; in `WatcherState.PENDING` it waits for `Watcher.accept` or `Watcher.reject`.
    state: WatcherState
    #: Why it is not told any more; set in `WatcherState.ENDED`. A reason of somebody's own is a `str`.
    reason: Union[EndReason, str, None]


@dataclass(frozen=True)
class PublicationChanged(Event):
    """A publication of ours has another state, or was accepted anew after a change or in time (RFC 3903). One with code 412 tells that the
    server had forgotten it, and that it is on its way again.
    """

    #: Which.
    publication: Publication
    #: How it stands.
    info: PublicationInfo
