#include "network/payments/daraja_client.hpp"

#include "core/crypto.hpp"
#include "unit/catch.hpp"
#include "unit/daraja_server.hpp"

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using mnara::Log;
using mnara::ManualClock;
using mnara::Millis;
using mnara::Money;
using mnara::network::DarajaClient;
using mnara::network::DarajaSettings;
using mnara::usecases::MpesaAccount;
using mnara::usecases::ProviderError;
using mnara::usecases::PushRequest;
using Kind = ProviderError::Kind;
using Connection = DarajaServer::Connection;

namespace {

const std::string kAccepted =
    R"({"MerchantRequestID":"m","CheckoutRequestID":"ws_CO_1","ResponseCode":"0"})";
const std::string kBadToken =
    R"({"requestId":"r","errorCode":"404.001.03","errorMessage":"Invalid Access Token"})";
const std::string kNoProduct =
    R"({"errorCode":"401.003.01","errorMessage":"Invalid API call as no apiproduct match found"})";
const std::string kPush = "/mpesa/stkpush/v1/processrequest";

// Answers token requests with "token-1", "token-2"... and hands the rest to the test.
struct World
{
    explicit World(DarajaServer::Handler others, const DarajaSettings& settings = quick())
        : server([this, others = std::move(others)](const Connection& c) { serve(c, others); }),
          client(
              clock, log,
              [this](Millis by) {
                  waited += by.count();
                  clock.advance(by);
              },
              settings)
    {
    }

    static DarajaSettings quick()
    {
        DarajaSettings settings;
        settings.requests_per_second = 1'000;
        settings.pushes_per_second = 1'000;
        return settings;
    }
    [[nodiscard]] MpesaAccount account(const std::string& version = "v2") const
    {
        return {"mpesa-sandbox",
                server.url(),
                "the-key",
                "the-secret",
                "the-passkey",
                "600638",
                "",
                version,
                ""};
    }
    [[nodiscard]] PushRequest request() const
    {
        return {Money::from_cents(1'000), "254712345678", "100015ABCD", "Internet",
                "http://isp.test/cb/s/x", clock.now()};
    }
    [[nodiscard]] std::string log_text() const
    {
        const std::lock_guard lock(log_mutex);
        std::string text;
        for (const std::string& line : log_lines)
            text += line + "\n";
        return text;
    }

    void serve(const Connection& c, const DarajaServer::Handler& others)
    {
        if (c.request.rfind("GET /oauth/", 0) != 0)
            return others(c);
        if (token_status == 0)
            return; // the answer is lost
        if (token_status != 200)
            return c.answer(token_status, "");
        c.answer(200, R"({"access_token":"token-)" + std::to_string(++tokens) +
                          R"(","expires_in":"3599"})");
    }

