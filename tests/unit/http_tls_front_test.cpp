// The front with TLS: handshakes that stall, plain HTTP on the wrong port, many idle clients. The
// clock stands still, so a client that is served was not waiting for anybody's deadline.
#include "app_tls_channel.hpp"
#include "unit/running_front.hpp"
#include "unit/tls_client.hpp"
#include "unit/tls_world.hpp"

#include <filesystem>
#include <mutex>
#include <sys/resource.h>

using namespace mnara;

namespace {

constexpr const char* kLarge = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";

// Says how each request came in.
class Arrivals final : public http::Handler
{
public:
    std::size_t body_bytes_max(const std::string&, const std::string&) const override
    {
        return 100'000;
    }
    http::Reply answer(const http::Request& request) override
    {
        const std::string how = request.arrival == http::Arrival::Tls     ? "tls"
                                : request.arrival == http::Arrival::Plain ? "plain"
                                                                          : "plain on tls";
        const std::string more(request.path == "/large" ? 4'000'000 : 0, 'x');
        return {200, how + request.body + more + kEnd, "text/plain", {}};
    }
    http::Reply refusal(int status) const override { return {status, kEnd, "text/plain", {}}; }
};

struct TlsFront : TlsWorld
{
    explicit TlsFront(http::FrontLimits limits = {}, int workers = 2)
        : shown(server(pair(ca, {"127.0.0.1"}))),
          running(arrivals, limits, workers, app::tls_channels([this] { return current(); }))
    {
    }
    std::shared_ptr<const Config> current()
    {
        const std::lock_guard lock(mutex);
        return shown;
    }
    [[nodiscard]] std::string address() const { return running.front.address(1); }
    TlsClient tls() { return {address(), trusting}; }
    HttpClient raw() { return HttpClient(address()); }
    void check_served()
    {
        auto fresh = tls();
        fresh.send(kGet);
        CHECK(starts_with(fresh.read_until(kEnd), "HTTP/1.1 200"));
    }

    std::mutex mutex;
    std::shared_ptr<const Config> shown;
    std::shared_ptr<const Config> trusting = client();
    Arrivals arrivals;
    Running running;
};

std::ptrdiff_t open_files()
{
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

// The first record of a handshake, begun and never finished.
std::string half_a_hello()
{
    return {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11};
}

void allow_many_files()
{
    rlimit files{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8192);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &files) == 0);
}

} // namespace

TEST_CASE("The front answers over TLS, request after request, and knows it")
{
    TlsFront front;
    auto client = front.tls();
    for (int times = 0; times < 3; ++times) {
        client.send(kGet);
        CHECK(client.read_until(kEnd).find("\r\n\r\ntls") != std::string::npos);
    }
    client.send(std::string(kGet) + kGet + kGet); // pipelined
    for (int times = 0; times < 3; ++times)
        CHECK(starts_with(client.read_until(kEnd), "HTTP/1.1 200"));
    CHECK(front.running.counters.connections_accepted == 1);
    auto plain = front.running.client();
    plain.send(kGet);
    CHECK(plain.read_until(kEnd).find("\r\n\r\nplain[end]") != std::string::npos);
}

