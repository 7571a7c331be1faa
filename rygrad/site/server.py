"""The server: one process with threads (waitress), ready for SQLite; and the WSGI application for another server."""

import os
from collections.abc import Callable
from typing import Any


def application() -> Callable[..., Any]:
    """The site as a WSGI application, Django being set up."""
    from django.core.wsgi import get_wsgi_application

    found: Callable[..., Any] = get_wsgi_application()
    return found


def serve(host: str, port: int, *, threads: int = 8, ready: Callable[[str], None] = lambda _: None) -> None:
    """Answer until the process ends; ``ready`` is told the address once the server listens."""
    from django.conf import settings
    from waitress.server import create_server

    from rygrad.site import connections

    connections.allow_files()
    wsgi = application()
    server = create_server(wsgi, host=host, port=port, threads=threads, ident=None, **connections.limits(), **_proxy())
    for one in server._map.values():  # each address listened on; `localhost` is two
        if hasattr(one, "channel_class"):
            one.channel_class = connections.Channel
    address = f"http://{host}:{getattr(server, 'effective_port', port)}"
    if "RYGRAD_ADDRESS" not in os.environ:  # the port may have been chosen just now
        settings.ADDRESS = address
    ready(address)
    server.run()


def _proxy() -> dict[str, object]:
    """Whom to believe about where a request comes from, and whether it came encrypted; nobody when none is set."""
    from django.conf import settings

    if not settings.PROXY:
        return {}
    return {"trusted_proxy": settings.PROXY, "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}}
