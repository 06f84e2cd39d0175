// The subscription's state machine. The same rows stand in SQL (005_subscriptions.sql), where a
// foreign key refuses every other step; a unit test compares the two. Pure.
#pragma once

#include "core/ids.hpp"
#include "core/time.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace mnara::domain {

enum class SubscriptionState { Pending, Active, Expired, Suspended, Terminated };
enum class SubscriptionEvent {
    PlanPurchased,
    Adjusted, // paid_until is set by hand, or a line that a wrong clock ended comes back
    TermEnded,
    AdminSuspended,
    AdminResumed,
    Closed
};

struct SubscriptionTransition
{
    SubscriptionState from;
    SubscriptionEvent event;
    SubscriptionState to;
};

inline constexpr auto kSubscriptionTransitions = [] {
    using S = SubscriptionState;
    using E = SubscriptionEvent;
    return std::to_array<SubscriptionTransition>({
        {S::Pending, E::PlanPurchased, S::Active},
        {S::Pending, E::AdminSuspended, S::Suspended},
        {S::Pending, E::Closed, S::Terminated},
        {S::Active, E::PlanPurchased, S::Active},
        {S::Active, E::Adjusted, S::Active},
        {S::Active, E::Adjusted, S::Expired},
        {S::Active, E::TermEnded, S::Expired},
        {S::Active, E::AdminSuspended, S::Suspended},
        {S::Active, E::Closed, S::Terminated},
        {S::Expired, E::PlanPurchased, S::Active},
        {S::Expired, E::Adjusted, S::Active},
        {S::Expired, E::Adjusted, S::Expired},
        {S::Expired, E::AdminSuspended, S::Suspended},
        {S::Expired, E::Closed, S::Terminated},
        {S::Suspended, E::Adjusted, S::Suspended},
        {S::Suspended, E::AdminResumed, S::Active},
        {S::Suspended, E::AdminResumed, S::Expired},
        {S::Suspended, E::AdminResumed, S::Pending},
        {S::Suspended, E::Closed, S::Terminated},
    });
}();

[[nodiscard]] std::string_view to_text(SubscriptionState state);
[[nodiscard]] std::string_view to_text(SubscriptionEvent event);
[[nodiscard]] std::optional<SubscriptionState> subscription_state(std::string_view text);

// Where the event leads from here, given the paid time after it; nothing where it is illegal.
[[nodiscard]] std::optional<SubscriptionState> next_state(SubscriptionState from,
                                                          SubscriptionEvent event,
                                                          std::optional<UnixTime> paid_until,
                                                          UnixTime now);

struct Subscription
{
    SubscriptionId id;
    SubscriberId subscriber_id;
    std::string username;
    SecretId password_secret_id;
    std::string plan_code; // of the next terms
    std::optional<std::string> static_ipv4;
    std::optional<std::string> device_macs; // ' aa:bb:cc:dd:ee:01 '; nothing = any device
    std::optional<int> anchor_day;          // the day on which its months turn
    bool auto_renew = true;
    SubscriptionState state = SubscriptionState::Pending;
    int state_seq = 0;
    std::optional<UnixTime> paid_until;
};

} // namespace mnara::domain
