#include "usecases/payments.hpp"

#include "storage/alert_store.hpp"
#include "storage/attempt_store.hpp"
#include "storage/inbox_store.hpp"
#include "storage/ledger_store.hpp"
#include "storage/payment_store.hpp"
#include "storage/subscriber_store.hpp"
#include "storage/subscription_store.hpp"
#include "usecases/audit.hpp"
#include "usecases/billing.hpp"
#include "usecases/payment_matching.hpp"
#include "usecases/payment_owner.hpp"

#include <fmt/format.h>

namespace mnara::usecases {

namespace {

using domain::AttemptState;
using domain::Payment;
using domain::PaymentAttempt;
using domain::PaymentSource;

constexpr const char* kActor = "system:payments";
constexpr const char* kUnderAnother = "its money is recorded under another request";

std::string alert_key(const PaymentAttempt& attempt)
{
    return fmt::format("attempt:{}", attempt.id.value);
}

std::string parked_alert_key(const PaymentAttempt& attempt)
{
    return fmt::format("parked:{}", attempt.id.value);
}

std::string unmatched_alert_key(PaymentId payment)
{
    return fmt::format("unmatched:{}", payment.value);
}

// Money whose owner a person must name. It may be money that was booked already on the word of a
// query, which knows no receipt: that must be said before it is given to somebody once more.
void open_unmatched_alert(storage::Tx& tx, const Context& context, const Payment& payment)
{
    std::string text =
        fmt::format("KES {} came in ({}) and it is not known for whom. Reference typed: \"{}\". "
                    "Assign it by hand.",
                    format_money(payment.amount), payment.receipt.value_or("no receipt"),
                    payment.bill_reference.value_or(""));
    for (const PaymentId twin : storage::payments_without_receipt(
             tx, payment.provider, payment.amount, payment.recorded_at - domain::kTwinWindow))
        text += fmt::format(" It may be the same money as payment {}, which M-Pesa told of without "
                            "a receipt: compare the two before.",
                            twin.value);
    storage::open_alert(tx, unmatched_alert_key(payment.id), "warning", text, context.clock.now());
}

// What is known of the money before it is booked.
struct Evidence
{
    std::string provider;
    PaymentSource source = PaymentSource::Callback;
    Money amount;
    storage::LearnedFacts facts;
    std::optional<SubscriberId> owner;
};

PaymentId book(storage::Tx& tx, const Context& context, const Evidence& evidence)
{
    const TrustedTime time = trusted_time(tx, context.clock);
    Payment payment;
    payment.id = storage::next_payment_id(tx);
    payment.provider = evidence.provider;
    payment.receipt = evidence.facts.receipt;
    payment.attempt_id = evidence.facts.attempt_id;
    payment.amount = evidence.amount;
    payment.booked_to = evidence.owner ? "wallet" : "unapplied";
    payment.subscriber_id = evidence.owner;
    payment.payer_phone = evidence.facts.payer_phone;
    payment.payer_name = evidence.facts.payer_name;
    payment.bill_reference = evidence.facts.bill_reference;
    payment.source = to_text(evidence.source);
    payment.paid_at = evidence.facts.paid_at;
    payment.recorded_at = time.now;
    const Money debt =
        evidence.owner ? storage::account_balance(tx, domain::receivable_account(*evidence.owner))
                       : Money();
    payment.journal_id = storage::post_journal(
        tx, {"payment", fmt::format("payment:{}", payment.id.value), std::nullopt, kActor,
             payment.paid_at.value_or(time.now), time.now,
             domain::payment_posting(payment.provider, evidence.owner, payment.amount, debt)});
    storage::insert_payment(tx, payment);
    context.log.info("payment.credited", "Money came in",
                     {{"payment_id", payment.id},
                      {"subscriber_id", payment.subscriber_id.value_or(SubscriberId{})},
                      {"amount_cents", payment.amount},
                      {"receipt", payment.receipt.value_or("")},
                      {"source", payment.source}});
    if (evidence.owner)
        spend_payment(tx, context, time, payment.id);
    return payment.id;
}

// The money of that payment turned out to be the subscriber's.
void give_to(storage::Tx& tx, const Context& context, const Payment& payment,
             SubscriberId subscriber, const std::string& actor)
{
    const TrustedTime time = trusted_time(tx, context.clock);
    const int seq = storage::next_assignment_seq(tx, payment.id);
    const Money debt = storage::account_balance(tx, domain::receivable_account(subscriber));
    const JournalId journal = storage::post_journal(
        tx,
        {"assignment", fmt::format("assignment:{}:{}", payment.id.value, seq), std::nullopt, actor,
         time.now, time.now, domain::assignment_posting(subscriber, payment.amount, debt)});
    storage::insert_assignment(tx, payment.id, seq, subscriber, journal, actor, time.now);
    storage::close_alert(tx, unmatched_alert_key(payment.id), time.now);
    spend_payment(tx, context, time, payment.id);
}

void succeed(storage::Tx& tx, const Context& context, const PaymentAttempt& attempt)
{
    const UnixTime now = context.clock.now();
    if (attempt.state != AttemptState::Succeeded)
        storage::resolve_attempt(tx, attempt.id, AttemptState::Succeeded, "0", "paid", now);
    storage::close_alert(tx, alert_key(attempt), now);
    storage::close_alert(tx, parked_alert_key(attempt), now);
    storage::close_alert(tx, "mpesa_configuration", now); // money comes in again
    if (attempt.callback_token_hash)
        storage::release_parked(tx, *attempt.callback_token_hash, "settled by another feed", now);
}

// A payment already recorded is the money of this attempt.
void bind(storage::Tx& tx, const Context& context, const Payment& payment,
          const PaymentAttempt& attempt, storage::LearnedFacts facts)
{
    facts.attempt_id = attempt.id;
    storage::learn_payment_facts(tx, payment.id, facts);
    if (!payment.subscriber_id)
        give_to(tx, context, payment, attempt.subscriber_id, kActor);
    succeed(tx, context, attempt);
    if (payment.subscriber_id && *payment.subscriber_id != attempt.subscriber_id)
        storage::open_alert(tx, fmt::format("owner:{}", payment.id.value), "critical",
                            "The payment of a prompt was credited to another subscriber before "
                            "its callback came. Move it by hand.",
                            context.clock.now());
}

// `twin` is another record of the money that `kept` holds: its posting is reversed, the row stays.
void drop_duplicate(storage::Tx& tx, const Context& context, const Payment& twin, PaymentId kept)
{
    const UnixTime now = context.clock.now();
    const Money wallet =
        twin.subscriber_id
            ? storage::account_balance(tx, domain::wallet_account(*twin.subscriber_id))
            : Money();
    storage::post_journal(
        tx,
        {"reversal", fmt::format("duplicate:{}", twin.id.value), twin.journal_id, kActor, now, now,
         domain::payment_reversal_posting(twin.provider, twin.subscriber_id, twin.amount, wallet)});
    storage::mark_duplicate(tx, twin.id, kept);
    storage::delete_purchase_due(tx, twin.id);
    storage::close_alert(tx, unmatched_alert_key(twin.id), now);
    context.log.warning("payment.duplicate", "Two records were one payment; one was reversed",
                        {{"payment_id", twin.id}, {"kept_payment_id", kept}});
}

Settled park(storage::Tx& tx, const Context& context, const PaymentAttempt& attempt,
             const std::string& why)
{
    const UnixTime now = context.clock.now();
    storage::open_alert(tx, parked_alert_key(attempt), "critical", why, now);
    if (attempt.state != AttemptState::Succeeded && attempt.state != AttemptState::Failed)
        storage::delay_attempt(tx, attempt.id, now); // ask the provider at once
    context.log.warning("callback.parked", why, {{"attempt_id", attempt.id}});
    return {"parked", why};
}

Settled settle_failed(storage::Tx& tx, const Context& context, const PaymentAttempt& attempt,
                      const domain::StkCallback& callback)
{
    if (attempt.state == AttemptState::Succeeded)
        return {"known", "a failure after the success changes nothing"};
    storage::resolve_attempt(tx, attempt.id, AttemptState::Failed, callback.result_code,
                             callback.result_text, context.clock.now());
    storage::close_alert(tx, alert_key(attempt), context.clock.now());
    if (domain::mpesa_result(callback.result_code).our_configuration)
        storage::open_alert(tx, "mpesa_configuration", "critical",
                            fmt::format("M-Pesa refused our request: {} {}", callback.result_code,
                                        callback.result_text),
                            context.clock.now());
    context.log.info("attempt.failed", "The payer did not pay",
                     {{"attempt_id", attempt.id}, {"result_code", callback.result_code}});
    return {"failed", callback.result_code};
}

Settled settle_paid(storage::Tx& tx, const Context& context, const PaymentAttempt& attempt,
                    PaymentSource source, Money amount, const storage::LearnedFacts& facts)
{
    const auto by_receipt =
        facts.receipt ? storage::find_payment_by_receipt(tx, attempt.provider, *facts.receipt)
                      : std::nullopt;
    const auto of_attempt = storage::find_payment_of_attempt(tx, attempt.id);
    if (by_receipt && of_attempt && by_receipt->id != of_attempt->id) {
        // The query was first and could not name the receipt that C2B had booked already.
        if (!of_attempt->receipt && !by_receipt->duplicate_of)
            drop_duplicate(tx, context, *by_receipt, of_attempt->id);
        succeed(tx, context, attempt);
        return {"known", "the same money was recorded twice; one record was reversed"};
    }
    if (by_receipt && by_receipt->attempt_id && *by_receipt->attempt_id != attempt.id) {
        // A confirmation without reference was taken for the one of another prompt. Success needs a
        // payment of its own, so the attempt stays unknown, with a code that ends the questions.
        if (attempt.state != AttemptState::Failed)
            storage::mark_attempt_unknown(tx, attempt.id, "0", kUnderAnother, std::nullopt);
        storage::close_alert(tx, alert_key(attempt), context.clock.now());
        if (by_receipt->subscriber_id != attempt.subscriber_id)
            storage::open_alert(tx, fmt::format("owner:{}", by_receipt->id.value), "critical",
                                "The payment of a prompt was credited to another subscriber "
                                "before its callback came. Move it by hand.",
                                context.clock.now());
        return {"known", kUnderAnother};
    }
    if (by_receipt) {
        if (of_attempt)
            storage::learn_payment_facts(tx, by_receipt->id, facts);
        else
            bind(tx, context, *by_receipt, attempt, facts);
        succeed(tx, context, attempt);
        return {"known", "the receipt was recorded before"};
    }
    if (of_attempt && (!of_attempt->receipt || !facts.receipt)) {
        storage::learn_payment_facts(tx, of_attempt->id, facts);
        succeed(tx, context, attempt);
        return {"known", "the receipt was filled in"};
    }
    Evidence evidence{attempt.provider, source, amount, facts, attempt.subscriber_id};
    if (!of_attempt) // a second receipt under one attempt is a payment of its own
        evidence.facts.attempt_id = attempt.id;
    const PaymentId id = book(tx, context, evidence);
    succeed(tx, context, attempt);
    return {"credited", fmt::format("payment {}", id.value)};
}

// The assignment by hand whose money is whole still, or why there is none.
Result<storage::Assignment, UnassignError> whole_assignment(storage::ReadTx& tx,
                                                            PaymentId payment_id)
{
    const auto payment = storage::find_payment(tx, payment_id);
    if (!payment || payment->duplicate_of)
        return refuse(UnassignError::UnknownPayment);
    const auto assignment = storage::standing_assignment(tx, payment_id);
    // The money of a prompt is the prompt's, whoever assigned it.
    if (!assignment || payment->attempt_id)
        return refuse(UnassignError::NotAssigned);
    if (storage::unallocated_of(tx, payment_id) < payment->amount)
        return refuse(UnassignError::Spent);
    const domain::Account wallet = domain::wallet_account(assignment->subscriber_id);
    Money cleared; // went on into a debt at once; it comes back into the wallet first
    for (const domain::Transfer& transfer : storage::posting_of(tx, assignment->journal_id))
        if (transfer.debit == wallet)
            cleared = cleared + transfer.amount;
    if (storage::account_balance(tx, wallet) + cleared < payment->amount)
        return refuse(UnassignError::Spent);
    return *assignment;
}

} // namespace

Settled settle_stk_callback(storage::Tx& tx, const Context& context, const PaymentAttempt& attempt,
                            const domain::StkCallback& callback)
{
    using Verdict = domain::MpesaResult::Verdict;
    if (attempt.checkout_id
            ? *attempt.checkout_id != callback.checkout_id
            : storage::checkout_id_is_taken(tx, attempt.provider, callback.checkout_id))
        return park(tx, context, attempt,
                    "A callback came to the address of a payment request but names another one. "
                    "Nothing was credited; the provider is asked.");
    storage::learn_checkout_id(tx, attempt.id, callback.checkout_id);
    switch (domain::mpesa_result(callback.result_code).verdict) {
    case Verdict::Paid:
        break;
    case Verdict::Failed:
        return settle_failed(tx, context, attempt, callback);
    case Verdict::Pending:
    case Verdict::Unknown:
        if (attempt.state != AttemptState::Succeeded && attempt.state != AttemptState::Failed)
            storage::mark_attempt_unknown(tx, attempt.id, callback.result_code,
                                          callback.result_text, context.clock.now());
        return {"noted", callback.result_code};
    }
    if (callback.amount && *callback.amount != attempt.amount &&
        !(callback.receipt &&
          storage::find_payment_by_receipt(tx, attempt.provider, *callback.receipt)))
        return park(tx, context, attempt,
                    fmt::format("A callback says KES {}, asked were KES {}. Nothing was credited; "
                                "another message of the provider must settle it.",
                                format_money(*callback.amount), format_money(attempt.amount)));
    // Without an amount it is the one asked for: the payer cannot change it.
    return settle_paid(tx, context, attempt, PaymentSource::Callback, attempt.amount,
                       {callback.receipt, std::nullopt, callback.phone, std::nullopt, std::nullopt,
                        callback.paid_at});
}

Settled settle_paid_by_query(storage::Tx& tx, const Context& context, const PaymentAttempt& attempt)
{
    if (attempt.result_text == kUnderAnother)
        return {"known", kUnderAnother};
    if (!storage::find_payment_of_attempt(tx, attempt.id))
        if (const auto twin = payment_of_prompt(tx, attempt)) {
            bind(tx, context, *twin, attempt, {});
            return {"known", "C2B had recorded it"};
        }
    return settle_paid(
        tx, context, attempt, PaymentSource::Query, attempt.amount,
        {std::nullopt, std::nullopt, attempt.phone, std::nullopt, std::nullopt, std::nullopt});
}

Settled settle_c2b(storage::Tx& tx, const Context& context, const std::string& provider,
                   const domain::C2bNotification& n)
{
    const auto reference = domain::read_reference(n.bill_reference);
    const auto text = [](const std::string& value) {
        return value.empty() ? std::nullopt : std::optional(value);
    };
    const storage::LearnedFacts facts{
        n.receipt,          std::nullopt,           text(n.payer.value),
        text(n.payer_name), text(n.bill_reference), n.paid_at};
    if (const auto known = storage::find_payment_by_receipt(tx, provider, n.receipt)) {
        storage::learn_payment_facts(tx, known->id, facts);
        return {"known", "the receipt was recorded before"};
    }
    const UnixTime paid_at = n.paid_at.value_or(context.clock.now());
    const auto attempt = prompt_of_c2b(tx, provider, n, reference, paid_at, context.clock.now());
    if (attempt && (is_within_prompt(*attempt, paid_at, context.clock.now()) ||
                    is_older_than_prompt(*attempt, paid_at))) {
        const auto of_attempt = storage::find_payment_of_attempt(tx, attempt->id);
        const bool is_its_money =
            !of_attempt || (!of_attempt->receipt && of_attempt->amount == n.amount);
        if (is_its_money)
            return settle_paid(tx, context, *attempt, PaymentSource::C2b, n.amount, facts);
    }
    // A C2B payment of its own, also where the reference of an old prompt was typed again.
    Evidence evidence{provider, PaymentSource::C2b, n.amount, facts,
                      attempt ? std::optional(attempt->subscriber_id)
                              : owner_of_c2b(tx, reference, n)};
    const PaymentId id = book(tx, context, evidence);
    if (evidence.owner)
        return {"credited", fmt::format("payment {}", id.value)};
    open_unmatched_alert(tx, context, storage::find_payment(tx, id).value());
    return {"unmatched", fmt::format("payment {}", id.value)};
}

Result<Done, AssignError> assign_payment(storage::Tx& tx, const Context& context,
                                         PaymentId payment_id, SubscriberId subscriber,
                                         const std::string& actor)
{
    const auto payment = storage::find_payment(tx, payment_id);
    if (!payment || payment->duplicate_of)
        return refuse(AssignError::UnknownPayment);
    if (!storage::find_subscriber(tx, subscriber))
        return refuse(AssignError::UnknownSubscriber);
    if (payment->subscriber_id)
        return refuse(AssignError::AlreadyAssigned);
    give_to(tx, context, *payment, subscriber, actor);
    audit(tx, context, actor, "assigned", "payment", payment_id.value,
          audit_fields({{"subscriber_id", subscriber.value}}));
    return Done{};
}

std::optional<UnassignError> why_not_unassigned(storage::ReadTx& tx, PaymentId payment)
{
    const auto found = whole_assignment(tx, payment);
    return found ? std::nullopt : std::optional(found.error());
}

Result<Done, UnassignError> unassign_payment(storage::Tx& tx, const Context& context,
                                             PaymentId payment_id, const std::string& reason,
                                             const std::string& actor)
{
    const auto assignment = whole_assignment(tx, payment_id);
    if (!assignment)
        return refuse(assignment.error());
    const UnixTime now = context.clock.now();
    const JournalId journal = storage::post_journal(
        tx, {"reversal", fmt::format("unassign:{}:{}", payment_id.value, assignment->seq),
             assignment->journal_id, actor, now, now,
             domain::reversed(storage::posting_of(tx, assignment->journal_id))});
    storage::insert_unassignment(tx, payment_id, assignment->seq, journal, actor, reason, now);
    storage::delete_purchase_due(tx, payment_id);
    open_unmatched_alert(tx, context, storage::find_payment(tx, payment_id).value());
    audit(tx, context, actor, "unassigned", "payment", payment_id.value,
          audit_fields({{"subscriber_id", assignment->subscriber_id.value}, {"reason", reason}}));
    return Done{};
}

} // namespace mnara::usecases
