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
from .audio import __all__ as _audio_names
from .call import *
from .config import *
from .endpoint import *
from .enums import *
from .events import *
from .exceptions import *
from .exceptions import from_native as _from_native
from .info import *
from .message import *

# isort: split
# Settings, what is known of the network, and the log.
from . import (
    _log,
    account_config,
    dns,
    endpoint_events,
    endpoint_info,
    guard,
    ice,
    media_config,
    nat_config,
    policy,
    tls_config,
)
from ._log import *
from ._log import deliver as _deliver_log
from .account_config import *
from .dns import *
from .endpoint_events import *
from .endpoint_info import *
from .guard import *
from .ice import *
from .media_config import *
from .nat_config import *
from .policy import *
from .tls_config import *
# Calls.
from . import call_config, call_events, detect, findings, quality, request, stats, story, transfer
from .call_config import *
from .call_events import *
from .detect import *
from .findings import *
from .request import *
from .stats import *
from .story import *
from .transfer import *

#: Version of this package.
__version__: str = _microsip.__version__
#: Version of the PJSIP inside.
pjsip_version: str = _microsip.pjsip_version

__all__ = ["__version__", "pjsip_version"]
for _module in (account, call, config, endpoint, enums, events, exceptions, info, message):
    __all__ += _module.__all__
# Settings, what is known of the network, and the log.
for _module in (_log, account_config, dns, endpoint_events, endpoint_info, guard, ice, media_config, nat_config, policy, speech_config):
for _module in (_log, account_config, dns, endpoint_events, endpoint_info, guard, ice, media_config, nat_config, policy):
    __all__ += _module.__all__
__all__ += tls_config.__all__
# Calls.
__all__ += ["quality"]
for _module in (call_config, call_events, detect, findings, request, stats, story, transfer):
    __all__ += _module.__all__
del _module
# Only now is there somebody to hand records to.
_log.follow()
# Audio.
__all__ += _audio_names
