"""SIPp and baresip as peers. All on 127.0.0.1, ports from the kernel."""

from __future__ import annotations

import csv
import json
import socket
import struct
import subprocess
import tempfile
import time
import wave
from pathlib import Path
from types import TracebackType
from typing import Any, Optional

import pytest

from found import free_port, installed

UAS = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="callee">
  <recv request="INVITE" crlf="true"/>
  <send><![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag01[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Content-Length: 0

]]></send>
  <send retrans="500"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag01[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio 9 RTP/AVP 0
a=rtpmap:0 PCMU/8000
a=inactive

]]></send>
  <recv request="ACK" rtd="true" crlf="true"/>
  <recv request="BYE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""

UAC = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="caller">
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:sipp@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio 9 RTP/AVP 0
a=rtpmap:0 PCMU/8000
a=inactive

]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200" rtd="true" rrs="true"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv request="BYE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""


class Program:
    """A process in a folder of its own, ended when it is left."""

    def __init__(self, name: str) -> None:
        self.path = installed(name)
        self._folder = tempfile.TemporaryDirectory(prefix=f"microsip-{name}-")
        self.folder = Path(self._folder.name)
        self.process: Optional[subprocess.Popen[bytes]] = None

    def run(self, *arguments: str) -> None:
        with (self.folder / "out").open("wb") as out:
            self.process = subprocess.Popen(
                [self.path, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
            )

    def said(self) -> str:
        """What it has printed."""
        return (self.folder / "out").read_text(errors="replace")

    def wait(self, timeout: float) -> int:
        """Waits until it ends; its exit code."""
        assert self.process is not None
        return self.process.wait(timeout)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self._folder.cleanup()

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.stop()


class Sipp(Program):
    """SIPp: `calls` calls as a callee, or with a `target` as a caller, `limit` at once."""

    def __init__(self, calls: int, target: Optional[str] = None, limit: int = 10, rate: int = 200) -> None:
        super().__init__("sipp")
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        (self.folder / "scenario.xml").write_text((UAS if target is None else UAC).replace("\n", "\r\n"))
        other = [] if target is None else [target, "-s", "python", "-r", str(rate), "-l", str(limit)]
        self.run(
            *other,
            *("-sf", "scenario.xml", "-i", "127.0.0.1", "-p", str(self.port), "-m", str(calls), "-nostdin"),
            *("-trace_stat", "-stf", "stat.csv", "-fd", "1"),
        )
        if target is None:
            self._listens()

    def _listens(self) -> None:
        deadline = time.monotonic() + 10
        while True:
            assert time.monotonic() < deadline and self.process is not None and self.process.poll() is None, self.said()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                try:
                    probe.bind(("127.0.0.1", self.port))
                except OSError:
                    return
            time.sleep(0.01)

    def report(self, timeout: float = 30) -> dict[str, int]:
        """What it counted, once all its calls are over."""
        code = self.wait(timeout)
        with (self.folder / "stat.csv").open() as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        assert rows, self.said()
        last = rows[-1]
        return {
            "code": code,
            "successful": int(last["SuccessfulCall(C)"]),
            "failed": int(last["FailedCall(C)"]),
            "retransmitted": int(last["Retransmissions(C)"]),
        }

    def __enter__(self) -> Sipp:
        return self


class Baresip(Program):
    """baresip that answers by itself, driven over its control connection."""

    def __init__(self, user: str = "bob") -> None:
        super().__init__("baresip")
        modules = next((it for it in map(Path, ("/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules")) if it.is_dir()), None)
        if modules is None:
            pytest.skip("baresip's modules are not installed")
        port, control = free_port(), free_port()
        self.uri = f"sip:{user}@127.0.0.1:{port}"
        with wave.open(str(self.folder / "says.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(48_000)
            file.writeframes(struct.pack("<h", 0) * 480_000)
        (self.folder / "config").write_text(
            f"poll_method epoll\nsip_listen 127.0.0.1:{port}\nnet_interface 127.0.0.1\naudio_player aubridge,nobody\n"
            f"audio_source aufile,{self.folder / 'says.wav'}\naudio_alert aubridge,nobody\nausrc_srate 48000\nausrc_channels 1\n"
            f"ringback_disabled yes\nctrl_tcp_listen 127.0.0.1:{control}\nmodule_path {modules}\n"
            "module g711.so\nmodule aufile.so\nmodule aubridge.so\nmodule_tmp account.so\nmodule_tmp uuid.so\nmodule_app menu.so\n"
            "module_app debug_cmd.so\nmodule_app ctrl_tcp.so\n"
        )
        (self.folder / "accounts").write_text(f"<sip:{user}@127.0.0.1:{port};transport=udp>;answermode=auto;regint=0\n")
        (self.folder / "contacts").write_text("\n")
        self.run("-4", "-v", "-s", "-f", str(self.folder))
        self.control = self._connect(control)
        self._buffer = b""

    def _connect(self, port: int) -> socket.socket:
        deadline = time.monotonic() + 15
        while True:
            assert time.monotonic() < deadline and self.process is not None and self.process.poll() is None, self.said()
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=10)
            except OSError:
                time.sleep(0.02)

    def tell(self, command: str, params: str = "") -> None:
        """Gives it a command, such as ``hold``."""
        text = json.dumps({"command": command, "params": params}).encode()
        self.control.sendall(b"%d:%s," % (len(text), text))

    def told(self, kind: str) -> dict[str, Any]:
        """The next event of a kind, such as ``CALL_ESTABLISHED``."""
        while True:
            length, found, rest = self._buffer.partition(b":")
            if found and len(rest) > int(length):
                message: dict[str, Any] = json.loads(rest[: int(length)])
                self._buffer = rest[int(length) + 1 :]
                if message.get("type") == kind:
                    return message
                continue
            more = self.control.recv(65_536)
            assert more, self.said()
            self._buffer += more

    def stop(self) -> None:
        self.control.close()
        super().stop()

    def __enter__(self) -> Baresip:
        return self
