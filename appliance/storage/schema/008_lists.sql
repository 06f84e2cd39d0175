-- Lists and counts that walked a whole table. Both hold few rows of it, so that the planner takes them
-- for nothing else; the queries name them.

-- Open sessions newest first, and which of them are paid for (class ends with ':full').
CREATE INDEX session_open ON session(id, class) WHERE stopped_at IS NULL;
-- Counted by state, found by a username that is free again.
CREATE INDEX subscription_resting ON subscription(state, username)
  WHERE state NOT IN ('active','expired');
