#include "storage/office_store.hpp"

namespace mnara::storage {

namespace {

SecretRow read_secret(const Query& q)
{
    return {q.get<SecretId>(0), q.get<std::string>(1), q.get<std::string>(2), q.get<std::string>(3),
            q.get<std::string>(4)};
}

SettingRow read_setting(const Query& q)
{
    return {q.get<std::string>(0), q.get<std::optional<std::string>>(1),
            q.get<std::optional<SecretId>>(2)};
}

} // namespace

SecretId insert_secret(Tx& tx, const SecretRow& secret, UnixTime now)
{
    return tx.insert<SecretId>("INSERT INTO secret(purpose, key_id, nonce, ciphertext, created_at) "
                               "VALUES (?1, ?2, ?3, ?4, ?5)",
                               secret.purpose, secret.key_id, Blob{secret.nonce},
                               Blob{secret.ciphertext}, now);
}

void update_secret(Tx& tx, const SecretRow& secret)
{
    tx.run("UPDATE secret SET key_id = ?2, nonce = ?3, ciphertext = ?4 WHERE id = ?1", secret.id,
           secret.key_id, Blob{secret.nonce}, Blob{secret.ciphertext});
}

std::optional<SecretRow> find_secret(ReadTx& tx, SecretId id)
{
    Query q =
        tx.query("SELECT id, purpose, key_id, nonce, ciphertext FROM secret WHERE id = ?1", id);
    if (!q.step())
        return std::nullopt;
    return read_secret(q);
}

std::vector<SecretRow> secrets_not_under(ReadTx& tx, const std::string& key_id)
{
    std::vector<SecretRow> rows;
    Query q = tx.query(
        "SELECT id, purpose, key_id, nonce, ciphertext FROM secret WHERE key_id <> ?1", key_id);
    while (q.step())
        rows.push_back(read_secret(q));
    return rows;
}

std::optional<SettingRow> find_setting(ReadTx& tx, std::string_view key)
{
    Query q = tx.query("SELECT key, value, secret_id FROM setting WHERE key = ?1", key);
    if (!q.step())
        return std::nullopt;
    return read_setting(q);
}

std::vector<SettingRow> all_settings(ReadTx& tx)
{
    std::vector<SettingRow> rows;
    Query q = tx.query("SELECT key, value, secret_id FROM setting");
    while (q.step())
        rows.push_back(read_setting(q));
    return rows;
}

void put_setting(Tx& tx, const SettingRow& setting, const std::string& actor, UnixTime now)
{
    tx.run("INSERT INTO setting(key, value, secret_id, changed_by, changed_at) "
           "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key) DO UPDATE SET value = excluded.value, "
           "secret_id = excluded.secret_id, changed_by = excluded.changed_by, "
           "changed_at = excluded.changed_at",
           setting.key, setting.value, setting.secret_id, actor, now);
}

void delete_setting(Tx& tx, std::string_view key)
{
    tx.run("DELETE FROM setting WHERE key = ?1", key);
}

std::optional<UnixTime> clock_mark(ReadTx& tx)
{
    Query q = tx.query("SELECT at FROM clock_mark WHERE id = 1");
    if (!q.step())
        return std::nullopt;
    return q.get<UnixTime>(0);
}

void put_clock_mark(Tx& tx, UnixTime at, bool by_operator)
{
    tx.run("INSERT INTO clock_mark(id, at, set_by) VALUES (1, ?1, ?2) "
           "ON CONFLICT (id) DO UPDATE SET at = excluded.at, set_by = excluded.set_by",
           at, by_operator ? "operator" : "tick");
}

std::string last_audit_hash(ReadTx& tx)
{
    Query q = tx.query("SELECT hash FROM audit_log ORDER BY id DESC LIMIT 1");
    return q.step() ? q.get<std::string>(0) : std::string(32, '\0');
}

std::int64_t last_audit_id(ReadTx& tx)
{
    Query q = tx.query("SELECT COALESCE(MAX(id), 0) FROM audit_log");
    ENSURE(q.step());
    return q.get<std::int64_t>(0);
}

void insert_audit(Tx& tx, const AuditRow& row, const std::string& prev_hash,
                  const std::string& hash)
{
    tx.run("INSERT INTO audit_log(at, actor, action, entity, entity_id, detail, key_id, prev_hash, "
           "hash, peer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULLIF(?10, ''))",
           row.at, row.actor, row.action, row.entity, row.entity_id, row.detail, row.key_id,
           Blob{prev_hash}, Blob{hash}, row.peer);
}

} // namespace mnara::storage
