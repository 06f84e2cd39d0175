// Nairobi's calendar (UTC+3, no summer time) over UTC seconds. Pure.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mnara::domain {

enum class DurationUnit { Second, Minute, Hour, Day, Month };

struct Duration
{
    int n = 0; // > 0
    DurationUnit unit = DurationUnit::Day;
};

[[nodiscard]] std::string_view to_text(DurationUnit unit);
[[nodiscard]] std::optional<DurationUnit> duration_unit(std::string_view text);

// As seconds; a month counts as 30 days. For comparing prices, never for ending a term.
[[nodiscard]] Seconds nominal_length(const Duration& duration);

// The day of the month (1..31) in Nairobi.
[[nodiscard]] int day_of_month(UnixTime at);

// When a term that starts then is over. Months are Nairobi's calendar months at the same time of
// day; they turn on `anchor_day`, or on the last day of a shorter month. Other units are exact
// seconds.
[[nodiscard]] UnixTime term_end(UnixTime starts_at, const Duration& duration, int anchor_day);

// Nairobi's day as 20261120, and the moment it begins.
[[nodiscard]] int local_day(UnixTime at);
[[nodiscard]] UnixTime start_of_local_day(UnixTime at);
// Nairobi's days since 1970-01-01, as the sums by day are keyed; and such a day as 20261120.
[[nodiscard]] std::int64_t local_day_number(UnixTime at);
[[nodiscard]] int day_of_number(std::int64_t day_number);
// When Nairobi's day 20261120 begins; nothing where there is no such day.
[[nodiscard]] std::optional<UnixTime> start_of_day(std::int64_t day);
// The month as 202611, and when the month that is `months` later (or earlier) begins.
[[nodiscard]] int local_month(UnixTime at);
[[nodiscard]] UnixTime start_of_local_month(UnixTime at, int months = 0);

// "20260115143021", Nairobi time, as Daraja writes it.
[[nodiscard]] std::optional<UnixTime> parse_compact_time(std::string_view text);
[[nodiscard]] std::string compact_time(UnixTime at);
// "2026-01-15 14:30", Nairobi time, for people.
[[nodiscard]] std::string readable_time(UnixTime at);

} // namespace mnara::domain
