"""MicroSIP's formats and behaviour: its settings file, contacts, call history, command line, and the phone that they describe.

`microsip_api` is the comfortable way to all of it; this is what stands below::

    from microsip import compat

    ini, _ = compat.IniFile.load_or_new("microsip.ini")
    ini.set_checked("Settings", "autoAnswer", "all")
    ini.save()

No value of a secret key (`is_secret`) appears in what this shows or prints; to read one, ask `IniFile.get`.
"""

from __future__ import annotations

from . import commands, contacts, dialling, enums, history, ini, phone
from .commands import *
from .contacts import *
from .dialling import *
from .enums import *
from .history import *
from .ini import *
from .phone import *

__all__: list[str] = []
__all__ += commands.__all__
__all__ += contacts.__all__
__all__ += dialling.__all__
__all__ += enums.__all__
__all__ += history.__all__
__all__ += ini.__all__
__all__ += phone.__all__
