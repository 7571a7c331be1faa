"""Content that is handed in: checked, shown, put in force by two; and what is no content is refused."""

import io
import re
import stat
import warnings
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from rygrad.cli.sentinels import written
from rygrad.decision.casebook import run_case
from rygrad.pathway.cases import load_cases
from rygrad.pathway.read import HASHED, content_root, read_pathway
from rygrad.record import contents
from rygrad.record.models import Activation, ContentVersion, Task
from rygrad.web import contentupload
from tests.record.cast import Cast
from tests.versions import LATER, PACKAGED, numbered
from tests.web.filled_in import send, text_of
from tests.web.visitor import Visitor


@pytest.fixture
def gustav(inside: Callable[[str], Visitor]) -> Visitor:
    """The administrator, logged in."""
    return inside("gustav")


@cache
def _content(version: str = LATER) -> dict[str, bytes]:
    """The packaged content with the window a week later, and a case book and sentinels that agree."""
    root = content_root() / "rygsmerter"
    files = {file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*") if file.is_file()}
    main = files["pathway.yaml"].replace(b"days: 42-56", b"days: 49-63")
    files["pathway.yaml"] = numbered(main, version)
    files["sentinels.yaml"] = written(read_pathway({name: files[name] for name in HASHED})).encode()
    pathway = read_pathway({name: files[name] for name in HASHED})
    for case in load_cases("rygsmerter"):
        found = {one.path: one.found for one in run_case(pathway, case)}
        if found:
            data = yaml.safe_load(files[f"cases/{case.file}"])
            next(one for one in data if one["id"] == case.id)["then"].update(found)
            files[f"cases/{case.file}"] = yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode()
    changed = f"## {version}\n\nfingerprint: {pathway.identity.sha256}\n\n- Vinduet er en uge senere.\n"
    return {**files, "CHANGELOG.md": changed.encode()}


def _zip(files: dict[str, bytes], top: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(top + name, data)
    return packed.getvalue()


def _hand_in(visitor: Visitor, data: bytes) -> Any:
    upload = SimpleUploadedFile("indhold.zip", data, "application/zip")
    return send(visitor, reverse("contents"), reverse("hand_in"), zip=upload, folder="")


@pytest.mark.parametrize("record", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
def test_a_new_version_is_shown_and_then_put_in_force_by_two(record: Cast, gustav: Visitor) -> None:
    record.without_effect()
    first = contents.activation().content_id
    address = _hand_in(gustav, _zip(_content(), "rygsmerter/")).headers["Location"]
    sha256 = address.rpartition("/")[2]
    shown = text_of(gustav.get(address))
    assert "Vinduet for revurdering" in shown and "<strong>1</strong>" in shown
    assert contents.activation().content_id == first, "nothing is in force by being handed in"
    activate = reverse("activate_content", args=[sha256])
    for second in ("gustav", "freja", "ingen", " "):
        answer = send(gustav, address, activate, also_by=second)
        assert answer.status_code == 422 and "anden administrator eller kliniker" in text_of(answer)
    assert send(gustav, address, activate, also_by="anna").headers["Location"] == reverse("contents")
    done = Activation.objects.latest("at")
    assert done.content_id == sha256 and done.by.endswith("(gustav)") and done.also_by.endswith("(anna)")
    assert Task.objects.filter(why="plan_changed").exists()
    listed = text_of(gustav.get(reverse("contents")))
    assert LATER in listed and PACKAGED in listed and "(anna)" in listed and "første installation" in listed


def test_a_preview_that_is_out_of_date_puts_nothing_in_force(record: Cast, gustav: Visitor) -> None:
    address = _hand_in(gustav, _zip(_content())).headers["Location"]
    activate = reverse("activate_content", args=[address.rpartition("/")[2]])
    answer = send(gustav, address, activate, also_by="anna", against="0" * 64)
    assert answer.status_code == 422 and "siden du så" in text_of(answer)
    assert Activation.objects.count() == 1


def test_many_open_courses_are_decided_only_when_asked(
    record: Cast, gustav: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.without_effect()
    monkeypatch.setattr("rygrad.web.contentpages._AT_ONCE", 0)
    address = _hand_in(gustav, _zip(_content())).headers["Location"]
    waiting = text_of(gustav.get(address))
    assert "flere minutter" in waiting and 'name="also_by"' not in waiting
    assert "Vinduet for revurdering" in text_of(gustav.get(f"{address}?vis=1"))


@pytest.mark.parametrize("lang", ["da", "en"])
def test_what_is_wrong_with_a_content_is_said_with_its_place(record: Cast, gustav: Visitor, lang: str) -> None:
    gustav.cookies["sprog"] = lang
    files = _content()
    wrong = {
        "pathway.yaml": files["pathway.yaml"].replace(b"Praktiserende", b"Praktiserendes"),
        "safety.yaml": b"a: [\n",
        "facts.yaml": b"- 5\n",
        "CHANGELOG.md": b"# nothing\n",
        "cases/05-tid.yaml": (content_root() / "rygsmerter/cases/05-tid.yaml").read_bytes(),
    }
    said = {
        "pathway.yaml": {"da": "citatet står ikke i", "en": "the quote does not stand in"},
        "safety.yaml": {
            "da": "safety.yaml:2: filen er ikke gyldig YAML",
            "en": "safety.yaml:2: the file is not valid YAML",
        },
        "facts.yaml": {"da": "facts.yaml: skal være navngivne felter", "en": "facts.yaml: must be named fields"},
        "CHANGELOG.md": {"da": "CHANGELOG.md: mangler", "en": "CHANGELOG.md: needs"},
        "cases/05-tid.yaml": {"da": "skulle være", "en": "should be"},
    }
    for name, data in wrong.items():
        answer = _hand_in(gustav, _zip({**files, name: data}))
        assert answer.status_code == 422 and said[name][lang] in text_of(answer), name
        assert "rygrad-content-" not in text_of(answer), "no place of the server's own"
    missing = {name: data for name, data in files.items() if name != "facts.yaml"}
    assert "facts.yaml" in text_of(_hand_in(gustav, _zip(missing)))
    assert ContentVersion.objects.count() == 1


def test_a_version_number_that_is_taken_is_said(record: Cast, gustav: Visitor) -> None:
    answer = _hand_in(gustav, _zip(_content(PACKAGED)))
    assert answer.status_code == 422 and "versionsnummeret er brugt" in text_of(answer)


def _linked(name: str) -> bytes:
    packed = io.BytesIO(_zip(_content()))
    with zipfile.ZipFile(packed, "a") as archive:
        member = zipfile.ZipInfo(name)
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, "/etc/passwd")
    return packed.getvalue()


def _twice() -> bytes:
    packed = io.BytesIO(_zip(_content()))
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("facts.yaml", b"{}")
    return packed.getvalue()


def _encrypted() -> bytes:
    packed = bytearray(_zip(_content()))
    for at in (found.start() for found in re.finditer(b"PK\x01\x02", bytes(packed))):
        packed[at + 8] |= 1
    return bytes(packed)


def _lying() -> bytes:
    """A member that says it is small, and is not."""
    packed = bytearray(_zip({**_content(), "facts.yaml": b"#" * (contentupload.LARGEST_FILE + 5)}))
    for mark, size in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        for at in (found.start() for found in re.finditer(re.escape(mark), bytes(packed))):
            if b"facts.yaml" in packed[at : at + 60]:
                packed[at + size : at + size + 4] = (10).to_bytes(4, "little")
    return bytes(packed)


_BOMB = b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (98 + n, 98 + n, 97 + n, 97 + n) for n in range(20))
ATTACKS: dict[str, Callable[[], bytes]] = {
    "no zip at all": lambda: b"not a zip",
    "cut in the middle": lambda: _zip(_content())[:20_000],
    "a way up": lambda: _zip({**_content(), "../evil.yaml": b"x"}),
    "a way up in cases": lambda: _zip({**_content(), "cases/../../evil.yaml": b"x"}),
    "an absolute name": lambda: _zip({**_content(), "/etc/evil.yaml": b"x"}),
    "a drive": lambda: _zip({**_content(), "C:\\evil.yaml": b"x"}),
    "everything in a way up": lambda: _zip(_content(), "../"),
    "an unexpected file": lambda: _zip({**_content(), "evil.py": b"x"}),
    "a link": lambda: _linked("cases/link.yaml"),
    "encrypted": _encrypted,
    "the same twice": _twice,
    "too many": lambda: _zip({**_content(), **{f"cases/c{n}.yaml": b"[]" for n in range(contentupload.MOST_FILES)}}),
    "one too large": lambda: _zip({**_content(), "facts.yaml": b"#" * (contentupload.LARGEST_FILE + 1)}),
    "all too large": lambda: _zip({**_content(), **{f"cases/c{n}.yaml": b"#" * 900_000 for n in range(9)}}),
    "a lie about its size": _lying,
    "the zip too large": lambda: b"PK" + b"\0" * contentupload.LARGEST_ZIP,
    "yaml that grows": lambda: _zip({**_content(), "facts.yaml": _BOMB}),
    "yaml without end": lambda: _zip({**_content(), "facts.yaml": b"[" * 200_000}),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_zip_that_is_an_attack_is_refused_and_leaves_nothing(record: Cast, gustav: Visitor, attack: str) -> None:
    answer = _hand_in(gustav, ATTACKS[attack]())
    assert answer.status_code == 422, attack
    assert "Indholdet er ikke taget imod" in text_of(answer)
    assert ContentVersion.objects.count() == 1


def test_a_folder_of_the_server_and_the_packaged_content_are_taken(
    record: Cast, gustav: Visitor, tmp_path: Any
) -> None:
    def folder(name: str) -> Any:
        return send(gustav, reverse("contents"), reverse("hand_in"), folder=name, zip="")

    in_force = ContentVersion.objects.get().sha256
    assert folder("rygsmerter").headers["Location"] == reverse("content", args=[in_force])
    for name, data in _content().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert folder(str(tmp_path)).status_code == 302
    (tmp_path / "facts.yaml").unlink()
    assert folder(str(tmp_path)).status_code == 422
    assert "her er intet forløbsprogram" in text_of(folder(f"{tmp_path}/ingen"))
    assert "vælg en zip-fil" in text_of(folder(""))
    assert folder("nul\0").status_code == 422
