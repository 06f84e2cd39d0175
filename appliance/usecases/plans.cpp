#include "usecases/plans.hpp"

#include "storage/plan_store.hpp"
#include "usecases/audit.hpp"

#include <algorithm>

namespace mnara::usecases {

namespace {

constexpr std::int64_t kMostBps = 100'000'000'000; // 100 Gbit/s

bool is_rate(std::int64_t up, std::int64_t down)
{
    return up > 0 && down > 0 && up <= kMostBps && down <= kMostBps;
}

bool is_code(const std::string& code)
{
    return !code.empty() && code.size() <= 40 && std::all_of(code.begin(), code.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

bool is_good(const domain::PlanVersion& v)
{
    if (v.price < Money() || v.price > Money::from_cents(100'000'000'00))
        return false;
    if (v.duration.n < 1 || v.duration.n > 1'000'000 ||
        (v.duration.unit == domain::DurationUnit::Month && v.duration.n > 120))
        return false;
    if (v.device_limit < 1 || v.device_limit > 1000)
        return false;
    if (!v.rate)
        return true;
    if (!is_rate(v.rate->up_bps, v.rate->down_bps))
        return false;
    const auto& burst = v.rate->burst;
    return !burst || (is_rate(burst->up_bps, burst->down_bps) &&
                      is_rate(burst->from_up_bps, burst->from_down_bps) && burst->seconds > 0 &&
                      burst->seconds <= 3600 && burst->up_bps >= v.rate->up_bps &&
                      burst->down_bps >= v.rate->down_bps);
}

} // namespace

Result<domain::Plan, PlanError> add_plan(storage::Tx& tx, const Context& context, domain::Plan plan,
                                         const std::string& actor)
{
    if (!is_code(plan.code) || plan.name.empty() || plan.name.size() > 100 ||
        !is_good(plan.current))
        return refuse(PlanError::BadPlan);
    if (!storage::insert_plan(tx, plan, context.clock.now()))
        return refuse(PlanError::CodeTaken);
    audit(tx, context, actor, "added", "plan", plan.current.id.value,
          audit_fields({{"code", plan.code}, {"price_cents", plan.current.price.cents()}}));
    return plan;
}

Result<domain::Plan, PlanError> add_plan_version(storage::Tx& tx, const Context& context,
                                                 const std::string& code,
                                                 domain::PlanVersion version,
                                                 const std::string& actor)
{
    if (!storage::find_plan(tx, code))
        return refuse(PlanError::UnknownPlan);
    if (!is_good(version))
        return refuse(PlanError::BadPlan);
    version.plan_code = code;
    storage::insert_plan_version(tx, version, context.clock.now());
    audit(tx, context, actor, "changed", "plan", version.id.value,
          audit_fields({{"code", code}, {"price_cents", version.price.cents()}}));
    return *storage::find_plan(tx, code);
}

Result<domain::Plan, PlanError> put_plan_on_sale(storage::Tx& tx, const Context& context,
                                                 const std::string& code, bool on_sale,
                                                 const std::string& actor)
{
    auto plan = storage::find_plan(tx, code);
    if (!plan)
        return refuse(PlanError::UnknownPlan);
    if (plan->on_sale == on_sale)
        return *plan;
    plan->on_sale = on_sale;
    storage::put_on_sale(tx, code, on_sale);
    audit(tx, context, actor, on_sale ? "put_on_sale" : "taken_off_sale", "plan",
          plan->current.id.value, audit_fields({{"code", code}}));
    return *plan;
}

} // namespace mnara::usecases
