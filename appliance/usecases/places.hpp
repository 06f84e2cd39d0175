// Sites, areas, buildings, units, and who moves in and out. History stays: a tenancy only ends.
#pragma once

#include "core/result.hpp"
#include "storage/place_store.hpp"
#include "usecases/context.hpp"

#include <optional>
#include <string>

namespace mnara::usecases {

using storage::AreaRow;
using storage::BuildingRow;
using storage::SiteRow;
using storage::TenancyRow;
using storage::UnitRow;

enum class PlaceError {
    Unknown,      // there is no such place
    UnknownOuter, // the site, area or building it should lie in
    BadName,      // empty, too long, or with control characters
    BadPhone,
    NameTaken,
    InUse, // something refers to it
    Full   // more units than a building has
};
// An id of 0: a new one. The row as it is then.
Result<SiteRow, PlaceError> save_site(storage::Tx& tx, const Context& context, SiteRow row,
                                      const std::string& actor);
Result<AreaRow, PlaceError> save_area(storage::Tx& tx, const Context& context, AreaRow row,
                                      const std::string& actor);
Result<BuildingRow, PlaceError> save_building(storage::Tx& tx, const Context& context,
                                              BuildingRow row, const std::string& actor);
Result<UnitRow, PlaceError> save_unit(storage::Tx& tx, const Context& context, UnitRow row,
                                      const std::string& actor);

Result<Done, PlaceError> remove_site(storage::Tx& tx, const Context& context, SiteId id,
                                     const std::string& actor);
Result<Done, PlaceError> remove_area(storage::Tx& tx, const Context& context, AreaId id,
                                     const std::string& actor);
Result<Done, PlaceError> remove_building(storage::Tx& tx, const Context& context, BuildingId id,
                                         const std::string& actor);
Result<Done, PlaceError> remove_unit(storage::Tx& tx, const Context& context, UnitId id,
                                     const std::string& actor);

enum class TenancyError {
    UnknownUnit,
    UnknownSubscriber,
    UnknownTenancy,
    InFuture, // the moment is not here yet
    Overlaps, // somebody lived there then
    Ended,    // it is over already
    TooEarly  // it would end before it began
};
struct Move
{
    UnitId unit;
    SubscriberId subscriber;
    std::optional<UnixTime> from_at; // nothing: now
    bool leaves_others = false;      // or has this one as well as those that are theirs
};
// Whoever lives there moves out at that moment.
Result<TenancyId, TenancyError> move_in(storage::Tx& tx, const Context& context, const Move& move,
                                        const std::string& actor);
// At the moment it began: it was a slip and never was.
Result<Done, TenancyError> move_out(storage::Tx& tx, const Context& context, TenancyId tenancy,
                                    std::optional<UnixTime> until_at, const std::string& actor);

} // namespace mnara::usecases
