"""Citizens' files: JSON, YAML or NDJSON, read one record at a time; a bad record never stops the rest."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
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
_BOM = b"\xef\xbb\xbf"
_MOST_PARTS = 100_000
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
    """Lines of JSON when one of the first two lines is a whole object, or both begin one; else one document."""
    head: list[tuple[int, bytes]] = []
    for number, line in enumerate(stream, start=1):
        head.append((number, line))
        if len([1 for _, text in head if text.strip()]) == 2:
            break
    filled = [text.strip().removeprefix(_BOM) for _, text in head if text.strip()]
    if any(map(_is_object, filled)) or (len(filled) > 1 and all(text.startswith(b"{") for text in filled)):
        yield from _lines(chain(head, enumerate(stream, start=head[-1][0] + 1)), shown)
        return
    text = b"".join(line for _, line in head) + stream.read()
    yield from (_json(text, shown) if filled and filled[0][:1] in (b"{", b"[") else _yaml(text, shown))


def _is_object(line: bytes) -> bool:
    try:
        return type(_decode(line)) is dict
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def _lines(numbered: Iterable[tuple[int, bytes]], shown: str) -> Iterator[Record | Rejected]:
    for number, line in numbered:
        raw = line.removeprefix(_BOM) if number == 1 else line
        if raw.strip():
            yield _line(raw, f"{shown}:{number}")


def _line(raw: bytes, place: str) -> Record | Rejected:
    text = raw.decode("utf-8", "backslashreplace").rstrip("\r\n")
    try:
        data = _decode(raw)
        if not _keys_once(data, raw):
            json.loads(raw, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        return Rejected(place, None, _malformed("JSON", error), text)
    return Record(place, data, text)


def _keys_once(data: Any, raw: bytes) -> bool:
    """A quick proof that no key stands twice: as many keys as there are in the text. False: look closely."""
    facts = data.get("facts") if type(data) is dict else None
    if type(facts) is not dict or raw.count(b"{") != 2 or b"[" in raw:
        return False
    return raw.count(b'":') == len(data) + len(facts)


class DoubledKey(ValueError):
    """The same name twice in one object: which of the two is meant?"""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise DoubledKey
    return dict(pairs)


_DECODER = json.JSONDecoder(object_pairs_hook=_unique)


class Endless(ValueError):
    """References that refer to one another: written out, the record would be larger than any citizen's."""


def _malformed(kind: str, error: Exception) -> RygradError:
    if isinstance(error, Endless):
        da, en = "henvisningerne (*) gør borgeren for stor.", "the references (*) make the citizen too large."
        return RygradError("too_large", {"da": da, "en": en})
    if isinstance(error, DoubledKey):
        da, en = "et felt står to gange i samme borger.", "a field stands twice in the same citizen."
        return RygradError("doubled_field", {"da": da, "en": en})
    if isinstance(error, UnicodeDecodeError) or "utf-8" in str(error).lower():
        return RygradError("not_utf8", {"da": "teksten er ikke UTF-8.", "en": "the text is not UTF-8."})
    if isinstance(error, RecursionError):
        return RygradError("too_deep", {"da": "for dybt indlejret.", "en": "nested too deeply."})
    at = re.search(r"byte \d+|line \d+|column \d+", str(error))
    where = f" ({at.group()})" if at else ""
    return RygradError("malformed", {"da": f"ikke gyldig {kind}{where}.", "en": f"not valid {kind}{where}."})


def _json(text: bytes, shown: str) -> Iterator[Record | Rejected]:
    """One JSON document: a record, or an array of them, each with its line. Nothing is skipped unsaid."""
    source = text.decode("utf-8", "backslashreplace").removeprefix("\ufeff")
    is_array = source.lstrip().startswith("[")
    position = _skip(source, source.index("[") + 1 if is_array else 0)
    more = source[position : position + 1] != "]"
    while more:
        place = f"{shown}:{source.count(chr(10), 0, position) + 1}"
        try:
            data, end = _DECODER.raw_decode(source, position)
        except (ValueError, RecursionError) as error:
            yield Rejected(place, None, _malformed("JSON", error), source[position:])
            return
        yield Record(place, data, source[position:end])
        position = _skip(source, end)
        more = is_array and source[position : position + 1] == ","
        position = _skip(source, position + 1) if more else position
    rest = source[position:].strip()
    if rest != ("]" if is_array else ""):
        place = f"{shown}:{source.count(chr(10), 0, position) + 1}"
        yield Rejected(place, None, _malformed("JSON", ValueError()), rest)


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """Words and dates stay as they are written (`on` is a name, 2026-02-30 is a text to be refused with its line)."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def _yaml(text: bytes, shown: str) -> Iterator[Record | Rejected]:
    try:
        loader = _Loader(text.decode("utf-8-sig"))
        while loader.check_node():
            node = loader.get_node()
            for part in node.value if isinstance(node, yaml.SequenceNode) else filter(None, [node]):
                yield _yaml_record(loader, part, f"{shown}:{part.start_mark.line + 1}")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{shown}:{mark.line + 1}" if mark else shown
        yield Rejected(place, None, _malformed("YAML", error), text.decode("utf-8", "backslashreplace"))


def _yaml_record(loader: Any, node: Any, place: str) -> Record | Rejected:
    try:
        _parts(node, {})
        _refuse_doubled(node)
        data = loader.construct_document(node)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return Rejected(place, None, _malformed("YAML", error), yaml.serialize(node, allow_unicode=True))
    return Record(place, data, json.dumps(data, ensure_ascii=False, default=str))


def _parts(node: Any, known: dict[int, int]) -> int:
    """How many parts a node has with every reference written out; Endless when they are too many, or without end."""
    if id(node) not in known:
        known[id(node)] = _MOST_PARTS  # until it is counted: a node within itself never ends
        known[id(node)] = 1 + sum(_parts(inner, known) for inner in _inner(node))
    if known[id(node)] >= _MOST_PARTS:
        raise Endless
    return known[id(node)]


def _inner(node: Any) -> Iterator[Any]:
    if isinstance(node, yaml.MappingNode):
        yield from chain.from_iterable(node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _refuse_doubled(node: Any) -> None:
    if isinstance(node, yaml.MappingNode):
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(names)) < len(names):
            raise DoubledKey
    for inner in _inner(node):
        _refuse_doubled(inner)


def checked(record: Record) -> tuple[Any, Any, Mapping[str, Any]]:
    """A record's id, own as-of date (or None) and facts; RygradError when its shape is wrong."""
    data = _unwrapped(record.data)
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


def _unwrapped(data: Any) -> Any:
    """A line of a rejects file, mended in its ``record``, is that record again."""
    if type(data) is dict and {"place", "code", "record"} <= set(data) and type(data["record"]) is str:
        try:
            return json.loads(data["record"], object_pairs_hook=_unique)
        except (ValueError, RecursionError) as error:
            raise _malformed("JSON", error) from error
    return data


def _unknown_field(name: Any) -> RygradError:
    near = get_close_matches(str(name), _FIELDS, n=1)
    hint = near[0] if near else ", ".join(_FIELDS)
    return RygradError(
        "unknown_field",
        {"da": "ukendt felt i borgeren.", "en": "unknown field in the citizen."},
        {"da": f"Mente du {hint}? Fakta står under facts.", "en": f"Did you mean {hint}? Facts stand under facts."},
    )
