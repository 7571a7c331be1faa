"""``load_pathway``: from a content folder to a frozen ``Pathway``, or an error that says what to mend."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rygrad.pathway import build
from rygrad.pathway.citizen import read_citizen
from rygrad.pathway.criteria import Over, leaves
from rygrad.pathway.errors import ContentError, RygradError
from rygrad.pathway.node import Node, load_yaml, words
from rygrad.pathway.pathway import Alarm, Group, Identity, Pathway, SafetySource, Urgency
from rygrad.pathway.readings import read_readings
from rygrad.pathway.sentinels import FILE as SENTINELS
from rygrad.pathway.sentinels import read_sentinels
from rygrad.pathway.source import Citation, Source
from rygrad.pathway.words import Phrase, Words

DEFAULT = "rygsmerter"
# What the hash covers: all that a decision, its reasons and its words come from. Cases and the changelog are apart.
HASHED = (
    "source/pixi.txt",
    "pathway.yaml",
    "facts.yaml",
    "safety.yaml",
    "coverage.yaml",
    "readings.md",
    "offers/places.yaml",
    "citizen.yaml",
    "sentinels.yaml",
)
# Earlier releases had no such file; they decide nothing. Content kept by one is told in the packaged programme's words,
# and has no sentinels.
_CAME_LATER = frozenset({"citizen.yaml", "sentinels.yaml"})


def content_root() -> Path:
    """The folder of pathways: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "pathways"
    return installed if installed.is_dir() else package.parent / "pathways"


def content_folder(name_or_folder: str | Path = DEFAULT) -> Path:
    """The content folder of a packaged programme's name (``rygsmerter``), or of a path (with a slash, or a Path).

    A bare name never means a folder of the working directory. RygradError when there is no programme there.
    """
    named = isinstance(name_or_folder, str) and not {"/", "\\"} & set(name_or_folder)
    folder = content_root() / name_or_folder if named else Path(name_or_folder)
    if not (folder / "pathway.yaml").is_file():
        raise RygradError(
            "no_pathway",
            {
                "da": "her er intet forløbsprogram (pathway.yaml mangler).",
                "en": "there is no care programme here (pathway.yaml is missing).",
            },
            {"da": "En mappe skrives med skråstreg: ./mappe.", "en": "Write a folder with a slash: ./folder."},
            source=str(name_or_folder),
        )
    return folder


def load_pathway(name_or_folder: str | Path = DEFAULT) -> Pathway:
    """The care programme of this name or folder, read anew and checked against its own rules. Keep the object.

    Raises ContentError naming the file and the place: a missing or unknown field, an unknown fact or value,
    a quote that is not in its lines of the source, a source text that is not the pinned one.
    """
    folder = content_folder(name_or_folder)
    files = {name: _bytes(folder, name) for name in HASHED}
    return read_pathway(files)


def read_pathway(files: dict[str, bytes]) -> Pathway:
    """The same from the files' bytes by name (``HASHED`` lists them)."""
    for name in HASHED:
        if name not in files:
            raise ContentError(name, "filen mangler", "the file is missing")
    return _checked(_Reader(files).pathway())


def read_kept(files: dict[str, bytes]) -> Pathway:
    """Content as a record has kept it, perhaps since a release that knew fewer files; its hash is of what was kept."""
    return _checked(_Reader(files, _CAME_LATER - set(files)).pathway())


def _checked(pathway: Pathway) -> Pathway:
    for rule in pathway.rules():
        build.check_rule(rule, pathway.facts)
    for carrier, citation in pathway.citations():
        _check_citation(pathway, carrier, citation)
    return pathway


def sha256_of(files: dict[str, bytes]) -> str:
    """One hash over the hashed files that are there, by name and content."""
    digest = hashlib.sha256()
    for name in filter(files.__contains__, HASHED):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def _bytes(folder: Path, name: str) -> bytes:
    path = folder / name
    if not path.is_file():
        raise ContentError(str(path), "filen mangler", "the file is missing")
    return path.read_bytes()


