"""Publishing event state (RFC 3903): telling a server, which tells whoever watches."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Optional, Union

from ._dataclass import dataclass
from ._handle import Handle
from .exceptions import MicrosipError
from .presence_enums import PublicationState

if TYPE_CHECKING:
    from . import _microsip
    from .account import Account
    from .config import Seconds
    from .presence_config import Body

__all__ = ["Publication", "PublicationInfo"]


@dataclass(frozen=True)
class PublicationInfo:
    """A publication at one moment."""

    #: How far it is.
    state: PublicationState
    #: The final status of the last PUBLISH, the server's or one made up for want of an answer.
    code: Optional[int]
    #: The lifetime last granted, in seconds.
    expires: Optional[float]
    #: The server's name for what it has (``SIP-ETag``); `None` if it has nothing of ours.
    etag: Optional[str]
    #: Failures in a row.
    failures: int
    #: When it is tried again; in `PublicationState.RETRYING` only.
    next_retry: Optional[datetime.datetime]
    #: What went wrong; `None` while all is well. With `PublicationState.REMOVED`: the server did not confirm it, and what it has runs out
    #: by itself.
    error: Optional[MicrosipError]


class Publication(Handle):
    """A piece of event state at a server. Letting go of this object changes nothing: `remove` ends it.

    It is refreshed five seconds before it runs out (half-way, if it lives for less than ten), always under the ``SIP-ETag`` the server gave
    last. A server that has forgotten it (412) is told anew, one that wants a longer lifetime (423) gets it, and what may pass (no answer,
    5xx, a lost connection) is tried again with the pauses of `PublishOptions.retry`, and at once when the network changes. There is one
    PUBLISH under way at a time (RFC 3903 section 4.1): of several updates in the meantime the newest is sent.
    """

    __slots__ = ()
    _native: _microsip.Publication

    @property
    def account(self) -> Account:
        """Whose state it is."""
        return self._native.account

    @property
    def package(self) -> str:
        """The event package."""
        return self._native.package

    @property
    def info(self) -> PublicationInfo:
        """How it stands. Never waits."""
        return self._native.info

    @property
    def state(self) -> PublicationState:
        """How far it is."""
        return self._native.state

    def wait_for(self, state: Union[PublicationState, str], timeout: Optional[Seconds] = None) -> PublicationInfo:
        """Waits until it is in this state. After `update`, `PublicationState.PUBLISHED` means the new body.

        Raises `TimedOutError` after `timeout` seconds (`None`: never); its own error, or `GoneError`, when it has failed for good or was
        removed meanwhile and another state was wanted.
        """
        return self._native.wait_for(state, timeout)

    async def wait_for_async(self, state: Union[PublicationState, str], timeout: Optional[Seconds] = None) -> PublicationInfo:
        """As `wait_for`."""
        return await self._native.wait_for_future(state, timeout)

    def wait_published(self, timeout: Optional[Seconds] = None) -> PublicationInfo:
        """Waits until the server has the newest body; raises what `wait_for` raises."""
        return self.wait_for(PublicationState.PUBLISHED, timeout)

    async def wait_published_async(self, timeout: Optional[Seconds] = None) -> PublicationInfo:
        """As `wait_published`."""
        return await self.wait_for_async(PublicationState.PUBLISHED, timeout)

    def update(self, body: Body) -> None:
        """Publishes another body of the same type in place of the old (RFC 3903 section 4.4); returns at once.

        Raises `InvalidArgumentError` for an empty body or one above 48,000 bytes, `GoneError` when it was removed.
        """
        self._native.update(body)

    def refresh(self) -> None:
        """Refreshes it before it is due; one that waits to be tried again, or failed, is tried now. Raises `GoneError` when it was
        removed.
        """
        self._native.refresh()

    def remove(self) -> None:
        """Removes it: PUBLISH with ``Expires: 0`` (RFC 3903 section 4.5). `PublicationState.REMOVED` is told when that is answered. One
        that was removed already stays so.
        """
        self._native.remove()
