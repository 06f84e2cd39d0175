#include "usecases/attempts.hpp"

#include "core/crypto.hpp"
#include "domain/account_reference.hpp"
#include "storage/alert_store.hpp"
#include "storage/attempt_store.hpp"
#include "storage/plan_store.hpp"
#include "storage/subscriber_store.hpp"
#include "storage/subscription_store.hpp"
#include "usecases/audit.hpp"
#include "usecases/payments.hpp"
#include "usecases/settings.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mnara::usecases {

namespace {

using domain::AttemptState;
using domain::PaymentAttempt;

constexpr Money kLeast = Money::from_cents(100);
constexpr Money kMost = Money::from_cents(250'000'00); // M-Pesa's limit for one payment
// In hex, because Daraja refuses addresses in which letters happen to spell "exe" or "sql".
constexpr std::size_t kTokenBytes = 16;
// After that a prompt has died on every phone (payments.md, rule 7).
constexpr Seconds kPromptDead{180};
// After that the question is left to other feeds and to a person.
constexpr Seconds kGiveUp{900};
constexpr Seconds kFirstQuestion{10};

// When to ask next: customers wait in front of a portal at first (payments.md 1.6).
UnixTime next_question(UnixTime asked_at, UnixTime now)
{
    const Seconds age = now - asked_at;
    if (age < kFirstQuestion)
        return asked_at + kFirstQuestion;
    if (age < Seconds{60})
        return now + Seconds{5};
    if (age < kPromptDead)
        return now + Seconds{15};
    return now + Seconds{60};
}

// Not sent in time: the box was off, or the clock jumped. Nobody expects that prompt any more.
bool is_stale(const PaymentAttempt& attempt, UnixTime now)
{
    return attempt.requested_at < now - kGiveUp || attempt.requested_at > now + kGiveUp;
}

bool is_open(const PaymentAttempt& attempt, UnixTime now)
{
    switch (attempt.state) {
    case AttemptState::Requested:
    case AttemptState::Prompted:
    case AttemptState::Unknown:
        if (attempt.asked_at)
            return *attempt.asked_at > now - kPromptDead && *attempt.asked_at <= now + kGiveUp;
        return !is_stale(attempt, now);
    case AttemptState::Succeeded:
    case AttemptState::Failed:
        return false;
    }
    return false;
}

std::string new_reference(storage::ReadTx& tx, Random& random, const std::string& account_no)
{
    for (;;) {
        std::string reference = domain::attempt_reference(
            account_no, random.text(domain::kSuffixSize, domain::kSuffixLetters));
        if (!storage::reference_is_taken(tx, reference))
            return reference;
    }
}

void fail(storage::Tx& tx, const Context& context, const PaymentAttempt& attempt,
          const ProviderError& error)
{
    const UnixTime now = context.clock.now();
    storage::resolve_attempt(tx, attempt.id, AttemptState::Failed, error.code, error.text, now);
    if (error.our_configuration)
        storage::open_alert(tx, "mpesa_configuration", "critical", error.text, now);
    context.log.warning("attempt.not_asked", error.text,
                        {{"attempt_id", attempt.id}, {"code", error.code}});
}

// M-Pesa has no cents: what is above the price stays in the wallet.
Money whole_shillings(Money price)
{
    return Money::from_cents((price.cents() + 99) / 100 * 100);
}

// Nobody could say within the window; a late message still settles it.
void leave_open(storage::Tx& tx, const Context& context, const PaymentAttempt& attempt)
{
    storage::mark_attempt_unknown(tx, attempt.id, attempt.result_code.value_or("timeout"),
                                  attempt.result_text.value_or("no verdict"), std::nullopt);
    storage::open_alert(tx, fmt::format("attempt:{}", attempt.id.value), "warning",
                        fmt::format("It is not known whether KES {} asked of {} (reference {}) was "
                                    "paid. Look at the M-Pesa statement.",
                                    format_money(attempt.amount), attempt.phone, attempt.reference),
                        context.clock.now());
}

} // namespace

