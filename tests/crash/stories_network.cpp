// The stories of what routers report, and of radius.db.
#include "crash/story.hpp"
#include "usecases/accounting.hpp"
#include "usecases/projection.hpp"
#include "usecases/routers.hpp"

#include <fmt/format.h>

namespace crash {

using namespace mnara;
using usecases::AccountingRecord;
using Status = AccountingRecord::Status;

namespace {

constexpr int kLines = 12;

void prepare_lines(House& house)
{
    add_plan(house, "free", 0, {1, domain::DurationUnit::Day});
    usecases::NewRouter router;
    router.name = "tower";
    router.radius_source = "10.0.0.2";
    router.actor = "system:test";
    house.db.write([&](storage::Tx& tx) {
        return usecases::add_router(tx, house.context, router).value().id;
    });
    for (int line = 1; line <= kLines; ++line) {
        add_line(house, fmt::format("line{}", line), "free", fmt::format("07123456{:02}", line));
        order(house, "POST", fmt::format("/api/v1/subscriptions/{}/terms", line), "{}",
              fmt::format("term-key-{:08}", line));
    }
    house.work();
}

// What every session reports `seconds` after its start: 100 bytes up and 1,000 down a second.
std::vector<AccountingRecord> batch(Status status, int seconds)
{
    std::vector<AccountingRecord> records;
    for (int line = 1; line <= kLines; ++line) {
        AccountingRecord record;
        record.status = status;
        record.router_id = RouterId{1};
        record.acct_session_id = fmt::format("8100{:04}", line);
        record.username = fmt::format("line{}", line);
        record.calling_station = fmt::format("AA:BB:CC:00:00:{:02}", line);
        record.class_text = fmt::format("sub:{}:full", line);
        record.seconds = seconds;
        record.bytes_up = seconds * 100LL;
        record.bytes_down = seconds * 1'000LL;
        record.event_at = kStart + Seconds{seconds};
        records.push_back(record);
    }
    return records;
}

Step batch_step(const std::string& name, Status status, int seconds)
{
    return {
        name,
        [=](House& house) { usecases::record_accounting(house.context, batch(status, seconds)); },
        [=](House& house) {
            return house.number(fmt::format("SELECT COUNT(*) FROM session WHERE seconds >= {}",
                                            seconds)) == kLines;
        },
        true};
}

std::string accounting_trouble(House& house)
{
    constexpr std::int64_t kTotal = 3'900LL * kLines;
    return first_of(
        {differs(house, "sessions", "SELECT COUNT(*) FROM session", kLines),
         differs(house, "sessions that ended",
                 "SELECT COUNT(*) FROM session WHERE stopped_at IS NOT NULL", kLines),
         differs(house, "bytes of sessions", "SELECT SUM(bytes_down) FROM session", kTotal * 1'000),
         differs(house, "bytes by hour", "SELECT SUM(bytes_down) FROM usage_hour", kTotal * 1'000),
         differs(house, "bytes by day", "SELECT SUM(bytes_up) FROM usage_day", kTotal * 100),
         differs(house, "seconds by day", "SELECT SUM(seconds) FROM usage_day", kTotal)});
}

std::string projection_trouble_of_lines(House& house)
{
    storage::Connection reader(house.radius_folder + "/radius.db",
                               storage::Connection::Mode::ReadOnly);
    auto q = reader.query("SELECT COUNT(*), COUNT(DISTINCT username), SUM(rate = '300k/300k') "
                          "FROM access");
    ENSURE(q.step());
    const auto rows = q.get<std::int64_t>(0);
    const auto right_rate = q.get<std::optional<std::int64_t>>(2).value_or(0);
    if (rows != 2 * kLines - 1 || q.get<std::int64_t>(1) != kLines || right_rate != kLines - 1)
        return fmt::format("radius.db: {} rows, {} of them with the new rate", rows, right_rate);
    return first_of(
        {differs(house, "dirty marks", "SELECT COUNT(*) FROM projection_dirty", 0),
         access_differs(house, "line1", fmt::format("suspended {}", to_seconds(kForever))),
         access_differs(house, "line2", fmt::format("ok {}", to_seconds(kStart) + 86'400))});
}

} // namespace

Story accounting_story()
{
    return {"accounting",
            prepare_lines,
            {batch_step("starts", Status::Start, 0), batch_step("interims", Status::Interim, 300),
             batch_step("later", Status::Interim, 3'600), batch_step("late", Status::Interim, 900),
             batch_step("stops", Status::Stop, 3'900), kWork},
            accounting_trouble};
}

Story projection_story()
{
    return {"projection",
            prepare_lines,
            {{"rate",
              [](House& house) {
                  order(house, "PUT", "/api/v1/settings/radius.pay_page_rate",
                        R"({"value":"300k/300k"})");
              },
              [](House& house) {
                  return house.number("SELECT COUNT(*) FROM setting WHERE key = "
                                      "'radius.pay_page_rate' AND value = '300k/300k'") == 1;
              }},
             kWork,
             {"suspend",
              [](House& house) {
                  order(house, "POST", "/api/v1/subscriptions/1/suspend", R"({"reason":"asked"})");
              },
              [](House& house) {
                  return house.number("SELECT state = 'suspended' FROM subscription "
                                      "WHERE id = 1") == 1;
              }},
             kWork,
             {"rebuild",
              [](House& house) { usecases::heal_projection(house.context, house.radius, true); }},
             {"router",
              [](House& house) {
                  order(house, "PATCH", "/api/v1/routers/1", R"({"radius_secret":"new"})");
              }},
             kWork},
            projection_trouble_of_lines};
}

} // namespace crash
