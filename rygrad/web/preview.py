"""What leaves is what was shown: a letter with its sender's edits, and whether the page showed exactly that."""

from typing import Any

from rygrad.record.letters import Letter, sha256
from rygrad.web.pages import Asked
from rygrad.web.recording import must_be_ours, text_of

_URGENCIES = ("routine", "soon")


def edited(request: Asked, letter: Letter) -> Letter:
    """The letter with the body as its sender left it; newly composed when the sender has not touched it."""
    given = text_of(request, "letter")
    return letter.with_body(given) if given and given != text_of(request, "composed") else letter


def is_as_shown(request: Asked, letter: Letter, composed: Letter) -> bool:
    """Exactly this letter stood on the page, and the choices it was composed from are still the ones that are sent."""
    is_typed = text_of(request, "letter") == letter.body and text_of(request, "composed") == composed.body
    return is_typed and request.POST.get("head") == sha256(letter.head)


def to_show(letter: Letter, composed: Letter) -> dict[str, Any]:
    """The letter for the page: what is shown, what it was composed as, and how tall its text is."""
    return {
        "head": letter.head,
        "body": letter.body,
        "footer": letter.footer,
        "composed": composed.body,
        "head_hash": sha256(letter.head),
        "rows": min(24, letter.body.count("\n") + len(letter.body) // 80 + 3),
    }


def urgency_of(request: Asked) -> str:
    """How pressing; routine when the form does not say."""
    given = request.POST.get("urgency", _URGENCIES[0])
    must_be_ours(given in _URGENCIES)
    return given
