#include "network/radius/accounting_server.hpp"

#include "unit/catch.hpp"
#include "unit/radius_world.hpp"

#include <Poco/Net/DatagramSocket.h>
#include <array>

using namespace mnara;
using namespace mnara::network::radius;
using Poco::Net::SocketAddress;

namespace {

const std::string kSecret = "shared with FreeRADIUS";
constexpr Millis kHangDeadline{10'000};

// Our FreeRADIUS, as far as the daemon sees it.
class Proxy
{
public:
    explicit Proxy(const SocketAddress& server) : socket_(SocketAddress("127.0.0.1", 0))
    {
        socket_.connect(server);
    }
    void send(const std::string& bytes)
    {
        REQUIRE(socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size())) ==
                static_cast<int>(bytes.size()));
    }
    // The server answers inside step(), so what it sent is here already.
    std::optional<std::string> answer()
    {
        if (!socket_.poll(0, Poco::Net::Socket::SELECT_READ))
            return std::nullopt;
        std::array<char, 4096> buffer{};
        const int size = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
        return std::string(buffer.data(), static_cast<std::size_t>(size));
    }
    int answers()
    {
        int count = 0;
        while (answer())
            ++count;
        return count;
    }

private:
    Poco::Net::DatagramSocket socket_;
};

struct Fixture
{
    RadiusWorld world;
    RouterId router = world.add_router("127.0.0.2");
    AccountingServer server{world.context, SocketAddress("127.0.0.1", 0), kSecret};
    Proxy proxy{server.address()};

    // Until there is nothing left to take.
    void take_all()
    {
        REQUIRE(server.step(kHangDeadline));
        while (server.step(Millis{0})) {
        }
    }
    std::int64_t sessions() { return world.ask<std::int64_t>("SELECT COUNT(*) FROM session"); }
};

Packet interim(RouterId router, const std::string& session, std::uint32_t bytes = 100)
{
    Packet packet;
    packet.id = 77;
    packet.add(kMnaraRouter, std::to_string(router.value));
    packet.add_integer(Type::AcctStatusType, 3);
    packet.add(Type::AcctSessionId, session);
    packet.add(Type::UserName, "user-" + session);
    packet.add(Type::CallingStationId, "AA:BB:CC:00:11:22");
    packet.add_integer(Type::AcctSessionTime, 60);
    packet.add_integer(Type::AcctInputOctets, bytes);
    packet.add_integer(Type::AcctInputGigawords, 2);
    return packet;
}

} // namespace

