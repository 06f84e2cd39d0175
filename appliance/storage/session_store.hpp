// Sessions: one row per login on a router. usecases/accounting writes what routers report.
#pragma once

#include "domain/usage.hpp"
#include "storage/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage {

// Its name, which never changes; the id is the router's text, byte for byte.
struct SessionName
{
    RouterId router_id;
    std::string acct_session_id, username;
    std::string calling_station; // normalised; empty where the router sent none
    bool operator==(const SessionName&) const = default;
};

struct SessionRow
{
    SessionId id;
    SessionName name;
    UnixTime started_at;
    std::optional<SubscriptionId> subscription_id;
    std::optional<std::string> class_text, framed_ipv4, port;
    domain::Usage usage; // only rises
    UnixTime heard_at;   // the latest report's time
    std::optional<UnixTime> stopped_at;
    std::optional<std::string> terminate_cause;
    bool stop_seen = false; // the router said so; otherwise the end is inferred
};

[[nodiscard]] std::optional<SessionRow> find_session(ReadTx& tx, SessionId id);
// Of that name, with the start nearest to `start` and at most `window` away.
[[nodiscard]] std::optional<SessionRow> find_session_near(ReadTx& tx, const SessionName& name,
                                                          UnixTime start, Seconds window);
[[nodiscard]] std::optional<SessionRow> find_open_session(ReadTx& tx, const SessionName& name);

// Open ones, oldest start first.
[[nodiscard]] std::vector<SessionRow> open_sessions_of(ReadTx& tx, const std::string& username);
[[nodiscard]] std::vector<SessionRow> open_sessions_with_id(ReadTx& tx, RouterId router,
                                                            const std::string& acct_session_id);
[[nodiscard]] std::vector<SessionRow> open_sessions_of_router(ReadTx& tx, RouterId router);
// Open and not heard of since `before`, the longest silent first.
[[nodiscard]] std::vector<SessionRow> silent_sessions(ReadTx& tx, UnixTime before, int limit);
// Open ones that were heard after `time`: by a clock that was ahead then.
[[nodiscard]] std::vector<SessionRow> sessions_heard_after(ReadTx& tx, UnixTime time, int limit);
// Ended since `since` with that inferred cause, and no Stop has come.
[[nodiscard]] std::vector<SessionRow> sessions_without_stop(ReadTx& tx, const std::string& username,
                                                            const std::string& cause,
                                                            UnixTime since);

SessionId insert_session(Tx& tx, const SessionRow& session);
// Three statements, because SQLite writes anew the entry of each index whose column an UPDATE
// names: a report that changes neither line nor end, as nearly all, writes half as many pages.
void update_session(Tx& tx, const SessionRow& session); // what reports change while it lasts
void set_session_line(Tx& tx, SessionId id, SubscriptionId line);
void set_session_end(Tx& tx, const SessionRow& session); // or that it has none

} // namespace mnara::storage
