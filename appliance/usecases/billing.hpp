// Turning money into time: terms bought from the wallet, and what happens to live sessions then.
#pragma once

#include "core/result.hpp"
#include "domain/plan.hpp"
#include "domain/subscription.hpp"
#include "usecases/context.hpp"
#include "usecases/trusted_time.hpp"

#include <optional>
#include <string>

namespace mnara::usecases {

struct BoughtTerm
{
    TermId id;
    UnixTime starts_at, ends_at;
    Money price;
};
enum class BuyTermError { UnknownSubscription, InsufficientFunds, NotPossibleNow, ClockSuspect };

// Buys one term of `plan` (nothing: of the subscription's next plan) from the wallet: it follows
// the paid time, or begins now. A suspended or terminated line buys nothing; the money stays.
// `payment`: the one to allocate it to.
Result<BoughtTerm, BuyTermError> buy_term(storage::Tx& tx, const Context& context,
                                          const TrustedTime& time, SubscriptionId subscription,
                                          std::optional<PlanVersionId> plan,
                                          std::optional<PaymentId> payment,
                                          const std::string& actor);

// Live sessions of an active line learn its rate and how long they may last.
void tell_live_sessions(storage::Tx& tx, const TrustedTime& time, const domain::Subscription& line);

// After money has reached a wallet: buys what the payment was for, or what the line renews with.
// While the clock is suspect it is only noted, and bought by buy_deferred_terms later.
void spend_payment(storage::Tx& tx, const Context& context, const TrustedTime& time,
                   PaymentId payment);
// True where one was bought or settled.
bool buy_next_deferred_term(const Context& context);

// At most `limit` lines whose time is over: renewed from the wallet where it holds the price, else
// expired, and their sessions must go. At most as many that a clock which was ahead had expired
// come back. How many were handled; none while the clock is suspect.
int expire_due(const Context& context, int limit);

} // namespace mnara::usecases
