"""All that is about audio, by topic: streams of samples (`audio_stream`, `samples`), files (`player`, `recorder`), `tones`, `conference`,
`devices`, `detect`; their settings (`audio_config`), snapshots (`audio_info`), enumerations (`audio_enums`) and events (`audio_events`).
"""

from __future__ import annotations

from . import (
    audio_config,
    audio_enums,
    audio_events,
    audio_info,
    audio_stream,
    audio_target,
    call_audio,
    conference,
    detect,
    devices,
    endpoint_audio,
    player,
    recorder,
    samples,
    tones,
)
from .audio_config import *
from .audio_enums import *
from .audio_events import *
from .audio_info import *
from .audio_stream import *
from .audio_target import *
from .call_audio import *
from .conference import *
from .detect import *
from .devices import *
from .endpoint_audio import *
from .player import *
from .recorder import *
from .samples import *
from .tones import *

__all__: list[str] = []
__all__ += audio_config.__all__
__all__ += audio_enums.__all__
__all__ += audio_events.__all__
__all__ += audio_info.__all__
__all__ += audio_stream.__all__
__all__ += audio_target.__all__
__all__ += call_audio.__all__
__all__ += conference.__all__
__all__ += detect.__all__
__all__ += devices.__all__
__all__ += endpoint_audio.__all__
__all__ += player.__all__
__all__ += recorder.__all__
__all__ += samples.__all__
__all__ += tones.__all__
