"""The FHIR package: the resources as an npm package's files, always the same bytes for the same content."""

import gzip
import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

from rygrad.fhir.artefacts.artefact import PUBLISHER, is_signed
from rygrad.fhir.artefacts.cql import libraries
from rygrad.fhir.artefacts.guide import CORE, package_name
from rygrad.fhir.artefacts.programme import resources
from rygrad.fhir.artefacts.wording import Part
from rygrad.fhir.names import CANONICAL, FHIR_VERSION
from rygrad.pathway.pathway import Pathway

MANIFEST, INDEX = "package/package.json", "package/.index.json"
_INDEXED = ("resourceType", "id", "url", "version", "kind")


def files(pathway: Pathway) -> dict[str, bytes]:
    """What the export writes, by path: the package's folder, the CQL as text, and the package packed as ``.tgz``."""
    made = resources(pathway)
    packed = {MANIFEST: _json(_manifest(pathway)), INDEX: _json(_index(made))}
    packed |= {f"package/{_file_name(one)}": _json(one) for one in made}
    texts = {f"cql/{name}.cql": text.encode() for name, text in libraries(pathway).items()}
    archive = f"{package_name(pathway)}-{pathway.identity.version}.tgz"
    return {**packed, **texts, archive: gzip.compress(tar(packed), mtime=0)}


def tar(packed: Mapping[str, bytes]) -> bytes:
    """The files as an uncompressed archive that carries no time, owner or machine."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in packed.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return written.getvalue()


def _file_name(resource: Part) -> str:
    return f"{resource['resourceType']}-{resource['id']}.json"


def _manifest(pathway: Pathway) -> Part:
    identity = pathway.identity
    return {
        "name": package_name(pathway),
        "version": identity.version,
        "type": "IG",
        "canonical": CANONICAL,
        "url": CANONICAL,
        "title": identity.title.en,
        "description": f"{identity.title.da}. FHIR R4, CQL. Content {identity.sha256}.",
        "fhirVersions": [FHIR_VERSION],
        "dependencies": {CORE: FHIR_VERSION},
        "author": PUBLISHER,
        "license": "Apache-2.0",
        "jurisdiction": "urn:iso:std:iso:3166#DK",
        "directories": {"lib": "package"},
        **({} if is_signed(pathway) else {"notForPublication": True}),
    }


def _index(made: list[Part]) -> Part:
    listed = [{"filename": _file_name(one)} | {key: one[key] for key in _INDEXED if key in one} for one in made]
    return {"index-version": 1, "files": listed}


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()
