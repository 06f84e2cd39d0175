#include "usecases/accounting.hpp"

#include "domain/access.hpp"
#include "domain/clock_trust.hpp"
#include "storage/alert_store.hpp"
#include "storage/router_job_store.hpp"
#include "storage/router_store.hpp"
#include "storage/session_store.hpp"
#include "storage/subscription_store.hpp"
#include "storage/usage_store.hpp"
#include "usecases/router_jobs.hpp"
#include "usecases/session_end.hpp"
#include "usecases/session_notices.hpp"
#include "usecases/trusted_time.hpp"

#include <algorithm>
#include <map>

namespace mnara::usecases {

namespace {

using storage::SessionRow;
using Status = AccountingRecord::Status;

// Two packets of one session give the same start within this, whatever the network did to them.
// RouterOS repeats its session ids after some reboots, never so soon (docs: RouterOS accounting).
constexpr Seconds kStartWindow{15 * 60};
// An Interim this long after an inferred end shows that the session lives. One that was under way
// at the time, or was sent again, comes sooner; Interims are at least a minute apart (RFC
// 2869 5.16).
constexpr Seconds kReopenAfter{60};
// A router that talks is asked again at most this often while its CoA port stays silent.
constexpr Seconds kCoaRest{5};
// RADIUS attributes end at 253 bytes; the rest here is what a wild router could send.
constexpr std::size_t kTextBytesMax = 253;
constexpr std::int64_t kBytesMax = (std::int64_t{1} << 56) - 1;
constexpr std::int64_t kSecondsMax = 10LL * 366 * 86'400;

std::string bounded(const std::string& text)
{
    return text.substr(0, kTextBytesMax);
}
std::optional<std::string> bounded(const std::optional<std::string>& text)
{
    return text ? std::optional(bounded(*text)) : std::nullopt;
}

class Recorder
{
public:
    Recorder(storage::Tx& tx, const TrustedTime& time, SessionNotices& notices)
        : tx_(tx), time_(time), notices_(notices)
    {
    }

    void record(const AccountingRecord& r)
    {
        if (!is_known(r.router_id))
            return;
        // While the clock is suspect, events lie at the mark instead of decades away.
        const UnixTime at = r.event_at + (time_.judged_by - time_.now);
        if (r.status == Status::AccountingOn || r.status == Status::AccountingOff)
            return router_restarted(r.router_id, at);
        const SessionRow seen = facts_of(r, at);
        auto known = storage::find_session_near(tx_, seen.name, seen.started_at, kStartWindow);
        // Without a clock a start cannot be derived, so the name alone must do.
        if (!known && time_.suspect)
            known = storage::find_open_session(tx_, seen.name);
        SessionRow session = known ? *known : seen;
        if (known)
            update(session, seen, r);
        else
            add(session);
        if (!session.stopped_at)
            heal(session);
    }

    void routers_were_heard()
    {
        for (const auto& [id, known] : routers_)
            if (known)
                storage::shorten_router_pause(tx_, id, time_.now, kCoaRest);
    }

private:
    bool is_known(RouterId id)
    {
        const auto [found, is_new] = routers_.try_emplace(id, false);
        if (is_new) {
            found->second = storage::find_router(tx_, id).has_value();
            if (!found->second)
                notices_.unknown_router(id);
        }
        return found->second;
    }

    SessionRow facts_of(const AccountingRecord& r, UnixTime at)
    {
        SessionRow seen;
        seen.name = {r.router_id, bounded(r.acct_session_id), bounded(r.username),
                     domain::normalise_station(bounded(r.calling_station))};
        seen.usage = {std::clamp<std::int64_t>(r.bytes_up, 0, kBytesMax),
                      std::clamp<std::int64_t>(r.bytes_down, 0, kBytesMax),
                      std::clamp<std::int64_t>(r.seconds, 0, kSecondsMax)};
        seen.started_at = at - Seconds{seen.usage.seconds};
        seen.heard_at = at;
        seen.class_text = bounded(r.class_text);
        seen.framed_ipv4 = bounded(r.framed_ipv4);
        seen.port = bounded(r.port);
        if (r.status == Status::Stop) {
            seen.stopped_at = at;
            seen.stop_seen = true;
            seen.terminate_cause = bounded(r.terminate_cause.value_or("unknown"));
        }
        return seen;
    }

    // The Class that we gave names the line, also when it has another username by now.
    std::optional<SubscriptionId> line_of(const SessionRow& session)
    {
        if (const auto read = domain::read_class(session.class_text.value_or("")))
            if (storage::find_subscription(tx_, read->subscription_id))
                return read->subscription_id;
        const auto live = storage::find_live_subscription(tx_, session.name.username);
        return live ? std::optional(live->id) : std::nullopt;
    }

    void add_usage(const SessionRow& session, const domain::Usage& delta, UnixTime from)
    {
        if (session.subscription_id)
            storage::add_usage(tx_, *session.subscription_id,
                               domain::spread_usage(delta, from, session.heard_at));
    }

    // The first packet of it that came here, of whatever kind.
    void add(SessionRow& session)
    {
        session.subscription_id = line_of(session);
        make_room_for(tx_, session, time_.now);
        session.id = storage::insert_session(tx_, session);
        add_usage(session, session.usage, session.started_at);
        if (!session.stopped_at)
            notices_.started(session.id, session.name.username);
    }

