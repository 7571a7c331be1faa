"""Every setting is documented, and nothing is documented that is no setting."""

import re
from pathlib import Path

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
