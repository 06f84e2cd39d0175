#include "core/random.hpp"

#include "core/check.hpp"
#include "core/crypto.hpp"

#include <array>
#include <cstring>

namespace mnara {

std::string Random::bytes(std::size_t size)
{
    std::string out(size, '\0');
    fill(reinterpret_cast<unsigned char*>(out.data()), size);
    return out;
}

std::uint64_t Random::below(std::uint64_t bound)
{
    ENSURE(bound > 0);
    // Values of the last, incomplete stretch are thrown away, or small results would come too
    // often.
    const std::uint64_t unfair = (UINT64_MAX - bound + 1) % bound;
    for (;;) {
        std::array<unsigned char, 8> raw{};
        fill(raw.data(), raw.size());
        std::uint64_t value = 0;
        std::memcpy(&value, raw.data(), raw.size());
        if (value >= unfair)
            return value % bound;
    }
}

std::string Random::text(std::size_t size, const char* alphabet)
{
    const std::size_t letters = std::strlen(alphabet);
    std::string out;
    out.reserve(size);
    while (out.size() < size)
        out.push_back(alphabet[below(letters)]);
    return out;
}

void SystemRandom::fill(unsigned char* out, std::size_t size)
{
    crypto::system_random(out, size);
}

std::uint64_t SeededRandom::next()
{
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
}

void SeededRandom::fill(unsigned char* out, std::size_t size)
{
    for (std::size_t at = 0; at < size; at += 8) {
        const std::uint64_t value = next();
        std::memcpy(out + at, &value, size - at < 8 ? size - at : 8);
    }
}

} // namespace mnara
