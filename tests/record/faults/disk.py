"""A disk in memory under a real SQLite: it notes every change to it, and fails when it is told to.

The SQLite is the one ``apsw`` brings (newer than the standard library's): the journalling that is under test is the
same in both, and only apsw lets a test stand where the operating system stands.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple

import apsw

NAME = "record.sqlite3"
_NUMBERS = count(1)


class Change(NamedTuple):
    """One thing done to a file: ``create``, ``write``, ``truncate`` (to ``offset``), ``sync`` or ``delete``.

    A ``delete`` with an ``offset`` other than zero also synced the directory.
    """

    kind: str
    file: str
    offset: int = 0
    data: bytes = b""


def apply(change: Change, content: bytearray) -> None:
    """Do a write or a truncation to a file's content; a write behind the end leaves zeros in between."""
    if change.kind == "truncate":
        del content[change.offset :]
    elif change.kind == "write":
        content.extend(bytes(max(0, change.offset - len(content))))
        content[change.offset : change.offset + len(change.data)] = change.data


@dataclass
class Fault:
    """The disk fails at change number ``at``, once or for good.

    A ``full`` disk refuses only what makes a file longer; with ``io`` the half of the write may get there.
    """

    kind: str
    at: int
    for_good: bool
    seen: int = 0
    hits: int = 0

    def strike(self, change: Change, content: bytearray) -> None:
        """Raise when it is this change's turn."""
        if self.kind == "full" and not (change.kind == "write" and change.offset + len(change.data) > len(content)):
            return
        self.seen += 1
        if self.seen != self.at and not (self.for_good and self.seen > self.at):
            return
        self.hits += 1
        if self.kind == "full":
            raise apsw.FullError("the disk is full")
        apply(change._replace(data=change.data[: len(change.data) // 2]), content)
        raise apsw.IOError("the disk does not answer")


@dataclass
class Disk:
    """Files by name, everything that was done to them, and perhaps a fault."""

    files: dict[str, bytearray]
    fault: Fault | None = None
    changes: list[Change] = field(default_factory=list)

    @property
    def mark(self) -> bytes:
        """Equal for two disks with the same files."""
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            digest.update(f"{name} {len(content)} ".encode() + content)
        return digest.digest()

    def do(self, change: Change) -> None:
        """Note it and do it, unless the disk fails at it."""
        content = self.files.get(change.file, bytearray())
        if self.fault:
            self.fault.strike(change, content)
        self.changes.append(change)
        if change.kind == "delete":
            self.files.pop(change.file, None)
        else:
            apply(change, self.files.setdefault(change.file, content))


class _OpenFile:
    """An open file of the disk; ``name`` is None for SQLite's own scratch files, which nothing depends on."""

    def __init__(self, disk: Disk, name: str | None) -> None:
        self.disk, self.name = disk, name
        self.content = bytearray() if name is None else disk.files[name]

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self.content[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._do(Change("write", self.name or "", offset, bytes(data)))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._do(Change("truncate", self.name or "", size))

    def xSync(self, _flags: int) -> None:  # noqa: N802
        self._do(Change("sync", self.name or ""))

    def _do(self, change: Change) -> None:
        if self.name is None:
            apply(change, self.content)
        else:
            self.disk.do(change)

    def xFileSize(self) -> int:  # noqa: N802
        return len(self.content)

    def xClose(self) -> None:  # noqa: N802
        """Nothing is held."""

    def xLock(self, level: int) -> None:  # noqa: N802
        """There is one connection at a time."""

    def xUnlock(self, level: int) -> None:  # noqa: N802
        """There is one connection at a time."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, _op: int, _pointer: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return 4096

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        """As SQLite takes an ordinary disk on Linux to be: a write harms no byte beside it, and nothing more."""
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE

    def excepthook(self, *_about: Any) -> bool:
        """A fault that SQLite passes over in silence is none of ours."""
        return True


class _Vfs(apsw.VFS):
    """SQLite's operating system, with our disk in it."""

    def __init__(self, name: str, disk: Disk) -> None:
        super().__init__(name, base="")
        self.disk = disk

    def xOpen(self, name: Any, flags: list[int]) -> _OpenFile:  # noqa: N802
        text = name.filename() if isinstance(name, apsw.URIFilename) else name
        if text is not None and text not in self.disk.files:
            self.disk.do(Change("create", text))
        flags[1] = flags[0]
        return _OpenFile(self.disk, text)

    def xAccess(self, name: str, _flags: int) -> bool:  # noqa: N802
        return bool(self.disk.files.get(name))  # as on Unix, an empty journal is none

    def xDelete(self, name: str, sync_directory: bool) -> None:  # noqa: N802
        self.disk.do(Change("delete", name, int(sync_directory)))

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name

    def excepthook(self, *_about: Any) -> bool:
        """A fault that SQLite passes over in silence is none of ours."""
        return True


@contextmanager
def opened(disk: Disk, pragmas: tuple[str, ...]) -> Iterator[apsw.Connection]:
    """A connection to the database on this disk, set like the record's own."""
    name = f"disk{next(_NUMBERS)}"
    vfs = _Vfs(name, disk)
    connection = apsw.Connection(NAME, vfs=name)
    try:
        for pragma in pragmas:
            connection.execute(pragma).fetchall()
        yield connection
    finally:
        connection.close(True)
        vfs.unregister()
