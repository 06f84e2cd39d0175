-- The ledger. No balance is stored on its own: an account's balance is balance_after_cents of its
-- last entry. One journal a business event, one debit and one credit a transfer, two entries a
-- transfer, written by a trigger. Nothing here is ever changed; a wrong record gets a reversal.
--
-- Posting recipes, debit -> credit (written once, in domain/ledger.cpp):
--   payment, subscriber known   provider:x -> wallet:s; while receivable:s > 0 also
--                               wallet:s -> receivable:s, the lesser of the two
--   payment, nobody known       provider:x -> unapplied; assigned later: unapplied -> wallet:s
--   plan bought                 wallet:s -> revenue:plans
--   the same money recorded     the payment's journal reversed: what the wallet no longer holds is
--   twice, or taken back        posted to receivable:s, so it always posts

CREATE TABLE account_kind (       -- the chart; a minimum of 0 is what refuses a purchase without money
  kind TEXT PRIMARY KEY, normal_side TEXT NOT NULL CHECK (normal_side IN ('debit','credit')),
  min_balance_cents INTEGER,
  per TEXT NOT NULL CHECK (per IN ('box','name','subscriber'))) STRICT, WITHOUT ROWID;
INSERT INTO account_kind VALUES
  ('provider','debit',NULL,'name'), ('cash','debit',NULL,'name'),
  ('receivable','debit',0,'subscriber'), ('goodwill','debit',NULL,'box'),
  ('write_off','debit',NULL,'box'), ('wallet','credit',0,'subscriber'),
  ('unapplied','credit',0,'box'), ('revenue','credit',NULL,'name');

CREATE TABLE ledger_account (     -- code is kind, kind:<name> or kind:<subscriber>
  id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, kind TEXT NOT NULL REFERENCES account_kind(kind),
  normal_side TEXT NOT NULL, min_balance_cents INTEGER,
  subscriber_id INTEGER REFERENCES subscriber(id), created_at INTEGER NOT NULL) STRICT;
CREATE INDEX ledger_account_subscriber ON ledger_account(subscriber_id);
CREATE TRIGGER ledger_account_as_charted BEFORE INSERT ON ledger_account
  WHEN NOT EXISTS (SELECT 1 FROM account_kind k WHERE k.kind = NEW.kind
    AND (k.normal_side, k.min_balance_cents, k.per = 'subscriber')
      IS (NEW.normal_side, NEW.min_balance_cents, NEW.subscriber_id IS NOT NULL)
    AND CASE k.per WHEN 'box' THEN NEW.code = k.kind
                   WHEN 'name' THEN NEW.code GLOB k.kind || ':?*'
                   ELSE NEW.code = k.kind || ':' || NEW.subscriber_id END)
  BEGIN SELECT RAISE(ABORT,'account does not follow the chart'); END;

CREATE TABLE journal (            -- source_key is the event's natural name: it can be booked once only
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('payment','assignment','plan_purchase','reversal','goodwill',
    'write_off','refund','opening')),
  source_key TEXT NOT NULL UNIQUE,  -- payment:<id>, assignment:<payment>:<seq>, term:<subscription>:<seq>
  reverses_journal_id INTEGER UNIQUE REFERENCES journal(id), actor TEXT NOT NULL, memo TEXT,
  event_at INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
  CHECK ((kind = 'reversal') = (reverses_journal_id IS NOT NULL))) STRICT;

CREATE TABLE transfer (           -- every journal balances by construction
  id INTEGER PRIMARY KEY, journal_id INTEGER NOT NULL REFERENCES journal(id),
  amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
  debit_account_id INTEGER NOT NULL REFERENCES ledger_account(id),
  credit_account_id INTEGER NOT NULL REFERENCES ledger_account(id),
  CHECK (debit_account_id <> credit_account_id)) STRICT;
CREATE INDEX transfer_journal ON transfer(journal_id);

CREATE TABLE ledger_entry (
  account_id INTEGER NOT NULL REFERENCES ledger_account(id), seq INTEGER NOT NULL CHECK (seq > 0),
  transfer_id INTEGER NOT NULL REFERENCES transfer(id),
  side TEXT NOT NULL CHECK (side IN ('debit','credit')),
  delta_cents INTEGER NOT NULL CHECK (delta_cents <> 0), balance_after_cents INTEGER NOT NULL,
  PRIMARY KEY (account_id, seq), UNIQUE (transfer_id, side)) STRICT, WITHOUT ROWID;

