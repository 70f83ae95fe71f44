"""Calls and messages that were, as queries over the phone's SQLite database."""

from __future__ import annotations

import dataclasses
import datetime
import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Optional, TypeVar, Union

from microsip.compat import (
    CallQuery,
    CallQueryFields,
    CallRecord,
    HistoryStore,
    IniFile,
    Order,
    StoredCall,
    StoredMessage,
    TimeFormat,
    call_of_line,
    choose_place,
    database,
    read_calls,
    write_calls,
)
from microsip.compat.ini import PathLike
from microsip.config import merged
from microsip.exceptions import ErrorKind, NotRunningError, WrongStateError

from ._errors import error

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self, Unpack

    from .phone import MicroSIP

__all__ = ["Calls", "History", "Messages"]

#: So many are read at once while one iterates.
PAGE = 500

_T = TypeVar("_T", StoredCall, StoredMessage)


class _Found(Generic[_T]):
    """A query that has not been asked yet: iterating asks, a page at a time; it can be asked again."""

    def __init__(self, store: HistoryStore, query: CallQuery) -> None:
        self._store = store
        self._query = query

    @property
    def query(self) -> CallQuery:
        """What is asked."""
        return self._query

    def _page(self, query: CallQuery) -> list[_T]:
        raise NotImplementedError

    def _when(self, it: _T) -> Union[datetime.datetime, float]:
        raise NotImplementedError

    def _time(self, it: _T) -> float:
        """In whole seconds, as the database has it."""
        when = self._when(it)
        return when.timestamp() if isinstance(when, datetime.datetime) else when

    def filter(self, **fields: Unpack[CallQueryFields]) -> Self:
        """The same with other conditions, or more of them."""
        return type(self)(self._store, merged(CallQuery, self._query, fields))

    def __iter__(self) -> Iterator[_T]:
        query, left = self._query, self._query.limit
        seen: set[int] = set()
        at: Optional[float] = None
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left + len(seen))
            page = self._page(dataclasses.replace(query, limit=size))
            new = [it for it in page if it.id not in seen]
            yield from new
            if len(page) < size:
                return
            left = None if left is None else left - len(new)
            # From the time of the last one, and not by their count, which changes when some are deleted or new ones come meanwhile.
            first, last = self._time(page[0]), self._time(page[-1])
            if first == last and (self._query.offset or not new):
                query = dataclasses.replace(query, offset=query.offset + size)
                continue
            seen = {it.id for it in page if self._time(it) == last} | (seen if last == at else set())
            at = last
            if Order(query.order) is Order.NEWEST_FIRST:
                query = dataclasses.replace(query, before=last + 1, offset=0)
            else:
                query = dataclasses.replace(query, since=last, offset=0)

    def all(self) -> list[_T]:
        """All that are found."""
        return list(self)

    def first(self) -> Optional[_T]:
        """The first that is found."""
        found = self._page(dataclasses.replace(self._query, limit=1))
        return found[0] if found else None

    def __getitem__(self, key: Union[int, slice]) -> Union[_T, list[_T]]:
        if isinstance(key, int):
            if key < 0:
                raise IndexError("count from the start; order the other way for the end")
            found = self._page(dataclasses.replace(self._query, offset=self._query.offset + key, limit=1))
            if not found or (self._query.limit is not None and key >= self._query.limit):
                raise IndexError("there are not so many")
            return found[0]
        start, stop = key.start or 0, key.stop
        if start < 0 or (stop is not None and stop < start) or key.step not in (None, 1):
            raise IndexError("a slice is from some place to a later one")
        limit = None if stop is None else stop - start
        if self._query.limit is not None:
            left = max(0, self._query.limit - start)
            limit = left if limit is None else min(limit, left)
        return list(type(self)(self._store, dataclasses.replace(self._query, offset=self._query.offset + start, limit=limit)))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._query!r}>"


class Calls(_Found[StoredCall]):
    """Calls of the history, newest first unless told: iterable, with slices, `filter`, `count` and `delete`."""

    def _page(self, query: CallQuery) -> list[StoredCall]:
        return self._store.calls(query)

    def _when(self, it: StoredCall) -> Union[datetime.datetime, float]:
        return it.call.time

    def count(self) -> int:
        """How many the conditions hold for, whatever the limit."""
        return self._store.count_calls(self._query)

    def __len__(self) -> int:
        count = max(0, self.count() - self._query.offset)
        return count if self._query.limit is None else min(count, self._query.limit)

    def delete(self) -> int:
        """Deletes all that the conditions hold for, whatever the limit. How many."""
        return self._store.delete_calls(self._query)

    def export(self, format: str = "csv", path: Optional[PathLike] = None, times: Union[TimeFormat, str] = TimeFormat.RFC3339) -> bytes:
        """As ``csv`` or ``xml`` as MicroSIP exports them, or as ``json``; written to a file if one is given."""
        content = write_calls((it.call for it in self), format, times)
        if path is not None:
            Path(path).write_bytes(content)
        return content


