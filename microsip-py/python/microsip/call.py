"""Calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

from ._handle import Handle
from .call_audio import CallAudio
from .config import (
    AnswerOptions,
    AnswerOptionsFields,
    HangUpOptions,
    HangUpOptionsFields,
    RejectOptions,
    RejectOptionsFields,
    Seconds,
    merged,
)
from .enums import CallState
from .events import Events
from .exceptions import GoneError, NotRunningError
from .info import CallInfo

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self, Unpack

    from . import _microsip

__all__ = ["Call"]


class Call(CallAudio, Handle):
    """A call. Letting go of this object sends nothing: the call goes on until somebody ends it.

    As a context manager it hangs up when the block is left, also by an exception or a cancelled task.
    """

    __slots__ = ()
    _native: _microsip.Call

    @property
    def info(self) -> CallInfo:
        """How it is now; the last there was, after it has ended. Never waits."""
        return self._native.info

    @property
    def state(self) -> CallState:
        """Where it is in its life."""
        return self._native.state

    def answer(self, status: int = 200, options: Optional[AnswerOptions] = None, **fields: Unpack[AnswerOptionsFields]) -> None:
        """Answers an incoming call: 200 takes it, 180 lets it ring, 183 begins early media.

        Raises `WrongStateError` for an outgoing call, or one that is answered; `GoneError` when it has ended.
        """
        self._native.answer(status, merged(AnswerOptions, options, fields))

    def reject(self, status: int = 486, options: Optional[RejectOptions] = None, **fields: Unpack[RejectOptionsFields]) -> None:
        """Rejects an incoming call with a status from 300 to 699: 486 is busy, 603 declines."""
        self._native.reject(status, merged(RejectOptions, options, fields))

    def hang_up(self, options: Optional[HangUpOptions] = None, **fields: Unpack[HangUpOptionsFields]) -> None:
        """Ends the call, whatever its state: BYE, CANCEL, or 603 for one that rings here.

        Raises `GoneError` when it has ended.
        """
        self._native.hang_up(merged(HangUpOptions, options, fields))

    def wait_for(self, state: Union[CallState, str], timeout: Optional[Seconds] = None) -> CallInfo:
        """Waits until the call has reached a state or a later one.

        Raises `TimedOutError` after `timeout` seconds (`None`: never); what ended the call when it ends before: `SipError` with the
        peer's status, `TransportError`, …, or `GoneError` when somebody simply hung up.
        """
        return self._native.wait_for(state, timeout)

    async def wait_for_async(self, state: Union[CallState, str], timeout: Optional[Seconds] = None) -> CallInfo:
        """As `wait_for`."""
        return await self._native.wait_for_future(state, timeout)

    def events(self) -> Events:
        """What happens to the call from now on; ends with its `CallEnded`."""
        return Events(self._native.events())

    def _leave(self) -> None:
        try:
            self._native.hang_up(HangUpOptions())
        except (GoneError, NotRunningError):
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self._leave()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self._leave()
