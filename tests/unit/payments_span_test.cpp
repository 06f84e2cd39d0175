#include "domain/calendar.hpp"
#include "unit/screens.hpp"

using namespace mnara;
using Json = nlohmann::json;

namespace {

std::vector<int> ids(const Json& list)
{
    std::vector<int> found;
    for (const Json& one : list.at("items"))
        found.push_back(one.at("id"));
    return found;
}

} // namespace

TEST_CASE("Payments of a span: from counts, to does not, and pages go on inside it")
{
    Screens till;
    till.set_up_mpesa();
    for (int day = 0; day < 3; ++day) {
        till.travel_to(kStart + Seconds{day * 86'400});
        REQUIRE(till.pay("nobody", 100 + day) == "unmatched");
    }
    const auto at = [](int day) { return std::to_string(to_seconds(kStart) + day * 86'400); };
    CHECK(ids(till.get("/api/v1/payments")) == std::vector{3, 2, 1});
    CHECK(ids(till.get("/api/v1/payments?from=" + at(1))) == std::vector{3, 2});
    CHECK(ids(till.get("/api/v1/payments?to=" + at(1))) == std::vector{1});
    CHECK(ids(till.get("/api/v1/payments?from=" + at(1) + "&to=" + at(2))) == std::vector{2});
    const Json first = till.get("/api/v1/payments?limit=1&from=" + at(1));
    CHECK(ids(first) == std::vector{3});
    CHECK(ids(till.get("/api/v1/payments?limit=1&from=" + at(1) +
                       "&after=" + std::to_string(first.at("next").get<int>()))) == std::vector{2});
    CHECK(till.get("/api/v1/payments?from=yesterday", 422).at("code") == "bad_span");
    // The sum of the same span: whole days of Nairobi from their sums, parts from the payments.
    const auto sum = [&](const std::string& query) {
        const Json span = till.get("/api/v1/payment-summary?" + query).at("span");
        return std::pair(span.at("cents").get<int>(), span.at("payments").get<int>());
    };
    const std::int64_t midnight = to_seconds(domain::start_of_local_day(kStart));
    const auto day = [&](int number) { return std::to_string(midnight + number * 86'400); };
    CHECK(till.get("/api/v1/payment-summary").at("span").is_null());
    CHECK(sum("from=" + day(1) + "&to=" + day(2)) == std::pair(101'00, 1));
    CHECK(sum("from=" + day(0) + "&to=" + day(3)) == std::pair(303'00, 3));
    CHECK(sum("from=" + at(1)) == std::pair(203'00, 2));
    CHECK(sum("to=" + at(1)) == std::pair(100'00, 1));
    CHECK(sum("from=" + day(5) + "&to=" + day(6)) == std::pair(0, 0));
    CHECK(sum("from=" + day(2) + "&to=" + day(1)) == std::pair(0, 0));
    CHECK(till.get("/api/v1/payment-summary?from=yesterday", 422).at("code") == "bad_span");
}
