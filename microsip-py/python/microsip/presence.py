"""Who or what is watched: buddies (RFC 3856), lines (RFC 4235), mailboxes (RFC 3842)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Generic, Optional, TypeVar, Union

from ._deadline import Deadline
from ._handle import Handle
from .dialog_info import LineInfo
from .message_summary import MessageSummary
from .presence_enums import LineState, Presence
from .presence_status import PresenceStatus
from .subscription import Subscription

if TYPE_CHECKING:
    from . import _microsip
    from .config import Seconds

__all__ = ["Buddy", "Mailbox", "WatchedLine"]

_T = TypeVar("_T")


class _Watched(Handle, Generic[_T]):
    """What is watched: a subscription, and the newest that was told in it."""

    __slots__ = ()
    _native: Any

    @property
    def subscription(self) -> Subscription:
        """The subscription behind it: how it stands, how it is refreshed."""
        subscription: Subscription = self._native.subscription
        return subscription

    @property
    def target(self) -> str:
        """Who or what is watched, as it was given."""
        return str(self._native.target)

    def unwatch(self) -> None:
        """Ends the subscription; see `Subscription.unsubscribe`."""
        self._native.unwatch()

    def wait(self, look: Optional[Callable[[_T], object]] = None, timeout: Optional[Seconds] = None) -> _T:
        """Waits until `look` finds true what was told last, or is told later; without it, until anything was told. What that was.

        `look` runs in this thread, and its exceptions end the wait. Raises `TimedOutError` after `timeout` seconds (`None`: never),
        `GoneError` when the subscription ends before.
        """
        deadline, seen = Deadline(timeout), None
        while True:
            told, seen = self._native.wait_newer(seen, deadline.left())
            if look is None or look(told):
                return told  # type: ignore[no-any-return]

    async def wait_async(self, look: Optional[Callable[[_T], object]] = None, timeout: Optional[Seconds] = None) -> _T:
        """As `wait`."""
        deadline, seen = Deadline(timeout), None
        while True:
            told, seen = await self._native.wait_newer_future(seen, deadline.left())
            if look is None or look(told):
                return told  # type: ignore[no-any-return]


class Buddy(_Watched[PresenceStatus]):
    """Somebody whose presence is watched (RFC 3856). Letting go of this object changes nothing: `unwatch` ends it."""

    __slots__ = ()
    _native: _microsip.Buddy

    @property
    def status(self) -> Optional[PresenceStatus]:
        """What was told last; `None` until something was. It stays when the subscription ends: `presence` knows."""
        return self._native.status

    @property
    def presence(self) -> Presence:
        """In one word; `Presence.UNKNOWN` while the subscription is not active."""
        return self._native.presence

    def wait_for(self, presence: Union[Presence, str], timeout: Optional[Seconds] = None) -> PresenceStatus:
        """Waits until they are like this.

        Raises `TimedOutError` after `timeout` seconds (`None`: never), `GoneError` when the subscription ends before.
        """
        return self._native.wait_for(presence, timeout)

    async def wait_for_async(self, presence: Union[Presence, str], timeout: Optional[Seconds] = None) -> PresenceStatus:
        """As `wait_for`."""
        return await self._native.wait_for_future(presence, timeout)


class WatchedLine(_Watched[LineInfo]):
    """A line whose calls are watched (RFC 4235), for a busy lamp. Letting go of this object changes nothing: `unwatch` ends it.

    To pick up a call that rings there::

        ringing = line.info.ringing
        account.call(ringing.remote.target or ringing.remote.identity, replaces=ringing.replaces_at_remote())
    """

    __slots__ = ()
    _native: _microsip.WatchedLine

    @property
    def info(self) -> Optional[LineInfo]:
        """What is known; `None` until something was told. It stays when the subscription ends: `state` knows."""
        return self._native.info

    @property
    def state(self) -> LineState:
        """In one word; `LineState.UNKNOWN` while the subscription is not active."""
        return self._native.state

    def wait_for(self, state: Union[LineState, str], timeout: Optional[Seconds] = None) -> LineInfo:
        """Waits until the line is like this.

        Raises `TimedOutError` after `timeout` seconds (`None`: never), `GoneError` when the subscription ends before.
        """
        return self._native.wait_for(state, timeout)

    async def wait_for_async(self, state: Union[LineState, str], timeout: Optional[Seconds] = None) -> LineInfo:
        """As `wait_for`."""
        return await self._native.wait_for_future(state, timeout)


class Mailbox(_Watched[MessageSummary]):
    """A mailbox that is watched (RFC 3842). Letting go of this object changes nothing: `unwatch` ends it."""

    __slots__ = ()
    _native: _microsip.Mailbox

    @property
    def summary(self) -> Optional[MessageSummary]:
        """What was told last; `None` until something was."""
        return self._native.summary
