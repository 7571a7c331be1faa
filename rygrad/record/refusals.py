"""What the record answers when it will not: one shape, with the status that every interface gives."""

from collections.abc import Mapping, Sequence

from rygrad.pathway.errors import RygradError
from rygrad.record.words import ENTRY_WORDS


class Refused(RygradError):
    """A step that is not legal, with the reason and what is possible instead (422).

    ``legal`` are the legal steps' names, for programs; people read their words in the hint.
    """

    status = 422

    def __init__(
        self,
        code: str,
        da: str,
        en: str,
        *,
        known: str = "",
        legal: Sequence[str] = (),
        hint: Mapping[str, str] | None = None,
    ) -> None:
        if legal:
            steps = [ENTRY_WORDS[step] for step in legal]
            hint = {
                "da": f"Muligt: {', '.join(s.da for s in steps)}.",
                "en": f"Possible: {', '.join(s.en for s in steps)}.",
            }
        elif known:
            hint = {"da": f"Muligt: {known}.", "en": f"Possible: {known}."}
        super().__init__(code, {"da": da, "en": en}, hint)
        self.legal = tuple(legal)


class NotFound(RygradError):
    """It is not there, or not yours: the two look alike (404)."""

    status = 404

    def __init__(self) -> None:
        super().__init__("not_found", {"da": "findes ikke.", "en": "not found."})


class VersionMissing(RygradError):
    """The writer must say which version it has read (428)."""

    status = 428

    def __init__(self) -> None:
        super().__init__(
            "version_missing",
            {"da": "den læste version mangler.", "en": "the version that was read is missing."},
            {"da": "Læs forløbet, og send dets version med.", "en": "Read the course, and send its version along."},
        )


class StaleVersion(RygradError):
    """Somebody wrote in between (412). Nothing was written; ``current`` is the version there is now."""

    status = 412

    def __init__(self, current: int) -> None:
        super().__init__(
            "stale_version",
            {"da": "andre har skrevet i mellemtiden.", "en": "somebody has written in the meantime."},
            {"da": "Læs forløbet igen; din tekst er ikke tabt.", "en": "Read the course again; your text is not lost."},
        )
        self.current = current


class KeyReused(RygradError):
    """The same idempotency key with other content (422)."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            "key_reused",
            {"da": "nøglen er brugt til noget andet.", "en": "the key was used for something else."},
            {"da": "Brug en ny nøgle til en ny indførsel.", "en": "Use a new key for a new entry."},
        )


class StorageFull(RygradError):
    """The disk is full (507). Nothing of this was written; reading goes on."""

    status = 507

    def __init__(self) -> None:
        super().__init__(
            "storage_full",
            {"da": "disken er fuld; intet blev skrevet.", "en": "the disk is full; nothing was written."},
            {"da": "Skaf plads, og send igen med samme nøgle.", "en": "Make room, and send again with the same key."},
        )


class StorageFailed(RygradError):
    """The database could not write (503). When the commit itself failed, it may have been stored after all."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "storage_failed",
            {
                "da": "databasen svarede ikke på, om det blev skrevet.",
                "en": "the database did not say whether it was written.",
            },
            {
                "da": "Send igen med samme nøgle; det tæller kun én gang.",
                "en": "Send again with the same key; it counts once.",
            },
        )


class StorageBusy(RygradError):
    """Another process wrote for longer than one waits (503). Nothing of this was written."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "storage_busy",
            {"da": "journalen er optaget af en anden skrivning.", "en": "the record is busy with another write."},
            {"da": "Intet blev skrevet; prøv igen om lidt.", "en": "Nothing was written; try again in a while."},
        )


class ReadOnly(RygradError):
    """The database may not be written to (503)."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "read_only",
            {"da": "journalen er skrivebeskyttet.", "en": "the record is read-only."},
            {"da": "Se filens og mappens rettigheder.", "en": "See the rights of the file and its folder."},
        )
