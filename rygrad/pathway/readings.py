"""The register of readings: one Markdown table that a clinician reads and signs."""

from rygrad.pathway.errors import ContentError
from rygrad.pathway.pathway import Reading
from rygrad.pathway.words import Phrase

_COLUMNS = 8


def read_readings(text: str) -> dict[str, Reading]:
    """The readings of readings.md by id; a row without eight cells is refused."""
    found: dict[str, Reading] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("| R"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if len(cells) != _COLUMNS:
                raise ContentError(
                    f"readings.md:{number}", "rækken har ikke otte felter", "the row has not eight cells"
                )
            found[cells[0]] = _reading(cells)
    return found


def _reading(cells: list[str]) -> Reading:
    name, question, reading, why, question_en, reading_en, why_en, signed = cells
    return Reading(
        name,
        Phrase(question, question_en),
        Phrase(reading, reading_en),
        Phrase(why, why_en),
        None if signed in ("", "–") else signed,
    )
