"""What happens by itself, decided on the engine without asking anybody: incoming calls, transfers, messages. As data."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional, TypedDict, Union

from . import _microsip
from ._dataclass import dataclass
from .enums import ReplacesPolicy, TransferPolicy

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .config import Seconds

__all__ = [
    "AutoAnswer",
    "CallPolicy",
    "CallPolicyFields",
    "CallRule",
    "CallRuleFields",
    "Forward",
    "IncomingPolicy",
    "MessageConfig",
    "MessagePolicy",
    "Pattern",
    "RuleAction",
    "TransferRules",
    "TransferRulesFields",
]

#: A network, such as ``"192.0.2.0/24"``, ``"2001:db8::/32"`` or one address.
Network = Union[str, ipaddress.IPv4Network, ipaddress.IPv6Network, ipaddress.IPv4Address, ipaddress.IPv6Address]


@dataclass(frozen=True)
class Pattern:
    """A wildcard pattern: ``*`` is any text, ``?`` one character, ``^`` makes the next character optional; several patterns are separated
    by ``;`` or ``|``. Letters compare without case. ``"+4930*;10??"``.

    Raises `InvalidArgumentError` when it is empty, longer than 1,000 bytes, or holds control characters. Where one is asked for, a text
    will do.
    """

    #: As it was given.
    text: str

    def __post_init__(self) -> None:
        _microsip.pattern_matches(self.text, "")

    def matches(self, text: str) -> bool:
        """Whether the whole of a text fits."""
        return _microsip.pattern_matches(self.text, text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class IncomingPolicy:
    """What happens to an incoming call by itself. The application may still answer or reject the call later, as far as its state allows.

    Where one is asked for, the status alone will do.
    """

    #: Sent at once: 180 rings, 183 opens early media, 200 takes the call, 300 and above rejects it. `None`: nothing beyond 100 Trying; the
    #: application answers.
    answer: Optional[int] = None


@dataclass(frozen=True)
class RuleAction:
    """What a rule does with a call that fits. Where one is asked for, the status alone will do."""

    #: The call is answered with this, 300 to 699. `None`: it passes to what comes after the rules.
    deny: Optional[int] = None


class CallRuleFields(TypedDict, total=False):
    """What `CallRule.allow` and `CallRule.deny` take as keywords."""

    caller: Union[Pattern, str, None]
    caller_host: Union[Pattern, str, None]
    callee: Union[Pattern, str, None]
    source: Optional[Network]
    anonymous: Optional[bool]


@dataclass(frozen=True)
class CallRule:
    """Whom a rule is about, and what it does. All conditions must fit; without any it fits every call."""

    #: What happens to a call that fits; by default it passes.
    action: Union[RuleAction, int, None] = None
    #: The user part of the caller's ``From``.
    caller: Union[Pattern, str, None] = None
    #: The host of the caller's ``From``, with its port if it has one.
    caller_host: Union[Pattern, str, None] = None
    #: The user part of the Request-URI.
    callee: Union[Pattern, str, None] = None
    #: The network the INVITE came from.
    source: Optional[Network] = None
    #: Whether the caller hides who they are.
    anonymous: Optional[bool] = None

    @classmethod
    def allow(cls, **conditions: Unpack[CallRuleFields]) -> CallRule:
        """Lets pass what fits."""
        return cls(RuleAction(), **conditions)

    @classmethod
    def deny(cls, status: int = 486, **conditions: Unpack[CallRuleFields]) -> CallRule:
        """Answers with a status, 300 to 699, to what fits."""
        return cls(RuleAction(status), **conditions)


@dataclass(frozen=True)
class Forward:
    """Where else calls go: they are answered 302 with the target as ``Contact`` and our address as ``Diversion`` (RFC 5806)."""

    #: A SIP URI for every call, at once.
    always: Optional[str] = None
    #: For calls that would be answered 486 for a limit or for do not disturb.
    busy: Optional[str] = None
    #: For calls nobody answers for so long, 1 s to 10 minutes; they ring meanwhile: the time, and the SIP URI.
    no_answer: Optional[tuple[Seconds, str]] = None


@dataclass(frozen=True)
class AutoAnswer:
    """Which calls are answered by themselves, and how soon. Only while no other call exists, unless told otherwise."""

    #: Every call.
    always: Optional[bool] = None
    #: Callers whose user part fits; with `by_header` or `always` a condition on those.
    callers: Union[Pattern, str, None] = None
    #: Calls whose headers ask for it: ``Call-Info: …;answer-after=N``, ``Alert-Info: …info=alert-autoanswer`` or ``ring-answer``,
    #: ``X-AutoAnswer: true``, ``Answer-Mode: Auto`` (RFC 5373), ``P-Auto-Answer: normal``. Only from whom you trust: it opens the
    #: microphone.
    by_header: Optional[bool] = None
    #: How long it rings before, 0 to 10 minutes; a delay in the header counts instead.
    delay: Optional[Seconds] = None
    #: Also while other calls exist.
    beside_other_calls: Optional[bool] = None


class CallPolicyFields(TypedDict, total=False):
    """`CallPolicy` as keywords."""

    do_not_disturb: Optional[bool]
    max_calls: Optional[int]
    call_waiting: Optional[bool]
    rules: Optional[Sequence[CallRule]]
    forward: Optional[Forward]
    auto_answer: Optional[AutoAnswer]
    hang_up_after: Optional[Seconds]


@dataclass(frozen=True)
class CallPolicy:
    """What happens with incoming calls by itself, decided when the INVITE arrives, in this order: rules, do not disturb, limits,
    forwarding, automatic answer; what is left rings as `EndpointConfig.incoming` says. By default everything passes.
    """

    #: Answers every call 486 with the phrase ``Do Not Disturb``.
    do_not_disturb: Optional[bool] = None
    #: Calls at once, the new one included; beyond it 486. By default only `EndpointConfig.max_calls` limits them.
    max_calls: Optional[int] = None
    #: Whether a call may come in while another one exists; by default `True`, else 486.
    call_waiting: Optional[bool] = None
    #: Who may call; the first rule that fits decides, and what no rule fits passes.
    rules: Optional[Sequence[CallRule]] = None
    #: Where else calls go.
    forward: Optional[Forward] = None
    #: Which calls are answered by themselves.
    auto_answer: Optional[AutoAnswer] = None
    #: Ends each call, of either direction, so long after it was confirmed, 1 s to 7 days.
    hang_up_after: Optional[Seconds] = None


class TransferRulesFields(TypedDict, total=False):
    """`TransferRules` as keywords."""

    in_call: Union[TransferPolicy, str, None]
    outside: Union[TransferPolicy, str, None]
    replaces: Union[ReplacesPolicy, str, None]


@dataclass(frozen=True)
class TransferRules:
    """Which transfers by others are carried out; by default none."""

    #: The peer of a call transfers us (REFER, RFC 3515).
    in_call: Union[TransferPolicy, str, None] = None
    #: A REFER outside any call, as click-to-dial servers send them.
    outside: Union[TransferPolicy, str, None] = None
    #: A call that wants to take the place of another (``Replaces``, RFC 3891).
    replaces: Union[ReplacesPolicy, str, None] = None


@dataclass(frozen=True)
class MessagePolicy:
    """Which MESSAGE requests are taken. Where one is asked for, the status alone will do."""

    #: Each is answered with this, 300 to 699; 403, 405 and 480 are usual. `None`: all that are for an account of ours are taken.
    refuse: Optional[int] = None


@dataclass(frozen=True)
class MessageConfig:
    """Settings of messages (RFC 3428), typing indications (RFC 3994) and delivery notifications (RFC 5438)."""

    #: Which messages are taken; by default all.
    incoming: Union[MessagePolicy, int, None] = None
    #: Content types that are taken, as ``"type/subtype"`` or ``"type/*"``; others are answered 415 with this list in ``Accept`` (RFC 3428
    #: section 7). By default all. Typing indications, delivery notifications and their envelope (``message/cpim``) are always taken.
    accept: Optional[Sequence[str]] = None
    #: Whether a sender who asks for it is told by itself that the message was delivered (RFC 5438 section 7.2.1.1); by default `True`.
    confirm_delivery: Optional[bool] = None
    #: How long after the last sign of typing the peer is told that nobody types any more, 1 s to 1 hour; by default 15 s (RFC 3994).
    typing_idle: Optional[Seconds] = None
    #: How long the peer may believe that somebody types without being told again, 60 s to 1 hour; by default 120 s (RFC 3994).
    typing_refresh: Optional[Seconds] = None
