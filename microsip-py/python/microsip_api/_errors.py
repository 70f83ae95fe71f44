"""Exceptions for what a phone tells rather than answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Optional

from microsip.exceptions import BY_KIND, ErrorKind, MicrosipError


def error(kind: ErrorKind, operation: str, reason: str, code: str = "", sip_status: Optional[int] = None) -> MicrosipError:
    """An exception of the class that stands for a kind."""
    text = f"{operation}: {reason}"
    return BY_KIND[kind](text, kind=kind, operation=operation, reason=reason, code=code or kind.value, sip_status=sip_status)


@contextmanager
def understood() -> Iterator[None]:
    """What is read in this block is an answer of a phone, which may be of another version, or no phone at all."""
    try:
        yield
    except (KeyError, ValueError, TypeError, AttributeError) as e:
        if isinstance(e, MicrosipError):
            raise
        raise error(ErrorKind.UNSUPPORTED, "phone", "its answer is not understood; is it of another version?") from e


def of_end(event: Mapping[str, Any]) -> MicrosipError:
    """Why a call ended, from its last event or state."""
    status = event.get("code")
    sip_status = status if isinstance(status, int) and status >= 300 else None
    told = event.get("error")
    if isinstance(told, Mapping):
        try:
            kind = ErrorKind(told.get("kind"))
        except ValueError:
            kind = ErrorKind.INTERNAL
        operation, _, reason = str(told.get("message", "")).partition(": ")
        return error(kind, operation, reason or operation, str(told.get("code", "")), sip_status)
    if sip_status is not None:
        return error(ErrorKind.SIP, "call", f"the peer answered {sip_status} {event.get('reason', '')}".rstrip(), "", sip_status)
    return error(ErrorKind.GONE, "call", "the call has ended")
