"""What `/api/openapi.json` says besides the routes: how to ask, and what is answered when something is wrong."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

_FIELDS = {
    "kind": {"type": "string", "description": "The class: `invalid_argument`, `gone`, `wrong_state`, `busy`, `sip`, `refused`, …"},
    "code": {"type": "string", "description": "What happened, by a name that stays the same (docs/failures.md)."},
    "message": {"type": "string", "description": "In words, for people."},
    "sip_status": {"type": "integer", "description": "The peer's, when there was one."},
}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "object", "required": ["kind", "code", "message"], "properties": _FIELDS}},
}
_FAILED = (
    "400, 422: it is malformed; 401: no token, or a wrong one; 403: not allowed; 404: there is no such thing; 409: not now, as for a call "
    "that was answered; 413: too long; 429: too much; 502: the peer or the network refused; 503: the phone does not run; 504: too slow"
)


def describe(app: FastAPI) -> None:
    """Completes the specification of an application."""
    of_routes = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(of_routes())
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(spec: dict[str, Any]) -> None:
    parts = spec.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    # FastAPI's own words for malformed requests; ours do not repeat what was sent.
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Error"] = _ERROR
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": "The token that the server printed."}}
    spec["security"] = [{"token": []}]
    for methods in spec["paths"].values():
        for operation in methods.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {"description": _FAILED, "content": content}
