#include "unit/catch.hpp"

#include "core/crypto.hpp"
#include "domain/account_reference.hpp"
#include "storage/attempt_store.hpp"
#include "storage/payment_store.hpp"
#include "storage/subscriber_store.hpp"
#include "unit/house.hpp"
#include "usecases/attempts.hpp"
#include "usecases/payments.hpp"

#include <algorithm>
#include <array>

using namespace mnara;
using namespace mnara::usecases;
using domain::AttemptState;

namespace {

constexpr const char* kPhone = "254712345678";
constexpr const char* kReceipt = "UAF3K7Q2ZX";

// A house with one subscriber, one line on a 1,500 shilling plan, and one prompt on his phone.
struct Shop : House
{
    explicit Shop(const char* typed_phone = "0712345678")
    {
        set_up_mpesa();
        add_plan("home", 1500, {30, domain::DurationUnit::Day});
        subscriber = add_subscriber(typed_phone);
        subscription = add_line(subscriber, "jane", "home");
    }

    domain::PaymentAttempt prompt()
    {
        const AttemptId id = db.write([&](storage::Tx& tx) {
            return request_payment(
                       tx, context,
                       {subscription, std::nullopt, std::nullopt, std::nullopt, "operator:1"})
                .value();
        });
        const auto claimed = claim_push(context);
        REQUIRE(claimed);
        token = claimed->callback_token;
        settle_push(context, id, PushAccepted{"ws_CO_1"});
        return attempt(id);
    }
    domain::PaymentAttempt attempt(AttemptId id)
    {
        return db.read([&](storage::ReadTx& tx) { return storage::find_attempt(tx, id).value(); });
    }
    Settled callback(const domain::PaymentAttempt& attempt_, domain::StkCallback message)
    {
        return db.write([&](storage::Tx& tx) {
            return settle_stk_callback(tx, context, attempt(attempt_.id), message);
        });
    }
    Settled c2b(const domain::C2bNotification& message)
    {
        return db.write(
            [&](storage::Tx& tx) { return settle_c2b(tx, context, "mpesa-sandbox", message); });
    }
    void query_says_paid(const domain::PaymentAttempt& attempt_)
    {
        settle_query(context, attempt(attempt_.id), QueryAnswer{"0", "paid"});
    }

    domain::StkCallback paid() const
    {
        return {"ws_CO_1", "0", "ok", Money::from_cents(150000), kReceipt, clock.now(), kPhone};
    }
    domain::C2bNotification confirmation(const std::string& reference,
                                         const std::string& sent_phone = kPhone,
                                         std::int64_t cents = 150000,
                                         const char* receipt = kReceipt) const
    {
        return {receipt,
                Money::from_cents(cents),
                "600638",
                reference,
                domain::read_payer_phone(sent_phone),
                "JANE",
                clock.now()};
    }

