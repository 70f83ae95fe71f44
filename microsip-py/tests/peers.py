"""Foreign programs as peers: Kamailio as registrar and proxy, certificates by OpenSSL. All on 127.0.0.1, ports from the kernel."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Optional

import pytest

from found import free_port, installed

#: Users and passwords of a Kamailio that is given none.
USERS = {"alice": "wonderland", "bob": "builder"}


@dataclass(frozen=True)
class Certificate:
    """A certificate of 127.0.0.1 and localhost that signs itself, so that it is its own authority."""

    cert: Path
    key: Path


def certificate(folder: Path) -> Certificate:
    """Makes a certificate and its key in a folder."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [installed("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        + ["-keyout", str(key), "-out", str(cert)],
        check=True,
        capture_output=True,
        timeout=30,
    )
    return Certificate(cert, key)


GLOBAL = """#!KAMAILIO
debug=1
log_stderror=yes
log_name="kamailio"
fork=yes
children=1
tcp_children=1
auto_aliases=no
dns=no
rev_dns=no
tcp_connection_lifetime=3600
tcp_accept_no_cl=yes
listen=udp:127.0.0.1:{port}
listen=tcp:127.0.0.1:{port}
alias="{domain}"
"""

MODULES = """
loadmodule "kex.so"
loadmodule "corex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "xlog.so"
loadmodule "htable.so"
loadmodule "auth.so"
modparam("tm", "fr_timer", 5000)
modparam("usrloc", "db_mode", 0)
modparam("usrloc", "timer_interval", 1)
modparam("registrar", "max_expires", 3600)
modparam("auth", "qop", "auth")
modparam("auth", "algorithm", "{algorithm}")
modparam("htable", "htable", "users=>size=8;")
"""

#: A presence server; its tables are copied to `folder`.
PRESENCE = """
loadmodule "db_text.so"
loadmodule "presence.so"
loadmodule "presence_xml.so"
loadmodule "presence_mwi.so"
loadmodule "presence_dialoginfo.so"
modparam("db_text", "db_mode", 0)
modparam("db_text", "emptystring", 1)
modparam("presence", "db_url", "text://{folder}")
modparam("presence_xml", "db_url", "text://{folder}")
modparam("presence", "server_address", "sip:127.0.0.1:{port}")
modparam("presence", "subs_db_mode", 1)
modparam("presence", "publ_cache", 0)
modparam("presence", "clean_period", 1)
modparam("presence", "db_update_period", 1)
modparam("presence", "send_fast_notify", 1)
modparam("presence_xml", "force_active", 1)
modparam("presence_xml", "integrated_xcap_server", 1)

route[PRESENCE] {{
	if (!t_newtran()) {{ sl_reply_error(); exit; }}
	if (is_method("PUBLISH")) {{ handle_publish(); }} else {{ handle_subscribe(); }}
	t_release();
	exit;
}}
"""
#: Where they come from.
TABLES = ("version", "presentity", "active_watchers", "watchers", "xcap")

ROUTES = """
event_route[htable:mod-init] {{
{users}}}

event_route[core:worker-one-init] {{
	xlog("L_ERR", "ready for tests\\n");
}}

request_route {{
	xlog("L_ERR", "got|$rm|$fu|$tu|$ru|$proto|$si:$sp|$ua|\\n");
	if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
	if (is_method("OPTIONS") && uri==myself && $rU == $null) {{ sl_send_reply("200", "OK"); exit; }}
	force_rport();
	if (is_method("CANCEL")) {{
		if (t_check_trans()) {{ t_relay(); }}
		exit;
	}}
	{presence}
	if (has_totag()) {{
		if (loose_route() || uri!=myself) {{ t_relay(); exit; }}
		if (is_method("ACK")) {{
			if (t_check_trans()) {{ t_relay(); }}
			exit;
		}}
		sl_send_reply("481", "Call/Transaction Does Not Exist");
		exit;
	}}
	if (is_method("REGISTER")) {{
		if ($au == $null || $sht(users=>$au) == $null) {{ www_challenge("{realm}", "1"); exit; }}
		if (!pv_www_authenticate("{realm}", "$sht(users=>$au)", "0")) {{ www_challenge("{realm}", "1"); exit; }}
		consume_credentials();
		if (!save("location")) {{ sl_reply_error(); }}
		exit;
	}}
	if ({challenge_calls} && !is_method("ACK")) {{
		if ($au == $null || $sht(users=>$au) == $null) {{ proxy_challenge("{realm}", "1"); exit; }}
		if (!pv_proxy_authenticate("{realm}", "$sht(users=>$au)", "0")) {{ proxy_challenge("{realm}", "1"); exit; }}
		consume_credentials();
	}}
	remove_hf("Route");
	if (is_method("INVITE|SUBSCRIBE|REFER")) {{ record_route(); }}
	if (uri==myself && !lookup("location")) {{
		t_newtran();
		if ($sht(users=>$rU) != $null) {{ t_reply("480", "Temporarily Unavailable"); }} else {{ t_reply("404", "Not Found"); }}
		exit;
	}}
	if (!t_relay()) {{ sl_reply_error(); }}
	exit;
}}
"""


