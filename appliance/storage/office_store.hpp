// Rows of the office: secrets (sealed), settings, the clock mark, the audit chain.
#pragma once

#include "storage/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage {

struct SecretRow
{
    SecretId id;
    std::string purpose, key_id, nonce, ciphertext;
};
SecretId insert_secret(Tx& tx, const SecretRow& secret, UnixTime now);
void update_secret(Tx& tx, const SecretRow& secret); // sealed again under another key
[[nodiscard]] std::optional<SecretRow> find_secret(ReadTx& tx, SecretId id);
[[nodiscard]] std::vector<SecretRow> secrets_not_under(ReadTx& tx, const std::string& key_id);

struct SettingRow
{
    std::string key;
    std::optional<std::string> value;
    std::optional<SecretId> secret_id;
};
[[nodiscard]] std::optional<SettingRow> find_setting(ReadTx& tx, std::string_view key);
[[nodiscard]] std::vector<SettingRow> all_settings(ReadTx& tx);
void put_setting(Tx& tx, const SettingRow& setting, const std::string& actor, UnixTime now);
void delete_setting(Tx& tx, std::string_view key);

[[nodiscard]] std::optional<UnixTime> clock_mark(ReadTx& tx);
void put_clock_mark(Tx& tx, UnixTime at, bool by_operator);

struct AuditRow
{
    UnixTime at;
    std::string actor, action, entity, entity_id, detail;
    std::string key_id; // of the key that made its hash
    std::string peer;   // from where; empty: this box itself
};
[[nodiscard]] std::string last_audit_hash(ReadTx& tx); // 32 zero bytes before the first
[[nodiscard]] std::int64_t last_audit_id(ReadTx& tx);  // 0 before the first
void insert_audit(Tx& tx, const AuditRow& row, const std::string& prev_hash,
                  const std::string& hash);

} // namespace mnara::storage
