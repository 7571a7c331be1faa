"""Addresses of what is ours and what is Denmark's: canonical base, code systems, identifier systems, profiles."""

CANONICAL = "https://rygrad.example/fhir"
"""The base of everything we define. ``.example`` is nobody's: a region that publishes puts its own in its place."""

FHIR_VERSION = "4.0.1"
DK = "http://hl7.dk/fhir/core"
CPR = "urn:oid:1.2.208.176.1.2"
X_ECPR = "urn:oid:1.2.208.176.1.6.1.1"
SOR = "urn:oid:1.2.208.176.1.1"
YDERNUMMER = "urn:oid:1.2.208.176.1.4"
MUNICIPALITY = f"{DK}/CodeSystem/dk-core-municipality-codes"
AUTHORISATION = "https://autregweb.sst.dk"
ICPC2 = "urn:oid:1.2.208.176.2.31"
SKS_D = "urn:oid:1.2.208.176.2.4.12"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
DATA_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
EPISODE_OF = "http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare"


def code_system(name: str) -> str:
    """One of our code systems: ``facts``, ``answers``, ``groups``, ``efforts``, ``interventions`` …"""
    return f"{CANONICAL}/CodeSystem/{name}"


def identifier_system(name: str) -> str:
    """One of our identifier systems: ``demo`` for invented citizens, ``course``, ``entry``, ``key`` …"""
    return f"{CANONICAL}/identifier/{name}"


def extension(name: str) -> str:
    """One of our extensions."""
    return f"{CANONICAL}/StructureDefinition/{name}"


def profile(name: str) -> str:
    """A Danish core profile: ``dk-core-patient`` …"""
    return f"{DK}/StructureDefinition/{name}"


def id_of(word: str) -> str:
    """A word of the content as a FHIR id, which holds no underscore."""
    return word.replace("_", "-")
