"""Who is let in: the right host, the right origin, the token, and not too much at once."""

from __future__ import annotations

import hmac
import ipaddress
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, MutableMapping
from dataclasses import dataclass
from typing import Any, Callable, Optional

__all__ = ["Guard", "Limits", "Refused"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: What a browser that cannot send headers names instead, beside `PROTOCOL`.
TOKEN_PROTOCOL = "token."
#: The WebSocket subprotocol that is spoken.
PROTOCOL = "microsip"

HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src blob:; "
        b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]


@dataclass(frozen=True)
class Limits:
    """How much one address may ask for."""

    #: Requests a second, on average.
    rate: float = 50.0
    #: Requests at once.
    burst: int = 100
    #: Calls and messages a second, on average.
    costly_rate: float = 2.0
    #: Calls and messages at once.
    costly_burst: int = 20
    #: Wrong tokens a second, on average; the right one is let in all the same, or anybody could lock its owner out.
    wrong_rate: float = 0.1
    #: Wrong tokens at once.
    wrong_burst: int = 10
    #: Longest body, in bytes.
    body: int = 64 * 1024
    #: Longest body of an import.
    upload: int = 8 * 1024 * 1024
    #: WebSockets at the same time, of all addresses.
    sockets: int = 32


class Refused(Exception):
    """Not let in: a status, and why, in words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class _Buckets:
    """Tokens of each address, that come back with time."""

    MOST = 4096

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def _now(self, who: str) -> float:
        now = time.monotonic()
        left, since = self._left.get(who, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        self._left[who] = (left, now)
        self._left.move_to_end(who)
        while len(self._left) > self.MOST:
            self._left.popitem(last=False)
        return left

    def take(self, who: str) -> bool:
        left = self._now(who)
        if left < 1:
            return False
        self._left[who] = (left - 1, self._left[who][1])
        return True


class Guard:
    """An ASGI application around another one."""

    def __init__(self, app: App, token: str, hosts: frozenset[str], any_address: bool, limits: Limits) -> None:
        self._app = app
        self._token = token.encode()
        self._hosts = hosts
        self._any_address = any_address
        self._limits = limits
        self._all = _Buckets(limits.rate, limits.burst)
        self._costly = _Buckets(limits.costly_rate, limits.costly_burst)
        self._wrong = _Buckets(limits.wrong_rate, limits.wrong_burst)
        self._sockets = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            self._check(scope)
        except Refused as refused:
            await _refuse(scope, receive, send, refused)
            return
        if scope["type"] == "websocket":
            self._sockets += 1
            try:
                await self._app(scope, receive, send)
            finally:
                self._sockets -= 1
            return
        await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        most = self._limits.upload if scope["path"].endswith("/import") else self._limits.body
        too_long = Refused(413, "too_large", f"a body has at most {most} bytes here")
        length = _one(scope, b"content-length")
        if length is not None and (not length.isdecimal() or int(length) > most):
            await _refuse(scope, receive, send, too_long)
            return
        read, over, told = 0, False, False

        async def limited() -> Message:
            nonlocal read, over
            message = await receive()
            if message["type"] == "http.request":
                read += len(message.get("body", b""))
                if read > most:
                    over = True
                    raise too_long
            return message

        async def guarded(message: Message) -> None:
            nonlocal told
            if over:
                # Whatever the application makes of it.
                if not told:
                    told = True
                    await _refuse(scope, receive, send, too_long)
                return
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_headers(scope)]
            await send(message)

        try:
            await self._app(scope, limited, guarded)
        except Refused:
            if not told:
                await _refuse(scope, receive, send, too_long)

    def _check(self, scope: Scope) -> None:
        host = self._check_host(scope)
        self._check_origin(scope, host)
        client = scope.get("client")
        who = str(client[0]) if client else ""
        given = _given_token(scope)
        right = given is not None and hmac.compare_digest(given.encode(errors="surrogateescape"), self._token)
        # Who has no token takes nothing from its owner, who may have the same address (a proxy's, this machine's).
        if not self._all.take(f"{'in' if right else 'out'} {who}"):
            raise Refused(429, "too_many", "too many requests; wait a little")
        if scope["type"] == "http" and _is_page(scope["path"]):
            return
        if given is None:
            raise Refused(401, "token", "a token is needed: Authorization: Bearer TOKEN")
        if not right:
            if not self._wrong.take(who):
                raise Refused(429, "too_many", "too many wrong tokens; wait a little")
            raise Refused(401, "token", "the token is wrong")
        if scope["type"] == "websocket":
            if self._sockets >= self._limits.sockets:
                raise Refused(429, "too_many", "too many WebSockets are open")
        elif scope["method"] == "POST" and scope["path"] in ("/api/calls", "/api/messages") and not self._costly.take(who):
            raise Refused(429, "too_many", "too many calls and messages; wait a little")

    def _check_host(self, scope: Scope) -> str:
        """A page whose name somebody points at this machine (DNS rebinding) comes with that name."""
        host = _one(scope, b"host")
        if host is None:
            raise Refused(400, "host", "the request has no Host, or more than one")
        name = host_name(host)
        if name is None or not (name in self._hosts or (self._any_address and _is_address(name))):
            raise Refused(403, "host", "this server is not known by that name; --allow-host gives it one")
        return host

    def _check_origin(self, scope: Scope, host: str) -> None:
        """Whatever a browser sends for a page names that page's origin; only our own page may ask."""
        origin = _one(scope, b"origin", "many")
        if origin is not None:
            scheme, mark, rest = origin.partition("://")
            if not mark or scheme not in ("http", "https") or rest.lower() != host.lower():
                raise Refused(403, "origin", "pages of other origins are not answered")
        site = _one(scope, b"sec-fetch-site", "many")
        if site is not None and site not in ("same-origin", "none") and not _is_page(scope["path"]):
            raise Refused(403, "origin", "pages of other origins are not answered")


