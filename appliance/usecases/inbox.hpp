// Messages from providers: stored raw and committed, then answered, then worked on, idempotently.
// Called by http/callbacks (receive) and jobs/inbox (process).
#pragma once

#include "usecases/context.hpp"
#include "usecases/ports.hpp"

#include <string>
#include <string_view>

namespace mnara::usecases {

enum class InboxKind { StkCallback, C2bConfirmation, C2bValidation };

struct ReceivedMessage
{
    InboxKind kind = InboxKind::StkCallback;
    std::string_view token; // of the path
    std::string_view peer;
    std::string_view headers; // "Name: value" lines
    std::string_view body;
};
// Commits the message; only then may it be answered with 200.
InboxId receive_message(const Context& context, const ReceivedMessage& message);

// Whether a payment to that reference can be taken; answered at once, because M-Pesa waits 8 s. A
// wrong path token is refused, an unknown reference is accepted: the money is parked, not turned
// away.
[[nodiscard]] bool accepts_validation(const Context& context, std::string_view token);

// Works on the oldest waiting message; false where there is none. A message that cannot be read or
// attributed keeps its row with the reason and opens an alert; nothing is thrown away.
bool process_next_message(const Context& context, const PaymentProvider& provider);

// The oldest waiting message broke a rule of the books, which is a bug of ours: it steps aside with
// the reason and an alert, so that it does not hold up the money of others.
void set_oldest_message_aside(const Context& context, const std::string& why);

} // namespace mnara::usecases
