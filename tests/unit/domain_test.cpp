#include "unit/catch.hpp"

#include "domain/access.hpp"
#include "domain/account_reference.hpp"
#include "domain/calendar.hpp"
#include "domain/clock_trust.hpp"
#include "domain/phone.hpp"
#include "domain/plan.hpp"

#include <set>

using namespace mnara;
using namespace mnara::domain;

TEST_CASE("Phones in every usual form are one number")
{
    for (const char* typed :
         {"0712345678", "712345678", "254712345678", "+254712345678", "00254712345678",
          "2540712345678", "0712 345 678", "+254-712-345-678", "(0712) 345.678"})
        CHECK(normalise_phone(typed) == "254712345678");
    CHECK(normalise_phone("0110123456") == "254110123456");
    for (const char* typed : {"", "12345", "0812345678", "25571234567", "07123456789",
                              "abc0712345678", "0712345678x", "7+12345678"})
        CHECK_FALSE(normalise_phone(typed));
}

TEST_CASE("A payer's phone is read clear, hashed and masked")
{
    const std::string hash = "94c392c3" + std::string(56, 'a');
    CHECK(read_payer_phone("254712345678").form == PayerPhone::Form::Clear);
    CHECK(read_payer_phone(hash).form == PayerPhone::Form::Hashed);
    const PayerPhone masked = read_payer_phone("2547 ***** 678");
    CHECK(masked.form == PayerPhone::Form::Masked);
    CHECK(may_be(masked, "254712345678", hash));
    CHECK_FALSE(may_be(masked, "254712345679", hash));
    CHECK_FALSE(may_be(masked, "254112345678", hash));
    CHECK(may_be(read_payer_phone("25470****149"), "254708374149", ""));
    CHECK(may_be(read_payer_phone(hash), "254700000000", hash));
    CHECK(read_payer_phone("").form == PayerPhone::Form::Unknown);
    CHECK(read_payer_phone("JANE").form == PayerPhone::Form::Unknown);
    // What was read is read the same again, because it is stored in that form.
    CHECK(read_payer_phone(masked.value).form == PayerPhone::Form::Masked);
}

TEST_CASE("P10: account numbers differ from each other in more than one typing mistake")
{
    std::set<std::string> all;
    for (int n = 1; n <= 3000; ++n) {
        const std::string number = account_number(n);
        CHECK(is_account_number(number));
        all.insert(number);
    }
    for (const std::string& number :
         {account_number(1), account_number(777), account_number(2999)}) {
        for (std::size_t at = 0; at < number.size(); ++at)
            for (char digit = '0'; digit <= '9'; ++digit) {
                std::string wrong = number;
                wrong[at] = digit;
                if (wrong != number)
                    CHECK_FALSE(is_account_number(wrong));
            }
        for (std::size_t at = 0; at + 1 < number.size(); ++at) {
            std::string swapped = number;
            std::swap(swapped[at], swapped[at + 1]);
            if (swapped != number)
                CHECK_FALSE(is_account_number(swapped));
        }
    }
}

TEST_CASE(
    "P10: a reference typed with spaces, dashes, small letters, O for 0 and I for 1 is understood")
{
    const std::string number = account_number(1); // has a 0 and a 1
    std::string sloppy = number;
    for (char& c : sloppy)
        c = c == '0' ? 'o' : c == '1' ? 'l' : c;
    CHECK(read_reference(" " + sloppy.substr(0, 3) + " - " + sloppy.substr(3)).account_no ==
          number);
    CHECK(read_reference("acc " + number).account_no == std::nullopt);
    CHECK(read_reference("0712345678").phone == "254712345678");
    CHECK(read_reference("").text.empty());
    CHECK(read_reference(attempt_reference(number, "KHQW")).account_no == number);
    CHECK(attempt_reference(number, "KHQW").size() <= 12);
}