class Messages(_Found[StoredMessage]):
    """Messages of the history, newest first unless told: iterable, with slices, `filter` and `delete`."""

    def _page(self, query: CallQuery) -> list[StoredMessage]:
        return self._store.messages(query)

    def _when(self, it: StoredMessage) -> Union[datetime.datetime, float]:
        return it.message.time

    def delete(self) -> int:
        """Deletes all that the conditions hold for, whatever the limit. How many."""
        return self._store.delete_messages(self._query)


class History:
    """The call history: ``for it in phone.history.calls(kinds=["missed"], since=yesterday): …``.

    `MicroSIP.history` is that of a phone. ``History("microsip.ini")``, or ``History()`` for the user's own, needs none; a path that ends in
    ``.db`` is the database itself. It is made if it is not there. As a context manager it closes itself.
    """

    def __init__(self, ini: Optional[PathLike] = None, *, phone: Optional[MicroSIP] = None) -> None:
        self._phone = phone
        self._file: Optional[Path] = None
        self._settings: Optional[Path] = None
        if ini is not None and Path(ini).suffix.lower() == ".db":
            self._file = Path(ini)
        else:
            self._settings = (choose_place(ini) if phone is None else phone.place).settings
        self._opened: Optional[Path] = None
        self._lock = threading.Lock()
        self._store: Optional[HistoryStore] = None

    @property
    def path(self) -> Path:
        """The SQLite file, which other programs may read at any time; ``databaseFile`` says where it is."""
        return self._file or database(self._settings)

    @property
    def store(self) -> HistoryStore:
        """The database itself, once the phone has written to it all that was.

        Raises `NotRunningError` once the phone was closed, `WrongStateError` when it keeps no database, `FileError`, `BusyError`.
        """
        path = self.path
        if self._phone is not None:
            self._phone._check_open("history")
            try:
                self._phone.request("messages", limit=0)
            except NotRunningError:
                # It has ended; what it wrote is there.
                pass
            except WrongStateError:
                # It keeps no database; there may be an old one.
                if not path.exists():
                    raise
        with self._lock:
            if self._store is None or self._opened != path:
                # Queries that are under way keep the former one.
                self._store, self._opened = HistoryStore(path), path
            return self._store

    def calls(self, query: Optional[CallQuery] = None, **fields: Unpack[CallQueryFields]) -> Calls:
        """Calls, by any conditions of `CallQuery`; all without."""
        return Calls(self.store, merged(CallQuery, query, fields))

    def messages(self, query: Optional[CallQuery] = None, **fields: Unpack[CallQueryFields]) -> Messages:
        """Messages, by any conditions of `CallQuery` but `CallQuery.kinds`; all without."""
        return Messages(self.store, merged(CallQuery, query, fields))

    def __iter__(self) -> Iterator[StoredCall]:
        return iter(self.calls())

    def __len__(self) -> int:
        return self.calls().count()

    def get(self, id: int) -> Optional[StoredCall]:
        """The call with an id."""
        return self.store.call(id) if _is_id(id) else None

    def delete(self, id: int) -> bool:
        """Deletes the call with an id. Whether there was one."""
        return _is_id(id) and self.store.delete_call(id)

    def import_calls(self, source: Union[PathLike, bytes, Iterable[CallRecord]], format: Optional[str] = None) -> int:
        """Takes over calls: a file, its bytes with their `format` (``csv``, ``xml``, ``json``, ``ini``), or records. How many were new.

        The format of a file is that of its name unless told. ``ini`` is a ``microsip.ini``, whose call list is read.
        """
        records: Iterable[CallRecord]
        if isinstance(source, (bytes, str, os.PathLike)):
            content = source if isinstance(source, bytes) else Path(source).read_bytes()
            kind = format or ("" if isinstance(source, bytes) else Path(source).suffix[1:].lower())
            if kind == "ini":
                lines = IniFile.parse(content).calls().values()
                records = [it for it in map(call_of_line, lines) if it is not None]
            elif kind:
                records = read_calls(content, kind).calls
            else:
                raise error(ErrorKind.INVALID_ARGUMENT, "history", "in which format? csv, xml, json and ini are there")
        else:
            records = source
        return self.store.import_calls(records)

    def export(self, format: str = "csv", path: Optional[PathLike] = None, times: Union[TimeFormat, str] = TimeFormat.RFC3339) -> bytes:
        """All calls, the oldest first; see `Calls.export`."""
        return self.calls(order="oldest_first").export(format, path, times)

    def recordings(self) -> Iterator[StoredCall]:
        """The calls that were recorded and whose file is still there."""
        return (it for it in self.calls() if it.recording and Path(it.recording).is_file())

    def close(self) -> None:
        """Closes the database; asking again opens it, unless it was that of a phone which is closed."""
        with self._lock:
            store, self._store = self._store, None
        if store is not None:
            store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()


def _is_id(id: int) -> bool:
    """Whether the database could have it."""
    return 0 <= id < 1 << 63
