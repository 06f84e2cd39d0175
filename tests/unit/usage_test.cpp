#include "unit/catch.hpp"

#include "domain/usage.hpp"

#include "core/random.hpp"
#include "domain/calendar.hpp"

#include <map>

using namespace mnara;
using domain::HourUsage;
using domain::spread_usage;
using domain::Usage;

namespace {

constexpr UnixTime kHour = unix_time(1'768'456'800); // a full hour

Usage total(const std::vector<HourUsage>& hours)
{
    Usage sum;
    for (const HourUsage& hour : hours) {
        sum.bytes_up += hour.usage.bytes_up;
        sum.bytes_down += hour.usage.bytes_down;
        sum.seconds += hour.usage.seconds;
    }
    return sum;
}

} // namespace

TEST_CASE("usage within one hour stays in it")
{
    const Usage delta{100, 1'000, 600};
    CHECK(spread_usage(delta, kHour, kHour + Seconds{600}) ==
          std::vector<HourUsage>{{kHour, delta}});
    CHECK(spread_usage(delta, kHour + Seconds{3000}, kHour + Seconds{3600}) ==
          std::vector<HourUsage>{{kHour, delta}});
}

TEST_CASE("usage over an hour's end is split by the seconds on each side")
{
    const auto hours =
        spread_usage({900, 9'000, 900}, kHour + Seconds{3300}, kHour + Seconds{4200});
    CHECK(hours == std::vector<HourUsage>{{kHour, {300, 3'000, 300}},
                                          {kHour + Seconds{3600}, {600, 6'000, 600}}});
}

TEST_CASE("a report without a span counts in its own hour, nothing counts nowhere")
{
    CHECK(spread_usage({5, 6, 0}, kHour + Seconds{7}, kHour + Seconds{7}) ==
          std::vector<HourUsage>{{kHour, {5, 6, 0}}});
    CHECK(spread_usage({5, 6, 0}, kHour + Seconds{90}, kHour + Seconds{7}) ==
          std::vector<HourUsage>{{kHour, {5, 6, 0}}});
    CHECK(spread_usage({}, kHour, kHour + Seconds{7'200}).empty());
}

TEST_CASE("J8: spread usage adds up to the last byte, whatever the span and the amount")
{
    SeededRandom random(11);
    for (int round = 0; round < 2'000; ++round) {
        const UnixTime from = kHour + Seconds{static_cast<std::int64_t>(random.below(100'000))};
        const UnixTime to = from + Seconds{static_cast<std::int64_t>(random.below(5'000'000))};
        const Usage delta{static_cast<std::int64_t>(random.below(1ULL << 56U)),
                          static_cast<std::int64_t>(random.below(1'000)), (to - from).count()};
        const auto hours = spread_usage(delta, from, to);
        REQUIRE(total(hours) == delta);
        REQUIRE(hours.size() <= 31 * 24 + 1);
        for (const HourUsage& hour : hours)
            REQUIRE(to_seconds(hour.hour_at) % 3600 == 0);
    }
}

TEST_CASE("J13: hours never hold more seconds than they have")
{
    for (const auto& hour :
         spread_usage({0, 0, 20'000}, kHour + Seconds{777}, kHour + Seconds{20'777}))
        CHECK(hour.usage.seconds <= 3600);
}

TEST_CASE("a counter from 1970 does not make a row for every hour since")
{
    const auto hours = spread_usage({1'000'000, 1, 1'768'456'800}, UnixTime{}, kHour);
    CHECK(hours.size() <= 31 * 24);
    CHECK(total(hours) == Usage{1'000'000, 1, 1'768'456'800});
}
