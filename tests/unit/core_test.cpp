#include "unit/catch.hpp"

#include "core/crypto.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "core/money.hpp"
#include "core/random.hpp"

#include <nlohmann/json.hpp>

using namespace mnara;

TEST_CASE("Money is read exactly from decimal text and from nothing else")
{
    CHECK(parse_money("10")->cents() == 1000);
    CHECK(parse_money("10.5")->cents() == 1050);
    CHECK(parse_money("10.50")->cents() == 1050);
    CHECK(parse_money("1500.000")->cents() == 150000);
    CHECK(parse_money("0.07")->cents() == 7);
    CHECK(parse_money("1000000000")->cents() == 100'000'000'000);
    for (const char* text :
         {"", ".", "1.", ".5", "-1", "+1", "1e3", "1,000", " 1", "1 ", "0.001", "1.005",
          "1000000001", "1000000000.01", "99999999999999999999", "NaN", "0x10"})
        CHECK_FALSE(parse_money(text));
    CHECK(format_money(Money::from_cents(123456789)) == "1,234,567.89");
    CHECK(format_money(Money::from_cents(-5)) == "-0.05");
    CHECK(format_money(Money::from_cents(100000)) == "1,000.00");
}

TEST_CASE("JSON keeps decimals as their own text and integers as integers")
{
    const auto json =
        parse_json(R"({"a":1500.00,"b":20260115143021,"c":1e3,"d":123456789012345678901})");
    REQUIRE(json);
    CHECK((*json)["a"] == "1500.00");
    CHECK((*json)["b"] == 20260115143021);
    CHECK((*json)["c"] == "1e3");
    CHECK((*json)["d"] == "123456789012345678901");
}

TEST_CASE("JSON that is broken, too large, too deep, too many or double is refused in words")
{
    CHECK(parse_json("{").error() == "not JSON at byte 2");
    CHECK(parse_json("").has_value() == false);
    CHECK(parse_json(std::string(70'000, ' ')).error() == "too large");
    CHECK(parse_json(std::string(50'000, '[')).error() == "nested too deep");
    CHECK(parse_json(R"({"a":1,"a":2})").error() == "the key \"a\" comes twice");
    std::string many = "[";
    for (int i = 0; i < 11'000; ++i)
        many += "1,";
    CHECK(parse_json(many + "1]").error() == "too many values");
    CHECK_FALSE(parse_json("{\"a\":\"\xff\"}"));
    CHECK_FALSE(parse_json("{} x"));
}

TEST_CASE("A log line is one JSON object whatever the text holds")
{
    ManualClock clock(unix_time(1'768'456'800));
    std::string line;
    Log log(clock, [&](const std::string& text) { line = text; });
    log.info("test.id", "a \"quoted\"\nline", {{"name", "x\ny\xff"}, {"n", 5}});
    CHECK(line.find('\n') == std::string::npos);
    const auto json = parse_json(line);
    REQUIRE(json);
    CHECK((*json)["id"] == "test.id");
    CHECK((*json)["at"] == "2026-01-15T06:00:00.000Z");
    CHECK((*json)["at_ms"] == 1'768'456'800'000);
    CHECK((*json)["n"] == 5);
}

TEST_CASE("A sealed secret opens only with its key and purpose")
{
    crypto::initialise();
    const std::string key(32, 'a');
    const auto sealed = crypto::seal(key, std::string(24, 'n'), "router", "s3cret");
    CHECK(crypto::open(key, sealed, "router") == "s3cret");
    CHECK_FALSE(crypto::open(key, sealed, "other"));
    CHECK_FALSE(crypto::open(std::string(32, 'b'), sealed, "router"));
    crypto::Sealed bent = sealed;
    bent.ciphertext[0] = static_cast<char>(bent.ciphertext[0] ^ 1);
    CHECK_FALSE(crypto::open(key, bent, "router"));
    CHECK(crypto::sha256_hex("abc") ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(crypto::verify_password("right", crypto::hash_password("right")));
    CHECK_FALSE(crypto::verify_password("wrong", crypto::hash_password("right")));
    CHECK(crypto::from_hex("00ff") == std::string("\x00\xff", 2));
    CHECK_FALSE(crypto::from_hex("0g"));
    CHECK_FALSE(crypto::from_hex("000"));
}

TEST_CASE("Seeded chance repeats itself and stays within its bound")
{
    SeededRandom a(3), b(3), c(4);
    CHECK(a.bytes(33) == b.bytes(33));
    CHECK(a.bytes(33) != c.bytes(33));
    for (int i = 0; i < 1000; ++i)
        CHECK(a.below(7) < 7);
    CHECK(a.text(5, "x") == "xxxxx");
}