def _is_page(path: str) -> bool:
    """The page and what belongs to it: it holds nothing, and whoever opens it has no token yet."""
    return path in ("/", "/docs") or path.startswith("/page/")


def _one(scope: Scope, name: bytes, if_many: Optional[str] = None) -> Optional[str]:
    """The value of a header that is there once; `if_many` if it is there more often."""
    values = [value for header, value in scope["headers"] if header == name]
    if len(values) != 1:
        return if_many if values else None
    return str(values[0].decode("latin-1"))


def host_name(host: str) -> Optional[str]:
    """Without the port, in lower case."""
    if host.startswith("["):
        name, bracket, rest = host[1:].partition("]")
        if not bracket:
            return None
    else:
        name, _, rest = host.partition(":")
        rest = f":{rest}" if rest else ""
    if rest and not (rest[0] == ":" and rest[1:].isdecimal()):
        return None
    return name.lower().rstrip(".") or None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _given_token(scope: Scope) -> Optional[str]:
    header = _one(scope, b"authorization", "")
    if header is not None:
        scheme, _, token = header.partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""
    if scope["type"] == "websocket":
        for protocol in scope.get("subprotocols", []):
            if protocol.startswith(TOKEN_PROTOCOL):
                return str(protocol[len(TOKEN_PROTOCOL) :])
    return None


def _headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    cache = b"no-cache" if _is_page(scope["path"]) else b"no-store"
    return [*HEADERS, (b"cache-control", cache)]


async def _refuse(scope: Scope, receive: Receive, send: Send, refused: Refused) -> None:
    answer = "http.response"
    if scope["type"] == "websocket":
        await receive()
        if "websocket.http.response" not in scope.get("extensions", {}):
            # Before it was accepted this is a 403, whatever the code.
            await send({"type": "websocket.close", "code": 1008, "reason": refused.message})
            return
        answer = "websocket.http.response"
    body = json.dumps({"error": {"kind": "refused", "code": refused.code, "message": refused.message}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *_headers(scope)]
    if refused.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if refused.status == 429:
        headers.append((b"retry-after", b"1"))
    # What is left of the body is nobody's.
    headers.append((b"connection", b"close"))
    await send({"type": f"{answer}.start", "status": refused.status, "headers": headers})
    await send({"type": f"{answer}.body", "body": body})
