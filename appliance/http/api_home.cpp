#include "domain/calendar.hpp"
#include "http/api.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"
#include "usecases/settings.hpp"
#include "usecases/trusted_time.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;

constexpr Seconds kDay{86'400};
constexpr int kDaysDrawn = 30;
constexpr int kAlertsShown = 10;

Json money_in(const std::vector<listing::FeedMoney>& feeds)
{
    Json by_feed = Json::array();
    Money sum;
    std::int64_t payments = 0;
    for (const auto& feed : feeds) {
        by_feed.push_back(
            {{"feed", feed.feed}, {"cents", feed.amount.cents()}, {"payments", feed.payments}});
        sum = sum + feed.amount;
        payments += feed.payments;
    }
    return {{"cents", sum.cents()}, {"payments", payments}, {"by_feed", std::move(by_feed)}};
}

// The same day of the month and time of day a month earlier, or the end of a month that is shorter.
UnixTime month_before(UnixTime now)
{
    const UnixTime this_month = domain::start_of_local_month(now);
    return std::min(domain::start_of_local_month(now, -1) + (now - this_month), this_month);
}

Json money(storage::ReadTx& tx, const listing::ReadScope& scope, bool sandbox, UnixTime now)
{
    const UnixTime soon = now + Seconds{1}; // what was recorded in this second counts
    const auto between = [&](UnixTime from, UnixTime to) {
        return money_in(listing::money_between(tx, scope, sandbox, from, to));
    };
    const UnixTime today = domain::start_of_local_day(now);
    const UnixTime month = domain::start_of_local_month(now);
    const UnixTime last_month = domain::start_of_local_month(now, -1);
    return {{"today", between(today, soon)},
            {"yesterday", between(today - kDay, today)},
            {"yesterday_by_now", between(today - kDay, soon - kDay)},
            {"this_month", between(month, soon)},
            {"last_month_by_now", between(last_month, month_before(soon))},
            {"last_month", between(last_month, month)}};
}

Json revenue_by_day(storage::ReadTx& tx, const listing::ReadScope& scope, bool sandbox,
                    UnixTime now)
{
    const std::int64_t today = domain::local_day_number(now);
    const std::int64_t first = today - kDaysDrawn + 1;
    std::vector<std::pair<Money, std::int64_t>> days(kDaysDrawn);
    for (const auto& row : listing::money_by_day(tx, scope, sandbox, first, today)) {
        auto& [amount, payments] = days.at(static_cast<std::size_t>(row.day_number - first));
        amount = amount + row.amount;
        payments += row.payments;
    }
    Json drawn = Json::array();
    for (std::size_t i = 0; i < days.size(); ++i)
        drawn.push_back({{"day", domain::day_of_number(first + static_cast<std::int64_t>(i))},
                         {"cents", days[i].first.cents()},
                         {"payments", days[i].second}});
    return drawn;
}

Json expiring(storage::ReadTx& tx, const listing::ReadScope& scope, UnixTime now)
{
    const auto shown = [](const listing::Ending& ending) {
        return Json{{"lines", ending.lines}, {"cash_cents", ending.cash.cents()}};
    };
    const auto add = [](listing::Ending& sum, const listing::Ending& more) {
        sum.lines += more.lines;
        sum.cash = sum.cash + more.cash;
    };
    const UnixTime end = now + kDaysDrawn * kDay;
    const UnixTime in_a_week = now + 7 * kDay;
    Json by_day = Json::array();
    listing::Ending week;
    listing::Ending all;
    for (UnixTime from = now; from < end;) {
        const UnixTime to = std::min(domain::start_of_local_day(from) + kDay, end);
        const auto ending = listing::lines_ending(tx, scope, from, to);
        add(all, ending);
        if (from < in_a_week)
            add(week, to <= in_a_week ? ending : listing::lines_ending(tx, scope, from, in_a_week));
        Json day = shown(ending);
        day["day"] = domain::local_day(from);
        by_day.push_back(std::move(day));
        from = to;
    }
    return {{"in_7_days", shown(week)}, {"in_30_days", shown(all)}, {"by_day", std::move(by_day)}};
}

Json all_states()
{
    return {{"pending", 0}, {"active", 0}, {"expired", 0}, {"suspended", 0}, {"terminated", 0}};
}

Money mrr(storage::ReadTx& tx, const listing::ReadScope& scope)
{
    Money sum;
    for (const auto& plan : listing::lines_by_plan(tx, scope))
        sum = sum + listing::recurring(plan);
    return sum;
}

Json activity(storage::ReadTx& tx, UnixTime now)
{
    Json operators = Json::array();
    std::int64_t sign_ins = 0;
    std::int64_t failed = 0;
    std::int64_t writes = 0;
    for (const auto& row :
         listing::operator_activity(tx, domain::start_of_local_day(now), now + Seconds{1})) {
        operators.push_back({{"operator_id", row.id.value},
                             {"login", row.login},
                             {"full_name", row.full_name},
                             {"sign_ins", row.sign_ins},
                             {"sign_ins_failed", row.sign_ins_failed},
                             {"writes", row.writes},
                             {"last_at", to_seconds(row.last_at)}});
        sign_ins += row.sign_ins;
        failed += row.sign_ins_failed;
        writes += row.writes;
    }
    return {{"sign_ins", sign_ins},
            {"sign_ins_failed", failed},
            {"writes", writes},
            {"operators", std::move(operators)}};
}

Json unmatched_money(storage::ReadTx& tx, const listing::ReadScope& scope)
{
    const auto found = listing::unmatched(tx, scope);
    return {{"payments", found.payments}, {"cents", found.amount.cents()}};
}

// What staff does belongs to no site.
bool sees_activity(const Call& call)
{
    if (!call.scope.is_everything())
        return false;
    const usecases::Role role = call.who.value().op.role;
    return role == usecases::Role::Owner || role == usecases::Role::Manager;
}

} // namespace

