"""Subscriptions to what others tell (RFC 6665)."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Optional, Union

from ._dataclass import dataclass
from ._handle import Handle
from .exceptions import MicrosipError
from .message import Message
from .presence_enums import EndReason, SubscriptionState

if TYPE_CHECKING:
    from . import _microsip
    from .account import Account
    from .config import Seconds

__all__ = ["Notification", "Subscription", "SubscriptionInfo"]


@dataclass(frozen=True)
class SubscriptionInfo:
    """A subscription at one moment."""

    #: How far it is.
    state: SubscriptionState
    #: Why the notifier ended it last; `None` if it did not. A reason of its own is a `str`.
    reason: Union[EndReason, str, None]
    #: The final status of the last SUBSCRIBE, the peer's or one made up for want of an answer.
    code: Optional[int]
    #: The lifetime last granted, in seconds.
    expires: Optional[float]
    #: Failures in a row.
    failures: int
    #: When it is tried again; in `SubscriptionState.RETRYING` only.
    next_retry: Optional[datetime.datetime]
    #: What went wrong; `None` while all is well, and after an end that was asked for.
    error: Optional[MicrosipError]


@dataclass(frozen=True)
class Notification:
    """A NOTIFY."""

    #: As it came in.
    message: Message
    #: Counted from 1 for each subscription, failures and new dialogs notwithstanding.
    number: int
    #: What it said of the subscription: ``active``, ``pending``, ``terminated`` or a word of the notifier's own.
    state: str
    #: Which of several notifiers it is from, where a SUBSCRIBE was forked (RFC 6665 section 4.3): the tag of its dialog.
    notifier: str

    @property
    def content_type(self) -> str:
        """The body's type in lower case, without parameters; empty when there is no body."""
        return self.message.content_type

    @property
    def body(self) -> bytes:
        """The body."""
        return self.message.body


class Subscription(Handle):
    """A subscription to an event package. Letting go of this object changes nothing: `unsubscribe` ends it.

    It is refreshed in time, begun anew when the peer has forgotten it (481), ended it for a while, or went away, with the pauses of
    `SubscribeOptions.retry`, and when the network changes. What will not help again ends it: a refusal (403, 489, ``rejected``), a target
    that does not exist (404, ``noresource``).
    """

    __slots__ = ()
    _native: _microsip.Subscription

    @property
    def account(self) -> Account:
        """Who subscribes."""
        return self._native.account

    @property
    def target(self) -> str:
        """What is watched, as it was given."""
        return self._native.target

    @property
    def package(self) -> str:
        """The event package."""
        return self._native.package

    @property
    def info(self) -> SubscriptionInfo:
        """How it stands. Never waits."""
        return self._native.info

    @property
    def state(self) -> SubscriptionState:
        """How far it is."""
        return self._native.state

    @property
    def notification(self) -> Optional[Notification]:
        """The newest NOTIFY with a body."""
        return self._native.notification

    def wait_for(self, state: Union[SubscriptionState, str], timeout: Optional[Seconds] = None) -> SubscriptionInfo:
        """Waits until it is in this state.

        Raises `TimedOutError` after `timeout` seconds (`None`: never); its own error, or `GoneError`, when it has ended meanwhile and
        another state was wanted.
        """
        return self._native.wait_for(state, timeout)

    async def wait_for_async(self, state: Union[SubscriptionState, str], timeout: Optional[Seconds] = None) -> SubscriptionInfo:
        """As `wait_for`."""
        return await self._native.wait_for_future(state, timeout)

    def wait_active(self, timeout: Optional[Seconds] = None) -> SubscriptionInfo:
        """Waits until changes are told; raises what `wait_for` raises."""
        return self.wait_for(SubscriptionState.ACTIVE, timeout)

    async def wait_active_async(self, timeout: Optional[Seconds] = None) -> SubscriptionInfo:
        """As `wait_active`."""
        return await self.wait_for_async(SubscriptionState.ACTIVE, timeout)

    def wait_notification(self, after: int = 0, timeout: Optional[Seconds] = None) -> Notification:
        """Waits for a NOTIFY with a body that is newer than `after` (a `Notification.number`; 0 takes any).

        Raises `TimedOutError` after `timeout` seconds (`None`: never), `GoneError` when the subscription ends before.
        """
        return self._native.wait_notification(after, timeout)

    async def wait_notification_async(self, after: int = 0, timeout: Optional[Seconds] = None) -> Notification:
        """As `wait_notification`."""
        return await self._native.wait_notification_future(after, timeout)

    def refresh(self) -> None:
        """Asks for the present state at once, by a SUBSCRIBE before it is due; one that waits to be tried again is tried now.

        Raises `GoneError` when it has ended.
        """
        self._native.refresh()

    def unsubscribe(self) -> None:
        """Ends it: SUBSCRIBE with ``Expires: 0`` (RFC 6665 section 4.1.2.3). The last NOTIFY is awaited in the background; then
        `SubscriptionState.ENDED` is told. One that has ended already stays so.
        """
        self._native.unsubscribe()
