"""From a page to a tagged PDF, with WeasyPrint where it is installed; only our own style sheets and fonts are read."""

import threading
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.contrib.staticfiles import finders

from rygrad.pathway.errors import RygradError

_STATIC = "file:///static/"
_OF_THREAD = threading.local()
INSTALL = "pip install 'rygrad[print]'  ·  apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@cache
def missing() -> str:
    """What printing lacks here; empty when it works."""
    try:
        import weasyprint  # noqa: F401
    except ImportError:
        return "weasyprint"
    except OSError:  # the package is there, a library of the system is not
        return "pango"
    return ""


class CannotPrint(RygradError):
    """PDF needs an optional package that is not here (501)."""

    status = 501

    def __init__(self, lacks: str) -> None:
        super().__init__(
            "cannot_print",
            {"da": f"PDF kræver {lacks}, som ikke er her.", "en": f"PDF needs {lacks}, which is not here."},
            {"da": f"Installér: {INSTALL}. Eller udskriv siden fra browseren (--html).",
             "en": f"Install: {INSTALL}. Or print the page from the browser (--html)."},
        )  # fmt: skip


def pdf(html: str) -> bytes:
    """The page as PDF/UA-1: tagged, with the title and language of the page. Raises CannotPrint."""
    if lacks := missing():
        raise CannotPrint(lacks)
    return bytes(_document(html).write_pdf(pdf_variant="pdf/ua-1"))


def pages(html: str) -> int:
    """How many pages it becomes."""
    if lacks := missing():
        raise CannotPrint(lacks)
    return len(_document(html).pages)


def _document(html: str) -> Any:
    from weasyprint import HTML

    page = HTML(string=html, base_url=_STATIC, url_fetcher=_fetcher())
    return page.render(font_config=_fonts(), pdf_variant="pdf/ua-1")


def _fonts() -> Any:
    """The fonts, read once by each thread: with every document anew, a quarter of a megabyte stays behind each time."""
    from weasyprint.text.fonts import FontConfiguration

    if not hasattr(_OF_THREAD, "fonts"):
        _OF_THREAD.fonts = FontConfiguration()
    return _OF_THREAD.fonts


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher

    root = Path(str(finders.find("web/paper.css"))).resolve().parents[1]

    class OwnFiles(URLFetcher):
        """Style sheets and fonts of our own; nothing from the network or elsewhere on the disk."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            """The file behind an address under /static/, or beside a style sheet that was read."""
            path = root / unquote(url).removeprefix(_STATIC).removeprefix(root.as_uri() + "/")
            if not path.resolve().is_relative_to(root):
                raise ValueError(f"not ours: {url}")
            return super().fetch(path.resolve().as_uri(), headers)

    return OwnFiles(allowed_protocols=("file",), allow_redirects=False)
