"""Settings of TLS."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import field
from typing import Optional, Union

from . import _microsip
from ._dataclass import dataclass
from ._settings import shown
from .enums import TlsVersion

__all__ = ["TlsConfig", "TlsPin"]

#: A file name.
Path = Union[str, bytes, "os.PathLike[str]"]


@dataclass(frozen=True)
class TlsPin:
    """What a peer's certificate must be: the SHA-256 of the whole certificate, or of its public key (RFC 7469 section 2.4), which stays the
    same when the certificate is renewed with the same key.

    Made of 64 hexadecimal digits, with or without colons (``openssl x509 -fingerprint -sha256``), of ``sha256/`` and Base64
    (``curl --pinnedpubkey``), or of the 32 bytes. Raises `InvalidArgumentError` for anything else.
    """

    #: 64 upper-case hexadecimal digits with colons, whatever it was made of.
    sha256: str

    def __init__(self, sha256: Union[str, bytes]) -> None:
        object.__setattr__(self, "sha256", _microsip.tls_pin(sha256))

    def __str__(self) -> str:
        return self.sha256


@dataclass(frozen=True, repr=False)
class TlsConfig:
    """Settings of TLS, for every TLS transport of the endpoint and for TURN over TLS.

    Who is trusted: the peer whose certificate is pinned, or, without pins, the one whose certificate a trusted authority made out for the
    host we wanted. Trusted authorities are those given here, or the system's when none is given. To a peer who is refused nothing of SIP
    is sent; `TlsError` and its `MicrosipError.tls_refusal` tell why.
    """

    #: Whether a server's certificate is checked: signed by a trusted authority, in its validity period, not revoked, made out for the host
    #: we asked for (RFC 5922). By default `True`; without it anybody on the way can read and change everything. Pins hold all the same.
    verify: Optional[bool] = None
    #: File of trusted authorities in PEM.
    ca_file: Optional[Path] = None
    #: Folder of trusted authorities: every file in it that holds certificates in PEM; revocation lists in it are used as well.
    ca_dir: Optional[Path] = None
    #: Trusted authorities as PEM text.
    ca_pem: Optional[str] = field(default=None, repr=False)
    #: Whether the system's authorities are trusted besides those above; they always are if none is given. By default `False`.
    system_authorities: Optional[bool] = None
    #: Files of certificate revocation lists in PEM (RFC 5280 section 5). With any, a certificate is refused unless a current list of its
    #: authority is there, and it is not on it.
    crl_files: Optional[Sequence[Path]] = None
    #: Certificates that are accepted, and no others, whoever signed them; a revocation list still refuses.
    pins: Optional[Sequence[Union[TlsPin, str, bytes]]] = None
    #: Our own certificate, and what leads from it to its authority, in PEM. A server needs one, a client seldom.
    cert_file: Optional[Path] = None
    #: The same as PEM text.
    cert_pem: Optional[str] = field(default=None, repr=False)
    #: The certificate's private key in PEM.
    key_file: Optional[Path] = None
    #: The same as PEM text.
    key_pem: Optional[str] = field(default=None, repr=False)
    #: Password of an encrypted private key.
    key_password: Optional[str] = field(default=None, repr=False)
    #: The oldest version spoken; by default 1.2.
    min_version: Union[TlsVersion, str, None] = None
    #: Ciphers by OpenSSL's names, the preferred one first: of TLS 1.2 (``ECDHE-RSA-AES256-GCM-SHA384``, or rules such as ``HIGH``), of
    #: TLS 1.3 (``TLS_AES_256_GCM_SHA384``), or both. OpenSSL chooses for a version that none is named of.
    ciphers: Optional[Sequence[str]] = None
    #: The name servers must have, and are asked for (SNI, RFC 6066 section 3), in place of the host in the URI.
    server_name: Optional[str] = None
    #: Whether a certificate for ``*.example.org`` is one for ``sip.example.org``. By default `False`, as RFC 5922 section 7.2 asks.
    wildcards: Optional[bool] = None
    #: Whether those who connect to us must present a certificate that is accepted by the rules above, names excepted. By default `False`.
    require_client_cert: Optional[bool] = None

    __repr__ = shown
