// A house with a router and lines that have paid, for the tests of what routers report and are
// asked.
#pragma once

#include "storage/session_store.hpp"
#include "unit/house.hpp"
#include "usecases/accounting.hpp"
#include "usecases/billing.hpp"
#include "usecases/router_jobs.hpp"
#include "usecases/routers.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

class RouterWorld : public House
{
public:
    using Status = mnara::usecases::AccountingRecord::Status;

    RouterWorld() : router(add_router("tower", "10.0.0.2"))
    {
        add_plan("free", 0, {1, mnara::domain::DurationUnit::Hour});
        subscriber = add_subscriber("0712345678");
    }

    mnara::RouterId add_router(const std::string& name, const std::string& source)
    {
        mnara::usecases::NewRouter wanted;
        wanted.name = name;
        wanted.radius_source = source;
        wanted.actor = "system:test";
        return db.write([&](mnara::storage::Tx& tx) {
            return mnara::usecases::add_router(tx, context, wanted).value().id;
        });
    }

    // A line that is paid for an hour from now.
    mnara::SubscriptionId add_paid_line(const std::string& username)
    {
        const auto line = add_line(subscriber, username, "free");
        db.write([&](mnara::storage::Tx& tx) {
            const auto time = mnara::usecases::trusted_time(tx, clock);
            return mnara::usecases::buy_term(tx, context, time, line, std::nullopt, std::nullopt,
                                             "system:test")
                .value();
        });
        radius_is_right();
        return line;
    }

    // As if the projector had been there.
    void radius_is_right()
    {
        db.write([](mnara::storage::Tx& tx) { tx.run("DELETE FROM projection_dirty"); });
    }

    // `seconds` into a session that began `start` seconds after the clock's start.
    mnara::usecases::AccountingRecord packet(Status status, const std::string& username,
                                             const std::string& id, int start, int seconds) const
    {
        mnara::usecases::AccountingRecord record;
        record.status = status;
        record.router_id = router;
        record.acct_session_id = id;
        record.username = username;
        record.calling_station = "AA:BB:CC:00:00:01";
        record.framed_ipv4 = "10.64.0.9";
        record.seconds = seconds;
        record.bytes_up = seconds * 100LL;
        record.bytes_down = seconds * 1'000LL;
        record.event_at = kStart + mnara::Seconds{start + seconds};
        return record;
    }
    void report(const mnara::usecases::AccountingRecord& record)
    {
        mnara::usecases::record_accounting(context, std::span(&record, 1));
    }
    // A full session of that line is online since now.
    mnara::SessionId dial(mnara::SubscriptionId line, const std::string& username,
                          const std::string& id)
    {
        auto start = packet(Status::Start, username, id, 0, 0);
        start.event_at = clock.now();
        start.class_text = "sub:" + std::to_string(line.value) + ":full";
        report(start);
        radius_is_right();
        return {number("SELECT MAX(id) FROM session")};
    }

    mnara::storage::SessionRow session(mnara::SessionId id)
    {
        return db.read([&](mnara::storage::ReadTx& tx) {
            return mnara::storage::find_session(tx, id).value();
        });
    }
    std::string cause(mnara::SessionId id) { return session(id).terminate_cause.value_or(""); }
    [[nodiscard]] int logged(const std::string& message_id, const std::string& part = "") const
    {
        int count = 0;
        for (const std::string& line : lines)
            count += line.find("\"id\":\"" + message_id + "\"") != std::string::npos &&
                             line.find(part) != std::string::npos
                         ? 1
                         : 0;
        return count;
    }

    mnara::RouterId router;
    mnara::SubscriberId subscriber;
};
