"""What importing the package brings with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import microsip


@pytest.mark.skipif(sys.version_info < (3, 11), reason="there asyncio has a TimeoutError of its own, which ours must be as well")
def test_a_program_without_asyncio_does_not_import_it() -> None:
    """It takes longer than all of this package, and every program that starts pays for it."""
    program = "import sys, microsip; print(sorted({'asyncio', 'numpy', 'ssl', 'socket', 'email'} & set(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": str(Path(microsip.__file__).parents[1])}
    result = subprocess.run([sys.executable, "-S", "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "[]"
