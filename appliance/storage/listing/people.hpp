// A subscriber and the lines, as single pages of the API show them; people_list.hpp has the list.
// Read only.
#pragma once

#include "storage/listing/people_list.hpp"
#include "storage/subscriber_store.hpp"
#include "storage/subscription_store.hpp"

namespace mnara::storage::listing {

using storage::find_subscriber;
using storage::find_subscription;
using storage::phones_of;
using storage::SubscriberRow;
using storage::subscriptions_of;
using storage::term_at;
using storage::terms_of;

struct Balances
{
    Money wallet, debt;
};
[[nodiscard]] Balances balances_of(ReadTx& tx, SubscriberId id);

// What a line is served as at that moment; the plan of its next terms may be another.
[[nodiscard]] std::optional<std::string> running_plan_of(ReadTx& tx, SubscriptionId id,
                                                         UnixTime at);

// False while radius.db has not learned of that username's last change.
[[nodiscard]] bool is_projected(ReadTx& tx, const std::string& username);

} // namespace mnara::storage::listing
