"""The index of words (bot/desk/search.py), which is not a Django model: its two forms have nothing in common."""
from django.db import migrations

POSTGRESQL = """
create table desk_search (message_id bigint primary key, conversation_id bigint not null, words tsvector not null);
create index desk_search_words on desk_search using gin (words) with (fastupdate = off);
create function desk_search_forget() returns trigger language plpgsql as $$
begin
    if tg_op = 'TRUNCATE' then
        truncate desk_search;
    else
        delete from desk_search where message_id = old.id;
    end if;
    return null;
end $$;
create trigger desk_search_deleted after delete on conversations_message for each row execute function desk_search_forget();
create trigger desk_search_rewritten after update of text on conversations_message for each row
    when (old.text is distinct from new.text) execute function desk_search_forget();
create trigger desk_search_emptied after truncate on conversations_message for each statement execute function desk_search_forget();
"""
SQLITE = (
    "create virtual table desk_search using fts5(words, conversation_id unindexed, detail='none')",
    "create trigger desk_search_deleted after delete on conversations_message begin delete from desk_search where rowid = old.id; end",
    "create trigger desk_search_rewritten after update of text on conversations_message when old.text is not new.text begin delete from desk_search where rowid = old.id; end",
)
UNDO = {
    "postgresql": ("drop table desk_search", "drop function desk_search_forget() cascade"),
    "sqlite": ("drop trigger desk_search_deleted", "drop trigger desk_search_rewritten", "drop table desk_search"),
}


def make(apps, schema_editor):
    statements = (POSTGRESQL,) if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement, params=None)


def undo(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0002_people'),
        ('conversations', '0001_initial'),
    ]

    operations = [migrations.RunPython(make, undo)]
