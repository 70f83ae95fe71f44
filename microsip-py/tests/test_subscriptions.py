"""Event packages of any kind: subscribed to, served, published; by bytes on the wire."""

from __future__ import annotations

import asyncio

import pytest

import microsip
from microsip import EndReason, PublicationState, RetryPolicy, SubscribeOptions, SubscriptionState, WatcherState, WatchPolicy
from test_messaging import next_of
from test_presence import accepted
from wire import Datagram, Wire

FAST = RetryPolicy(first=0.05, max=0.2)


def test_a_subscription_says_what_it_was_told_to(account: microsip.Account, wire: Wire) -> None:
    events = account.events()
    subscription = account.subscribe(
        wire.uri("x"),
        "x-own",
        event_id="7",
        accept=["text/plain", "text/html"],
        expires=120,
        headers={"X-A": "b"},
        content_type="text/plain",
        body="filter",
    )
    subscribe = accepted(wire)
    assert subscribe.header("Event") == "x-own;id=7" and subscribe.header("Accept") == "text/plain, text/html"
    assert (subscribe.header("Expires"), subscribe.header("X-A"), subscribe.body) == ("120", "b", "filter")
    assert (subscription.package, subscription.target, subscription.account) == ("x-own", wire.uri("x"), account)
    with pytest.raises(TimeoutError, match="within 0.05 s"):
        subscription.wait_notification(timeout=0.05)
    assert wire.notify(subscribe, "x-own;id=7", "one") == 200
    first = subscription.wait_notification(timeout=10)
    assert (first.body, first.content_type, first.number, first.state, first.notifier) == (b"one", "text/plain", 1, "active", "wire")
    assert first.message.method == "NOTIFY" and subscription.notification == first
    assert subscription.wait_active(timeout=10).state is SubscriptionState.ACTIVE
    told = next_of(events, microsip.NotifyReceived)
    assert isinstance(told, microsip.NotifyReceived) and told.notification == first and told.subscription == subscription
    wire.notify(subscribe, "x-own;id=7", "two")
    assert subscription.wait_notification(after=first.number, timeout=10).body == b"two"
    subscription.refresh()
    refresh = wire.request("SUBSCRIBE")
    assert refresh.header("Call-ID") == subscribe.header("Call-ID") and refresh.header("Expires") == "120"
    wire.reply(refresh, 200, headers="Expires: 120\r\n")
    subscription.unsubscribe()
    wire.reply(wire.request("SUBSCRIBE"), 200, headers="Expires: 0\r\n")
    wire.notify(subscribe, "x-own;id=7", state="terminated;reason=x-tired")
    assert subscription.wait_for("ended", timeout=10).error is None
    with pytest.raises(microsip.GoneError):
        subscription.refresh()
    with pytest.raises(microsip.GoneError, match="ended"):
        subscription.wait_notification(after=99, timeout=10)


def test_a_refusal_ends_it_and_what_may_pass_is_tried_again(account: microsip.Account, wire: Wire) -> None:
    refused = account.subscribe(wire.uri("x"), SubscribeOptions("x-own", retry=FAST))
    wire.reply(wire.request("SUBSCRIBE"), 403)
    with pytest.raises(microsip.SipError) as caught:
        refused.wait_active(timeout=10)
    assert caught.value.sip_status == 403 and refused.info.code == 403

    async def wait() -> None:
        with pytest.raises(microsip.SipError):
            await refused.wait_active_async(timeout=10)
        with pytest.raises(microsip.GoneError):
            await refused.wait_notification_async(timeout=10)

    asyncio.run(wait())
    retried = account.subscribe(wire.uri("x"), SubscribeOptions("x-own"), retry=FAST)
    wire.reply(wire.request("SUBSCRIBE"), 503)
    info = retried.wait_for("retrying", timeout=10)
    assert info.failures == 1 and info.next_retry is not None and info.next_retry.tzinfo is not None
    subscribe = accepted(wire)
    wire.notify(subscribe, "x-own", "x")
    assert retried.wait_active(10).failures == 0
    wire.notify(subscribe, "x-own", state="terminated;reason=rejected")
    assert retried.wait_for("ended", 10).reason is EndReason.REJECTED


