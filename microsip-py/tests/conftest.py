"""What the tests of the package share. All traffic stays on 127.0.0.1, ports come from the kernel."""

from __future__ import annotations

import faulthandler
import signal
from collections.abc import Iterator

import pytest

import microsip
from peers import Kamailio
from wire import Wire

# A wait that never ends shows where.
faulthandler.enable()

# A shell without job control starts what goes to the background with SIGINT ignored; so would be our programs that tests press Ctrl-C in.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def local(**fields: object) -> microsip.Endpoint:
    """An endpoint that can only be reached from this machine."""
    fields.setdefault("transports", [microsip.TransportConfig("udp", "127.0.0.1:0")])
    # Peers of raw bytes do not answer the BYEs of the end.
    fields.setdefault("close_timeout", 0.1)
    return microsip.Endpoint(**fields)  # type: ignore[arg-type]


@pytest.fixture
def endpoint() -> Iterator[microsip.Endpoint]:
    with local() as made:
        yield made


@pytest.fixture
def account(endpoint: microsip.Endpoint) -> microsip.Account:
    return endpoint.add_account("sip:python@127.0.0.1")


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A peer of raw bytes."""
    with Wire() as made:
        yield made


# A registrar and proxy; see peers.py.
@pytest.fixture
def kamailio() -> Iterator[Kamailio]:
    """A Kamailio with the users of `peers.USERS`."""
    with Kamailio() as made:
        yield made
