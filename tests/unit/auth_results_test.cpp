#include "unit/catch.hpp"

#include "usecases/auth_results.hpp"

#include "storage/auth_result_store.hpp"
#include "unit/house.hpp"

using namespace mnara;
using usecases::AuthVerdict;

namespace {

AuthVerdict verdict(int after, bool accepted, const std::string& username,
                    const std::string& reason)
{
    return {kStart + Seconds{after}, accepted, "1", "AA-BB-CC-00-00-01", username, reason};
}

std::string text(House& house, const std::string& sql)
{
    return house.db.read([&](storage::ReadTx& tx) {
        auto q = tx.query(sql);
        return q.step() ? q.get<std::string>(0) : std::string("no row");
    });
}

} // namespace

TEST_CASE("the last verdict of a username is kept with its counts")
{
    House house;
    const std::vector<AuthVerdict> first{verdict(1, false, "jane", "wrong password"),
                                         verdict(2, false, "jane", "expired"),
                                         verdict(3, true, "peter", "")};
    usecases::record_auth_verdicts(house.context, first, {7, 300});
    CHECK(house.number("SELECT rejected_in_a_row FROM auth_result WHERE username = 'jane'") == 2);
    CHECK(text(house, "SELECT last_reason FROM auth_result WHERE username = 'jane'") == "expired");
    CHECK(text(house, "SELECT last_calling_station FROM auth_result WHERE username = 'jane'") ==
          "aa:bb:cc:00:00:01");

    const std::vector<AuthVerdict> second{verdict(9, true, "jane", "ok")};
    usecases::record_auth_verdicts(house.context, second, {7, 400});
    CHECK(house.number("SELECT rejected_in_a_row FROM auth_result WHERE username = 'jane'") == 0);
    CHECK(house.number("SELECT rejected FROM auth_result WHERE username = 'jane'") == 2);
    CHECK(house.number("SELECT accepted FROM auth_result WHERE username = 'jane'") == 1);
    CHECK(house.number("SELECT COUNT(*) FROM auth_result") == 2);
}

TEST_CASE("a verdict that is read late counts and does not hide a newer reason")
{
    House house;
    const std::vector<AuthVerdict> verdicts{verdict(9, false, "jane", "newer"),
                                            verdict(5, false, "jane", "older")};
    usecases::record_auth_verdicts(house.context, verdicts, {7, 300});
    CHECK(text(house, "SELECT last_reason FROM auth_result") == "newer");
    CHECK(house.number("SELECT last_at FROM auth_result") == to_seconds(kStart) + 9);
    CHECK(house.number("SELECT rejected FROM auth_result") == 2);
}

TEST_CASE("how far the reason log was read is kept with the counts")
{
    House house;
    const auto position = [&] {
        return house.db.read([](storage::ReadTx& tx) { return usecases::auth_log_position(tx); });
    };
    CHECK_FALSE(position().has_value());
    usecases::record_auth_verdicts(house.context, {}, {7, 300});
    usecases::record_auth_verdicts(house.context, {}, {8, 20});
    REQUIRE(position().has_value());
    CHECK(position()->inode == 8);
    CHECK(position()->offset == 20);
}

TEST_CASE("strangers' names are pruned, oldest first, and never those of lines")
{
    House house;
    house.add_plan("day", 50, {1, domain::DurationUnit::Day});
    house.add_line(house.add_subscriber("0712345678"), "jane", "day");
    std::vector<AuthVerdict> verdicts{verdict(0, false, "jane", "expired")};
    for (int i = 1; i <= 9; ++i)
        verdicts.push_back(verdict(i, false, "stranger" + std::to_string(i), "unknown"));
    usecases::record_auth_verdicts(house.context, verdicts, {7, 300});
    house.db.write([](storage::Tx& tx) { storage::prune_auth_results(tx, 4); });
    CHECK(house.number("SELECT COUNT(*) FROM auth_result") == 4);
    CHECK(house.number("SELECT COUNT(*) FROM auth_result WHERE username = 'jane'") == 1);
    CHECK(house.number("SELECT COUNT(*) FROM auth_result WHERE username = 'stranger9'") == 1);
    CHECK(house.number("SELECT COUNT(*) FROM auth_result WHERE username = 'stranger6'") == 0);
}

TEST_CASE("a username of any length and any bytes is one bounded row")
{
    House house;
    const std::vector<AuthVerdict> verdicts{
        verdict(1, false, std::string(5'000, '\xff'), std::string(9'000, 'x'))};
    usecases::record_auth_verdicts(house.context, verdicts, {7, 300});
    CHECK(house.number("SELECT length(CAST(username AS BLOB)) FROM auth_result") == 253);
    CHECK(house.number("SELECT length(last_reason) FROM auth_result") == 253);
}
