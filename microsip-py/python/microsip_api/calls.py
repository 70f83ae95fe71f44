"""Calls of the phone."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

import microsip
from microsip import CallState
from microsip.config import Seconds
from microsip.exceptions import ErrorKind, GoneError, MicrosipError

from ._errors import error, of_end, understood
from .events import deadline
from .status import CallStatus

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from .events import EventStream, PhoneEvent
    from .phone import MicroSIP

__all__ = ["PhoneCall"]

_ORDER = [CallState.CALLING, CallState.INCOMING, CallState.EARLY, CallState.CONNECTING, CallState.CONFIRMED, CallState.DISCONNECTED]


def made(phone: MicroSIP, answer: Any) -> PhoneCall:
    """The call that an answer names."""
    with understood():
        return PhoneCall(phone, answer["call"])


async def call_apart(make: Callable[[], PhoneCall]) -> PhoneCall:
    """Makes a call in a thread, for the event loop may end before it is known which call that is. Cancelled, it hangs up."""
    asked: Future[PhoneCall] = Future()
    asked.set_running_or_notify_cancel()
    left = threading.Event()

    def ask() -> None:
        try:
            call = make()
        except BaseException as e:
            asked.set_exception(e)
            return
        asked.set_result(call)
        if left.is_set():
            call._leave()

    threading.Thread(target=ask, name="microsip-call", daemon=True).start()
    try:
        return await asyncio.wrap_future(asked)
    except asyncio.CancelledError:
        left.set()
        if asked.done() and asked.exception() is None:
            threading.Thread(target=asked.result()._leave, name="microsip-call", daemon=True).start()
        raise


class PhoneCall:
    """Names a call of the phone; cheap, and harmless once the call has ended: what needs it raises `GoneError` then.

    As a context manager it hangs up when the block is left, also by an exception or a cancelled task.
    """

    __slots__ = ("__weakref__", "_id", "_phone")

    def __init__(self, phone: MicroSIP, id: int) -> None:
        self._phone = phone
        self._id = id

    @property
    def id(self) -> int:
        """Its number, as the phone tells it."""
        return self._id

    @property
    def status(self) -> CallStatus:
        """How it is now. Asks the phone."""
        return self._among(self._phone.request("calls"))

    async def status_async(self) -> CallStatus:
        """As `status`."""
        return self._among(await self._phone.request_async("calls"))

    def _among(self, views: Any) -> CallStatus:
        with understood():
            for view in views:
                if view["call"] == self._id:
                    return CallStatus.of(view)
        raise self._gone()

    def _gone(self) -> MicrosipError:
        return error(ErrorKind.GONE, "call", f"call {self._id} has ended")

    @property
    def state(self) -> CallState:
        """Where it is in its life; `CallState.DISCONNECTED` when it has ended."""
        try:
            return self.status.state
        except GoneError:
            return CallState.DISCONNECTED

    def answer(self) -> None:
        """Answers it, if it comes in. Raises `WrongStateError`."""
        self._phone.request("answer", call=self._id)

    def reject(self, code: int = 486) -> None:
        """Rejects it, if it comes in, with a SIP status from 300 to 699."""
        self._phone.request("reject", call=self._id, code=code)

    def redirect(self, target: str) -> None:
        """Sends it elsewhere (302), if it comes in."""
        self._phone.request("redirect", call=self._id, target=target)

    def hangup(self) -> None:
        """Ends it, whatever its state."""
        self._phone.request("hangup", call=self._id)

    def hold(self) -> None:
        """Holds it. Returns once the request is queued; the event ``hold`` tells the outcome."""
        self._phone.request("hold", call=self._id, state="on")

    def resume(self) -> None:
        """Takes it back from hold."""
        self._phone.request("hold", call=self._id, state="off")

    def dtmf(self, digits: str) -> None:
        """Sends keys of ``0-9 A-D * #``, as the setting ``DTMFMethod`` says; a comma is a pause of a second."""
        self._phone.request("dtmf", call=self._id, digits=digits)

    def transfer(self, target: Union[str, PhoneCall]) -> None:
        """Transfers it: to a number (blind), or to the peer of another call of ours (attended)."""
        if isinstance(target, PhoneCall):
            self._phone.request("transfer_to", call=self._id, other=target._id)
        else:
            self._phone.request("transfer", call=self._id, target=target)

    def select(self) -> None:
        """Makes it the one that commands without a call mean."""
        self._phone.request("select", call=self._id)

    def record(self, on: bool = True) -> Optional[Path]:
        """Records it, or ends that; the file that is written."""
        answer = self._phone.request("record", call=self._id, state="on" if on else "off")
        with understood():
            path = answer["file"]
            return None if path is None else Path(path)

    def quality(self) -> dict[str, Any]:
        """How good and how loud it is: ``received_dbov``, ``sent_dbov``, and ``statistics`` (docs/statistics.md).

        Raises `WrongStateError` while no audio flows.
        """
        answer: dict[str, Any] = self._phone.request("quality", call=self._id)
        return answer

    async def quality_async(self) -> dict[str, Any]:
        """As `quality`."""
        answer: dict[str, Any] = await self._phone.request_async("quality", call=self._id)
        return answer

    @property
    def handle(self) -> microsip.Call:
        """The engine's handle: its audio, SIP messages and all else that `microsip.Call` has.

        Raises `UnsupportedError` when another process runs the phone.
        """
        return self._phone.handle_of(self._id)

    def wait_for(self, state: Union[CallState, str], timeout: Optional[Seconds] = None) -> CallStatus:
        """Waits until it has reached a state or a later one; waiting for the end gives how it was last known.

        Raises `TimedOutError` after `timeout` seconds (`None`: never); what ended the call when it ends before (`SipError` with
        the peer's status, …), or `GoneError` when somebody simply hung up.
        """
        with self._phone.events("call") as events:
            return self._follow(events, CallState(state), timeout)

    async def wait_for_async(self, state: Union[CallState, str], timeout: Optional[Seconds] = None) -> CallStatus:
        """As `wait_for`."""
        async with self._phone.events("call") as events:
            return await self._follow_async(events, CallState(state), timeout)

    def wait_answered(self, timeout: Optional[Seconds] = None) -> CallStatus:
        """As `wait_for` with `CallState.CONFIRMED`."""
        return self.wait_for(CallState.CONFIRMED, timeout)

    async def wait_answered_async(self, timeout: Optional[Seconds] = None) -> CallStatus:
        """As `wait_answered`."""
        return await self.wait_for_async(CallState.CONFIRMED, timeout)

    def wait_ended(self, timeout: Optional[Seconds] = None) -> None:
        """Waits until it has ended. Raises `TimedOutError`."""
        try:
            self.wait_for(CallState.DISCONNECTED, timeout)
        except GoneError:
            pass

    async def wait_ended_async(self, timeout: Optional[Seconds] = None) -> None:
        """As `wait_ended`."""
        try:
            await self.wait_for_async(CallState.DISCONNECTED, timeout)
        except GoneError:
            pass

    def _follow(self, events: EventStream, state: CallState, timeout: Optional[Seconds], new: bool = False) -> CallStatus:
        """`new`: the events are older than the call, so that its end is among them."""
        left = deadline(timeout)
        # What was before the subscription is asked for.
        try:
            status = self.status
        except GoneError:
            if not new:
                raise
            while True:
                event = events.next(left())
                if event is None or self._is_its_end(event):
                    return self._after_the_end(state, event)
        while not _reached(status.state, state):
            event = events.next(left())
            if event is None:
                raise error(ErrorKind.NOT_RUNNING, "call", "the phone has ended")
            changed = self._judged(event, state, status)
            status = self.status if changed is True else changed or status
        return status

    async def _follow_async(self, events: EventStream, state: CallState, timeout: Optional[Seconds], new: bool = False) -> CallStatus:
        left = deadline(timeout)
        try:
            status = await self.status_async()
        except GoneError:
            if not new:
                raise
            while True:
                event = await events.next_async(left())
                if event is None or self._is_its_end(event):
                    return self._after_the_end(state, event)
        while not _reached(status.state, state):
            event = await events.next_async(left())
            if event is None:
                raise error(ErrorKind.NOT_RUNNING, "call", "the phone has ended")
            changed = self._judged(event, state, status)
            status = await self.status_async() if changed is True else changed or status
        return status

    def _is_its_end(self, event: PhoneEvent) -> bool:
        return event.name == "lagged" or (event.get("call") == self._id and event.get("state") == CallState.DISCONNECTED.value)

    def _after_the_end(self, wanted: CallState, event: Optional[PhoneEvent]) -> CallStatus:
        if event is None or event.name == "lagged":
            raise self._gone()
        if wanted is not CallState.DISCONNECTED:
            raise of_end(event)
        return CallStatus.of(event)

    def _judged(self, event: PhoneEvent, wanted: CallState, status: CallStatus) -> Union[CallStatus, bool]:
        """The status after an event; `True` to ask for it; `False` if it does not concern us."""
        if event.name == "lagged":
            return True
        if event.get("call") != self._id:
            return False
        if event.get("state") == CallState.DISCONNECTED.value and wanted is not CallState.DISCONNECTED:
            raise of_end(event)
        # What events do not tell stays.
        known = {"number": status.number, "name": status.name, "hold": status.hold.value, "selected": status.selected}
        return CallStatus.of({**known, **event.fields})

    def _leave(self) -> None:
        try:
            self.hangup()
        except MicrosipError:
            pass

    async def _leave_async(self) -> None:
        # Once it is asked it is done, even if the task is cancelled again.
        try:
            await self._phone.request_async("hangup", call=self._id)
        except MicrosipError:
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self._leave()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        await self._leave_async()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PhoneCall) and other._id == self._id and other._phone is self._phone

    def __hash__(self) -> int:
        return hash((id(self._phone), self._id))

    def __repr__(self) -> str:
        return f"<microsip_api.PhoneCall {self._id}>"


def _reached(now: CallState, wanted: CallState) -> bool:
    if now is CallState.DISCONNECTED:
        return wanted is CallState.DISCONNECTED
    return _ORDER.index(now) >= _ORDER.index(wanted)
