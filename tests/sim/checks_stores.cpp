// The three stores (mnara.db, radius.db, the routers' wishes) beside each other: nobody is "paid
// but off" without a retry that is under way, and a step that goes on failing has an open alert.
#include "sim/trace.hpp"
#include "sim/world.hpp"

namespace sim {

namespace {

constexpr int kFailuresToAlert = 3;

} // namespace

void World::check_stores()
{
    check_access();
    check_wishes();
    check_alerts();
}

// Whoever has paid gets in from his device, and nobody else does; a name whose projection is still
// to come is left out by check_answer.
void World::check_access()
{
    for (const auto& [username, stations] : stations_) {
        const auto answer = radius_.ask(box_.radius_path(), username, stations[0], wall_now());
        if (answer)
            check_answer(username, stations[0], *answer);
        else if (!waits_for_projection(username))
            violated("radius.db gives no answer to " + username);
    }
}

// A session that is not what its line deserves has an open wish that it goes.
void World::check_wishes()
{
    const std::string wrong = eye_.words(
        "SELECT s.acct_session_id || ' of ' || s.username || ', ' || s.class || ', line ' || "
        "l.state "
        "FROM session s JOIN subscription l ON l.id = s.subscription_id "
        "WHERE s.stopped_at IS NULL AND NOT CASE l.state WHEN 'active' THEN s.class LIKE '%:full' "
        "WHEN 'expired' THEN s.class LIKE '%:limited' WHEN 'pending' THEN s.class LIKE '%:limited' "
        "ELSE 0 END AND NOT EXISTS (SELECT 1 FROM router_job j WHERE j.session_id = s.id "
        "AND j.kind = 'session_gone' AND j.state IN ('waiting', 'running'))");
    if (!wrong.empty())
        violated("a session should go and nobody asks for it: " + wrong);
}

void World::check_alerts()
{
    const std::string failures = std::to_string(kFailuresToAlert);
    const std::string jobs = eye_.words(
        "SELECT j.id || ' ' || j.last_error FROM router_job j WHERE j.state IN ('waiting', "
        "'running') AND j.failures >= " +
        failures +
        " AND NOT EXISTS (SELECT 1 FROM alert a "
        "WHERE a.key = 'router_job:' || j.id AND a.closed_at IS NULL)");
    if (!jobs.empty())
        violated("a wish goes on failing without an alert: " + jobs);
    const std::string silent = eye_.words(
        "SELECT CAST(r.router_id AS TEXT) FROM router_reach r WHERE r.failures >= " + failures +
        " AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.key = 'router_coa:' || r.router_id "
        "AND a.closed_at IS NULL)");
    if (!silent.empty())
        violated("a router is silent without an alert: " + silent);
    if (failed_projections_ >= kFailuresToAlert && disk().full == Disk::Full::Radius) {
        trace().see("projection fails for long");
        if (!has_alert("radius_db"))
            violated("radius.db cannot be written and no alert is open");
    }
}

// With the faults still on, after a minute in which everything was tried.
void World::check_settled()
{
    check_stores();
    if (is_disk_full())
        return;
    trace().see("settled");
    const auto none = [&](const char* what, const std::string& table) {
        if (const auto left = eye_.number("SELECT COUNT(*) FROM " + table))
            violated(std::to_string(left) + " " + what + " when nothing is left to do");
    };
    none("messages wait", "inbox WHERE processed_at IS NULL");
    none("names are not projected", "projection_dirty");
    if (judged().suspect != has_alert("clock_suspect"))
        violated(judged().suspect ? "the clock is wrong and no alert is open"
                                  : "the clock is right and its alert is still open");
    if (!judged().suspect)
        none("purchases are deferred", "purchase_due");
}

bool World::has_alert(const std::string& key)
{
    return eye_.number("SELECT COUNT(*) FROM alert WHERE closed_at IS NULL AND key = '" + key +
                       "'") > 0;
}

bool World::waits_for_projection(const std::string& username)
{
    return eye_.number("SELECT COUNT(*) FROM projection_dirty WHERE kind = 'access' AND key = '" +
                       username + "'") > 0;
}

} // namespace sim
