// Staff logins, their tokens (cookies of browsers, tokens of programs, one-time links) and the
// record of every try to sign in. Tokens are stored as hashes only.
#pragma once

#include "storage/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage {

struct OperatorRow
{
    OperatorId id;
    std::string login, full_name, role;
    std::optional<std::string> password_hash;
};
// Nothing where the login is taken.
[[nodiscard]] std::optional<OperatorId> insert_operator(Tx& tx, const OperatorRow& row,
                                                        UnixTime now);
// Disabled operators are not found.
[[nodiscard]] std::optional<OperatorRow> find_operator(ReadTx& tx, const std::string& login);

struct TokenRow
{
    std::string token_hash;
    OperatorId operator_id;
    std::string kind; // 'cookie', 'token' or 'link'
    std::optional<std::string> csrf_token;
    std::string peer;
    std::optional<std::string> user_agent;
    std::optional<UnixTime> valid_until;
};
void insert_token(Tx& tx, const TokenRow& row, UnixTime now);

struct TokenOwner
{
    OperatorRow owner;
    std::string kind, csrf_token;
    UnixTime last_seen_at;
};
// Who holds that token now; nothing where it was revoked, is over, or the operator is disabled.
[[nodiscard]] std::optional<TokenOwner> find_token(ReadTx& tx, const std::string& token_hash,
                                                   UnixTime now);
void touch_token(Tx& tx, const std::string& token_hash, UnixTime now, UnixTime valid_until);
void revoke_token(Tx& tx, const std::string& token_hash, UnixTime now);

void insert_sign_in(Tx& tx, const std::string& who, const std::string& peer,
                    const std::string& user_agent, const std::string& outcome, UnixTime now);
// The times of the wrong tries in [since, now], oldest first.
[[nodiscard]] std::vector<UnixTime> wrong_tries_of_login(ReadTx& tx, const std::string& login,
                                                         UnixTime since, UnixTime now);
[[nodiscard]] std::vector<UnixTime> wrong_tries_of_peer(ReadTx& tx, const std::string& peer,
                                                        UnixTime since, UnixTime now);

} // namespace mnara::storage
