"""Rules about SQL, in .sql files and in the strings of C++."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.tidy.rule import Planted, Rule, in_appliance, in_room, matches_in_sql
from tests.tidy.source import Source, Text

SQL_CLOCKS = (r"\bCURRENT_(?:TIMESTAMP|DATE|TIME)\b|'now'"
              r"|\b(?:unixepoch|strftime|julianday|timediff)\s*\(")
CONFLICT = r"\bOR\s+(?:REPLACE|IGNORE)\b|\bON\s+CONFLICT\s+(?:REPLACE|IGNORE)\b|\bREPLACE\s+INTO\b"
ATTACH = r"\bATTACH\s+(?:DATABASE\b|'|\?|:)|\bATTACH\b\s+\w+\s+AS\b"
STATEMENT = (r"\bSELECT\b(?=[\s\S]*\bFROM\b)|\bINSERT\s+INTO\b|\bUPDATE\s+\w+\s+SET\b"
             r"|\bDELETE\s+FROM\b|\bPRAGMA\s+\w+|\bCREATE\s+(?:TABLE|VIEW|TRIGGER|UNIQUE|INDEX)\b"
             r"|\bBEGIN\s+IMMEDIATE\b")
CREATE_TABLE = re.compile(r"\bCREATE\s+(?:TEMP(?:ORARY)?\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"
                          r"([\w.\"]+)([^;]*)", re.IGNORECASE)


def in_radius(source: Source) -> bool:
    """FreeRADIUS judges by itself while the daemon is away, so its query must ask the clock."""
    return source.path.startswith("radius/")


def holds_sql(source: Source) -> bool:
    return (source.is_sql or in_appliance(source)) and not in_radius(source)


def loose_tables(source: Source) -> Iterator[Text]:
    for piece in source.sql_texts:
        for match in CREATE_TABLE.finditer(piece.text):
            definition = match.group(2)
            options = definition[definition.rfind(")") + 1:]
            if not re.search(r"\bSTRICT\b", options, re.IGNORECASE):
                line = piece.line + piece.text.count("\n", 0, match.start())
                yield Text(line, f"table {match.group(1)} is not STRICT")


def stray_sql_files(source: Source) -> Iterator[Text]:
    if source.text.strip():
        yield Text(1, "a .sql file")


def sql_outside_storage(source: Source) -> Iterator[Text]:
    find = stray_sql_files if source.is_sql else matches_in_sql(STATEMENT)
    yield from find(source)


SQL_RULES = [
    Rule("sql-clock", "the daemon's time is passed in as a parameter",
         holds_sql, matches_in_sql(SQL_CLOCKS, re.IGNORECASE),
         (Planted("appliance/storage/a.sql", "SELECT unixepoch();", "-- unixepoch()\nSELECT 1;"),
          Planted("appliance/storage/a.sql", "x INTEGER DEFAULT CURRENT_TIMESTAMP", "x INTEGER"),
          Planted("appliance/storage/a.cpp", 'run("SELECT datetime(\'now\')");',
                  'run("SELECT ?1"); strftime(buffer, 9, "%F", &tm);'))),
    Rule("sql-conflict", "history is append-only, and these two hide or undo what happened",
         holds_sql, matches_in_sql(CONFLICT, re.IGNORECASE),
         (Planted("appliance/storage/a.cpp", 'run("INSERT OR REPLACE INTO t VALUES (1)");',
                  'run("INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 1");'),
          Planted("appliance/storage/a.cpp", 'run("insert "\n    "or ignore into t values (1)");',
                  'run("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING");'),
          Planted("appliance/storage/a.sql", "a INTEGER UNIQUE ON CONFLICT REPLACE",
                  "SELECT RAISE(IGNORE); -- OR IGNORE"))),
    Rule("sql-attach", "a fault in one file must not fail a transaction in the other",
         holds_sql, matches_in_sql(ATTACH, re.IGNORECASE),
         (Planted("appliance/storage/a.cpp", 'run("ATTACH DATABASE ?1 AS radius");',
                  'say("attached to the bridge");'),
          Planted("appliance/storage/a.sql", "ATTACH 'radius.db' AS r;", "-- ATTACH 'x'\n"))),
    Rule("sql-outside-storage", "all SQL lives in storage, so that the engine can change there",
         lambda source: in_appliance(source) and not in_room(source, "storage"),
         sql_outside_storage,
         (Planted("appliance/usecases/a.cpp", 'run("SELECT a FROM b");',
                  'say("Select a plan from the list"); // SELECT a FROM b'),
          Planted("appliance/http/a.cpp", 'run(R"(INSERT INTO\n b VALUES (1))");', "insert_into(b);"),
          Planted("appliance/jobs/a.cpp", 'run("UPDATE b SET a = 1");', 'say("update b");'),
          Planted("appliance/jobs/a.cpp", 'run("DELETE " "FROM b");', 'say("delete it");'),
          Planted("appliance/domain/a.sql", "SELECT 1;", ""))),
    Rule("sql-strict", "a table that is not STRICT stores text where a number belongs",
         lambda source: in_room(source, "storage") or (source.is_sql and not in_radius(source)),
         loose_tables,
         (Planted("appliance/storage/a.sql", "CREATE TABLE a (b INTEGER CHECK (b > 0));",
                  "CREATE TABLE a (b INTEGER) STRICT;\nCREATE TABLE c (d TEXT PRIMARY KEY)\n"
                  "WITHOUT ROWID, STRICT;"),
          Planted("appliance/storage/a.cpp", 'run("CREATE TABLE a (b INTEGER)");',
                  'run("CREATE TABLE a (b INTEGER) STRICT");'))),
]
