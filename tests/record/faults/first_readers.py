"""The first readers of each kind of entry in a new process, all at the same moment: ``python -m …first_readers``.

Ends with 0 when nobody is harmed; msgspec ends the whole process when it learns a form in two threads at once.
"""

import json
import sys
from threading import Barrier, Thread

from rygrad.record import acts
from rygrad.record.refusals import Refused

_READERS = 6


def _read(name: str, body: str, ready: Barrier) -> None:
    ready.wait()
    try:
        acts.read(name, body)
    except Refused:
        return


def main() -> None:
    """One kind after another."""
    sys.setswitchinterval(1e-6)
    for name, kind in acts.ACTS.items():
        body = json.dumps(dict.fromkeys(kind.__struct_fields__, "x"))
        ready = Barrier(_READERS)
        readers = [Thread(target=_read, args=(name, body, ready)) for _ in range(_READERS)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()


if __name__ == "__main__":
    main()
