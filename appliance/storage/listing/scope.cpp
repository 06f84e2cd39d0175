#include "storage/listing/scope.hpp"

namespace mnara::storage::listing {

namespace {

std::string site_query(ScopedThing thing)
{
    const std::string of_subscriber = "SELECT s.site_id FROM subscriber s WHERE s.id = ";
    switch (thing) {
    case ScopedThing::Subscriber:
        return of_subscriber + "?1";
    case ScopedThing::Subscription:
        return of_subscriber + "(SELECT subscriber_id FROM subscription WHERE id = ?1)";
    case ScopedThing::Payment:
        return of_subscriber + "(SELECT subscriber_id FROM payment WHERE id = ?1)";
    case ScopedThing::Attempt:
        return of_subscriber + "(SELECT subscriber_id FROM payment_attempt WHERE id = ?1)";
    case ScopedThing::Router:
        return "SELECT site_id FROM router WHERE id = ?1";
    case ScopedThing::Session:
        return "SELECT CASE WHEN e.subscription_id IS NULL THEN (SELECT site_id FROM router "
               "WHERE id = e.router_id) ELSE (SELECT s.site_id FROM subscription l JOIN subscriber "
               "s ON s.id = l.subscriber_id WHERE l.id = e.subscription_id) END "
               "FROM session e WHERE e.id = ?1";
    case ScopedThing::Username:
        break;
    }
    return of_subscriber + "(SELECT subscriber_id FROM subscription WHERE username = ?1)";
}

template <class Name>
bool is_inside(ReadTx& tx, const ReadScope& scope, ScopedThing thing, const Name& name)
{
    return scope.is_everything() || tx.query("SELECT 1 WHERE (" + site_query(thing) +
                                                 ") IN (SELECT value FROM json_each(?2))",
                                             name, scope.sites())
                                        .step();
}

} // namespace

bool is_in_scope(ReadTx& tx, const ReadScope& scope, ScopedThing thing, std::int64_t id)
{
    return is_inside(tx, scope, thing, id);
}

bool is_username_in_scope(ReadTx& tx, const ReadScope& scope, const std::string& username)
{
    return is_inside(tx, scope, ScopedThing::Username, username);
}

} // namespace mnara::storage::listing
