// A whole house on a real database in a folder of its own, with a clock and chance of the test's.
#pragma once

#include "core/crypto.hpp"
#include "storage/ledger_store.hpp"
#include "storage/subscription_store.hpp"
#include "unit/temp_folder.hpp"
#include "usecases/context.hpp"
#include "usecases/plans.hpp"
#include "usecases/settings.hpp"
#include "usecases/subscribers.hpp"
#include "usecases/trusted_time.hpp"

#include <string>
#include <vector>

// 2026-01-15 09:00 in Nairobi.
inline constexpr mnara::UnixTime kStart = mnara::unix_time(1'768'456'800);

class House
{
public:
    House()
        : crypto_((mnara::crypto::initialise(), 0)), clock(kStart), random(7),
          keys(std::string(32, 'k')),
          log(clock, [this](const std::string& line) { lines.push_back(line); }),
          db(folder.path() + "/mnara.db"), context{db, clock, random, keys, log}
    {
        mnara::usecases::ensure_providers(context);
        db.write([&](mnara::storage::Tx& tx) { mnara::usecases::raise_clock_mark(tx, clock); });
    }

    // Credentials that a fake provider takes.
    void set_up_mpesa()
    {
        for (const auto& [key, value] : {std::pair{"mpesa.consumer_key", "key"},
                                         {"mpesa.consumer_secret", "secret"},
                                         {"mpesa.passkey", "passkey"},
                                         {"mpesa.short_code", "600638"}})
            if (!mnara::usecases::change_setting(context, key, value, "system:test"))
                throw std::runtime_error("setting refused");
    }

    mnara::domain::Plan
    add_plan(const std::string& code, std::int64_t shillings, mnara::domain::Duration duration,
             mnara::domain::EndBehaviour end = mnara::domain::EndBehaviour::PayPage)
    {
        mnara::domain::Plan plan;
        plan.code = code;
        plan.name = code;
        plan.current.price = mnara::Money::from_cents(shillings * 100);
        plan.current.duration = duration;
        plan.current.rate = mnara::domain::Rate{2'000'000, 10'000'000, std::nullopt};
        plan.current.end_behaviour = end;
        return db.write([&](mnara::storage::Tx& tx) {
            return mnara::usecases::add_plan(tx, context, plan, "system:test").value();
        });
    }

    mnara::SubscriberId add_subscriber(const std::string& phone)
    {
        return db.write([&](mnara::storage::Tx& tx) {
            return mnara::usecases::add_subscriber(
                       tx, context, {"Jane Wanjiru", phone, "en", std::nullopt, "system:test"})
                .value();
        });
    }

    mnara::SubscriptionId add_line(mnara::SubscriberId subscriber, const std::string& username,
                                   const std::string& plan_code)
    {
        return db.write([&](mnara::storage::Tx& tx) {
            return mnara::usecases::add_subscription(tx, context,
                                                     {subscriber,
                                                      username,
                                                      "pw-" + username,
                                                      plan_code,
                                                      std::nullopt,
                                                      {},
                                                      "system:test"})
                .value();
        });
    }

    mnara::domain::Subscription line(mnara::SubscriptionId id)
    {
        return db.read([&](mnara::storage::ReadTx& tx) {
            return mnara::storage::find_subscription(tx, id).value();
        });
    }
    std::int64_t wallet_cents(mnara::SubscriberId id)
    {
        return db.read([&](mnara::storage::ReadTx& tx) {
            return mnara::storage::account_balance(tx, mnara::domain::wallet_account(id)).cents();
        });
    }
    // Time passes with the daemon running: the clock is trusted all the way.
    void travel_to(mnara::UnixTime to)
    {
        clock.jump_to(to);
        db.write([&](mnara::storage::Tx& tx) { mnara::usecases::accept_clock(tx, clock); });
    }
    // The single number a query gives.
    std::int64_t number(const std::string& sql)
    {
        return db.read([&](mnara::storage::ReadTx& tx) {
            auto q = tx.query(sql);
            return q.step() ? q.get<std::int64_t>(0) : -1;
        });
    }
    bool books_balance()
    {
        return db.read([](mnara::storage::ReadTx& tx) {
            return mnara::storage::trial_balance(tx);
        }) == mnara::Money();
    }

    TempFolder folder;

private:
    int crypto_;

public:
    std::vector<std::string> lines; // what was logged
    mnara::ManualClock clock;
    mnara::SeededRandom random;
    mnara::usecases::KeyRing keys;
    mnara::Log log;
    mnara::storage::Database db;
    mnara::usecases::Context context;
};
