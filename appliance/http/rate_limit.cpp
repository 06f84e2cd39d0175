#include "http/rate_limit.hpp"

#include <algorithm>

namespace mnara::http {

bool RateLimit::take(const std::string& name, const RatePace& pace, Millis now)
{
    const std::lock_guard lock(mutex_);
    const auto [found, is_new] = buckets_.try_emplace(name, Bucket{pace.burst, now, now});
    Bucket& bucket = found->second;
    const auto more = std::max<std::int64_t>((now - bucket.filled_at) / pace.refill, 0);
    bucket.left = std::min<std::int64_t>(bucket.left + more, pace.burst);
    bucket.filled_at = bucket.left == pace.burst ? now : bucket.filled_at + more * pace.refill;
    const bool allowed = bucket.left > 0;
    if (allowed)
        --bucket.left;
    bucket.full_at = bucket.filled_at + (pace.burst - bucket.left) * pace.refill;
    if (is_new && buckets_.size() > kNamesMax)
        forget_the_full(now);
    return allowed;
}

void RateLimit::give_back(const std::string& name)
{
    const std::lock_guard lock(mutex_);
    if (const auto found = buckets_.find(name); found != buckets_.end())
        ++found->second.left;
}

// A full bucket says nothing. Where all are in use, a flood of addresses is under way: then the
// oldest rules are worth less than the memory.
void RateLimit::forget_the_full(Millis now)
{
    std::erase_if(buckets_, [&](const auto& one) { return one.second.full_at <= now; });
    if (buckets_.size() > kNamesMax)
        buckets_.clear();
}

} // namespace mnara::http
