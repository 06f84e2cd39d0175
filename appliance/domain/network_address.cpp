#include "domain/network_address.hpp"

#include <bit>
#include <fmt/format.h>

namespace mnara::domain {

namespace {

// A decimal number of one to three digits without leading zeros, at most `max`.
std::optional<std::uint32_t> small_number(std::string_view digits, std::uint32_t max)
{
    if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0'))
        return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    if (value > max)
        return std::nullopt;
    return value;
}

} // namespace

std::optional<std::uint32_t> parse_ipv4(std::string_view text)
{
    std::uint32_t address = 0;
    for (int part = 0; part < 4; ++part) {
        const std::size_t dot = text.find('.');
        if ((dot == std::string_view::npos) != (part == 3))
            return std::nullopt;
        const auto octet = small_number(text.substr(0, dot), 255);
        if (!octet)
            return std::nullopt;
        address = address << 8U | *octet;
        text.remove_prefix(part == 3 ? text.size() : dot + 1);
    }
    return address;
}

std::optional<NetworkRange> parse_ipv4_network(std::string_view text)
{
    const std::size_t slash = text.find('/');
    const auto address = parse_ipv4(text.substr(0, slash));
    if (!address)
        return std::nullopt;
    if (slash == std::string_view::npos)
        return NetworkRange{*address, *address};
    const auto prefix = small_number(text.substr(slash + 1), 32);
    // 0.0.0.0/0 would make a router of the whole world.
    if (!prefix || *prefix == 0)
        return std::nullopt;
    const auto below = static_cast<std::uint32_t>((std::uint64_t{1} << (32U - *prefix)) - 1);
    if ((*address & below) != 0)
        return std::nullopt;
    return NetworkRange{*address, *address | below};
}

std::string ipv4_network_text(const NetworkRange& range)
{
    const std::uint32_t a = range.from;
    std::string text =
        fmt::format("{}.{}.{}.{}", a >> 24U, a >> 16U & 255U, a >> 8U & 255U, a & 255U);
    if (range.from != range.to)
        text += fmt::format("/{}", 32 - std::bit_width(range.from ^ range.to));
    return text;
}

} // namespace mnara::domain
