"""What the tests of the administrator's pages share: a page's text, and filling in a page's form."""

from typing import Any

from tests.web.visitor import Visitor, forms_of


def text_of(answer: Any) -> str:
    """What an answer says, streamed or whole."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()


def send(visitor: Visitor, address: str, at: str = "", **fields: Any) -> Any:
    """Fill in the form of a page that goes to the page itself, or to another address."""
    forms = forms_of(text_of(visitor.get(address)))
    form = next(one for one in forms if one.action == at and one.method == "post")
    return visitor.post(at or address, form.data(**fields))
