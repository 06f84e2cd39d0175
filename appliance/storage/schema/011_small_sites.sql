-- Sessions of which nobody knows whose they are belong to the site of their router; they are few.
CREATE INDEX session_of_nobody ON session(router_id, stopped_at) WHERE subscription_id IS NULL;
