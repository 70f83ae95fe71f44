"""The endpoint: the engine and everything in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

from . import _microsip
from .account import Account
from .call import Call
from .config import AccountConfig, AccountConfigFields, EndpointConfig, EndpointConfigFields, merged
from .enums import Transport
from .events import Events

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self, Unpack

__all__ = ["Endpoint"]


class Endpoint:
    """The owner of the engine and of everything in it. It runs as soon as it is made, and until `close`.

    One per process at a time: PJSIP is one per process. As a context manager, with or without ``async``, it closes itself.

    Raises `AlreadyRunningError` while another one runs, `InvalidArgumentError` for a wrong setting, `TransportError` when a socket cannot be
    bound, `TlsError` when a certificate or key cannot be used.
    """

    __slots__ = ("__weakref__", "_native")

    def __init__(self, config: Optional[EndpointConfig] = None, **fields: Unpack[EndpointConfigFields]) -> None:
        self._native = _microsip.Endpoint.start(merged(EndpointConfig, config, fields))

    def add_account(self, account: Union[AccountConfig, str], **fields: Unpack[AccountConfigFields]) -> Account:
        """Adds an account, by its settings or its address, and begins to register it if it has a registrar."""
        config = AccountConfig(account) if isinstance(account, str) else account
        return self._native.add_account(merged(AccountConfig, config, fields))

    @property
    def accounts(self) -> list[Account]:
        """The accounts there are, in the order in which they were added."""
        return self._native.accounts()

    @property
    def calls(self) -> list[Call]:
        """The calls there are."""
        return self._native.calls()

    def hang_up_all(self) -> None:
        """Ends all calls."""
        self._native.hang_up_all()

    def events(self) -> Events:
        """All that happens from now on; ends when the endpoint is closed."""
        return Events(self._native.events())

    def local_address(self, transport: Union[Transport, str] = Transport.UDP) -> str:
        """Where it listens, ``"host:port"``."""
        return self._native.local_address(transport)

    def close(self) -> None:
        """Ends all calls, removes all registrations, and ends the engine. Again, it does nothing."""
        self._native.close()

    async def close_async(self) -> None:
        """As `close`."""
        import asyncio

        await asyncio.get_running_loop().run_in_executor(None, self._native.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        await self.close_async()

    def __repr__(self) -> str:
        return "<microsip.Endpoint>"
