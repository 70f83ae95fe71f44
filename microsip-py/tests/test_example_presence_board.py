"""The example that shows who is there: run as a program, against a peer of raw bytes."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

from microsip import (
    DialogDirection,
    DialogEntry,
    DialogInfo,
    DialogParty,
    DialogState,
    MessageClass,
    MessageCounts,
    MessageSummary,
    PresenceStatus,
)
from wire import Datagram, Wire

ROOT = Path(__file__).parents[2]


def test_the_board_shows_buddies_lines_and_mailbox_picks_up_and_ends_on_ctrl_c(wire: Wire) -> None:
    buddy, line, own = wire.uri("sky"), wire.uri("desk"), wire.uri("python")
    command = [sys.executable, "-X", "dev", "-W", "error", str(ROOT / "examples/python/presence_board.py"), own]
    command += ["--buddy", buddy, "--line", line, "--mailbox", "--pick-up", "--bind", "127.0.0.1:0", "--note", "here"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "microsip-py/python")}
    program = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert program.stdout is not None and program.stderr is not None
    lines: queue.Queue[str] = queue.Queue()
    stdout = program.stdout

    def read() -> None:
        for text in stdout:
            lines.put(text.rstrip("\n"))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        dialogs: dict[str, Datagram] = {}
        publish = ""
        while len(dialogs) < 3 or not publish:
            request = wire.receive()
            if request.method == "SUBSCRIBE":
                dialogs.setdefault(request.header("Event"), request)
                wire.reply(request, 200, headers="Expires: 600\r\n")
            elif request.method == "PUBLISH":
                publish = request.body
                wire.reply(request, 200, headers="SIP-ETag: e1\r\nExpires: 600\r\n")
        assert PresenceStatus.parse(publish.encode()).note == "here"
        status = PresenceStatus.of("away", note="lunch").to_pidf(buddy)
        wire.notify(dialogs["presence"], "presence", status, PresenceStatus.CONTENT_TYPE)
        assert lines.get(timeout=10).split() == ["buddy", buddy, "away", "lunch"]
        summary = MessageSummary(True, None, ((MessageClass.VOICE, MessageCounts(2, 1)),)).to_text()
        wire.notify(dialogs["message-summary"], "message-summary", summary, MessageSummary.CONTENT_TYPE)
        assert lines.get(timeout=10).split() == ["mailbox", own, "waiting", "2", "new,", "1", "old"]
        rings = DialogEntry(
            "d1",
            DialogState.EARLY,
            "call-1@h",
            "local",
            "remote",
            DialogDirection.RECIPIENT,
            remote=DialogParty("sip:caller@h", "Caller", wire.uri("caller")),
        )
        wire.notify(dialogs["dialog"], "dialog", DialogInfo(line, 0, True, (rings,)).to_xml(), DialogInfo.CONTENT_TYPE)
        assert lines.get(timeout=10).split() == ["line", line, "early", "Caller"]
        invite = wire.request("INVITE")
        assert invite.header("Replaces") == "call-1@h;to-tag=remote;from-tag=local"
        wire.reply(invite, 486)
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=30) == 130
        # asyncio's debug mode tells what was slow, as anything is on a busy machine.
        assert [line for line in program.stderr.read().splitlines() if not line.startswith("Executing <")] == []
    finally:
        program.kill()
        program.wait()
        reader.join()
        program.stdout.close()
        program.stderr.close()
