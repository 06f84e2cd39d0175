#include "storage/alert_store.hpp"
#include "unit/till.hpp"

using namespace mnara;
using Json = nlohmann::json;

TEST_CASE("An assignment is taken back while its money is whole, and can be made again")
{
    Till till;
    till.post("/api/v1/subscriptions/1/suspend", {{"reason", "away"}}); // so that it buys nothing
    REQUIRE(till.pay("no idea", 30) == "unmatched");
    till.post("/api/v1/payments/1/assign", {{"subscriber_id", 1}});
    CHECK(till.wallet_cents(till.jane) == 3'000);
    CHECK(till.alerts().empty());
    till.post("/api/v1/payments/1/unassign", {{"reason", ""}}, 422);
    const Json back = till.post("/api/v1/payments/1/unassign", {{"reason", "it was Ali's"}});
    CHECK(back.at("subscriber_id").is_null());
    CHECK(till.wallet_cents(till.jane) == 0);
    CHECK(till.number("SELECT balance_cents FROM ledger_balance WHERE code = 'unapplied'") ==
          3'000);
    CHECK(till.books_balance());
    REQUIRE(till.alerts().size() == 1);
    CHECK(till.alerts()[0].at("subject") == Json{{"kind", "payment"}, {"id", 1}});
    CHECK(till.get("/api/v1/unmatched-payments").at("items").size() == 1);
    CHECK(till.post("/api/v1/payments/1/unassign", {{"reason", "again"}}, 409).at("code") ==
          "not_assigned");
    // And once more to somebody else, and back, as often as people err.
    till.post("/api/v1/payments/1/assign", {{"subscriber_id", 2}}); // 30 does not buy a day
    CHECK(till.wallet_cents(till.ali) == 3'000);
    till.post("/api/v1/payments/1/unassign", {{"reason", "no"}});
    till.post("/api/v1/payments/1/assign", {{"subscriber_id", 1}});
    CHECK(till.wallet_cents(till.jane) == 3'000);
    CHECK(till.books_balance());
    CHECK(till.number("SELECT COUNT(*) FROM audit_log WHERE action = 'unassigned'") == 2);
    // Nothing but an unassignment takes the owner away.
    CHECK_THROWS(till.db.write(
        [](storage::Tx& tx) { tx.run("UPDATE payment SET subscriber_id = NULL WHERE id = 1"); }));
}

TEST_CASE("An assignment that cleared a debt gives the debt back")
{
    Till till;
    till.post("/api/v1/subscriptions/1/suspend", {{"reason", "away"}});
    till.db.write([&](storage::Tx& tx) {
        storage::post_journal(tx, {"goodwill",
                                   "test:1",
                                   std::nullopt,
                                   "system:test",
                                   kStart,
                                   kStart,
                                   {{domain::receivable_account(till.jane),
                                     {"goodwill", "goodwill", std::nullopt},
                                     Money::from_cents(2'000)}}});
    });
    REQUIRE(till.pay("no idea", 30) == "unmatched");
    till.post("/api/v1/payments/1/assign", {{"subscriber_id", 1}});
    CHECK(till.wallet_cents(till.jane) == 1'000);
    till.post("/api/v1/payments/1/unassign", {{"reason", "not hers"}});
    const Json jane = till.get("/api/v1/subscribers/1");
    CHECK(jane.at("wallet_cents") == 0);
    CHECK(jane.at("debt_cents") == 2'000);
    CHECK(till.books_balance());
}

TEST_CASE("Money that bought time, or was certain from the beginning, is not taken back")
{
    Till till;
    REQUIRE(till.pay("no idea", 50) == "unmatched");
    till.post("/api/v1/payments/1/assign", {{"subscriber_id", 1}}); // buys a day
    CHECK(till.post("/api/v1/payments/1/unassign", {{"reason", "x"}}, 409).at("code") == "spent");
    till.pay_for(till.ali, 20);
    CHECK(till.post("/api/v1/payments/2/unassign", {{"reason", "x"}}, 409).at("code") ==
          "not_assigned");
    // Spent from the wallet without an allocation: two halves bought one day.
    REQUIRE(till.pay("no idea", 30) == "unmatched");
    till.post("/api/v1/payments/3/assign", {{"subscriber_id", 2}}); // 20 + 30 buy a day
    CHECK(till.wallet_cents(till.ali) == 0);
    CHECK(till.post("/api/v1/payments/3/unassign", {{"reason", "x"}}, 409).at("code") == "spent");
    till.post("/api/v1/payments/9/unassign", {{"reason", "x"}}, 404);
    CHECK(till.books_balance());
}

TEST_CASE("The unmatched queue suggests whose the money may be, the best first")
{
    Till till;
    const auto suggestions = [&](const std::string& reference, std::int64_t shillings,
                                 const std::string& payer, const std::string& name) {
        REQUIRE(till.pay(reference, shillings, payer, name) == "unmatched");
        return till.get("/api/v1/unmatched-payments?limit=1").at("items")[0].at("suggestions");
    };
    // From Jane's phone, with a word as reference, and just the price of her plan.
    Json found = suggestions("rent", 50, "254712345678", "NOBODY ELSE");
    REQUIRE(found.size() == 1);
    CHECK(found[0].at("subscriber_id") == 1);
    CHECK(found[0].at("reasons") == Json{"same_phone"});
    CHECK(found[0].at("price_cents") == 5'000);
    // One digit of Ali's account number is wrong; the amount fits no plan.
    std::string typed = till.account_of(till.ali);
    typed[3] = typed[3] == '9' ? '8' : '9';
    found = suggestions(typed, 7, "254799999999", "SOMEBODY");
    REQUIRE_FALSE(found.empty());
    CHECK(found[0].at("subscriber_id") == 2);
    CHECK(found[0].at("reasons") == Json{"similar_account"});
    CHECK(found[0].at("price_cents").is_null());
    found = suggestions("JANE", 7, "254799999999", "SOMEBODY");
    REQUIRE(found.size() == 1);
    CHECK(found[0].at("reasons") == Json{"username"});
    // Masked phone and the two names of the payer are two hints.
    found = suggestions("", 7, "2547 ***** 678", "JANE NJERI WANJIRU");
    REQUIRE(found.size() == 1);
    CHECK(found[0].at("reasons") == Json{"similar_phone", "name"});
    // However much of it is masked.
    for (const char* masked : {"2547*****78", "254712345***678", "254712*345678"})
        CHECK(suggestions("", 7, masked, "X").size() == 1);
    for (const char* other : {"2547*****0078", "254713*****678", "254712*245678"})
        CHECK(suggestions("", 7, other, "X").empty());
    CHECK(suggestions("zzz", 7, "254799999999", "SOMEBODY ELSE").empty());
    till.post("/api/v1/subscriptions/2/collect", {{"amount_cents", 900}}, 202);
    found = suggestions("zzz", 9, "254799999999", "SOMEBODY ELSE");
    REQUIRE(found.size() == 1);
    CHECK(found[0].at("reasons") == Json{"open_prompt"});
    // Who was asked afterwards did not pay it.
    CHECK(suggestions("zzz", 11, "254799999999", "SOMEBODY ELSE").empty());
    till.travel_to(kStart + Seconds{600});
    till.post("/api/v1/subscriptions/2/collect", {{"amount_cents", 1'100}, {"phone", "0712999999"}},
              202);
    found = till.get("/api/v1/unmatched-payments?limit=1").at("items")[0].at("suggestions");
    CHECK(found.empty());
}

TEST_CASE("An alert that nothing else closes is closed by hand with a reason; others are not")
{
    Till till;
    REQUIRE(till.pay("no idea", 50) == "unmatched");
    till.db.write([](storage::Tx& tx) {
        storage::open_alert(tx, "inbox:7", "critical", "A message could not be booked.", kStart);
    });
    const Json alerts = till.alerts();
    REQUIRE(alerts.size() == 2);
    CHECK(alerts[0].at("can_close") == true);
    CHECK(alerts[0].at("subject") == Json{{"kind", "message"}, {"id", 7}});
    CHECK(alerts[1].at("can_close") == false);
    const auto path = [](const Json& alert) {
        return "/api/v1/alerts/" + alert.at("id").dump() + "/close";
    };
    till.post(path(alerts[0]), Json::object(), 422);
    till.post(path(alerts[0]), {{"reason", "booked by hand from the statement"}}, 204);
    till.post(path(alerts[0]), {{"reason", "again"}}, 404);
    CHECK(till.post(path(alerts[1]), {{"reason", "x"}}, 409).at("code") == "closes_itself");
    CHECK(till.alerts().size() == 1);
    CHECK(till.number("SELECT COUNT(*) FROM audit_log WHERE entity = 'alert'") == 1);
}

TEST_CASE("The alert of unmatched money says which payment without a receipt it may be")
{
    Till till;
    const Json asked = till.post("/api/v1/subscriptions/1/collect", Json::object(), 202);
    const AttemptId id{asked.at("id").get<std::int64_t>()};
    REQUIRE(usecases::claim_push(till.context));
    usecases::settle_push(till.context, id, usecases::PushAccepted{"ws_CO_1"});
    till.paid(asked);
    till.travel_to(kStart + Seconds{3 * 3600}); // long after the prompt: a payment of its own
    REQUIRE(till.pay("no idea", 50) == "unmatched");
    CHECK(till.alerts()[0].at("detail").get<std::string>().find("same money as payment 1") !=
          std::string::npos);
    REQUIRE(till.pay("no idea", 51) == "unmatched"); // another amount is another payment
    CHECK(till.alerts()[0].at("detail").get<std::string>().find("same money") == std::string::npos);
}
