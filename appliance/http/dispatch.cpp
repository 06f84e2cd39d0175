#include "http/dispatch.hpp"

#include "core/crypto.hpp"
#include "domain/ip_network.hpp"
#include "http/problem.hpp"
#include "http/site_scope.hpp"
#include "usecases/audit.hpp"
#include "usecases/idempotency.hpp"
#include "usecases/operator_networks.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace mnara::http {

namespace {

constexpr std::size_t kKeyMin = 16;
constexpr std::size_t kKeyMax = 100;
constexpr std::size_t kTokenMax = 200;
constexpr std::string_view kBearer = "Bearer ";
constexpr std::size_t kBodyBytesDefault = 64 * 1024;
constexpr int kFirstError = 400;
// What a person's hands, and what a program that moves in a whole ISP, can need.
constexpr RatePace kBrowserWrites{120, Millis{500}};
constexpr RatePace kProgramWrites{3'000, Millis{10}};
constexpr RatePace kRefusedSignIns{30, Millis{6'000}};

// For the log: the words in these paths are secrets.
std::string without_token(const std::string& path)
{
    for (const std::string_view start : {"/cb/", "/sign-in/"})
        if (std::string_view(path).substr(0, start.size()) == start)
            return std::string(start) + "...";
    return path;
}

// Leaves the transaction of a writing handler that refused, so that nothing it began stays.
struct RolledBack
{
    Reply reply;
};

bool is_write(const std::string& method)
{
    return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

// A screen that fetches its lists anew by itself says so, and its live stream begins anew by
// itself: nobody is using it.
bool is_use(const Request& request)
{
    return is_write(request.method) || (request.header("X-Mnara-Auto") != "1" &&
                                        request.header("Accept") != "text/event-stream");
}

// What somebody may do who must set up a second factor first.
bool is_own_login(std::string_view pattern)
{
    return pattern == "/api/v1/me" || pattern.substr(0, 11) == "/api/v1/me/" ||
           pattern == "/api/v1/sign-out";
}

struct Presented
{
    std::string token;
    bool in_cookie = false;
};

std::optional<Presented> presented_token(const Services& services, const Request& request)
{
    if (const auto header = request.header("Authorization")) {
        if (header->size() < kBearer.size() ||
            !same_word(std::string_view(*header).substr(0, kBearer.size()), kBearer))
            return std::nullopt;
        return Presented{header->substr(kBearer.size()), false};
    }
    if (auto cookie = request.cookie(services.session_cookie(request)))
        return Presented{std::move(*cookie), true};
    return std::nullopt;
}

std::optional<usecases::Authenticated> who_asks(const Services& services, const Request& request,
                                                bool is_use)
{
    const auto presented = presented_token(services, request);
    if (!presented || presented->token.empty() || presented->token.size() > kTokenMax)
        return std::nullopt;
    auto who = usecases::authenticate(services.context, presented->token, is_use);
    // A program's token in a cookie would be a browser session without a CSRF token.
    if (who && presented->in_cookie && !who->by_cookie)
        return std::nullopt;
    return who;
}

bool has_csrf_token(const Request& request, const usecases::Authenticated& who)
{
    const std::string sent = request.header("X-CSRF-Token").value_or("");
    return !who.csrf_token.empty() && crypto::equal(sent, who.csrf_token);
}

bool is_json(const Request& request)
{
    const std::string type = request.header("Content-Type").value_or("");
    return same_word(type.substr(0, type.find(';')), "application/json");
}

} // namespace

Dispatch::Dispatch(Services& services, std::span<const Route> table)
    : services_(services), table_(table), run_id_(crypto::to_hex(services.context.random.bytes(4)))
{
}

Dispatch::Found Dispatch::find(const std::string& method, const std::string& path) const
{
    Found found;
    for (const Route& route : table_) {
        auto segments = match_path(route.pattern, path);
        if (!segments)
            continue;
        const bool as_head = route.method == "GET" && route.head;
        found.allowed += (found.allowed.empty() ? "" : ", ") + std::string(route.method) +
                         (as_head ? ", HEAD" : "");
        if (route.method == method || (method == "HEAD" && as_head)) {
            found.route = &route;
            found.path = std::move(*segments);
        }
    }
    return found;
}

std::size_t Dispatch::body_bytes_max(const std::string& method, const std::string& path) const
{
    const Found found = find(method, path);
    return found.route != nullptr ? found.route->body_bytes_max : kBodyBytesDefault;
}

Reply Dispatch::answer(const Request& request)
{
    const std::string request_id = fmt::format("{}-{}", run_id_, ++requests_);
    Reply reply;
    try {
        reply = run(request);
    } catch (const storage::StorageError& error) {
        services_.context.log.error(
            "http.storage_failed", error.what(),
            {{"request", request_id}, {"path", without_token(request.path)}});
        reply =
            error.is_full()
                ? problem(507, "disk_full", "The disk of this box is full. Nothing was changed.")
                : problem(500, "storage",
                          "The database could not be used. Request " + request_id + ".");
    } catch (const std::exception& error) {
        services_.context.log.error(
            "http.failed", error.what(),
            {{"request", request_id}, {"path", without_token(request.path)}});
        reply = problem(500, "failed", "Something went wrong here. Request " + request_id + ".");
    }
    decorate(reply, request_id);
    // Only for a certificate that browsers trust by themselves: a box that falls back to its own
    // would be out of reach for a year.
    if (request.arrival == Arrival::Tls && services_.pins_https && services_.pins_https())
        reply.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
    return reply;
}

Reply Dispatch::refusal(int status) const
{
    Reply reply = problem(status, "refused", title_of(status));
    decorate(reply, run_id_);
    return reply;
}

void Dispatch::decorate(Reply& reply, const std::string& request_id) const
{
    ++services_.counters.answers[static_cast<std::size_t>(reply.status / 100) % 6];
    reply.headers.emplace_back("X-Request-Id", request_id);
    reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
    reply.headers.emplace_back("X-Frame-Options", "DENY");
    // Not "no-referrer": with it, browsers send "Origin: null" with our own forms.
    reply.headers.emplace_back("Referrer-Policy", "same-origin");
    // The screens and their files say by themselves what they need.
    const auto add_unless_there = [&](std::string_view name, std::string_view value) {
        if (std::ranges::find(reply.headers, name, &Headers::value_type::first) ==
            reply.headers.end())
            reply.headers.emplace_back(name, value);
    };
    add_unless_there("Cache-Control", "no-store");
    add_unless_there("Content-Security-Policy",
                     "default-src 'none'; style-src 'self'; form-action 'self'; "
                     "base-uri 'none'; frame-ancestors 'none'");
}

Reply Dispatch::run(const Request& request)
{
    Found found = find(request.method, request.path);
    const bool is_for_machines = found.route != nullptr && found.route->access.is_for_machines();
    if (!is_for_machines && !is_allowed(request)) {
        note_refused(request);
        return problem(403, "address_not_allowed",
                       "Operators may not come from this address. The owner sets the addresses; "
                       "on the box: mnara operator allow-list.");
    }
    if (found.allowed.empty())
        return problem(404, "no_such_path", "There is nothing at this path.");
    if (request.method == "OPTIONS")
        return {204, "", "", {{"Allow", found.allowed + ", OPTIONS"}}};
    if (found.route == nullptr) {
        Reply reply = problem(405, "method", "This path does not know that method.");
        reply.headers.emplace_back("Allow", found.allowed + ", OPTIONS");
        return reply;
    }
    const Route& route = *found.route;
    Json body = Json::object();
    Call asked{services_,     request,          body, std::move(found.path), std::nullopt,
               "system:http", services_.context};
    asked.asked_by.peer = request.peer;
    const bool is_own_program =
        route.access.is_open_here() && request.is_own_program() && !services_.is_behind_proxy();
    if (!route.access.is_public() && !is_own_program)
        if (auto refusal = authorise(route, asked, is_use(request)))
            return std::move(*refusal);
    if (route.body == Body::Json && !request.body.empty()) {
        // Forms of foreign pages can send anything but this type; behind a token they cannot come.
        if (route.access.is_public() && !is_json(request))
            return problem(415, "not_json", "Send Content-Type: application/json.");
        auto parsed = parse_json(request.body, {route.body_bytes_max, 16, 10'000});
        if (!parsed)
            return problem(400, "bad_json", "The body is not usable JSON: " + parsed.error() + ".");
        body = std::move(*parsed);
    }
    Reply reply = call(route, asked);
    if (reply.stream != nullptr)
        reply.stream->only_while([this, request, &route] { return may_go_on(route, request); });
    return reply;
}

bool Dispatch::may_go_on(const Route& route, const Request& request) const
{
    const Json no_body = Json::object();
    const bool is_for_machines = route.access.is_for_machines();
    Call asked{services_, request, no_body, {}, std::nullopt, "system:http", services_.context};
    asked.asked_by.peer = request.peer;
    return (is_for_machines || is_allowed(request)) &&
           (route.access.is_public() || !authorise(route, asked, false));
}

bool Dispatch::is_allowed(const Request& request) const
{
    return services_.context.db.read(
        [&](storage::ReadTx& tx) { return usecases::is_allowed_address(tx, request.peer); });
}

// A try to sign in is written down wherever it came from, if not as often as somebody likes.
void Dispatch::note_refused(const Request& request) const
{
    if (request.method != "POST" ||
        (request.path != "/api/v1/sign-in" && request.path != "/sign-in") ||
        !services_.rates.take("refused:" + domain::household_of(request.peer), kRefusedSignIns,
                              services_.context.clock.mono()))
        return;
    std::string login = form_value(request.body, "login").value_or("");
    if (const auto body = parse_json(request.body); body && body->is_object())
        if (const auto named = body->find("login"); named != body->end() && named->is_string())
            login = named->get<std::string>();
    usecases::note_refused_sign_in(services_.context, login, request.peer,
                                   request.header("User-Agent").value_or(""));
}

std::optional<Reply> Dispatch::authorise(const Route& route, Call& asked, bool is_use) const
{
    const Request& request = asked.request;
    asked.who = who_asks(services_, request, is_use);
    if (!asked.who) {
        Reply reply = problem(401, "not_signed_in", "Sign in, or send a token.");
        reply.headers.emplace_back("WWW-Authenticate", "Bearer");
        return reply;
    }
    const usecases::Authenticated& who = *asked.who;
    if (!route.access.allows(who.op.role))
        return problem(403, "not_allowed", "Your role may not do this.");
    if (route.access.is_in_person() && !who.by_cookie)
        return problem(403, "browser_only", "Only a signed-in person may do this, not a program.");
    if (who.must_enrol && !is_own_login(route.pattern))
        return problem(403, "second_factor_needed",
                       "Your role needs a second factor. Set one up first.");
    if (is_write(request.method)) {
        if (who.by_cookie && !has_csrf_token(request, who))
            return problem(403, "csrf", "The X-CSRF-Token header is missing or wrong.");
        if (!services_.rates.take("write:" + std::to_string(who.session),
                                  who.by_cookie ? kBrowserWrites : kProgramWrites,
                                  services_.context.clock.mono())) {
            Reply reply = problem(429, "too_many_writes",
                                  "Too many changes in a short time. Nothing was done. Wait a "
                                  "moment and try again.");
            reply.headers.emplace_back("Retry-After", "1");
            return reply;
        }
    }
    asked.actor = usecases::actor_of(who.op);
    asked.scope = who.op.sites.empty() ? usecases::listing::ReadScope::everything()
                                       : usecases::listing::ReadScope::of_sites(who.op.sites);
    switch (judge_by_site(services_.context, route, asked)) {
    case SiteVerdict::Closed:
        return problem(403, "not_your_site", "This is only for operators of all sites.");
    case SiteVerdict::NotThere:
        return not_found("thing in your sites");
    case SiteVerdict::Open:
        break;
    }
    return std::nullopt;
}

Reply Dispatch::call(const Route& route, Call& asked) const
{
    if (const auto* plain = std::get_if<PlainHandler>(&route.handler))
        return (*plain)(asked);
    storage::Database& db = services_.context.db;
    if (const auto* reading = std::get_if<ReadingHandler>(&route.handler))
        return db.read([&](storage::ReadTx& tx) { return (*reading)(tx, asked); });
    if (route.once == Once::Must ||
        (route.once == Once::Keyed && asked.request.header("Idempotency-Key")))
        return write_once(route, asked);
    try {
        return db.write([&](storage::Tx& tx) {
            Reply reply = write_audited(route, tx, asked);
            if (reply.status >= kFirstError)
                throw RolledBack{std::move(reply)};
            return reply;
        });
    } catch (RolledBack& refused) {
        return std::move(refused.reply);
    }
}

Reply Dispatch::write_audited(const Route& route, storage::Tx& tx, Call& asked) const
{
    const std::int64_t before = usecases::last_audit(tx);
    Reply reply = std::get<WritingHandler>(route.handler)(tx, asked);
    // Whoever forgot it, or had no words for it: no write of a person goes by without a line.
    if (reply.status < kFirstError && asked.who && usecases::last_audit(tx) == before)
        usecases::audit(tx, asked.context(), asked.actor, "asked", "route", 0,
                        usecases::audit_fields(
                            {{"method", asked.request.method}, {"path", asked.request.path}}));
    return reply;
}

Reply Dispatch::write_once(const Route& route, Call& asked) const
{
    const Request& request = asked.request;
    const std::string key = request.header("Idempotency-Key").value_or("");
    if (key.size() < kKeyMin || key.size() > kKeyMax)
        return problem(400, "idempotency_key",
                       "Send an Idempotency-Key of 16 to 100 characters, new for each request.");
    const std::string whole = request.method + '\n' + request.path + '\n' + request.body;
    try {
        return services_.context.db.write([&](storage::Tx& tx) {
            const auto stored =
                usecases::once(tx, services_.context.clock.now(), asked.actor, key, whole, [&] {
                    Reply reply = write_audited(route, tx, asked);
                    // A refusal does nothing, so it needs no memory: the next try is judged anew.
                    if (reply.status >= kFirstError)
                        throw RolledBack{std::move(reply)};
                    return usecases::StoredAnswer{reply.status, reply.body};
                });
            if (!stored)
                throw RolledBack{problem(422, "key_reused",
                                         "This Idempotency-Key was used for another request.")};
            return Reply{stored->status, stored->body, "application/json", {}};
        });
    } catch (RolledBack& refused) {
        return std::move(refused.reply);
    }
}

} // namespace mnara::http