def _check_citation(pathway: Pathway, carrier: str, citation: Citation) -> None:
    if citation.quote and (not citation.lines or pathway.source.span(citation.quote, citation.lines) is None):
        raise ContentError(
            carrier,
            f"citatet står ikke i {citation.place or 'kilden'}",
            f"the quote does not stand in {citation.place or 'the source'}",
        )
    for reading in citation.readings:
        if reading not in pathway.readings:
            raise ContentError(carrier, f"ukendt læsning: {reading}", f"unknown reading: {reading}")
    if not (citation.quote or citation.readings or citation.safety_sources):
        raise ContentError(carrier, "har hverken citat, læsning eller kilde", "has no quote, reading or source")


@dataclass
class _Reader:
    """Reads the files once, section by section; ``later`` are those that an earlier release did not know."""

    files: dict[str, bytes]
    later: frozenset[str] = frozenset()

    def yaml(self, name: str) -> Node:
        content = _bytes(content_folder(), name) if name in self.later else self.files[name]
        return Node(load_yaml(content, name), name)

    def pathway(self) -> Pathway:
        main, safety, coverage = self.yaml("pathway.yaml"), self.yaml("safety.yaml"), self.yaml("coverage.yaml")
        source = self.source(main)
        facts = {name: build.fact(name, data) for name, data in self.yaml("facts.yaml").data.items()}
        expected, box = build.information_box(main.node("information_box"))
        groups = {group.id: group for group in (build.group(node, box) for node in main.nodes("groups"))}
        statements = _statements(groups)
        scope = main.node("scope")
        covers = scope.node("covers")
        returns = next(group.return_to_gp for group in groups.values() if group.return_to_gp)
        windows = next(group.reassessment for group in groups.values() if group.reassessment)
        urgencies, sources, alarms = _safety(safety)
        shown, goals, outcomes, guidelines = _shown(main)
        uncarried, because = _uncomputed(coverage)
        pathway = Pathway(
            identity=self.identity(main),
            source=source,
            facts=facts,
            covers=build.rule(covers, "scope.covers", covers.citation()),
            covers_words=covers.words(),
            exclusions={e.fact: e for e in (build.exclusion(node) for node in scope.nodes("exclusions"))},
            groups=groups,
            duration=_duration(groups),
            duration_citation=_duration_citation(main, statements),
            information_expected_in=expected,
            reassessment=build.reassessment(main.node("reassessment"), windows),
            no_effect=build.cited_rule(main.node("no_effect"), "no_effect", returns),
            return_done=build.cited_rule(main.node("return_done"), "return_to_gp.done", returns),
            mismatches=tuple(build.note(node, "mismatches", statements) for node in main.nodes("mismatches")),
            contradictions=tuple(
                build.note(node, "contradictions", statements) for node in main.nodes("contradictions")
            ),
            urgencies=urgencies,
            alarms=alarms,
            weak_signs_source=safety.take("weak_signs_source"),
            clarified_reading=safety.take("clarified_reading"),
            safety_sources=sources,
            readings=read_readings(self.files["readings.md"].decode("utf-8")),
            words={kind: _catalogue(main.node(kind)) for kind in ("actors", "interventions", "information", "efforts")},
            cards={n.where.rpartition(".")[2]: {s: build.card(n.node(s)) for s in n.data} for n in main.nodes("cards")},
            goals=goals,
            outcomes=outcomes,
            guidelines=guidelines,
            places=tuple(self.yaml("offers/places.yaml").take("places")),
            citizen=read_citizen(self.yaml("citizen.yaml"), urgencies, alarms),
            sentinels=() if SENTINELS in self.later else read_sentinels(self.yaml(SENTINELS).data),
            shown=shown | uncarried,
            because=because,
            statements=coverage.names("statements"),
            alarm_facts=_alarm_facts(alarms, lambda urgency: True),
            must_be_asked=_alarm_facts(alarms, lambda urgency: urgency.must_be_asked),
        )
        for node in (main, scope, covers, safety, coverage):
            node.finish()
        return pathway

    def source(self, main: Node) -> Source:
        pinned = main.node("source")
        source = Source.of(self.files[pinned.take("file")])
        if source.sha256 != pinned.take("sha256"):
            raise ContentError(
                "source/pixi.txt", "kildeteksten er ikke den, der er låst", "the source text is not the pinned one"
            )
        return source

    def identity(self, main: Node) -> Identity:
        in_force_from = main.take("in_force_from")
        unless_said = {"default": in_force_from} if self.later else {}
        return Identity(
            main.take("id"),
            str(main.take("version")),
            sha256_of(self.files),
            main.phrase("title"),
            in_force_from,
            main.take("checked_on", **unless_said),
            main.take("check_again_on", **unless_said),
            main.take("signed_by"),
        )


