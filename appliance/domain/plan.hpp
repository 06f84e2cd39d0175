// What is sold. A plan is a name on the price list; what was bought is a version, for ever. Pure.
#pragma once

#include "core/ids.hpp"
#include "core/money.hpp"
#include "domain/calendar.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mnara::domain {

enum class PlanKind { Pppoe, Hotspot };
// What happens to the line when the paid time is over.
enum class EndBehaviour { PayPage, Reject };

struct Burst
{
    std::int64_t up_bps = 0, down_bps = 0;           // rate while bursting
    std::int64_t from_up_bps = 0, from_down_bps = 0; // average below which a burst is allowed
    int seconds = 0;
};

// Rates in bit/s from the subscriber's view; no Rate = no limit.
struct Rate
{
    std::int64_t up_bps = 0, down_bps = 0;
    std::optional<Burst> burst;
};

struct PlanVersion
{
    PlanVersionId id;
    std::string plan_code;
    int version = 0;
    PlanKind kind = PlanKind::Pppoe;
    Money price;
    Duration duration;
    std::optional<Rate> rate;
    int device_limit = 1; // sessions at the same time
    EndBehaviour end_behaviour = EndBehaviour::PayPage;
};

struct Plan
{
    std::string code;
    std::string name;
    bool on_sale = true; // off sale: those who have it go on with it, nobody else gets it
    PlanVersion current;
};
// By a line that has the plan `had`, or none yet.
[[nodiscard]] bool can_be_chosen(const Plan& plan, std::string_view had = {});

[[nodiscard]] std::string_view to_text(PlanKind kind);
[[nodiscard]] std::optional<PlanKind> plan_kind(std::string_view text);
[[nodiscard]] std::string_view to_text(EndBehaviour behaviour);
[[nodiscard]] std::optional<EndBehaviour> end_behaviour(std::string_view text);

// What a line of that price is worth in 30 days (a month is 30 days), rounded half up to the cent:
// the summand of monthly recurring revenue.
[[nodiscard]] Money worth_in_30_days(Money price, const Duration& duration);

// Mikrotik-Rate-Limit: "up/down[ burst burst-threshold burst-time]", rx first, which is the
// subscriber's upload (routeros.md 3.4). Whole k or M where that is exact, since RouterOS rounds.
[[nodiscard]] std::string mikrotik_rate_limit(const Rate& rate);

} // namespace mnara::domain
