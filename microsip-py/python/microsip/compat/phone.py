"""The phone that a settings file describes: in this process, or in another one over its control socket.

What is asked of it are requests, objects of JSON with a ``command``; what it answers and tells is JSON, too, with the names of
docs/control.md and docs/events.md. `microsip_api.MicroSIP` has a method for each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

from .. import _microsip
from .._subscription import Subscription
from ..call import Call
from ..config import Seconds
from ..enums import LogLevel
from ..exceptions import InvalidArgumentError
from .ini import PathLike, Place

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["Control", "Phone", "PhoneEvents", "ask_files", "control_socket", "data_files", "database"]

#: What JSON has.
Json = Any


def _text(request: Mapping[str, Any]) -> str:
    try:
        return json.dumps(dict(request), allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        # The words of json quote values, which may be secrets.
        raise InvalidArgumentError("request: a value cannot be written as JSON", reason="a value cannot be written as JSON") from None


class PhoneEvents(Subscription[dict[str, Json]]):
    """One subscription to what a phone tells: an iterator, an asynchronous one, and a context manager.

    Each event is a `dict` with the members ``event`` and, but for ``lagged``, ``time``. It ends with the phone or the connection. Several
    threads or tasks may read; each event goes to one of them.
    """

    __slots__ = ()
    _native: _microsip.PhoneTold


class Control:
    """The phone of a settings file that another process runs, such as the program ``microsip``. Any thread may use it.

    Raises `NotRunningError` when none runs, `ConfigError` when the socket's directory is not this user's alone, `UnsupportedError` for
    another version of the protocol.
    """

    __slots__ = ("__weakref__", "_native")

    def __init__(self, settings: Optional[PathLike] = None, directory: Optional[PathLike] = None) -> None:
        """`directory` is where its socket is, if that is not the usual place. A phone that starts or ends is waited for, up to 15 s."""
        from ..exceptions import ErrorKind, NotRunningError

        native = _microsip.Control.find(_microsip.choose_place(settings).settings, directory)
        if native is None:
            reason = "no phone runs for these settings"
            raise NotRunningError(f"control: {reason}", kind=ErrorKind.NOT_RUNNING, operation="control", reason=reason, code="not_running")
        self._native = native

    @classmethod
    def _of(cls, native: _microsip.Control) -> Control:
        self = object.__new__(cls)
        self._native = native
        return self

    @property
    def version(self) -> Optional[str]:
        """The version of the program that runs the phone."""
        return self._native.version

    @property
    def pid(self) -> Optional[int]:
        """The process that runs the phone."""
        return self._native.pid

    def request(self, request: Mapping[str, Any], timeout: Optional[Seconds] = 70) -> Json:
        """Sends a request, such as ``{"command": "call", "target": "123"}``, and waits for its result.

        Raises what the phone answers; `TimedOutError`, and it may still be done; `NotRunningError` when it was certainly not begun;
        `TransportError` when the connection ended before the reply, and nobody knows.
        """
        return self._native.request(_text(request), timeout)

    async def request_async(self, request: Mapping[str, Any], timeout: Optional[Seconds] = 70) -> Json:
        """As `request`. Cancelled, it may still be done."""
        return await self._native.request_future(_text(request), timeout)

    def line(self, text: str, timeout: Optional[Seconds] = 70) -> Json:
        """Sends a line of MicroSIP's own texts: ``/hangupall``, ``123``, ``action=call&number=123``. Raises as `request`."""
        return self._native.line(text, timeout)

    async def line_async(self, text: str, timeout: Optional[Seconds] = 70) -> Json:
        """As `line`."""
        return await self._native.line_future(text, timeout)

    def events(self, *names: str) -> PhoneEvents:
        """What the phone tells from now on: events of these names, all without."""
        return PhoneEvents(self._native.events(list(names)))

    def close(self) -> None:
        """Ends the connection; the phone goes on."""
        self._native.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()


