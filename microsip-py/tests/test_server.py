"""The server, by HTTP and WebSocket clients; who is let in, and who is not."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import httpx
import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

import microsip
from microsip_api import MicroSIP
from microsip_api.server import Limits, create_app, load_token
from phones import runtime_directory, settings_file
from wire import Wire

TOKEN = "t" * 43
AUTH = {"Authorization": f"Bearer {TOKEN}"}


class Served:
    """A server in a thread."""

    def __init__(self, phone: MicroSIP, host: str = "127.0.0.1", port: int = 0, token: str = TOKEN, **options: Any) -> None:
        listener = socket.create_server((host, port))
        self.port: int = listener.getsockname()[1]
        app = create_app(phone, token, host, **options)
        config = uvicorn.Config(app, log_level="warning", access_log=False, ws_max_size=65536, timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listener]})
        self.listener = listener
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = httpx.Client(base_url=self.url, headers=AUTH, timeout=20, trust_env=False)

    def socket(self, path: str, token: Optional[str] = TOKEN, **options: Any) -> ClientConnection:
        protocols = [Subprotocol(it) for it in (["microsip", f"token.{token}"] if token else ["microsip"])]
        url = f"ws://127.0.0.1:{self.port}/api{path}"
        made: ClientConnection = connect(url, subprotocols=protocols, open_timeout=10, proxy=None, **options)
        return made

    def close(self) -> None:
        self.http.close()
        self.server.should_exit = True
        self.thread.join(20)
        self.listener.close()
        assert not self.thread.is_alive()


@pytest.fixture(autouse=True)
def runtime() -> Iterator[Path]:
    with runtime_directory() as path:
        yield path


@pytest.fixture
def phone(tmp_path: Path, wire: Wire) -> Iterator[MicroSIP]:
    settings = settings_file(tmp_path, wire.address, "singleMode=0\nusersDirectory=https://me:hush@127.0.0.1:9/u?key=hush")
    with MicroSIP(settings, mode="own") as made:
        yield made


@pytest.fixture
def served(phone: MicroSIP) -> Iterator[Served]:
    made = Served(phone)
    yield made
    made.close()


def told(events: ClientConnection, name: str, **fields: object) -> dict[str, Any]:
    while True:
        event: dict[str, Any] = json.loads(events.recv(timeout=10))
        if event["event"] == name and all(event.get(key) == value for key, value in fields.items()):
            return event


def test_a_call_is_made_watched_and_hung_up(served: Served, wire: Wire) -> None:
    http = served.http
    with served.socket("/events?names=call,media,history") as events:
        made = http.post("/api/calls", json={"target": "100"})
        assert made.status_code == 201, made.text
        call = made.json()
        invite = wire.request("INVITE")
        assert (call["number"], call["state"], call["direction"]) == ("100", "calling", "outgoing")
        wire.reply(invite, 200, sdp=True)
        told(events, "media", active=True)
        path = f"/api/calls/{call['id']}"
        assert http.get(path).json()["state"] in ("connecting", "confirmed")
        assert http.get(f"{path}/quality").json()["statistics"]["codec"].startswith("PCMU")
        assert http.put(f"{path}/hold", json={"on": True}).status_code == 204
        wire.reply(wire.request("INVITE"), 200, sdp=True)
        assert http.delete(path).status_code == 204
        wire.reply(wire.request("BYE"), 200)
        told(events, "call", state="disconnected")
    gone = http.get(path)
    assert gone.status_code == 404 and gone.json()["error"]["kind"] == "gone"
    assert http.get("/api/history", params={"number": "100"}).json()[0]["kind"] == "outgoing"
    assert http.get("/api/status").json()["calls"] == []


def test_a_call_that_comes_in_is_answered_or_rejected(served: Served, wire: Wire) -> None:
    address = next(it[1] for it in served.http.get("/api/status").json()["transports"] if it[0] == "udp")
    with served.socket("/events?names=incoming,call") as events:
        wire.invite(address)
        call = told(events, "incoming")["call"]
        assert served.http.post(f"/api/calls/{call}/reject", json={"code": 603}).status_code == 204
        assert wire.response("INVITE", 400).status == 603
        wire.invite(address)
        call = told(events, "incoming")["call"]
        assert served.http.post(f"/api/calls/{call}/answer").status_code == 204
        wire.ack(wire.response("INVITE", 200))
        told(events, "call", state="confirmed")
        assert served.http.delete("/api/calls").status_code == 204
        wire.reply(wire.request("BYE"), 200)


def test_a_message_is_sent_and_its_refusal_is_told(served: Served, wire: Wire) -> None:
    answers: list[httpx.Response] = []

    def send() -> None:
        answers.append(served.http.post("/api/messages", json={"to": "100", "text": "hi"}))

    for status, expected in [(200, 204), (603, 502)]:
        sending = threading.Thread(target=send)
        sending.start()
        wire.reply(wire.request("MESSAGE"), status)
        sending.join(10)
        assert answers[-1].status_code == expected
    assert answers[-1].json()["error"]["kind"] == "sip"
    assert [it["status"] for it in served.http.get("/api/messages").json()] == [603, 200]


def test_nobody_is_let_in_without_the_token(served: Served) -> None:
    with httpx.Client(base_url=served.url, trust_env=False) as http:
        for headers in ({}, {"Authorization": "Bearer no"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": TOKEN}):
            refused = http.get("/api/status", headers=headers)
            assert refused.status_code == 401 and "www-authenticate" in refused.headers
        # Not in the URL, where logs would have it.
        assert http.get("/api/status", params={"token": TOKEN}).status_code == 401
        for path in (
            "/api/openapi.json",
            "/openapi.json",
            "/api",
            "//api/status",
            "/%61pi/status",
            "/page/../api/status",
            "/page%2f..%2fapi/status",
        ):
            assert http.get(path).status_code in (401, 404), path
        # The page holds nothing.
        assert http.get("/").status_code == 200 and TOKEN not in http.get("/").text
    for token in (None, "no", ""):
        with pytest.raises(InvalidStatus), served.socket("/events", token):
            pass


def test_pages_of_other_origins_are_refused_even_with_the_token(served: Served) -> None:
    own = f"http://127.0.0.1:{served.port}"
    assert served.http.get("/api/status", headers={"Origin": own}).status_code == 200
    for origin in (
        "http://evil.example",
        "null",
        f"https://127.0.0.1:{served.port}.evil.example",
        f"http://127.0.0.1:{served.port + 1}",
        "http://127.0.0.1",
    ):
        refused = served.http.post("/api/calls", json={"target": "100"}, headers={"Origin": origin})
        assert refused.status_code == 403 and refused.json()["error"]["code"] == "origin", origin
        assert "access-control-allow-origin" not in refused.headers
        with pytest.raises(InvalidStatus), served.socket("/events", origin=origin):
            pass
    preflight = served.http.options("/api/calls", headers={"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 403
    assert served.http.options("/api/calls").status_code == 405
    assert served.http.get("/api/status", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert served.http.get("/api/status", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert served.http.get("/api/calls").json() == []


def test_names_that_point_here_are_refused(served: Served) -> None:
    # DNS rebinding: the page's own name, pointed at this machine.
    for host in (
        "evil.example",
        f"evil.example:{served.port}",
        f"127.0.0.1.evil.example:{served.port}",
        "192.0.2.1",
        "[::2]",
        "",
        "a@b",
        "127.0.0.1:x",
    ):
        refused = served.http.get("/api/status", headers={"Host": host})
        assert refused.status_code in (400, 403), host
        assert served.http.get("/", headers={"Host": host}).status_code in (400, 403)
    for host in (f"localhost:{served.port}", f"127.0.0.1:{served.port}", "LOCALHOST.", "[::1]:80"):
        assert served.http.get("/api/status", headers={"Host": host}).status_code == 200, host
    with socket.create_connection(("127.0.0.1", served.port)) as raw:
        request = f"GET /api/status HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil\r\nAuthorization: Bearer {TOKEN}\r\n"
        raw.sendall(f"{request}Connection: close\r\n\r\n".encode())
        assert b" 400 " in raw.recv(100)


def test_other_names_are_allowed_one_by_one(phone: MicroSIP) -> None:
    served = Served(phone, "0.0.0.0", allow_hosts=["Phone.Example"])
    try:
        get = served.http.get
        for host, status in [("phone.example", 200), ("192.0.2.1:4200", 200), ("evil.example", 403)]:
            assert get("/api/status", headers={"Host": host}).status_code == status
        # Our own page, under that name.
        assert get("/api/status", headers={"Host": "phone.example", "Origin": "https://phone.example"}).status_code == 200
        assert get("/api/status", headers={"Host": "phone.example", "Origin": "https://192.0.2.1"}).status_code == 403
    finally:
        served.close()


def test_who_asks_too_much_waits(phone: MicroSIP) -> None:
    served = Served(
        phone, limits=Limits(rate=0.001, burst=20, costly_rate=0.001, costly_burst=2, wrong_rate=0.001, wrong_burst=3, sockets=1)
    )
    try:
        http = served.http
        calls = [http.post("/api/calls", json={"target": "a b\nc"}).status_code for _ in range(3)]
        assert calls == [400, 400, 429]
        with served.socket("/events"), pytest.raises(InvalidStatus), served.socket("/events"):
            pass
        wrong = [http.get("/api/status", headers={"Authorization": "Bearer no"}).status_code for _ in range(4)]
        assert wrong == [401, 401, 401, 429]
        # The owner is not locked out by whoever guesses.
        assert http.get("/api/status").status_code == 200
        answers = [http.get("/") for _ in range(20)]
        assert answers[-1].status_code == 429 and answers[-1].headers["retry-after"]
    finally:
        served.close()


def test_bodies_have_a_limit_however_they_come(served: Served) -> None:
    long = b'{"target": "' + b"1" * 100_000 + b'"}'
    assert served.http.post("/api/calls", content=long).status_code == 413
    # In pieces of unknown length.
    assert served.http.post("/api/calls", content=(long[at : at + 1000] for at in range(0, len(long), 1000))).status_code == 413
    assert served.http.post("/api/calls", json={"target": "1" * 3000}).status_code == 422
    assert served.http.post("/api/contacts/import", content=b"Number,Comment\r\n" + b"1,%s\r\n" % (b"x" * 1000) * 100).status_code == 200
    assert served.http.get("/api/calls").json() == []


def test_no_secret_is_in_any_answer(served: Served) -> None:
    http = served.http
    assert http.put("/api/accounts/1/password", json={"password": "very-hush"}).status_code == 204
    assert http.put("/api/settings/Account1/password", json={"value": "very-hush"}).status_code == 204
    assert http.get("/api/settings/Account1/password").json() == {"value": "***"}
    spec = http.get("/api/openapi.json").json()
    for path, methods in spec["paths"].items():
        if "get" in methods and "{" not in path:
            answer = http.get(path)
            assert answer.status_code == 200, (path, answer.text)
            assert "hush" not in answer.text and "s3cret" not in answer.text and TOKEN not in answer.text, path
    for body in ({"password": ["very-hush"]}, {"passwd": "very-hush"}, {"password": "very-hush" * 200}):
        refused = http.put("/api/accounts/1/password", json=body)
        assert refused.status_code == 422 and "hush" not in refused.text
    refused = http.put("/api/settings/Account1/password", json={"value": "very-hush\n"})
    assert refused.status_code in (204, 400) and "hush" not in refused.text


def test_settings_are_typed_checked_and_the_dangerous_ones_guarded(served: Served, phone: MicroSIP) -> None:
    http = served.http
    assert http.put("/api/settings/Settings/DND", json={"value": True}).status_code == 204
    assert phone.status().dnd and http.get("/api/settings").json()["Settings"]["DND"] is True
    assert http.patch("/api/settings", json={"values": {"autoAnswer": "all", "Account1/label": "desk"}}).json() == [
        "Settings/autoAnswer",
        "Account1/label",
    ]
    refused = http.put("/api/settings/Settings/sourcePort", json={"value": 70000})
    assert refused.status_code == 400 and "allowed" in refused.json()["error"]["message"]
    assert http.put("/api/settings/Settings/nosuch", json={"value": 1}).status_code == 404
    assert http.delete("/api/settings/Settings/DND").status_code == 204 and not phone.status().dnd
    for name in ("Settings/cmdIncomingCall", "Settings/recordingPath", "Extensions/provisioningUrl", "Extensions/databaseFile"):
        assert http.put(f"/api/settings/{name}", json={"value": "/bin/true"}).status_code == 403
        assert http.patch("/api/settings", json={"values": {name: "/bin/true"}}).status_code == 403
    assert phone.settings["cmdIncomingCall"] == ""
    assert any(key["name"] == "autoAnswer" and "all" in key["choices"] for key in http.get("/api/settings/keys").json())


def test_contacts_and_history_are_kept(served: Served) -> None:
    http = served.http
    made = http.post("/api/contacts", json={"number": "100", "name": "Ann"})
    assert made.status_code == 201
    key = made.json()["key"]
    assert [it["key"] for it in http.get("/api/contacts", params={"text": "ann"}).json()] == [key]
    changed = http.patch(f"/api/contacts/{key}", json={"starred": True}).json()
    assert changed["contact"]["starred"] and changed["key"] != key
    assert http.delete(f"/api/contacts/{key}").status_code == 404
    assert http.delete(f"/api/contacts/{changed['key']}").status_code == 204
    assert http.post("/api/contacts", json={"name": "nobody"}).status_code == 400
    assert http.post("/api/contacts/import", content=b"Number,Name\r\n1,One\r\n").json()["added"] == 1
    assert b"One" in http.get("/api/contacts/export").content
    csv = b"Type,Name,Number,Time,Duration,Info\r\nin,Eve,300,2020-01-01T00:00:00Z,5,x\r\n"
    assert http.post("/api/history/import", content=csv).json()["added"] == 1
    [call] = http.get("/api/history", params={"kind": "incoming", "before": "2021-01-01T00:00:00Z"}).json()
    assert call["name"] == "Eve" and http.get(f"/api/history/{call['id']}").json() == call
    assert http.get("/api/history", params={"since": "2021-01-01T00:00:00"}).status_code == 400
    assert b"Eve" in http.get("/api/history/export", params={"format": "json"}).content
    assert http.delete(f"/api/history/{call['id']}").status_code == 204 and http.get(f"/api/history/{call['id']}").status_code == 404
    assert http.post("/api/history/import", content=b"\xff\xfe\x00<").status_code in (400, 409)


def test_recordings_are_listed_and_only_they_are_read(served: Served, phone: MicroSIP, tmp_path: Path) -> None:
    from microsip.compat import CallRecord, StoredCall

    wav = tmp_path / "a.wav"
    wav.write_bytes(b"RIFF1234")
    (tmp_path / "passwd").write_text("x")
    store = phone.history.store
    good = store.add_call(StoredCall(CallRecord("100", time=7), recording=str(wav)))
    bad = store.add_call(StoredCall(CallRecord("101", time=8), recording=str(tmp_path / "passwd")))
    listed = served.http.get("/api/recordings").json()
    assert [it["id"] for it in listed] == [good] and str(tmp_path) not in json.dumps(listed)
    answer = served.http.get(f"/api/recordings/{good}")
    assert answer.content == b"RIFF1234" and answer.headers["content-type"] == "audio/wav"
    for id in (bad, 99, -1):
        assert served.http.get(f"/api/recordings/{id}").status_code == 404


def test_answers_are_marked_for_browsers(served: Served) -> None:
    for path in ("/", "/docs", "/page/app.js", "/api/status", "/api/nosuch"):
        headers = served.http.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"] and "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == ("no-store" if path.startswith("/api") else "no-cache")
    assert served.http.get("/page/../app.py").status_code == 404
    assert served.http.get("/page/%2e%2e/app.py").status_code == 404
    for name in ("index.html", "docs.html"):
        text = served.http.get(f"/page/{name}").text
        assert not re.search(r"<script(?![^>]*src=)| style=| on\w+=|https?://", text)


def test_an_event_stream_ends_with_the_phone_and_wrong_names_are_told(served: Served, phone: MicroSIP) -> None:
    with served.socket("/events?names=incomming") as events, pytest.raises(ConnectionClosed) as caught:
        events.recv(timeout=10)
    assert caught.value.rcvd is not None and caught.value.rcvd.code == 4400 and "did you mean" in caught.value.rcvd.reason
    with served.socket("/events") as events:
        phone.exit()
        with pytest.raises(ConnectionClosed) as caught:
            while True:
                events.recv(timeout=20)
    assert caught.value.rcvd is not None and caught.value.rcvd.code == 1001
    assert served.http.get("/api/status").status_code == 503


def test_the_server_starts_with_a_token_of_its_own(tmp_path: Path, wire: Wire) -> None:
    settings = settings_file(tmp_path, wire.address)
    command = [sys.executable, "-X", "dev", "-W", "error", "-m", "microsip_api.server", "--ini", str(settings), "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="python")
    assert server.stdout is not None and server.stderr is not None
    link = ""
    for line in server.stdout:
        if line.startswith("ready: "):
            link = line.split()[1]
            break
    assert link, server.stderr.read()
    url, _, token = link.partition("/#token=")
    kept = settings.with_name("m.server-token")
    assert kept.read_text().strip() == token and kept.stat().st_mode & 0o777 == 0o600
    assert httpx.get(f"{url}/api/status", headers={"Authorization": f"Bearer {token}"}, trust_env=False).json()["account"] == 1
    server.terminate()
    _, errors = server.communicate(timeout=20)
    assert errors == ""


def test_a_token_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.server-token"
    token = load_token(path)
    assert load_token(path) == token and load_token(path, new=True) != token
    path.chmod(0o644)
    with pytest.raises(microsip.ConfigError, match="can be read by others"):
        load_token(path)
    path.chmod(0o600)
    path.write_text("short\n")
    with pytest.raises(microsip.ConfigError, match="holds no token"):
        load_token(path)
