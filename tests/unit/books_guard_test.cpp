// What the database itself refuses, whatever the code above it does. None of this is reached by
// code that is right, so nothing but a test of its own would notice that a guard is gone.
#include "unit/catch.hpp"

#include "domain/account_reference.hpp"
#include "storage/payment_store.hpp"
#include "unit/house.hpp"
#include "usecases/audit.hpp"
#include "usecases/payments.hpp"

using namespace mnara;

namespace {

struct Books : House
{
    Books()
    {
        set_up_mpesa();
        add_plan("home", 1000, {1, domain::DurationUnit::Month});
        subscriber = add_subscriber("0712345678");
        subscription = add_line(subscriber, "jane", "home");
    }
    // Somebody has paid for a month: an entry in every book.
    void trade()
    {
        db.write([&](storage::Tx& tx) {
            usecases::settle_c2b(tx, context, "mpesa-sandbox",
                                 {"UAF3K7Q2ZX",
                                  Money::from_cents(100'000),
                                  "600638",
                                  domain::account_number(subscriber.value),
                                  {},
                                  "",
                                  clock.now()});
            usecases::audit(tx, context, "operator:1", "looked", "payment", 1, "a test");
        });
    }
    // Posted and inserted as payments.cpp does it, without its look-ups.
    void insert_payment(const std::string& receipt)
    {
        db.write([&](storage::Tx& tx) {
            domain::Payment payment;
            payment.id = storage::next_payment_id(tx);
            payment.provider = "mpesa-sandbox";
            payment.receipt = receipt;
            payment.amount = Money::from_cents(100'000);
            payment.booked_to = "unapplied";
            payment.source = "c2b";
            payment.recorded_at = clock.now();
            payment.journal_id = storage::post_journal(
                tx, {"payment", "payment:" + std::to_string(payment.id.value), std::nullopt,
                     "system:test", clock.now(), clock.now(),
                     domain::payment_posting(payment.provider, {}, payment.amount, {})});
            storage::insert_payment(tx, payment);
        });
    }
    void insert_free_term(int first_day, int last_day)
    {
        db.write([&](storage::Tx& tx) {
            storage::insert_term(tx, {{},
                                      subscription,
                                      storage::next_term_seq(tx, subscription),
                                      PlanVersionId{1},
                                      {},
                                      kStart + first_day * kDay,
                                      kStart + last_day * kDay,
                                      std::nullopt});
        });
    }
    bool refuses(const std::string& sql)
    {
        try {
            db.write([&](storage::Tx& tx) { tx.run(sql); });
        } catch (const storage::StorageError& error) {
            return error.is_constraint();
        }
        return false;
    }

    static constexpr Seconds kDay{86'400};
    SubscriberId subscriber;
    SubscriptionId subscription;
};

} // namespace

TEST_CASE("The database refuses one receipt twice, whatever the code above it does")
{
    Books books;
    books.insert_payment("UAF3K7Q2ZX");
    books.insert_payment("UAF3K7Q2ZY");
    CHECK_THROWS_AS(books.insert_payment("UAF3K7Q2ZX"), storage::StorageError);
    CHECK(books.number("SELECT COUNT(*) FROM payment") == 2);
    CHECK(books.number("SELECT COUNT(*) FROM journal") == 2); // its posting went with it
    CHECK(books.books_balance());
}

TEST_CASE("The database refuses terms that overlap, whatever the code above it does")
{
    Books books;
    books.insert_free_term(10, 20);
    books.insert_free_term(20, 30); // one begins where the other ends
    books.insert_free_term(0, 10);
    for (const auto& [first, last] : {std::pair{10, 20}, {12, 15}, {5, 11}, {29, 40}, {-1, 50}})
        CHECK_THROWS_AS(books.insert_free_term(first, last), storage::StorageError);
    CHECK(books.number("SELECT COUNT(*) FROM term") == 3);
}

TEST_CASE("The database refuses to change or delete what was booked")
{
    Books books;
    books.trade();
    for (const char* table : {"journal", "transfer", "ledger_entry", "ledger_account", "payment",
                              "term", "allocation", "subscription_event", "audit_log"}) {
        INFO(table);
        REQUIRE(books.number(std::string("SELECT COUNT(*) FROM ") + table) > 0);
        CHECK(books.refuses(std::string("DELETE FROM ") + table));
    }
    for (const char* change :
         {"journal SET memo = 'x'", "transfer SET amount_cents = amount_cents + 1",
          "ledger_entry SET balance_after_cents = balance_after_cents + 1",
          "ledger_account SET min_balance_cents = NULL",
          "payment SET amount_cents = amount_cents + 1", "payment SET receipt = 'UAF3K7Q2ZZ'",
          "payment SET subscriber_id = NULL", "term SET ends_at = ends_at + 1",
          "allocation SET amount_cents = 1", "subscription SET paid_until = paid_until + 1",
          "subscription SET state = 'suspended'", "subscription_event SET reason = 'x'",
          "audit_log SET detail = 'x'"}) {
        INFO(change);
        CHECK(books.refuses(std::string("UPDATE ") + change));
    }
    CHECK(books.books_balance());
}

TEST_CASE("The database refuses to spend what a wallet does not hold")
{
    Books books;
    const auto buy = [&](std::int64_t cents) {
        books.db.write([&](storage::Tx& tx) {
            storage::post_journal(
                tx, {"plan_purchase", "test:" + std::to_string(cents), std::nullopt, "system:test",
                     books.clock.now(), books.clock.now(),
                     domain::purchase_posting(books.subscriber, Money::from_cents(cents))});
        });
    };
    CHECK_THROWS_AS(buy(1), storage::StorageError);
    CHECK(books.number("SELECT COUNT(*) FROM journal") == 0);
}
