#include "unit/catch.hpp"

#include "usecases/routers.hpp"

#include "domain/network_address.hpp"
#include "storage/router_store.hpp"
#include "storage/session_store.hpp"
#include "unit/house.hpp"

using namespace mnara;
using usecases::NewRouter;
using usecases::RouterError;

namespace {

NewRouter router(const std::string& name, const std::string& source)
{
    NewRouter wanted;
    wanted.name = name;
    wanted.radius_source = source;
    wanted.actor = "operator:1";
    return wanted;
}

Result<usecases::AddedRouter, RouterError> add(House& house, const NewRouter& wanted)
{
    return house.db.write(
        [&](storage::Tx& tx) { return usecases::add_router(tx, house.context, wanted); });
}

std::optional<storage::RouterRow> find(House& house, RouterId id)
{
    return house.db.read([&](storage::ReadTx& tx) { return storage::find_router(tx, id); });
}

std::string secret_of(House& house, RouterId id)
{
    return house.db.read([&](storage::ReadTx& tx) {
        return usecases::reveal_secret(tx, house.keys,
                                       storage::find_router(tx, id)->radius_secret_id);
    });
}

} // namespace

TEST_CASE("IPv4 networks are read exactly or not at all")
{
    using domain::NetworkRange;
    using domain::parse_ipv4_network;
    CHECK(parse_ipv4_network("10.0.0.7") == NetworkRange{0x0A000007, 0x0A000007});
    CHECK(parse_ipv4_network("10.0.0.0/24") == NetworkRange{0x0A000000, 0x0A0000FF});
    CHECK(parse_ipv4_network("128.0.0.0/1") == NetworkRange{0x80000000, 0xFFFFFFFF});
    CHECK(parse_ipv4_network("255.255.255.255/32") == NetworkRange{0xFFFFFFFF, 0xFFFFFFFF});
    for (const char* wrong :
         {"",           "10",           "10.0.0",      "10.0.0.0.0",    "10.0.0.256",
          "10.0.0.-1",  "10.0.0.01",    "10.0.0.1/24", "10.0.0.0/",     "10.0.0.0/33",
          "10.0.0.0/0", "10.0.0.0/024", " 10.0.0.1",   "10.0.0.1 ",     "10..0.1",
          "10.0.0.",    "::1",          "0x0a.0.0.1",  "10.0.0.0/24/8", "99999999999.0.0.1"})
        CHECK_FALSE(parse_ipv4_network(wrong).has_value());
    for (const char* text : {"10.0.0.7", "10.0.0.0/24", "128.0.0.0/1", "172.16.0.0/12", "1.2.3.4"})
        CHECK(domain::ipv4_network_text(*parse_ipv4_network(text)) == text);
}

TEST_CASE("B42: a router gets a secret of its own, sealed at rest")
{
    House house;
    const auto first = add(house, router("tower", "10.0.0.2"));
    const auto second = add(house, router("school", "10.1.0.0/24"));
    REQUIRE(first.has_value());
    REQUIRE(second.has_value());
    CHECK(first->radius_secret.size() == 32);
    CHECK(first->radius_secret != second->radius_secret);
    CHECK(secret_of(house, first->id) == first->radius_secret);
    CHECK(find(house, first->id)->coa_address == "10.0.0.2");
    CHECK_FALSE(find(house, second->id)->coa_address.has_value());
    CHECK(house.number("SELECT COUNT(*) FROM audit_log WHERE entity = 'router'") == 2);
    CHECK(house.number("SELECT COUNT(*) FROM audit_log WHERE instr(detail, '" +
                       first->radius_secret + "')") == 0);
    CHECK(house.number("SELECT COUNT(*) FROM projection_dirty WHERE kind = 'router'") == 2);
}

TEST_CASE("a router is refused for what is wrong with it, and leaves nothing behind")
{
    House house;
    REQUIRE(add(house, router("tower", "10.0.0.2")).has_value());
    const auto secrets = house.number("SELECT COUNT(*) FROM secret");
    CHECK(add(house, router("tower", "10.0.0.3")).error() == RouterError::NameTaken);
    CHECK(add(house, router("school", "10.0.0.2/32")).error() == RouterError::SourceTaken);
    CHECK(add(house, router("school", "10.0.0.2/24")).error() == RouterError::BadSource);
    CHECK(add(house, router("", "10.0.0.3")).error() == RouterError::BadName);
    CHECK(add(house, router("two\nlines", "10.0.0.3")).error() == RouterError::BadName);
    NewRouter wanted = router("school", "10.0.0.3");
    wanted.radius_secret = "short";
    CHECK(add(house, wanted).error() == RouterError::BadSecret);
    wanted.radius_secret = "sixteen or more \\ characters";
    CHECK(add(house, wanted).error() == RouterError::BadSecret);
    wanted.radius_secret.reset();
    wanted.coa_address = "tower.example";
    CHECK(add(house, wanted).error() == RouterError::BadAddress);
    wanted.coa_address = "10.0.0.3";
    wanted.coa_port = 65'536;
    CHECK(add(house, wanted).error() == RouterError::BadAddress);
    CHECK(house.number("SELECT COUNT(*) FROM router") == 1);
    CHECK(house.number("SELECT COUNT(*) FROM secret") == secrets);
}

TEST_CASE("one router inside the network of another is fine")
{
    House house;
    CHECK(add(house, router("site", "10.0.0.0/24")).has_value());
    CHECK(add(house, router("tower", "10.0.0.2")).has_value());
}

