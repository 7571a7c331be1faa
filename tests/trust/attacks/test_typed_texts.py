"""What is typed stands as text everywhere it is shown, byte for byte, or is refused aloud: every field, every payload."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from rygrad.fhir.api.kinds import KINDS
from tests.fhir.api import Api
from tests.figures import write_figures
from tests.record.administrators import places
from tests.record.cast import Cast, cast
from tests.trust.attacks.cast_walks import House, few, house, walks
from tests.trust.attacks.fields import Form
from tests.trust.attacks.payloads import MARK, Payload, payloads
from tests.trust.attacks.standing import text_of, troubles
from tests.trust.attacks.turning_back import Before
from tests.trust.attacks.typed import filled, said, typed_into
from tests.trust.attacks.walking import Walk, name_of

MIXED = Payload("mixed", "=\"'><script>xq7()</script>{{7*7}} &lt;b&gt; \u202e æ👩🏽‍⚕️ ' OR '1'='1 --")
NUL = Payload("control", "a\0b")
_OF_A_KIND = {one.kind: one for one in payloads() if one.kind in ("attribute", "path", "control", "address")}
CHOICES = tuple(_OF_A_KIND.values())
_TEST = "tests/trust/attacks/test_typed_texts.py::test_"


def _fields(met: dict[str, Walk]) -> Iterator[tuple[str, Form, str]]:
    """Each field once: who met it, its form, its name."""
    seen = set()
    for user, walk in met.items():
        for kind, (_, form) in walk.forms.items():
            for name in form.names:
                if (kind[0], name) not in seen:
                    seen.add((kind[0], name))
                    yield user, form, name


def _typed(
    made: House, met: dict[str, Walk], tried: Iterable[Payload], choices: Iterable[Payload] = ()
) -> tuple[Counter[str], list[str]]:
    """Every payload into every field that takes free text, and some into those that offer a choice."""
    counts, wrong, before, chosen = Counter[str](), [], Before(), list(tried)
    for user, form, name in _fields(met):
        fitting = chosen if form.is_typed(name) else [one for one in chosen if one in choices]
        counts["fields"] += bool(fitting)
        for payload in fitting:
            course = next((one for one in made.courses.values() if one in form.action), "")
            came = typed_into(made.client(user), form, name, payload.text, course)
            counts.update({"texts sent": 1, came.what: 1, "answers 5xx": came.status >= 500})
            if came.wrong:
                wrong.append(f"{name_of(form.action)} {name}, {payload.name}: {came.wrong}")
            if came.what != "refused" or came.status == 401:
                before.again()
    return counts, wrong


def _told(counts: Counter[str], wrong: list[str], tried: int) -> dict[str, int | float | str]:
    return {
        "payloads": tried,
        "fields, found by walking": counts["fields"],
        "texts sent": counts["texts sent"],
        "stored or shown as text": counts["stored"] + counts["shown"],
        "refused aloud": counts["refused"],
        "not what is asked there, so not used": counts["unused"],
        "answers 5xx": counts["answers 5xx"],
        "run, led away, altered or lost": len(wrong),
    }


def test_a_payload_in_the_fields_where_most_is_written_stands_as_text_or_is_refused(record: Cast) -> None:
    made = house(record)
    counts, wrong = _typed(made, few(made), (MIXED, NUL))
    told = _told(counts, wrong, 2)
    says = "attackers' texts in every field that the cast meets"
    write_figures(
        "attack-typed", promise="T13", says=says, test=f"{_TEST}every_payload_in_every_field", counts=told, full=False
    )
    assert wrong == []
    assert counts["stored"] > 10 < counts["refused"]


@pytest.mark.long
def test_every_payload_in_every_field(record: Cast, databases: Any) -> None:
    counts, wrong, fields = Counter[str](), list[str](), 0
    for shard in _shards():
        with _fresh_house(databases) as made:
            met = walks(made)
            found, more = _typed(made, met, shard, CHOICES)
            counts, wrong, fields = counts + found, wrong + more, max(fields, len([*_fields(met)]))
    counts["fields"] = fields
    told = _told(counts, wrong, len(payloads()))
    says = "attackers' texts in every field that the cast meets"
    write_figures(
        "attack-typed", promise="T13", says=says, test=f"{_TEST}every_payload_in_every_field", counts=told, full=True
    )
    assert wrong == []
    assert counts["fields"] > 150
    assert counts["stored"] > 900


_NOT_FOR_STORING = ("login", "change_password", "end", "correct")


def _stored(made: House, met: dict[str, Walk], shard: list[Payload]) -> int:
    """Write as many of these texts as the record takes, one after another, each by somebody who may."""
    forms = [(user, form) for user, walk in met.items() for _, form in walk.forms.values()]
    fitting = [(user, one) for user, one in forms if one.method == "post" and one.typed]
    return sum(
        _sent(made, user, form, payload.text)
        for user, form in fitting
        if name_of(form.action) not in _NOT_FOR_STORING
        for payload in shard
    )


def _sent(made: House, user: str, form: Form, text: str) -> int:
    """In all fields at once; where that is refused, in one after another. How many forms were taken."""
    course = next((one for one in made.courses.values() if one in form.action), "")
    for fields in ([form.typed], [[name] for name in form.typed]):
        answers = [
            made.client(user).post(form.action, filled(form, course, dict.fromkeys(names, text))) for names in fields
        ]
        if taken := sum(one.status_code in (200, 302) for one in answers):
            return taken
    return 0


class _Eye:
    """Looks at every answer: pages, tables for spreadsheets, JSON, PDF."""

    def __init__(self, shard: list[Payload]) -> None:
        self.kinds, self.wrong = Counter[str](), list[str]()
        self.sought = [said(one.text).split("\n")[0][:40] for one in shard]
        self.seen = set[str]()

    def look(self, at: str, answer: Any, text: str) -> None:
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        self.kinds[kind] += 1
        found = [f"status {answer.status_code}"] if answer.status_code >= 500 else []
        if kind == "text/html":
            found += troubles(text)
        elif kind == "text/csv":
            found += [f"a formula: {cell[:30]!r}" for cell in _formulas(text)]
        elif kind.endswith("json"):
            json.loads(text)
        elif kind == "application/pdf":
            found += [word for word in ("/JavaScript", "/Launch", f"//{MARK}") if word in text]
        if answer.headers.get("X-Content-Type-Options") != "nosniff":
            found.append("may be sniffed")
        self.wrong += [f"{at}: {one}" for one in found]
        self.seen.update(one for one in self.sought if one in text)


def _formulas(text: str) -> list[str]:
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
    return [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r\0＝＋－＠")]


def _systems(made: House, eye: _Eye) -> None:
    """The same through the FHIR server, as JSON."""
    for who in ("anna", "bo", "hanne", "freja", "gustav"):
        api = Api(getattr(made.record, who))
        for path in (*KINDS, f"Patient/{made.record.dina.id}/$everything"):
            answer = api.get(f"{path}?_count=100" if "/" not in path else path)
            eye.look(f"/fhir/{path}", answer, text_of(answer))


@contextmanager
def _fresh_house(databases: Any) -> Iterator[House]:
    """The cast in a record of its own, so that what earlier texts did to a course stands in no later one's way."""
    with databases.fresh("sqlite"):
        people = cast()
        people.gustav = places().gustav
        yield house(people)


