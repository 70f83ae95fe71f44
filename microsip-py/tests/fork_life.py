"""What a process of multiprocessing does that has an endpoint of its own."""

from __future__ import annotations

import microsip


def life() -> str:
    transports = [microsip.TransportConfig("udp", "127.0.0.1:0")]
    with microsip.Endpoint(transports=transports) as endpoint:
        account = endpoint.add_account("sip:a@127.0.0.1")
        endpoint.add_account("sip:b@127.0.0.1")
        events = endpoint.events()
        call = account.call(f"sip:b@{endpoint.local_address()}")
        for event in events:
            if isinstance(event, microsip.IncomingCall):
                event.call.answer()
                break
        return call.wait_for("confirmed", timeout=10).state.value
