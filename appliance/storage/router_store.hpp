// Routers as RADIUS clients. Each change is marked for radius.db, by a trigger or here.
#pragma once

#include "storage/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mnara::storage {

struct RouterRow
{
    RouterId id;
    std::string name;
    std::string radius_source; // "10.0.0.2" or "10.0.0.0/24"
    SecretId radius_secret_id;
    bool require_message_authenticator = false;
    std::optional<std::string> coa_address; // nothing: no CoA can be sent
    int coa_port = 3799;
    bool enabled = true;
};

[[nodiscard]] bool router_name_taken(ReadTx& tx, const std::string& name);
[[nodiscard]] bool router_source_taken(ReadTx& tx, const std::string& radius_source);
RouterId insert_router(Tx& tx, const RouterRow& router, UnixTime now);
void update_router(Tx& tx, const RouterRow& router);
[[nodiscard]] bool has_router_sessions(ReadTx& tx, RouterId id);
void delete_router(Tx& tx, RouterId id); // which never had a session
void put_router_site(Tx& tx, RouterId id, std::optional<SiteId> site);
[[nodiscard]] std::optional<RouterRow> find_router(ReadTx& tx, RouterId id);
[[nodiscard]] std::vector<RouterRow> all_routers(ReadTx& tx); // by id

} // namespace mnara::storage