CREATE VIEW ledger_balance AS SELECT a.id AS account_id, a.code, a.kind, a.normal_side,
  a.subscriber_id,
  COALESCE((SELECT e.balance_after_cents FROM ledger_entry e WHERE e.account_id = a.id
            ORDER BY e.seq DESC LIMIT 1), 0) AS balance_cents,
  COALESCE((SELECT MAX(e.seq) FROM ledger_entry e WHERE e.account_id = a.id), 0) AS last_seq
  FROM ledger_account a;

CREATE TRIGGER journal_newest AFTER INSERT ON journal
  WHEN NEW.id < (SELECT MAX(id) FROM journal)
  BEGIN SELECT RAISE(ABORT,'journals are numbered upwards'); END;
CREATE TRIGGER transfer_newest BEFORE INSERT ON transfer
  WHEN NEW.journal_id <> (SELECT MAX(id) FROM journal)
  BEGIN SELECT RAISE(ABORT,'an older journal is sealed'); END;
CREATE TRIGGER ledger_entry_guard BEFORE INSERT ON ledger_entry BEGIN
  SELECT RAISE(ABORT,'entry does not match its transfer') WHERE NOT EXISTS (
    SELECT 1 FROM transfer t JOIN ledger_account a ON a.id = NEW.account_id
    WHERE t.id = NEW.transfer_id
      AND NEW.account_id = CASE NEW.side WHEN 'debit' THEN t.debit_account_id
                                         ELSE t.credit_account_id END
      AND NEW.delta_cents = CASE WHEN NEW.side = a.normal_side THEN t.amount_cents
                                 ELSE -t.amount_cents END);
  SELECT RAISE(ABORT,'entry breaks the account chain') WHERE NOT EXISTS (
    SELECT 1 FROM ledger_balance b WHERE b.account_id = NEW.account_id
      AND NEW.seq = b.last_seq + 1
      AND NEW.balance_after_cents = b.balance_cents + NEW.delta_cents);
  SELECT RAISE(ABORT,'insufficient funds') FROM ledger_account a
    WHERE a.id = NEW.account_id AND NEW.delta_cents < 0
      AND NEW.balance_after_cents < a.min_balance_cents; END;
CREATE TRIGGER transfer_posts AFTER INSERT ON transfer BEGIN
  INSERT INTO ledger_entry SELECT b.account_id, b.last_seq + 1, NEW.id, 'debit',
    NEW.amount_cents * CASE b.normal_side WHEN 'debit' THEN 1 ELSE -1 END,
    b.balance_cents + NEW.amount_cents * CASE b.normal_side WHEN 'debit' THEN 1 ELSE -1 END
    FROM ledger_balance b WHERE b.account_id = NEW.debit_account_id;
  INSERT INTO ledger_entry SELECT b.account_id, b.last_seq + 1, NEW.id, 'credit',
    NEW.amount_cents * CASE b.normal_side WHEN 'credit' THEN 1 ELSE -1 END,
    b.balance_cents + NEW.amount_cents * CASE b.normal_side WHEN 'credit' THEN 1 ELSE -1 END
    FROM ledger_balance b WHERE b.account_id = NEW.credit_account_id;
  SELECT RAISE(ABORT,'transfer without its two entries')
    WHERE (SELECT COUNT(*) FROM ledger_entry WHERE transfer_id = NEW.id) <> 2; END;

CREATE TRIGGER account_kind_u BEFORE UPDATE ON account_kind BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER account_kind_d BEFORE DELETE ON account_kind BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER ledger_account_u BEFORE UPDATE ON ledger_account BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER ledger_account_d BEFORE DELETE ON ledger_account BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER journal_u BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER journal_d BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER transfer_u BEFORE UPDATE ON transfer BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER transfer_d BEFORE DELETE ON transfer BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER ledger_entry_u BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER ledger_entry_d BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT,'append-only'); END;
