"""Accounts and their registrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

# By this name, what is loaded only when it is used: presence and messages.
import microsip

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
    # Presence and messages.
    from typing_extensions import Unpack

    from . import _microsip
    from .messaging import SentMessage
    from .presence import Buddy, Mailbox, WatchedLine
    from .presence_config import (
        Body,
        MessageOptions,
        MessageOptionsFields,
        ObserveOptions,
        ObserveOptionsFields,
        PublishOptions,
        PublishOptionsFields,
        ServeOptions,
        ServeOptionsFields,
        SubscribeOptions,
        SubscribeOptionsFields,
    )
    from .presence_enums import Presence, WatchPolicy
    from .presence_status import PresenceStatus
    from .publication import Publication
    from .request import Request
    from .subscription import Subscription
    from .watcher import Notifier

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
        """What happens to the account from now on: its registration, its calls, messages for it, answers to its requests; ends with the
        endpoint."""
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

    # Presence and messages.

    @property
    def presence(self) -> Optional[PresenceStatus]:
        """What was told last with `set_presence`; `None` before the first time. Never waits."""
        return self._native.presence

    def set_presence(self, status: Union[PresenceStatus, Presence, str], note: Optional[str] = None) -> None:
        """Says how the account's user is to be reached now, by a word or a whole document; nothing is told before the first time. `note`
        takes the place of the person's words.

        Whoever watches directly (`serve_presence`) is told. With `AccountConfig.publish_presence` it is published as well and kept up: that
        is `PublicationChanged` of the package ``presence``, one for each account. The ids in the document are made this process's own, so
        that a server can put it beside those of other devices.

        Raises `GoneError` when the account was removed, `InvalidArgumentError` for a word that is none, or a status whose document has more
        than 48,000 bytes.
        """
        if not isinstance(status, microsip.PresenceStatus):
            status = microsip.PresenceStatus.of(status)
        self._native.set_presence(status if note is None else status.with_note(note))

    def watch(self, target: str, options: Optional[ObserveOptions] = None, **fields: Unpack[ObserveOptionsFields]) -> Buddy:
        """Watches somebody's presence: SUBSCRIBE for the package ``presence`` (RFC 3856). Changes come as `PresenceChanged`, how the
        subscription stands as `SubscriptionChanged`.

        Raises as `subscribe`.
        """
        return self._native.watch(target, merged(microsip.ObserveOptions, options, fields))

    def watch_line(self, target: str, options: Optional[ObserveOptions] = None, **fields: Unpack[ObserveOptionsFields]) -> WatchedLine:
        """Watches the calls of a line, for a busy lamp: SUBSCRIBE for the package ``dialog`` (RFC 4235). Changes come as `LineChanged`.

        Raises as `subscribe`.
        """
        return self._native.watch_line(target, merged(microsip.ObserveOptions, options, fields))

    def watch_mailbox(
        self, target: Optional[str] = None, options: Optional[ObserveOptions] = None, **fields: Unpack[ObserveOptionsFields]
    ) -> Mailbox:
        """Watches a mailbox, `None` being the account's own address: SUBSCRIBE for the package ``message-summary`` (RFC 3842). News come as
        `MessagesWaiting`, which servers also send without being asked.

        Raises as `subscribe`.
        """
        return self._native.watch_mailbox(target, merged(microsip.ObserveOptions, options, fields))

    def subscribe(self, target: str, package: Union[str, SubscribeOptions], **fields: Unpack[SubscribeOptionsFields]) -> Subscription:
        """Subscribes to an event package of `target` (RFC 6665), given by its name or by settings; returns at once. What becomes of it
        comes as `SubscriptionChanged` and `NotifyReceived`, or is waited for. Nothing is queued while offline: a SUBSCRIBE that cannot be
        sent is tried again later.

        Raises `InvalidArgumentError` for a malformed URI, package, header, content type or lifetime, `GoneError` when the account was
        removed.
        """
        options = microsip.SubscribeOptions(package) if isinstance(package, str) else package
        return self._native.subscribe(target, merged(microsip.SubscribeOptions, options, fields))

    def serve(self, package: Union[str, ServeOptions], **fields: Unpack[ServeOptionsFields]) -> Notifier:
        """Serves an event package, given by its name or by settings: whoever subscribes to it at this account's address is dealt with by
        the policy and told the state.

        Raises `InvalidArgumentError` for a malformed package, content type or lifetime, `WrongStateError` when it is served already,
        `GoneError` when the account was removed.
        """
        options = microsip.ServeOptions(package) if isinstance(package, str) else package
        notifier = self._native.serve(merged(microsip.ServeOptions, options, fields))
        return microsip.Notifier._of(notifier)

    def serve_presence(self, policy: Union[WatchPolicy, str] = "ask") -> Notifier:
        """Lets others watch this account's presence directly, without a server between: whoever subscribes is dealt with by `policy` and
        told what `set_presence` says, or that we are there.

        Raises as `serve`.
        """
        return self.serve("presence", policy=policy)

    def publish(self, package: str, options: Optional[PublishOptions] = None, **fields: Unpack[PublishOptionsFields]) -> Publication:
        """Publishes state of its address (RFC 3903): PUBLISH by the account's route; returns at once. What becomes of it comes as
        `PublicationChanged`, or is waited for. It is kept up until `Publication.remove`, and removed when its account is removed or the
        endpoint closes. Each call makes a publication of its own: a server composes several of one package into one document.

        Raises `InvalidArgumentError` for a malformed package, content type or header, an empty or too long body, or a lifetime out of
        range; `GoneError` when the account was removed.
        """
        return self._native.publish(package, merged(microsip.PublishOptions, options, fields))

    def send_message(self, target: str, message: Union[Body, MessageOptions], **fields: Unpack[MessageOptionsFields]) -> SentMessage:
        """Sends a text, or any body, in a MESSAGE of its own, outside of any call (RFC 3428); returns at once.

        What becomes of it is waited for with `SentMessage.wait`, or arrives as `MessageStatusChanged`, exactly one with ``ACCEPTED`` or
        ``FAILED``. It is sent at once or not at all: nothing is kept for later. A request of more than 1,300 bytes goes over TCP; where
        that is off, or the peer takes none, it fails, as RFC 3428 section 8 does not let it go over UDP.

        Raises `InvalidArgumentError` for a malformed URI or content type, or a body of more than 48,000 bytes; `GoneError` when the account
        was removed.
        """
        options = message if isinstance(message, microsip.MessageOptions) else microsip.MessageOptions(message)
        return self._native.send_message(target, merged(microsip.MessageOptions, options, fields))

    def typing(self, target: str, typing: bool = True) -> None:
        """Tells `target` that somebody types a message for it (RFC 3994): to be called at every key, or every few seconds.

        An indication goes out when it begins, again before the peer would cease to believe it (`MessageConfig.typing_refresh`), and one
        that it has ended after `MessageConfig.typing_idle` without another call, or at once with `False`. `send_message` to the same
        target ends it without one. A peer that answers that it does not know such things is not sent any more.

        Raises `InvalidArgumentError` for a malformed URI, `GoneError` when the account was removed.
        """
        self._native.typing(target, typing)

    # The end of presence and messages.

    def set_policy(self, policy: Optional[CallPolicy] = None, **fields: Unpack[CallPolicyFields]) -> None:
        """Sets what happens with its incoming calls from now on; without any, what the endpoint does.

        Raises `InvalidArgumentError` for a wrong value, which it names; `GoneError` when the account was removed.
        """
        self._native.set_policy(None if policy is None and not fields else merged(CallPolicy, policy, fields))

    def remove(self) -> None:
        """Removes the account, and its registration. Its calls go on."""
        self._native.remove()
