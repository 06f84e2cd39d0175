#include "network/payments/request_pace.hpp"

#include "core/check.hpp"

#include <algorithm>

namespace mnara::network {

using std::chrono::microseconds;

namespace {

microseconds interval_of(int per_second)
{
    ENSURE(per_second > 0);
    return microseconds{1'000'000 / per_second};
}

} // namespace

RequestPace::RequestPace(int per_second, Millis longest_wait)
    : interval_(interval_of(per_second)), longest_wait_(longest_wait)
{
}

std::optional<Millis> RequestPace::reserve(Millis now)
{
    const std::lock_guard lock(mutex_);
    const microseconds place = std::max(next_.value_or(microseconds{now}), microseconds{now});
    const Millis wait = std::chrono::ceil<Millis>(place - now);
    if (wait > longest_wait_)
        return std::nullopt;
    next_ = place + interval_;
    return wait;
}

} // namespace mnara::network
