"""A server for the phone: HTTP and WebSocket, for programs in other languages and for a page in a browser.

``python -m microsip_api.server`` starts it; `create_app` gives the application to programs that serve it themselves. It needs the extra
``server``: ``pip install microsip[server]``.

Who has the token commands the phone: calls at its owner's cost, listens, changes settings. Nobody else gets an answer, and a web page
that somebody visits gets none even with the browser's help: ``Host`` and ``Origin`` are checked, there is no CORS, and no cookie.
"""

from __future__ import annotations

from .app import create_app
from .guard import Limits
from .token import load_token, token_path

__all__ = ["Limits", "create_app", "load_token", "token_path"]
