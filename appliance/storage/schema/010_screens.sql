-- What the screens of every day read: where people live, the login tries as they come, sums by day,
-- and the indexes behind lists, the search box and the first screen.

ALTER TABLE subscriber ADD COLUMN note TEXT;
CREATE INDEX subscriber_created ON subscriber(created_at, site_id);

CREATE TABLE area (               -- an estate, a street, a village
  id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (name <> ''),
  site_id INTEGER REFERENCES site(id)) STRICT;
CREATE TABLE building (
  id INTEGER PRIMARY KEY, area_id INTEGER NOT NULL REFERENCES area(id),
  name TEXT NOT NULL COLLATE NOCASE CHECK (name <> ''), address TEXT, landlord_name TEXT,
  landlord_phone TEXT, UNIQUE (area_id, name)) STRICT;
CREATE TABLE unit (               -- a flat, a shop, a room
  id INTEGER PRIMARY KEY, building_id INTEGER NOT NULL REFERENCES building(id),
  label TEXT NOT NULL COLLATE NOCASE CHECK (label <> ''), UNIQUE (building_id, label)) STRICT;

CREATE TABLE tenancy (            -- who lived where from when until when (not included); NULL: still.
  id INTEGER PRIMARY KEY,         -- One that ends where it began never was: how a slip is taken back
  unit_id INTEGER NOT NULL REFERENCES unit(id),
  subscriber_id INTEGER NOT NULL REFERENCES subscriber(id), from_at INTEGER NOT NULL,
  until_at INTEGER CHECK (until_at >= from_at)) STRICT;
CREATE INDEX tenancy_unit ON tenancy(unit_id, from_at);
CREATE INDEX tenancy_subscriber ON tenancy(subscriber_id, from_at);
CREATE TRIGGER tenancy_no_overlap BEFORE INSERT ON tenancy WHEN EXISTS (SELECT 1 FROM tenancy t
    WHERE t.unit_id = NEW.unit_id AND COALESCE(t.until_at, NEW.from_at + 1) > NEW.from_at
      AND t.from_at < COALESCE(NEW.until_at, t.from_at + 1)
      AND t.from_at IS NOT t.until_at)
  BEGIN SELECT RAISE(ABORT,'tenancies overlap'); END;
CREATE TRIGGER tenancy_u BEFORE UPDATE ON tenancy
  WHEN (NEW.id, NEW.unit_id, NEW.subscriber_id, NEW.from_at)
      IS NOT (OLD.id, OLD.unit_id, OLD.subscriber_id, OLD.from_at) OR OLD.until_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT,'a tenancy only ends, once'); END;
CREATE TRIGGER tenancy_d BEFORE DELETE ON tenancy BEGIN SELECT RAISE(ABORT,'append-only'); END;

CREATE TABLE auth_attempt (       -- the last tries, for the live list; the writer keeps it short, so
  id INTEGER PRIMARY KEY,         -- that strangers cannot fill the disk
  at INTEGER NOT NULL, username TEXT NOT NULL, accepted INTEGER NOT NULL CHECK (accepted IN (0,1)),
  reason TEXT NOT NULL, router TEXT NOT NULL, calling_station TEXT) STRICT;

-- Sums by day, kept by triggers so that no writer can forget them. `day` counts the days of Nairobi
-- (UTC+3, no summer time) since 1970: (seconds + 10800) / 86400.
CREATE TABLE revenue_day (        -- money by the time it was recorded, duplicates taken off again
  day INTEGER NOT NULL, provider TEXT NOT NULL, source TEXT NOT NULL,
  site_id INTEGER NOT NULL,       -- where its subscriber belongs now; 0: to no site, or nobody's
  payments INTEGER NOT NULL CHECK (payments >= 0), cents INTEGER NOT NULL CHECK (cents >= 0),
  PRIMARY KEY (day, provider, source, site_id)) STRICT, WITHOUT ROWID;
INSERT INTO revenue_day SELECT (recorded_at + 10800) / 86400, provider, source, 0, COUNT(*),
  SUM(amount_cents) FROM payment WHERE duplicate_of IS NULL GROUP BY 1, 2, 3;
CREATE TRIGGER revenue_day_in AFTER INSERT ON payment WHEN NEW.duplicate_of IS NULL BEGIN
  INSERT INTO revenue_day VALUES ((NEW.recorded_at + 10800) / 86400, NEW.provider, NEW.source,
    COALESCE((SELECT site_id FROM subscriber WHERE id = NEW.subscriber_id), 0), 1, NEW.amount_cents)
  ON CONFLICT (day, provider, source, site_id) DO UPDATE SET payments = payments + 1,
    cents = cents + excluded.cents; END;