Result<AttemptId, RequestPaymentError> request_payment(storage::Tx& tx, const Context& context,
                                                       const RequestPayment& request)
{
    const auto line = storage::find_subscription(tx, request.subscription_id);
    if (!line)
        return refuse(RequestPaymentError::UnknownSubscription);
    if (line->state == domain::SubscriptionState::Terminated)
        return refuse(RequestPaymentError::Terminated);
    const auto plan = storage::find_plan(tx, request.plan_code.value_or(line->plan_code));
    if (!plan)
        return refuse(RequestPaymentError::UnknownPlan);
    if (!domain::can_be_chosen(*plan, line->plan_code))
        return refuse(RequestPaymentError::PlanOffSale);
    const auto phones = storage::phones_of(tx, line->subscriber_id);
    const auto phone =
        domain::normalise_phone(request.phone.value_or(phones.empty() ? "" : phones[0]));
    if (!phone)
        return refuse(RequestPaymentError::BadPhone);
    const Money amount = request.amount.value_or(whole_shillings(plan->current.price));
    if (amount < kLeast || amount > kMost || amount.cents() % 100 != 0)
        return refuse(RequestPaymentError::BadAmount);
    const auto account = mpesa_account(tx, context.keys);
    if (!account)
        return refuse(RequestPaymentError::NotConfigured);
    const UnixTime now = context.clock.now();
    // An attempt of the last day may still wait to be sent; older ones cannot have a prompt open.
    const auto recent = storage::attempts_of_phone(tx, *phone, now - Seconds{86'400});
    if (std::any_of(recent.begin(), recent.end(), [&](const auto& a) { return is_open(a, now); }))
        return refuse(RequestPaymentError::OpenAttempt);
    const auto subscriber = storage::find_subscriber(tx, line->subscriber_id);
    const AttemptId id = storage::insert_attempt(
        tx, {account->provider, new_reference(tx, context.random, subscriber->account_no), *phone,
             amount, "plan", line->subscriber_id, line->id, plan->current.id, request.actor, now});
    audit(tx, context, request.actor, "requested", "payment_attempt", id.value,
          audit_fields({{"amount_cents", amount.cents()}, {"phone", *phone}}));
    return id;
}

std::optional<ClaimedPush> claim_push(const Context& context)
{
    const UnixTime now = context.clock.now();
    const bool waiting = context.db.read(
        [&](storage::ReadTx& tx) { return storage::oldest_unasked_attempt(tx).has_value(); });
    if (!waiting)
        return std::nullopt;
    return context.db.write([&](storage::Tx& tx) -> std::optional<ClaimedPush> {
        auto attempt = storage::oldest_unasked_attempt(tx);
        for (; attempt && is_stale(*attempt, now); attempt = storage::oldest_unasked_attempt(tx))
            fail(
                tx, context, *attempt,
                {ProviderError::Kind::NotDone, "stale", "The request was not sent in time", false});
        if (!attempt)
            return std::nullopt;
        std::string token = crypto::to_hex(context.random.bytes(kTokenBytes));
        storage::mark_attempt_asked(tx, attempt->id, crypto::hash(token), now, now + kGiveUp);
        return ClaimedPush{*storage::find_attempt(tx, attempt->id), std::move(token)};
    });
}

void settle_push(const Context& context, AttemptId id,
                 const Result<PushAccepted, ProviderError>& answer)
{
    context.db.write([&](storage::Tx& tx) {
        const auto attempt = storage::find_attempt(tx, id).value();
        if (attempt.state != AttemptState::Requested) {
            // The callback was faster than the answer; only the id may still be news.
            if (answer && !storage::checkout_id_is_taken(tx, attempt.provider, answer->checkout_id))
                storage::learn_checkout_id(tx, id, answer->checkout_id);
            return;
        }
        if (answer) {
            storage::mark_attempt_prompted(tx, id, answer->checkout_id,
                                           *attempt.asked_at + kFirstQuestion);
            context.log.info("attempt.prompted", "The phone was asked", {{"attempt_id", id}});
            return;
        }
        if (answer.error().kind != ProviderError::Kind::Unknown) {
            fail(tx, context, attempt, answer.error());
            return;
        }
        // No id to ask about: a callback, a C2B confirmation or a person settles it.
        storage::mark_attempt_unknown(tx, id, answer.error().code, answer.error().text,
                                      *attempt.asked_at + kGiveUp);
        context.log.warning("attempt.unknown", answer.error().text, {{"attempt_id", id}});
    });
}

std::optional<PaymentAttempt> claim_query(const Context& context)
{
    const UnixTime now = context.clock.now();
    const bool waiting = context.db.read([&](storage::ReadTx& tx) {
        return storage::due_attempt(tx, now, now + kGiveUp).has_value();
    });
    if (!waiting)
        return std::nullopt;
    return context.db.write([&](storage::Tx& tx) -> std::optional<PaymentAttempt> {
        while (auto attempt = storage::due_attempt(tx, now, now + kGiveUp)) {
            // A clock that jumped back would put the give-up time out of reach.
            const bool too_old =
                now - *attempt->asked_at >= kGiveUp || now < *attempt->asked_at - kGiveUp;
            // After a small step back it was asked "later than now"; a check that was put behind
            // now + kGiveUp would be due at once, and this loop would never end.
            const UnixTime asked_at = std::min(*attempt->asked_at, now);
            if (too_old || !attempt->checkout_id) {
                if (too_old)
                    leave_open(tx, context, *attempt);
                else
                    storage::delay_attempt(tx, attempt->id, asked_at + kGiveUp);
                if (too_old && attempt->checkout_id)
                    return attempt; // the last question, the first one after a power cut
                continue;
            }
            storage::delay_attempt(tx, attempt->id, next_question(asked_at, now));
            return attempt;
        }
        return std::nullopt;
    });
}

void settle_query(const Context& context, const PaymentAttempt& asked,
                  const Result<QueryAnswer, ProviderError>& answer)
{
    using Verdict = domain::MpesaResult::Verdict;
    if (!answer)
        return; // no answer says nothing about the money; the next question is planned already
    context.db.write([&](storage::Tx& tx) {
        const auto attempt = storage::find_attempt(tx, asked.id).value();
        if (attempt.state == AttemptState::Succeeded)
            return;
        switch (domain::mpesa_result(answer->result_code).verdict) {
        case Verdict::Paid:
            settle_paid_by_query(tx, context, attempt);
            return;
        case Verdict::Failed:
            if (attempt.state == AttemptState::Failed)
                return;
            storage::resolve_attempt(tx, attempt.id, AttemptState::Failed, answer->result_code,
                                     answer->result_text, context.clock.now());
            storage::close_alert(tx, fmt::format("attempt:{}", attempt.id.value),
                                 context.clock.now());
            return;
        case Verdict::Pending:
        case Verdict::Unknown:
            return;
        }
    });
}

std::optional<UnixTime> next_attempt_due(storage::ReadTx& tx)
{
    return storage::next_attempt_check(tx);
}

} // namespace mnara::usecases
