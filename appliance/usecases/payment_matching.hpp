// Which prompt a payment belongs to, where the provider does not say so. A guess that could give
// the money of one to another is not made: the payment then waits for its callback or for a person.
#pragma once

#include "domain/account_reference.hpp"
#include "domain/payment.hpp"
#include "storage/database.hpp"

#include <optional>
#include <string>

namespace mnara::usecases {

// True where a payment of that time can answer that prompt; the provider's clock or ours may be
// wrong, so either time will do.
[[nodiscard]] bool is_within_prompt(const domain::PaymentAttempt& attempt, UnixTime paid_at,
                                    UnixTime heard_at);

// True where the prompt was asked, by our clock, after that payment, or by a clock of 1970: ours
// was wrong then. A payment that bears the reference of such a prompt is its own, however late we
// hear of it: nobody types a reference before there is one.
[[nodiscard]] bool is_older_than_prompt(const domain::PaymentAttempt& attempt, UnixTime paid_at);

// The attempt a C2B confirmation belongs to: named by its reference, or, where the reference says
// nothing, of that phone and amount while its prompt was open.
[[nodiscard]] std::optional<domain::PaymentAttempt>
prompt_of_c2b(storage::ReadTx& tx, const std::string& provider,
              const domain::C2bNotification& notification, const domain::TypedReference& reference,
              UnixTime paid_at, UnixTime heard_at);

// A C2B payment of that prompt's amount and phone which came while it was open.
[[nodiscard]] std::optional<domain::Payment>
payment_of_prompt(storage::ReadTx& tx, const domain::PaymentAttempt& attempt);

} // namespace mnara::usecases
