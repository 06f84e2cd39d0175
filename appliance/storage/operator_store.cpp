#include "storage/operator_store.hpp"

namespace mnara::storage {

namespace {

constexpr const char* kColumns =
    "SELECT id, login, full_name, role, password_hash, totp_secret_id, totp_confirmed_at, "
    "totp_last_step, created_at, disabled_at FROM operator ";

OperatorRow read_operator(const Query& q)
{
    OperatorRow row;
    row.id = q.get<OperatorId>(0);
    row.login = q.get<std::string>(1);
    row.full_name = q.get<std::string>(2);
    row.role = q.get<std::string>(3);
    row.password_hash = q.get<std::optional<std::string>>(4);
    row.totp_secret_id = q.get<std::optional<SecretId>>(5);
    row.totp_confirmed = !q.is_null(6);
    row.totp_last_step = q.get<std::int64_t>(7);
    row.created_at = q.get<UnixTime>(8);
    row.disabled_at = q.get<std::optional<UnixTime>>(9);
    return row;
}

OperatorRow with_sites(ReadTx& tx, OperatorRow row)
{
    Query q = tx.query("SELECT site_id FROM operator_site WHERE operator_id = ?1", row.id);
    while (q.step())
        row.sites.push_back(q.get<SiteId>(0));
    return row;
}

std::optional<OperatorRow> one(ReadTx& tx, Query q)
{
    if (!q.step())
        return std::nullopt;
    return with_sites(tx, read_operator(q));
}

int number(Query q)
{
    ENSURE(q.step());
    return q.get<int>(0);
}

} // namespace

std::optional<OperatorId> insert_operator(Tx& tx, const OperatorRow& row, UnixTime now)
{
    std::optional<OperatorId> id;
    {
        Query q = tx.query("INSERT INTO operator(login, full_name, password_hash, role, created_at)"
                           " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (login) DO NOTHING "
                           "RETURNING id",
                           row.login, row.full_name, row.password_hash, row.role, now);
        while (q.step())
            id = q.get<OperatorId>(0);
    }
    if (id)
        put_operator_sites(tx, *id, row.sites);
    return id;
}

std::optional<OperatorRow> find_operator(ReadTx& tx, const std::string& login)
{
    return one(tx,
               tx.query(std::string(kColumns) + "WHERE login = ?1 AND disabled_at IS NULL", login));
}

std::optional<OperatorRow> find_operator(ReadTx& tx, OperatorId id)
{
    return one(tx, tx.query(std::string(kColumns) + "WHERE id = ?1", id));
}

std::vector<OperatorRow> all_operators(ReadTx& tx)
{
    std::vector<OperatorRow> rows;
    Query q = tx.query(std::string(kColumns) + "ORDER BY id");
    while (q.step())
        rows.push_back(with_sites(tx, read_operator(q)));
    return rows;
}

void update_operator(Tx& tx, const OperatorRow& row, UnixTime now)
{
    tx.run("UPDATE operator SET full_name = ?2, role = ?3, password_hash = ?4, "
           "totp_secret_id = ?5, totp_confirmed_at = CASE WHEN ?6 THEN COALESCE(totp_confirmed_at, "
           "?9) "
           "END, totp_last_step = ?7, disabled_at = ?8 WHERE id = ?1",
           row.id, row.full_name, row.role, row.password_hash, row.totp_secret_id,
           row.totp_confirmed, row.totp_last_step, row.disabled_at, now);
}

bool is_site(ReadTx& tx, SiteId id)
{
    return tx.query("SELECT 1 FROM site WHERE id = ?1", id).step();
}

void put_operator_sites(Tx& tx, OperatorId id, const std::vector<SiteId>& sites)
{
    tx.run("DELETE FROM operator_site WHERE operator_id = ?1", id);
    for (const SiteId site : sites)
        tx.run("INSERT INTO operator_site(operator_id, site_id) VALUES (?1, ?2) "
               "ON CONFLICT DO NOTHING",
               id, site);
}

int count_owners(ReadTx& tx)
{
    return number(
        tx.query("SELECT COUNT(*) FROM operator WHERE role = 'owner' AND disabled_at IS NULL"));
}

bool had_owner(ReadTx& tx)
{
    return tx.query("SELECT 1 FROM operator WHERE role = 'owner'").step();
}

void put_recovery_codes(Tx& tx, OperatorId id, const std::vector<std::string>& hashes)
{
    tx.run("DELETE FROM recovery_code WHERE operator_id = ?1", id);
    for (const std::string& hash : hashes)
        tx.run("INSERT INTO recovery_code(operator_id, code_hash) VALUES (?1, ?2)", id, Blob{hash});
}

bool use_recovery_code(Tx& tx, OperatorId id, const std::string& hash, UnixTime now)
{
    return tx.run("UPDATE recovery_code SET used_at = ?3 WHERE operator_id = ?1 "
                  "AND code_hash = ?2 AND used_at IS NULL",
                  id, Blob{hash}, now) == 1;
}

int recovery_codes_left(ReadTx& tx, OperatorId id)
{
    return number(tx.query(
        "SELECT COUNT(*) FROM recovery_code WHERE operator_id = ?1 AND used_at IS NULL", id));
}

bool add_operator_place(Tx& tx, OperatorId id, const std::string& place, UnixTime now)
{
    return tx.run("INSERT INTO operator_place(operator_id, place, first_at) VALUES (?1, ?2, ?3) "
                  "ON CONFLICT DO NOTHING",
                  id, place, now) == 1;
}

std::set<std::string> operator_places(ReadTx& tx, const std::string& login)
{
    Query q = tx.query("SELECT p.place FROM operator o JOIN operator_place p "
                       "ON p.operator_id = o.id WHERE o.login = ?1",
                       login);
    std::set<std::string> places;
    while (q.step())
        places.insert(q.get<std::string>(0));
    return places;
}

std::vector<OperatorNetworkRow> operator_networks(ReadTx& tx)
{
    std::vector<OperatorNetworkRow> rows;
    Query q = tx.query("SELECT network, added_by, added_at FROM operator_network ORDER BY network");
    while (q.step())
        rows.push_back({q.get<std::string>(0), q.get<std::string>(1), q.get<UnixTime>(2)});
    return rows;
}

void put_operator_networks(Tx& tx, const std::vector<OperatorNetworkRow>& rows)
{
    tx.run("DELETE FROM operator_network");
    for (const OperatorNetworkRow& row : rows)
        tx.run("INSERT INTO operator_network(network, added_by, added_at) "
               "VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
               row.network, row.added_by, row.added_at);
}

} // namespace mnara::storage
