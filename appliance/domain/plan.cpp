#include "domain/plan.hpp"

#include "core/check.hpp"

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

bool can_be_chosen(const Plan& plan, std::string_view had)
{
    return plan.on_sale || plan.code == had;
}

Money worth_in_30_days(Money price, const Duration& duration)
{
    const std::int64_t length = nominal_length(duration).count();
    ENSURE(length > 0);
    std::int64_t doubled = 0;
    constexpr std::int64_t kTwice30Days = 2 * 30 * 86'400;
    ENSURE(!__builtin_mul_overflow(price.cents(), kTwice30Days, &doubled));
    ENSURE(!__builtin_add_overflow(doubled, length, &doubled));
    return Money::from_cents(doubled / (2 * length));
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
