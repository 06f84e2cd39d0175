// The first question of the screens: whose box is this, and who is there?
#include "http/api.hpp"
#include "http/operator_views.hpp"
#include "http/problem.hpp"
#include "usecases/first_run.hpp"
#include "usecases/settings.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

Json isp_of(storage::ReadTx& tx)
{
    return {{"name", usecases::setting(tx, "isp.name")},
            {"time_zone", usecases::setting(tx, "isp.time_zone")},
            {"has_logo", usecases::logo(tx).has_value()},
            {"environment", usecases::is_sandbox(tx) ? "sandbox" : "production"}};
}

} // namespace

Reply isp(storage::ReadTx& tx, Call&)
{
    return json_reply(isp_of(tx));
}

Reply session(Call& call)
{
    const auto cookie = call.request.cookie(call.services.session_cookie(call.request));
    const auto who = usecases::authenticate(call.context(), cookie.value_or(""));
    return call.context().db.read([&](storage::ReadTx& tx) {
        return json_reply({{"isp", isp_of(tx)},
                           {"needs_owner", usecases::needs_first_owner(tx)},
                           {"me", who && who->by_cookie ? views::me(*who) : Json()}});
    });
}

} // namespace mnara::http::api
