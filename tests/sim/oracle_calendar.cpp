// Nairobi's calendar, counted off year by year: slow and plain on purpose.
#include "sim/oracle.hpp"

#include <algorithm>

namespace sim {

namespace {

constexpr Stamp kNairobi = 3 * 3600;
constexpr Stamp kDay = 86'400;

struct Date
{
    std::int64_t year = 1970;
    int month = 1, day = 1;
};

bool is_leap(std::int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
int days_in(std::int64_t year, int month)
{
    if (month == 2)
        return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Counts years and months off, which is slow and plain on purpose.
Date date_of(Stamp days)
{
    Date date;
    while (days >= (is_leap(date.year) ? 366 : 365))
        days -= is_leap(date.year++) ? 366 : 365;
    while (days >= days_in(date.year, date.month))
        days -= days_in(date.year, date.month++);
    date.day = static_cast<int>(days) + 1;
    return date;
}
Stamp days_of(const Date& date)
{
    Stamp days = date.day - 1;
    for (std::int64_t year = 1970; year < date.year; ++year)
        days += is_leap(year) ? 366 : 365;
    for (int month = 1; month < date.month; ++month)
        days += days_in(date.year, month);
    return days;
}

} // namespace

int day_of_month(Stamp at)
{
    return date_of((at + kNairobi) / kDay).day;
}

Stamp end_of(const OraclePlan& plan, Stamp from, int anchor)
{
    switch (plan.unit) {
    case 's':
        return from + plan.n;
    case 'm':
        return from + plan.n * Stamp{60};
    case 'h':
        return from + plan.n * Stamp{3600};
    case 'd':
        return from + plan.n * kDay;
    default:
        break;
    }
    const Stamp local = from + kNairobi;
    Date date = date_of(local / kDay);
    for (int i = 0; i < plan.n; ++i)
        if (++date.month > 12) {
            date.month = 1;
            ++date.year;
        }
    date.day = std::min(anchor, days_in(date.year, date.month));
    return days_of(date) * kDay + local % kDay - kNairobi;
}

} // namespace sim
