"""Accounts and their registrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

from ._handle import Handle
from .account_config import prepared
from .call import Call
from .call_config import RequestOptions, RequestOptionsFields
from .config import AccountConfig, AccountConfigFields, CallOptions, CallOptionsFields, Seconds, merged
from .enums import CallState
from .events import Events
from .info import RegistrationInfo
from .policy import CallPolicy, CallPolicyFields

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from . import _microsip
    from .request import Request

__all__ = ["Account"]


class Account(Handle):
    """An address of ours: calls are made from it, and come in for it. It stays until it is removed."""

    __slots__ = ()
    _native: _microsip.Account

    @property
    def aor(self) -> str:
        """Its address (address of record), as it was given."""
        return self._native.aor

    @property
    def registration(self) -> RegistrationInfo:
        """How its registration is now. Never waits."""
        return self._native.registration

    def call(self, target: str, options: Optional[CallOptions] = None, **fields: Unpack[CallOptionsFields]) -> Call:
        """Calls somebody; returns at once, before there is an answer.

        Raises `InvalidArgumentError` for what is no address, `LimitReachedError`, `NotRunningError`.
        """
        return self._native.call(target, merged(CallOptions, options, fields))

    def dial(
        self,
        target: str,
        timeout: Optional[Seconds] = None,
        options: Optional[CallOptions] = None,
        **fields: Unpack[CallOptionsFields],
    ) -> Call:
        """Calls somebody and waits until the call is up. When that fails, or is interrupted, nothing is left ringing.

        Raises what `call` and `Call.wait_for` raise.
        """
        call = self.call(target, options, **fields)
        try:
            call.wait_for(CallState.CONFIRMED, timeout)
        except BaseException:
            call._leave()
            raise
        return call

    async def dial_async(
        self,
        target: str,
        timeout: Optional[Seconds] = None,
        options: Optional[CallOptions] = None,
        **fields: Unpack[CallOptionsFields],
    ) -> Call:
        """As `dial`; a task that is cancelled sends CANCEL."""
        call = self.call(target, options, **fields)
        try:
            await call.wait_for_async(CallState.CONFIRMED, timeout)
        except BaseException:
            call._leave()
            raise
        return call

    def options(self, target: str) -> Request:
        """Asks `target` what it can do (OPTIONS, RFC 3261 section 11), which also shows that it is there and how far away:
        `Response.round_trip`. Returns at once; see `Request.wait`.

        Raises `InvalidArgumentError` for a malformed URI, `GoneError` when the account was removed.
        """
        return self._native.options(target)

    def request(
        self, method: str, target: str, options: Optional[RequestOptions] = None, **fields: Unpack[RequestOptionsFields]
    ) -> Request:
        """Sends a request of any method outside of a dialog, with the account's credentials and route. Returns at once.

        Raises what `options` raises, and `InvalidArgumentError` for a method that is no token or belongs to the engine (INVITE, BYE,
        REGISTER, …), or a malformed content type.
        """
        return self._native.request(method, target, merged(RequestOptions, options, fields))

    def register(self) -> None:
        """Registers, or refreshes the registration; returns at once."""
        self._native.register()

    def unregister(self) -> None:
        """Removes the registration; returns at once."""
        self._native.unregister()

    def wait_registered(self, timeout: Optional[Seconds] = None) -> RegistrationInfo:
        """Waits until it is registered.

        Raises `TimedOutError` after `timeout` seconds (`None`: never); what the registrar or the network said (`AuthError`, `SipError`,
        `TlsError`, `TransportError`) as soon as it is known; `WrongStateError` without a registrar; `GoneError` when it is removed.
        """
        return self._native.wait(True, timeout)

    async def wait_registered_async(self, timeout: Optional[Seconds] = None) -> RegistrationInfo:
        """As `wait_registered`."""
        return await self._native.wait_future(True, timeout)

    def wait_unregistered(self, timeout: Optional[Seconds] = None) -> RegistrationInfo:
        """Waits until it is no longer registered, after `unregister`."""
        return self._native.wait(False, timeout)

    async def wait_unregistered_async(self, timeout: Optional[Seconds] = None) -> RegistrationInfo:
        """As `wait_unregistered`."""
        return await self._native.wait_future(False, timeout)

    def events(self) -> Events:
        """What happens to the account from now on: its registration, its calls, messages for it; ends with the endpoint."""
        return Events(self._native.events())

    def modify(self, account: Union[AccountConfig, str, None] = None, **fields: Unpack[AccountConfigFields]) -> None:
        """Gives it new settings, all of them: what is not named is as by default, and not as it was. Without an address it keeps its own.

        Calls that are up keep what they were made with. Where it is registered, or is to be, a REGISTER goes out at once, with the new
        credentials; a binding at another registrar or by another transport is removed first. An account that was told to `unregister`
        stays so, unless it had no registrar.

        Raises `InvalidArgumentError` for a wrong setting, and for another address (its display name may change; for another address add
        another account); `GoneError` when it was removed.
        """
        if account is None:
            account = self.aor
        config = AccountConfig(account) if isinstance(account, str) else account
        self._native.modify(prepared(merged(AccountConfig, config, fields)))

    def set_policy(self, policy: Optional[CallPolicy] = None, **fields: Unpack[CallPolicyFields]) -> None:
        """Sets what happens with its incoming calls from now on; without any, what the endpoint does.

        Raises `InvalidArgumentError` for a wrong value, which it names; `GoneError` when the account was removed.
        """
        self._native.set_policy(None if policy is None and not fields else merged(CallPolicy, policy, fields))

    def remove(self) -> None:
        """Removes the account, and its registration. Its calls go on."""
        self._native.remove()
