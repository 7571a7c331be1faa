"""The card "call if …": whatever breaks, the citizen sees when to call whom."""

import logging
from functools import wraps
from typing import Any

from django.http import HttpResponse

from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import CallCard
from rygrad.pathway.read import DEFAULT, load_pathway
from rygrad.record.contents import active
from rygrad.record.refusals import NotFound
from rygrad.web.answers import way_to
from rygrad.web.pages import Asked, View, shown

log = logging.getLogger("rygrad.web")


def call_card() -> CallCard:
    """The card of the content in force; when that cannot be read, of the content that came with the house."""
    try:
        return active().pathway.citizen.call_card
    except Exception as problem:  # the card does not depend on the record
        status_of(problem)
        return load_pathway(DEFAULT).citizen.call_card


def status_of(problem: Exception) -> int:
    """The status of an error; a bug goes to the log, without what anybody wrote."""
    if not isinstance(problem, RygradError):
        log.error("%s in %s", type(problem).__name__, way_to(problem))
    return getattr(problem, "status", 500)


def with_card(view: View) -> View:
    """The view; when the course cannot be read, a page that says so, with the card open. Raises NotFound as before."""

    @wraps(view)
    def guarded(request: Asked, *given: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *given, **named)
        except NotFound:
            raise
        except Exception as problem:  # a bug too must not hide the card
            status = status_of(problem)
            return shown(request, "citizen/unread.html", status=status, call_card=call_card(), signs_raised=True)

    return guarded
