-- What a screen counts or walks, without the rest of the table.

-- Sessions of which nobody knows whose they are belong to the site of their router; they are few.
CREATE INDEX session_of_nobody ON session(router_id, stopped_at) WHERE subscription_id IS NULL;
-- Counted from the index alone: who is online, and which of them have paid (class ends with ':full').
DROP INDEX session_open;
CREATE INDEX session_open ON session(id, class, stopped_at) WHERE stopped_at IS NULL;
-- What operators did today, among what the box did.
CREATE INDEX audit_log_operator ON audit_log(at, actor) WHERE actor GLOB 'operator:*';
