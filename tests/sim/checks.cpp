// The invariants: what the product committed, beside what the oracle says.
#include "sim/trace.hpp"
#include "sim/world.hpp"

#include <algorithm>

namespace sim {

namespace {

const char* word_of(LineState state)
{
    switch (state) {
    case LineState::Pending:
        return "pending";
    case LineState::Active:
        return "active";
    case LineState::Expired:
        return "expired";
    case LineState::Suspended:
        return "suspended";
    case LineState::Terminated:
        break;
    }
    return "terminated";
}

std::string in_words(std::optional<Stamp> at)
{
    return at ? std::to_string(*at) : "never";
}

} // namespace

// Tells the oracle what became of attempts and payments since it was told last.
void World::observe(const JudgedTime& time)
{
    for (const OracleAttempt& attempt : eye_.attempts_after(last_attempt_)) {
        const OracleLine& line = oracle_.lines.at(attempt.line);
        if (attempt.plan != oracle_.on_sale.at(line.plan_code) ||
            attempt.subscriber != line.subscriber)
            violated("attempt " + std::to_string(attempt.id) + " is for another plan or person");
        oracle_.attempts[attempt.id] = attempt;
        last_attempt_ = attempt.id;
    }
    const auto payments = eye_.payments();
    const auto assignments = eye_.assignments();
    for (SeenPayment payment : payments) {
        if (payment.id <= last_payment_)
            continue;
        last_payment_ = payment.id;
        if (assignments.contains({payment.id, 1}))
            payment.owner.reset(); // it found its owner in the same transaction
        if (time.suspect)
            trace().see("paid while the clock was wrong");
        oracle_.payment_booked(payment, time);
    }
    for (const SeenPayment& payment : payments) {
        for (const auto& [key, owner] : assignments)
            if (key.first == payment.id && !assignments_.contains(key))
                oracle_.payment_assigned(payment, owner, time);
        if (payment.duplicate_of && dropped_.insert(payment.id).second) {
            trace().see("duplicate dropped");
            oracle_.duplicate_dropped(payment);
        }
        oracle_.payments[payment.id] = payment; // what was learned of it since
    }
    assignments_ = assignments;
}

void World::compare_lines()
{
    const auto all = eye_.lines();
    if (all.size() < oracle_.lines.size())
        violated(std::to_string(all.size()) + " lines are left of " +
                 std::to_string(oracle_.lines.size()));
    for (const SeenLine& seen : all) {
        const auto found = oracle_.lines.find(seen.id);
        if (found == oracle_.lines.end())
            continue; // it joins just now
        OracleLine& line = found->second;
        // A clock that went back has expired it too early; when it is mended is the product's
        // choice, that it is mended by the next sweep is checked there.
        if (seen.state == "active" && line.state == LineState::Expired &&
            *line.paid_until > time_.judged) {
            trace().see("a line that expired too early comes back");
            line.state = LineState::Active;
        }
        if (seen.state != word_of(line.state) || seen.paid_until != line.paid_until)
            violated("line " + std::to_string(seen.id) + " is " + seen.state + " until " +
                     in_words(seen.paid_until) + ", right is " + word_of(line.state) + " until " +
                     in_words(line.paid_until));
        if (seen.plan_code != line.plan_code)
            violated("line " + std::to_string(seen.id) + " renews with " + seen.plan_code);
    }
}

void World::compare_wallets()
{
    auto balances = eye_.balances();
    for (const auto& [id, subscriber] : oracle_.subscribers) {
        const std::string of = std::to_string(id);
        const Cents wallet = balances["wallet:" + of];
        const Cents debt = -balances["receivable:" + of];
        if (wallet < 0)
            violated("wallet " + of + " is below zero");
        if (wallet != subscriber.wallet || debt != subscriber.debt)
            violated("wallet " + of + " holds " + std::to_string(wallet) + " and owes " +
                     std::to_string(debt) + ", right is " + std::to_string(subscriber.wallet) +
                     " and " + std::to_string(subscriber.debt));
        if (subscriber.credited != subscriber.wallet - subscriber.debt + subscriber.spent)
            violated("the oracle's own books of subscriber " + of + " do not add up");
    }
}

// The trusted time only rises, and only to a time that was worth trusting.
void World::check_mark(Stamp wall_before)
{
    const Stamp mark = eye_.number("SELECT at FROM clock_mark");
    if (mark_ && mark != *mark_ && !accepting_clock_) {
        const bool was_suspect = wall_before < *mark_ - 300 || wall_before > *mark_ + 30 * 86'400;
        if (mark < *mark_ || was_suspect || mark > std::max(wall_before, wall_now()))
            violated("the clock mark went from " + std::to_string(*mark_) + " to " +
                     std::to_string(mark) + " at " + std::to_string(wall_before));
    }
    mark_ = mark;
}

// Right after a sweep: active and paid time left are the same thing.
void World::check_sweep(const JudgedTime& time)
{
    if (time.suspect)
        return;
    for (const SeenLine& line : eye_.lines()) {
        const bool has_time = line.paid_until && *line.paid_until > time.judged;
        if ((line.state == "active" && !has_time) || (line.state == "expired" && has_time))
            violated("line " + std::to_string(line.id) + " is " + line.state +
                     " after the sweep, paid until " + in_words(line.paid_until) + " at " +
                     std::to_string(time.judged));
    }
}

void World::check_all()
{
    compare_lines();
    compare_wallets();
    Cents trial = 0;
    for (const auto& [account, balance] : eye_.balances())
        trial += balance;
    if (trial != 0)
        violated("the trial balance is " + std::to_string(trial));
    for (const auto& [id, line] : oracle_.lines) {
        auto expected = line.terms;
        std::sort(expected.begin(), expected.end(),
                  [](const auto& a, const auto& b) { return a.starts_at < b.starts_at; });
        const auto terms = eye_.terms(id);
        if (terms.size() != expected.size())
            violated("line " + std::to_string(id) + " has another number of terms");
        for (std::size_t i = 0; i < terms.size(); ++i) {
            if (terms[i].starts_at != expected[i].starts_at ||
                terms[i].ends_at != expected[i].ends_at || terms[i].plan != expected[i].plan)
                violated("a term of line " + std::to_string(id) + " is from " +
                         std::to_string(terms[i].starts_at) + " to " +
                         std::to_string(terms[i].ends_at) + ", right is " +
                         std::to_string(expected[i].starts_at) + " to " +
                         std::to_string(expected[i].ends_at) + ", or of another plan");
            if (i > 0 && terms[i].starts_at < terms[i - 1].ends_at)
                violated("terms of line " + std::to_string(id) + " overlap");
        }
    }
    const std::string aside =
        eye_.words("SELECT detail FROM inbox WHERE outcome IN ('unreadable', 'refused')");
    if (!aside.empty())
        violated("messages were set aside: " + aside);
    check_payments();
    check_stores();
}

} // namespace sim
