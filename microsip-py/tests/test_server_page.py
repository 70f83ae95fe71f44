"""The server's page in Chromium: what is clicked goes out on the wire, what comes in is shown."""

from __future__ import annotations

import http.server
import os
import re
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from browser import Browser, Page
from microsip_api import MicroSIP
from phones import runtime_directory, settings_file
from rtp import Rtp, tone
from sound import sine
from test_server import TOKEN, Served
from wire import Wire

#: What would run if it were not shown as text.
EVIL = "<img src=x onerror=document.title='run'>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as made:
        yield made


@pytest.fixture(autouse=True)
def runtime() -> Iterator[Path]:
    with runtime_directory() as path:
        yield path


@pytest.fixture
def phone(tmp_path: Path, wire: Wire) -> Iterator[MicroSIP]:
    with MicroSIP(settings_file(tmp_path, wire.address, "singleMode=0"), mode="own") as made:
        yield made


@pytest.fixture
def served(phone: MicroSIP) -> Iterator[Served]:
    made = Served(phone)
    yield made
    made.close()


@pytest.fixture
def blank(browser: Browser) -> Page:
    """A tab of its own, still empty."""
    return browser.page()


@pytest.fixture
def page(blank: Page, served: Served) -> Iterator[Page]:
    """The page, opened by the link. At the end nothing may have gone wrong in it unnoticed."""
    blank.open(f"{served.url}/#token={TOKEN}")
    blank.find("#dial")
    yield blank
    # A call can end while the page asks how it sounds.
    gone = re.compile(r"/api/calls/\d+/quality - .*\b404\b")
    assert [trouble for trouble in blank.troubles() if not gone.search(trouble["message"])] == []
    assert blank.driver.title.startswith("microsip")


@pytest.fixture
def address(served: Served) -> str:
    """Where the phone takes SIP."""
    found: str = next(it[1] for it in served.http.get("/api/status").json()["transports"] if it[0] == "udp")
    return found


def dial(page: Page, number: str) -> None:
    for key in number:
        index = "123456789*0#".index(key) + 1
        page.click(f"#keys button:nth-child({index})")


def up(page: Page, wire: Wire, peer: Rtp) -> int:
    """Calls the peer, which answers; where we take audio."""
    dial(page, "100")
    page.click("#call")
    invite = wire.request("INVITE")
    wire.reply(invite, 200, sdp=peer.port)
    page.says("#calls .what", "confirmed")
    found = re.search(r"m=audio (\d+)", invite.body)
    assert found
    return int(found[1])


def hangup(page: Page, wire: Wire) -> None:
    page.click("[data-do=hangup]")
    wire.reply(wire.request("BYE"), 200)
    page.gone("#calls li")


def console(page: Page, *expected: str) -> None:
    """Asserts that the console has nothing but these errors."""
    for entry in page.troubles():
        assert any(part in entry["message"] for part in expected), entry


def keys(peer: Rtp, count: int) -> str:
    """Keys that came in as RFC 4733 events."""
    peer.socket.settimeout(10)
    found: dict[int, str] = {}
    while len(found) < count:
        packet = peer.socket.recv(2048)
        if packet[1] & 0x7F == 101:
            found.setdefault(struct.unpack("!I", packet[4:8])[0], "0123456789*#ABCD"[packet[12]])
    return "".join(found.values())


def test_the_link_opens_the_page_and_its_token_does_not_stay_in_the_address(page: Page, served: Served) -> None:
    assert page.text("#state") == "sip:python@" + served.http.get("/api/accounts").json()[0]["domain"] + ", not registered"
    assert page.driver.current_url == f"{served.url}/"
    assert TOKEN not in page.driver.page_source and page.run("return document.cookie + Object.keys(localStorage)") == ""
    # It stays in this tab.
    page.driver.refresh()
    page.find("#dial")
    page.click("header a")
    page.says("#state", "microsip")
    page.click("summary")
    assert "/api/calls/{id}/dtmf" in page.text("#paths")


def test_without_a_token_the_page_says_what_to_do_and_a_link_over_it_works(blank: Page, served: Served) -> None:
    for path in ("/docs", "/"):
        blank.open(served.url + path)
        blank.says("#state", "open the link that the server printed")
    assert not blank.all("main")
    blank.open(f"{served.url}/#token={TOKEN}")
    blank.find("#dial")
    assert blank.driver.current_url == f"{served.url}/"
    console(blank, "/api/openapi.json")


