// Where people live: areas, buildings, units, and who lived in a unit when. usecases/places writes.
#pragma once

#include "storage/database.hpp"
#include "storage/listing/scope.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage {

struct AreaRow
{
    AreaId id;
    std::string name;
    std::optional<SiteId> site_id;
    std::int64_t buildings = 0; // counted
};
struct BuildingRow
{
    BuildingId id;
    AreaId area_id;
    std::string name;
    std::optional<std::string> address, landlord_name, landlord_phone;
    std::string area_name;                // read
    std::int64_t units = 0, occupied = 0; // counted
};
struct UnitRow
{
    UnitId id;
    BuildingId building_id;
    std::string label;
};
struct SiteRow
{
    SiteId id;
    std::string name;
    std::optional<std::string> note;
    UnixTime created_at;
    std::int64_t subscribers = 0, routers = 0; // counted
};
struct TenancyRow
{
    TenancyId id;
    UnitId unit_id;
    SubscriberId subscriber_id;
    UnixTime from_at;
    std::optional<UnixTime> until_at; // not included; nothing: lives there
    // Read beside it:
    std::string unit_label;
    BuildingId building_id;
    std::string building_name, full_name, account_no;
    AreaId area_id;
    std::string area_name;
};

// By id, behind `after`.
[[nodiscard]] std::vector<SiteRow> sites(ReadTx& tx, const listing::ReadScope& scope,
                                         std::int64_t after, int limit);
[[nodiscard]] std::vector<AreaRow> areas(ReadTx& tx, const listing::ReadScope& scope,
                                         std::optional<SiteId> of, std::int64_t after, int limit);
[[nodiscard]] std::vector<BuildingRow> buildings(ReadTx& tx, const listing::ReadScope& scope,
                                                 std::optional<AreaId> of, std::int64_t after,
                                                 int limit);
[[nodiscard]] std::vector<UnitRow> units_of(ReadTx& tx, BuildingId building); // by label
[[nodiscard]] std::optional<SiteRow> find_site(ReadTx& tx, SiteId id);
[[nodiscard]] std::optional<AreaRow> find_area(ReadTx& tx, AreaId id);
[[nodiscard]] std::optional<BuildingRow> find_building(ReadTx& tx, BuildingId id);
[[nodiscard]] std::optional<UnitRow> find_unit(ReadTx& tx, UnitId id);

// Nothing where the name is taken.
[[nodiscard]] std::optional<SiteId> insert_site(Tx& tx, const SiteRow& row);
[[nodiscard]] std::optional<AreaId> insert_area(Tx& tx, const AreaRow& row);
[[nodiscard]] std::optional<BuildingId> insert_building(Tx& tx, const BuildingRow& row);
[[nodiscard]] std::optional<UnitId> insert_unit(Tx& tx, const UnitRow& row);
// False where the name is taken.
[[nodiscard]] bool update_site(Tx& tx, const SiteRow& row);
[[nodiscard]] bool update_area(Tx& tx, const AreaRow& row);
[[nodiscard]] bool update_building(Tx& tx, const BuildingRow& row);
[[nodiscard]] bool update_unit(Tx& tx, const UnitRow& row);
// False where something refers to it.
[[nodiscard]] bool delete_site(Tx& tx, SiteId id);
[[nodiscard]] bool delete_area(Tx& tx, AreaId id);
[[nodiscard]] bool delete_building(Tx& tx, BuildingId id);
[[nodiscard]] bool delete_unit(Tx& tx, UnitId id);

// Newest first, at most 500; those that never were (they end where they begin) are left out.
[[nodiscard]] std::vector<TenancyRow> tenancies_of_unit(ReadTx& tx, UnitId unit);
[[nodiscard]] std::vector<TenancyRow> tenancies_of_subscriber(ReadTx& tx, SubscriberId subscriber);
[[nodiscard]] std::optional<TenancyRow> find_tenancy(ReadTx& tx, TenancyId id);
[[nodiscard]] std::optional<TenancyRow> open_tenancy(ReadTx& tx, UnitId unit);
// Nothing where somebody lives or lived there then.
[[nodiscard]] std::optional<TenancyId> insert_tenancy(Tx& tx, UnitId unit, SubscriberId subscriber,
                                                      UnixTime from_at);
// The one of them that ended at that moment.
[[nodiscard]] std::optional<TenancyId> tenancy_ended_at(ReadTx& tx, UnitId unit,
                                                        SubscriberId subscriber, UnixTime at);
// As if it had not ended; false where somebody came after it.
bool resume_tenancy(Tx& tx, TenancyId id);
void end_tenancy(Tx& tx, TenancyId id, UnixTime until_at);

} // namespace mnara::storage
