// The stories in which money moves.
#include "crash/story.hpp"
#include "domain/account_reference.hpp"

#include <fmt/format.h>

namespace crash {

using namespace mnara;

namespace {

constexpr const char* kReceipt = "UAF3K7Q2ZX";
constexpr std::int64_t kShillings = 1500;

// Whoever got a prompt pays, and the provider tells: a callback, and a confirmation of the paybill.
void call_back(House& house)
{
    for (const Outside::Prompt& prompt : house.outside.prompts()) {
        const std::string body = fmt::format(
            R"({{"Body":{{"stkCallback":{{"MerchantRequestID":"1","CheckoutRequestID":"{}",)"
            R"("ResultCode":0,"ResultDesc":"ok","CallbackMetadata":{{"Item":[)"
            R"({{"Name":"Amount","Value":{}.00}},{{"Name":"MpesaReceiptNumber","Value":"{}"}},)"
            R"({{"Name":"TransactionDate","Value":20260115090100}},)"
            R"({{"Name":"PhoneNumber","Value":254712345678}}]}}}}}}}})",
            checkout_id(prompt.reference), kShillings, kReceipt);
        ENSURE(house.ask("POST", prompt.callback_path, body).status == 200);
    }
}

void confirm(House& house)
{
    for (const Outside::Prompt& prompt : house.outside.prompts())
        pay(house, kReceipt, prompt.reference, kShillings);
}

bool nothing_or_inbox_has(House& house, const char* words)
{
    return house.outside.prompts().empty() || inbox_has(house, words);
}

std::string stk_trouble(House& house)
{
    const auto pushed = static_cast<std::int64_t>(house.outside.prompts().size());
    if (pushed > 1)
        return "the phone got more than one prompt";
    return first_of(
        {differs(house, "attempts", "SELECT COUNT(*) FROM payment_attempt", 1),
         differs(house, "payments", "SELECT COUNT(*) FROM payment WHERE duplicate_of IS NULL",
                 pushed),
         differs(house, "terms", "SELECT COUNT(*) FROM term", pushed),
         differs(house, "purchases", "SELECT COUNT(*) FROM journal WHERE kind = 'plan_purchase'",
                 pushed),
         differs(house, "money in",
                 "SELECT COALESCE(SUM(balance_cents), 0) FROM ledger_balance "
                 "WHERE code = 'provider:mpesa-sandbox'",
                 pushed * kShillings * 100),
         differs(house, "left in the wallet",
                 "SELECT COALESCE(SUM(balance_cents), 0) FROM ledger_balance "
                 "WHERE code LIKE 'wallet:%'",
                 0),
         access_differs(house, "jane",
                        pushed == 0
                            ? "not paid yet " + std::to_string(to_seconds(kForever))
                            : fmt::format("ok {}", house.number("SELECT paid_until FROM "
                                                                "subscription WHERE id = 1")))});
}

std::string account(std::int64_t subscriber)
{
    return domain::account_number(subscriber);
}

Step payment_step(const std::string& name, const std::string& receipt, const std::string& reference,
                  std::int64_t shillings)
{
    return {name, [=](House& house) { pay(house, receipt, reference, shillings); },
            [=](House& house) { return inbox_has(house, receipt); }, true};
}

void assign(House& house)
{
    const auto payment = house.number("SELECT id FROM payment WHERE receipt = 'UAF3K7Q2ZB'");
    ENSURE(payment > 0);
    order(house, "POST", fmt::format("/api/v1/payments/{}/assign", payment),
          R"({"subscriber_id":2})", "assign-key-0000001");
}

std::string c2b_trouble(House& house)
{
    return first_of(
        {differs(house, "payments", "SELECT COUNT(*) FROM payment", 4),
         differs(house, "terms of jane", "SELECT COUNT(*) FROM term WHERE subscription_id = 1", 2),
         differs(house, "terms of john", "SELECT COUNT(*) FROM term WHERE subscription_id = 2", 1),
         differs(house, "assignments", "SELECT COUNT(*) FROM payment_assignment", 1),
         differs(house, "left in the wallets",
                 "SELECT SUM(balance_cents) FROM ledger_balance WHERE code LIKE 'wallet:%'",
                 20'000),
         differs(house, "parked",
                 "SELECT balance_cents FROM ledger_balance "
                 "WHERE code = 'unapplied'",
                 0),
         differs(house, "money in",
                 "SELECT balance_cents FROM ledger_balance "
                 "WHERE code = 'provider:mpesa-sandbox'",
                 470'000),
         access_differs(house, "john",
                        fmt::format("ok {}", house.number("SELECT paid_until FROM subscription "
                                                          "WHERE id = 2")))});
}

} // namespace

Story stk_story()
{
    return {
        "stk",
        [](House& house) {
            set_up_mpesa(house);
            add_plan(house, "home", kShillings, {30, domain::DurationUnit::Day});
            add_line(house, "jane", "home", "0712345678");
        },
        {{"ask",
          [](House& house) {
              order(house, "POST", "/api/v1/subscriptions/1/collect", "{}", "collect-key-000001");
          },
          [](House& house) { return house.number("SELECT COUNT(*) FROM payment_attempt") == 1; }},
         kWork,
         {"callback", call_back,
          [](House& house) { return nothing_or_inbox_has(house, "stkCallback"); }, true},
         kWork,
         {"confirmation", confirm,
          [](House& house) { return nothing_or_inbox_has(house, "TransAmount"); }, true},
         kWork,
         {"query",
          [](House& house) {
              house.be_at(Seconds{60});
              house.work();
          }}},
        stk_trouble};
}

Story c2b_story()
{
    std::string wrong = account(2);
    wrong.back() = wrong.back() == '9' ? '8' : static_cast<char>(wrong.back() + 1);
    return {"c2b",
            [](House& house) {
                set_up_mpesa(house);
                add_plan(house, "home", kShillings, {30, domain::DurationUnit::Day});
                add_line(house, "jane", "home", "0712345678");
                add_line(house, "john", "home", "0722345678");
            },
            {payment_step("first", "UAF3K7Q2ZA", account(1), 1500),
             kWork,
             payment_step("mistyped", "UAF3K7Q2ZB", wrong, 1500),
             kWork,
             {"assign", assign,
              [](House& house) {
                  return house.number("SELECT COUNT(*) FROM payment_assignment") == 1;
              }},
             payment_step("part", "UAF3K7Q2ZC", account(1), 1000),
             payment_step("rest", "UAF3K7Q2ZD", account(1), 700),
             kWork,
             payment_step("again", "UAF3K7Q2ZA", account(1), 1500),
             kWork},
            c2b_trouble};
}

} // namespace crash