def test_a_wrong_token_is_said_and_not_tried_again(blank: Page, served: Served) -> None:
    blank.hurry()
    blank.open(f"{served.url}/#token={'w' * 43}")
    blank.says("#state", "the token is not the server's any more")
    # Longer than until the next attempt of a page that has lost its server.
    asked = "return performance.getEntriesByType('resource').filter((it) => it.name.includes('/api/')).length"
    assert blank.run(f"await new Promise((done) => setTimeout(done, 5000)); {asked}") == 1
    assert blank.run("return sessionStorage.length") == 0
    console(blank, "401")


def test_a_number_is_dialled_by_its_keys_and_the_call_watched_until_it_is_hung_up(page: Page, wire: Wire) -> None:
    dial(page, "1*#23")
    page.click("#back")
    page.click("#call")
    invite = wire.request("INVITE")
    assert invite.first.startswith(f"INVITE sip:1*%232@{wire.address}")
    page.says("#calls .what", "outgoing, calling")
    assert page.find("#number").get_attribute("value") == ""
    wire.reply(invite, 180)
    page.says("#calls .what", "outgoing, early")
    wire.reply(invite, 200, sdp=True)
    wire.request("ACK")
    page.says("#calls .what", "outgoing, confirmed, PCMU/8000/1, 0:0")
    assert page.text("#calls .who") == "1*#2"
    page.says("#calls .what", "0:01")
    page.click("[data-do=hangup]")
    wire.reply(wire.request("BYE"), 200)
    page.says("#none", "no calls")
    page.says("#history tr", "outgoing 1*#2 0:0")


def test_a_call_that_is_not_answered_is_given_up_and_a_refused_one_is_in_the_history(page: Page, wire: Wire) -> None:
    page.type("#number", "200\n")
    invite = wire.request("INVITE")
    wire.reply(invite, 180)
    page.says("#calls .what", "early")
    page.click("[data-do=hangup]")
    wire.reply(wire.request("CANCEL"), 200)
    wire.reply(invite, 487)
    page.gone("#calls li")
    page.type("#number", "300\n")
    wire.reply(wire.request("INVITE"), 486, "Busy Here")
    page.says("#history tr:first-child", "300")
    page.gone("#calls li")
    assert "Busy Here" in page.text("#history tr:first-child")
    # A row of the history is called again.
    page.click("#history tr:nth-child(2) button")
    assert page.find("#number").get_attribute("value") == "200"


def test_levels_and_quality_are_shown(page: Page, served: Served, wire: Wire) -> None:
    with Rtp() as peer:
        port = up(page, wire, peer)
        assert page.run("return document.querySelector('.heard').value") == -60
        call = served.http.get("/api/calls").json()[0]["id"]
        # A phone without loudspeaker measures nothing; this listens. It reads nothing, so there is no use in waiting for its end.
        with served.socket(f"/calls/{call}/audio", close_timeout=0) as audio:
            peer.say(tone(440, 40.0), port)
            page.until("heard", lambda: page.run("return document.querySelector('.heard').value") > -30)
            assert page.run("return document.querySelector('.said').value") < -50
            for _ in range(10):
                audio.send(sine(1000, 1.0, 16_000).tobytes())
            page.until("said", lambda: page.run("return document.querySelector('.said').value") > -30)
            if shots := os.environ.get("MICROSIP_SCREENSHOTS"):
                page.driver.save_screenshot(f"{shots}/levels.png")
        page.says(".mos", "MOS 4.")
        assert page.text(".mos").endswith(", 0 lost")
        # Good is high up.
        points = "return document.querySelector('polyline').getAttribute('points')"
        page.until("two points", lambda: re.match(r"0,[0-5]\.\d 1,[0-5]\.\d", page.run(points)))
        hangup(page, wire)


def test_keys_in_a_call_are_sent(page: Page, wire: Wire) -> None:
    with Rtp() as peer:
        up(page, wire, peer)
        dial(page, "1#0")
        assert keys(peer, 3) == "1#0"
        page.says(".keyed", "1#0")
        assert page.find("#number").get_attribute("value") == ""
        hangup(page, wire)


