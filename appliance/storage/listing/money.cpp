#include "storage/listing/money.hpp"

#include "storage/listing/few.hpp"

#include <limits>

namespace mnara::storage::listing {

namespace {

template <class IdType> std::vector<IdType> ids(Query q)
{
    std::vector<IdType> found;
    while (q.step())
        found.push_back(q.get<IdType>(0));
    return found;
}

std::int64_t below(const Page& page)
{
    return page.after.value_or(std::numeric_limits<std::int64_t>::max());
}

} // namespace

std::vector<AttemptId> attempts(ReadTx& tx, const ReadScope& scope, const std::string& state,
                                const Page& page)
{
    const std::string inside =
        "AND (?4 IS NULL OR (SELECT site_id FROM subscriber WHERE id = subscriber_id) IN "
        "(SELECT value FROM json_each(?4))) ORDER BY id DESC LIMIT ?2";
    // Few are open at a time, and they may lie far apart; what has ended is everywhere.
    if (state == "requested" || state == "prompted" || state == "unknown")
        return ids<AttemptId>(
            tx.query("SELECT id FROM payment_attempt INDEXED BY payment_attempt_check "
                     "WHERE state IN ('requested','prompted','unknown') AND state = ?3 "
                     "AND id < ?1 " +
                         inside,
                     below(page), page.limit + 1, state, scope.sites()));
    if (const auto few = few_attempts(tx, scope, below(page)))
        return ids<AttemptId>(
            tx.query("SELECT id FROM payment_attempt WHERE id IN (SELECT value FROM json_each(?5)) "
                     "AND id < ?1 AND (?3 = '' OR state = ?3) " +
                         inside,
                     below(page), page.limit + 1, state, scope.sites(), *few));
    return ids<AttemptId>(tx.query("SELECT id FROM payment_attempt WHERE id < ?1 "
                                   "AND (?3 = '' OR state = ?3) " +
                                       inside,
                                   below(page), page.limit + 1, state, scope.sites()));
}

std::vector<PaymentId> payments(ReadTx& tx, const ReadScope& scope, const WhichPayments& which,
                                const Page& page)
{
    // Money of which nobody knows whose it is belongs to no site.
    const std::string inside =
        "AND (?3 IS NULL OR (SELECT site_id FROM subscriber WHERE id = subscriber_id) IN "
        "(SELECT value FROM json_each(?3))) ";
    const std::string start = "SELECT id FROM payment WHERE id < ?1 ";
    const std::string end = inside + "ORDER BY id DESC LIMIT ?2";
    if (which.unmatched)
        return ids<PaymentId>(
            tx.query(start + "AND subscriber_id IS NULL AND duplicate_of IS NULL " + end,
                     below(page), page.limit + 1, scope.sites()));
    if (which.subscriber_id)
        return ids<PaymentId>(tx.query(start + "AND subscriber_id = ?4 " + end, below(page),
                                       page.limit + 1, scope.sites(), *which.subscriber_id));
    if (const auto few = few_payments(tx, scope, below(page)))
        return ids<PaymentId>(tx.query(start +
                                           "AND id IN (SELECT value FROM json_each(?4)) "
                                           "AND recorded_at >= ?5 AND recorded_at < ?6 " +
                                           end,
                                       below(page), page.limit + 1, scope.sites(), *few,
                                       which.from.value_or(UnixTime{}),
                                       which.to.value_or(kForever)));
    // Of a few days there may be fewer than a page: without its index all would be walked for them.
    if (which.from || which.to)
        return ids<PaymentId>(tx.query("SELECT id FROM payment INDEXED BY payment_recorded "
                                       "WHERE recorded_at >= ?4 AND recorded_at < ?5 AND id < ?1 " +
                                           end,
                                       below(page), page.limit + 1, scope.sites(),
                                       which.from.value_or(UnixTime{}),
                                       which.to.value_or(kForever)));
    return ids<PaymentId>(tx.query(start + end, below(page), page.limit + 1, scope.sites()));
}

} // namespace mnara::storage::listing
