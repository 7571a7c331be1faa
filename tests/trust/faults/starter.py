"""A process with everything loaded that forks `rygrad serve` each time it is told to: a start without the imports.

Reads lines ``PORT<tab>LOG-FILE`` and answers with the child's number. The child runs the command itself, with its
opening and its check of the record; the environment names the record.
"""

import os
import signal
import sys


def _serve(port: str, log: str) -> None:
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    from rygrad.cli.main import run

    sys.argv = ["rygrad", "serve", "--port", port]
    run()


def main() -> None:
    """Fork until nobody asks any more."""
    import rygrad.cli.main  # what the command imports is imported once
    from rygrad.site.server import application
    from rygrad.site.start import start

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    start(migrate=False)
    application()
    import rygrad.site.urls  # noqa: F401

    for line in sys.stdin:
        port, log = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            try:
                _serve(port, log)
            finally:
                os._exit(1)
        print(child, flush=True)


if __name__ == "__main__":
    main()
