#include "storage/session_store.hpp"

namespace mnara::storage {

namespace {

SessionRow read_session(const Query& q)
{
    SessionRow s;
    s.id = q.get<SessionId>(0);
    s.name = {q.get<RouterId>(1), q.get<std::string>(2), q.get<std::string>(3),
              q.get<std::string>(4)};
    s.started_at = q.get<UnixTime>(5);
    s.subscription_id = q.get<std::optional<SubscriptionId>>(6);
    s.class_text = q.get<std::optional<std::string>>(7);
    s.framed_ipv4 = q.get<std::optional<std::string>>(8);
    s.port = q.get<std::optional<std::string>>(9);
    s.usage = {q.get<std::int64_t>(10), q.get<std::int64_t>(11), q.get<std::int64_t>(12)};
    s.heard_at = q.get<UnixTime>(13);
    s.stopped_at = q.get<std::optional<UnixTime>>(14);
    s.terminate_cause = q.get<std::optional<std::string>>(15);
    s.stop_seen = q.get<bool>(16);
    return s;
}

std::string sessions_where(std::string_view condition, std::string_view table = "session")
{
    return "SELECT id, router_id, acct_session_id, username, calling_station, started_at, "
           "subscription_id, class, framed_ipv4, port, bytes_up, bytes_down, seconds, heard_at, "
           "stopped_at, terminate_cause, stop_seen FROM " +
           std::string(table) + " WHERE " + std::string(condition);
}

std::optional<SessionRow> first(Query q)
{
    if (!q.step())
        return std::nullopt;
    return read_session(q);
}

std::vector<SessionRow> all(Query q)
{
    std::vector<SessionRow> rows;
    while (q.step())
        rows.push_back(read_session(q));
    return rows;
}

} // namespace

std::optional<SessionRow> find_session(ReadTx& tx, SessionId id)
{
    return first(tx.query(sessions_where("id = ?1"), id));
}

std::optional<SessionRow> find_session_near(ReadTx& tx, const SessionName& name, UnixTime start,
                                            Seconds window)
{
    return first(
        tx.query(sessions_where("router_id = ?1 AND acct_session_id = ?2 AND username = ?3 "
                                "AND calling_station = ?4 AND started_at BETWEEN ?5 AND ?6 "
                                "ORDER BY ABS(started_at - ?7) LIMIT 1"),
                 name.router_id, name.acct_session_id, name.username, name.calling_station,
                 start - window, start + window, start));
}

std::optional<SessionRow> find_open_session(ReadTx& tx, const SessionName& name)
{
    return first(tx.query(sessions_where("router_id = ?1 AND acct_session_id = ?2 "
                                         "AND username = ?3 AND calling_station = ?4 "
                                         "AND stopped_at IS NULL"),
                          name.router_id, name.acct_session_id, name.username,
                          name.calling_station));
}

std::vector<SessionRow> open_sessions_of(ReadTx& tx, const std::string& username)
{
    // Named, because the planner would as soon walk every session the user ever had.
    return all(
        tx.query(sessions_where("username = ?1 AND stopped_at IS NULL ORDER BY started_at, id",
                                "session INDEXED BY session_open_username"),
                 username));
}

std::vector<SessionRow> open_sessions_with_id(ReadTx& tx, RouterId router,
                                              const std::string& acct_session_id)
{
    return all(tx.query(sessions_where("router_id = ?1 AND acct_session_id = ?2 "
                                       "AND stopped_at IS NULL ORDER BY started_at, id"),
                        router, acct_session_id));
}

std::vector<SessionRow> open_sessions_of_router(ReadTx& tx, RouterId router)
{
    return all(tx.query(
        sessions_where("router_id = ?1 AND stopped_at IS NULL ORDER BY started_at, id"), router));
}

std::vector<SessionRow> silent_sessions(ReadTx& tx, UnixTime before, int limit)
{
    return all(
        tx.query(sessions_where("stopped_at IS NULL AND heard_at < ?1 ORDER BY heard_at LIMIT ?2"),
                 before, limit));
}

std::vector<SessionRow> sessions_heard_after(ReadTx& tx, UnixTime time, int limit)
{
    return all(
        tx.query(sessions_where("stopped_at IS NULL AND heard_at > ?1 ORDER BY heard_at LIMIT ?2"),
                 time, limit));
}

std::vector<SessionRow> sessions_without_stop(ReadTx& tx, const std::string& username,
                                              const std::string& cause, UnixTime since)
{
    return all(tx.query(sessions_where("username = ?1 AND stopped_at >= ?2 AND stop_seen = 0 "
                                       "AND terminate_cause = ?3 ORDER BY started_at, id"),
                        username, since, cause));
}

SessionId insert_session(Tx& tx, const SessionRow& s)
{
    return tx.insert<SessionId>(
        "INSERT INTO session(router_id, acct_session_id, username, calling_station, started_at, "
        "subscription_id, class, framed_ipv4, port, bytes_up, bytes_down, seconds, heard_at, "
        "stopped_at, terminate_cause, stop_seen) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        s.name.router_id, s.name.acct_session_id, s.name.username, s.name.calling_station,
        s.started_at, s.subscription_id, s.class_text, s.framed_ipv4, s.port, s.usage.bytes_up,
        s.usage.bytes_down, s.usage.seconds, s.heard_at, s.stopped_at, s.terminate_cause,
        s.stop_seen);
}

void update_session(Tx& tx, const SessionRow& s)
{
    tx.run("UPDATE session SET class = ?2, framed_ipv4 = ?3, port = ?4, bytes_up = ?5, "
           "bytes_down = ?6, seconds = ?7, heard_at = ?8 WHERE id = ?1",
           s.id, s.class_text, s.framed_ipv4, s.port, s.usage.bytes_up, s.usage.bytes_down,
           s.usage.seconds, s.heard_at);
}

void set_session_line(Tx& tx, SessionId id, SubscriptionId line)
{
    tx.run("UPDATE session SET subscription_id = ?2 WHERE id = ?1", id, line);
}

void set_session_end(Tx& tx, const SessionRow& s)
{
    tx.run("UPDATE session SET stopped_at = ?2, terminate_cause = ?3, stop_seen = ?4 "
           "WHERE id = ?1",
           s.id, s.stopped_at, s.terminate_cause, s.stop_seen);
}

} // namespace mnara::storage