    ManualClock clock{mnara::unix_time(1'790'000'000)};
    std::atomic<std::int64_t> waited{0}; // milliseconds
    std::atomic<int> tokens{0};
    std::atomic<int> token_status{200};
    mutable std::mutex log_mutex;
    std::vector<std::string> log_lines;
    Log log{clock, [this](const std::string& line) {
                const std::lock_guard lock(log_mutex);
                log_lines.push_back(line);
            }};
    DarajaServer server;
    DarajaClient client;
};

void accept_push(const Connection& c)
{
    c.answer(200, kAccepted);
}

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a push fetches one access token and the next push uses it again")
{
    World world(accept_push);
    REQUIRE(world.client.push(world.account(), world.request())->checkout_id == "ws_CO_1");
    REQUIRE(world.client.push(world.account(), world.request()).has_value());
    CHECK(world.tokens == 1);
    CHECK(world.server.count(kPush) == 2);
    const auto requests = world.server.requests();
    CHECK(has(requests.at(0), "Authorization: Basic dGhlLWtleTp0aGUtc2VjcmV0\r\n"));
    CHECK(has(requests.at(0), "grant_type=client_credentials"));
    CHECK(has(requests.at(1), "Authorization: Bearer token-1\r\n"));
    CHECK(has(requests.at(1), "Content-Type: application/json\r\n"));
}

TEST_CASE("an access token is given up before it ends, and other credentials get their own")
{
    World world(accept_push);
    REQUIRE(world.client.push(world.account(), world.request()).has_value());
    world.clock.advance(Millis{3'500'000});
    REQUIRE(world.client.push(world.account(), world.request()).has_value());
    world.clock.advance(Millis{10'000});
    REQUIRE(world.client.push(world.account(), world.request()).has_value());
    CHECK(world.tokens == 2);
    auto other = world.account();
    other.consumer_secret = "another";
    REQUIRE(world.client.push(other, world.request()).has_value());
    CHECK(world.tokens == 3);
}

TEST_CASE("threads that need a token at once share one fetch")
{
    World world(accept_push);
    std::vector<std::thread> threads;
    std::atomic<int> accepted{0};
    threads.reserve(8);
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            if (world.client.push(world.account(), world.request()))
                ++accepted;
        });
    for (std::thread& thread : threads)
        thread.join();
    CHECK(accepted == 8);
    CHECK(world.tokens == 1);
}

TEST_CASE("a refused token is fetched anew once and the push is sent once more")
{
    World world([](const Connection& c) {
        if (has(c.request, "Bearer token-1\r\n"))
            c.answer(404, kBadToken);
        else
            accept_push(c);
    });
    REQUIRE(world.client.push(world.account(), world.request())->checkout_id == "ws_CO_1");
    CHECK(world.tokens == 2);
    CHECK(world.server.count(kPush) == 2);
}

TEST_CASE("tokens that are refused again and again end as not done after one renewal")
{
    World world([](const Connection& c) { c.answer(404, kBadToken); });
    const auto answer = world.client.push(world.account(), world.request());
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().kind == Kind::NotDone);
    CHECK(answer.error().our_configuration);
    CHECK(world.tokens == 2);
    CHECK(world.server.count(kPush) == 2);
}

TEST_CASE("a push whose answer is lost is unknown and is never sent again")
{
    const std::pair<DarajaServer::Handler, std::string> ends[] = {
        {[](const Connection&) {}, "connection"},
        {[](const Connection& c) { c.answer(503, "<html>Service Unavailable</html>"); },
         "http 503"},
        {[](const Connection& c) { c.answer(500, "<html></html>"); }, "http 500"},
        {[](const Connection& c) {
             c.answer(500,
                      R"({"errorCode":"500.003.1001","errorMessage":"Internal Server Error"})");
         },
         "500.003.1001"},
        {[](const Connection& c) { c.answer(200, "{}"); }, "response "},
    };
    for (const auto& [handler, code] : ends) {
        World world(handler);
        const auto answer = world.client.push(world.account(), world.request());
        REQUIRE_FALSE(answer.has_value());
        CHECK(answer.error().kind == Kind::Unknown);
        CHECK(answer.error().code == code);
        CHECK(world.server.count(kPush) == 1);
    }
}

TEST_CASE("a push that cannot reach the provider, or gets no token, is not done")
{
    World world(accept_push);
    auto account = world.account();
    account.base_url = "http://127.0.0.1:1";
    CHECK(world.client.push(account, world.request()).error().kind == Kind::NotDone);
    account.base_url = "https://127.0.0.1:1";
    CHECK(world.client.push(account, world.request()).error().kind == Kind::NotDone);

    world.token_status = 400;
    const auto refused = world.client.push(world.account(), world.request());
    CHECK(refused.error().kind == Kind::NotDone);
    CHECK(refused.error().our_configuration);
    for (const int status : {503, 0}) {
        world.token_status = status;
        CHECK(world.client.push(world.account(), world.request()).error().kind == Kind::NotDone);
    }
    CHECK(world.server.count(kPush) == 0);
    // A failed fetch is not remembered.
    world.token_status = 200;
    CHECK(world.client.push(world.account(), world.request()).has_value());
}

TEST_CASE("pushes and other requests keep their own pace, and a long queue turns away")
{
    DarajaSettings settings;
    settings.requests_per_second = 100;
    settings.pushes_per_second = 2;
    settings.longest_wait = Millis{400};
    World world(accept_push, settings);
    REQUIRE(world.client.push(world.account(), world.request()).has_value());
    world.clock.advance(Millis{200});
    const std::int64_t before = world.waited;
    REQUIRE(world.client.push(world.account(), world.request()).has_value());
    CHECK(world.waited - before >= 250);
    const auto late = world.client.push(world.account(), world.request());
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().kind == Kind::NotDone);
    CHECK(late.error().code == "rate limit");
    CHECK(world.server.count(kPush) == 2);
}

