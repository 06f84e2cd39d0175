#include "http/site_scope.hpp"

#include "http/paging.hpp"

#include <algorithm>
#include <array>

namespace mnara::http {

namespace {

using usecases::listing::ScopedThing;

struct Guarded // everything below that pattern names such a thing
{
    std::string_view pattern;
    ScopedThing thing;
};
constexpr std::array kGuarded{
    Guarded{"/api/v1/subscribers/{id}", ScopedThing::Subscriber},
    Guarded{"/api/v1/subscriptions/{id}", ScopedThing::Subscription},
    Guarded{"/api/v1/payments/{id}", ScopedThing::Payment},
    Guarded{"/api/v1/attempts/{id}", ScopedThing::Attempt},
    Guarded{"/api/v1/routers/{id}", ScopedThing::Router},
    Guarded{"/api/v1/sessions/{id}", ScopedThing::Session},
    Guarded{"/api/v1/auth-results/{username}", ScopedThing::Username},
    Guarded{"/api/v1/areas/{id}", ScopedThing::Area},
    Guarded{"/api/v1/buildings/{id}", ScopedThing::Building},
    Guarded{"/api/v1/units/{id}", ScopedThing::Unit},
    Guarded{"/api/v1/tenancies/{id}", ScopedThing::Tenancy},
    Guarded{"/api/v1/alerts/{id}", ScopedThing::Alert},
};

// Lists and numbers whose handlers hand on call.scope, new things whose handlers look where they
// go, and what belongs to no site. Live events tell which lists changed, never what is in them.
constexpr std::array<std::string_view, 30> kOpen{"GET /api/v1/home",
                                                 "GET /api/v1/status",
                                                 "GET /api/v1/events",
                                                 "GET /api/v1/subscribers",
                                                 "POST /api/v1/subscribers",
                                                 "GET /api/v1/payments",
                                                 "GET /api/v1/payment-summary",
                                                 "GET /api/v1/session-summary",
                                                 "GET /api/v1/subscriber-summary",
                                                 "GET /api/v1/attempts",
                                                 "GET /api/v1/routers",
                                                 "GET /api/v1/sessions",
                                                 "GET /api/v1/search",
                                                 "GET /api/v1/auth-results",
                                                 "GET /api/v1/unmatched-payments",
                                                 "GET /api/v1/holders",
                                                 "GET /api/v1/alerts",
                                                 "GET /api/v1/sites",
                                                 "GET /api/v1/areas",
                                                 "POST /api/v1/areas",
                                                 "GET /api/v1/buildings",
                                                 "POST /api/v1/buildings",
                                                 "GET /api/v1/reports/revenue",
                                                 "GET /api/v1/reports/revenue.csv",
                                                 "GET /api/v1/reports/plans",
                                                 "GET /api/v1/reports/plans.csv",
                                                 "GET /api/v1/plans",
                                                 "POST /api/v1/sign-out",
                                                 "GET /api/v1/me",
                                                 "GET /api/v1/openapi.yaml"};

// Their bodies name what may be anybody's (who gets the money, the site a router goes to), or what
// they touch is nobody's afterwards.
constexpr std::array<std::string_view, 3> kClosed{"POST /api/v1/payments/{id}/assign",
                                                  "POST /api/v1/payments/{id}/unassign",
                                                  "PUT /api/v1/routers/{id}/site"};

// Also changing one's own login.
bool is_own(std::string_view pattern)
{
    return pattern.substr(0, 11) == "/api/v1/me/";
}

const Guarded* guard_of(const Route& route)
{
    const auto* found = std::find_if(kGuarded.begin(), kGuarded.end(), [&](const Guarded& one) {
        return route.pattern.substr(0, one.pattern.size()) == one.pattern;
    });
    return found == kGuarded.end() ? nullptr : found;
}

bool is_written_in(std::span<const std::string_view> names, const Route& route)
{
    const std::string name = std::string(route.method) + ' ' + std::string(route.pattern);
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

bool is_open_to_sites(const Route& route)
{
    return !is_written_in(kClosed, route) &&
           (guard_of(route) != nullptr || is_own(route.pattern) || is_written_in(kOpen, route));
}

SiteVerdict judge_by_site(const usecases::Context& context, const Route& route, const Call& call)
{
    if (call.scope.is_everything())
        return SiteVerdict::Open;
    if (!is_open_to_sites(route))
        return SiteVerdict::Closed;
    const Guarded* guard = guard_of(route);
    if (guard == nullptr)
        return SiteVerdict::Open;
    const auto placeholder = guard->thing == ScopedThing::Username ? "username" : "id";
    const std::string& name = call.path.find(placeholder)->second;
    const bool is_theirs = context.db.read([&](storage::ReadTx& tx) {
        return guard->thing == ScopedThing::Username
                   ? usecases::listing::is_username_in_scope(tx, call.scope, name)
                   : usecases::listing::is_in_scope(tx, call.scope, guard->thing,
                                                    positive_number(name).value_or(0));
    });
    return is_theirs ? SiteVerdict::Open : SiteVerdict::NotThere;
}

} // namespace mnara::http