def _statements(groups: dict[str, Group]) -> dict[str, Citation]:
    return {str(s.citation.statement): s.citation for group in groups.values() for s in group.symptoms}


def _duration(groups: dict[str, Group]) -> Over:
    limits = {leaf for group in groups.values() for leaf in leaves(group.rule.criterion) if isinstance(leaf, Over)}
    if len(limits) != 1:
        raise ContentError(
            "pathway.yaml.groups", "grupperne har ikke én fælles varighed", "the groups share no one duration"
        )
    return limits.pop()


def _duration_citation(main: Node, statements: dict[str, Citation]) -> Citation:
    statement = main.take("duration_statement")
    if statement not in statements:
        raise ContentError("pathway.yaml.duration_statement", f"ukendt: {statement}", f"unknown: {statement}")
    return statements[statement]


def _safety(safety: Node) -> tuple[dict[str, Urgency], dict[str, SafetySource], dict[str, Alarm]]:
    safety.take("signed_by")
    levels = safety.node("urgencies")
    urgencies = {name: build.urgency(name, rank, levels.node(name)) for rank, name in enumerate(levels.data)}
    listed = safety.node("sources")
    sources = {name: build.safety_source(name, listed.node(name)) for name in listed.data}
    alarms = [build.alarm(node, urgencies, sources) for node in safety.nodes("alarms")]
    return urgencies, sources, {alarm.id: alarm for alarm in alarms}


def _alarm_facts(alarms: dict[str, Alarm], wanted: Any) -> tuple[str, ...]:
    names = [name for alarm in alarms.values() if wanted(alarm.urgency) for name in alarm.rule.facts]
    return tuple(dict.fromkeys(names))


def _catalogue(node: Node) -> dict[str, Words]:
    return {name: words(data, f"{node.where}.{name}") for name, data in node.data.items()}


def _shown(main: Node) -> tuple[dict[str, Citation], dict[str, Words], dict[str, Words], tuple[dict[str, Any], ...]]:
    goals, guidelines, endings = main.node("goals"), main.node("guidelines"), main.node("endings")
    shown = {node.where.rpartition(".")[2]: node.citation() for node in (goals, guidelines, endings)}
    episode = endings.node("new_episode")
    shown["new_episode"] = episode.citation()
    return (
        shown,
        _catalogue(goals.node("headings")),
        _catalogue(endings.node("outcomes")),
        tuple(guidelines.take("listed")),
    )


def _uncomputed(coverage: Node) -> tuple[dict[str, Citation], dict[str, Phrase]]:
    """What no rule carries: its places, and why it cannot be computed."""
    cited, because = {}, {}
    for kind in ("not_computable", "layout"):
        for node in coverage.nodes(kind):
            name = f"{kind}.{node.data.get('lines')}"
            cited[name], because[name] = node.citation(), node.phrase("because")
            node.finish()
    return cited, because


__all__ = ["content_folder", "content_root", "load_pathway", "read_kept", "read_pathway", "sha256_of"]
