#include "http/views.hpp"

#include "domain/access.hpp"
#include "usecases/alerts.hpp"

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

Json facts_of(const listing::AlertFacts& facts)
{
    return {{"amount_cents", facts.amount ? Json(facts.amount->cents()) : Json()},
            {"receipt", or_null(facts.receipt)},
            {"reference", or_null(facts.reference)},
            {"phone", or_null(facts.phone)},
            {"router_name", or_null(facts.router_name)},
            {"username", or_null(facts.username)},
            {"twin_id", or_null(facts.twin_id)}};
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

// What the login was given. Class came back with the accounting; a router may leave it out.
const char* access_of(const listing::SessionView& session)
{
    const auto given = domain::read_class(session.class_text.value_or(""));
    if (!given)
        return "unknown";
    return given->full ? "full" : "pay_page";
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
            {"site_id", or_null(row.site_id)},
            {"note", or_null(row.note)},
            {"wallet_cents", balances.wallet.cents()},
            {"debt_cents", balances.debt.cents()}};
}

Json subscriber_card(storage::ReadTx& tx, const listing::SubscriberRow& row)
{
    Json lines = Json::array();
    for (const auto& line : listing::lines_of(tx, row.id))
        lines.push_back({{"id", line.id.value},
                         {"username", line.username},
                         {"plan_code", line.plan_code},
                         {"plan_name", line.plan_name},
                         {"state", line.state},
                         {"paid_until", or_null(line.paid_until)},
                         {"online", line.online}});
    Json place;
    for (const auto& at : listing::tenancies_of_subscriber(tx, row.id))
        if (!at.until_at && place.is_null())
            place = {{"tenancy_id", at.id.value},         {"unit_id", at.unit_id.value},
                     {"unit_label", at.unit_label},       {"building_id", at.building_id.value},
                     {"building_name", at.building_name}, {"area_id", at.area_id.value},
                     {"area_name", at.area_name}};
    Json card = subscriber(tx, row);
    card["lines"] = std::move(lines);
    card["place"] = std::move(place);
    return card;
}

Json tenancy(const listing::TenancyRow& tenancy)
{
    return {{"id", tenancy.id.value},
            {"unit_id", tenancy.unit_id.value},
            {"unit_label", tenancy.unit_label},
            {"building_id", tenancy.building_id.value},
            {"building_name", tenancy.building_name},
            {"subscriber_id", tenancy.subscriber_id.value},
            {"full_name", tenancy.full_name},
            {"account_no", tenancy.account_no},
            {"from_at", to_seconds(tenancy.from_at)},
            {"until_at", or_null(tenancy.until_at)}};
}

Json subscription(storage::ReadTx& tx, const domain::Subscription& line, UnixTime judged_by)
{
    return {{"id", line.id.value},
            {"subscriber_id", line.subscriber_id.value},
            {"username", line.username},
            {"plan_code", line.plan_code},
            {"running_plan_name", or_null(listing::running_plan_of(tx, line.id, judged_by))},
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
    const auto story = listing::story_of_attempt(tx, attempt.id);
    Json out{{"id", attempt.id.value},
             {"provider", attempt.provider},
             {"state", domain::to_text(attempt.state)},
             {"reference", attempt.reference},
             {"phone", attempt.phone},
             {"amount_cents", attempt.amount.cents()},
             {"subscriber_id", attempt.subscriber_id.value},
             {"subscriber_name", story.full_name},
             {"subscription_id", or_null(attempt.subscription_id)},
             {"username", or_null(story.username)},
             {"plan_name", or_null(story.plan_name)},
             {"price_cents", story.price ? Json(story.price->cents()) : Json()},
             {"actor", story.asked_by.actor},
             {"actor_name", or_null(story.asked_by.name)},
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

Json payment(storage::ReadTx& tx, const domain::Payment& payment)
{
    Json duplicate_of;
    if (payment.duplicate_of)
        duplicate_of = payment.duplicate_of->value;
    Json owner;
    if (payment.subscriber_id)
        owner = listing::find_subscriber(tx, *payment.subscriber_id).value().full_name;
    return {{"id", payment.id.value},
            {"provider", payment.provider},
            {"receipt", or_null(payment.receipt)},
            {"amount_cents", payment.amount.cents()},
            {"booked_to", payment.booked_to},
            {"subscriber_id", or_null(payment.subscriber_id)},
            {"subscriber_name", std::move(owner)},
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
            {"require_message_authenticator", router.require_message_authenticator},
            {"site_id", or_null(router.site_id)},
            {"heard", router.heard}};
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
            {"subscription_id", or_null(session.subscription_id)},
            {"subscriber_id", or_null(session.subscriber_id)},
            {"full_name", or_null(session.full_name)},
            {"router_name", session.router_name},
            {"access", access_of(session)},
            {"kick", or_null(session.kick)}};
}

Json alert(const listing::AlertView& alert, usecases::Role viewer)
{
    Json subject;
    if (const auto about = usecases::alert_subject(alert.key))
        subject = {{"kind", about->kind}, {"id", about->id}};
    return {{"id", alert.id},
            {"key", alert.key},
            {"severity", alert.severity},
            {"detail", alert.detail},
            {"opened_at", to_seconds(alert.opened_at)},
            {"can_close", usecases::may_close_by_hand(alert.key, viewer)},
            {"subject", std::move(subject)},
            {"facts", facts_of(alert.facts)}};
}

Json op(const usecases::Operator& op)
{
    Json sites = Json::array();
    for (const SiteId site : op.sites)
        sites.push_back(site.value);
    return {{"id", op.id.value},
            {"login", op.login},
            {"full_name", op.full_name},
            {"role", usecases::to_text(op.role)},
            {"sites", std::move(sites)}};
}

} // namespace mnara::http::views
