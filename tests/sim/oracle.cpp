// Whose the money is, and what it buys.
#include "sim/oracle.hpp"

#include "sim/trace.hpp"

#include <algorithm>

namespace sim {

const Movement& Oracle::movement_of(const SeenPayment& payment) const
{
    if (payment.receipt) {
        const auto found = movements.find(*payment.receipt);
        if (found == movements.end())
            violated("payment " + std::to_string(payment.id) + " has receipt " + *payment.receipt +
                     ", under which no money moved");
        return found->second;
    }
    const std::string& reference = attempts.at(payment.attempt.value()).reference;
    for (const auto& [receipt, movement] : movements)
        if (movement.attempt_reference == reference)
            return movement;
    violated("payment " + std::to_string(payment.id) + " is of the prompt " + reference +
             ", which nobody paid");
}

void Oracle::payment_booked(const SeenPayment& payment, const JudgedTime& time)
{
    const Movement& movement = movement_of(payment);
    const std::string what =
        "payment " + std::to_string(payment.id) + " (" + movement.receipt + ") ";
    if (payment.amount != movement.amount)
        violated(what + "credits " + std::to_string(payment.amount) + " cents, moved were " +
                 std::to_string(movement.amount));
    if (!movement.offered && !movement.told_by_query)
        violated(what + "was credited, and no feed has told of it");
    std::set<std::int64_t> owners = movement.owners;
    if (movement.guess)
        for (const auto& [id, attempt] : attempts)
            if (attempt.phone == movement.payer && attempt.amount == movement.amount)
                owners.insert(attempt.subscriber);
    if (!owners.contains(payment.owner.value_or(0)))
        violated(what + "went to subscriber " + std::to_string(payment.owner.value_or(0)) +
                 ", whose it is not");
    payments[payment.id] = payment;
    if (!payment.owner)
        return;
    credit(*payment.owner, payment.amount);
    spend(payment, time);
}

void Oracle::payment_assigned(const SeenPayment& payment, std::int64_t owner,
                              const JudgedTime& time)
{
    payments[payment.id] = payment;
    credit(owner, payment.amount);
    spend(payment, time);
}

void Oracle::duplicate_dropped(const SeenPayment& payment)
{
    payments[payment.id] = payment;
    deferred.erase(payment.id);
    if (!payment.owner)
        return;
    OracleSubscriber& owner = subscribers.at(*payment.owner);
    const Cents back = std::min(owner.wallet, payment.amount);
    owner.wallet -= back;
    owner.debt += payment.amount - back;
    owner.credited -= payment.amount;
}

void Oracle::credit(std::int64_t owner, Cents amount)
{
    OracleSubscriber& subscriber = subscribers.at(owner);
    const Cents cleared = std::min(subscriber.debt, amount);
    subscriber.debt -= cleared;
    subscriber.wallet += amount - cleared;
    subscriber.credited += amount;
}

void Oracle::spend(const SeenPayment& payment, const JudgedTime& time)
{
    if (time.suspect)
        deferred.insert(payment.id);
    else
        buy_for(payment, time);
}

void Oracle::deferred_tick(const JudgedTime& time)
{
    if (time.suspect || deferred.empty())
        return;
    const std::int64_t oldest = *deferred.begin();
    deferred.erase(deferred.begin());
    buy_for(payments.at(oldest), time);
}

// The line that was asked for. Else every line of the payer that is off comes back, the one that is
// off for longest first, as far as the wallet reaches; where none was off, the one that ends
// soonest gets a term. A plan that costs nothing needs no payment.
void Oracle::buy_for(const SeenPayment& payment, const JudgedTime& time)
{
    if (payment.attempt) {
        const OracleAttempt& attempt = attempts.at(*payment.attempt);
        if (attempt.subscriber == *payment.owner) {
            buy_plan(lines.at(attempt.line), plans.at(attempt.plan), time);
            return;
        }
    }
    std::vector<OracleLine*> candidates;
    for (auto& [id, line] : lines)
        if (line.subscriber == *payment.owner)
            candidates.push_back(&line);
    std::stable_sort(candidates.begin(), candidates.end(), [](const auto* a, const auto* b) {
        return a->paid_until.value_or(0) < b->paid_until.value_or(0);
    });
    bool bought = false;
    for (OracleLine* line : candidates) {
        const OraclePlan& plan = plans.at(on_sale.at(line->plan_code));
        if (plan.price > 0 && (!bought || line->state != LineState::Active))
            bought = buy_plan(*line, plan, time) || bought;
    }
}

} // namespace sim
