// What an operator may ask who is limited to sites. A route that is not written down in
// site_scope.cpp is closed to him; one that names a thing by its id is open where that thing
// belongs to his sites; a list is open where its handler hands call.scope to the listing.
#pragma once

#include "http/routes.hpp"

namespace mnara::http {

enum class SiteVerdict { Open, Closed, NotThere };
[[nodiscard]] SiteVerdict judge_by_site(const usecases::Context& context, const Route& route,
                                        const Call& call);

// For the test that walks the table.
[[nodiscard]] bool is_open_to_sites(const Route& route);

} // namespace mnara::http
