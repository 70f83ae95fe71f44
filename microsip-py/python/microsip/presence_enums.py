"""Enumerations of presence, lines, waiting messages, subscriptions and messages."""

from __future__ import annotations

import enum

from . import _microsip

__all__ = [
    "Activity",
    "BasicStatus",
    "DeliveryStatus",
    "DialogDirection",
    "DialogEvent",
    "DialogState",
    "EndReason",
    "ImdnKind",
    "LineState",
    "LineUpdate",
    "MessageClass",
    "MessageStatus",
    "Presence",
    "PublicationState",
    "SubscriptionState",
    "TypingCause",
    "TypingState",
    "WatchPolicy",
    "WatcherState",
]


class Presence(enum.Enum):
    """Presence in one word, for a list of buddies. See `PresenceStatus.state`."""

    #: Nothing is known.
    UNKNOWN = "unknown"
    #: There, and ready to talk.
    ONLINE = "online"
    #: Not at the device: away, at a meal, on vacation, …
    AWAY = "away"
    #: There, and occupied: busy, in a meeting, …
    BUSY = "busy"
    #: In a call.
    ON_THE_PHONE = "on_the_phone"
    #: There, and not to be disturbed.
    DO_NOT_DISTURB = "do_not_disturb"
    #: Not reachable.
    OFFLINE = "offline"


class BasicStatus(enum.Enum):
    """Whether somebody, or one way to somebody, is open to communication (RFC 3863 section 4.1.4)."""

    #: It is.
    OPEN = "open"
    #: It is not.
    CLOSED = "closed"
    #: Nothing, or nothing known, is said about it.
    UNKNOWN = "unknown"


class Activity(enum.Enum):
    """What a person is doing (RFC 4480 section 3.2). A person may be doing several things at once.

    Where an activity is told in other words, it is a `str`.
    """

    #: An appointment in the calendar.
    APPOINTMENT = "appointment"
    #: Physically away from the devices.
    AWAY = "away"
    #: At breakfast.
    BREAKFAST = "breakfast"
    #: Busy, without saying with what.
    BUSY = "busy"
    #: At dinner.
    DINNER = "dinner"
    #: A holiday of all, such as a public holiday.
    HOLIDAY = "holiday"
    #: In a vehicle, not steering it.
    IN_TRANSIT = "in_transit"
    #: Looking for work.
    LOOKING_FOR_WORK = "looking_for_work"
    #: At lunch.
    LUNCH = "lunch"
    #: At a meal.
    MEAL = "meal"
    #: In a meeting.
    MEETING = "meeting"
    #: In a call.
    ON_THE_PHONE = "on_the_phone"
    #: At a performance: theatre, concert, cinema.
    PERFORMANCE = "performance"
    #: Away for ever: moved, left the company.
    PERMANENT_ABSENCE = "permanent_absence"
    #: Playing.
    PLAYING = "playing"
    #: Giving or hearing a presentation.
    PRESENTATION = "presentation"
    #: Shopping.
    SHOPPING = "shopping"
    #: Asleep.
    SLEEPING = "sleeping"
    #: Watching an event.
    SPECTATOR = "spectator"
    #: Steering a vehicle.
    STEERING = "steering"
    #: On a journey.
    TRAVEL = "travel"
    #: Watching television.
    TV = "tv"
    #: Said to be unknown.
    UNKNOWN = "unknown"
    #: On vacation.
    VACATION = "vacation"
    #: At work.
    WORKING = "working"
    #: At worship.
    WORSHIP = "worship"
    #: Not to be disturbed. RFC 4480 has no word for it; it is written as ``other`` with the text ``do-not-disturb``.
    DO_NOT_DISTURB = "do_not_disturb"


class DialogState(enum.Enum):
    """Where a dialog stands (RFC 4235 section 3.7.1)."""

    #: The INVITE was sent or received; nothing came back yet.
    TRYING = "trying"
    #: A provisional answer without tag came back.
    PROCEEDING = "proceeding"
    #: A provisional answer with a tag came back: it rings.
    EARLY = "early"
    #: It was answered.
    CONFIRMED = "confirmed"
    #: It is over.
    TERMINATED = "terminated"


