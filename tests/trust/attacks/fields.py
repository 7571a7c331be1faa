"""Every form of a page with every field of it, read as a browser reads it: also fields that stand outside their form."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_GUARDS = ("csrfmiddlewaretoken", "version", "key", "by")
_TICKED = ("radio", "checkbox")
_TYPED = ("text", "search", "textarea", "tel", "email", "url", "password")


@dataclass
class Field:
    """One field. ``kind`` is the input's type, ``textarea``, ``select`` or ``button``; ``options`` are a list's values."""

    name: str
    kind: str
    value: str = ""
    is_ticked: bool = False
    is_required: bool = False
    options: list[str] = field(default_factory=list)

    @property
    def is_typed(self) -> bool:
        """A person may type anything here."""
        return self.kind in _TYPED


@dataclass
class Form:
    """A form: where it goes, how, and its fields in their order."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The names of its fields, each once, without the guards every form carries."""
        return [name for name in dict.fromkeys(one.name for one in self.fields) if name not in _GUARDS]

    @property
    def typed(self) -> list[str]:
        """The names of the fields that a person may type anything into."""
        return list(dict.fromkeys(one.name for one in self.fields if one.is_typed))

    def is_typed(self, name: str) -> bool:
        """A person may type anything into this field."""
        return name in self.typed

    def sent(self, **changed: str) -> dict[str, list[str]]:
        """What is sent: every choice made, the first of those that are offered, and some fields filled in."""
        found: dict[str, list[str]] = {}
        for one in self.fields:
            value = one.value or (one.options[-1] if one.options else "")
            is_first = one.kind == "radio" and one.name not in found
            if one.kind not in (*_TICKED, "button", "file") or one.is_ticked or is_first:
                found.setdefault(one.name, []).append(value)
        pressed = next((one for one in reversed(self.fields) if one.kind == "button" and one.name != "remove"), None)
        if pressed:
            found[pressed.name] = [pressed.value]
        return found | {name: [value] for name, value in changed.items()}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.loose: list[tuple[str, Field]] = []
        self.links: list[str] = []
        self.inside: Form | None = None
        self.open: Field | None = None
        self.option: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.inside)
            self.by_id[given.get("id", "")] = self.inside
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "option" and self.open:
            self._option(given)
        elif tag in ("input", "textarea", "select", "button") and given.get("name"):
            self._field(tag, given)

    def _option(self, given: dict[str, str]) -> None:
        assert self.open
        if given.get("value"):
            self.open.options.append(given["value"])
        if "selected" in given:
            self.open.value = given.get("value", "")

    def _field(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text") if tag == "input" else tag
        made = Field(given["name"], kind, given.get("value", ""), "checked" in given, "required" in given)
        self.open = made if tag in ("textarea", "select") else None
        if "form" in given:
            self.loose.append((given["form"], made))
        elif self.inside:
            self.inside.fields.append(made)

    def handle_data(self, data: str) -> None:
        if self.open and self.open.kind == "textarea":
            self.open.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag in ("textarea", "select"):
            if self.open and self.open.kind == "textarea":
                self.open.value = self.open.value.removeprefix("\n")
            self.open = None

    def close(self) -> None:
        super().close()
        for form, made in self.loose:
            if form in self.by_id:
                self.by_id[form].fields.append(made)


def read(page: str) -> tuple[list[Form], list[str]]:
    """The forms of a page, and where its links lead."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.forms, reader.links
