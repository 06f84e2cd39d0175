// Routers as RADIUS clients (NAS): who may ask, with which secret, and where their CoA goes.
#pragma once

#include "core/result.hpp"
#include "usecases/context.hpp"

#include <optional>
#include <string>

namespace mnara::usecases {

struct NewRouter
{
    std::string name;
    std::string radius_source;              // IPv4 address or network in CIDR form
    std::optional<std::string> coa_address; // nothing: the source, where that is one address
    int coa_port = 3799;
    bool require_message_authenticator = false;
    std::optional<std::string> radius_secret; // 16 or more; nothing: made here
    std::string actor;
};
enum class RouterError {
    UnknownRouter,
    NameTaken,
    SourceTaken,
    BadSource,
    BadAddress,
    BadSecret,
    BadName,
    UnknownSite,
    InUse // it had sessions, which stay
};
struct AddedRouter
{
    RouterId id;
    std::string radius_secret; // shown once
};
Result<AddedRouter, RouterError> add_router(storage::Tx& tx, const Context& context,
                                            const NewRouter& router);

struct RouterChange // what is not there stays
{
    std::optional<std::string> name;
    // Our commands follow it where they went to the same address and nothing else is said.
    std::optional<std::string> radius_source;
    std::optional<bool> enabled;
    std::optional<bool> require_message_authenticator;
    std::optional<std::string> coa_address;
    std::optional<int> coa_port;
    bool new_secret = false;
};
// Whose it is: operators who are limited to sites see the routers of these only.
Result<Done, RouterError> put_router_site(storage::Tx& tx, const Context& context, RouterId id,
                                          std::optional<SiteId> site, const std::string& actor);
// The new secret where one was asked for.
Result<std::optional<std::string>, RouterError> change_router(storage::Tx& tx,
                                                              const Context& context, RouterId id,
                                                              const RouterChange& change,
                                                              const std::string& actor);
// One that never had a session, as a slip of the pen has none.
Result<Done, RouterError> remove_router(storage::Tx& tx, const Context& context, RouterId id,
                                        const std::string& actor);

} // namespace mnara::usecases
