#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"
#include "usecases/places.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;
using usecases::TenancyError;

bool is_theirs(storage::ReadTx& tx, const Call& call, SubscriberId subscriber)
{
    return listing::is_in_scope(tx, call.scope, listing::ScopedThing::Subscriber, subscriber.value);
}

Json unit_view(storage::ReadTx& tx, const Call& call, const listing::UnitRow& unit)
{
    auto tenancy = listing::open_tenancy(tx, unit.id);
    if (tenancy && !is_theirs(tx, call, tenancy->subscriber_id))
        tenancy.reset();
    return {{"id", unit.id.value},
            {"building_id", unit.building_id.value},
            {"label", unit.label},
            {"tenancy", tenancy ? views::tenancy(*tenancy) : Json()}};
}

Reply refused(TenancyError error)
{
    switch (error) {
    case TenancyError::UnknownUnit:
        return not_found("unit");
    case TenancyError::UnknownSubscriber:
        return problem(422, "unknown_subscriber",
                       "subscriber_id: there is no such subscriber. Nobody moved.");
    case TenancyError::UnknownTenancy:
        return not_found("tenancy");
    case TenancyError::InFuture:
        return problem(422, "in_future", "That moment is not here yet. Nobody moved.");
    case TenancyError::Ended:
        return problem(409, "ended", "This tenancy is over already. Nobody moved.");
    case TenancyError::TooEarly:
        return problem(422, "too_early", "It would end before it began. Nobody moved.");
    case TenancyError::Overlaps:
        break;
    }
    return problem(409, "overlaps",
                   "The old home or the new one was taken later than that. Nobody moved.");
}

// A moment of the body; nothing where it is left out.
std::optional<UnixTime> moment(Fields& fields, const char* name)
{
    const auto seconds = fields.optional_integer(name, 1, to_seconds(kForever));
    if (!seconds)
        return std::nullopt;
    return unix_time(*seconds);
}

Json all_of(const std::vector<listing::TenancyRow>& rows)
{
    Json items = Json::array();
    for (const auto& row : rows)
        items.push_back(views::tenancy(row));
    return {{"items", std::move(items)}};
}

Reply saved(storage::ReadTx& tx, const Call& call,
            const Result<listing::UnitRow, usecases::PlaceError>& unit, int status)
{
    if (unit)
        return json_reply(unit_view(tx, call, *unit), status);
    if (unit.error() == usecases::PlaceError::NameTaken)
        return problem(409, "name_taken",
                       "Another unit of this building has this label. Nothing was changed.");
    if (unit.error() == usecases::PlaceError::BadName)
        return problem(422, "bad_name", "label: 1 to 40 characters. Nothing was changed.");
    if (unit.error() == usecases::PlaceError::Full)
        return problem(409, "full", "This building has 1,000 units already. Nothing was added.");
    return not_found(unit.error() == usecases::PlaceError::Unknown ? "unit" : "building");
}

} // namespace

Reply list_units(storage::ReadTx& tx, Call& call)
{
    const auto building = id_in_path<BuildingId>(call);
    if (!listing::find_building(tx, building))
        return not_found("building");
    Json items = Json::array();
    for (const auto& unit : listing::units_of(tx, building))
        items.push_back(unit_view(tx, call, unit));
    return json_reply({{"items", std::move(items)}, {"next", nullptr}});
}

Reply add_unit(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    const listing::UnitRow row{{}, id_in_path<BuildingId>(call), fields.text("label")};
    if (auto trouble = fields.trouble())
        return *trouble;
    return saved(tx, call, usecases::save_unit(tx, call.context(), row, call.actor), 201);
}

Reply change_unit(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    const std::string label = fields.text("label");
    if (auto trouble = fields.trouble())
        return *trouble;
    auto row = listing::find_unit(tx, id_in_path<UnitId>(call));
    if (!row)
        return not_found("unit");
    row->label = label;
    return saved(tx, call, usecases::save_unit(tx, call.context(), *row, call.actor), 200);
}

Reply tenancies_of_unit(storage::ReadTx& tx, Call& call)
{
    const auto id = id_in_path<UnitId>(call);
    if (!listing::find_unit(tx, id))
        return not_found("unit");
    auto rows = listing::tenancies_of_unit(tx, id);
    std::erase_if(rows, [&](const auto& row) { return !is_theirs(tx, call, row.subscriber_id); });
    return json_reply(all_of(rows));
}

Reply tenancies_of_subscriber(storage::ReadTx& tx, Call& call)
{
    const auto id = id_in_path<SubscriberId>(call);
    if (!listing::find_subscriber(tx, id))
        return not_found("subscriber");
    return json_reply(all_of(listing::tenancies_of_subscriber(tx, id)));
}

Reply move_in(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    const usecases::Move move{
        id_in_path<UnitId>(call), SubscriberId{fields.integer("subscriber_id", 1)},
        moment(fields, "from_at"), fields.optional_boolean("leaves_others").value_or(false)};
    if (auto trouble = fields.trouble())
        return *trouble;
    if (!is_theirs(tx, call, move.subscriber))
        return refused(TenancyError::UnknownSubscriber);
    if (const auto before = listing::open_tenancy(tx, move.unit);
        before && !is_theirs(tx, call, before->subscriber_id))
        return refused(TenancyError::Overlaps); // nobody ends a tenancy that he does not see
    const auto id = usecases::move_in(tx, call.context(), move, call.actor);
    if (!id)
        return refused(id.error());
    return json_reply(views::tenancy(listing::find_tenancy(tx, *id).value()), 201);
}

Reply move_out(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    const auto until_at = moment(fields, "until_at");
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto id = id_in_path<TenancyId>(call);
    const auto done = usecases::move_out(tx, call.context(), id, until_at, call.actor);
    if (!done)
        return refused(done.error());
    return json_reply(views::tenancy(listing::find_tenancy(tx, id).value()));
}

} // namespace mnara::http::api