TEST_CASE("Months turn on their day, clamped to shorter months, in Nairobi's time")
{
    const auto at = [](const char* text) { return parse_compact_time(text).value(); };
    const Duration month{1, DurationUnit::Month};
    CHECK(term_end(at("20260131090000"), month, 31) == at("20260228090000"));
    CHECK(term_end(at("20260228090000"), month, 31) == at("20260331090000"));
    CHECK(term_end(at("20280131090000"), month, 31) == at("20280229090000"));
    CHECK(term_end(at("20261215233000"), month, 15) == at("20270115233000"));
    // 01:30 in Nairobi is the evening before in UTC: the day counts in Nairobi.
    CHECK(term_end(at("20260301013000"), month, 1) == at("20260401013000"));
    CHECK(term_end(at("20260115090000"), {3, DurationUnit::Hour}, 15) == at("20260115120000"));
    CHECK(term_end(at("20260115090000"), {20, DurationUnit::Second}, 15) == at("20260115090020"));
    CHECK(local_day(at("20260116000000") - Seconds{1}) == 20260115);
    CHECK(start_of_local_day(at("20260115153000")) == at("20260115000000"));
    CHECK(compact_time(at("20260115143021")) == "20260115143021");
    CHECK_FALSE(parse_compact_time("20260230000000"));
    CHECK_FALSE(parse_compact_time("2026011514302"));
    CHECK_FALSE(parse_compact_time("20260115246000"));
}

