"""`rygrad client …`: from a pair of keys to a system that may ask, and to one that may no longer."""

import json
import re
import shlex
import shutil
import sqlite3
import stat
from pathlib import Path

import jwt
import pytest

from tests.interfaces.command import Ran, rygrad

ENVIRONMENT = {"RYGRAD_SECRET_KEY": "x" * 50, "RYGRAD_ADDRESS": "https://rygrad.example"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a record with one administrator at a region, and a pair of keys."""
    folder = tmp_path_factory.mktemp("made")
    option = ["--database", f"sqlite:///{folder}/record.sqlite3"]
    assert rygrad("record", "create", *option).code == 0
    added = rygrad("user", "add", "gustav", "--name", "Gustav Demo", "--region", "Region Demo", *option, **ENVIRONMENT)
    assert added.code == 0, added.err
    assert rygrad("client", "key", folder / "demo").code == 0
    return folder


@pytest.fixture
def database(made: Path, tmp_path: Path) -> list[str]:
    """The option that opens a copy of the record."""
    shutil.copy(made / "record.sqlite3", tmp_path)
    return ["--database", f"sqlite:///{tmp_path}/record.sqlite3"]


@pytest.fixture
def keys(made: Path) -> Path:
    """How the names of a pair of keys begin."""
    return made / "demo"


def region(database: list[str]) -> str:
    """The id of the one organisation."""
    file = database[1].removeprefix("sqlite:///")
    with sqlite3.connect(file) as connection:
        (found,) = connection.execute("SELECT id FROM record_organisation").fetchone()
    connection.close()
    return str(found)


def add(database: list[str], pair: Path, **changed: str) -> Ran:
    """Register a system."""
    options = {"user": "gustav", "keys": f"{pair}.jwks.json", "scopes": "system/*.rs"} | changed
    options.setdefault("organisation", region(database))
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return rygrad("client", "add", "Demo EPJ", *words, *database)


@pytest.mark.long
def test_a_system_is_registered_listed_given_other_keys_and_ended(
    database: list[str], keys: Path, tmp_path: Path
) -> None:
    added = add(database, keys)
    assert (added.code, added.err) == (0, "")
    system = added.out.strip()
    public = json.loads(Path(f"{keys}.jwks.json").read_text())["keys"][0]
    listed = ["Demo EPJ", "Region Demo", "gustav", "system/*.rs", public["kid"]]
    assert rygrad("client", "list", *database).out == "\t".join([system, *listed, "i kraft"]) + "\n"
    assert rygrad("client", "key", tmp_path / "other").code == 0
    assert rygrad("client", "keys", system, tmp_path / "other.jwks.json", *database).code == 0
    assert public["kid"] not in rygrad("client", "list", *database).out
    assert rygrad("client", "end", system, *database).code == 0
    assert rygrad("client", "list", *database, "--lang", "en").out.endswith("\tended\n")
    for again in (["end", system], ["keys", system, f"{keys}.jwks.json"], ["end", "s-unknown"]):
        ran = rygrad("client", *again, *database)
        assert (ran.code, "rygrad client list" in ran.err) == (2, True), ran.err


@pytest.mark.long
def test_the_secret_key_is_its_owners_alone_and_no_file_is_overwritten(keys: Path) -> None:
    secret, public = Path(f"{keys}.private.jwk"), Path(f"{keys}.jwks.json")
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert "d" in json.loads(secret.read_text())
    assert set(json.loads(public.read_text())["keys"][0]) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    before = secret.read_text()
    again = rygrad("client", "key", keys)
    assert (again.code, "Traceback" in again.err) == (2, False)
    assert secret.read_text() == before


@pytest.mark.parametrize("subject", ["", "gustav"])
def test_a_token_request_is_signed_for_this_address_without_any_record(
    keys: Path, tmp_path: Path, subject: str
) -> None:
    chosen = ["--subject", subject, "--scopes", "system/Task.r; rm 'x'"] if subject else []
    before = sorted(tmp_path.iterdir())
    ran = rygrad("client", "token", "s-1", "--key", f"{keys}.private.jwk", *chosen, cwd=tmp_path, **ENVIRONMENT)
    assert ran.code == 0, ran.err
    assert sorted(tmp_path.iterdir()) == before
    assertion, _, call = ran.out.split("\n")[:3]
    key = jwt.PyJWK(json.loads(Path(f"{keys}.jwks.json").read_text())["keys"][0])
    claims = jwt.decode(assertion, key, algorithms=["ES384"], audience="https://rygrad.example/oauth/token")
    assert (claims["iss"], claims["sub"], bool(claims["jti"])) == ("s-1", "s-1", True)
    said = {"extensions": {"hl7-b2b": {"version": "1", "subject_id": subject}}} if subject else {}
    assert {name: claims[name] for name in claims if name == "extensions"} == said
    words = shlex.split(call)
    assert words[:3] == ["curl", "-sS", "https://rygrad.example/oauth/token"]
    assert f"client_assertion={assertion}" in words
    assert f"scope={chosen[3] if chosen else 'system/*.rs'}" in words
    assert json.loads(Path(f"{keys}.private.jwk").read_text())["d"] not in ran.out


@pytest.mark.long
def test_a_secret_key_is_not_registered(database: list[str], keys: Path, tmp_path: Path) -> None:
    file = tmp_path / "both.json"
    file.write_text(json.dumps({"keys": [json.loads(Path(f"{keys}.private.jwk").read_text())]}))
    ran = add(database, keys, keys=str(file))
    assert ran.code == 2
    assert "hemmelig nøgle" in ran.err
    assert rygrad("client", "list", *database).out == ""


@pytest.mark.long
def test_what_will_not_do_is_said(database: list[str], keys: Path) -> None:
    for name, value, says in (
        ("user", "nobody", "arbejder ikke"),
        ("organisation", "o-unknown", "enheden findes ikke"),
        ("scopes", "everything", "omfanget"),
        ("keys", "nothing.json", "nothing.json"),
    ):
        ran = add(database, keys, **{name: value})
        assert (ran.code, says in ran.err, "Traceback" in ran.err) == (2, True, False), ran.err


@pytest.mark.long
def test_a_file_that_is_no_key_is_said_to_be_none(keys: Path, tmp_path: Path) -> None:
    for name, content in {
        "text": b"hej",
        "bytes": b"\xff",
        "list": b"[]",
        "other": b'{"kty": "oct", "k": "AA"}',
    }.items():
        file = tmp_path / name
        file.write_bytes(content)
        ran = rygrad("client", "token", "s-1", "--key", file, **ENVIRONMENT)
        assert (ran.code, "Traceback" in ran.err) == (2, False), ran.err
    public = rygrad("client", "token", "s-1", "--key", f"{keys}.jwks.json", **ENVIRONMENT)
    assert public.code == 2


def test_every_command_says_what_it_does_in_both_languages() -> None:
    for lang, word in (("da", "nøgle"), ("en", "key")):
        told = rygrad("client", "--help", "--lang", lang).flat
        assert word in told
        assert set(re.findall(r"(?m)\b(add|list|keys|end|key|token)\b", told)) == {
            "add",
            "list",
            "keys",
            "end",
            "key",
            "token",
        }


def test_what_became_of_cards_is_said_by_kind(database: list[str]) -> None:
    assert rygrad("client", "cards", *database).out == "Ingen kort er givet.\n"
    at = "2026-03-02 10:00:00"
    cards = [(f"card-{n}", "rygrad-order-sign", at, "x", "x", "imaging", "not_yet") for n in range(3)]
    said = [
        (at, "overridden", at, "https://rygrad.example|citizens-wish", "", "", "card-0"),
        (at, "overridden", at, "their own|busy", "", "", "card-1"),
    ]
    with sqlite3.connect(database[1].removeprefix("sqlite:///")) as connection:
        connection.executemany(
            "INSERT INTO fhir_advice (id, service, at, content_sha256, engine, about, state) VALUES (?, ?, ?, ?, ?, ?, ?)",
            cards,
        )
        connection.executemany(
            "INSERT INTO fhir_feedback (at, outcome, outcome_at, reason, comment, accepted_suggestions, advice_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            said,
        )
    connection.close()
    (_, told) = rygrad("client", "cards", "--since", "2026-03-02", *database, "--lang", "en").out.splitlines()
    assert told.split("\t") == [
        *("rygrad-order-sign", "imaging", "not_yet", "3", "0", "2", "100", "The citizen's wish (1), busy (1)"),
    ]
    assert rygrad("client", "cards", "--since", "2026-03-03", *database).out == "Ingen kort er givet.\n"
