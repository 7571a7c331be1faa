"""The region's numbers for its templates; what may not be shown never becomes a number here."""

from django import template

from rygrad.web.region import numbers

register = template.Library()
register.filter("rate", numbers.rate)
register.filter("rate_words", numbers.rate_in_words)
register.filter("count", numbers.count)
register.filter("number", numbers.number)
register.filter("limits", numbers.limits)


@register.filter(name="with")
def with_more(query: str, more: str) -> str:
    """An address's query with one more field: ``?kommune=0259&tabel=steder``."""
    return f"{query}&{more}" if query else f"?{more}"
