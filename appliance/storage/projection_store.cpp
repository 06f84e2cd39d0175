#include "storage/projection_store.hpp"

namespace mnara::storage {

std::vector<DirtyMark> dirty_marks(ReadTx& tx, int limit)
{
    std::vector<DirtyMark> marks;
    Query q =
        tx.query("SELECT kind, key, revision FROM projection_dirty ORDER BY rowid LIMIT ?1", limit);
    while (q.step())
        marks.push_back({q.get<std::string>(0), q.get<std::string>(1), q.get<std::int64_t>(2)});
    return marks;
}

void delete_dirty_mark(Tx& tx, const DirtyMark& mark)
{
    tx.run("DELETE FROM projection_dirty WHERE kind = ?1 AND key = ?2 AND revision = ?3", mark.kind,
           mark.key, mark.revision);
}

void mark_all_access_dirty(Tx& tx)
{
    tx.run("INSERT INTO projection_dirty(kind, key, revision) "
           "SELECT 'access', username, 1 FROM subscription WHERE state <> 'terminated' "
           "ON CONFLICT (kind, key) DO UPDATE SET revision = revision + 1");
}

std::vector<domain::OpenSession> open_session_facts(ReadTx& tx, const std::string& username)
{
    std::vector<domain::OpenSession> sessions;
    Query q = tx.query("SELECT calling_station FROM session WHERE username = ?1 "
                       "AND stopped_at IS NULL ORDER BY id",
                       username);
    while (q.step())
        sessions.push_back({q.get<std::string>(0)});
    return sessions;
}

std::vector<std::string> open_alert_keys(ReadTx& tx, std::string_view from, std::string_view before)
{
    std::vector<std::string> keys;
    Query q = tx.query("SELECT key FROM alert WHERE closed_at IS NULL AND key >= ?1 AND key < ?2",
                       from, before);
    while (q.step())
        keys.push_back(q.get<std::string>(0));
    return keys;
}

} // namespace mnara::storage
