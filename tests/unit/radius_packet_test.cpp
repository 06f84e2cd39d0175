#include "network/radius/packet.hpp"

#include "core/crypto.hpp"
#include "core/random.hpp"
#include "unit/catch.hpp"

using namespace mnara::network::radius;
namespace crypto = mnara::crypto;

namespace {

const std::string kRfcSecret = "xyzzy5461"; // of the examples in RFC 2865 and RFC 5997

std::string hex(const char* digits)
{
    return crypto::from_hex(digits).value();
}

Packet accounting_request()
{
    Packet packet;
    packet.code = Code::AccountingRequest;
    packet.id = 200;
    packet.add_message_authenticator();
    packet.add(Type::UserName, "amina");
    packet.add(kMnaraRouter, "12");
    packet.add_integer(Type::AcctStatusType, 3);
    packet.add(Type::ProxyState, std::string("\0\xff", 2));
    return packet;
}

} // namespace

TEST_CASE("a RADIUS answer has the authenticator of the example in RFC 2865 section 7.1")
{
    const std::string accept = hex("0200002686fe220e7624ba2a1005f6bf9b55e0b2"
                                   "0606000000010f06000000000e06c0a80103");
    const std::string request = hex("0f403f9473978057bd83d5cb98f4227a");
    REQUIRE(response_is_signed(accept, kRfcSecret, request));
    REQUIRE_FALSE(response_is_signed(accept, kRfcSecret, zero_authenticator()));
    REQUIRE_FALSE(response_is_signed(accept, "another", request));

    const auto packet = parse_packet(accept);
    REQUIRE(packet);
    REQUIRE(packet.value().attributes.size() == 3);
    REQUIRE(packet.value().integer(Name(0, 14)) == 0xc0a80103u);
    REQUIRE(sign_response(packet.value(), kRfcSecret, request) == accept);
}

TEST_CASE("the status questions of RFC 5997 section 6 and an answer to one")
{
    const std::string question = hex("0cda00268a54f4686fb394c52866e302185d0623"
                                     "50125a665e2e1e8411f3e243822097c84fa3");
    REQUIRE(parse_packet(question));
    REQUIRE(message_authenticator(question, kRfcSecret, authenticator_of(question)) ==
            Proof::Right);
    REQUIRE(message_authenticator(question, kRfcSecret, zero_authenticator()) == Proof::Wrong);
    REQUIRE(message_authenticator(question, "another", authenticator_of(question)) == Proof::Wrong);
    const std::string second = hex("0cb30026925f6b66dd5fed571fcb1db7ad388260"
                                   "5012e8d6eabda910875cd91fdade26367858");
    REQUIRE(message_authenticator(second, kRfcSecret, authenticator_of(second)) == Proof::Right);

    Packet answer;
    answer.code = static_cast<Code>(2);
    answer.id = 0xda;
    REQUIRE(sign_response(answer, kRfcSecret, authenticator_of(question)) ==
            hex("02da0014ef0d552a4bf2d693ec2b6fe8b5411d66"));
}

TEST_CASE("a signed RADIUS request is read back as it was built, and any changed bit is noticed")
{
    const std::string bytes = sign_request(accounting_request(), "secret");
    REQUIRE(request_is_signed(bytes, "secret"));
    REQUIRE(message_authenticator(bytes, "secret", zero_authenticator()) == Proof::Right);

    const auto packet = parse_packet(bytes);
    REQUIRE(packet);
    REQUIRE(packet.value().code == Code::AccountingRequest);
    REQUIRE(packet.value().id == 200);
    REQUIRE(*packet.value().find(kMnaraRouter) == "12");
    REQUIRE(*packet.value().find(Type::ProxyState) == std::string("\0\xff", 2));
    REQUIRE(packet.value().integer(Type::AcctStatusType) == 3u);
    REQUIRE(packet.value().find(Type::Class) == nullptr);
    REQUIRE_FALSE(packet.value().integer(Type::UserName)); // five bytes are no integer

    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        INFO("byte " << at);
        if (parse_packet(changed)) // else the change was noticed already
            REQUIRE_FALSE(request_is_signed(changed, "secret"));
    }
    // RFC 2865 section 3: bytes after the stated length are padding.
    REQUIRE(request_is_signed(bytes + "padding", "secret"));
    REQUIRE(parse_packet(bytes + "padding").value().attributes.size() ==
            packet.value().attributes.size());
}

