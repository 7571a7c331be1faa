"""The neighbours' tables: who may ask, which signed messages were used, which advice was given. No citizen's data."""

from django.db import models


class ApiClient(models.Model):
    """A system that may ask: for one organisation, answered for by one professional (``user``), with its public keys.

    ``keys`` is its JSON Web Key Set; ``scopes`` what it may ask for, separated by spaces. Ended ones are kept.
    """

    id = models.TextField(primary_key=True)
    name = models.TextField()
    organisation = models.TextField()
    user = models.TextField()
    keys = models.TextField()
    scopes = models.TextField()
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class UsedAssertion(models.Model):
    """A signed message that was accepted: it is not accepted again until it has expired by itself."""

    issuer = models.TextField()
    jti = models.TextField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "jti"], name="assertion_once")]


class Advice(models.Model):
    """One card that a CDS service gave: by which content, and what it concluded. Nothing about whom."""

    id = models.TextField(primary_key=True)
    service = models.TextField()
    at = models.DateTimeField()
    content_sha256 = models.TextField()
    engine = models.TextField()
    about = models.TextField()
    state = models.TextField()


class Feedback(models.Model):
    """What became of a card: accepted or overridden, with reason and comment."""

    advice = models.ForeignKey(Advice, models.PROTECT, related_name="feedback")
    at = models.DateTimeField()
    outcome = models.TextField()
    outcome_at = models.DateTimeField()
    reason = models.TextField(default="")
    comment = models.TextField(default="")
    accepted_suggestions = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["advice", "outcome", "outcome_at"], name="feedback_once")]
