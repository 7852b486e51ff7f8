"""A conference may be held in any language that there is a catalogue for."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NAME = "ck_conference_language"
TWO = "\"language\" IN ('sv', 'en')"
ANY = 'length("language") BETWEEN 2 AND 3'


def upgrade() -> None:
    _replace(TWO, ANY)


def downgrade() -> None:
    op.execute(f"UPDATE conference SET \"language\" = 'en' WHERE NOT {TWO}")
    _replace(ANY, TWO)


def _replace(old: str, new: str) -> None:
    """Give a conference's language another constraint.

    SQLite can alter one only by making the table anew. Dropping the old table would delete everything that refers to
    it, for foreign keys cannot be turned off within a transaction. So its text is changed, as sqlite.org tells for
    what has no effect on the stored rows (lang_altertable.html).
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f(NAME), "conference", type_="check")
        op.create_check_constraint(op.f(NAME), "conference", new)
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'conference'", (old, new)
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
