"""A browser without scripts, as far as a test needs one: pages, their forms, and what is sent."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

PASSWORD = "korrekt hest batteri hæfteklamme"


@dataclass
class Form:
    """A form of a page: where it goes, and its fields in order, several of the same name too."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def value(self, name: str) -> str:
        """The one value of a field."""
        (found,) = (value for one, value in self.fields if one == name)
        return found

    def data(self, **changed: Any) -> dict[str, list[str]]:
        """What is sent, with some fields filled in."""
        sent: dict[str, list[str]] = {}
        for name, value in self.fields:
            sent.setdefault(name, []).append(value)
        return sent | {name: value if isinstance(value, list) else [value] for name, value in changed.items()}


_CHOSEN = ("radio", "checkbox")


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] | None = None
        self.name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif tag == "input" and given.get("name") and (given.get("type") not in _CHOSEN or "checked" in given):
            self.forms[-1].fields.append((given["name"], given.get("value", "")))
        elif tag == "textarea" and given.get("name"):
            self.text, self.name = [], given["name"]

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.text is not None:
            self.forms[-1].fields.append((self.name, "".join(self.text).removeprefix("\n")))
            self.text = None


def forms_of(page: str) -> list[Form]:
    """Every form of a page."""
    reader = _Forms()
    reader.feed(page)
    return reader.forms


class Visitor(Client):
    """Django's test client, guarded against forged forms as a browser is; ``address`` is where it sits."""

    def __init__(self, address: str = "127.0.0.1", **more: Any) -> None:
        super().__init__(enforce_csrf_checks=True, SERVER_NAME="localhost", REMOTE_ADDR=address, **more)

    def form(self, page: Any, action: str) -> Form:
        """The one form of a page that goes to this address."""
        (found,) = (form for form in forms_of(page.content.decode()) if form.action == action)
        return found

    def send(self, form: Form, **fields: Any) -> Any:
        """Send a form with some fields filled in."""
        return self.post(form.action, form.data(**fields))

    def log_in(self, user: str, password: str = PASSWORD, page: Any = None, **fields: Any) -> Any:
        """Fill in the login page, this one or a new one."""
        form = self.form(page or self.get("/log-ind"), "/log-ind")
        return self.send(form, username=user, password=password, **fields)

    @property
    def is_inside(self) -> bool:
        """The first page is not the login page."""
        return not self.get("/").headers["Location"].startswith("/log-ind")

    def lose_session(self) -> None:
        """As when the session is over and the browser has dropped its cookie."""
        del self.cookies["sessionid"]


def page_of(visitor: Visitor, address: str, status: int = 200) -> str:
    """The page, led on to where it leads, on one line."""
    answer: Any = visitor.get(address, follow=True)
    assert answer.status_code == status, answer.content[:400]
    return re.sub(r"\s+", " ", answer.content.decode())


def posted(visitor: Visitor, address: str, action: str, **fields: Any) -> Any:
    """Open a page and send its form to this address."""
    page = visitor.get(address, follow=True).content.decode()
    form = next(form for form in forms_of(page) if form.action.endswith(action))
    return visitor.post(form.action, form.data(**fields))
