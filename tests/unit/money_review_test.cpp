// Orders of messages, sleeps of the box and steps of its clock that the money has to survive.
#include "unit/catch.hpp"

#include "domain/account_reference.hpp"
#include "jobs/money_jobs.hpp"
#include "network/payments/daraja_messages.hpp"
#include "storage/attempt_store.hpp"
#include "unit/house.hpp"
#include "usecases/attempts.hpp"
#include "usecases/billing.hpp"
#include "usecases/inbox.hpp"
#include "usecases/payments.hpp"

#include <fmt/format.h>
#include <mutex>
#include <set>
#include <thread>

using namespace mnara;
using namespace mnara::usecases;
using domain::AttemptState;
using domain::DurationUnit;
using domain::SubscriptionState;

namespace {

constexpr const char* kJane = "254712345678";
constexpr const char* kMary = "254799345678"; // the same under the mask of C2B v2
constexpr const char* kMask = "2547 ***** 678";
constexpr Money kPrice = Money::from_cents(150000);
constexpr Seconds kTerm{30 * 86'400};

struct Person
{
    SubscriberId id;
    SubscriptionId line;
    std::string account;
};

struct Market : House
{
    Market()
    {
        set_up_mpesa();
        add_plan("home", 1500, {30, DurationUnit::Day});
        jane = add_person("jane", kJane);
    }
    Person add_person(const std::string& username, const std::string& phone)
    {
        const SubscriberId id = add_subscriber(phone);
        return {id, add_line(id, username, "home"), domain::account_number(id.value)};
    }
    Result<AttemptId, RequestPaymentError> request(const Person& whose)
    {
        return db.write([&](storage::Tx& tx) {
            return request_payment(tx, context, {whose.line, {}, {}, {}, "operator:1"});
        });
    }
    domain::PaymentAttempt prompt(const Person& whose)
    {
        const AttemptId id = request(whose).value();
        REQUIRE(claim_push(context));
        settle_push(context, id, PushAccepted{fmt::format("ws_CO_{}", id.value)});
        return attempt(id);
    }
    domain::PaymentAttempt attempt(AttemptId id)
    {
        return db.read([&](storage::ReadTx& tx) { return storage::find_attempt(tx, id).value(); });
    }
    Settled callback(const domain::PaymentAttempt& a, const std::string& receipt,
                     Money amount = kPrice)
    {
        return settle(a, {*a.checkout_id, "0", "ok", amount, receipt, clock.now(), a.phone});
    }
    Settled cancelled(const domain::PaymentAttempt& a)
    {
        return settle(a, {*a.checkout_id, "1032", "cancelled", {}, {}, {}, {}});
    }
    Settled c2b(const std::string& receipt, const std::string& reference, const std::string& phone,
                std::optional<UnixTime> paid_at = {})
    {
        return db.write([&](storage::Tx& tx) {
            return settle_c2b(tx, context, "mpesa-sandbox",
                              {receipt, kPrice, "600638", reference,
                               domain::read_payer_phone(phone), "", paid_at.value_or(clock.now())});
        });
    }
    void query_says_paid(const domain::PaymentAttempt& a)
    {
        settle_query(context, attempt(a.id), QueryAnswer{"0", "paid"});
    }
    std::string paid_until(const Person& whose)
    {
        const auto until = line(whose.line).paid_until;
        return until ? domain::readable_time(*until) : "never";
    }
    void pass(Seconds time) { clock.advance(std::chrono::duration_cast<Millis>(time)); }

    std::int64_t payments()
    {
        return number("SELECT COUNT(*) FROM payment WHERE duplicate_of IS NULL");
    }
    std::int64_t open_alerts()
    {
        return number("SELECT COUNT(*) FROM alert WHERE closed_at IS NULL");
    }

    Person jane;

private:
    Settled settle(const domain::PaymentAttempt& a, const domain::StkCallback& message)
    {
        return db.write([&](storage::Tx& tx) {
            return settle_stk_callback(tx, context, attempt(a.id), message);
        });
    }
};

// Reads like the real one; a body that begins with '!' is a bug of ours, of the kind after it.
struct Reader : PaymentProvider
{
    Result<PushAccepted, ProviderError> push(const MpesaAccount&, const PushRequest&) override
    {
        return refuse(ProviderError{});
    }
    Result<QueryAnswer, ProviderError> query(const MpesaAccount&, const std::string&,
                                             UnixTime) override
    {
        return refuse(ProviderError{});
    }
    Result<Done, ProviderError> register_urls(const MpesaAccount&, const std::string&,
                                              const std::string&) override
    {
        return refuse(ProviderError{});
    }
    Result<domain::StkCallback, std::string>
    parse_stk_callback(std::string_view body) const override
    {
        return network::parse_stk_callback(body);
    }
    Result<domain::C2bNotification, std::string> parse_c2b(std::string_view body) const override
    {
        if (body == "!rule")
            throw storage::StorageError(19, "a rule of the books"); // SQLITE_CONSTRAINT
        if (body == "!bug")
            throw std::out_of_range("stoi");
        if (body == "!disk" && !disk_is_well)
            throw storage::StorageError(10, "disk I/O error"); // SQLITE_IOERR
        return network::parse_c2b(body == "!disk" ? good_body(kFirst) : std::string(body));
    }
    static std::string good_body(const std::string& receipt, const char* short_code = "600638")
    {
        return fmt::format(R"({{"TransID":"{}","TransAmount":"1500.00","BusinessShortCode":"{}",)"
                           R"("BillRefNumber":"","MSISDN":"{}","TransTime":"20260115090010"}})",
                           receipt, short_code, kJane);
    }
    static constexpr const char* kFirst = "UAF0000001";
    bool disk_is_well = false;
};

struct Post : Market
{
    void receive_c2b(const std::string& body)
    {
        const std::string token =
            db.read([&](storage::ReadTx& tx) { return c2b_token(tx, keys, "mpesa-sandbox"); });
        receive_message(context, {InboxKind::C2bConfirmation, token, "127.0.0.1", "", body});
    }
    // As the loop does it: an exception ends a step, and the next one begins anew.
    void work(int steps)
    {
        const auto job = jobs::inbox_job(context, reader);
        for (int i = 0; i < steps; ++i)
            try {
                (void)job.step();
            } catch (const std::exception&) {
            }
    }
    Reader reader;
};

} // namespace

TEST_CASE("A payment counts also where the clock stepped back a little after the line expired")
{
    Market m;
    m.c2b("UAF0000001", m.jane.account, "");
    const UnixTime end = *m.line(m.jane.line).paid_until;
    m.travel_to(end);
    REQUIRE(expire_due(m.context, 10) == 1);
    m.clock.jump_to(end - Seconds{100}); // within what the trust in the clock forgives
    CHECK_NOTHROW(m.c2b("UAF0000002", m.jane.account, ""));
    CHECK(m.payments() == 2);
    CHECK(m.line(m.jane.line).state == SubscriptionState::Active);
    CHECK(m.paid_until(m.jane) == domain::readable_time(end + kTerm));
}

TEST_CASE(
    "A payment counts also where a clock that was weeks ahead expired the line and was mended")
{
    Market m;
    m.c2b("UAF0000001", m.jane.account, "");
    m.travel_to(kStart + kTerm + Seconds{1});
    REQUIRE(expire_due(m.context, 10) == 1);
    m.travel_to(kStart + Seconds{86'400});
    CHECK_NOTHROW(m.c2b("UAF0000002", m.jane.account, ""));
    CHECK(m.payments() == 2);
    CHECK(m.paid_until(m.jane) == domain::readable_time(kStart + kTerm + kTerm));
}

TEST_CASE("A month bought after weeks is a whole month")
{
    Market m;
    m.add_plan("week", 1500, {7, DurationUnit::Day});
    m.add_plan("month", 1500, {1, DurationUnit::Month});
    const auto next_plan = [&](const char* code) {
        m.db.write([&](storage::Tx& tx) {
            REQUIRE(change_plan(tx, m.context, m.jane.line, code, "operator:1"));
        });
    };
    next_plan("week");
    m.c2b("UAF0000001", m.jane.account, ""); // 15 to 22 January
    next_plan("month");
    m.c2b("UAF0000002", m.jane.account, "");
    CHECK(m.paid_until(m.jane) == "2026-02-22 09:00");
}

TEST_CASE("A prompt that was open when the power went is asked about before it is given up")
{
    Market m;
    const auto a = m.prompt(m.jane);
    m.pass(Seconds{20 * 60});
    const auto due = claim_query(m.context);
    CHECK(due.has_value());
    m.query_says_paid(a);
    CHECK(m.line(m.jane.line).state == SubscriptionState::Active);
    CHECK(m.open_alerts() == 0);
}

TEST_CASE("A prompt sent while the clock was ahead does not hold the phone when the clock is right")
{
    Market m;
    m.travel_to(kStart + Seconds{10 * 86'400});
    const auto a = m.prompt(m.jane);
    m.travel_to(kStart);
    bool asked = false;
    for (int minute = 0; minute < 30; ++minute) {
        m.pass(Seconds{60});
        asked = asked || claim_query(m.context);
    }
    CHECK((asked || m.attempt(a.id).state == AttemptState::Unknown));
    CHECK(m.request(m.jane).has_value());
}

TEST_CASE("A request that waited for a day is not sent beside a new one to the same phone")
{
    Market m;
    REQUIRE(m.request(m.jane)); // the box goes off before it is sent
    m.pass(Seconds{25 * 3600});
    (void)m.request(m.jane);
    int sent = 0;
    while (claim_push(m.context))
        ++sent;
    CHECK(sent <= 1);
}

TEST_CASE("A late confirmation without reference goes to the prompt that has no receipt yet")
{
    Market m;
    const auto first = m.prompt(m.jane);
    const UnixTime paid_at = m.clock.now();
    m.pass(Seconds{15});
    m.query_says_paid(first); // its callback is lost
    m.pass(Seconds{30});
    const auto second = m.prompt(m.jane); // another month
    m.callback(second, "UAF0000002");
    m.c2b("UAF0000001", "", kJane, paid_at);
    CHECK(m.payments() == 2);
    CHECK(m.number("SELECT SUM(amount_cents) FROM payment WHERE duplicate_of IS NULL") == 300000);
    CHECK(m.number("SELECT COUNT(*) FROM term") == 2);
}

TEST_CASE("A masked phone that fits two open prompts names neither, and the callback decides")
{
    Market m;
    const Person mary = m.add_person("mary", kMary);
    const auto hers = m.prompt(m.jane);
    m.pass(Seconds{5});
    m.prompt(mary);
    m.pass(Seconds{5});
    m.c2b("UAF0000001", "", kMask); // Jane's money
    CHECK(m.line(mary.line).state == SubscriptionState::Pending);
    CHECK_NOTHROW(m.callback(hers, "UAF0000001"));
    CHECK(m.line(m.jane.line).state == SubscriptionState::Active);
    CHECK(m.line(mary.line).state == SubscriptionState::Pending);
    CHECK(m.payments() == 1);
}

TEST_CASE("Masked money that fits two open prompts is not given to the first query that succeeds")
{
    Market m;
    const Person mary = m.add_person("mary", kMary);
    const auto janes = m.prompt(m.jane);
    const auto marys = m.prompt(mary);
    m.c2b("UAF0000001", "", kMask); // Jane's money
    m.query_says_paid(marys);       // Mary has paid too
    CHECK_NOTHROW(m.callback(janes, "UAF0000001"));
    CHECK_NOTHROW(m.callback(marys, "UAF0000002"));
    CHECK(m.line(m.jane.line).state == SubscriptionState::Active);
    CHECK(m.line(mary.line).state == SubscriptionState::Active);
    CHECK(m.payments() == 2);
    CHECK(m.number("SELECT COUNT(*) FROM term") == 2);
}

TEST_CASE("A callback whose receipt was taken for the next prompt's is no poison")
{
    Market m;
    const auto first = m.prompt(m.jane);
    m.pass(Seconds{170});
    const UnixTime paid_at = m.clock.now();
    m.pass(Seconds{15});
    const auto second = m.prompt(m.jane);
    m.c2b("UAF0000001", "", kJane, paid_at);
    CHECK_NOTHROW(m.callback(first, "UAF0000001"));
    CHECK(m.payments() == 1);
    CHECK_NOTHROW(m.callback(second, "UAF0000002"));
    CHECK(m.payments() == 2);
    CHECK(m.number("SELECT COUNT(*) FROM term") == 2);
}

TEST_CASE("A callback for money that was assigned to somebody else is not silent")
{
    Market m;
    const Person mary = m.add_person("mary", kMary);
    const auto janes = m.prompt(m.jane);
    REQUIRE(m.c2b("UAF0000001", "SOMETHING", "").outcome == "unmatched");
    m.db.write([&](storage::Tx& tx) {
        const PaymentId payment{1};
        REQUIRE(assign_payment(tx, m.context, payment, mary.id, "operator:1"));
    });
    m.callback(janes, "UAF0000001");
    CHECK(m.payments() == 1);
    CHECK((m.line(m.jane.line).state == SubscriptionState::Active || m.open_alerts() > 0));
}

TEST_CASE("A payment goes to the line that costs money, not to a free one beside it")
{
    Market m;
    m.add_plan("free", 0, {1, DurationUnit::Day});
    const SubscriberId john = m.add_subscriber("0722000111");
    m.add_line(john, "john-free", "free");
    const SubscriptionId paid_line = m.add_line(john, "john", "home");
    m.c2b("UAF0000001", domain::account_number(john.value), "");
    CHECK(m.line(paid_line).state == SubscriptionState::Active);
    CHECK(m.wallet_cents(john) == 0);
}

TEST_CASE("Several push workers never claim a prompt twice")
{
    Market m;
    constexpr int kPeople = 20;
    for (int i = 0; i < kPeople; ++i)
        REQUIRE(m.request(m.add_person(fmt::format("p{}", i), fmt::format("2547000000{:02}", i))));
    std::mutex mutex;
    std::multiset<std::int64_t> claimed;
    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i)
        workers.emplace_back([&] {
            while (const auto push = claim_push(m.context)) {
                const std::lock_guard lock(mutex);
                claimed.insert(push->attempt.id.value);
            }
        });
    for (std::thread& worker : workers)
        worker.join();
    CHECK(claimed.size() == kPeople);
    CHECK(std::set(claimed.begin(), claimed.end()).size() == kPeople);
}

TEST_CASE("A payment to somebody's account number is not taken for the money of a prompt")
{
    Market m;
    const Person mary = m.add_person("mary", kMary);
    const auto janes = m.prompt(m.jane);
    m.pass(Seconds{5});
    m.c2b("UAF0000001", mary.account, kMask); // Mary pays by hand
    m.pass(Seconds{10});
    m.query_says_paid(janes); // Jane has paid too
    CHECK(m.payments() == 2);
    CHECK(m.line(m.jane.line).state == SubscriptionState::Active);
    CHECK(m.line(mary.line).state == SubscriptionState::Active);
}

TEST_CASE("K13: a clock that is three minutes ahead does not make two payments of one")
{
    for (const bool query_first : {true, false}) {
        Market m;
        const auto a = m.prompt(m.jane);
        m.pass(Seconds{15});
        const auto confirm = [&] {
            m.c2b("UAF0000001", a.reference, kJane, m.clock.now() - Seconds{180});
        };
        if (query_first)
            m.query_says_paid(a);
        confirm();
        if (!query_first)
            m.query_says_paid(a);
        INFO("query first " << query_first);
        CHECK(m.payments() == 1);
        CHECK(m.number("SELECT COUNT(*) FROM term") == 1);
    }
}

TEST_CASE("The alert of unmatched money closes when a callback names its owner")
{
    for (const bool query_first : {true, false}) {
        Market m;
        const auto a = m.prompt(m.jane);
        REQUIRE(m.c2b("UAF0000001", "SOMETHING", "").outcome == "unmatched");
        if (query_first)
            m.query_says_paid(a);
        m.callback(a, "UAF0000001");
        INFO("query first " << query_first);
        CHECK(m.line(m.jane.line).state == SubscriptionState::Active);
        CHECK(m.open_alerts() == 0);
    }
}

TEST_CASE("The alert of a prompt without verdict closes with a late failure")
{
    Market m;
    const AttemptId id = m.request(m.jane).value();
    REQUIRE(claim_push(m.context));
    settle_push(m.context, id,
                refuse(ProviderError{ProviderError::Kind::Unknown, "timeout", "", false}));
    m.pass(Seconds{901});
    CHECK_FALSE(claim_query(m.context));
    REQUIRE(m.open_alerts() == 1);
    auto a = m.attempt(id);
    a.checkout_id = "ws_CO_late";
    m.cancelled(a);
    CHECK(m.attempt(id).state == AttemptState::Failed);
    CHECK(m.open_alerts() == 0);
}

TEST_CASE("An altered callback after the query is settled by C2B as one before the query is")
{
    Market m;
    const auto a = m.prompt(m.jane);
    m.query_says_paid(a);
    CHECK(m.callback(a, "UAF0000001", Money::from_cents(100)).outcome == "parked");
    m.c2b("UAF0000001", a.reference, kJane);
    CHECK(m.payments() == 1);
    CHECK(m.open_alerts() == 0);
}

TEST_CASE("Our configuration is no longer wrong once a prompt is accepted")
{
    Market m;
    const AttemptId id = m.request(m.jane).value();
    REQUIRE(claim_push(m.context));
    settle_push(m.context, id,
                refuse(ProviderError{ProviderError::Kind::Refused, "500.001.1001", "wrong", true}));
    REQUIRE(m.open_alerts() == 1);
    m.callback(m.prompt(m.jane), "UAF0000001");
    CHECK(m.open_alerts() == 0);
}

TEST_CASE("Money that is told at an address which is not ours is not booked")
{
    Post m;
    receive_message(m.context, {InboxKind::C2bConfirmation, "the token of a stranger", "127.0.0.1",
                                "", Reader::good_body(Reader::kFirst)});
    m.work(1);
    CHECK(m.payments() == 0);
    CHECK(m.number("SELECT COUNT(*) FROM inbox WHERE outcome = 'refused'") == 1);
}

TEST_CASE("Money that came to our address for another short code is shown to a person")
{
    Post m;
    m.receive_c2b(Reader::good_body("UAF0000001", "999999"));
    m.work(1);
    CHECK(m.payments() == 0);
    CHECK(m.open_alerts() == 1);
}

TEST_CASE("A message that breaks a rule of the books steps aside for the next one")
{
    Post m;
    m.receive_c2b("!rule");
    m.receive_c2b(Reader::good_body("UAF0000002"));
    m.work(2);
    CHECK(m.number("SELECT COUNT(*) FROM inbox WHERE outcome = 'unreadable'") == 1);
    CHECK(m.open_alerts() == 1);
    CHECK(m.payments() == 1);
}

TEST_CASE("A message on which our own code throws does not hold up the money of others")
{
    Post m;
    m.receive_c2b("!bug");
    m.receive_c2b(Reader::good_body("UAF0000002"));
    m.work(10);
    CHECK(m.payments() == 1);
    CHECK(m.open_alerts() == 1);
}

TEST_CASE("A message waits while the disk is ill, keeps its place and is booked once")
{
    Post m;
    m.receive_c2b("!disk");
    m.receive_c2b(Reader::good_body("UAF0000002"));
    m.work(5);
    CHECK(m.payments() == 0);
    CHECK(m.number("SELECT COUNT(*) FROM inbox WHERE processed_at IS NULL") == 2);
    m.reader.disk_is_well = true;
    m.work(5);
    CHECK(m.payments() == 2);
    CHECK(m.number("SELECT COUNT(*) FROM term") == 2);
}
