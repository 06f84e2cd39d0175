#include "http/api.hpp"
#include "http/events.hpp"
#include "http/problem.hpp"

#include <algorithm>

namespace mnara::http::api {

namespace {

constexpr std::size_t kIdMax = 64;

// "sessions,payments" of the query; all of them where it asks for none; nothing where one is not
// known.
std::optional<EventHub::Topics> wanted_topics(const Request& request)
{
    const auto known = EventHub::topics();
    EventHub::Topics topics;
    std::string list = request.parameter("topics").value_or("");
    if (list.empty())
        return EventHub::Topics(known.begin(), known.end());
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t comma = std::min(list.find(',', at), list.size());
        const std::string topic = list.substr(at, comma - at);
        if (std::ranges::find(known, topic) == known.end())
            return std::nullopt;
        topics.insert(topic);
        at = comma + 1;
    }
    return topics;
}

} // namespace

Reply events(Call& call)
{
    auto topics = wanted_topics(call.request);
    if (!topics)
        return problem(422, "unknown_topic", "One of these topics does not exist.");
    const std::string last_id = call.request.header("Last-Event-ID").value_or("");
    auto stream =
        call.services.events != nullptr
            ? call.services.events->subscribe(std::move(*topics), last_id.substr(0, kIdMax))
            : nullptr;
    if (stream == nullptr) {
        Reply reply = problem(503, "too_many_listeners",
                              "Too many screens listen at this moment. Fetch the lists instead.");
        reply.headers.emplace_back("Retry-After", "30");
        return reply;
    }
    // Buffering in a proxy between would keep the news from arriving.
    return {200, "", "text/event-stream", {{"X-Accel-Buffering", "no"}}, std::move(stream)};
}

Reply ca_certificate(Call& call)
{
    if (call.services.ca_certificate.empty())
        return problem(404, "no_https", "This box does not serve HTTPS.");
    return {200, call.services.ca_certificate, "application/x-x509-ca-cert", {}};
}

} // namespace mnara::http::api
