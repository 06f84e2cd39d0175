#include "domain/calendar.hpp"
#include "http/api.hpp"
#include "http/openapi.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "http/status.hpp"
#include "http/views.hpp"
#include "usecases/settings.hpp"
#include "usecases/trusted_time.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mnara::http {

namespace listing = usecases::listing;

Overview overview(storage::ReadTx& tx, const Services& services, const listing::ReadScope& scope)
{
    const auto time = usecases::trusted_time(tx, services.context.clock);
    Overview view;
    view.now = time.now;
    view.clock_suspect = time.suspect;
    view.sandbox = usecases::is_sandbox(tx);
    view.isp_name = usecases::setting(tx, "isp.name");
    view.counts = listing::counts(tx, scope);
    for (const auto& feed : listing::money_between(
             tx, scope, view.sandbox, domain::start_of_local_day(time.now), time.now + Seconds{1}))
        view.money_today = view.money_today + feed.amount;
    return view;
}

namespace api {

namespace {

// Opened by whoever cannot write radius.db, closed when it can be written again.
constexpr std::string_view kRadiusAlert = "radius_db";

// One metric in the Prometheus text format, version 0.0.4.
void add_metric(std::string& text, std::string_view name, std::string_view type,
                std::string_view help, std::int64_t value)
{
    text += fmt::format("# HELP mnara_{0} {1}\n# TYPE mnara_{0} {2}\nmnara_{0} {3}\n", name, help,
                        type, value);
}

void add_http(std::string& text, const Counters& counters)
{
    add_metric(text, "http_connections_open", "gauge", "Connections held now.",
               counters.connections_open);
    add_metric(text, "http_connections_total", "counter", "Connections taken.",
               counters.connections_accepted);
    add_metric(text, "http_connections_refused_total", "counter", "Refused at a limit.",
               counters.connections_refused);
    add_metric(text, "http_connections_evicted_total", "counter", "Idle, closed to make room.",
               counters.connections_evicted);
    add_metric(text, "http_connections_timed_out_total", "counter", "Over a deadline.",
               counters.connections_timed_out);
    add_metric(text, "http_accept_failures_total", "counter", "Out of files or memory.",
               counters.accept_failures);
    add_metric(text, "http_handshakes_failed_total", "counter", "What came for TLS and was none.",
               counters.handshakes_failed);
    add_metric(text, "http_requests_bad_total", "counter", "Not HTTP, or over a limit.",
               counters.requests_bad);
    text += "# HELP mnara_http_answers_total Answers by hundreds of their status.\n"
            "# TYPE mnara_http_answers_total counter\n";
    for (std::size_t hundreds = 2; hundreds < counters.answers.size(); ++hundreds)
        text += fmt::format("mnara_http_answers_total{{status=\"{}xx\"}} {}\n", hundreds,
                            counters.answers[hundreds].load());
}

void add_business(std::string& text, const Overview& view, const listing::Waiting& waiting)
{
    const auto& counts = view.counts;
    add_metric(text, "clock_suspect", "gauge", "1 while the wall clock is not believed.",
               view.clock_suspect ? 1 : 0);
    add_metric(text, "subscribers", "gauge", "People who pay.", counts.subscribers);
    add_metric(text, "sessions_online", "gauge", "Open sessions.", counts.online);
    add_metric(text, "payments_unmatched", "gauge", "Money whose owner is not known.",
               counts.unmatched);
    add_metric(text, "attempts_open", "gauge", "Requests for money without an outcome.",
               counts.open_attempts);
    add_metric(text, "alerts_open", "gauge", "Open alerts.", counts.alerts);
    add_metric(text, "inbox_waiting", "gauge", "Stored messages not worked on yet.", waiting.inbox);
    add_metric(text, "projection_waiting", "gauge", "Changes radius.db has not learned yet.",
               waiting.projection);
    add_metric(text, "router_jobs_waiting", "gauge", "What routers must still learn.",
               waiting.router_jobs);
    text += "# HELP mnara_subscriptions Lines by state.\n# TYPE mnara_subscriptions gauge\n";
    for (const auto& [state, count] : counts.subscriptions)
        text += fmt::format("mnara_subscriptions{{state=\"{}\"}} {}\n", state, count);
}

} // namespace

Reply status(storage::ReadTx& tx, Call& call)
{
    const Overview view = overview(tx, call.services, call.scope);
    Json lines = Json::object();
    for (const auto& [state, count] : view.counts.subscriptions)
        lines[state] = count;
    return json_reply({{"now_at", to_seconds(view.now)},
                       {"clock", view.clock_suspect ? "suspect" : "ok"},
                       {"version", call.services.version},
                       {"schema", call.context().db.schema_version()},
                       {"isp_name", view.isp_name},
                       {"subscribers", view.counts.subscribers},
                       {"subscriptions", std::move(lines)},
                       {"online", view.counts.online},
                       {"unmatched", view.counts.unmatched},
                       {"open_attempts", view.counts.open_attempts},
                       {"alerts", view.counts.alerts},
                       {"money_today_cents", view.money_today.cents()},
                       {"provider", {{"environment", view.sandbox ? "sandbox" : "production"}}}});
}

Reply alerts(storage::ReadTx& tx, Call& call)
{
    const auto page = page_of(call.request);
    if (!page)
        return page.error();
    return json_reply(
        list_of(listing::open_alerts(tx, call.scope, *page), *page,
                [&](const auto& alert) { return views::alert(alert, call.who->op.role); }));
}

Reply health(Call& call)
{
    try {
        const bool stuck = call.context().db.read(
            [](storage::ReadTx& tx) { return listing::is_alert_open(tx, kRadiusAlert); });
        if (!stuck)
            return json_reply({{"status", "ok"}});
        return problem(503, "radius_db",
                       "radius.db cannot be written: the network does not learn "
                       "of changes.");
    } catch (const storage::StorageError&) {
        return problem(503, "storage", "mnara.db cannot be read.");
    }
}

Reply metrics(Call& call)
{
    std::string text;
    add_http(text, call.services.counters);
    call.context().db.read([&](storage::ReadTx& tx) {
        add_business(text, overview(tx, call.services, listing::ReadScope::everything()),
                     listing::waiting(tx));
    });
    return {200, std::move(text), "text/plain; version=0.0.4; charset=utf-8", {}};
}

Reply openapi(Call&)
{
    return {200, std::string(openapi_text()), "application/yaml", {}};
}

} // namespace api

} // namespace mnara::http
