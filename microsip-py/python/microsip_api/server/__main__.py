"""``python -m microsip_api.server``: starts the server, and prints a link that is ready to be opened."""

from __future__ import annotations

import argparse
import ipaddress
import socket
import ssl
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    import uvicorn


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m microsip_api.server",
        description="Serves the phone by HTTP and WebSocket, with a page for the browser. Who has the token commands the phone.",
    )
    parser.add_argument("--ini", "-i", help="the settings file; left out: the user's own")
    parser.add_argument(
        "--mode", choices=["auto", "attach", "own"], default="auto", help="attach to the phone that runs, own one, or whichever is possible"
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to serve; this machine alone by default")
    parser.add_argument("--port", type=_port, default=4200, help="the port; 0 is any that is free")
    parser.add_argument("--allow-host", action="append", default=[], metavar="NAME", help="a further name the server is known by")
    parser.add_argument("--new-token", action="store_true", help="make a new token; the old one is worth nothing then")
    parser.add_argument("--trust", action="store_true", help="let settings be changed that run programs or use files anywhere")
    parser.add_argument("--tls-cert", metavar="FILE", help="certificate chain, PEM, for https")
    parser.add_argument("--tls-key", metavar="FILE", help="its key, PEM")
    return parser


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Serves until it is told to end."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.tls_key and not options.tls_cert:
        parser.error("--tls-key needs --tls-cert")
    try:
        import fastapi  # noqa: F401
        import uvicorn
    except ImportError as e:
        print(f"{e}; pip install 'microsip[server]'", file=sys.stderr)
        return 2
    from microsip import MicrosipError
    from microsip_api import MicroSIP

    from . import create_app, load_token, token_path

    listener = None
    try:
        # Before the phone starts: somebody may serve already.
        listener = _listen(options.host, options.port)
        with MicroSIP(options.ini, options.mode) as phone:
            path = token_path(phone.place.settings)
            token = load_token(path, options.new_token)
            app = create_app(phone, token, options.host, options.allow_host, trust=options.trust)
            config = uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                ws_max_size=256 * 1024,
                ws_max_queue=16,
                limit_concurrency=256,
                timeout_graceful_shutdown=3,
                ssl_certfile=options.tls_cert,
                ssl_keyfile=options.tls_key,
            )
            _load(config, options)
            server = uvicorn.Server(config)

            def end(event: object) -> None:
                print("the phone has ended", file=sys.stderr)
                server.should_exit = True

            if phone.is_own:
                # Nobody would start it again; one of another process may come back.
                phone.on("closed", end)
            _greet(phone, listener, options, token, str(path))
            server.run(sockets=[listener])
            phone.off(end)
    except (MicrosipError, OSError) as e:
        print(f"microsip_api.server: {e}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    finally:
        if listener is not None:
            listener.close()
    return 0


def _listen(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.socket(family, kind, protocol)
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _load(config: uvicorn.Config, options: argparse.Namespace) -> None:
    """Before it is said that all is ready."""
    for path in (options.tls_cert, options.tls_key):
        if path is not None:
            # An error with the file's name.
            open(path, "rb").close()
    try:
        config.load()
    except ssl.SSLError as e:
        raise OSError(f"--tls-cert {options.tls_cert}: no certificate and key that fit together, in PEM: {e}") from None


def _greet(phone: object, listener: socket.socket, options: argparse.Namespace, token: str, path: str) -> None:
    host, port = listener.getsockname()[:2]
    address = ipaddress.ip_address(host)
    name = "localhost" if address.is_unspecified else f"[{host}]" if address.version == 6 else host
    scheme = "https" if options.tls_cert else "http"
    print(f"{phone!r}")
    print(f"ready: {scheme}://{name}:{port}/#token={token}")
    print(f"the token is kept in {path}", flush=True)
    if not address.is_loopback and not options.tls_cert:
        print("warning: others on the network can read along; use --tls-cert and --tls-key", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
