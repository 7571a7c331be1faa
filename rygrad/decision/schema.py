"""The published JSON Schema of the decision, generated from its types and the pathway's names."""

import inspect
from typing import Any

import msgspec

from rygrad.decision.decision import Decision
from rygrad.pathway.pathway import Pathway


def decision_schema(pathway: Pathway) -> dict[str, Any]:
    """JSON Schema 2020-12 of one decision of this pathway."""
    schema = msgspec.json.schema(Decision)
    for definition in schema["$defs"].values():
        definition["description"] = inspect.cleandoc(definition["description"])
    _name_values(schema["$defs"], pathway)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Rygrad decision", **schema}


def _name_values(definitions: dict[str, Any], pathway: Pathway) -> None:
    """Names that the content gives, as closed lists."""
    fields = definitions["Decision"]["properties"]
    groups, efforts = list(pathway.groups), list(pathway.words["efforts"])
    fields["possible_groups"]["items"] = {"enum": groups}
    fields["group"] = {"enum": [*groups, None]}
    for kind in ("mismatches", "contradictions"):
        fields[kind]["items"] = {"enum": [note.id for note in getattr(pathway, kind)]}
    for kind in ("actors", "interventions", "information"):
        fields[kind]["items"] = {"enum": list(pathway.words[kind])}
    state = fields["efforts"]["additionalProperties"]
    fields["efforts"] = {
        "type": "object",
        "properties": dict.fromkeys(efforts, state),
        "required": efforts,
        "additionalProperties": False,
    }
    definitions["Question"]["properties"]["fact"] = {"enum": list(pathway.facts)}
    definitions["ExclusionFound"]["properties"]["fact"] = {"enum": list(pathway.exclusions)}
    definitions["AlarmFound"]["properties"]["id"] = {"enum": list(pathway.alarms)}
