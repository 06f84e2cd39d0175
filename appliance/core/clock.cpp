#include "core/clock.hpp"

namespace mnara {

Millis SystemClock::wall() const
{
    return std::chrono::floor<Millis>(std::chrono::system_clock::now().time_since_epoch());
}

Millis SystemClock::mono() const
{
    return std::chrono::floor<Millis>(std::chrono::steady_clock::now().time_since_epoch());
}

} // namespace mnara