def test_a_call_is_held_resumed_recorded_and_the_microphone_muted(page: Page, phone: MicroSIP, wire: Wire) -> None:
    with Rtp() as peer:
        up(page, wire, peer)
        page.click("[data-do=hold]")
        invite = wire.request("INVITE")
        assert "a=sendonly" in invite.body
        wire.reply(invite, 200, sdp=peer.port)
        page.says(".what", "held")
        page.click("[data-do=resume]")
        invite = wire.request("INVITE")
        assert "a=sendonly" not in invite.body
        wire.reply(invite, 200, sdp=peer.port)
        page.find("[data-do=hold]")
        page.click("[data-do=record]")
        page.says(".what", "recorded")
        page.click("[data-do=stop]")
        page.find("[data-do=record]")
        # The call keeps the name of its file, by which a page that is loaded anew took it for recorded.
        page.driver.refresh()
        page.find("[data-do=record]")
        page.click("#muted")
        page.until("muted", lambda: phone.status().microphone_muted)
        page.click("#muted")
        page.until("not muted", lambda: not phone.status().microphone_muted)
        hangup(page, wire)
    page.click("#dnd")
    page.until("do not disturb", lambda: phone.status().dnd)
    phone.request("button", button="dnd", state="off")
    page.until("a change that others make", lambda: not page.find("#dnd").is_selected())


def test_a_call_that_comes_in_is_answered_or_rejected(page: Page, wire: Wire, address: str) -> None:
    wire.invite(address)
    page.says("#calls .what", "incoming")
    assert [it.text for it in page.all("#calls button")] == ["Answer", "Reject"]
    page.click("[data-do=reject]")
    refusal = wire.response("INVITE", 300)
    assert refusal.status == 486
    page.gone("#calls li")
    wire.invite(address)
    page.click("[data-do=answer]")
    wire.ack(wire.response("INVITE", 200))
    page.says("#calls .what", "incoming, confirmed")
    hangup(page, wire)
    page.until("two rows", lambda: len(page.all("#history tr")) == 2)
    assert "incoming peer" in page.text("#history tr:first-child")


def test_what_peers_call_themselves_is_text(page: Page, wire: Wire, address: str) -> None:
    wire.invite(address, name=EVIL)
    page.says("#calls .who", f"{EVIL} (peer)")
    wire.ask("MESSAGE", address, body=f"{EVIL} & <b>you</b>", name=EVIL)
    page.says("#news", f"{EVIL}: {EVIL} & <b>you</b>")
    page.click("[data-do=reject]")
    wire.response("INVITE", 300)
    page.says("#history", EVIL)
    page.type("#number", "100\n")
    wire.reply(wire.request("INVITE"), 486, EVIL)
    page.until("both", lambda: page.text("#history").count(EVIL) == 2)
    page.type("#number", f"sip:<script>@{EVIL}\n")
    page.find("#trouble")
    assert page.count("img, b, main script") == 0
    # The wrong address.
    console(page, "400", "409")


def test_nothing_leaves_the_page_at_its_sides(page: Page, wire: Wire, address: str) -> None:
    page.type("#number", f"{'1' * 90}\n")
    wire.reply(wire.request("INVITE"), 486, "Busy" * 30)
    page.says("#history", "BusyBusy")
    wire.invite(address, name="N" * 90)
    page.says("#calls", "NNN")
    wire.ask("MESSAGE", address, body="m" * 200)
    page.says("#news", "mmm")
    with Rtp() as peer:
        peer.say(tone(440, 40.0), up(page, wire, peer))
        page.says(".mos", "MOS")
        for width in (1200, 700, 360):
            page.size(width, 900)
            assert page.run("return document.documentElement.scrollWidth <= innerWidth"), width
            assert page.run(COVERED) == [], width
            if shots := os.environ.get("MICROSIP_SCREENSHOTS"):
                page.size(width, 1400)
                page.driver.save_screenshot(f"{shots}/{width}.png")
        page.size(1200, 900)
        page.click("li:nth-child(2) [data-do=hangup]")
        wire.reply(wire.request("BYE"), 200)


def test_messages_are_sent_and_what_fails_stays_readable(page: Page, wire: Wire, address: str) -> None:
    page.type("#text", "hi\n")
    page.says("#trouble", "to whom")
    page.type("#number", "100")
    page.type("#text", "\n")
    request = wire.request("MESSAGE")
    assert request.body == "hi"
    wire.reply(request, 200)
    page.until("it was sent", lambda: page.find("#text").get_attribute("value") == "")
    page.type("#text", "again\n")
    wire.reply(wire.request("MESSAGE"), 603, "Never")
    page.says("#trouble", "Never")
    # Nothing that happens by itself takes it away.
    wire.invite(address)
    page.says("#calls .what", "incoming")
    assert "Never" in page.text("#trouble")
    assert page.find("#text").get_attribute("value") == "again"
    console(page, "502")


