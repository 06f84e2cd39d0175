// Money that moved, whichever feed tells it: STK callback, STK query, C2B. One payment, one
// journal, one term in every order of them. Called by usecases/inbox and usecases/attempts inside
// their transactions, and by http for what people do by hand.
#pragma once

#include "core/result.hpp"
#include "domain/payment.hpp"
#include "usecases/context.hpp"
#include "usecases/trusted_time.hpp"

#include <optional>
#include <string>

namespace mnara::usecases {

// What became of a message; the words are stored with it.
struct Settled
{
    std::string
        outcome; // 'credited', 'known', 'failed', 'unmatched', 'parked', 'unreadable', 'refused'
    std::string detail;
};

// The attempt was found by the unguessable token of its callback path.
Settled settle_stk_callback(storage::Tx& tx, const Context& context,
                            const domain::PaymentAttempt& attempt,
                            const domain::StkCallback& callback);
// The provider says, without a receipt, that the attempt was paid.
Settled settle_paid_by_query(storage::Tx& tx, const Context& context,
                             const domain::PaymentAttempt& attempt);
Settled settle_c2b(storage::Tx& tx, const Context& context, const std::string& provider,
                   const domain::C2bNotification& notification);

enum class AssignError { UnknownPayment, UnknownSubscriber, AlreadyAssigned };
// A person says whose unmatched money it is; it then buys as any payment does.
Result<Done, AssignError> assign_payment(storage::Tx& tx, const Context& context, PaymentId payment,
                                         SubscriberId subscriber, const std::string& actor);

enum class UnassignError {
    UnknownPayment,
    NotAssigned, // it is with nobody, or it was certain from its beginning whose it is
    Spent        // time was bought with it, or the wallet does not hold it any more
};
// Nothing where unassign_payment would take it back now.
[[nodiscard]] std::optional<UnassignError> why_not_unassigned(storage::ReadTx& tx,
                                                              PaymentId payment);
// An assignment was a mistake: its journal is reversed and the payment waits for a person again.
Result<Done, UnassignError> unassign_payment(storage::Tx& tx, const Context& context,
                                             PaymentId payment, const std::string& reason,
                                             const std::string& actor);

} // namespace mnara::usecases