def subscribe_from(wire: Wire, to: str, package: str, expires: int = 600) -> Datagram:
    """Subscribes from the wire: the answer."""
    wire.ask("SUBSCRIBE", to, f"Event: {package}\r\nExpires: {expires}\r\n")
    return wire.response("SUBSCRIBE", 200)


def test_a_package_is_served_to_the_wire(account: microsip.Account, endpoint: microsip.Endpoint, wire: Wire) -> None:
    events = account.events()
    here = endpoint.local_address()
    notifier = account.serve("x-own", policy="allow", content_type="text/plain", body="first", headers={"X-A": "b"}, longest=300)
    assert (notifier.package, notifier.account, notifier.watchers) == ("x-own", account, [])
    with pytest.raises(microsip.WrongStateError):
        account.serve("x-own")
    answer = subscribe_from(wire, here, "x-own")
    assert answer.status == 200 and answer.header("Expires") == "300"
    notify = wire.request("NOTIFY")
    assert (notify.body, notify.header("X-A")) == ("first", "b") and notify.header("Subscription-State").startswith("active")
    wire.reply(notify, 200)
    changed = next_of(events, microsip.WatcherChanged)
    assert isinstance(changed, microsip.WatcherChanged) and changed.state.value == "active"
    watcher = changed.watcher
    assert notifier.watchers == [watcher] and watcher.package == "x-own" and watcher.account == account and watcher.end_reason is None
    notifier.set_state("text/html", b"<b>", {"X-C": "d"})
    notify = wire.request("NOTIFY")
    assert (notify.body, notify.header("Content-Type"), notify.header("X-C")) == ("<b>", "text/html", "d")
    wire.reply(notify, 200)
    watcher.notify("text/plain", "for you")
    notify = wire.request("NOTIFY")
    assert notify.body == "for you"
    wire.reply(notify, 200)
    watcher.end("x-tired")
    notify = wire.request("NOTIFY")
    assert notify.header("Subscription-State") == "terminated;reason=x-tired"
    wire.reply(notify, 200)
    while changed.state is not WatcherState.ENDED:
        event = next_of(events, microsip.WatcherChanged)
        assert isinstance(event, microsip.WatcherChanged)
        changed = event
    assert changed.reason == "x-tired" == watcher.end_reason
    notifier.set_policy(WatchPolicy.DENY)
    assert subscribe_from(wire, here, "x-own").status == 403
    notifier.stop()
    assert subscribe_from(wire, here, "x-own").status == 489
    with pytest.raises(microsip.GoneError):
        notifier.set_state("text/plain", "x")


def test_a_notifier_is_named_by_account_and_package(account: microsip.Account) -> None:
    one, other = account.serve("x-one"), account.serve("x-other")
    assert one == one and one != other and len({one, other}) == 2 and one != account
    assert repr(one) == f"<microsip.Notifier x-one of account {account.id}>"


def test_a_publication_lives_and_is_removed(account: microsip.Account, endpoint: microsip.Endpoint, wire: Wire) -> None:
    account = endpoint.add_account(wire.uri("python"))
    events = account.events()
    publication = account.publish("x-own", content_type="text/plain", body="one", expires=600, headers={"X-A": "b"}, retry=FAST)
    publish = wire.request("PUBLISH")
    assert (publish.header("Event"), publish.header("Expires"), publish.header("X-A"), publish.body) == ("x-own", "600", "b", "one")
    assert publication.state is PublicationState.PUBLISHING and publication.package == "x-own" and publication.account == account
    with pytest.raises(TimeoutError, match="within 0.05 s"):
        publication.wait_published(timeout=0.05)
    wire.reply(publish, 200, headers="SIP-ETag: e1\r\nExpires: 600\r\n")
    info = publication.wait_published(timeout=10)
    assert info.etag == "e1" and info.expires == 600 and info.error is None and publication.info == info
    publication.update(b"two")
    publish = wire.request("PUBLISH")
    assert publish.header("SIP-If-Match") == "e1" and publish.body == "two"
    wire.reply(publish, 412)
    publish = wire.request("PUBLISH")
    assert not publish.all("SIP-If-Match") and publish.body == "two"

    async def wait() -> None:
        task = asyncio.create_task(publication.wait_published_async(timeout=10))
        await asyncio.sleep(0)
        wire.reply(publish, 200, headers="SIP-ETag: e2\r\nExpires: 600\r\n")
        assert (await task).etag == "e2"

    asyncio.run(wait())
    publication.refresh()
    publish = wire.request("PUBLISH")
    assert publish.header("SIP-If-Match") == "e2" and publish.body == ""
    wire.reply(publish, 200, headers="SIP-ETag: e3\r\nExpires: 600\r\n")
    publication.wait_published(10)
    publication.remove()
    publish = wire.request("PUBLISH")
    assert publish.header("Expires") == "0"
    wire.reply(publish, 200, headers="SIP-ETag: e3\r\nExpires: 0\r\n")
    assert publication.wait_for("removed", 10).error is None
    with pytest.raises(microsip.GoneError):
        publication.update("x")
    with pytest.raises(microsip.GoneError):
        publication.wait_published(10)
    states = set()
    while PublicationState.REMOVED not in states:
        event = next_of(events, microsip.PublicationChanged)
        assert isinstance(event, microsip.PublicationChanged) and event.publication == publication
        states.add(event.info.state)


