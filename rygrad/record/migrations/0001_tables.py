"""The tables of the record."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Persons, organisations, courses, the journal, the access log, and what follows from them."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ContentVersion",
            fields=[
                ("sha256", models.TextField(primary_key=True, serialize=False)),
                ("pathway", models.TextField()),
                ("version", models.TextField()),
                ("files", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("chain", models.TextField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("hash", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("sor_code", models.TextField(null=True)),
                ("ydernummer", models.TextField(null=True)),
                ("municipality_code", models.TextField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Professional",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("user", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("profession", models.TextField()),
                ("authorisation", models.TextField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Activation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(unique=True)),
                ("by", models.TextField()),
                ("also_by", models.TextField()),
                ("content", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="record.contentversion")),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("stream", models.TextField()),
                ("version", models.IntegerField()),
                ("id", models.TextField(unique=True)),
                ("key", models.TextField()),
                ("type", models.TextField()),
                ("schema_version", models.IntegerField()),
                ("valid_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.TextField()),
                ("role", models.TextField()),
                ("on_behalf_of", models.TextField(null=True)),
                ("organisation", models.TextField(null=True)),
                ("purpose", models.TextField()),
                ("content_sha256", models.TextField()),
                ("engine", models.TextField()),
                ("body", models.TextField()),
                ("previous", models.TextField()),
                ("hash", models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["recorded_at"], name="entry_by_time")],
                "constraints": [
                    models.UniqueConstraint(fields=("stream", "version"), name="entry_version_once"),
                    models.UniqueConstraint(fields=("actor", "key"), name="entry_key_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor", models.TextField()),
                ("role", models.TextField()),
                ("organisation", models.TextField(null=True)),
                ("person", models.TextField()),
                ("course", models.TextField(null=True)),
                ("what", models.TextField()),
                ("basis", models.TextField()),
                ("reason", models.TextField(null=True)),
                ("channel", models.TextField()),
                ("previous", models.TextField()),
                ("hash", models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["person", "seq"], name="look_by_person")],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("offer", models.TextField()),
                ("effort", models.TextField()),
                ("name", models.TextField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                (
                    "delivered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delivered_offers",
                        to="record.organisation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owned_offers",
                        to="record.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OrganisationName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="names", to="record.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("born_on", models.DateField(null=True)),
                ("is_invented", models.BooleanField(default=False)),
                (
                    "linked_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="linked",
                        to="record.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Course",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("opened_at", models.DateTimeField()),
                ("version", models.IntegerField()),
                ("state", models.TextField()),
                ("group", models.TextField(null=True)),
                ("ended_on", models.DateField(null=True)),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held",
                        to="record.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="courses", to="record.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.TextField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="record.organisation"
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="record.professional",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sharing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("parts", models.TextField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField()),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sharings", to="record.course"
                    ),
                ),
                (
                    "relative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="record.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", models.TextField()),
                ("rank", models.IntegerField()),
                ("subject", models.TextField()),
                ("since_on", models.DateField()),
                ("due_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("entered_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="record.course"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="record.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CareRelationship",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("basis", models.TextField()),
                ("parts", models.TextField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="relationships", to="record.course"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="record.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "course"], name="relationship_by_place")],
            },
        ),
        migrations.CreateModel(
            name="Identifier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system", models.TextField()),
                ("value", models.TextField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="identifiers", to="record.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("system", "value", "valid_from"), name="identifier_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="course",
            index=models.Index(fields=["holder", "state"], name="course_by_holder"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("left_at", None)),
                fields=["organisation", "rank", "due_on", "id"],
                name="task_now_by_place",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["organisation", "entered_at"], name="task_then_by_place"),
        ),
    ]
