"""The version of the packaged content, and the one that tests give to changed copies of it."""

from rygrad.pathway.read import load_pathway

PACKAGED = load_pathway("rygsmerter").identity.version
LATER = "9.0.0"


def numbered(main: bytes, version: str = LATER) -> bytes:
    """``pathway.yaml`` of the packaged content with another version number."""
    line = f"\nversion: {PACKAGED}\n".encode()
    assert main.count(line) == 1
    return main.replace(line, f"\nversion: {version}\n".encode())