CREATE TRIGGER revenue_day_moved AFTER UPDATE OF duplicate_of, subscriber_id ON payment
  WHEN (NEW.duplicate_of, NEW.subscriber_id) IS NOT (OLD.duplicate_of, OLD.subscriber_id) BEGIN
  UPDATE revenue_day SET payments = payments - 1, cents = cents - OLD.amount_cents
  WHERE OLD.duplicate_of IS NULL AND day = (OLD.recorded_at + 10800) / 86400
    AND provider = OLD.provider AND source = OLD.source
    AND site_id = COALESCE((SELECT site_id FROM subscriber WHERE id = OLD.subscriber_id), 0);
  INSERT INTO revenue_day SELECT (NEW.recorded_at + 10800) / 86400, NEW.provider, NEW.source,
    COALESCE((SELECT site_id FROM subscriber WHERE id = NEW.subscriber_id), 0), 1, NEW.amount_cents
    WHERE NEW.duplicate_of IS NULL
  ON CONFLICT (day, provider, source, site_id) DO UPDATE SET payments = payments + 1,
    cents = cents + excluded.cents; END;
CREATE TRIGGER revenue_day_site AFTER UPDATE OF site_id ON subscriber
  WHEN NEW.site_id IS NOT OLD.site_id BEGIN
  UPDATE revenue_day SET payments = revenue_day.payments - m.payments,
    cents = revenue_day.cents - m.cents
    FROM (SELECT (recorded_at + 10800) / 86400 AS day, provider, source, COUNT(*) AS payments,
            SUM(amount_cents) AS cents FROM payment
          WHERE subscriber_id = NEW.id AND duplicate_of IS NULL GROUP BY 1, 2, 3) m
    WHERE revenue_day.day = m.day AND revenue_day.provider = m.provider
      AND revenue_day.source = m.source AND revenue_day.site_id = COALESCE(OLD.site_id, 0);
  INSERT INTO revenue_day SELECT (recorded_at + 10800) / 86400, provider, source,
    COALESCE(NEW.site_id, 0), COUNT(*), SUM(amount_cents) FROM payment
    WHERE subscriber_id = NEW.id AND duplicate_of IS NULL GROUP BY 1, 2, 3
  ON CONFLICT (day, provider, source, site_id) DO UPDATE SET
    payments = payments + excluded.payments, cents = cents + excluded.cents; END;

CREATE TABLE growth_day (         -- comings and goings
  day INTEGER NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('subscriber','line','first_payment','expired','returned',
    'terminated')),
  n INTEGER NOT NULL CHECK (n > 0), PRIMARY KEY (day, what)) STRICT, WITHOUT ROWID;
INSERT INTO growth_day SELECT (created_at + 10800) / 86400, 'subscriber', COUNT(*) FROM subscriber
  GROUP BY 1;
INSERT INTO growth_day SELECT (created_at + 10800) / 86400, 'line', COUNT(*) FROM subscription
  GROUP BY 1;
INSERT INTO growth_day SELECT (at + 10800) / 86400, CASE WHEN event = 'term_ended' THEN 'expired'
    WHEN event = 'closed' THEN 'terminated' WHEN from_state = 'pending' THEN 'first_payment'
    ELSE 'returned' END, COUNT(*) FROM subscription_event
  WHERE event IN ('term_ended','closed')
    OR (event = 'plan_purchased' AND from_state IN ('pending','expired')) GROUP BY 1, 2;
CREATE TRIGGER growth_day_subscriber AFTER INSERT ON subscriber BEGIN
  INSERT INTO growth_day VALUES ((NEW.created_at + 10800) / 86400, 'subscriber', 1)
  ON CONFLICT (day, what) DO UPDATE SET n = n + 1; END;
CREATE TRIGGER growth_day_line AFTER INSERT ON subscription BEGIN
  INSERT INTO growth_day VALUES ((NEW.created_at + 10800) / 86400, 'line', 1)
  ON CONFLICT (day, what) DO UPDATE SET n = n + 1; END;
CREATE TRIGGER growth_day_event AFTER INSERT ON subscription_event
  WHEN NEW.event IN ('term_ended','closed')
    OR (NEW.event = 'plan_purchased' AND NEW.from_state IN ('pending','expired')) BEGIN
  INSERT INTO growth_day VALUES ((NEW.at + 10800) / 86400, CASE WHEN NEW.event = 'term_ended'
      THEN 'expired' WHEN NEW.event = 'closed' THEN 'terminated'
      WHEN NEW.from_state = 'pending' THEN 'first_payment' ELSE 'returned' END, 1)
  ON CONFLICT (day, what) DO UPDATE SET n = n + 1; END;

