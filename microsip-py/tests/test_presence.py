"""Who and what is watched: buddies, lines, mailboxes; by NOTIFYs on the wire and between two accounts."""

from __future__ import annotations

import asyncio
import time

import pytest

import microsip
from microsip import (
    DialogDirection,
    DialogEntry,
    DialogInfo,
    DialogParty,
    DialogState,
    LineState,
    MessageClass,
    MessageCounts,
    MessageSummary,
    Presence,
    PresenceStatus,
    RetryPolicy,
    SubscriptionState,
)
from test_messaging import next_of
from wire import Datagram, Wire

PIDF = PresenceStatus.CONTENT_TYPE
DIALOG = DialogInfo.CONTENT_TYPE
SUMMARY = MessageSummary.CONTENT_TYPE
FAST = RetryPolicy(first=0.05, max=0.2)


def accepted(wire: Wire, tag: str = "wire") -> Datagram:
    """The SUBSCRIBE that comes, answered."""
    subscribe = wire.request("SUBSCRIBE")
    wire.reply(subscribe, 200, headers="Expires: 600\r\n", tag=tag)
    return subscribe


def told(wire: Wire, subscribe: Datagram, status: PresenceStatus) -> None:
    assert wire.notify(subscribe, "presence", status.to_pidf("sip:sky@h"), PIDF) == 200


def test_a_buddy_is_what_notify_says(account: microsip.Account, wire: Wire) -> None:
    events = account.events()
    buddy = account.watch(wire.uri("sky"), expires=300)
    assert buddy.presence.value == "unknown" and buddy.status is None and buddy.target == wire.uri("sky")
    subscribe = accepted(wire)
    assert subscribe.header("Event") == "presence" and subscribe.header("Expires") == "300" and PIDF in subscribe.header("Accept")
    told(wire, subscribe, PresenceStatus.of("away", note="lunch"))
    status = buddy.wait_for("away", timeout=10)
    assert status.note == "lunch" and status.entity == "sip:sky@h" and buddy.presence.value == "away"
    changed = next_of(events, microsip.PresenceChanged)
    assert isinstance(changed, microsip.PresenceChanged) and changed.buddy == buddy and changed.status == status
    told(wire, subscribe, PresenceStatus.on_the_phone())
    assert buddy.wait(lambda it: it.state is Presence.ON_THE_PHONE, timeout=10).note == "On the phone"
    info = buddy.subscription.info
    assert info.state is SubscriptionState.ACTIVE and info.code == 200 and info.expires is not None and info.expires > 500
    buddy.unwatch()
    end = wire.request("SUBSCRIBE")
    assert end.header("Expires") == "0"
    wire.reply(end, 200, headers="Expires: 0\r\n")
    wire.notify(subscribe, "presence", state="terminated;reason=timeout")
    buddy.subscription.wait_for("ended", timeout=10)
    assert buddy.presence is Presence.UNKNOWN and buddy.status is not None
    with pytest.raises(microsip.GoneError, match="has ended"):
        buddy.wait_for("online", timeout=10)


def test_waits_for_a_buddy_are_awaited_cancelled_and_bounded(account: microsip.Account, wire: Wire) -> None:
    buddy = account.watch(wire.uri("sky"))
    subscribe = accepted(wire)

    async def watch() -> None:
        with pytest.raises(TimeoutError, match="within 0.05 s"):
            await buddy.wait_for_async("online", timeout=0.05)
        waits: list[asyncio.Task[object]] = [
            asyncio.create_task(buddy.wait_for_async(Presence.BUSY, timeout=10)),
            asyncio.create_task(buddy.wait_async(lambda it: it.note == "deep work", timeout=10)),
            asyncio.create_task(buddy.wait_async(timeout=10)),
            asyncio.create_task(buddy.subscription.wait_active_async(timeout=10)),
            asyncio.create_task(buddy.subscription.wait_notification_async(timeout=10)),
        ]
        forgotten = asyncio.create_task(buddy.wait_for_async("offline"))
        await asyncio.sleep(0)
        forgotten.cancel()
        for status in (PresenceStatus.online(), PresenceStatus.of("busy", "deep work")):
            await asyncio.get_running_loop().run_in_executor(None, told, wire, subscribe, status)
        assert (await waits[0]).note == (await waits[1]).note == "deep work"  # type: ignore[attr-defined]
        await asyncio.gather(*waits)
        with pytest.raises(asyncio.CancelledError):
            await forgotten

    asyncio.run(watch())
    with pytest.raises(TimeoutError, match="within 0.1 s"):
        buddy.wait_for("offline", timeout=0.1)


