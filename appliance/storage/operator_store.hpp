// Staff logins, the sites they are limited to, their second factors and recovery codes, and the
// networks operators may come from. Sessions: operator_session_store.hpp.
#pragma once

#include "storage/database.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mnara::storage {

struct OperatorRow
{
    OperatorId id;
    std::string login, full_name, role;
    std::optional<std::string> password_hash;
    std::vector<SiteId> sites; // none: all
    std::optional<SecretId> totp_secret_id;
    bool totp_confirmed = false;
    std::int64_t totp_last_step = 0;
    UnixTime created_at;
    std::optional<UnixTime> disabled_at;
};
// Nothing where the login is taken.
[[nodiscard]] std::optional<OperatorId> insert_operator(Tx& tx, const OperatorRow& row,
                                                        UnixTime now);
// By login disabled operators are not found; by id they are.
[[nodiscard]] std::optional<OperatorRow> find_operator(ReadTx& tx, const std::string& login);
[[nodiscard]] std::optional<OperatorRow> find_operator(ReadTx& tx, OperatorId id);
[[nodiscard]] std::vector<OperatorRow> all_operators(ReadTx& tx); // by id
// Writes full name, role, password, second factor and disabled_at.
void update_operator(Tx& tx, const OperatorRow& row, UnixTime now);
[[nodiscard]] bool is_site(ReadTx& tx, SiteId id);
void put_operator_sites(Tx& tx, OperatorId id, const std::vector<SiteId>& sites);
// Owners that are not disabled.
[[nodiscard]] int count_owners(ReadTx& tx);
// True once an owner was ever made, disabled since or not.
[[nodiscard]] bool had_owner(ReadTx& tx);

void put_recovery_codes(Tx& tx, OperatorId id, const std::vector<std::string>& hashes);
// False where there is no such code, or it was used.
[[nodiscard]] bool use_recovery_code(Tx& tx, OperatorId id, const std::string& hash, UnixTime now);
[[nodiscard]] int recovery_codes_left(ReadTx& tx, OperatorId id);

// True where the operator was not known to sign in from there.
[[nodiscard]] bool add_operator_place(Tx& tx, OperatorId id, const std::string& place,
                                      UnixTime now);
[[nodiscard]] std::set<std::string> operator_places(ReadTx& tx, const std::string& login);

struct OperatorNetworkRow
{
    std::string network, added_by;
    UnixTime added_at;
};
[[nodiscard]] std::vector<OperatorNetworkRow> operator_networks(ReadTx& tx);
void put_operator_networks(Tx& tx, const std::vector<OperatorNetworkRow>& rows);

} // namespace mnara::storage
