"""Operations: how the record is, for the administrator in words, and for monitoring at ``/sundhed`` without a name."""

import threading
import time
from typing import Any

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from rygrad.decision.decision import ENGINE
from rygrad.pathway.read import DEFAULT
from rygrad.pathway.words import Phrase
from rygrad.record import clocks
from rygrad.record.condition import Finding, examine
from rygrad.record.contents import active
from rygrad.record.sentinels import SentinelsAsked, ask, findings
from rygrad.record.verify import verify
from rygrad.web.language import say
from rygrad.web.models import SavedList
from rygrad.web.pages import Asked, page, shown

REMEMBERED_SECONDS = 15
"""Anybody may ask, so the answer is found at most this often."""
_ONE_AT_A_TIME = threading.Lock()
_LAST: dict[str, Any] = {}
_BROKEN = Phrase("journalen kan ikke undersøges", "the record cannot be examined")


def examined() -> list[Finding]:
    """The whole examination; one finding that it could not be made, when it raises."""
    try:
        return examine(DEFAULT)
    except Exception:  # whatever is wrong, the page says so
        return [Finding(False, _BROKEN)]


def sentinels() -> SentinelsAsked:
    """The sentinel citizens asked, in this process."""
    try:
        return ask()
    except Exception:  # whatever is wrong, that they could not be asked is said
        return SentinelsAsked(0, (), is_possible=False)


def storage() -> str:
    """``writable``; ``busy`` while another writes for long; ``not_writable``. A row is written, and taken back."""
    try:
        with transaction.atomic():
            SavedList.objects.create(owner="", organisation="", name=f"sundhed {time.monotonic_ns()}", whys="")
            transaction.set_rollback(True)
    except DatabaseError as problem:
        return "busy" if "is locked" in str(problem) else "not_writable"
    return "writable"


@page("administrator")
def operations(request: Asked) -> HttpResponse:
    """Every finding in words, and what to do about those that are not fine."""
    found = [*examined(), *findings(sentinels())]
    return shown(
        request,
        "admin/operations.html",
        findings=found,
        storage=storage(),
        is_well=all(one.is_fine is not False for one in found),
        at=clocks.now(),
        engine=ENGINE,
        commands={"verify": "rygrad record verify", "backup": f"rygrad record backup {say('FIL', 'FILE')}"},
    )


@page(public=True)
def health(request: HttpRequest) -> HttpResponse:
    """JSON for monitoring: 200 when well, 503 when not. No name, number or count of anybody."""
    found = _remembered()
    return JsonResponse(found, status=200 if found["status"] == "well" else 503)


def _remembered() -> dict[str, Any]:
    with _ONE_AT_A_TIME:
        if not _LAST or time.monotonic() - _LAST["asked"] >= REMEMBERED_SECONDS:
            _LAST.update(asked=time.monotonic(), found=_found())
        found: dict[str, Any] = _LAST["found"]
        return found


def _found() -> dict[str, Any]:
    at, asked = clocks.now(), sentinels()
    wrong = [one.said.en for one in (*examined(), *findings(asked)) if one.is_fine is False]
    written, chain, content = storage(), _chain(), _content()
    is_well = not wrong and written != "not_writable" and chain["fine"] and content is not None
    return {
        "status": "well" if is_well else "not_well",
        "time": at.isoformat(timespec="seconds"),
        "engine": ENGINE,
        "content": content,
        "sentinels": {"asked": asked.asked, "changed": len(asked.changed)},
        "chain": {**chain, "checked_at": at.isoformat(timespec="seconds")},
        "storage": written,
        "problems": wrong,
    }


def _chain() -> dict[str, Any]:
    """Whether the newest part of both chains is as it was written."""
    try:
        newest = verify(newest=True)
    except Exception:  # whatever is wrong, monitoring is told
        return {"fine": False, "head": None}
    return {"fine": not newest.problems, "head": newest.head[:12]}


def _content() -> dict[str, str] | None:
    try:
        identity = active().pathway.identity
    except Exception:
        return None
    return {"id": identity.id, "version": identity.version, "sha256": identity.sha256}
