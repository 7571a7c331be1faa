"""A cell of a CSV file that people open in a spreadsheet."""

# What spreadsheets begin a formula with, in their wide forms too, and what some of them skip before it.
_BEGINS = tuple("=+-@\t\r\n\0＝＋－＠")


def harmless(cell: str) -> str:
    """The text as it is, or with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(_BEGINS) else cell
