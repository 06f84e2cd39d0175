#include "domain/access.hpp"
#include "domain/account_reference.hpp"
#include "domain/network_address.hpp"
#include "domain/phone.hpp"
#include "http/api.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;

constexpr std::size_t kTextMax = 200;
constexpr std::size_t kHitsMax = 20;
constexpr int kHoldersMax = 200;

Json or_null(const std::optional<std::string>& text)
{
    return text ? Json(*text) : Json();
}

Json holder(const listing::SessionView& s)
{
    return {{"session_id", s.id.value},
            {"username", s.username},
            {"subscription_id", s.subscription_id ? Json(s.subscription_id->value) : Json()},
            {"subscriber_id", s.subscriber_id ? Json(s.subscriber_id->value) : Json()},
            {"full_name", or_null(s.full_name)},
            {"account_no", or_null(s.account_no)},
            {"router_id", s.router_id.value},
            {"router_name", s.router_name},
            {"calling_station", s.calling_station},
            {"framed_ipv4", or_null(s.framed_ipv4)},
            {"from_at", to_seconds(s.started_at)},
            {"until_at", s.stopped_at ? Json(to_seconds(*s.stopped_at)) : Json()},
            {"end_known", s.stop_seen}};
}

} // namespace

Reply search(storage::ReadTx& tx, Call& call)
{
    listing::Looked looked;
    looked.text = trimmed(call.request.parameter("q").value_or(""));
    if (looked.text.empty() || looked.text.size() > kTextMax)
        return problem(422, "bad_search", "q: 1 to 200 characters are needed.");
    looked.phone = domain::normalise_phone(looked.text);
    looked.phone_prefix = domain::phone_beginning(looked.text);
    looked.phone_ending = domain::phone_ending(looked.text);
    looked.account_no = domain::read_reference(looked.text).account_no;
    if (domain::parse_ipv4(looked.text))
        looked.ipv4 = looked.text;
    looked.station = domain::read_station(looked.text);
    Json items = Json::array();
    for (const auto& hit : listing::search(tx, call.scope, looked, kHitsMax))
        items.push_back(
            {{"kind", hit.kind},
             {"id", hit.id},
             {"title", hit.title},
             {"detail", hit.detail},
             {"subscriber_id", hit.subscriber_id ? Json(hit.subscriber_id->value) : Json()}});
    return json_reply({{"items", std::move(items)}});
}

Reply holders(storage::ReadTx& tx, Call& call)
{
    const auto ip = call.request.parameter("ip");
    const auto mac = call.request.parameter("mac");
    if (ip.has_value() == mac.has_value())
        return problem(422, "bad_holder", "Exactly one of ip and mac is needed.");
    const auto time = [&](const char* name, UnixTime otherwise) -> std::optional<UnixTime> {
        const auto text = call.request.parameter(name);
        if (!text || text->empty())
            return otherwise;
        const auto seconds = positive_number(*text);
        if (!seconds || *seconds > to_seconds(kForever))
            return std::nullopt;
        return unix_time(*seconds);
    };
    const auto at = time("at", call.context().clock.now());
    const auto until = at ? time("until", *at) : std::nullopt;
    if (!at || !until || *until < *at)
        return problem(422, "bad_holder", "at and until are UTC seconds, until not before at.");
    std::vector<listing::SessionView> rows;
    if (ip) {
        if (!domain::parse_ipv4(*ip))
            return problem(422, "bad_holder", "ip: not an IPv4 address.");
        rows = listing::holders_of_ipv4(tx, call.scope, *ip, *at, *until, kHoldersMax + 1);
    } else {
        const auto station = domain::read_station(*mac);
        if (!station)
            return problem(422, "bad_holder", "mac: not a MAC address.");
        rows = listing::holders_of_station(tx, call.scope, *station, *at, *until, kHoldersMax + 1);
    }
    const bool more = rows.size() > static_cast<std::size_t>(kHoldersMax);
    if (more)
        rows.pop_back();
    Json items = Json::array();
    for (const auto& row : rows)
        items.push_back(holder(row));
    return json_reply({{"items", std::move(items)}, {"more", more}});
}

} // namespace mnara::http::api
