// Subscribers who resemble something that was typed or masked. Read only; each answer is short.
#pragma once

#include "storage/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage::listing {

// With one of these account numbers, which are digits.
[[nodiscard]] std::vector<SubscriberId> with_accounts(ReadTx& tx,
                                                      const std::vector<std::string>& account_nos);
// Whose phone begins and ends like this; `limit` at most.
[[nodiscard]] std::vector<SubscriberId> with_phone_like(ReadTx& tx, const std::string& head,
                                                        const std::string& tail, int limit);
// A line that is not terminated has this username, in any case of its letters.
[[nodiscard]] std::vector<SubscriberId> with_username(ReadTx& tx, const std::string& username);
// The name has both words and begins with one of them.
[[nodiscard]] std::vector<SubscriberId> with_name(ReadTx& tx, const std::string& first,
                                                  const std::string& second, int limit);
// Was asked for just that amount between these times and has no payment of it.
[[nodiscard]] std::vector<SubscriberId> with_unpaid_prompt(ReadTx& tx, Money amount, UnixTime since,
                                                           UnixTime until, int limit);

// The first line of theirs that is not terminated and whose plan has just this price.
[[nodiscard]] std::optional<SubscriptionId> line_at_price(ReadTx& tx, SubscriberId subscriber,
                                                          Money price);

} // namespace mnara::storage::listing
