#include "storage/operator_store.hpp"

namespace mnara::storage {

namespace {

std::vector<UnixTime> times(Query q)
{
    std::vector<UnixTime> found;
    while (q.step())
        found.push_back(q.get<UnixTime>(0));
    return found;
}

} // namespace

std::optional<OperatorId> insert_operator(Tx& tx, const OperatorRow& row, UnixTime now)
{
    Query q = tx.query("INSERT INTO operator(login, full_name, password_hash, role, created_at) "
                       "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (login) DO NOTHING RETURNING id",
                       row.login, row.full_name, row.password_hash, row.role, now);
    if (!q.step())
        return std::nullopt;
    const auto id = q.get<OperatorId>(0);
    while (q.step()) {
    }
    return id;
}

std::optional<OperatorRow> find_operator(ReadTx& tx, const std::string& login)
{
    Query q = tx.query("SELECT id, login, full_name, role, password_hash FROM operator "
                       "WHERE login = ?1 AND disabled_at IS NULL",
                       login);
    if (!q.step())
        return std::nullopt;
    return OperatorRow{q.get<OperatorId>(0), q.get<std::string>(1), q.get<std::string>(2),
                       q.get<std::string>(3), q.get<std::optional<std::string>>(4)};
}

void insert_token(Tx& tx, const TokenRow& row, UnixTime now)
{
    tx.run("INSERT INTO operator_session(token_hash, operator_id, kind, csrf_token, peer, "
           "user_agent, created_at, last_seen_at, valid_until) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)",
           Blob{row.token_hash}, row.operator_id, row.kind, row.csrf_token, row.peer,
           row.user_agent, now, row.valid_until);
}

std::optional<TokenOwner> find_token(ReadTx& tx, const std::string& token_hash, UnixTime now)
{
    Query q = tx.query("SELECT o.id, o.login, o.full_name, o.role, s.kind, s.csrf_token, "
                       "s.last_seen_at FROM operator_session s "
                       "JOIN operator o ON o.id = s.operator_id WHERE s.token_hash = ?1 "
                       "AND s.revoked_at IS NULL AND o.disabled_at IS NULL "
                       "AND (s.valid_until IS NULL OR s.valid_until > ?2)",
                       Blob{token_hash}, now);
    if (!q.step())
        return std::nullopt;
    TokenOwner found;
    found.owner = {q.get<OperatorId>(0), q.get<std::string>(1), q.get<std::string>(2),
                   q.get<std::string>(3), std::nullopt};
    found.kind = q.get<std::string>(4);
    found.csrf_token = q.get<std::optional<std::string>>(5).value_or("");
    found.last_seen_at = q.get<UnixTime>(6);
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

void insert_sign_in(Tx& tx, const std::string& who, const std::string& peer,
                    const std::string& user_agent, const std::string& outcome, UnixTime now)
{
    tx.run("INSERT INTO sign_in(at, who, peer, user_agent, outcome) VALUES (?1, ?2, ?3, ?4, ?5)",
           now, who, peer, user_agent, outcome);
}

std::vector<UnixTime> wrong_tries_of_login(ReadTx& tx, const std::string& login, UnixTime since,
                                           UnixTime now)
{
    return times(tx.query("SELECT at FROM sign_in WHERE who = ?1 AND at BETWEEN ?2 AND ?3 "
                          "AND outcome = 'wrong' ORDER BY at",
                          login, since, now));
}

std::vector<UnixTime> wrong_tries_of_peer(ReadTx& tx, const std::string& peer, UnixTime since,
                                          UnixTime now)
{
    return times(tx.query("SELECT at FROM sign_in WHERE peer = ?1 AND at BETWEEN ?2 AND ?3 "
                          "AND outcome = 'wrong' ORDER BY at",
                          peer, since, now));
}

} // namespace mnara::storage
