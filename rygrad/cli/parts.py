"""The parts that Rygrad is made of, from the locks of a checkout: version, licence and hashes of each."""

import base64
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from rygrad.pathway.errors import RygradError

Scope = Literal["required", "optional", "excluded"]
_LOCKS = ("pyproject.toml", "requirements.txt", "package-lock.json")
_LONGEST_LICENCE = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One library. ``scope``: needed to run, for an extra (region, PostgreSQL, print), or only to build and test.

    ``hashes`` are those of the files that the lock allows, by algorithm. ``licence`` is empty where nothing says it.
    """

    kind: Literal["pypi", "npm"]
    name: str
    version: str
    scope: Scope
    licence: str
    hashes: tuple[tuple[str, str], ...]

    @property
    def address(self) -> str:
        """The package URL (purl)."""
        return f"pkg:{self.kind}/{quote(self.name, safe='/')}@{quote(self.version)}"


def parts(folder: Path) -> list[Part]:
    """Every part that the checkout's locks name, in their order; RygradError when the locks are not there."""
    if not all((folder / name).is_file() for name in _LOCKS):
        raise RygradError(
            "no_locks",
            {"da": "her er ingen låste versioner.", "en": "there are no locked versions here."},
            {"da": f"Vælg mappen med {', '.join(_LOCKS)}.", "en": f"Choose the folder with {', '.join(_LOCKS)}."},
            source=str(folder),
        )
    project, lock, npm = ((folder / name).read_text("utf-8") for name in _LOCKS)
    return [*_python(tomllib.loads(project)["project"], lock), *_npm(json.loads(npm))]


_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==([^\s;\\]+)")


def _python(project: dict[str, Any], lock: str) -> Iterator[Part]:
    blocks = [block for block in re.split(r"(?m)^(?=\S)", lock) if _PINNED.match(block)]
    needs = {_named(block): _asked_by(block) for block in blocks}
    extras = project.get("optional-dependencies", {})
    run = _closure(project["dependencies"], needs)
    optional = _closure((one for name, wanted in extras.items() if name != "dev" for one in wanted), needs)
    for block in blocks:
        name, version = _PINNED.match(block).groups()  # type: ignore[union-attr]
        scope: Scope = "required" if name in run else "optional" if name in optional else "excluded"
        hashes = tuple(("SHA-256", found) for found in re.findall(r"--hash=sha256:([0-9a-f]{64})", block))
        yield Part("pypi", name, version, scope, _licence(name), hashes)


def _named(block: str) -> str:
    return _PINNED.match(block).group(1)  # type: ignore[union-attr]


def _asked_by(block: str) -> set[str]:
    """Which parts want this one: the lock says it in its comments."""
    told = block.partition("# via")[2].replace("#", " ")
    return set(re.findall(r"[A-Za-z0-9._-]+", told))


def _closure(wanted: Iterable[str], asked_by: dict[str, set[str]]) -> set[str]:
    """The wanted parts, and what they want in turn."""
    names = (re.match(r"[A-Za-z0-9._-]+", one) for one in wanted)
    found = {_plain(name.group()) for name in names if name} & asked_by.keys()
    while more := {name for name, by in asked_by.items() if by & found} - found:
        found |= more
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(name: str) -> str:
    """What the installed package says of itself."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    classified = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or () if one.startswith("License ::")]
    written = [one for one in (told["License-Expression"], told["License"]) if one]
    short = [one for one in written if "\n" not in one and len(one) <= _LONGEST_LICENCE]
    return (short or classified or [""])[0]


def _npm(lock: dict[str, Any]) -> Iterator[Part]:
    for place, told in lock["packages"].items():
        if place:
            scope: Scope = "excluded" if told.get("dev") else "optional" if told.get("optional") else "required"
            name = place.rpartition("node_modules/")[2]
            yield Part("npm", name, told["version"], scope, told.get("license", ""), _sums(told.get("integrity", "")))


def _sums(integrity: str) -> tuple[tuple[str, str], ...]:
    names = {"sha512": "SHA-512", "sha384": "SHA-384", "sha256": "SHA-256", "sha1": "SHA-1"}
    pairs = (one.split("-", 1) for one in integrity.split())
    return tuple((names[kind], base64.b64decode(value).hex()) for kind, value in pairs)
