"""How host names are resolved, and where they lead."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional, Union

from ._dataclass import dataclass
from .enums import Transport

if TYPE_CHECKING:
    from .config import Seconds

__all__ = ["DnsConfig", "ServerAddress"]


@dataclass(frozen=True)
class DnsConfig:
    """How host names in SIP URIs are resolved (RFC 3263).

    Numeric addresses and names in the hosts file are known at once. Answers of name servers are kept as long as their TTL says.
    """

    #: Name servers, ``"address:port"``; by default the system's, from ``/etc/resolv.conf``, which is read again when it changes.
    servers: Optional[Sequence[str]] = None
    #: Whether SRV records are asked for when the URI has no port (RFC 3263 section 4.2); by default `True`.
    srv: Optional[bool] = None
    #: Whether NAPTR records are asked for when the URI names no transport (RFC 3263 section 4.1); by default `True`.
    naptr: Optional[bool] = None
    #: How long one look-up may take, 0.1 to 60 s; by default 5 s. Within it every name server is asked twice.
    timeout: Optional[Seconds] = None
    #: How long one of several targets of a request is given before the next is tried, 0.5 to 32 s; by default 4 s. The last one is given
    #: `EndpointConfig.transaction_timeout`.
    target_timeout: Optional[Seconds] = None
    #: How long a target that did not serve comes after the others, 0 s to 1 hour; by default 60 s. A ``Retry-After`` in a 503 counts
    #: instead.
    avoid_for: Optional[Seconds] = None
    #: The hosts file; by default ``/etc/hosts``, ``""`` for none. It is read again when it changes.
    hosts_file: Union[str, bytes, os.PathLike[str], None] = None


@dataclass(frozen=True)
class ServerAddress:
    """One place where a SIP URI leads (RFC 3263 section 4.2)."""

    #: The transport to use.
    transport: Transport
    #: Where to send, ``"host:port"``.
    address: str
    #: The host name this address belongs to: an SRV record's target, or the URI's own host.
    name: str
    #: Priority of the SRV record; lower ones first. 0 without SRV.
    priority: int
    #: Weight of the SRV record among those of the same priority. 0 without SRV.
    weight: int
