// Spreading what a session used between two reports over the hours it was used in. Pure.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <vector>

namespace mnara::domain {

// From the subscriber's view; never negative.
struct Usage
{
    std::int64_t bytes_up = 0, bytes_down = 0;
    std::int64_t seconds = 0;
    bool operator==(const Usage&) const = default;
    [[nodiscard]] bool is_zero() const { return *this == Usage{}; }
};

struct HourUsage
{
    UnixTime hour_at; // start of a UTC hour, which is also one of Nairobi's
    Usage usage;
    bool operator==(const HourUsage&) const = default;
};

// A report never covers more than this: what is older falls into the first hour of it, so that one
// wild counter cannot write a row for every hour since 1970.
inline constexpr Seconds kUsageSpanMax{31 * 86'400};

// `delta` spread evenly over [from, to), by the seconds of each hour in it; the parts add up to
// `delta` exactly. All in the hour of `to` where the span is empty or runs backwards. Parts of
// nothing are left out.
[[nodiscard]] std::vector<HourUsage> spread_usage(const Usage& delta, UnixTime from, UnixTime to);

} // namespace mnara::domain
