"""The entries on who is who and who may see what."""

from datetime import date
from typing import Literal

from rygrad.record.act import Act, BlockedPart, Part, Sector


class PersonsLinked(Act, frozen=True, forbid_unknown_fields=True):
    """Two records are of one person. Reversible."""

    other: str
    reason: str


class PersonsUnlinked(Act, frozen=True, forbid_unknown_fields=True):
    """They are not."""

    other: str
    reason: str


class AccessGranted(Act, frozen=True, forbid_unknown_fields=True):
    """An organisation or a relative may see these parts, until a day; a relative's access always ends."""

    PART = "clinical"
    to: str
    basis: Literal["consent", "referral", "emergency", "sharing"]
    parts: tuple[Part, ...]
    until: date | None = None
    reason: str = ""


class AccessRevoked(Act, frozen=True, forbid_unknown_fields=True):
    """They may no longer, from now on."""

    PART = "clinical"
    to: str
    reason: str = ""


class PartBlocked(Act, frozen=True, forbid_unknown_fields=True):
    """The citizen blocks a part from a sector: nobody there sees it, but own GP, the holder, and in an emergency."""

    PART = "clinical"
    part: BlockedPart
    sector: Sector


class PartUnblocked(Act, frozen=True, forbid_unknown_fields=True):
    """The block is lifted."""

    PART = "clinical"
    part: BlockedPart
    sector: Sector
