"""For tests of whatever speaks SIP: a plugin for pytest, assertions with deadlines, a registrar.

The plugin is there as soon as the package is installed (entry point ``pytest11``: `microsip_pytest`); it imports nothing of this package
before a test asks for it::

    def test_bob_hears_what_alice_types(endpoint, registrar):
        alice = endpoint.add_account(registrar.account("alice"))
        bob = endpoint.add_account(registrar.account("bob"))
        alice.wait_registered(timeout=5), bob.wait_registered(timeout=5)
        call = alice.call(registrar.uri("bob"))
        incoming = endpoint.wait_incoming(account=bob, timeout=5)
        incoming.answer()
        assert_state(call, "confirmed", within=5)
        call.send_dtmf("123#")
        assert_dtmf(incoming, "123#", within=5)

Fixtures: `endpoint`, `pair`, `registrar`, `spawn` and `endpoint_options`; see `microsip_pytest`. Assertions: `assert_state`, `assert_dtmf`,
`assert_tone`, `assert_speech`, `assert_silence`, `assert_mos`. What fails says what there was instead, and tells the call's story.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .asserts import assert_dtmf, assert_mos, assert_silence, assert_speech, assert_state, assert_tone
    from .pairs import Pair, connect
    from .registrar import Binding, Registrar, SipRequest

__all__ = [
    "Binding",
    "Pair",
    "Registrar",
    "SipRequest",
    "assert_dtmf",
    "assert_mos",
    "assert_silence",
    "assert_speech",
    "assert_state",
    "assert_tone",
    "connect",
]


def __getattr__(name: str) -> object:
    """What is not wanted is not imported."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import asserts, pairs, registrar

    for module in (asserts, pairs, registrar):
        if name in module.__all__:
            return getattr(module, name)
    raise AttributeError(name)
