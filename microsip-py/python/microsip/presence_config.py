"""Settings of what is watched, served, published and sent. Whatever is `None` is as the engine has it by default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Optional, TypedDict, Union

from ._dataclass import dataclass
from .presence_enums import WatchPolicy

if TYPE_CHECKING:
    from .account_config import RetryPolicy
    from .config import Headers, Seconds
    from .message_documents import NotifyRequest

__all__ = [
    "MessageOptions",
    "MessageOptionsFields",
    "ObserveOptions",
    "ObserveOptionsFields",
    "PublishOptions",
    "PublishOptionsFields",
    "ServeOptions",
    "ServeOptionsFields",
    "SubscribeOptions",
    "SubscribeOptionsFields",
]

#: A body: bytes, or a text, which is sent as UTF-8.
Body = Union[bytes, bytearray, memoryview, str]


class ObserveOptionsFields(TypedDict, total=False):
    """`ObserveOptions` as keywords."""

    expires: Optional[Seconds]
    retry: Optional[RetryPolicy]


@dataclass(frozen=True)
class ObserveOptions:
    """How somebody, a line or a mailbox is watched."""

    #: The lifetime asked for, 0 to a day; by default 600 s. It is refreshed well before. Zero asks for the state once.
    expires: Optional[Seconds] = None
    #: When it is tried again after a failure.
    retry: Optional[RetryPolicy] = None


class SubscribeOptionsFields(TypedDict, total=False):
    """`SubscribeOptions` as keywords."""

    event_id: Optional[str]
    accept: Optional[Sequence[str]]
    expires: Optional[Seconds]
    forks: Optional[bool]
    retry: Optional[RetryPolicy]
    headers: Optional[Headers]
    content_type: Optional[str]
    body: Optional[Body]


@dataclass(frozen=True)
class SubscribeOptions:
    """What goes with a SUBSCRIBE."""

    #: The event package, such as ``"dialog"``.
    package: str = ""
    #: The ``id`` of ``Event``, where one target has several subscriptions to a package.
    event_id: Optional[str] = None
    #: Body types that are understood (``Accept``); empty leaves it to the package's default.
    accept: Optional[Sequence[str]] = None
    #: The lifetime asked for, 0 to a day; by default 600 s. It is refreshed well before. Zero asks for the state once.
    expires: Optional[Seconds] = None
    #: Whether several notifiers may answer one SUBSCRIBE that was forked (RFC 6665 section 4.3): each is then a dialog of this
    #: subscription. By default no: who comes second is answered 481, as presence and waiting messages want it.
    forks: Optional[bool] = None
    #: When it is tried again after a failure.
    retry: Optional[RetryPolicy] = None
    #: Additional headers of each SUBSCRIBE.
    headers: Optional[Headers] = None
    #: What the body is, as ``type/subtype``, with parameters if wanted; a body must have one.
    content_type: Optional[str] = None
    #: The body of each SUBSCRIBE, 48,000 bytes at most.
    body: Optional[Body] = None


class ServeOptionsFields(TypedDict, total=False):
    """`ServeOptions` as keywords."""

    policy: Union[WatchPolicy, str, None]
    longest: Optional[Seconds]
    shortest: Optional[Seconds]
    headers: Optional[Headers]
    content_type: Optional[str]
    body: Optional[Body]


@dataclass(frozen=True)
class ServeOptions:
    """How a package is served, and what watchers are told until `Notifier.set_state` says otherwise."""

    #: The event package.
    package: str = ""
    #: Who may watch; by default `WatchPolicy.ASK`.
    policy: Union[WatchPolicy, str, None] = None
    #: The longest lifetime granted, 1 s to a day; by default an hour. It is also granted to who asks for none.
    longest: Optional[Seconds] = None
    #: The shortest lifetime granted, 0 s to an hour; by default 60 s. Who asks for less, but not for 0, is answered 423.
    shortest: Optional[Seconds] = None
    #: Additional headers of each NOTIFY.
    headers: Optional[Headers] = None
    #: What the body is, as ``type/subtype``; a body must have one.
    content_type: Optional[str] = None
    #: What watchers are told, 48,000 bytes at most.
    body: Optional[Body] = None


class PublishOptionsFields(TypedDict, total=False):
    """`PublishOptions` as keywords."""

    content_type: Optional[str]
    body: Optional[Body]
    expires: Optional[Seconds]
    retry: Optional[RetryPolicy]
    headers: Optional[Headers]


@dataclass(frozen=True)
class PublishOptions:
    """What is published, and for how long. Type and body must be given."""

    #: The body's type, ``type/subtype``, with parameters if wanted.
    content_type: Optional[str] = None
    #: The body, 48,000 bytes at most.
    body: Optional[Body] = None
    #: The lifetime asked for, 1 s to a day; by default 3600 s. It is refreshed before it ends, whatever the server grants.
    expires: Optional[Seconds] = None
    #: When it is tried again after a failure that may pass.
    retry: Optional[RetryPolicy] = None
    #: Additional headers of each PUBLISH.
    headers: Optional[Headers] = None


class MessageOptionsFields(TypedDict, total=False):
    """`MessageOptions` as keywords, besides its body."""

    content_type: Optional[str]
    headers: Optional[Headers]
    notify: Optional[NotifyRequest]


@dataclass(frozen=True)
class MessageOptions:
    """A message to be sent."""

    #: A text, which may be empty, or bytes; 48,000 bytes at most. It is not shown by ``repr``: texts are nobody else's business.
    body: Body = field(default="", repr=False)
    #: What it is, as ``type/subtype``, with parameters if wanted; a text is ``text/plain;charset=utf-8`` by default, bytes must have one.
    content_type: Optional[str] = None
    #: Additional headers of the request.
    headers: Optional[Headers] = None
    #: Which notifications the peer is asked for (RFC 5438); by default none. With any, the body goes in an envelope (``message/cpim``, RFC
    #: 3862), which peers that do not know it refuse with 415.
    notify: Optional[NotifyRequest] = None
