#include "storage/place_store.hpp"

namespace mnara::storage {

namespace {

constexpr const char* kSites =
    "SELECT s.id, s.name, s.note, s.created_at, "
    "(SELECT COUNT(*) FROM subscriber p WHERE p.site_id = s.id), "
    "(SELECT COUNT(*) FROM router r WHERE r.site_id = s.id) FROM site s ";
constexpr const char* kAreas =
    "SELECT a.id, a.name, a.site_id, (SELECT COUNT(*) FROM building b WHERE b.area_id = a.id) "
    "FROM area a ";
constexpr const char* kBuildings =
    "SELECT b.id, b.area_id, b.name, b.address, b.landlord_name, b.landlord_phone, a.name, "
    "(SELECT COUNT(*) FROM unit u WHERE u.building_id = b.id), "
    "(SELECT COUNT(DISTINCT t.unit_id) FROM unit u JOIN tenancy t ON t.unit_id = u.id "
    "WHERE u.building_id = b.id AND t.until_at IS NULL) "
    "FROM building b JOIN area a ON a.id = b.area_id ";
constexpr const char* kTenancies =
    "SELECT t.id, t.unit_id, t.subscriber_id, t.from_at, t.until_at, u.label, b.id, b.name, "
    "p.full_name, p.account_no, a.id, a.name FROM tenancy t JOIN unit u ON u.id = t.unit_id "
    "JOIN building b ON b.id = u.building_id JOIN area a ON a.id = b.area_id "
    "JOIN subscriber p ON p.id = t.subscriber_id ";
constexpr const char* kThatWere =
    "AND t.from_at IS NOT t.until_at ORDER BY t.from_at DESC, t.id DESC LIMIT 500";

template <class Row> Row read(const Query& q);
template <> SiteRow read(const Query& q)
{
    return {q.get<SiteId>(0),   q.get<std::string>(1),  q.get<std::optional<std::string>>(2),
            q.get<UnixTime>(3), q.get<std::int64_t>(4), q.get<std::int64_t>(5)};
}
template <> AreaRow read(const Query& q)
{
    return {q.get<AreaId>(0), q.get<std::string>(1), q.get<std::optional<SiteId>>(2),
            q.get<std::int64_t>(3)};
}
template <> BuildingRow read(const Query& q)
{
    return {q.get<BuildingId>(0),
            q.get<AreaId>(1),
            q.get<std::string>(2),
            q.get<std::optional<std::string>>(3),
            q.get<std::optional<std::string>>(4),
            q.get<std::optional<std::string>>(5),
            q.get<std::string>(6),
            q.get<std::int64_t>(7),
            q.get<std::int64_t>(8)};
}
template <> UnitRow read(const Query& q)
{
    return {q.get<UnitId>(0), q.get<BuildingId>(1), q.get<std::string>(2)};
}
template <> TenancyRow read(const Query& q)
{
    return {q.get<TenancyId>(0),
            q.get<UnitId>(1),
            q.get<SubscriberId>(2),
            q.get<UnixTime>(3),
            q.get<std::optional<UnixTime>>(4),
            q.get<std::string>(5),
            q.get<BuildingId>(6),
            q.get<std::string>(7),
            q.get<std::string>(8),
            q.get<std::string>(9),
            q.get<AreaId>(10),
            q.get<std::string>(11)};
}

template <class Row> std::vector<Row> all(Query q)
{
    std::vector<Row> rows;
    while (q.step())
        rows.push_back(read<Row>(q));
    return rows;
}

template <class Row> std::optional<Row> first(Query q)
{
    if (!q.step())
        return std::nullopt;
    return read<Row>(q);
}

// A constraint that refuses leaves the transaction as it was before the statement.
template <class F> bool unless_refused(F change)
{
    try {
        change();
        return true;
    } catch (const StorageError& error) {
        if (!error.is_constraint())
            throw;
        return false;
    }
}

template <class IdType, class... Args>
std::optional<IdType> insert_unless_refused(Tx& tx, const char* sql, const Args&... args)
{
    IdType id{};
    if (!unless_refused([&] { id = tx.insert<IdType>(sql, args...); }))
        return std::nullopt;
    return id;
}

} // namespace

std::vector<SiteRow> sites(ReadTx& tx, const listing::ReadScope& scope, std::int64_t after,
                           int limit)
{
    return all<SiteRow>(tx.query(std::string(kSites) + "WHERE s.id > ?1 AND " +
                                     listing::inside(scope, "(s.id)", 3) +
                                     " ORDER BY s.id LIMIT ?2",
                                 after, limit, scope.sites()));
}
std::vector<AreaRow> areas(ReadTx& tx, const listing::ReadScope& scope, std::optional<SiteId> of,
                           std::int64_t after, int limit)
{
    return all<AreaRow>(
        tx.query(std::string(kAreas) + "WHERE a.id > ?1 AND (?3 IS NULL OR a.site_id = ?3) AND " +
                     listing::inside(scope, "(a.site_id)", 4) + " ORDER BY a.id LIMIT ?2",
                 after, limit, of, scope.sites()));
}
std::vector<BuildingRow> buildings(ReadTx& tx, const listing::ReadScope& scope,
                                   std::optional<AreaId> of, std::int64_t after, int limit)
{
    return all<BuildingRow>(tx.query(
        std::string(kBuildings) + "WHERE b.id > ?1 AND (?3 IS NULL OR b.area_id = ?3) AND " +
            listing::inside(scope, "(a.site_id)", 4) + " ORDER BY b.id LIMIT ?2",
        after, limit, of, scope.sites()));
}
std::vector<UnitRow> units_of(ReadTx& tx, BuildingId building)
{
    return all<UnitRow>(tx.query("SELECT id, building_id, label FROM unit WHERE building_id = ?1 "
                                 "ORDER BY length(label), label",
                                 building));
}
std::optional<SiteRow> find_site(ReadTx& tx, SiteId id)
{
    return first<SiteRow>(tx.query(std::string(kSites) + "WHERE s.id = ?1", id));
}
std::optional<AreaRow> find_area(ReadTx& tx, AreaId id)
{
    return first<AreaRow>(tx.query(std::string(kAreas) + "WHERE a.id = ?1", id));
}
std::optional<BuildingRow> find_building(ReadTx& tx, BuildingId id)
{
    return first<BuildingRow>(tx.query(std::string(kBuildings) + "WHERE b.id = ?1", id));
}
std::optional<UnitRow> find_unit(ReadTx& tx, UnitId id)
{
    return first<UnitRow>(tx.query("SELECT id, building_id, label FROM unit WHERE id = ?1", id));
}

std::optional<SiteId> insert_site(Tx& tx, const SiteRow& row)
{
    return insert_unless_refused<SiteId>(
        tx, "INSERT INTO site(name, note, created_at) VALUES (?1, ?2, ?3)", row.name, row.note,
        row.created_at);
}
std::optional<AreaId> insert_area(Tx& tx, const AreaRow& row)
{
    return insert_unless_refused<AreaId>(tx, "INSERT INTO area(name, site_id) VALUES (?1, ?2)",
                                         row.name, row.site_id);
}
std::optional<BuildingId> insert_building(Tx& tx, const BuildingRow& row)
{
    return insert_unless_refused<BuildingId>(
        tx,
        "INSERT INTO building(area_id, name, address, landlord_name, landlord_phone) "
        "VALUES (?1, ?2, ?3, ?4, ?5)",
        row.area_id, row.name, row.address, row.landlord_name, row.landlord_phone);
}
std::optional<UnitId> insert_unit(Tx& tx, const UnitRow& row)
{
    return insert_unless_refused<UnitId>(tx, "INSERT INTO unit(building_id, label) VALUES (?1, ?2)",
                                         row.building_id, row.label);
}

bool update_site(Tx& tx, const SiteRow& row)
{
    return unless_refused([&] {
        tx.run("UPDATE site SET name = ?2, note = ?3 WHERE id = ?1", row.id, row.name, row.note);
    });
}
bool update_area(Tx& tx, const AreaRow& row)
{
    return unless_refused([&] {
        tx.run("UPDATE area SET name = ?2, site_id = ?3 WHERE id = ?1", row.id, row.name,
               row.site_id);
    });
}
bool update_building(Tx& tx, const BuildingRow& row)
{
    return unless_refused([&] {
        tx.run("UPDATE building SET area_id = ?2, name = ?3, address = ?4, landlord_name = ?5, "
               "landlord_phone = ?6 WHERE id = ?1",
               row.id, row.area_id, row.name, row.address, row.landlord_name, row.landlord_phone);
    });
}
bool update_unit(Tx& tx, const UnitRow& row)
{
    return unless_refused(
        [&] { tx.run("UPDATE unit SET label = ?2 WHERE id = ?1", row.id, row.label); });
}

bool delete_site(Tx& tx, SiteId id)
{
    return unless_refused([&] { tx.run("DELETE FROM site WHERE id = ?1", id); });
}
bool delete_area(Tx& tx, AreaId id)
{
    return unless_refused([&] { tx.run("DELETE FROM area WHERE id = ?1", id); });
}
bool delete_building(Tx& tx, BuildingId id)
{
    return unless_refused([&] { tx.run("DELETE FROM building WHERE id = ?1", id); });
}
bool delete_unit(Tx& tx, UnitId id)
{
    return unless_refused([&] { tx.run("DELETE FROM unit WHERE id = ?1", id); });
}

std::vector<TenancyRow> tenancies_of_unit(ReadTx& tx, UnitId unit)
{
    return all<TenancyRow>(
        tx.query(std::string(kTenancies) + "WHERE t.unit_id = ?1 " + kThatWere, unit));
}
std::vector<TenancyRow> tenancies_of_subscriber(ReadTx& tx, SubscriberId subscriber)
{
    return all<TenancyRow>(
        tx.query(std::string(kTenancies) + "WHERE t.subscriber_id = ?1 " + kThatWere, subscriber));
}
std::optional<TenancyRow> find_tenancy(ReadTx& tx, TenancyId id)
{
    return first<TenancyRow>(tx.query(std::string(kTenancies) + "WHERE t.id = ?1", id));
}
std::optional<TenancyRow> open_tenancy(ReadTx& tx, UnitId unit)
{
    return first<TenancyRow>(
        tx.query(std::string(kTenancies) + "WHERE t.unit_id = ?1 AND t.until_at IS NULL", unit));
}

std::optional<TenancyId> insert_tenancy(Tx& tx, UnitId unit, SubscriberId subscriber,
                                        UnixTime from_at)
{
    return insert_unless_refused<TenancyId>(
        tx, "INSERT INTO tenancy(unit_id, subscriber_id, from_at) VALUES (?1, ?2, ?3)", unit,
        subscriber, from_at);
}

std::optional<TenancyId> tenancy_ended_at(ReadTx& tx, UnitId unit, SubscriberId subscriber,
                                          UnixTime at)
{
    Query q = tx.query("SELECT id FROM tenancy WHERE unit_id = ?1 AND subscriber_id = ?2 "
                       "AND until_at = ?3 AND from_at < ?3",
                       unit, subscriber, at);
    if (!q.step())
        return std::nullopt;
    return q.get<TenancyId>(0);
}

bool resume_tenancy(Tx& tx, TenancyId id)
{
    return unless_refused([&] { tx.run("UPDATE tenancy SET until_at = NULL WHERE id = ?1", id); });
}

void end_tenancy(Tx& tx, TenancyId id, UnixTime until_at)
{
    tx.run("UPDATE tenancy SET until_at = ?2 WHERE id = ?1", id, until_at);
}

} // namespace mnara::storage
