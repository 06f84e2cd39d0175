// What becomes of a line, and what the network must answer to it.
#include "sim/oracle.hpp"

#include <algorithm>

namespace sim {

namespace {

constexpr Stamp kSeamless = 3600; // a renewal this late still follows without a gap

} // namespace

bool Oracle::buy_plan(OracleLine& line, const OraclePlan& plan, const JudgedTime& time)
{
    OracleSubscriber& owner = subscribers.at(line.subscriber);
    if (time.suspect || line.state == LineState::Suspended || line.state == LineState::Terminated ||
        owner.wallet < plan.price)
        return false;
    Stamp from = time.judged;
    int anchor = day_of_month(from);
    // What is paid is served first, also where a clock that went back has expired the line too
    // early.
    const Stamp follows_from = time.judged - (line.state == LineState::Active ? kSeamless : 0);
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
    std::stable_sort(due.begin(), due.end(),
                     [](const auto* a, const auto* b) { return *a->paid_until < *b->paid_until; });
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
        served =
            &*std::max_element(line.terms.begin(), line.terms.end(),
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

std::vector<int> Oracle::device_limits(const OracleLine& line, Stamp at) const
{
    std::vector<int> limits;
    for (const OracleTerm& term : line.terms)
        if (term.ends_at > at)
            limits.push_back(plans.at(term.plan).device_limit);
    return limits;
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
