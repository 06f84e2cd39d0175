#include "usecases/projection_rows.hpp"

#include "storage/subscription_store.hpp"
#include "usecases/secrets.hpp"

#include <charconv>

namespace mnara::usecases {

namespace {

using storage::RadiusDb;

Projected projected(const std::string& username, const std::vector<domain::AccessPhase>& phases,
                    UnixTime now)
{
    for (const domain::AccessPhase& phase : phases) {
        if (phase.until_at > now)
            return {username, phase.verdict, phase.until_at};
    }
    return {username, "unknown", kForever};
}

} // namespace

ProjectionRows::ProjectionRows(const Context& context, storage::ReadTx& tx, RadiusDb::Batch& batch)
    : context_(context), tx_(tx), batch_(batch), settings_(access_settings(tx)),
      time_(trusted_time(tx, context.clock))
{
}

std::optional<std::vector<domain::AccessPhase>>
ProjectionRows::phases(const domain::Subscription& line)
{
    domain::AccessFacts facts;
    facts.subscription = line;
    for (const storage::ServedTerm& term : storage::served_terms(tx_, line.id, time_.judged_by))
        facts.stretches.push_back({term.ends_at, version(term.plan_version_id).value()});
    facts.end_behaviour = end_behaviour_on_sale(line.plan_code);
    facts.open_sessions = storage::open_session_facts(tx_, line.username);
    const auto password = reveal(line.password_secret_id, std::string(kLineAlert) + line.username);
    if (!password)
        return std::nullopt;
    facts.password = *password;
    return domain::access_phases(facts, settings_);
}

void ProjectionRows::write_line(const std::string& username, std::int64_t revision)
{
    std::vector<domain::AccessPhase> rows;
    if (const auto line = storage::find_live_subscription(tx_, username))
        rows = phases(*line).value_or(std::vector<domain::AccessPhase>{});
    switch (batch_.replace_access(username, storage::access_rows(rows), revision)) {
    case RadiusDb::Outcome::Written:
        written_.push_back(projected(username, rows, time_.judged_by));
        break;
    case RadiusDb::Outcome::Refused:
        refused_.emplace(std::string(kLineAlert) + username, batch_.refusal());
        break;
    case RadiusDb::Outcome::Same:
        break;
    }
}

bool ProjectionRows::write_router(const storage::RouterRow& facts)
{
    const std::string name = std::to_string(facts.id.value);
    const std::string alert = std::string(kRouterAlert) + name;
    const auto range = storage::ipv4_range(facts.radius_source);
    const auto secret = reveal(facts.radius_secret_id, alert);
    if (!range)
        refused_.emplace(alert, facts.radius_source + " is not an IPv4 address or network");
    if (!range || !secret)
        return batch_.remove_router(name);
    const auto outcome =
        batch_.replace_router({name, facts.radius_source, range->from, range->to, *secret,
                               facts.require_message_authenticator, facts.enabled});
    if (outcome == RadiusDb::Outcome::Refused)
        refused_.emplace(alert, batch_.refusal());
    return outcome == RadiusDb::Outcome::Written;
}

void ProjectionRows::write_router(const std::string& name)
{
    RouterId id;
    std::from_chars(name.data(), name.data() + name.size(), id.value);
    if (const auto facts = storage::find_router(tx_, id))
        write_router(*facts);
    else
        batch_.remove_router(name);
}

std::optional<std::string> ProjectionRows::reveal(SecretId id, const std::string& alert)
{
    try {
        return reveal_secret(tx_, context_.keys, id);
    } catch (const storage::StorageError&) {
        throw;
    } catch (const std::runtime_error& error) { // its key is not in the ring
        refused_.emplace(alert, error.what());
        return std::nullopt;
    }
}

const std::optional<domain::PlanVersion>& ProjectionRows::version(PlanVersionId id)
{
    const auto known = versions_.find(id);
    if (known != versions_.end())
        return known->second;
    return versions_.emplace(id, storage::find_plan_version(tx_, id)).first->second;
}

domain::EndBehaviour ProjectionRows::end_behaviour_on_sale(const std::string& plan_code)
{
    const auto known = behaviours_.find(plan_code);
    if (known != behaviours_.end())
        return known->second;
    const auto plan = storage::find_plan(tx_, plan_code);
    ENSURE(plan.has_value()); // a foreign key says so
    return behaviours_.emplace(plan_code, plan->current.end_behaviour).first->second;
}

} // namespace mnara::usecases
