-- Lines that a wrong clock has ended too early: the sweep looks for expired ones with time left.
CREATE INDEX subscription_expired ON subscription(paid_until) WHERE state = 'expired';
