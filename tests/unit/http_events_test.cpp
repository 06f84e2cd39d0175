// Server-Sent Events: what the hub says, and how the front carries a reply that goes on.
#include "http/events.hpp"
#include "unit/running_front.hpp"

using namespace mnara;
using http::EventHub;

namespace {

EventHub::Topics topics(std::initializer_list<const char*> names)
{
    return {names.begin(), names.end()};
}

// Answers /events with a stream of the hub, everything else with a plain reply.
class Newsroom final : public http::Handler
{
public:
    explicit Newsroom(EventHub& the_hub) : hub(the_hub) {}
    std::size_t body_bytes_max(const std::string&, const std::string&) const override
    {
        return 100;
    }
    http::Reply answer(const http::Request& request) override
    {
        if (request.path != "/events")
            return {200, kEnd, "text/plain", {}};
        auto stream = hub.subscribe(topics({"sessions", "payments"}),
                                    request.header("Last-Event-ID").value_or(""));
        stream->only_while([this] { return allowed.load(); });
        return {200, "", "text/event-stream", {}, stream};
    }
    http::Reply refusal(int status) const override { return {status, kEnd, "text/plain", {}}; }

    EventHub& hub;
    std::atomic<bool> allowed{true};
};

struct Live
{
    explicit Live(int workers = 2) : running(news, limits(), workers) {}
    static http::FrontLimits limits()
    {
        http::FrontLimits many;
        many.connections_per_address_max = 4096;
        return many;
    }
    HttpClient listener(const std::string& last_id = "")
    {
        auto client = running.client();
        client.send("GET /events HTTP/1.1\r\nHost: a\r\n" +
                    (last_id.empty() ? "" : "Last-Event-ID: " + last_id + "\r\n") + "\r\n");
        return client;
    }
    // The hub has a clock of its own here, so that telling does not wait for the front's.
    void tell(const char* topic)
    {
        hub_clock.advance(Millis{200});
        hub.changed(topic);
        hub.step();
    }

