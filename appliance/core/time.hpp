// Time as the whole house uses it: UTC seconds. Nairobi appears only at the edges
// (domain/calendar).
#pragma once

#include <chrono>
#include <cstdint>

namespace mnara {

using Seconds = std::chrono::seconds;
using Millis = std::chrono::milliseconds;
using UnixTime = std::chrono::sys_seconds; // UTC, whole seconds since 1970

[[nodiscard]] constexpr UnixTime unix_time(std::int64_t seconds)
{
    return UnixTime{Seconds{seconds}};
}
[[nodiscard]] constexpr std::int64_t to_seconds(UnixTime at)
{
    return at.time_since_epoch().count();
}

// The end of a phase that never ends: 9999-12-31 23:59:59 UTC.
inline constexpr UnixTime kForever = unix_time(253402300799);

} // namespace mnara
