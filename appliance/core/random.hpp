// Randomness is handed in, like the clock: libsodium in production, a seed in the simulation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace mnara {

class Random
{
public:
    Random() = default;
    Random(const Random&) = delete;
    Random& operator=(const Random&) = delete;
    virtual ~Random() = default;
    virtual void fill(unsigned char* out, std::size_t size) = 0;

    [[nodiscard]] std::string bytes(std::size_t size);
    // Evenly from 0 to bound - 1; bound > 0.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound);
    // `size` characters of `alphabet`, each equally likely.
    [[nodiscard]] std::string text(std::size_t size, const char* alphabet);
};

// Cryptographically strong; safe from many threads.
class SystemRandom final : public Random
{
public:
    void fill(unsigned char* out, std::size_t size) override;
};

// The same bytes for the same seed, on every machine (SplitMix64). Never for secrets.
class SeededRandom final : public Random
{
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    void fill(unsigned char* out, std::size_t size) override;

private:
    std::uint64_t next();
    std::uint64_t state_;
};

} // namespace mnara
