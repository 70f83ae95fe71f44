"""What is known of a presentity: where it can be reached, what it is doing (RFC 3863, RFC 4479, RFC 4480)."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import ClassVar, Optional, Union

from . import _microsip
from ._dataclass import dataclass
from .presence_enums import Activity, BasicStatus, Presence

__all__ = ["PresenceDevice", "PresenceNote", "PresencePerson", "PresenceStatus", "PresenceTuple"]


@dataclass(frozen=True)
class PresenceNote:
    """Words for people."""

    #: The words.
    text: str
    #: Their language (``xml:lang``), such as ``"en"`` or ``"pt-BR"``; `None` when not told.
    language: Optional[str] = None


@dataclass(frozen=True)
class PresenceTuple:
    """One way to reach the presentity: a service on a device (RFC 3863 section 4.1.2)."""

    #: Its id, unique in the document.
    id: str
    #: Whether this way is open.
    basic: BasicStatus = BasicStatus.UNKNOWN
    #: Where it leads, as URI.
    contact: Optional[str] = None
    #: How much it is preferred, in thousandths: 1000 is preferred most. `None` when not told.
    priority: Optional[int] = None
    #: Activities told of this way, as some programs do; RFC 4480 tells them of a person.
    activities: tuple[Union[Activity, str], ...] = ()
    #: Words about it.
    notes: tuple[PresenceNote, ...] = ()
    #: Since when this holds.
    timestamp: Optional[datetime.datetime] = None


@dataclass(frozen=True)
class PresencePerson:
    """The person (RFC 4479 section 3.1)."""

    #: Its id, unique in the document; empty when there is none.
    id: str = ""
    #: What the person is doing.
    activities: tuple[Union[Activity, str], ...] = ()
    #: Words about it: those about the activities first.
    notes: tuple[PresenceNote, ...] = ()
    #: Since when this holds.
    timestamp: Optional[datetime.datetime] = None


@dataclass(frozen=True)
class PresenceDevice:
    """A device (RFC 4479 section 3.3)."""

    #: Its id, unique in the document.
    id: str
    #: The device's own id, a URN; empty when there is none.
    device_id: str = ""
    #: Words about it.
    notes: tuple[PresenceNote, ...] = ()
    #: Since when this holds.
    timestamp: Optional[datetime.datetime] = None


@dataclass(frozen=True)
class PresenceStatus:
    """What is known of a presentity, as a document of presence says it.

    It is made by `of`, or of its parts, and changed into others by the functions whose names begin with ``with_``::

        account.set_presence(PresenceStatus.of("away", note="back at noon"))
    """

    #: Whom it is about, as URI; empty when not told, and in what `of` makes.
    entity: str = ""
    #: Ways to reach them, in order.
    tuples: tuple[PresenceTuple, ...] = ()
    #: The person; several when a server put several documents together.
    persons: tuple[PresencePerson, ...] = ()
    #: Their devices.
    devices: tuple[PresenceDevice, ...] = ()
    #: Words about the whole.
    notes: tuple[PresenceNote, ...] = ()

    #: The type of the document that `to_pidf` writes.
    CONTENT_TYPE: ClassVar[str] = "application/pidf+xml"

    @classmethod
    def of(cls, state: Union[Presence, str], note: Optional[str] = None) -> PresenceStatus:
        """The status of a word, with words for people if wanted.

        In a call the activity ``busy`` comes before ``on-the-phone`` and the note is ``On the phone``, and likewise for ``Do not disturb``,
        as some programs look at nothing else. `Presence.UNKNOWN` has no tuples: it says nothing.
        """
        status = _microsip.presence_of(state)
        return status if note is None else status.with_note(note)

    @classmethod
    def online(cls) -> PresenceStatus:
        """There, and ready to talk."""
        return cls.of(Presence.ONLINE)

    @classmethod
    def away(cls) -> PresenceStatus:
        """Away from the device, which can be called all the same."""
        return cls.of(Presence.AWAY)

    @classmethod
    def busy(cls) -> PresenceStatus:
        """There, and occupied."""
        return cls.of(Presence.BUSY)

    @classmethod
    def on_the_phone(cls) -> PresenceStatus:
        """In a call."""
        return cls.of(Presence.ON_THE_PHONE)

    @classmethod
    def do_not_disturb(cls) -> PresenceStatus:
        """Not to be disturbed."""
        return cls.of(Presence.DO_NOT_DISTURB)

    @classmethod
    def offline(cls) -> PresenceStatus:
        """Not reachable."""
        return cls.of(Presence.OFFLINE)

    @classmethod
    def parse(cls, body: bytes, content_type: str = CONTENT_TYPE) -> PresenceStatus:
        """Reads a document of a type that servers send: ``application/pidf+xml``, ``application/xpidf+xml``, or
        ``application/cpim-pidf+xml`` for the latter. Elements nobody knows are passed over.

        Raises `UnsupportedError` for another type or encoding, `InvalidArgumentError` for what is not such a document, with the line,
        `LimitReachedError` beyond 64 KiB, 32 levels, 4,000 elements or 64 attributes of one.
        """
        return _microsip.presence_parse(content_type, body)

    def to_pidf(self, entity: str) -> str:
        """The document as ``application/pidf+xml``, about this URI. Ids that XML does not allow as such are mended."""
        return _microsip.presence_to_pidf(self, entity)

    @property
    def state(self) -> Presence:
        """Everything in one word.

        Of several activities the one that speaks most against calling counts: do not disturb, on the phone, busy, away. What is closed is
        offline, unless somebody is busy there: Asterisk tells of a line in use in that way. Notes count where they are the very words some
        servers use in place of activities: ``On the phone``, ``On hold``, ``Ringing``, ``Do not disturb``.
        """
        return _microsip.presence_state(self)

    @property
    def basic(self) -> BasicStatus:
        """Whether there is an open way to them: one is enough."""
        return _microsip.presence_basic(self)

    @property
    def activities(self) -> list[Union[Activity, str]]:
        """All that is being done: by persons first, then as told of tuples."""
        return _microsip.presence_activities(self)

    @property
    def note(self) -> Optional[str]:
        """The first words there are: of a person, then of a tuple, open ones first, then of the whole."""
        return _microsip.presence_note(self)

    def with_note(self, text: str) -> PresenceStatus:
        """With these words of the person in place of those there were; an empty text removes them."""
        return _microsip.presence_with_note(self, text)

    def with_activity(self, activity: Union[Activity, str]) -> PresenceStatus:
        """With this as well among what the person is doing."""
        first, *others = self.persons or (PresencePerson("p1"),)
        return replace(self, persons=(replace(first, activities=(*first.activities, activity)), *others))

    def with_contact(self, uri: str) -> PresenceStatus:
        """With the first tuple leading there."""
        return replace(self, tuples=tuple(replace(it, contact=uri) if at == 0 else it for at, it in enumerate(self.tuples)))

    def with_timestamp(self, at: datetime.datetime) -> PresenceStatus:
        """As it is since then, for every tuple and person; written to the second."""
        return replace(
            self,
            tuples=tuple(replace(it, timestamp=at) for it in self.tuples),
            persons=tuple(replace(it, timestamp=at) for it in self.persons),
        )

    def with_ids(self, suffix: str) -> PresenceStatus:
        """With a suffix at every id. A server that puts documents of several devices together tells their parts by id, so each device must
        have its own; `Account.set_presence` sees to that by itself.
        """
        return replace(
            self,
            tuples=tuple(replace(it, id=it.id + suffix) for it in self.tuples),
            persons=tuple(replace(it, id=it.id + suffix) for it in self.persons),
            devices=tuple(replace(it, id=it.id + suffix) for it in self.devices),
        )
