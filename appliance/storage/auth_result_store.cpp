#include "storage/auth_result_store.hpp"

namespace mnara::storage {

bool count_auth_verdict(Tx& tx, const AuthVerdictRow& v)
{
    // A verdict that is read late must not hide a newer one; within one second the later line wins.
    const int known =
        tx.run("UPDATE auth_result SET accepted = accepted + ?3, rejected = rejected + 1 - ?3, "
               "rejected_in_a_row = CASE ?3 WHEN 1 THEN 0 ELSE rejected_in_a_row + 1 END, "
               "last_reason = CASE WHEN ?2 >= last_at THEN ?4 ELSE last_reason END, "
               "last_router = CASE WHEN ?2 >= last_at THEN ?5 ELSE last_router END, "
               "last_calling_station = CASE WHEN ?2 >= last_at THEN ?6 "
               "ELSE last_calling_station END, "
               "last_at = MAX(last_at, ?2) WHERE username = ?1",
               v.username, v.at, v.accepted, v.reason, v.router, v.calling_station);
    if (known > 0)
        return false;
    tx.run("INSERT INTO auth_result(username, last_at, last_reason, last_router, "
           "last_calling_station, accepted, rejected, rejected_in_a_row) "
           "VALUES (?1, ?2, ?4, ?5, ?6, ?3, 1 - ?3, 1 - ?3)",
           v.username, v.at, v.accepted, v.reason, v.router, v.calling_station);
    return true;
}

void note_auth_attempt(Tx& tx, const AuthVerdictRow& v)
{
    tx.run("INSERT INTO auth_attempt(at, username, accepted, reason, router, calling_station) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
           v.at, v.username, v.accepted, v.reason, v.router, v.calling_station);
}

void prune_auth_attempts(Tx& tx, int keep)
{
    // Ids have no gaps but at the old end.
    tx.run("DELETE FROM auth_attempt WHERE id <= (SELECT MAX(id) FROM auth_attempt) - ?1", keep);
}

void prune_auth_results(Tx& tx, int keep)
{
    std::int64_t excess = 0;
    {
        Query q = tx.query("SELECT COUNT(*) FROM auth_result");
        ENSURE(q.step());
        excess = q.get<std::int64_t>(0) - keep;
    }
    if (excess <= 0)
        return;
    tx.run("DELETE FROM auth_result WHERE username IN (SELECT a.username FROM auth_result a "
           "WHERE NOT EXISTS (SELECT 1 FROM subscription s WHERE s.username = a.username "
           "AND s.state <> 'terminated') ORDER BY a.last_at LIMIT ?1)",
           excess);
}

std::optional<AuthLogMark> auth_log_mark(ReadTx& tx)
{
    Query q = tx.query("SELECT inode, offset FROM auth_log_position WHERE id = 1");
    if (!q.step())
        return std::nullopt;
    return AuthLogMark{q.get<std::int64_t>(0), q.get<std::int64_t>(1)};
}

void put_auth_log_mark(Tx& tx, const AuthLogMark& mark)
{
    tx.run("INSERT INTO auth_log_position(id, inode, offset) VALUES (1, ?1, ?2) "
           "ON CONFLICT (id) DO UPDATE SET inode = ?1, offset = ?2",
           mark.inode, mark.offset);
}

} // namespace mnara::storage
