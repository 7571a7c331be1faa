"""Content that breaks its own rules is refused, with the place and what to mend."""

import re
import shutil
from pathlib import Path

import pytest

from rygrad.pathway.build import is_possible
from rygrad.pathway.cases import load_cases
from rygrad.pathway.changelog import newest_entry
from rygrad.pathway.check import check_content
from rygrad.pathway.citizen import citizen_texts
from rygrad.pathway.coverage import coverage
from rygrad.pathway.criteria import DayWindow, parse
from rygrad.pathway.differences import differences
from rygrad.pathway.errors import ContentError, RygradError
from rygrad.pathway.node import load_yaml
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import HASHED, content_folder, load_pathway, read_kept, read_pathway, sha256_of
from rygrad.pathway.source import Source, letters
from tests.contracts.spoiled import FILES, FOUND, REFUSED, Row, spoiled
from tests.versions import LATER, PACKAGED

WORD_FOR_WORD = Path(__file__).with_name("refusals.txt")


def refusal(row: Row) -> list[RygradError]:
    """Reading this content is refused."""
    with pytest.raises(ContentError) as refused:
        read_pathway(spoiled(*row[:3]))
    return [refused.value]


def finding(row: Row) -> list[RygradError]:
    """It can be read; what the check says, but that the changelog has no such content."""
    problems = check_content(read_pathway(spoiled(*row[:3])), "rygsmerter")
    return [problem for problem in problems if problem.source != "CHANGELOG.md"]


def in_both_languages(errors: list[RygradError]) -> str:
    """What is said, place and all."""
    return "\n".join(error.text(language) for error in errors for language in ("da", "en"))


def last_seen() -> list[str]:
    """``refusals.txt``: what is said of each row, as somebody last read it; ``python -m`` this module writes it anew."""
    return WORD_FOR_WORD.read_text("utf-8").split("\n\n")


@pytest.mark.parametrize("number", range(len(REFUSED)), ids=[row[3] for row in REFUSED])
def test_it_is_refused(number: int) -> None:
    said = refusal(REFUSED[number])
    assert said[0].code == "content"
    assert REFUSED[number][3] in said[0].text("en")
    assert in_both_languages(said) == last_seen()[number]


@pytest.mark.parametrize("number", range(len(FOUND)), ids=[row[3] for row in FOUND])
def test_it_is_found_by_the_check(number: int) -> None:
    said = in_both_languages(finding(FOUND[number]))
    assert FOUND[number][3] in said
    assert said == last_seen()[len(REFUSED) + number]


def test_every_row_has_been_read() -> None:
    assert len(last_seen()) == len(REFUSED) + len(FOUND)


def test_what_is_shown_and_decides_nothing_has_its_place() -> None:
    shown = read_pathway(FILES).shown
    named = {name for name in shown if not name.startswith(("not_computable.", "layout."))}
    assert named == {"goals", "guidelines", "endings", "new_episode"}
    assert shown["new_episode"].readings == ("R4",)


def test_each_of_the_83_statements_is_carried(pathway: Pathway) -> None:
    assert len(pathway.statements) == len(set(pathway.statements)) == 83
    assert check_content(pathway, "rygsmerter") == []


def test_only_blank_lines_need_no_carrier(pathway: Pathway) -> None:
    for line in coverage(pathway):
        assert line.missing == ""
        assert line.carriers or line.is_blank


def test_what_nobody_carries_is_missing_letter_by_letter() -> None:
    title = "  - {quote: PIXIUDGAVE AF, lines: 10, because: {da: Titel., en: Title.}}\n"
    found = coverage(read_pathway(spoiled("coverage.yaml", title, "")))
    assert {line.number: line.missing for line in found if line.missing} == {10: "PIXIUDGAVEAF"}
    assert [line.number for line in found] == list(range(1, len(found) + 1))


def test_every_line_of_a_quote_is_carried_by_it(pathway: Pathway) -> None:
    lines = coverage(pathway)
    for carrier, cited in pathway.citations():
        if cited.quote and cited.lines:
            named = f"{cited.statement} {carrier}" if cited.statement else carrier
            carried = [line.number for line in lines if named in line.carriers]
            assert carried and set(carried) <= set(range(cited.lines[0], cited.lines[1] + 1)), named
            both_ends = letters(cited.quote)
            assert both_ends[0] in letters(lines[carried[0] - 1].text) and both_ends[-1] in letters(
                lines[carried[-1] - 1].text
            )


def test_a_quote_may_stand_on_the_first_and_the_last_line() -> None:
    source = Source.of(b"one\ntwo")
    assert source.span("one", (1, 1)) == (0, 3)
    assert source.span("two", (2, 2)) == (3, 6)
    assert source.span("two", (2, 3)) is None
    assert source.span("two", (0, 2)) is None


