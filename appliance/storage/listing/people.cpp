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

bool is_projected(ReadTx& tx, const std::string& username)
{
    return !tx.query("SELECT 1 FROM projection_dirty WHERE kind = 'access' AND key = ?1", username)
                .step();
}

} // namespace mnara::storage::listing