def test_an_exception_of_the_callers_question_ends_the_wait(account: microsip.Account, wire: Wire) -> None:
    buddy = account.watch(wire.uri("sky"))
    told(wire, accepted(wire), PresenceStatus.online())
    with pytest.raises(ZeroDivisionError):
        buddy.wait(lambda it: 1 // 0, timeout=10)


def test_presence_between_two_accounts_is_watched_served_and_set(endpoint: microsip.Endpoint) -> None:
    alice, bob = endpoint.add_account("sip:alice@127.0.0.1"), endpoint.add_account("sip:bob@127.0.0.1")
    events = alice.events()
    notifier = alice.serve_presence()
    alice.set_presence("away", note="lunch")
    assert alice.presence == PresenceStatus.of("away", "lunch") and bob.presence is None
    buddy = bob.watch(f"sip:alice@{endpoint.local_address()}", retry=FAST)
    pending = next_of(events, microsip.WatcherChanged)
    assert isinstance(pending, microsip.WatcherChanged)
    assert pending.state is microsip.WatcherState.PENDING and pending.reason is None and pending.watcher.from_ == "<sip:bob@127.0.0.1>"
    assert buddy.subscription.wait_for("pending", 10).state is SubscriptionState.PENDING and buddy.status is None
    pending.watcher.accept()
    assert buddy.wait_for("away", 10).note == "lunch"
    assert notifier.watchers == [pending.watcher] and pending.watcher.request.method == "SUBSCRIBE"
    alice.set_presence(PresenceStatus.do_not_disturb())
    buddy.wait_for("do_not_disturb", 10)
    pending.watcher.reject()
    info = buddy.subscription.wait_for("ended", 10)
    assert info.reason is microsip.EndReason.REJECTED
    ended = next_of(events, microsip.WatcherChanged)
    while isinstance(ended, microsip.WatcherChanged) and ended.state is not microsip.WatcherState.ENDED:
        ended = next_of(events, microsip.WatcherChanged)
    assert isinstance(ended, microsip.WatcherChanged) and ended.reason is microsip.EndReason.REJECTED
    assert pending.watcher.end_reason is microsip.EndReason.REJECTED
    with pytest.raises(microsip.GoneError):
        pending.watcher.accept()


def test_hostile_documents_are_unreadable_events_and_what_was_known_stays(account: microsip.Account, wire: Wire) -> None:
    events = account.events()
    buddy, line, box = account.watch(wire.uri("sky")), account.watch_line(wire.uri("sky")), account.watch_mailbox(wire.uri("sky"))
    dialogs: dict[str, Datagram] = {}
    for _ in range(3):
        subscribe = accepted(wire)
        dialogs[subscribe.header("Event")] = subscribe
    told(wire, dialogs["presence"], PresenceStatus.online())
    buddy.wait_for("online", 10)
    for package, kind, body in [
        ("presence", PIDF, "<presence"),
        ("presence", PIDF, "<!DOCTYPE x [<!ENTITY a 'b'>]><presence xmlns='urn:ietf:params:xml:ns:pidf'>&a;</presence>"),
        ("presence", PIDF, "<a>" * 300),
        ("presence", "text/html", "<p>"),
        ("dialog", DIALOG, "<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' version='-1' state='full' entity='x'/>"),
        ("dialog", "application/x-own", "x"),
        ("message-summary", SUMMARY, "Messages-Waiting: perhaps\r\n"),
        ("message-summary", SUMMARY, "Voice-Message: 1/1\r\n"),
    ]:
        assert wire.notify(dialogs[package], package, body, kind) == 200
        event = next_of(events, microsip.Unreadable)
        assert isinstance(event, microsip.Unreadable)
        assert event.subscription.package == package and event.notification.body == body.encode()
        assert event.error.kind in (microsip.ErrorKind.INVALID_ARGUMENT, microsip.ErrorKind.UNSUPPORTED, microsip.ErrorKind.LIMIT_REACHED)
    assert buddy.presence is Presence.ONLINE and line.info is None and box.summary is None
    told(wire, dialogs["presence"], PresenceStatus.busy())
    buddy.wait_for("busy", 10)


def test_a_lamp_follows_dialog_info_and_its_call_is_picked_up(account: microsip.Account, wire: Wire) -> None:
    events = account.events()
    line = account.watch_line(wire.uri("desk"))
    subscribe = accepted(wire)
    assert subscribe.header("Event") == "dialog"
    rings = DialogEntry(
        "d1",
        DialogState.EARLY,
        "call-1@h",
        "local",
        "remote",
        DialogDirection.RECIPIENT,
        remote=DialogParty("sip:caller@h", "Caller", wire.uri("caller")),
    )
    for version, dialogs, state in [
        (0, (), LineState.IDLE),
        (1, (rings,), LineState.EARLY),
        (2, (DialogEntry("d1", DialogState.CONFIRMED, remote=rings.remote),), LineState.CONFIRMED),
        (3, (DialogEntry("d1", DialogState.TERMINATED, event=microsip.DialogEvent.LOCAL_BYE),), LineState.TERMINATED),
    ]:
        document = DialogInfo("sip:desk@h", version, version == 0, dialogs)
        assert wire.notify(subscribe, "dialog", document.to_xml(), DIALOG) == 200
        info = line.wait_for(state, timeout=10)
        assert line.state is state and line.info == info and info.remote.display == (None if version == 0 else "Caller")
        changed = next_of(events, microsip.LineChanged)
        assert isinstance(changed, microsip.LineChanged) and changed.line == line and changed.info == info
        if state is LineState.EARLY:
            ringing = info.ringing
            assert ringing is not None and ringing.remote.target is not None
            account.call(ringing.remote.target, replaces=ringing.replaces_at_remote())
            assert wire.request("INVITE").header("Replaces") == "call-1@h;to-tag=remote;from-tag=local"
    assert info.event is microsip.DialogEvent.LOCAL_BYE and info.state.is_free

    async def again() -> microsip.LineInfo:
        return await line.wait_for_async("terminated", timeout=10)

    assert asyncio.run(again()) == info


def test_lost_changes_of_a_line_are_asked_for_again(account: microsip.Account, wire: Wire) -> None:
    line = account.watch_line(wire.uri("desk"))
    subscribe = accepted(wire)
    wire.notify(subscribe, "dialog", DialogInfo("sip:desk@h", 1).to_xml(), DIALOG)
    line.wait_for("idle", 10)
    wire.notify(subscribe, "dialog", DialogInfo("sip:desk@h", 9, False, (DialogEntry("d", DialogState.EARLY),)).to_xml(), DIALOG)
    assert line.wait(lambda it: it.stale, timeout=10).state is LineState.EARLY
    refresh = wire.request("SUBSCRIBE")
    assert refresh.header("Call-ID") == subscribe.header("Call-ID")
    wire.reply(refresh, 200, headers="Expires: 600\r\n")
    wire.notify(subscribe, "dialog", DialogInfo("sip:desk@h", 10).to_xml(), DIALOG)
    assert not line.wait(lambda it: not it.stale, timeout=10).dialogs


def test_waiting_messages_are_told_asked_for_or_not(account: microsip.Account, endpoint: microsip.Endpoint, wire: Wire) -> None:
    events = account.events()
    box = account.watch_mailbox(wire.uri("box"))
    subscribe = accepted(wire)
    assert subscribe.header("Event") == "message-summary"
    summary = MessageSummary(True, "sip:box@h", ((MessageClass.VOICE, MessageCounts(2, 8, 1)),))
    wire.notify(subscribe, "message-summary", summary.to_text(), SUMMARY)
    assert box.wait(timeout=10) == summary == box.summary
    event = next_of(events, microsip.MessagesWaiting)
    assert isinstance(event, microsip.MessagesWaiting)
    assert event.mailbox == box and event.account == account and event.summary.voice.new == 2
    headers = "Event: message-summary\r\nSubscription-State: terminated\r\n"
    wire.ask("NOTIFY", endpoint.local_address(), headers, "Messages-Waiting: no\r\n", SUMMARY)
    assert wire.response("NOTIFY").status == 200
    event = next_of(events, microsip.MessagesWaiting)
    assert isinstance(event, microsip.MessagesWaiting) and event.mailbox is None and not event.summary.waiting

    async def wait() -> MessageSummary:
        return await box.wait_async(lambda it: it.waiting, timeout=10)

    assert asyncio.run(wait()) == summary


def test_without_a_target_the_mailbox_is_the_accounts_own(endpoint: microsip.Endpoint, wire: Wire) -> None:
    account = endpoint.add_account(wire.uri("python"))
    box = account.watch_mailbox(expires=0)
    subscribe = accepted(wire)
    assert box.target == wire.uri("python") and subscribe.first.split()[1] == wire.uri("python") and subscribe.header("Expires") == "0"


def test_handles_of_the_same_subscription_are_equal_and_others_are_not(account: microsip.Account, wire: Wire) -> None:
    one, other = account.watch(wire.uri("a")), account.watch(wire.uri("a"))
    assert one == one and one != other and one.subscription != one
    assert one.subscription == one.subscription and hash(one) != hash(other) and one.subscription.account == account
    line = account.watch_line(wire.uri("a"))
    assert line != one and repr(line) == f"<microsip.WatchedLine {line.id}>"


def test_wrong_arguments_of_watching_are_refused(account: microsip.Account, wire: Wire) -> None:
    for watch in (account.watch, account.watch_line, account.watch_mailbox):
        with pytest.raises(microsip.InvalidArgumentError):
            watch("nobody")
        with pytest.raises(microsip.InvalidArgumentError, match="longer than a day"):
            watch(wire.uri(), expires=100_000)
        with pytest.raises(microsip.InvalidArgumentError, match="ObserveOptions.expires"):
            watch(wire.uri(), expires=-1)
        with pytest.raises(TypeError, match="ObserveOptions.retry"):
            watch(wire.uri(), retry=3)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="has no 'forever'"):
            watch(wire.uri(), forever=True)  # type: ignore[call-arg]
    with pytest.raises(microsip.InvalidArgumentError, match="no Presence"):
        account.set_presence("asleep")
    buddy = account.watch(wire.uri())
    with pytest.raises(microsip.InvalidArgumentError, match="no Presence"):
        buddy.wait_for("asleep")
    account.remove()
    with pytest.raises(microsip.GoneError):
        account.watch(wire.uri())
    with pytest.raises(microsip.GoneError):
        account.set_presence("online")


def test_a_wait_ends_with_the_endpoint(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    buddy = account.watch(wire.uri("sky"))
    told(wire, accepted(wire), PresenceStatus.online())
    buddy.wait(timeout=10)

    async def wait() -> None:
        waits = asyncio.create_task(buddy.wait_for_async("offline"))
        await asyncio.sleep(0)
        await endpoint.close_async()
        with pytest.raises((microsip.GoneError, microsip.NotRunningError)):
            await waits

    asyncio.run(wait())
    begun = time.monotonic()
    with pytest.raises((microsip.GoneError, microsip.NotRunningError)):
        buddy.wait_for("offline", timeout=30)
    assert time.monotonic() - begun < 5
    with pytest.raises(microsip.NotRunningError):
        buddy.unwatch()
