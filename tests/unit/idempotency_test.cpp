#include "unit/catch.hpp"
#include "unit/house.hpp"
#include "usecases/idempotency.hpp"

using namespace mnara;

namespace {

constexpr const char* kKey = "0123456789abcdef";

} // namespace

TEST_CASE("The same key with the same request runs once and gets the first answer again")
{
    House house;
    int runs = 0;
    for (int times = 0; times < 3; ++times) {
        const auto answer = house.db.write([&](storage::Tx& tx) {
            return usecases::once(tx, house.clock.now(), "operator:1", kKey, "POST /a {}", [&] {
                ++runs;
                return usecases::StoredAnswer{201, "number " + std::to_string(runs)};
            });
        });
        REQUIRE(answer);
        CHECK(answer->status == 201);
        CHECK(answer->body == "number 1");
    }
    CHECK(runs == 1);
}

TEST_CASE("The same key with another request is refused, and another actor's key is his own")
{
    House house;
    const auto ask = [&](const std::string& actor, const std::string& request) {
        return house.db.write([&](storage::Tx& tx) {
            return usecases::once(tx, house.clock.now(), actor, kKey, request, [&] {
                return usecases::StoredAnswer{200, request};
            });
        });
    };
    REQUIRE(ask("operator:1", "POST /a {}"));
    const auto other = ask("operator:1", "POST /a {\"amount_cents\":1}");
    REQUIRE_FALSE(other);
    CHECK(other.error() == usecases::IdempotencyError::OtherRequest);
    CHECK(ask("operator:2", "POST /b {}").value().body == "POST /b {}");
}

TEST_CASE("An answer of 5xx is not kept, and what threw leaves nothing")
{
    House house;
    int runs = 0;
    const auto ask = [&](const std::function<usecases::StoredAnswer()>& run) {
        return house.db.write([&](storage::Tx& tx) {
            return usecases::once(tx, house.clock.now(), "operator:1", kKey, "POST /a", [&] {
                ++runs;
                return run();
            });
        });
    };
    CHECK(ask([] { return usecases::StoredAnswer{500, ""}; }).value().status == 500);
    CHECK_THROWS(ask([]() -> usecases::StoredAnswer { throw std::runtime_error("disk"); }));
    CHECK(ask([] { return usecases::StoredAnswer{200, ""}; }).value().status == 200);
    CHECK(ask([] { return usecases::StoredAnswer{200, ""}; }).value().status == 200);
    CHECK(runs == 3);
}
