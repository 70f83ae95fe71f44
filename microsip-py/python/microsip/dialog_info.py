"""What calls a line has, as ``application/dialog-info+xml`` tells it (RFC 4235)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Optional

from . import _microsip
from ._dataclass import dataclass
from .presence_enums import DialogDirection, DialogEvent, DialogState, LineState, LineUpdate

if TYPE_CHECKING:
    from .info import Replaces

__all__ = ["DialogEntry", "DialogIds", "DialogInfo", "DialogParty", "LineInfo", "LineTable"]


@dataclass(frozen=True)
class DialogParty:
    """One side of a dialog (RFC 4235 section 4.1.6)."""

    #: Who it is: the URI of From or To.
    identity: Optional[str] = None
    #: Their name.
    display: Optional[str] = None
    #: Where requests go: the URI of Contact.
    target: Optional[str] = None
    #: Parameters of that Contact, such as ``+sip.rendering``, as pairs of name and value.
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of it."""
        return self == DialogParty()


@dataclass(frozen=True)
class DialogIds:
    """Another dialog that a dialog took the place of."""

    #: Its ``Call-ID``.
    call_id: str
    #: Its tag of the watched line.
    local_tag: str
    #: Its tag of the other party.
    remote_tag: str


@dataclass(frozen=True)
class DialogEntry:
    """A dialog of the watched line."""

    #: Its id in the documents of one subscription. It says nothing else.
    id: str
    #: Where it stands.
    state: DialogState
    #: Its ``Call-ID``, if the server tells it.
    call_id: Optional[str] = None
    #: Its tag of the watched line.
    local_tag: Optional[str] = None
    #: Its tag of the other party.
    remote_tag: Optional[str] = None
    #: Who began it.
    direction: Optional[DialogDirection] = None
    #: What led to its state.
    event: Optional[DialogEvent] = None
    #: The SIP status that led to that, 100 to 699.
    code: Optional[int] = None
    #: How long it has been there, in seconds; written in whole ones.
    duration: Optional[float] = None
    #: The dialog it took the place of.
    replaces: Optional[DialogIds] = None
    #: Who transferred it here, as URI.
    referred_by: Optional[str] = None
    #: The watched line's side.
    local: DialogParty = DialogParty()
    #: The other side.
    remote: DialogParty = DialogParty()

    @property
    def is_live(self) -> bool:
        """Whether it is not over."""
        return self.state is not DialogState.TERMINATED

    @property
    def is_ringing(self) -> bool:
        """Whether the watched line rings with it."""
        return _microsip.dialog_is_ringing(self)

    @property
    def is_on_hold(self) -> bool:
        """Whether the watched line holds it: its Contact has ``sip.rendering`` of ``no`` (RFC 4235 section 5.2)."""
        return _microsip.dialog_is_on_hold(self)

    def replaces_at_remote(self) -> Replaces:
        """``Replaces`` for a call **to the other party** of this dialog, the one the watched line talks to or is called by: its ``to-tag``
        is the document's ``remote-tag`` (RFC 3891 section 3).

        This picks up a line that rings: an early dialog may be replaced only at the party that began it. Call the ``target`` of `remote`,
        or its ``identity``, with `CallOptions.replaces`.

        ``early-only`` is not set: with it a call that the line answered a moment ago would be refused with 486, and PBXs that do not know
        it refuse or ignore it.

        Raises `WrongStateError` when the dialog is over, or the document does not tell its ids: servers have settings for that
        (``include_tags`` of Kamailio's ``pua_dialoginfo``).
        """
        return _microsip.dialog_replaces(self, True)

    def replaces_at_local(self) -> Replaces:
        """``Replaces`` for a call **to the watched line** itself, or to a PBX that stands in for both: its ``to-tag`` is the document's
        ``local-tag``. It takes over a call that is up; for one that rings see `replaces_at_remote`, unless the PBX wants it so.

        Raises as that.
        """
        return _microsip.dialog_replaces(self, False)


@dataclass(frozen=True)
class DialogInfo:
    """A document that tells the dialogs of a line."""

    #: The watched line, as URI; empty when not told.
    entity: str
    #: Counts the documents of one subscription.
    version: int = 0
    #: Whether it tells all dialogs; else those that changed.
    full: bool = True
    #: The dialogs, in order.
    dialogs: tuple[DialogEntry, ...] = ()

    #: The type of such a body.
    CONTENT_TYPE: ClassVar[str] = "application/dialog-info+xml"

    @classmethod
    def parse(cls, body: bytes) -> DialogInfo:
        """Reads a document. Elements nobody knows are passed over, as are directions, events and codes of other words.

        Raises `InvalidArgumentError` for what is not such a document, a version that is no number, dialogs without id or with an unknown
        state, with the line; `LimitReachedError` and `UnsupportedError` for size and encoding.
        """
        return _microsip.dialog_info_parse(body)

    def to_xml(self) -> str:
        """The document as XML."""
        return _microsip.dialog_info_to_xml(self)


@dataclass(frozen=True)
class LineInfo:
    """A line at a moment."""

    #: Everything in one word. With several calls, the one that is furthest counts: confirmed, early, trying; of equal ones the latest.
    state: LineState
    #: Who began the call that `state` speaks of.
    direction: Optional[DialogDirection]
    #: That call's side of the watched line.
    local: DialogParty
    #: Its other side: who calls, or is called.
    remote: DialogParty
    #: What ended it, when it just ended.
    event: Optional[DialogEvent]
    #: The SIP status that ended it.
    code: Optional[int]
    #: Whether the watched line holds it.
    on_hold: bool
    #: Whether documents were lost, so that this may be wrong until a full one comes.
    stale: bool
    #: All calls of the line that are not over, in the order in which they came up.
    dialogs: tuple[DialogEntry, ...]

    @property
    def ringing(self) -> Optional[DialogEntry]:
        """The call that rings at the line, for pick-up: see `DialogEntry.replaces_at_remote`. One whose ids are known comes first."""
        return _microsip.line_info_ringing(self)


class LineTable:
    """The dialogs of a line, as the documents of one subscription tell them; for any number of threads.

    `Account.watch_line` keeps one by itself. A subscription that begins anew counts anew: `reset` the table then.
    """

    __slots__ = ("_native",)

    def __init__(self) -> None:
        self._native = _microsip.LineTable()

    def apply(self, document: DialogInfo) -> LineUpdate:
        """Takes a document.

        One that tells all replaces what is known. One that tells changes is taken if its version follows the one before; if some are
        missing between, or there was no full one yet, it is taken and the answer is `LineUpdate.GAP`. Older versions are passed over. So
        is the same version again, unless it tells all and something else than what is known: some servers do not count.
        """
        return self._native.apply(document)

    def reset(self) -> None:
        """Begins anew, for a new subscription: the next document is taken whatever its version. The dialogs known so far stay until it
        comes, and are marked as stale.
        """
        self._native.reset()

    @property
    def info(self) -> LineInfo:
        """The line now."""
        return self._native.info

    @property
    def version(self) -> Optional[int]:
        """The version of the latest document."""
        return self._native.version

    @property
    def needs_refresh(self) -> bool:
        """Whether a full document is needed because some were lost, or none came since `reset`."""
        return self._native.needs_refresh

    def __repr__(self) -> str:
        return f"<microsip.LineTable {self.info.state.value}>"
