"""The programme's own text, pinned by its hash, and the places in it that the content quotes."""

import hashlib
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field

Lines = tuple[int, int]


def letters(text: str) -> str:
    """Only letters and digits: the text layer has lost hyphens and holds stray marks, so nothing else is compared."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", text)))


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule or an item comes from: the programme's sentence, our readings, or the safety layer's sources."""

    statement: str | None = None
    quote: str | None = None
    lines: Lines | None = None
    readings: tuple[str, ...] = ()
    safety_sources: tuple[str, ...] = ()

    @property
    def place(self) -> str | None:
        """For example ``pixi.txt:146-152``; None without a quote."""
        if self.lines is None:
            return None
        first, last = self.lines
        return f"pixi.txt:{first}" if first == last else f"pixi.txt:{first}-{last}"


@dataclass(frozen=True)
class Source:
    """The source text, by line (numbered from 1) and as one stream of letters and digits."""

    text: str
    sha256: str
    lines: tuple[str, ...] = field(init=False)
    stream: str = field(init=False)
    starts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        lines = tuple(self.text.split("\n"))
        parts = [letters(line) for line in lines]
        starts = [0]
        for part in parts:
            starts.append(starts[-1] + len(part))
        object.__setattr__(self, "lines", lines)
        object.__setattr__(self, "stream", "".join(parts))
        object.__setattr__(self, "starts", tuple(starts))

    @classmethod
    def of(cls, content: bytes) -> "Source":
        """The source of these bytes (UTF-8)."""
        return cls(content.decode("utf-8"), hashlib.sha256(content).hexdigest())

    def span(self, quote: str, lines: Lines) -> tuple[int, int] | None:
        """Where the quote stands in the stream, looked for in these lines alone; None when it is not there."""
        first, last = lines
        if not 1 <= first <= last <= len(self.lines):
            return None
        start, end = self.starts[first - 1], self.starts[last]
        wanted = letters(quote)
        at = self.stream.find(wanted, start, end)
        return None if at < 0 or not wanted else (at, at + len(wanted))

    def line_of(self, position: int) -> int:
        """The line (from 1) in which this letter of the stream stands."""
        return bisect_right(self.starts, position)
