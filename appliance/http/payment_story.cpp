#include "http/views.hpp"
#include "usecases/payments.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mnara::http::views {

namespace {

namespace listing = usecases::listing;

void say_who(Json& shown, const listing::Doer& by)
{
    shown["actor"] = by.actor;
    shown["actor_name"] = by.name ? Json(*by.name) : Json();
}

Json owner(const listing::Ownership& row)
{
    Json back;
    if (row.taken_back) {
        back = {{"at", to_seconds(row.taken_back->at)}, {"reason", row.taken_back->reason}};
        say_who(back, row.taken_back->by);
    }
    Json shown{{"subscriber_id", row.subscriber_id.value},
               {"full_name", row.full_name},
               {"at", to_seconds(row.at)},
               {"taken_back", std::move(back)}};
    say_who(shown, row.by);
    return shown;
}

Json term(const listing::PaidTerm& row)
{
    return {{"id", row.id.value},
            {"subscription_id", row.subscription_id.value},
            {"username", row.username},
            {"plan_name", row.plan_name},
            {"price_cents", row.price.cents()},
            {"part_cents", row.part.cents()},
            {"bought_at", to_seconds(row.bought_at)},
            {"starts_at", to_seconds(row.starts_at)},
            {"ends_at", to_seconds(row.ends_at)}};
}

const char* way_back(storage::ReadTx& tx, PaymentId id)
{
    const auto trouble = usecases::why_not_unassigned(tx, id);
    if (!trouble)
        return "possible";
    return *trouble == usecases::UnassignError::Spent ? "spent" : "not_assigned";
}

} // namespace

Json payment_story(storage::ReadTx& tx, const listing::ReadScope& scope,
                   const domain::Payment& payment)
{
    const auto fate = listing::fate_of(tx, payment.id);
    Json owners = Json::array();
    for (const auto& row : listing::owners_of(tx, scope, payment.id))
        owners.push_back(owner(row));
    Json terms = Json::array();
    Money kept = payment.amount;
    for (const auto& row : listing::terms_paid_by(tx, payment.id)) {
        terms.push_back(term(row));
        kept = kept - row.part;
    }
    // A term may have been bought with older money of the wallet while this went into a debt.
    kept = std::max(kept - fate.cleared, Money());
    if (!payment.subscriber_id || payment.duplicate_of)
        kept = Money();
    // The prompt of another subscriber may be another site's.
    Json asked;
    if (payment.attempt_id &&
        listing::is_in_scope(tx, scope, listing::ScopedThing::Attempt, payment.attempt_id->value))
        asked = attempt(tx, listing::find_attempt(tx, *payment.attempt_id).value());
    return {{"attempt", std::move(asked)},         {"owners", std::move(owners)},
            {"terms", std::move(terms)},           {"cleared_cents", fate.cleared.cents()},
            {"wallet_cents", kept.cents()},        {"waits_for_clock", fate.waits_for_clock},
            {"unassign", way_back(tx, payment.id)}};
}

} // namespace mnara::http::views
