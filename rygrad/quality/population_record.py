"""What a run has finished, kept in its output as ``_run.json``, so that the next run goes on where this one stopped."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from rygrad.pathway.errors import RygradError

RUN, REJECTS, WORK = "_run.json", "_rejects", "_work"
_FORMAT = "rygrad population 1"
_SHARE = 20


@contextmanager
def opened(out: Path) -> Iterator[None]:
    """The output folder, made when it is not there (for its owner alone), and locked against a second run."""
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise RygradError(
            "not_a_folder", {"da": "her ligger en fil.", "en": "a file is here."}, _ANOTHER, str(out)
        ) from None
    handle = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise RygradError(
            "busy", {"da": "en anden kørsel skriver her.", "en": "another run is writing here."}, None, str(out)
        ) from None
    finally:
        os.close(handle)


_ANOTHER = {"da": "Angiv en ny mappe.", "en": "Name a new folder."}


class Record:
    """The finished parts by name: what each was made of, and how many rows it has."""

    def __init__(self, out: Path, about: dict[str, Any], parts: dict[str, dict[str, Any]]) -> None:
        self.out, self.about, self.parts = out, about, parts
        self._written, self._took = 0.0, 0.0

    def is_finished(self, name: str, made_of: dict[str, Any]) -> bool:
        """Whether the part is there, whole, and made of exactly this."""
        kept = self.parts.get(name)
        return kept is not None and kept["of"] == made_of and kept["bytes"] == size(part_path(self.out, name))

    def forget(self, names: set[str]) -> None:
        """No longer count these as finished, before one of them is written anew: a half-done change is not trusted."""
        for name in names:
            if name in self.parts:
                self.parts[name] = {"of": None, "bytes": 0}
        self.write()

    def finish(self, name: str, part: dict[str, Any]) -> None:
        """Count a part as finished. Of many parts not every one is written down at once: what is lost is done anew."""
        self.parts[name] = part
        if monotonic() - self._written > _SHARE * self._took:
            self.write()

    def write(self) -> None:
        """Write it down, whole or not at all."""
        started = monotonic()
        temporary = self.out / WORK / RUN
        data = {"format": _FORMAT, **self.about, "parts": self.parts}
        temporary.write_text(json.dumps(data, ensure_ascii=False, indent=1), "utf-8")
        settle(temporary, self.out / RUN)
        self._written = monotonic()
        self._took = self._written - started


def part_path(out: Path, name: str) -> Path:
    """Where a part is written: the same place as in the population, and always Parquet."""
    return out / f"{name}.parquet"


def size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; 0 when it is not there."""
    if path.is_dir():
        return sum(file.stat().st_size for file in path.iterdir())
    return path.stat().st_size if path.exists() else 0


def resumed(out: Path, about: dict[str, Any], names: set[str], *, fresh: bool) -> Record:
    """What an earlier run has finished in ``out``; parts of files that are gone are removed.

    RygradError when the folder holds something else, or the run of another population.
    """
    kept = _kept(out)
    if kept is not None and kept["input"] != about["input"] and not fresh:
        raise RygradError(
            "another_input",
            {"da": "her ligger kørslen af en anden population.", "en": "the run of another population is here."},
            {"da": "Angiv en ny mappe, eller --fresh.", "en": "Name a new folder, or --fresh."},
            str(out),
        )
    earlier = kept["parts"] if kept else {}
    _refuse_strangers(out, {*earlier, *names} if kept is not None else set())
    shutil.rmtree(out / WORK, ignore_errors=True)
    (out / WORK).mkdir()
    for gone in set(earlier) if fresh else set(earlier) - names:
        remove(part_path(out, gone))
        remove(rejects_path(out, gone))
    record = Record(out, about, {} if fresh else {n: part for n, part in earlier.items() if n in names})
    record.write()
    return record


def rejects_path(out: Path, name: str) -> Path:
    """Where the rejects of a part are written."""
    return out / REJECTS / f"{name}.csv"


def _kept(out: Path) -> dict[str, Any] | None:
    try:
        data = json.loads((out / RUN).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) and data.get("format") == _FORMAT else None


def _refuse_strangers(out: Path, names: set[str]) -> None:
    ours = {part_path(out, name) for name in names}
    for file in out.rglob("*"):
        if file.is_dir() or file in ours or file.parent in ours:
            continue
        first = file.relative_to(out).parts[0]
        if first == WORK or (names and first in (RUN, REJECTS)):
            continue
        raise RygradError(
            "not_empty",
            {"da": "mappen holder noget andet.", "en": "the folder holds something else."},
            _ANOTHER,
            str(out),
        )


def settle(temporary: Path, final: Path) -> None:
    """Give what is written its name, after the disk has it; what stood there goes."""
    final.parent.mkdir(parents=True, exist_ok=True)
    for file in temporary.iterdir() if temporary.is_dir() else [temporary]:
        _to_disk(file)
    if temporary.is_dir() or final.is_dir():
        remove(final)
    temporary.replace(final)
    _to_disk(final.parent)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    """Remove a file or a folder; nothing when it is not there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
