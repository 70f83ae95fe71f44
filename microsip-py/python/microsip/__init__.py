"""A programmable softphone engine::

    import microsip

    with microsip.Endpoint() as endpoint:
        account = endpoint.add_account("sip:1001@pbx.example.org", password="secret")
        account.wait_registered(timeout=5)
        with account.dial("sip:1002@pbx.example.org", timeout=30) as call:
            call.play("hello.wav").wait_finished()

Everything that waits has a twin whose name ends in ``_async``, to be awaited; iterators and context managers work both ways. Handles may be
used and dropped in any thread, in any order.
"""

from __future__ import annotations

import importlib
from typing import Any

from . import _life, _log, _microsip
from ._aio import deliver as _deliver
from ._log import deliver as _deliver_log

# What a program that makes calls uses, and whatever can come with one: in a program whose threads all compute, an import takes seconds.
# The rest is loaded when something of it is asked for.
from .account import *
from .account_config import *
from .audio_config import *
from .audio_enums import *
from .audio_events import *
from .audio_info import *
from .audio_stream import *
from .audio_target import *
from .call import *
from .call_audio import *
from .call_config import *
from .call_events import *
from .config import *
from .detect import *
from .devices import *
from .dns import *
from .endpoint import *
from .endpoint_audio import *
from .endpoint_events import *
from .endpoint_info import *
from .enums import *
from .events import *
from .exceptions import *
from .exceptions import from_native as _from_native
from .guard import *
from .ice import *
from .info import *
from .message import *
from .player import *
from .policy import *
from .recorder import *
from .request import *
from .samples import *
from .stats import *
from .tones import *
from .transfer import *

#: Version of this package.
__version__ = _microsip.__version__
#: Version of the PJSIP inside.
pjsip_version = _microsip.pjsip_version


def __getattr__(name: str) -> Any:
    if not name.startswith("_") or name == "__all__":
        # Not by `from . import`, which would ask here first.
        rest = importlib.import_module("._all", __name__)
        # It has none while it is being loaded, and its modules look for each other here.
        exported = getattr(rest, "__all__", ())
        globals().update((other, getattr(rest, other)) for other in exported)
        if exported:
            globals()["__all__"] = ["__version__", "pjsip_version", *exported]
        if name in globals():
            return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__getattr__("__all__")})


_life.begin()
# Only now is there somebody to hand records to.
_log.begin()
