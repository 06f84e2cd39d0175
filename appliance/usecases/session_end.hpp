// How a session row ends, and the wishes about that session with it. Called by accounting.cpp (a
// Stop, a redial, a reboot, silence) and router_jobs.cpp (the router says it has no such session).
#pragma once

#include "storage/session_store.hpp"

namespace mnara::usecases {

// Causes of our own, for ends that no Stop told us of.
inline constexpr const char* kReplaced = "replaced";        // the same device is online again
inline constexpr const char* kLostStop = "lost-stop";       // its id is in use by a later session
inline constexpr const char* kNasReboot = "nas-reboot";     // Accounting-On or -Off
inline constexpr const char* kLostContact = "lost-contact"; // silent for too long
inline constexpr const char* kAdminReset = "admin-reset"; // we asked, and the router has it no more
inline constexpr const char* kNotOnRouter = "not-on-router"; // the router never knew it, or forgot

// Closes the row at `at`, and the wish for its limits. The wish that it goes is fulfilled too,
// except on kLostContact: silence proves nothing, and a router that comes back may still have the
// session. True where such a wish was fulfilled by this.
bool end_session(storage::Tx& tx, storage::SessionRow& session, UnixTime at,
                 const std::string& cause, bool stop_seen, UnixTime now);

// Before a session that is new here gets its row: a router uses an id, and a device is online, once
// at a time, so the earlier of two is over. That is the one we knew, or this one where it comes
// late: then it is marked as ended.
void make_room_for(storage::Tx& tx, storage::SessionRow& session, UnixTime now);

// Full access, as opposed to the pay page; also where the router sent no Class to tell by.
[[nodiscard]] bool is_full(const storage::SessionRow& session);

} // namespace mnara::usecases
