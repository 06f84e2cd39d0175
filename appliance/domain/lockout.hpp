// How long wrong tries to sign in lock a login or an address. Pure: the history is handed in.
#pragma once

#include "core/time.hpp"

#include <vector>

namespace mnara::domain {

// Older tries are forgotten: whoever asks hands in those of this span.
inline constexpr Seconds kWrongTriesSpan{24 * 3600};

// Five wrong tries within 15 minutes lock for 15 minutes; the next five for 30, then 60, and so on
// up to 8 hours. `wrong`: the times of the wrong tries since the last right one, oldest first;
// tries made during a lock are not among them. Gives the end of the last lock, long over or not;
// 1970 where nothing was locked.
[[nodiscard]] UnixTime locked_until(const std::vector<UnixTime>& wrong);

} // namespace mnara::domain
