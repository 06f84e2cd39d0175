#include "storage/listing/people.hpp"

namespace mnara::storage::listing {

namespace {

// A pattern that finds `text` anywhere, its own % and _ taken literally.
std::string anywhere(const std::string& text)
{
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern + "%";
}

SubscriberRow read_subscriber(const Query& q)
{
    return {q.get<SubscriberId>(0), q.get<std::string>(1),
            q.get<std::string>(2),  q.get<std::optional<std::string>>(3),
            q.get<std::string>(4),  q.get<UnixTime>(5)};
}

std::vector<SubscriberRow> all(Query q)
{
    std::vector<SubscriberRow> rows;
    while (q.step())
        rows.push_back(read_subscriber(q));
    return rows;
}

// ?1: above this id, ?2: so many.
std::string subscribers_where(std::string_view condition)
{
    return "SELECT id, account_no, full_name, email, language, created_at FROM subscriber "
           "WHERE id > ?1 AND " +
           std::string(condition) + " ORDER BY id LIMIT ?2";
}

// By a whole account number or username ?3, also one that is free again, or by a whole phone ?4.
constexpr std::string_view kFoundByIndex =
    "id IN (SELECT id FROM subscriber WHERE account_no = ?3 "
    "UNION SELECT subscriber_id FROM phone WHERE msisdn = ?4 "
    "UNION SELECT subscriber_id FROM subscription INDEXED BY subscription_username "
    "WHERE username = ?3 AND state <> 'terminated' "
    "UNION SELECT subscriber_id FROM subscription INDEXED BY subscription_resting "
    "WHERE username = ?3 AND state = 'terminated' AND state NOT IN ('active','expired'))";

Money balance(ReadTx& tx, const std::string& code)
{
    Query q = tx.query("SELECT balance_cents FROM ledger_balance WHERE code = ?1", code);
    return q.step() ? q.get<Money>(0) : Money();
}

} // namespace

std::vector<SubscriberRow> subscribers(ReadTx& tx, const Search& search, const Page& page)
{
    const std::int64_t after = page.after.value_or(0);
    if (search.text.empty())
        return all(tx.query(subscribers_where("TRUE"), after, page.limit + 1));
    if (search.phone) // no part of a name, so nobody's name need be read
        return all(tx.query(subscribers_where(kFoundByIndex), after, page.limit + 1, search.text,
                            *search.phone));
    // The part of a name has no index: the walk begins at the cursor and ends with the page.
    return all(tx.query(
        subscribers_where("(full_name LIKE ?5 ESCAPE '\\' OR " + std::string(kFoundByIndex) + ")"),
        after, page.limit + 1, search.text, search.phone, anywhere(search.text)));
}

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
