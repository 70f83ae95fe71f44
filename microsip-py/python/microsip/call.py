"""Calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

# By this name, what is loaded only when it is used.
import microsip

from ._digits import Entry
from ._handle import Handle
from .call_audio import CallAudio
from .call_config import (
    DtmfOptions,
    DtmfOptionsFields,
    HoldOptions,
    HoldOptionsFields,
    ReinviteOptions,
    ReinviteOptionsFields,
    RequestOptions,
    RequestOptionsFields,
    TransferOptions,
    TransferOptionsFields,
    UpdateOptions,
    UpdateOptionsFields,
)
from .config import (
    AnswerOptions,
    AnswerOptionsFields,
    HangUpOptions,
    HangUpOptionsFields,
    Headers,
    RejectOptions,
    RejectOptionsFields,
    Seconds,
    merged,
)
from .enums import CallState, HoldState
from .events import Events
from .exceptions import GoneError, NotRunningError, TimedOutError
from .info import CallEnd, CallInfo

if TYPE_CHECKING:
    # Messages.
    from types import TracebackType

    from typing_extensions import Self, Unpack

    from . import _microsip
    from .findings import AudioFinding
    from .messaging import SentMessage
    from .presence_config import Body, MessageOptions, MessageOptionsFields
    from .request import Request
    from .stats import StreamStats
    from .story import Story

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

    # Messages.

    def send_message(self, message: Union[Body, MessageOptions], **fields: Unpack[MessageOptionsFields]) -> SentMessage:
        """Sends a message in this call's dialog, from the first provisional answer on; otherwise as `Account.send_message`. It takes the
        way of the call's requests.

        Raises as that, and `WrongStateError` while there is no dialog yet, `GoneError` after the end.
        """
        options = message if isinstance(message, microsip.MessageOptions) else microsip.MessageOptions(message)
        return self._native.send_message(merged(microsip.MessageOptions, options, fields))

    def typing(self, typing: bool = True) -> None:
        """As `Account.typing`, in this call's dialog.

        Raises `WrongStateError` while there is no dialog yet, `GoneError` after the end.
        """
        self._native.typing(typing)

    # The end of messages.

    def hang_up(self, options: Optional[HangUpOptions] = None, **fields: Unpack[HangUpOptionsFields]) -> None:
        """Ends the call, whatever its state: BYE, CANCEL, or 603 for one that rings here.

        Raises `GoneError` when it has ended.
        """
        self._native.hang_up(merged(HangUpOptions, options, fields))

    def wait_for(self, state: Union[CallState, str], timeout: Optional[Seconds] = None) -> CallInfo:
        """Waits until the call has reached a state or a later one.

        Raises `TimedOutError` after `timeout` seconds (`None`: never); what ended the call when it ends before: `SipError` with the
        peer's status, `TransportError`, …, or `GoneError` when somebody simply hung up. ``"disconnected"`` is reached by every end, so
        nothing but the deadline is raised then, however the call failed: `CallInfo.end` tells, as does `wait_ended`.
        """
        return self._native.wait_for(state, timeout)

    async def wait_for_async(self, state: Union[CallState, str], timeout: Optional[Seconds] = None) -> CallInfo:
        """As `wait_for`."""
        return await self._native.wait_for_future(state, timeout)

    def wait_ended(self, timeout: Optional[Seconds] = None) -> CallEnd:
        """Waits until the call is over: how it ended.

        Raises `TimedOutError` after `timeout` seconds (`None`: never).
        """
        return self.wait_for(CallState.DISCONNECTED, timeout).end  # type: ignore[return-value]

    async def wait_ended_async(self, timeout: Optional[Seconds] = None) -> CallEnd:
        """As `wait_ended`."""
        return (await self.wait_for_async(CallState.DISCONNECTED, timeout)).end  # type: ignore[return-value]

    def events(self) -> Events:
        """What happens to the call from now on; ends with its `CallEnded`."""
        return Events(self._native.events())

    # While it rings here.

    def redirect(self, *contacts: str) -> None:
        """Sends an unanswered incoming call elsewhere: 302 with these contacts, the preferred one first (RFC 3261 section 21.3.3).

        Raises what `reject` raises, and `InvalidArgumentError` without a contact.
        """
        self._native.redirect(contacts)

    # Changes of a session that is up. Each is sent after those before it, at most eight wait; the outcome is a `SessionChanged`.

    def hold(self, options: Optional[HoldOptions] = None, **fields: Unpack[HoldOptionsFields]) -> None:
        """Holds the call: a re-INVITE with ``a=sendonly`` goes out (RFC 3264 section 8.4). Returns at once.

        What is played into the call goes on and is heard by the peer; recordings get silence. A refusal leaves the call as it was.
        Holding a held call is a success without a request.

        Raises `WrongStateError` before the call is up, `BusyError` when eight requests wait, `GoneError` after its end.
        """
        self._native.hold(merged(HoldOptions, options, fields))

    def resume(self, headers: Optional[Headers] = None) -> None:
        """Ends our hold: a re-INVITE with ``a=sendrecv`` and these headers goes out. The peer's own hold stays.

        Raises what `hold` raises.
        """
        self._native.resume(headers)

    def wait_hold(self, state: Union[HoldState, str], timeout: Optional[Seconds] = None) -> CallInfo:
        """Waits until the call is held by those who `state` says, `HoldState.NONE` for nobody.

        A peer that refuses is told by `SessionChanged`, not here: give a `timeout`.

        Raises `TimedOutError` after `timeout` seconds (`None`: never); what ended the call when it ends before.
        """
        return self._native.wait_media(HoldState(state), timeout)

    async def wait_hold_async(self, state: Union[HoldState, str], timeout: Optional[Seconds] = None) -> CallInfo:
        """As `wait_hold`."""
        return await self._native.wait_media_future(HoldState(state), timeout)

    def wait_media(self, timeout: Optional[Seconds] = None) -> CallInfo:
        """Waits until audio flows, which it may before the call is up (183).

        Raises what `wait_hold` raises.
        """
        return self._native.wait_media(None, timeout)

    async def wait_media_async(self, timeout: Optional[Seconds] = None) -> CallInfo:
        """As `wait_media`."""
        return await self._native.wait_media_future(None, timeout)

    def mute(self, yes: bool = True) -> None:
        """Mutes or unmutes what we send: the peer hears silence, whatever is played into the call. Nothing is signalled.

        Digits sent as RTP events get through. Holds for the whole call; may be set before audio flows.

        Raises `GoneError` after the call's end.
        """
        self._native.mute(yes)

    def reinvite(self, options: Optional[ReinviteOptions] = None, **fields: Unpack[ReinviteOptionsFields]) -> None:
        """Sends a re-INVITE with our current offer: codecs, addresses and direction anew.

        Raises what `hold` raises.
        """
        self._native.reinvite(merged(ReinviteOptions, options, fields))

    def update(self, options: Optional[UpdateOptions] = None, **fields: Unpack[UpdateOptionsFields]) -> None:
        """Sends an UPDATE with our current offer (RFC 3311). Unlike a re-INVITE it is answered at once, by the machine at the other end.

        Raises what `hold` raises. A peer whose ``Allow`` does not list UPDATE gives `UnsupportedError` in the outcome.
        """
        self._native.update(merged(UpdateOptions, options, fields))

    # Transfers.

    def transfer(self, target: str, options: Optional[TransferOptions] = None, **fields: Unpack[TransferOptionsFields]) -> None:
        """Sends the peer to `target` (blind transfer, RFC 5589 section 6): it is asked to call there, by REFER. Returns at once.

        What becomes of it is told by `TransferProgressed`, exactly one of them final. Then we hang up if it succeeded; if not, the call
        goes on.

        Raises `InvalidArgumentError` for a malformed target or a wrong option, `WrongStateError` unless the call is up (one that rings
        here is sent on by `redirect`), `BusyError` while another transfer of it is under way, `GoneError` after its end.
        """
        self._native.transfer(target, merged(TransferOptions, options, fields))

    def transfer_to(self, other: Call, options: Optional[TransferOptions] = None, **fields: Unpack[TransferOptionsFields]) -> None:
        """Connects the peers of two calls of ours (attended transfer, RFC 5589 section 7): this call's peer is asked to call the other's
        and to take our place there (``Replaces``, RFC 3891).

        The target ends the other call when it is replaced; should it not within 4 seconds of the success, we do. Otherwise as `transfer`.

        Raises what `transfer` raises; `WrongStateError` unless the other call is up, or came in and rings.
        """
        self._native.transfer_to(other, merged(TransferOptions, options, fields))

    # Digits.

    def send_dtmf(self, digits: str, options: Optional[DtmfOptions] = None, **fields: Unpack[DtmfOptionsFields]) -> None:
        """Sends digits one after the other: ``0-9 * # A-D``; a comma waits for a second. Returns once they are queued.

        Raises `InvalidArgumentError` for anything else or a time out of its range, `WrongStateError` while no audio flows,
        `UnsupportedError` when RTP events were asked for and the peer did not agree to them, `LimitReachedError` when more than 256
        wait, `GoneError` after the call's end. A digit that fails later is a `DtmfFailed`.
        """
        self._native.send_dtmf(digits, merged(DtmfOptions, options, fields))

    @property
    def typed(self) -> str:
        """The digits that the peer typed and that nobody has taken by `wait_dtmf` or `take_dtmf`, the newest 256 at most."""
        return self._native.typed(False)

    def take_dtmf(self) -> str:
        """Takes the digits of `typed`, without waiting: so that those typed before a question do not answer it."""
        return self._native.typed(True)

    def wait_dtmf(
        self,
        count: Optional[int] = None,
        until: Optional[str] = None,
        timeout: Optional[Seconds] = None,
        gap: Optional[Seconds] = None,
    ) -> str:
        """Waits for an entry of the peer's, takes its digits and returns them.

        An entry is complete with `count` digits (1 to 256), with one of the keys in `until`, which is not returned, or when no digit has
        followed the last for `gap` seconds. By default it ends with ``#``, and with a `count` with nothing else.

        Digits count from the call's beginning, whoever waited when: what is typed ahead is not lost, and a wait that fails takes none.

        Raises `TimedOutError` after `timeout` seconds (`None`: never), what ended the call when it ends before the entry is complete,
        `InvalidArgumentError` when nothing says when it is.
        """
        entry = Entry(count, until, timeout, gap, len(self.typed))
        while True:
            try:
                typed = self._native.wait_dtmf(entry.count, entry.until, entry.beyond, entry.piece())
            except TimedOutError as error:
                entry.late(error)
                return self.take_dtmf()
            if typed is not None:
                entry.typed = typed
                continue
            digits = self._native.take_entry(entry.count, entry.until)
            if digits is not None:
                return digits

    async def wait_dtmf_async(
        self,
        count: Optional[int] = None,
        until: Optional[str] = None,
        timeout: Optional[Seconds] = None,
        gap: Optional[Seconds] = None,
    ) -> str:
        """As `wait_dtmf`; a task that is cancelled takes none."""
        entry = Entry(count, until, timeout, gap, len(self.typed))
        while True:
            try:
                typed = await self._native.wait_dtmf_future(entry.count, entry.until, entry.beyond, entry.piece())
            except TimedOutError as error:
                entry.late(error)
                return self.take_dtmf()
            if typed is not None:
                entry.typed = typed
                continue
            # Nothing is awaited between here and the return, so a cancelled task has taken nothing.
            digits = self._native.take_entry(entry.count, entry.until)
            if digits is not None:
                return digits

    # What is known, and what is heard.

    def story(self) -> Story:
        """What was asked, sent, received and decided so far, as data and as text; the whole of it after the call's end."""
        return self._native.story()

    def stats(self) -> StreamStats:
        """Live statistics of the call's audio: all its streams so far, with `StreamStats.quality`.

        Raises `WrongStateError` while no audio flows, `GoneError` after the end; the final counts are in `CallInfo.stats`.
        """
        return self._native.stats()

    def check_audio(self) -> list[AudioFinding]:
        """Looks for what keeps the call from being heard; empty when nothing is wrong.

        What is missing is told when it has been missing for a second: ask a second or two after audio began.

        Raises `WrongStateError` while no audio runs, `GoneError` after the end.
        """
        return self._native.check_audio()

    # Requests in its dialog.

    def send_info(self, content_type: str, body: Union[bytes, bytearray, memoryview, str]) -> Request:
        """Sends INFO with a body of the application's (RFC 6086 section 3).

        Raises what `request` raises.
        """
        return self._native.send_info(content_type, body)

    def request(self, method: str, options: Optional[RequestOptions] = None, **fields: Unpack[RequestOptionsFields]) -> Request:
        """Sends a request of any method in this call's dialog, from the first provisional answer on. Returns at once.

        Raises `InvalidArgumentError` for a method that is no token or belongs to the engine (INVITE, BYE, REFER, …), or a malformed
        content type; `WrongStateError` while there is no dialog yet, `GoneError` after the end.
        """
        return self._native.request(method, merged(RequestOptions, options, fields))

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
