#include "storage/router_store.hpp"

namespace mnara::storage {

namespace {

RouterRow read_router(const Query& q)
{
    return {q.get<RouterId>(0), q.get<std::string>(1), q.get<std::string>(2),
            q.get<SecretId>(3), q.get<bool>(4),        q.get<std::optional<std::string>>(5),
            q.get<int>(6),      q.get<bool>(7)};
}

std::string routers_where(std::string_view condition)
{
    return "SELECT id, name, radius_source, radius_secret_id, require_message_authenticator, "
           "coa_address, coa_port, enabled FROM router " +
           std::string(condition);
}

bool exists(ReadTx& tx, std::string_view sql, const std::string& value)
{
    Query q = tx.query(sql, value);
    return q.step();
}

} // namespace

bool router_name_taken(ReadTx& tx, const std::string& name)
{
    return exists(tx, "SELECT 1 FROM router WHERE name = ?1", name);
}

bool router_source_taken(ReadTx& tx, const std::string& radius_source)
{
    return exists(tx, "SELECT 1 FROM router WHERE radius_source = ?1", radius_source);
}

RouterId insert_router(Tx& tx, const RouterRow& router, UnixTime now)
{
    // No number is given twice: the logs and the audit log name a router by it for ever.
    return tx.insert<RouterId>(
        "INSERT INTO router(id, name, radius_source, radius_secret_id, "
        "require_message_authenticator, coa_address, coa_port, enabled, created_at) "
        "VALUES (1 + MAX(COALESCE((SELECT MAX(id) FROM router), 0), COALESCE((SELECT "
        "MAX(CAST(entity_id AS INTEGER)) FROM audit_log WHERE entity = 'router'), 0)), "
        "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        router.name, router.radius_source, router.radius_secret_id,
        router.require_message_authenticator, router.coa_address, router.coa_port, router.enabled,
        now);
}

void update_router(Tx& tx, const RouterRow& router)
{
    tx.run("UPDATE router SET radius_secret_id = ?2, require_message_authenticator = ?3, "
           "coa_address = ?4, coa_port = ?5, enabled = ?6, name = ?7, radius_source = ?8 "
           "WHERE id = ?1",
           router.id, router.radius_secret_id, router.require_message_authenticator,
           router.coa_address, router.coa_port, router.enabled, router.name, router.radius_source);
}

bool has_router_sessions(ReadTx& tx, RouterId id)
{
    Query q = tx.query("SELECT 1 FROM session WHERE router_id = ?1 LIMIT 1", id);
    return q.step();
}

void delete_router(Tx& tx, RouterId id)
{
    tx.run("DELETE FROM router WHERE id = ?1", id);
    tx.run("INSERT INTO projection_dirty(kind, key, revision) VALUES ('router', ?1, 1) "
           "ON CONFLICT (kind, key) DO UPDATE SET revision = revision + 1",
           std::to_string(id.value));
}

void put_router_site(Tx& tx, RouterId id, std::optional<SiteId> site)
{
    tx.run("UPDATE router SET site_id = ?2 WHERE id = ?1", id, site);
}

std::optional<RouterRow> find_router(ReadTx& tx, RouterId id)
{
    Query q = tx.query(routers_where("WHERE id = ?1"), id);
    if (!q.step())
        return std::nullopt;
    return read_router(q);
}

std::vector<RouterRow> all_routers(ReadTx& tx)
{
    Query q = tx.query(routers_where("ORDER BY id"));
    std::vector<RouterRow> rows;
    while (q.step())
        rows.push_back(read_router(q));
    return rows;
}

} // namespace mnara::storage
