"""Which messages wait in a mailbox (RFC 3842)."""

from __future__ import annotations

from typing import ClassVar, Optional, Union

from . import _microsip
from ._dataclass import dataclass
from .presence_enums import MessageClass

__all__ = ["MessageCounts", "MessageSummary"]


@dataclass(frozen=True)
class MessageCounts:
    """How many messages of a class wait."""

    #: New ones, urgent ones included.
    new: int = 0
    #: Old ones, urgent ones included.
    old: int = 0
    #: New ones that are urgent; 0 when not told.
    new_urgent: int = 0
    #: Old ones that are urgent; 0 when not told.
    old_urgent: int = 0


@dataclass(frozen=True)
class MessageSummary:
    """Which messages wait."""

    #: Whether any are waiting: the server's own word, which need not follow from the counts.
    waiting: bool
    #: Whose mailbox it is, as URI; also the one to call to hear them.
    account: Optional[str] = None
    #: The counts, in order; each class once.
    counts: tuple[tuple[Union[MessageClass, str], MessageCounts], ...] = ()
    #: Headers of single messages (``To``, ``From``, ``Subject``, ``Date``, ``Priority``, ``Message-ID``, …) as pairs, of the first 100.
    messages: tuple[tuple[tuple[str, str], ...], ...] = ()

    #: The type of such a body.
    CONTENT_TYPE: ClassVar[str] = "application/simple-message-summary"

    def counts_of(self, kind: Union[MessageClass, str]) -> MessageCounts:
        """The counts of a class; zeros when it is not told."""
        return dict(self.counts).get(_known(kind), MessageCounts())

    @property
    def voice(self) -> MessageCounts:
        """The counts of voice messages."""
        return self.counts_of(MessageClass.VOICE)

    @classmethod
    def parse(cls, body: bytes) -> MessageSummary:
        """Reads a summary. Upper and lower case are the same, white space may stand around everything and lines may be folded or end with
        a line feed alone; its lines may have any order. Headers nobody knows are passed over.

        Raises `InvalidArgumentError` when ``Messages-Waiting`` is missing, stands there twice or is neither yes nor no, when counts are no
        numbers of 32 bits, a class is told twice, or a line is none, with the line; `LimitReachedError` beyond 64 KiB or 2,000 lines;
        `UnsupportedError` when it is not UTF-8.
        """
        return _microsip.message_summary_parse(body)

    def to_text(self) -> str:
        """The summary as text. Line breaks and other control characters in values become spaces."""
        return _microsip.message_summary_to_text(self)


def _known(kind: Union[MessageClass, str]) -> Union[MessageClass, str]:
    try:
        return MessageClass(kind)
    except ValueError:
        return kind
