"""The tables of the pages' own: saved lists."""
