#include "usecases/router_jobs.hpp"

#include "storage/alert_store.hpp"
#include "storage/router_job_store.hpp"
#include "storage/router_store.hpp"
#include "storage/session_store.hpp"
#include "usecases/router_wishes.hpp"
#include "usecases/session_end.hpp"
#include "usecases/settings.hpp"

#include <algorithm>

namespace mnara::usecases {

namespace {

using storage::RouterJobRow;
using storage::SessionRow;

constexpr int kFailuresToAlert = 3;
// Asking takes seconds, and so do the pauses. A job that runs for longer was lost by an error on
// its way back; a time further ahead was written by a clock that was.
constexpr Seconds kLease{60};
constexpr std::uint32_t kSessionNotFound = 503; // RFC 5176 3.5

// 1, 2, 4, 8, 16, 30, 30 ... seconds after so many failures in a row.
Seconds back_off(int failures)
{
    return Seconds{failures > 5 ? 30 : 1 << (std::max(failures, 1) - 1)};
}

std::string job_alert(const RouterJobRow& job)
{
    return "router_job:" + std::to_string(job.id.value);
}
std::string reach_alert(RouterId router)
{
    return "router_coa:" + std::to_string(router.value);
}

void finish(storage::Tx& tx, RouterJobRow& job, const char* state, UnixTime now)
{
    job.state = state;
    storage::update_router_job(tx, job, now);
    storage::close_alert(tx, job_alert(job), now);
}

// Tried again after `pause`, for as long as it takes.
void fail(storage::Tx& tx, RouterJobRow& job, const std::string& error, Seconds pause, UnixTime now)
{
    job.state = "waiting";
    job.run_at = now + pause;
    job.last_error = error;
    ++job.failures;
    storage::update_router_job(tx, job, now);
    if (job.failures == kFailuresToAlert)
        storage::open_alert(tx, job_alert(job), "warning",
                            "A router does not do what it should (" + job.kind + "): " + error,
                            now);
}

// Fills in what to ask of the router. The reason where it cannot be asked.
Result<CoaRequest, std::string> request_for(storage::ReadTx& tx, const Context& context,
                                            const RouterJobRow& job, const SessionRow& session,
                                            UnixTime now)
{
    const auto router = storage::find_router(tx, job.router_id);
    ENSURE(router.has_value());
    if (!router->coa_address)
        return refuse("router " + router->name +
                      " has no CoA address: it is known by a network only, so set one");
    CoaRequest request;
    request.disconnect = job.kind == storage::kSessionGone;
    request.address = *router->coa_address;
    request.port = static_cast<std::uint16_t>(router->coa_port);
    try {
        request.secret = reveal_secret(tx, context.keys, router->radius_secret_id);
    } catch (const storage::StorageError&) {
        throw;
    } catch (const std::runtime_error& error) {
        return refuse("the RADIUS secret of router " + router->name + ": " + error.what());
    }
    request.username = session.name.username;
    request.acct_session_id = session.name.acct_session_id;
    request.framed_ipv4 = session.framed_ipv4;
    // No Calling-Station-Id: the row holds its normal form, and the router compares with its own.
    if (!request.disconnect) {
        const SessionLimits limits = read_limits(job.desired);
        request.rate = limits.rate;
        const UnixTime from =
            setting(tx, "radius.coa_timeout_from") == "now" ? now : session.started_at;
        request.session_timeout = (limits.paid_until - from).count();
    }
    return request;
}

// False where the wish has lost its object, and nothing must be sent.
bool still_wanted(storage::ReadTx& tx, const RouterJobRow& job, const SessionRow& session,
                  UnixTime now)
{
    if (job.kind == storage::kSessionLimits)
        return !session.stopped_at && read_limits(job.desired).paid_until > now;
    if (!session.stopped_at)
        return true;
    // Silent, and the user is online again: a request that names him could hit the new session.
    const auto open = storage::open_sessions_of(tx, session.name.username);
    return std::none_of(open.begin(), open.end(), [&](const SessionRow& other) {
        return other.name.router_id == session.name.router_id;
    });
}

void not_found(storage::Tx& tx, RouterJobRow& job, SessionRow& session, UnixTime now)
{
    if (!session.stopped_at)
        end_session(tx, session, now, job.acknowledged_at ? kAdminReset : kNotOnRouter, false, now);
    finish(tx, job, "done", now);
}

void acknowledged(storage::Tx& tx, RouterJobRow& job, UnixTime now)
{
    // A second one means that the first was not true (RouterOS has been seen to do that).
    if (job.acknowledged_at)
        return fail(tx, job, "acknowledged, and the session is still there",
                    back_off(job.failures + 1), now);
    job.acknowledged_at = now;
    job.failures = 0;
    job.last_error.reset();
    job.state = "waiting";
    job.run_at = now + Seconds{1};
    storage::update_router_job(tx, job, now);
    storage::close_alert(tx, job_alert(job), now);
}

// One silent router costs one try per pause, however many jobs wait for it: the pause is the
// router's.
void no_answer(storage::Tx& tx, RouterJobRow& job, UnixTime now)
{
    fail(tx, job, "no answer", Seconds{0}, now);
    auto reach = storage::find_router_reach(tx, job.router_id);
    const int failures = reach ? reach->failures + 1 : 1;
    storage::put_router_reach(tx, {job.router_id, failures, now, now + back_off(failures)});
    if (failures == kFailuresToAlert)
        storage::open_alert(tx, reach_alert(job.router_id), "warning",
                            "The router does not answer CoA. Look at its RADIUS incoming port, its "
                            "firewall and the RADIUS secret.",
                            now);
}

std::string in_words(const CoaAnswer& answer)
{
    if (!answer.text.empty())
        return answer.text;
    return answer.error_cause ? "refused with error cause " + std::to_string(*answer.error_cause)
                              : "refused";
}

} // namespace

std::optional<ClaimedRouterJob> claim_router_job(const Context& context)
{
    const UnixTime now = context.clock.now();
    // Looked at without the write lock first: mostly there is nothing.
    const bool is_any = context.db.read([&](storage::ReadTx& tx) {
        return storage::next_router_job(tx, now, now + kLease) ||
               storage::is_router_job_running_since_before(tx, now - kLease, now + kLease);
    });
    if (!is_any)
        return std::nullopt;
    auto claimed = context.db.write([&](storage::Tx& tx) -> std::optional<ClaimedRouterJob> {
        storage::release_running_router_jobs(tx, now - kLease, now + kLease);
        while (auto job = storage::next_router_job(tx, now, now + kLease)) {
            const auto session = storage::find_session(tx, job->session_id);
            ENSURE(session.has_value());
            if (!still_wanted(tx, *job, *session, now)) {
                finish(tx, *job, "superseded", now);
                continue;
            }
            auto request = request_for(tx, context, *job, *session, now);
            if (!request) {
                fail(tx, *job, request.error(), back_off(job->failures + 1), now);
                continue;
            }
            job->state = "running";
            job->run_at = now;
            storage::update_router_job(tx, *job, now);
            return ClaimedRouterJob{job->id, session->id, job->acknowledged_at.has_value(),
                                    *request};
        }
        return std::nullopt;
    });
    if (claimed && claimed->request.disconnect)
        context.log.info(
            "disconnect.sent", "a router is asked to end a session",
            {{"username", claimed->request.username}, {"session_id", claimed->session_id}});
    return claimed;
}

void settle_router_job(const Context& context, const ClaimedRouterJob& claimed,
                       const CoaAnswer& answer)
{
    const UnixTime now = context.clock.now();
    const bool ack = answer.kind == CoaAnswer::Kind::Ack;
    bool gone = false;
    context.db.write([&](storage::Tx& tx) {
        auto job = storage::find_router_job(tx, claimed.id);
        ENSURE(job.has_value());
        const bool answered = answer.kind != CoaAnswer::Kind::NoAnswer;
        if (answered && storage::delete_router_reach(tx, job->router_id))
            storage::close_alert(tx, reach_alert(job->router_id), now);
        // Its Stop came meanwhile, or a newer wish.
        if (job->state != "running")
            return;
        if (!answered)
            return no_answer(tx, *job, now);
        // A refused change is no disaster: the session drops at its old end, and its redial gets
        // the new one.
        if (job->kind == storage::kSessionLimits) {
            if (!ack)
                job->last_error = in_words(answer);
            return finish(tx, *job, ack ? "done" : "refused", now);
        }
        if (ack)
            return acknowledged(tx, *job, now);
        gone = answer.error_cause == kSessionNotFound;
        if (!gone)
            return fail(tx, *job, in_words(answer), back_off(job->failures + 1), now);
        auto session = storage::find_session(tx, job->session_id);
        not_found(tx, *job, *session, now);
    });
    const std::string& username = claimed.request.username;
    // Said even where the Stop was quicker and has ended the job: the router did answer.
    if (ack && claimed.request.disconnect && !claimed.asked_before)
        context.log.info("disconnect.acknowledged", "the router says that it ends the session",
                         {{"username", username}, {"session_id", claimed.session_id}});
    if (gone)
        context.log.info(
            "session.gone", "the session is gone from its router",
            {{"username", username}, {"session_id", claimed.session_id}, {"proof", "not_found"}});
}

std::optional<UnixTime> next_router_job_due(storage::ReadTx& tx)
{
    return storage::next_router_job_run(tx);
}

void recover_router_jobs(storage::Tx& tx)
{
    storage::release_running_router_jobs(tx, kForever);
}

} // namespace mnara::usecases
