"""The plugin of `microsip.testing` for pytest.

Every run of pytest imports it, so it is a package of its own: `microsip` is imported when a test asks for one of its fixtures.

Fixtures:

`endpoint`
    An endpoint that can be reached from this machine only. Its settings are those of the mark ``microsip`` (keywords of
    `EndpointConfig`), over those of the fixture `endpoint_options`, over a UDP socket on 127.0.0.1 (``--microsip-bind``).
`pair`
    A call that is up between two accounts of `endpoint`: a `Pair` of both sides.
`registrar`
    A `Registrar` that knows alice, bob and carol; others are added as they are asked for.
`spawn`
    A function that makes further endpoints, each in a process of its own; they are closed at the end.
`endpoint_options`
    To be overridden: a dictionary of settings for all endpoints of the tests around.

A fixture of the same name in a ``conftest.py`` takes the place of one of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Callable

import pytest

if TYPE_CHECKING:
    from microsip import Endpoint, SpawnedEndpoint
    from microsip.testing import Pair, Registrar


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--microsip-bind``."""
    group = parser.getgroup("microsip", "SIP endpoints")
    group.addoption(
        "--microsip-bind", metavar="ADDRESS", default="127.0.0.1:0", help="where endpoints of tests listen (127.0.0.1:0: this machine only)"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Makes the mark known."""
    config.addinivalue_line("markers", "microsip(**settings): settings of the fixture `endpoint`, as microsip.EndpointConfig has them")


def _settings(request: pytest.FixtureRequest, options: dict[str, Any]) -> dict[str, Any]:
    from microsip import TransportConfig

    bind = str(request.config.getoption("--microsip-bind"))
    settings: dict[str, Any] = {"transports": [TransportConfig("udp", bind)], "close_timeout": 2, **options}
    for mark in reversed(list(request.node.iter_markers("microsip"))):
        settings.update(mark.kwargs)
    return settings


@pytest.fixture
def endpoint_options() -> dict[str, Any]:
    """Settings for the endpoints of tests; to be overridden."""
    return {}


@pytest.fixture
def endpoint(request: pytest.FixtureRequest, endpoint_options: dict[str, Any]) -> Iterator[Endpoint]:
    """An endpoint, closed after the test."""
    import microsip

    with microsip.Endpoint(**_settings(request, endpoint_options)) as made:
        yield made


@pytest.fixture
def pair(endpoint: Endpoint) -> Iterator[Pair]:
    """A call that is up between two accounts of `endpoint`."""
    from microsip.testing import connect

    made = connect(endpoint)
    yield made
    made.hang_up()


@pytest.fixture
def registrar() -> Iterator[Registrar]:
    """A registrar and proxy with the users alice, bob and carol."""
    from microsip.testing import Registrar

    with Registrar({user: f"{user}'s secret" for user in ("alice", "bob", "carol")}) as made:
        yield made


@pytest.fixture
def spawn(request: pytest.FixtureRequest, endpoint_options: dict[str, Any]) -> Iterator[Callable[..., SpawnedEndpoint]]:
    """Makes endpoints with processes of their own: ``spawn(codecs="PCMU")``."""
    import microsip

    made: list[SpawnedEndpoint] = []

    def spawn(**settings: Any) -> SpawnedEndpoint:
        made.append(microsip.spawn_endpoint(**{**_settings(request, endpoint_options), **settings}))
        return made[-1]

    yield spawn
    for endpoint in made:
        endpoint.close()