class DialogEvent(enum.Enum):
    """What led to the state of a dialog, mostly to its end (RFC 4235 section 4.1.2)."""

    #: The caller gave up.
    CANCELLED = "cancelled"
    #: The callee, or something on the way, said no.
    REJECTED = "rejected"
    #: Another call took its place.
    REPLACED = "replaced"
    #: The watched line hung up.
    LOCAL_BYE = "local_bye"
    #: The other party hung up.
    REMOTE_BYE = "remote_bye"
    #: It broke down.
    ERROR = "error"
    #: Nobody answered, or a session was not refreshed.
    TIMEOUT = "timeout"


class DialogDirection(enum.Enum):
    """Who began a dialog, seen from the watched line."""

    #: The watched line called.
    INITIATOR = "initiator"
    #: The watched line was called.
    RECIPIENT = "recipient"


class LineState(enum.Enum):
    """A line in one word: what a lamp shows."""

    #: Nothing is known yet.
    UNKNOWN = "unknown"
    #: No call.
    IDLE = "idle"
    #: A call was begun, and nothing came back so far.
    TRYING = "trying"
    #: It rings, here or there.
    EARLY = "early"
    #: In a call.
    CONFIRMED = "confirmed"
    #: The last call ended just now, as the latest document says; the line is free.
    TERMINATED = "terminated"

    @property
    def is_free(self) -> bool:
        """Whether the line has no call."""
        return self in (LineState.IDLE, LineState.TERMINATED)


class LineUpdate(enum.Enum):
    """What a document did to a `LineTable`."""

    #: Something is different now.
    CHANGED = "changed"
    #: It was taken, and nothing is different.
    UNCHANGED = "unchanged"
    #: It was older than what is known, or the same again, and passed over.
    IGNORED = "ignored"
    #: Documents were lost before it: a full refresh is needed, which a SUBSCRIBE brings. What it says was taken.
    GAP = "gap"


class MessageClass(enum.Enum):
    """A kind of message (RFC 3458 section 6, as RFC 3842 section 5.2 uses it). Another one is a `str`, in lower case."""

    #: ``voice-message``.
    VOICE = "voice"
    #: ``video-message``.
    VIDEO = "video"
    #: ``fax-message``.
    FAX = "fax"
    #: ``pager-message``: short texts.
    PAGER = "pager"
    #: ``multimedia-message``.
    MULTIMEDIA = "multimedia"
    #: ``text-message``: mail and the like.
    TEXT = "text"
    #: ``none``: of no kind that is told.
    NONE = "none"


class SubscriptionState(enum.Enum):
    """How far a subscription is."""

    #: The SUBSCRIBE is under way, or its first NOTIFY is awaited.
    SUBSCRIBING = "subscribing"
    #: Whoever is watched has not decided yet.
    PENDING = "pending"
    #: Changes are told.
    ACTIVE = "active"
    #: It failed or was ended, and is tried again at `SubscriptionInfo.next_retry`.
    RETRYING = "retrying"
    #: Over for good.
    ENDED = "ended"


class EndReason(enum.Enum):
    """Why a subscription ended, as the notifier says (RFC 6665 section 4.1.3). A reason of somebody's own is a `str`; none at all is an
    empty one.
    """

    #: Subscribe again, at once.
    DEACTIVATED = "deactivated"
    #: Subscribe again later.
    PROBATION = "probation"
    #: The one who is watched does not want it, and will not.
    REJECTED = "rejected"
    #: It was not refreshed in time.
    TIMEOUT = "timeout"
    #: Nobody could be asked for permission in time; subscribe again later.
    GIVE_UP = "giveup"
    #: There is nothing to watch any more.
    NO_RESOURCE = "noresource"
    #: What is watched will never change again.
    INVARIANT = "invariant"


