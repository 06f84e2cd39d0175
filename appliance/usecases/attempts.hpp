// Asking for money: STK pushes and the questions after them. http asks (request_payment),
// jobs/attempts claims and settles around each call to the provider. A lost answer is unknown,
// never failed, and a push is never sent twice.
#pragma once

#include "core/result.hpp"
#include "usecases/context.hpp"
#include "usecases/ports.hpp"

#include <optional>
#include <string>

namespace mnara::usecases {

struct RequestPayment
{
    SubscriptionId subscription_id;
    std::optional<std::string> phone;     // as typed; nothing: the subscriber's first
    std::optional<std::string> plan_code; // nothing: the subscription's next plan
    std::optional<Money> amount;          // nothing: the price
    std::string actor;
};
enum class RequestPaymentError {
    UnknownSubscription,
    UnknownPlan,
    PlanOffSale, // and the line does not have it
    BadPhone,
    BadAmount,     // not whole shillings between 1 and 250,000
    OpenAttempt,   // this phone has a prompt open, or one whose fate is not known yet
    NotConfigured, // M-Pesa settings are missing
    Terminated
};
// Idempotent under `tx`'s idempotency key; sends nothing, jobs/attempts does.
Result<AttemptId, RequestPaymentError> request_payment(storage::Tx& tx, const Context& context,
                                                       const RequestPayment& request);

// An attempt that must be pushed now, with the token of its callback address, committed as asked:
// from here on a death leaves it unknown, and it is not pushed again.
struct ClaimedPush
{
    domain::PaymentAttempt attempt;
    std::string callback_token;
};
[[nodiscard]] std::optional<ClaimedPush> claim_push(const Context& context);
void settle_push(const Context& context, AttemptId id,
                 const Result<PushAccepted, ProviderError>& answer);

// An attempt whose fate must be asked for now. At start every asked attempt without an answer is
// due.
[[nodiscard]] std::optional<domain::PaymentAttempt> claim_query(const Context& context);
void settle_query(const Context& context, const domain::PaymentAttempt& attempt,
                  const Result<QueryAnswer, ProviderError>& answer);

// When the next attempt is due; nothing where none waits.
[[nodiscard]] std::optional<UnixTime> next_attempt_due(storage::ReadTx& tx);

} // namespace mnara::usecases