def test_a_publication_that_is_refused_says_why(endpoint: microsip.Endpoint, wire: Wire) -> None:
    account = endpoint.add_account(wire.uri("python"))
    publication = account.publish("x-own", content_type="text/plain", body="x")
    wire.reply(wire.request("PUBLISH"), 489)

    async def wait() -> None:
        with pytest.raises(microsip.SipError) as caught:
            await publication.wait_published_async(timeout=10)
        assert caught.value.sip_status == 489

    asyncio.run(wait())
    assert publication.info.error is not None and publication.state is PublicationState.FAILED


def test_presence_is_published_by_accounts_that_are_set_to(endpoint: microsip.Endpoint, wire: Wire) -> None:
    account = endpoint.add_account(wire.uri("python"), publish_presence=True)
    account.set_presence("busy", note="deep work")
    publish = wire.request("PUBLISH")
    assert publish.header("Event") == "presence"
    status = microsip.PresenceStatus.parse(publish.body.encode())
    assert status.state is microsip.Presence.BUSY and status.note == "deep work"


@pytest.mark.parametrize("package", ["", "a b", "refer", "x" * 65, "x;id=1"])
def test_what_is_no_package_is_refused(account: microsip.Account, wire: Wire, package: str) -> None:
    for call in (
        lambda: account.subscribe(wire.uri(), package),
        lambda: account.serve(package),
        lambda: account.publish(package, content_type="text/plain", body="x"),
    ):
        with pytest.raises(microsip.InvalidArgumentError, match="package"):
            call()


def test_wrong_settings_are_refused(account: microsip.Account, wire: Wire) -> None:
    publish = {"content_type": "text/plain", "body": "x"}
    for call in (
        lambda: account.publish("x-own"),
        lambda: account.publish("x-own", body="x"),
        lambda: account.publish("x-own", **{**publish, "body": b"x" * 48_001}),  # type: ignore[arg-type]
        lambda: account.publish("x-own", **publish, expires=0.5),  # type: ignore[arg-type]
        lambda: account.publish("x-own", **publish, headers={"Expires": "5"}),  # type: ignore[arg-type]
        lambda: account.subscribe(wire.uri(), "x-own", body="x"),
        lambda: account.subscribe(wire.uri(), "x-own", accept=["a, b"]),
        lambda: account.subscribe(wire.uri(), "x-own", event_id="a b"),
        lambda: account.subscribe("nobody", "x-own"),
        lambda: account.serve("x-own", longest=0),
        lambda: account.serve("x-own", policy="perhaps"),
        lambda: account.serve("x-own", body="x"),
    ):
        with pytest.raises(microsip.InvalidArgumentError):
            call()
    with pytest.raises(TypeError, match="SubscribeOptions.accept"):
        account.subscribe(wire.uri(), "x-own", accept="text/plain")
    with pytest.raises(TypeError, match="expected ServeOptions"):
        account.serve(7)  # type: ignore[arg-type]
