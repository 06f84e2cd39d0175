// The one source of chance of a run: everything that is drawn comes from the seed, in order.
#pragma once

#include "core/random.hpp"

#include <cstdint>
#include <vector>

namespace sim {

class Chance
{
public:
    explicit Chance(std::uint64_t seed) : random_(seed) {}

    // Evenly from 0 to bound - 1.
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_.below(bound)); }
    // Evenly from least to most, both included.
    std::int64_t between(std::int64_t least, std::int64_t most)
    {
        return least + static_cast<std::int64_t>(
                           random_.below(static_cast<std::uint64_t>(most - least) + 1));
    }
    bool one_in(std::size_t n) { return below(n) == 0; }
    template <class T> const T& pick(const std::vector<T>& from)
    {
        return from[below(from.size())];
    }
    std::string text(std::size_t size, const char* alphabet)
    {
        return random_.text(size, alphabet);
    }
    // What the disk loses is drawn from here.
    mnara::Random& source() { return random_; }

private:
    mnara::SeededRandom random_;
};

} // namespace sim
