"""Whether what was typed stands on a page as text and as nothing else."""

import re
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from tests.trust.attacks.payloads import MARK

_RUNS = re.compile(r"\s*(javascript|vbscript|data\s*:\s*text)\s*:?", re.IGNORECASE)
_LEADS = ("href", "src", "action", "formaction", "srcdoc", "xlink:href", "poster", "data", "content", "srcset")
_NEVER = ("iframe", "base", "object", "embed", "frame", "applet", "mglyph")
_HOST = re.compile(rf"^\s*([a-z]+:)?[/\\]{{2}}[^/]*{MARK}", re.IGNORECASE)


class _Standing(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.texts: list[str] = []
        self.values: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        if MARK in tag or tag in _NEVER:
            self.found.append(f"<{tag}>")
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            self.found.append("<script> that is not ours")
        for name, value in given.items():
            self.values.append(value)
            if MARK in name or name.startswith("on") or name == "style":
                self.found.append(f"{tag} {name}")
            if name in _LEADS and (_RUNS.match(value) or _HOST.match(value)):
                self.found.append(f"{tag} {name} leads to {value[:40]!r}")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.inside in ("script", "style") and MARK in data:
            self.found.append(f"text in {self.inside}")


def troubles(page: str) -> list[str]:
    """What of a page would run, load or lead away; empty when everything typed stands as text."""
    return _read(page).found


def stands(page: str, text: str) -> bool:
    """Every line of the text is on the page as it was typed: as text, or as the value of a field."""
    read = _read(page)
    whole = _spaced("".join(read.texts))
    values = [_spaced(value) for value in read.values]
    lines = [line for line in map(_spaced, text.replace("\r\n", "\n").split("\n")) if line]
    return all(line in whole or any(line in value for value in values) for line in lines)


@lru_cache(maxsize=2)
def _read(page: str) -> _Standing:
    reader = _Standing()
    reader.feed(page)
    reader.close()
    return reader


def _spaced(text: str) -> str:
    return " ".join(text.split())


def text_of(answer: Any) -> str:
    """An answer's text, streamed or whole."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")
