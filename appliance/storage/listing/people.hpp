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

// False while radius.db has not learned of that username's last change.
[[nodiscard]] bool is_projected(ReadTx& tx, const std::string& username);

} // namespace mnara::storage::listing
