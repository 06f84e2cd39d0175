#include "network/radius/accounting_record.hpp"

#include "unit/catch.hpp"

using namespace mnara;
using namespace mnara::network::radius;
using Status = usecases::AccountingRecord::Status;

namespace {

constexpr UnixTime kNow = unix_time(1'800'000'000);

Packet interim()
{
    Packet packet;
    packet.add(kMnaraRouter, "3");
    packet.add_integer(Type::AcctStatusType, 3);
    packet.add(Type::AcctSessionId, "81a0000F");
    packet.add(Type::UserName, "amina");
    return packet;
}

} // namespace

TEST_CASE("B22-part: accounting counters are 64 bits, of octets and gigawords")
{
    Packet packet = interim();
    packet.add_integer(Type::AcctInputOctets, 4'294'967'295u);
    packet.add_integer(Type::AcctInputGigawords, 2);
    packet.add_integer(Type::AcctOutputOctets, 7);
    packet.add_integer(Type::AcctOutputGigawords, 1);
    packet.add_integer(Type::AcctSessionTime, 4'000'000'000u);
    const auto record = read_accounting(packet, kNow);
    REQUIRE(record);
    REQUIRE(record.value().bytes_up == 2 * 4'294'967'296 + 4'294'967'295);
    REQUIRE(record.value().bytes_down == 4'294'967'296 + 7);
    REQUIRE(record.value().seconds == 4'000'000'000);
    REQUIRE(record.value().router_id == RouterId{3});
    REQUIRE(record.value().acct_session_id == "81a0000F");
    REQUIRE(record.value().status == Status::Interim);
    REQUIRE_FALSE(record.value().terminate_cause);
}

TEST_CASE("a counter that cannot be true changes nothing")
{
    Packet packet = interim();
    packet.add_integer(Type::AcctInputGigawords, 0xffff'ffffu);
    packet.add(Type::AcctOutputOctets, "12345"); // not four bytes
    const auto record = read_accounting(packet, kNow);
    REQUIRE(record);
    REQUIRE(record.value().bytes_up == 0);
    REQUIRE(record.value().bytes_down == 0);
}

TEST_CASE("the time of an accounting packet is its arrival less its delay")
{
    Packet packet = interim();
    REQUIRE(read_accounting(packet, kNow).value().event_at == kNow);
    packet.add_integer(Type::AcctDelayTime, 14 * 86'400);
    REQUIRE(read_accounting(packet, kNow).value().event_at == kNow - std::chrono::days{14});

    Packet odd = interim();
    odd.add_integer(Type::AcctDelayTime, 0xffff'ffffu);
    REQUIRE(read_accounting(odd, kNow).value().event_at == kNow);
    // Our own clock has lost its battery.
    REQUIRE(read_accounting(packet, unix_time(100)).value().event_at == unix_time(0));
}

TEST_CASE("Event-Timestamp is believed only where it is a little before our own reckoning")
{
    const auto event_at = [](std::int64_t stamp) {
        Packet packet = interim();
        packet.add_integer(Type::AcctDelayTime, 10);
        packet.add_integer(Type::EventTimestamp, static_cast<std::uint32_t>(stamp));
        return to_seconds(read_accounting(packet, kNow).value().event_at);
    };
    const std::int64_t reckoned = to_seconds(kNow) - 10;
    REQUIRE(event_at(reckoned - 5) == reckoned - 5);
    REQUIRE(event_at(reckoned - 60) == reckoned - 60);
    REQUIRE(event_at(reckoned - 61) == reckoned);
    REQUIRE(event_at(reckoned + 1) == reckoned);
    REQUIRE(event_at(0) == reckoned);
}

TEST_CASE("accounting that names no router, no session or no known status is refused")
{
    for (const char* router : {"", "0", "-1", "1x", " 1", "99999999999999999999"}) {
        Packet packet = interim();
        packet.attributes.front().value = router;
        INFO(router);
        REQUIRE_FALSE(read_accounting(packet, kNow));
    }
    Packet no_session = interim();
    no_session.attributes.erase(no_session.attributes.begin() + 2);
    REQUIRE_FALSE(read_accounting(no_session, kNow));
    Packet tunnel = interim();
    tunnel.attributes[1].value.back() = 9;
    REQUIRE_FALSE(read_accounting(tunnel, kNow));
    REQUIRE_FALSE(read_accounting(Packet{}, kNow));
}

TEST_CASE("Accounting-On and -Off need no session, and each status is known")
{
    for (const auto& [number, status] : {std::pair{1, Status::Start},
                                         {2, Status::Stop},
                                         {3, Status::Interim},
                                         {7, Status::AccountingOn},
                                         {8, Status::AccountingOff}}) {
        Packet packet;
        packet.add(kMnaraRouter, "3");
        packet.add_integer(Type::AcctStatusType, static_cast<std::uint32_t>(number));
        if (number < 7)
            packet.add(Type::AcctSessionId, "1");
        INFO(number);
        REQUIRE(read_accounting(packet, kNow).value().status == status);
    }
}

TEST_CASE("what else an accounting packet tells")
{
    Packet packet = interim();
    packet.add(Type::Class, "4:full");
    packet.add(Type::FramedIpAddress, std::string("\x0a\x00\xff\x01", 4));
    packet.add_integer(Type::NasPort, 15'728'641);
    packet.add_integer(Type::AcctTerminateCause, 2);
    packet.add(Type::CallingStationId, "AA:BB:CC:00:11:22");
    const auto record = read_accounting(packet, kNow);
    REQUIRE(record.value().class_text == "4:full");
    REQUIRE(record.value().framed_ipv4 == "10.0.255.1");
    REQUIRE(record.value().port == "15728641");
    REQUIRE(record.value().terminate_cause == "lost-carrier");
    REQUIRE(record.value().calling_station == "AA:BB:CC:00:11:22");
    packet.add(Type::NasPortId, "ether2");
    REQUIRE(read_accounting(packet, kNow).value().port == "ether2");
    REQUIRE(terminate_cause_text(0) == "cause 0");
    REQUIRE(terminate_cause_text(18) == "host-request");
    REQUIRE(terminate_cause_text(19) == "cause 19");
}
