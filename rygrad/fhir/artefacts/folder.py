"""The package in a folder: written only where nothing of anybody else's is lost, and compared with the content."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rygrad.fhir.artefacts.package import INDEX, MANIFEST
from rygrad.pathway.errors import RygradError


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the package anew; what an older version of it left behind goes.

    RygradError, with nothing written, when the folder holds a file that is not the package's.
    """
    present = _present(folder)
    strangers = sorted(set(present) - _ours(folder, files, present))
    if strangers:
        raise _not_ours(folder, strangers[0])
    for name in set(present) - set(files):
        (folder / name).unlink()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def stale(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """The files that are missing, that differ from the content, or that are no longer part of it."""
    present = set(_present(folder))
    differing = {name for name in present & set(files) if not _same((folder / name).read_bytes(), files[name])}
    return sorted(differing | present ^ set(files))


def _same(written: bytes, made: bytes) -> bool:
    """Equal bytes; of packed files what is inside, since compressors differ between machines."""
    packed = (b"\x1f\x8b", b"\x1f\x8b")
    if (written[:2], made[:2]) != packed:
        return written == made
    try:
        return gzip.decompress(written) == gzip.decompress(made)
    except (OSError, EOFError):
        return False


def _present(folder: Path) -> list[str]:
    if folder.exists() and not folder.is_dir():
        raise _not_ours(folder.parent, folder.name)
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]


def _ours(folder: Path, files: Mapping[str, bytes], present: list[str]) -> set[str]:
    """The files of the package that stands in the folder, by its own index; none when it is another package."""
    name = json.loads(files[MANIFEST])["name"]
    if _read(folder / MANIFEST).get("name") != name:
        return set()
    listed = [one.get("filename") for one in _read(folder / INDEX).get("files", []) if isinstance(one, dict)]
    others = {one for one in present if one.startswith(f"{name}-") and one.endswith(".tgz")}
    return {*files, *others, *(f"package/{one}" for one in listed)}


def _read(path: Path) -> dict[str, Any]:
    """A file of JSON; nothing when it is not there or is none."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _not_ours(folder: Path, name: str) -> RygradError:
    return RygradError(
        "not_ours",
        {
            "da": f"mappen holder noget, der ikke er fra denne eksport: {name}. Intet er skrevet.",
            "en": f"the folder holds something that is not from this export: {name}. Nothing is written.",
        },
        {"da": "Vælg en tom mappe.", "en": "Choose an empty folder."},
        source=str(folder),
    )
