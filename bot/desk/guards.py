"""Makes the database itself refuse to change or delete audit entries. For migrations, and for tests that empty their database."""
from __future__ import annotations

ENTRY, CONTENT = "desk_auditentry", "desk_auditcontent"
_WORDS = "the audit log is append-only"


def install(connection) -> None:
    """Adds the triggers (SQLite, PostgreSQL). A superuser can take them away; then the chain still tells."""
    with connection.cursor() as cursor:
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


def drop(connection) -> None:
    """Takes the triggers away."""
    with connection.cursor() as cursor:
        for name, table in (("audit_entry_update", ENTRY), ("audit_entry_delete", ENTRY), ("audit_entry_truncate", ENTRY), ("audit_content_update", CONTENT)):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


def _refuse(name: str, event: str, table: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"


_SQLITE = (
    _refuse("audit_entry_update", "UPDATE", ENTRY), _refuse("audit_entry_delete", "DELETE", ENTRY), _refuse("audit_content_update", "UPDATE", CONTENT))
_POSTGRESQL = (
    f"CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{_WORDS}'; END $$",
    f"CREATE TRIGGER audit_entry_update BEFORE UPDATE ON {ENTRY} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    f"CREATE TRIGGER audit_entry_delete BEFORE DELETE ON {ENTRY} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    f"CREATE TRIGGER audit_entry_truncate BEFORE TRUNCATE ON {ENTRY} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    f"CREATE TRIGGER audit_content_update BEFORE UPDATE ON {CONTENT} FOR EACH ROW EXECUTE FUNCTION audit_refuse()")
