"""MicroSIP, from Python: calls, messages, presence, settings, contacts, history; and a server for other languages::

    from microsip_api import MicroSIP

    with MicroSIP() as phone:
        call = phone.dial("100", timeout=30)
        call.dtmf("1")
        call.hangup()

`MicroSIP` commands the phone that runs (the program ``microsip``, or another Python program), or becomes the phone when none does. It
stands on the package `microsip`, whose exceptions it raises. ``python -m microsip_api.server`` serves the same by HTTP and WebSocket;
`microsip_api.django` shows the call history in Django's admin.

This is the phone of the ``microsip`` package. The project named *microsip-api* on PyPI is another thing: a Django layer for Microsip, a
business program, which controls no phone.
"""

from __future__ import annotations

from microsip import CallState, Direction, HoldState, MicrosipError
from microsip.compat import CallRecord, CallType, Contact, MessageRecord

from . import calls, contacts, events, history, phone, settings, status
from .calls import *
from .contacts import *
from .events import *
from .history import *
from .phone import *
from .settings import *
from .status import *

__all__ = ["CallRecord", "CallState", "CallType", "Contact", "Direction", "HoldState", "MessageRecord", "MicrosipError"]
__all__ += calls.__all__
__all__ += contacts.__all__
__all__ += events.__all__
__all__ += history.__all__
__all__ += phone.__all__
__all__ += settings.__all__
__all__ += status.__all__
