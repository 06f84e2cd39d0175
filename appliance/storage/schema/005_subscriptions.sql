-- Lines and the time that was bought for them.

CREATE TABLE subscription_transition (  -- the state machine as rows; a foreign key refuses the rest
  from_state TEXT NOT NULL, event TEXT NOT NULL, to_state TEXT NOT NULL,
  PRIMARY KEY (from_state, event, to_state)) STRICT, WITHOUT ROWID;
INSERT INTO subscription_transition VALUES
  ('pending','plan_purchased','active'), ('pending','admin_suspended','suspended'),
  ('pending','closed','terminated'),
  ('active','plan_purchased','active'), ('active','adjusted','active'),
  ('active','adjusted','expired'), ('active','term_ended','expired'),
  ('active','admin_suspended','suspended'), ('active','closed','terminated'),
  ('expired','plan_purchased','active'), ('expired','adjusted','active'),
  ('expired','adjusted','expired'), ('expired','admin_suspended','suspended'),
  ('expired','closed','terminated'),
  ('suspended','adjusted','suspended'), ('suspended','admin_resumed','active'),
  ('suspended','admin_resumed','expired'), ('suspended','admin_resumed','pending'),
  ('suspended','closed','terminated');

CREATE TABLE subscription (       -- a line with a username; state and paid_until move only by an event
  id INTEGER PRIMARY KEY, subscriber_id INTEGER NOT NULL REFERENCES subscriber(id),
  username TEXT NOT NULL CHECK (length(username) BETWEEN 1 AND 64),
  password_secret_id INTEGER NOT NULL REFERENCES secret(id),
  plan_code TEXT NOT NULL REFERENCES plan(code),  -- of the next terms
  static_ipv4 TEXT, device_macs TEXT,             -- ' aa:bb:..:01 aa:..:02 '; NULL = any device
  anchor_day INTEGER CHECK (anchor_day BETWEEN 1 AND 31), -- the day on which months turn
  auto_renew INTEGER NOT NULL CHECK (auto_renew IN (0,1)), created_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending','active','expired','suspended','terminated')),
  state_seq INTEGER NOT NULL, paid_until INTEGER,
  CHECK (state NOT IN ('active','expired') OR paid_until IS NOT NULL),
  CHECK (state <> 'pending' OR paid_until IS NULL)) STRICT;
CREATE UNIQUE INDEX subscription_username ON subscription(username) WHERE state <> 'terminated';
CREATE UNIQUE INDEX subscription_ipv4 ON subscription(static_ipv4) WHERE state <> 'terminated';
CREATE INDEX subscription_due ON subscription(paid_until) WHERE state = 'active';
CREATE INDEX subscription_subscriber ON subscription(subscriber_id);

CREATE TABLE subscription_event ( -- the history; paid_until is the value after the event
  subscription_id INTEGER NOT NULL REFERENCES subscription(id), seq INTEGER NOT NULL CHECK (seq > 0),
  from_state TEXT NOT NULL, event TEXT NOT NULL, to_state TEXT NOT NULL, paid_until INTEGER,
  actor TEXT NOT NULL, reason TEXT, at INTEGER NOT NULL, PRIMARY KEY (subscription_id, seq),
  FOREIGN KEY (from_state, event, to_state)
    REFERENCES subscription_transition(from_state, event, to_state)) STRICT, WITHOUT ROWID;

CREATE TABLE term (               -- a paid period with its price; no overlap; never changed
  id INTEGER PRIMARY KEY, subscription_id INTEGER NOT NULL REFERENCES subscription(id),
  seq INTEGER NOT NULL CHECK (seq > 0), plan_version_id INTEGER NOT NULL REFERENCES plan_version(id),
  price_cents INTEGER NOT NULL CHECK (price_cents >= 0),
  starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, journal_id INTEGER UNIQUE REFERENCES journal(id),
  UNIQUE (subscription_id, seq), CHECK (ends_at > starts_at),
  CHECK ((price_cents = 0) = (journal_id IS NULL))) STRICT;
CREATE INDEX term_subscription ON term(subscription_id, ends_at);

CREATE TABLE term_plan_change (   -- the rest of a term is served as another plan, by an operator's word;
  term_id INTEGER NOT NULL REFERENCES term(id), seq INTEGER NOT NULL CHECK (seq > 0), -- the price stays
  plan_version_id INTEGER NOT NULL REFERENCES plan_version(id), actor TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (term_id, seq)) STRICT, WITHOUT ROWID;
CREATE VIEW served_term AS SELECT t.id, t.subscription_id, t.starts_at, t.ends_at,
  COALESCE((SELECT c.plan_version_id FROM term_plan_change c WHERE c.term_id = t.id
            ORDER BY c.seq DESC LIMIT 1), t.plan_version_id) AS plan_version_id FROM term t;

CREATE TABLE allocation (         -- which payment paid for which term; neither side is used twice
  payment_id INTEGER NOT NULL REFERENCES payment(id), term_id INTEGER NOT NULL REFERENCES term(id),
  amount_cents INTEGER NOT NULL CHECK (amount_cents > 0), at INTEGER NOT NULL,
  PRIMARY KEY (payment_id, term_id)) STRICT, WITHOUT ROWID;
CREATE INDEX allocation_term ON allocation(term_id);

