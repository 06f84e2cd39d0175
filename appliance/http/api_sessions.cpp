#include "domain/access.hpp"
#include "domain/network_address.hpp"
#include "http/api.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"
#include "usecases/audit.hpp"
#include "usecases/router_jobs.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;

constexpr std::size_t kSearchMax = 200;

} // namespace

Reply list_sessions(storage::ReadTx& tx, Call& call)
{
    const auto page = page_of(call.request);
    if (!page)
        return page.error();
    listing::LookedSession looked;
    looked.text = trimmed(call.request.parameter("search").value_or("")).substr(0, kSearchMax);
    if (!looked.text.empty()) {
        if (domain::parse_ipv4(looked.text))
            looked.ipv4 = looked.text;
        looked.station = domain::read_station(looked.text);
        return json_reply(list_of(listing::open_sessions_like(tx, call.scope, looked, *page), *page,
                                  &views::session));
    }
    const listing::WhichSessions which{flag(call.request, "open"),
                                       call.request.parameter("username").value_or("")};
    return json_reply(
        list_of(listing::sessions(tx, call.scope, which, *page), *page, &views::session));
}

Reply session_summary(storage::ReadTx& tx, Call& call)
{
    const auto online = listing::online(tx, call.scope);
    return json_reply({{"full", online.full}, {"pay_page", online.all - online.full}});
}

Reply disconnect(storage::Tx& tx, Call& call)
{
    const auto id = id_in_path<SessionId>(call);
    if (!usecases::want_session_gone(tx, call.context().clock.now(), id))
        return not_found("open session");
    usecases::audit(tx, call.context(), call.actor, "session.disconnect", "session", id.value, "");
    return json_reply({{"id", id.value}, {"wanted", "gone"}}, 202);
}

Reply auth_attempts(storage::ReadTx& tx, Call& call)
{
    const auto page = page_of(call.request);
    if (!page)
        return page.error();
    const auto text = [&](const char* name) {
        auto value = call.request.parameter(name);
        return value && !value->empty() ? value : std::nullopt;
    };
    listing::WhichAttempts which;
    which.username = text("username");
    which.reason = text("reason");
    if (const auto accepted = text("accepted")) {
        if (*accepted != "true" && *accepted != "false")
            return problem(422, "bad_filter", "accepted: is true or false.");
        which.accepted = *accepted == "true";
    }
    if (const auto router = text("router_id"))
        which.router_id = RouterId{positive_number(*router).value_or(0)};
    const auto id_or_null = [](const auto& id) { return id ? Json(id->value) : Json(); };
    const auto text_or_null = [](const auto& word) { return word ? Json(*word) : Json(); };
    return json_reply(list_of(listing::auth_attempts(tx, call.scope, which, *page), *page,
                              [&](const listing::AuthAttemptView& attempt) -> Json {
                                  return {
                                      {"id", attempt.id},
                                      {"at", to_seconds(attempt.at)},
                                      {"username", attempt.username},
                                      {"accepted", attempt.accepted},
                                      {"reason", attempt.reason},
                                      {"router_id", id_or_null(attempt.router_id)},
                                      {"router_name", text_or_null(attempt.router_name)},
                                      {"calling_station", text_or_null(attempt.calling_station)},
                                      {"subscription_id", id_or_null(attempt.subscription_id)},
                                      {"subscriber_id", id_or_null(attempt.subscriber_id)},
                                      {"full_name", text_or_null(attempt.full_name)}};
                              }));
}

Reply auth_result(storage::ReadTx& tx, Call& call)
{
    const auto found = listing::auth_result(tx, call.path.at("username"));
    if (!found)
        return not_found("login try of this username");
    Json router; // the log names a router by its number
    if (const auto id = positive_number(found->last_router))
        router = *id;
    Json station;
    if (found->last_calling_station)
        station = *found->last_calling_station;
    return json_reply({{"username", found->username},
                       {"last_at", to_seconds(found->last_at)},
                       {"last_reason", found->last_reason},
                       {"last_router_id", router},
                       {"last_calling_station", station},
                       {"accepted", found->accepted},
                       {"rejected", found->rejected},
                       {"rejected_in_a_row", found->rejected_in_a_row}});
}

} // namespace mnara::http::api
