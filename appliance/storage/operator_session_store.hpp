// What stands for a signed-in operator: cookies of browsers, tokens of programs, one-time links;
// and the record of every try to sign in. Tokens are stored as hashes only.
#pragma once

#include "storage/operator_store.hpp"

namespace mnara::storage {

struct TokenRow
{
    std::string token_hash;
    OperatorId operator_id;
    std::string kind; // 'cookie', 'token' or 'link'
    std::optional<std::string> csrf_token;
    std::string peer;
    std::optional<std::string> user_agent, label;
    bool by_link = false;
    std::optional<UnixTime> valid_until;
};
std::int64_t insert_token(Tx& tx, const TokenRow& row, UnixTime now); // its number

struct TokenOwner
{
    OperatorRow owner;
    std::string kind, csrf_token;
    std::int64_t number = 0;
    bool by_link = false;
    UnixTime created_at, last_seen_at;
};
// Who holds that token now; nothing where it was revoked, is over, or the operator is disabled.
[[nodiscard]] std::optional<TokenOwner> find_token(ReadTx& tx, const std::string& token_hash,
                                                   UnixTime now);
void touch_token(Tx& tx, const std::string& token_hash, UnixTime now, UnixTime valid_until);
void revoke_token(Tx& tx, const std::string& token_hash, UnixTime now);
// False where there is none of that number, it is over, or (with an operator) it is another's.
[[nodiscard]] bool revoke_token(Tx& tx, std::int64_t number, std::optional<OperatorId> of,
                                UnixTime now);
// Cookies and links of that operator, but for the session `except`; how many they were.
int revoke_sessions(Tx& tx, OperatorId id, std::int64_t except, UnixTime now);
// Programs' tokens as well, whether the operator is enabled or not.
void revoke_everything(Tx& tx, OperatorId id, UnixTime now);

struct SessionOfOperator // one that still works
{
    std::int64_t number = 0;
    OperatorId operator_id;
    std::string login, kind, peer;
    std::optional<std::string> user_agent, label;
    UnixTime created_at, last_seen_at;
    std::optional<UnixTime> valid_until;
};
// Newest first; of one operator, or of all.
[[nodiscard]] std::vector<SessionOfOperator>
living_tokens(ReadTx& tx, const std::string& kind, std::optional<OperatorId> of, UnixTime now);

// outcome: 'ok', 'link', 'wrong', 'locked', 'second_factor' (password right, no code yet),
// 'wrong_code', 'not_allowed' (address), 'unlocked' (by a person).
void insert_sign_in(Tx& tx, const std::string& who, const std::string& peer,
                    const std::string& user_agent, const std::string& outcome, UnixTime now);
struct SignInTry
{
    UnixTime at;
    std::string peer, outcome;
    [[nodiscard]] bool is_right() const { return outcome == "ok" || outcome == "link"; }
};
// The right and wrong tries of a login in [since, now] and its unlockings, in the order they were
// written down.
[[nodiscard]] std::vector<SignInTry> tries_of_login(ReadTx& tx, const std::string& login,
                                                    UnixTime since, UnixTime now);
// The times of the wrong tries from an address, oldest first. Only an unlocking ends them, of the
// address or of the login that was tried: somebody with a login of his own must not clear his tries
// at others.
[[nodiscard]] std::vector<UnixTime> wrong_tries_of_peer(ReadTx& tx, const std::string& peer,
                                                        UnixTime since, UnixTime now);

} // namespace mnara::storage
