"""The addresses that lead to a course, as the site has them; and for each a form that is filled in as its page is."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core import signing
from django.urls import get_resolver, reverse

from rygrad.record import worklist
from tests.trust.access.asking import browser
from tests.trust.access.world import NOW, TODAY, World
from tests.web.visitor import forms_of

# Forms that name a course in what they send and not in their address.
BY_FORM = ("set_work", "choose", "bulk", "bulk_confirm", "undo", "find", "open_course", "emergency")
_EFFORTS = ("imaging", "back_unit", "surgical_assessment", "labour_market_and_income")
# A letter goes as it was shown: who may send it, and what is chosen before it is shown.
_LETTERS: dict[str, tuple[str, dict[str, str]]] = {
    "return": ("bo", {f"need-{effort}": "needed" for effort in _EFFORTS}),
    "refer": ("anna", {"offer": "of-1", "outside": "Grund", "question": "Vurdering?"}),
}


def addresses() -> dict[str, str]:
    """Every named address of the pages, with its pattern."""
    return dict(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], before: str) -> Iterator[tuple[str, str]]:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from _walk(one.url_patterns, before + str(one.pattern))
        else:
            yield one.name, before + str(one.pattern)


def leads_to_a_course(pattern: str) -> bool:
    """Its address names one."""
    return "<str:course>" in pattern or "<str:own>" in pattern


def address(name: str, ids: dict[str, Any]) -> str:
    """With these ids in it."""
    wanted = re.findall(r"<(?:\w+:)?(\w+)>", addresses()[name])
    return str(reverse(name, kwargs={one: ids[one] for one in wanted}))


def never(ids: dict[str, Any]) -> dict[str, Any]:
    """The same with a course, an entry and a relative that never existed."""
    invented = {"course": "c-2222222222222222", "own": "c-2222222222222222", "entry": "e-2222222222222222"}
    return ids | invented | {"to": "p-2222222222222222"}


def forms_of_nothing(w: World, filled: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The same forms about the course that never existed."""
    old, new = w.ids, never(w.ids)
    names = {old["course"]: new["course"], old["entry"]: new["entry"], old["to"]: new["to"]}
    return {name: {field: _renamed(value, names) for field, value in form.items()} for name, form in filled.items()}


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    for old, new in names.items():
        value = value.replace(old, new)
    return value


def undo(ids: dict[str, Any]) -> str:
    """What a receipt offers to take back, signed now."""
    return signing.dumps({"c": ids["course"], "e": [ids["visit"]], "v": int(ids["version"])}, salt="undo")


def forms(w: World, stage: str) -> dict[str, dict[str, Any]]:
    """For each form what an allowed sender would send; everybody in the matrix sends exactly this."""
    until = (TODAY + timedelta(days=30)).isoformat()
    filled: dict[str, dict[str, Any]] = {
        "answer": {"fact": "work", "answer": "employed"},
        "group": {"group": "recurrent", "reason": "Grund"},
        "plan": {"intervention": ["physiotherapy_and_chiropractic"], "note": "Note"},
        "information": {"item": "pain_and_danger_signs"},
        "visit": {"note": "Besøg", "message": ""},
        "read": {"referral": "r-3"},
        "score": {"instrument": "nrs_pain", "value": "5"},
        "reassessed": {"note": "Set"},
        "effort": {"effort": "imaging", "decision": "declined", "reason": "Nej"},
        "clarify": {"sign": "saddle_numbness", "finding": "MR uden fund"},
        "end": {"outcome": "managing_alone", "message": ""},
        "message": {"text": "Hej"},
        "hand_over": {"to": w.place("pia"), "reason": "Grund"},
        "correct": {"entry": w.ids["visit"], "reason": "Forkert"},
        "referral_step": {"step": "accept"},
        "set_work": {"course": w.c.course, "work": "employed"},
        "question_answer": {"answer": "5"},
        "read_information": {"item": "pain_and_danger_signs"},
        "invite_relative": {"name": "Ny Pårørende", "until": until},
        "stop_sharing": {"to": w.ids["to"]},
        "block_part": {"part": "work", "sector": "practice"},
        "choose": {"row": _row(w), "outcome": "visit"},
        "bulk": {"row": _row(w), "outcome": "visit"},
        "bulk_confirm": {"row": f"{w.ids['version']}|{_row(w)}", "outcome": "visit"},
        "undo": {"undo": ""},
        **{name: {} for name in ("none_of_the_signs", *_LETTERS)},
    }
    if stage == "opened":
        filled["none_of_the_signs"] = _of_page(w, "bo", address("start", w.ids), "/ingen-alarmtegn")
    if stage in ("treated", "without_effect", "returned"):
        filled |= {name: _letter(w, name, *chosen) for name, chosen in _LETTERS.items()}
    return {name: form | {"version": w.ids["version"], "key": "k-1"} for name, form in filled.items()}


def _row(w: World) -> str:
    found = worklist.worklist(w.who["bo"], at=NOW).rows
    return "|".join((w.c.course, found[0].why, found[0].subject)) if found else f"{w.c.course}|overdue|"


def _letter(w: World, name: str, who: str, choices: dict[str, str]) -> dict[str, Any]:
    """The form of a letter that was shown with these choices."""
    at = address(name, w.ids)
    shown = browser(w.who[who]).post(at, choices | {"preview": "1", "version": w.ids["version"]})
    return _sent(shown.content.decode(), at) | choices


def _of_page(w: World, who: str, at: str, action: str) -> dict[str, Any]:
    """What a page's own form sends when nothing is changed in it."""
    return _sent(browser(w.who[who]).get(at).content.decode(), action)


def _sent(page: str, action: str) -> dict[str, Any]:
    """The fields of the one form that goes there, without whose it is."""
    form = next(
        one for one in forms_of(page) if (one.method == "post" and one.action.endswith(action)) or not one.action
    )
    return {name: value for name, value in form.data().items() if name not in ("csrfmiddlewaretoken", "by", "preview")}
