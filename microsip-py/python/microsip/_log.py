"""Log records of the engine, to Python's `logging`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Union

from . import _life, _microsip

if TYPE_CHECKING:
    import logging

__all__ = ["set_log_level"]

#: The engine's number of the level from which on a logger takes records if nobody says anything else.
_WARNING = 2

_fixed: Optional[int] = None


class _Loggers(NamedTuple):
    """What records are handed to."""

    library: logging.Logger
    pjsip: logging.Logger
    #: Of the engine's numbers.
    levels: tuple[int, ...]


_found: Optional[_Loggers] = None


def _loggers() -> _Loggers:
    """Loads `logging`, if nobody has: it takes as long as half of this package."""
    global _found
    if _found is None:
        import logging

        found = _Loggers(
            logging.getLogger("microsip"),
            logging.getLogger("microsip.pjsip"),
            (logging.CRITICAL, logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG),
        )
        # As libraries do: who sets up no logging gets none.
        found.library.addHandler(logging.NullHandler())
        _found = found
        # Its handlers are closed at the interpreter's end, before what was registered earlier: once more, then.
        _life.see_to_the_end()
    return _found


def _wanted(logger: logging.Logger, levels: tuple[int, ...]) -> int:
    """The engine's number of the most detailed level that a logger takes."""
    return max((number for number, level in enumerate(levels) if number and logger.isEnabledFor(level)), default=0)


def follow() -> None:
    """Looks at the loggers' levels."""
    if _fixed is not None:
        return
    if "logging" in sys.modules:
        loggers = _loggers()
        _microsip.set_log_levels(_wanted(loggers.library, loggers.levels), _wanted(loggers.pjsip, loggers.levels))
    else:
        _microsip.set_log_levels(_WARNING, _WARNING)


def begin() -> None:
    """Begins to hand records over; once."""
    _microsip.begin_log()
    follow()


def set_log_level(level: Union[int, str, None] = None) -> None:
    """Sets from which level on the engine's records come to the loggers ``microsip`` (its own) and ``microsip.pjsip`` (PJSIP's).

    `level` is one of `logging`'s, as a number or a name (``"DEBUG"``). With `None`, as at first, it is what each of the two loggers
    takes. Their levels are looked at when the package is imported, whenever an endpoint starts, whenever records are handed over, and
    by this function: call it after a logger that was silent was made to speak. Records that no logger takes are never made.

    How much PJSIP says at all is `EndpointConfig.log_level`. Records are handed over in a thread of their own, and carry the time and the
    thread of their making. Up to 4,096 wait; those beyond are lost, which a record then tells.

    Raises `ValueError` for a name that is none.
    """
    global _fixed
    if level is None:
        _fixed = None
        follow()
        return
    import logging

    number = logging.getLevelName(level) if isinstance(level, str) else level
    if isinstance(number, bool) or not isinstance(number, int):
        if isinstance(level, str):
            raise ValueError(f"{level!r} is no level of logging; expected something like 'DEBUG' or logging.DEBUG")
        raise TypeError(f"expected a level of logging, not {type(level).__name__}")
    _fixed = number
    wanted = max((engine for engine, known in enumerate(_loggers().levels) if engine and known >= number), default=0)
    _microsip.set_log_levels(wanted, wanted)


def _record(logger: logging.Logger, level: int, text: str, at: Optional[float], thread: Optional[str]) -> None:
    if not logger.isEnabledFor(level):
        return
    record = logger.makeRecord(logger.name, level, "(engine)", 0, text, (), None)
    if at is not None:
        record.relativeCreated += (at - record.created) * 1000
        record.created = at
        record.msecs = (at % 1) * 1000
        # Not the thread that hands it over.
        record.thread, record.threadName = None, thread or "?"
    try:
        logger.handle(record)
    except Exception as error:
        # Of a filter, or of a handler that does not keep its own errors.
        import types

        hook: Any = types.SimpleNamespace(
            exc_type=type(error), exc_value=error, exc_traceback=error.__traceback__, err_msg="a handler of the log failed", object=None
        )
        sys.unraisablehook(hook)


def deliver(batch: list[tuple[bool, int, float, Optional[str], str]], lost: int) -> None:
    """Hands over a batch: PJSIP's or the library's, level, time, thread, text."""
    library, pjsips, levels = _loggers()
    for pjsip, level, at, thread, text in batch:
        _record(pjsips if pjsip else library, levels[min(level, len(levels) - 1)], text, at, thread)
    if lost:
        _record(library, levels[_WARNING], f"{lost} log records were lost: they came faster than they could be handled", None, None)
    follow()
