// Outgoing calls over TLS: whom they believe, and what they say where they do not. The server is
// our own Session in a thread; tests/integration has a foreign one.
#include "network/payments/http_call.hpp"
#include "network/tls/outgoing.hpp"
#include "unit/catch.hpp"
#include "unit/tls_world.hpp"

#include "network/tls/session.hpp"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <atomic>
#include <thread>

using namespace mnara;
using network::HttpFailure;
using network::HttpLimits;
using network::tls::Session;
using Stage = HttpFailure::Stage;

namespace {

constexpr const char* kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Shows a certificate, reads one request, writes `answer` and ends; one client after the other.
class TlsServer
{
public:
    TlsServer(std::shared_ptr<const network::tls::Config> config, std::string answer,
              bool says_goodbye = true)
        : config_(std::move(config)), answer_(std::move(answer)), says_goodbye_(says_goodbye),
          listener_(Poco::Net::SocketAddress("127.0.0.1", 0)), thread_([this] { run(); })
    {
    }
    ~TlsServer()
    {
        ending_ = true;
        thread_.join();
    }
    [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const
    {
        return "https://" + host + ":" + std::to_string(listener_.address().port());
    }
    std::atomic<int> requests{0};

private:
    void run()
    {
        while (!ending_) {
            if (!listener_.poll(Poco::Timespan(0, 10'000), Poco::Net::Socket::SELECT_READ))
                continue;
            try {
                Poco::Net::StreamSocket socket = listener_.acceptConnection();
                serve(socket);
            } catch (const std::exception&) {
                continue; // the client did not like us: its error is what the test looks at
            }
        }
    }
    void serve(Poco::Net::StreamSocket& socket)
    {
        const auto wait = [&] {
            if (!socket.poll(Poco::Timespan(5, 0), Poco::Net::Socket::SELECT_READ))
                throw std::runtime_error("hangs");
        };
        Session session(config_, socket.impl()->sockfd());
        while (!session.handshake())
            wait();
        std::string request;
        char buffer[4096];
        while (request.find("\r\n\r\n") == std::string::npos) {
            const auto got = session.receive(buffer, sizeof buffer);
            if (!got)
                wait();
            else if (*got == 0)
                return;
            request.append(buffer, got.value_or(0));
        }
        ++requests;
        std::string_view rest = answer_;
        while (!rest.empty())
            rest.remove_prefix(session.send(rest.data(), rest.size()));
        if (says_goodbye_)
            session.end();
    }

    const std::shared_ptr<const network::tls::Config> config_;
    const std::string answer_;
    const bool says_goodbye_;
    Poco::Net::ServerSocket listener_;
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

struct Caller : TlsWorld
{
    Result<network::HttpAnswer, HttpFailure>
    get(const std::string& url, const std::string& pin = "", HttpLimits limits = {})
    {
        return network::call({"GET", url + "/x", {}, "", pin}, clock, limits, &outgoing);
    }
    HttpFailure failure(const std::string& url, const std::string& pin = "")
    {
        const auto answer = get(url, pin);
        REQUIRE_FALSE(answer.has_value());
        return answer.error();
    }
    SystemClock clock;
    network::tls::Outgoing outgoing{ca_file};
};

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a call over TLS reaches a server with a trusted certificate for its name or address")
{
    Caller caller;
    const TlsServer server(TlsWorld::server(caller.pair(caller.ca, {"localhost", "127.0.0.1"})),
                           kAnswer);
    for (const char* host : {"127.0.0.1", "localhost"}) {
        const auto answer = caller.get(server.url(host));
        INFO((answer ? "" : answer.error().text));
        REQUIRE(answer.has_value());
        CHECK(answer->body == "ok");
    }
}

TEST_CASE("a large answer over TLS arrives whole, one that is too large is refused")
{
    Caller caller;
    const std::string body(60'000, 'x');
    const TlsServer server(TlsWorld::server(caller.pair(caller.ca, {"127.0.0.1"})),
                           "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + body);
    CHECK(caller.get(server.url())->body == body);
    const auto refused = caller.get(server.url(), "", {Millis{20'000}, 10'000});
    CHECK(refused.error().code == "too large");
}

TEST_CASE("a call says whether a certificate is over, unknown, or for somebody else")
{
    Caller caller;
    const std::set<std::string> here{"127.0.0.1", "localhost"};
    struct Case
    {
        TlsWorld::PemPair pair;
        const char* host;
        const char* words;
    };
    const std::vector<Case> cases{
        {caller.pair(caller.ca, here, std::chrono::days(400)), "127.0.0.1", "expired on"},
        {caller.pair(caller.ca, here, -std::chrono::days(400)), "127.0.0.1", "valid only from"},
        {caller.pair(caller.stranger, here), "127.0.0.1", "issued by nobody this box trusts"},
        {caller.pair(caller.ca, {"other.example"}), "localhost",
         "for other.example, not for local"},
        {caller.pair(caller.ca, {"127.0.0.2"}), "127.0.0.1", "is for 127.0.0.2, not for 127.0.0.1"},
    };
    for (const Case& one : cases) {
        TlsServer server(TlsWorld::server(one.pair), kAnswer);
        const HttpFailure failure = caller.failure(server.url(one.host));
        INFO(failure.text);
        CHECK(failure.code == "tls");
        CHECK(failure.stage == Stage::NeverSent);
        CHECK(has(failure.text, one.words));
        CHECK(server.requests == 0); // it never saw the request
    }
}

TEST_CASE("a pin takes the place of issuer and name, and nothing else passes it")
{
    Caller caller;
    const auto pair = caller.pair(caller.stranger, {"other.example"}, std::chrono::days(400));
    const auto facts = network::tls::certificate_facts(pair.certificate).value();
    TlsServer server(TlsWorld::server(pair), kAnswer);
    CHECK(caller.get(server.url(), facts.fingerprint).has_value());
    CHECK(caller.get(server.url(), facts.key_pin).has_value());
    CHECK(server.requests == 2);
    const TlsServer good(TlsWorld::server(caller.pair(caller.ca, {"127.0.0.1"})), kAnswer);
    const HttpFailure failure = caller.failure(good.url(), facts.fingerprint);
    CHECK(failure.code == "tls");
    CHECK(failure.stage == Stage::NeverSent);
    CHECK(has(failure.text, "not the pinned one"));
}

TEST_CASE("an answer over TLS that is cut short is not taken for whole")
{
    Caller caller;
    const TlsServer server(TlsWorld::server(caller.pair(caller.ca, {"127.0.0.1"})),
                           "HTTP/1.1 200 OK\r\n\r\nhalf", false); // its length is its end
    const auto answer = caller.get(server.url());
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().stage == Stage::NoAnswer);
    CHECK(answer.error().code == "connection");
}

TEST_CASE("a server that does not speak TLS, or does not answer, is no matter of certificates")
{
    Caller caller;
    Poco::Net::ServerSocket silent(Poco::Net::SocketAddress("127.0.0.1", 0));
    const std::string url = "https://127.0.0.1:" + std::to_string(silent.address().port());
    const auto late = caller.get(url, "", {Millis{200}, 1000});
    CHECK(late.error().code == "timeout");
    CHECK(late.error().stage == Stage::NeverSent);
    std::thread plain([&] {
        for (int times = 0; times < 2; ++times) {
            Poco::Net::StreamSocket socket = silent.acceptConnection();
            const std::string text = "HTTP/1.1 400 Bad Request\r\n\r\n";
            if (times == 1)
                socket.sendBytes(text.data(), static_cast<int>(text.size()), MSG_NOSIGNAL);
            char drop[2048];
            socket.setReceiveTimeout(Poco::Timespan(5, 0));
            (void)socket.receiveBytes(drop, sizeof drop);
        }
    });
    // The first of the two is the connection of the call that timed out.
    CHECK(caller.failure(url).stage == Stage::NeverSent);
    plain.join();
}

TEST_CASE("a file of roots that is missing is told, and one that comes later is read")
{
    Caller caller;
    const TlsServer server(TlsWorld::server(caller.pair(caller.ca, {"127.0.0.1"})), kAnswer);
    network::tls::Outgoing later(caller.folder.path() + "/later.pem");
    const auto call = [&] {
        return network::call({"GET", server.url(), {}, ""}, caller.clock, {}, &later);
    };
    const auto missing = call();
    CHECK(missing.error().code == "tls");
    CHECK(has(missing.error().text, "later.pem cannot be read"));
    std::ofstream(caller.folder.path() + "/later.pem") << caller.ca.certificate;
    CHECK(call().has_value());
}
