// The last verdict for each username, and how far the reason log has been read.
#pragma once

#include "storage/database.hpp"

#include <optional>
#include <string>

namespace mnara::storage {

struct AuthVerdictRow
{
    std::string username;
    UnixTime at;
    bool accepted = false;
    std::string reason; // in words; may be empty
    std::string router; // its name in radius.db
    std::optional<std::string> calling_station;
};
// Counts it; the words stay those of the latest verdict. True where the username is a new one.
bool count_auth_verdict(Tx& tx, const AuthVerdictRow& verdict);

// Beside the last verdict a name: every try, the last `keep` of them.
void note_auth_attempt(Tx& tx, const AuthVerdictRow& verdict);
void prune_auth_attempts(Tx& tx, int keep);

// Strangers choose usernames, so beyond `keep` the oldest of those that are no line of ours go.
void prune_auth_results(Tx& tx, int keep);

struct AuthLogMark
{
    std::int64_t inode = 0;
    std::int64_t offset = 0; // bytes
};
[[nodiscard]] std::optional<AuthLogMark> auth_log_mark(ReadTx& tx);
void put_auth_log_mark(Tx& tx, const AuthLogMark& mark);

} // namespace mnara::storage
