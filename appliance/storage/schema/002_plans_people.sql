-- What is sold, and to whom.

CREATE TABLE plan (               -- the name on the price list; the only part of a plan that changes
  code TEXT PRIMARY KEY CHECK (length(code) BETWEEN 1 AND 40), name TEXT NOT NULL,
  current_version INTEGER NOT NULL, on_sale INTEGER NOT NULL CHECK (on_sale IN (0,1)),
  FOREIGN KEY (code, current_version) REFERENCES plan_version(plan_code, version)
    DEFERRABLE INITIALLY DEFERRED) STRICT, WITHOUT ROWID;

CREATE TABLE plan_version (       -- what was bought, for ever; rates in bit/s, NULL = no limit
  id INTEGER PRIMARY KEY, plan_code TEXT NOT NULL REFERENCES plan(code),
  version INTEGER NOT NULL CHECK (version > 0),
  kind TEXT NOT NULL CHECK (kind IN ('pppoe','hotspot')),
  price_cents INTEGER NOT NULL CHECK (price_cents >= 0),
  duration_n INTEGER NOT NULL CHECK (duration_n BETWEEN 1 AND 1000000),
  duration_unit TEXT NOT NULL CHECK (duration_unit IN ('second','minute','hour','day','month')),
  up_bps INTEGER CHECK (up_bps > 0), down_bps INTEGER CHECK (down_bps > 0),
  burst_up_bps INTEGER, burst_down_bps INTEGER, burst_from_up_bps INTEGER,
  burst_from_down_bps INTEGER, burst_seconds INTEGER,
  device_limit INTEGER NOT NULL CHECK (device_limit BETWEEN 1 AND 1000),
  end_behaviour TEXT NOT NULL CHECK (end_behaviour IN ('pay_page','reject')),
  created_at INTEGER NOT NULL,
  UNIQUE (plan_code, version), CHECK ((up_bps IS NULL) = (down_bps IS NULL)),
  CHECK (COALESCE(burst_up_bps, burst_down_bps, burst_from_up_bps, burst_from_down_bps,
                  burst_seconds) IS NULL
    OR COALESCE(burst_up_bps >= up_bps AND burst_down_bps >= down_bps AND burst_from_up_bps > 0
                AND burst_from_down_bps > 0 AND burst_seconds > 0, 0))) STRICT;
CREATE TRIGGER plan_version_u BEFORE UPDATE ON plan_version
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER plan_version_d BEFORE DELETE ON plan_version
  BEGIN SELECT RAISE(ABORT,'append-only'); END;

CREATE TABLE subscriber (         -- who pays; may hold several subscriptions
  id INTEGER PRIMARY KEY, account_no TEXT NOT NULL UNIQUE, full_name TEXT NOT NULL, email TEXT,
  language TEXT NOT NULL CHECK (language IN ('en','sw')), created_at INTEGER NOT NULL) STRICT;
CREATE INDEX subscriber_name ON subscriber(full_name COLLATE NOCASE);
CREATE TRIGGER subscriber_d BEFORE DELETE ON subscriber
  BEGIN SELECT RAISE(ABORT,'append-only'); END;

CREATE TABLE phone (              -- digits with country code; not unique: a household shares one
  subscriber_id INTEGER NOT NULL REFERENCES subscriber(id),
  msisdn TEXT NOT NULL CHECK (msisdn GLOB '[1-9]*' AND msisdn NOT GLOB '*[^0-9]*'
    AND length(msisdn) BETWEEN 7 AND 15),
  msisdn_sha256 TEXT NOT NULL CHECK (length(msisdn_sha256) = 64), -- as C2B v1 names the payer
  added_at INTEGER NOT NULL, PRIMARY KEY (subscriber_id, msisdn)) STRICT, WITHOUT ROWID;
CREATE INDEX phone_owner ON phone(msisdn);
CREATE INDEX phone_hash ON phone(msisdn_sha256);
