"""What type checkers see of `__init__.py`, which loads most of it only when it is used: all that `_all.py` names."""

from . import _all as _all
from . import quality as quality
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

#: Version of this package.
__version__: str
#: Version of the PJSIP inside.
pjsip_version: str
