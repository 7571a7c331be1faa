"""`rygrad print`."""

from pathlib import Path

import pytest

from tests.interfaces.command import rygrad


@pytest.mark.parametrize("what", ["pocket", "leaflet", "questionnaire"])
def test_it_writes_a_pdf_and_a_page(what: str, tmp_path: Path) -> None:
    done = rygrad("print", what, "--out", tmp_path / "made.pdf")
    assert done.code == 0 and (tmp_path / "made.pdf").read_bytes().startswith(b"%PDF-")
    done = rygrad("print", what, "--html", "--lang", "en", "--out", tmp_path / "made.html")
    assert done.code == 0 and 'lang="en"' in (tmp_path / "made.html").read_text("utf-8")


@pytest.mark.long
def test_without_the_package_it_says_what_is_missing_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text("raise ImportError\n")
    done = rygrad("print", "pocket", "--out", tmp_path / "made.pdf", PYTHONPATH=str(tmp_path))
    assert done.code == 2 and "weasyprint" in done.err and "pip install" in done.err
    assert not (tmp_path / "made.pdf").exists()
    done = rygrad("print", "pocket", "--html", "--out", tmp_path / "made.html", PYTHONPATH=str(tmp_path))
    assert done.code == 0


def test_an_unknown_group_is_said(tmp_path: Path) -> None:
    done = rygrad("print", "leaflet", "--group", "fem", "--out", tmp_path / "x.pdf", "--lang", "en")
    assert done.code == 2 and "first_time" in done.err


def test_personal_papers_come_from_a_record_and_are_private(tmp_path: Path) -> None:
    shown = rygrad("demo", "--lists", "--courses", "12")
    url = next(word for word in shown.out.split() if word.startswith("sqlite:///"))
    for what, who in (("plan", "demo-1"), ("emergency", "bo")):
        done = rygrad("print", what, who, "--html", "--out", tmp_path / f"{what}.html", "--database", url)
        assert done.code == 0, done.err
        assert (tmp_path / f"{what}.html").stat().st_mode & 0o077 == 0
    for what, who in (("plan", "demo-77777"), ("emergency", "ingen"), ("emergency", "freja"), ("letter", "demo-77777")):
        done = rygrad("print", what, who, "--html", "--out", tmp_path / "none.html", "--database", url, "--lang", "en")
        assert (done.code == 2 and "there is no" in done.err) or "not there" in done.err
        assert not (tmp_path / "none.html").exists()
