"""A real OpenID provider, a real server of the site, and a browser that walks between them."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from tests.web.visitor import Form, forms_of

ROOT = Path(__file__).resolve().parents[2]
RYGRAD = Path(sys.executable).with_name("rygrad")
KEY = "a key for these tests and for nothing else"
_STARTS_WITHIN = 60
_PATIENCE = 60


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _running(command: list[Any], port: int, folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    said = folder / f"said-{port}.txt"
    with said.open("wb") as out:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, cwd=ROOT, stdout=out, stderr=out, stdin=subprocess.DEVNULL
        )
    try:
        until = time.monotonic() + _STARTS_WITHIN
        while not _answers(port):
            assert process.poll() is None and time.monotonic() < until, said.read_text()
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def provided(folder: Path, site: str, accounts: Mapping[str, Any], algorithm: str = "RS256") -> Iterator[str]:
    """A provider that knows these accounts, for a site at this address; its issuer."""
    port = free_port()
    environment = {"PROVIDER_ACCOUNTS": json.dumps(accounts), "PROVIDER_ALGORITHM": algorithm, "NODE_ENV": "test"}
    command = ["node", ROOT / "tests/web/provider.mjs", str(port), f"{site}/log-ind/retur"]
    with _running(command, port, folder, environment):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def served(folder: Path, url: str, port: int, issuer: str, **more: str) -> Iterator[None]:
    """`rygrad serve` on a record, told about a broker."""
    environment = {
        "DATABASE_URL": url,
        "RYGRAD_SECRET_KEY": KEY,
        "RYGRAD_OIDC_ISSUER": issuer,
        "RYGRAD_OIDC_CLIENT_ID": "rygrad",
        "RYGRAD_OIDC_CLIENT_SECRET": "hemmelig",
        "RYGRAD_OIDC_ROLES": "laege=general_practitioner, fys=physiotherapist, chef=administrator",
        **more,
    }
    with _running([RYGRAD, "serve", "--port", str(port)], port, folder, environment):
        yield


class Browser:
    """Cookies, and the way from the site to the provider and back."""

    def __init__(self, site: str, issuer: str) -> None:
        self.site, self.issuer = site, issuer
        self.session = requests.Session()
        self.session.trust_env = False

    def close(self) -> None:
        """Hang up."""
        self.session.close()

    def get(self, address: str, **options: Any) -> requests.Response:
        """A page, of the site unless the address is whole."""
        whole = address if address.startswith("http") else self.site + address
        return self.session.get(whole, timeout=_PATIENCE, **options)

    def send(self, form: Form, **fields: Any) -> requests.Response:
        """A form of the site, filled in."""
        return self.session.post(self.site + form.action, data=form.data(**fields), timeout=_PATIENCE)

    def form(self, page: requests.Response, action: str) -> Form:
        """The one form of a page that goes there."""
        (found,) = (form for form in forms_of(page.text) if form.action == action)
        return found

    def set_out(self, back: str = "") -> str:
        """The provider's address that the site sends one to."""
        query = f"?{urlencode({'next': back})}" if back else ""
        answer = self.get(f"/log-ind/organisation{query}", allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def arrive(self, address: str, account: str) -> str:
        """Log in at the provider; the address of the site it leads back to, not yet visited."""
        answer = self.get(f"{address}&login_hint={account}", allow_redirects=False)
        while not answer.headers["Location"].startswith(self.site):
            next_ = answer.headers["Location"]
            answer = self.get(next_ if next_.startswith("http") else self.issuer + next_, allow_redirects=False)
        return answer.headers["Location"]

    def log_in(self, account: str, back: str = "") -> requests.Response:
        """The whole way; the page one ends on."""
        return self.get(self.arrive(self.set_out(back), account))

    def spoil(self, how: str) -> None:
        """The provider's next tokens are wrong in this way; in none for an empty word."""
        assert self.get(f"{self.issuer}/spoil?how={how}").text == "ok"

    @property
    def is_inside(self) -> bool:
        """The first page is not the login page."""
        return not self.get("/", allow_redirects=False).headers["Location"].startswith("/log-ind")


def query_of(address: str) -> dict[str, str]:
    """What an address asks."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
