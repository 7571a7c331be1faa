"""Opaque ids, and who is the same person as whom."""

import secrets

from django.db.models import Q

from rygrad.record.models import Person

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 16  # 79 bits: not to be guessed


def new_id(kind: str) -> str:
    """An id that says nothing but its kind: p person, c course, o organisation, u professional, e entry."""
    return f"{kind}-{''.join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))}"


def same_person(person: str) -> frozenset[str]:
    """This person's id and those linked as the same, however they were linked."""
    asked: set[str] = set()
    found = {person}
    while new := found - asked:
        asked |= new
        rows = Person.objects.filter(Q(id__in=new) | Q(linked_to_id__in=new)).values_list("id", "linked_to_id")
        found |= {one for row in rows for one in row if one}
    return frozenset(found)
