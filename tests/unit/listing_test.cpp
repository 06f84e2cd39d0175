// Lists and counts that name their index: the rows must be the same as of a walk over the table.
#include "storage/listing/money.hpp"
#include "storage/listing/network.hpp"
#include "storage/listing/office.hpp"
#include "storage/listing/people_list.hpp"
#include "storage/listing/sessions.hpp"
#include "storage/session_store.hpp"
#include "unit/catch.hpp"
#include "unit/house.hpp"
#include "usecases/attempts.hpp"
#include "usecases/billing.hpp"
#include "usecases/payments.hpp"
#include "usecases/routers.hpp"

using namespace mnara;
namespace listing = storage::listing;

namespace {

constexpr const char* kActor = "system:test";
constexpr listing::Page kFirstPage{2, std::nullopt};

const listing::ReadScope& everything()
{
    static const auto scope = listing::ReadScope::everything();
    return scope;
}

struct Town : House
{
    Town()
    {
        set_up_mpesa();
        add_plan("home", 1500, {30, domain::DurationUnit::Day});
        jane = add_subscriber("0712345678");
    }

    // Ids, newest first, of all pages.
    std::vector<std::int64_t> open_session_ids()
    {
        return db.read([](storage::ReadTx& tx) {
            std::vector<std::int64_t> ids;
            for (listing::Page page = kFirstPage;;) {
                auto rows = listing::sessions(tx, everything(), {true, ""}, page);
                const bool more = listing::cut_to_page(rows, page);
                for (const auto& row : rows)
                    ids.push_back(row.id.value);
                if (!more)
                    return ids;
                page.after = ids.back();
            }
        });
    }

    std::vector<SubscriberId> found(const std::string& text,
                                    std::optional<std::string> phone = std::nullopt)
    {
        listing::WhichPeople which;
        which.search = text;
        which.phone = std::move(phone);
        return db.read([&](storage::ReadTx& tx) {
            std::vector<SubscriberId> ids;
            const auto page =
                listing::people(tx, everything(), which, listing::PeopleOrder::Created, 10, "");
            for (const auto& person : page.value().rows)
                ids.push_back(person.row.id);
            return ids;
        });
    }

    SubscriberId jane{};
};

} // namespace

TEST_CASE("Open sessions are listed newest first, whatever lies between them")
{
    Town town;
    const RouterId router = town.db.write([&](storage::Tx& tx) {
        usecases::NewRouter facts;
        facts.name = "tower";
        facts.radius_source = "10.0.0.2";
        facts.actor = kActor;
        return usecases::add_router(tx, town.context, facts).value().id;
    });
    std::vector<std::int64_t> open;
    for (int i = 0; i < 12; ++i)
        town.db.write([&](storage::Tx& tx) {
            storage::SessionRow session;
            session.name = {router, std::to_string(i), "jane", "02:00:00:00:00:01"};
            session.started_at = session.heard_at = kStart + Seconds{i};
            session.class_text = i == 3 ? "1:1:limited" : "1:1:full";
            if (i % 3 != 0)
                session.stopped_at = session.heard_at;
            const SessionId id = storage::insert_session(tx, session);
            if (i % 3 == 0)
                open.insert(open.begin(), id.value);
        });
    CHECK(town.open_session_ids() == open);
    CHECK(town.db.read([](storage::ReadTx& tx) { return listing::counts(tx, everything()); })
              .online == 3);
}

TEST_CASE("Lines are counted by state, and a person is found by a username that is free again")
{
    Town town;
    const SubscriptionId gone = town.add_line(town.jane, "first", "home");
    town.add_line(town.jane, "second", "home");
    const SubscriptionId held = town.add_line(town.jane, "third", "home");
    town.db.write([&](storage::Tx& tx) {
        REQUIRE(usecases::terminate(tx, town.context, gone, "moved", kActor));
        REQUIRE(usecases::suspend(tx, town.context, held, "asked", kActor));
    });
    const auto counts =
        town.db.read([](storage::ReadTx& tx) { return listing::counts(tx, everything()); });
    CHECK(counts.subscriptions ==
          std::map<std::string, std::int64_t>{
              {"pending", 1}, {"active", 0}, {"expired", 0}, {"suspended", 1}, {"terminated", 1}});
    for (const char* username : {"first", "second", "third"})
        CHECK(town.found(username) == std::vector{town.jane});
    CHECK(town.found("fourth").empty());

    const SubscriberId other = town.add_subscriber("0722000000");
    town.add_line(other, "first", "home");
    CHECK(town.found("first") == std::vector{town.jane, other});
}

TEST_CASE("Attempts are listed by each state, open or ended")
{
    Town town;
    std::vector<AttemptId> made;
    for (const char* phone : {"0722000001", "0722000002", "0722000003"}) {
        const SubscriptionId line = town.add_line(town.jane, phone, "home");
        town.db.write([&](storage::Tx& tx) {
            usecases::RequestPayment wanted;
            wanted.subscription_id = line;
            wanted.phone = phone;
            wanted.actor = kActor;
            made.push_back(usecases::request_payment(tx, town.context, wanted).value());
        });
    }
    const auto claimed = usecases::claim_push(town.context);
    REQUIRE(claimed);
    usecases::settle_push(town.context, claimed->attempt.id, usecases::PushAccepted{"ws_CO_1"});
    town.db.read([&](storage::ReadTx& tx) {
        using Ids = std::vector<AttemptId>;
        CHECK(listing::attempts(tx, everything(), "prompted", kFirstPage) == Ids{made[0]});
        CHECK(listing::attempts(tx, everything(), "requested", kFirstPage) ==
              Ids{made[2], made[1]});
        CHECK(listing::attempts(tx, everything(), "failed", kFirstPage).empty());
        CHECK(listing::attempts(tx, everything(), "", kFirstPage) ==
              Ids{made[2], made[1], made[0]});
    });
}

TEST_CASE("A phone finds its owners and a username that is one, but no name that holds its digits")
{
    Town town;
    const SubscriberId other = town.add_subscriber("0722000000");
    town.add_line(other, "0712345678", "home");
    CHECK(town.found("0712345678", "254712345678") == std::vector{town.jane, other});
}
