"""Every setting is documented, and nothing is documented that is no setting."""

import re
import runpy
from pathlib import Path

import pytest

from rygrad.pathway.errors import RygradError
from rygrad.site.secretkey import PLACEHOLDER, SHORTEST

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""(?:environ(?:\.get\(|\[|\.setdefault\()|envvar=)\s*["']((?:RYGRAD_\w+)|DATABASE_URL)["']""")


def _read() -> set[str]:
    return {name for file in (ROOT / "rygrad").rglob("*.py") for name in READ.findall(file.read_text("utf-8"))}


def test_every_name_that_is_read_of_the_environment_is_documented_and_no_other() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text("utf-8")
    documented = re.findall(r"(?m)^\| `(\w+)` \|", page)
    assert sorted(documented) == sorted(_read())


def test_the_settings_read_the_environment_in_a_way_the_test_sees() -> None:
    text = (ROOT / "rygrad/site/settings.py").read_text("utf-8")
    assert len(READ.findall(text)) == text.count("os.environ")


def _key_with(monkeypatch: pytest.MonkeyPatch, key: str, demo: str = "0") -> str:
    monkeypatch.setenv("RYGRAD_SECRET_KEY", key)
    monkeypatch.setenv("RYGRAD_DEMO", demo)
    return str(runpy.run_path(str(ROOT / "rygrad/site/settings.py"))["SECRET_KEY"])


@pytest.mark.parametrize("key", [PLACEHOLDER, PLACEHOLDER * 2, "k", "x" * (SHORTEST - 1)])
def test_a_key_that_can_be_guessed_is_refused_but_in_the_demo(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    with pytest.raises(RygradError) as refused:
        _key_with(monkeypatch, key)
    for lang in ("da", "en"):
        assert "RYGRAD_SECRET_KEY" in refused.value.text(lang) and "token_urlsafe(64)" in refused.value.text(lang)
        assert key not in refused.value.text(lang).split()
    assert _key_with(monkeypatch, key, demo="1") == key


def test_a_long_key_is_kept_and_without_one_a_new_one_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _key_with(monkeypatch, "x" * SHORTEST) == "x" * SHORTEST
    made = {_key_with(monkeypatch, "") for _ in range(2)}
    assert len(made) == 2 and all(len(key) > SHORTEST for key in made)


def test_the_key_in_the_guide_is_the_one_that_is_refused() -> None:
    assert f"RYGRAD_SECRET_KEY={PLACEHOLDER}\n" in (ROOT / "docs/operations.md").read_text("utf-8")
