"""The application."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Optional

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from microsip import MicrosipError, __version__
from microsip.exceptions import ErrorKind

from .._errors import error
from ..phone import MicroSIP
from . import calls, data, sockets
from .guard import App, Guard, Limits, host_name
from .spec import describe
from .token import SHORTEST

__all__ = ["create_app"]

PAGE = Path(__file__).parent / "page"

_STATUS = {
    ErrorKind.INVALID_ARGUMENT: 400,
    ErrorKind.CONFIG: 409,
    ErrorKind.GONE: 404,
    ErrorKind.WRONG_STATE: 409,
    ErrorKind.BUSY: 409,
    ErrorKind.LIMIT_REACHED: 409,
    ErrorKind.MEDIA: 409,
    ErrorKind.UNSUPPORTED: 501,
    ErrorKind.SIP: 502,
    ErrorKind.AUTH: 502,
    ErrorKind.TRANSPORT: 502,
    ErrorKind.TLS: 502,
    ErrorKind.NOT_RUNNING: 503,
    ErrorKind.TIMEOUT: 504,
}


def create_app(
    phone: MicroSIP,
    token: str,
    host: str = "127.0.0.1",
    allow_hosts: Iterable[str] = (),
    limits: Optional[Limits] = None,
    trust: bool = False,
) -> App:
    """The ASGI application that serves a phone, which stays the caller's.

    `host` is what it is bound to: on a loopback address it answers to that and to ``localhost`` alone, else to any address as well.
    `allow_hosts` are further names by which it is known. `trust` lets settings be changed by which the phone runs programs and uses files
    anywhere. Raises `InvalidArgumentError` for a token that could be guessed, and for a name that is none.
    """
    if len(token) < SHORTEST:
        raise error(ErrorKind.INVALID_ARGUMENT, "server", f"a token has at least {SHORTEST} characters")
    app = FastAPI(
        title="microsip",
        version=__version__,
        description="The phone: calls, messages, contacts, history, settings. Events and audio go over WebSockets: `/api/events`, "
        "`/api/calls/{id}/audio`. Every request needs the header `Authorization: Bearer TOKEN`; a WebSocket in a browser names the "
        "subprotocols `microsip` and `token.TOKEN` instead.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
    )
    app.state.phone = phone
    app.state.trust = trust
    for routes in (data.router, calls.router, sockets.router):
        app.include_router(routes, prefix="/api")
    app.add_exception_handler(MicrosipError, _failed)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(KeyError, _unknown)
    app.add_exception_handler(Exception, _broken)
    _serve_page(app)
    describe(app)
    hosts = {_name(host) for host in allow_hosts}
    loopback = _is_loopback(host)
    if loopback:
        hosts |= {"localhost", "127.0.0.1", "::1", host.lower()}
    else:
        hosts |= {"localhost", host.lower()}
    return Guard(app, token, frozenset(hosts), not loopback, limits or Limits())


def _name(host: str) -> str:
    """As the header ``Host`` has it, with or without a port, which does not matter."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        name = host_name(host)
    if name is None:
        raise error(ErrorKind.INVALID_ARGUMENT, "server", f"{host!r} is no name of a host")
    return name


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _serve_page(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(PAGE / "index.html")

    @app.get("/docs", include_in_schema=False)
    def docs() -> FileResponse:
        return FileResponse(PAGE / "docs.html")

    app.mount("/page", StaticFiles(directory=PAGE), name="page")


def _answer(status: int, kind: str, code: str, message: str, **more: Any) -> JSONResponse:
    return JSONResponse({"error": {"kind": kind, "code": code, "message": message, **more}}, status)


def _failed(request: Request, failure: Exception) -> JSONResponse:
    assert isinstance(failure, MicrosipError)
    more = {} if failure.sip_status is None else {"sip_status": failure.sip_status}
    return _answer(_STATUS.get(failure.kind, 500), failure.kind.value, failure.code, str(failure), **more)


def _malformed(request: Request, failure: Exception) -> JSONResponse:
    """Which fields are wrong, and not what was in them."""
    assert isinstance(failure, RequestValidationError)
    wrong = [_words(problem) for problem in failure.errors()]
    return _answer(422, "invalid_argument", "invalid_argument", "; ".join(wrong)[:2000])


def _words(problem: dict[str, Any]) -> str:
    place, kind = problem["loc"], problem["type"]
    if kind == "json_invalid":
        return f"body: no JSON at character {place[-1]}"
    if place == ("body",):
        # As from curl without a header.
        return "the body is a JSON object, sent with the header Content-Type: application/json"
    return f"{'.'.join(str(it) for it in place)}: {problem['msg']}"


def _refused(request: Request, failure: Exception) -> JSONResponse:
    status, detail = getattr(failure, "status_code", 404), getattr(failure, "detail", "there is no such thing here")
    return _answer(status, {404: "gone", 403: "refused"}.get(status, "invalid_argument"), "refused", str(detail))


def _unknown(request: Request, failure: Exception) -> JSONResponse:
    if not request.url.path.startswith(("/api/settings", "/api/accounts")):
        return _broken(request, failure)
    return _answer(404, "gone", "no_such_setting", "there is no such setting; /api/settings/keys lists them")


def _broken(request: Request, failure: Exception) -> JSONResponse:
    return _answer(500, "internal", "internal", "it failed; the server's log has more")
