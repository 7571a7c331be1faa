"""The pages speak both languages, carry no style or script of their own, and every form is guarded."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "rygrad" / "web"
FHIR = WEB.parent / "fhir"
TEMPLATES = sorted(file for room in (WEB, FHIR) for file in (room / "templates").rglob("*.html"))
# Names and abbreviations that are the same in both languages, and each language's own name for itself.
SAME = {"Rygrad", "CSV", "PDF", "NKR", "SHA", "English", "Dansk", "JSON", "SOR"}
SAY = re.compile(r"""\{%\s*say\s+("[^"]*"|'[^']*')\s+("[^"]*"|'[^']*')\s*%\}""")


def _names(file: Path) -> str:
    return file.as_posix().rpartition("/templates/")[2]


@pytest.mark.parametrize("file", TEMPLATES, ids=_names)
def test_every_sentence_is_said_in_both_languages(file: Path) -> None:
    text = file.read_text()
    assert text.count("{% say ") == len(SAY.findall(text)), "say takes two texts"
    for da, en in SAY.findall(text):
        assert da.strip("\"' ") and en.strip("\"' ")
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>|&[a-z]+;", " ", SAY.sub(" ", text), flags=re.DOTALL)
    words = set(re.findall(r"[A-Za-zÆØÅæøå]{2,}", bare))
    assert not words - SAME, f"said in one language only: {words - SAME}"


@pytest.mark.parametrize("file", TEMPLATES, ids=_names)
def test_no_style_or_script_stands_in_a_page(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert "http://" not in text
    assert "https://" not in text


@pytest.mark.parametrize("file", TEMPLATES, ids=_names)
def test_every_form_that_posts_is_guarded_against_forgery(file: Path) -> None:
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", file.read_text(), flags=re.DOTALL):
        assert "csrf_token" in form or "parts/guards.html" in form, form[:120]
