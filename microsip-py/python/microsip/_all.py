"""All that the package exports, topic by topic."""

from __future__ import annotations

from . import (
    _log,
    account,
    account_config,
    audio_config,
    audio_enums,
    audio_events,
    audio_info,
    audio_stream,
    audio_target,
    call,
    call_audio,
    call_config,
    call_events,
    conference,
    config,
    detect,
    devices,
    dialog_info,
    dns,
    endpoint,
    endpoint_audio,
    endpoint_events,
    endpoint_info,
    enums,
    events,
    exceptions,
    findings,
    guard,
    ice,
    info,
    media_config,
    message,
    message_documents,
    message_events,
    message_summary,
    messaging,
    nat_config,
    player,
    policy,
    presence,
    presence_config,
    presence_enums,
    presence_events,
    presence_status,
    publication,
    quality,
    recorder,
    request,
    samples,
    spawn,
    stats,
    story,
    subscription,
    tls_config,
    tones,
    transfer,
    watcher,
    worker_events,
)
from ._log import *
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
from .conference import *
from .config import *
from .detect import *
from .devices import *
from .dialog_info import *
from .dns import *
from .endpoint import *
from .endpoint_audio import *
from .endpoint_events import *
from .endpoint_info import *
from .enums import *
from .events import *
from .exceptions import *
from .findings import *
from .guard import *
from .ice import *
from .info import *
from .media_config import *
from .message import *
from .message_documents import *
from .message_events import *
from .message_summary import *
from .messaging import *
from .nat_config import *
from .player import *
from .policy import *
from .presence import *
from .presence_config import *
from .presence_enums import *
from .presence_events import *
from .presence_status import *
from .publication import *
from .recorder import *
from .request import *
from .samples import *
from .spawn import *
from .stats import *
from .story import *
from .subscription import *
from .tls_config import *
from .tones import *
from .transfer import *
from .watcher import *
from .worker_events import *

__all__ = ["quality"]
__all__ += _log.__all__
__all__ += account.__all__
__all__ += account_config.__all__
__all__ += audio_config.__all__
__all__ += audio_enums.__all__
__all__ += audio_events.__all__
__all__ += audio_info.__all__
__all__ += audio_stream.__all__
__all__ += audio_target.__all__
__all__ += call.__all__
__all__ += call_audio.__all__
__all__ += call_config.__all__
__all__ += call_events.__all__
__all__ += conference.__all__
__all__ += config.__all__
__all__ += detect.__all__
__all__ += devices.__all__
__all__ += dialog_info.__all__
__all__ += dns.__all__
__all__ += endpoint.__all__
__all__ += endpoint_audio.__all__
__all__ += endpoint_events.__all__
__all__ += endpoint_info.__all__
__all__ += enums.__all__
__all__ += events.__all__
__all__ += exceptions.__all__
__all__ += findings.__all__
__all__ += guard.__all__
__all__ += ice.__all__
__all__ += info.__all__
__all__ += media_config.__all__
__all__ += message.__all__
__all__ += message_documents.__all__
__all__ += message_events.__all__
__all__ += message_summary.__all__
__all__ += messaging.__all__
__all__ += nat_config.__all__
__all__ += player.__all__
__all__ += policy.__all__
__all__ += presence.__all__
__all__ += presence_config.__all__
__all__ += presence_enums.__all__
__all__ += presence_events.__all__
__all__ += presence_status.__all__
__all__ += publication.__all__
__all__ += recorder.__all__
__all__ += request.__all__
__all__ += samples.__all__
__all__ += spawn.__all__
__all__ += stats.__all__
__all__ += story.__all__
__all__ += subscription.__all__
__all__ += tls_config.__all__
__all__ += tones.__all__
__all__ += transfer.__all__
__all__ += watcher.__all__
__all__ += worker_events.__all__
