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

from . import _microsip, account, call, config, endpoint, enums, events, exceptions, info, message
from ._aio import deliver as _deliver
from .account import *
from .audio import *
from .audio import _names as _audio_names
from .call import *
from .config import *
from .endpoint import *
from .enums import *
from .events import *
from .exceptions import *
from .exceptions import from_native as _from_native
from .info import *
from .message import *

#: Version of this package.
__version__: str = _microsip.__version__
#: Version of the PJSIP inside.
pjsip_version: str = _microsip.pjsip_version

__all__ = ["__version__", "pjsip_version"]
for _module in (account, call, config, endpoint, enums, events, exceptions, info, message):
    __all__ += _module.__all__
del _module
# Audio.
__all__ += _audio_names
