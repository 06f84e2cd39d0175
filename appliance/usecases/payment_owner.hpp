// Whose money a paybill or till payment is, as far as it can be told without guessing.
#pragma once

#include "domain/account_reference.hpp"
#include "domain/payment.hpp"
#include "storage/database.hpp"

#include <optional>
#include <string>

namespace mnara::usecases {

// By the account number typed; by a phone number typed as reference; and only where nothing was
// typed (a till) by the payer's phone. A phone that several share is told apart by a plan of just
// that price. Nothing where it is not sure: the payment then waits for a person.
[[nodiscard]] std::optional<SubscriberId> owner_of_c2b(storage::ReadTx& tx,
                                                       const domain::TypedReference& reference,
                                                       const domain::C2bNotification& notification);

[[nodiscard]] std::string hash_of_phone(const std::string& msisdn);

} // namespace mnara::usecases
