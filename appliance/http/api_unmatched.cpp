#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"
#include "usecases/alerts.hpp"
#include "usecases/payment_suggestions.hpp"
#include "usecases/payments.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;

constexpr std::size_t kSuggestions = 5;
constexpr std::size_t kReasonMax = 500;

Json suggestion(const usecases::Suggestion& one, Money amount)
{
    return {{"subscriber_id", one.subscriber_id.value},
            {"full_name", one.full_name},
            {"account_no", one.account_no},
            {"reasons", one.reasons},
            {"subscription_id", one.subscription_id ? Json(one.subscription_id->value) : Json()},
            {"price_cents", one.subscription_id ? Json(amount.cents()) : Json()}};
}

// The reason a person gives; the reply says what is wrong with it.
Result<std::string, Reply> reason_of(const Call& call)
{
    Fields fields(call.body);
    const std::string reason = fields.text("reason");
    if (reason.empty() || reason.size() > kReasonMax)
        fields.refuse("reason", "is empty or too long");
    if (auto trouble = fields.trouble())
        return refuse(std::move(*trouble));
    return reason;
}

} // namespace

Reply unmatched_payments(storage::ReadTx& tx, Call& call)
{
    const auto page = page_of(call.request);
    if (!page)
        return page.error();
    listing::WhichPayments which;
    which.unmatched = true;
    return json_reply(
        list_of(listing::payments(tx, call.scope, which, *page), *page, [&](PaymentId id) {
            const auto payment = listing::find_payment(tx, id).value();
            Json shown = views::payment(tx, payment);
            shown["suggestions"] = Json::array();
            for (const auto& one : usecases::suggestions_for(tx, payment, kSuggestions))
                shown["suggestions"].push_back(suggestion(one, payment.amount));
            return shown;
        }));
}

Reply unassign_payment(storage::Tx& tx, Call& call)
{
    const auto reason = reason_of(call);
    if (!reason)
        return reason.error();
    const auto id = id_in_path<PaymentId>(call);
    const auto done = usecases::unassign_payment(tx, call.context(), id, *reason, call.actor);
    if (done)
        return json_reply(views::payment(tx, listing::find_payment(tx, id).value()));
    switch (done.error()) {
    case usecases::UnassignError::UnknownPayment:
        return not_found("payment");
    case usecases::UnassignError::NotAssigned:
        return problem(409, "not_assigned",
                       "Nobody assigned this payment by hand. Nothing was taken back.");
    case usecases::UnassignError::Spent:
        break;
    }
    return problem(409, "spent",
                   "Time was bought with this money, or the wallet does not hold it any more. "
                   "Nothing was taken back; settle it with the subscriber.");
}

Reply close_alert(storage::Tx& tx, Call& call)
{
    const auto reason = reason_of(call);
    if (!reason)
        return reason.error();
    const std::int64_t id = positive_number(call.path.find("id")->second).value_or(0);
    const auto done = usecases::close_alert_by_hand(tx, call.context(), id, *reason, call.who->op);
    if (done)
        return {204, "", "", {}};
    if (done.error() == usecases::CloseAlertError::UnknownAlert)
        return not_found("open alert");
    if (done.error() == usecases::CloseAlertError::NotYours)
        return problem(403, "not_allowed", "Only owners and managers close news of sign-ins.");
    return problem(409, "closes_itself",
                   "This alert closes by itself when what it tells of is right again. It stays "
                   "open.");
}

} // namespace mnara::http::api
