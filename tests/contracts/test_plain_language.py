"""Citizen texts keep the plain-language rules: in the content, in the templates, and in the pages' own code."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rygrad.pathway.check import check_content
from rygrad.pathway.citizen import citizen_texts
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.plainness import lix, longest_sentence, not_plain, sentences
from rygrad.pathway.words import Phrase

HOUSE = Path(__file__).resolve().parents[2] / "rygrad" / "web"
TEMPLATES = sorted((HOUSE / "templates/web/citizen").glob("**/*.html"))
PAPER = [HOUSE / "templates/web/paper" / f"{name}.html" for name in ("leaflet", "questionnaire", "plan")]
CODE = sorted((HOUSE / "citizen").glob("*.py"))
_SAID = re.compile(r"""{%\s*say\s+(?P<a>"[^"]*"|'[^']*')\s+(?P<b>"[^"]*"|'[^']*')""")
# Hard words that stand in a citizen's page for a reason.
ALLOWED: set[str] = set()


def _in_template(path: Path) -> Iterator[tuple[str, str]]:
    for found in _SAID.finditer(path.read_text("utf-8")):
        yield found["a"][1:-1], found["b"][1:-1]


def _in_code(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("say", "Phrase")
        if named and len(node.args) >= 2:  # type: ignore[attr-defined]
            yield _text(node.args[0]), _text(node.args[1])  # type: ignore[attr-defined]


def _text(node: ast.AST) -> str:
    """A literal, or an f-string with an x for each of its values."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    return ""


def _troubles(said: Iterator[tuple[str, str]]) -> list[str]:
    found = [
        (text, trouble)
        for da, en in said
        for text, lang in ((da, "da"), (en, "en"))
        for trouble in not_plain(text, lang)
    ]
    return [f"{kind}: {what}" for text, (kind, what) in found if what not in ALLOWED]


def test_every_citizen_text_of_the_content_is_plain(pathway: Pathway) -> None:
    assert [p.text("da") for p in check_content(pathway, "rygsmerter")] == []
    assert len(list(citizen_texts(pathway))) > 200


@pytest.mark.parametrize("path", [*TEMPLATES, *PAPER], ids=lambda p: p.name)
def test_every_citizen_page_is_plain(path: Path) -> None:
    assert _troubles(_in_template(path)) == []


@pytest.mark.parametrize("path", CODE, ids=lambda p: p.name)
def test_what_the_pages_say_from_code_is_plain(path: Path) -> None:
    assert _troubles(_in_code(path)) == []


def test_a_hard_text_is_found(pathway: Pathway) -> None:
    long = " ".join(["ord"] * 21) + "."
    texts = replace(
        pathway.citizen, efforts={**pathway.citizen.efforts, "imaging": Phrase(long, "A rare acute matter.")}
    )
    problems = " ".join(p.text("en") for p in check_content(replace(pathway, citizen=texts), "rygsmerter"))
    assert "too long" in problems and "acute → at once" in problems and "word of chance" in problems
    assert "21: ord" in problems


def test_an_item_without_plain_words_is_found(pathway: Pathway) -> None:
    fewer = {name: text for name, text in pathway.citizen.information.items() if name != "usual_course"}
    problems = check_content(replace(pathway, citizen=replace(pathway.citizen, information=fewer)), "rygsmerter")
    assert "usual_course" in " ".join(p.text("en") for p in problems)


def test_long_words_make_a_text_hard() -> None:
    text = "Rygsmerteforløb forudsætter tværsektorielle aftaler. " * 6
    assert [kind for kind, _ in not_plain(text, "da")] == ["hard_to_read"]


def test_lix_counts_as_its_inventor_does() -> None:
    """Five words, one sentence, one word over six letters: 5 + 100 / 5."""
    assert lix("Han går hjem fra skolegården.") == 25
    assert lix("Ryggen er god.") == 3, "six letters are not long"
    assert lix("") == 0
    assert longest_sentence("To ord. Tre små ord!") == 3
    assert longest_sentence("…") == 0
    assert sentences("Se her. … Og der.") == ["Se her.", "… Og der."]
    assert sentences("Se her. »…«") == ["Se her."]


def test_a_text_may_be_as_long_and_as_hard_as_the_rules_say() -> None:
    twenty = " ".join(["se"] * 15 + ["ryggene"] * 5)
    assert (longest_sentence(twenty), lix(twenty)) == (20, 45)
    assert [*not_plain(twenty, "da")] == []
    assert [kind for kind, _ in not_plain(f"{twenty} ryggene", "da")] == ["long_sentence", "hard_to_read"]
    assert sentences("Ring 112. Kom nu.") == ["Ring 112.", "Kom nu."]
