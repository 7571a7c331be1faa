"""Names of regions and municipalities by their public codes; what is not listed is called by its code."""

REGIONS = {
    "DK-81": "Region Nordjylland",
    "DK-82": "Region Midtjylland",
    "DK-83": "Region Syddanmark",
    "DK-84": "Region Hovedstaden",
    "DK-85": "Region Sjælland",
}
# The municipalities of Region Sjælland. Another region's stand in its table of units.
MUNICIPALITIES = {
    "0253": "Greve",
    "0259": "Køge",
    "0265": "Roskilde",
    "0269": "Solrød",
    "0306": "Odsherred",
    "0316": "Holbæk",
    "0320": "Faxe",
    "0326": "Kalundborg",
    "0329": "Ringsted",
    "0330": "Slagelse",
    "0336": "Stevns",
    "0340": "Sorø",
    "0350": "Lejre",
    "0360": "Lolland",
    "0370": "Næstved",
    "0376": "Guldborgsund",
    "0390": "Vordingborg",
}
_ALPHABET = {letter: chr(ord("z") + n) for n, letter in enumerate("æøå", start=1)}


def danish_order(name: str) -> tuple[str, str]:
    """A key to sort names by as a Danish reader expects: æ, ø, å last, aa as å."""
    folded = name.casefold().replace("aa", "å")
    return "".join(_ALPHABET.get(letter, letter) for letter in folded), name
