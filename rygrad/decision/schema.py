"""The published JSON Schema of the decision, generated from its types."""

from typing import Any

import msgspec

from rygrad.decision.decision import Decision


def decision_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of one decision."""
    schema = msgspec.json.schema(Decision)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Rygrad decision", **schema}
