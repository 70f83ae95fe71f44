"""Transfers (RFC 3515, RFC 5589): sending a peer elsewhere, and being sent elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ._dataclass import dataclass
from ._handle import Handle
from .config import CallOptions, CallOptionsFields, merged
from .enums import TransferState
from .exceptions import MicrosipError
from .message import Message

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from . import _microsip
    from .call import Call
    from .info import Replaces

__all__ = ["TransferProgress", "TransferRequest"]


@dataclass(frozen=True)
class TransferProgress:
    """News of a transfer of ours. Exactly one of them is final."""

    #: How far it has come.
    state: TransferState
    #: The newest status: of the answer to the REFER, or of the peer's call as its NOTIFY tells; 408 when nothing was heard in time.
    code: int
    #: Its phrase.
    reason: str
    #: Why it failed.
    error: Optional[MicrosipError]
    #: The peer's message that brought the news.
    message: Optional[Message]

    @property
    def is_final(self) -> bool:
        """Whether no more news will come."""
        return self.state not in (TransferState.ACCEPTED, TransferState.PROGRESS)


class TransferRequest(Handle):
    """Somebody asks us to call somebody else (REFER).

    It has been answered 202 by now; the sender is told the decision by NOTIFY. Undecided for 60 seconds, or forgotten, it is declined.
    """

    __slots__ = ()
    _native: _microsip.TransferRequest

    @property
    def call(self) -> Optional[Call]:
        """The call whose peer asks; `None` for a request outside any call."""
        return self._native.call

    @property
    def account(self) -> int:
        """The number of the account the call would be made with."""
        return self._native.account

    @property
    def target(self) -> str:
        """Whom we are asked to call, as name-addr without headers."""
        return self._native.target

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that the new INVITE is to have, those of ``Refer-To`` that strangers may set."""
        return self._native.headers

    @property
    def replaces(self) -> Optional[Replaces]:
        """The dialog of the target that we are to take over (attended transfer)."""
        return self._native.replaces

    @property
    def referred_by(self) -> Optional[str]:
        """Who asks, as the request says (``Referred-By``, RFC 3892); not proven."""
        return self._native.referred_by

    @property
    def message(self) -> Message:
        """The REFER."""
        return self._native.message

    def accept(self, options: Optional[CallOptions] = None, **fields: Unpack[CallOptionsFields]) -> Call:
        """Makes the call. Its progress is reported to whoever asked, and that party ends the old call.

        Raises `WrongStateError` when it was decided before, `GoneError` when it expired or was withdrawn, and what `Account.call` raises,
        which is reported to whoever asked.
        """
        return self._native.accept(merged(CallOptions, options, fields))

    def reject(self, status: int = 603) -> None:
        """Declines, with a status from 300 to 699.

        Raises `InvalidArgumentError` for another status, else as `accept`.
        """
        self._native.reject(status)
