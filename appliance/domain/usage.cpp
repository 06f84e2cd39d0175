#include "domain/usage.hpp"

#include <algorithm>

namespace mnara::domain {

namespace {

using Hours = std::chrono::hours;

// The share of `total` that has been used after `passed` of `span` seconds, rounded down. Split so
// that no product leaves 64 bits: the span is under 2^22.
std::int64_t share(std::int64_t total, std::int64_t passed, std::int64_t span)
{
    return total / span * passed + total % span * passed / span;
}

Usage share(const Usage& total, std::int64_t passed, std::int64_t span)
{
    return {share(total.bytes_up, passed, span), share(total.bytes_down, passed, span),
            share(total.seconds, passed, span)};
}

} // namespace

std::vector<HourUsage> spread_usage(const Usage& delta, UnixTime from, UnixTime to)
{
    if (delta.is_zero())
        return {};
    from = std::max(from, to - kUsageSpanMax);
    if (from >= to)
        return {{std::chrono::floor<Hours>(to), delta}};
    const std::int64_t span = (to - from).count();
    std::vector<HourUsage> hours;
    // Each hour gets the difference of two running totals, so no remainder is lost between them.
    Usage before;
    for (UnixTime hour = std::chrono::floor<Hours>(from); hour < to; hour += Hours{1}) {
        const UnixTime end = std::min<UnixTime>(hour + Hours{1}, to);
        const Usage until = share(delta, (end - from).count(), span);
        const Usage part{until.bytes_up - before.bytes_up, until.bytes_down - before.bytes_down,
                         until.seconds - before.seconds};
        if (!part.is_zero())
            hours.push_back({hour, part});
        before = until;
    }
    return hours;
}

} // namespace mnara::domain
