#include "storage/listing/payment_story.hpp"

namespace mnara::storage::listing {

namespace {

std::string operator_of(const std::string& row, const std::string& o)
{
    return "LEFT JOIN operator " + o + " ON " + row + ".actor GLOB 'operator:*' AND " + o +
           ".id = CAST(substr(" + row + ".actor, 10) AS INTEGER) ";
}

Doer doer(const Query& q, int at)
{
    return {q.get<std::string>(at), q.get<std::optional<std::string>>(at + 1)};
}

} // namespace

std::vector<Ownership> owners_of(ReadTx& tx, const ReadScope& scope, PaymentId id)
{
    std::vector<Ownership> rows;
    Query q = tx.query("SELECT a.subscriber_id, p.full_name, a.at, a.actor, ao.full_name, u.at, "
                       "u.actor, uo.full_name, u.reason FROM payment_assignment a "
                       "JOIN subscriber p ON p.id = a.subscriber_id "
                       "LEFT JOIN payment_unassignment u ON u.payment_id = a.payment_id "
                       "AND u.seq = a.seq " +
                           operator_of("a", "ao") + operator_of("u", "uo") +
                           "WHERE a.payment_id = ?1 AND " + inside(scope, "p.site_id", 2) +
                           " ORDER BY a.seq",
                       id, scope.sites());
    while (q.step()) {
        Ownership row{q.get<SubscriberId>(0), q.get<std::string>(1), q.get<UnixTime>(2), doer(q, 3),
                      std::nullopt};
        if (!q.is_null(5))
            row.taken_back = {q.get<UnixTime>(5), doer(q, 6), q.get<std::string>(8)};
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<PaidTerm> terms_paid_by(ReadTx& tx, PaymentId id)
{
    std::vector<PaidTerm> rows;
    Query q = tx.query("SELECT t.id, t.subscription_id, l.username, n.name, t.price_cents, "
                       "a.amount_cents, a.at, t.starts_at, t.ends_at FROM allocation a "
                       "JOIN term t ON t.id = a.term_id "
                       "JOIN subscription l ON l.id = t.subscription_id "
                       "JOIN plan_version v ON v.id = t.plan_version_id "
                       "JOIN plan n ON n.code = v.plan_code "
                       "WHERE a.payment_id = ?1 ORDER BY t.id",
                       id);
    while (q.step())
        rows.push_back({q.get<TermId>(0), q.get<SubscriptionId>(1), q.get<std::string>(2),
                        q.get<std::string>(3), q.get<Money>(4), q.get<Money>(5), q.get<UnixTime>(6),
                        q.get<UnixTime>(7), q.get<UnixTime>(8)});
    return rows;
}

PaymentFate fate_of(ReadTx& tx, PaymentId id)
{
    // Its own journal where it was known whose it is, or that of the assignment that stands.
    Query q = tx.query(
        "SELECT COALESCE(SUM(t.amount_cents), 0), "
        "EXISTS (SELECT 1 FROM purchase_due WHERE payment_id = ?1) FROM transfer t "
        "JOIN ledger_account c ON c.id = t.credit_account_id AND c.kind = 'receivable' "
        "WHERE t.journal_id IN (SELECT journal_id FROM payment WHERE id = ?1 UNION ALL "
        "SELECT a.journal_id FROM payment_assignment a WHERE a.payment_id = ?1 "
        "AND NOT EXISTS (SELECT 1 FROM payment_unassignment u WHERE u.payment_id = a.payment_id "
        "AND u.seq = a.seq))",
        id);
    ENSURE(q.step());
    return {q.get<Money>(0), q.get<bool>(1)};
}

AttemptStory story_of_attempt(ReadTx& tx, AttemptId id)
{
    Query q = tx.query("SELECT a.actor, o.full_name, p.full_name, l.username, n.name, "
                       "v.price_cents FROM payment_attempt a "
                       "JOIN subscriber p ON p.id = a.subscriber_id "
                       "LEFT JOIN subscription l ON l.id = a.subscription_id "
                       "LEFT JOIN plan_version v ON v.id = a.plan_version_id "
                       "LEFT JOIN plan n ON n.code = v.plan_code " +
                           operator_of("a", "o") + "WHERE a.id = ?1",
                       id);
    ENSURE(q.step());
    return {doer(q, 0), q.get<std::string>(2), q.get<std::optional<std::string>>(3),
            q.get<std::optional<std::string>>(4), q.get<std::optional<Money>>(5)};
}

} // namespace mnara::storage::listing
