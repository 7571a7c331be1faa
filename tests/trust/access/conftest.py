"""Databases from the record's templates."""

from tests.record.conftest import databases

__all__ = ["databases"]
