#include "core/sha1.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace mnara {

namespace {

constexpr std::size_t kBlock = 64; // bytes

std::uint32_t word_at(std::string_view block, std::size_t at)
{
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i)
        word = word << 8U | static_cast<unsigned char>(block[at + i]);
    return word;
}

struct Step // of the 80: the mixing function's value and the constant
{
    std::uint32_t mixed, constant;
};

Step step(std::size_t round, std::uint32_t b, std::uint32_t c, std::uint32_t d)
{
    if (round < 20)
        return {(b & c) | (~b & d), 0x5A827999};
    if (round < 40)
        return {b ^ c ^ d, 0x6ED9EBA1};
    if (round < 60)
        return {(b & c) | (b & d) | (c & d), 0x8F1BBCDC};
    return {b ^ c ^ d, 0xCA62C1D6};
}

using State = std::array<std::uint32_t, 5>;

void mix_in(State& state, std::string_view block)
{
    std::array<std::uint32_t, 80> words{};
    for (std::size_t i = 0; i < 16; ++i)
        words.at(i) = word_at(block, i * 4);
    for (std::size_t i = 16; i < words.size(); ++i)
        words.at(i) =
            std::rotl(words.at(i - 3) ^ words.at(i - 8) ^ words.at(i - 14) ^ words.at(i - 16), 1);
    auto [a, b, c, d, e] = state;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto [mixed, constant] = step(i, b, c, d);
        const std::uint32_t next = std::rotl(a, 5) + mixed + e + constant + words.at(i);
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    }
    const State added{a, b, c, d, e};
    for (std::size_t i = 0; i < state.size(); ++i)
        state.at(i) += added.at(i);
}

} // namespace

std::string sha1(std::string_view message)
{
    std::string padded(message);
    padded += '\x80';
    while (padded.size() % kBlock != kBlock - 8)
        padded += '\0';
    const std::uint64_t bits = std::uint64_t{message.size()} * 8;
    for (int shift = 56; shift >= 0; shift -= 8)
        padded += static_cast<char>(bits >> static_cast<unsigned>(shift) & 0xFFU);
    State state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    for (std::size_t at = 0; at < padded.size(); at += kBlock)
        mix_in(state, std::string_view(padded).substr(at, kBlock));
    std::string out;
    for (const std::uint32_t word : state)
        for (int shift = 24; shift >= 0; shift -= 8)
            out += static_cast<char>(word >> static_cast<unsigned>(shift) & 0xFFU);
    return out;
}

std::string hmac_sha1(std::string_view key, std::string_view message)
{
    std::string block = key.size() > kBlock ? sha1(key) : std::string(key);
    block.resize(kBlock, '\0');
    std::string inner = block;
    std::string outer = block;
    for (std::size_t i = 0; i < kBlock; ++i) {
        inner[i] = static_cast<char>(static_cast<unsigned char>(inner[i]) ^ 0x36U);
        outer[i] = static_cast<char>(static_cast<unsigned char>(outer[i]) ^ 0x5CU);
    }
    return sha1(outer + sha1(inner + std::string(message)));
}

} // namespace mnara
