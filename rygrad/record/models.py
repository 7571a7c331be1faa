"""The record's tables. The journal and the access log are only added to; tasks and relations follow from the journal.

Every text is kept as it came; lengths and forms are checked where people and entries come in, so that both databases
keep alike. Databases sort, case and count nothing that belongs to the domain.
"""

from django.db import models
from django.db.models import Q


def _key(**options: object) -> models.TextField:
    return models.TextField(primary_key=True, **options)


class Person(models.Model):
    """A citizen or relative. ``id`` is opaque and says nothing; ``is_invented`` marks demo citizens."""

    id = _key()
    name = models.TextField()
    born_on = models.DateField(null=True)
    municipality_code = models.TextField(null=True)
    is_invented = models.BooleanField(default=False)
    linked_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="linked")


class Identifier(models.Model):
    """A dated identifier of a person: ``cpr``, ``ecpr`` or another system. Checked for form only."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="identifiers")
    system = models.TextField()
    value = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "value", "valid_from"], name="identifier_once")]


class Organisation(models.Model):
    """A practice, clinic, hospital unit, municipality, employment service or region; its names are dated."""

    id = _key()
    kind = models.TextField()
    sor_code = models.TextField(null=True)
    ydernummer = models.TextField(null=True)
    municipality_code = models.TextField(null=True)


class OrganisationName(models.Model):
    """What an organisation is called, from and until (included)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="names")
    name = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)


class Professional(models.Model):
    """A named professional; ``user`` is the login name, ``authorisation`` the id of the national register."""

    id = _key()
    user = models.TextField(unique=True)
    name = models.TextField()
    profession = models.TextField()
    authorisation = models.TextField(null=True)


class Membership(models.Model):
    """A professional works in an organisation, in one role, from and until (included)."""

    professional = models.ForeignKey(Professional, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="members")
    role = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)


class Offer(models.Model):
    """What an organisation offers in the programme, dated: who owns and delivers it, what it takes, how long one waits.

    Rows of one ``offer`` follow each other and never overlap.
    """

    id = models.BigAutoField(primary_key=True)
    offer = models.TextField()
    effort = models.TextField()
    name = models.TextField()
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="owned_offers")
    delivered_by = models.ForeignKey(Organisation, models.PROTECT, related_name="delivered_offers")
    takes = models.TextField(default="")
    preconditions = models.TextField(default="")
    does_not_take = models.TextField(default="")
    phone = models.TextField(default="")
    waiting_weeks = models.IntegerField(null=True)
    waiting_checked_on = models.DateField(null=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)


class ContentVersion(models.Model):
    """The bytes of a programme's content, kept so that every stored decision can be replayed."""

    sha256 = _key()
    pathway = models.TextField()
    version = models.TextField()
    files = models.TextField()


class Activation(models.Model):
    """From this instant the content decides; two named persons stand behind it."""

    content = models.ForeignKey(ContentVersion, models.PROTECT)
    at = models.DateTimeField(unique=True)
    by = models.TextField()
    also_by = models.TextField()


class Course(models.Model):
    """One episode in the programme. All but ``person`` and ``opened_at`` follows from the journal (last write)."""

    id = _key()
    person = models.ForeignKey(Person, models.PROTECT, related_name="courses")
    opened_at = models.DateTimeField()
    version = models.IntegerField()
    state = models.TextField()
    holder = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="held")
    group = models.TextField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["holder", "state"], name="course_by_holder")]


class CareRelationship(models.Model):
    """A course and an organisation, from and until (included), on a basis. Follows from the journal."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="relationships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    basis = models.TextField()
    parts = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "course"], name="relationship_by_place")]


class Sharing(models.Model):
    """What a citizen shares with a relative: which parts, from and until (included). Follows from the journal."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="sharings")
    relative = models.ForeignKey(Person, models.PROTECT, related_name="+")
    parts = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField()


class Entry(models.Model):
    """One entry of the journal. Never changed, never deleted; a correction is another entry.

    Of a course erased by law the body has given way to its hash (``erasure``), and the salt of that is gone.
    """

    seq = models.BigIntegerField(primary_key=True)
    stream = models.TextField()
    version = models.IntegerField()
    id = models.TextField(unique=True)
    key = models.TextField()
    type = models.TextField()
    schema_version = models.IntegerField()
    valid_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor = models.TextField()
    role = models.TextField()
    on_behalf_of = models.TextField(null=True)
    organisation = models.TextField(null=True)
    purpose = models.TextField()
    content_sha256 = models.TextField()
    engine = models.TextField()
    body = models.TextField()
    salt = models.TextField(default="")
    previous = models.TextField()
    hash = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "version"], name="entry_version_once"),
            models.UniqueConstraint(fields=["actor", "key"], name="entry_key_once"),
        ]
        indexes = [models.Index(fields=["recorded_at"], name="entry_by_time")]


class Look(models.Model):
    """One line of the access log: who saw what of whom, where from, and on which basis. Chained like the journal."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.TextField()
    role = models.TextField()
    organisation = models.TextField(null=True)
    person = models.TextField()
    course = models.TextField(null=True)
    what = models.TextField()
    basis = models.TextField()
    reason = models.TextField(null=True)
    channel = models.TextField()
    previous = models.TextField()
    hash = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["person", "seq"], name="look_by_person")]


class Change(models.Model):
    """What an administrator did: never changed, never deleted. ``detail`` is canonical JSON; no citizen's data."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.TextField()
    what = models.TextField()
    about = models.TextField()
    detail = models.TextField()


class Head(models.Model):
    """Where a chain ends: ``journal`` or ``looks``. Moved on with every row, so that a tail that is gone is missed."""

    chain = _key()
    seq = models.BigIntegerField()
    hash = models.TextField()
    at = models.DateTimeField()


class Task(models.Model):
    """One thing an organisation is to act on, on a course: a projection, dated on both axes. ``rank`` 0 presses most.

    It is on the list from ``due_on`` until ``until_on`` (included), as was known from ``entered_at`` until ``left_at``.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="tasks")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    why = models.TextField()
    rank = models.IntegerField()
    subject = models.TextField()
    since_on = models.DateField()
    due_on = models.DateField()
    until_on = models.DateField(null=True)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "rank", "due_on", "id"], condition=Q(left_at=None), name="task_now_by_place"
            ),
            models.Index(fields=["organisation", "entered_at"], name="task_then_by_place"),
        ]
