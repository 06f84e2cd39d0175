// At most so many requests a second to a provider: a token bucket that holds one token, because
// gateways count a burst within a fraction of a second as too many. Used by DarajaClient.
#pragma once

#include "core/time.hpp"

#include <chrono>
#include <mutex>
#include <optional>

namespace mnara::network {

class RequestPace
{
public:
    // `per_second` > 0. A caller who would have to wait longer than `longest_wait` gets no place.
    RequestPace(int per_second, Millis longest_wait);

    // Takes the next place; how long to wait for it from `now` (monotonic). Nothing, and no place
    // taken, where the queue is too long. Safe from many threads.
    [[nodiscard]] std::optional<Millis> reserve(Millis now);

private:
    const std::chrono::microseconds interval_;
    const Millis longest_wait_;
    std::mutex mutex_;
    std::optional<std::chrono::microseconds> next_; // when the next place is free
};

} // namespace mnara::network
