#include "http/views.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

namespace mnara::http::views {

namespace {

namespace listing = usecases::listing;

Json or_null(const std::optional<std::string>& text)
{
    return text ? Json(*text) : Json();
}
Json or_null(const std::optional<UnixTime>& at)
{
    return at ? Json(to_seconds(*at)) : Json();
}
template <class Tag> Json or_null(const std::optional<Id<Tag>>& id)
{
    return id ? Json(id->value) : Json();
}

// What the network answers to the line now, and until when that holds by itself.
Json access(storage::ReadTx& tx, const domain::Subscription& line, UnixTime judged_by)
{
    using State = domain::SubscriptionState;
    Json out{{"until_at", nullptr}};
    if (line.state == State::Terminated)
        out["verdict"] = "unknown user";
    else if (line.state == State::Suspended)
        out["verdict"] = "suspended";
    else if (!line.paid_until)
        out["verdict"] = "not paid yet";
    else if (*line.paid_until <= judged_by)
        out["verdict"] = "expired";
    else
        out = {{"verdict", "ok"}, {"until_at", to_seconds(*line.paid_until)}};
    out["applied"] = listing::is_projected(tx, line.username);
    return out;
}

Json devices(const std::optional<std::string>& macs)
{
    Json list = Json::array();
    std::istringstream words(macs.value_or(""));
    for (std::string mac; words >> mac;)
        list.push_back(mac);
    return list;
}

} // namespace

Json plan(const domain::Plan& plan)
{
    const domain::PlanVersion& v = plan.current;
    Json out{{"code", plan.code},
             {"name", plan.name},
             {"on_sale", plan.on_sale},
             {"version", v.version},
             {"version_id", v.id.value},
             {"kind", domain::to_text(v.kind)},
             {"price_cents", v.price.cents()},
             {"duration_n", v.duration.n},
             {"duration_unit", domain::to_text(v.duration.unit)},
             {"up_bps", nullptr},
             {"down_bps", nullptr},
             {"device_limit", v.device_limit},
             {"end_behaviour", domain::to_text(v.end_behaviour)}};
    if (v.rate) {
        out["up_bps"] = v.rate->up_bps;
        out["down_bps"] = v.rate->down_bps;
        if (v.rate->burst) {
            out["burst_up_bps"] = v.rate->burst->up_bps;
            out["burst_down_bps"] = v.rate->burst->down_bps;
            out["burst_from_up_bps"] = v.rate->burst->from_up_bps;
            out["burst_from_down_bps"] = v.rate->burst->from_down_bps;
            out["burst_seconds"] = v.rate->burst->seconds;
        }
    }
    return out;
}

Json subscriber(storage::ReadTx& tx, const listing::SubscriberRow& row)
{
    const listing::Balances balances = listing::balances_of(tx, row.id);
    return {{"id", row.id.value},
            {"account_no", row.account_no},
            {"full_name", row.full_name},
            {"email", or_null(row.email)},
            {"language", row.language},
            {"phones", listing::phones_of(tx, row.id)},
            {"created_at", to_seconds(row.created_at)},
            {"wallet_cents", balances.wallet.cents()},
            {"debt_cents", balances.debt.cents()}};
}

Json subscription(storage::ReadTx& tx, const domain::Subscription& line, UnixTime judged_by)
{
    return {{"id", line.id.value},
            {"subscriber_id", line.subscriber_id.value},
            {"username", line.username},
            {"plan_code", line.plan_code},
            {"state", domain::to_text(line.state)},
            {"paid_until", or_null(line.paid_until)},
            {"access", access(tx, line, judged_by)},
            {"static_ipv4", or_null(line.static_ipv4)},
            {"device_macs", devices(line.device_macs)},
            {"auto_renew", line.auto_renew}};
}

Json attempt(storage::ReadTx& tx, const domain::PaymentAttempt& attempt)
{
    using State = domain::AttemptState;
    const auto paid = listing::find_payment_of_attempt(tx, attempt.id);
    Json out{{"id", attempt.id.value},
             {"provider", attempt.provider},
             {"state", domain::to_text(attempt.state)},
             {"reference", attempt.reference},
             {"phone", attempt.phone},
             {"amount_cents", attempt.amount.cents()},
             {"subscriber_id", attempt.subscriber_id.value},
             {"subscription_id", or_null(attempt.subscription_id)},
             {"result_code", or_null(attempt.result_code)},
             {"result_text", or_null(attempt.result_text)},
             {"reason", nullptr},
             {"may_retry", false},
             {"requested_at", to_seconds(attempt.requested_at)},
             {"resolved_at", or_null(attempt.resolved_at)},
             {"payment_id", nullptr}};
    if (paid)
        out["payment_id"] = paid->id.value;
    // Words for people: why it failed, or that nobody knows yet. An unknown one says "do not pay
    // again" whatever code it carries, and is never offered for another try.
    if (attempt.state == State::Failed || attempt.state == State::Unknown) {
        const bool failed = attempt.state == State::Failed;
        const auto told = failed ? domain::failed_attempt_result(attempt.result_code.value_or(""))
                                 : domain::mpesa_result("");
        out["reason"] = {{"en", told.reason_en}, {"sw", told.reason_sw}};
        out["may_retry"] = failed && told.customer_may_retry;
    }
    return out;
}

Json payment(const domain::Payment& payment)
{
    Json duplicate_of;
    if (payment.duplicate_of)
        duplicate_of = payment.duplicate_of->value;
    return {{"id", payment.id.value},
            {"provider", payment.provider},
            {"receipt", or_null(payment.receipt)},
            {"amount_cents", payment.amount.cents()},
            {"booked_to", payment.booked_to},
            {"subscriber_id", or_null(payment.subscriber_id)},
            {"payer_phone", or_null(payment.payer_phone)},
            {"payer_name", or_null(payment.payer_name)},
            {"bill_reference", or_null(payment.bill_reference)},
            {"source", payment.source},
            {"paid_at", or_null(payment.paid_at)},
            {"recorded_at", to_seconds(payment.recorded_at)},
            {"attempt_id", or_null(payment.attempt_id)},
            {"duplicate_of", duplicate_of}};
}

Json router(const listing::RouterView& router)
{
    return {{"id", router.id.value},
            {"name", router.name},
            {"radius_source", router.radius_source},
            {"coa_address", or_null(router.coa_address)},
            {"coa_port", router.coa_port},
            {"enabled", router.enabled},
            {"require_message_authenticator", router.require_message_authenticator}};
}

Json session(const listing::SessionView& session)
{
    return {{"id", session.id.value},
            {"router_id", session.router_id.value},
            {"acct_session_id", session.acct_session_id},
            {"username", session.username},
            {"calling_station", session.calling_station},
            {"framed_ipv4", or_null(session.framed_ipv4)},
            {"started_at", to_seconds(session.started_at)},
            {"seconds", session.seconds},
            {"bytes_up", session.bytes_up},
            {"bytes_down", session.bytes_down},
            {"heard_at", to_seconds(session.heard_at)},
            {"stopped_at", or_null(session.stopped_at)},
            {"terminate_cause", or_null(session.terminate_cause)},
            {"subscription_id", or_null(session.subscription_id)}};
}

Json alert(const listing::AlertView& alert)
{
    return {{"id", alert.id},
            {"key", alert.key},
            {"severity", alert.severity},
            {"detail", alert.detail},
            {"opened_at", to_seconds(alert.opened_at)}};
}

Json op(const usecases::Operator& op)
{
    return {{"id", op.id.value},
            {"login", op.login},
            {"full_name", op.full_name},
            {"role", usecases::to_text(op.role)}};
}

} // namespace mnara::http::views
