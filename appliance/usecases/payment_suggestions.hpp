// Whose an unmatched payment may be: hints for the person who assigns it, never a decision.
#pragma once

#include "domain/payment.hpp"
#include "storage/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::usecases {

struct Suggestion
{
    SubscriberId subscriber_id;
    std::string full_name, account_no;
    // 'same_phone', 'similar_phone', 'similar_account', 'username', 'name', 'open_prompt'
    std::vector<std::string> reasons;
    std::optional<SubscriptionId> subscription_id; // a line whose plan costs just what was paid
};
// Best first: more and stronger reasons, then the right price.
[[nodiscard]] std::vector<Suggestion>
suggestions_for(storage::ReadTx& tx, const domain::Payment& payment, std::size_t limit);

} // namespace mnara::usecases
