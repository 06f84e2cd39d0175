#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"
#include "usecases/places.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;
using usecases::PlaceError;

Json or_null(const std::optional<std::string>& text)
{
    return text ? Json(*text) : Json();
}

Json view(const listing::SiteRow& site)
{
    return {{"id", site.id.value},
            {"name", site.name},
            {"note", or_null(site.note)},
            {"created_at", to_seconds(site.created_at)},
            {"subscribers", site.subscribers},
            {"routers", site.routers}};
}
Json view(const listing::AreaRow& area)
{
    return {{"id", area.id.value},
            {"name", area.name},
            {"site_id", area.site_id ? Json(area.site_id->value) : Json()},
            {"buildings", area.buildings}};
}
Json view(const listing::BuildingRow& building)
{
    return {{"id", building.id.value},
            {"name", building.name},
            {"area_id", building.area_id.value},
            {"area_name", building.area_name},
            {"address", or_null(building.address)},
            {"landlord_name", or_null(building.landlord_name)},
            {"landlord_phone", or_null(building.landlord_phone)},
            {"units", building.units},
            {"occupied", building.occupied}};
}

Reply refused(PlaceError error, std::string_view what)
{
    switch (error) {
    case PlaceError::Unknown:
        return not_found(what);
    case PlaceError::UnknownOuter:
        return problem(422, "unknown_outer",
                       "There is no such site, area or building to lie in. Nothing was changed.");
    case PlaceError::BadPhone:
        return problem(422, "bad_phone",
                       "landlord_phone: not a Kenyan mobile number. Nothing was changed.");
    case PlaceError::NameTaken:
        return problem(409, "name_taken", "Another one has this name. Nothing was changed.");
    case PlaceError::InUse:
        return problem(409, "in_use",
                       "Something still refers to it. Nothing was removed; empty it first.");
    case PlaceError::Full: // units only
    case PlaceError::BadName:
        break;
    }
    return problem(422, "bad_name", "A name is empty or too long. Nothing was changed.");
}

template <class Row>
Reply answer(const Result<Row, PlaceError>& saved, std::string_view what, int status)
{
    return saved ? json_reply(view(*saved), status) : refused(saved.error(), what);
}

Reply removed(const Result<Done, PlaceError>& done, std::string_view what)
{
    return done ? Reply{204, "", "", {}} : refused(done.error(), what);
}

// Sent as null: cleared. Not sent: stays.
void take(Fields& fields, const Call& call, const char* name, std::optional<std::string>& value)
{
    auto sent = fields.optional_text(name);
    if (call.body.contains(name))
        value = std::move(sent);
}
void take(Fields& fields, const char* name, std::string& value)
{
    if (auto sent = fields.optional_text(name))
        value = std::move(*sent);
}

// Reads the fields into the row and saves it.
Reply save_site(storage::Tx& tx, Call& call, listing::SiteRow row, int status)
{
    Fields fields(call.body);
    take(fields, "name", row.name);
    take(fields, call, "note", row.note);
    if (auto trouble = fields.trouble())
        return *trouble;
    return answer(usecases::save_site(tx, call.context(), row, call.actor), "site", status);
}
Reply save_area(storage::Tx& tx, Call& call, listing::AreaRow row, int status)
{
    Fields fields(call.body);
    take(fields, "name", row.name);
    const auto site = fields.optional_integer("site_id", 1);
    if (auto trouble = fields.trouble())
        return *trouble;
    // Who sees some sites only adds to one of them, and moves nothing to where he does not see it.
    const auto& own = call.who.value().op.sites;
    if (call.body.contains("site_id"))
        row.site_id = site ? std::optional(SiteId{*site}) : std::nullopt;
    else if (row.id.value == 0 && !own.empty())
        row.site_id = own.front();
    if (!own.empty() &&
        (!row.site_id || std::find(own.begin(), own.end(), *row.site_id) == own.end()))
        return problem(403, "other_site", "site_id: not one of your sites. Nothing was changed.");
    return answer(usecases::save_area(tx, call.context(), row, call.actor), "area", status);
}
Reply save_building(storage::Tx& tx, Call& call, listing::BuildingRow row, int status)
{
    Fields fields(call.body);
    take(fields, "name", row.name);
    if (const auto area = fields.optional_integer("area_id", 1))
        row.area_id = AreaId{*area};
    take(fields, call, "address", row.address);
    take(fields, call, "landlord_name", row.landlord_name);
    take(fields, call, "landlord_phone", row.landlord_phone);
    if (auto trouble = fields.trouble())
        return *trouble;
    if (!listing::is_in_scope(tx, call.scope, listing::ScopedThing::Area, row.area_id.value))
        return refused(PlaceError::UnknownOuter, "building");
    return answer(usecases::save_building(tx, call.context(), row, call.actor), "building", status);
}

template <class Row> Reply listed(std::vector<Row> rows, const listing::Page& page)
{
    return json_reply(list_of(std::move(rows), page, [](const Row& row) { return view(row); }));
}

} // namespace

Reply list_sites(storage::ReadTx& tx, Call& call)
{
    const auto page = page_of(call.request);
    return page ? listed(listing::sites(tx, call.scope, page->after.value_or(0), page->limit + 1),
                         *page)
                : page.error();
}
Reply list_areas(storage::ReadTx& tx, Call& call)
{
    const auto page = page_of(call.request);
    return page ? listed(listing::areas(tx, call.scope, id_parameter<SiteId>(call, "site_id"),
                                        page->after.value_or(0), page->limit + 1),
                         *page)
                : page.error();
}
Reply list_buildings(storage::ReadTx& tx, Call& call)
{
    const auto page = page_of(call.request);
    return page ? listed(listing::buildings(tx, call.scope, id_parameter<AreaId>(call, "area_id"),
                                            page->after.value_or(0), page->limit + 1),
                         *page)
                : page.error();
}

Reply add_site(storage::Tx& tx, Call& call)
{
    return save_site(tx, call, {}, 201);
}
Reply add_area(storage::Tx& tx, Call& call)
{
    return save_area(tx, call, {}, 201);
}
Reply add_building(storage::Tx& tx, Call& call)
{
    return save_building(tx, call, {}, 201);
}

Reply change_site(storage::Tx& tx, Call& call)
{
    const auto row = listing::find_site(tx, id_in_path<SiteId>(call));
    return row ? save_site(tx, call, *row, 200) : not_found("site");
}
Reply change_area(storage::Tx& tx, Call& call)
{
    const auto row = listing::find_area(tx, id_in_path<AreaId>(call));
    return row ? save_area(tx, call, *row, 200) : not_found("area");
}
Reply change_building(storage::Tx& tx, Call& call)
{
    const auto row = listing::find_building(tx, id_in_path<BuildingId>(call));
    return row ? save_building(tx, call, *row, 200) : not_found("building");
}

Reply remove_site(storage::Tx& tx, Call& call)
{
    return removed(usecases::remove_site(tx, call.context(), id_in_path<SiteId>(call), call.actor),
                   "site");
}
Reply remove_area(storage::Tx& tx, Call& call)
{
    return removed(usecases::remove_area(tx, call.context(), id_in_path<AreaId>(call), call.actor),
                   "area");
}
Reply remove_building(storage::Tx& tx, Call& call)
{
    return removed(
        usecases::remove_building(tx, call.context(), id_in_path<BuildingId>(call), call.actor),
        "building");
}
Reply remove_unit(storage::Tx& tx, Call& call)
{
    return removed(usecases::remove_unit(tx, call.context(), id_in_path<UnitId>(call), call.actor),
                   "unit");
}

} // namespace mnara::http::api
