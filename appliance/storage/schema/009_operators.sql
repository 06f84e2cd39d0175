-- Branches, who may see which, second factors, where people sign in from, the first start.

CREATE TABLE site (               -- a branch; routers and subscribers belong to one or to none
  id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (name <> ''), note TEXT,
  created_at INTEGER NOT NULL) STRICT;
ALTER TABLE subscriber ADD COLUMN site_id INTEGER REFERENCES site(id);
CREATE INDEX subscriber_site ON subscriber(site_id) WHERE site_id IS NOT NULL;
ALTER TABLE router ADD COLUMN site_id INTEGER REFERENCES site(id);

CREATE TABLE operator_site (      -- an operator with rows here sees these sites and nothing else
  operator_id INTEGER NOT NULL REFERENCES operator(id),
  site_id INTEGER NOT NULL REFERENCES site(id),
  PRIMARY KEY (operator_id, site_id)) STRICT, WITHOUT ROWID;

ALTER TABLE operator ADD COLUMN totp_secret_id INTEGER REFERENCES secret(id);
ALTER TABLE operator ADD COLUMN totp_confirmed_at INTEGER; -- NULL: begun, not asked for yet
ALTER TABLE operator ADD COLUMN totp_last_step INTEGER NOT NULL DEFAULT 0; -- no code works twice
CREATE TABLE recovery_code (      -- each works once in place of a code of the phone
  operator_id INTEGER NOT NULL REFERENCES operator(id),
  code_hash BLOB NOT NULL CHECK (length(code_hash) = 32), used_at INTEGER,
  PRIMARY KEY (operator_id, code_hash)) STRICT, WITHOUT ROWID;

-- A number to name a session by, since its hash is nobody's business.
ALTER TABLE operator_session ADD COLUMN number INTEGER;
ALTER TABLE operator_session ADD COLUMN label TEXT; -- what a program's token is for
ALTER TABLE operator_session ADD COLUMN by_link INTEGER NOT NULL DEFAULT 0
  CHECK (by_link IN (0,1)); -- opened by a one-time link: may set a password without the old one
UPDATE operator_session SET number = (SELECT COUNT(*) FROM operator_session o
  WHERE o.token_hash <= operator_session.token_hash);
CREATE UNIQUE INDEX operator_session_number ON operator_session(number);

CREATE TABLE operator_place (     -- networks an operator has signed in from
  operator_id INTEGER NOT NULL REFERENCES operator(id), place TEXT NOT NULL,
  first_at INTEGER NOT NULL, PRIMARY KEY (operator_id, place)) STRICT, WITHOUT ROWID;

CREATE TABLE operator_network (   -- where operators may come from; no row: from everywhere
  network TEXT PRIMARY KEY, added_by TEXT NOT NULL, added_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

ALTER TABLE audit_log ADD COLUMN peer TEXT; -- from where; NULL: this box itself
CREATE INDEX audit_log_actor ON audit_log(actor);

CREATE TABLE first_run (          -- the code that makes the first owner; dead once there is one
  id INTEGER PRIMARY KEY CHECK (id = 1),
  code_hash BLOB NOT NULL CHECK (length(code_hash) = 32), wrong_tries INTEGER NOT NULL DEFAULT 0,
  made_at INTEGER NOT NULL) STRICT;

CREATE TABLE picture (            -- 'logo'
  name TEXT PRIMARY KEY, media_type TEXT NOT NULL, bytes BLOB NOT NULL, set_by TEXT NOT NULL,
  set_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
