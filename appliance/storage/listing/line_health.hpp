// What is known of a line that does not work: the facts behind usecases/diagnosis. Read only.
#pragma once

#include "storage/database.hpp"
#include "storage/session_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage::listing {

struct LastEvent
{
    std::string event, reason;
    UnixTime at;
};
[[nodiscard]] std::optional<LastEvent> last_event_of(ReadTx& tx, SubscriptionId line);

// The newest attempt for that line.
[[nodiscard]] std::optional<AttemptId> last_attempt_of(ReadTx& tx, SubscriptionId line);
// Money that waits for an owner and came from one of his phones; the newest.
[[nodiscard]] std::optional<PaymentId> unmatched_from(ReadTx& tx, SubscriberId subscriber);

// By its start, whether open or not.
[[nodiscard]] std::optional<SessionRow> last_session_of(ReadTx& tx, SubscriptionId line);
[[nodiscard]] std::int64_t sessions_since(ReadTx& tx, SubscriptionId line, UnixTime since);

[[nodiscard]] bool has_router(ReadTx& tx);
// When a router was last heard of in the open sessions of others; nothing where it has none.
[[nodiscard]] std::optional<UnixTime> router_heard_at(ReadTx& tx, RouterId router,
                                                      SubscriptionId but_for);

} // namespace mnara::storage::listing