CREATE TABLE purchase_due (       -- a payment not spent yet because the clock was suspect when it came
  payment_id INTEGER PRIMARY KEY REFERENCES payment(id), created_at INTEGER NOT NULL) STRICT;

CREATE TRIGGER subscription_new BEFORE INSERT ON subscription
  WHEN (NEW.state, NEW.state_seq, NEW.paid_until) IS NOT ('pending', 0, NULL)
  BEGIN SELECT RAISE(ABORT,'begins as pending'); END;
CREATE TRIGGER subscription_facts BEFORE UPDATE ON subscription
  WHEN (NEW.id, NEW.subscriber_id) <> (OLD.id, OLD.subscriber_id)
  BEGIN SELECT RAISE(ABORT,'not transferable'); END;
CREATE TRIGGER subscription_event_guard BEFORE INSERT ON subscription_event BEGIN
  SELECT RAISE(ABORT,'stale or illegal subscription event') WHERE NOT EXISTS (
    SELECT 1 FROM subscription s WHERE s.id = NEW.subscription_id AND s.state = NEW.from_state
      AND s.state_seq = NEW.seq - 1);
  SELECT RAISE(ABORT,'paid_until may fall on adjusted only, and rise on plan_purchased or adjusted')
    FROM subscription s WHERE s.id = NEW.subscription_id AND NOT COALESCE(
      CASE NEW.event WHEN 'adjusted' THEN NEW.paid_until IS NOT NULL
                     WHEN 'plan_purchased' THEN NEW.paid_until >= COALESCE(s.paid_until, 0)
                     ELSE NEW.paid_until IS s.paid_until END, 0);
  SELECT RAISE(ABORT,'state and paid_until disagree')
    WHERE (NEW.to_state = 'active' AND NOT COALESCE(NEW.paid_until > NEW.at, 0))
       OR (NEW.to_state = 'expired' AND NOT COALESCE(NEW.paid_until <= NEW.at, 0));
  SELECT RAISE(ABORT,'plan_purchased without a term that ends then')
    WHERE NEW.event = 'plan_purchased' AND NOT EXISTS (SELECT 1 FROM term
      WHERE subscription_id = NEW.subscription_id AND ends_at = NEW.paid_until); END;
CREATE TRIGGER subscription_event_apply AFTER INSERT ON subscription_event BEGIN
  UPDATE subscription SET state = NEW.to_state, state_seq = NEW.seq, paid_until = NEW.paid_until
  WHERE id = NEW.subscription_id; END;
CREATE TRIGGER subscription_state_guard BEFORE UPDATE OF state, state_seq, paid_until ON subscription
  WHEN NOT EXISTS (SELECT 1 FROM subscription_event e WHERE e.subscription_id = NEW.id
    AND e.seq = NEW.state_seq AND NEW.state_seq = OLD.state_seq + 1 AND e.from_state = OLD.state
    AND e.to_state = NEW.state AND e.paid_until IS NEW.paid_until)
  BEGIN SELECT RAISE(ABORT,'state and paid_until change only through subscription_event'); END;
CREATE TRIGGER subscription_d BEFORE DELETE ON subscription
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER term_no_overlap BEFORE INSERT ON term WHEN EXISTS (SELECT 1 FROM term t
    WHERE t.subscription_id = NEW.subscription_id AND t.ends_at > NEW.starts_at
      AND t.starts_at < NEW.ends_at)
  BEGIN SELECT RAISE(ABORT,'terms overlap'); END;
CREATE TRIGGER term_is_paid AFTER INSERT ON term WHEN NEW.price_cents > 0 AND NEW.price_cents IS NOT (
    SELECT SUM(t.amount_cents) FROM subscription s JOIN journal j ON j.id = NEW.journal_id
      JOIN transfer t ON t.journal_id = j.id JOIN ledger_account d ON d.id = t.debit_account_id
    WHERE s.id = NEW.subscription_id AND d.subscriber_id = s.subscriber_id
      AND j.kind = 'plan_purchase'
      AND j.source_key = 'term:' || NEW.subscription_id || ':' || NEW.seq)
  BEGIN SELECT RAISE(ABORT,'term is not paid as journal term:<subscription>:<seq>'); END;
CREATE TRIGGER allocation_limits BEFORE INSERT ON allocation WHEN
  (SELECT COALESCE(SUM(amount_cents),0) FROM allocation WHERE payment_id = NEW.payment_id)
    + NEW.amount_cents > (SELECT amount_cents FROM payment WHERE id = NEW.payment_id)
  OR (SELECT COALESCE(SUM(amount_cents),0) FROM allocation WHERE term_id = NEW.term_id)
    + NEW.amount_cents > (SELECT price_cents FROM term WHERE id = NEW.term_id)
  BEGIN SELECT RAISE(ABORT,'over-allocation'); END;
CREATE TRIGGER term_u BEFORE UPDATE ON term BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER term_d BEFORE DELETE ON term BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER term_plan_change_u BEFORE UPDATE ON term_plan_change
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER term_plan_change_d BEFORE DELETE ON term_plan_change
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER allocation_u BEFORE UPDATE ON allocation BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER allocation_d BEFORE DELETE ON allocation BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER subscription_event_u BEFORE UPDATE ON subscription_event
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER subscription_event_d BEFORE DELETE ON subscription_event
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER subscription_transition_u BEFORE UPDATE ON subscription_transition
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER subscription_transition_d BEFORE DELETE ON subscription_transition
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