TEST_CASE("B42: a router's secret is rotated and radius.db is to learn it")
{
    House house;
    const auto added = add(house, router("tower", "10.0.0.2"));
    house.db.write([](storage::Tx& tx) { tx.run("DELETE FROM projection_dirty"); });
    usecases::RouterChange change;
    change.new_secret = true;
    change.enabled = false;
    const auto changed = house.db.write([&](storage::Tx& tx) {
        return usecases::change_router(tx, house.context, added->id, change, "operator:1");
    });
    REQUIRE(changed.has_value());
    REQUIRE(changed.value().has_value());
    CHECK(*changed.value() != added->radius_secret);
    CHECK(secret_of(house, added->id) == *changed.value());
    CHECK_FALSE(find(house, added->id)->enabled);
    CHECK(house.number("SELECT COUNT(*) FROM projection_dirty WHERE kind = 'router'") == 1);
    CHECK(house.number("SELECT COUNT(*) FROM audit_log WHERE entity = 'router'") == 2);
}

TEST_CASE("a router gets another name and address, and radius.db is to learn it")
{
    House house;
    const auto added = add(house, router("tower", "10.0.0.2"));
    REQUIRE(add(house, router("school", "10.0.0.3")).has_value());
    house.db.write([](storage::Tx& tx) { tx.run("DELETE FROM projection_dirty"); });
    const auto change = [&](std::optional<std::string> name, std::optional<std::string> source,
                            std::optional<std::string> coa = {}) {
        usecases::RouterChange wanted;
        wanted.name = std::move(name);
        wanted.radius_source = std::move(source);
        wanted.coa_address = std::move(coa);
        return house.db.write([&](storage::Tx& tx) {
            return usecases::change_router(tx, house.context, added->id, wanted, "operator:1");
        });
    };
    REQUIRE(change("mast", "10.0.0.9").has_value());
    CHECK(find(house, added->id)->name == "mast");
    CHECK(find(house, added->id)->radius_source == "10.0.0.9");
    CHECK(find(house, added->id)->coa_address == "10.0.0.9"); // our commands follow
    CHECK(secret_of(house, added->id) == added->radius_secret);
    CHECK(house.number("SELECT COUNT(*) FROM projection_dirty WHERE kind = 'router'") == 1);
    CHECK(house.number("SELECT COUNT(*) FROM audit_log WHERE entity = 'router' "
                       "AND action = 'changed'") == 1);
    // The same again is no change.
    REQUIRE(change("mast", "10.0.0.9/32").has_value());
    CHECK(house.number("SELECT COUNT(*) FROM audit_log WHERE entity = 'router' "
                       "AND action = 'changed'") == 1);
    CHECK(change("school", {}).error() == RouterError::NameTaken);
    CHECK(change({}, "10.0.0.3").error() == RouterError::SourceTaken);
    CHECK(change({}, "10.0.0.9/24").error() == RouterError::BadSource);
    CHECK(change("", {}).error() == RouterError::BadName);
    CHECK(find(house, added->id)->name == "mast");
    // A network is no place for commands: they go on to where they went.
    REQUIRE(change({}, "10.7.0.0/16").has_value());
    CHECK(find(house, added->id)->coa_address == "10.0.0.9");
    REQUIRE(change({}, "10.0.0.11", "10.0.0.12").has_value());
    CHECK(find(house, added->id)->coa_address == "10.0.0.12");
}

TEST_CASE("a router that never had a session is removed, and its number is never given again")
{
    House house;
    REQUIRE(add(house, router("tower", "10.0.0.2")).has_value());
    const auto slip = add(house, router("towre", "10.0.0.3"));
    house.db.write([](storage::Tx& tx) { tx.run("DELETE FROM projection_dirty"); });
    const auto remove = [&](RouterId id) {
        return house.db.write([&](storage::Tx& tx) {
            return usecases::remove_router(tx, house.context, id, "operator:1");
        });
    };
    REQUIRE(remove(slip->id).has_value());
    CHECK_FALSE(find(house, slip->id).has_value());
    CHECK(house.number("SELECT COUNT(*) FROM projection_dirty WHERE kind = 'router' "
                       "AND key = '2'") == 1);
    CHECK(house.number("SELECT COUNT(*) FROM audit_log WHERE action = 'removed'") == 1);
    CHECK(remove(slip->id).error() == RouterError::UnknownRouter);
    const auto next = add(house, router("towre", "10.0.0.3"));
    REQUIRE(next.has_value());
    CHECK(next->id.value == 3);

    storage::SessionRow session;
    session.name = {next->id, "81", "ann", "aa:bb:cc:dd:ee:01"};
    session.started_at = session.heard_at = house.clock.now();
    house.db.write([&](storage::Tx& tx) { storage::insert_session(tx, session); });
    CHECK(remove(next->id).error() == RouterError::InUse);
    CHECK(find(house, next->id).has_value());
}

TEST_CASE("a change of an unknown router or to a wrong address changes nothing")
{
    House house;
    const auto added = add(house, router("tower", "10.0.0.2"));
    usecases::RouterChange change;
    change.coa_address = "10.0.0.999";
    house.db.write([&](storage::Tx& tx) {
        CHECK(usecases::change_router(tx, house.context, added->id, change, "operator:1").error() ==
              RouterError::BadAddress);
        CHECK(usecases::change_router(tx, house.context, {99}, {}, "operator:1").error() ==
              RouterError::UnknownRouter);
    });
    CHECK(find(house, added->id)->coa_address == "10.0.0.2");
}
