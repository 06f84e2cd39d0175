#include "storage/listing/people.hpp"

namespace mnara::storage::listing {

namespace {

Money balance(ReadTx& tx, const std::string& code)
{
    Query q = tx.query("SELECT balance_cents FROM ledger_balance WHERE code = ?1", code);
    return q.step() ? q.get<Money>(0) : Money();
}

} // namespace

Balances balances_of(ReadTx& tx, SubscriberId id)
{
    const std::string number = std::to_string(id.value);
    return {balance(tx, "wallet:" + number), balance(tx, "receivable:" + number)};
}

std::optional<std::string> running_plan_of(ReadTx& tx, SubscriptionId id, UnixTime at)
{
    Query q = tx.query("SELECT p.name FROM served_term t "
                       "JOIN plan_version v ON v.id = t.plan_version_id "
                       "JOIN plan p ON p.code = v.plan_code "
                       "WHERE t.subscription_id = ?1 AND t.starts_at <= ?2 AND t.ends_at > ?2",
                       id, at);
    if (!q.step())
        return std::nullopt;
    return q.get<std::string>(0);
}

bool is_projected(ReadTx& tx, const std::string& username)
{
    return !tx.query("SELECT 1 FROM projection_dirty WHERE kind = 'access' AND key = ?1", username)
                .step();
}

} // namespace mnara::storage::listing
