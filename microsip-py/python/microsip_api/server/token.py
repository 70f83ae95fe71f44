"""The token: made at the first start, kept beside the settings, for its owner's eyes only."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from pathlib import Path

from microsip.exceptions import ErrorKind

from .._errors import error

__all__ = ["load_token", "token_path"]

#: Fewer characters could be guessed.
SHORTEST = 32


def token_path(settings: Path) -> Path:
    """Where the token for a settings file is kept."""
    return settings.with_name(settings.stem + ".server-token")


def load_token(path: Path, new: bool = False) -> str:
    """The token of a file; a missing one is made, and with `new` another takes its place.

    Raises `ConfigError` if others than its owner may read the file, or if what is in it is no token.
    """
    if new:
        path.unlink(missing_ok=True)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    token = secrets.token_urlsafe(32)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(token + "\n")
    return token


def _read(path: Path) -> str:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags), encoding="ascii", errors="replace") as file:
        if sys.platform != "win32":
            found = os.fstat(file.fileno())
            if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
                raise error(ErrorKind.CONFIG, "token", f"{path} can be read by others; remove it, and a new token is made")
        token = file.read(4096).strip()
    if len(token) < SHORTEST or not all(it.isalnum() or it in "-_" for it in token):
        raise error(ErrorKind.CONFIG, "token", f"{path} holds no token of at least {SHORTEST} letters and digits; remove it")
    return token
