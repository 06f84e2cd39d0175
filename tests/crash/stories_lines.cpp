// The stories in which a line changes: its time ends, it is suspended.
#include "crash/story.hpp"
#include "domain/account_reference.hpp"
#include "usecases/accounting.hpp"
#include "usecases/routers.hpp"

#include <fmt/format.h>

namespace crash {

using namespace mnara;
using usecases::AccountingRecord;

namespace {

constexpr std::int64_t kHour = 3600;

void report(House& house, AccountingRecord::Status status, std::int64_t line,
            const std::string& username, std::int64_t seconds)
{
    AccountingRecord record;
    record.status = status;
    record.router_id = RouterId{1};
    record.acct_session_id = "8100000" + std::to_string(line);
    record.username = username;
    record.calling_station = fmt::format("AA:BB:CC:00:00:{:02}", line);
    record.class_text = fmt::format("sub:{}:full", line);
    record.framed_ipv4 = fmt::format("10.64.0.{}", line);
    record.seconds = seconds;
    record.event_at = kStart + Seconds{seconds};
    usecases::record_accounting(house.context, std::span(&record, 1));
}

void prepare_two_lines(House& house)
{
    set_up_mpesa(house);
    add_plan(house, "hour", 100, {1, domain::DurationUnit::Hour});
    add_plan(house, "fast", 100, {1, domain::DurationUnit::Hour}, 20'000'000);
    add_line(house, "jane", "hour", "0712345678");
    add_line(house, "john", "hour", "0722345678");
    usecases::NewRouter router;
    router.name = "tower";
    router.radius_source = "10.0.0.2";
    router.actor = "system:test";
    house.db.write([&](storage::Tx& tx) {
        return usecases::add_router(tx, house.context, router).value().id;
    });
    // Jane's wallet holds a second hour; John's holds nothing.
    pay(house, "UAF3K7Q2ZA", domain::account_number(1), 200);
    pay(house, "UAF3K7Q2ZB", domain::account_number(2), 100);
    house.work();
    report(house, AccountingRecord::Status::Start, 1, "jane", 0);
    report(house, AccountingRecord::Status::Start, 2, "john", 0);
    house.work();
}

// Both sessions are heard of to the end of the hour, or they would count as lost.
void let_the_hour_end(House& house)
{
    house.be_at(Seconds{kHour - 60});
    report(house, AccountingRecord::Status::Interim, 1, "jane", kHour - 60);
    report(house, AccountingRecord::Status::Interim, 2, "john", kHour - 60);
    house.be_at(Seconds{kHour + 1});
    house.work();
}

// A router that was asked ends the session and says so.
void hang_up_john(House& house)
{
    if (house.outside.disconnected().contains("john"))
        report(house, AccountingRecord::Status::Stop, 2, "john", kHour + 5);
}

bool john_is_gone(House& house)
{
    return !house.outside.disconnected().contains("john") ||
           house.number("SELECT stopped_at IS NOT NULL FROM session WHERE username = 'john'") == 1;
}

std::string expiry_trouble(House& house)
{
    return first_of(
        {differs(house, "terms of jane", "SELECT COUNT(*) FROM term WHERE subscription_id = 1", 2),
         differs(house, "terms of john", "SELECT COUNT(*) FROM term WHERE subscription_id = 2", 1),
         differs(house, "left in the wallets",
                 "SELECT SUM(balance_cents) FROM ledger_balance WHERE code LIKE 'wallet:%'", 0),
         differs(house, "ends of terms",
                 "SELECT COUNT(*) FROM subscription_event WHERE event = 'term_ended'", 1),
         differs(house, "jane active",
                 "SELECT state = 'active' FROM subscription WHERE username = 'jane'", 1),
         differs(house, "john expired",
                 "SELECT state = 'expired' FROM subscription WHERE username = 'john'", 1),
         house.outside.disconnected().contains("john") ? "" : "john's session was never ended",
         house.outside.disconnected().contains("jane") ? "jane was thrown out" : "",
         differs(house, "sessions that ended",
                 "SELECT COUNT(*) FROM session WHERE stopped_at IS NOT NULL", 1),
         access_differs(house, "jane", fmt::format("ok {}", to_seconds(kStart) + 2 * kHour)),
         access_differs(house, "john", fmt::format("expired {}", to_seconds(kForever)))});
}

// Counts: a state that was left again still was acknowledged.
std::function<bool(House&)> happened(const std::string& event, std::int64_t times)
{
    return [=](House& house) {
        return house.number(fmt::format("SELECT COUNT(*) FROM subscription_event WHERE "
                                        "subscription_id = 1 AND event = '{}'",
                                        event)) >= times;
    };
}

Step order_step(const std::string& name, const std::string& action, const std::string& body,
                std::function<bool(House&)> recorded)
{
    return {name,
            [=](House& house) { order(house, "POST", "/api/v1/subscriptions/1/" + action, body); },
            std::move(recorded)};
}

std::string suspend_trouble(House& house)
{
    const auto count = [&](const std::string& event, std::int64_t expected) {
        return differs(house, event,
                       fmt::format("SELECT COUNT(*) FROM subscription_event WHERE "
                                   "subscription_id = 1 AND event = '{}'",
                                   event),
                       expected);
    };
    return first_of(
        {count("admin_suspended", 2), count("admin_resumed", 1),
         differs(house, "jane suspended",
                 "SELECT state = 'suspended' FROM subscription WHERE id = 1", 1),
         differs(house, "plan", "SELECT plan_code = 'fast' FROM subscription WHERE id = 1", 1),
         differs(house, "terms", "SELECT COUNT(*) FROM term WHERE subscription_id = 1", 1),
         house.outside.disconnected().contains("jane") ? "" : "jane's session was never ended",
         access_differs(house, "jane", fmt::format("suspended {}", to_seconds(kForever))),
         access_differs(house, "john", fmt::format("ok {}", to_seconds(kStart) + kHour))});
}

} // namespace

Story expiry_story()
{
    return {"expiry",
            prepare_two_lines,
            {{"end", let_the_hour_end},
             {"hang-up", hang_up_john, john_is_gone, true},
             {"later",
              [](House& house) {
                  house.be_at(Seconds{kHour + 120});
                  house.work();
              }},
             // Where the disk was in trouble the router was asked only now.
             {"hang-up-later", hang_up_john, john_is_gone, true}},
            expiry_trouble};
}

Story suspend_story()
{
    return {
        "suspend",
        prepare_two_lines,
        {order_step("suspend", "suspend", R"({"reason":"asked"})", happened("admin_suspended", 1)),
         kWork,
         order_step("resume", "resume", R"({"reason":"asked"})", happened("admin_resumed", 1)),
         kWork,
         order_step("plan", "plan", R"({"plan_code":"fast"})",
                    [](House& house) {
                        return house.number("SELECT plan_code = 'fast' FROM subscription "
                                            "WHERE id = 1") == 1;
                    }),
         kWork,
         order_step("suspend-again", "suspend", R"({"reason":"asked"})",
                    happened("admin_suspended", 2)),
         kWork},
        suspend_trouble};
}

} // namespace crash
