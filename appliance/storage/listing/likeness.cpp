#include "storage/listing/likeness.hpp"

namespace mnara::storage::listing {

namespace {

void add(std::vector<SubscriberId>& found, Query q)
{
    while (q.step())
        found.push_back(q.get<SubscriberId>(0));
}

// More phones than this begin alike: then their last digits say too little to be worth the look.
constexpr int kPhonesLookedAt = 5000;
// Behind every character that can follow.
constexpr const char* kLast = "\xf4\x8f\xbf\xbf";

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
    {
        Query q = tx.query("SELECT COUNT(*) FROM (SELECT 1 FROM phone WHERE msisdn >= ?1 "
                           "AND msisdn < ?1 || ':' LIMIT ?2)",
                           head, kPhonesLookedAt);
        if (!q.step() || q.get<int>(0) >= kPhonesLookedAt)
            return found;
    }
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
    // One of the words is where the name begins, so that few names are looked at. % and _ in the
    // other are taken as any letter.
    add(found,
        tx.query("SELECT id FROM (SELECT id FROM subscriber INDEXED BY subscriber_name "
                 "WHERE full_name COLLATE NOCASE >= ?1 AND full_name COLLATE NOCASE < ?1 || ?4 "
                 "AND full_name LIKE '%' || ?2 || '%' "
                 "UNION SELECT id FROM subscriber INDEXED BY subscriber_name "
                 "WHERE full_name COLLATE NOCASE >= ?2 AND full_name COLLATE NOCASE < ?2 || ?4 "
                 "AND full_name LIKE '%' || ?1 || '%') LIMIT ?3",
                 first, second, limit, kLast));
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
