// The front with real sockets on 127.0.0.1. Its clock stands still until a test moves it, so that
// deadlines are reached at once and nothing waits for real time.
#include "unit/running_front.hpp"

#include <atomic>
#include <cerrno>
#include <sys/resource.h>
#include <sys/syscall.h>

namespace {

std::atomic<bool> no_descriptors_left{false};

} // namespace

// Takes the place of libc's, so that a test can be out of file descriptors without taking them from
// everybody else in the process, the sanitizers included.
extern "C" int accept4(int file, sockaddr* address, socklen_t* size, int flags)
{
    if (no_descriptors_left) {
        errno = EMFILE;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_accept4, file, address, size, flags));
}

using namespace mnara;

TEST_CASE("The front answers several requests on one connection, also when they come at once")
{
    Running running;
    auto client = running.client();
    client.send(kGet);
    CHECK(starts_with(client.read_until(kEnd), "HTTP/1.1 200"));
    std::string pipelined;
    for (int number = 0; number < 20; ++number)
        pipelined += "GET /" + std::to_string(number) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    client.send(pipelined);
    for (int number = 0; number < 20; ++number) {
        const std::string reply = client.read_until(kEnd);
        INFO(reply);
        CHECK(reply.find("GET /" + std::to_string(number) + " ") != std::string::npos);
    }
    CHECK(running.counters.connections_accepted == 1);
}

