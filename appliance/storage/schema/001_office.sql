-- Staff, secrets, settings, clock, alerts. In all of mnara.db money is integer cents, time is UTC
-- epoch seconds handed in from C++ (no SQL clock, no time default), actor is 'operator:7' or
-- 'system:expiry'. The code never writes OR REPLACE or OR IGNORE.

CREATE TABLE secret (             -- ciphertext only; the key lies in a file outside, key_id says which
  id INTEGER PRIMARY KEY, purpose TEXT NOT NULL, key_id TEXT NOT NULL,
  nonce BLOB NOT NULL CHECK (length(nonce) = 24),
  ciphertext BLOB NOT NULL CHECK (length(ciphertext) >= 16), created_at INTEGER NOT NULL) STRICT;

CREATE TABLE operator (           -- a staff login; disabled, never deleted
  id INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE, full_name TEXT NOT NULL,
  password_hash TEXT,             -- NULL: signs in by a one-time link only
  role TEXT NOT NULL CHECK (role IN ('owner','manager','cashier','technician','reseller','viewer')),
  created_at INTEGER NOT NULL, disabled_at INTEGER) STRICT;

CREATE TABLE operator_session (   -- a signed-in browser, a program's token, a one-time link; revocable
  token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
  operator_id INTEGER NOT NULL REFERENCES operator(id),
  kind TEXT NOT NULL CHECK (kind IN ('cookie','token','link')), csrf_token TEXT,
  peer TEXT NOT NULL, user_agent TEXT, created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL,
  valid_until INTEGER, revoked_at INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX operator_session_operator ON operator_session(operator_id);

CREATE TABLE sign_in (            -- every staff attempt, right or wrong
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, peer TEXT NOT NULL,
  user_agent TEXT, outcome TEXT NOT NULL) STRICT;
CREATE INDEX sign_in_who ON sign_in(who, at);
CREATE INDEX sign_in_peer ON sign_in(peer, at);

CREATE TABLE setting (            -- checked in C++ against the table of known settings
  key TEXT PRIMARY KEY, value TEXT, secret_id INTEGER REFERENCES secret(id),
  changed_by TEXT NOT NULL, changed_at INTEGER NOT NULL,
  CHECK ((value IS NULL) <> (secret_id IS NULL))) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_key (    -- same key, same request: the stored answer; another request: refused
  actor TEXT NOT NULL, key TEXT NOT NULL CHECK (length(key) BETWEEN 16 AND 100),
  request_hash BLOB NOT NULL CHECK (length(request_hash) = 32), response_status INTEGER NOT NULL,
  response_body TEXT NOT NULL, created_at INTEGER NOT NULL,
  PRIMARY KEY (actor, key)) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_key_age ON idempotency_key(created_at);

CREATE TABLE clock_mark (         -- the latest time we trust; only a person turns it back
  id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL CHECK (at > 0),
  set_by TEXT NOT NULL CHECK (set_by IN ('tick','operator'))) STRICT;
CREATE TRIGGER clock_mark_rises BEFORE UPDATE ON clock_mark
  WHEN NEW.at < OLD.at AND NEW.set_by <> 'operator'
  BEGIN SELECT RAISE(ABORT,'clock mark only rises'); END;
CREATE TRIGGER clock_mark_stays BEFORE DELETE ON clock_mark
  BEGIN SELECT RAISE(ABORT,'append-only'); END;

CREATE TABLE alert (              -- open until the fact is right again; one open row a key
  id INTEGER PRIMARY KEY, key TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('notice','warning','critical')),
  detail TEXT NOT NULL, opened_at INTEGER NOT NULL, closed_at INTEGER) STRICT;
CREATE UNIQUE INDEX alert_open ON alert(key) WHERE closed_at IS NULL;

CREATE TABLE audit_log (          -- who did what; each row holds the keyed hash of the one before
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
  entity TEXT NOT NULL, entity_id TEXT NOT NULL, detail TEXT NOT NULL, key_id TEXT NOT NULL,
  prev_hash BLOB NOT NULL, hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32)) STRICT;
CREATE TRIGGER audit_log_chain AFTER INSERT ON audit_log
  WHEN NEW.id < (SELECT MAX(id) FROM audit_log) OR NEW.prev_hash <> COALESCE(
    (SELECT hash FROM audit_log WHERE id < NEW.id ORDER BY id DESC LIMIT 1), zeroblob(32))
  BEGIN SELECT RAISE(ABORT,'audit chain broken'); END;
CREATE TRIGGER audit_log_u BEFORE UPDATE ON audit_log BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER audit_log_d BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT,'append-only'); END;
