"""A process with Django loaded that forks a server for each record it is told of: what every test needs, started once.

Reads lines ``SQLITE-FILE<tab>LOG-FILE`` and answers ``PID ADDRESS``, or ``- WHAT``; ends its children when its input does.
The server is the one `rygrad serve` starts, with the same check of the record before it answers.
"""

import os
import signal
import sys
from pathlib import Path

LISTENS = "Rygrad: "


def _serve(file: str, log: str, tell: int) -> None:
    """In the child: point at the record, check its newest part, answer on a free port until ended."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    from django.db import connections

    from rygrad.record.verify import verify
    from rygrad.site.database import database
    from rygrad.site.server import serve

    del connections["default"]
    connections.settings["default"] = connections.configure_settings({"default": database(f"sqlite:///{file}")})[
        "default"
    ]
    os.environ["DATABASE_URL"] = f"sqlite:///{file}"
    assert not verify(newest=True, replay=False).problems
    serve("127.0.0.1", 0, ready=lambda address: os.write(tell, address.encode()) and None)


def _forked(file: str, log: str) -> str:
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            _serve(file, log, tell)
        finally:
            os._exit(1)
    os.close(tell)
    with os.fdopen(told) as said:
        address = os.read(said.fileno(), 100).decode()
    return f"{child} {address}" if address else f"- {Path(log).read_text('utf-8')[-300:]!r}"


def main() -> None:
    """Answer until nobody asks any more."""
    from rygrad.site.server import application
    from rygrad.site.start import start

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    start(migrate=False)
    application()
    import rygrad.web.urls  # noqa: F401  (everything a page needs is loaded once)

    for line in sys.stdin:
        file, log = line.rstrip("\n").split("\t")
        print(_forked(file, log), flush=True)


if __name__ == "__main__":
    main()
