#include "domain/phone.hpp"
#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"
#include "usecases/subscribers.hpp"
#include "usecases/trusted_time.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;

constexpr std::size_t kSearchMax = 200;

std::string_view words(usecases::SubscriberError error)
{
    switch (error) {
    case usecases::SubscriberError::BadPhone:
        return "phone: not a Kenyan mobile number.";
    case usecases::SubscriberError::BadLanguage:
        return "language: is en or sw.";
    case usecases::SubscriberError::BadName:
        break;
    }
    return "full_name: a name of 1 to 200 characters is needed.";
}

} // namespace

Reply list_subscribers(storage::ReadTx& tx, Call& call)
{
    const auto page = page_of(call.request);
    if (!page)
        return page.error();
    listing::Search search;
    search.text = call.request.parameter("search").value_or("").substr(0, kSearchMax);
    search.phone = domain::normalise_phone(search.text);
    return json_reply(list_of(listing::subscribers(tx, search, *page), *page,
                              [&](const auto& row) { return views::subscriber(tx, row); }));
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
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto id = usecases::add_subscriber(tx, call.context(), subscriber);
    if (!id)
        return problem(422, "bad_subscriber", words(id.error()));
    return json_reply(views::subscriber(tx, listing::find_subscriber(tx, *id).value()), 201);
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
    Json body = views::subscriber(tx, *row);
    body["subscriptions"] = std::move(lines);
    return json_reply(body);
}

} // namespace mnara::http::api
