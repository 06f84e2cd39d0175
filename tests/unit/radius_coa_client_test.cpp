#include "network/radius/coa_client.hpp"

#include "network/radius/packet.hpp"
#include "unit/catch.hpp"

#include <Poco/Net/DatagramSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <array>
#include <functional>
#include <set>
#include <thread>

using namespace mnara;
using namespace mnara::network::radius;
using Kind = usecases::CoaAnswer::Kind;
using Poco::Net::SocketAddress;

namespace {

const std::string kSecret = "secret of the router";
const Poco::Timespan kHangDeadline(10, 0);

// Gets packets on a thread of its own until `packets` have come, and sends what `react` returns.
class Router
{
public:
    using Reaction = std::function<std::vector<std::string>(const std::string&)>;
    // With a mouth it answers from there, not from where it was asked.
    Router(int packets, Reaction react, Poco::Net::DatagramSocket* mouth = nullptr)
        : socket_(SocketAddress("127.0.0.1", 0)), address_(socket_.address()),
          thread_([this, packets, mouth, react = std::move(react)] {
              for (int i = 0; i < packets; ++i) {
                  std::array<char, 4096> buffer{};
                  SocketAddress from;
                  if (!socket_.poll(kHangDeadline, Poco::Net::Socket::SELECT_READ))
                      return;
                  const int size =
                      socket_.receiveFrom(buffer.data(), static_cast<int>(buffer.size()), from);
                  received_.emplace_back(buffer.data(), static_cast<std::size_t>(size));
                  from_.push_back(from);
                  for (const std::string& bytes : react(received_.back()))
                      (mouth != nullptr ? *mouth : socket_)
                          .sendTo(bytes.data(), static_cast<int>(bytes.size()), from);
              }
          })
    {
    }
    ~Router()
    {
        if (thread_.joinable())
            thread_.join();
    }
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    [[nodiscard]] std::uint16_t port() const { return address_.port(); }
    const std::vector<std::string>& received()
    {
        if (thread_.joinable())
            thread_.join();
        return received_;
    }
    const std::vector<SocketAddress>& from()
    {
        (void)received();
        return from_;
    }

private:
    Poco::Net::DatagramSocket socket_;
    SocketAddress address_;
    std::vector<std::string> received_;
    std::vector<SocketAddress> from_;
    std::thread thread_;
};

std::string answer_to(const std::string& request, Code code,
                      std::optional<std::uint32_t> cause = std::nullopt,
                      const std::string& secret = kSecret)
{
    Packet packet;
    packet.code = code;
    packet.id = parse_packet(request).value().id;
    if (cause)
        packet.add_integer(Type::ErrorCause, *cause);
    return sign_response(packet, secret, authenticator_of(request));
}

usecases::CoaRequest disconnect(std::uint16_t port)
{
    usecases::CoaRequest request;
    request.address = "127.0.0.1";
    request.port = port;
    request.secret = kSecret;
    request.username = "amina";
    request.acct_session_id = "81a0000F";
    request.calling_station = "aa:bb:cc:00:11:22";
    request.framed_ipv4 = "10.5.50.7";
    return request;
}

struct Fixture
{
    SystemClock clock;
    SystemRandom random;
    CoaClient client{clock, random, {3, Millis{5000}, std::nullopt}};
    CoaClient hasty{clock, random, {3, Millis{60}, std::nullopt}};
};

} // namespace

TEST_CASE("a Disconnect-Request names the session in every way RouterOS matches, and is signed")
{
    Fixture f;
    Router router(1, [](const std::string& request) {
        return std::vector{answer_to(request, Code::DisconnectAck)};
    });
    REQUIRE(f.client.send(disconnect(router.port())).kind == Kind::Ack);

    const std::string bytes = router.received().at(0);
    REQUIRE(request_is_signed(bytes, kSecret));
    REQUIRE(message_authenticator(bytes, kSecret, zero_authenticator()) == Proof::Right);
    const Packet packet = parse_packet(bytes).value();
    REQUIRE(packet.code == Code::DisconnectRequest);
    REQUIRE(packet.attributes.size() == 5);
    REQUIRE(packet.attributes[0].name == Name(Type::MessageAuthenticator));
    REQUIRE(*packet.find(Type::UserName) == "amina");
    REQUIRE(*packet.find(Type::AcctSessionId) == "81a0000F");
    REQUIRE(*packet.find(Type::CallingStationId) == "AA:BB:CC:00:11:22");
    REQUIRE(packet.integer(Type::FramedIpAddress) == 0x0a053207u);
}