class WatchPolicy(enum.Enum):
    """Who may watch."""

    #: Everybody.
    ALLOW = "allow"
    #: Nobody: 403.
    DENY = "deny"
    #: Whoever is let in: `WatcherChanged` in `WatcherState.PENDING`, answered by `Watcher.accept` or `Watcher.reject`. Until then
    #: nothing is told.
    ASK = "ask"


class WatcherState(enum.Enum):
    """How far a watcher is."""

    #: It waits for a decision.
    PENDING = "pending"
    #: It is told changes.
    ACTIVE = "active"
    #: It is not told any more.
    ENDED = "ended"


class PublicationState(enum.Enum):
    """How far a publication is."""

    #: The newest body is under way.
    PUBLISHING = "publishing"
    #: The server has the newest body; it is refreshed in time.
    PUBLISHED = "published"
    #: It failed for a reason that may pass, and is tried again at `PublicationInfo.next_retry`.
    RETRYING = "retrying"
    #: Over: it was removed, or its account was, or the endpoint closed.
    REMOVED = "removed"
    #: The server refused it for good. `Publication.update` and `Publication.refresh` try again.
    FAILED = "failed"


class MessageStatus(enum.Enum):
    """What is known about a message of ours."""

    #: The peer or a server on the way took it: 200, or 202 when a server keeps it or passes it on later (RFC 3428 section 7).
    ACCEPTED = "accepted"
    #: It was refused, or no answer came: it is not known to have arrived, and is not sent again by itself.
    FAILED = "failed"
    #: It reached the recipient's device (RFC 5438 section 7.2.1.1).
    DELIVERED = "delivered"
    #: It did not reach it, and will not.
    UNDELIVERED = "undelivered"
    #: It was shown to somebody (RFC 5438 section 7.2.1.3).
    DISPLAYED = "displayed"
    #: A server on the way took it (RFC 5438 section 7.2.1.2).
    PROCESSED = "processed"
    #: A server on the way keeps it until the recipient is there.
    STORED = "stored"
    #: The recipient's side says that it will not or cannot tell.
    UNKNOWN = "unknown"


class ImdnKind(enum.Enum):
    """What a notification about a message is about."""

    #: Whether the message reached the recipient's device (RFC 5438 section 7.2.1.1).
    DELIVERY = "delivery"
    #: What a server on the way did with it (RFC 5438 section 7.2.1.2).
    PROCESSING = "processing"
    #: Whether it was shown to the recipient (RFC 5438 section 7.2.1.3).
    DISPLAY = "display"


class DeliveryStatus(enum.Enum):
    """What happened to a message, as a notification says it."""

    #: It reached the recipient's device (`ImdnKind.DELIVERY`).
    DELIVERED = "delivered"
    #: It did not, and will not (`ImdnKind.DELIVERY`).
    FAILED = "failed"
    #: A server took it (`ImdnKind.PROCESSING`).
    PROCESSED = "processed"
    #: A server keeps it until the recipient is there (`ImdnKind.PROCESSING`).
    STORED = "stored"
    #: It was shown (`ImdnKind.DISPLAY`).
    DISPLAYED = "displayed"
    #: The recipient does not allow such notifications.
    FORBIDDEN = "forbidden"
    #: What became of it cannot be said.
    ERROR = "error"

    def fits(self, kind: ImdnKind) -> bool:
        """Whether a notification of this kind can say it (RFC 5438 section 11.1.2)."""
        return _microsip.imdn_fits(self, kind)


class TypingState(enum.Enum):
    """Whether somebody is composing a message."""

    #: One is being composed.
    ACTIVE = "active"
    #: None is, or not any more.
    IDLE = "idle"


class TypingCause(enum.Enum):
    """Why somebody types, or does no longer."""

    #: The peer said so.
    TOLD = "told"
    #: The peer has not said again that it types, for as long as it wanted to be believed; 120 s if it named no time (RFC 3994
    #: section 3.3).
    EXPIRED = "expired"
    #: Its message came.
    MESSAGE = "message"
    #: The call in which it typed is over.
    CALL_ENDED = "call_ended"