TEST_CASE("no error of a query is a verdict, not even one that was never sent")
{
    World world([](const Connection& c) {
        c.answer(500,
                 R"({"errorCode":"500.003.02","errorMessage":"Error: Spike Arrest Violation"})");
    });
    const auto now = world.clock.now();
    CHECK(world.client.query(world.account(), "ws_CO_1", now).error().kind == Kind::Unknown);
    auto account = world.account();
    account.base_url = "http://127.0.0.1:1";
    CHECK(world.client.query(account, "ws_CO_1", now).error().kind == Kind::Unknown);
}

TEST_CASE("a query asks about its prompt and tells the result")
{
    World world([](const Connection& c) {
        const bool right = has(c.request, R"("CheckoutRequestID":"ws_CO_1")");
        c.answer(200, right ? R"({"ResponseCode":"0","ResultCode":"1032","ResultDesc":"cancelled"})"
                            : "{}");
    });
    const auto answer = world.client.query(world.account(), "ws_CO_1", world.clock.now());
    REQUIRE(answer.has_value());
    CHECK(answer->result_code == "1032");
    CHECK(answer->result_text == "cancelled");
}

TEST_CASE("registration tries the other version where the app has not this one")
{
    World world([](const Connection& c) {
        if (has(c.request, "/c2b/v1/"))
            c.answer(200, R"({"OriginatorCoversationID":"a","ResponseCode":"0"})");
        else
            c.answer(401, kNoProduct);
    });
    CHECK(world.client.register_urls(world.account("v2"), "http://c", "http://v").has_value());
    CHECK(world.server.count("/mpesa/c2b/v2/registerurl") == 1);
    CHECK(world.server.count("/mpesa/c2b/v1/registerurl") == 1);
    CHECK(world.tokens == 1);
    CHECK(has(world.log_text(), "provider.c2b_version"));
    CHECK(world.client.register_urls(world.account("v1"), "http://c", "http://v").has_value());
    CHECK(world.server.count("/mpesa/c2b/v2/registerurl") == 1);
}

TEST_CASE("registration says what is wrong where neither version is given to the app")
{
    World world([](const Connection& c) { c.answer(401, kNoProduct); });
    const auto answer = world.client.register_urls(world.account(), "http://c", "http://v");
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().kind == Kind::Refused);
    CHECK(answer.error().our_configuration);
}

TEST_CASE("addresses that were registered before count as registered, with a warning")
{
    World world([](const Connection& c) {
        c.answer(500,
                 R"({"errorCode":"500.003.1001","errorMessage":"Urls are already registered."})");
    });
    CHECK(world.client.register_urls(world.account(), "http://c", "http://v").has_value());
    CHECK(has(world.log_text(), "provider.urls_registered_before"));
}

TEST_CASE("no secret and no token is ever logged")
{
    World world([](const Connection& c) { c.answer(404, kBadToken); });
    CHECK_FALSE(world.client.push(world.account(), world.request()).has_value());
    CHECK_FALSE(world.client.query(world.account(), "ws_CO_1", world.clock.now()).has_value());
    world.token_status = 400;
    CHECK_FALSE(world.client.push(world.account(), world.request()).has_value());
    const std::string text = world.log_text();
    CHECK(has(text, "provider.call_failed"));
    for (const std::string secret :
         {"the-key", "the-secret", "the-passkey", "token-1", "token-2", "dGhlLWtleTp0aGUtc2VjcmV0"})
        CHECK_FALSE(has(text, secret));
}
