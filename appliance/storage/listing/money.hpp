// Attempts, payments and plans, as the API shows them. Read only.
#pragma once

#include "storage/attempt_store.hpp"
#include "storage/listing/page.hpp"
#include "storage/listing/scope.hpp"
#include "storage/payment_store.hpp"
#include "storage/plan_store.hpp"

namespace mnara::storage::listing {

using storage::all_plans;
using storage::find_attempt;
using storage::find_payment;
using storage::find_payment_of_attempt;
using storage::find_plan;
using storage::find_plan_version;

// The ids, newest first; of one state where `state` is not empty. One more than the page holds.
[[nodiscard]] std::vector<AttemptId> attempts(ReadTx& tx, const ReadScope& scope,
                                              const std::string& state, const Page& page);

struct WhichPayments
{
    std::optional<SubscriberId> subscriber_id;
    bool unmatched = false; // money of which nobody knows whose it is
    // Recorded from then on (included) and before then (not included).
    std::optional<UnixTime> from, to;
};
[[nodiscard]] std::vector<PaymentId> payments(ReadTx& tx, const ReadScope& scope,
                                              const WhichPayments& which, const Page& page);

} // namespace mnara::storage::listing
