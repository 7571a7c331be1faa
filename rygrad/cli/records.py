"""Citizens' files: JSON, YAML or NDJSON, read one record at a time; a bad record never stops the rest."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import IO, Any

import msgspec
import yaml

from rygrad.pathway.errors import RygradError

_FIELDS = ("id", "as_of", "facts")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Record:
    """One citizen's record as it stands in a file. ``text`` is the original, kept for the rejects file."""

    place: str
    data: Any
    text: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be used, with the reason and the original text: nothing is lost."""

    place: str
    id: Any
    error: RygradError
    text: str

    def as_data(self) -> dict[str, Any]:
        """One line of the rejects file."""
        return {"place": self.place, "id": self.id, **self.error.as_data(), "record": self.text}


def read_file(name: str) -> Iterator[Record | Rejected]:
    """The records of one file, or of standard input for ``-``; RygradError when the file is not there."""
    shown = "stdin" if name == "-" else name
    with _opened(name) as stream:
        suffix = Path(name).suffix.lower()
        if suffix in (".ndjson", ".jsonl"):
            yield from _lines(enumerate(stream, start=1), shown)
        elif suffix in (".yaml", ".yml"):
            yield from _yaml(stream.read(), shown)
        else:
            yield from _sniffed(stream, shown)


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115  (closed below; only the opening may fail here)
    except OSError as error:
        raise RygradError(
            "no_file", {"da": "filen kan ikke læses.", "en": "the file cannot be read."}, source=name
        ) from error
    with stream:
        yield stream


def _sniffed(stream: IO[bytes], shown: str) -> Iterator[Record | Rejected]:
    """Lines of JSON when the first line is a whole object or the second begins one; else one document."""
    head: list[tuple[int, bytes]] = []
    for number, line in enumerate(stream, start=1):
        head.append((number, line))
        if len([1 for _, text in head if text.strip()]) == 2:
            break
    filled = [text.strip() for _, text in head if text.strip()]
    first = filled[0].removeprefix(b"\xef\xbb\xbf") if filled else b""
    if first.startswith(b"{") and (_is_json(first) or (len(filled) > 1 and filled[1].startswith(b"{"))):
        rest = enumerate(stream, start=head[-1][0] + 1)
        yield from _lines(chain(head, rest), shown)
        return
    text = b"".join(line for _, line in head) + stream.read()
    yield from (_json(text, shown) if first[:1] in (b"{", b"[") else _yaml(text, shown))


def _is_json(line: bytes) -> bool:
    try:
        _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def _lines(numbered: Any, shown: str) -> Iterator[Record | Rejected]:
    for number, line in numbered:
        raw = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not raw.strip():
            continue
        place = f"{shown}:{number}"
        try:
            data = _decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield Rejected(
                place, None, _malformed("JSON", error, place), raw.decode("utf-8", "backslashreplace").rstrip("\n")
            )
            continue
        yield Record(place, data, raw.decode("utf-8").rstrip("\n"))


def _malformed(kind: str, error: Exception, place: str) -> RygradError:
    at = re.search(r"byte \d+|line \d+|column \d+", str(error))
    where = f" ({at.group()})" if at else ""
    return RygradError(
        "malformed", {"da": f"ikke gyldig {kind}{where}.", "en": f"not valid {kind}{where}."}, source=place
    )


def _json(text: bytes, shown: str) -> Iterator[Record | Rejected]:
    """A JSON document: one record, or an array of them (each with its line), or several documents in a row."""
    source = text.decode("utf-8-sig", "backslashreplace")
    decoder, position = json.JSONDecoder(), _skip(source, 0, " \t\r\n[")
    line, counted = 1, 0
    while position < len(source) and source[position] != "]":
        line, counted = line + source.count("\n", counted, position), position
        place = f"{shown}:{line}"
        try:
            data, end = decoder.raw_decode(source, position)
        except json.JSONDecodeError as error:
            yield Rejected(
                f"{shown}:{error.lineno}", None, _malformed("JSON", error, f"{shown}:{error.lineno}"), source[position:]
            )
            return
        yield Record(place, data, source[position:end])
        position = _skip(source, end, " \t\r\n,")


def _skip(text: str, position: int, blanks: str) -> int:
    while position < len(text) and text[position] in blanks:
        position += 1
    return position


def _yaml(text: bytes, shown: str) -> Iterator[Record | Rejected]:
    loader = _LOADER(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            for part in node.value if isinstance(node, yaml.SequenceNode) else filter(None, [node]):
                line = part.start_mark.line + 1
                data = loader.construct_document(part)
                yield Record(f"{shown}:{line}", data, json.dumps(data, ensure_ascii=False, default=str))
    except (yaml.YAMLError, ValueError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{shown}:{mark.line + 1}" if mark else shown
        yield Rejected(place, None, _malformed("YAML", error, place), text.decode("utf-8", "backslashreplace"))
    finally:
        loader.dispose()


def checked(record: Record) -> tuple[Any, Any, Mapping[str, Any]]:
    """A record's id, own as-of date (or None) and facts; RygradError when its shape is wrong."""
    data = record.data
    if type(data) is not dict:
        raise RygradError(
            "not_a_record",
            {"da": "en borger er {id, as_of, facts}.", "en": "a citizen is {id, as_of, facts}."},
        )
    for name in data:
        if name not in _FIELDS:
            raise _unknown_field(name)
    facts = data.get("facts")
    if type(facts) is not dict:
        raise RygradError("no_facts", {"da": "feltet facts mangler.", "en": "the field facts is missing."})
    if type(data.get("id")) not in (str, int, type(None)):
        raise RygradError("bad_id", {"da": "id er en tekst eller et tal.", "en": "id is a text or a number."})
    return data.get("id"), data.get("as_of"), facts


def _unknown_field(name: Any) -> RygradError:
    near = get_close_matches(str(name), _FIELDS, n=1)
    hint = near[0] if near else ", ".join(_FIELDS)
    return RygradError(
        "unknown_field",
        {"da": "ukendt felt i borgeren.", "en": "unknown field in the citizen."},
        {"da": f"Mente du {hint}? Fakta står under facts.", "en": f"Did you mean {hint}? Facts stand under facts."},
    )
