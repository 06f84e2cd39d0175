#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"
#include "usecases/attempts.hpp"
#include "usecases/billing.hpp"
#include "usecases/payments.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;

constexpr std::int64_t kAmountMaxCents = 1'000'000'000'00;

Reply refused(usecases::RequestPaymentError error)
{
    using Error = usecases::RequestPaymentError;
    switch (error) {
    case Error::UnknownSubscription:
        return not_found("subscription");
    case Error::UnknownPlan:
        return problem(422, "unknown_plan", "plan_code: there is no such plan.");
    case Error::PlanOffSale:
        return problem(409, "off_sale", "plan_code: this plan is not sold now.");
    case Error::BadPhone:
        return problem(422, "bad_phone", "phone: not a Kenyan mobile number, and none is on file.");
    case Error::BadAmount:
        return problem(422, "bad_amount",
                       "amount_cents: whole shillings between 1 and 250,000 can be asked for.");
    case Error::OpenAttempt:
        return problem(409, "open_attempt",
                       "This phone has a request open, or one whose fate is not known yet.");
    case Error::NotConfigured:
        return problem(409, "not_configured", "The M-Pesa settings are not complete.");
    case Error::Terminated:
        break;
    }
    return problem(409, "terminated", "The line is terminated.");
}

Reply refused(usecases::BuyTermError error)
{
    using Error = usecases::BuyTermError;
    switch (error) {
    case Error::UnknownSubscription:
        return not_found("subscription");
    case Error::InsufficientFunds:
        return problem(409, "insufficient_funds", "The wallet does not hold the price.");
    case Error::ClockSuspect:
        return problem(409, "clock_suspect",
                       "The clock of this box cannot be trusted now; set it right first.");
    case Error::NotPossibleNow:
        break;
    }
    return problem(409, "not_possible_now", "A suspended or terminated line buys nothing.");
}

template <class IdType, class Find, class Show>
Json page_of_ids(std::vector<IdType> ids, const listing::Page& page, Find find, Show show)
{
    return list_of(std::move(ids), page, [&](IdType id) { return show(find(id).value()); });
}

} // namespace

Reply collect(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    usecases::RequestPayment wanted;
    wanted.subscription_id = id_in_path<SubscriptionId>(call);
    wanted.phone = fields.optional_text("phone");
    wanted.plan_code = fields.optional_text("plan_code");
    if (const auto cents = fields.optional_integer("amount_cents", 1, kAmountMaxCents))
        wanted.amount = Money::from_cents(*cents);
    wanted.actor = call.actor;
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto id = usecases::request_payment(tx, call.context(), wanted);
    if (!id)
        return refused(id.error());
    return json_reply(views::attempt(tx, listing::find_attempt(tx, *id).value()), 202);
}

Reply buy_term(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto id = id_in_path<SubscriptionId>(call);
    const auto time = usecases::trusted_time(tx, call.context().clock);
    const auto term =
        usecases::buy_term(tx, call.context(), time, id, std::nullopt, std::nullopt, call.actor);
    if (!term)
        return refused(term.error());
    return json_reply({{"term",
                        {{"id", term->id.value},
                         {"subscription_id", id.value},
                         {"starts_at", to_seconds(term->starts_at)},
                         {"ends_at", to_seconds(term->ends_at)},
                         {"price_cents", term->price.cents()}}}},
                      201);
}

Reply get_attempt(storage::ReadTx& tx, Call& call)
{
    const auto attempt = listing::find_attempt(tx, id_in_path<AttemptId>(call));
    if (!attempt)
        return not_found("attempt");
    return json_reply(views::attempt(tx, *attempt));
}

Reply list_attempts(storage::ReadTx& tx, Call& call)
{
    const auto page = page_of(call.request);
    if (!page)
        return page.error();
    const std::string state = call.request.parameter("state").value_or("");
    if (!state.empty() && !domain::attempt_state(state))
        return problem(422, "bad_field",
                       "state: is requested, prompted, succeeded, failed or unknown.");
    return json_reply(page_of_ids(
        listing::attempts(tx, call.scope, state, *page), *page,
        [&](AttemptId id) { return listing::find_attempt(tx, id); },
        [&](const auto& attempt) { return views::attempt(tx, attempt); }));
}

Reply list_payments(storage::ReadTx& tx, Call& call)
{
    const auto page = page_of(call.request);
    if (!page)
        return page.error();
    listing::WhichPayments which;
    const auto span = span_of(call.request);
    if (!span)
        return span.error();
    which.from = span->from;
    which.to = span->to;
    which.unmatched = flag(call.request, "unmatched");
    if (const auto subscriber = call.request.parameter("subscriber_id"))
        which.subscriber_id = SubscriberId{positive_number(*subscriber).value_or(0)};
    return json_reply(page_of_ids(
        listing::payments(tx, call.scope, which, *page), *page,
        [&](PaymentId id) { return listing::find_payment(tx, id); },
        [&](const domain::Payment& payment) { return views::payment(tx, payment); }));
}

Reply get_payment(storage::ReadTx& tx, Call& call)
{
    const auto payment = listing::find_payment(tx, id_in_path<PaymentId>(call));
    if (!payment)
        return not_found("payment");
    Json shown = views::payment(tx, *payment);
    shown["story"] = views::payment_story(tx, call.scope, *payment);
    return json_reply(shown);
}

Reply assign_payment(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    const SubscriberId subscriber{fields.integer("subscriber_id")};
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto id = id_in_path<PaymentId>(call);
    const auto done = usecases::assign_payment(tx, call.context(), id, subscriber, call.actor);
    if (done)
        return json_reply(views::payment(tx, listing::find_payment(tx, id).value()));
    switch (done.error()) {
    case usecases::AssignError::UnknownPayment:
        return not_found("payment");
    case usecases::AssignError::UnknownSubscriber:
        return problem(422, "unknown_subscriber", "subscriber_id: there is no such subscriber.");
    case usecases::AssignError::AlreadyAssigned:
        break;
    }
    return problem(409, "already_assigned", "This payment has its subscriber already.");
}

} // namespace mnara::http::api
