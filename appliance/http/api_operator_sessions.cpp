// Everybody's sessions, tokens of programs, and every try to sign in.
#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/operator_views.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "usecases/operator_networks.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;

constexpr std::int64_t kDaysMax = 3650;
constexpr std::size_t kLabelMax = 100;

Reply end_one(storage::Tx& tx, Call& call, const std::string& kind)
{
    const auto number = positive_number(call.path.at("id")).value_or(0);
    const auto rows = listing::living_tokens(tx, kind, {}, call.context().clock.now());
    const bool is_one = std::any_of(rows.begin(), rows.end(),
                                    [&](const auto& row) { return row.number == number; });
    if (!is_one || !usecases::end_session(tx, call.context(), number, {}, call.actor))
        return not_found(kind == "token" ? "token" : "session");
    return {204, "", "", {}};
}

} // namespace

Reply list_operator_sessions(storage::ReadTx& tx, Call& call)
{
    return json_reply(views::sessions_of(
        listing::living_tokens(tx, "cookie", {}, call.context().clock.now()), call.who->session));
}

Reply end_operator_session(storage::Tx& tx, Call& call)
{
    return end_one(tx, call, "cookie");
}

Reply list_tokens(storage::ReadTx& tx, Call& call)
{
    Json items = Json::array();
    for (const auto& row : listing::living_tokens(tx, "token", {}, call.context().clock.now()))
        items.push_back(views::program_token(row));
    return json_reply({{"items", std::move(items)}, {"next", nullptr}});
}

Reply add_token(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    const OperatorId id{fields.integer("operator_id", 1)};
    const std::string label = fields.text("label");
    const auto days = fields.optional_integer("valid_days", 1, kDaysMax);
    if (label.empty() || label.size() > kLabelMax)
        fields.refuse("label", "must be 1 to 100 characters");
    if (auto trouble = fields.trouble())
        return *trouble;
    std::optional<Seconds> life;
    if (days)
        life = Seconds{*days * 86'400};
    const auto made = usecases::make_program_token(tx, call.context(), id, label, life, call.actor);
    if (!made)
        return problem(422, "bad_field", "operator_id: there is no such operator.");
    return json_reply({{"id", made->number}, {"token", made->token}}, 201);
}

Reply end_token(storage::Tx& tx, Call& call)
{
    return end_one(tx, call, "token");
}

Reply list_sign_ins(storage::ReadTx& tx, Call& call)
{
    const auto page = page_of(call.request);
    const auto span = span_of(call.request);
    if (!page)
        return page.error();
    if (!span)
        return span.error();
    const auto text = [&](const char* name) { return call.request.parameter(name).value_or(""); };
    const listing::WhichSignIns which{text("login"), text("address"), text("outcome"), span->from,
                                      span->to};
    return json_reply(list_of(listing::sign_ins(tx, which, *page), *page, &views::sign_in));
}

Reply get_allow_list(storage::ReadTx& tx, Call& call)
{
    Json items = Json::array();
    for (const auto& row : listing::operator_networks(tx))
        items.push_back({{"network", row.network},
                         {"added_by", row.added_by},
                         {"added_at", to_seconds(row.added_at)}});
    return json_reply({{"items", std::move(items)}, {"your_address", call.request.peer}});
}

Reply put_allow_list(storage::Tx& tx, Call& call)
{
    using usecases::AllowListError;
    Fields fields(call.body);
    const auto wanted = fields.texts("networks");
    const bool confirmed = fields.optional_boolean("confirm").value_or(false);
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto done = usecases::set_allow_list(tx, call.context(), wanted, confirmed, call.actor);
    if (done)
        return get_allow_list(tx, call);
    if (done.error().why == AllowListError::WouldLockOut)
        return problem(409, "would_lock_out",
                       "Your own address, " + call.request.peer +
                           ", is not on this list: you would be locked out at once. Nothing was "
                           "changed. Send it with confirm to do it all the same.");
    if (done.error().why == AllowListError::TooMany)
        return problem(422, "bad_field", "networks: at most 200.");
    return problem(422, "bad_network",
                   "networks: " + done.error().network +
                       " is no address or network like 196.201.0.0/16 or 2001:db8::/32.");
}

Reply list_audit(storage::ReadTx& tx, Call& call)
{
    const auto page = page_of(call.request);
    const auto span = span_of(call.request);
    if (!page)
        return page.error();
    if (!span)
        return span.error();
    const auto text = [&](const char* name) { return call.request.parameter(name).value_or(""); };
    const listing::WhichAudit which{text("actor"),     text("action"), text("entity"),
                                    text("entity_id"), span->from,     span->to};
    return json_reply(list_of(listing::audit_log(tx, which, *page), *page, &views::audit));
}

} // namespace mnara::http::api
