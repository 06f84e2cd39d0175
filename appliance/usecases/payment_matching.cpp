#include "usecases/payment_matching.hpp"

#include "domain/clock_trust.hpp"
#include "storage/attempt_store.hpp"
#include "storage/payment_store.hpp"
#include "usecases/payment_owner.hpp"

#include <algorithm>
#include <vector>

namespace mnara::usecases {

namespace {

using domain::Payment;
using domain::PaymentAttempt;

// A prompt lives about a minute; its C2B twin may come a good while later. A payment outside of
// this window belongs to somebody who typed the reference of an old prompt again.
constexpr Seconds kBeforePrompt{60};
constexpr Seconds kAfterPrompt{1800};

bool covers(const PaymentAttempt& attempt, UnixTime at)
{
    return attempt.asked_at && at >= *attempt.asked_at - kBeforePrompt &&
           at <= *attempt.asked_at + kAfterPrompt;
}

// Prompts of that amount and phone which were open then and whose receipt is not known. None where
// a masked phone fits the prompts of two phones.
std::vector<PaymentAttempt> possible_prompts(storage::ReadTx& tx, const std::string& provider,
                                             Money amount, const domain::PayerPhone& payer,
                                             UnixTime paid_at, UnixTime heard_at)
{
    std::vector<PaymentAttempt> found;
    for (PaymentAttempt& attempt : storage::attempts_of_amount(
             tx, provider, amount, std::min(paid_at, heard_at) - kAfterPrompt)) {
        const auto payment = storage::find_payment_of_attempt(tx, attempt.id);
        if (is_within_prompt(attempt, paid_at, heard_at) && !(payment && payment->receipt) &&
            domain::may_be(payer, attempt.phone, hash_of_phone(attempt.phone)))
            found.push_back(std::move(attempt));
    }
    const auto is_other = [&](const PaymentAttempt& a) { return a.phone != found.front().phone; };
    if (std::any_of(found.begin(), found.end(), is_other))
        found.clear();
    return found;
}

// Typed by a person, and not copied from this prompt.
bool names_somebody_else(const Payment& payment, const PaymentAttempt& attempt)
{
    if (payment.subscriber_id && *payment.subscriber_id != attempt.subscriber_id)
        return true;
    const auto reference = domain::read_reference(payment.bill_reference.value_or(""));
    return (reference.account_no || reference.phone) && reference.text != attempt.reference;
}

} // namespace

bool is_within_prompt(const PaymentAttempt& attempt, UnixTime paid_at, UnixTime heard_at)
{
    return covers(attempt, paid_at) || covers(attempt, heard_at);
}

bool is_older_than_prompt(const PaymentAttempt& attempt, UnixTime paid_at)
{
    return attempt.asked_at &&
           (paid_at < *attempt.asked_at || *attempt.asked_at < domain::kFirstPlausible);
}

std::optional<PaymentAttempt> prompt_of_c2b(storage::ReadTx& tx, const std::string& provider,
                                            const domain::C2bNotification& n,
                                            const domain::TypedReference& reference,
                                            UnixTime paid_at, UnixTime heard_at)
{
    if (auto named = storage::find_attempt_by_reference(tx, provider, reference.text))
        return named;
    if (reference.account_no || reference.phone)
        return std::nullopt;
    auto prompts = possible_prompts(tx, provider, n.amount, n.payer, paid_at, heard_at);
    if (prompts.empty())
        return std::nullopt;
    // The newest that was asked before the money moved.
    const auto before = std::find_if(prompts.begin(), prompts.end(), [&](const PaymentAttempt& a) {
        return *a.asked_at <= paid_at;
    });
    return std::move(before == prompts.end() ? prompts.front() : *before);
}

std::optional<Payment> payment_of_prompt(storage::ReadTx& tx, const PaymentAttempt& attempt)
{
    for (Payment& payment : storage::unattempted_payments(
             tx, attempt.provider, attempt.amount,
             attempt.asked_at.value_or(attempt.requested_at) - kBeforePrompt)) {
        if (!payment.payer_phone || names_somebody_else(payment, attempt))
            continue;
        const auto prompts = possible_prompts(
            tx, attempt.provider, attempt.amount, domain::read_payer_phone(*payment.payer_phone),
            payment.paid_at.value_or(payment.recorded_at), payment.recorded_at);
        if (std::any_of(prompts.begin(), prompts.end(),
                        [&](const PaymentAttempt& a) { return a.id == attempt.id; }))
            return std::move(payment);
    }
    return std::nullopt;
}

} // namespace mnara::usecases
