#include "domain/plan.hpp"

#include <fmt/format.h>

namespace mnara::domain {

namespace {

std::string bits(std::int64_t bps)
{
    if (bps % 1'000'000 == 0)
        return fmt::format("{}M", bps / 1'000'000);
    if (bps % 1'000 == 0)
        return fmt::format("{}k", bps / 1'000);
    return std::to_string(bps);
}

} // namespace

std::string_view to_text(PlanKind kind)
{
    return kind == PlanKind::Pppoe ? "pppoe" : "hotspot";
}

std::optional<PlanKind> plan_kind(std::string_view text)
{
    if (text == "pppoe")
        return PlanKind::Pppoe;
    if (text == "hotspot")
        return PlanKind::Hotspot;
    return std::nullopt;
}

std::string_view to_text(EndBehaviour behaviour)
{
    return behaviour == EndBehaviour::PayPage ? "pay_page" : "reject";
}

std::optional<EndBehaviour> end_behaviour(std::string_view text)
{
    if (text == "pay_page")
        return EndBehaviour::PayPage;
    if (text == "reject")
        return EndBehaviour::Reject;
    return std::nullopt;
}

std::string mikrotik_rate_limit(const Rate& rate)
{
    std::string text = fmt::format("{}/{}", bits(rate.up_bps), bits(rate.down_bps));
    if (rate.burst)
        text +=
            fmt::format(" {}/{} {}/{} {}/{}", bits(rate.burst->up_bps), bits(rate.burst->down_bps),
                        bits(rate.burst->from_up_bps), bits(rate.burst->from_down_bps),
                        rate.burst->seconds, rate.burst->seconds);
    return text;
}

} // namespace mnara::domain
