"""Call history: an SQLite file of calls and messages, MicroSIP's own list, exports and imports."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Optional, TypedDict, Union

from .. import _microsip
from .._dataclass import dataclass
from ..config import Seconds, merged
from .contacts import Contact, ImportWarning
from .enums import CallType, Order, TimeFormat
from .ini import PathLike

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from typing_extensions import Self, Unpack

__all__ = [
    "CallQuery",
    "CallQueryFields",
    "CallRecord",
    "HistoryImport",
    "HistoryStore",
    "MessageRecord",
    "StoredCall",
    "StoredMessage",
    "call_of_line",
    "line_of_call",
    "read_calls",
    "write_calls",
]

#: A moment: an aware `datetime.datetime`, or seconds since 1970.
When = Union[datetime.datetime, float]


@dataclass(frozen=True)
class CallRecord:
    """A call of the history."""

    #: The peer: its user part, ``user@host`` if the host is not the account's domain.
    number: str
    #: The contact's or the peer's own name.
    name: str = ""
    #: Direction and fate.
    kind: Union[CallType, str] = CallType.OUTGOING
    #: Its start, to the second; read, it is a `datetime.datetime` in UTC.
    time: When = 0
    #: Seconds connected; 0 if it never was.
    duration: int = 0
    #: How it ended, in words.
    info: str = ""


@dataclass(frozen=True)
class StoredCall:
    """A call as the database has it."""

    #: The call.
    call: CallRecord
    #: Its key: grows, and is never used twice.
    id: int = 0
    #: The account it went over; may be empty.
    account: str = ""
    #: SIP Call-ID; may be empty.
    call_id: str = ""
    #: Path of the recording; may be empty.
    recording: str = ""


@dataclass(frozen=True)
class MessageRecord:
    """A text message of the history."""

    #: The peer.
    number: str
    #: Its name; may be empty.
    name: str = ""
    #: Sent by us.
    outgoing: bool = False
    #: When; read, it is a `datetime.datetime` in UTC.
    time: When = 0
    #: What it says.
    text: str = ""
    #: The SIP status its delivery ended with, 0 for none yet and for received ones.
    status: int = 0


@dataclass(frozen=True)
class StoredMessage:
    """A message as the database has it."""

    #: The message.
    message: MessageRecord
    #: Its key.
    id: int = 0


class CallQueryFields(TypedDict, total=False):
    """`CallQuery` as keywords."""

    number: Optional[str]
    exact: bool
    kinds: Optional[Sequence[Union[CallType, str]]]
    since: Optional[When]
    before: Optional[When]
    text: Optional[str]
    order: Union[Order, str]
    limit: Optional[int]
    offset: int


@dataclass(frozen=True)
class CallQuery:
    """Which calls, or messages: all conditions given must hold. Without any, all."""

    #: Of this number, in whatever way it is written; unless `exact`, with up to 3 extra leading characters on either side.
    number: Optional[str] = None
    #: Of exactly this number.
    exact: bool = False
    #: Of one of these types; messages have none.
    kinds: Optional[Sequence[Union[CallType, str]]] = None
    #: Begun at this moment or later.
    since: Optional[When] = None
    #: Begun before this moment.
    before: Optional[When] = None
    #: With this text in number, name or info (of a message: in its text), whatever the case.
    text: Optional[str] = None
    #: In this order.
    order: Union[Order, str] = Order.NEWEST_FIRST
    #: At most so many.
    limit: Optional[int] = None
    #: Without the first so many.
    offset: int = 0


@dataclass(frozen=True)
class HistoryImport:
    """What an import found."""

    #: The calls, in the order in which they stand there.
    calls: tuple[CallRecord, ...]
    #: What was passed over.
    warnings: tuple[ImportWarning, ...]


class HistoryStore:
    """An SQLite file with calls, messages and a copy of the contacts; any thread may use it, and any number of processes.

    It is a context manager that closes the file. Methods raise `FileError`, and `BusyError` when another process writes for too long.
    """

    __slots__ = ("__weakref__", "_native")

    def __init__(
        self,
        path: Optional[PathLike] = None,
        read_only: bool = False,
        max_calls: Optional[int] = None,
        max_messages: Optional[int] = None,
        busy_timeout: Optional[Seconds] = None,
    ) -> None:
        """Opens a file, or makes it; without a path it is in memory.

        `max_calls` and `max_messages` are how many are kept, 100,000 by default, 0 for no limit; the oldest go first. Raises `ConfigError`
        for another program's database, `UnsupportedError` for a newer one.
        """
        self._native = _microsip.HistoryStore.open(path, read_only, max_calls, max_messages, busy_timeout)

    def add_call(self, call: Union[StoredCall, CallRecord]) -> int:
        """Stores a call; its new id. Raises `InvalidArgumentError` without a number."""
        return self._native.add_call(call)

    def import_calls(self, calls: Iterable[CallRecord]) -> int:
        """Stores calls, all or none, but those that are there already. How many were new."""
        return self._native.import_calls(list(calls))

    def update_call(self, call: StoredCall) -> bool:
        """Writes a call in the place of the one with its id. Whether there was one."""
        return self._native.update_call(call)

    def call(self, id: int) -> Optional[StoredCall]:
        """The call with an id."""
        return self._native.call(id)

    def calls(self, query: Optional[CallQuery] = None, **fields: Unpack[CallQueryFields]) -> list[StoredCall]:
        """The calls a query asks for."""
        return self._native.calls(merged(CallQuery, query, fields))

    def count_calls(self, query: Optional[CallQuery] = None, **fields: Unpack[CallQueryFields]) -> int:
        """How many calls a query's conditions hold for, whatever its limit."""
        return self._native.count_calls(merged(CallQuery, query, fields))

    def delete_call(self, id: int) -> bool:
        """Deletes the call with an id. Whether there was one."""
        return self._native.delete_call(id)

    def delete_calls(self, query: CallQuery) -> int:
        """Deletes the calls a query's conditions hold for, whatever its limit; ``CallQuery()`` is all. How many."""
        return self._native.delete_calls(query)

    def add_message(self, message: MessageRecord) -> int:
        """Stores a message; its new id."""
        return self._native.add_message(message)

    def set_message_status(self, id: int, status: int) -> bool:
        """Writes what the delivery of a message ended with. Whether there was one."""
        return self._native.set_message_status(id, status)

    def messages(self, query: Optional[CallQuery] = None, **fields: Unpack[CallQueryFields]) -> list[StoredMessage]:
        """The messages a query asks for."""
        return self._native.messages(merged(CallQuery, query, fields))

    def delete_messages(self, query: CallQuery) -> int:
        """Deletes the messages a query's conditions hold for, whatever its limit. How many."""
        return self._native.delete_messages(query)

    def contacts(self) -> list[Contact]:
        """The copy of the contacts."""
        return self._native.contacts()

    def replace_contacts(self, contacts: Iterable[Contact]) -> None:
        """Replaces the copy of the contacts; a running phone does so by itself."""
        self._native.replace_contacts(list(contacts))

    def close(self) -> None:
        """Closes the file; using it afterwards raises `GoneError`."""
        self._native.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()


def write_calls(
    calls: Iterable[CallRecord],
    format: str = "csv",
    times: Union[TimeFormat, str] = TimeFormat.RFC3339,
    bom: bool = False,
    guard_formulas: bool = True,
) -> bytes:
    """Calls as ``csv`` or ``xml`` as MicroSIP exports them, or as ``json``; see `write_contacts_csv` for the last two arguments."""
    return _microsip.write_calls(list(calls), format, times, bom, guard_formulas)


def read_calls(content: bytes, format: str = "csv", guard_formulas: bool = True) -> HistoryImport:
    """Reads what `write_calls` and MicroSIP write. Raises `ConfigError` for what is malformed."""
    return _microsip.read_calls(content, format, guard_formulas)


def line_of_call(call: CallRecord) -> str:
    """The line of a call in ``[Calls]``: ``number;name;type;time;duration;info``, at most 255 characters."""
    return _microsip.line_of_call(call)


def call_of_line(line: str) -> Optional[CallRecord]:
    """The call of a line in ``[Calls]``; `None` for a deleted one."""
    return _microsip.call_of_line(line)
