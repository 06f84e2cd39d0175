#include "storage/router_job_store.hpp"

namespace mnara::storage {

namespace {

RouterJobRow read_job(const Query& q)
{
    RouterJobRow job;
    job.id = q.get<RouterJobId>(0);
    job.router_id = q.get<RouterId>(1);
    job.kind = q.get<std::string>(2);
    job.session_id = q.get<SessionId>(3);
    job.desired = q.get<std::string>(4);
    job.failures = q.get<int>(5);
    job.last_error = q.get<std::optional<std::string>>(6);
    job.acknowledged_at = q.get<std::optional<UnixTime>>(7);
    job.state = q.get<std::string>(8);
    job.run_at = q.get<UnixTime>(9);
    return job;
}

std::string jobs_where(std::string_view condition)
{
    return "SELECT j.id, j.router_id, j.kind, j.session_id, j.desired, j.failures, j.last_error, "
           "j.acknowledged_at, j.state, j.run_at FROM router_job j " +
           std::string(condition);
}

std::optional<RouterJobRow> first(Query q)
{
    if (!q.step())
        return std::nullopt;
    return read_job(q);
}

// Neither another job of that router under way, nor a name that radius.db has still to learn.
constexpr std::string_view kClaimable = "JOIN session s ON s.id = j.session_id "
                                        "LEFT JOIN router_reach r ON r.router_id = j.router_id "
                                        "WHERE j.state = 'waiting' "
                                        "AND NOT EXISTS (SELECT 1 FROM router_job o "
                                        "WHERE o.router_id = j.router_id AND o.state = 'running') "
                                        "AND NOT EXISTS (SELECT 1 FROM projection_dirty d "
                                        "WHERE d.kind = 'access' AND d.key = s.username) ";

} // namespace

RouterJobId insert_router_job(Tx& tx, const RouterJobRow& job, UnixTime now)
{
    return tx.insert<RouterJobId>(
        "INSERT INTO router_job(router_id, kind, session_id, desired, failures, state, created_at, "
        "run_at) VALUES (?1, ?2, ?3, ?4, 0, 'waiting', ?5, ?5)",
        job.router_id, job.kind, job.session_id, job.desired, now);
}

void update_router_job(Tx& tx, const RouterJobRow& job, UnixTime now)
{
    const std::optional<UnixTime> finished_at = job.is_open() ? std::nullopt : std::optional(now);
    tx.run("UPDATE router_job SET failures = ?2, last_error = ?3, acknowledged_at = ?4, "
           "state = ?5, run_at = ?6, finished_at = ?7 WHERE id = ?1",
           job.id, job.failures, job.last_error, job.acknowledged_at, job.state, job.run_at,
           finished_at);
}

std::optional<RouterJobRow> find_router_job(ReadTx& tx, RouterJobId id)
{
    return first(tx.query(jobs_where("WHERE j.id = ?1"), id));
}

std::optional<RouterJobRow> find_open_router_job(ReadTx& tx, SessionId session,
                                                 const std::string& kind)
{
    return first(tx.query(jobs_where("WHERE j.session_id = ?1 AND j.kind = ?2 "
                                     "AND j.state IN ('waiting','running')"),
                          session, kind));
}

std::optional<RouterJobRow> next_router_job(ReadTx& tx, UnixTime now, UnixTime last_plausible)
{
    // NOT BETWEEN and not OR: so the rows are read in the order of router_job_due, without a sort.
    return first(tx.query(jobs_where(std::string(kClaimable) +
                                     "AND j.run_at NOT BETWEEN ?1 + 1 AND ?2 "
                                     "AND coalesce(r.retry_at, 0) NOT BETWEEN ?1 + 1 AND ?2 "
                                     "ORDER BY j.run_at, j.failures, j.id LIMIT 1"),
                          now, last_plausible));
}

std::optional<UnixTime> next_router_job_run(ReadTx& tx)
{
    Query q = tx.query("SELECT MIN(MAX(j.run_at, COALESCE(r.retry_at, 0))) FROM router_job j " +
                       std::string(kClaimable));
    ENSURE(q.step());
    return q.get<std::optional<UnixTime>>(0);
}

bool is_router_job_running_since_before(ReadTx& tx, UnixTime before, UnixTime last_plausible)
{
    Query q = tx.query("SELECT 1 FROM router_job WHERE state = 'running' "
                       "AND run_at NOT BETWEEN ?1 AND ?2",
                       before, last_plausible);
    return q.step();
}

void release_running_router_jobs(Tx& tx, UnixTime claimed_before, UnixTime last_plausible)
{
    tx.run("UPDATE router_job SET state = 'waiting' WHERE state = 'running' "
           "AND run_at NOT BETWEEN ?1 AND ?2",
           claimed_before, last_plausible);
}

std::optional<RouterReach> find_router_reach(ReadTx& tx, RouterId id)
{
    Query q = tx.query(
        "SELECT router_id, failures, tried_at, retry_at FROM router_reach WHERE router_id = ?1",
        id);
    if (!q.step())
        return std::nullopt;
    return RouterReach{q.get<RouterId>(0), q.get<int>(1), q.get<UnixTime>(2), q.get<UnixTime>(3)};
}

void put_router_reach(Tx& tx, const RouterReach& reach)
{
    tx.run("INSERT INTO router_reach(router_id, failures, tried_at, retry_at) "
           "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (router_id) DO UPDATE SET failures = ?2, "
           "tried_at = ?3, retry_at = ?4",
           reach.router_id, reach.failures, reach.tried_at, reach.retry_at);
}

bool delete_router_reach(Tx& tx, RouterId id)
{
    return tx.run("DELETE FROM router_reach WHERE router_id = ?1", id) > 0;
}

void shorten_router_pause(Tx& tx, RouterId id, UnixTime now, Seconds rest)
{
    tx.run("UPDATE router_reach SET retry_at = MAX(?2, tried_at + ?3) "
           "WHERE router_id = ?1 AND retry_at > MAX(?2, tried_at + ?3)",
           id, now, rest.count());
}

} // namespace mnara::storage
