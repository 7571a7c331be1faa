"""What differs between two versions of the content, place by place."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_args

from rygrad.pathway.criteria import Criterion, as_data
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.source import Source
from rygrad.pathway.words import Phrase

_CRITERIA = get_args(Criterion)


@dataclass(frozen=True, slots=True)
class Change:
    """One place that is new (``before`` None), gone (``after`` None) or other."""

    where: str
    before: str | None
    after: str | None


def differences(old: Pathway, new: Pathway) -> list[Change]:
    """Every place that differs, in the content's own order; empty when the two decide and say the same."""
    before, after = dict(_flat("", old)), dict(_flat("", new))
    places = dict.fromkeys((*before, *after))
    return [Change(p, before.get(p), after.get(p)) for p in places if before.get(p) != after.get(p)]


def _flat(where: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, _CRITERIA):
        yield where, json.dumps(as_data(value), ensure_ascii=False)
    elif isinstance(value, Source):
        yield where, value.sha256
    elif isinstance(value, Phrase):
        yield f"{where}.da", value.da
        yield f"{where}.en", value.en
    elif is_dataclass(value):
        for part in fields(value):
            yield from _flat(f"{where}.{part.name}".lstrip("."), getattr(value, part.name))
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _flat(f"{where}.{name}", part)
    elif isinstance(value, tuple) and value and not isinstance(value[0], str | int | float):
        for number, part in enumerate(value):
            yield from _flat(f"{where}.{getattr(part, 'id', None) or _named(part) or number}", part)
    else:
        yield where, json.dumps(value, ensure_ascii=False, default=str)


def _named(part: Any) -> str | None:
    return str(part["id"]) if isinstance(part, Mapping) and "id" in part else None
