#include "storage/listing/home.hpp"

#include "domain/calendar.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mnara::storage::listing {

namespace {

constexpr Seconds kDay{86'400};

std::int64_t number(Query q)
{
    ENSURE(q.step());
    return q.get<std::int64_t>(0);
}

// More than any ISP takes, and few enough that thousands of plans can be added up. A price may be
// absurd: somebody has typed it.
constexpr std::int64_t kMostCents = 1'000'000'000'000'000;

Money times(Money each, std::int64_t n)
{
    std::int64_t cents = 0;
    const bool too_much = __builtin_mul_overflow(each.cents(), n, &cents);
    return Money::from_cents(too_much ? kMostCents : std::min(cents, kMostCents));
}

void add(std::vector<FeedMoney>& sums, Query q)
{
    while (q.step()) {
        const auto feed = q.get<std::string>(0);
        auto found = std::find_if(sums.begin(), sums.end(),
                                  [&](const FeedMoney& sum) { return sum.feed == feed; });
        if (found == sums.end())
            found = sums.insert(sums.end(), {feed, Money(), 0});
        found->amount = found->amount + q.get<Money>(1);
        found->payments += q.get<std::int64_t>(2);
    }
}

// Part of a day. The index is named, because without statistics the planner would walk all payments
// of a provider.
void add_part_of_day(ReadTx& tx, const ReadScope& scope, std::vector<FeedMoney>& sums, bool sandbox,
                     UnixTime from, UnixTime to)
{
    if (from < to)
        add(sums, tx.query("SELECT p.source, SUM(p.amount_cents), COUNT(*) "
                           "FROM payment p INDEXED BY payment_recorded "
                           "CROSS JOIN provider v ON v.code = p.provider "
                           "WHERE p.recorded_at >= ?2 AND p.recorded_at < ?3 "
                           "AND p.duplicate_of IS NULL AND v.sandbox = ?1 AND " +
                               inside(scope, site_of_subscriber("(p.subscriber_id)"), 4) +
                               " GROUP BY p.source",
                           sandbox, from, to, scope.sites()));
}

// Whether nothing was recorded in that time.
bool is_quiet(ReadTx& tx, UnixTime from, UnixTime to)
{
    return !tx.query("SELECT 1 FROM payment WHERE recorded_at >= ?1 AND recorded_at < ?2 LIMIT 1",
                     from, to)
                .step();
}

} // namespace

std::vector<FeedMoney> money_between(ReadTx& tx, const ReadScope& scope, bool sandbox,
                                     UnixTime from, UnixTime to)
{
    std::vector<FeedMoney> sums;
    UnixTime first = domain::start_of_local_day(from);
    if (first < from)
        first += kDay;
    UnixTime last = domain::start_of_local_day(to);
    if (is_quiet(tx, to, last + kDay)) // what the day has is before `to`: its sum is known
        last += kDay;
    if (first > last) { // within one day
        add_part_of_day(tx, scope, sums, sandbox, from, to);
        return sums;
    }
    add_part_of_day(tx, scope, sums, sandbox, from, first);
    add(sums, tx.query("SELECT r.source, SUM(r.cents), SUM(r.payments) FROM revenue_day r "
                       "JOIN provider v ON v.code = r.provider "
                       "WHERE r.day >= ?2 AND r.day < ?3 AND v.sandbox = ?1 AND " +
                           inside(scope, "(r.site_id)", 4) + " GROUP BY r.source",
                       sandbox, domain::local_day_number(first), domain::local_day_number(last),
                       scope.sites()));
    add_part_of_day(tx, scope, sums, sandbox, last, to); // none where the day is over
    return sums;
}

std::vector<DayMoney> money_by_day(ReadTx& tx, const ReadScope& scope, bool sandbox,
                                   std::int64_t from_day, std::int64_t to_day)
{
    std::vector<DayMoney> rows;
    Query q = tx.query("SELECT r.day, r.source, SUM(r.cents), SUM(r.payments) FROM revenue_day r "
                       "JOIN provider v ON v.code = r.provider "
                       "WHERE r.day BETWEEN ?2 AND ?3 AND v.sandbox = ?1 AND " +
                           inside(scope, "(r.site_id)", 4) +
                           " GROUP BY r.day, r.source ORDER BY r.day, r.source",
                       sandbox, from_day, to_day, scope.sites());
    while (q.step())
        rows.push_back({q.get<std::int64_t>(0), q.get<std::string>(1), q.get<Money>(2),
                        q.get<std::int64_t>(3)});
    return rows;
}

std::vector<StateCount> lines_by_state(ReadTx& tx, const ReadScope& scope)
{
    const std::string those =
        " FROM subscription WHERE state = ?1 AND " + of_those_inside(scope, "subscriber_id", 2);
    const std::string sql = fmt::format("SELECT (SELECT COUNT(*){0}), "
                                        "(SELECT COUNT(*) FROM (SELECT DISTINCT subscriber_id{0}))",
                                        those);
    // State by state, each in the order of subscription_state, so that nothing has to be sorted.
    std::vector<StateCount> rows;
    for (const char* state : {"pending", "active", "expired", "suspended", "terminated"}) {
        Query q = tx.query(sql, state, scope.sites());
        ENSURE(q.step());
        rows.push_back({state, q.get<std::int64_t>(0), q.get<std::int64_t>(1)});
    }
    return rows;
}

std::vector<PlanLines> lines_by_plan(ReadTx& tx, const ReadScope& scope)
{
    std::vector<PlanLines> rows;
    const auto count = [&](const char* state) {
        return "(SELECT COUNT(*) FROM subscription WHERE plan_code = p.code AND state = '" +
               std::string(state) + "' AND " + of_those_inside(scope, "subscriber_id", 1) + ')';
    };
    Query q = tx.query("SELECT p.code, p.name, v.price_cents, v.duration_n, v.duration_unit, " +
                           count("active") + ", " + count("expired") + ", " + count("suspended") +
                           " FROM plan p JOIN plan_version v ON v.plan_code = p.code "
                           "AND v.version = p.current_version ORDER BY p.code",
                       scope.sites());
    while (q.step())
        rows.push_back({q.get<std::string>(0),
                        q.get<std::string>(1),
                        q.get<Money>(2),
                        {q.get<int>(3), domain::duration_unit(q.get<std::string>(4)).value()},
                        q.get<std::int64_t>(5),
                        q.get<std::int64_t>(6),
                        q.get<std::int64_t>(7)});
    return rows;
}

Money recurring(const PlanLines& plan)
{
    return times(domain::worth_in_30_days(plan.price, plan.duration), plan.active);
}

Ending lines_ending(ReadTx& tx, const ReadScope& scope, UnixTime from, UnixTime to)
{
    // Plan by plan, each a stretch of subscription_ends.
    Ending sum;
    Query q = tx.query(
        "SELECT v.price_cents, (SELECT COUNT(*) FROM subscription s WHERE s.state = 'active' "
        "AND s.plan_code = p.code AND s.paid_until >= ?1 AND s.paid_until < ?2 AND " +
            inside(scope, site_of_subscriber("(s.subscriber_id)"), 3) +
            ") FROM plan p JOIN plan_version v ON v.plan_code = p.code AND v.version = "
            "p.current_version",
        from, to, scope.sites());
    while (q.step()) {
        const auto lines = q.get<std::int64_t>(1);
        sum.lines += lines;
        sum.cash = sum.cash + times(q.get<Money>(0), lines);
    }
    return sum;
}

std::int64_t subscribers_since(ReadTx& tx, const ReadScope& scope, UnixTime from, UnixTime to)
{
    return number(tx.query("SELECT COUNT(*) FROM subscriber "
                           "WHERE created_at >= ?1 AND created_at < ?2 AND " +
                               inside(scope, "site_id", 3),
                           from, to, scope.sites()));
}

std::int64_t count_of_subscribers(ReadTx& tx, const ReadScope& scope)
{
    if (scope.is_everything()) // counted without looking at any of them
        return number(tx.query("SELECT COUNT(*) FROM subscriber"));
    return number(tx.query("SELECT COUNT(*) FROM subscriber "
                           "WHERE site_id IN (SELECT value FROM json_each(?1))",
                           scope.sites()));
}

Online online(ReadTx& tx, const ReadScope& scope)
{
    Query q = tx.query("SELECT COALESCE(SUM(substr(s.class, -5) = ':full'), 0), COUNT(*) "
                       "FROM session s INDEXED BY session_open WHERE s.stopped_at IS NULL AND " +
                           inside(scope, site_of_session("s"), 1),
                       scope.sites());
    ENSURE(q.step());
    return {q.get<std::int64_t>(0), q.get<std::int64_t>(1)};
}

Unmatched unmatched(ReadTx& tx, const ReadScope& scope)
{
    if (!scope.is_everything()) // what is nobody's belongs to no site
        return {};
    Query q = tx.query("SELECT COUNT(*), COALESCE(SUM(amount_cents), 0) FROM payment "
                       "WHERE subscriber_id IS NULL AND duplicate_of IS NULL");
    ENSURE(q.step());
    return {q.get<std::int64_t>(0), q.get<Money>(1)};
}

std::int64_t open_attempts(ReadTx& tx, const ReadScope& scope)
{
    return number(tx.query("SELECT COUNT(*) FROM payment_attempt "
                           "WHERE state IN ('requested','prompted','unknown') AND " +
                               inside(scope, site_of_subscriber("subscriber_id"), 1),
                           scope.sites()));
}

std::vector<OperatorActivity> operator_activity(ReadTx& tx, UnixTime from, UnixTime to)
{
    std::vector<OperatorActivity> rows;
    Query q = tx.query(
        "WITH did(operator_id, sign_in, failed, wrote, at) AS ("
        "SELECT o.id, i.outcome IN ('ok','link'), i.outcome NOT IN ('ok','link'), 0, i.at FROM "
        "sign_in i JOIN operator o ON o.login = i.who WHERE i.at >= ?1 AND i.at < ?2 "
        "AND i.outcome NOT IN ('second_factor','unlocked') "
        "UNION ALL SELECT CAST(substr(a.actor, 10) AS INTEGER), 0, 0, 1, a.at FROM audit_log a "
        "WHERE a.at >= ?1 AND a.at < ?2 AND a.actor GLOB 'operator:*') "
        "SELECT o.id, o.login, o.full_name, SUM(sign_in), SUM(failed), SUM(wrote), MAX(d.at) "
        "FROM did d JOIN operator o ON o.id = d.operator_id GROUP BY o.id "
        "ORDER BY MAX(d.at) DESC, o.id",
        from, to);
    while (q.step())
        rows.push_back({q.get<OperatorId>(0), q.get<std::string>(1), q.get<std::string>(2),
                        q.get<std::int64_t>(3), q.get<std::int64_t>(4), q.get<std::int64_t>(5),
                        q.get<UnixTime>(6)});
    return rows;
}

} // namespace mnara::storage::listing
