"""Settings of what is done with calls that are there. `None` is the engine's default, as in `microsip.config`."""

from __future__ import annotations

from typing import Optional, TypedDict, Union

from ._dataclass import dataclass
from .config import Headers, Seconds
from .enums import DtmfMethod, HoldMode, ReferTo

__all__ = [
    "DtmfOptions",
    "DtmfOptionsFields",
    "HoldOptions",
    "HoldOptionsFields",
    "ReinviteOptions",
    "ReinviteOptionsFields",
    "RequestOptions",
    "RequestOptionsFields",
    "TransferOptions",
    "TransferOptionsFields",
    "UpdateOptions",
    "UpdateOptionsFields",
]


class HoldOptionsFields(TypedDict, total=False):
    """`HoldOptions` as keywords."""

    mode: Union[HoldMode, str, None]
    headers: Optional[Headers]


@dataclass(frozen=True)
class HoldOptions:
    """How a call is held."""

    #: What the peer is offered; by default ``a=sendonly``, or ``a=inactive`` if the peer holds, too.
    mode: Union[HoldMode, str, None] = None
    #: Additional headers of the re-INVITE.
    headers: Optional[Headers] = None


class ReinviteOptionsFields(TypedDict, total=False):
    """`ReinviteOptions` as keywords."""

    headers: Optional[Headers]
    late_offer: Optional[bool]
    refresh_contact: Optional[bool]


@dataclass(frozen=True)
class ReinviteOptions:
    """What goes with a re-INVITE."""

    #: Additional headers.
    headers: Optional[Headers] = None
    #: Sends no SDP: the peer offers in its answer, we answer in the ACK. By default our whole offer, with the direction as it is.
    late_offer: Optional[bool] = None
    #: Renews our ``Contact`` from the account and the transport, after an address has changed for instance.
    refresh_contact: Optional[bool] = None


class UpdateOptionsFields(TypedDict, total=False):
    """`UpdateOptions` as keywords."""

    headers: Optional[Headers]
    offer: Optional[bool]
    refresh_contact: Optional[bool]


@dataclass(frozen=True)
class UpdateOptions:
    """What goes with an UPDATE."""

    #: Additional headers.
    headers: Optional[Headers] = None
    #: Whether it carries our offer, which is the default; without, it only refreshes dialog and session timer.
    offer: Optional[bool] = None
    #: Renews our ``Contact``, as in `ReinviteOptions`.
    refresh_contact: Optional[bool] = None


class DtmfOptionsFields(TypedDict, total=False):
    """`DtmfOptions` as keywords."""

    method: Union[DtmfMethod, str, None]
    duration: Optional[Seconds]
    gap: Optional[Seconds]
    pause: Optional[Seconds]


@dataclass(frozen=True)
class DtmfOptions:
    """How digits are sent."""

    #: How they travel; by default as the peer can.
    method: Union[DtmfMethod, str, None] = None
    #: How long each is held, 0.04 to 5; by default 0.16.
    duration: Optional[Seconds] = None
    #: Silence between two of them, 0.04 to 5; by default 0.1.
    gap: Optional[Seconds] = None
    #: How long a comma waits, 0 to 60; by default 1.
    pause: Optional[Seconds] = None


class TransferOptionsFields(TypedDict, total=False):
    """`TransferOptions` as keywords."""

    headers: Optional[Headers]
    referred_by: Optional[str]
    anonymous: Optional[bool]
    hang_up_after: Optional[bool]
    no_progress: Optional[bool]
    timeout: Optional[Seconds]
    refer_to: Union[ReferTo, str, None]
    early_only: Optional[bool]


@dataclass(frozen=True)
class TransferOptions:
    """How a call is transferred."""

    #: Additional headers of the REFER; ``Refer-To``, ``Referred-By`` and ``Refer-Sub`` have settings of their own.
    headers: Optional[Headers] = None
    #: ``Referred-By`` (RFC 3892) as name-addr or URI; by default the account's address.
    referred_by: Optional[str] = None
    #: Sends no ``Referred-By``.
    anonymous: Optional[bool] = None
    #: Whether we end our own call once the transfer has succeeded, which is the default. The peer may be faster.
    hang_up_after: Optional[bool] = None
    #: Asks the peer not to report progress (``Refer-Sub: false``, RFC 4488). If it agrees, the outcome is `TransferState.UNKNOWN`.
    no_progress: Optional[bool] = None
    #: How long to wait for the outcome, 1 second to 1 hour; by default 3 minutes.
    timeout: Optional[Seconds] = None
    #: How an attended transfer names its target.
    refer_to: Union[ReferTo, str, None] = None
    #: An attended transfer replaces an early dialog only.
    early_only: Optional[bool] = None


class RequestOptionsFields(TypedDict, total=False):
    """`RequestOptions` as keywords."""

    headers: Optional[Headers]
    content_type: Optional[str]
    body: Union[bytes, bytearray, memoryview, str, None]


@dataclass(frozen=True)
class RequestOptions:
    """What goes with a request of the application."""

    #: Additional headers, after the engine's own.
    headers: Optional[Headers] = None
    #: What the body is, as ``type/subtype``, with parameters if wanted; a body must have one.
    content_type: Optional[str] = None
    #: The body, 48,000 bytes at most; a text is sent as UTF-8.
    body: Union[bytes, bytearray, memoryview, str, None] = None
