// Changing what is known of a subscriber, and which devices a line may be used with.
#pragma once

#include "core/result.hpp"
#include "usecases/subscribers.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::usecases {

// What is not set stays; an inner nothing clears it.
struct SubscriberChanges
{
    std::optional<std::string> full_name, language;
    std::optional<std::optional<std::string>> email, note;
    std::optional<std::optional<SiteId>> site_id;
    std::optional<std::vector<std::string>> phones; // as typed; the first is asked for money
    [[nodiscard]] bool is_nothing() const
    {
        return !full_name && !language && !email && !note && !site_id && !phones;
    }
};
enum class ChangeSubscriberError {
    UnknownSubscriber,
    BadName,
    BadLanguage,
    BadEmail, // too long, or with control characters
    BadNote,  // over 2,000 bytes
    BadPhone, // one of them, or none at all
    UnknownSite
};
Result<Done, ChangeSubscriberError> change_subscriber(storage::Tx& tx, const Context& context,
                                                      SubscriberId id,
                                                      const SubscriberChanges& changes,
                                                      const std::string& actor);

// From the next login on; an empty list allows any device.
Result<Done, SubscriptionError> change_devices(storage::Tx& tx, const Context& context,
                                               SubscriptionId id,
                                               const std::vector<std::string>& macs,
                                               const std::string& actor);

} // namespace mnara::usecases
