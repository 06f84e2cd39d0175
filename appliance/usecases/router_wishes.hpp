// How the wishes of the outbox to routers are written down. Called by router_jobs.cpp, which sees
// to them, and session_end.cpp; the wishing itself is in router_jobs.hpp.
#pragma once

#include "storage/database.hpp"

#include <string>

namespace mnara::usecases {

// What a live session is to know: its end and its speed. Written as "<paid_until> <rate>".
struct SessionLimits
{
    UnixTime paid_until;
    std::string rate; // Mikrotik-Rate-Limit
};
[[nodiscard]] std::string limits_text(const SessionLimits& limits);
[[nodiscard]] SessionLimits read_limits(const std::string& desired);

// Ends the open wish of that kind with that state ('done', 'superseded'), and its alert; false
// where there is none.
bool finish_wish(storage::Tx& tx, SessionId session, const std::string& kind, const char* state,
                 UnixTime now);

} // namespace mnara::usecases