TEST_CASE("J7: a plan's rate is written as RouterOS takes it, upload first, burst in full")
{
    CHECK(mikrotik_rate_limit({2'000'000, 10'000'000, std::nullopt}) == "2M/10M");
    CHECK(mikrotik_rate_limit({512'000, 2'048'000, std::nullopt}) == "512k/2048k");
    CHECK(mikrotik_rate_limit({1'000'001, 2'000'000, std::nullopt}) == "1000001/2M");
    CHECK(mikrotik_rate_limit(
              {2'000'000, 10'000'000, Burst{4'000'000, 20'000'000, 1'500'000, 7'500'000, 16}}) ==
          "2M/10M 4M/20M 1500k/7500k 16/16");
}

TEST_CASE("The clock is suspect behind the mark and far beyond it")
{
    const UnixTime mark = unix_time(1'768'456'800);
    CHECK_FALSE(is_suspect(mark - Seconds{300}, mark));
    CHECK(is_suspect(mark - Seconds{301}, mark));
    CHECK(is_suspect(unix_time(0), mark));
    CHECK_FALSE(is_suspect(mark + Seconds{30 * 86'400}, mark));
    CHECK(is_suspect(mark + Seconds{30 * 86'400 + 1}, mark));
    CHECK(trusted_time(unix_time(5), mark) == mark);
}

namespace {

AccessFacts paid_line()
{
    AccessFacts facts;
    facts.subscription.id = SubscriptionId{17};
    facts.subscription.username = "jane";
    facts.subscription.state = SubscriptionState::Active;
    facts.subscription.paid_until = unix_time(2'000'000'000);
    PlanVersion plan;
    plan.rate = Rate{2'000'000, 10'000'000, std::nullopt};
    plan.device_limit = 2;
    facts.stretches = {{unix_time(2'000'000'000), plan}};
    facts.password = "secret";
    return facts;
}

const AccessSettings kSettings{"pool", "expired-pool", "expired-list", "512k/512k", 600, 300};

} // namespace

TEST_CASE("A MAC is read in every usual form, and nothing else is taken for one")
{
    for (const char* typed : {"AA-BB-CC-00-00-02", "aabb.cc00.0002", "aa:bb:cc:00:00:02"})
        CHECK(read_station(typed) == "aa:bb:cc:00:00:02");
    for (const char* typed :
         {"", "phone", "aa:bb:cc:00:00", "aa:bb:cc:00:00:02:03", "zz:zz:zz:zz:zz:zz"})
        CHECK_FALSE(read_station(typed));
    CHECK(normalise_station("Hotspot-7") == "hotspot-7");
}

TEST_CASE("K1: a paid line has full speed until its end and the pay page for ever after")
{
    AccessFacts facts = paid_line();
    facts.open_sessions = {{"AA:BB:CC:DD:EE:01"}, {"aabb.ccdd.ee02"}};
    const auto phases = access_phases(facts, kSettings);
    REQUIRE(phases.size() == 2);
    CHECK(phases[0].verdict == "ok");
    CHECK(phases[0].until_at == unix_time(2'000'000'000));
    CHECK(phases[0].session_until == unix_time(2'000'000'000));
    CHECK(phases[0].rate == "2M/10M");
    CHECK(phases[0].pool == "pool");
    CHECK(phases[0].class_text == "sub:17:full");
    CHECK(phases[0].allowed_sessions == 2);
    CHECK(phases[0].open_macs == " aa:bb:cc:dd:ee:01 aa:bb:cc:dd:ee:02 ");
    CHECK(phases[1].until_at == kForever);
    CHECK(phases[1].verdict == "expired");
    CHECK(phases[1].pay_page);
    CHECK(phases[1].pool == "expired-pool");
    CHECK(phases[1].class_text == "sub:17:limited");
    CHECK(phases[1].session_seconds == 600);
    CHECK_FALSE(phases[1].static_ipv4);
}

TEST_CASE("K1: a plan that says reject leaves no pay page, a suspended line has no access, an "
          "ended one no row")
{
    AccessFacts facts = paid_line();
    facts.stretches[0].plan.end_behaviour = EndBehaviour::Reject;
    CHECK_FALSE(access_phases(facts, kSettings)[1].pay_page);
    facts.subscription.state = SubscriptionState::Suspended;
    const auto suspended = access_phases(facts, kSettings);
    REQUIRE(suspended.size() == 1);
    CHECK(suspended[0].verdict == "suspended");
    CHECK_FALSE(suspended[0].pay_page);
    facts.subscription.state = SubscriptionState::Terminated;
    CHECK(access_phases(facts, kSettings).empty());
}

TEST_CASE("K22: a paid term of another plan is a phase of its own, and a session ends where the "
          "rate changes")
{
    AccessFacts facts = paid_line();
    PaidStretch same = facts.stretches[0];
    same.ends_at = unix_time(2'000'001'000);
    PaidStretch faster = same;
    faster.plan.rate = Rate{5'000'000, 20'000'000, std::nullopt};
    faster.ends_at = unix_time(2'000'002'000);
    facts.stretches.push_back(same);
    facts.stretches.push_back(faster);
    facts.subscription.paid_until = faster.ends_at;
    const auto phases = access_phases(facts, kSettings);
    REQUIRE(phases.size() == 4);
    CHECK(phases[0].session_until == same.ends_at);
    CHECK(phases[1].session_until == same.ends_at);
    CHECK(phases[2].session_until == faster.ends_at);
    CHECK(phases[2].rate == "5M/20M");
    CHECK(phases[2].until_at == faster.ends_at);
    CHECK(phases[3].verdict == "expired");
}

TEST_CASE("P19: a static address goes before the pool")
{
    AccessFacts facts = paid_line();
    facts.subscription.static_ipv4 = "10.1.2.3";
    const auto phases = access_phases(facts, kSettings);
    CHECK(phases[0].static_ipv4 == "10.1.2.3");
    CHECK_FALSE(phases[0].pool);
    CHECK(phases[1].pool == "expired-pool");
}

TEST_CASE("Class names the line and the kind of access, and nothing else is taken for one")
{
    CHECK(read_class("sub:17:full")->full);
    CHECK_FALSE(read_class("sub:17:limited")->full);
    CHECK(read_class("sub:17:limited")->subscription_id == SubscriptionId{17});
    for (const char* text : {"", "sub:", "sub:x:full", "sub:17", "sub:17:fullx", "grant:17:full"})
        CHECK_FALSE(read_class(text));
}