def _shards() -> list[list[Payload]]:
    """By kind, so that each record holds texts that differ."""
    return [list(payloads()[n::6]) for n in range(6)]


@pytest.mark.long
def test_what_was_stored_is_text_on_every_page_letter_file_and_resource(record: Cast, databases: Any) -> None:
    eyes, stored = [], 0
    for shard in _shards():
        with _fresh_house(databases) as made:
            stored += _stored(made, walks(made, 1), shard)
            eye = _Eye(shard)
            walks(made, 2, eye.look)
            _systems(made, eye)
            eyes.append(eye)
    kinds = sum((eye.kinds for eye in eyes), Counter[str]())
    wrong = [one for eye in eyes for one in eye.wrong]
    counts: dict[str, int | float | str] = {
        "texts taken": stored,
        **dict(sorted(kinds.items())),
        "run, led away, or a formula": len(wrong),
    }
    counts["payloads seen again in an answer"] = sum(len(eye.seen) for eye in eyes)
    says = "pages, letters, tables, PDF and FHIR answers that show attackers' texts"
    write_figures(
        "attack-shown",
        promise="attacks",
        says=says,
        test=f"{_TEST}what_was_stored_is_text_on_every_page_letter_file_and_resource",
        counts=counts,
        full=True,
    )
    assert wrong == []
    assert {"text/html", "text/csv", "application/pdf", "application/fhir+json"} <= kinds.keys()


def test_the_eye_sees_what_would_run() -> None:
    dangerous = [one.text for one in payloads() if one.kind in ("script", "attribute")]
    in_text = [text for text in dangerous if troubles(f"<p>{text}</p>")]
    in_field = [
        text for text in dangerous if troubles(f'<input value="{text}">') or troubles(f"<input value='{text}'>")
    ]
    in_link = [one.text for one in payloads() if one.kind == "address" and troubles(f'<a href="{one.text}">x</a>')]
    assert len(in_text) >= 10
    assert len(in_field) >= 5
    assert len(in_link) == 3
    assert troubles(f"<p>{MIXED.text}</p>")
    assert troubles('<a href="/liste">&lt;script&gt;xq7()&lt;/script&gt;</a>') == []