-- Lists, counts and the forecast.
CREATE INDEX subscription_state ON subscription(state, subscriber_id);
CREATE INDEX subscription_plan ON subscription(plan_code, state, subscriber_id);
CREATE INDEX subscription_ends ON subscription(plan_code, paid_until, subscriber_id)
  WHERE state = 'active';
CREATE INDEX subscription_paid ON subscription(paid_until, id, subscriber_id)
  WHERE paid_until IS NOT NULL AND state <> 'terminated';
CREATE INDEX ledger_account_receivable ON ledger_account(subscriber_id) WHERE kind = 'receivable';

-- Who held this address; what happened to whom and when.
CREATE INDEX session_ipv4 ON session(framed_ipv4, started_at) WHERE framed_ipv4 IS NOT NULL;
CREATE INDEX router_job_session ON router_job(session_id, kind);
CREATE INDEX session_station ON session(calling_station, started_at);
CREATE INDEX audit_log_at ON audit_log(at);
CREATE INDEX sign_in_at ON sign_in(at);
CREATE INDEX audit_log_entity ON audit_log(entity, entity_id, at);
CREATE INDEX subscription_devices ON subscription(device_macs) WHERE device_macs IS NOT NULL;

-- An assignment can be taken back while its money is whole: the journal of the assignment is
-- reversed and the payment waits again.
CREATE TABLE payment_unassignment (
  payment_id INTEGER NOT NULL, seq INTEGER NOT NULL, -- of the assignment that is taken back
  journal_id INTEGER NOT NULL UNIQUE REFERENCES journal(id), actor TEXT NOT NULL,
  reason TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (payment_id, seq),
  FOREIGN KEY (payment_id, seq) REFERENCES payment_assignment(payment_id, seq)) STRICT, WITHOUT ROWID;
CREATE TRIGGER payment_unassignment_last BEFORE INSERT ON payment_unassignment
  WHEN NEW.seq <> (SELECT MAX(seq) FROM payment_assignment WHERE payment_id = NEW.payment_id)
    OR NOT EXISTS (SELECT 1 FROM journal j JOIN payment_assignment a
      ON a.journal_id = j.reverses_journal_id AND a.payment_id = NEW.payment_id AND a.seq = NEW.seq
      WHERE j.id = NEW.journal_id)
  BEGIN SELECT RAISE(ABORT,'not the last assignment, or not reversed'); END;
CREATE TRIGGER payment_unassignment_apply AFTER INSERT ON payment_unassignment BEGIN
  UPDATE payment SET subscriber_id = NULL WHERE id = NEW.payment_id; END;
CREATE TRIGGER payment_unassignment_u BEFORE UPDATE ON payment_unassignment
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER payment_unassignment_d BEFORE DELETE ON payment_unassignment
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
DROP TRIGGER payment_guard;
CREATE TRIGGER payment_guard BEFORE UPDATE ON payment BEGIN
  SELECT RAISE(ABORT,'payment facts are filled in once') WHERE NEW.id <> OLD.id
    OR (NEW.receipt, NEW.attempt_id, NEW.payer_phone, NEW.payer_name, NEW.bill_reference, NEW.paid_at,
        NEW.duplicate_of)
    IS NOT (COALESCE(OLD.receipt, NEW.receipt), COALESCE(OLD.attempt_id, NEW.attempt_id),
        COALESCE(OLD.payer_phone, NEW.payer_phone), COALESCE(OLD.payer_name, NEW.payer_name),
        COALESCE(OLD.bill_reference, NEW.bill_reference), COALESCE(OLD.paid_at, NEW.paid_at),
        COALESCE(OLD.duplicate_of, NEW.duplicate_of));
  SELECT RAISE(ABORT,'a duplicate must be reversed first') WHERE NEW.duplicate_of = NEW.id
    OR (NEW.duplicate_of IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM journal WHERE reverses_journal_id = OLD.journal_id));
  SELECT RAISE(ABORT,'a payment changes owner only through payment_assignment')
    WHERE NEW.subscriber_id IS NOT OLD.subscriber_id AND NEW.subscriber_id IS NOT (
      SELECT CASE WHEN EXISTS (SELECT 1 FROM payment_unassignment u
                               WHERE u.payment_id = a.payment_id AND u.seq = a.seq)
                  THEN NULL ELSE a.subscriber_id END
      FROM payment_assignment a WHERE a.payment_id = NEW.id ORDER BY a.seq DESC LIMIT 1); END;
