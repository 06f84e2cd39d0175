#include "domain/subscription.hpp"

#include <algorithm>

namespace mnara::domain {

namespace {

constexpr std::array<std::string_view, 5> kStates{"pending", "active", "expired", "suspended",
                                                  "terminated"};
constexpr std::array<std::string_view, 6> kEvents{"plan_purchased",  "adjusted",      "term_ended",
                                                  "admin_suspended", "admin_resumed", "closed"};

// Paid time and state must agree: active has time left, expired has had time and has none left.
bool agrees(SubscriptionState state, std::optional<UnixTime> paid_until, UnixTime now)
{
    switch (state) {
    case SubscriptionState::Pending:
        return !paid_until;
    case SubscriptionState::Active:
        return paid_until && *paid_until > now;
    case SubscriptionState::Expired:
        return paid_until && *paid_until <= now;
    case SubscriptionState::Suspended:
    case SubscriptionState::Terminated:
        return true;
    }
    return false;
}

} // namespace

std::string_view to_text(SubscriptionState state)
{
    return kStates[static_cast<std::size_t>(state)];
}

std::string_view to_text(SubscriptionEvent event)
{
    return kEvents[static_cast<std::size_t>(event)];
}

std::optional<SubscriptionState> subscription_state(std::string_view text)
{
    const auto* found = std::find(kStates.begin(), kStates.end(), text);
    if (found == kStates.end())
        return std::nullopt;
    return static_cast<SubscriptionState>(found - kStates.begin());
}

std::optional<SubscriptionState> next_state(SubscriptionState from, SubscriptionEvent event,
                                            std::optional<UnixTime> paid_until, UnixTime now)
{
    for (const SubscriptionTransition& step : kSubscriptionTransitions)
        if (step.from == from && step.event == event && agrees(step.to, paid_until, now))
            return step.to;
    return std::nullopt;
}

} // namespace mnara::domain
