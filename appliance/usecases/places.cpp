#include "usecases/places.hpp"

#include "domain/phone.hpp"
#include "storage/subscriber_store.hpp"
#include "usecases/audit.hpp"

#include <algorithm>

namespace mnara::usecases {

namespace {

constexpr std::size_t kNameMax = 100;
constexpr std::size_t kTextMax = 500;
constexpr std::size_t kLabelMax = 40;
constexpr std::int64_t kUnitsMax = 1000; // they are listed all at once

bool has_control(const std::string& text)
{
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}
bool is_name(const std::string& text, std::size_t most = kNameMax)
{
    return !text.empty() && text.size() <= most && !has_control(text);
}
bool is_words(const std::optional<std::string>& text)
{
    return !text || (text->size() <= kTextMax && !has_control(*text));
}

// Writes it as a new one or a changed one, and the audit of that.
template <class Row, class Insert, class Update, class Find>
Result<Row, PlaceError> save(storage::Tx& tx, const Context& context, Row& row,
                             const std::string& actor, const std::string& entity,
                             const std::string& name, Insert insert, Update update, Find find)
{
    const bool is_new = row.id.value == 0;
    if (is_new) {
        const auto id = insert(tx, row);
        if (!id)
            return refuse(PlaceError::NameTaken);
        row.id = *id;
    } else {
        if (!find(tx, row.id))
            return refuse(PlaceError::Unknown);
        if (!update(tx, row))
            return refuse(PlaceError::NameTaken);
    }
    audit(tx, context, actor, is_new ? "added" : "changed", entity, row.id.value,
          audit_fields({{"name", name}}));
    return find(tx, row.id).value();
}

template <class IdType, class Find, class Delete>
Result<Done, PlaceError> remove(storage::Tx& tx, const Context& context, IdType id,
                                const std::string& actor, const std::string& entity, Find find,
                                Delete erase)
{
    if (!find(tx, id))
        return refuse(PlaceError::Unknown);
    if (!erase(tx, id))
        return refuse(PlaceError::InUse);
    audit(tx, context, actor, "removed", entity, id.value, "");
    return Done{};
}

} // namespace

Result<SiteRow, PlaceError> save_site(storage::Tx& tx, const Context& context, SiteRow row,
                                      const std::string& actor)
{
    if (!is_name(row.name) || !is_words(row.note))
        return refuse(PlaceError::BadName);
    row.created_at = context.clock.now();
    return save(tx, context, row, actor, "site", row.name, &storage::insert_site,
                &storage::update_site, &storage::find_site);
}

Result<AreaRow, PlaceError> save_area(storage::Tx& tx, const Context& context, AreaRow row,
                                      const std::string& actor)
{
    if (!is_name(row.name))
        return refuse(PlaceError::BadName);
    if (row.site_id && !storage::find_site(tx, *row.site_id))
        return refuse(PlaceError::UnknownOuter);
    return save(tx, context, row, actor, "area", row.name, &storage::insert_area,
                &storage::update_area, &storage::find_area);
}

Result<BuildingRow, PlaceError> save_building(storage::Tx& tx, const Context& context,
                                              BuildingRow row, const std::string& actor)
{
    if (!is_name(row.name) || !is_words(row.address) || !is_words(row.landlord_name))
        return refuse(PlaceError::BadName);
    if (!storage::find_area(tx, row.area_id))
        return refuse(PlaceError::UnknownOuter);
    if (row.landlord_phone) {
        row.landlord_phone = domain::normalise_phone(*row.landlord_phone);
        if (!row.landlord_phone)
            return refuse(PlaceError::BadPhone);
    }
    return save(tx, context, row, actor, "building", row.name, &storage::insert_building,
                &storage::update_building, &storage::find_building);
}

Result<UnitRow, PlaceError> save_unit(storage::Tx& tx, const Context& context, UnitRow row,
                                      const std::string& actor)
{
    if (!is_name(row.label, kLabelMax))
        return refuse(PlaceError::BadName);
    const auto building = storage::find_building(tx, row.building_id);
    if (!building)
        return refuse(PlaceError::UnknownOuter);
    if (row.id.value == 0 && building->units >= kUnitsMax)
        return refuse(PlaceError::Full);
    return save(tx, context, row, actor, "unit", row.label, &storage::insert_unit,
                &storage::update_unit, &storage::find_unit);
}

Result<Done, PlaceError> remove_site(storage::Tx& tx, const Context& context, SiteId id,
                                     const std::string& actor)
{
    return remove(tx, context, id, actor, "site", &storage::find_site, &storage::delete_site);
}
Result<Done, PlaceError> remove_area(storage::Tx& tx, const Context& context, AreaId id,
                                     const std::string& actor)
{
    return remove(tx, context, id, actor, "area", &storage::find_area, &storage::delete_area);
}
Result<Done, PlaceError> remove_building(storage::Tx& tx, const Context& context, BuildingId id,
                                         const std::string& actor)
{
    return remove(tx, context, id, actor, "building", &storage::find_building,
                  &storage::delete_building);
}
Result<Done, PlaceError> remove_unit(storage::Tx& tx, const Context& context, UnitId id,
                                     const std::string& actor)
{
    return remove(tx, context, id, actor, "unit", &storage::find_unit, &storage::delete_unit);
}

Result<TenancyId, TenancyError> move_in(storage::Tx& tx, const Context& context, const Move& move,
                                        const std::string& actor)
{
    const UnixTime now = context.clock.now();
    const UnixTime from = move.from_at.value_or(now);
    const auto place = storage::find_unit(tx, move.unit);
    if (!place)
        return refuse(TenancyError::UnknownUnit);
    if (!storage::find_subscriber(tx, move.subscriber))
        return refuse(TenancyError::UnknownSubscriber);
    if (from > now)
        return refuse(TenancyError::InFuture);
    std::vector<TenancyRow> ending;
    if (const auto before = storage::open_tenancy(tx, move.unit))
        ending.push_back(*before);
    if (move.leaves_others)
        for (const TenancyRow& other : storage::tenancies_of_subscriber(tx, move.subscriber))
            if (!other.until_at && other.unit_id != move.unit)
                ending.push_back(other);
    for (const TenancyRow& one : ending) {
        if (one.from_at > from)
            return refuse(TenancyError::Overlaps);
        const auto out = move_out(tx, context, one.id, from, actor);
        if (!out)
            return refuse(out.error());
    }
    // Who comes back at the moment of leaving has not left.
    auto id = storage::tenancy_ended_at(tx, move.unit, move.subscriber, from);
    if (!id || !storage::resume_tenancy(tx, *id))
        id = storage::insert_tenancy(tx, move.unit, move.subscriber, from);
    if (!id)
        return refuse(TenancyError::Overlaps);
    audit(tx, context, actor, "moved_in", "subscriber", move.subscriber.value,
          audit_fields({{"unit_id", move.unit.value}, {"unit", place->label}}));
    return *id;
}

Result<Done, TenancyError> move_out(storage::Tx& tx, const Context& context, TenancyId tenancy,
                                    std::optional<UnixTime> until_at, const std::string& actor)
{
    const UnixTime now = context.clock.now();
    const UnixTime until = until_at.value_or(now);
    const auto found = storage::find_tenancy(tx, tenancy);
    if (!found)
        return refuse(TenancyError::UnknownTenancy);
    if (found->until_at)
        return refuse(TenancyError::Ended);
    if (until > now)
        return refuse(TenancyError::InFuture);
    if (until < found->from_at)
        return refuse(TenancyError::TooEarly);
    storage::end_tenancy(tx, tenancy, until);
    audit(tx, context, actor, "moved_out", "subscriber", found->subscriber_id.value,
          audit_fields({{"unit_id", found->unit_id.value}, {"unit", found->unit_label}}));
    return Done{};
}

} // namespace mnara::usecases