    ManualClock hub_clock{unix_time(1'768'456'800)};
    EventHub hub{hub_clock, "run"};
    Newsroom news{hub};
    Running running;
};

std::string event(const std::string& id, const std::string& list)
{
    return "id: run-" + id + "\nevent: changed\ndata: {\"topics\":[" + list + "]}\n\n";
}

} // namespace

TEST_CASE("The hub tells each listener of its own topics, in one event for all that changed")
{
    ManualClock clock(unix_time(1'768'456'800));
    EventHub hub(clock, "run");
    const auto one = hub.subscribe(topics({"sessions", "payments"}), "");
    const auto other = hub.subscribe(topics({"alerts"}), "");
    CHECK(one->take(false) == "retry: 2000\nid: run-0\nevent: hello\n"
                              "data: {\"topics\":[\"payments\",\"sessions\"]}\n\n");
    CHECK(other->take(false).find("hello") != std::string::npos);
    hub.changed("sessions");
    hub.changed("payments");
    hub.changed("sessions");
    hub.changed("routers");
    hub.step();
    CHECK(one->take(false) == event("1", "\"payments\",\"sessions\""));
    CHECK(other->take(false).empty());
    CHECK(one->take(false).empty());
    CHECK(one->take(true) == ":\n\n"); // a heartbeat
}

TEST_CASE("However much is written, the hub speaks five times a second and forgets nothing")
{
    ManualClock clock(unix_time(1'768'456'800));
    EventHub hub(clock, "run");
    const auto stream = hub.subscribe(topics({"payments"}), "");
    (void)stream->take(false);
    int events = 0;
    for (int time_ms = 0; time_ms < 1000; ++time_ms) {
        hub.changed("payments");
        hub.step();
        events += stream->take(false).empty() ? 0 : 1;
        clock.advance(Millis{1});
    }
    CHECK(events == 5);
    clock.advance(Millis{200});
    hub.step();
    CHECK_FALSE(stream->take(false).empty()); // the last change is told too
}

TEST_CASE("Of what routers report all the time a screen hears every 5 seconds, of money at once")
{
    ManualClock clock(unix_time(1'768'456'800));
    EventHub hub(clock, "run");
    const auto stream = hub.subscribe(topics({"sessions", "auth_results", "payments"}), "");
    (void)stream->take(false);
    int of_sessions = 0;
    int of_results = 0;
    int of_money = 0;
    for (int time_ms = 0; time_ms < 20'000; time_ms += 100) {
        hub.changed("sessions");
        hub.changed("auth_results");
        if (time_ms % 1000 == 0)
            hub.changed("payments");
        hub.step();
        const std::string told = stream->take(false);
        of_sessions += told.find("sessions") != std::string::npos ? 1 : 0;
        of_results += told.find("auth_results") != std::string::npos ? 1 : 0;
        of_money += told.find("payments") != std::string::npos ? 1 : 0;
        clock.advance(Millis{100});
    }
    CHECK(of_sessions == 4);
    CHECK(of_results == 4);
    CHECK(of_money == 20);
    clock.advance(Millis{5'000});
    hub.step();
    CHECK(stream->take(false).find("sessions") != std::string::npos); // the last change is told too
}

TEST_CASE("Who comes again with the id of his last event learns what he missed")
{
    ManualClock clock(unix_time(1'768'456'800));
    EventHub hub(clock, "run");
    const auto change = [&](const char* topic) {
        hub.changed(topic);
        hub.step();
        clock.advance(Millis{200});
    };
    change("sessions"); // 1
    change("alerts");   // 2
    change("payments"); // 3
    const auto first_words = [&](const std::string& last_id) {
        const std::string text =
            hub.subscribe(topics({"sessions", "payments"}), last_id)->take(false);
        const auto at = text.find("event: changed");
        return at == std::string::npos ? std::string() : text.substr(text.find("data", at));
    };
    const std::string all = "data: {\"topics\":[\"payments\",\"sessions\"]}\n\n";
    CHECK(first_words("").empty()); // the first time: he has just fetched everything
    CHECK(first_words("run-0") == all);
    CHECK(first_words("run-1") == "data: {\"topics\":[\"payments\"]}\n\n");
    CHECK(first_words("run-3").empty());
    // Of another start of the daemon, of the future, or no id at all: everything may have changed.
    for (const char* unknown : {"old-1", "run-4", "run-", "run", "run-x", "-", "nonsense-3"})
        CHECK(first_words(unknown) == all);
    for (int number = 0; number < 600; ++number)
        change("alerts");
    CHECK(first_words("run-3") == all); // too long ago to be remembered
    CHECK(first_words("run-600").empty());
}

TEST_CASE("A listener who lost his rights is told nothing more")
{
    ManualClock clock(unix_time(1'768'456'800));
    EventHub hub(clock, "run");
    bool allowed = true;
    const auto stream = hub.subscribe(topics({"sessions"}), "");
    stream->only_while([&] { return allowed; });
    CHECK_FALSE(stream->take(false).empty());
    allowed = false;
    hub.changed("sessions");
    hub.step();
    CHECK(stream->take(false).empty());
    CHECK(stream->is_over());
    const auto silent = hub.subscribe(topics({"sessions"}), "");
    silent->only_while([&] { return allowed; });
    allowed = true;
    (void)silent->take(false);
    allowed = false;
    clock.advance(Millis{200});
    hub.recheck(); // nothing has changed that he listens to
    hub.step();
    CHECK(silent->take(false).empty());
    CHECK(silent->is_over());
}

TEST_CASE("A listener who does not read is dropped, and the hub forgets him")
{
    ManualClock clock(unix_time(1'768'456'800));
    EventHub hub(clock, "run");
    auto stream = hub.subscribe(topics({"payments"}), "");
    for (int number = 0; number < 2000 && !stream->is_over(); ++number) {
        hub.changed("payments");
        hub.step();
        clock.advance(Millis{200});
    }
    CHECK(stream->is_over());
    CHECK(stream->take(false).empty());
    CHECK(hub.listeners() == 1);
    stream.reset();
    CHECK(hub.listeners() == 0);
    std::vector<std::shared_ptr<http::Stream>> many;
    while (auto next = hub.subscribe(topics({"sessions"}), ""))
        many.push_back(std::move(next));
    CHECK(many.size() == 1000);
}

TEST_CASE("Events reach a browser through the front at once, and 500 listeners hold no worker")
{
    Live live(1);
    std::vector<HttpClient> listeners;
    for (int number = 0; number < 500; ++number) {
        listeners.push_back(live.listener());
        const std::string head = listeners.back().read_until("\r\n\r\n");
        REQUIRE(starts_with(head, "HTTP/1.1 200"));
        REQUIRE(head.find("text/event-stream") != std::string::npos);
        REQUIRE(head.find("Content-Length") == std::string::npos);
        (void)listeners.back().read_until("\n\n");
    }
    live.tell("payments");
    for (HttpClient& client : listeners)
        CHECK(client.read_until("\n\n") == event("1", "\"payments\""));
    auto fresh = live.running.client();
    fresh.send(kGet);
    CHECK(starts_with(fresh.read_until(kEnd), "HTTP/1.1 200"));
    listeners.clear();
    CHECK(live.running.becomes([&] { return live.hub.listeners() == 0; }));
}

TEST_CASE("A listener hears a heartbeat, outlives the idle deadline, and what he sends is nothing")
{
    Live live;
    auto client = live.listener();
    CHECK(client.read_until("hello").find("200") != std::string::npos);
    (void)client.read_until("\n\n");
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    for (int beats = 0; beats < 8; ++beats) { // two minutes
        live.running.pass(Millis{15'100});
        CHECK(client.read_until("\n\n") == ":\n\n");
    }
    live.tell("sessions");
    CHECK(client.read_until("\n\n") == event("1", "\"sessions\""));
    CHECK(live.running.counters.connections_timed_out == 0);
}

TEST_CASE("A listener who sends without a pause is closed")
{
    Live live;
    auto client = live.listener();
    (void)client.read_until("hello");
    (void)client.read_until("\n\n");
    const std::string junk(1024 * 1024, 'x');
    for (int times = 0; times < 16 && client.send(junk); ++times) {
    }
    CHECK(client.read_until("never") == "[closed]");
}

TEST_CASE("A revoked session's events end at the next word, at the latest with a heartbeat")
{
    Live live;
    auto told = live.listener();
    auto quiet = live.listener();
    for (HttpClient* client : {&told, &quiet}) {
        (void)client->read_until("hello");
        (void)client->read_until("\n\n");
    }
    live.news.allowed = false;
    live.tell("sessions");
    CHECK(told.read_until("never") == "[closed]");
    CHECK(quiet.read_until("never") == "[closed]");
    live.news.allowed = true;
    auto silent = live.listener();
    (void)silent.read_until("hello");
    (void)silent.read_until("\n\n");
    live.news.allowed = false;
    live.running.pass(Millis{15'100});
    CHECK(silent.read_until("never") == "[closed]");
}

TEST_CASE("A browser that comes again hears what it missed, through the front")
{
    Live live;
    live.tell("payments");
    live.tell("payments");
    auto client = live.listener("run-1");
    (void)client.read_until("hello");
    (void)client.read_until("\n\n");
    CHECK(client.read_until("\n\n") == event("2", "\"payments\""));
}

TEST_CASE("Stopping ends the streams at once")
{
    Live live;
    auto client = live.listener();
    (void)client.read_until("hello");
    (void)client.read_until("\n\n");
    live.running.front.stop();
    CHECK(client.read_until("never") == "[closed]");
    CHECK(live.running.becomes([&] { return live.running.front.drained(); }));
}
