"""The Danish alphabet: æ, ø and å (also written aa) stand last. Databases sort otherwise, and not alike."""

import unicodedata

_LAST = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}", "ü": "y"})


def danish_order(text: str) -> tuple[str, str]:
    """What to sort this text by; capitals and accents only count between texts that are otherwise the same."""
    plain = unicodedata.normalize("NFC", text).casefold().replace("aa", "å").translate(_LAST)
    bare = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    return bare, text
