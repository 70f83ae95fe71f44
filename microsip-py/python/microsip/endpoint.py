"""The endpoint: the engine and everything in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Optional, Union

from . import _log, _microsip
from ._deadline import Deadline
from .account import Account
from .account_config import prepared
from .call import Call
from .config import AccountConfig, AccountConfigFields, EndpointConfig, EndpointConfigFields, Seconds, merged
from .dns import ServerAddress
from .endpoint_audio import EndpointAudio
from .endpoint_info import Diagnostics, StunInfo
from .enums import Transport
from .events import Events
from .policy import CallPolicy, CallPolicyFields, IncomingPolicy, TransferRules, TransferRulesFields

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self, Unpack


__all__ = ["Endpoint"]


class Endpoint(EndpointAudio):
    """The owner of the engine and of everything in it. It runs as soon as it is made, and until `close`.

    One per process at a time: PJSIP is one per process. As a context manager, with or without ``async``, it closes itself.

    Raises `AlreadyRunningError` while another one runs, `InvalidArgumentError` for a wrong setting, `TransportError` when a socket cannot
    be bound, `TlsError` when a certificate or key cannot be used.
    """

    __slots__ = ("__weakref__", "_native")
    _native: _microsip.Endpoint

    def __init__(
        self,
        config: Optional[EndpointConfig] = None,
        ini: Union[str, os.PathLike[str], None] = None,
        **fields: Unpack[EndpointConfigFields],
    ) -> None:
        """Starts it, by its settings, or as a settings file of MicroSIP describes it (`ini`; `microsip.compat.choose_place` says which).

        Such a file says where it listens, which codecs, NAT, TLS and name servers there are, and its accounts: `accounts` has the local one
        if there is one, and the active one, which begins to register. It is read once, and what is wrong in it is logged. MicroSIP's
        behaviour is not in it (rules for incoming calls, hooks, history, dial plan): `microsip.compat.Phone` and
        `microsip_api.MicroSIP` have it.
        """
        _log.follow()
        if ini is None:
            self._native = _microsip.Endpoint.start(merged(EndpointConfig, config, fields))
            return
        if config is not None or fields:
            raise TypeError("an endpoint is as its settings say, or as an ini file says; give one of the two")
        self._native, problems = _microsip.Endpoint.start_ini(ini)
        if not problems:
            return
        import logging

        for problem in problems:
            logging.getLogger("microsip").warning("%s: %s", ini, problem)

    def add_account(self, account: Union[AccountConfig, str], **fields: Unpack[AccountConfigFields]) -> Account:
        """Adds an account, by its settings or its address, and begins to register it if it has a registrar::

            endpoint.add_account("sip:alice@example.org", password="secret")

        With a password and no registrar, that is the domain of the address; without a username, that is the address' user part. Waits up
        to half a second for the address of a TURN server of its own.

        Raises `InvalidArgumentError` for a wrong setting, `LimitReachedError`, `UnsupportedError` for encryption this build lacks.
        """
        config = AccountConfig(account) if isinstance(account, str) else account
        return self._native.add_account(prepared(merged(AccountConfig, config, fields)))

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

    def wait_incoming(self, timeout: Optional[Seconds] = None, account: Optional[Account] = None) -> Call:
        """Waits for a call that comes in, of one account if one is given.

        Calls that came before and still ring count, oldest first, and each call is given to one wait only: nobody is left ringing because
        he called while another call was dealt with.

        Raises `TimedOutError` after `timeout` seconds (`None`: never), `NotRunningError` when the endpoint is closed.
        """
        return self._native.wait_incoming(None if account is None else account.id, timeout)

    async def wait_incoming_async(self, timeout: Optional[Seconds] = None, account: Optional[Account] = None) -> Call:
        """As `wait_incoming`; a task that is cancelled takes no call away."""
        deadline = Deadline(timeout)
        while True:
            call = await self._native.wait_incoming_future(None if account is None else account.id, deadline.left())
            if self._native.claim(call.id):
                return call

    def local_address(self, transport: Union[Transport, str] = Transport.UDP) -> str:
        """Where it listens, ``"host:port"``."""
        return self._native.local_address(transport)

    @property
    def local_addresses(self) -> list[tuple[Transport, str]]:
        """What each socket is bound to, with the ports the system chose, in the order of `EndpointConfig.transports`."""
        return self._native.local_addresses()

    def set_incoming(self, policy: Union[IncomingPolicy, int, None] = None) -> None:
        """Changes what happens to incoming calls by itself: a status is sent, or with `None` the application is asked."""
        self._native.set_incoming(IncomingPolicy() if policy is None else policy)

    def set_policy(self, policy: Optional[CallPolicy] = None, **fields: Unpack[CallPolicyFields]) -> None:
        """Changes what happens to incoming calls before they ring; calls that wait for something keep what was decided for them. Without
        any policy everything passes.

        Raises `InvalidArgumentError` for a wrong value, which it names.
        """
        self._native.set_policy(merged(CallPolicy, policy, fields))

    def set_transfers(self, rules: Optional[TransferRules] = None, **fields: Unpack[TransferRulesFields]) -> None:
        """Changes which transfers by others are carried out, for requests from now on. Without any rules none is."""
        self._native.set_transfers(merged(TransferRules, rules, fields))

    def resolve(self, uri: str, timeout: Optional[Seconds] = None) -> list[ServerAddress]:
        """Where requests to a SIP URI would go, in the order in which the places would be tried (RFC 3263): numeric addresses and names in
        the hosts file at once, others by NAPTR, SRV, A and AAAA. Targets that did not serve a moment ago come last.

        Raises `InvalidArgumentError` for what is no SIP URI; `TransportError` when the name does not exist, has no address, or its name
        server fails or does not answer within `DnsConfig.timeout`; `TimedOutError` after `timeout` seconds; `NotRunningError` when the
        endpoint is closed meanwhile.
        """
        return self._native.resolve(uri, timeout)

    async def resolve_async(self, uri: str, timeout: Optional[Seconds] = None) -> list[ServerAddress]:
        """As `resolve`."""
        return await self._native.resolve_future(uri, timeout)

    def network_changed(self) -> None:
        """Tells that this machine's network changed, where that is not noticed by itself (`EndpointConfig.network_watch`): connections are
        ended, accounts register anew with a new Contact, and calls get new media sockets and a re-INVITE. `NetworkChanged` tells how it
        goes.
        """
        self._native.network_changed()

    @property
    def stun(self) -> StunInfo:
        """What STUN told, or that it is still asked, or why it did not. Changes come as `StunChanged`."""
        return self._native.stun()

    @property
    def clock_rate(self) -> int:
        """The bridge's sample rate in Hz."""
        return self._native.clock_rate()

    @property
    def diagnostics(self) -> Diagnostics:
        """Counters since the start."""
        return self._native.diagnostics()

    def round_trip(self) -> float:
        """Sends an empty command through the engine: how long it took there and back, in seconds.

        Raises `BusyError` when the engine's queue is full.
        """
        return self._native.round_trip()

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
