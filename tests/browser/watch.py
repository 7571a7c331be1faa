"""Everything a browser complains of while a test runs."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

# Chromium writes this for every refused page as well; the answers themselves are looked at instead.
_REFUSED = "Failed to load resource: the server responded with a status of 4"


@dataclass
class Watch:
    """Console errors (a broken content policy is one), scripts that fail, answers that are a bug or a missing file."""

    troubles: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    """Answers the test itself provokes, in the background too."""

    def over(self, context: BrowserContext) -> None:
        """Watch every page of this context."""
        context.on("page", self._page)
        context.on("response", self._response)

    def _page(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda problem: self.troubles.append(f"script: {problem}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_REFUSED):
            self.troubles.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        kind = response.request.resource_type
        if response.status in self.expected:
            return
        if response.status >= 500 or (response.status >= 400 and kind != "document"):
            self.troubles.append(f"{response.status} {kind} {response.url}")
