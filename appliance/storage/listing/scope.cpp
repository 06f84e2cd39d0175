#include "storage/listing/scope.hpp"

namespace mnara::storage::listing {

namespace {

std::string site_query(ScopedThing thing)
{
    switch (thing) {
    case ScopedThing::Subscriber:
        return site_of_subscriber("?1");
    case ScopedThing::Subscription:
        return site_of_subscriber("(SELECT subscriber_id FROM subscription WHERE id = ?1)");
    case ScopedThing::Payment:
        return site_of_subscriber("(SELECT subscriber_id FROM payment WHERE id = ?1)");
    case ScopedThing::Attempt:
        return site_of_subscriber("(SELECT subscriber_id FROM payment_attempt WHERE id = ?1)");
    case ScopedThing::Tenancy:
        return site_of_subscriber("(SELECT subscriber_id FROM tenancy WHERE id = ?1)");
    case ScopedThing::Router:
        return "SELECT site_id FROM router WHERE id = ?1";
    case ScopedThing::Session:
        return "SELECT " + site_of_session("s") + " FROM session s WHERE s.id = ?1";
    case ScopedThing::Area:
        return "SELECT site_id FROM area WHERE id = ?1";
    case ScopedThing::Building:
        return "SELECT a.site_id FROM building b JOIN area a ON a.id = b.area_id WHERE b.id = ?1";
    case ScopedThing::Unit:
        return "SELECT a.site_id FROM unit u JOIN building b ON b.id = u.building_id "
               "JOIN area a ON a.id = b.area_id WHERE u.id = ?1";
    case ScopedThing::Username:
    case ScopedThing::Alert:
        break;
    }
    return site_of_subscriber("(SELECT subscriber_id FROM subscription WHERE username = ?1 "
                              "ORDER BY state = 'terminated', id DESC LIMIT 1)");
}

template <class Name>
bool is_inside(ReadTx& tx, const ReadScope& scope, ScopedThing thing, const Name& name)
{
    return scope.is_everything() ||
           tx.query("SELECT 1 WHERE " + inside(scope, site_query(thing), 2), name, scope.sites())
               .step();
}

} // namespace

std::string inside(const ReadScope& scope, const std::string& site, int n)
{
    const std::string sites = '?' + std::to_string(n);
    if (scope.is_everything()) // no row is looked at for its site
        return sites + " IS NULL";
    return '(' + site + ") IN (SELECT value FROM json_each(" + sites + "))";
}

std::string of_those_inside(const ReadScope& scope, const std::string& subscriber, int n)
{
    const std::string sites = '?' + std::to_string(n);
    if (scope.is_everything())
        return sites + " IS NULL";
    return subscriber +
           " IN (SELECT id FROM subscriber WHERE site_id IN "
           "(SELECT value FROM json_each(" +
           sites + ")))";
}

std::string site_of_subscriber(const std::string& id)
{
    return "SELECT site_id FROM subscriber WHERE id = " + id;
}

std::string site_of_session(const std::string& s)
{
    return "CASE WHEN " + s +
           ".subscription_id IS NULL THEN (SELECT site_id FROM router WHERE "
           "id = " +
           s +
           ".router_id) ELSE (SELECT p.site_id FROM subscription l JOIN subscriber p "
           "ON p.id = l.subscriber_id WHERE l.id = " +
           s + ".subscription_id) END";
}

std::string alert_inside(const ReadScope& scope, const std::string& a, int n)
{
    // What stands before the colon says which row the rest names; usecases/alerts has the list.
    // Those that name money of nobody, a message or a member of staff belong to no site.
    const std::string name = "substr(" + a + ".key, instr(" + a + ".key, ':') + 1)";
    const std::string id = "CAST(" + name + " AS INTEGER)";
    const auto of_subscriber = [&](const std::string& table) {
        return '(' +
               site_of_subscriber("(SELECT subscriber_id FROM " + table + " WHERE id = " + id +
                                  ")") +
               ')';
    };
    return '(' + a + ".key NOT LIKE '%:%' OR " +
           inside(
               scope,
               "CASE substr(" + a + ".key, 1, instr(" + a + ".key, ':')) WHEN 'owner:' THEN " +
                   of_subscriber("payment") + " WHEN 'attempt:' THEN " +
                   of_subscriber("payment_attempt") + " WHEN 'parked:' THEN " +
                   of_subscriber("payment_attempt") +
                   " WHEN 'projection:' THEN (SELECT p.site_id FROM subscription l "
                   "JOIN subscriber p ON p.id = l.subscriber_id WHERE l.username = " +
                   name +
                   " AND l.state <> 'terminated')"
                   " WHEN 'router_coa:' THEN (SELECT site_id FROM router WHERE id = " +
                   id + ") WHEN 'projection-router:' THEN (SELECT site_id FROM router WHERE id = " +
                   id + ") WHEN 'router_session:' THEN (SELECT " + site_of_session("s") +
                   " FROM session s WHERE s.id = " + id + ") WHEN 'router_job:' THEN (SELECT " +
                   site_of_session("s") +
                   " FROM router_job j JOIN session s ON s.id = j.session_id WHERE j.id = " + id +
                   ") END",
               n) +
           ')';
}

bool is_in_scope(ReadTx& tx, const ReadScope& scope, ScopedThing thing, std::int64_t id)
{
    if (thing == ScopedThing::Alert)
        return tx
            .query("SELECT 1 FROM alert a WHERE a.id = ?1 AND " + alert_inside(scope, "a", 2), id,
                   scope.sites())
            .step();
    return is_inside(tx, scope, thing, id);
}

bool is_username_in_scope(ReadTx& tx, const ReadScope& scope, const std::string& username)
{
    return is_inside(tx, scope, ScopedThing::Username, username);
}

} // namespace mnara::storage::listing
