"""The sentinel citizens where the programme runs: an answer that changes is an alarm on the page, to monitoring, in the log."""

import json
import logging
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from rygrad.decision import many
from rygrad.decision.sentinels import Changed
from rygrad.pathway.read import content_folder
from rygrad.record import activation, contents, sentinels
from rygrad.web import health
from tests.interfaces.command import rygrad
from tests.record.cast import Cast
from tests.record.databases import Databases
from tests.spec.test_sentinels import WEAKER
from tests.versions import LATER, numbered
from tests.web.conftest import inside, record, visit
from tests.web.filled_in import text_of
from tests.web.test_administration import Inside, Visit

__all__ = ["inside", "record", "visit"]


@pytest.fixture
def asked_anew(record: Cast) -> Iterator[None]:
    """What health remembers is forgotten before and after."""
    health._LAST.clear()
    yield
    health._LAST.clear()


def planted() -> Mapping[str, bytes]:
    """The packaged content, where a paresis of grade 3 is no alarm, and the sentinels were left as they were."""
    files = dict(contents.content_files("rygsmerter"))
    files["safety.yaml"] = files["safety.yaml"].replace(*(part.encode() for part in WEAKER))
    files["pathway.yaml"] = numbered(files["pathway.yaml"])
    return files


def put_in_force(files: Mapping[str, bytes]) -> None:
    """Past the content check, as somebody with a shell on the server could."""
    activation.activate(activation.preview(files).sha256, "Kim Kliniker", "Lis Leder")


@pytest.mark.usefixtures("asked_anew")
def test_all_is_well_while_every_answer_is_the_pinned_one(visit: Visit, inside: Inside) -> None:
    found = json.loads(visit().get("/sundhed").content)
    asked = len(contents.active().pathway.sentinels)
    assert (found["status"], found["sentinels"]) == ("well", {"asked": asked, "changed": 0})
    assert f"{asked} kontrolborgere spurgt" in text_of(inside("gustav").get("/administration/drift"))


@pytest.mark.usefixtures("asked_anew")
def test_a_content_in_force_that_answers_otherwise_raises_the_alarm(
    visit: Visit, inside: Inside, caplog: pytest.LogCaptureFixture
) -> None:
    put_in_force(planted())
    with caplog.at_level(logging.ERROR, "rygrad.sentinels"):
        answer = visit().get("/sundhed")
    found = json.loads(answer.content)
    assert (answer.status_code, found["status"]) == (503, "not_well")
    assert 0 < found["sentinels"]["changed"] < found["sentinels"]["asked"]
    assert any("severe_paresis" in problem for problem in found["problems"])
    assert [line.levelname for line in caplog.records if line.name == "rygrad.sentinels"] == ["ERROR"]
    page = text_of(inside("gustav").get("/administration/drift"))
    assert "Kontrolborgeren kontrol-" in page and "alarms: severe_paresis" in page


@pytest.mark.usefixtures("asked_anew")
def test_an_engine_in_this_process_that_decides_otherwise_raises_the_alarm(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = many.assess_safety
    contents.programme.cache_clear()

    def without_alarms(*given: Any) -> Any:
        safety = whole(*given)
        return type(safety)(**{name: getattr(safety, name) for name in safety.__slots__} | {"scope": "inside"})

    monkeypatch.setattr(many, "assess_safety", without_alarms)
    answer = visit().get("/sundhed")
    contents.programme.cache_clear()
    assert answer.status_code == 503
    assert json.loads(answer.content)["sentinels"]["changed"] > 10


@pytest.mark.usefixtures("asked_anew")
def test_sentinels_that_cannot_be_asked_are_an_alarm_too(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> None:
        raise ValueError

    monkeypatch.setattr(sentinels, "changed_sentinels", broken)
    answer = visit().get("/sundhed")
    assert answer.status_code == 503
    assert "the sentinel citizens cannot be asked" in json.loads(answer.content)["problems"]


@pytest.mark.usefixtures("asked_anew")
def test_a_content_kept_by_an_earlier_release_has_none_and_that_is_said() -> None:
    files = {name: data for name, data in planted().items() if name != "sentinels.yaml"}
    assert sentinels.ask().asked > 0
    older = contents.read_kept(files)
    assert older.sentinels == ()
    said = sentinels.findings(sentinels.SentinelsAsked(len(older.sentinels), ()))
    assert [finding.is_fine for finding in said] == [None]


def test_on_the_page_changed_answers_stand_first_and_words_alone_are_one_line() -> None:
    words = Changed("a", (), "1")
    answers = Changed("b", (("scope", "hold", "inside"),), "2")
    said = sentinels.findings(sentinels.SentinelsAsked(5, (words, answers, words)))
    assert [finding.is_fine for finding in said] == [False, False]
    assert "scope: hold → inside" in said[0].said.en and said[1].said.en.endswith("words or reasons alone: 2")


def test_the_command_asks_the_packaged_content_or_says_which_answer_changed(tmp_path: Path) -> None:
    well = rygrad("doctor", "--sentinels", DATABASE_URL="")
    assert well.code == 0 and "0 får et andet svar" in well.out
    folder = Path(shutil.copytree(content_folder(), tmp_path / "weaker"))
    for name, data in planted().items():
        (folder / name).write_bytes(data)
    ill = rygrad("doctor", "--sentinels", "--pathway", folder, "--lang", "en", DATABASE_URL="")
    assert ill.code == 4
    assert "is answered otherwise (urgency: acute → urgent" in ill.out and "alarms: severe_paresis" in ill.out


@pytest.mark.long
def test_the_command_asks_the_content_in_force_of_a_record(tmp_path: Path, databases: Databases) -> None:
    file = tmp_path / "record.sqlite3"
    with databases.fresh("sqlite"):
        put_in_force(planted())
        from django.db import connection

        connection.cursor().execute("VACUUM INTO %s", [str(file)])
    ill = rygrad("doctor", "--sentinels", "--database", f"sqlite:///{file}", "--lang", "en")
    assert (ill.code, LATER in ill.out, "severe_paresis" in ill.out) == (4, True, True)
