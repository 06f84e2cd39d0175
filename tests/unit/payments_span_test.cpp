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
}
