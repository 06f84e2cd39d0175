// What the tests of the projection stand on: a mnara.db with lines and routers, a radius.db beside
// it, a clock that stands, and a log that can be read.
#pragma once

#include "core/crypto.hpp"
#include "storage/office_store.hpp"
#include "storage/plan_store.hpp"
#include "storage/projection_store.hpp"
#include "storage/radius_db.hpp"
#include "storage/router_store.hpp"
#include "storage/session_store.hpp"
#include "storage/subscriber_store.hpp"
#include "storage/subscription_store.hpp"
#include "unit/temp_folder.hpp"
#include "usecases/projection.hpp"

#include <string>
#include <sys/stat.h>
#include <vector>

struct ProjectionWorld
{
    using Tx = mnara::storage::Tx;
    static constexpr mnara::UnixTime kNow = mnara::unix_time(1'800'000'000);
    static constexpr mnara::UnixTime kSoon = kNow + mnara::Seconds{3600};

    TempFolder folder;
    std::string radius_folder = folder.path() + "/radius";
    std::string radius_file = radius_folder + "/radius.db";
    mnara::ManualClock clock{kNow};
    mnara::SeededRandom random{7};
    std::vector<std::string> log_lines;
    mnara::Log log{clock, [this](const std::string& line) { log_lines.push_back(line); }};
    mnara::storage::Database db{folder.path() + "/mnara.db"};
    mnara::usecases::KeyRing keys{std::string(mnara::crypto::kKeyBytes, 'k')};
    mnara::usecases::Context context{db, clock, random, keys, log};
    mnara::SubscriberId subscriber;
    mnara::PlanVersionId slow, fast;

    ProjectionWorld()
    {
        if (::mkdir(radius_folder.c_str(), 0750) != 0)
            throw std::runtime_error("cannot make " + radius_folder);
        db.write([&](Tx& tx) {
            subscriber =
                mnara::storage::insert_subscriber(tx, {{}, "", "Ann", std::nullopt, "en", kNow}).id;
            slow = add_plan(tx, "slow", 1'000'000);
            fast = add_plan(tx, "fast", 8'000'000);
            mnara::storage::put_clock_mark(tx, kNow, false);
        });
    }

    mnara::PlanVersionId add_plan(Tx& tx, const std::string& code, std::int64_t bps)
    {
        mnara::domain::Plan plan;
        plan.code = plan.name = code;
        plan.current.rate = mnara::domain::Rate{bps, bps, std::nullopt};
        plan.current.duration = {1, mnara::domain::DurationUnit::Day};
        ENSURE(mnara::storage::insert_plan(tx, plan, kNow)); // free: its terms need no journal
        return plan.current.id;
    }

    mnara::domain::Subscription add_line(Tx& tx, const std::string& username,
                                         const std::string& password = "right")
    {
        mnara::domain::Subscription line;
        line.subscriber_id = subscriber;
        line.username = username;
        line.plan_code = "slow";
        line.password_secret_id =
            mnara::usecases::store_secret(tx, context.keys, random, "subscription", password, kNow);
        ENSURE(mnara::storage::insert_subscription(tx, line, kNow) ==
               mnara::storage::InsertSubscription::Done);
        return line;
    }

    void add_term(Tx& tx, mnara::domain::Subscription& line, mnara::PlanVersionId version,
                  mnara::UnixTime from, mnara::UnixTime until)
    {
        mnara::storage::insert_term(tx, {{},
                                         line.id,
                                         mnara::storage::next_term_seq(tx, line.id),
                                         version,
                                         {},
                                         from,
                                         until,
                                         std::nullopt});
        event(tx, line, mnara::domain::SubscriptionEvent::PlanPurchased,
              mnara::domain::SubscriptionState::Active, until);
    }

    void event(Tx& tx, mnara::domain::Subscription& line, mnara::domain::SubscriptionEvent what,
               mnara::domain::SubscriptionState to, std::optional<mnara::UnixTime> paid_until)
    {
        mnara::storage::insert_subscription_event(
            tx, line, {what, to, paid_until, "system:test", "", clock.now()});
    }

    mnara::domain::Subscription add_paid_line(const std::string& username,
                                              mnara::UnixTime until = kSoon)
    {
        return db.write([&](Tx& tx) {
            auto line = add_line(tx, username);
            add_term(tx, line, slow, kNow, until);
            return line;
        });
    }

    mnara::RouterId add_router(const std::string& source,
                               const std::string& secret = "a secret of sixteen")
    {
        return db.write([&](Tx& tx) {
            mnara::storage::RouterRow router;
            router.name = source;
            router.radius_source = source;
            router.radius_secret_id =
                mnara::usecases::store_secret(tx, context.keys, random, "router", secret, kNow);
            return mnara::storage::insert_router(tx, router, kNow);
        });
    }

    // "verdict until rate; ..." of every phase, as a reader of the file sees it.
    [[nodiscard]] std::string phases(const std::string& username) const
    {
        return rows("SELECT verdict || ' ' || (until_at - 1800000000) || ' ' || "
                    "coalesce(rate, '-') FROM access WHERE username = ?1 ORDER BY until_at",
                    username);
    }
    // The first column of all rows, joined with "; ".
    template <class... Args>
    [[nodiscard]] std::string rows(const std::string& sql, const Args&... args) const
    {
        mnara::storage::Connection reader(radius_file, mnara::storage::Connection::Mode::ReadOnly);
        std::string all;
        auto q = reader.query(sql, args...);
        while (q.step())
            all += (all.empty() ? "" : "; ") + q.template get<std::string>(0);
        return all;
    }
    // Behind the back of the daemon.
    void meddle(const std::string& sql) const
    {
        mnara::storage::Connection other(radius_file, mnara::storage::Connection::Mode::ReadWrite);
        other.script(sql);
    }

    [[nodiscard]] int marks()
    {
        return db.read([](mnara::storage::ReadTx& tx) {
            return static_cast<int>(mnara::storage::dirty_marks(tx, 1000).size());
        });
    }
    [[nodiscard]] std::vector<std::string> alerts()
    {
        return db.read([](mnara::storage::ReadTx& tx) {
            return mnara::storage::open_alert_keys(tx, "p", "q");
        });
    }
    [[nodiscard]] int logged(const std::string& id, const std::string& part = "") const
    {
        int lines = 0;
        for (const std::string& line : log_lines)
            lines += line.find("\"id\":\"" + id + "\"") != std::string::npos &&
                             line.find(part) != std::string::npos
                         ? 1
                         : 0;
        return lines;
    }
};
