"""How long it takes from `import microsip` to an endpoint that is up: `started IMPORT ENDPOINT`, in nanoseconds."""

import sys
from time import monotonic_ns

begun = monotonic_ns()
import microsip  # noqa: E402 - this is what is measured

imported = monotonic_ns()
transports = [microsip.TransportConfig(name, "127.0.0.1:0") for name in sys.argv[1].split(",")]
endpoint = microsip.Endpoint(transports=transports)
up = monotonic_ns()
print("started", imported - begun, up - imported, flush=True)
endpoint.close()
