// Who asks, where a proxy stands in front of the box.
#include "http/forwarded.hpp"
#include "unit/running_front.hpp"
#include "unit/staff.hpp"

using namespace mnara;

namespace {

http::Request passed_on(const std::string& proxy, const http::Headers& headers)
{
    http::Request request;
    request.peer = proxy;
    request.headers = headers;
    http::name_forwarded_peer(request, "127.0.0.1");
    return request;
}

// Says who asked.
class Doorman final : public http::Handler
{
public:
    std::size_t body_bytes_max(const std::string&, const std::string&) const override { return 0; }
    http::Reply answer(const http::Request& request) override
    {
        return {
            200, request.peer + (request.is_from_here() ? " here" : "") + kEnd, "text/plain", {}};
    }
    http::Reply refusal(int status) const override { return {status, kEnd, "text/plain", {}}; }
};

} // namespace

TEST_CASE("A trusted proxy names who asks by the last address it was handed, and nobody else does")
{
    const auto peer = [](const std::string& proxy, const std::string& forwarded) {
        return passed_on(proxy, {{"x-forwarded-for", forwarded}}).peer;
    };
    CHECK(peer("127.0.0.1", "41.90.1.2") == "41.90.1.2");
    CHECK(peer("::ffff:127.0.0.1", "41.90.1.2") == "41.90.1.2");
    CHECK(peer("127.0.0.1", "10.0.0.5, 41.90.1.2 ") ==
          "41.90.1.2"); // the first is the client's word
    CHECK(peer("127.0.0.1", "2001:DB8:0:0::1") == "2001:db8::1");
    CHECK(peer("127.0.0.2", "41.90.1.2") == "127.0.0.2");
    CHECK(peer("10.0.0.9", "127.0.0.1") == "10.0.0.9");
    for (const char* nobody : {"", "unknown", "41.90.1.2,", "41.90.1.2:80", "41.90.1"})
        CHECK(peer("127.0.0.1", nobody) == "127.0.0.1");
    const http::Headers twice{{"X-Forwarded-For", "10.0.0.5"}, {"X-Forwarded-For", "41.90.1.2"}};
    CHECK(passed_on("127.0.0.1", twice).peer == "41.90.1.2");
    // It came from this machine all the same, which the port for HTTP asks; no program asked.
    CHECK(passed_on("127.0.0.1", twice).is_from_here());
    CHECK_FALSE(passed_on("127.0.0.1", {}).is_own_program());
    CHECK_FALSE(passed_on("10.0.0.9", {{"X-Forwarded-For", "127.0.0.1"}}).is_from_here());
}

TEST_CASE("The front asks a trusted proxy who it is that asks")
{
    ManualClock clock(kStart);
    const Log log(clock, [](const std::string&) {});
    http::Counters counters;
    Doorman doorman;
    http::Front front(doorman, clock, log, counters, "127.0.0.1:0");
    front.trust_proxy("127.0.0.1");
    for (const auto& [from, answer] : {std::pair{"127.0.0.1", "41.90.1.2 here[end]"},
                                       std::pair{"127.0.0.2", "127.0.0.2 here[end]"}}) {
        HttpClient client(front.address(), from);
        client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 41.90.1.2\r\n\r\n");
        for (int times = 0; times < 20; ++times) {
            front.poll_step(Millis{5});
            front.work_step(Millis{5});
        }
        (void)client.read_until("\r\n\r\n");
        CHECK(client.read_until(kEnd) == answer);
    }
}

TEST_CASE("A stranger who guesses through the proxy does not keep the owner out behind it")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    const auto sign_in = [&](const std::string& client, const std::string& password) {
        http::Request request;
        request.method = "POST";
        request.path = "/api/v1/sign-in";
        request.headers = {{"Content-Type", "application/json"}, {"X-Forwarded-For", client}};
        request.body = Json{{"login", "wanjiru"}, {"password", password}}.dump();
        request.peer = "127.0.0.1";
        http::name_forwarded_peer(request, "127.0.0.1");
        return house.dispatch.answer(request).status;
    };
    CHECK(sign_in("10.0.0.5", kPassword) == 200);
    for (int i = 0; i < 60; ++i)
        CHECK(sign_in("41.90.1.2", "guess") == (i < 5 ? 401 : 429));
    CHECK(sign_in("10.0.0.5", kPassword) == 200);
}

TEST_CASE("What a proxy passes on is no program of this box: /metrics asks it to sign in")
{
    HttpOffice office;
    const auto status = [&](const http::Headers& headers) {
        return office.ask("GET", "/metrics", "", headers).status;
    };
    CHECK(status({{"Host", "127.0.0.1:8080"}}) == 200);
    CHECK(status({{"Host", "LOCALHOST"}}) == 200);
    CHECK(status({{"Host", "[::1]:8080"}}) == 200);
    for (const char* of_proxy : {"X-Forwarded-For", "x-real-ip", "Forwarded", "Via"})
        CHECK(status({{"Host", "127.0.0.1:8080"}, {of_proxy, "1"}}) == 401);
    for (const char* host : {"isp.example", "isp.example:8080", "127.isp.example", "[::2]", ""})
        CHECK(status({{"Host", host}}) == 401);
    // HTTPS is spoken by a proxy that may add nothing at all.
    office.services.public_url = "https://isp.example";
    CHECK(status({{"Host", "127.0.0.1:8080"}}) == 401);
    CHECK(office.as(Role::Viewer, "GET", "/metrics").status == 200);
    office.services.ca_certificate = "the box speaks it by itself";
    CHECK(status({{"Host", "127.0.0.1:8080"}}) == 200);
}
