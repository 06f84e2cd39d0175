#include "storage/usage_store.hpp"

#include "domain/calendar.hpp"

#include <map>

namespace mnara::storage {

namespace {

// Two of these still fit into 64 bits; SQLite would turn a larger sum into floating point.
constexpr std::int64_t kSumMax = (std::int64_t{1} << 62) - 1;

domain::Usage read_usage(const Query& q)
{
    return {q.get<std::int64_t>(1), q.get<std::int64_t>(2), q.get<std::int64_t>(3)};
}

} // namespace

void add_usage(Tx& tx, SubscriptionId subscription, std::span<const domain::HourUsage> hours)
{
    std::map<int, domain::Usage> days;
    for (const domain::HourUsage& hour : hours) {
        const domain::Usage& part = hour.usage;
        tx.run("INSERT INTO usage_hour(subscription_id, hour_at, bytes_up, bytes_down, seconds) "
               "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (subscription_id, hour_at) DO UPDATE SET "
               "bytes_up = MIN(bytes_up + ?3, ?6), bytes_down = MIN(bytes_down + ?4, ?6), "
               "seconds = MIN(seconds + ?5, ?6)",
               subscription, hour.hour_at, part.bytes_up, part.bytes_down, part.seconds, kSumMax);
        domain::Usage& day = days[domain::local_day(hour.hour_at)];
        day.bytes_up += part.bytes_up;
        day.bytes_down += part.bytes_down;
        day.seconds += part.seconds;
    }
    for (const auto& [day, usage] : days)
        tx.run("INSERT INTO usage_day(subscription_id, day, bytes_up, bytes_down, seconds) "
               "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (subscription_id, day) DO UPDATE SET "
               "bytes_up = MIN(bytes_up + ?3, ?6), bytes_down = MIN(bytes_down + ?4, ?6), "
               "seconds = MIN(seconds + ?5, ?6)",
               subscription, day, usage.bytes_up, usage.bytes_down, usage.seconds, kSumMax);
}

std::vector<domain::HourUsage> usage_by_hour(ReadTx& tx, SubscriptionId subscription, UnixTime from,
                                             UnixTime to)
{
    Query q = tx.query("SELECT hour_at, bytes_up, bytes_down, seconds FROM usage_hour "
                       "WHERE subscription_id = ?1 AND hour_at BETWEEN ?2 AND ?3 ORDER BY hour_at",
                       subscription, from, to);
    std::vector<domain::HourUsage> rows;
    while (q.step())
        rows.push_back({q.get<UnixTime>(0), read_usage(q)});
    return rows;
}

std::vector<DayUsage> usage_by_day(ReadTx& tx, SubscriptionId subscription, int from_day,
                                   int to_day)
{
    Query q = tx.query("SELECT day, bytes_up, bytes_down, seconds FROM usage_day "
                       "WHERE subscription_id = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day",
                       subscription, from_day, to_day);
    std::vector<DayUsage> rows;
    while (q.step())
        rows.push_back({q.get<int>(0), read_usage(q)});
    return rows;
}

} // namespace mnara::storage
