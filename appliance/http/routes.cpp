#include "http/routes.hpp"

#include "http/api.hpp"

namespace mnara::http {

namespace {

using usecases::Role;

constexpr Access kPublic = Access::everyone();
constexpr Access kMachines = Access::machines();
constexpr Access kAny = Access::roles(
    {Role::Owner, Role::Manager, Role::Cashier, Role::Technician, Role::Reseller, Role::Viewer});
// A reseller sells vouchers and sees no subscriber of ours.
constexpr Access kStaff =
    Access::roles({Role::Owner, Role::Manager, Role::Cashier, Role::Technician, Role::Viewer});
constexpr Access kOwner = Access::roles({Role::Owner});
constexpr Access kAnySelf = kAny.in_person();
constexpr Access kOwnerSelf = kOwner.in_person();
constexpr Access kManagers = Access::roles({Role::Owner, Role::Manager});
constexpr Access kCashiers = Access::roles({Role::Owner, Role::Manager, Role::Cashier});
constexpr Access kTechnicians = Access::roles({Role::Owner, Role::Manager, Role::Technician});
constexpr Access kFieldStaff =
    Access::roles({Role::Owner, Role::Manager, Role::Cashier, Role::Technician});
constexpr Access kReaders = Access::roles({Role::Owner, Role::Manager, Role::Viewer});

// Several times what a provider sends: a callback of M-Pesa has about a thousand bytes.
constexpr std::size_t kCallbackBytesMax = 64 * 1024;
constexpr std::size_t kFormBytesMax = 8 * 1024;
constexpr std::size_t kNoBody = 1024;
constexpr std::size_t kPictureBytesMax = 64 * 1024;

Route get(std::string_view pattern, AnyHandler handler, Access access, bool head = true)
{
    return {"GET", pattern, handler, access, Body::None, Once::No, head, kNoBody};
}

Route write(std::string_view method, std::string_view pattern, AnyHandler handler, Access access)
{
    return {method, pattern, handler, access, Body::Json};
}

Route remove(std::string_view pattern, AnyHandler handler, Access access)
{
    return write("DELETE", pattern, handler, access);
}

Route post(std::string_view pattern, AnyHandler handler, Access access)
{
    return write("POST", pattern, handler, access);
}

// Moves money: the same request may come again, and must not move it again.
Route post_money(std::string_view pattern, WritingHandler handler, Access access)
{
    Route route = post(pattern, handler, access);
    route.once = Once::Must;
    return route;
}

// Makes what would be there twice if the answer got lost and the same came again.
Route post_new(std::string_view pattern, WritingHandler handler, Access access)
{
    Route route = post(pattern, handler, access);
    route.once = Once::Keyed;
    return route;
}

Route form(std::string_view pattern, PlainHandler handler)
{
    return {"POST", pattern, handler, kPublic, Body::Raw, Once::No, true, kFormBytesMax};
}

Route callback(std::string_view pattern, PlainHandler handler)
{
    return {"POST", pattern, handler, kMachines, Body::Raw, Once::No, true, kCallbackBytesMax};
}

Route picture(std::string_view pattern, WritingHandler handler)
{
    return {"PUT", pattern, handler, kOwner, Body::Raw, Once::No, true, kPictureBytesMax};
}

std::vector<Route> make_table()
{
    // clang-format off
    return { // one a line
        // The screens: one page whatever the address; what it shows, it asks the API for.
        get("/", &api::app_page, kPublic),
        get("/app/{page}", &api::app_page, kPublic),
        get("/app/{page}/{id}", &api::app_page, kPublic),
        get("/assets/{name}", &api::asset, kPublic),

        // Pages; each asks for a sign-in by itself.
        get("/status", &api::status_page, kPublic),
        get("/style.css", &api::style_sheet, kPublic),
        get("/sign-in/{token}", &api::sign_in_link_page, kPublic),
        form("/sign-in/{token}", &api::sign_in_by_link),
        form("/sign-in", &api::sign_in_form),
        form("/sign-out", &api::sign_out_form),

        // For machines.
        get("/health", &api::health, kMachines),
        get("/metrics", &api::metrics, kReaders.or_from_here()),
        get("/api/v1/openapi.yaml", &api::openapi, kPublic),
        get("/ca.crt", &api::ca_certificate, kMachines),

        // Providers. No name of a provider in a path: Safaricom refuses such addresses.
        callback("/cb/s/{token}", &api::stk_callback),
        callback("/cb/c/{token}/confirmation", &api::c2b_confirmation),
        callback("/cb/c/{token}/validation", &api::c2b_validation),
        get("/cb/s/{token}", &api::alive, kMachines),
        get("/cb/c/{token}/confirmation", &api::alive, kMachines),
        get("/cb/c/{token}/validation", &api::alive, kMachines),

        get("/api/v1/session", &api::session, kPublic),
        post("/api/v1/sign-in", &api::sign_in, kPublic),
        post("/api/v1/sign-in-link", &api::sign_in_by_link_and_code, kPublic),
        post("/api/v1/sign-out", &api::sign_out, kAny),
        get("/api/v1/me", &api::me, kAny),
        write("PUT", "/api/v1/me/password", &api::put_my_password, kAnySelf),
        get("/api/v1/me/sessions", &api::my_sessions, kAny),
        remove("/api/v1/me/sessions", &api::end_my_other_sessions, kAnySelf),
        remove("/api/v1/me/sessions/{id}", &api::end_my_session, kAnySelf),
        get("/api/v1/me/sign-ins", &api::my_sign_ins, kAny),
        post("/api/v1/me/second-factor", &api::begin_second_factor, kAnySelf),
        post("/api/v1/me/second-factor/confirm", &api::confirm_second_factor, kAnySelf),
        remove("/api/v1/me/second-factor", &api::end_second_factor, kAnySelf),

        get("/api/v1/operators", &api::list_operators, kManagers),
        post("/api/v1/operators", &api::add_operator, kOwnerSelf),
        get("/api/v1/operators/{id}", &api::get_operator, kManagers),
        write("PATCH", "/api/v1/operators/{id}", &api::change_operator, kOwnerSelf),
        post("/api/v1/operators/{id}/reset-password", &api::reset_operator_password, kOwnerSelf),
        post("/api/v1/operators/{id}/unlock", &api::unlock_operator, kOwnerSelf),
        remove("/api/v1/operators/{id}/second-factor", &api::drop_second_factor, kOwnerSelf),
        get("/api/v1/operator-sessions", &api::list_operator_sessions, kOwner),
        remove("/api/v1/operator-sessions/{id}", &api::end_operator_session, kOwnerSelf),
        get("/api/v1/tokens", &api::list_tokens, kOwner),
        post("/api/v1/tokens", &api::add_token, kOwnerSelf),
        remove("/api/v1/tokens/{id}", &api::end_token, kOwnerSelf),
        get("/api/v1/sign-ins", &api::list_sign_ins, kManagers),
        get("/api/v1/allow-list", &api::get_allow_list, kOwner),
        write("PUT", "/api/v1/allow-list", &api::put_allow_list, kOwnerSelf),
        get("/api/v1/audit", &api::list_audit, kManagers),

        post("/api/v1/first-run/owner", &api::first_run_owner, kPublic),
        get("/api/v1/first-run/steps", &api::first_run_steps, kOwner),
        get("/api/v1/isp", &api::isp, kPublic),
        get("/api/v1/isp/logo", &api::get_logo, kPublic),
        picture("/api/v1/isp/logo", &api::put_logo),
        remove("/api/v1/isp/logo", &api::delete_logo, kOwner),

        get("/api/v1/home", &api::home, kStaff),
        get("/api/v1/search", &api::search, kStaff),
        get("/api/v1/holders", &api::holders, kTechnicians),

        get("/api/v1/plans", &api::list_plans, kAny),
        post("/api/v1/plans", &api::add_plan, kManagers),
        write("PATCH", "/api/v1/plans/{code}", &api::change_plan_sale, kManagers),
        post("/api/v1/plans/{code}/versions", &api::add_plan_version, kManagers),

        get("/api/v1/subscribers", &api::list_subscribers, kStaff),
        get("/api/v1/subscriber-summary", &api::subscriber_summary, kStaff),
        post_new("/api/v1/subscribers", &api::add_subscriber, kCashiers),
        get("/api/v1/subscribers/{id}", &api::get_subscriber, kStaff),
        write("PATCH", "/api/v1/subscribers/{id}", &api::change_subscriber, kCashiers),
        get("/api/v1/subscribers/{id}/timeline", &api::timeline, kStaff),
        get("/api/v1/subscribers/{id}/wallet", &api::wallet, kStaff),
        get("/api/v1/subscribers/{id}/sessions", &api::sessions_of_subscriber, kStaff),
        get("/api/v1/subscribers/{id}/tenancies", &api::tenancies_of_subscriber, kStaff),
        post_new("/api/v1/subscribers/{id}/subscriptions", &api::add_subscription, kCashiers),

        get("/api/v1/subscriptions/{id}", &api::get_subscription, kStaff),
        post("/api/v1/subscriptions/{id}/suspend", &api::suspend, kManagers),
        post("/api/v1/subscriptions/{id}/resume", &api::resume, kManagers),
        post("/api/v1/subscriptions/{id}/terminate", &api::terminate, kManagers),
        post("/api/v1/subscriptions/{id}/plan", &api::change_plan, kCashiers),
        post("/api/v1/subscriptions/{id}/running-plan", &api::change_running_plan, kManagers),
        post("/api/v1/subscriptions/{id}/username", &api::change_username, kFieldStaff),
        post("/api/v1/subscriptions/{id}/password", &api::change_password, kTechnicians),
        post("/api/v1/subscriptions/{id}/devices", &api::change_devices, kTechnicians),
        get("/api/v1/subscriptions/{id}/diagnosis", &api::diagnosis, kStaff),
        post_money("/api/v1/subscriptions/{id}/collect", &api::collect, kCashiers),
        post_money("/api/v1/subscriptions/{id}/terms", &api::buy_term, kCashiers),
        get("/api/v1/subscriptions/{id}/usage", &api::usage, kStaff),

        get("/api/v1/attempts", &api::list_attempts, kStaff),
        get("/api/v1/attempts/{id}", &api::get_attempt, kStaff),
        get("/api/v1/payments", &api::list_payments, kStaff),
        get("/api/v1/payments/{id}", &api::get_payment, kStaff),
        post_money("/api/v1/payments/{id}/assign", &api::assign_payment, kCashiers),
        post_money("/api/v1/payments/{id}/unassign", &api::unassign_payment, kCashiers),
        get("/api/v1/payment-summary", &api::payment_summary, kStaff),
        get("/api/v1/unmatched-payments", &api::unmatched_payments, kStaff),

        get("/api/v1/sites", &api::list_sites, kStaff),
        post("/api/v1/sites", &api::add_site, kOwner),
        write("PATCH", "/api/v1/sites/{id}", &api::change_site, kOwner),
        remove("/api/v1/sites/{id}", &api::remove_site, kOwner),
        get("/api/v1/areas", &api::list_areas, kStaff),
        post("/api/v1/areas", &api::add_area, kFieldStaff),
        write("PATCH", "/api/v1/areas/{id}", &api::change_area, kFieldStaff),
        remove("/api/v1/areas/{id}", &api::remove_area, kFieldStaff),
        get("/api/v1/buildings", &api::list_buildings, kStaff),
        post("/api/v1/buildings", &api::add_building, kFieldStaff),
        write("PATCH", "/api/v1/buildings/{id}", &api::change_building, kFieldStaff),
        remove("/api/v1/buildings/{id}", &api::remove_building, kFieldStaff),
        get("/api/v1/buildings/{id}/units", &api::list_units, kStaff),
        post("/api/v1/buildings/{id}/units", &api::add_unit, kFieldStaff),
        get("/api/v1/buildings/{id}/report", &api::landlord_report, kStaff),
        get("/api/v1/buildings/{id}/report.csv", &api::landlord_report_csv, kStaff),
        write("PATCH", "/api/v1/units/{id}", &api::change_unit, kFieldStaff),
        remove("/api/v1/units/{id}", &api::remove_unit, kFieldStaff),
        get("/api/v1/units/{id}/tenancies", &api::tenancies_of_unit, kStaff),
        post("/api/v1/units/{id}/tenancies", &api::move_in, kFieldStaff),
        post("/api/v1/tenancies/{id}/end", &api::move_out, kFieldStaff),

        get("/api/v1/reports/revenue", &api::revenue, kReaders),
        get("/api/v1/reports/revenue.csv", &api::revenue_csv, kReaders),
        get("/api/v1/reports/growth", &api::growth, kReaders),
        get("/api/v1/reports/growth.csv", &api::growth_csv, kReaders),
        get("/api/v1/reports/plans", &api::plan_report, kReaders),
        get("/api/v1/reports/plans.csv", &api::plan_report_csv, kReaders),

        get("/api/v1/routers", &api::list_routers, kStaff),
        post("/api/v1/routers", &api::add_router, kTechnicians),
        write("PATCH", "/api/v1/routers/{id}", &api::change_router, kTechnicians),
        remove("/api/v1/routers/{id}", &api::remove_router, kTechnicians),
        write("PUT", "/api/v1/routers/{id}/site", &api::put_router_site, kManagers),

        get("/api/v1/sessions", &api::list_sessions, kStaff),
        get("/api/v1/session-summary", &api::session_summary, kStaff),
        post("/api/v1/sessions/{id}/disconnect", &api::disconnect, kTechnicians),
        get("/api/v1/auth-results", &api::auth_attempts, kStaff),
        get("/api/v1/auth-results/{username}", &api::auth_result, kStaff),

        get("/api/v1/alerts", &api::alerts, kStaff),
        post("/api/v1/alerts/{id}/close", &api::close_alert, kCashiers),
        get("/api/v1/settings", &api::list_settings, kOwner),
        write("PUT", "/api/v1/settings/{key}", &api::put_setting, kOwner),
        post("/api/v1/providers/mpesa/test", &api::test_mpesa, kOwner),
        post("/api/v1/providers/mpesa/register-urls", &api::register_urls, kOwner),
        get("/api/v1/status", &api::status, kStaff),
        get("/api/v1/events", &api::events, kStaff, false), // a HEAD of it would never end
    };
    // clang-format on
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
