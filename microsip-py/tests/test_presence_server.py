"""Presence by a server: Kamailio tells watchers what is published."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

import microsip
from microsip import DialogEntry, DialogInfo, DialogState, LineState, PresenceStatus
from peers import Kamailio


@pytest.fixture(scope="module")
def server() -> Iterator[Kamailio]:
    with Kamailio(presence=True) as made:
        yield made


def person(endpoint: microsip.Endpoint, server: Kamailio, name: str) -> microsip.Account:
    return endpoint.add_account(server.aor(name), proxies=[f"sip:{server.address};lr"], publish_presence=True)


def test_a_buddy_sees_what_is_published_and_that_it_is_gone(endpoint: microsip.Endpoint, server: Kamailio) -> None:
    alice, bob = person(endpoint, server, "alice"), person(endpoint, server, "bob")
    buddy = bob.watch(alice.aor)
    buddy.subscription.wait_active(timeout=10)
    alice.set_presence("away", note="lunch")
    assert buddy.wait_for("away", timeout=10).note == "lunch"

    async def changes() -> None:
        waits = asyncio.create_task(buddy.wait_for_async("on_the_phone", timeout=10))
        await asyncio.sleep(0)
        alice.set_presence("on_the_phone")
        await waits

    asyncio.run(changes())
    alice.remove()
    buddy.wait(lambda it: it.basic is not microsip.BasicStatus.OPEN, timeout=10)


def test_a_lamp_sees_dialog_info_that_is_published(endpoint: microsip.Endpoint, server: Kamailio) -> None:
    alice, bob = person(endpoint, server, "carol"), person(endpoint, server, "bob")
    line = bob.watch_line(alice.aor)
    line.subscription.wait_active(timeout=10)

    def document(version: int, state: DialogState) -> str:
        return DialogInfo(alice.aor, version, True, (DialogEntry("d1", state),)).to_xml()

    publication = alice.publish("dialog", content_type=DialogInfo.CONTENT_TYPE, body=document(1, DialogState.EARLY))
    assert publication.wait_published(timeout=10).etag
    line.wait_for(LineState.EARLY, timeout=10)
    publication.update(document(2, DialogState.CONFIRMED))
    line.wait_for(LineState.CONFIRMED, timeout=10)
    publication.remove()
    publication.wait_for("removed", timeout=10)


def test_two_devices_of_one_person_are_put_together(endpoint: microsip.Endpoint, server: Kamailio) -> None:
    alice, bob = person(endpoint, server, "dave"), person(endpoint, server, "bob")
    buddy = bob.watch(alice.aor)
    alice.set_presence("online")
    document = PresenceStatus.of("do_not_disturb").with_ids("-desk").to_pidf(alice.aor)
    other = alice.publish("presence", content_type=PresenceStatus.CONTENT_TYPE, body=document)
    assert len(buddy.wait(lambda it: len(it.tuples) == 2, timeout=10).tuples) == 2
    buddy.wait_for("do_not_disturb", timeout=10)
    other.remove()
    buddy.wait_for("online", timeout=10)
