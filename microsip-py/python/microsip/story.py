"""The story of a call: what was asked, what went over the wire, what was decided, why it ended."""

from __future__ import annotations

import datetime
from dataclasses import field
from typing import Optional

from ._dataclass import dataclass
from .enums import Decision, Direction, Transport

__all__ = ["Story", "StoryAsked", "StoryDecided", "StoryEnded", "StoryEntry", "StoryMessage", "StoryStep"]


@dataclass(frozen=True)
class StoryStep:
    """What happened at one moment of a call's story; always one of the classes that derive from it."""


@dataclass(frozen=True)
class StoryAsked(StoryStep):
    """The application, or a policy in its name, asked for something."""

    #: In words, such as ``call sip:1002@example.org``.
    what: str


@dataclass(frozen=True)
class StoryMessage(StoryStep):
    """A SIP message went over the wire, repetitions included."""

    #: Which way.
    direction: Direction
    #: Request or status line, credentials masked.
    line: str
    #: Its size in bytes.
    bytes: int
    #: What carried it.
    transport: Transport
    #: The peer's address, ``host:port``.
    remote: Optional[str]


@dataclass(frozen=True)
class StoryDecided(StoryStep):
    """The engine or a policy chose among possibilities."""

    #: What about.
    about: Decision
    #: In words.
    what: str


@dataclass(frozen=True)
class StoryEnded(StoryStep):
    """It is over."""

    #: Code, reason, and the sentence of the error if it failed.
    why: str


@dataclass(frozen=True)
class StoryEntry:
    """One moment of a call's story."""

    #: When it happened.
    at: datetime.datetime
    #: What happened.
    step: StoryStep


@dataclass(frozen=True)
class Story:
    """What is known of a call's story. Of a very long one the beginning and the end are kept. ``str()`` has a line for each entry."""

    #: In the order of events.
    entries: tuple[StoryEntry, ...]
    #: How many entries were left out in the middle.
    left_out: int
    #: All of it for people: a line for each entry, with the milliseconds since the first.
    text: str = field(repr=False)

    def __str__(self) -> str:
        return self.text
