#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"
#include "usecases/plans.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

constexpr std::int64_t kPriceMaxCents = 100'000'000'00; // a hundred million shillings
constexpr std::int64_t kRateMaxBps = 1'000'000'000'000;
constexpr std::int64_t kDurationMax = 1'000'000;
constexpr std::int64_t kDevicesMax = 1000;
constexpr std::int64_t kBurstSecondsMax = 3600;

std::optional<domain::Burst> read_burst(Fields& fields)
{
    const auto up = fields.optional_integer("burst_up_bps", 1, kRateMaxBps);
    const auto down = fields.optional_integer("burst_down_bps", 1, kRateMaxBps);
    const auto from_up = fields.optional_integer("burst_from_up_bps", 1, kRateMaxBps);
    const auto from_down = fields.optional_integer("burst_from_down_bps", 1, kRateMaxBps);
    const auto seconds = fields.optional_integer("burst_seconds", 1, kBurstSecondsMax);
    if (!up && !down && !from_up && !from_down && !seconds)
        return std::nullopt;
    if (!up || !down || !from_up || !from_down || !seconds) {
        fields.refuse("burst_up_bps", "a burst needs all five burst fields");
        return std::nullopt;
    }
    return domain::Burst{*up, *down, *from_up, *from_down, static_cast<int>(*seconds)};
}

std::optional<domain::Rate> read_rate(Fields& fields)
{
    const auto up = fields.optional_integer("up_bps", 1, kRateMaxBps);
    const auto down = fields.optional_integer("down_bps", 1, kRateMaxBps);
    auto burst = read_burst(fields);
    if (up.has_value() != down.has_value())
        fields.refuse("up_bps", "up_bps and down_bps go together");
    if (burst && !up)
        fields.refuse("burst_up_bps", "a burst needs up_bps and down_bps");
    if (!up || !down)
        return std::nullopt;
    return domain::Rate{*up, *down, burst};
}

domain::PlanVersion read_version(Fields& fields)
{
    domain::PlanVersion version;
    const auto kind = domain::plan_kind(fields.text("kind"));
    const auto unit = domain::duration_unit(fields.text("duration_unit"));
    const auto end =
        domain::end_behaviour(fields.optional_text("end_behaviour").value_or("pay_page"));
    if (!kind)
        fields.refuse("kind", "is pppoe or hotspot");
    if (!unit)
        fields.refuse("duration_unit", "is second, minute, hour, day or month");
    if (!end)
        fields.refuse("end_behaviour", "is pay_page or reject");
    version.kind = kind.value_or(domain::PlanKind::Pppoe);
    version.price = Money::from_cents(fields.integer("price_cents", 0, kPriceMaxCents));
    version.duration = {static_cast<int>(fields.integer("duration_n", 1, kDurationMax)),
                        unit.value_or(domain::DurationUnit::Day)};
    version.rate = read_rate(fields);
    version.device_limit =
        static_cast<int>(fields.optional_integer("device_limit", 1, kDevicesMax).value_or(1));
    version.end_behaviour = end.value_or(domain::EndBehaviour::PayPage);
    if (fields.optional_integer("data_cap_bytes"))
        fields.refuse("data_cap_bytes", "is not possible in this version");
    return version;
}

Reply answer(const Result<domain::Plan, usecases::PlanError>& made, int status = 201)
{
    if (made)
        return json_reply(views::plan(*made), status);
    switch (made.error()) {
    case usecases::PlanError::CodeTaken:
        return problem(409, "code_taken", "There is a plan with this code already.");
    case usecases::PlanError::UnknownPlan:
        return not_found("plan");
    case usecases::PlanError::BadPlan:
        break;
    }
    return problem(422, "bad_plan", "These facts make no plan that can be sold.");
}

} // namespace

Reply list_plans(storage::ReadTx& tx, Call&)
{
    // A price list is short: it comes whole.
    Json items = Json::array();
    for (const domain::Plan& plan : usecases::listing::all_plans(tx))
        items.push_back(views::plan(plan));
    return json_reply({{"items", std::move(items)}, {"next", nullptr}});
}

Reply add_plan(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    domain::Plan plan;
    plan.code = fields.text("code");
    plan.name = fields.text("name");
    plan.current = read_version(fields);
    if (auto trouble = fields.trouble())
        return *trouble;
    return answer(usecases::add_plan(tx, call.context(), plan, call.actor));
}

Reply change_plan_sale(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    const auto on_sale = fields.optional_boolean("on_sale");
    if (!on_sale)
        fields.refuse("on_sale", "is true or false");
    if (auto trouble = fields.trouble())
        return *trouble;
    return answer(
        usecases::put_plan_on_sale(tx, call.context(), call.path.at("code"), *on_sale, call.actor),
        200);
}

Reply add_plan_version(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    // The name stays with the code; a client may send the whole plan back.
    const auto name = fields.optional_text("name");
    const domain::PlanVersion version = read_version(fields);
    const std::string& code = call.path.at("code");
    const auto plan = usecases::listing::find_plan(tx, code);
    if (plan && name && *name != plan->name)
        fields.refuse("name", "a new version keeps the plan's name");
    if (auto trouble = fields.trouble())
        return *trouble;
    return answer(usecases::add_plan_version(tx, call.context(), code, version, call.actor));
}

} // namespace mnara::http::api
