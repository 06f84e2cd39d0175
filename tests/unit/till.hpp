// A till with M-Pesa and two customers on the daily plan (KSh 50) who have paid nothing yet:
// line 1 is Jane's, line 2 is Ali's.
#pragma once

#include "storage/attempt_store.hpp"
#include "unit/screens.hpp"
#include "usecases/attempts.hpp"

struct Till : Screens
{
    Till()
    {
        set_up_mpesa();
        add_plan("daily", 50, {1, Unit::Day});
        jane = person("Jane Wanjiru", "0712345678");
        ali = person("Ali Hassan", "0733000000");
        hers = add_line(jane, "jane", "daily");
        add_line(ali, "ali", "daily");
    }
    Json story(int payment)
    {
        return get("/api/v1/payments/" + std::to_string(payment)).at("story");
    }
    Json alerts() { return get("/api/v1/alerts").at("items"); }
    // The provider says that the attempt was paid.
    void paid(const Json& attempt)
    {
        db.write([&](mnara::storage::Tx& tx) {
            const mnara::AttemptId id{attempt.at("id").get<std::int64_t>()};
            (void)mnara::usecases::settle_paid_by_query(
                tx, context, mnara::storage::find_attempt(tx, id).value());
        });
    }
    mnara::SubscriberId jane, ali;
    mnara::SubscriptionId hers;
};