TEST_CASE("The front reads bodies with a length and in chunks, and says when to send them")
{
    Running running;
    auto client = running.client();
    client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    CHECK(client.read_until(kEnd).find("POST /a hello") != std::string::npos);
    client.send("POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                "3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: t\r\n\r\n");
    CHECK(client.read_until(kEnd).find("POST /b hello") != std::string::npos);
    client.send("POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    CHECK(client.read_until(kEnd).find("POST /c hello") != std::string::npos);
}

TEST_CASE("A request that two readers could read differently is refused and the connection closed")
{
    for (const char* bytes :
         {"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
          "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;\n\r\nx\r\n0\r\n\r\n",
          "\x16\x03\x01\x02 hello tls\r\n\r\n"}) {
        Running running;
        auto client = running.client();
        client.send(bytes);
        INFO(bytes);
        CHECK(starts_with(client.read_until(kEnd), "HTTP/1.1 400"));
        CHECK(client.read_until("never") == "[closed]");
    }
}

TEST_CASE("What is over a size limit is refused, and the client can read why while it still sends")
{
    Running running;
    auto length = running.client();
    length.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    length.send(std::string(100'000, 'x'));
    CHECK(starts_with(length.read_until(kEnd), "HTTP/1.1 413"));
    auto chunks = running.client();
    chunks.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n");
    CHECK(starts_with(chunks.read_until(kEnd), "HTTP/1.1 413"));
    auto header = running.client();
    header.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x'));
    CHECK(starts_with(header.read_until(kEnd), "HTTP/1.1 431"));
    auto large = running.client();
    large.send("POST /big HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    large.send(std::string(100'000, 'x'));
    CHECK(starts_with(large.read_until(kEnd), "HTTP/1.1 200"));
}

TEST_CASE("A header, a body and an idle connection each end at their deadline")
{
    Running running({}, 1); // one worker takes them in order: where body was read, header was too
    auto idle = running.client();
    auto header = running.client();
    auto body = running.client();
    header.send("GET / HTT");
    body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    CHECK(body.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    REQUIRE(running.becomes([&] { return running.counters.connections_open == 3; }));
    // Dripping a byte does not help: the deadline counts from the first.
    running.pass(Millis{4'000});
    header.send("P");
    CHECK(running.counters.connections_timed_out == 0);
    CHECK(running.time_until_given_up(1) < Millis{2'500});
    CHECK(starts_with(header.read_until(kEnd), "HTTP/1.1 408"));
    header.send("/1.1\r\nHost: a\r\n\r\n"); // too late: it is not answered any more
    CHECK(header.read_until("never") == "[closed]");
    running.pass(Millis{12'000});
    CHECK(running.counters.connections_timed_out == 1);
    CHECK(running.time_until_given_up(2) < Millis{5'500});
    CHECK(starts_with(body.read_until(kEnd), "HTTP/1.1 408"));
    running.pass(Millis{30'000});
    CHECK(running.counters.connections_timed_out == 2);
    CHECK(running.time_until_given_up(3) < Millis{15'000});
    CHECK(idle.read_until("never") == "[closed]");
}

TEST_CASE("A client that does not read its reply is given up at a deadline and holds no worker")
{
    Running running({}, 1);
    auto deaf = running.client();
    deaf.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    auto other = running.client();
    other.send(kGet);
    CHECK(starts_with(other.read_until(kEnd), "HTTP/1.1 200"));
    running.pass(Millis{25'000});
    CHECK(running.counters.connections_timed_out == 0);
    CHECK(running.time_until_given_up(1) < Millis{7'000});
}

TEST_CASE("A large reply arrives whole")
{
    Running running;
    auto client = running.client();
    client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(client.read_until(kEnd).size() > 8'000'000);
}

TEST_CASE("1,000 idle connections and 200 that send a byte at a time do not delay a new client")
{
    rlimit files{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8192);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &files) == 0);
    http::FrontLimits limits;
    limits.connections_per_address_max = 4096;
    Running running(limits, 1); // one worker: anything that blocks it shows
    std::vector<HttpClient> idle;
    for (int number = 0; number < 1000; ++number) {
        idle.push_back(running.client());
        if (number % 2 == 0) {
            idle.back().send(kGet);
            REQUIRE(starts_with(idle.back().read_until(kEnd), "HTTP/1.1 200"));
        }
    }
    std::vector<HttpClient> slow;
    slow.reserve(200);
    for (int number = 0; number < 200; ++number)
        slow.push_back(running.client());
    for (const char byte : std::string("GET / HT"))
        for (HttpClient& client : slow)
            client.send({&byte, 1});
    auto fresh = running.client();
    fresh.send(kGet);
    CHECK(starts_with(fresh.read_until(kEnd), "HTTP/1.1 200"));
    CHECK(running.becomes([&] { return running.counters.connections_open == 1201; }));
    CHECK(running.counters.connections_evicted == 0);
    // The slow ones are not lost either: they finish within their deadline and are answered.
    slow.front().send("TP/1.1\r\nHost: a\r\n\r\n");
    CHECK(starts_with(slow.front().read_until(kEnd), "HTTP/1.1 200"));
}

TEST_CASE("At the limit of an address its longest idle connection gives way, others' do not")
{
    http::FrontLimits limits;
    limits.connections_per_address_max = 3;
    Running running(limits);
    auto stranger = running.client("127.0.0.2");
    std::vector<HttpClient> mine;
    for (int number = 0; number < 3; ++number) {
        mine.push_back(running.client());
        REQUIRE(running.becomes([&] { return running.counters.connections_open == 2 + number; }));
        running.clock.advance(Millis{10});
    }
    auto fresh = running.client();
    fresh.send(kGet);
    CHECK(starts_with(fresh.read_until(kEnd), "HTTP/1.1 200"));
    CHECK(mine.front().read_until("never") == "[closed]");
    stranger.send(kGet);
    CHECK(starts_with(stranger.read_until(kEnd), "HTTP/1.1 200"));
    CHECK(running.counters.connections_evicted == 1);
}

TEST_CASE("Where every connection has a request under way a newcomer is told to come again")
{
    http::FrontLimits limits;
    limits.connections_max = 2;
    Running running(limits);
    std::vector<HttpClient> busy;
    for (int number = 0; number < 2; ++number) {
        busy.push_back(running.client());
        busy.back().send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n"); // and reads on later
        REQUIRE(starts_with(busy.back().read_until("\r\n\r\n"), "HTTP/1.1 200"));
    }
    CHECK(running.becomes([&] { // the last one may not be parked yet
        auto fresh = running.client();
        return starts_with(fresh.read_until(kEnd), "HTTP/1.1 503");
    }));
    CHECK(running.counters.connections_refused >= 1);
    const std::string rest = busy.front().read_until(kEnd);
    CHECK(rest.substr(rest.size() - 5) == kEnd);
}

TEST_CASE("Requests whose body never comes lock nobody out behind the same address, or on the box")
{
    http::FrontLimits limits;
    limits.connections_max = 6;
    limits.connections_per_address_max = 3;
    Running running(limits);
    std::vector<HttpClient> silent;
    for (int number = 0; number < 6; ++number) {
        silent.push_back(running.client(number < 3 ? "127.0.0.1" : "127.0.0.2"));
        silent.back().send(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        REQUIRE(silent.back().read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
        running.pass(Millis{10});
    }
    for (const char* from : {"127.0.0.1", "127.0.0.3"}) {
        auto fresh = running.client(from);
        fresh.send(kGet);
        CHECK(starts_with(fresh.read_until(kEnd), "HTTP/1.1 200"));
    }
    CHECK(running.counters.connections_evicted >= 1);
    CHECK(running.counters.connections_refused == 0);
    CHECK(silent.front().read_until("never") == "[closed]"); // who has waited longest
    silent.back().send("hello");
    CHECK(silent.back().read_until(kEnd).find("hello") != std::string::npos);
    running.pass(Millis{20'000}); // the others have a deadline as well
    CHECK(running.becomes([&] { return running.counters.connections_timed_out >= 1; }));
}

TEST_CASE("Out of file descriptors the front waits a moment and goes on when there are some")
{
    Running running;
    auto before = running.client();
    before.send(kGet);
    REQUIRE(starts_with(before.read_until(kEnd), "HTTP/1.1 200"));
    no_descriptors_left = true;
    auto starved = running.client();
    starved.send(kGet);
    CHECK(running.becomes([&] { return running.counters.accept_failures == 1; }));
    before.send(kGet);
    CHECK(starts_with(before.read_until(kEnd), "HTTP/1.1 200"));
    CHECK(running.counters.accept_failures == 1); // it does not spin on the listener
    no_descriptors_left = false;
    running.clock.advance(Millis{200});
    CHECK(starts_with(starved.read_until(kEnd), "HTTP/1.1 200"));
}

TEST_CASE("Stopping closes idle connections, lets requests finish and takes no new ones")
{
    Running running;
    auto idle = running.client();
    auto half = running.client();
    half.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    CHECK(half.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    auto slow = running.client();
    slow.send("GET / HT");
    REQUIRE(running.becomes([&] { return running.counters.connections_open == 3; }));
    running.front.stop();
    CHECK(idle.read_until("never") == "[closed]");
    CHECK_FALSE(running.front.drained());
    half.send("hello");
    const std::string reply = half.read_until(kEnd);
    CHECK(reply.find("hello") != std::string::npos);
    CHECK(reply.find("Connection: Close") != std::string::npos);
    CHECK(half.read_until("never") == "[closed]");
    CHECK(running.becomes([&] { // the slow one is not waited for
        running.pass(Millis{50});
        return running.front.drained();
    }));
    CHECK(running.clock.mono() < Millis{10'000});
}

TEST_CASE("A handler that throws is a 500 and the connection goes on")
{
    Running running;
    auto client = running.client();
    client.send("GET /throws HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(starts_with(client.read_until(kEnd), "HTTP/1.1 500"));
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string head = client.read_until("\r\n\r\n");
    CHECK(head.find("Content-Length: 12") != std::string::npos);
    client.send("GET / HTTP/1.0\r\n\r\n");
    CHECK(starts_with(client.read_until(kEnd), "HTTP/1.1 200")); // no body stood in between
    CHECK(client.read_until("never") == "[closed]");
}
