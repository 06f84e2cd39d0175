#include "domain/calendar.hpp"
#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"
#include "usecases/subscriber_changes.hpp"
#include "usecases/subscribers.hpp"
#include "usecases/trusted_time.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;
using usecases::SubscriptionError;

constexpr std::size_t kTextMax = 500;
constexpr Seconds kDay{24 * 3600};
constexpr Seconds kHoursShown = 7 * kDay; // by default
constexpr Seconds kDaysShown = 90 * kDay;

Reply refused(SubscriptionError error)
{
    switch (error) {
    case SubscriptionError::UnknownSubscriber:
        return not_found("subscriber");
    case SubscriptionError::UnknownSubscription:
        return not_found("subscription");
    case SubscriptionError::UnknownPlan:
        return problem(422, "unknown_plan", "plan_code: there is no such plan.");
    case SubscriptionError::PlanOffSale:
        return problem(409, "off_sale", "plan_code: this plan is not sold now.");
    case SubscriptionError::BadUsername:
        return problem(422, "bad_username",
                       "username: 1 to 64 characters, none of them a control character.");
    case SubscriptionError::BadPassword:
        return problem(422, "bad_password",
                       "password: 1 to 128 bytes, none of them a control character.");
    case SubscriptionError::BadAddress:
        return problem(422, "bad_address", "static_ipv4: not an IPv4 address.");
    case SubscriptionError::BadDevice:
        return problem(422, "bad_device", "device_macs: not a MAC address.");
    case SubscriptionError::UsernameTaken:
        return problem(409, "username_taken", "Another line has this username.");
    case SubscriptionError::AddressTaken:
        return problem(409, "address_taken", "Another line has this address.");
    case SubscriptionError::IllegalNow:
        return problem(409, "illegal_now", "The line is in a state that does not allow this.");
    case SubscriptionError::ClockSuspect:
        break;
    }
    return problem(409, "clock_suspect",
                   "The clock of this box cannot be trusted now; set it right first.");
}

Reply shown(storage::ReadTx& tx, const Call& call, SubscriptionId id, int status = 200)
{
    const auto line = listing::find_subscription(tx, id);
    if (!line)
        return not_found("subscription");
    return json_reply(
        views::subscription(tx, *line, usecases::trusted_time(tx, call.context().clock).judged_by),
        status);
}

using StateChange = Result<Done, SubscriptionError> (*)(storage::Tx&, const usecases::Context&,
                                                        SubscriptionId, const std::string&,
                                                        const std::string&);

// `field` of the body goes to `change`, which all these use cases take in the same way.
Reply changed(storage::Tx& tx, Call& call, const char* field, StateChange change)
{
    Fields fields(call.body);
    const std::string value = fields.text(field);
    if (value.empty() || value.size() > kTextMax)
        fields.refuse(field, "is empty or too long");
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto id = id_in_path<SubscriptionId>(call);
    const auto done = change(tx, call.context(), id, value, call.actor);
    if (!done)
        return refused(done.error());
    return shown(tx, call, id);
}

std::optional<UnixTime> time_parameter(const Request& request, std::string_view name)
{
    const auto text = request.parameter(name);
    if (!text)
        return std::nullopt;
    const auto seconds = positive_number(*text);
    if (!seconds || *seconds > to_seconds(kForever))
        return std::nullopt;
    return unix_time(*seconds);
}

} // namespace

Reply add_subscription(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    usecases::NewSubscription line;
    line.subscriber_id = id_in_path<SubscriberId>(call);
    line.username = fields.text("username");
    line.password = fields.text("password");
    line.plan_code = fields.text("plan_code");
    line.static_ipv4 = fields.optional_text("static_ipv4");
    line.device_macs = fields.texts("device_macs");
    line.actor = call.actor;
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto id = usecases::add_subscription(tx, call.context(), line);
    if (!id)
        return refused(id.error());
    return shown(tx, call, *id, 201);
}

Reply get_subscription(storage::ReadTx& tx, Call& call)
{
    return shown(tx, call, id_in_path<SubscriptionId>(call));
}

Reply suspend(storage::Tx& tx, Call& call)
{
    return changed(tx, call, "reason", &usecases::suspend);
}

Reply resume(storage::Tx& tx, Call& call)
{
    return changed(tx, call, "reason", &usecases::resume);
}

Reply terminate(storage::Tx& tx, Call& call)
{
    return changed(tx, call, "reason", &usecases::terminate);
}

Reply change_plan(storage::Tx& tx, Call& call)
{
    return changed(tx, call, "plan_code", &usecases::change_plan);
}

Reply change_running_plan(storage::Tx& tx, Call& call)
{
    return changed(tx, call, "plan_code", &usecases::change_running_plan);
}

Reply change_username(storage::Tx& tx, Call& call)
{
    return changed(tx, call, "username", &usecases::change_username);
}

Reply change_password(storage::Tx& tx, Call& call)
{
    return changed(tx, call, "password", &usecases::change_password);
}

Reply change_devices(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    const auto macs = fields.texts("device_macs");
    if (!call.body.contains("device_macs"))
        fields.refuse("device_macs", "is missing");
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto id = id_in_path<SubscriptionId>(call);
    const auto done = usecases::change_devices(tx, call.context(), id, macs, call.actor);
    if (!done)
        return refused(done.error());
    return shown(tx, call, id);
}

Reply usage(storage::ReadTx& tx, Call& call)
{
    const auto id = id_in_path<SubscriptionId>(call);
    if (!listing::find_subscription(tx, id))
        return not_found("subscription");
    const std::string by = call.request.parameter("by").value_or("day");
    if (by != "hour" && by != "day")
        return problem(422, "bad_field", "by: is hour or day.");
    for (const char* name : {"from", "to"})
        if (call.request.parameter(name) && !time_parameter(call.request, name))
            return problem(422, "bad_field", "from and to are UTC seconds.");
    const bool by_hour = by == "hour";
    // Without a range: the last days up to and with this moment.
    const UnixTime to =
        time_parameter(call.request, "to").value_or(call.context().clock.now() + Seconds{1});
    const UnixTime from =
        time_parameter(call.request, "from").value_or(to - (by_hour ? kHoursShown : kDaysShown));
    const auto rows = by_hour ? listing::usage_by_hour(tx, id, from, to)
                              : listing::usage_by_day(tx, id, domain::local_day(from),
                                                      domain::local_day(to - Seconds{1}));
    Json items = Json::array();
    for (const auto& row : rows)
        items.push_back({{by_hour ? "at" : "day", row.at},
                         {"bytes_up", row.bytes_up},
                         {"bytes_down", row.bytes_down},
                         {"seconds", row.seconds}});
    return json_reply({{"items", std::move(items)}, {"next", nullptr}});
}

} // namespace mnara::http::api