TEST_CASE("the Message-Authenticator of an answer is made over the request's or over zeros")
{
    Packet answer;
    answer.code = Code::AccountingResponse;
    answer.add_message_authenticator();
    const std::string request = "0123456789abcdef";
    const std::string over_request = sign_response(answer, "secret", request);
    REQUIRE(message_authenticator(over_request, "secret", request) == Proof::Right);
    REQUIRE(message_authenticator(over_request, "secret", zero_authenticator()) == Proof::Wrong);
    const std::string over_zeros = sign_response(answer, "secret", request, true);
    REQUIRE(message_authenticator(over_zeros, "secret", zero_authenticator()) == Proof::Right);
    REQUIRE(response_is_signed(over_request, "secret", request));
    REQUIRE(response_is_signed(over_zeros, "secret", request));

    answer.attributes.clear();
    REQUIRE(message_authenticator(sign_response(answer, "secret", request), "secret", request) ==
            Proof::Absent);
    answer.add_message_authenticator();
    answer.add_message_authenticator();
    REQUIRE(message_authenticator(sign_response(answer, "secret", request), "secret", request) ==
            Proof::Wrong);
    // The first of these two is right over the second, made with Python's hmac.
    const std::string two = hex("04090038343a144abc63cf682344427174ef95795012cc37a02058c7"
                                "79b10e3ba8dadcabb3b5501278787878787878787878787878787878");
    REQUIRE(request_is_signed(two, "secret"));
    REQUIRE(message_authenticator(two, "secret", zero_authenticator()) == Proof::Wrong);
    const std::string short_one = hex("05000019") + request + hex("5005aabbcc");
    REQUIRE(parse_packet(short_one));
    REQUIRE(message_authenticator(short_one, "secret", request) == Proof::Wrong);
}

TEST_CASE("lengths in a RADIUS packet that lie are refused")
{
    const std::string zeros(16, '\0');
    REQUIRE_FALSE(parse_packet(""));
    REQUIRE_FALSE(parse_packet(hex("04000013") + zeros));                   // below the header
    REQUIRE_FALSE(parse_packet(hex("04000015") + zeros));                   // more than there is
    REQUIRE_FALSE(parse_packet(hex("04001001") + std::string(5000, '\0'))); // above 4096
    REQUIRE_FALSE(parse_packet(hex("04000015") + zeros + hex("01")));       // half an attribute
    REQUIRE_FALSE(parse_packet(hex("04000016") + zeros + hex("0100")));     // would never end
    REQUIRE_FALSE(parse_packet(hex("04000016") + zeros + hex("0101")));
    REQUIRE_FALSE(parse_packet(hex("04000016") + zeros + hex("0103"))); // beyond the packet
    const auto empty = parse_packet(hex("04000016") + zeros + hex("0102"));
    REQUIRE(empty);
    REQUIRE(empty.value().find(Type::UserName)->empty());
}

TEST_CASE("one Vendor-Specific holds several attributes, and one in another form stays whole")
{
    const std::string zeros(16, '\0');
    const auto two = parse_packet(hex("04000021") + zeros + hex("1a0d00007ed901033501040102"));
    REQUIRE(two);
    REQUIRE(two.value().attributes.size() == 2);
    REQUIRE(*two.value().find(kMnaraRouter) == "5");

    for (const char* odd :
         {"00007ed9", "00007ed901", "00007ed90100", "00007ed90109ff", "00000000010335", "0000"}) {
        const std::string inside = hex(odd);
        const std::size_t size = inside.size() + 2;
        std::string packet = hex("040000");
        packet.push_back(static_cast<char>(kHeaderBytes + size));
        packet += zeros;
        packet.push_back('\x1a');
        packet.push_back(static_cast<char>(size));
        packet += inside;
        const auto parsed = parse_packet(packet);
        INFO(odd);
        REQUIRE(parsed);
        REQUIRE(parsed.value().find(kMnaraRouter) == nullptr);
        REQUIRE(*parsed.value().find(Type::VendorSpecific) == inside);
    }
}

TEST_CASE("random bytes and every cut of a right packet never break the RADIUS parser")
{
    mnara::SeededRandom random(20261120);
    int accepted = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = random.bytes(random.below(80));
        if (bytes.size() >= kHeaderBytes && round % 2 == 0) {
            bytes[2] = '\0'; // else almost none gets past its length
            bytes[3] = static_cast<char>(bytes.size());
        }
        if (const auto packet = parse_packet(bytes)) {
            ++accepted;
            (void)message_authenticator(bytes, "secret", zero_authenticator());
            REQUIRE_FALSE(request_is_signed(bytes, "secret"));
        }
    }
    REQUIRE(accepted > 0);
    const std::string whole = sign_request(accounting_request(), "secret");
    for (std::size_t size = 0; size < whole.size(); ++size)
        REQUIRE_FALSE(parse_packet(whole.substr(0, size)));
}

TEST_CASE("what fits into a RADIUS attribute")
{
    REQUIRE(fits(Type::UserName, 253));
    REQUIRE_FALSE(fits(Type::UserName, 254));
    REQUIRE(fits(kMikrotikRateLimit, 247));
    REQUIRE_FALSE(fits(kMikrotikRateLimit, 248));
    Packet packet;
    packet.add(kMikrotikRateLimit, std::string(247, 'r'));
    packet.add(Type::UserName, std::string(253, 'u'));
    const auto back = parse_packet(sign_request(packet, "secret"));
    REQUIRE(back);
    REQUIRE(back.value().find(kMikrotikRateLimit)->size() == 247);
    REQUIRE(back.value().find(Type::UserName)->size() == 253);
}
