"""Clients, used assertions, advice and feedback."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The first tables of the neighbours."""

    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Advice",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("service", models.TextField()),
                ("at", models.DateTimeField()),
                ("content_sha256", models.TextField()),
                ("engine", models.TextField()),
                ("about", models.TextField()),
                ("state", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="ApiClient",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("organisation", models.TextField()),
                ("user", models.TextField()),
                ("keys", models.TextField()),
                ("scopes", models.TextField()),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="UsedAssertion",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issuer", models.TextField()),
                ("jti", models.TextField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("issuer", "jti"), name="assertion_once")],
            },
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("outcome", models.TextField()),
                ("outcome_at", models.DateTimeField()),
                ("reason", models.TextField(default="")),
                ("comment", models.TextField(default="")),
                ("accepted_suggestions", models.TextField(default="")),
                (
                    "advice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="feedback", to="fhir.advice"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("advice", "outcome", "outcome_at"), name="feedback_once")
                ],
            },
        ),
    ]
