#include "http/routes.hpp"

#include "http/api.hpp"

namespace mnara::http {

namespace {

using usecases::Role;

constexpr Access kPublic = Access::everyone();
constexpr Access kAny = Access::roles(
    {Role::Owner, Role::Manager, Role::Cashier, Role::Technician, Role::Reseller, Role::Viewer});
// A reseller sells vouchers and sees no subscriber of ours.
constexpr Access kStaff =
    Access::roles({Role::Owner, Role::Manager, Role::Cashier, Role::Technician, Role::Viewer});
constexpr Access kOwner = Access::roles({Role::Owner});
constexpr Access kManagers = Access::roles({Role::Owner, Role::Manager});
constexpr Access kCashiers = Access::roles({Role::Owner, Role::Manager, Role::Cashier});
constexpr Access kTechnicians = Access::roles({Role::Owner, Role::Manager, Role::Technician});

// Several times what a provider sends: a callback of M-Pesa has about a thousand bytes.
constexpr std::size_t kCallbackBytesMax = 64 * 1024;
constexpr std::size_t kFormBytesMax = 8 * 1024;
constexpr std::size_t kNoBody = 1024;

Route get(std::string_view pattern, AnyHandler handler, Access access, bool head = true)
{
    return {"GET", pattern, handler, access, Body::None, false, head, kNoBody};
}

Route write(std::string_view method, std::string_view pattern, AnyHandler handler, Access access)
{
    return {method, pattern, handler, access, Body::Json};
}

Route post(std::string_view pattern, AnyHandler handler, Access access)
{
    return write("POST", pattern, handler, access);
}

// Moves money: the same request may come again, and must not move it again.
Route post_money(std::string_view pattern, WritingHandler handler, Access access)
{
    Route route = post(pattern, handler, access);
    route.needs_key = true;
    return route;
}

Route form(std::string_view pattern, PlainHandler handler)
{
    return {"POST", pattern, handler, kPublic, Body::Raw, false, true, kFormBytesMax};
}

Route callback(std::string_view pattern, PlainHandler handler)
{
    return {"POST", pattern, handler, kPublic, Body::Raw, false, true, kCallbackBytesMax};
}

std::vector<Route> make_table()
{
    return {
        // Pages; each asks for a sign-in by itself.
        get("/", &api::status_page, kPublic),
        get("/style.css", &api::style_sheet, kPublic),
        get("/sign-in/{token}", &api::sign_in_by_link, kPublic, false), // asking uses the link up
        form("/sign-in", &api::sign_in_form),
        form("/sign-out", &api::sign_out_form),

        // For machines.
        get("/health", &api::health, kPublic),
        get("/metrics", &api::metrics, kPublic),
        get("/api/v1/openapi.yaml", &api::openapi, kPublic),

        // Providers. No name of a provider in a path: Safaricom refuses such addresses.
        callback("/cb/s/{token}", &api::stk_callback),
        callback("/cb/c/{token}/confirmation", &api::c2b_confirmation),
        callback("/cb/c/{token}/validation", &api::c2b_validation),
        get("/cb/s/{token}", &api::alive, kPublic),
        get("/cb/c/{token}/confirmation", &api::alive, kPublic),
        get("/cb/c/{token}/validation", &api::alive, kPublic),

        post("/api/v1/sign-in", &api::sign_in, kPublic),
        post("/api/v1/sign-out", &api::sign_out, kAny),
        get("/api/v1/me", &api::me, kAny),

        get("/api/v1/plans", &api::list_plans, kAny),
        post("/api/v1/plans", &api::add_plan, kManagers),
        post("/api/v1/plans/{code}/versions", &api::add_plan_version, kManagers),

        get("/api/v1/subscribers", &api::list_subscribers, kStaff),
        post("/api/v1/subscribers", &api::add_subscriber, kCashiers),
        get("/api/v1/subscribers/{id}", &api::get_subscriber, kStaff),
        post("/api/v1/subscribers/{id}/subscriptions", &api::add_subscription, kCashiers),

        get("/api/v1/subscriptions/{id}", &api::get_subscription, kStaff),
        post("/api/v1/subscriptions/{id}/suspend", &api::suspend, kManagers),
        post("/api/v1/subscriptions/{id}/resume", &api::resume, kManagers),
        post("/api/v1/subscriptions/{id}/terminate", &api::terminate, kManagers),
        post("/api/v1/subscriptions/{id}/plan", &api::change_plan, kCashiers),
        post("/api/v1/subscriptions/{id}/password", &api::change_password, kTechnicians),
        post_money("/api/v1/subscriptions/{id}/collect", &api::collect, kCashiers),
        post_money("/api/v1/subscriptions/{id}/terms", &api::buy_term, kCashiers),
        get("/api/v1/subscriptions/{id}/usage", &api::usage, kStaff),

        get("/api/v1/attempts", &api::list_attempts, kStaff),
        get("/api/v1/attempts/{id}", &api::get_attempt, kStaff),
        get("/api/v1/payments", &api::list_payments, kStaff),
        get("/api/v1/payments/{id}", &api::get_payment, kStaff),
        post_money("/api/v1/payments/{id}/assign", &api::assign_payment, kCashiers),

        get("/api/v1/routers", &api::list_routers, kStaff),
        post("/api/v1/routers", &api::add_router, kTechnicians),
        write("PATCH", "/api/v1/routers/{id}", &api::change_router, kTechnicians),

        get("/api/v1/sessions", &api::list_sessions, kStaff),
        post("/api/v1/sessions/{id}/disconnect", &api::disconnect, kTechnicians),
        get("/api/v1/auth-results/{username}", &api::auth_result, kStaff),

        get("/api/v1/alerts", &api::alerts, kStaff),
        get("/api/v1/settings", &api::list_settings, kOwner),
        write("PUT", "/api/v1/settings/{key}", &api::put_setting, kOwner),
        post("/api/v1/providers/mpesa/register-urls", &api::register_urls, kOwner),
        get("/api/v1/status", &api::status, kAny),
    };
}

} // namespace

std::span<const Route> routes()
{
    static const std::vector<Route> table = make_table();
    return table;
}

std::optional<std::map<std::string, std::string, std::less<>>> match_path(std::string_view pattern,
                                                                          std::string_view path)
{
    std::map<std::string, std::string, std::less<>> found;
    while (true) {
        const std::size_t pattern_end = std::min(pattern.find('/', 1), pattern.size());
        const std::size_t path_end = std::min(path.find('/', 1), path.size());
        const std::string_view wanted = pattern.substr(0, pattern_end);
        const std::string_view given = path.substr(0, path_end);
        if (wanted.size() > 3 && wanted[1] == '{') {
            auto value = percent_decode(given.empty() ? given : given.substr(1));
            if (!value || value->empty())
                return std::nullopt;
            found.emplace(wanted.substr(2, wanted.size() - 3), std::move(*value));
        } else if (wanted != given) {
            return std::nullopt;
        }
        pattern.remove_prefix(pattern_end);
        path.remove_prefix(path_end);
        if (pattern.empty() && path.empty())
            return found;
        if (pattern.empty() || path.empty())
            return std::nullopt;
    }
}

} // namespace mnara::http