class Phone:
    """A phone in this process: MicroSIP without its window. It owns the engine, so there is no `Endpoint` beside it.

    It registers the active account, keeps the rules for incoming calls, runs the hooks, writes the call list, and reads the settings again
    when the file changes. Wrong values in the file are no errors: they come as events.

    Raises `AlreadyRunningError` if there is an endpoint or a phone in this process, or, with `serve`, one of these settings in another one;
    `FileError` if the settings cannot be read.
    """

    __slots__ = ("__weakref__", "_native")

    def __init__(
        self,
        settings: Optional[PathLike] = None,
        password: Optional[str] = None,
        account: Optional[int] = None,
        log_level: Union[LogLevel, str, None] = None,
        close_timeout: Optional[Seconds] = None,
        serve: bool = False,
        directory: Optional[PathLike] = None,
    ) -> None:
        """`password` takes the place of the active account's in this run; `account` makes another one the active one, which is stored.

        `serve`: other programs, ``microsip`` among them, may command the phone over its socket, which is in `directory` or the usual place.
        """
        self._native = _microsip.Phone.start(settings, password, account, log_level, close_timeout, serve, directory)

    @classmethod
    def _of(cls, native: _microsip.Phone) -> Phone:
        self = object.__new__(cls)
        self._native = native
        return self

    @classmethod
    def join(
        cls,
        settings: Optional[PathLike] = None,
        password: Optional[str] = None,
        account: Optional[int] = None,
        log_level: Union[LogLevel, str, None] = None,
        close_timeout: Optional[Seconds] = None,
        directory: Optional[PathLike] = None,
    ) -> Union[Phone, Control]:
        """The phone of the settings that another process runs, or else one that is started here and serves its socket.

        There is no moment in which two would start.
        """
        native = _microsip.Phone.join(settings, password, account, log_level, close_timeout, directory)
        return Control._of(native) if isinstance(native, _microsip.Control) else Phone._of(native)

    @property
    def place(self) -> Place:
        """Its settings file, and what lies beside it."""
        return self._native.place

    def request(self, request: Mapping[str, Any]) -> Json:
        """Has a request done, such as ``{"command": "call", "target": "123"}``, and waits for its result, up to a minute.

        Raises what goes wrong with it; `InvalidArgumentError` for what is none; `NotRunningError` when the phone has ended.
        """
        return self._native.request(_text(request))

    async def request_async(self, request: Mapping[str, Any]) -> Json:
        """As `request`. Cancelled, it is done all the same."""
        return await self._native.request_future(_text(request))

    def line(self, text: str) -> Json:
        """Has a line of MicroSIP's own texts done: ``/hangupall``, ``123``, ``action=call&number=123``."""
        return self._native.line(text)

    async def line_async(self, text: str) -> Json:
        """As `line`."""
        return await self._native.line_future(text)

    def events(self) -> PhoneEvents:
        """What the phone tells from now on; the first subscription is told what happened since its start, too."""
        return PhoneEvents(self._native.events())

    def call(self, number: int, timeout: Optional[Seconds] = 2) -> Call:
        """The engine's handle of a call that requests and events name by this number: its audio, statistics, SIP messages.

        Raises `GoneError` when there is none within `timeout`, for a call that was made just now.
        """
        return self._native.call(number, timeout)

    @property
    def connections(self) -> int:
        """How many programs are connected to its socket."""
        return self._native.connections()

    def close(self) -> None:
        """Ends calls and registration, lets hooks finish, writes what is to be written. Again, it does nothing."""
        self._native.close()

    async def close_async(self) -> None:
        """As `close`."""
        import asyncio

        await asyncio.get_running_loop().run_in_executor(None, self._native.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        await self.close_async()


def ask_files(settings: Optional[PathLike], request: Mapping[str, Any]) -> Json:
    """Does a request about settings, accounts, contacts, history, messages, devices or codecs from the files of a phone that does not run.

    `NotImplemented` for a request that needs a phone.
    """
    return _microsip.from_files(settings, _text(request))


def database(settings: Optional[PathLike] = None) -> Path:
    """Where the database of calls and messages of a settings file is, or will be."""
    return _microsip.database(settings)


def data_files(settings: Optional[PathLike] = None) -> list[Path]:
    """Every file that a phone of these settings makes for itself, but recordings."""
    return _microsip.data_files(settings)


def control_socket(settings: Optional[PathLike] = None, directory: Optional[PathLike] = None) -> Path:
    """The control socket of a settings file; on Windows the name of its pipe."""
    return _microsip.socket_of(_microsip.choose_place(settings).settings, directory)
