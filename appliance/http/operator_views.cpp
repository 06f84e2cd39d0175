#include "http/operator_views.hpp"

#include "http/views.hpp"
#include "usecases/sign_in_lock.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::views {

namespace {

namespace listing = usecases::listing;

Json or_null(const std::optional<UnixTime>& at)
{
    return at ? Json(to_seconds(*at)) : Json();
}

Json session(const listing::SessionOfOperator& row, std::int64_t present)
{
    return {{"id", row.number},
            {"operator_id", row.operator_id.value},
            {"login", row.login},
            {"from", row.peer},
            {"device", row.user_agent.value_or("")},
            {"created_at", to_seconds(row.created_at)},
            {"last_seen_at", to_seconds(row.last_seen_at)},
            {"valid_until", or_null(row.valid_until)},
            {"present", row.number == present}};
}

} // namespace

Json me(const usecases::Authenticated& who)
{
    return {{"operator", op(who.op)},
            {"csrf_token", who.csrf_token},
            {"has_password", who.has_password},
            {"has_second_factor", who.has_second_factor},
            {"must_enrol", who.must_enrol}};
}

Json staff(storage::ReadTx& tx, const listing::OperatorRow& row, UnixTime now)
{
    Json sites = Json::array();
    for (const SiteId site : row.sites)
        sites.push_back(site.value);
    return {{"id", row.id.value},
            {"login", row.login},
            {"full_name", row.full_name},
            {"role", row.role},
            {"sites", std::move(sites)},
            {"has_password", row.password_hash.has_value()},
            {"has_second_factor", row.totp_confirmed},
            {"recovery_codes_left", listing::recovery_codes_left(tx, row.id)},
            {"created_at", to_seconds(row.created_at)},
            {"disabled_at", or_null(row.disabled_at)},
            {"locked_until", or_null(usecases::locked_until(tx, row.login, now))}};
}

Json sessions_of(const std::vector<listing::SessionOfOperator>& rows, std::int64_t present)
{
    Json items = Json::array();
    for (const auto& row : rows)
        items.push_back(session(row, present));
    return {{"items", std::move(items)}, {"next", nullptr}};
}

Json program_token(const listing::SessionOfOperator& row)
{
    return {{"id", row.number},
            {"operator_id", row.operator_id.value},
            {"login", row.login},
            {"label", row.label.value_or("")},
            {"from", row.peer},
            {"created_at", to_seconds(row.created_at)},
            {"valid_until", or_null(row.valid_until)}};
}

Json sign_in(const listing::SignInView& row)
{
    return {{"id", row.id},     {"at", to_seconds(row.at)}, {"login", row.login},
            {"from", row.peer}, {"device", row.user_agent}, {"outcome", row.outcome}};
}

Json audit_fields(const std::string& detail)
{
    // Older rows, and those of the box itself, hold words.
    Json fields = detail.empty() ? Json::object() : Json::parse(detail, nullptr, false);
    if (!fields.is_object())
        fields = {{"detail", detail}};
    return fields;
}

Json audit(const listing::AuditView& row)
{
    return {{"id", row.id},
            {"at", to_seconds(row.at)},
            {"actor", row.actor},
            {"actor_name", row.actor_name.empty() ? Json() : Json(row.actor_name)},
            {"entity_name", row.entity_name.empty() ? Json() : Json(row.entity_name)},
            {"subscriber_id", row.subscriber_id ? Json(row.subscriber_id->value) : Json()},
            {"action", row.action},
            {"entity", row.entity},
            {"entity_id", row.entity_id},
            {"from", row.peer ? Json(*row.peer) : Json()},
            {"fields", audit_fields(row.detail)}};
}

} // namespace mnara::http::views
