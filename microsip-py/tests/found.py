"""What tests look for on this machine: programs and ports."""

from __future__ import annotations

import shutil
import socket

import pytest


def installed(name: str) -> str:
    """The path of a program; the test is skipped on a machine that lacks it."""
    for folder in (None, "/usr/sbin:/usr/local/sbin"):
        found = shutil.which(name, path=folder)
        if found:
            return found
    pytest.skip(f"{name} is not installed")


def free_port() -> int:
    """A port that was free for UDP and TCP a moment ago."""
    for _ in range(50):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port: int = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free for UDP and TCP")
