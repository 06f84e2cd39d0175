// How often somebody may ask: a bucket of tries for each name (an address, a session) that fills up
// again with time. Kept in memory, so a restart forgives. Safe from many threads.
#pragma once

#include "core/time.hpp"

#include <map>
#include <mutex>
#include <string>

namespace mnara::http {

struct RatePace
{
    int burst = 1;        // at once
    Millis refill{1'000}; // one more after each of these
};

class RateLimit
{
public:
    // `now`: monotonic. True where there was one left; it is taken then.
    [[nodiscard]] bool take(const std::string& name, const RatePace& pace, Millis now);
    // It was no misuse: the try does not count.
    void give_back(const std::string& name);

private:
    static constexpr std::size_t kNamesMax = 10'000;
    struct Bucket
    {
        std::int64_t left = 0;
        Millis filled_at{0}, full_at{0};
    };
    void forget_the_full(Millis now);

    std::mutex mutex_;
    std::map<std::string, Bucket, std::less<>> buckets_;
};

} // namespace mnara::http
