"""The tutorial (README.md of the package) does what it says: its programs are run as they stand, with other addresses."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import microsip
from legs import up
from peers import Kamailio
from sound import sine, wav
from uas import Uas

README = Path(__file__).parents[1] / "README.md"
OTHER_README = Path(__file__).parents[2] / "README.md"


def programs(path: Path = README) -> list[str]:
    """The Python of a document."""
    return re.findall(r"```python\n(.*?)```", path.read_text(), re.S)


def test_the_first_program_stands_in_both_documents() -> None:
    first = programs()[0].splitlines()
    other = next(text for text in programs(OTHER_README) if "import microsip" in text).splitlines()
    assert [line for line in first if "print" not in line] == other
