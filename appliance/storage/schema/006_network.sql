-- Routers, what they report, what they must still learn, and what radius.db must still learn.

CREATE TABLE router (             -- the box we configure; a NAS in RADIUS words
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
  radius_source TEXT NOT NULL,    -- address or network its RADIUS comes from, '10.0.0.2' or '10.0.0.0/24'
  radius_secret_id INTEGER NOT NULL REFERENCES secret(id),
  require_message_authenticator INTEGER NOT NULL CHECK (require_message_authenticator IN (0,1)),
  coa_address TEXT, coa_port INTEGER NOT NULL CHECK (coa_port BETWEEN 1 AND 65535),
  enabled INTEGER NOT NULL CHECK (enabled IN (0,1)), created_at INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX router_source ON router(radius_source);

CREATE TABLE session (            -- one per login on a router; found again by its id and a start near
  id INTEGER PRIMARY KEY,         -- the derived one (time of the packet less Acct-Session-Time)
  router_id INTEGER NOT NULL REFERENCES router(id), acct_session_id TEXT NOT NULL,
  username TEXT NOT NULL, calling_station TEXT NOT NULL, started_at INTEGER NOT NULL,
  subscription_id INTEGER REFERENCES subscription(id), class TEXT, framed_ipv4 TEXT, port TEXT,
  seconds INTEGER NOT NULL CHECK (seconds >= 0), bytes_up INTEGER NOT NULL CHECK (bytes_up >= 0),
  bytes_down INTEGER NOT NULL CHECK (bytes_down >= 0), heard_at INTEGER NOT NULL,
  stopped_at INTEGER, terminate_cause TEXT,
  stop_seen INTEGER NOT NULL DEFAULT 0   -- 1: the router itself said Stop. 0 with stopped_at: inferred,
    CHECK (stop_seen IN (0,1) AND (stop_seen = 0 OR stopped_at IS NOT NULL)), -- an Interim may reopen it
  UNIQUE (router_id, acct_session_id, username, calling_station, started_at)) STRICT;
CREATE UNIQUE INDEX session_open_router ON session(router_id, acct_session_id, username, calling_station)
  WHERE stopped_at IS NULL;
CREATE INDEX session_open_heard ON session(heard_at) WHERE stopped_at IS NULL;
CREATE INDEX session_subscription ON session(subscription_id, started_at);
CREATE INDEX session_username ON session(username, started_at);
-- After session_username: of two indexes as good, SQLite takes the one that was made last.
CREATE INDEX session_open_username ON session(username) WHERE stopped_at IS NULL;
CREATE TRIGGER session_facts BEFORE UPDATE OF router_id, acct_session_id, username, calling_station,
  started_at ON session BEGIN SELECT RAISE(ABORT,'a session keeps its name'); END;
CREATE TRIGGER session_counters BEFORE UPDATE ON session WHEN NEW.id <> OLD.id
  OR NEW.bytes_up < OLD.bytes_up OR NEW.bytes_down < OLD.bytes_down OR NEW.seconds < OLD.seconds
  BEGIN SELECT RAISE(ABORT,'session counters only rise'); END;

CREATE TABLE usage_hour (         -- bytes and seconds of a line in one hour; pruned
  subscription_id INTEGER NOT NULL REFERENCES subscription(id),
  hour_at INTEGER NOT NULL CHECK (hour_at % 3600 = 0), bytes_up INTEGER NOT NULL,
  bytes_down INTEGER NOT NULL, seconds INTEGER NOT NULL,
  PRIMARY KEY (subscription_id, hour_at)) STRICT, WITHOUT ROWID;
CREATE TABLE usage_day (          -- kept; day is Nairobi's, as 20261120
  subscription_id INTEGER NOT NULL REFERENCES subscription(id),
  day INTEGER NOT NULL CHECK (day BETWEEN 19700101 AND 29991231), bytes_up INTEGER NOT NULL,
  bytes_down INTEGER NOT NULL, seconds INTEGER NOT NULL,
  PRIMARY KEY (subscription_id, day)) STRICT, WITHOUT ROWID;

CREATE TABLE auth_result (        -- last verdict a username and counts; a row a try would let strangers
  username TEXT PRIMARY KEY,      -- fill the disk
  last_at INTEGER NOT NULL, last_reason TEXT NOT NULL, last_router TEXT NOT NULL,
  last_calling_station TEXT, accepted INTEGER NOT NULL, rejected INTEGER NOT NULL,
  rejected_in_a_row INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX auth_result_prune ON auth_result(last_at);
CREATE TABLE auth_log_position (  -- how far the reason log is read, committed with the counts
  id INTEGER PRIMARY KEY CHECK (id = 1), inode INTEGER NOT NULL, offset INTEGER NOT NULL) STRICT;

CREATE TABLE router_job (         -- the outbox to routers: a state we want to see, never a command
  id INTEGER PRIMARY KEY, router_id INTEGER NOT NULL REFERENCES router(id),
  kind TEXT NOT NULL CHECK (kind IN ('session_gone','session_limits')),
  session_id INTEGER NOT NULL REFERENCES session(id),
  desired TEXT NOT NULL,          -- 'gone', or '<paid_until> <rate>'
  failures INTEGER NOT NULL CHECK (failures >= 0), last_error TEXT, acknowledged_at INTEGER,
  state TEXT NOT NULL CHECK (state IN ('waiting','running','done','refused','superseded')),
  created_at INTEGER NOT NULL, run_at INTEGER NOT NULL, finished_at INTEGER,
  CHECK ((finished_at IS NOT NULL) = (state IN ('done','refused','superseded')))) STRICT;
CREATE UNIQUE INDEX router_job_one ON router_job(session_id, kind) WHERE state IN ('waiting','running');
CREATE INDEX router_job_due ON router_job(run_at, id) WHERE state = 'waiting';
CREATE INDEX router_job_router ON router_job(router_id) WHERE state = 'running';

CREATE TABLE router_reach (       -- routers whose CoA port is silent: one try for all their jobs, then a
  router_id INTEGER PRIMARY KEY REFERENCES router(id), -- pause; the row goes with the first answer
  failures INTEGER NOT NULL CHECK (failures > 0), tried_at INTEGER NOT NULL,
  retry_at INTEGER NOT NULL CHECK (retry_at >= tried_at)) STRICT;

-- What radius.db must still learn. A rowid table on purpose: the update hook that wakes the projector
-- sees only those. The projector reads (kind, key, revision) and the facts in one read transaction,
-- writes radius.db on a connection of its own, then deletes the row where the revision is still the
-- one it read. radius.db is never attached; a death between the two repeats the row.
CREATE TABLE projection_dirty (
  kind TEXT NOT NULL CHECK (kind IN ('access','router')), key TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision > 0), UNIQUE (kind, key)) STRICT;

CREATE TRIGGER dirty_subscription_new AFTER INSERT ON subscription BEGIN
  INSERT INTO projection_dirty VALUES ('access', NEW.username, 1)
  ON CONFLICT (kind, key) DO UPDATE SET revision = revision + 1; END;
CREATE TRIGGER dirty_subscription AFTER UPDATE ON subscription BEGIN
  INSERT INTO projection_dirty VALUES ('access', OLD.username, 1), ('access', NEW.username, 1)
  ON CONFLICT (kind, key) DO UPDATE SET revision = revision + 1; END;
CREATE TRIGGER dirty_term_plan AFTER INSERT ON term_plan_change BEGIN
  INSERT INTO projection_dirty SELECT 'access', s.username, 1 FROM term t
    JOIN subscription s ON s.id = t.subscription_id WHERE t.id = NEW.term_id
  ON CONFLICT (kind, key) DO UPDATE SET revision = revision + 1; END;
CREATE TRIGGER dirty_session_new AFTER INSERT ON session BEGIN
  INSERT INTO projection_dirty VALUES ('access', NEW.username, 1)
  ON CONFLICT (kind, key) DO UPDATE SET revision = revision + 1; END;
CREATE TRIGGER dirty_session_end AFTER UPDATE OF stopped_at ON session
  WHEN NEW.stopped_at IS NOT OLD.stopped_at BEGIN
  INSERT INTO projection_dirty VALUES ('access', NEW.username, 1)
  ON CONFLICT (kind, key) DO UPDATE SET revision = revision + 1; END;
CREATE TRIGGER dirty_router_new AFTER INSERT ON router BEGIN
  INSERT INTO projection_dirty VALUES ('router', NEW.id, 1)
  ON CONFLICT (kind, key) DO UPDATE SET revision = revision + 1; END;
CREATE TRIGGER dirty_router AFTER UPDATE ON router BEGIN
  INSERT INTO projection_dirty VALUES ('router', NEW.id, 1)
  ON CONFLICT (kind, key) DO UPDATE SET revision = revision + 1; END;
