// Lists of an operator whose site has few rows: found from the site, the same as a walk would find.
#include "storage/listing/few.hpp"
#include "storage/listing/money.hpp"
#include "storage/listing/people_list.hpp"
#include "storage/listing/sessions.hpp"
#include "storage/session_store.hpp"
#include "unit/screens.hpp"

using namespace mnara;
namespace listing = storage::listing;

namespace {

constexpr std::int64_t kAll = 1'000'000;

struct Town : Screens
{
    Town()
    {
        set_up_mpesa();
        add_plan("daily", 50, {1, Unit::Day});
        for (int number = 0; number < 2; ++number) {
            const std::string n = std::to_string(number);
            sites.push_back(db.write([&](storage::Tx& tx) {
                return tx.insert<SiteId>("INSERT INTO site(name, created_at) VALUES (?1, 1)",
                                         "site " + n);
            }));
            people.push_back(person("Person " + n, "071234567" + n));
            lines.push_back(add_line(people.back(), "user" + n, "daily"));
            routers.push_back(router("tower " + n, "10.0.0." + n));
            db.write([&](storage::Tx& tx) {
                tx.run("UPDATE subscriber SET site_id = ?2 WHERE id = ?1", people.back(),
                       sites.back());
                tx.run("UPDATE router SET site_id = ?2 WHERE id = ?1", routers.back(),
                       sites.back());
            });
        }
    }
    // Of line `number`, or of nobody, on a router of the other site.
    void session(int number, bool is_nobodys, bool is_open)
    {
        db.write([&](storage::Tx& tx) {
            storage::SessionRow row;
            row.name = {routers.at(static_cast<std::size_t>(1 - number)), std::to_string(++made_),
                        is_nobodys ? "stranger" : "user" + std::to_string(number),
                        "02:00:00:00:00:01"};
            row.started_at = row.heard_at = clock.now();
            if (!is_nobodys)
                row.subscription_id = lines.at(static_cast<std::size_t>(number));
            if (!is_open)
                row.stopped_at = row.heard_at;
            (void)storage::insert_session(tx, row);
        });
    }
    std::vector<std::int64_t> sessions(const listing::ReadScope& scope, bool open_only)
    {
        return db.read([&](storage::ReadTx& tx) {
            std::vector<std::int64_t> ids;
            for (const auto& row : listing::sessions(tx, scope, {open_only, ""}, {10, {}}))
                ids.push_back(row.id.value);
            return ids;
        });
    }
    template <class Few> std::optional<std::string> few(const listing::ReadScope& scope, Few find)
    {
        return db.read([&](storage::ReadTx& tx) { return find(tx, scope, kAll); });
    }

    std::vector<SiteId> sites;
    std::vector<SubscriberId> people;
    std::vector<SubscriptionId> lines;
    std::vector<RouterId> routers;

private:
    int made_ = 0;
};

using Ids = std::vector<std::int64_t>;

} // namespace

TEST_CASE("Sessions of a small site are found from its people and from its routers")
{
    Town town;
    const auto first = listing::ReadScope::of_sites({town.sites[0]});
    town.session(0, false, true);  // 1: on the router of the other site, but his
    town.session(1, false, true);  // 2
    town.session(1, true, true);   // 3: nobody's, on the router of the first site
    town.session(0, false, false); // 4
    town.session(0, true, false);  // 5: nobody's, on the router of the other site
    town.session(1, true, false);  // 6
    CHECK(town.sessions(first, true) == Ids{3, 1});
    CHECK(town.sessions(first, false) == Ids{6, 4, 3, 1});
    const auto both = listing::ReadScope::of_sites(town.sites);
    CHECK(town.sessions(both, false) == town.sessions(listing::ReadScope::everything(), false));
    const auto open = [](auto& tx, const auto& scope, auto behind) {
        return listing::few_sessions(tx, scope, behind, true);
    };
    CHECK(town.few(first, open) == "[1,3]");
    CHECK_FALSE(town.few(listing::ReadScope::everything(), open));
}

TEST_CASE("Payments of a small site are found from its people; many are walked to")
{
    Town town;
    for (int times = 0; times < 3; ++times)
        for (const SubscriberId id : town.people)
            town.pay_for(id, 10);
    REQUIRE(town.pay("nobody", 10) == "unmatched");
    const auto first = listing::ReadScope::of_sites({town.sites[0]});
    const auto page = [&](const listing::WhichPayments& which, const listing::Page& wanted) {
        Ids ids;
        town.db.read([&](storage::ReadTx& tx) {
            for (const PaymentId id : listing::payments(tx, first, which, wanted))
                ids.push_back(id.value);
        });
        return ids;
    };
    CHECK(page({}, {10, {}}) == Ids{5, 3, 1});
    CHECK(page({}, {1, 5}) == Ids{3, 1}); // one more than the page holds
    listing::WhichPayments later;
    later.from = town.clock.now() + Seconds{1};
    CHECK(page(later, {10, {}}).empty());
    CHECK(town.few(first, listing::few_payments) == "[1,3,5]");
    CHECK(town.few(first, listing::few_attempts) == "[]");
    CHECK_FALSE(town.few(listing::ReadScope::everything(), listing::few_payments));
    // So many that a page of them is met soon on the way by id.
    town.db.write([&](storage::Tx& tx) {
        tx.run("INSERT INTO session(router_id, acct_session_id, username, calling_station, "
               "started_at, subscription_id, seconds, bytes_up, bytes_down, heard_at) "
               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
               "SELECT ?1, i, 'user0', 'm', 1, ?2, 0, 0, 0, 1 FROM n",
               town.routers[0], town.lines[0]);
    });
    for (const bool open_only : {true, false})
        CHECK_FALSE(town.few(first, [&](auto& tx, const auto& scope, auto behind) {
            return listing::few_sessions(tx, scope, behind, open_only);
        }));
    CHECK(town.sessions(first, true).front() == 2000);
}
