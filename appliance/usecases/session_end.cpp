#include "usecases/session_end.hpp"

#include "domain/access.hpp"
#include "storage/router_job_store.hpp"
#include "usecases/router_wishes.hpp"

#include <algorithm>

namespace mnara::usecases {

namespace {

using storage::SessionRow;

void displace(storage::Tx& tx, SessionRow& session, SessionRow& other, const char* cause,
              UnixTime now)
{
    if (other.started_at <= session.started_at) {
        end_session(tx, other, std::max(session.started_at, other.heard_at), cause, false, now);
        return;
    }
    // Both may live where routers insist (two boxes cloned with one MAC), but not under one id.
    if (session.stopped_at || (cause == kReplaced && session.heard_at > other.started_at))
        return;
    session.stopped_at = std::max(session.heard_at, session.started_at);
    session.terminate_cause = cause;
}

} // namespace

bool end_session(storage::Tx& tx, storage::SessionRow& session, UnixTime at,
                 const std::string& cause, bool stop_seen, UnixTime now)
{
    session.stopped_at = std::max(at, session.started_at);
    session.terminate_cause = cause;
    session.stop_seen = stop_seen;
    storage::set_session_end(tx, session);
    finish_wish(tx, session.id, storage::kSessionLimits, "superseded", now);
    return cause != kLostContact && finish_wish(tx, session.id, storage::kSessionGone, "done", now);
}

void make_room_for(storage::Tx& tx, SessionRow& session, UnixTime now)
{
    for (SessionRow& other :
         storage::open_sessions_with_id(tx, session.name.router_id, session.name.acct_session_id))
        displace(tx, session, other, kLostStop, now);
    // Without a calling station nobody can tell a redial from a second device.
    if (session.name.calling_station.empty())
        return;
    for (SessionRow& other : storage::open_sessions_of(tx, session.name.username))
        if (other.name.calling_station == session.name.calling_station)
            displace(tx, session, other, kReplaced, now);
}

bool is_full(const storage::SessionRow& session)
{
    const auto read = domain::read_class(session.class_text.value_or(""));
    return !read || read->full;
}

} // namespace mnara::usecases
