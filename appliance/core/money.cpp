#include "core/money.hpp"

#include <algorithm>

namespace mnara {

namespace {

constexpr std::size_t kMostDigits = 10;
constexpr std::int64_t kMostShillings = 1'000'000'000;

bool all_digits(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

std::optional<Money> parse_money(std::string_view decimal)
{
    const std::size_t dot = decimal.find('.');
    const std::string_view whole = decimal.substr(0, dot);
    std::string_view part = dot == std::string_view::npos ? "" : decimal.substr(dot + 1);
    if (whole.empty() || whole.size() > kMostDigits || !all_digits(whole) || !all_digits(part))
        return std::nullopt;
    if (dot != std::string_view::npos && part.empty())
        return std::nullopt;
    while (part.size() > 2 && part.back() == '0')
        part.remove_suffix(1);
    if (part.size() > 2)
        return std::nullopt;
    std::int64_t cents = 0;
    for (const char c : whole)
        cents = cents * 10 + (c - '0');
    if (cents > kMostShillings)
        return std::nullopt;
    for (std::size_t place = 0; place < 2; ++place)
        cents = cents * 10 + (place < part.size() ? part[place] - '0' : 0);
    if (cents > kMostShillings * 100)
        return std::nullopt;
    return Money::from_cents(cents);
}

std::string format_money(Money amount)
{
    const bool negative = amount.cents() < 0;
    const std::uint64_t cents = negative ? 0 - static_cast<std::uint64_t>(amount.cents())
                                         : static_cast<std::uint64_t>(amount.cents());
    std::string text = std::to_string(cents / 100);
    for (std::size_t at = text.size(); at > 3; at -= 3)
        text.insert(at - 3, ",");
    const std::string part = std::to_string(100 + cents % 100);
    return (negative ? "-" : "") + text + "." + part.substr(1);
}

} // namespace mnara
