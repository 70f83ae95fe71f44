"""Parts of the settings of an account: credentials, retries, its Contact."""

from __future__ import annotations

import dataclasses
import re
import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Optional, Union

from . import _microsip
from ._dataclass import dataclass
from .enums import DigestAlgorithm
from .exceptions import ErrorKind, InvalidArgumentError

if TYPE_CHECKING:
    from .config import AccountConfig, Seconds

__all__ = ["ContactOptions", "Credential", "RetryPolicy"]

#: Parameters, with or without a value.
Parameters = Union[Mapping[str, Optional[str]], Iterable[tuple[str, Optional[str]]]]


@dataclass(frozen=True)
class Credential:
    """Credentials for digest authentication (RFC 3261 section 22, RFC 8760), for one realm or for any.

    A challenge is answered with the credentials of its realm, else with those of the realm ``"*"``. Where a server offers several
    algorithms, the strongest one that these credentials fit is answered.
    """

    #: User name.
    user: str
    #: The password, or the digest HA1 in hexadecimal digits.
    secret: str = field(repr=False)
    #: The realm a challenge must name, compared without case; by default ``"*"``, which fits every realm.
    realm: Optional[str] = None
    #: By default `secret` is a password, which fits every algorithm. Else what HA1, the hash of ``user:realm:password``, was made with, the
    #: only algorithm it fits; `realm` must be named then.
    ha1: Union[DigestAlgorithm, str, None] = None


@dataclass(frozen=True)
class RetryPolicy:
    """When a registration that failed is tried again: exponential back-off with jitter, as RFC 5626 section 4.5 has it. A ``Retry-After``
    of the server takes its place.

    Tried again is what may pass: no answer in time, a lost or refused connection, a name that does not resolve, 408, 430, 480, and 5xx but
    501, 505 and 513. Not tried again are refused credentials and the rest of 3xx, 4xx and 6xx.
    """

    #: Longest pause after the first failure, 50 ms to 1 hour; by default 1 s.
    first: Optional[Seconds] = None
    #: Longest pause of all, `first` to 1 hour; by default 30 s.
    max: Optional[Seconds] = None
    #: What the pause grows by with each failure, 1 to 10; by default 2.
    factor: Optional[float] = None
    #: The part of the pause that is left to chance, 0 to 1; by default 0.5. Without it all accounts would come back at the same moment.
    jitter: Optional[float] = None

    def bounds(self, failures: int) -> tuple[float, float]:
        """The shortest and the longest pause after so many failures in a row, from 1, in seconds."""
        return _microsip.retry_bounds(self, failures)


@dataclass(frozen=True)
class ContactOptions:
    """Parameters of our Contact (RFC 3261 section 20.10)."""

    #: How much this contact is preferred to others of the same address, 0 to 1 with three digits.
    q: Optional[float] = None
    #: ``+sip.instance``, a URN that names this device (RFC 5626 section 4.1), the same after every start. Over TCP and TLS it makes the
    #: registration an outbound one where the server agrees.
    instance: Optional[str] = None
    #: Further parameters of the header, in REGISTER only: name and, if any, value (quotes included).
    params: Optional[Parameters] = None
    #: Further parameters of the URI, in every Contact of the account.
    uri_params: Optional[Parameters] = None


_ADDRESS = re.compile(
    r"(?i)(?P<scheme>sips?):(?:(?P<user>[^@:<>\s]*)(?::[^@<>\s]*)?@)?(?P<host>\[[^\]\s]*\]|[^\s:;?<>@]+)(?P<port>:\d+)?"
    r"(?:[^<>\s]*?(?P<transport>;transport=\w+))?"
)


def prepared(config: AccountConfig) -> AccountConfig:
    """With `username` and `password` made into credentials and, if none is named, a registrar."""
    if config.password is None:
        if config.username is not None:
            raise _wrong("username", "it is of no use without a password; give one, or credentials")
        return config
    # Whatever the display name is: no URI has a "<".
    found = _ADDRESS.match(config.aor.rpartition("<")[2].strip())
    user, registrar = config.username, config.registrar
    if found:
        if user is None:
            user = urllib.parse.unquote(found["user"] or "")
        if registrar is None:
            registrar = f"{found['scheme'].lower()}:{found['host']}{found['port'] or ''}{found['transport'] or ''}"
    if found and not user:
        raise _wrong("username", "the address has no user part, and no username is given")
    own = Credential(user or "", config.password)
    credentials = [own, *(config.credentials or ())]
    return dataclasses.replace(config, username=None, password=None, credentials=credentials, registrar=registrar)


def _wrong(name: str, reason: str) -> InvalidArgumentError:
    text = f"AccountConfig.{name}: {reason}"
    return InvalidArgumentError(
        f"argument: {text}", kind=ErrorKind.INVALID_ARGUMENT, operation="argument", reason=text, code="invalid_argument"
    )
