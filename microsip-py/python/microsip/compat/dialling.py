"""From what a person typed to a SIP URI: clean-up, ``dialingPrefix``, ``dialPlan``, the account's domain, post-dial keys."""

from __future__ import annotations

from typing import Optional, Union

from .. import _microsip
from .._dataclass import dataclass
from ..enums import Transport
from .enums import Line

__all__ = ["DialPlan", "Dialled", "NumberRules", "PlanMatch", "PostDialStep", "is_phone_like", "resolve_number"]


@dataclass(frozen=True)
class NumberRules:
    """What of the settings matters for numbers."""

    #: ``domain`` of the active account, put behind names and numbers; `None` without account.
    domain: Optional[str] = None
    #: Whether the local account exists: calls to IP addresses use it.
    local: bool = False
    #: The local account's own domain, if it has one.
    local_domain: Optional[str] = None
    #: ``dialingPrefix``, put before phone numbers of more than 3 characters.
    prefix: str = ""
    #: ``dialPlan``.
    plan: str = ""


@dataclass(frozen=True)
class PostDialStep:
    """Keys that are sent after the answer."""

    #: Seconds after the answer.
    after: float
    #: Which keys.
    digits: str


@dataclass(frozen=True)
class Dialled:
    """A number ready to be called."""

    #: The URI in ``<`` ``>``, as MicroSIP keeps it.
    uri: str
    #: The URI to call, with the transport.
    request_uri: str
    #: The user part as written in the URI; empty without one.
    user: str
    #: Host and port as written.
    host: str
    #: The name typed before the URI; it is not sent.
    display_name: Optional[str]
    #: Which account makes the call.
    line: Line
    #: Whether it was cleaned up as a phone number.
    is_phone_number: bool
    #: Whether TLS is required.
    is_secure: bool
    #: What is sent after the answer.
    post_dial: tuple[PostDialStep, ...]


@dataclass(frozen=True)
class PlanMatch:
    """Which alternative of a dial plan matched."""

    #: Its number, from 1.
    alternative: int
    #: Its text.
    pattern: str
    #: The number after the replacements; may be empty.
    result: str


class DialPlan:
    """A compiled dial plan. Raises `InvalidArgumentError` for a malformed one; the message quotes the alternative."""

    __slots__ = ("__weakref__", "_native")

    def __init__(self, text: str) -> None:
        self._native = _microsip.DialPlan(text)

    @property
    def source(self) -> str:
        """The text it was read from."""
        return self._native.source

    @property
    def is_empty(self) -> bool:
        """Whether there is no alternative; numbers are then left alone."""
        return self._native.is_empty

    def apply(self, number: str) -> Optional[str]:
        """The number after the plan; `None` when no alternative matches, which makes it invalid."""
        return self._native.apply(number)

    def explain(self, number: str) -> Optional[PlanMatch]:
        """Which alternative matches, and what it makes of the number."""
        return self._native.explain(number)

    def __repr__(self) -> str:
        return f"DialPlan({self.source!r})"


def resolve_number(
    text: str, rules: Optional[NumberRules] = None, as_is: bool = False, transport: Union[Transport, str] = Transport.UDP
) -> Dialled:
    """Reads a number, a name, ``user@host``, a SIP URI or ``"Name" <sip:user@host>``.

    `as_is` leaves out clean-up, prefix and plan, as for messages and redial; `transport` is the account's. Raises
    `InvalidArgumentError` for what cannot be called, `ConfigError` when no account could call it.
    """
    return _microsip.resolve_number(text, rules or NumberRules(), as_is, transport)


def is_phone_like(text: str) -> bool:
    """Whether a text is a phone number: digits and ``* # . - ( ) /`` and spaces only, or a ``+`` in front of anything but an address."""
    return _microsip.is_phone_like(text)
