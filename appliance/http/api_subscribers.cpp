#include "domain/phone.hpp"
#include "domain/subscription.hpp"
#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"
#include "usecases/subscriber_changes.hpp"
#include "usecases/subscribers.hpp"
#include "usecases/trusted_time.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;
using usecases::ChangeSubscriberError;

constexpr std::size_t kSearchMax = 200;

std::string_view words(usecases::SubscriberError error)
{
    switch (error) {
    case usecases::SubscriberError::BadPhone:
        return "phone: not a Kenyan mobile number.";
    case usecases::SubscriberError::BadLanguage:
        return "language: is en or sw.";
    case usecases::SubscriberError::UnknownSite:
        return "site_id: there is no such site.";
    case usecases::SubscriberError::BadName:
        break;
    }
    return "full_name: a name of 1 to 200 characters is needed.";
}

Reply refused(ChangeSubscriberError error)
{
    switch (error) {
    case ChangeSubscriberError::UnknownSubscriber:
        return not_found("subscriber");
    case ChangeSubscriberError::BadLanguage:
        return problem(422, "bad_subscriber", "language: is en or sw. Nothing was changed.");
    case ChangeSubscriberError::BadEmail:
        return problem(422, "bad_subscriber", "email: is too long. Nothing was changed.");
    case ChangeSubscriberError::BadNote:
        return problem(422, "bad_subscriber", "note: is too long. Nothing was changed.");
    case ChangeSubscriberError::BadPhone:
        return problem(422, "bad_subscriber",
                       "phones: 1 to 10 Kenyan mobile numbers are needed. Nothing was changed.");
    case ChangeSubscriberError::UnknownSite:
        return problem(422, "unknown_site", "site_id: there is no such site. Nothing was changed.");
    case ChangeSubscriberError::BadName:
        break;
    }
    return problem(422, "bad_subscriber",
                   "full_name: a name of 1 to 200 characters is needed. Nothing was changed.");
}

// Leaves `number` as it is where the parameter is missing; false where it is no number.
bool read_number(const Request& request, std::string_view name, std::optional<std::int64_t>& number)
{
    const auto text = request.parameter(name);
    if (!text || text->empty())
        return true;
    number = positive_number(*text);
    return number.has_value();
}

Result<listing::WhichPeople, Reply> which_people(storage::ReadTx& tx, const Call& call)
{
    const Request& request = call.request;
    listing::WhichPeople which;
    which.search = request.parameter("search").value_or("").substr(0, kSearchMax);
    which.phone = domain::normalise_phone(which.search);
    if (!which.phone)
        which.phone = domain::phone_beginning(which.search);
    const auto text = [&](const char* name) {
        auto value = request.parameter(name);
        return value && !value->empty() ? value : std::nullopt;
    };
    which.state = text("state");
    which.plan_code = text("plan");
    if (which.state && !domain::subscription_state(*which.state))
        return refuse(problem(422, "bad_filter",
                              "state: is pending, active, expired, suspended or terminated."));
    std::optional<std::int64_t> before;
    for (const auto& [name, number] : {std::pair{"site_id", &which.site_id},
                                       {"area_id", &which.area_id},
                                       {"building_id", &which.building_id},
                                       {"expiring_before", &before}})
        if (!read_number(request, name, *number))
            return refuse(
                problem(422, "bad_filter", std::string(name) + ": is a whole number above 0."));
    if (before) {
        which.expiring_from = usecases::trusted_time(tx, call.context().clock).judged_by;
        which.expiring_before = unix_time(std::min(*before, to_seconds(kForever)));
    }
    which.has_debt = flag(request, "has_debt");
    return which;
}

std::optional<listing::PeopleOrder> order_of(const Request& request)
{
    const std::string sort = request.parameter("sort").value_or("created");
    if (sort == "created")
        return listing::PeopleOrder::Created;
    if (sort == "newest")
        return listing::PeopleOrder::Newest;
    if (sort == "name")
        return listing::PeopleOrder::Name;
    if (sort == "paid_until")
        return listing::PeopleOrder::PaidUntil;
    return std::nullopt;
}

} // namespace