def test_what_is_left_unsaid_is_no() -> None:
    read = read_pathway(FILES)
    assert {fact.id for fact in read.facts.values() if fact.whole} == {"paresis_grade", "age_years"}
    optional = {
        item.id for group in read.groups.values() for item in (*group.actors, *group.interventions) if item.optional
    }
    listed = {item.id for group in read.groups.values() for item in (*group.actors, *group.interventions)}
    assert optional < listed
    assert {effort.id for group in read.groups.values() for effort in group.efforts.values() if effort.optional} == {
        "municipal_prevention",
        "employment",
    }


def test_what_must_be_asked_are_the_facts_of_the_alarms_that_say_so() -> None:
    pathway = read_pathway(FILES)
    asked = {name for alarm in pathway.alarms.values() if alarm.urgency.must_be_asked for name in alarm.rule.facts}
    assert set(pathway.must_be_asked) == asked < set(pathway.alarm_facts)


def test_every_word_of_a_rule_is_allowed_of_the_facts_it_is_for() -> None:
    for rule in (
        "{at_least: {paresis_grade: 3}}",
        "{is: {paresis_grade: 3}}",
        "{is: {radiation: leg}}",
        "{known: radiation}",
    ):
        changed = read_pathway(spoiled("safety.yaml", "rule: {at_most: {paresis_grade: 3}}", f"rule: {rule}"))
        assert changed.alarms["severe_paresis"].rule.facts


def test_a_window_may_be_one_day() -> None:
    assert parse({"day_window": {"after": ["a"], "days": "42-42"}}, "x") == DayWindow(("a",), 42, 42)


def test_every_rule_is_named_by_where_it_stands() -> None:
    pathway = read_pathway(FILES)
    named = [rule.id for rule in pathway.rules()]
    for kind in ("mismatches", "contradictions"):
        assert {f"{kind}.{note.id}" for note in getattr(pathway, kind)} <= set(named)
    assert {"no_effect", "return_to_gp.done", "reassessment.window", "scope.covers"} <= set(named)
    assert len(named) == len(set(named))


def test_a_rule_may_compare_with_both_ends_of_a_number(pathway: Pathway) -> None:
    grade = pathway.facts["paresis_grade"]
    assert [is_possible(grade, value) for value in (-1, 0, 5, 6, "4", None)] == [False, True, True, False, False, False]


def test_the_hash_covers_every_file_and_nothing_else(pathway: Pathway) -> None:
    assert sha256_of(FILES) == pathway.identity.sha256
    for name, content in FILES.items():
        assert sha256_of(FILES | {name: content + b" "}) != pathway.identity.sha256
    one, next_one, last = HASHED[0], HASHED[1], FILES[HASHED[0]][-1:]
    moved = {one: FILES[one][:-1], next_one: last + FILES[next_one]}
    assert sha256_of(FILES | moved) != pathway.identity.sha256, "where a file ends counts too"


def test_every_reading_of_the_programme_is_registered_and_unsigned(pathway: Pathway) -> None:
    assert {f"R{n}" for n in range(1, 18)} <= set(pathway.readings)
    assert all(reading.signed_by is None for reading in pathway.readings.values())
    signed = spoiled("readings.md", '"over" | – |', '"over" | Anne Læge, 01ABC, 2026-12-01 |')
    assert read_pathway(signed).readings["R2"].signed_by == "Anne Læge, 01ABC, 2026-12-01"
    assert read_pathway(spoiled("readings.md", '"over" | – |', '"over" |  |')).readings["R2"].signed_by is None


def test_a_folder_without_content_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(RygradError, match=r"pathway\.yaml is missing") as none:
        load_pathway(tmp_path)
    assert str(none.value) == "there is no care programme here (pathway.yaml is missing)."
    assert none.value.as_data() == {
        "code": "no_pathway",
        "message": {
            "da": "her er intet forløbsprogram (pathway.yaml mangler).",
            "en": "there is no care programme here (pathway.yaml is missing).",
        },
        "hint": {"da": "En mappe skrives med skråstreg: ./mappe.", "en": "Write a folder with a slash: ./folder."},
        "source": str(tmp_path),
    }
    assert none.value.text("en").endswith("is missing). Write a folder with a slash: ./folder.")
    for named in ("./nowhere", "c:\\nowhere"):
        with pytest.raises(RygradError) as elsewhere:
            content_folder(named)
        assert elsewhere.value.source == named
    (tmp_path / "pathway.yaml").write_text("id: x\n")
    with pytest.raises(ContentError, match="the file is missing") as missing:
        load_pathway(tmp_path)
    assert in_both_languages([missing.value]).replace(str(tmp_path), "…") == (
        "…/source/pixi.txt: filen mangler\n…/source/pixi.txt: the file is missing"
    )


