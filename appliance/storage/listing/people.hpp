// Subscribers and their lines, as lists and single pages of the API show them. Read only.
#pragma once

#include "storage/listing/page.hpp"
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

struct Search
{
    std::string text;                 // as typed: part of a name, a username, an account number
    std::optional<std::string> phone; // the text as a whole phone number, where it is one
};
// One row more than the page holds where there are more.
[[nodiscard]] std::vector<SubscriberRow> subscribers(ReadTx& tx, const Search& search,
                                                     const Page& page);

struct Balances
{
    Money wallet, debt;
};
[[nodiscard]] Balances balances_of(ReadTx& tx, SubscriberId id);

// False while radius.db has not learned of that username's last change.
[[nodiscard]] bool is_projected(ReadTx& tx, const std::string& username);

} // namespace mnara::storage::listing
