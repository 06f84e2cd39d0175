-- Money in. An attempt (we asked for money) is not a payment (money moved). All feeds (STK callback,
-- STK query, C2B) meet in one payment table, unique on the provider's receipt.

CREATE TABLE provider (           -- sandbox is a provider of its own, so test money never mixes
  code TEXT PRIMARY KEY, name TEXT NOT NULL, sandbox INTEGER NOT NULL CHECK (sandbox IN (0,1)),
  c2b_token_hash BLOB NOT NULL UNIQUE CHECK (length(c2b_token_hash) = 32),
  c2b_token_secret_id INTEGER NOT NULL REFERENCES secret(id)) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (              -- every raw message, committed before the 200. Not unique: a late
  id INTEGER PRIMARY KEY,         -- success after a failure is a legal second message
  kind TEXT NOT NULL CHECK (kind IN ('stk_callback','c2b_confirmation','c2b_validation')),
  token_hash BLOB NOT NULL CHECK (length(token_hash) = 32), peer TEXT NOT NULL,
  headers TEXT NOT NULL, body BLOB NOT NULL, received_at INTEGER NOT NULL,
  processed_at INTEGER, outcome TEXT, detail TEXT,
  CHECK ((processed_at IS NULL) = (outcome IS NULL))) STRICT;
CREATE INDEX inbox_waiting ON inbox(id) WHERE processed_at IS NULL;
CREATE INDEX inbox_parked ON inbox(token_hash) WHERE outcome = 'parked';
CREATE INDEX inbox_refused ON inbox(id) WHERE outcome = 'refused';
CREATE TRIGGER inbox_facts BEFORE UPDATE OF kind, token_hash, peer, headers, body, received_at ON inbox
  BEGIN SELECT RAISE(ABORT,'kept as it came'); END;
CREATE TRIGGER inbox_once BEFORE UPDATE ON inbox
  WHEN NEW.id <> OLD.id OR (OLD.processed_at IS NOT NULL AND OLD.outcome <> 'parked')
  BEGIN SELECT RAISE(ABORT,'processed once'); END;
CREATE TRIGGER inbox_keep BEFORE DELETE ON inbox
  WHEN OLD.processed_at IS NULL OR OLD.outcome = 'parked'
  BEGIN SELECT RAISE(ABORT,'not settled yet'); END;

CREATE TABLE payment_attempt (    -- unknown is a state of its own, and success is final
  id INTEGER PRIMARY KEY, provider TEXT NOT NULL REFERENCES provider(code),
  reference TEXT NOT NULL UNIQUE CHECK (length(reference) BETWEEN 4 AND 12), checkout_id TEXT,
  callback_token_hash BLOB UNIQUE CHECK (length(callback_token_hash) = 32),
  phone TEXT NOT NULL, amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
  purpose TEXT NOT NULL CHECK (purpose IN ('plan','wallet')),
  subscriber_id INTEGER NOT NULL REFERENCES subscriber(id),
  subscription_id INTEGER REFERENCES subscription(id),
  plan_version_id INTEGER REFERENCES plan_version(id), actor TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('requested','prompted','succeeded','failed','unknown')),
  result_code TEXT, result_text TEXT,
  requested_at INTEGER NOT NULL,
  asked_at INTEGER,               -- set before the push leaves: from then on a lost answer is unknown
  next_check_at INTEGER, resolved_at INTEGER,
  UNIQUE (provider, checkout_id), UNIQUE (id, provider),
  CHECK ((resolved_at IS NOT NULL) = (state IN ('succeeded','failed'))),
  CHECK (purpose <> 'plan' OR (subscription_id IS NOT NULL AND plan_version_id IS NOT NULL)),
  CHECK (asked_at IS NULL OR callback_token_hash IS NOT NULL)) STRICT;
CREATE INDEX payment_attempt_check ON payment_attempt(next_check_at)
  WHERE state IN ('requested','prompted','unknown');
CREATE INDEX payment_attempt_phone ON payment_attempt(phone, requested_at);
CREATE INDEX payment_attempt_subscriber ON payment_attempt(subscriber_id, requested_at);
CREATE TRIGGER payment_attempt_new BEFORE INSERT ON payment_attempt WHEN NEW.state <> 'requested'
  BEGIN SELECT RAISE(ABORT,'an attempt begins as requested'); END;
CREATE TRIGGER payment_attempt_facts BEFORE UPDATE OF provider, reference, phone, amount_cents, purpose,
  subscriber_id, subscription_id, plan_version_id, actor, requested_at ON payment_attempt
  BEGIN SELECT RAISE(ABORT,'attempt facts are immutable'); END;
