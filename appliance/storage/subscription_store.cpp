#include "storage/subscription_store.hpp"

namespace mnara::storage {

namespace {

domain::Subscription read_subscription(const Query& q)
{
    domain::Subscription s;
    s.id = q.get<SubscriptionId>(0);
    s.subscriber_id = q.get<SubscriberId>(1);
    s.username = q.get<std::string>(2);
    s.password_secret_id = q.get<SecretId>(3);
    s.plan_code = q.get<std::string>(4);
    s.static_ipv4 = q.get<std::optional<std::string>>(5);
    s.device_macs = q.get<std::optional<std::string>>(6);
    s.anchor_day = q.get<std::optional<int>>(7);
    s.auto_renew = q.get<bool>(8);
    s.state = domain::subscription_state(q.get<std::string>(9)).value();
    s.state_seq = q.get<int>(10);
    s.paid_until = q.get<std::optional<UnixTime>>(11);
    return s;
}

std::string subscriptions_where(std::string_view condition)
{
    return "SELECT id, subscriber_id, username, password_secret_id, plan_code, static_ipv4, "
           "device_macs, anchor_day, auto_renew, state, state_seq, paid_until FROM subscription " +
           std::string(condition);
}

std::optional<domain::Subscription> first(Query q)
{
    if (!q.step())
        return std::nullopt;
    return read_subscription(q);
}

std::vector<domain::Subscription> all(Query q)
{
    std::vector<domain::Subscription> rows;
    while (q.step())
        rows.push_back(read_subscription(q));
    return rows;
}

TermRow read_term(const Query& q)
{
    return {q.get<TermId>(0),   q.get<SubscriptionId>(1),
            q.get<int>(2),      q.get<PlanVersionId>(3),
            q.get<Money>(4),    q.get<UnixTime>(5),
            q.get<UnixTime>(6), q.get<std::optional<JournalId>>(7)};
}

constexpr std::string_view kTermColumns =
    "SELECT id, subscription_id, seq, plan_version_id, price_cents, starts_at, ends_at, journal_id "
    "FROM term ";

bool exists(ReadTx& tx, std::string_view sql, const std::string& value)
{
    Query q = tx.query(sql, value);
    return q.step();
}

} // namespace

InsertSubscription insert_subscription(Tx& tx, domain::Subscription& s, UnixTime now)
{
    if (exists(tx, "SELECT 1 FROM subscription WHERE username = ?1 AND state <> 'terminated'",
               s.username))
        return InsertSubscription::UsernameTaken;
    if (s.static_ipv4 &&
        exists(tx, "SELECT 1 FROM subscription WHERE static_ipv4 = ?1 AND state <> 'terminated'",
               *s.static_ipv4))
        return InsertSubscription::AddressTaken;
    s.id = tx.insert<SubscriptionId>(
        "INSERT INTO subscription(subscriber_id, username, password_secret_id, plan_code, "
        "static_ipv4, device_macs, auto_renew, created_at, state, state_seq) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'pending', 0)",
        s.subscriber_id, s.username, s.password_secret_id, s.plan_code, s.static_ipv4,
        s.device_macs, s.auto_renew, now);
    return InsertSubscription::Done;
}

std::optional<domain::Subscription> find_subscription(ReadTx& tx, SubscriptionId id)
{
    return first(tx.query(subscriptions_where("WHERE id = ?1"), id));
}

std::optional<domain::Subscription> find_live_subscription(ReadTx& tx, const std::string& username)
{
    return first(
        tx.query(subscriptions_where("WHERE username = ?1 AND state <> 'terminated'"), username));
}

void for_each_live_subscription(ReadTx& tx,
                                const std::function<void(const domain::Subscription&)>& visit)
{
    Query q = tx.query(subscriptions_where("WHERE state <> 'terminated' ORDER BY username"));
    while (q.step())
        visit(read_subscription(q));
}

std::vector<domain::Subscription> subscriptions_of(ReadTx& tx, SubscriberId id)
{
    return all(tx.query(subscriptions_where("WHERE subscriber_id = ?1 ORDER BY id"), id));
}

std::vector<domain::Subscription> due_subscriptions(ReadTx& tx, UnixTime now, int limit)
{
    return all(tx.query(subscriptions_where("WHERE state = 'active' AND paid_until <= ?1 "
                                            "ORDER BY paid_until LIMIT ?2"),
                        now, limit));
}

std::vector<domain::Subscription> expired_too_early(ReadTx& tx, UnixTime now, int limit)
{
    return all(tx.query(subscriptions_where("WHERE state = 'expired' AND paid_until > ?1 "
                                            "ORDER BY paid_until LIMIT ?2"),
                        now, limit));
}

std::optional<UnixTime> next_subscription_due(ReadTx& tx)
{
    Query q = tx.query("SELECT MIN(paid_until) FROM subscription WHERE state = 'active'");
    return q.step() ? q.get<std::optional<UnixTime>>(0) : std::nullopt;
}

void insert_subscription_event(Tx& tx, domain::Subscription& s, const EventFacts& facts)
{
    tx.run("INSERT INTO subscription_event(subscription_id, seq, from_state, event, to_state, "
           "paid_until, actor, reason, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
           s.id, s.state_seq + 1, to_text(s.state), to_text(facts.event), to_text(facts.to),
           facts.paid_until, facts.actor, facts.reason, facts.at);
    s.state = facts.to;
    ++s.state_seq;
    s.paid_until = facts.paid_until;
}

void set_username(Tx& tx, SubscriptionId id, const std::string& username)
{
    tx.run("UPDATE subscription SET username = ?2 WHERE id = ?1", id, username);
}

void set_plan_code(Tx& tx, SubscriptionId id, const std::string& plan_code)
{
    tx.run("UPDATE subscription SET plan_code = ?2 WHERE id = ?1", id, plan_code);
}

void set_device_macs(Tx& tx, SubscriptionId id, const std::optional<std::string>& macs)
{
    tx.run("UPDATE subscription SET device_macs = ?2 WHERE id = ?1", id, macs);
}

void set_anchor_day(Tx& tx, SubscriptionId id, int day)
{
    tx.run("UPDATE subscription SET anchor_day = ?2 WHERE id = ?1", id, day);
}

void set_password_secret(Tx& tx, SubscriptionId id, SecretId secret)
{
    tx.run("UPDATE subscription SET password_secret_id = ?2 WHERE id = ?1", id, secret);
}

int next_term_seq(ReadTx& tx, SubscriptionId id)
{
    Query q = tx.query("SELECT COALESCE(MAX(seq), 0) + 1 FROM term WHERE subscription_id = ?1", id);
    ENSURE(q.step());
    return q.get<int>(0);
}

TermId insert_term(Tx& tx, const TermRow& term)
{
    return tx.insert<TermId>(
        "INSERT INTO term(subscription_id, seq, plan_version_id, price_cents, starts_at, ends_at, "
        "journal_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        term.subscription_id, term.seq, term.plan_version_id, term.price, term.starts_at,
        term.ends_at, term.journal_id);
}

std::vector<TermRow> terms_of(ReadTx& tx, SubscriptionId id)
{
    std::vector<TermRow> rows;
    Query q = tx.query(std::string(kTermColumns) + "WHERE subscription_id = ?1 ORDER BY seq", id);
    while (q.step())
        rows.push_back(read_term(q));
    return rows;
}

std::optional<TermRow> term_at(ReadTx& tx, SubscriptionId id, UnixTime at)
{
    {
        Query q = tx.query(std::string(kTermColumns) +
                               "WHERE subscription_id = ?1 AND starts_at <= ?2 AND ends_at > ?2",
                           id, at);
        if (q.step())
            return read_term(q);
    }
    Query q = tx.query(
        std::string(kTermColumns) + "WHERE subscription_id = ?1 ORDER BY ends_at DESC LIMIT 1", id);
    if (!q.step())
        return std::nullopt;
    return read_term(q);
}

void insert_term_plan_change(Tx& tx, TermId term, PlanVersionId plan, const std::string& actor,
                             UnixTime now)
{
    tx.run("INSERT INTO term_plan_change(term_id, seq, plan_version_id, actor, at) SELECT ?1, "
           "COALESCE(MAX(seq), 0) + 1, ?2, ?3, ?4 FROM term_plan_change WHERE term_id = ?1",
           term, plan, actor, now);
}

std::vector<ServedTerm> served_terms(ReadTx& tx, SubscriptionId id, UnixTime at)
{
    std::vector<ServedTerm> terms;
    Query q =
        tx.query("SELECT ends_at, plan_version_id FROM served_term WHERE subscription_id = ?1 "
                 "AND ends_at > ?2 ORDER BY ends_at",
                 id, at);
    while (q.step())
        terms.push_back({q.get<UnixTime>(0), q.get<PlanVersionId>(1)});
    if (!terms.empty())
        return terms;
    Query last = tx.query("SELECT ends_at, plan_version_id FROM served_term "
                          "WHERE subscription_id = ?1 ORDER BY ends_at DESC LIMIT 1",
                          id);
    if (last.step())
        terms.push_back({last.get<UnixTime>(0), last.get<PlanVersionId>(1)});
    return terms;
}

void insert_allocation(Tx& tx, PaymentId payment, TermId term, Money amount, UnixTime now)
{
    tx.run("INSERT INTO allocation(payment_id, term_id, amount_cents, at) VALUES (?1, ?2, ?3, ?4)",
           payment, term, amount, now);
}

Money unallocated_of(ReadTx& tx, PaymentId payment)
{
    Query q =
        tx.query("SELECT p.amount_cents - COALESCE((SELECT SUM(a.amount_cents) FROM allocation a "
                 "WHERE a.payment_id = p.id), 0) FROM payment p WHERE p.id = ?1",
                 payment);
    ENSURE(q.step());
    return q.get<Money>(0);
}

void insert_purchase_due(Tx& tx, PaymentId payment, UnixTime now)
{
    tx.run("INSERT INTO purchase_due(payment_id, created_at) VALUES (?1, ?2)", payment, now);
}

std::optional<PaymentId> oldest_purchase_due(ReadTx& tx)
{
    Query q = tx.query("SELECT payment_id FROM purchase_due ORDER BY payment_id LIMIT 1");
    if (!q.step())
        return std::nullopt;
    return q.get<PaymentId>(0);
}

void delete_purchase_due(Tx& tx, PaymentId payment)
{
    tx.run("DELETE FROM purchase_due WHERE payment_id = ?1", payment);
}

} // namespace mnara::storage
