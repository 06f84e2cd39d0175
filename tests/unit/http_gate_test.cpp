// Who may come in without TLS once HTTPS is served.
#include "http/gate.hpp"
#include "unit/catch.hpp"

using namespace mnara;
using http::Arrival;

namespace {

class Inside final : public http::Handler
{
public:
    std::size_t body_bytes_max(const std::string&, const std::string&) const override { return 7; }
    http::Reply answer(const http::Request&) override { return {200, "inside", "text/plain", {}}; }
    http::Reply refusal(int status) const override { return {status, "", "", {}}; }
};

http::Reply ask(Arrival arrival, const std::string& peer, const std::string& method,
                const std::string& path, const std::string& host, http::GateRules rules = {8443})
{
    Inside inside;
    http::Gate gate(inside, rules);
    http::Request request;
    request.method = method;
    request.path = path.substr(0, path.find('?'));
    request.query = path.find('?') == std::string::npos ? "" : path.substr(path.find('?') + 1);
    request.peer = peer;
    request.arrival = arrival;
    if (!host.empty())
        request.headers.emplace_back("Host", host);
    return gate.answer(request);
}

std::string location(const http::Reply& reply)
{
    for (const auto& [name, value] : reply.headers)
        if (name == "Location")
            return value;
    return {};
}

} // namespace

TEST_CASE("over TLS, and from this machine itself, every request passes the gate")
{
    CHECK(ask(Arrival::Tls, "192.0.2.7", "POST", "/api/v1/plans", "a").body == "inside");
    for (const char* peer : {"127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"})
        CHECK(ask(Arrival::Plain, peer, "POST", "/api/v1/plans", "a").body == "inside");
}

TEST_CASE("plain HTTP from elsewhere is redirected to HTTPS, whatever it asks for")
{
    for (const char* path : {"/", "/health", "/metrics", "/api/v1/subscribers", "/sign-in/x"}) {
        const auto reply = ask(Arrival::Plain, "192.0.2.7", "GET", path, "box.example:8080");
        CHECK(reply.status == 308);
        CHECK(location(reply) == "https://box.example:8443" + std::string(path));
    }
    CHECK(ask(Arrival::Plain, "192.0.2.7", "POST", "/api/v1/sign-in", "a").status == 308);
    CHECK(location(ask(Arrival::Plain, "192.0.2.7", "GET", "/a?b=c&d", "[2001:db8::1]:80")) ==
          "https://[2001:db8::1]:8443/a?b=c&d");
    CHECK(location(ask(Arrival::Plain, "192.0.2.7", "GET", "/", "box", {443})) == "https://box/");
    CHECK(ask(Arrival::Plain, "192.0.2.7", "GET", "/ca.crt", "a").body == "inside");
}

TEST_CASE("a host that could be anything but a host is not sent back")
{
    for (const char* host : {"", "evil\"><script>", "a b", "user@evil", "evil/path", "[::1"}) {
        const auto reply = ask(Arrival::Plain, "192.0.2.7", "GET", "/", host);
        CHECK(reply.status == 400);
        CHECK(location(reply).empty());
    }
}

TEST_CASE("callbacks come over plain HTTP only where that is allowed")
{
    CHECK(ask(Arrival::Plain, "192.0.2.7", "POST", "/cb/s/x", "a").status == 308);
    CHECK(ask(Arrival::Plain, "192.0.2.7", "POST", "/cb/s/x", "a", {8443, true}).body == "inside");
    CHECK(ask(Arrival::Plain, "192.0.2.7", "GET", "/", "a", {8443, true}).status == 308);
}

TEST_CASE("plain HTTP on the port for HTTPS is told so, from this machine too")
{
    const auto page = ask(Arrival::PlainOnTls, "127.0.0.1", "GET", "/", "localhost:8443");
    CHECK(page.status == 308);
    CHECK(location(page) == "https://localhost:8443/");
    const auto write = ask(Arrival::PlainOnTls, "127.0.0.1", "POST", "/api/v1/plans", "localhost");
    CHECK(write.status == 400);
    CHECK(write.content_type == "text/plain; charset=utf-8");
    CHECK(write.body.find("speaks HTTPS") != std::string::npos);
    CHECK(ask(Arrival::PlainOnTls, "192.0.2.7", "GET", "/ca.crt", "a").status == 308);
}