TEST_CASE("Large bodies go both ways over TLS, also to a client that takes its time")
{
    TlsFront front({}, 1);
    auto client = front.tls();
    const std::string body(90'000, 'b');
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n" + body);
    CHECK(client.read_until(kEnd).find("tls" + body + kEnd) != std::string::npos);
    client.send(kLarge);
    front.check_served(); // while the large reply waits for its reader, with one worker
    CHECK(client.read_until(kEnd).size() > 4'000'000);
    client.send(kGet);
    CHECK(starts_with(client.read_until(kEnd), "HTTP/1.1 200"));
}

TEST_CASE("A connection that is ended over TLS is ended with a goodbye")
{
    TlsFront front;
    auto client = front.tls();
    client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK(starts_with(client.read_until(kEnd), "HTTP/1.1 200"));
    CHECK(client.read_until("never") == "[closed]"); // "[cut]" would be a connection just dropped
}

TEST_CASE("Plain HTTP on the port for HTTPS is read and known as that")
{
    TlsFront front;
    auto client = front.raw();
    client.send(kGet);
    CHECK(client.read_until(kEnd).find("plain on tls") != std::string::npos);
    auto slow = front.raw(); // its first byte decides, the rest comes when it comes
    slow.send("G");
    front.check_served();
    slow.send("ET / HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(slow.read_until(kEnd).find("plain on tls") != std::string::npos);
    auto noise = front.raw();
    noise.send("\x01\x02\x03 no http\r\n\r\n");
    CHECK(starts_with(noise.read_until(kEnd), "HTTP/1.1 400"));
}

TEST_CASE("What begins like TLS and is none is closed and counted")
{
    TlsFront front;
    auto garbage = front.raw();
    garbage.send(std::string("\x16\x03\x01\x00\x05", 5) + "hello");
    const std::string got = garbage.read_until("never");
    CHECK(got.find("HTTP/") == std::string::npos);
    CHECK(front.running.becomes([&] { return front.running.counters.handshakes_failed == 1; }));
    front.check_served();
}

TEST_CASE("500 handshakes that never finish hold no worker, and end at their deadline")
{
    allow_many_files();
    http::FrontLimits limits;
    limits.connections_per_address_max = 4096;
    TlsFront front(limits, 1); // one worker: anything that blocks it shows
    front.check_served();
    const auto files_before = open_files();
    {
        std::vector<HttpClient> stuck;
        for (int number = 0; number < 500; ++number) {
            stuck.push_back(front.raw());
            if (number % 2 == 0)
                stuck.back().send(half_a_hello()); // the others say nothing at all
        }
        front.check_served();
        REQUIRE(front.running.becomes(
            [&] { return front.running.counters.connections_accepted >= 502; }));
        CHECK(front.running.time_until_given_up(500) <= Millis{10'500});
        for (HttpClient& client : stuck)
            CHECK(client.read_until("never") == "[closed]");
        front.check_served();
    }
    CHECK(front.running.becomes([&] { return open_files() <= files_before; }));
}

TEST_CASE("300 idle TLS clients do not delay a new one and leave nothing behind")
{
    allow_many_files();
    http::FrontLimits limits;
    limits.connections_per_address_max = 4096;
    TlsFront front(limits, 1);
    front.check_served();
    const auto files_before = open_files();
    {
        std::vector<TlsClient> idle;
        for (int number = 0; number < 300; ++number) {
            idle.push_back(front.tls());
            idle.back().handshake();
        }
        front.check_served();
        CHECK(front.running.counters.connections_evicted == 0);
        idle[150].send(kGet); // and none of them is forgotten
        CHECK(starts_with(idle[150].read_until(kEnd), "HTTP/1.1 200"));
    }
    CHECK(front.running.becomes([&] {
        return front.running.counters.connections_open == 0 && open_files() <= files_before;
    }));
}

TEST_CASE("64 clients that send a byte at a time over TLS hold no worker")
{
    TlsFront front({}, 1);
    std::vector<TlsClient> slow;
    for (int number = 0; number < 64; ++number) {
        slow.push_back(front.tls());
        slow.back().handshake();
    }
    for (const char byte : std::string("GET / HT")) {
        for (TlsClient& client : slow)
            client.send({&byte, 1});
        front.check_served();
    }
    slow.front().send("TP/1.1\r\nHost: a\r\n\r\n");
    CHECK(starts_with(slow.front().read_until(kEnd), "HTTP/1.1 200"));
    CHECK(front.running.time_until_given_up(63) <= Millis{5'500}); // the deadline of a header
}

TEST_CASE("A new certificate is shown to new connections and old ones go on")
{
    TlsFront front;
    auto old = front.tls();
    old.send(kGet);
    REQUIRE(starts_with(old.read_until(kEnd), "HTTP/1.1 200"));
    const std::string before = old.session().peer_facts().fingerprint;
    {
        const std::lock_guard lock(front.mutex);
        front.shown = TlsFront::server(front.pair(front.ca, {"127.0.0.1"}));
    }
    old.send(kGet);
    CHECK(starts_with(old.read_until(kEnd), "HTTP/1.1 200"));
    auto fresh = front.tls();
    fresh.send(kGet);
    CHECK(starts_with(fresh.read_until(kEnd), "HTTP/1.1 200"));
    CHECK(fresh.session().peer_facts().fingerprint != before);
}

TEST_CASE("Stopping ends idle TLS connections too")
{
    TlsFront front;
    auto client = front.tls();
    client.send(kGet);
    REQUIRE(starts_with(client.read_until(kEnd), "HTTP/1.1 200"));
    auto stuck = front.raw();
    stuck.send(half_a_hello());
    front.running.front.stop();
    CHECK(client.read_until("never") == "[closed]");
    CHECK(front.running.becomes([&] {
        front.running.pass(Millis{50});
        return front.running.front.drained();
    }));
}
