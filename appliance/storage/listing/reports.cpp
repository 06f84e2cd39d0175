#include "storage/listing/reports.hpp"

#include "domain/calendar.hpp"

#include <algorithm>

namespace mnara::storage::listing {

namespace {

// What his lines used on these days, without those at a home that he has had longer.
void add_usage(ReadTx& tx, LandlordRow& row, int from_day, int to_day)
{
    const TenancyRow& tenancy = *row.tenancy;
    std::vector<std::pair<int, int>> elsewhere;
    for (const TenancyRow& home : tenancies_of_subscriber(tx, tenancy.subscriber_id))
        if (std::pair(home.from_at, home.id.value) < std::pair(tenancy.from_at, tenancy.id.value))
            elsewhere.emplace_back(domain::local_day(home.from_at),
                                   home.until_at ? domain::local_day(*home.until_at - Seconds{1})
                                                 : to_day);
    Query q = tx.query("SELECT d.day, d.bytes_up, d.bytes_down FROM subscription s "
                       "JOIN usage_day d ON d.subscription_id = s.id "
                       "WHERE s.subscriber_id = ?1 AND d.day BETWEEN ?2 AND ?3",
                       tenancy.subscriber_id, from_day, to_day);
    while (q.step()) {
        const int day = q.get<int>(0);
        if (std::any_of(elsewhere.begin(), elsewhere.end(),
                        [&](const auto& days) { return days.first <= day && day <= days.second; }))
            continue;
        row.bytes_up += q.get<std::int64_t>(1);
        row.bytes_down += q.get<std::int64_t>(2);
    }
}

void add_facts(ReadTx& tx, LandlordRow& row, bool sandbox, UnixTime from, UnixTime to)
{
    const TenancyRow& tenancy = *row.tenancy;
    const UnixTime since = std::max(from, tenancy.from_at);
    const UnixTime until = std::min(to, tenancy.until_at.value_or(to));
    {
        Query q =
            tx.query("SELECT COALESCE(SUM(p.amount_cents), 0) FROM payment p "
                     "WHERE p.subscriber_id = ?1 AND p.duplicate_of IS NULL "
                     "AND p.recorded_at >= ?2 AND p.recorded_at < ?3 "
                     "AND (SELECT sandbox FROM provider WHERE code = p.provider) = ?6 "
                     "AND NOT EXISTS (SELECT 1 FROM tenancy o WHERE o.subscriber_id = ?1 "
                     "AND (o.from_at, o.id) < (?4, ?5) AND o.from_at <= p.recorded_at "
                     "AND (o.until_at IS NULL OR o.until_at > p.recorded_at))",
                     tenancy.subscriber_id, since, until, tenancy.from_at, tenancy.id, sandbox);
        ENSURE(q.step());
        row.paid = q.get<Money>(0);
    }
    add_usage(tx, row, domain::local_day(since), domain::local_day(until - Seconds{1}));
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

std::vector<LandlordRow> landlord_rows(ReadTx& tx, const ReadScope& scope, bool sandbox,
                                       BuildingId building, UnixTime from, UnixTime to)
{
    std::vector<LandlordRow> rows;
    for (const UnitRow& unit : units_of(tx, building)) {
        auto tenancies = tenancies_of_unit(tx, unit.id);
        std::erase_if(tenancies, [&](const TenancyRow& tenancy) {
            return tenancy.from_at >= to || (tenancy.until_at && *tenancy.until_at <= from);
        });
        if (tenancies.empty()) // and not: only tenants of other sites
            rows.push_back({unit.id, unit.label, {}, {}, {}, {}, 0, 0});
        for (auto tenancy = tenancies.rbegin(); tenancy != tenancies.rend(); ++tenancy) {
            if (!is_in_scope(tx, scope, ScopedThing::Subscriber, tenancy->subscriber_id.value))
                continue;
            rows.push_back({unit.id, unit.label, *tenancy, {}, {}, {}, 0, 0});
            add_facts(tx, rows.back(), sandbox, from, to);
        }
    }
    return rows;
}

} // namespace mnara::storage::listing
