// What reports count: comings and goings by day, and a landlord's building in a month. Read only.
#pragma once

#include "storage/database.hpp"
#include "storage/place_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage::listing {

using storage::AreaRow;
using storage::areas;
using storage::BuildingRow;
using storage::buildings;
using storage::find_area;
using storage::find_building;
using storage::find_site;
using storage::find_tenancy;
using storage::find_unit;
using storage::open_tenancy;
using storage::SiteRow;
using storage::sites;
using storage::tenancies_of_subscriber;
using storage::tenancies_of_unit;
using storage::TenancyRow;
using storage::UnitRow;
using storage::units_of;

struct GrowthCount
{
    std::int64_t day_number = 0; // Nairobi's days since 1970
    std::string what; // 'subscriber', 'line', 'first_payment', 'expired', 'returned', 'terminated'
    std::int64_t n = 0;
};
// Of those days, the last one included.
[[nodiscard]] std::vector<GrowthCount> growth(ReadTx& tx, std::int64_t from_day,
                                              std::int64_t to_day);

struct LandlordRow
{
    UnitId unit_id;
    std::string unit_label;
    std::optional<TenancyRow> tenancy; // nothing: empty all the month
    std::optional<std::string> state;  // of his best line, now
    std::optional<UnixTime> paid_until;
    // Came in during this tenancy, in [from, to). While somebody has several homes, what he pays
    // and uses counts for the one he has had longest, so that no money stands in two rows.
    Money paid;
    std::int64_t bytes_up = 0, bytes_down = 0; // on the days of this tenancy
};
// One row a tenancy that touches [from, to), which are beginnings of days; by unit, oldest first.
// Money of the sandbox or of the real providers; tenants of other sites are left out.
[[nodiscard]] std::vector<LandlordRow> landlord_rows(ReadTx& tx, const ReadScope& scope,
                                                     bool sandbox, BuildingId building,
                                                     UnixTime from, UnixTime to);

} // namespace mnara::storage::listing
