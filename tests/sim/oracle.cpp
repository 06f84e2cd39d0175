#include "sim/oracle.hpp"

#include "sim/trace.hpp"

#include <algorithm>

namespace sim {

namespace {

constexpr Stamp kNairobi = 3 * 3600;
constexpr Stamp kDay = 86'400;
constexpr Stamp kSeamless = 3600; // a renewal this late still follows without a gap

struct Date
{
    std::int64_t year = 1970;
    int month = 1, day = 1;
};

bool is_leap(std::int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
int days_in(std::int64_t year, int month)
{
    if (month == 2)
        return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Counts years and months off, which is slow and plain on purpose.
Date date_of(Stamp days)
{
    Date date;
    while (days >= (is_leap(date.year) ? 366 : 365))
        days -= is_leap(date.year++) ? 366 : 365;
    while (days >= days_in(date.year, date.month))
        days -= days_in(date.year, date.month++);
    date.day = static_cast<int>(days) + 1;
    return date;
}
Stamp days_of(const Date& date)
{
    Stamp days = date.day - 1;
    for (std::int64_t year = 1970; year < date.year; ++year)
        days += is_leap(year) ? 366 : 365;
    for (int month = 1; month < date.month; ++month)
        days += days_in(date.year, month);
    return days;
}

} // namespace

int day_of_month(Stamp at)
{
    return date_of((at + kNairobi) / kDay).day;
}

Stamp end_of(const OraclePlan& plan, Stamp from, int anchor)
{
    switch (plan.unit) {
    case 's':
        return from + plan.n;
    case 'm':
        return from + plan.n * Stamp{60};
    case 'h':
        return from + plan.n * Stamp{3600};
    case 'd':
        return from + plan.n * kDay;
    default:
        break;
    }
    const Stamp local = from + kNairobi;
    Date date = date_of(local / kDay);
    for (int i = 0; i < plan.n; ++i)
        if (++date.month > 12) {
            date.month = 1;
            ++date.year;
        }
    date.day = std::min(anchor, days_in(date.year, date.month));
    return days_of(date) * kDay + local % kDay - kNairobi;
}

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
    const std::string what = "payment " + std::to_string(payment.id) + " (" + movement.receipt + ") ";
    if (payment.amount != movement.amount)
        violated(what + "credits " + std::to_string(payment.amount) + " cents, moved were " +
                 std::to_string(movement.amount));
    if (!movement.told && !movement.told_by_query)
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
// off for longest first, as far as the wallet reaches; where none was off, the one that ends soonest
// gets a term. A plan that costs nothing needs no payment.
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

bool Oracle::buy_plan(OracleLine& line, const OraclePlan& plan, const JudgedTime& time)
{
    OracleSubscriber& owner = subscribers.at(line.subscriber);
    if (time.suspect || line.state == LineState::Suspended ||
        line.state == LineState::Terminated || owner.wallet < plan.price)
        return false;
    Stamp from = time.judged;
    int anchor = day_of_month(from);
    // What is paid is served first, also where a clock that went back has expired the line too early.
    const Stamp follows_from =
        time.judged - (line.state == LineState::Active ? kSeamless : 0);
    if (line.paid_until && *line.paid_until > follows_from &&
        end_of(plan, *line.paid_until, line.anchor) > time.judged) {
        from = *line.paid_until;
        anchor = line.anchor;
    }
    const Stamp until = end_of(plan, from, anchor);
    if (plan.unit != 'M') // months turn on the day of the first of them
        anchor = day_of_month(until);
    owner.wallet -= plan.price;
    owner.spent += plan.price;
    line.terms.push_back({from, until, plan.id});
    line.state = LineState::Active;
    line.paid_until = until;
    line.anchor = anchor;
    return true;
}

void Oracle::expiry_tick(const JudgedTime& time)
{
    if (time.suspect)
        return;
    std::vector<OracleLine*> due;
    for (auto& [id, line] : lines)
        if (line.state == LineState::Active && *line.paid_until <= time.judged)
            due.push_back(&line);
    std::stable_sort(due.begin(), due.end(), [](const auto* a, const auto* b) {
        return *a->paid_until < *b->paid_until;
    });
    for (OracleLine* line : due)
        if (!buy_plan(*line, plans.at(on_sale.at(line->plan_code)), time))
            line->state = LineState::Expired;
}

bool Oracle::buy(std::int64_t id, const JudgedTime& time)
{
    OracleLine& line = lines.at(id);
    return buy_plan(line, plans.at(on_sale.at(line.plan_code)), time);
}

bool Oracle::suspend(std::int64_t id)
{
    OracleLine& line = lines.at(id);
    if (line.state == LineState::Suspended || line.state == LineState::Terminated)
        return false;
    line.state = LineState::Suspended;
    return true;
}

bool Oracle::resume(std::int64_t id, const JudgedTime& time)
{
    OracleLine& line = lines.at(id);
    if (line.state != LineState::Suspended || (line.paid_until && time.suspect))
        return false;
    if (!line.paid_until)
        line.state = LineState::Pending;
    else
        line.state = *line.paid_until > time.judged ? LineState::Active : LineState::Expired;
    if (line.state != LineState::Active) // what was paid meanwhile waits in the wallet
        (void)buy(id, time);
    return true;
}

bool Oracle::terminate(std::int64_t id)
{
    OracleLine& line = lines.at(id);
    if (line.state == LineState::Terminated)
        return false;
    line.state = LineState::Terminated;
    return true;
}

bool Oracle::change_plan(std::int64_t id, const std::string& code, bool from_now,
                         const JudgedTime& time)
{
    OracleLine& line = lines.at(id);
    if (line.state == LineState::Terminated)
        return false;
    line.plan_code = code;
    if (!from_now || line.state != LineState::Active)
        return true;
    OracleTerm* served = nullptr; // the one that covers now, or the last
    for (OracleTerm& term : line.terms)
        if (term.starts_at <= time.judged && term.ends_at > time.judged)
            served = &term;
    if (served == nullptr)
        served = &*std::max_element(
            line.terms.begin(), line.terms.end(),
            [](const auto& a, const auto& b) { return a.ends_at < b.ends_at; });
    served->plan = on_sale.at(code);
    return true;
}

const OracleLine* Oracle::live_line(const std::string& username) const
{
    for (const auto& [id, line] : lines)
        if (line.username == username && line.state != LineState::Terminated)
            return &line;
    return nullptr;
}

Stamp Oracle::alike_until(const OracleLine& line, std::size_t from) const
{
    const OraclePlan& first = plans.at(line.terms[from].plan);
    Stamp until = line.terms[from].ends_at;
    for (std::size_t i = from + 1; i < line.terms.size(); ++i) {
        const OraclePlan& next = plans.at(line.terms[i].plan);
        if (next.rate != first.rate || next.device_limit != first.device_limit)
            break;
        until = line.terms[i].ends_at;
    }
    return until;
}

int Oracle::device_limit(const OracleLine& line, Stamp at) const
{
    for (const OracleTerm& term : line.terms)
        if (term.ends_at > at)
            return plans.at(term.plan).device_limit;
    return 1;
}

Oracle::Answer Oracle::answer(const std::string& username, Stamp at) const
{
    const OracleLine* line = live_line(username);
    if (line == nullptr)
        return {"unknown user", false, {}, {}};
    if (line->state == LineState::Suspended)
        return {"suspended", false, {}, {}};
    for (std::size_t i = 0; i < line->terms.size(); ++i)
        if (line->terms[i].ends_at > at)
            return {"ok", false, plans.at(line->terms[i].plan).rate, alike_until(*line, i)};
    const std::int64_t plan =
        line->terms.empty() ? on_sale.at(line->plan_code) : line->terms.back().plan;
    return {line->terms.empty() ? "not paid yet" : "expired", plans.at(plan).pay_page, {}, {}};
}

} // namespace sim
