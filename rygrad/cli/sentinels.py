"""`rygrad content sentinels`: the sentinel citizens' answers written anew."""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from rygrad.cli import application
from rygrad.cli.content import content
from rygrad.cli.language import language, say
from rygrad.decision.decide import decide
from rygrad.decision.sentinels import Changed, answered, changed_sentinels, told
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway
from rygrad.pathway.sentinels import Sentinel
from rygrad.pathway.words import Phrase

HEADER = """\
# Kontrolborgere: opfundne borgere, hvis svar er kendt. De spørges igen og igen, hvor programmet kører
# (rygrad doctor --sentinels, siden Drift og /sundhed); et svar, der er blevet et andet, slår alarm. Ændres et svar med
# vilje, læses de nye svar af en kliniker og skrives så: rygrad content sentinels --pathway ./MAPPE --out FIL.
# Fakta rettes her, svar aldrig.
# Sentinel citizens: invented, and their answers are known. They are asked again and again where the programme runs; an
# answer that has become another raises an alarm. Where an answer is changed on purpose, a clinician reads the new ones,
# and they are written by the command above. Facts are edited here, answers never.

"""


class _OnLines(dict[str, Any]):
    """A mapping that is written as running text, not a line for each key."""


class _Plain(yaml.SafeDumper):
    """Nothing refers to anything else: a value that stands twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Plain.add_representer(
    _OnLines, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True)
)


@content.command(
    help=say(
        "Skriv kontrolborgernes svar på ny (sentinels.yaml), efter at en kliniker har læst dem.",
        "Write the sentinel citizens' answers anew (sentinels.yaml), after a clinician has read them.",
    )
)
def sentinels(
    pathway: application.Pathway = "rygsmerter",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help=say("Fil; ellers skærmen.", "File; else the screen."))
    ] = None,
    lang: application.Lang = application.SPOKEN,
) -> None:
    """What changes is said on stderr: an answer a line, then how many, and whose."""
    loaded = load_pathway(pathway)
    changed = changed_sentinels(loaded, _decides(loaded))
    for said in (*told(changed), _counted(changed, len(loaded.sentinels))):
        typer.echo(said.text(language()), err=True)
    text = written(loaded)
    if out:
        out.write_text(text, "utf-8")
    else:
        typer.echo(text, nl=False)


def _counted(changed: list[Changed], asked: int) -> Phrase:
    names = ", ".join(one.sentinel for one in changed) or "–"
    return Phrase(
        f"{len(changed)} af {asked} kontrolborgere får et andet svar end før: {names}",
        f"{len(changed)} of {asked} sentinel citizens are answered otherwise than before: {names}",
    )


def written(loaded: Pathway) -> str:
    """The file as it should be for this content: the same citizens, with the answers they get now."""
    rows = [_row(loaded, sentinel) for sentinel in loaded.sentinels]
    return HEADER + yaml.dump({"sentinels": rows}, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=140)


def _row(loaded: Pathway, sentinel: Sentinel) -> dict[str, Any]:
    now = answered(loaded, sentinel, _decides(loaded))
    return {
        "id": sentinel.id,
        "title": _OnLines(da=sentinel.title.da, en=sentinel.title.en),
        "as_of": sentinel.as_of,
        "given": _OnLines(sentinel.given),
        "answers": _OnLines(now.answers),
        "digest": now.digest,
    }


def _decides(loaded: Pathway) -> Any:
    return lambda facts, day: decide(loaded, facts, day, with_reasons=False)
