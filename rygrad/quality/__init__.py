"""Indicators over the region's tables: definitions, counts, disclosure control, limits, and the one table of them."""
