#include "domain/calendar.hpp"
#include "http/api.hpp"
#include "http/csv.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "usecases/settings.hpp"

#include <map>
#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;

constexpr std::int64_t kRowsMax = 400;
constexpr int kDaysShown = 30; // without a range
constexpr int kMonthsShown = 12;
constexpr Seconds kDay{86'400};

// Nairobi's days, both included, counted since 1970.
struct Range
{
    bool by_month = false;
    std::int64_t from = 0, to = 0;
    // A day as 20261120 or its month as 202611.
    [[nodiscard]] int period_of(std::int64_t day) const
    {
        const int date = domain::day_of_number(day);
        return by_month ? date / 100 : date;
    }
};

Result<Range, Reply> range_of(const Call& call)
{
    const std::string by = call.request.parameter("by").value_or("day");
    if (by != "day" && by != "month")
        return refuse(problem(422, "bad_range", "by: is day or month."));
    Range range;
    range.by_month = by == "month";
    const UnixTime now = call.context().clock.now();
    range.to = domain::local_day_number(now);
    for (const auto& [name, day] : {std::pair{"to", &range.to}, {"from", &range.from}}) {
        const auto text = call.request.parameter(name);
        if (!text || text->empty())
            continue;
        const auto number = positive_number(*text);
        const auto start = number ? domain::start_of_day(*number) : std::nullopt;
        if (!start)
            return refuse(problem(422, "bad_range", "from and to are days as 20261120."));
        *day = domain::local_day_number(*start);
    }
    if (range.from == 0)
        range.from = range.by_month ? domain::local_day_number(domain::start_of_local_month(
                                          unix_time(0) + range.to * kDay, 1 - kMonthsShown))
                                    : range.to - kDaysShown + 1;
    constexpr std::int64_t kLongestMonth = 31;
    if (range.from > range.to ||
        range.to - range.from >= kRowsMax * (range.by_month ? kLongestMonth : 1))
        return refuse(
            problem(422, "bad_range", "from comes before to, and at most 400 rows are given."));
    return range;
}

// A row of zeros for each period of the range, in their order.
template <class Row> std::map<int, Row> periods(const Range& range)
{
    std::map<int, Row> rows;
    for (std::int64_t day = range.from; day <= range.to; ++day)
        rows.try_emplace(range.period_of(day));
    return rows;
}

Json revenue_rows(storage::ReadTx& tx, const listing::ReadScope& scope, const Range& range)
{
    struct Row
    {
        std::map<std::string, std::int64_t> feeds{{"callback", 0}, {"query", 0}, {"c2b", 0}};
        std::int64_t cents = 0, payments = 0;
    };
    auto rows = periods<Row>(range);
    for (const auto& money :
         listing::money_by_day(tx, scope, usecases::is_sandbox(tx), range.from, range.to)) {
        Row& row = rows.at(range.period_of(money.day_number));
        row.cents += money.amount.cents();
        row.payments += money.payments;
        row.feeds[money.feed] += money.amount.cents();
    }
    Json items = Json::array();
    for (const auto& [period, row] : rows)
        items.push_back({{"period", period},
                         {"cents", row.cents},
                         {"payments", row.payments},
                         {"callback_cents", row.feeds.at("callback")},
                         {"query_cents", row.feeds.at("query")},
                         {"c2b_cents", row.feeds.at("c2b")}});
    return items;
}

Json growth_rows(storage::ReadTx& tx, const listing::ReadScope&, const Range& range)
{
    using Counts = std::map<std::string, std::int64_t>;
    auto rows = periods<Counts>(range);
    for (const auto& count : listing::growth(tx, range.from, range.to))
        rows.at(range.period_of(count.day_number))[count.what] += count.n;
    Json items = Json::array();
    for (auto& [period, counts] : rows)
        items.push_back({{"period", period},
                         {"new_subscribers", counts["subscriber"]},
                         {"new_lines", counts["line"]},
                         {"first_payments", counts["first_payment"]},
                         {"expired", counts["expired"]},
                         {"returned", counts["returned"]},
                         {"terminated", counts["terminated"]}});
    return items;
}

Json plan_rows(storage::ReadTx& tx, const listing::ReadScope& scope)
{
    Json items = Json::array();
    for (const auto& plan : listing::lines_by_plan(tx, scope))
        items.push_back({{"plan_code", plan.code},
                         {"plan_name", plan.name},
                         {"price_cents", plan.price.cents()},
                         {"active", plan.active},
                         {"expired", plan.expired},
                         {"suspended", plan.suspended},
                         {"mrr_cents", listing::recurring(plan).cents()}});
    return items;
}

using MakeRows = Json (*)(storage::ReadTx&, const listing::ReadScope&, const Range&);

Reply as_json(storage::ReadTx& tx, const Call& call, MakeRows make)
{
    const auto range = range_of(call);
    if (!range)
        return range.error();
    return json_reply({{"items", make(tx, call.scope, *range)}});
}

Reply as_csv(storage::ReadTx& tx, const Call& call, MakeRows make, std::string_view file,
             const std::vector<std::string>& fields)
{
    const auto range = range_of(call);
    if (!range)
        return range.error();
    return csv_reply(file, fields, make(tx, call.scope, *range));
}

} // namespace

Reply revenue(storage::ReadTx& tx, Call& call)
{
    return as_json(tx, call, &revenue_rows);
}

Reply revenue_csv(storage::ReadTx& tx, Call& call)
{
    return as_csv(tx, call, &revenue_rows, "revenue",
                  {"period", "cents", "payments", "callback_cents", "query_cents", "c2b_cents"});
}

Reply growth(storage::ReadTx& tx, Call& call)
{
    return as_json(tx, call, &growth_rows);
}

Reply growth_csv(storage::ReadTx& tx, Call& call)
{
    return as_csv(tx, call, &growth_rows, "growth",
                  {"period", "new_subscribers", "new_lines", "first_payments", "expired",
                   "returned", "terminated"});
}

Reply plan_report(storage::ReadTx& tx, Call& call)
{
    return json_reply({{"items", plan_rows(tx, call.scope)}});
}

Reply plan_report_csv(storage::ReadTx& tx, Call& call)
{
    return csv_reply(
        "plans",
        {"plan_code", "plan_name", "price_cents", "active", "expired", "suspended", "mrr_cents"},
        plan_rows(tx, call.scope));
}

} // namespace mnara::http::api