def test_the_changelog_is_read_from_its_newest_entry(pathway: Pathway, tmp_path: Path) -> None:
    assert newest_entry("# nothing\n") is None
    entry = newest_entry(f"- none\n## 2.0\nfingerprint: {'a' * 64}\n- one\n- two\n## 1.0\n- old\n")
    assert entry
    assert (entry.version, entry.sha256, entry.lines) == ("2.0", "a" * 64, 2)
    (tmp_path / "pathway.yaml").touch()
    missing = "CHANGELOG.md: mangler en post for versionen\nCHANGELOG.md: needs an entry for this version"
    assert in_both_languages([*check_content(pathway, tmp_path)]) == missing
    (tmp_path / "CHANGELOG.md").write_text(f"## {PACKAGED}\nfingerprint: {pathway.identity.sha256}\n")
    assert in_both_languages([*check_content(pathway, tmp_path)]) == missing, "an entry that says nothing"
    later = read_pathway(spoiled("pathway.yaml", f"version: {PACKAGED}", f"version: {LATER}"))
    new = later.identity.sha256
    assert in_both_languages([*check_content(later, "rygsmerter")]) == (
        f"CHANGELOG.md: nyeste post er {PACKAGED}, indholdet {LATER}\n"
        f"CHANGELOG.md: newest entry is {PACKAGED}, the content {LATER}\n"
        f"CHANGELOG.md: indholdet er ændret: skriv hvad, og sæt fingerprint: {new}\n"
        f"CHANGELOG.md: the content has changed: say what, and set fingerprint: {new}"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {id: a, title: {da: x, en: y}, as_of: 2026-01-01, then: {}}\n" * 2, "two cases have the same id"),
        ("- {id: a, title: {da: x, en: y}, as_of: 2026-01-01, then: {}, sets: [none]}", "unknown set"),
        ("- [", r"^cases/a\.yaml:2: the file is not valid YAML"),
        (
            "- {id: a, title: {da: x, en: y}, as_of: 2026-01-01, then: {}, hvis: 1}",
            r"^cases/a\.yaml\[0\]: unknown fields: hvis",
        ),
    ],
)
def test_a_malformed_case_is_refused(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "pathway.yaml").touch()
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "a.yaml").write_text(text)
    with pytest.raises(ContentError) as refused:
        load_cases(tmp_path)
    assert re.search(says, refused.value.text("en"))


def test_a_field_that_stands_twice_is_named_with_its_line() -> None:
    with pytest.raises(ContentError) as refused:
        load_yaml(b"a: 1\nb: {c: 2}\na: 3\n", "x.yaml")
    assert refused.value.text("en") == "x.yaml:3: the field a stands twice"
    assert refused.value.text("da") == "x.yaml:3: feltet a står to gange"


def test_every_text_of_a_citizen_is_named_by_its_place(pathway: Pathway) -> None:
    told, named = dict(citizen_texts(pathway)), [name for name, _ in citizen_texts(pathway)]
    assert len(named) == len(set(named))
    catalogues = {**pathway.words, "goals": pathway.goals, "outcomes": pathway.outcomes}
    worded = {f"{kind}.{name}": said for kind, words in catalogues.items() for name, said in words.items()}
    parts = {
        "scope": pathway.exclusions,
        "groups": pathway.groups,
        "alarms": pathway.alarms,
        "urgencies": pathway.urgencies,
    }
    worded |= {f"{kind}.{name}": one.words for kind, all_of in parts.items() for name, one in all_of.items()}
    worded |= {f"facts.{name}": fact.question for name, fact in pathway.facts.items()}
    worded |= {f"notes.{one.id}": one.words for one in (*pathway.mismatches, *pathway.contradictions)}
    worded |= {f"groups.{g.id}.{s.id}": s.words for g in pathway.groups.values() for s in g.symptoms if s.words}
    worded["scope.covers"] = pathway.covers_words
    plain, own = {name: words.citizen for name, words in worded.items()}, pathway.citizen
    listed = {f"information.{name}": said for name, said in own.information.items()}
    listed |= {f"topics.{name}": topic.paragraphs for name, topic in own.topics.items()}
    plain |= {f"citizen.{name}.{n + 1}": text for name, texts in listed.items() for n, text in enumerate(texts)}
    plain |= {f"citizen.topics.{name}": topic.question for name, topic in own.topics.items()}
    plain |= {f"citizen.efforts.{name}": text for name, text in own.efforts.items()}
    plain |= {f"citizen.states.{name}.where": state.where for name, state in own.states.items()}
    plain |= {f"citizen.states.{name}.next": state.next for name, state in own.states.items()}
    plain |= {f"citizen.call_card.{level.urgency}": level.whom for level in own.call_card.levels}
    assert told == plain | {"citizen.call_card.title": own.call_card.title}


