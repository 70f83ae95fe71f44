"""MicroSIP's command line and the links of browsers, read as the program reads them; nothing is done here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Optional

from .. import _microsip
from .._dataclass import dataclass
from .enums import LinkScheme, Switch, WindowStart

__all__ = ["Command", "CommandLine", "Link", "TelParameters", "parse_arguments", "parse_line", "parse_link", "split_windows"]


@dataclass(frozen=True)
class Command:
    """One thing to do. What does not belong to it is `None` or false."""

    #: Which: ``call``, ``message``, ``answer``, ``hangup``, ``hangup_all``, ``hold``, ``dtmf``, ``transfer``, ``exit``, …
    name: str
    #: Whom to call, to transfer to, or to send a message to.
    target: Optional[str]
    #: Whether that wants TLS (``sips:``).
    is_secure: bool
    #: The text of a message.
    text: Optional[str]
    #: How a state is to be changed.
    switch: Optional[Switch]
    #: Percent points of a volume.
    by: Optional[int]
    #: The number of an account.
    account: Optional[int]
    #: Keys of ``/dtmf:``; they may be a PIN.
    digits: Optional[str] = field(repr=False)
    #: To ask before: keys that are not to be sent, or ``/reset``.
    ask: bool
    #: The password of ``/password:``.
    password: Optional[str] = field(repr=False)
    #: Whether the phone has to be started for it when none runs.
    starts_phone: bool


@dataclass(frozen=True)
class CommandLine:
    """A command line that was read."""

    #: What to do, in this order: passwords and accounts first, ``exit`` last.
    commands: tuple[Command, ...]
    #: ``/minimized``, ``/hidden``.
    window: WindowStart
    #: ``/i:FILE``: the settings file, as written.
    settings: Optional[str]


@dataclass(frozen=True)
class TelParameters:
    """Parameters of a ``tel:`` link (RFC 3966)."""

    #: ``ext``: digits, put behind the number as post-dial keys.
    extension: Optional[str]
    #: ``isub``: an ISDN sub-address; not used for calling.
    isub: Optional[str]
    #: ``phone-context``: where a local number is valid; not used for calling.
    context: Optional[str]
    #: All others, as name and value.
    other: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Link:
    """A link that was read."""

    #: Its scheme.
    scheme: LinkScheme
    #: What it asks for.
    command: Command
    #: Parameters of ``tel:``.
    tel: TelParameters
    #: Names of URI headers that were left out: a link may set ``Subject``, ``Priority`` and ``Organization`` only.
    left_out: tuple[str, ...]


def parse_arguments(arguments: Iterable[str]) -> CommandLine:
    """Reads an argument vector, without the program's name: ``["/account:2", "5551234"]``.

    Raises `InvalidArgumentError`, with a suggestion, for what looks like a command and is none: it is never called.
    """
    return _microsip.parse_arguments(list(arguments))


def parse_line(line: str) -> CommandLine:
    """Reads one line of text, as other programs hand it over: ``/hangupall``, ``123 a message``, ``action=call&number=123``."""
    return _microsip.parse_line(line)


def parse_link(text: str) -> Link:
    """Reads a link: ``sip:``, ``sips:``, ``tel:``, ``callto:``, ``dial:``, ``dialpad:``, ``msip:``.

    Raises `InvalidArgumentError` for what a web page should not be able to have done: control characters, quotes, switches, forbidden
    commands.
    """
    return _microsip.parse_link(text)


def split_windows(line: str) -> list[str]:
    """Splits a command line into arguments as Windows does."""
    return _microsip.split_windows(line)
