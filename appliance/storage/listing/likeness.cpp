#include "storage/listing/likeness.hpp"

namespace mnara::storage::listing {

namespace {

void add(std::vector<SubscriberId>& found, Query q)
{
    while (q.step())
        found.push_back(q.get<SubscriberId>(0));
}

// Found anywhere, % and _ taken as any letter.
std::string anywhere(const std::string& word)
{
    return '%' + word + '%';
}

} // namespace

std::vector<SubscriberId> with_accounts(ReadTx& tx, const std::vector<std::string>& account_nos)
{
    std::vector<SubscriberId> found;
    for (const std::string& account_no : account_nos)
        add(found, tx.query("SELECT id FROM subscriber WHERE account_no = ?1", account_no));
    return found;
}

std::vector<SubscriberId> with_phone_like(ReadTx& tx, const std::string& head,
                                          const std::string& tail, int limit)
{
    std::vector<SubscriberId> found;
    add(found, tx.query("SELECT subscriber_id FROM phone WHERE msisdn >= ?1 AND msisdn < ?1 || ':' "
                        "AND msisdn LIKE '%' || ?2 LIMIT ?3",
                        head, tail, limit));
    return found;
}

std::vector<SubscriberId> with_username(ReadTx& tx, const std::string& username)
{
    std::vector<SubscriberId> found;
    add(found, tx.query("SELECT subscriber_id FROM subscription WHERE username IN (?1, lower(?1), "
                        "upper(?1)) AND state <> 'terminated'",
                        username));
    return found;
}

std::vector<SubscriberId> with_name(ReadTx& tx, const std::string& first, const std::string& second,
                                    int limit)
{
    std::vector<SubscriberId> found;
    add(found, tx.query("SELECT id FROM subscriber INDEXED BY subscriber_name "
                        "WHERE full_name LIKE ?1 AND full_name LIKE ?2 LIMIT ?3",
                        anywhere(first), anywhere(second), limit));
    return found;
}

std::vector<SubscriberId> with_unpaid_prompt(ReadTx& tx, Money amount, UnixTime since, int limit)
{
    std::vector<SubscriberId> found;
    add(found, tx.query("SELECT DISTINCT a.subscriber_id FROM payment_attempt a "
                        "INDEXED BY payment_attempt_check "
                        "WHERE a.state IN ('requested','prompted','unknown') "
                        "AND a.amount_cents = ?1 AND a.requested_at >= ?2 LIMIT ?3",
                        amount, since, limit));
    return found;
}

} // namespace mnara::storage::listing
