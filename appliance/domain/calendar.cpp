#include "domain/calendar.hpp"

#include "core/check.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mnara::domain {

namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::local_seconds;
using std::chrono::year_month_day;

constexpr Seconds kNairobi{3 * 3600};

constexpr std::array<std::string_view, 5> kUnits{"second", "minute", "hour", "day", "month"};

local_seconds to_local(UnixTime at)
{
    return local_seconds{at.time_since_epoch() + kNairobi};
}
UnixTime from_local(local_seconds at)
{
    return UnixTime{at.time_since_epoch() - kNairobi};
}

year_month_day date_of(local_seconds at)
{
    return year_month_day{std::chrono::floor<days>(at)};
}

UnixTime add_months(UnixTime from, int months, int anchor_day)
{
    const local_seconds local = to_local(from);
    const local_days day = std::chrono::floor<days>(local);
    const year_month_day date{day};
    const auto month = date.year() / date.month() + std::chrono::months{months};
    const auto last = (month / std::chrono::last).day();
    const auto anchor = std::chrono::day{static_cast<unsigned>(anchor_day)};
    return from_local(local_days{month / std::min(anchor, last)} + (local - day));
}

Seconds length_of(DurationUnit unit)
{
    switch (unit) {
    case DurationUnit::Second:
        return Seconds{1};
    case DurationUnit::Minute:
        return Seconds{60};
    case DurationUnit::Hour:
        return Seconds{3600};
    case DurationUnit::Day:
    case DurationUnit::Month:
        break;
    }
    return Seconds{86'400};
}

} // namespace

std::string_view to_text(DurationUnit unit)
{
    return kUnits[static_cast<std::size_t>(unit)];
}

std::optional<DurationUnit> duration_unit(std::string_view text)
{
    const auto* found = std::find(kUnits.begin(), kUnits.end(), text);
    if (found == kUnits.end())
        return std::nullopt;
    return static_cast<DurationUnit>(found - kUnits.begin());
}

Seconds nominal_length(const Duration& duration)
{
    constexpr int kDaysOfMonth = 30;
    const int days_of_month = duration.unit == DurationUnit::Month ? kDaysOfMonth : 1;
    return duration.n * days_of_month * length_of(duration.unit);
}

int day_of_month(UnixTime at)
{
    return static_cast<int>(static_cast<unsigned>(date_of(to_local(at)).day()));
}

UnixTime term_end(UnixTime starts_at, const Duration& duration, int anchor_day)
{
    ENSURE(duration.n > 0 && anchor_day >= 1 && anchor_day <= 31);
    if (duration.unit == DurationUnit::Month)
        return add_months(starts_at, duration.n, anchor_day);
    return starts_at + duration.n * length_of(duration.unit);
}

int local_day(UnixTime at)
{
    const year_month_day date = date_of(to_local(at));
    return static_cast<int>(date.year()) * 10'000 +
           static_cast<int>(static_cast<unsigned>(date.month())) * 100 +
           static_cast<int>(static_cast<unsigned>(date.day()));
}

UnixTime start_of_local_day(UnixTime at)
{
    return from_local(std::chrono::floor<days>(to_local(at)));
}

std::int64_t local_day_number(UnixTime at)
{
    return std::chrono::floor<days>(to_local(at)).time_since_epoch().count();
}

int day_of_number(std::int64_t day_number)
{
    return local_day(from_local(local_days{days{day_number}}));
}

std::optional<UnixTime> start_of_day(std::int64_t day)
{
    if (day < 1970'01'01 || day > 9999'12'31)
        return std::nullopt;
    const year_month_day date{std::chrono::year{static_cast<int>(day / 10'000)},
                              std::chrono::month{static_cast<unsigned>(day / 100 % 100)},
                              std::chrono::day{static_cast<unsigned>(day % 100)}};
    if (!date.ok())
        return std::nullopt;
    return from_local(local_days{date});
}

int local_month(UnixTime at)
{
    return local_day(at) / 100;
}

UnixTime start_of_local_month(UnixTime at, int months)
{
    const year_month_day date = date_of(to_local(at));
    return from_local(local_days{(date.year() / date.month() + std::chrono::months{months}) /
                                 std::chrono::day{1}});
}

std::optional<UnixTime> parse_compact_time(std::string_view text)
{
    if (text.size() != 14 ||
        !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    const auto part = [&](std::size_t from, std::size_t size) {
        int value = 0;
        for (const char c : text.substr(from, size))
            value = value * 10 + (c - '0');
        return value;
    };
    const year_month_day date{std::chrono::year{part(0, 4)},
                              std::chrono::month{static_cast<unsigned>(part(4, 2))},
                              std::chrono::day{static_cast<unsigned>(part(6, 2))}};
    if (!date.ok() || part(8, 2) > 23 || part(10, 2) > 59 || part(12, 2) > 59)
        return std::nullopt;
    return from_local(local_days{date} + std::chrono::hours{part(8, 2)} +
                      std::chrono::minutes{part(10, 2)} + Seconds{part(12, 2)});
}

std::string compact_time(UnixTime at)
{
    const local_seconds local = to_local(at);
    const std::chrono::hh_mm_ss time{local - std::chrono::floor<days>(local)};
    return fmt::format("{}{:02}{:02}{:02}", local_day(at), time.hours().count(),
                       time.minutes().count(), time.seconds().count());
}

std::string readable_time(UnixTime at)
{
    const std::string text = compact_time(at);
    return fmt::format("{}-{}-{} {}:{}", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2),
                       text.substr(8, 2), text.substr(10, 2));
}

} // namespace mnara::domain
