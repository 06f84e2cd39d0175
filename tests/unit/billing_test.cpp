#include "unit/catch.hpp"

#include "domain/account_reference.hpp"
#include "storage/subscription_store.hpp"
#include "unit/house.hpp"
#include "usecases/billing.hpp"
#include "usecases/payments.hpp"

using namespace mnara;
using namespace mnara::usecases;
using domain::DurationUnit;
using domain::SubscriptionState;

namespace {

struct Isp : House
{
    Isp()
    {
        set_up_mpesa();
        add_plan("home", 1000, {1, DurationUnit::Month});
        subscriber = add_subscriber("0712345678");
        subscription = add_line(subscriber, "jane", "home");
    }
    void pay(std::int64_t shillings)
    {
        db.write([&](storage::Tx& tx) {
            return settle_c2b(tx, context, "mpesa-sandbox",
                              {"UAF3K7Q" + std::to_string(++receipts_),
                               Money::from_cents(shillings * 100),
                               "600638",
                               domain::account_number(subscriber.value),
                               {},
                               "",
                               clock.now()});
        });
    }
    Result<Done, SubscriptionError> suspend_it()
    {
        return db.write([&](storage::Tx& tx) {
            return suspend(tx, context, subscription, "asked", "operator:1");
        });
    }
    Result<Done, SubscriptionError> resume_it()
    {
        return db.write([&](storage::Tx& tx) {
            return resume(tx, context, subscription, "asked", "operator:1");
        });
    }
    SubscriberId subscriber;
    SubscriptionId subscription;

private:
    int receipts_ = 100;
};

constexpr Millis kDay{86'400'000};

} // namespace

TEST_CASE("The state machine of C++ is that of SQL, row for row")
{
    House house;
    const int rows = static_cast<int>(house.number("SELECT COUNT(*) FROM subscription_transition"));
    CHECK(rows == static_cast<int>(domain::kSubscriptionTransitions.size()));
    for (const auto& step : domain::kSubscriptionTransitions) {
        const std::string sql =
            "SELECT COUNT(*) FROM subscription_transition WHERE from_state = '" +
            std::string(to_text(step.from)) + "' AND event = '" + std::string(to_text(step.event)) +
            "' AND to_state = '" + std::string(to_text(step.to)) + "'";
        CHECK(house.number(sql) == 1);
    }
}

