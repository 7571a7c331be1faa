"""The content versions the record has decided with: kept whole, so that any stored decision can be replayed."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from rygrad.decision.decision import Decision
from rygrad.decision.facts import clarifiable, plain_value, read_facts
from rygrad.decision.many import ManyDecisions
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import HASHED, content_folder, read_kept, read_pathway
from rygrad.record.acts import Decided
from rygrad.record.models import Activation, ContentVersion
from rygrad.record.refusals import NotFound
from rygrad.record.storage import rows

_WRITE = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True)
class Programme:
    """One content version, ready to decide with."""

    pathway: Pathway
    many: ManyDecisions

    @property
    def sha256(self) -> str:
        """Which content this is."""
        return self.pathway.identity.sha256

    @property
    def signs(self) -> frozenset[str]:
        """The alarm signs and exclusions that only a clarification or a correction takes back."""
        return frozenset(clarifiable(self.pathway))

    def decide(self, facts: Mapping[str, Any], day: date) -> Decision:
        """The decision without reasons; remembers what citizens alike share."""
        return self.many.decide(facts, day)

    def decided(self, facts: Mapping[str, Any], day: date) -> Decided:
        """Facts and decision as they are stored with a confirmation."""
        known = read_facts(self.pathway, facts, day)
        plain = {name: plain_value(value) for name, value in sorted(known.items())}
        return Decided(day, msgspec.to_builtins(plain), plain_decision(self.decide(facts, day)))


def plain_decision(decision: Decision) -> dict[str, Any]:
    """A decision without its reasons, as JSON's own types; the reasons follow from the same content and facts."""
    found: dict[str, Any] = msgspec.to_builtins(decision)
    del found["reasons"]
    return found


def decision_bytes(decision: Mapping[str, Any]) -> bytes:
    """The bytes that a replay must give again."""
    return _WRITE.encode(decision)


def content_files(name_or_folder: str) -> dict[str, bytes]:
    """The bytes of a content folder that its hash covers."""
    folder = content_folder(name_or_folder)
    return {name: (Path(folder) / name).read_bytes() for name in HASHED}


def keep(files: Mapping[str, bytes]) -> ContentVersion:
    """Store this content once; what is wrong with it is said (ContentError, or a version number that is taken)."""
    pathway = read_pathway(dict(files))
    named = ContentVersion.objects.filter(pathway=pathway.identity.id, version=pathway.identity.version)
    if named.exclude(sha256=pathway.identity.sha256).exists():
        raise RygradError(
            "version_taken",
            {"da": "versionsnummeret er brugt til et andet indhold.", "en": "the version number names other content."},
            {"da": "Hæv version i pathway.yaml.", "en": "Raise version in pathway.yaml."},
        )
    packed = json.dumps({name: base64.b64encode(data).decode() for name, data in sorted(files.items())})
    kept, _ = ContentVersion.objects.get_or_create(
        sha256=pathway.identity.sha256,
        defaults={"pathway": pathway.identity.id, "version": pathway.identity.version, "files": packed},
    )
    return kept


def files_of(sha256: str) -> dict[str, bytes]:
    """The stored files of this content; NotFound when the record never had it."""
    kept = ContentVersion.objects.filter(sha256=sha256).first()
    if kept is None:
        raise NotFound
    return {name: base64.b64decode(data) for name, data in json.loads(kept.files).items()}


@lru_cache(maxsize=8)
def programme(sha256: str) -> Programme:
    """The content of this hash, as stored; NotFound when the record never had it."""
    pathway = read_kept(files_of(sha256))
    return Programme(pathway, ManyDecisions(pathway))


def activation(at: datetime | None = None) -> Activation:
    """The activation in force now, or at an instant; NotFound before the first."""
    if at is None:
        found = rows(Activation, "SELECT * FROM record_activation ORDER BY at DESC LIMIT 1")
    else:
        found = list(Activation.objects.filter(at__lte=at).order_by("-at")[:1])
    if not found:
        raise NotFound
    return found[0]


def active(at: datetime | None = None) -> Programme:
    """The content that decides now, or decided at an instant; NotFound before the first was activated."""
    return programme(activation(at).content_id)
