"""What importing the package brings with it, and what comes later."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import microsip
from microsip import _all

PACKAGE = Path(microsip.__file__).parent


def printed(program: str) -> str:
    """What a program prints whose interpreter has loaded nothing else."""
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    result = subprocess.run([sys.executable, "-S", "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=60)
    return result.stdout.strip()


@pytest.mark.skipif(sys.version_info < (3, 11), reason="there asyncio has a TimeoutError of its own, which ours must be as well")
def test_a_program_without_asyncio_does_not_import_it() -> None:
    """It takes longer than all of this package, and every program that starts pays for it."""
    assert (
        printed("import sys, microsip; print(sorted({'asyncio', 'numpy', 'ssl', 'socket', 'email', 'logging'} & set(sys.modules)))") == "[]"
    )


def test_what_calls_do_not_need_is_loaded_when_it_is_used() -> None:
    program = """
import sys, microsip
rest = {"microsip._all", "microsip.dialog_info", "microsip.presence_enums", "microsip.tls_config", "microsip.spawn"}
with microsip.Endpoint(transports=[microsip.TransportConfig("udp", "127.0.0.1:0")]) as endpoint:
    account = endpoint.add_account("sip:a@127.0.0.1")
    print(sorted(rest & set(sys.modules)))
    account.set_presence("busy")
    print(type(account.presence) is microsip.PresenceStatus, sorted(rest - set(sys.modules)))
"""
    assert printed(program).splitlines() == ["[]", "True []"]


@pytest.mark.parametrize(
    "ask",
    [
        "from microsip import *",
        "from microsip import Presence",
        "microsip.Presence",
        "microsip.presence_enums",
        "microsip.__all__",
        "dir(microsip)",
    ],
)
def test_whatever_is_asked_for_first_all_is_there_then(ask: str) -> None:
    program = f"import microsip\n{ask}\nprint(all(name in vars(microsip) for name in microsip.__all__), len(microsip.__all__))"
    assert printed(program) == f"True {len(getattr(microsip, '__all__'))}"  # noqa: B009 - checkers do not see it


def test_threads_that_ask_at_once_all_get_it() -> None:
    program = """
import sys, threading, microsip
sys.setswitchinterval(1e-6)
found, barrier = [], threading.Barrier(8)
def ask(name):
    barrier.wait()
    found.append(getattr(microsip, name).__name__)
names = ["Presence", "TlsConfig", "LineState", "Tone", "MessageOptions", "StreamStats", "Buddy", "GuardConfig"]
threads = [threading.Thread(target=ask, args=[name]) for name in names]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(sorted(found) == sorted(names))
"""
    assert printed(program) == "True"


def test_what_it_does_not_have_is_said_as_python_says_it() -> None:
    with pytest.raises(AttributeError, match="^module 'microsip' has no attribute 'Endpiont'"):
        microsip.Endpiont  # type: ignore[attr-defined] # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'Endpiont' from 'microsip'"):
        from microsip import Endpiont  # type: ignore[attr-defined] # noqa: F401


def test_checkers_see_what_programs_see() -> None:
    def topics(file: str) -> list[str]:
        return re.findall(r"^from \.(\w+) import \*$", (PACKAGE / file).read_text(encoding="utf-8"), re.MULTILINE)

    assert topics("__init__.pyi") == topics("_all.py")
    assert set(topics("__init__.py")) < set(topics("_all.py"))
    public = {path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("_")}
    assert public - {"quality"} <= set(topics("_all.py")), "modules whose names nobody gets"
    assert set(_all.__all__) <= set(dir(microsip))
