"""One mapping of a YAML file, read key by key; a key that nobody reads is an error, not a comment."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from rygrad.pathway.errors import ContentError
from rygrad.pathway.source import Citation, Lines
from rygrad.pathway.words import Phrase, Words

_MISSING = object()
_SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Twice(Exception):
    """A field that stands twice in one mapping: YAML would forget the first in silence."""


class _Loader(_SAFE):  # type: ignore[valid-type, misc]
    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        names = [key.value for key, _ in node.value]
        if len(set(names)) < len(names):
            again = next(key for n, (key, _) in enumerate(node.value) if key.value in names[:n])
            raise _Twice(again.value, again.start_mark.line + 1)
        return super().construct_mapping(node, deep)


def load_yaml(content: bytes, name: str) -> Any:
    """What a content file says; ContentError with the line when it is not YAML, or says a field twice."""
    try:
        return yaml.load(content, Loader=_Loader)  # noqa: S506  (a safe loader)
    except _Twice as twice:
        field, line = twice.args
        da, en = f"feltet {field} står to gange", f"the field {field} stands twice"
        raise ContentError(f"{name}:{line}", da, en) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark else name
        raise ContentError(place, "filen er ikke gyldig YAML", "the file is not valid YAML") from error


class Node:
    """A YAML mapping with its place in the content, so that every error can name it."""

    def __init__(self, data: Any, where: str) -> None:
        if not isinstance(data, Mapping):
            raise ContentError(where, "skal være navngivne felter", "must be named fields")
        self.data = data
        self.where = where
        self.unread = set(data)

    def take(self, key: str, default: Any = _MISSING) -> Any:
        """The value of a key; ContentError when it is missing and has no default."""
        self.unread.discard(key)
        if key in self.data:
            return self.data[key]
        if default is _MISSING:
            raise ContentError(self.where, f"feltet {key} mangler", f"the field {key} is missing")
        return default

    def node(self, key: str) -> "Node":
        """A nested mapping."""
        return Node(self.take(key), f"{self.where}.{key}")

    def nodes(self, key: str) -> Iterator["Node"]:
        """A list of mappings, or a mapping of mappings; a missing one is empty."""
        value = self.take(key, [])
        pairs = value.items() if isinstance(value, Mapping) else ((str(i), v) for i, v in enumerate(value))
        for name, item in pairs:
            yield Node(item, f"{self.where}.{key}.{name}")

    def names(self, key: str) -> tuple[str, ...]:
        """A list of names; a missing one is empty."""
        return tuple(str(name) for name in self.take(key, ()))

    def phrase(self, key: str) -> Phrase:
        """A text in both languages."""
        return phrase(self.take(key), f"{self.where}.{key}")

    def words(self, key: str = "words") -> Words:
        """The words for clinicians and for citizens."""
        return words(self.take(key), f"{self.where}.{key}")

    def citation(self) -> Citation:
        """The statement, quote, lines, readings and safety sources that stand on this mapping."""
        return Citation(
            statement=self.take("statement", None),
            quote=self.take("quote", None),
            lines=lines(self.take("lines", None), self.where),
            readings=self.names("readings"),
            safety_sources=self.names("sources"),
        )

    def finish(self) -> None:
        """Refuse what nobody read: a misspelt key must not pass as a comment."""
        if self.unread:
            unknown = ", ".join(sorted(self.unread))
            raise ContentError(self.where, f"ukendte felter: {unknown}", f"unknown fields: {unknown}")


def phrase(data: Any, where: str) -> Phrase:
    """``{da, en}``, both there and neither empty."""
    node = Node(data, where)
    found = Phrase(str(node.take("da")), str(node.take("en")))
    node.finish()
    if not found.da.strip() or not found.en.strip():
        raise ContentError(where, "en tekst er tom", "a text is empty")
    return found


def words(data: Any, where: str) -> Words:
    """``{clinician: {da, en}, citizen: {da, en}}``."""
    node = Node(data, where)
    found = Words(node.phrase("clinician"), node.phrase("citizen"))
    node.finish()
    return found


def lines(value: Any, where: str) -> Lines | None:
    """``65`` or ``65-67``."""
    if value is None:
        return None
    first, _, last = str(value).partition("-")
    if not first.isdigit() or (last and not last.isdigit()):
        raise ContentError(where, "lines er et linjenummer eller N-M", "lines is a line number or N-M")
    return int(first), int(last or first)
