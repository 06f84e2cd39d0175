#include "usecases/subscribers.hpp"

#include "domain/access.hpp"
#include "domain/network_address.hpp"
#include "domain/phone.hpp"
#include "storage/place_store.hpp"
#include "storage/plan_store.hpp"
#include "storage/subscriber_store.hpp"
#include "storage/subscription_store.hpp"
#include "usecases/audit.hpp"
#include "usecases/billing.hpp"
#include "usecases/router_jobs.hpp"

#include <algorithm>

namespace mnara::usecases {

namespace {

using domain::SubscriptionEvent;
using domain::SubscriptionState;

constexpr std::size_t kUsernameMax = 64;
constexpr std::size_t kPasswordMax = 128;

bool has_control(const std::string& text)
{
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// FreeRADIUS expands a value that is wrapped in backquotes; none is needed in a login.
bool is_network_word(const std::string& text, std::size_t most)
{
    return !text.empty() && text.size() <= most && !has_control(text) &&
           text.find('`') == std::string::npos;
}

Result<domain::Subscription, SubscriptionError> must_find(storage::ReadTx& tx, SubscriptionId id)
{
    auto line = storage::find_subscription(tx, id);
    if (!line)
        return refuse(SubscriptionError::UnknownSubscription);
    return std::move(*line);
}

// One event of the state machine by a person's hand; every live session must follow it.
Result<Done, SubscriptionError> move_by_hand(storage::Tx& tx, const Context& context,
                                             SubscriptionId id, SubscriptionEvent event,
                                             const std::string& reason, const std::string& actor)
{
    auto line = must_find(tx, id);
    if (!line)
        return refuse(line.error());
    const TrustedTime time = trusted_time(tx, context.clock);
    const bool judges_by_time = event == SubscriptionEvent::AdminResumed && line->paid_until;
    if (judges_by_time && time.suspect)
        return refuse(SubscriptionError::ClockSuspect);
    const auto to = domain::next_state(line->state, event, line->paid_until, time.judged_by);
    if (!to)
        return refuse(SubscriptionError::IllegalNow);
    storage::insert_subscription_event(
        tx, *line, {event, *to, line->paid_until, actor, reason, time.judged_by});
    want_sessions_gone(tx, time.now, line->username);
    audit(tx, context, actor, std::string(to_text(event)), "subscription", id.value,
          audit_fields({{"reason", reason}}));
    return Done{};
}

struct ChosenPlan
{
    domain::Subscription line;
    PlanVersionId version;
};
Result<ChosenPlan, SubscriptionError> choose_plan(storage::Tx& tx, SubscriptionId id,
                                                  const std::string& plan_code)
{
    auto line = must_find(tx, id);
    if (!line)
        return refuse(line.error());
    if (line->state == SubscriptionState::Terminated)
        return refuse(SubscriptionError::IllegalNow);
    const auto plan = storage::find_plan(tx, plan_code);
    if (!plan)
        return refuse(SubscriptionError::UnknownPlan);
    if (!domain::can_be_chosen(*plan, line->plan_code))
        return refuse(SubscriptionError::PlanOffSale);
    storage::set_plan_code(tx, id, plan_code);
    return ChosenPlan{std::move(*line), plan->current.id};
}

} // namespace

Result<SubscriberId, SubscriberError> add_subscriber(storage::Tx& tx, const Context& context,
                                                     const NewSubscriber& subscriber)
{
    const auto phone = domain::normalise_phone(subscriber.phone);
    if (!phone)
        return refuse(SubscriberError::BadPhone);
    if (subscriber.full_name.empty() || subscriber.full_name.size() > 200 ||
        has_control(subscriber.full_name))
        return refuse(SubscriberError::BadName);
    if (subscriber.language != "en" && subscriber.language != "sw")
        return refuse(SubscriberError::BadLanguage);
    if (subscriber.site_id && !storage::find_site(tx, *subscriber.site_id))
        return refuse(SubscriberError::UnknownSite);
    const UnixTime now = context.clock.now();
    const auto row = storage::insert_subscriber(tx, {{},
                                                     {},
                                                     subscriber.full_name,
                                                     subscriber.email,
                                                     subscriber.language,
                                                     now,
                                                     subscriber.site_id});
    storage::insert_phone(tx, row.id, *phone, now);
    audit(tx, context, subscriber.actor, "added", "subscriber", row.id.value,
          audit_fields({{"account_no", row.account_no}, {"full_name", row.full_name}}));
    return row.id;
}

Result<SubscriptionId, SubscriptionError> add_subscription(storage::Tx& tx, const Context& context,
                                                           const NewSubscription& wanted)
{
    if (!storage::find_subscriber(tx, wanted.subscriber_id))
        return refuse(SubscriptionError::UnknownSubscriber);
    const auto plan = storage::find_plan(tx, wanted.plan_code);
    if (!plan)
        return refuse(SubscriptionError::UnknownPlan);
    if (!domain::can_be_chosen(*plan))
        return refuse(SubscriptionError::PlanOffSale);
    if (!is_network_word(wanted.username, kUsernameMax))
        return refuse(SubscriptionError::BadUsername);
    if (!is_network_word(wanted.password, kPasswordMax))
        return refuse(SubscriptionError::BadPassword);
    domain::Subscription line;
    line.subscriber_id = wanted.subscriber_id;
    line.username = wanted.username;
    line.plan_code = wanted.plan_code;
    if (wanted.static_ipv4) {
        if (!domain::parse_ipv4(*wanted.static_ipv4))
            return refuse(SubscriptionError::BadAddress);
        line.static_ipv4 = wanted.static_ipv4;
    }
    for (const std::string& typed : wanted.device_macs) {
        const auto station = domain::read_station(typed);
        if (!station)
            return refuse(SubscriptionError::BadDevice);
        line.device_macs = line.device_macs.value_or(" ") + *station + ' ';
    }
    const UnixTime now = context.clock.now();
    line.password_secret_id =
        store_secret(tx, context.keys, context.random, "network_password", wanted.password, now);
    switch (storage::insert_subscription(tx, line, now)) {
    case storage::InsertSubscription::UsernameTaken:
        return refuse(SubscriptionError::UsernameTaken);
    case storage::InsertSubscription::AddressTaken:
        return refuse(SubscriptionError::AddressTaken);
    case storage::InsertSubscription::Done:
        break;
    }
    audit(tx, context, wanted.actor, "added", "subscription", line.id.value,
          audit_fields({{"username", line.username}, {"plan_code", line.plan_code}}));
    return line.id;
}

Result<Done, SubscriptionError> suspend(storage::Tx& tx, const Context& context, SubscriptionId id,
                                        const std::string& reason, const std::string& actor)
{
    return move_by_hand(tx, context, id, SubscriptionEvent::AdminSuspended, reason, actor);
}

Result<Done, SubscriptionError> resume(storage::Tx& tx, const Context& context, SubscriptionId id,
                                       const std::string& reason, const std::string& actor)
{
    const auto resumed =
        move_by_hand(tx, context, id, SubscriptionEvent::AdminResumed, reason, actor);
    if (!resumed)
        return refuse(resumed.error());
    // What was paid while it was suspended waits in the wallet.
    if (storage::find_subscription(tx, id).value().state != SubscriptionState::Active)
        (void)buy_term(tx, context, trusted_time(tx, context.clock), id, std::nullopt, std::nullopt,
                       actor);
    return Done{};
}

Result<Done, SubscriptionError> terminate(storage::Tx& tx, const Context& context,
                                          SubscriptionId id, const std::string& reason,
                                          const std::string& actor)
{
    return move_by_hand(tx, context, id, SubscriptionEvent::Closed, reason, actor);
}

Result<Done, SubscriptionError> change_plan(storage::Tx& tx, const Context& context,
                                            SubscriptionId id, const std::string& plan_code,
                                            const std::string& actor)
{
    const auto chosen = choose_plan(tx, id, plan_code);
    if (!chosen)
        return refuse(chosen.error());
    audit(tx, context, actor, "plan_changed", "subscription", id.value,
          audit_fields({{"plan_code", plan_code}}));
    return Done{};
}

Result<Done, SubscriptionError> change_running_plan(storage::Tx& tx, const Context& context,
                                                    SubscriptionId id, const std::string& plan_code,
                                                    const std::string& actor)
{
    const auto chosen = choose_plan(tx, id, plan_code);
    if (!chosen)
        return refuse(chosen.error());
    if (chosen->line.state == SubscriptionState::Active) {
        const TrustedTime time = trusted_time(tx, context.clock);
        const auto term = storage::term_at(tx, id, time.judged_by);
        storage::insert_term_plan_change(tx, term.value().id, chosen->version, actor, time.now);
        tell_live_sessions(tx, time, chosen->line);
    }
    audit(tx, context, actor, "plan_changed_now", "subscription", id.value,
          audit_fields({{"plan_code", plan_code}}));
    return Done{};
}

Result<Done, SubscriptionError> change_username(storage::Tx& tx, const Context& context,
                                                SubscriptionId id, const std::string& username,
                                                const std::string& actor)
{
    const auto line = must_find(tx, id);
    if (!line)
        return refuse(line.error());
    if (line->state == SubscriptionState::Terminated)
        return refuse(SubscriptionError::IllegalNow);
    if (!is_network_word(username, kUsernameMax))
        return refuse(SubscriptionError::BadUsername);
    if (username == line->username)
        return Done{};
    if (storage::find_live_subscription(tx, username))
        return refuse(SubscriptionError::UsernameTaken);
    want_sessions_gone(tx, trusted_time(tx, context.clock).now, line->username);
    storage::set_username(tx, id, username);
    audit(tx, context, actor, "username_changed", "subscription", id.value,
          audit_fields({{"username_before", line->username}, {"username", username}}));
    return Done{};
}

Result<Done, SubscriptionError> change_password(storage::Tx& tx, const Context& context,
                                                SubscriptionId id, const std::string& password,
                                                const std::string& actor)
{
    const auto line = must_find(tx, id);
    if (!line)
        return refuse(line.error());
    if (!is_network_word(password, kPasswordMax))
        return refuse(SubscriptionError::BadPassword);
    storage::set_password_secret(tx, id,
                                 store_secret(tx, context.keys, context.random, "network_password",
                                              password, context.clock.now()));
    audit(tx, context, actor, "password_changed", "subscription", id.value, "");
    return Done{};
}

} // namespace mnara::usecases