Reply list_subscribers(storage::ReadTx& tx, Call& call)
{
    const auto limit = limit_of(call.request);
    if (!limit)
        return limit.error();
    const auto which = which_people(tx, call);
    if (!which)
        return which.error();
    const auto order = order_of(call.request);
    if (!order)
        return problem(422, "bad_filter", "sort: is created, newest, name or paid_until.");
    const auto page = listing::people(tx, call.scope, *which, *order, *limit,
                                      call.request.parameter("after").value_or(""));
    if (!page)
        return problem(422, "bad_page", "after is the next of the page before, of the same sort.");
    Json items = Json::array();
    for (const auto& listed : page->rows)
        items.push_back(views::subscriber_card(tx, listed.row));
    return json_reply({{"items", std::move(items)},
                       {"next", page->more ? Json(page->rows.back().cursor) : Json()}});
}

Reply subscriber_summary(storage::ReadTx& tx, Call& call)
{
    const auto which = which_people(tx, call);
    if (!which)
        return which.error();
    const auto found = listing::count_of_people(tx, call.scope, *which);
    return json_reply({{"count", found.n}, {"is_more", found.more}});
}

Reply add_subscriber(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    usecases::NewSubscriber subscriber;
    subscriber.full_name = fields.text("full_name");
    subscriber.phone = fields.text("phone");
    subscriber.email = fields.optional_text("email");
    subscriber.language = fields.optional_text("language").value_or("en");
    subscriber.actor = call.actor;
    if (const auto site = fields.optional_integer("site_id", 1))
        subscriber.site_id = SiteId{*site};
    if (auto trouble = fields.trouble())
        return *trouble;
    // Who sees some sites only adds to one of them, or he would not see whom he added.
    const auto& own = call.who.value().op.sites;
    if (!own.empty() && !subscriber.site_id)
        subscriber.site_id = own.front();
    if (!own.empty() && std::find(own.begin(), own.end(), *subscriber.site_id) == own.end())
        return problem(403, "other_site", "site_id: not one of your sites. Nobody was added.");
    const auto id = usecases::add_subscriber(tx, call.context(), subscriber);
    if (!id)
        return problem(422, "bad_subscriber", words(id.error()));
    return json_reply(views::subscriber_card(tx, listing::find_subscriber(tx, *id).value()), 201);
}

Reply get_subscriber(storage::ReadTx& tx, Call& call)
{
    const auto row = listing::find_subscriber(tx, id_in_path<SubscriberId>(call));
    if (!row)
        return not_found("subscriber");
    const UnixTime judged_by = usecases::trusted_time(tx, call.context().clock).judged_by;
    Json lines = Json::array();
    for (const auto& line : listing::subscriptions_of(tx, row->id))
        lines.push_back(views::subscription(tx, line, judged_by));
    Json body = views::subscriber_card(tx, *row);
    body["subscriptions"] = std::move(lines);
    return json_reply(body);
}

Reply change_subscriber(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    usecases::SubscriberChanges changes;
    changes.full_name = fields.optional_text("full_name");
    changes.language = fields.optional_text("language");
    const auto email = fields.optional_text("email");
    const auto note = fields.optional_text("note");
    const auto site = fields.optional_integer("site_id", 1);
    const auto phones = fields.texts("phones");
    // null clears what a missing field leaves.
    if (call.body.contains("email"))
        changes.email = email;
    if (call.body.contains("note"))
        changes.note = note;
    if (call.body.contains("site_id"))
        changes.site_id = site ? std::optional(SiteId{*site}) : std::nullopt;
    if (call.body.contains("phones"))
        changes.phones = phones;
    if (changes.is_nothing())
        fields.refuse("full_name", "or another field to change is needed");
    if (auto trouble = fields.trouble())
        return *trouble;
    if (changes.site_id && !call.scope.is_everything())
        return problem(403, "other_site",
                       "Only who sees all sites moves a subscriber. Nothing was changed.");
    const auto id = id_in_path<SubscriberId>(call);
    const auto done = usecases::change_subscriber(tx, call.context(), id, changes, call.actor);
    if (!done)
        return refused(done.error());
    return json_reply(views::subscriber_card(tx, listing::find_subscriber(tx, id).value()));
}

} // namespace mnara::http::api
