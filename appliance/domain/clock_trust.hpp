// Whether the wall clock can be believed. A box with a dead battery boots in 1970, a wrong NTP
// server can put it years ahead: then money is recorded, and nobody expires and nobody is granted
// more. The RADIUS query (radius/auth_query.conf) uses the same two limits. Pure.
#pragma once

#include "core/time.hpp"

namespace mnara::domain {

inline constexpr Seconds kBackwardLimit{300};           // NTP may step a little back
inline constexpr Seconds kForwardLimit{30 * 24 * 3600}; // a box may be off for a month
// 2026-01-01: a clock before the day this program was written is wrong, mark or no mark.
inline constexpr UnixTime kFirstPlausible = unix_time(1'767'225'600);

// `mark`: the latest time that was trusted.
[[nodiscard]] constexpr bool is_suspect(UnixTime now, UnixTime mark)
{
    return now < mark - kBackwardLimit || now > mark + kForwardLimit;
}

// The time to judge access by: the clock, or the mark while the clock is suspect.
[[nodiscard]] constexpr UnixTime trusted_time(UnixTime now, UnixTime mark)
{
    return is_suspect(now, mark) ? mark : now;
}

} // namespace mnara::domain