    void update(SessionRow& session, const SessionRow& seen, const AccountingRecord& r)
    {
        const domain::Usage before = session.usage;
        session.usage = {std::max(before.bytes_up, seen.usage.bytes_up),
                         std::max(before.bytes_down, seen.usage.bytes_down),
                         std::max(before.seconds, seen.usage.seconds)};
        const UnixTime heard_before = session.heard_at;
        if (seen.heard_at >= heard_before) {
            session.heard_at = seen.heard_at;
            if (seen.usage.bytes_up < before.bytes_up || seen.usage.bytes_down < before.bytes_down)
                note(session, "session.counters_fell",
                     "a router's counters fell; the highest stay");
            session.class_text = seen.class_text ? seen.class_text : session.class_text;
            session.framed_ipv4 = seen.framed_ipv4 ? seen.framed_ipv4 : session.framed_ipv4;
            session.port = seen.port ? seen.port : session.port;
        }
        storage::update_session(tx_, session);
        find_line_of(session);
        if (r.status == Status::Interim)
            reopen_where_alive(session, seen.heard_at);
        if (r.status == Status::Stop && !session.stop_seen)
            stopped(session, seen);
        add_usage(session,
                  {session.usage.bytes_up - before.bytes_up,
                   session.usage.bytes_down - before.bytes_down,
                   session.usage.seconds - before.seconds},
                  heard_before);
    }

    // A session of a stranger, until the line is made.
    void find_line_of(SessionRow& session)
    {
        if (session.subscription_id)
            return;
        session.subscription_id = line_of(session);
        if (session.subscription_id)
            storage::set_session_line(tx_, session.id, *session.subscription_id);
    }

    void stopped(SessionRow& session, const SessionRow& seen)
    {
        if (end_session(tx_, session, seen.heard_at, *seen.terminate_cause, true, time_.now))
            notices_.gone(session.id, session.name.username, "stop");
        storage::close_alert(tx_, denied_alert(session), time_.now);
    }

    // A Stop is the router's word and final. Our own inference is not: without this a customer whom
    // we took for gone would stay online unseen, past the end of his term.
    void reopen_where_alive(SessionRow& session, UnixTime at)
    {
        if (!session.stopped_at || session.stop_seen ||
            storage::find_open_session(tx_, session.name))
            return;
        // An end that lies ahead of now was inferred by a clock that was ahead.
        const bool is_ahead =
            !time_.suspect && *session.stopped_at > time_.now + domain::kBackwardLimit;
        if (!is_ahead && at <= *session.stopped_at + kReopenAfter)
            return;
        if (session.terminate_cause == kAdminReset || session.terminate_cause == kNotOnRouter)
            storage::open_alert(
                tx_, denied_alert(session), "warning",
                "The router said that it has no such session, and still reports it. "
                "Disconnects may not work there: look at its version and settings.",
                time_.now);
        session.stopped_at.reset();
        session.terminate_cause.reset();
        storage::set_session_end(tx_, session);
        note(session, "session.reopened", "a session that was taken for over is still reported");
    }

    // What should be gone is wished gone with each report, so a wish that was lost comes back.
    void heal(const SessionRow& session)
    {
        if (!session.subscription_id)
            return;
        const auto line = storage::find_subscription(tx_, *session.subscription_id);
        using State = domain::SubscriptionState;
        bool belongs = false;
        if (line->state == State::Active)
            belongs = is_full(session);
        else if (line->state == State::Expired || line->state == State::Pending)
            belongs = !is_full(session); // the pay page is where they belong
        if (!belongs && !storage::find_open_router_job(tx_, session.id, storage::kSessionGone))
            want_session_gone(tx_, time_.now, session.id);
    }

    void router_restarted(RouterId router, UnixTime at)
    {
        for (SessionRow& session : storage::open_sessions_of_router(tx_, router))
            if (session.started_at <= at && session.heard_at <= at)
                end_session(tx_, session, at, kNasReboot, false, time_.now);
    }

    void note(const SessionRow& session, const char* id, const char* text)
    {
        notices_.odd(session.id, session.name.username, id, text);
    }

    static std::string denied_alert(const SessionRow& session)
    {
        return "router_session:" + std::to_string(session.id.value);
    }

    storage::Tx& tx_;
    const TrustedTime& time_;
    SessionNotices& notices_;
    std::map<RouterId, bool> routers_;
};

// The clock was ahead when these were heard, and was set back since. They are as good as heard now;
// one that began by that clock would never meet its packets again, so it ends, and the next report
// begins it anew.
int pull_back_sessions(storage::Tx& tx, UnixTime now, int limit)
{
    auto ahead = storage::sessions_heard_after(tx, now + domain::kBackwardLimit, limit);
    for (SessionRow& session : ahead) {
        if (session.started_at > now + domain::kBackwardLimit) {
            end_session(tx, session, session.started_at, kLostContact, false, now);
        } else {
            session.heard_at = now;
            storage::update_session(tx, session);
        }
    }
    return static_cast<int>(ahead.size());
}

} // namespace

void record_accounting(const Context& context, std::span<const AccountingRecord> records)
{
    SessionNotices notices;
    context.db.write([&](storage::Tx& tx) {
        const TrustedTime time = trusted_time(tx, context.clock);
        Recorder recorder(tx, time, notices);
        for (const AccountingRecord& record : records)
            recorder.record(record);
        recorder.routers_were_heard();
    });
    notices.write_to(context.log);
}

int close_stale_sessions(const Context& context, Seconds silence, int limit)
{
    return context.db.write([&](storage::Tx& tx) {
        const TrustedTime time = trusted_time(tx, context.clock);
        if (time.suspect)
            return 0;
        auto silent = storage::silent_sessions(tx, time.now - silence, limit);
        for (SessionRow& session : silent)
            end_session(tx, session, session.heard_at, kLostContact, false, time.now);
        return static_cast<int>(silent.size()) + pull_back_sessions(tx, time.now, limit);
    });
}

} // namespace mnara::usecases
