"""The other side of subscriptions: who watches us, and telling them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

from ._handle import Handle
from .presence_enums import EndReason, WatcherState, WatchPolicy

if TYPE_CHECKING:
    from . import _microsip
    from .account import Account
    from .config import Headers
    from .message import Message
    from .presence_config import Body

__all__ = ["Notifier", "Watcher"]


class Notifier(Handle):
    """A package that an account serves. Letting go of this object changes nothing: `stop` ends it."""

    __slots__ = ()
    _native: _microsip.Notifier

    @property
    def id(self) -> int:
        """The number of its account, which serves each package once."""
        return self._native.id

    @property
    def account(self) -> Account:
        """Whose address is watched."""
        return self._native.account

    @property
    def package(self) -> str:
        """The event package."""
        return self._native.package

    def set_state(self, content_type: str, body: Body, headers: Optional[Headers] = None) -> None:
        """Tells all who watch, and who will: a NOTIFY each, with these headers. Where one is under way the newest state follows it;
        states in between are not told.

        Raises `InvalidArgumentError` for a malformed content type or a body beyond 48,000 bytes, `GoneError` when the package is not served
        any more.
        """
        self._native.set_state(content_type, body, headers)

    def set_policy(self, policy: Union[WatchPolicy, str]) -> None:
        """Sets who may watch from now on; who was let in stays. Raises `GoneError` when the package is not served any more."""
        self._native.set_policy(policy)

    @property
    def watchers(self) -> list[Watcher]:
        """Who watches, oldest first; those that wait for a decision too."""
        return self._native.watchers()

    def stop(self) -> None:
        """Serves it no longer: watchers are told (``terminated;reason=noresource``), new ones answered 489."""
        self._native.stop()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Notifier) and (other.id, other.package) == (self.id, self.package)

    def __hash__(self) -> int:
        return hash((Notifier, self.id, self.package))

    def __repr__(self) -> str:
        return f"<microsip.Notifier {self.package} of account {self.id}>"


class Watcher(Handle):
    """Somebody who watches us: a subscription to a package that an account serves."""

    __slots__ = ()
    _native: _microsip.Watcher

    @property
    def account(self) -> Account:
        """Who is watched."""
        return self._native.account

    @property
    def package(self) -> str:
        """The event package."""
        return self._native.package

    @property
    def from_(self) -> str:
        """Who watches: the From of its SUBSCRIBE, without tag. What it says of itself: nobody has verified it."""
        return self._native.from_

    @property
    def request(self) -> Message:
        """The SUBSCRIBE that began it."""
        return self._native.request

    @property
    def state(self) -> WatcherState:
        """How far it is."""
        return self._native.state

    @property
    def end_reason(self) -> Union[EndReason, str, None]:
        """Why it is not told any more; set in `WatcherState.ENDED`."""
        return self._native.end_reason

    def accept(self) -> None:
        """Lets it in: it is told the present state, and changes. Nothing happens when it is in already. Raises `GoneError` when it has
        ended.
        """
        self._native.accept()

    def reject(self) -> None:
        """Turns it away, now or later: ``terminated;reason=rejected``. Raises `GoneError` when it has ended."""
        self._native.reject()

    def end(self, reason: Union[EndReason, str]) -> None:
        """Ends it for a reason, which tells whether it may come again. Raises `GoneError` when it has ended."""
        self._native.end(reason)

    def notify(self, content_type: str, body: Body, headers: Optional[Headers] = None) -> None:
        """Tells this watcher alone something. One that waits for a decision is told it when it is let in.

        Raises `GoneError` when it has ended, `InvalidArgumentError` as `Notifier.set_state`.
        """
        self._native.notify(content_type, body, headers)
