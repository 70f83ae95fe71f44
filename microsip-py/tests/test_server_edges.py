"""The server, as somebody finds it who tries it for the first time, or who wishes it ill."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

import microsip
from microsip_api import MicroSIP
from microsip_api.server import Limits, create_app
from phones import runtime_directory, settings_file
from running import environment
from test_server import AUTH, Served
from wire import Wire

#: Bytes that curl sends without being told what they are.
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


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


def test_errors_of_every_kind_have_the_same_shape_and_help(served: Served) -> None:
    http = served.http
    for answer, status, words in [
        (http.post("/api/calls", content=b'{"target": "100"}', headers=FORM), 422, "Content-Type: application/json"),
        (http.post("/api/calls"), 422, "Content-Type: application/json"),
        (http.post("/api/calls", json=["100"]), 422, "JSON object"),
        (http.post("/api/calls", content=b'{"target":', headers={"Content-Type": "application/json"}), 422, "no JSON at character"),
        (http.post("/api/calls", json={"traget": "1"}), 422, "traget"),
        (http.post("/api/calls", content=b'{"target": ' + b"9" * 5000 + b"}", headers={"Content-Type": "application/json"}), 400, "body"),
        (http.get("/api/calls/99"), 404, "call 99"),
        (http.get("/api/calls/x"), 422, "integer"),
        (http.get(f"/api/calls/{10**30}"), 404, "call"),
        (http.post("/api/calls/99/answer"), 404, "call 99"),
        (http.post("/api/calls/99/reject"), 404, "call 99"),
        (http.get(f"/api/history/{10**30}"), 404, "history"),
        (http.delete(f"/api/history/{10**30}"), 404, "history"),
        (http.get("/api/recordings/-5"), 404, "recording"),
        (http.get("/api/history", params={"offset": 10**30}), 400, "offset"),
        (http.get("/api/accounts/9"), 404, "account 9"),
        (http.post("/api/accounts/9/use"), 404, "account 9"),
        (http.put("/api/accounts/9/password", json={"password": "x"}), 404, "account 9"),
        (http.post("/api/accounts/register"), 409, "registrar"),
        (http.put("/api/settings/Settings/DND", json={"value": ["a", 1]}), 400, "allowed"),
        (http.put("/api/settings/Settings/nosuch", json={"value": 1}), 404, "keys"),
        (http.get("/api/nosuch"), 404, ""),
        (http.put("/api/status"), 405, ""),
    ]:
        assert answer.status_code == status, (answer.request.url, answer.text)
        told = answer.json()["error"]
        assert {"kind", "code", "message"} <= set(told) and words in told["message"], answer.text


def test_a_call_in_the_wrong_state_is_a_conflict(served: Served, wire: Wire) -> None:
    call = served.http.post("/api/calls", json={"target": "100"}).json()["id"]
    wire.reply(wire.request("INVITE"), 180)
    for path in ("answer", "reject"):
        refused = served.http.post(f"/api/calls/{call}/{path}")
        assert refused.status_code == 409 and refused.json()["error"]["kind"] == "wrong_state"


def test_the_specification_tells_the_token_and_the_errors(served: Served) -> None:
    spec = served.http.get("/api/openapi.json").json()
    assert spec["components"]["securitySchemes"]["token"]["scheme"] == "bearer" and spec["security"]
    assert "HTTPValidationError" not in spec["components"]["schemas"]
    for methods in spec["paths"].values():
        for operation in methods.values():
            answer = operation["responses"]["default"]
            assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/Error") and "422" not in operation["responses"]
    named = set(re.findall(r"#/components/schemas/([\w-]+)", str(spec)))
    assert named <= set(spec["components"]["schemas"])
    topics = {tag for methods in spec["paths"].values() for operation in methods.values() for tag in operation["tags"]}
    assert {"accounts", "calls", "messages", "contacts", "history", "settings", "recordings"} <= topics


def test_accounts_are_added_and_used(served: Served, phone: MicroSIP) -> None:
    http = served.http
    body = {"domain": "pbx.example.org", "username": "205", "password": "very-hush", "settings": {"transport": "tls"}}
    made = http.post("/api/accounts", json=body)
    assert made.status_code == 201 and (made.json()["account"], made.json()["username"]) == (2, "205") and "hush" not in made.text
    assert http.get("/api/accounts/2").json() == made.json() and phone.settings["Account2/transport"] == "tls"
    assert http.post("/api/accounts/2/use").status_code == 204 and phone.status().account == 2
    assert http.post("/api/accounts/0/use").status_code in (204, 400)
    for settings, status in [({"nosuch": 1}, 404), ({"transport": "pigeon"}, 400), ({"Password": "very-hush"}, 422)]:
        refused = http.post("/api/accounts", json={**body, "settings": settings})
        assert refused.status_code == status and "hush" not in refused.text, refused.text
    assert {it["account"] for it in http.get("/api/accounts").json()} - {0} == {1, 2}


def test_whoever_has_no_token_cannot_lock_its_owner_out(phone: MicroSIP) -> None:
    served = Served(phone, limits=Limits(rate=0.001, burst=5, wrong_rate=0.001, wrong_burst=2))
    try:
        with httpx.Client(base_url=served.url, trust_env=False) as stranger:
            wrong = [stranger.get("/api/status", headers={"Authorization": "Bearer no"}).status_code for _ in range(7)]
            assert wrong == [401, 401, 429, 429, 429, 429, 429]
            assert stranger.get("/").status_code == 429
        assert [served.http.get("/api/status").status_code for _ in range(6)] == [200] * 5 + [429]
    finally:
        served.close()


def test_a_websocket_that_is_refused_says_why(served: Served) -> None:
    for token, origin, status in [(None, None, 401), ("no", None, 401), ("t" * 43, "http://evil.example", 403)]:
        with pytest.raises(InvalidStatus) as caught, served.socket("/events", token, **({"origin": origin} if origin else {})):
            pass
        assert caught.value.response.status_code == status and b'"error"' in (caught.value.response.body or b"")


def test_the_audio_of_no_call_holds_nobody_up(served: Served) -> None:
    slowest = 0.0
    stop = threading.Event()

    def watch() -> None:
        nonlocal slowest
        with httpx.Client(base_url=served.url, headers=AUTH, trust_env=False, timeout=20) as http:
            while not stop.wait(0.05):
                begun = time.monotonic()
                http.get("/api/codecs")
                slowest = max(slowest, time.monotonic() - begun)

    watching = threading.Thread(target=watch)
    watching.start()
    time.sleep(0.3)
    try:
        for id in ("99", str(10**30)):
            with served.socket(f"/calls/{id}/audio") as audio, pytest.raises(ConnectionClosed) as caught:
                audio.recv(timeout=10)
            assert caught.value.rcvd is not None and caught.value.rcvd.code == 4404
    finally:
        stop.set()
        watching.join()
    assert slowest < 1.5


def test_contacts_are_called_by_the_same_key_afterwards(served: Served) -> None:
    made = served.http.post("/api/contacts", json={"number": "1\x00", "name": "a\nb\x01"}).json()
    assert served.http.patch(f"/api/contacts/{made['key']}", json={"comment": "x"}).status_code == 200


def test_damaged_contacts_are_not_the_callers_fault(served: Served, phone: MicroSIP) -> None:
    phone.contacts.path.write_text("garbage")
    assert served.http.get("/api/contacts").status_code == 409
    assert served.http.post("/api/contacts/import", content=b"garbage").status_code == 400


def serve(settings: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-X", "dev", "-W", "error", "-m", "microsip_api.server", "--ini", str(settings), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "99999"], "--port"),
        (["--port", "-1"], "--port"),
        (["--tls-key", __file__], "--tls-cert"),
        (["--tls-cert", "/nosuch.pem"], "/nosuch.pem"),
        (["--tls-cert", __file__], "PEM"),
    ],
)
def test_wrong_options_are_told_before_anybody_is_told_to_connect(tmp_path: Path, arguments: list[str], words: str) -> None:
    if "--port" not in arguments:
        arguments = ["--port", "0", *arguments]
    with serve(settings_file(tmp_path, "127.0.0.1:9"), *arguments) as server:
        said, errors = server.communicate(timeout=30)
    assert server.returncode in (1, 2) and words in errors and "Traceback" not in errors and "ready" not in said


def test_a_server_ends_with_its_own_phone(tmp_path: Path) -> None:
    settings = settings_file(tmp_path, "127.0.0.1:9")
    with serve(settings, "--port", "0") as server:
        assert server.stdout is not None
        assert any(line.startswith("ready: ") for line in server.stdout)
        with MicroSIP(settings, mode="attach") as phone:
            phone.exit()
        _, errors = server.communicate(timeout=30)
    assert server.returncode == 0 and errors == "the phone has ended\n"


def test_odd_requests_are_refused_and_nothing_breaks(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    begin = f"Authorization: {AUTH['Authorization']}\r\nConnection: close\r\n"
    for text in (
        "GET /api/status HTTP/1.0\r\n",
        "GET /api/status HTTP/1.1\r\nHost: 127.0.0.1:\N{SUPERSCRIPT TWO}\r\n",
        "GET /api/status HTTP/1.1\r\nHost: 127.0.0.1@evil\r\n",
        "GET /api/status HTTP/1.1\r\nHost: [::1\r\n",
        "GET /api/status HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nOrigin: http://evil\r\n",
        "POST /api/calls HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: \N{SUPERSCRIPT TWO}\r\n",
        "POST /api/calls HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n",
    ):
        with socket.create_connection(("127.0.0.1", served.port), 10) as raw:
            raw.sendall(f"{text}{begin}\r\n".encode("latin-1"))
            assert raw.recv(1000).split()[1] in (b"400", b"403", b"413"), text
    assert not [it for it in caplog.records if it.exc_info]


def test_what_is_shown_without_its_secrets_does_not_come_back_as_a_value(served: Served, phone: MicroSIP) -> None:
    http = served.http
    values = {
        "usersDirectory": ("https://me:hush@x.example/u?key=hush", "https://***@x.example/u?***"),
        "STUN": (["stun:u:hush@x.example", "y.example:3478"], ["stun:u:***@x.example", "y.example:3478"]),
        "forwardingNumber": ("sip:u:hush@x.example", "sip:u:***@x.example"),
        "Account1/voicemailNumber": ("sip:204@x.example:5061", "sip:204@x.example:5061"),
    }
    phone.settings.change({name: value for name, (value, _) in values.items()})
    before = {name: phone.settings[name] for name in values}
    for name, (_, shown) in values.items():
        path = name if "/" in name else f"Settings/{name}"
        assert http.get(f"/api/settings/{path}").json()["value"] == shown
        assert http.put(f"/api/settings/{path}", json={"value": shown}).status_code == 204
    assert "hush" not in http.get("/api/settings").text
    assert http.patch("/api/settings", json={"values": {name: shown for name, (_, shown) in values.items()}}).json() == []
    assert {name: phone.settings[name] for name in values} == before
    for answer in (
        http.put("/api/settings/Account1/password", json={"value": "***"}),
        http.patch("/api/settings", json={"values": {"Account1/password": "***", "DND": True}}),
        http.post("/api/accounts", json={"domain": "x.example", "username": "1", "password": "***"}),
    ):
        assert answer.status_code == 400 and "not shown" in answer.text, answer.text
    assert http.put("/api/settings/Account7/label", json={"value": "x"}).status_code in (204, 404)


def test_names_are_allowed_as_people_write_them(phone: MicroSIP) -> None:
    served = Served(phone, allow_hosts=["Phone.Example:4200", "[FD00::1]", "fd00::2", "192.0.2.7"])
    try:
        for host in ("phone.example", "PHONE.example.:8080", "[fd00::1]:4200", "[fd00::2]", "192.0.2.7:1"):
            assert served.http.get("/api/codecs", headers={"Host": host}).status_code == 200, host
        assert served.http.get("/api/codecs", headers={"Host": "[fd00::3]"}).status_code == 403
    finally:
        served.close()
    for name in ("", "a b:c", "[::1", "http://x"):
        with pytest.raises(microsip.InvalidArgumentError, match="no name"):
            create_app(phone, "t" * 43, allow_hosts=[name])
