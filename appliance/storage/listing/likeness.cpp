#include "storage/listing/likeness.hpp"

#include <fmt/format.h>

namespace mnara::storage::listing {

namespace {

void add(std::vector<SubscriberId>& found, Query q)
{
    while (q.step())
        found.push_back(q.get<SubscriberId>(0));
}

constexpr int kNamesLookedAt = 200; // that begin with one of the words
// Behind every character that can follow.
constexpr const char* kLast = "\xf4\x8f\xbf\xbf";

} // namespace

std::vector<SubscriberId> with_accounts(ReadTx& tx, const std::vector<std::string>& account_nos)
{
    std::vector<SubscriberId> found;
    std::string list; // of digits: nothing in it has a meaning in JSON
    for (const std::string& account_no : account_nos)
        list += (list.empty() ? "\"" : ",\"") + account_no + '"';
    add(found, tx.query("SELECT p.id FROM json_each('[' || ?1 || ']') a CROSS JOIN subscriber p "
                        "ON p.account_no = a.value",
                        list));
    return found;
}

std::vector<SubscriberId> with_phone_like(ReadTx& tx, const std::string& head,
                                          const std::string& tail, int limit)
{
    std::vector<SubscriberId> found;
    // The index knows the last four: where fewer are known, all that they may be. (Not by a CAST:
    // an expression of its affinity is not looked up in the index.)
    add(found, tx.query("WITH RECURSIVE ending(digits) AS (SELECT substr(?2, -4) UNION ALL "
                        "SELECT d.value || digits FROM ending "
                        "CROSS JOIN json_each('[0,1,2,3,4,5,6,7,8,9]') d WHERE length(digits) < 4) "
                        "SELECT h.subscriber_id FROM ending CROSS JOIN phone h "
                        "INDEXED BY phone_ending ON h.msisdn % 10000 = digits + 0 "
                        "WHERE length(digits) = 4 AND h.msisdn LIKE ?1 || '%' || ?2 LIMIT ?3",
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
    // One word behind the other is found however many there are; with more words between them only
    // among so many names that begin with one. % and _ in a word are taken as any letter.
    const auto begins_with = [](const char* text) {
        return fmt::format("(SELECT id, full_name FROM subscriber INDEXED BY subscriber_name "
                           "WHERE full_name COLLATE NOCASE >= {0} "
                           "AND full_name COLLATE NOCASE < {0} || ?4 LIMIT ?5)",
                           text);
    };
    // UNION ALL ends as soon as enough are found; UNION would walk all four to the end.
    static const std::string sql =
        fmt::format("SELECT DISTINCT id FROM (SELECT id FROM {} UNION ALL SELECT id FROM {} "
                    "UNION ALL SELECT id FROM {} WHERE full_name LIKE '%' || ?2 || '%' "
                    "UNION ALL SELECT id FROM {} WHERE full_name LIKE '%' || ?1 || '%') LIMIT ?3",
                    begins_with("(?1 || ' ' || ?2)"), begins_with("(?2 || ' ' || ?1)"),
                    begins_with("?1"), begins_with("?2"));
    add(found, tx.query(sql, first, second, limit, kLast, kNamesLookedAt));
    return found;
}

std::vector<SubscriberId> with_unpaid_prompt(ReadTx& tx, Money amount, UnixTime since,
                                             UnixTime until, int limit)
{
    std::vector<SubscriberId> found;
    add(found, tx.query("SELECT DISTINCT a.subscriber_id FROM payment_attempt a "
                        "INDEXED BY payment_attempt_check "
                        "WHERE a.state IN ('requested','prompted','unknown') "
                        "AND a.amount_cents = ?1 AND a.requested_at BETWEEN ?2 AND ?3 "
                        "LIMIT ?4",
                        amount, since, until, limit));
    return found;
}

std::optional<SubscriptionId> line_at_price(ReadTx& tx, SubscriberId subscriber, Money price)
{
    Query q = tx.query("SELECT s.id FROM subscription s JOIN plan p ON p.code = s.plan_code "
                       "JOIN plan_version v ON v.plan_code = p.code "
                       "AND v.version = p.current_version WHERE s.subscriber_id = ?1 "
                       "AND s.state <> 'terminated' AND v.price_cents = ?2 ORDER BY s.id LIMIT 1",
                       subscriber, price);
    return q.step() ? std::optional(q.get<SubscriptionId>(0)) : std::nullopt;
}

} // namespace mnara::storage::listing
