// Who may listen to the live events, and for how long.
#include "http/events.hpp"
#include "unit/catch.hpp"
#include "unit/http_office.hpp"

using namespace mnara;

namespace {

struct ListeningOffice : HttpOffice
{
    ListeningOffice() { services.events = &hub; }
    http::Reply listen(const std::string& cookie_token)
    {
        return ask("GET", "/api/v1/events?topics=sessions", "",
                   {{"Cookie", std::string("mnara_session") + "=" + cookie_token}});
    }
    http::EventHub hub{clock, "run"};
};

} // namespace

TEST_CASE("live events are for staff who are signed in, and only of topics there are")
{
    ListeningOffice office;
    using Role = HttpOffice::Role;
    CHECK(office.ask("GET", "/api/v1/events").status == 401);
    CHECK(office.as(Role::Reseller, "GET", "/api/v1/events").status == 403);
    CHECK(office.as(Role::Viewer, "GET", "/api/v1/events?topics=a").status == 422);
    CHECK(office.as(Role::Viewer, "GET", "/api/v1/events?topics=sessions,").status == 422);
    CHECK(office.as(Role::Viewer, "HEAD", "/api/v1/events").status == 405);
    const auto reply = office.as(Role::Viewer, "GET", "/api/v1/events?topics=sessions,alerts");
    CHECK(reply.status == 200);
    CHECK(reply.content_type == "text/event-stream");
    REQUIRE(reply.stream != nullptr);
    CHECK(reply.stream->take(false).find(R"(data: {"topics":["alerts","sessions"]})") !=
          std::string::npos);
}

TEST_CASE("B25 a stream of events ends when its session is revoked")
{
    ListeningOffice office;
    const auto browser = office.browser_of(HttpOffice::Role::Cashier);
    const auto reply = office.listen(browser.cookie_token);
    REQUIRE(reply.stream != nullptr);
    CHECK_FALSE(reply.stream->take(false).empty());
    usecases::sign_out(office.context, browser.cookie_token);
    office.hub.changed("sessions");
    office.hub.step();
    CHECK(reply.stream->take(false).empty());
    CHECK(reply.stream->is_over());
}

TEST_CASE("B25 a screen that is left open does not keep its session alive")
{
    ListeningOffice office;
    const auto browser = office.browser_of(HttpOffice::Role::Cashier);
    const auto reply = office.listen(browser.cookie_token);
    REQUIRE(reply.stream != nullptr);
    for (int hours = 0; hours < 13 && !reply.stream->is_over(); ++hours) {
        office.clock.advance(std::chrono::hours(1));
        (void)reply.stream->take(true); // a heartbeat: asks whether it may go on
    }
    CHECK(reply.stream->is_over());
}