TEST_CASE("P3: paying five days early moves the end by a whole month from the old end")
{
    Isp isp;
    isp.pay(1000);
    const UnixTime first_end = *isp.line(isp.subscription).paid_until;
    isp.travel_to(first_end - Seconds{5 * 86'400});
    isp.pay(1000);
    CHECK(isp.line(isp.subscription).paid_until ==
          domain::term_end(first_end, {1, DurationUnit::Month}, 15));
    CHECK(isp.number("SELECT COUNT(*) FROM term") == 2);
}

TEST_CASE("A line that turns on the 31st turns on the 31st again after February")
{
    Isp isp;
    const auto at = [](const char* text) { return domain::parse_compact_time(text).value(); };
    isp.travel_to(at("20260131120000"));
    isp.pay(1000);
    CHECK(isp.line(isp.subscription).paid_until == at("20260228120000"));
    isp.pay(1000);
    CHECK(isp.line(isp.subscription).paid_until == at("20260331120000"));
}

TEST_CASE(
    "K21, J6, P4: at the end of its time a line expires, and a payment makes it active from now")
{
    Isp isp;
    isp.pay(1000);
    const UnixTime end = *isp.line(isp.subscription).paid_until;
    isp.travel_to(end - Seconds{1});
    CHECK(expire_due(isp.context, 100) == 0);
    isp.travel_to(end);
    CHECK(expire_due(isp.context, 100) == 1);
    CHECK(isp.line(isp.subscription).state == SubscriptionState::Expired);
    CHECK(expire_due(isp.context, 100) == 0);
    isp.clock.advance(3 * kDay);
    isp.pay(1000);
    CHECK(isp.line(isp.subscription).state == SubscriptionState::Active);
    CHECK(isp.line(isp.subscription).paid_until ==
          domain::term_end(isp.clock.now(), {1, DurationUnit::Month}, 18));
}

TEST_CASE("P39-part: a wallet that holds the price renews at the end without a gap")
{
    Isp isp;
    isp.pay(2500);
    const UnixTime end = *isp.line(isp.subscription).paid_until;
    isp.travel_to(end + Seconds{2});
    CHECK(expire_due(isp.context, 100) == 1);
    CHECK(isp.line(isp.subscription).state == SubscriptionState::Active);
    CHECK(isp.number("SELECT COUNT(*) FROM term WHERE starts_at = " +
                     std::to_string(to_seconds(end))) == 1);
    CHECK(isp.wallet_cents(isp.subscriber) == 50000);
    CHECK(isp.books_balance());
}

TEST_CASE("Paying while suspended is recorded and lifts nothing")
{
    Isp isp;
    isp.pay(1000);
    REQUIRE(isp.suspend_it());
    isp.pay(1000);
    CHECK(isp.line(isp.subscription).state == SubscriptionState::Suspended);
    CHECK(isp.wallet_cents(isp.subscriber) == 100000);
    CHECK(isp.number("SELECT COUNT(*) FROM term") == 1);
    CHECK(isp.suspend_it().error() == SubscriptionError::IllegalNow);
    REQUIRE(isp.resume_it());
    CHECK(isp.line(isp.subscription).state == SubscriptionState::Active);
}

TEST_CASE("Resuming leads to where the paid time says")
{
    Isp isp;
    REQUIRE(isp.suspend_it());
    REQUIRE(isp.resume_it());
    CHECK(isp.line(isp.subscription).state == SubscriptionState::Pending);
    isp.pay(1000);
    REQUIRE(isp.suspend_it());
    isp.travel_to(isp.clock.now() + Seconds{40 * 86'400});
    REQUIRE(isp.resume_it());
    CHECK(isp.line(isp.subscription).state == SubscriptionState::Expired);
}

TEST_CASE("With the clock in 1970 money is recorded, nobody expires and nothing is granted until "
          "it is right")
{
    Isp isp;
    isp.pay(1000);
    const UnixTime end = *isp.line(isp.subscription).paid_until;
    for (const UnixTime wrong : {unix_time(1000), end + Seconds{40 * 86'400}}) {
        isp.clock.jump_to(wrong);
        CHECK(expire_due(isp.context, 100) == 0);
        isp.pay(1000);
        CHECK_FALSE(buy_next_deferred_term(isp.context));
        isp.db.write([&](storage::Tx& tx) { CHECK(raise_clock_mark(tx, isp.clock).suspect); });
    }
    CHECK(isp.wallet_cents(isp.subscriber) == 200000);
    CHECK(isp.number("SELECT COUNT(*) FROM term") == 1);
    CHECK(isp.number(
              "SELECT COUNT(*) FROM alert WHERE key = 'clock_suspect' AND closed_at IS NULL") == 1);
    isp.clock.jump_to(kStart + Seconds{120});
    isp.db.write([&](storage::Tx& tx) { CHECK_FALSE(raise_clock_mark(tx, isp.clock).suspect); });
    CHECK(buy_next_deferred_term(isp.context));
    CHECK(buy_next_deferred_term(isp.context));
    CHECK_FALSE(buy_next_deferred_term(isp.context));
    CHECK(isp.number("SELECT COUNT(*) FROM term") == 3);
    CHECK(isp.wallet_cents(isp.subscriber) == 0);
    CHECK(isp.number("SELECT COUNT(*) FROM alert WHERE closed_at IS NULL") == 0);
    CHECK(isp.books_balance());
}

TEST_CASE(
    "P17-part: hourly, daily, weekly and monthly terms end right across midnight and month end")
{
    House house;
    house.set_up_mpesa();
    const auto at = [](const char* text) { return domain::parse_compact_time(text).value(); };
    struct Case
    {
        const char* code;
        domain::Duration duration;
        const char* ends;
    };
    house.travel_to(at("20260131233000"));
    const auto subscriber = house.add_subscriber("0712345678");
    for (const Case& c : {Case{"hour", {1, DurationUnit::Hour}, "20260201003000"},
                          Case{"day", {1, DurationUnit::Day}, "20260201233000"},
                          Case{"week", {7, DurationUnit::Day}, "20260207233000"},
                          Case{"month", {1, DurationUnit::Month}, "20260228233000"}}) {
        house.add_plan(c.code, 0, c.duration);
        const auto line = house.add_line(subscriber, c.code, c.code);
        house.db.write([&](storage::Tx& tx) {
            CHECK(buy_term(tx, house.context, trusted_time(tx, house.clock), line, {}, {},
                           "operator:1"));
        });
        CHECK(house.line(line).paid_until == at(c.ends));
    }
}

TEST_CASE("A line without money buys nothing and nothing half")
{
    Isp isp;
    isp.db.write([&](storage::Tx& tx) {
        CHECK(buy_term(tx, isp.context, trusted_time(tx, isp.clock), isp.subscription, {}, {},
                       "operator:1")
                  .error() == BuyTermError::InsufficientFunds);
    });
    CHECK(isp.number("SELECT COUNT(*) FROM term") == 0);
    CHECK(isp.number("SELECT COUNT(*) FROM journal") == 0);
}
