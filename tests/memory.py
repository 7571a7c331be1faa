"""Where tests keep what need not outlive them: in memory where there is room, for a record waits for its disk."""

import os
import shutil

_SHM = "/dev/shm"  # noqa: S108
_ROOM = 1_000_000_000


def memory() -> str | None:
    """A folder in memory with room for a database; None for the usual temporary folder."""
    is_there = os.access(_SHM, os.W_OK) and shutil.disk_usage(_SHM).free > _ROOM
    return _SHM if is_there else None