CREATE TRIGGER payment_attempt_state BEFORE UPDATE ON payment_attempt BEGIN
  SELECT RAISE(ABORT,'attempt facts are immutable') WHERE NEW.id <> OLD.id
    OR NEW.checkout_id IS NOT COALESCE(OLD.checkout_id, NEW.checkout_id)
    OR NEW.callback_token_hash IS NOT COALESCE(OLD.callback_token_hash, NEW.callback_token_hash)
    OR NEW.asked_at IS NOT COALESCE(OLD.asked_at, NEW.asked_at);
  SELECT RAISE(ABORT,'illegal attempt transition') WHERE NEW.state <> OLD.state
    AND NOT CASE WHEN OLD.state = 'failed' THEN NEW.state = 'succeeded'
                 ELSE OLD.state <> 'succeeded' AND NEW.state <> 'requested' END;
  SELECT RAISE(ABORT,'success without a payment') WHERE NEW.state = 'succeeded'
    AND NOT EXISTS (SELECT 1 FROM payment WHERE attempt_id = NEW.id); END;
CREATE TRIGGER payment_attempt_d BEFORE DELETE ON payment_attempt
  BEGIN SELECT RAISE(ABORT,'append-only'); END;

CREATE TABLE payment (            -- known first by attempt or by receipt, one row either way; what we
  id INTEGER PRIMARY KEY,         -- learn later is filled in once
  provider TEXT NOT NULL REFERENCES provider(code), receipt TEXT, attempt_id INTEGER UNIQUE,
  amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
  booked_to TEXT NOT NULL CHECK (booked_to IN ('wallet','unapplied')),
  subscriber_id INTEGER REFERENCES subscriber(id), payer_phone TEXT, payer_name TEXT,
  bill_reference TEXT,
  source TEXT NOT NULL CHECK (source IN ('callback','query','c2b')),
  journal_id INTEGER NOT NULL UNIQUE REFERENCES journal(id), paid_at INTEGER,
  recorded_at INTEGER NOT NULL, duplicate_of INTEGER REFERENCES payment(id),
  UNIQUE (provider, receipt),
  FOREIGN KEY (attempt_id, provider) REFERENCES payment_attempt(id, provider),
  CHECK (receipt <> ''), CHECK (receipt IS NOT NULL OR attempt_id IS NOT NULL),
  CHECK (booked_to <> 'wallet' OR subscriber_id IS NOT NULL)) STRICT;
CREATE INDEX payment_subscriber ON payment(subscriber_id, id) WHERE subscriber_id IS NOT NULL;
CREATE INDEX payment_unmatched ON payment(id) WHERE subscriber_id IS NULL AND duplicate_of IS NULL;
CREATE INDEX payment_without_receipt ON payment(id) WHERE receipt IS NULL;
CREATE INDEX payment_recorded ON payment(recorded_at);
CREATE TRIGGER payment_is_posted AFTER INSERT ON payment WHEN NEW.amount_cents IS NOT (
  SELECT SUM(t.amount_cents) FROM journal j JOIN transfer t ON t.journal_id = j.id
    JOIN ledger_account d ON d.id = t.debit_account_id
    JOIN ledger_account c ON c.id = t.credit_account_id
  WHERE j.id = NEW.journal_id AND j.kind = 'payment' AND j.source_key = 'payment:' || NEW.id
    AND d.code = 'provider:' || NEW.provider
    AND c.code = CASE NEW.booked_to WHEN 'wallet' THEN 'wallet:' || NEW.subscriber_id
                                    ELSE 'unapplied' END)
  BEGIN SELECT RAISE(ABORT,'payment is not posted as journal payment:<id>'); END;
CREATE TRIGGER payment_facts BEFORE UPDATE OF provider, amount_cents, booked_to, source, journal_id,
  recorded_at ON payment BEGIN SELECT RAISE(ABORT,'payment facts are immutable'); END;
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
      SELECT subscriber_id FROM payment_assignment WHERE payment_id = NEW.id
      ORDER BY seq DESC LIMIT 1); END;
CREATE TRIGGER payment_d BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT,'append-only'); END;

CREATE TABLE payment_assignment ( -- whose money it is was learned later; the last row sets the owner
  payment_id INTEGER NOT NULL REFERENCES payment(id), seq INTEGER NOT NULL CHECK (seq > 0),
  subscriber_id INTEGER NOT NULL REFERENCES subscriber(id),
  journal_id INTEGER NOT NULL UNIQUE REFERENCES journal(id), actor TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (payment_id, seq)) STRICT, WITHOUT ROWID;
CREATE TRIGGER payment_assignment_next BEFORE INSERT ON payment_assignment
  WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM payment_assignment
                   WHERE payment_id = NEW.payment_id)
    OR NOT EXISTS (SELECT 1 FROM journal WHERE id = NEW.journal_id
                   AND source_key = 'assignment:' || NEW.payment_id || ':' || NEW.seq)
  BEGIN SELECT RAISE(ABORT,'assignment out of order or not posted'); END;
CREATE TRIGGER payment_assignment_apply AFTER INSERT ON payment_assignment BEGIN
  UPDATE payment SET subscriber_id = NEW.subscriber_id WHERE id = NEW.payment_id; END;
CREATE TRIGGER payment_assignment_u BEFORE UPDATE ON payment_assignment
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER payment_assignment_d BEFORE DELETE ON payment_assignment
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
