-- radius.db: what FreeRADIUS may read, and nothing else.
-- A projection of mnara.db. The projector alone writes it, on a connection of its own; it can be made again
-- at any time, in place. Passwords and router secrets lie here in clear because CHAP and RADIUS need them,
-- hence the modes: folder 2750, file and -wal 0640, -shm 0660 (a reader that cannot lock the -shm now and then
-- rejects a right password), persistent WAL.
-- radius/*_query.conf hold the SELECTs that FreeRADIUS runs.

-- What to answer to a username, and until when: one row per phase, and the first phase that is not over answers.
-- A paid line has two: to the end of the term at full speed, and for ever after into the pay page (or a reject).
-- So expiry and night windows hold while the daemon is away.
CREATE TABLE access (
  username TEXT NOT NULL                             -- a MAC login is stored as aa:bb:cc:dd:ee:ff
    CHECK (length(CAST(username AS BLOB)) BETWEEN 1 AND 253),
  until_at INTEGER NOT NULL CHECK (until_at > 0),    -- end of this phase, UTC seconds; 253402300799 = for ever
  revision INTEGER NOT NULL CHECK (revision > 0),    -- of access_dirty when the row was written
  verdict TEXT NOT NULL CHECK (length(verdict) > 0), -- 'ok', or why not: 'expired', 'suspended', 'data used up'
  pay_page INTEGER NOT NULL DEFAULT 0                -- 1: not 'ok', and still accepted, into the pay page
    CHECK (pay_page IN (0, 1)),
  message TEXT,                                      -- Reply-Message, which a hotspot login page shows
  password TEXT CHECK (length(CAST(password AS BLOB)) BETWEEN 1 AND 128),
  mac_login INTEGER NOT NULL DEFAULT 0               -- 1: no password; the device is the login
    CHECK (mac_login IN (0, 1)),
  rate TEXT,                                         -- Mikrotik-Rate-Limit, fair use already applied
  pool TEXT, address_list TEXT,
  static_ipv4 TEXT CHECK (static_ipv4 NOT GLOB '*[^0-9.]*'),
  static_ipv6 TEXT CHECK (static_ipv6 NOT GLOB '*[^0-9A-Fa-f:]*'),
  delegated_ipv6 TEXT CHECK (delegated_ipv6 NOT GLOB '*[^0-9A-Fa-f:/]*'), -- with its prefix length
  class TEXT NOT NULL                                -- comes back in accounting: the subscription or the grant
    CHECK (length(CAST(class AS BLOB)) BETWEEN 1 AND 253),
  session_until INTEGER CHECK (session_until > 0),   -- Session-Timeout runs to here, UTC seconds (end of the term)
  session_s INTEGER CHECK (session_s BETWEEN 1 AND 2147483647), -- or a fixed one, in seconds (pay page: 600)
  interim_s INTEGER NOT NULL DEFAULT 300             -- Acct-Interim-Interval; RFC 2869 5.16: not under 60
    CHECK (interim_s BETWEEN 60 AND 86400),
  bytes_left INTEGER CHECK (bytes_left >= 0),        -- NULL: no cap
  allowed_sessions INTEGER NOT NULL CHECK (allowed_sessions >= 1),
  open_sessions INTEGER NOT NULL CHECK (open_sessions >= 0),
  open_macs TEXT NOT NULL                            -- ' aa:..:01 aa:..:02 ', or ' ': a redial replaces its own session
    CHECK (open_macs LIKE ' %' AND open_macs LIKE '% ' AND open_macs = lower(open_macs)),
  allowed_macs TEXT                                  -- same form; NULL: any device
    CHECK (allowed_macs LIKE ' %' AND allowed_macs LIKE '% ' AND allowed_macs = lower(allowed_macs)),
  -- For radius/quick_query.conf, which answers most logins: decided once, when the row is written.
  -- The verdict, where nothing rare belongs to the answer.
  quick_verdict TEXT AS (CASE WHEN pay_page = 0 AND message IS NULL AND address_list IS NULL
    AND static_ipv4 IS NULL AND static_ipv6 IS NULL AND delegated_ipv6 IS NULL AND bytes_left IS NULL
    AND allowed_macs IS NULL THEN verdict END) STORED,
  quick_password TEXT AS (replace(password, char(92), char(92) || char(92))) STORED,
  full_macs TEXT AS (CASE WHEN open_sessions >= allowed_sessions THEN open_macs END) STORED, -- only they may log in
  PRIMARY KEY (username, until_at),
  CHECK ((password IS NULL) = (mac_login = 1)),
  CHECK (pay_page = 0 OR verdict <> 'ok'),
  -- Without a limit of its own a pay-page session would outlive the next payment when no CoA gets through.
  CHECK (pay_page = 0 OR session_s IS NOT NULL OR session_until IS NOT NULL),
  CHECK (session_s IS NULL OR session_until IS NULL),
  -- FreeRADIUS reads a backslash in a column as the start of an escape (the query doubles those of a password).
  CHECK (instr(verdict || class || coalesce(message, '') || coalesce(rate, '') || coalesce(pool, '')
    || coalesce(address_list, ''), char(92)) = 0)
) STRICT, WITHOUT ROWID;

-- RADIUS clients. The narrowest range wins even when it is disabled, so a blocked router never falls back to
-- the secret of its network.
CREATE TABLE router_client (
  name TEXT PRIMARY KEY                              -- the router's id in decimal; no space, it is a word of the log
    CHECK (length(name) BETWEEN 1 AND 64 AND name NOT GLOB '*[^0-9A-Za-z._-]*'),
  cidr TEXT NOT NULL UNIQUE,                         -- for people
  ip_from INTEGER, ip_to INTEGER,                    -- IPv4 as integers, both ends belong to it
  ipv6 TEXT UNIQUE,                                  -- one IPv6 source as FreeRADIUS prints it
  secret TEXT NOT NULL CHECK (length(secret) >= 16 AND instr(secret, char(92)) = 0),
  require_message_authenticator TEXT NOT NULL CHECK (require_message_authenticator IN ('yes', 'no')),
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  CHECK ((ip_from IS NULL) = (ip_to IS NULL) AND (ip_from IS NULL) <> (ipv6 IS NULL)),
  CHECK (ip_from BETWEEN 0 AND ip_to AND ip_to <= 4294967295)
) STRICT, WITHOUT ROWID;
CREATE INDEX router_client_range ON router_client(ip_from, ip_to);

-- The daemon's trusted time, raised once a minute: keeps a box that boots in 1970 from judging by a wrong clock.
-- Without this one row no Access-Request is answered.
CREATE TABLE clock_mark (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL CHECK (at > 0)                 -- UTC seconds
) STRICT;
