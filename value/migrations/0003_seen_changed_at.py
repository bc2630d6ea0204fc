"""Standings remember which change of the relationship they have seen.

A moment of computation would not do: a change that was begun before a score and committed after it would be lost.
"""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("value", "0002_walls")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="standing",
            name="seen_changed_at",
            field=models.DateTimeField(
                help_text="The relationship's changed_at that the score has seen; another one asks for a new score.",
                null=True,
            ),
        ),
    ]
