// Answers kept for requests that may come again under the same Idempotency-Key.
#pragma once

#include "storage/database.hpp"

#include <optional>
#include <string>

namespace mnara::storage {

// `key_hash`: of the Idempotency-Key, 64 hex digits.
struct KeptAnswer
{
    std::string request_hash; // 32 bytes
    int status = 0;
    std::string body;
};
[[nodiscard]] std::optional<KeptAnswer> find_kept_answer(ReadTx& tx, const std::string& actor,
                                                         const std::string& key_hash);
void keep_answer(Tx& tx, const std::string& actor, const std::string& key_hash,
                 const KeptAnswer& answer, UnixTime now);

} // namespace mnara::storage
