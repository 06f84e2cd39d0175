// Alerts with the values that screens say them with, in the reader's language.
#include "storage/alert_store.hpp"
#include "storage/attempt_store.hpp"
#include "storage/payment_store.hpp"
#include "unit/screens.hpp"
#include "usecases/attempts.hpp"

using namespace mnara;
using Json = nlohmann::json;

namespace {

struct Watched : Screens
{
    void open(const std::string& key)
    {
        db.write([&](storage::Tx& tx) {
            storage::open_alert(tx, key, "warning", "for the log", clock.now());
        });
    }
    Json facts_of(const std::string& key)
    {
        const Json list = get("/api/v1/alerts");
        for (const Json& alert : list.at("items"))
            if (alert.at("key") == key)
                return alert.at("facts");
        FAIL("no alert " << key);
        return {};
    }
};

} // namespace

TEST_CASE("An alert brings the values of what it names")
{
    Watched office;
    office.set_up_mpesa();
    office.add_plan("daily", 100, {1, Screens::Unit::Day});
    const SubscriberId jane = office.person("Jane Wanjiru", "0712000001");
    const SubscriptionId line = office.add_line(jane, "jane", "daily");
    const RouterId mast = office.router("Mast", "10.0.0.2");
    CHECK(office.pay("nobody", 700) == "unmatched");
    const Json money = office.facts_of("unmatched:1");
    CHECK(money.at("amount_cents") == 70'000);
    CHECK(money.at("receipt") == "R1001");
    CHECK(money.at("reference") == "nobody");
    CHECK(money.at("twin_id").is_null());
    CHECK(money.at("router_name").is_null());

    office.open("router_coa:" + std::to_string(mast.value));
    CHECK(office.facts_of("router_coa:1").at("router_name") == "Mast");
    office.open("projection-router:1");
    CHECK(office.facts_of("projection-router:1").at("router_name") == "Mast");

    office.pay_for(jane, 100);
    office.report({mast, "jane", "s1", "AA-BB-CC-00-00-01", "10.20.0.7", line},
                  Screens::Status::Start, 0);
    office.open("router_session:1");
    const Json session = office.facts_of("router_session:1");
    CHECK(session.at("router_name") == "Mast");
    CHECK(session.at("username") == "jane");

    // One of the box itself has none; its key names what is not a number.
    office.open("radius_db");
    office.open("sign_in:jane:41.90.1.0/24");
    for (const char* key : {"radius_db", "sign_in:jane:41.90.1.0/24"}) {
        const Json none = office.facts_of(key);
        for (const auto& [name, value] : none.items()) {
            INFO(key << ' ' << name);
            CHECK(value.is_null());
        }
    }
    // Home tells the same.
    const Json home = office.get("/api/v1/home");
    CHECK(home.at("alerts").at("items").at(0).contains("facts"));
}

TEST_CASE("Money without owner names the payment that may be the same, as long as that is so")
{
    Watched office;
    office.set_up_mpesa();
    office.add_plan("daily", 700, {1, Screens::Unit::Day});
    const SubscriberId jane = office.person("Jane Wanjiru", "0712000001");
    const SubscriptionId line = office.add_line(jane, "jane", "daily");
    const AttemptId asked = office.db.write([&](storage::Tx& tx) {
        return usecases::request_payment(
                   tx, office.context,
                   {line, "0712000001", std::nullopt, std::nullopt, "system:test"})
            .value();
    });
    REQUIRE(usecases::claim_push(office.context));
    usecases::settle_push(office.context, asked, usecases::PushAccepted{"ws_CO_1"});
    // M-Pesa says by query that it was paid, and knows no receipt.
    office.db.write([&](storage::Tx& tx) {
        const auto attempt = storage::find_attempt(tx, asked).value();
        usecases::settle_paid_by_query(tx, office.context, attempt);
    });
    REQUIRE(office.number("SELECT id FROM payment WHERE receipt IS NULL") == 1);
    CHECK(office.pay("nobody", 700) == "unmatched");
    CHECK(office.facts_of("unmatched:2").at("twin_id") == 1);
    office.open("attempt:1");
    const Json request = office.facts_of("attempt:1");
    CHECK(request.at("amount_cents") == 70'000);
    CHECK(request.at("phone") == "254712000001");
    // Its receipt became known: it is other money.
    office.db.write([](storage::Tx& tx) {
        storage::LearnedFacts facts;
        facts.receipt = "OTHER1";
        storage::learn_payment_facts(tx, PaymentId{1}, facts);
    });
    CHECK(office.facts_of("unmatched:2").at("twin_id").is_null());
}