Reply payment_summary(storage::ReadTx& tx, Call& call)
{
    const auto span = span_of(call.request);
    if (!span)
        return span.error();
    const UnixTime now = usecases::trusted_time(tx, call.context().clock).now;
    const UnixTime soon = now + Seconds{1};
    const auto between = [&](UnixTime from, UnixTime to) {
        return money_in(listing::money_between(tx, call.scope, usecases::is_sandbox(tx), from, to));
    };
    Json asked;
    if (span->from || span->to)
        asked = between(span->from.value_or(UnixTime{}), span->to.value_or(soon));
    return json_reply({{"today", between(domain::start_of_local_day(now), soon)},
                       {"span", std::move(asked)},
                       {"unmatched", unmatched_money(tx, call.scope)}});
}

Reply home(storage::ReadTx& tx, Call& call)
{
    const auto time = usecases::trusted_time(tx, call.context().clock);
    const bool sandbox = usecases::is_sandbox(tx);
    Json lines = all_states();
    Json people = all_states();
    for (const auto& row : listing::lines_by_state(tx, call.scope)) {
        lines[row.state] = row.lines;
        people[row.state] = row.subscribers;
    }
    const auto online = listing::online(tx, call.scope);
    Json alerts = Json::array();
    for (const auto& alert : listing::gravest_alerts(tx, call.scope, kAlertsShown))
        alerts.push_back(views::alert(alert, call.who->op.role));
    const UnixTime soon = time.now + Seconds{1};
    const auto joined = [&](UnixTime from, UnixTime to) {
        return listing::subscribers_since(tx, call.scope, from, to);
    };
    return json_reply(
        {{"now_at", to_seconds(time.now)},
         {"clock", time.suspect ? "suspect" : "ok"},
         {"isp_name", usecases::setting(tx, "isp.name")},
         {"environment", sandbox ? "sandbox" : "production"},
         {"money", money(tx, call.scope, sandbox, time.now)},
         {"revenue_by_day", revenue_by_day(tx, call.scope, sandbox, time.now)},
         {"online", {{"full", online.full}, {"pay_page", online.all - online.full}}},
         {"subscribers",
          {{"total", listing::count_of_subscribers(tx, call.scope)},
           {"new_today", joined(domain::start_of_local_day(time.now), soon)},
           {"new_this_month", joined(domain::start_of_local_month(time.now), soon)},
           {"new_last_month_by_now",
            joined(domain::start_of_local_month(time.now, -1), month_before(soon))},
           {"by_state", std::move(people)}}},
         {"subscriptions", std::move(lines)},
         {"expiring", expiring(tx, call.scope, time.judged_by)},
         {"mrr_cents", mrr(tx, call.scope).cents()},
         {"unmatched", unmatched_money(tx, call.scope)},
         {"open_attempts", listing::open_attempts(tx, call.scope)},
         {"alerts",
          {{"open", listing::count_of_open_alerts(tx, call.scope)}, {"items", std::move(alerts)}}},
         {"activity", sees_activity(call) ? activity(tx, time.now) : Json()}});
}

} // namespace mnara::http::api
