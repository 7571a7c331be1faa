"""Absolute addresses that a card links to: the line of the public programme, and the course."""

from django.conf import settings
from django.urls import reverse

from rygrad.decision.decision import Decision
from rygrad.pathway.pathway import Pathway


def absolute(path: str) -> str:
    """A path of this site as other systems call it."""
    return f"{settings.ADDRESS}{path}"


def course(course_id: str | None) -> str:
    """The course's page; where one finds a course when none came along."""
    return absolute(reverse("course", args=[course_id]) if course_id else reverse("find"))


def line(pathway: Pathway, decision: Decision, why: str) -> str:
    """The line of the public programme that this conclusion stands on."""
    if why == "scope":
        return absolute(_scope(decision))
    groups = [pathway.groups[name] for name in decision.possible_groups]
    kind, _, effort = why.partition(".")
    for group in groups:
        page = reverse("programme_group", args=[group.id])
        if kind == "group" and len(groups) == 1:
            return absolute(f"{page}#{group.id}.titel")
        if (kind == "efforts" and effort in group.efforts) or (kind in _NAMED and getattr(group, kind)):
            return absolute(f"{page}#{group.id}.{why}")
    if kind == "efforts" and len(groups) == 1:
        section = "andre" if groups[0].efforts else "titel"
        return absolute(f"{reverse('programme_group', args=[groups[0].id])}#{section}")
    return absolute(reverse("programme_efforts" if kind == "efforts" else "programme"))


_NAMED = ("reassessment", "return_to_gp")


def _scope(decision: Decision) -> str:
    excluded = [one["fact"] for one in decision.exclusions if "clarified" not in one]
    if excluded:
        return f"{reverse('programme')}#ikke-{excluded[0]}"
    alarms = [one["id"] for one in decision.alarms if "clarified" not in one]
    if decision.scope == "hold" and alarms:
        return f"{reverse('programme_signs')}#{alarms[0]}"
    return f"{reverse('programme')}#omfattet"