class Kamailio:
    """A registrar and proxy: bindings in memory, digests for fixed users, `record_route` in every dialog.

    `domain` is what it serves besides its own addresses, and its realm. `challenge_calls`: requests other than REGISTER need a password,
    too. `algorithm` is that of its challenges. With a `tls` certificate it also listens for TLS.
    With `presence` it is a presence server, too, for everybody.
    """

    def __init__(
        self,
        users: Optional[Mapping[str, str]] = None,
        *,
        tls: Optional[Certificate] = None,
        domain: str = "test.invalid",
        challenge_calls: bool = False,
        algorithm: str = "MD5",
        presence: bool = False,
    ) -> None:
        self.users = dict(USERS if users is None else users)
        self.domain = domain
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.tls_port = free_port() if tls else 0
        self._folder = tempfile.TemporaryDirectory(prefix="microsip-kamailio-")
        folder = Path(self._folder.name)
        text = GLOBAL.format(port=self.port, domain=domain)
        if tls:
            text += f"alias=localhost:{self.tls_port}\nenable_tls=yes\nlisten=tls:127.0.0.1:{self.tls_port}\n"
        text += f"alias=localhost:{self.port}\n" + MODULES.format(algorithm=algorithm)
        if tls:
            (folder / "tls.cfg").write_text(
                f"[server:default]\nmethod = TLSv1.2+\nverify_certificate = no\nrequire_certificate = no\n"
                f"private_key = {tls.key}\ncertificate = {tls.cert}\n"
                "[client:default]\nmethod = TLSv1.2+\nverify_certificate = no\nrequire_certificate = no\n"
            )
            text += f'loadmodule "tls.so"\nmodparam("tls", "config", "{folder / "tls.cfg"}")\n'
        if presence:
            tables = Path("/usr/share/kamailio/dbtext/kamailio")
            if not tables.is_dir():
                pytest.skip("the tables of Kamailio's presence modules are not installed")
            for name in TABLES:
                shutil.copy(tables / name, folder / name)
            text += PRESENCE.format(folder=folder, port=self.port)
        listed = "".join(f'\t$sht(users=>{name}) = "{password}";\n' for name, password in self.users.items())
        text += ROUTES.format(
            users=listed,
            realm=domain,
            challenge_calls="1==1" if challenge_calls else "1==0",
            presence='if (is_method("SUBSCRIBE|PUBLISH") && uri==myself) { route(PRESENCE); }' if presence else "",
        )
        (folder / "kamailio.cfg").write_text(text)
        self._lines: list[str] = []
        self._told = threading.Condition()
        # Kamailio's processes are a group, which is ended as a whole.
        self._process = subprocess.Popen(
            [installed("kamailio"), "-DD", "-E", "-m", "32", "-M", "4", "-f", str(folder / "kamailio.cfg")]
            + ["-Y", str(folder), "-w", str(folder), "-P", str(folder / "pid")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self._answers(15)
        except BaseException:
            self.stop()
            raise

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            with self._told:
                self._lines.append(line.rstrip())
                self._told.notify_all()

    def _answers(self, timeout: float) -> None:
        """Waits until OPTIONS is answered."""
        deadline = time.monotonic() + timeout
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            probe.settimeout(0.1)
            port = probe.getsockname()[1]
            question = (
                f"OPTIONS sip:{self.address} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bKprobe\r\n"
                f"From: <sip:probe@127.0.0.1>;tag=probe\r\nTo: <sip:{self.address}>\r\nCall-ID: probe-{port}\r\n"
                "CSeq: 1 OPTIONS\r\nMax-Forwards: 5\r\nContent-Length: 0\r\n\r\n"
            ).encode()
            while True:
                ended = self._process.poll() is not None
                assert not ended and time.monotonic() < deadline, f"Kamailio does not answer; its log:\n{self.log()}"
                try:
                    probe.sendto(question, ("127.0.0.1", self.port))
                    if b"SIP/2.0 200" in probe.recv(4096):
                        return
                except ConnectionRefusedError:
                    time.sleep(0.02)
                except socket.timeout:
                    pass

    def aor(self, user: str) -> str:
        """The address of a user."""
        return f"sip:{user}@{self.domain}"

    @property
    def registrar(self) -> str:
        """Where it is asked, for UDP and TCP."""
        return f"sip:{self.address}"

    @property
    def tls_registrar(self) -> str:
        """Where it is asked over TLS, by the name in its certificate."""
        assert self.tls_port, "this Kamailio has no certificate"
        return f"sip:localhost:{self.tls_port}"

    def log(self) -> str:
        """What it has said."""
        with self._told:
            return "\n".join(self._lines)

    def requests(self, method: str) -> list[list[str]]:
        """The requests of a method so far, each as method, From, To, request URI, transport, source, User-Agent."""
        with self._told:
            found = [line.partition("got|")[2].rstrip("|").split("|") for line in self._lines if f"got|{method}|" in line]
        return found

    def wait_request(self, method: str, count: int = 1, timeout: float = 10) -> list[list[str]]:
        """Waits for so many requests of a method; they are as in `requests`."""
        with self._told:
            enough = self._told.wait_for(lambda: len(self.requests(method)) >= count, timeout)
        assert enough, f"fewer than {count} {method} came; Kamailio's log:\n{self.log()}"
        return self.requests(method)

    def stop(self) -> None:
        """Ends it, if it still runs."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(5)
        self._reader.join(5)
        assert self._process.stderr is not None
        self._process.stderr.close()
        self._folder.cleanup()

    def __enter__(self) -> Kamailio:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.stop()
