"""A registrar and proxy in pure Python, for tests: digest authentication, bindings, and requests sent on to who is registered.

It is a stateless proxy over UDP (RFC 3261 section 16.11) without ``Record-Route``: what belongs to a call once it is up goes directly
between the two. Whatever comes in is kept in `Registrar.requests`.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from ..config import AccountConfig

__all__ = ["Binding", "Registrar", "SipRequest"]

_SHORT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type"}
_USER = re.compile(r"sips?:([^@;>\s]+)@")


def _long(name: str) -> str:
    return _SHORT.get(name.strip().lower(), name.strip().lower())


@dataclass(frozen=True)
class SipRequest:
    """A request as it came in."""

    #: Such as ``"INVITE"``.
    method: str
    #: Whom it is for.
    uri: str
    #: Names in lower case and values, in order.
    headers: tuple[tuple[str, str], ...]
    #: All of it.
    raw: bytes

    def header(self, name: str) -> Optional[str]:
        """The value of the first header of a name."""
        return next((value for known, value in self.headers if known == _long(name)), None)


@dataclass(frozen=True)
class Binding:
    """Where somebody is registered."""

    #: The contact's address.
    contact: str
    #: Where requests are sent: where the REGISTER came from.
    source: tuple[str, int]
    #: Until when, by `time.monotonic`.
    until: float


class _Message:
    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        self.first, *lines = head.decode("utf-8", "replace").split("\r\n")
        unfolded: list[str] = []
        for line in lines:
            if line[:1] in (" ", "\t") and unfolded:
                unfolded[-1] += " " + line.strip()
            else:
                unfolded.append(line)
        self.headers = [(_long(name), value.strip()) for name, _, value in (line.partition(":") for line in unfolded)]

    @property
    def is_response(self) -> bool:
        return self.first.startswith("SIP/2.0 ")

    def get(self, name: str) -> str:
        return next((value for known, value in self.headers if known == name), "")

    def drop_first(self, name: str) -> None:
        index = next(index for index, (known, _) in enumerate(self.headers) if known == name)
        first, comma, rest = self.headers[index][1].partition(",")
        if comma:
            self.headers[index] = (name, rest.strip())
        else:
            del self.headers[index]

    def encoded(self) -> bytes:
        lines = [self.first, *(f"{name.title()}: {value}" for name, value in self.headers)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.body


class Registrar:
    """Users with passwords, on a port of 127.0.0.1 (or `host`)::

        with Registrar({"alice": "secret"}) as registrar:
            account = endpoint.add_account(registrar.account("alice"))
            account.wait_registered(timeout=5)

    REGISTER is challenged (401, MD5 with ``qop=auth``) always, INVITE (407) with `authenticate_calls`. A request for somebody who is
    registered is sent on; else it is answered 480, for somebody unknown 404.
    """

    def __init__(
        self,
        users: Optional[Mapping[str, str]] = None,
        *,
        host: str = "127.0.0.1",
        realm: str = "testing",
        expires: int = 300,
        authenticate_calls: bool = False,
    ) -> None:
        #: Passwords of the users.
        self.users: dict[str, str] = dict(users or {})
        #: The realm of its challenges.
        self.realm = realm
        #: The longest registration it gives, in seconds.
        self.expires = expires
        #: Whether calls are challenged, too.
        self.authenticate_calls = authenticate_calls
        #: Who is registered where.
        self.bindings: dict[str, Binding] = {}
        #: All requests that came in, repetitions included.
        self.requests: list[SipRequest] = []
        self._nonces: set[str] = set()
        self._changed = threading.Condition()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))
        port: int = self._socket.getsockname()[1]
        #: ``"host:port"``.
        self.address = f"{host}:{port}"
        self._thread = threading.Thread(target=self._serve, name="registrar", daemon=True)
        self._thread.start()

    def uri(self, user: str) -> str:
        """The address of a user."""
        return f"sip:{user}@{self.address}"

    def account(self, user: str, password: Optional[str] = None) -> AccountConfig:
        """Settings of an account that registers here. A user that is not known yet is added."""
        from ..config import AccountConfig

        secret = self.users.setdefault(user, password or secrets.token_hex(8))
        return AccountConfig(self.uri(user), registrar=f"sip:{self.address}", username=user, password=password or secret)

    def wait_registered(self, user: str, timeout: float = 5.0) -> Binding:
        """Waits until somebody is registered; `AssertionError` when that does not happen."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._binding(user) is not None, timeout):
                raise AssertionError(f"{user} did not register within {timeout} s\n{self.log()}")
            found = self._binding(user)
            assert found is not None
            return found

    def wait_request(self, method: str, timeout: float = 5.0) -> SipRequest:
        """Waits for the first request of a method, also one that has come already."""

        def found() -> Optional[SipRequest]:
            return next((request for request in self.requests if request.method == method), None)

        with self._changed:
            request = self._changed.wait_for(found, timeout)
        if request is None:
            raise AssertionError(f"no {method} came within {timeout} s\n{self.log()}")
        return request

    def log(self) -> str:
        """What came in, a line for each request."""
        lines = [f"  {request.method} {request.uri} from {request.header('from')}" for request in self.requests]
        return "the registrar got:\n" + "\n".join(lines or ["  nothing"])

    def close(self) -> None:
        """Ends it."""
        try:
            # Ends its wait on every system, which closing does not.
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
                self._closing = True
                waker.sendto(b"", self._socket.getsockname())
        except OSError:
            pass
        self._thread.join(5)
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<microsip.testing.Registrar {self.address}>"

    # On its thread.

    _closing = False

    def _serve(self) -> None:
        while True:
            try:
                raw, source = self._socket.recvfrom(65536)
            except OSError:
                return
            if self._closing:
                return
            if not raw.strip(b"\r\n\0 "):
                continue
            try:
                message = _Message(raw)
                if message.is_response:
                    self._send_back(message)
                else:
                    self._take(message, raw, source)
            except (ValueError, IndexError, StopIteration, OSError):
                # Whatever that was, tests are about others.
                continue

    def _take(self, message: _Message, raw: bytes, source: tuple[str, int]) -> None:
        method, uri, _ = message.first.split(" ", 2)
        index = next(index for index, (name, _) in enumerate(message.headers) if name == "via")
        top, comma, rest = message.headers[index][1].partition(",")
        marked = f"{re.sub(';rport(?![=])', '', top.strip())};received={source[0]};rport={source[1]}"
        message.headers[index] = ("via", f"{marked},{rest}" if comma else marked)
        with self._changed:
            self.requests.append(SipRequest(method, uri, tuple(_Message(raw).headers), raw))
            self._changed.notify_all()
        if method == "REGISTER":
            self._register(message, source)
        elif uri.partition("@")[2].split(";")[0] != self.address and _USER.match(uri):
            # Of a call of which it is no part; or it was told to be the next hop.
            self._forward(message, uri, _host_port(uri))
        elif not _USER.match(uri):
            self._answer(message, 200 if method == "OPTIONS" else 404)
        else:
            self._route(message, method, uri)

    def _register(self, message: _Message, source: tuple[str, int]) -> None:
        user = _user(message.get("to"))
        if user not in self.users:
            return self._answer(message, 404)
        if not self._is_authentic(message, "authorization", user):
            return self._challenge(message, 401, "WWW-Authenticate")
        contact = message.get("contact")
        asked = re.search(r";\s*expires=(\d+)", contact) or re.search(r"(\d+)", message.get("expires"))
        expires = min(self.expires, int(asked.group(1)) if asked else self.expires)
        with self._changed:
            if expires == 0:
                self.bindings.pop(user, None)
            elif contact:
                address = contact.split("<")[-1].split(">")[0]
                self.bindings[user] = Binding(address, source, time.monotonic() + expires)
            found = self.bindings.get(user)
            self._changed.notify_all()
        self._answer(message, 200, [("Contact", f"<{found.contact}>;expires={expires}")] if found else [])

    def _route(self, message: _Message, method: str, uri: str) -> None:
        user = _user(uri)
        if method == "INVITE" and self.authenticate_calls:
            caller = _user(message.get("from"))
            if not self._is_authentic(message, "proxy-authorization", caller):
                return self._challenge(message, 407, "Proxy-Authenticate")
        binding = self._binding(user)
        if binding is None and method != "ACK":
            return self._answer(message, 480 if user in self.users else 404)
        if binding is not None:
            self._forward(message, binding.contact, binding.source)

    def _forward(self, message: _Message, uri: str, to: tuple[str, int]) -> None:
        hops = int(message.get("max-forwards") or 70)
        if hops <= 0:
            return self._answer(message, 483)
        method, _, version = message.first.split(" ", 2)
        # The same for repetitions, CANCEL and ACK of one request.
        branch = hashlib.md5(message.get("via").split(";received")[0].encode(), usedforsecurity=False).hexdigest()
        message.first = f"{method} {uri} {version}"
        kept = [(name, value) for name, value in message.headers if name not in ("max-forwards", "proxy-authorization")]
        route = f"<sip:{self.address}"
        kept = [(name, value) for name, value in kept if not (name == "route" and value.startswith(route))]
        own = ("via", f"SIP/2.0/UDP {self.address};branch=z9hG4bK{branch}")
        message.headers = [own, *kept, ("max-forwards", str(hops - 1))]
        self._socket.sendto(message.encoded(), to)

    def _send_back(self, message: _Message) -> None:
        if self.address not in message.get("via"):
            return
        message.drop_first("via")
        via = message.get("via")
        if via:
            self._socket.sendto(message.encoded(), _via(via))

    def _answer(self, message: _Message, status: int, headers: Optional[list[tuple[str, str]]] = None) -> None:
        phrase = {200: "OK", 401: "Unauthorized", 404: "Not Found", 407: "Proxy Authentication Required", 480: "Temporarily Unavailable"}
        if message.first.startswith("ACK "):
            return
        kept = [(name, value) for name, value in message.headers if name in ("via", "from", "call-id", "cseq")]
        to = message.get("to")
        answer = _Message(b"")
        answer.first = f"SIP/2.0 {status} {phrase.get(status, 'No')}"
        answer.headers = [*kept, ("to", to if ";tag=" in to else f"{to};tag=registrar"), *(headers or []), ("content-length", "0")]
        answer.body = b""
        self._socket.sendto(answer.encoded(), _via(message.get("via")))

    def _challenge(self, message: _Message, status: int, header: str) -> None:
        nonce = secrets.token_hex(16)
        self._nonces.add(nonce)
        self._answer(message, status, [(header, f'Digest realm="{self.realm}", nonce="{nonce}", qop="auth", algorithm=MD5')])

    def _is_authentic(self, message: _Message, header: str, user: str) -> bool:
        """By RFC 2617."""
        given = dict(re.findall(r'(\w+)="?([^",]*)"?', message.get(header).partition(" ")[2]))
        if given.get("nonce") not in self._nonces or given.get("username") != user:
            return False
        method = message.first.split(" ")[0]
        first = _md5(f"{user}:{self.realm}:{self.users.get(user, '')}")
        second = _md5(f"{method}:{given.get('uri')}")
        middle = f"{given['nonce']}:{given.get('nc')}:{given.get('cnonce')}:auth" if given.get("qop") else given["nonce"]
        return secrets.compare_digest(given.get("response", ""), _md5(f"{first}:{middle}:{second}"))

    def _binding(self, user: str) -> Optional[Binding]:
        found = self.bindings.get(user)
        return found if found is not None and found.until > time.monotonic() else None


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _user(address: str) -> str:
    found = _USER.search(address)
    return found.group(1) if found else ""


def _host_port(uri: str) -> tuple[str, int]:
    host, _, port = uri.partition("@")[2].split(";")[0].split(">")[0].partition(":")
    return host, int(port or 5060)


def _via(value: str) -> tuple[str, int]:
    """Where the answer to a request goes (RFC 3581)."""
    top = value.split(",")[0]
    host, _, port = top.split(";")[0].split()[-1].partition(":")
    fields = dict(re.findall(r";(received|rport)=([^;,\s]+)", top))
    return fields.get("received", host), int(fields.get("rport", port or 5060))
