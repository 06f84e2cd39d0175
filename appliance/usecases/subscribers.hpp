// People and their lines: joining, suspending, resuming, ending, changing the plan or the password.
// Each change of a line is one event of its state machine, and the network learns of it by itself.
#pragma once

#include "core/result.hpp"
#include "domain/subscription.hpp"
#include "usecases/context.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::usecases {

struct NewSubscriber
{
    std::string full_name, phone, language;
    std::optional<std::string> email;
    std::string actor;
    std::optional<SiteId> site_id = std::nullopt;
};
enum class SubscriberError { BadPhone, BadName, BadLanguage, UnknownSite };
Result<SubscriberId, SubscriberError> add_subscriber(storage::Tx& tx, const Context& context,
                                                     const NewSubscriber& subscriber);

struct NewSubscription
{
    SubscriberId subscriber_id;
    std::string username, password, plan_code;
    std::optional<std::string> static_ipv4;
    std::vector<std::string> device_macs; // empty: any device
    std::string actor;
};
enum class SubscriptionError {
    UnknownSubscriber,
    UnknownSubscription,
    UnknownPlan,
    PlanOffSale,
    BadUsername, // empty, over 64, or with control characters
    BadPassword, // empty, over 128 bytes, or with control characters
    BadAddress,  // not an IPv4 address
    BadDevice,   // not a MAC
    UsernameTaken,
    AddressTaken, // another line has this static address
    IllegalNow,   // the state machine does not allow it
    ClockSuspect  // resuming judges by the time
};
Result<SubscriptionId, SubscriptionError> add_subscription(storage::Tx& tx, const Context& context,
                                                           const NewSubscription& subscription);
Result<Done, SubscriptionError> suspend(storage::Tx& tx, const Context& context, SubscriptionId id,
                                        const std::string& reason, const std::string& actor);
Result<Done, SubscriptionError> resume(storage::Tx& tx, const Context& context, SubscriptionId id,
                                       const std::string& reason, const std::string& actor);
Result<Done, SubscriptionError> terminate(storage::Tx& tx, const Context& context,
                                          SubscriptionId id, const std::string& reason,
                                          const std::string& actor);
// The plan of the next terms.
Result<Done, SubscriptionError> change_plan(storage::Tx& tx, const Context& context,
                                            SubscriptionId id, const std::string& plan_code,
                                            const std::string& actor);
// The rest of the running term is served as it too, and live sessions learn it at once. No money
// moves: a difference in price is the owner's to collect.
Result<Done, SubscriptionError> change_running_plan(storage::Tx& tx, const Context& context,
                                                    SubscriptionId id, const std::string& plan_code,
                                                    const std::string& actor);
// Whoever is online by the former name is cut off, and dials with the new one.
Result<Done, SubscriptionError> change_username(storage::Tx& tx, const Context& context,
                                                SubscriptionId id, const std::string& username,
                                                const std::string& actor);
Result<Done, SubscriptionError> change_password(storage::Tx& tx, const Context& context,
                                                SubscriptionId id, const std::string& password,
                                                const std::string& actor);

} // namespace mnara::usecases
