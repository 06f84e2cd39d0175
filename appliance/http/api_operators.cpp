// Staff, as an owner looks after them.
#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/operator_views.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "usecases/second_factor.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

using usecases::OperatorError;

Reply refused(OperatorError error)
{
    switch (error) {
    case OperatorError::LoginTaken:
        return problem(409, "login_taken", "This login exists already. Nothing was added.");
    case OperatorError::BadLogin:
        return problem(422, "bad_field",
                       "login: must be 2 to 32 letters, digits, '.', '-' or '_'; full_name: must "
                       "be 1 to 100 characters.");
    case OperatorError::WeakPassword:
        return problem(422, "weak_password",
                       "The password needs 10 characters or more, and must not be the login.");
    case OperatorError::UnknownSite:
        return problem(422, "bad_field", "sites: there is no such site.");
    case OperatorError::OwnerHasNoLimits:
        return problem(422, "bad_field", "sites: an owner always sees all of them.");
    case OperatorError::LastOwner:
        return problem(409, "last_owner",
                       "This is the last owner. Make somebody else owner first. Nothing was "
                       "changed.");
    case OperatorError::Yourself:
        return problem(409, "yourself",
                       "Nobody changes the own rights. Ask another owner. Nothing was changed.");
    case OperatorError::UnknownOperator:
        break;
    }
    return not_found("operator");
}

std::optional<usecases::Role> role_of(Fields& fields, const std::optional<std::string>& text)
{
    if (!text)
        return std::nullopt;
    const auto role = usecases::role(*text);
    if (!role)
        fields.refuse("role", "must be owner, manager, cashier, technician, reseller or viewer");
    return role;
}

Reply shown(storage::ReadTx& tx, Call& call, OperatorId id, int status)
{
    const auto row = usecases::listing::find_operator(tx, id);
    if (!row)
        return not_found("operator");
    return json_reply(views::staff(tx, *row, call.context().clock.now()), status);
}

std::vector<SiteId> site_ids(const std::vector<std::int64_t>& numbers)
{
    std::vector<SiteId> sites;
    sites.reserve(numbers.size());
    for (const std::int64_t number : numbers)
        sites.push_back(SiteId{number});
    return sites;
}

} // namespace

Reply list_operators(storage::ReadTx& tx, Call& call)
{
    Json items = Json::array();
    for (const auto& row : usecases::listing::all_operators(tx))
        items.push_back(views::staff(tx, row, call.context().clock.now()));
    return json_reply({{"items", std::move(items)}, {"next", nullptr}});
}

Reply get_operator(storage::ReadTx& tx, Call& call)
{
    return shown(tx, call, id_in_path<OperatorId>(call), 200);
}

Reply add_operator(Call& call)
{
    Fields fields(call.body);
    const std::string login = fields.text("login");
    const std::string full_name = fields.text("full_name");
    const auto role = role_of(fields, fields.text("role"));
    const auto password = fields.optional_text("password");
    const auto sites =
        site_ids(fields.optional_integers("sites").value_or(std::vector<std::int64_t>{}));
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto added = usecases::add_operator(call.context(), login, full_name, *role, password,
                                              sites, call.actor);
    if (!added)
        return refused(added.error());
    return call.context().db.read(
        [&](storage::ReadTx& tx) { return shown(tx, call, *added, 201); });
}

Reply change_operator(storage::Tx& tx, Call& call)
{
    const auto id = id_in_path<OperatorId>(call);
    Fields fields(call.body);
    usecases::OperatorChange change;
    change.full_name = fields.optional_text("full_name");
    change.role = role_of(fields, fields.optional_text("role"));
    if (const auto numbers = fields.optional_integers("sites"))
        change.sites = site_ids(*numbers);
    change.disabled = fields.optional_boolean("disabled");
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto done = usecases::change_operator(tx, call.context(), id, change, call.actor);
    if (!done)
        return refused(done.error());
    return shown(tx, call, id, 200);
}

Reply reset_operator_password(storage::Tx& tx, Call& call)
{
    const auto token =
        usecases::reset_password(tx, call.context(), id_in_path<OperatorId>(call), call.actor);
    if (!token)
        return refused(token.error());
    return json_reply({{"link", call.services.public_url + "/sign-in/" + *token}}, 201);
}

Reply unlock_operator(storage::Tx& tx, Call& call)
{
    const auto row = usecases::listing::find_operator(tx, id_in_path<OperatorId>(call));
    if (!row || !usecases::unlock_login(tx, call.context(), row->login, call.actor))
        return not_found("operator");
    return {204, "", "", {}};
}

Reply drop_second_factor(storage::Tx& tx, Call& call)
{
    const auto id = id_in_path<OperatorId>(call);
    if (!usecases::listing::find_operator(tx, id))
        return not_found("operator");
    const auto done = usecases::drop_second_factor(tx, call.context(), id, call.actor);
    if (!done && done.error() == usecases::SecondFactorError::Yourself)
        return problem(409, "yourself",
                       "Your own second factor is removed with a code of it, in your own account. "
                       "Nothing was changed.");
    if (!done)
        return problem(409, "no_second_factor", "This operator has no second factor.");
    return {204, "", "", {}};
}

} // namespace mnara::http::api
