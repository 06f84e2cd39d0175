#include "storage/operator_session_store.hpp"

namespace mnara::storage {

namespace {

// Tries are kept for 400 days; each new one takes a few older ones with it.
constexpr Seconds kKept{400 * 24 * 3600};

} // namespace

std::int64_t insert_token(Tx& tx, const TokenRow& row, UnixTime now)
{
    Query q = tx.query(
        "INSERT INTO operator_session(token_hash, operator_id, kind, csrf_token, peer, user_agent, "
        "created_at, last_seen_at, valid_until, number, label, by_link) VALUES (?1, ?2, ?3, ?4, "
        "?5, ?6, ?7, ?7, ?8, (SELECT COALESCE(MAX(number), 0) + 1 FROM operator_session), ?9, ?10) "
        "RETURNING number",
        Blob{row.token_hash}, row.operator_id, row.kind, row.csrf_token, row.peer, row.user_agent,
        now, row.valid_until, row.label, row.by_link);
    std::int64_t number = 0;
    while (q.step())
        number = q.get<std::int64_t>(0);
    return number;
}

std::optional<TokenOwner> find_token(ReadTx& tx, const std::string& token_hash, UnixTime now)
{
    TokenOwner found;
    OperatorId owner;
    {
        Query q =
            tx.query("SELECT s.operator_id, s.kind, s.csrf_token, s.number, s.by_link, "
                     "s.created_at, s.last_seen_at FROM operator_session s WHERE s.token_hash = ?1 "
                     "AND s.revoked_at IS NULL AND (s.valid_until IS NULL OR s.valid_until > ?2)",
                     Blob{token_hash}, now);
        if (!q.step())
            return std::nullopt;
        owner = q.get<OperatorId>(0);
        found.kind = q.get<std::string>(1);
        found.csrf_token = q.get<std::optional<std::string>>(2).value_or("");
        found.number = q.get<std::int64_t>(3);
        found.by_link = q.get<bool>(4);
        found.created_at = q.get<UnixTime>(5);
        found.last_seen_at = q.get<UnixTime>(6);
    }
    auto row = find_operator(tx, owner);
    if (!row || row->disabled_at)
        return std::nullopt;
    found.owner = std::move(*row);
    return found;
}

void touch_token(Tx& tx, const std::string& token_hash, UnixTime now, UnixTime valid_until)
{
    tx.run("UPDATE operator_session SET last_seen_at = ?2, valid_until = ?3 "
           "WHERE token_hash = ?1 AND revoked_at IS NULL",
           Blob{token_hash}, now, valid_until);
}

void revoke_token(Tx& tx, const std::string& token_hash, UnixTime now)
{
    tx.run("UPDATE operator_session SET revoked_at = ?2 "
           "WHERE token_hash = ?1 AND revoked_at IS NULL",
           Blob{token_hash}, now);
}

bool revoke_token(Tx& tx, std::int64_t number, std::optional<OperatorId> of, UnixTime now)
{
    return tx.run("UPDATE operator_session SET revoked_at = ?2 WHERE number = ?1 "
                  "AND revoked_at IS NULL AND (?3 IS NULL OR operator_id = ?3) "
                  "AND (valid_until IS NULL OR valid_until > ?2)",
                  number, now, of) == 1;
}

int revoke_sessions(Tx& tx, OperatorId id, std::int64_t except, UnixTime now)
{
    return tx.run("UPDATE operator_session SET revoked_at = ?3 WHERE operator_id = ?1 "
                  "AND number <> ?2 AND kind <> 'token' AND revoked_at IS NULL",
                  id, except, now);
}

void revoke_everything(Tx& tx, OperatorId id, UnixTime now)
{
    tx.run("UPDATE operator_session SET revoked_at = ?2 WHERE operator_id = ?1 "
           "AND revoked_at IS NULL",
           id, now);
}

std::vector<SessionOfOperator> living_tokens(ReadTx& tx, const std::string& kind,
                                             std::optional<OperatorId> of, UnixTime now)
{
    Query q = tx.query(
        "SELECT s.number, s.operator_id, o.login, s.kind, s.peer, s.user_agent, s.label, "
        "s.created_at, s.last_seen_at, s.valid_until FROM operator_session s "
        "JOIN operator o ON o.id = s.operator_id WHERE s.kind = ?1 AND s.revoked_at IS NULL "
        "AND o.disabled_at IS NULL AND (s.valid_until IS NULL OR s.valid_until > ?3) "
        "AND (?2 IS NULL OR s.operator_id = ?2) ORDER BY s.number DESC",
        kind, of, now);
    std::vector<SessionOfOperator> rows;
    while (q.step())
        rows.push_back({q.get<std::int64_t>(0), q.get<OperatorId>(1), q.get<std::string>(2),
                        q.get<std::string>(3), q.get<std::string>(4),
                        q.get<std::optional<std::string>>(5), q.get<std::optional<std::string>>(6),
                        q.get<UnixTime>(7), q.get<UnixTime>(8), q.get<std::optional<UnixTime>>(9)});
    return rows;
}

void insert_sign_in(Tx& tx, const std::string& who, const std::string& peer,
                    const std::string& user_agent, const std::string& outcome, UnixTime now)
{
    tx.run("DELETE FROM sign_in WHERE id IN (SELECT id FROM sign_in ORDER BY id LIMIT 10) "
           "AND at < ?1",
           now - kKept);
    tx.run("INSERT INTO sign_in(at, who, peer, user_agent, outcome) VALUES (?1, ?2, ?3, ?4, ?5)",
           now, who, peer, user_agent, outcome);
}

std::vector<SignInTry> tries_of_login(ReadTx& tx, const std::string& login, UnixTime since,
                                      UnixTime now)
{
    Query q = tx.query("SELECT at, peer, outcome FROM sign_in WHERE who = ?1 "
                       "AND at BETWEEN ?2 AND ?3 AND outcome IN "
                       "('wrong','wrong_code','ok','link','unlocked') ORDER BY id",
                       login, since, now);
    std::vector<SignInTry> tries;
    while (q.step())
        tries.push_back({q.get<UnixTime>(0), q.get<std::string>(1), q.get<std::string>(2)});
    return tries;
}

std::vector<UnixTime> wrong_tries_of_peer(ReadTx& tx, const std::string& peer, UnixTime since,
                                          UnixTime now)
{
    Query q = tx.query(
        "SELECT t.at FROM sign_in t INDEXED BY sign_in_peer WHERE t.peer = ?1 "
        "AND t.at BETWEEN ?2 AND ?3 AND t.outcome IN ('wrong','wrong_code') "
        "AND t.id > COALESCE((SELECT MAX(id) FROM sign_in "
        "WHERE peer = ?1 AND at >= ?2 AND outcome = 'unlocked'), 0) "
        // The unlocking of a login is of no address: these are few.
        "AND NOT EXISTS (SELECT 1 FROM sign_in u INDEXED BY sign_in_peer WHERE u.peer = '' "
        "AND u.at >= ?2 AND u.outcome = 'unlocked' AND u.who = t.who AND u.id > t.id) "
        "ORDER BY t.at, t.id",
        peer, since, now);
    std::vector<UnixTime> times;
    while (q.step())
        times.push_back(q.get<UnixTime>(0));
    return times;
}

} // namespace mnara::storage