    void check_one_of_everything()
    {
        CHECK(number("SELECT COUNT(*) FROM term") == 1);
        CHECK(number("SELECT COUNT(*) FROM journal WHERE kind = 'plan_purchase'") == 1);
        CHECK(number("SELECT COUNT(*) FROM payment WHERE duplicate_of IS NULL") == 1);
        CHECK(number("SELECT COUNT(*) FROM payment WHERE receipt = 'UAF3K7Q2ZX'") == 1);
        CHECK(wallet_cents(subscriber) == 0);
        CHECK(
            number(
                "SELECT balance_cents FROM ledger_balance WHERE code = 'provider:mpesa-sandbox'") ==
            150000);
        CHECK(line(subscription).paid_until == kStart + Seconds{30 * 86'400});
        CHECK(books_balance());
    }

    SubscriberId subscriber;
    SubscriptionId subscription;
    std::string token;
};

} // namespace

TEST_CASE(
    "K13, K14: query, callback and C2B in all six orders are one payment, one term, one journal")
{
    // Also where the confirmation of a prompt does not carry its reference (a till), and where the
    // payer is hashed or masked in it.
    const std::array<std::string, 3> phones{kPhone, "2547 ***** 678", ""};
    for (const bool with_reference : {true, false})
        for (const std::string& sent : phones) {
            std::array<char, 3> order{'b', 'c', 'q'};
            do {
                Shop shop;
                const auto attempt = shop.prompt();
                const std::string phone = sent.empty() ? crypto::sha256_hex(kPhone) : sent;
                for (int round = 0; round < 2; ++round)
                    for (const char feed : order) {
                        shop.clock.advance(Millis{3000});
                        if (feed == 'c')
                            shop.callback(attempt, shop.paid());
                        if (feed == 'b')
                            shop.c2b(
                                shop.confirmation(with_reference ? attempt.reference : "", phone));
                        if (feed == 'q')
                            shop.query_says_paid(attempt);
                    }
                INFO("order " << order[0] << order[1] << order[2] << " reference " << with_reference
                              << " phone " << phone);
                CHECK(shop.number("SELECT COUNT(*) FROM payment") == 1);
                CHECK(shop.number("SELECT COUNT(*) FROM journal") == 2);
                CHECK(shop.attempt(attempt.id).state == AttemptState::Succeeded);
                CHECK(shop.number("SELECT COUNT(*) FROM term") == 1);
                CHECK(shop.wallet_cents(shop.subscriber) == 0);
                CHECK(shop.number("SELECT COUNT(*) FROM payment WHERE receipt = 'UAF3K7Q2ZX'") ==
                      1);
                CHECK(shop.books_balance());
            } while (std::next_permutation(order.begin(), order.end()));
        }
}

TEST_CASE("K14: the same callback a hundred times credits once")
{
    Shop shop;
    const auto attempt = shop.prompt();
    for (int i = 0; i < 100; ++i)
        CHECK(shop.callback(attempt, shop.paid()).outcome == (i == 0 ? "credited" : "known"));
    shop.check_one_of_everything();
}

TEST_CASE(
    "K13: C2B of an unknown payer first, then the query, then the callback that names its receipt")
{
    // Nothing connects the confirmation with the prompt until the callback names the receipt.
    Shop shop;
    const auto attempt = shop.prompt();
    CHECK(shop.c2b(shop.confirmation("SOMETHING", "")).outcome == "unmatched");
    shop.query_says_paid(attempt);
    CHECK(shop.number("SELECT COUNT(*) FROM payment") == 2);
    CHECK(shop.callback(attempt, shop.paid()).outcome == "known");
    CHECK(shop.number("SELECT COUNT(*) FROM payment WHERE duplicate_of IS NULL") == 1);
    CHECK(shop.c2b(shop.confirmation("SOMETHING", "")).outcome == "known");
    shop.check_one_of_everything();
    CHECK(shop.number("SELECT balance_cents FROM ledger_balance WHERE code = 'unapplied'") == 0);
}

TEST_CASE("A callback with another amount is parked until C2B says what moved")
{
    Shop shop;
    const auto attempt = shop.prompt();
    auto altered = shop.paid();
    altered.amount = Money::from_cents(1'000'000);
    CHECK(shop.callback(attempt, altered).outcome == "parked");
    CHECK(shop.number("SELECT COUNT(*) FROM payment") == 0);
    CHECK(shop.number("SELECT COUNT(*) FROM alert WHERE closed_at IS NULL") == 1);
    CHECK(shop.c2b(shop.confirmation(attempt.reference)).outcome == "credited");
    CHECK(shop.number("SELECT COUNT(*) FROM alert WHERE closed_at IS NULL") == 0);
    shop.check_one_of_everything();
}

TEST_CASE("A callback with another amount is parked until the query confirms what was asked")
{
    Shop shop;
    const auto attempt = shop.prompt();
    auto altered = shop.paid();
    altered.amount = Money::from_cents(100);
    CHECK(shop.callback(attempt, altered).outcome == "parked");
    shop.query_says_paid(attempt);
    CHECK(shop.attempt(attempt.id).state == AttemptState::Succeeded);
    CHECK(shop.wallet_cents(shop.subscriber) == 0);
    CHECK(shop.number("SELECT SUM(amount_cents) FROM payment") == 150000);
}

TEST_CASE("C2B credits what it says, also where the prompt asked for another amount")
{
    Shop shop;
    const auto attempt = shop.prompt();
    CHECK(shop.c2b(shop.confirmation(attempt.reference, kPhone, 100000)).outcome == "credited");
    CHECK(shop.number("SELECT SUM(amount_cents) FROM payment") == 100000);
    CHECK(shop.wallet_cents(shop.subscriber) == 100000);
    CHECK(shop.number("SELECT COUNT(*) FROM term") == 0);
    CHECK(shop.books_balance());
}

TEST_CASE("P1: a callback that names another request changes nothing")
{
    Shop shop;
    const auto attempt = shop.prompt();
    auto forged = shop.paid();
    forged.checkout_id = "ws_CO_other";
    CHECK(shop.callback(attempt, forged).outcome == "parked");
    CHECK(shop.number("SELECT COUNT(*) FROM payment") == 0);
    CHECK(shop.attempt(attempt.id).state == AttemptState::Prompted);
}

TEST_CASE("A failure is final only until a success comes, and a success for ever")
{
    Shop shop;
    const auto attempt = shop.prompt();
    domain::StkCallback cancelled{"ws_CO_1", "1032", "cancelled", {}, {}, {}, {}};
    CHECK(shop.callback(attempt, cancelled).outcome == "failed");
    CHECK(shop.attempt(attempt.id).state == AttemptState::Failed);
    CHECK(shop.callback(attempt, shop.paid()).outcome == "credited");
    CHECK(shop.callback(attempt, cancelled).outcome == "known");
    CHECK(shop.attempt(attempt.id).state == AttemptState::Succeeded);
    shop.check_one_of_everything();
}

TEST_CASE("An unknown result code is unknown, not failed")
{
    Shop shop;
    const auto attempt = shop.prompt();
    CHECK(shop.callback(attempt, {"ws_CO_1", "777", "?", {}, {}, {}, {}}).outcome == "noted");
    CHECK(shop.attempt(attempt.id).state == AttemptState::Unknown);
    CHECK(shop.callback(attempt, shop.paid()).outcome == "credited");
}

TEST_CASE(
    "K12, P8: a paybill payment finds its account, also when typed sloppily or as phone number")
{
    Shop shop;
    const std::string account = domain::account_number(shop.subscriber.value);
    const std::array<std::string, 4> typed{account,
                                           " " + account.substr(0, 3) + "-" + account.substr(3),
                                           "0712 345 678", "254712345678"};
    for (std::size_t i = 0; i < typed.size(); ++i) {
        const std::string receipt = "UAF3K7Q2Z" + std::to_string(i);
        CHECK(shop.c2b(shop.confirmation(typed[i], "", 150000, receipt.c_str())).outcome ==
              "credited");
    }
    CHECK(shop.number("SELECT COUNT(*) FROM term") == 4);
    CHECK(shop.number("SELECT COUNT(*) FROM payment WHERE subscriber_id IS NULL") == 0);
    CHECK(shop.books_balance());
}

TEST_CASE("K12: a mistyped account is parked and one tap assigns it, once")
{
    Shop shop;
    std::string wrong = domain::account_number(shop.subscriber.value);
    wrong.back() = wrong.back() == '9' ? '8' : static_cast<char>(wrong.back() + 1);
    CHECK(shop.c2b(shop.confirmation(wrong)).outcome == "unmatched");
    CHECK(shop.number("SELECT COUNT(*) FROM term") == 0);
    const PaymentId payment{shop.number("SELECT id FROM payment")};
    const auto assign = [&](PaymentId id, SubscriberId to) {
        return shop.db.write([&](storage::Tx& tx) {
            return assign_payment(tx, shop.context, id, to, "operator:1");
        });
    };
    CHECK(assign(PaymentId{99}, shop.subscriber).error() == AssignError::UnknownPayment);
    CHECK(assign(payment, SubscriberId{99}).error() == AssignError::UnknownSubscriber);
    CHECK(assign(payment, shop.subscriber));
    CHECK(assign(payment, shop.subscriber).error() == AssignError::AlreadyAssigned);
    CHECK(shop.number("SELECT COUNT(*) FROM term") == 1);
    CHECK(shop.number("SELECT COUNT(*) FROM alert WHERE closed_at IS NULL") == 0);
    CHECK(shop.books_balance());
}

TEST_CASE(
    "P9-part: a till payment without reference is matched by the payer's phone, clear or hashed")
{
    Shop shop;
    CHECK(shop.c2b(shop.confirmation("", kPhone, 150000, "UAF3K7Q2ZA")).outcome == "credited");
    CHECK(
        shop.c2b(shop.confirmation("", crypto::sha256_hex(kPhone), 150000, "UAF3K7Q2ZB")).outcome ==
        "credited");
    // A mask fits a thousand phones.
    CHECK(shop.c2b(shop.confirmation("", "2547 ***** 678", 150000, "UAF3K7Q2ZC")).outcome ==
          "unmatched");
    CHECK(shop.c2b(shop.confirmation("", "254799999999", 150000, "UAF3K7Q2ZD")).outcome ==
          "unmatched");
}

TEST_CASE("A phone that a household shares is told apart by the price, or not at all")
{
    Shop shop;
    shop.add_plan("big", 3000, {30, domain::DurationUnit::Day});
    const auto second = shop.add_subscriber("0712345678");
    shop.add_line(second, "john", "big");
    CHECK(shop.c2b(shop.confirmation("", kPhone, 300000, "UAF3K7Q2ZA")).outcome == "credited");
    CHECK(shop.number("SELECT subscriber_id FROM payment WHERE receipt = 'UAF3K7Q2ZA'") ==
          second.value);
    CHECK(shop.c2b(shop.confirmation("", kPhone, 70000, "UAF3K7Q2ZB")).outcome == "unmatched");
    const auto third = shop.add_subscriber("0712345678");
    shop.add_line(third, "mary", "home"); // at the price of the first
    CHECK(shop.c2b(shop.confirmation("", kPhone, 150000, "UAF3K7Q2ZC")).outcome == "unmatched");
    CHECK(shop.number("SELECT COUNT(*) FROM payment WHERE subscriber_id IS NULL") == 2);
}

TEST_CASE(
    "P39-part: too much goes to the wallet, too little waits there, and the next payment uses it")
{
    Shop shop;
    const std::string account = domain::account_number(shop.subscriber.value);
    shop.c2b(shop.confirmation(account, kPhone, 100000, "UAF3K7Q2ZA"));
    CHECK(shop.number("SELECT COUNT(*) FROM term") == 0);
    CHECK(shop.wallet_cents(shop.subscriber) == 100000);
    shop.c2b(shop.confirmation(account, kPhone, 70000, "UAF3K7Q2ZB"));
    CHECK(shop.number("SELECT COUNT(*) FROM term") == 1);
    CHECK(shop.wallet_cents(shop.subscriber) == 20000);
    CHECK(shop.books_balance());
}

TEST_CASE("The reference of an old prompt typed again is a payment of its own")
{
    Shop shop;
    const auto attempt = shop.prompt();
    shop.callback(attempt, shop.paid());
    shop.clock.advance(Millis{5 * 86'400'000LL});
    CHECK(shop.c2b(shop.confirmation(attempt.reference, kPhone, 150000, "UAK3K7Q2ZX")).outcome ==
          "credited");
    CHECK(shop.number("SELECT COUNT(*) FROM payment") == 2);
    CHECK(shop.number("SELECT COUNT(*) FROM term") == 2);
}

TEST_CASE("One open prompt a phone, until it has failed, was paid or is surely dead")
{
    Shop shop;
    const auto ask = [&] {
        return shop.db.write([&](storage::Tx& tx) {
            return request_payment(tx, shop.context, {shop.subscription, {}, {}, {}, "operator:1"});
        });
    };
    const auto first = shop.prompt();
    CHECK(ask().error() == RequestPaymentError::OpenAttempt);
    shop.callback(first, {"ws_CO_1", "1032", "cancelled", {}, {}, {}, {}});
    const auto second = ask();
    REQUIRE(second);
    REQUIRE(claim_push(shop.context));
    settle_push(shop.context, *second,
                refuse(ProviderError{ProviderError::Kind::Unknown, "timeout", "no answer", false}));
    CHECK(shop.attempt(*second).state == AttemptState::Unknown);
    CHECK(ask().error() == RequestPaymentError::OpenAttempt);
    shop.clock.advance(Millis{181'000});
    CHECK(ask());
}

TEST_CASE("A push that died between asking and answering is never sent again, and its callback "
          "still counts")
{
    Shop shop;
    shop.db.write([&](storage::Tx& tx) {
        return request_payment(tx, shop.context, {shop.subscription, {}, {}, {}, "operator:1"})
            .value();
    });
    const auto claimed = claim_push(shop.context);
    REQUIRE(claimed);
    // Here the process dies; nothing of the answer is known.
    CHECK_FALSE(claim_push(shop.context));
    shop.clock.advance(Millis{3'600'000});
    CHECK_FALSE(claim_push(shop.context));
    CHECK_FALSE(claim_query(shop.context));
    CHECK(shop.attempt(claimed->attempt.id).state == AttemptState::Unknown);
    CHECK(shop.number("SELECT COUNT(*) FROM alert WHERE closed_at IS NULL") == 1);
    CHECK(shop.callback(claimed->attempt, shop.paid()).outcome == "credited");
    CHECK(shop.number("SELECT COUNT(*) FROM alert WHERE closed_at IS NULL") == 0);
}

TEST_CASE("B27: the fate of a prompt is asked from ten seconds on, and no error is a verdict")
{
    Shop shop;
    const auto attempt = shop.prompt();
    shop.clock.advance(Millis{9'000});
    CHECK_FALSE(claim_query(shop.context));
    shop.clock.advance(Millis{1'000});
    int asked = 0;
    for (int second = 0; second < 120; ++second) {
        if (const auto due = claim_query(shop.context)) {
            ++asked;
            settle_query(
                shop.context, *due,
                refuse(ProviderError{ProviderError::Kind::Unknown, "500.001.1001", "", false}));
        }
        shop.clock.advance(Millis{1'000});
    }
    CHECK(asked >= 12);
    CHECK(asked <= 20);
    CHECK(shop.attempt(attempt.id).state == AttemptState::Prompted);
    settle_query(shop.context, shop.attempt(attempt.id), QueryAnswer{"4999", "processing"});
    CHECK(shop.attempt(attempt.id).state == AttemptState::Prompted);
    shop.query_says_paid(attempt);
    CHECK(shop.attempt(attempt.id).state == AttemptState::Succeeded);
}

TEST_CASE("K20-part: with the callback lost, a payment known by query alone buys the term within "
          "30 seconds")
{
    Shop shop;
    const auto attempt = shop.prompt();
    shop.clock.advance(Millis{10'000});
    const auto due = claim_query(shop.context);
    REQUIRE(due);
    shop.query_says_paid(*due);
    CHECK(shop.line(shop.subscription).state == domain::SubscriptionState::Active);
    CHECK(shop.number("SELECT COUNT(*) FROM payment WHERE receipt IS NULL") == 1);
    // The receipt comes late and is filled in.
    shop.clock.advance(Millis{600'000});
    CHECK(shop.callback(attempt, shop.paid()).outcome == "known");
    CHECK(shop.number("SELECT COUNT(*) FROM payment WHERE receipt = 'UAF3K7Q2ZX'") == 1);
    CHECK(shop.number("SELECT COUNT(*) FROM term") == 1);
}
