#include "storage/listing/reports.hpp"

#include "domain/calendar.hpp"

#include <algorithm>

namespace mnara::storage::listing {

namespace {

void add_facts(ReadTx& tx, LandlordRow& row, UnixTime from, UnixTime to)
{
    const TenancyRow& tenancy = *row.tenancy;
    const UnixTime since = std::max(from, tenancy.from_at);
    const UnixTime until = std::min(to, tenancy.until_at.value_or(to));
    {
        Query q = tx.query("SELECT COALESCE(SUM(amount_cents), 0) FROM payment "
                           "WHERE subscriber_id = ?1 AND duplicate_of IS NULL "
                           "AND recorded_at >= ?2 AND recorded_at < ?3",
                           tenancy.subscriber_id, since, until);
        ENSURE(q.step());
        row.paid = q.get<Money>(0);
    }
    {
        Query q = tx.query("SELECT COALESCE(SUM(d.bytes_up), 0), COALESCE(SUM(d.bytes_down), 0) "
                           "FROM subscription s JOIN usage_day d ON d.subscription_id = s.id "
                           "WHERE s.subscriber_id = ?1 AND d.day BETWEEN ?2 AND ?3",
                           tenancy.subscriber_id, domain::local_day(since),
                           domain::local_day(until - Seconds{1}));
        ENSURE(q.step());
        row.bytes_up = q.get<std::int64_t>(0);
        row.bytes_down = q.get<std::int64_t>(1);
    }
    Query q = tx.query("SELECT state, MAX(paid_until) OVER () FROM subscription "
                       "WHERE subscriber_id = ?1 ORDER BY CASE state WHEN 'active' THEN 0 "
                       "WHEN 'suspended' THEN 1 WHEN 'expired' THEN 2 WHEN 'pending' THEN 3 "
                       "ELSE 4 END LIMIT 1",
                       tenancy.subscriber_id);
    if (q.step()) {
        row.state = q.get<std::string>(0);
        row.paid_until = q.get<std::optional<UnixTime>>(1);
    }
}

} // namespace

std::vector<GrowthCount> growth(ReadTx& tx, std::int64_t from_day, std::int64_t to_day)
{
    std::vector<GrowthCount> rows;
    Query q = tx.query("SELECT day, what, n FROM growth_day WHERE day BETWEEN ?1 AND ?2 "
                       "ORDER BY day, what",
                       from_day, to_day);
    while (q.step())
        rows.push_back({q.get<std::int64_t>(0), q.get<std::string>(1), q.get<std::int64_t>(2)});
    return rows;
}

std::vector<LandlordRow> landlord_rows(ReadTx& tx, BuildingId building, UnixTime from, UnixTime to)
{
    std::vector<LandlordRow> rows;
    for (const UnitRow& unit : units_of(tx, building)) {
        auto tenancies = tenancies_of_unit(tx, unit.id);
        std::erase_if(tenancies, [&](const TenancyRow& tenancy) {
            return tenancy.from_at >= to || (tenancy.until_at && *tenancy.until_at <= from);
        });
        if (tenancies.empty())
            rows.push_back({unit.id, unit.label, {}, {}, {}, {}, 0, 0});
        for (auto tenancy = tenancies.rbegin(); tenancy != tenancies.rend(); ++tenancy) {
            rows.push_back({unit.id, unit.label, *tenancy, {}, {}, {}, 0, 0});
            add_facts(tx, rows.back(), from, to);
        }
    }
    return rows;
}

} // namespace mnara::storage::listing
