"""Opaque ids, and who is the same person as whom."""

import secrets

from rygrad.record.models import Person
from rygrad.record.storage import rows

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 16  # 79 bits: not to be guessed


def new_id(kind: str) -> str:
    """An id that says nothing but its kind: p person, c course, o organisation, u professional, t offer, e entry."""
    return f"{kind}-{''.join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))}"


def same_person(person: str) -> frozenset[str]:
    """This person's id and those linked as the same, however they were linked."""
    asked: set[str] = set()
    found = {person}
    while new := found - asked:
        one = new.pop()
        asked.add(one)
        for row in rows(
            Person, "SELECT id, linked_to_id FROM record_person WHERE id = %s OR linked_to_id = %s", one, one
        ):
            found |= {row.id, row.linked_to_id} - {None}
    return frozenset(found)
