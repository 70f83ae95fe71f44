"""The phone: attached to the one that runs, or owning one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar, Union, overload
from weakref import WeakSet

import microsip
from microsip import CallState
from microsip.compat import Control, Phone, Place, choose_place
from microsip.compat.ini import PathLike
from microsip.config import Seconds
from microsip.exceptions import ErrorKind

from ._errors import error, understood
from .calls import PhoneCall, call_apart, made
from .contacts import Contacts
from .events import EventStream, Handler, Handlers, PhoneEvent, check_names, deadline
from .history import History
from .settings import Settings
from .status import AccountStatus, CallStatus, PhoneStatus, registered

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["MicroSIP"]

_F = TypeVar("_F", bound=Handler)

#: How long the phone may take for anything but a call that is waited for: it gives up registration after 40 s itself.
PATIENCE = 70.0


class MicroSIP:
    """The phone of a settings file, and all that belongs to it.

    `ini` is the settings file (`microsip.compat.choose_place`); `None` is the user's own. With the `mode` ``"auto"`` it commands the
    phone that runs for these settings (the program ``microsip``, another Python program), and becomes the phone when none does, so that
    others can command it; ``"attach"`` and ``"own"`` insist on one of the two.

    `password` takes the place of the active account's in this run, and `account` makes another account the active one; both are for a
    phone that is started here. As a context manager, with or without ``async``, it closes itself: a phone that was started here ends, one
    that another process runs goes on. Any thread may use it. What is asked waits for the phone's answer, mostly for microseconds;
    `dial`, `call`, `send_message` and ``wait…`` may take long and have twins whose name ends in ``_async``.

    Raises `NotRunningError` when there is no phone to attach to, `AlreadyRunningError` when another process owns the settings, or this one
    an endpoint.
    """

    def __init__(
        self,
        ini: Optional[PathLike] = None,
        mode: str = "auto",
        *,
        password: Optional[str] = None,
        account: Optional[int] = None,
        directory: Optional[PathLike] = None,
    ) -> None:
        self._phone: Union[Phone, Control]
        self._place = choose_place(ini)
        if mode == "auto":
            self._phone = Phone.join(ini, password, account, directory=directory)
        elif mode == "attach":
            self._phone = Control(ini, directory)
        elif mode == "own":
            self._phone = Phone(ini, password, account, serve=True, directory=directory)
        else:
            raise error(ErrorKind.INVALID_ARGUMENT, "MicroSIP", f"{mode!r} is no mode; auto, attach and own are")
        self._handlers = Handlers(self)
        self._streams: WeakSet[EventStream] = WeakSet()
        self._lock = threading.Lock()
        self._closed = False
        self._settings = Settings(phone=self)
        self._contacts = Contacts(phone=self)
        self._history = History(phone=self)

    # --- what belongs to it

    @property
    def is_own(self) -> bool:
        """Whether the phone is in this process."""
        return isinstance(self._phone, Phone)

    @property
    def place(self) -> Place:
        """Its settings file, and what lies beside it."""
        return self._place

    @property
    def settings(self) -> Settings:
        """The settings: a mapping that is written to the file, and acted upon at once."""
        return self._settings

    @property
    def contacts(self) -> Contacts:
        """The contacts."""
        return self._contacts

    @property
    def history(self) -> History:
        """The calls and messages that were."""
        return self._history

    # --- asking

    def request(self, command: str, **fields: Any) -> Any:
        """Has any request of the phone done (docs/control.md, `Request` of the Rust library); fields that are `None` are left out.

        Raises what goes wrong with it; `NotRunningError` when the phone has ended.
        """
        request = _request(command, fields)
        self._check_open(command)
        if isinstance(self._phone, Phone):
            return self._phone.request(request)
        return self._phone.request(request, timeout=_patience(request))

    async def request_async(self, command: str, **fields: Any) -> Any:
        """As `request`. Cancelled, it may still be done."""
        request = _request(command, fields)
        self._check_open(command)
        if isinstance(self._phone, Phone):
            return await self._phone.request_async(request)
        return await self._phone.request_async(request, timeout=_patience(request))

    def line(self, text: str) -> Any:
        """Has a line of MicroSIP's own texts done: ``/hangupall``, ``123``, ``123 a message``, ``action=call&number=123``."""
        self._check_open("line")
        return self._phone.line(text)

    async def line_async(self, text: str) -> Any:
        """As `line`."""
        self._check_open("line")
        return await self._phone.line_async(text)

    def status(self) -> PhoneStatus:
        """How everything is."""
        return PhoneStatus.of(self.request("status"))

    def accounts(self) -> list[AccountStatus]:
        """The accounts of the settings, and their registrations."""
        with understood():
            return [AccountStatus.of(view) for view in self.request("accounts")]

    def calls(self) -> list[CallStatus]:
        """The calls there are."""
        with understood():
            return [CallStatus.of(view) for view in self.request("calls")]

    def call_of(self, id: int) -> PhoneCall:
        """Names a call by its number; asks nothing."""
        return PhoneCall(self, id)

    def handle_of(self, id: int) -> microsip.Call:
        """The engine's handle of a call; see `PhoneCall.handle`."""
        self._check_open("call")
        if not isinstance(self._phone, Phone):
            raise error(ErrorKind.UNSUPPORTED, "call", 'another process runs the phone; own it with mode="own" for that')
        return self._phone.call(id)

    def devices(self) -> list[dict[str, Any]]:
        """The sound devices: ``id``, ``name``, ``direction``, ``default``."""
        devices: list[dict[str, Any]] = self.request("devices")
        return devices

    def codecs(self) -> list[str]:
        """The codecs, the preferred one first, as ``NAME/RATE/CHANNELS``."""
        codecs: list[str] = self.request("codecs")
        return codecs

    # --- calls

    def call(self, target: str, secure: bool = False) -> PhoneCall:
        """Calls a number, a name or a URI, as a person types it: prefix and dial plan apply. `secure` demands TLS.

        Without registration it waits for it, up to 40 s; returns when the INVITE is sent. Raises `InvalidArgumentError` for what cannot be
        called, `BusyError` in single-call mode (``singleMode``) while there is a call.
        """
        return made(self, self.request("call", target=target, secure=secure))

    async def call_async(self, target: str, secure: bool = False) -> PhoneCall:
        """As `call`. A task that is cancelled leaves nothing ringing."""
        return await call_apart(lambda: self.call(target, secure))

    def dial(self, target: str, timeout: Optional[Seconds] = None, secure: bool = False) -> PhoneCall:
        """As `call`, and waits until the call is up. When that fails, or is interrupted, nothing is left ringing.

        Raises what `call` and `PhoneCall.wait_for` raise.
        """
        with self.events("call") as events:
            call = self.call(target, secure)
            try:
                call._follow(events, CallState.CONFIRMED, timeout, new=True)
            except BaseException:
                call._leave()
                raise
            return call

    async def dial_async(self, target: str, timeout: Optional[Seconds] = None, secure: bool = False) -> PhoneCall:
        """As `dial`; a task that is cancelled sends CANCEL."""
        async with self.events("call") as events:
            call = await self.call_async(target, secure)
            try:
                await call._follow_async(events, CallState.CONFIRMED, timeout, new=True)
            except GeneratorExit:
                call._leave()
                raise
            except BaseException:
                await call._leave_async()
                raise
            return call

    def redial(self) -> PhoneCall:
        """Calls the last number again. Raises `WrongStateError` when there was none."""
        return made(self, self.request("redial"))

    def voicemail(self) -> PhoneCall:
        """Calls the account's ``voicemailNumber``. Raises `ConfigError` when it has none."""
        return made(self, self.request("voicemail"))

    def pickup(self, number: str) -> PhoneCall:
        """Takes the call that rings at another extension, by ``featureCodeCP``."""
        return made(self, self.request("pickup", number=number))

    def answer(self, call: Union[PhoneCall, int, None] = None) -> None:
        """Answers an incoming call; without one, the first that waits. Raises `WrongStateError` when none does."""
        self.request("answer", call=_number(call))

    def reject(self, call: Union[PhoneCall, int, None] = None, code: int = 486) -> None:
        """Rejects an incoming call with a SIP status from 300 to 699; without one, the first that waits."""
        self.request("reject", call=_number(call), code=code)

    def redirect(self, target: str, call: Union[PhoneCall, int, None] = None) -> None:
        """Sends an incoming call elsewhere (302)."""
        self.request("redirect", call=_number(call), target=target)

    def hangup(self, call: Union[PhoneCall, int, None] = None) -> None:
        """Ends a call, or rejects it with 486; without one: the selected, else any, else one that waits."""
        self.request("hangup", call=_number(call))

    def hangup_all(self) -> None:
        """Ends every call but unanswered incoming ones."""
        self.request("hangup_all")

    def hangup_incoming(self) -> None:
        """Rejects every unanswered incoming call with 603."""
        self.request("hangup_incoming")

    def hangup_calling(self) -> None:
        """Ends every outgoing call that is not answered yet."""
        self.request("hangup_calling")

    def hold(self, call: Union[PhoneCall, int, None] = None) -> None:
        """Holds a call; without one, the selected."""
        self.request("hold", call=_number(call), state="on")

    def resume(self, call: Union[PhoneCall, int, None] = None) -> None:
        """Takes a call back from hold; without one, the selected."""
        self.request("hold", call=_number(call), state="off")

    def mute(self, side: str = "microphone", on: bool = True) -> None:
        """Makes the ``microphone`` or the ``speaker`` silent for all calls, or, with ``on=False``, heard again."""
        self.request("mute", side=side, state="on" if on else "off")

    def unmute(self, side: str = "microphone") -> None:
        """Takes `mute` back."""
        self.mute(side, on=False)

    def volume(self, percent: int, side: str = "speaker") -> None:
        """Sets the volume of the ``speaker`` or the ``microphone``, 0 to 100 percent; it is stored."""
        self.request("volume", side=side, percent=percent)

    def dtmf(self, digits: str, call: Union[PhoneCall, int, None] = None) -> None:
        """Sends keys of ``0-9 A-D * #``, as the setting ``DTMFMethod`` says; a comma is a pause of a second."""
        self.request("dtmf", call=_number(call), digits=digits)

    def transfer(self, target: Union[str, PhoneCall], call: Union[PhoneCall, int, None] = None) -> None:
        """Transfers a call to a number (blind), or to the peer of another call of ours (attended); without `call`, the selected."""
        if isinstance(target, PhoneCall):
            self.request("transfer_to", call=_number(call), other=target.id)
        else:
            self.request("transfer", call=_number(call), target=target)

    def conference(self, leave: Union[PhoneCall, int, None] = None) -> None:
        """Joins all calls that are up into a conference, or takes one out again."""
        self.request("conference", leave=_number(leave))

    # --- messages and presence

    def send_message(self, to: str, text: str) -> None:
        """Sends a text (MESSAGE, RFC 3428) and waits for its fate; prefix and dial plan do not apply.

        Raises `SipError` and its like when it was not delivered.
        """
        self.request("message", to=to, text=text)

    async def send_message_async(self, to: str, text: str) -> None:
        """As `send_message`."""
        await self.request_async("message", to=to, text=text)

    def presence(self, status: str, note: Optional[str] = None) -> None:
        """Tells others how we are: ``online``, ``away``, ``busy``, ``on_the_phone``, ``do_not_disturb``, ``offline``, or ``auto``."""
        self.request("presence", status=status, note=note)

    # --- accounts and buttons

    def use_account(self, number: int) -> None:
        """Makes ``[AccountN]`` the active account, which is stored; 0 for none."""
        self.request("account", number=number)

    def set_password(self, password: str, account: Optional[int] = None) -> None:
        """Stores the password of an account; without one it replaces the active account's until the phone ends."""
        self.request("password", number=account, password=password)

    def register(self) -> None:
        """Registers anew; returns at once."""
        self.request("register")

    def unregister(self) -> None:
        """Removes the registration; returns at once."""
        self.request("unregister")

    def dnd(self, on: bool = True) -> None:
        """Do not disturb: callers are told that we are busy. It is stored, as are the other buttons."""
        self._button("dnd", on)

    def auto_answer(self, on: bool = True) -> None:
        """Answers incoming calls by itself, as the setting ``autoAnswer`` says."""
        self._button("auto_answer", on)

    def auto_conference(self, on: bool = True) -> None:
        """Joins calls into a conference by itself."""
        self._button("auto_conference", on)

    def forwarding(self, on: bool = True) -> None:
        """Forwards incoming calls, as the setting ``forwarding`` says."""
        self._button("forwarding", on)

    def _button(self, button: str, on: bool) -> None:
        self.request("button", button=button, state="on" if on else "off")

    # --- events

    def events(self, *names: str) -> EventStream:
        """What the phone tells from now on: events of these names (`EVENT_NAMES`), all without; ``lagged`` besides.

        Raises `InvalidArgumentError` for a name there is not.
        """
        check_names(names)
        self._check_open("events")
        source = self._phone.events() if isinstance(self._phone, Phone) else self._phone.events(*names)
        stream = EventStream(self, source, names)
        with self._lock:
            self._streams.add(stream)
            closed = self._closed
        if closed and not self.is_own:
            stream.close()
        return stream

    @overload
    def on(self, names: Union[str, Iterable[str]], function: _F) -> _F: ...
    @overload
    def on(self, names: Union[str, Iterable[str]]) -> Callable[[_F], _F]: ...
    def on(self, names: Union[str, Iterable[str]], function: Optional[_F] = None) -> Union[_F, Callable[[_F], _F]]:
        """Calls a function with each event of a name, of some, or of all (``"*"``); also a decorator: ``@phone.on("incoming")``.

        Functions are called one after the other in a thread of their own, and may use the phone; their exceptions are logged. An
        asynchronous one runs in the event loop in which it was given. When the phone is gone without a word, ``closed`` has the reason
        ``lost``; once it runs again, the next `on` brings all functions back.
        """
        wanted = (names,) if isinstance(names, str) else tuple(names)
        wanted = () if "*" in wanted else wanted
        check_names(wanted)

        def add(function: _F) -> _F:
            self._handlers.add(wanted, function)
            return function

        return add if function is None else add(function)

    def off(self, function: Handler) -> bool:
        """Calls a function no more. Whether it was called before."""
        return self._handlers.remove(function)

    def wait_for(self, name: str, /, timeout: Optional[Seconds] = None, **fields: Any) -> PhoneEvent:
        """Waits for the next event of a name whose fields have these values: ``wait_for("incoming", from_user="100")``.

        Raises `TimedOutError` after `timeout` seconds (`None`: never), `NotRunningError` when the phone ends.
        """
        left = deadline(timeout)
        with self.events(name) as events:
            while (event := events.next(left())) is not None:
                if _fits(event, name, fields):
                    return event
        raise error(ErrorKind.NOT_RUNNING, "wait", "the phone has ended")

    async def wait_for_async(self, name: str, /, timeout: Optional[Seconds] = None, **fields: Any) -> PhoneEvent:
        """As `wait_for`."""
        left = deadline(timeout)
        async with self.events(name) as events:
            while (event := await events.next_async(left())) is not None:
                if _fits(event, name, fields):
                    return event
        raise error(ErrorKind.NOT_RUNNING, "wait", "the phone has ended")

    def wait_registered(self, timeout: Optional[Seconds] = None) -> AccountStatus:
        """Waits until the active account is registered.

        Raises `TimedOutError` after `timeout` seconds (`None`: never), what the registrar or the network said as soon as it is known,
        `WrongStateError` without an account that registers.
        """
        left = deadline(timeout)
        with self.events("registration") as events:
            while (account := registered(self.request("accounts"))) is None:
                if events.next(left()) is None:
                    raise error(ErrorKind.NOT_RUNNING, "register", "the phone has ended")
        return account

    async def wait_registered_async(self, timeout: Optional[Seconds] = None) -> AccountStatus:
        """As `wait_registered`."""
        left = deadline(timeout)
        async with self.events("registration") as events:
            while (account := registered(await self.request_async("accounts"))) is None:
                if await events.next_async(left()) is None:
                    raise error(ErrorKind.NOT_RUNNING, "register", "the phone has ended")
        return account

    # --- the end

    def reload(self) -> list[str]:
        """Reads the settings file again; the keys that changed, as ``Section/key``. It is watched anyway."""
        answer = self.request("reload")
        with understood():
            return list(answer["changed"])

    def exit(self) -> None:
        """Ends the phone, whoever runs it: calls, registration, all of it."""
        self.request("exit")

    def close(self) -> None:
        """Lets go of the phone: one that was started here ends, one that another process runs goes on. Again, it does nothing.

        Who waits for an event is told that no more will come. It may be called by a function that was given to `on`.
        """
        with self._lock:
            self._closed = True
            streams = list(self._streams)
        self._phone.close()
        if not self.is_own:
            # Those of a phone that ends tell so, and end by themselves.
            for stream in streams:
                stream.close()
        self._handlers.close()
        self._history.close()

    async def close_async(self) -> None:
        """As `close`."""
        await asyncio.get_running_loop().run_in_executor(None, self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        await self.close_async()

    def _check_open(self, operation: str) -> None:
        if self._closed:
            # Not "gone", which would say so of a call that another process goes on with.
            raise error(ErrorKind.NOT_RUNNING, operation, "the phone was closed")

    def __repr__(self) -> str:
        how = "own" if self.is_own else "attached"
        return f"<microsip_api.MicroSIP {str(self._place.settings)!r}, {how}>"


def _request(command: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {"command": command, **{name: value for name, value in fields.items() if value is not None}}


def _patience(request: dict[str, Any]) -> Optional[float]:
    return None if "until" in request else PATIENCE


def _number(call: Union[PhoneCall, int, None]) -> Optional[int]:
    return call.id if isinstance(call, PhoneCall) else call


def _fits(event: PhoneEvent, name: str, fields: dict[str, Any]) -> bool:
    return event.name == name and all(event.get(key) == value for key, value in fields.items())
