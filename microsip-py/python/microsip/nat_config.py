"""Settings of the ways through NAT: STUN, TURN, ICE, a public address."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Optional, Union

from ._dataclass import dataclass
from .enums import ContactRewrite, ContactRewriteMethod, IceMode, Transport, TurnUse

if TYPE_CHECKING:
    from .config import Seconds

__all__ = ["AccountNat", "NatConfig", "TurnConfig"]

#: An address without a port.
IpAddress = Union[str, ipaddress.IPv4Address, ipaddress.IPv6Address]


@dataclass(frozen=True)
class TurnConfig:
    """A TURN server (RFC 8656), used by calls with ICE."""

    #: ``"host[:port]"`` or ``"[IPv6]:port"``; without a port 3478, 5349 with TLS.
    server: str
    #: User name of its long-term credentials.
    user: str
    #: Password of them.
    password: str = field(repr=False)
    #: How the server is spoken to; by default UDP. TLS is as `EndpointConfig.tls` says: the certificate must be made out for the host.
    transport: Union[Transport, str, None] = None
    #: Realm of the credentials; by default ``"*"``, whatever the server names.
    realm: Optional[str] = None


@dataclass(frozen=True)
class NatConfig:
    """How the endpoint is reached through NAT. Everything is off by default; accounts can deviate (`AccountNat`)."""

    #: STUN servers (RFC 8489), ``"host[:port]"``, at most 8. All are asked at once; the first to answer is used, and asked again as long as
    #: the endpoint runs. If none answers the endpoint works without, says so by `StunChanged`, and tries again after 30 s, later up to
    #: 5 min.
    stun_servers: Optional[Sequence[str]] = None
    #: How long a STUN server may take to answer, 0.1 to 10 s; by default 1 s. A call without ICE waits for it before its SDP is written.
    stun_timeout: Optional[Seconds] = None
    #: How long starting the endpoint waits for STUN, and for the addresses of TURN servers, 0 to 10 s; by default 0.5 s.
    start_wait: Optional[Seconds] = None
    #: How often the STUN server is asked again from the SIP socket, which keeps its mapping open and finds a changed address, 5 s to
    #: 10 min; by default 25 s. 0: never.
    stun_refresh: Optional[Seconds] = None
    #: The address under which others reach us, for Contact, Via and SDP; ports stay. For routers that forward our ports unchanged. With it
    #: no STUN server is asked about addresses.
    public_address: Optional[IpAddress] = None
    #: Whether calls use ICE; by default off.
    ice: Union[IceMode, str, None] = None
    #: Aggressive nomination (RFC 5245 section 8.1.1.2): one check less, but the way may change while checks go on. By default `True`.
    aggressive: Optional[bool] = None
    #: How long ICE gathers addresses before the offer or answer goes out with those it has, 0.1 to 30 s; by default 2 s. A relay that is
    #: not there by then is told by `RelayFailed`.
    gather_timeout: Optional[Seconds] = None
    #: The relay for calls with ICE.
    turn: Optional[TurnConfig] = None


@dataclass(frozen=True)
class AccountNat:
    """How an account is reached through NAT, where that is not as `NatConfig` has it, or as is usual."""

    #: Whether the Contact follows the address the registrar sees; by default `ContactRewrite.ON`.
    contact_rewrite: Union[ContactRewrite, str, None] = None
    #: How the old binding is replaced; by default `ContactRewriteMethod.EARLY`.
    contact_rewrite_method: Union[ContactRewriteMethod, str, None] = None
    #: Whether Via of later requests shows the address the registrar sees; by default `True`.
    via_rewrite: Optional[bool] = None
    #: Whether SDP shows the address the registrar sees, with our own ports, when neither STUN nor ICE tells better; by default `False`.
    sdp_rewrite: Optional[bool] = None
    #: The address others send our media to, told in SDP alone, with our own ports; used without STUN and ICE only.
    media_address: Optional[IpAddress] = None
    #: Whether STUN is used for Contact and for media; by default `True`, if the endpoint has servers.
    stun: Optional[bool] = None
    #: Whether calls use ICE; by default as the endpoint.
    ice: Union[IceMode, str, None] = None
    #: Which relay calls with ICE use: one of their own, the endpoint's (the default), or none.
    turn: Union[TurnConfig, TurnUse, str, None] = None
