"""A notice is read and marked by the person it is for, and by nobody else; anybody's change may leave one.

Only the two rights that reading needs are walled by the person: a change of one side leaves notices for people of
the other, whom its scope does not name.
"""

from typing import ClassVar

from django.db import migrations

from portal.lib import walls

OWN = f"person_id = {walls.PERSON}"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(
            f"""
ALTER TABLE accounts_notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY left_by_anybody ON accounts_notice FOR INSERT WITH CHECK (true);
CREATE POLICY read_by_its_person ON accounts_notice FOR SELECT USING ({OWN});
CREATE POLICY marked_by_its_person ON accounts_notice FOR UPDATE USING ({OWN}) WITH CHECK ({OWN});
CREATE POLICY removed_by_its_person ON accounts_notice FOR DELETE USING ({OWN});
""",
            """
DROP POLICY removed_by_its_person ON accounts_notice;
DROP POLICY marked_by_its_person ON accounts_notice;
DROP POLICY read_by_its_person ON accounts_notice;
DROP POLICY left_by_anybody ON accounts_notice;
ALTER TABLE accounts_notice DISABLE ROW LEVEL SECURITY;
""",
        )
    ]