TEST_CASE("accounting is answered once it is recorded, with each Proxy-State in its order")
{
    Fixture f;
    Packet packet = interim(f.router, "80a1");
    packet.add(Type::ProxyState, "first");
    packet.add(Type::ProxyState, "second");
    const std::string bytes = sign_request(packet, kSecret);
    f.proxy.send(bytes);
    f.take_all();

    REQUIRE(f.world.ask<std::int64_t>("SELECT bytes_up FROM session WHERE acct_session_id=?1",
                                      "80a1") == 2 * 4'294'967'296 + 100);
    const auto answer = f.proxy.answer();
    REQUIRE(answer);
    REQUIRE(response_is_signed(*answer, kSecret, authenticator_of(bytes)));
    const Packet read = parse_packet(*answer).value();
    REQUIRE(read.code == Code::AccountingResponse);
    REQUIRE(read.id == 77);
    REQUIRE(read.attributes.size() == 2);
    REQUIRE(read.attributes[0].value == "first");
    REQUIRE(read.attributes[1].value == "second");
    REQUIRE(f.server.counts().recorded == 1);
}

TEST_CASE("a Message-Authenticator is checked where it comes, and then the answer has one")
{
    Fixture f;
    Packet packet = interim(f.router, "80a1");
    packet.add_message_authenticator();
    f.proxy.send(sign_request(packet, kSecret));
    f.take_all();
    const auto answer = f.proxy.answer();
    REQUIRE(answer);
    REQUIRE(message_authenticator(*answer, kSecret, zero_authenticator()) == Proof::Right);

    // Two of them, the packet as a whole signed right.
    packet.add_message_authenticator();
    const std::string wrong = sign_request(packet, kSecret);
    REQUIRE(request_is_signed(wrong, kSecret));
    f.proxy.send(wrong);
    f.take_all();
    REQUIRE_FALSE(f.proxy.answer());
}

TEST_CASE("accounting garbage and packets of another secret are dropped, counted and unanswered")
{
    Fixture f;
    f.proxy.send("");
    f.proxy.send("hello");
    f.proxy.send(std::string(5000, '\xff'));
    f.proxy.send(sign_request(interim(f.router, "80a1"), "another secret"));
    Packet access = interim(f.router, "80a2");
    access.code = static_cast<Code>(1);
    f.proxy.send(sign_request(access, kSecret));
    f.proxy.send(sign_request(interim(f.router, "80a3"), kSecret));
    f.take_all();
    REQUIRE(f.server.counts().garbage == 5);
    REQUIRE(f.server.counts().recorded == 1);
    REQUIRE(f.proxy.answers() == 1);
    REQUIRE(f.sessions() == 1);
    REQUIRE(f.world.logged("accounting.garbage"));
}

TEST_CASE("one record that cannot be stored loses none of its batch and does not jam the spool")
{
    Fixture f;
    f.proxy.send(sign_request(interim(f.router, "80a1"), kSecret));
    f.proxy.send(sign_request(interim(RouterId{999}, "80a2"), kSecret)); // no such router
    Packet nameless = interim(f.router, "80a3");
    nameless.attributes.erase(nameless.attributes.begin());
    f.proxy.send(sign_request(nameless, kSecret));
    f.proxy.send(sign_request(interim(f.router, "80a4"), kSecret));
    f.take_all();
    REQUIRE(f.proxy.answers() == 4);
    REQUIRE(f.sessions() == 2);
    REQUIRE(f.world.logged("accounting.refused"));
}

TEST_CASE("the same accounting packet twice is answered twice and kept once")
{
    Fixture f;
    const std::string bytes = sign_request(interim(f.router, "80a1"), kSecret);
    f.proxy.send(bytes);
    f.proxy.send(bytes);
    f.take_all();
    f.proxy.send(bytes);
    f.take_all();
    REQUIRE(f.proxy.answers() == 3);
    REQUIRE(f.sessions() == 1);
}

TEST_CASE("accounting is not answered while the disk is full, and recorded when it comes again")
{
    Fixture f;
    const auto pages = f.world.ask<std::int64_t>("PRAGMA page_count");
    const auto limit = [&](std::int64_t most) {
        f.world.db.write(
            [&](storage::Tx& tx) { tx.run("PRAGMA max_page_count=" + std::to_string(most)); });
    };
    std::vector<std::string> packets;
    packets.reserve(150);
    for (int i = 0; i < 150; ++i)
        packets.push_back(
            sign_request(interim(f.router, std::to_string(i) + std::string(200, 's')), kSecret));
    limit(pages);
    for (const std::string& bytes : packets)
        f.proxy.send(bytes);
    f.take_all();
    REQUIRE(f.proxy.answers() < 150); // a first small batch may have found room
    REQUIRE(f.server.counts().unsaved > 0);
    REQUIRE(f.world.logged("accounting.not_saved"));

    limit(1'000'000);
    for (const std::string& bytes : packets)
        f.proxy.send(bytes);
    f.take_all();
    REQUIRE(f.proxy.answers() == 150);
    REQUIRE(f.sessions() == 150);
}

TEST_CASE("Status-Server is answered where it has a right Message-Authenticator")
{
    Fixture f;
    Packet question;
    question.code = Code::StatusServer;
    question.id = 5;
    question.authenticator = "0123456789abcdef";
    f.proxy.send(sign_response(question, kSecret, question.authenticator)); // it has none
    f.take_all();
    REQUIRE_FALSE(f.proxy.answer());

    question.add_message_authenticator();
    std::string bytes = sign_response(question, kSecret, question.authenticator);
    bytes.replace(4, 16, question.authenticator); // a question carries random bytes there
    f.proxy.send(bytes);
    f.take_all();
    const auto answer = f.proxy.answer();
    REQUIRE(answer);
    REQUIRE(parse_packet(*answer).value().code == Code::AccountingResponse);
    REQUIRE(response_is_signed(*answer, kSecret, question.authenticator));
    REQUIRE(message_authenticator(*answer, kSecret, question.authenticator) == Proof::Right);
}

TEST_CASE("a thousand accounting packets at once are all recorded and answered")
{
    Fixture f;
    int answers = 0;
    for (int i = 0; i < 1000; ++i) {
        f.proxy.send(sign_request(interim(f.router, std::to_string(i)), kSecret));
        if (i % 100 == 99) { // what the small socket buffer of this side can hold of answers
            f.take_all();
            answers += f.proxy.answers();
        }
    }
    REQUIRE(answers == 1000);
    REQUIRE(f.sessions() == 1000);
    REQUIRE_FALSE(f.server.step(Millis{1}));
}
