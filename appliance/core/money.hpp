// Money: integer cents of Kenya shillings (1 KES = 100). Arithmetic is checked; there is no way to
// make one from floating point.
#pragma once

#include "core/check.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mnara {

class Money
{
public:
    constexpr Money() = default;
    [[nodiscard]] static constexpr Money from_cents(std::int64_t cents) { return Money(cents); }
    [[nodiscard]] constexpr std::int64_t cents() const { return cents_; }
    auto operator<=>(const Money&) const = default;

    friend Money operator+(Money a, Money b)
    {
        std::int64_t sum = 0;
        ENSURE(!__builtin_add_overflow(a.cents_, b.cents_, &sum));
        return Money(sum);
    }
    friend Money operator-(Money a, Money b)
    {
        std::int64_t difference = 0;
        ENSURE(!__builtin_sub_overflow(a.cents_, b.cents_, &difference));
        return Money(difference);
    }

private:
    explicit constexpr Money(std::int64_t cents) : cents_(cents) {}
    std::int64_t cents_ = 0;
};

// Reads the decimal text a provider sends ("10", "10.5", "1500.00") exactly. Nothing where the text
// is not a plain non-negative decimal, has more than two places that are not zero, or is above
// 1,000,000,000 shillings.
[[nodiscard]] std::optional<Money> parse_money(std::string_view decimal);

// "1,500.00", as people and messages read it.
[[nodiscard]] std::string format_money(Money amount);

} // namespace mnara
