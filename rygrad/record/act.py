"""What every journal entry's body is; and the parts of a course that are shared and blocked each on its own."""

from typing import Literal, get_args

from msgspec import Struct

Speaker = Literal["citizen", "relative", "professional", "record"]
Profession = Literal["physiotherapist", "chiropractor"]
Effect = Literal["effect", "no_effect"]
Part = Literal["plan", "work", "clinical", "scores"]
PARTS: tuple[Part, ...] = get_args(Part)
BlockedPart = Literal["work", "clinical", "scores"]
Sector = Literal["practice", "hospital", "municipality"]


class Act(Struct, frozen=True, forbid_unknown_fields=True):
    """What every body is. ``PART`` says which part of the course it belongs to when parts are shared."""

    PART = "plan"
    SCHEMA = 1
