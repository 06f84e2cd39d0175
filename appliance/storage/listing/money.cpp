#include "storage/listing/money.hpp"

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

std::vector<AttemptId> attempts(ReadTx& tx, const std::string& state, const Page& page)
{
    // Few are open at a time, and they may lie far apart; what has ended is everywhere.
    if (state == "requested" || state == "prompted" || state == "unknown")
        return ids<AttemptId>(
            tx.query("SELECT id FROM payment_attempt INDEXED BY payment_attempt_check "
                     "WHERE state IN ('requested','prompted','unknown') AND state = ?3 "
                     "AND id < ?1 ORDER BY id DESC LIMIT ?2",
                     below(page), page.limit + 1, state));
    return ids<AttemptId>(tx.query("SELECT id FROM payment_attempt WHERE id < ?1 "
                                   "AND (?3 = '' OR state = ?3) ORDER BY id DESC LIMIT ?2",
                                   below(page), page.limit + 1, state));
}

std::vector<PaymentId> payments(ReadTx& tx, const WhichPayments& which, const Page& page)
{
    if (which.unmatched)
        return ids<PaymentId>(tx.query("SELECT id FROM payment WHERE id < ?1 "
                                       "AND subscriber_id IS NULL AND duplicate_of IS NULL "
                                       "ORDER BY id DESC LIMIT ?2",
                                       below(page), page.limit + 1));
    if (which.subscriber_id)
        return ids<PaymentId>(tx.query("SELECT id FROM payment WHERE id < ?1 "
                                       "AND subscriber_id = ?3 ORDER BY id DESC LIMIT ?2",
                                       below(page), page.limit + 1, *which.subscriber_id));
    return ids<PaymentId>(tx.query("SELECT id FROM payment WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
                                   below(page), page.limit + 1));
}

} // namespace mnara::storage::listing
