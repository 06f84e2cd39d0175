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
        oracle_.payment_booked(payment, time);
    }
    for (const SeenPayment& payment : payments) {
        for (const auto& [key, owner] : assignments)
            if (key.first == payment.id && !assignments_.contains(key))
                oracle_.payment_assigned(payment, owner, time);
        if (payment.duplicate_of && dropped_.insert(payment.id).second)
            oracle_.duplicate_dropped(payment);
        oracle_.payments[payment.id] = payment; // what was learned of it since
    }
    assignments_ = assignments;
}

void World::compare_lines()
{
    for (const SeenLine& seen : eye_.lines()) {
        const auto found = oracle_.lines.find(seen.id);
        if (found == oracle_.lines.end())
            continue; // it joins just now
        OracleLine& line = found->second;
        // A clock that went back has expired it too early; when it is mended is the product's
        // choice, that it is mended by the next sweep is checked there.
        if (seen.state == "active" && line.state == LineState::Expired &&
            *line.paid_until > time_.judged)
            line.state = LineState::Active;
        if (seen.state != word_of(line.state) || seen.paid_until != line.paid_until)
            violated("line " + std::to_string(seen.id) + " is " + seen.state + " until " +
                     in_words(seen.paid_until) + ", right is " + word_of(line.state) + " until " +
                     in_words(line.paid_until));
        if (seen.plan_code != line.plan_code)
            violated("line " + std::to_string(seen.id) + " renews with " + seen.plan_code);
    }
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

void World::check_payments()
{
    std::map<std::string, std::int64_t> credited; // by the movement's receipt
    Cents sum = 0;
    for (const SeenPayment& payment : eye_.payments()) {
        if (payment.duplicate_of)
            continue;
        sum += payment.amount;
        const Movement& movement = oracle_.movement_of(payment);
        const auto [twin, is_first] = credited.emplace(movement.receipt, payment.id);
        if (!is_first)
            violated(movement.receipt + " is credited twice, as payments " +
                     std::to_string(twin->second) + " and " + std::to_string(payment.id));
    }
    Cents moved = 0;
    for (const auto& [receipt, movement] : oracle_.movements)
        moved += movement.amount;
    if (sum > moved)
        violated("credited are " + std::to_string(sum) + " cents, moved were " +
                 std::to_string(moved));
    if (eye_.number("SELECT COUNT(*) FROM inbox WHERE processed_at IS NULL") > 0)
        return;
    // The receipt of a record that was dropped is the same money as the record that was kept.
    const std::string known = "; " + eye_.words("SELECT receipt FROM payment WHERE receipt <> ''") + ";";
    for (const auto& [receipt, movement] : oracle_.movements)
        if (movement.told && known.find("; " + receipt + ";") == std::string::npos)
            violated(receipt + " was told of and is not credited");
    if (healing_ && sum != moved)
        violated("credited are " + std::to_string(sum) + " cents in the end, moved were " +
                 std::to_string(moved));
}

void World::check_all()
{
    compare_lines();
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
}

void World::check_converged()
{
    const auto none = [&](const char* what, const std::string& sql) {
        if (const auto left = eye_.number(sql))
            violated(std::to_string(left) + " " + what + " an hour after the last fault");
    };
    none("messages wait", "SELECT COUNT(*) FROM inbox WHERE processed_at IS NULL");
    none("prompts are open",
         "SELECT COUNT(*) FROM payment_attempt WHERE state IN ('requested', 'prompted')");
    none("wishes to routers are open",
         "SELECT COUNT(*) FROM router_job WHERE state IN ('waiting', 'running')");
    none("names are not projected", "SELECT COUNT(*) FROM projection_dirty");
    none("purchases are deferred", "SELECT COUNT(*) FROM purchase_due");
    none("payments have no receipt",
         "SELECT COUNT(*) FROM payment WHERE receipt IS NULL AND duplicate_of IS NULL "
         "AND id NOT IN (SELECT duplicate_of FROM payment WHERE duplicate_of IS NOT NULL)");
    const std::string alerts =
        eye_.words("SELECT key FROM alert WHERE closed_at IS NULL AND (key LIKE 'projection%' OR "
                   "key LIKE 'router_job%' OR key = 'clock_suspect')");
    if (!alerts.empty())
        violated("alerts are open an hour after the last fault: " + alerts);
    // Whoever has paid gets in from his device, and nobody else does.
    for (const auto& [username, stations] : stations_) {
        const auto answer = radius_.ask(box_.radius_path(), username, stations[0], wall_now());
        if (!answer)
            violated("no answer to " + username + " in the end");
        check_answer(username, stations[0], *answer);
    }
}

void World::check_routers_converged()
{
    std::vector<SeenSession> online;
    for (const RouterSession& session : routers_.sessions()) {
        online.push_back({session.router, session.acct_id, session.username, session.station});
        const OracleLine* line = oracle_.live_line(session.username);
        const Oracle::Answer right = oracle_.answer(session.username, true_now());
        const bool is_full = session.class_text.find(":full") != std::string::npos;
        const std::string who = "session " + session.acct_id + " of " + session.username;
        if (line == nullptr || right.verdict == "suspended")
            violated(who + " is online and must not be");
        if (is_full != right.until.has_value())
            violated(who + (is_full ? " has full access and no paid time"
                                    : " is in the pay page and has paid"));
        // A login while the clock was wrong may have got more; the sweep ends it in time.
        if (clock_is_right_ && is_full && session.ends_at && *session.ends_at > *line->paid_until)
            violated(who + " may last until " + in_words(session.ends_at) + ", paid is until " +
                     in_words(line->paid_until));
    }
    std::sort(online.begin(), online.end());
    const auto known = eye_.open_sessions();
    if (known.size() != online.size() || !std::equal(known.begin(), known.end(), online.begin())) {
        std::string text;
        for (const SeenSession& s : known)
            text += " " + s.acct_id;
        text += "; on the routers:";
        for (const SeenSession& s : online)
            text += " " + s.acct_id;
        violated("open sessions in the books:" + text);
    }
}

} // namespace sim
