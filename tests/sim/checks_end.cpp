// The money as a whole, and what must have come true an hour after the last fault.
#include "sim/trace.hpp"
#include "sim/world.hpp"

#include <algorithm>

namespace sim {

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
    const std::string known =
        "; " + eye_.words("SELECT receipt FROM payment WHERE receipt <> ''") + ";";
    for (const auto& [receipt, movement] : oracle_.movements)
        if (movement.told && known.find("; " + receipt + ";") == std::string::npos)
            violated(receipt + " was told of and is not credited");
    if (healing_ && sum != moved)
        violated("credited are " + std::to_string(sum) + " cents in the end, moved were " +
                 std::to_string(moved));
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
            violated(who + " may last until " + std::to_string(*session.ends_at) +
                     ", paid is until " + std::to_string(*line->paid_until));
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
