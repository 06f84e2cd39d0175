#include "unit/catch.hpp"

#include "storage/attempt_store.hpp"
#include "unit/house.hpp"
#include "usecases/attempts.hpp"
#include "usecases/billing.hpp"
#include "usecases/payments.hpp"

using namespace mnara;
using namespace mnara::usecases;
using domain::SubscriptionState;

namespace {

constexpr const char* kPhone = "254712345678";
constexpr Seconds kDay{86'400};

struct Box : House
{
    Box()
    {
        set_up_mpesa();
        add_plan("month", 1500, {1, domain::DurationUnit::Month});
        subscriber = add_subscriber(kPhone);
        subscription = add_line(subscriber, "jane", "month");
    }
    domain::PaymentAttempt prompt()
    {
        const AttemptId id = db.write([&](storage::Tx& tx) {
            return request_payment(
                       tx, context,
                       {subscription, std::nullopt, std::nullopt, std::nullopt, "operator:1"})
                .value();
        });
        REQUIRE(claim_push(context));
        settle_push(context, id, PushAccepted{"ws_CO_1"});
        return attempt(id);
    }
    domain::PaymentAttempt attempt(AttemptId id)
    {
        return db.read([&](storage::ReadTx& tx) { return storage::find_attempt(tx, id).value(); });
    }
    Settled c2b(const std::string& reference, UnixTime paid_at)
    {
        return db.write([&](storage::Tx& tx) {
            return settle_c2b(tx, context, "mpesa-sandbox",
                              {"UAF3K7Q2ZX", Money::from_cents(150'000), "600638", reference,
                               domain::read_payer_phone(kPhone), "JANE", paid_at});
        });
    }
    SubscriberId subscriber;
    SubscriptionId subscription;
};

} // namespace

TEST_CASE(
    "N13, K14: a confirmation that comes hours late is its prompt's money, whatever our clock "
    "said when it was asked")
{
    // A quarter of an hour ahead, sixty days ahead, 1970.
    for (const Seconds off : {Seconds{900}, 60 * kDay, -kStart.time_since_epoch()}) {
        Box box;
        box.clock.jump_to(kStart + off);
        const auto asked = box.prompt();
        box.clock.jump_to(kStart + Seconds{60});
        settle_query(box.context, box.attempt(asked.id), QueryAnswer{"0", "paid"});
        REQUIRE(box.number("SELECT COUNT(*) FROM payment") == 1);
        box.clock.jump_to(kStart + Seconds{4 * 3600});
        CHECK(box.c2b(asked.reference, kStart + Seconds{20}).outcome == "known");
        CHECK(box.number("SELECT SUM(amount_cents) FROM payment") == 150'000);
        CHECK(box.number("SELECT COUNT(*) FROM payment WHERE receipt = 'UAF3K7Q2ZX'") == 1);
    }
}

TEST_CASE("K14: the reference of an old prompt, typed again, is new money")
{
    Box box;
    const auto asked = box.prompt();
    settle_query(box.context, box.attempt(asked.id), QueryAnswer{"0", "paid"});
    box.clock.advance(Millis{40 * 60'000});
    CHECK(box.c2b(asked.reference, box.clock.now()).outcome == "credited");
    CHECK(box.number("SELECT SUM(amount_cents) FROM payment") == 300'000);
}

TEST_CASE("N13, K23: a line that a clock which was ahead has ended is on again once it is set back")
{
    Box box;
    box.c2b("0712345678", kStart);
    const auto paid_until = box.line(box.subscription).paid_until.value();
    box.travel_to(paid_until);
    REQUIRE(expire_due(box.context, 100) == 1);
    REQUIRE(box.line(box.subscription).state == SubscriptionState::Expired);

    box.clock.jump_to(kStart + kDay);
    CHECK(expire_due(box.context, 100) == 0); // nobody has said yet that this clock is right
    box.travel_to(kStart + kDay);
    CHECK(expire_due(box.context, 100) == 1);
    CHECK(box.line(box.subscription).state == SubscriptionState::Active);
    CHECK(box.line(box.subscription).paid_until == paid_until);
    CHECK(expire_due(box.context, 100) == 0);

    box.travel_to(paid_until);
    CHECK(expire_due(box.context, 100) == 1);
    CHECK(box.line(box.subscription).state == SubscriptionState::Expired);
}

TEST_CASE("N13: a clock that steps back a little keeps no question about a prompt from its end")
{
    for (const bool has_checkout_id : {false, true}) {
        Box box;
        (void)box.db.write([&](storage::Tx& tx) {
            return request_payment(
                       tx, box.context,
                       {box.subscription, std::nullopt, std::nullopt, std::nullopt, "operator:1"})
                .value();
        });
        const auto claimed = claim_push(box.context);
        if (has_checkout_id)
            settle_push(box.context, claimed->attempt.id, PushAccepted{"ws_CO_1"});
        else
            settle_push(box.context, claimed->attempt.id,
                        refuse(ProviderError{ProviderError::Kind::Unknown, "timeout", "", false}));
        for (const Seconds back : {Seconds{2}, Seconds{895}}) {
            box.clock.jump_to(kStart - back);
            int questions = 0;
            while (questions < 10 && claim_query(box.context))
                ++questions;
            CHECK(questions <= 1);
        }
    }
}