TEST_CASE("B21-part: a CoA-Request carries the rate and the time left, a Disconnect never")
{
    Fixture f;
    for (const bool is_disconnect : {false, true}) {
        Router router(1, [&](const std::string& request) {
            return std::vector{
                answer_to(request, is_disconnect ? Code::DisconnectAck : Code::CoaAck)};
        });
        auto request = disconnect(router.port());
        request.disconnect = is_disconnect;
        request.rate = "2048k/10240k";
        request.session_timeout = 86'400;
        REQUIRE(f.client.send(request).kind == Kind::Ack);
        const Packet packet = parse_packet(router.received().at(0)).value();
        REQUIRE(packet.code == (is_disconnect ? Code::DisconnectRequest : Code::CoaRequest));
        REQUIRE((packet.find(kMikrotikRateLimit) == nullptr) == is_disconnect);
        REQUIRE((packet.find(Type::SessionTimeout) == nullptr) == is_disconnect);
        if (!is_disconnect) {
            REQUIRE(*packet.find(kMikrotikRateLimit) == "2048k/10240k");
            REQUIRE(packet.integer(Type::SessionTimeout) == 86'400u);
        }
    }
}

TEST_CASE("B21-part: a NAK tells its Error-Cause")
{
    Fixture f;
    Router router(1, [](const std::string& request) {
        return std::vector{answer_to(request, Code::DisconnectNak, 503)};
    });
    const auto answer = f.client.send(disconnect(router.port()));
    REQUIRE(answer.kind == Kind::Nak);
    REQUIRE(answer.error_cause == 503u);
    REQUIRE(answer.text.find("503") != std::string::npos);

    Router terse(1, [](const std::string& request) {
        return std::vector{answer_to(request, Code::DisconnectNak)};
    });
    REQUIRE_FALSE(f.client.send(disconnect(terse.port())).error_cause);
}

TEST_CASE("B21-part: a router that loses two packets is asked a third time with the same bytes")
{
    Fixture f;
    int count = 0;
    Router router(3, [&](const std::string& request) {
        return ++count < 3 ? std::vector<std::string>{}
                           : std::vector{answer_to(request, Code::DisconnectAck)};
    });
    CoaClient client(f.clock, f.random, {3, Millis{700}, std::nullopt});
    REQUIRE(client.send(disconnect(router.port())).kind == Kind::Ack);
    const std::set<std::string> different(router.received().begin(), router.received().end());
    REQUIRE(router.received().size() == 3);
    REQUIRE(different.size() == 1);
}

TEST_CASE("forged and foreign answers to a CoA are passed over")
{
    Fixture f;
    Router router(1, [](const std::string& request) {
        Packet other;
        other.code = Code::DisconnectAck;
        other.id = static_cast<std::uint8_t>(parse_packet(request).value().id + 1);
        const std::string other_id = sign_response(other, kSecret, authenticator_of(request));
        Packet bad_proof;
        bad_proof.code = Code::DisconnectAck;
        bad_proof.id = parse_packet(request).value().id;
        bad_proof.add_message_authenticator();
        return std::vector<std::string>{
            "garbage",
            answer_to(request, Code::DisconnectAck, std::nullopt, "another secret"),
            other_id,
            answer_to(request, Code::CoaAck), // not what was asked
            sign_response(bad_proof, "another secret", authenticator_of(request)),
            answer_to(request, Code::DisconnectNak, 504)};
    });
    const auto answer = f.client.send(disconnect(router.port()));
    REQUIRE(answer.kind == Kind::Nak);
    REQUIRE(answer.error_cause == 504u);

    // A right one from another port: whoever can see the packets, but is not the router.
    Poco::Net::DatagramSocket stranger(SocketAddress("127.0.0.1", 0));
    Router elsewhere(
        3,
        [](const std::string& request) {
            return std::vector{answer_to(request, Code::DisconnectAck)};
        },
        &stranger);
    REQUIRE(f.hasty.send(disconnect(elsewhere.port())).kind == Kind::NoAnswer);
    REQUIRE(elsewhere.received().size() == 3);
}

TEST_CASE("B21-part: a CoA that nobody answers, that cannot be sent or cannot be built says why")
{
    Fixture f;
    std::uint16_t closed_port = 0;
    {
        const Poco::Net::DatagramSocket held(SocketAddress("127.0.0.1", 0));
        closed_port = held.address().port();
    }
    const auto refused = f.client.send(disconnect(closed_port));
    REQUIRE(refused.kind == Kind::NoAnswer);
    REQUIRE(refused.text.find("listens") != std::string::npos);

    auto named = disconnect(3799);
    named.address = "router.example";
    REQUIRE(f.client.send(named).kind == Kind::NoAnswer);
    REQUIRE(f.client.send(named).text.find("not an IP address") != std::string::npos);

    auto huge = disconnect(closed_port);
    huge.username = std::string(300, 'u');
    REQUIRE(f.client.send(huge).text.find("too long") != std::string::npos);
}

TEST_CASE("a CoA leaves from the address that the router knows as its RADIUS server")
{
    Fixture f;
    CoaClient client(f.clock, f.random, {3, Millis{5000}, "127.0.0.9"});
    Router router(1, [](const std::string& request) {
        return std::vector{answer_to(request, Code::DisconnectAck)};
    });
    REQUIRE(client.send(disconnect(router.port())).kind == Kind::Ack);
    REQUIRE(router.from().at(0).host().toString() == "127.0.0.9");
}

TEST_CASE("an answer with a Message-Authenticator over zeros or over the request is taken")
{
    Fixture f;
    for (const bool over_zeros : {false, true}) {
        Router router(1, [&](const std::string& request) {
            Packet packet;
            packet.code = Code::DisconnectAck;
            packet.id = parse_packet(request).value().id;
            packet.add_message_authenticator();
            return std::vector{
                sign_response(packet, kSecret, authenticator_of(request), over_zeros)};
        });
        REQUIRE(f.client.send(disconnect(router.port())).kind == Kind::Ack);
    }
}

TEST_CASE("a hardware address is written as RouterOS writes it, other stations stay as they are")
{
    REQUIRE(router_station("aa:bb:cc:00:11:ff") == "AA:BB:CC:00:11:FF");
    REQUIRE(router_station("aa-bb-cc-00-11-ff") == "aa-bb-cc-00-11-ff");
    REQUIRE(router_station("10.0.0.1") == "10.0.0.1");
    REQUIRE(router_station("").empty());
}
