#include "network/payments/http_call.hpp"

#include "unit/catch.hpp"
#include "unit/daraja_server.hpp"

#include <chrono>
#include <string>

using mnara::Millis;
using mnara::SystemClock;
using mnara::network::call;
using mnara::network::HttpFailure;
using mnara::network::HttpLimits;
using Stage = HttpFailure::Stage;
using Connection = DarajaServer::Connection;

namespace {

constexpr HttpLimits kShort{Millis{300}, 4'096};
// Far above any deadline here, far below what a machine under load would not reach.
constexpr Millis kHang{10'000};

HttpFailure failure_of(const std::string& url, const HttpLimits& limits = {})
{
    const SystemClock clock;
    const auto answer = call({"POST", url, {}, "{}"}, clock, limits);
    REQUIRE_FALSE(answer.has_value());
    return answer.error();
}

// One byte after the other until the client has had enough.
void drip(const Connection& connection, const std::string& first)
{
    connection.write(first);
    while (!connection.ending) {
        connection.write("x");
        std::this_thread::sleep_for(Millis{10});
    }
}

} // namespace

TEST_CASE("an HTTP call sends its request and returns status and body")
{
    const DarajaServer server([](const Connection& c) { c.answer(201, "{\"a\":1}"); });
    const SystemClock clock;
    const auto answer =
        call({"POST", server.url() + "/some/path?x=1", {{"X-Test", "yes"}}, "body"}, clock);
    REQUIRE(answer.has_value());
    CHECK(answer->status == 201);
    CHECK(answer->body == "{\"a\":1}");
    const std::string request = server.requests().at(0);
    CHECK(request.rfind("POST /some/path?x=1 HTTP/1.1\r\n", 0) == 0);
    CHECK(request.find("X-Test: yes\r\n") != std::string::npos);
    CHECK(request.find("Content-Length: 4\r\n") != std::string::npos);
    CHECK(request.substr(request.size() - 8) == "\r\n\r\nbody");
}

TEST_CASE("an HTTP call reads a chunked answer and one that ends with the connection")
{
    const SystemClock clock;
    const DarajaServer chunked([](const Connection& c) {
        c.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
    });
    CHECK(call({"GET", chunked.url(), {}, ""}, clock)->body == "abcdefg");
    const DarajaServer closing(
        [](const Connection& c) { c.write("HTTP/1.1 500 Oops\r\n\r\n<html></html>"); });
    const auto answer = call({"GET", closing.url(), {}, ""}, clock);
    CHECK(answer->status == 500);
    CHECK(answer->body == "<html></html>");
}

TEST_CASE("what a server refused to connect was never sent")
{
    std::string url;
    {
        const DarajaServer gone([](const Connection&) {});
        url = gone.url();
    }
    CHECK(failure_of(url).stage == Stage::NeverSent);
    CHECK(failure_of(url).code == "connection");
}

TEST_CASE("an address that is no http URL was never sent, and https says why")
{
    for (const std::string url : {"", "api.test", "ftp://127.0.0.1/", "http:///x", "http://[::"}) {
        INFO(url);
        CHECK(failure_of(url).stage == Stage::NeverSent);
        CHECK(failure_of(url).code == "address");
    }
    const auto secure = failure_of("https://127.0.0.1:1/x");
    CHECK(secure.stage == Stage::NeverSent);
    CHECK(secure.code == "tls");
    CHECK(secure.text.find("outgoing TLS is not set up") != std::string::npos);
}

TEST_CASE("a connection that is dropped after the request has no answer, and nothing is sent again")
{
    const DarajaServer server([](const Connection&) {});
    CHECK(failure_of(server.url()).stage == Stage::NoAnswer);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("a server that says nothing is given up at the deadline")
{
    const DarajaServer server([](const Connection& c) {
        while (!c.ending)
            std::this_thread::sleep_for(Millis{5});
    });
    const auto failure = failure_of(server.url(), kShort);
    CHECK(failure.stage == Stage::NoAnswer);
    CHECK(failure.code == "timeout");
}

TEST_CASE("a server that drips its answer cannot hold the call beyond the deadline")
{
    const std::string starts[] = {
        "HTTP/1.1 200 OK\r\nX-Long: ", "HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n"};
    for (const std::string& start : starts) {
        const DarajaServer server([&](const Connection& c) { drip(c, start); });
        const SystemClock clock;
        const Millis began = clock.mono();
        const auto failure = failure_of(server.url(), kShort);
        CHECK(failure.stage == Stage::NoAnswer);
        CHECK(failure.code == "timeout");
        CHECK(clock.mono() - began >= kShort.whole_call);
        CHECK(clock.mono() - began < kHang);
    }
}

TEST_CASE("an answer that is too large, cut short or not HTTP is no answer")
{
    const DarajaServer large([](const Connection& c) { c.answer(200, std::string(50'000, 'x')); });
    CHECK(failure_of(large.url(), {kHang, 4'096}).code == "too large");
    const DarajaServer header([](const Connection& c) {
        c.write("HTTP/1.1 200 OK\r\nX-A: " + std::string(7'000, 'x') + "\r\n\r\n");
    });
    CHECK(failure_of(header.url(), {kHang, 4'096}).stage == Stage::NoAnswer);
    const DarajaServer cut([](const Connection& c) {
        c.write("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"a\":1}");
    });
    CHECK(failure_of(cut.url()).stage == Stage::NoAnswer);
    const DarajaServer other([](const Connection& c) { c.write("SSH-2.0-OpenSSH\r\n\r\n"); });
    CHECK(failure_of(other.url()).stage == Stage::NoAnswer);
}

TEST_CASE("a redirect is an answer and is not followed")
{
    const DarajaServer server([](const Connection& c) {
        c.write("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    });
    const SystemClock clock;
    CHECK(call({"GET", server.url(), {}, ""}, clock)->status == 302);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("a large request arrives whole")
{
    const DarajaServer server([](const Connection& c) { c.answer(200, ""); });
    const SystemClock clock;
    std::string body(5'000'000, 'x');
    body.back() = 'y';
    REQUIRE(call({"POST", server.url(), {}, body}, clock).has_value());
    const std::string request = server.requests().at(0);
    CHECK(request.substr(request.find("\r\n\r\n") + 4) == body);
}

TEST_CASE("a server that accepts and never reads cannot hold the call beyond the deadline")
{
    // The kernel takes the connection and the first bytes; nobody ever reads them.
    const Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0));
    const std::string url = "http://" + listener.address().toString();
    const SystemClock clock;
    const Millis began = clock.mono();
    std::string body;
    body.resize(50'000'000, 'x'); // more than the kernel takes for itself
    const auto answer = call({"POST", url, {}, body}, clock, kShort);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().stage == Stage::NoAnswer);
    CHECK(answer.error().code == "timeout");
    CHECK(clock.mono() - began < kHang);
}