#: Buttons upon which something else lies.
COVERED = """
return [...document.querySelectorAll("button")].filter((button) => {
  if (!button.checkVisibility()) return false;
  button.scrollIntoView({ block: "center" });
  const box = button.getBoundingClientRect();
  return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) !== button;
}).map((button) => button.textContent);
"""

ATTACKS = """
const [server, token] = arguments, refused = [];
const tried = async (name, attempt) => { try { await attempt(); refused.push([name, false]); } catch { refused.push([name, true]); } };
const body = JSON.stringify({ target: "100" }), headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
await tried("fetch", () => fetch(`${server}/api/calls`, { method: "POST", headers, body }));
await tried("simple", () => fetch(`${server}/api/calls`, { method: "POST", body }));
await tried("read", () => fetch(`${server}/api/status`));
await fetch(`${server}/api/calls`, { method: "POST", mode: "no-cors", credentials: "include", body }).catch(() => undefined);
await tried("socket", () => new Promise((done, failed) => {
  const socket = new WebSocket(`${server.replace("http", "ws")}/api/events`, ["microsip", `token.${token}`]);
  socket.onopen = done; socket.onerror = failed;
}));
await tried("script", () => new Promise((done, failed) => {
  const script = document.createElement("script");
  script.src = `${server}/page/app.js`; script.onload = done; script.onerror = failed;
  document.head.append(script);
}));
const frame = document.createElement("iframe");
frame.name = "frame"; frame.src = server;
await new Promise((done) => { frame.onload = done; document.body.append(frame); });
const form = document.createElement("form");
form.method = "post"; form.action = `${server}/api/calls`; form.enctype = "text/plain"; form.target = "frame";
await new Promise((done) => { frame.onload = done; document.body.append(form); form.submit(); });
return refused;
"""


@contextmanager
def another_site() -> Iterator[int]:
    """The port of a web server of somebody else's."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>other</title><body>")

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("name", ["127.0.0.1", "evil.example"])
def test_a_page_of_another_origin_cannot_dial_even_with_the_token(blank: Page, served: Served, wire: Wire, name: str) -> None:
    with another_site() as port:
        blank.open(f"http://{name}:{port}/")
        assert blank.run(ATTACKS, served.url, TOKEN) == [[it, True] for it in ("fetch", "simple", "read", "socket", "script")]
    wire.nothing("INVITE", 0.2)
    assert served.http.get("/api/calls").json() == [] == served.http.get("/api/history").json()


def test_a_name_that_somebody_points_here_gets_no_page(blank: Page, served: Served) -> None:
    blank.open(f"http://evil.example:{served.port}/#token={TOKEN}")
    blank.says("body", "this server is not known by that name")


@contextmanager
def program(settings: Path) -> Iterator[str]:
    """`python -m microsip_api.server` in a process of its own: the link it prints."""
    python = Path(__file__).resolve().parents[1] / "python"
    command = [sys.executable, "-m", "microsip_api.server", "-i", str(settings), "--port", "0"]
    server = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(python)}
    )
    assert server.stdout is not None
    try:
        yield next(it.split()[1] for it in server.stdout if it.startswith("ready: "))
    finally:
        server.terminate()
        _, errors = server.communicate(timeout=20)
    assert errors == ""


def test_the_page_says_when_the_server_ends_and_connects_again(blank: Page, tmp_path: Path, wire: Wire) -> None:
    settings = settings_file(tmp_path, wire.address)
    blank.hurry()
    with program(settings) as link:
        blank.open(link)
        blank.type("#number", "10")
    blank.says("#state", "no connection to the phone")
    assert blank.run("return document.getElementById('main').inert")
    port, token = urlsplit(link).port or 0, link.partition("=")[2]
    with MicroSIP(settings, mode="own") as phone:
        again = Served(phone, port=port, token=token)
        blank.says("#state", "not registered")
        blank.type("#number", "0\n")
        assert wire.request("INVITE").first.startswith("INVITE sip:100@")
        blank.says("#calls .what", "calling")
        again.close()
        blank.says("#state", "no connection to the phone")
        other = Served(phone, port=port)
        blank.says("#state", "the token is not the server's any more")
        blank.open(f"{other.url}/#token={TOKEN}")
        blank.says("#calls .what", "calling")
        other.close()
    console(blank, "ERR_CONNECTION_REFUSED", "WebSocket", "401")
