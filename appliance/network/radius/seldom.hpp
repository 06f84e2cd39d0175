// Keeps a fault that comes with every packet from filling the log: at most one line a minute.
#pragma once

#include "core/clock.hpp"

#include <optional>

namespace mnara::network::radius {

class Seldom
{
public:
    // True the first time, and again when a minute has gone by since the last true.
    [[nodiscard]] bool due(const Clock& clock)
    {
        const Millis now = clock.mono();
        if (last_ && now - *last_ < std::chrono::minutes{1})
            return false;
        last_ = now;
        return true;
    }

private:
    std::optional<Millis> last_;
};

} // namespace mnara::network::radius
