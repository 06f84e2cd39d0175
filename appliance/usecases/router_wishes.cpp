#include "usecases/router_wishes.hpp"

#include "storage/alert_store.hpp"
#include "storage/router_job_store.hpp"
#include "storage/session_store.hpp"
#include "usecases/router_jobs.hpp"
#include "usecases/session_end.hpp"

#include <charconv>

namespace mnara::usecases {

namespace {

using storage::SessionRow;

// A session that only fell silent may still be on a router that was out of reach; for so long we
// ask.
constexpr Seconds kSilentStillAsked{24 * 3600};
constexpr const char* kUnlimited = "0/0"; // to RouterOS, no limit either way

void insert_wish(storage::Tx& tx, UnixTime now, const SessionRow& session, const char* kind,
                 const std::string& desired)
{
    storage::RouterJobRow wish;
    wish.router_id = session.name.router_id;
    wish.kind = kind;
    wish.session_id = session.id;
    wish.desired = desired;
    storage::insert_router_job(tx, wish, now);
}

void want_gone(storage::Tx& tx, UnixTime now, const SessionRow& session)
{
    finish_wish(tx, session.id, storage::kSessionLimits, "superseded", now);
    auto job = storage::find_open_router_job(tx, session.id, storage::kSessionGone);
    if (!job) {
        insert_wish(tx, now, session, storage::kSessionGone, "gone");
    } else if (job->state == "waiting" && job->run_at > now) {
        job->run_at = now;
        storage::update_router_job(tx, *job, now);
    }
}

} // namespace

std::string limits_text(const SessionLimits& limits)
{
    return std::to_string(to_seconds(limits.paid_until)) + ' ' + limits.rate;
}

SessionLimits read_limits(const std::string& desired)
{
    std::int64_t seconds = 0;
    const char* end = desired.data() + desired.size();
    const auto [rest, error] = std::from_chars(desired.data(), end, seconds);
    ENSURE(error == std::errc{} && rest != end && *rest == ' ');
    return {unix_time(seconds), std::string(rest + 1, end)};
}

bool finish_wish(storage::Tx& tx, SessionId session, const std::string& kind, const char* state,
                 UnixTime now)
{
    auto job = storage::find_open_router_job(tx, session, kind);
    if (!job)
        return false;
    job->state = state;
    storage::update_router_job(tx, *job, now);
    storage::close_alert(tx, "router_job:" + std::to_string(job->id.value), now);
    return true;
}

void want_sessions_gone(storage::Tx& tx, UnixTime now, const std::string& username,
                        bool only_limited)
{
    auto sessions = storage::open_sessions_of(tx, username);
    if (sessions.empty())
        sessions =
            storage::sessions_without_stop(tx, username, kLostContact, now - kSilentStillAsked);
    for (const SessionRow& session : sessions)
        if (!only_limited || !is_full(session))
            want_gone(tx, now, session);
}

bool want_session_gone(storage::Tx& tx, UnixTime now, SessionId id)
{
    const auto session = storage::find_session(tx, id);
    if (!session || session->stopped_at)
        return false;
    want_gone(tx, now, *session);
    return true;
}

void want_session_limits(storage::Tx& tx, UnixTime now, const std::string& username,
                         UnixTime paid_until, const std::optional<std::string>& rate)
{
    for (const SessionRow& session : storage::open_sessions_of(tx, username)) {
        if (!is_full(session))
            continue;
        // Paid just before the Disconnect went out: the newer wish is that he stays.
        finish_wish(tx, session.id, storage::kSessionGone, "superseded", now);
        finish_wish(tx, session.id, storage::kSessionLimits, "superseded", now);
        insert_wish(tx, now, session, storage::kSessionLimits,
                    limits_text({paid_until, rate.value_or(kUnlimited)}));
    }
}

} // namespace mnara::usecases
