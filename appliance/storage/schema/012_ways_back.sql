-- Ways back that leave no trace where nothing happened, and a trace where something did.

-- An end that was a slip is taken back: the tenancy goes on as if it had not ended, unless the unit
-- has had somebody since.
DROP TRIGGER tenancy_u;
CREATE TRIGGER tenancy_u BEFORE UPDATE ON tenancy
  WHEN (NEW.id, NEW.unit_id, NEW.subscriber_id, NEW.from_at)
      IS NOT (OLD.id, OLD.unit_id, OLD.subscriber_id, OLD.from_at)
    OR (OLD.until_at IS NULL) = (NEW.until_at IS NULL)
    OR (NEW.until_at IS NULL AND EXISTS (SELECT 1 FROM tenancy t WHERE t.unit_id = NEW.unit_id
      AND t.id <> NEW.id AND t.from_at IS NOT t.until_at
      AND COALESCE(t.until_at, OLD.until_at + 1) > OLD.until_at))
  BEGIN SELECT RAISE(ABORT,'a tenancy only ends, or goes on where nobody came after it'); END;

-- Money that was somebody's for a while stands in that timeline for good.
CREATE INDEX payment_assignment_subscriber ON payment_assignment(subscriber_id);
