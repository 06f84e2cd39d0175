// The outbox to routers. A job is a state we want to see (this session gone, this session's
// limits), never a command; it is retried until it is true. An acknowledgement is not proof that a
// session is gone: its Stop is, or the router's own "session context not found" when asked again.
#pragma once

#include "usecases/context.hpp"
#include "usecases/ports.hpp"
#include "usecases/trusted_time.hpp"

#include <optional>
#include <string>

namespace mnara::usecases {

// Every open session of that username must go (only the limited ones where `only_limited`).
void want_sessions_gone(storage::Tx& tx, UnixTime now, const std::string& username,
                        bool only_limited = false);
// One session, on an operator's word; false where it is not open.
bool want_session_gone(storage::Tx& tx, UnixTime now, SessionId session);
// Live full sessions of that line learn its new end and rate.
void want_session_limits(storage::Tx& tx, UnixTime now, const std::string& username,
                         UnixTime paid_until, const std::optional<std::string>& rate);

struct ClaimedRouterJob
{
    RouterJobId id;
    SessionId session_id;
    bool asked_before =
        false; // a Disconnect was acknowledged already: this one asks whether it is true
    CoaRequest request;
};
// A due job whose username is already right in radius.db, so that a redial meets the new state.
[[nodiscard]] std::optional<ClaimedRouterJob> claim_router_job(const Context& context);
void settle_router_job(const Context& context, const ClaimedRouterJob& job,
                       const CoaAnswer& answer);

[[nodiscard]] std::optional<UnixTime> next_router_job_due(storage::ReadTx& tx);
// At start: what was under way when the process died is tried again.
void recover_router_jobs(storage::Tx& tx);

} // namespace mnara::usecases