def test_the_difference_of_two_versions_names_what_is_new_and_gone(pathway: Pathway) -> None:
    assert differences(pathway, pathway) == []
    without = spoiled("pathway.yaml", "      - {is: specialist, statement: G1-A4, quote: Speciallæge, lines: 79}\n", "")
    gone = [change for change in differences(pathway, read_pathway(without)) if "specialist" in change.where]
    assert gone
    assert all(change.after is None for change in gone)


def test_the_difference_of_two_versions_says_each_place_as_the_content_does(pathway: Pathway) -> None:
    changed = {
        "pathway.yaml": [("da: Førstegangstilfælde, en: First-time", "da: Første, en: First"), ("days: 42-56", "days: 42-57"), ("    number: 1\n", "    number: 5\n")],
        "facts.yaml": [("  maximum: 120\n", "  maximum: 130\n")],
        "offers/places.yaml": [("effort: back_unit", "effort: imaging")],
        "citizen.yaml": [("da: Dit forløb er åbnet.", "da: Åbent.")],
        "safety.yaml": [("at_most: {paresis_grade: 3}", "at_most: {paresis_grade: 2}"), ("title: Lændesmerter – lave rygsmerter", "title: Lændesmerter")],
    }  # fmt: skip
    files = dict(FILES)
    for name, replaced in changed.items():
        for old, new in replaced:
            files[name] = files[name].replace(old.encode(), new.encode(), 1)
    found = {change.where: (change.before, change.after) for change in differences(pathway, read_pathway(files))}
    place = next(one["id"] for one in pathway.places if one["effort"] == "back_unit")
    window = '{"day_window": {"after": ["first_treatment_on", "plan_confirmed_on"], "days": "42-5%s"}}'
    assert {where: found[where] for where in found if not where.startswith("identity.")} == {
        "groups.first_time.words.clinician.da": ("Førstegangstilfælde", "Første"),
        "groups.first_time.words.clinician.en": ("First-time", "First"),
        "groups.first_time.number": ("1", "5"),
        "reassessment.window_rule.criterion": (window % 6, window % 7),
        "facts.age_years.maximum": ("120", "130"),
        f"places.{place}.effort": ('"back_unit"', '"imaging"'),
        "citizen.states.opened.where.da": ("Dit forløb er åbnet.", "Åbent."),
        "safety_sources.laegehaandbogen_laendesmerter.title": (
            '"Lændesmerter – lave rygsmerter (Lægehåndbogen)"',
            '"Lændesmerter (Lægehåndbogen)"',
        ),
        "alarms.severe_paresis.rule.criterion": (
            '{"at_most": {"paresis_grade": 3}}',
            '{"at_most": {"paresis_grade": 2}}',
        ),
    }


def test_a_bare_name_is_the_packaged_programme_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = Path(shutil.copytree(content_folder(), tmp_path / "rygsmerter"))
    safety = edited / "safety.yaml"
    safety.write_text(safety.read_text().replace("at_most: {paresis_grade: 3}", "at_most: {paresis_grade: 2}"))
    monkeypatch.chdir(tmp_path)
    packaged = load_pathway("rygsmerter")
    assert packaged.identity.sha256 == sha256_of(FILES)
    assert load_pathway("./rygsmerter").identity.sha256 != packaged.identity.sha256
    safety.write_text(safety.read_text().replace("at_most: {paresis_grade: 2}", "at_most: {paresis_grade: 3}"))
    assert load_pathway(edited).identity.sha256 == packaged.identity.sha256, "read anew"


def test_every_alarm_is_of_one_urgency() -> None:
    pathway = load_pathway()
    found = [alarm.id for urgency in pathway.urgencies.values() for alarm in pathway.alarms_of(urgency)]
    assert sorted(found) == sorted(pathway.alarms)


def test_content_that_a_record_has_kept_is_read_with_the_files_its_release_knew(pathway: Pathway) -> None:
    older = {name: text for name, text in FILES.items() if name not in ("citizen.yaml", "sentinels.yaml")}
    kept = read_kept(older)
    assert kept.groups == pathway.groups and kept.sentinels == ()
    assert kept.identity.sha256 == sha256_of(older) != pathway.identity.sha256
    with pytest.raises(ContentError, match="the file is missing"):
        read_pathway(older)
    assert read_kept(FILES).identity == pathway.identity


if __name__ == "__main__":
    told = [*map(refusal, REFUSED), *map(finding, FOUND)]
    WORD_FOR_WORD.write_text("\n\n".join(map(in_both_languages, told)), "utf-8")
