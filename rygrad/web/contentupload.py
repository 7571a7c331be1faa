"""Content handed in by an administrator: a folder of the server or a zip file, read with limits, and checked whole."""

import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import yaml

from rygrad.decision.casebook import check_cases
from rygrad.decision.sentinels import check_sentinels
from rygrad.pathway.cases import load_cases
from rygrad.pathway.check import check_content
from rygrad.pathway.errors import ContentError, RygradError
from rygrad.pathway.read import HASHED, content_folder, load_pathway
from rygrad.record.refusals import Refused

MOST_FILES, LARGEST_ZIP, LARGEST_FILE, LARGEST_WHOLE = 100, 2_000_000, 1_000_000, 6_000_000
_MOST_REFERENCES = 20
_MAY_BE_THERE = re.compile(r"CHANGELOG\.md|indicators\.yaml|(cases|examples)/[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.yaml")
_TOP = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}/")


@dataclass(frozen=True, slots=True)
class Checked:
    """The files that a content's hash covers, when nothing is wrong; else what is wrong, with its place."""

    files: dict[str, bytes]
    problems: list[RygradError]


def from_folder(name_or_folder: str) -> Checked:
    """The content of a packaged programme's name, or of a folder on the server."""
    try:
        folder = content_folder(name_or_folder)
        for file in _files(folder):
            if file.stat().st_size > LARGEST_FILE:
                raise _refused(f"{file.name} er for stor", f"{file.name} is too large")
    except (RygradError, OSError, ValueError) as problem:
        return Checked({}, [problem if isinstance(problem, RygradError) else _unreadable(problem)])
    return _checked(folder)


def from_zip(upload: Any) -> Checked:
    """The content of an uploaded zip file. Nothing of it is written outside a temporary folder, gone afterwards."""
    if upload.size > LARGEST_ZIP:
        return Checked({}, [_refused("zip-filen er for stor", "the zip file is too large")])
    try:
        with _unpacked(upload) as folder:
            return _checked(folder)
    except Refused as problem:
        return Checked({}, [problem])


@contextmanager
def _unpacked(upload: IO[bytes]) -> Iterator[Path]:
    """A temporary folder with the expected files of a zip, and no others; Refused for anything else in it."""
    try:
        with zipfile.ZipFile(upload) as archive:
            found = {name: _read(archive, member) for name, member in _members(archive).items()}
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
    ) as problem:
        raise _refused(
            "filen er ikke en zip-fil, der kan læses", "the file is not a zip file that can be read"
        ) from problem
    if sum(map(len, found.values())) > LARGEST_WHOLE:
        raise _refused("filerne er for store tilsammen", "the files are too large together")
    with tempfile.TemporaryDirectory(prefix="rygrad-content-") as made:
        folder = Path(made)
        for name, data in found.items():
            place = folder / name
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(data)
        yield folder


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files by the name they have in a content folder, each known beforehand; so no name leads anywhere else."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MOST_FILES:
        raise _refused("zip-filen har for mange filer", "the zip file has too many files")
    if sum(member.file_size for member in members) > LARGEST_WHOLE:
        raise _refused("filerne er for store tilsammen", "the files are too large together")
    top = _top([member.filename for member in members])
    found: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        name, kind = member.filename.removeprefix(top), stat.S_IFMT(member.external_attr >> 16)
        if name not in HASHED and not _MAY_BE_THERE.fullmatch(name):
            raise _refused(
                f"{_named(member)} hører ikke til et indhold", f"{_named(member)} does not belong to a content"
            )
        if kind not in (0, stat.S_IFREG) or member.flag_bits & 1 or name in found:
            raise _refused(
                f"{_named(member)} er en henvisning, krypteret eller der to gange",
                f"{_named(member)} is a link, encrypted, or there twice",
            )
        found[name] = member
    return found


def _top(names: list[str]) -> str:
    """The one folder that everything lies in, with its slash; empty when the files lie at the top."""
    if "pathway.yaml" in names or not names:
        return ""
    top = _TOP.match(names[0])
    return top[0] if top and all(name.startswith(top[0]) for name in names) else ""


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """At most the largest file's bytes, whatever the zip says of itself."""
    with archive.open(member) as packed:
        data = packed.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise _refused(f"{_named(member)} er for stor", f"{_named(member)} is too large")
    return data


def _named(member: zipfile.ZipInfo) -> str:
    return "".join(c for c in member.filename if c.isprintable())[:120]


def _checked(folder: Path) -> Checked:
    """The same checks as the command line's, and nothing of the folder's own place in what is said."""
    try:
        problems: list[RygradError] = list(_references(folder))
        if not problems:
            loaded = load_pathway(folder)
            cases = check_cases(loaded, load_cases(folder))
            problems += [*check_content(loaded, folder), *cases, *check_sentinels(loaded)]
        files = {} if problems else {name: (folder / name).read_bytes() for name in HASHED}
    except RygradError as problem:
        return Checked({}, [_without_place(problem, folder)])
    except Exception as problem:  # a content can be malformed in more ways than its reader foresees
        return Checked({}, [_unreadable(problem)])
    return Checked(files, [_without_place(problem, folder) for problem in problems])


def _references(folder: Path) -> Iterator[ContentError]:
    """YAML that refers to itself many times over can grow without end when it is read."""
    for file in _files(folder):
        if file.suffix != ".yaml":
            continue
        try:
            tokens = yaml.scan(file.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            count = sum(isinstance(token, yaml.AliasToken) for token in tokens)
        except yaml.YAMLError:
            continue  # the reader says where
        if count > _MOST_REFERENCES:
            place = file.relative_to(folder).as_posix()
            yield ContentError(place, "for mange YAML-henvisninger (*)", "too many YAML references (*)")


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in (
            *(folder / name for name in HASHED),
            folder / "CHANGELOG.md",
            *sorted((folder / "cases").glob("*.yaml")),
        )
        if path.is_file()
    ]


def _without_place(problem: RygradError, folder: Path) -> RygradError:
    if problem.source:
        problem.source = problem.source.replace(f"{folder}/", "").replace(str(folder), "")
    return problem


def _unreadable(problem: Exception) -> RygradError:
    return _refused(
        f"indholdet har en form, der ikke kan læses ({type(problem).__name__})",
        f"the content has a form that cannot be read ({type(problem).__name__})",
    )


def _refused(da: str, en: str) -> Refused:
    return Refused("upload", f"{da}.", f"{en}.")
