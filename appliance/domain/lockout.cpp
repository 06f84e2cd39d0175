#include "domain/lockout.hpp"

#include <algorithm>

namespace mnara::domain {

namespace {

constexpr std::size_t kTries = 5;
constexpr Seconds kWithin{15 * 60};
constexpr Seconds kFirstLock{15 * 60};
constexpr Seconds kLongestLock{8 * 3600};

} // namespace

UnixTime locked_until(const std::vector<UnixTime>& wrong)
{
    UnixTime until{};
    Seconds lock = kFirstLock;
    std::size_t first = 0; // of the tries that no lock has answered yet
    for (std::size_t last = 0; last < wrong.size(); ++last) {
        if (last - first + 1 < kTries || wrong[last] - wrong[last - (kTries - 1)] > kWithin)
            continue;
        until = wrong[last] + lock;
        lock = std::min(lock * 2, kLongestLock);
        first = last + 1;
    }
    return until;
}

} // namespace mnara::domain
