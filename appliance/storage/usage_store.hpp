// What each line used per hour and per day of Nairobi. usecases/accounting adds to it.
#pragma once

#include "domain/usage.hpp"
#include "storage/database.hpp"

#include <span>
#include <vector>

namespace mnara::storage {

// Adds to the hours and to the days they lie in. Sums stop below 2^62 instead of overflowing.
void add_usage(Tx& tx, SubscriptionId subscription, std::span<const domain::HourUsage> hours);

struct DayUsage
{
    int day = 0; // 20261120, Nairobi
    domain::Usage usage;
};
// Oldest first; both ends belong to it.
[[nodiscard]] std::vector<domain::HourUsage> usage_by_hour(ReadTx& tx, SubscriptionId subscription,
                                                           UnixTime from, UnixTime to);
[[nodiscard]] std::vector<DayUsage> usage_by_day(ReadTx& tx, SubscriptionId subscription,
                                                 int from_day, int to_day);

} // namespace mnara::storage
