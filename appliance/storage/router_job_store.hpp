// The outbox to routers: wished states and how their asking goes, and which routers do not answer.
#pragma once

#include "storage/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage {

inline constexpr const char* kSessionGone = "session_gone";
inline constexpr const char* kSessionLimits = "session_limits";

struct RouterJobRow
{
    RouterJobId id;
    RouterId router_id;
    std::string kind; // kSessionGone or kSessionLimits
    SessionId session_id;
    std::string desired;
    int failures = 0;
    std::optional<std::string> last_error;
    std::optional<UnixTime> acknowledged_at;
    std::string state = "waiting"; // 'waiting', 'running', 'done', 'refused', 'superseded'
    UnixTime run_at;               // when due; once it runs, when it was claimed
    [[nodiscard]] bool is_open() const { return state == "waiting" || state == "running"; }
};

RouterJobId insert_router_job(Tx& tx, const RouterJobRow& job, UnixTime now);
void update_router_job(Tx& tx, const RouterJobRow& job, UnixTime now); // finished at now, if so
[[nodiscard]] std::optional<RouterJobRow> find_router_job(ReadTx& tx, RouterJobId id);
[[nodiscard]] std::optional<RouterJobRow> find_open_router_job(ReadTx& tx, SessionId session,
                                                               const std::string& kind);
// The longest due job of a router that is neither busy with another one nor in a pause, and whose
// username is right in radius.db. A time after `last_plausible` was written by a clock that was
// ahead and is no reason to wait.
[[nodiscard]] std::optional<RouterJobRow> next_router_job(ReadTx& tx, UnixTime now,
                                                          UnixTime last_plausible);
// When the next one is due. A job that waits for radius.db or for its router's running job is not
// counted: a change of projection_dirty or router_job brings it.
[[nodiscard]] std::optional<UnixTime> next_router_job_run(ReadTx& tx);
// Running ones that were claimed before then, or by a clock that was ahead, wait again.
[[nodiscard]] bool is_router_job_running_since_before(ReadTx& tx, UnixTime before,
                                                      UnixTime last_plausible);
void release_running_router_jobs(Tx& tx, UnixTime claimed_before,
                                 UnixTime last_plausible = kForever);

struct RouterReach
{
    RouterId router_id;
    int failures = 0; // tries in a row without an answer
    UnixTime tried_at, retry_at;
};
[[nodiscard]] std::optional<RouterReach> find_router_reach(ReadTx& tx, RouterId id);
void put_router_reach(Tx& tx, const RouterReach& reach);
bool delete_router_reach(Tx& tx, RouterId id); // true where there was one
// The pause ends at `now`, but not within `rest` after the last try.
void shorten_router_pause(Tx& tx, RouterId id, UnixTime now, Seconds rest);

} // namespace mnara::storage
