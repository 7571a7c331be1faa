"""Typing a payload into one field of a form, and what came of it."""

from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urljoin

from rygrad.record import clocks
from rygrad.record.models import Course
from tests.trust.attacks.fields import Field, Form
from tests.trust.attacks.standing import stands, text_of, troubles
from tests.trust.attacks.turning_back import holds
from tests.trust.attacks.walking import name_of

# Secrets, and words to find something by: nothing of them is stored, and secrets are not shown again either.
SECRETS = ("login", "change_password", "new_password")
SEARCHES = ("find", "explain_access", "hand_in", "units", "look_log")
# Somebody may have typed a citizen's number there: it is never shown again.
NOT_SHOWN = {("explain_access", "course")}
_keys = count()


@dataclass(frozen=True)
class Came:
    """What came of one text in one field: ``stored``, ``shown``, ``refused`` or ``unused``; ``wrong`` says what may not be."""

    what: str
    status: int
    wrong: str = ""


def plausible(one: Field) -> str:
    """Something that fits a field nobody attacks just now."""
    if one.value or one.options:
        return one.value or one.options[-1]
    wanted = {"number": "1", "date": clocks.local_day(clocks.now()).isoformat()}.get(one.kind, "Tekst")
    return wanted if one.is_required else ""


def filled(form: Form, course: str, typed: dict[str, str]) -> dict[str, list[str]]:
    """A whole form, its version the newest and its key a new one, with these fields typed into."""
    asked = [one for one in form.fields if one.is_typed or one.kind in ("number", "date")]
    sent = form.sent(**{one.name: plausible(one) for one in asked})
    if sent.get("version") and (found := Course.objects.filter(id=course).first()):
        sent["version"] = [str(found.version)]
    if sent.get("key"):
        sent["key"] = [f"k{next(_keys)}"]
    return sent | {name: [text] for name, text in typed.items()}


def typed_into(client: Any, form: Form, name: str, text: str, course: str) -> Came:
    """Send the form with the text in one field, follow where it leads, and look at both pages."""
    sent = filled(form, course, {name: text})
    answer = client.post(form.action, sent) if form.method == "post" else client.get(form.action, sent)
    if answer.status_code not in (301, 302):
        route = name_of(form.action)
        must_be_kept = form.is_typed(name) and route not in SECRETS and (route, name) not in NOT_SHOWN
        return _answered(answer, must_be_kept, text)
    where = urljoin(form.action, answer.headers["Location"])
    if not where.startswith("/") or where.startswith("//"):
        return Came("shown", 302, f"led away to {where[:60]}")
    wrong = troubles(text_of(client.get(where)))
    if _is_kept(text):
        return Came("stored", 302, "; ".join(wrong))
    is_lost = form.is_typed(name) and name_of(form.action) not in (*SECRETS, *SEARCHES)
    return Came("unused", 302, "; ".join([*wrong, *(["taken, and nowhere to be found"] if is_lost else [])]))


def said(text: str) -> str:
    """A text as it is kept: line ends as one kind, no empty space around it."""
    return text.replace("\r\n", "\n").strip()


def _is_kept(text: str) -> bool:
    """It stands in the record byte for byte; of a field with a goal on each line, each line does."""
    lines = [line.strip() for line in said(text).split("\n")]
    return holds(said(text)) or (len(lines) > 1 and all(holds(line) for line in lines if line))


def _answered(answer: Any, must_be_kept: bool, text: str) -> Came:
    page, status = text_of(answer), answer.status_code
    wrong = [f"status {status}"] if status >= 500 else []
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return Came("shown", status, "; ".join(wrong))
    wrong += troubles(page)
    is_kept = stands(page, text)
    if status >= 400 and must_be_kept and not is_kept and status not in (401, 404, 429):
        wrong.append("refused, and the text is gone")
    what = "refused" if status >= 400 else "stored" if _is_kept(text) else "shown" if is_kept else "unused"
    return Came(what, status, "; ".join(wrong))
