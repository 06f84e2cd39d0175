#include "usecases/routers.hpp"

#include "domain/network_address.hpp"
#include "storage/operator_store.hpp"
#include "storage/router_store.hpp"
#include "usecases/audit.hpp"

#include <algorithm>

namespace mnara::usecases {

namespace {

constexpr const char* kSecretPurpose = "router";
constexpr const char* kSecretLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kNameBytesMax = 64;

bool is_name(const std::string& name)
{
    return !name.empty() && name.size() <= kNameBytesMax && name.front() != ' ' &&
           name.back() != ' ' && std::none_of(name.begin(), name.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
           });
}

// What both RouterOS scripts and FreeRADIUS take without quoting: printable, and none of \ " ' $ or
// `.
bool is_secret(const std::string& secret)
{
    return secret.size() >= 16 && secret.size() <= 128 &&
           std::all_of(secret.begin(), secret.end(), [](char c) {
               return c > ' ' && c < 0x7f &&
                      std::string_view("\\\"'$`").find(c) == std::string_view::npos;
           });
}

bool is_coa_target(const std::optional<std::string>& address, int port)
{
    return port >= 1 && port <= 65'535 && (!address || domain::parse_ipv4(*address));
}

// The name or the address, of a router that is there already. Nothing where that cannot be.
std::optional<RouterError> rename(storage::Tx& tx, storage::RouterRow& router,
                                  const RouterChange& change, std::string& told)
{
    if (change.name && *change.name != router.name) {
        if (!is_name(*change.name))
            return RouterError::BadName;
        if (storage::router_name_taken(tx, *change.name))
            return RouterError::NameTaken;
        router.name = *change.name;
        told += " name=" + router.name;
    }
    if (!change.radius_source)
        return std::nullopt;
    const auto source = domain::parse_ipv4_network(*change.radius_source);
    if (!source)
        return RouterError::BadSource;
    const std::string text = domain::ipv4_network_text(*source);
    if (text == router.radius_source)
        return std::nullopt;
    if (storage::router_source_taken(tx, text))
        return RouterError::SourceTaken;
    if (router.coa_address == router.radius_source && source->from == source->to)
        router.coa_address = text;
    router.radius_source = text;
    told += " address=" + text;
    return std::nullopt;
}

SecretId keep_secret(storage::Tx& tx, const Context& context, const std::string& secret)
{
    return store_secret(tx, context.keys, context.random, kSecretPurpose, secret,
                        context.clock.now());
}

} // namespace

Result<AddedRouter, RouterError> add_router(storage::Tx& tx, const Context& context,
                                            const NewRouter& wanted)
{
    if (!is_name(wanted.name))
        return refuse(RouterError::BadName);
    const auto source = domain::parse_ipv4_network(wanted.radius_source);
    if (!source)
        return refuse(RouterError::BadSource);
    if (!is_coa_target(wanted.coa_address, wanted.coa_port))
        return refuse(RouterError::BadAddress);
    const std::string secret = wanted.radius_secret
                                   ? *wanted.radius_secret
                                   : context.random.text(kSecretBytes, kSecretLetters);
    if (!is_secret(secret))
        return refuse(RouterError::BadSecret);

    storage::RouterRow router;
    router.name = wanted.name;
    router.radius_source = domain::ipv4_network_text(*source);
    if (storage::router_name_taken(tx, router.name))
        return refuse(RouterError::NameTaken);
    if (storage::router_source_taken(tx, router.radius_source))
        return refuse(RouterError::SourceTaken);
    router.radius_secret_id = keep_secret(tx, context, secret);
    router.require_message_authenticator = wanted.require_message_authenticator;
    router.coa_address = wanted.coa_address;
    if (!router.coa_address && source->from == source->to)
        router.coa_address = router.radius_source;
    router.coa_port = wanted.coa_port;
    router.id = storage::insert_router(tx, router, context.clock.now());
    audit(tx, context, wanted.actor, "added", "router", router.id.value,
          audit_fields({{"name", router.name}, {"radius_source", router.radius_source}}));
    return AddedRouter{router.id, secret};
}

Result<std::optional<std::string>, RouterError> change_router(storage::Tx& tx,
                                                              const Context& context, RouterId id,
                                                              const RouterChange& change,
                                                              const std::string& actor)
{
    auto router = storage::find_router(tx, id);
    if (!router)
        return refuse(RouterError::UnknownRouter);
    std::string told;
    if (const auto trouble = rename(tx, *router, change, told))
        return refuse(*trouble);
    if (change.enabled) {
        router->enabled = *change.enabled;
        told += *change.enabled ? " enabled" : " disabled";
    }
    if (change.require_message_authenticator) {
        router->require_message_authenticator = *change.require_message_authenticator;
        told += *change.require_message_authenticator ? " message-authenticator=required"
                                                      : " message-authenticator=optional";
    }
    if (change.coa_address)
        router->coa_address = change.coa_address;
    if (change.coa_port)
        router->coa_port = *change.coa_port;
    if (!is_coa_target(router->coa_address, router->coa_port))
        return refuse(RouterError::BadAddress);
    if (change.coa_address || change.coa_port)
        told +=
            " coa=" + router->coa_address.value_or("none") + ":" + std::to_string(router->coa_port);
    std::optional<std::string> secret;
    if (change.new_secret) {
        secret = context.random.text(kSecretBytes, kSecretLetters);
        router->radius_secret_id = keep_secret(tx, context, *secret);
        told += " new-radius-secret";
    }
    if (told.empty())
        return std::optional<std::string>{};
    storage::update_router(tx, *router);
    audit(tx, context, actor, "changed", "router", id.value,
          audit_fields({{"what", told.substr(1)}}));
    return secret;
}

Result<Done, RouterError> put_router_site(storage::Tx& tx, const Context& context, RouterId id,
                                          std::optional<SiteId> site, const std::string& actor)
{
    const auto router = storage::find_router(tx, id);
    if (!router)
        return refuse(RouterError::UnknownRouter);
    if (site && !storage::is_site(tx, *site))
        return refuse(RouterError::UnknownSite);
    storage::put_router_site(tx, id, site);
    audit(tx, context, actor, "moved", "router", id.value,
          audit_fields({{"name", router->name}, {"site_id", site ? site->value : 0}}));
    return Done{};
}

Result<Done, RouterError> remove_router(storage::Tx& tx, const Context& context, RouterId id,
                                        const std::string& actor)
{
    const auto router = storage::find_router(tx, id);
    if (!router)
        return refuse(RouterError::UnknownRouter);
    if (storage::has_router_sessions(tx, id))
        return refuse(RouterError::InUse);
    storage::delete_router(tx, id);
    audit(tx, context, actor, "removed", "router", id.value,
          audit_fields({{"name", router->name}, {"radius_source", router->radius_source}}));
    return Done{};
}

} // namespace mnara::usecases
