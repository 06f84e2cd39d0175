#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"
#include "usecases/routers.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;

constexpr std::int64_t kPortMax = 65'535;

Reply refused(usecases::RouterError error)
{
    using Error = usecases::RouterError;
    switch (error) {
    case Error::UnknownRouter:
        return not_found("router");
    case Error::NameTaken:
        return problem(409, "name_taken", "Another router has this name.");
    case Error::SourceTaken:
        return problem(409, "source_taken", "Another router has this radius_source.");
    case Error::BadSource:
        return problem(422, "bad_source",
                       "radius_source: an IPv4 address, or a network like 10.0.0.0/24.");
    case Error::BadAddress:
        return problem(422, "bad_address", "coa_address: an IPv4 address is needed.");
    case Error::BadSecret:
        return problem(422, "bad_secret", "radius_secret: 16 characters or more.");
    case Error::UnknownSite:
        return problem(422, "unknown_site", "site_id: there is no such site.");
    case Error::InUse:
        return problem(409, "in_use",
                       "It has had sessions, which stay on record. Nothing was removed; switch it "
                       "off instead.");
    case Error::BadName:
        break;
    }
    return problem(422, "bad_name", "name: not usable as a router's name.");
}

} // namespace

Reply list_routers(storage::ReadTx& tx, Call& call)
{
    const auto page = page_of(call.request);
    if (!page)
        return page.error();
    const auto site = id_parameter<SiteId>(call, "site_id");
    return json_reply(
        list_of(listing::routers(tx, call.scope, site, *page), *page, &views::router));
}

Reply add_router(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    usecases::NewRouter router;
    router.name = fields.text("name");
    router.radius_source = fields.text("radius_source");
    router.coa_address = fields.optional_text("coa_address");
    router.coa_port = static_cast<int>(
        fields.optional_integer("coa_port", 1, kPortMax).value_or(router.coa_port));
    router.require_message_authenticator =
        fields.optional_boolean("require_message_authenticator").value_or(false);
    router.radius_secret = fields.optional_text("radius_secret");
    router.actor = call.actor;
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto added = usecases::add_router(tx, call.context(), router);
    if (!added)
        return refused(added.error());
    Json body = views::router(listing::find_router(tx, added->id).value());
    body["radius_secret"] = added->radius_secret; // the only time it is shown
    return json_reply(body, 201);
}

Reply change_router(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    usecases::RouterChange change;
    change.name = fields.optional_text("name");
    change.radius_source = fields.optional_text("radius_source");
    change.enabled = fields.optional_boolean("enabled");
    change.require_message_authenticator = fields.optional_boolean("require_message_authenticator");
    change.coa_address = fields.optional_text("coa_address");
    if (const auto port = fields.optional_integer("coa_port", 1, kPortMax))
        change.coa_port = static_cast<int>(*port);
    if (const auto secret = fields.optional_text("radius_secret")) {
        if (*secret != "new")
            fields.refuse("radius_secret", "the word new makes a new one here");
        change.new_secret = true;
    }
    if (auto trouble = fields.trouble())
        return *trouble;
    // It may lie in a network whose router is another site's, and would be answered in its place.
    if (change.radius_source && !call.scope.is_everything())
        return problem(403, "not_your_site",
                       "radius_source: only operators of all sites change it. Nothing was "
                       "changed.");
    const auto id = id_in_path<RouterId>(call);
    const auto changed = usecases::change_router(tx, call.context(), id, change, call.actor);
    if (!changed)
        return refused(changed.error());
    Json body = views::router(listing::find_router(tx, id).value());
    if (const auto& secret = *changed)
        body["radius_secret"] = *secret;
    return json_reply(body);
}

Reply remove_router(storage::Tx& tx, Call& call)
{
    const auto done =
        usecases::remove_router(tx, call.context(), id_in_path<RouterId>(call), call.actor);
    if (!done)
        return refused(done.error());
    return {204, "", "", {}};
}

Reply put_router_site(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    std::optional<SiteId> site;
    if (const auto number = fields.optional_integer("site_id", 1))
        site = SiteId{*number};
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto id = id_in_path<RouterId>(call);
    const auto done = usecases::put_router_site(tx, call.context(), id, site, call.actor);
    if (!done)
        return refused(done.error());
    return json_reply(views::router(listing::find_router(tx, id).value()));
}

} // namespace mnara::http::api
