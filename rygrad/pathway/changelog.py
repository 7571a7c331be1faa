"""The content's own changelog: no change of content without a line in clinical words."""

import re
from dataclasses import dataclass
from pathlib import Path

from rygrad.pathway.errors import ContentError
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import content_folder

_HEADING = re.compile(r"^## (?P<version>\S+)")
_FINGERPRINT = re.compile(r"^fingerprint: (?P<sha256>[0-9a-f]{64})$")


@dataclass(frozen=True, slots=True)
class Entry:
    """The newest entry: its version, the content it describes, and how many lines say what changed."""

    version: str
    sha256: str | None
    lines: int


def newest_entry(text: str) -> Entry | None:
    """The first ``## VERSION`` section of a changelog."""
    version, sha256, lines = None, None, 0
    for line in text.split("\n"):
        heading, fingerprint = _HEADING.match(line), _FINGERPRINT.match(line)
        if heading and version:
            break
        if heading:
            version = heading["version"]
        elif version and fingerprint:
            sha256 = fingerprint["sha256"]
        elif version and line.startswith("- "):
            lines += 1
    return Entry(version, sha256, lines) if version else None


def check_changelog(pathway: Pathway, name_or_folder: str | Path) -> list[ContentError]:
    """What is wrong with the newest entry of CHANGELOG.md, if anything."""
    path = content_folder(name_or_folder) / "CHANGELOG.md"
    entry = newest_entry(path.read_text("utf-8")) if path.is_file() else None
    identity = pathway.identity
    if entry is None or not entry.lines:
        return [ContentError("CHANGELOG.md", "mangler en post for versionen", "needs an entry for this version")]
    problems = []
    if entry.version != identity.version:
        da, en = (
            f"nyeste post er {entry.version}, indholdet {identity.version}",
            f"newest entry is {entry.version}, the content {identity.version}",
        )
        problems.append(ContentError("CHANGELOG.md", da, en))
    if entry.sha256 != identity.sha256:
        problems.append(
            ContentError(
                "CHANGELOG.md",
                f"indholdet er ændret: skriv hvad, og sæt fingerprint: {identity.sha256}",
                f"the content has changed: say what, and set fingerprint: {identity.sha256}",
            )
        )
    return problems
