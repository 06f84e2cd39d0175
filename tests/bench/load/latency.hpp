// How long calls took, every one of them kept: a benchmark is about its tail.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

namespace load {

using Time = std::chrono::steady_clock::time_point;
using Micros = std::chrono::microseconds;

[[nodiscard]] inline Time now()
{
    return std::chrono::steady_clock::now();
}

class Latencies
{
public:
    void add(Time from, Time to)
    {
        micros_.push_back(std::chrono::duration_cast<Micros>(to - from).count());
    }
    [[nodiscard]] std::size_t count() const { return micros_.size(); }

    // Milliseconds under which that share (0.99) of the calls stayed; 0 where there was none.
    [[nodiscard]] double percentile_ms(double share)
    {
        if (micros_.empty())
            return 0;
        std::sort(micros_.begin(), micros_.end());
        const double rank = std::ceil(share * static_cast<double>(micros_.size())) - 1;
        const auto at = static_cast<std::size_t>(std::max(0.0, rank));
        return static_cast<double>(micros_[std::min(at, micros_.size() - 1)]) / 1000;
    }

    [[nodiscard]] nlohmann::json summary()
    {
        return {{"count", count()},
                {"p50_ms", percentile_ms(0.50)},
                {"p95_ms", percentile_ms(0.95)},
                {"p99_ms", percentile_ms(0.99)},
                {"max_ms", percentile_ms(1)}};
    }

private:
    std::vector<std::int64_t> micros_;
};

} // namespace load
