#include "storage/idempotency_store.hpp"

namespace mnara::storage {

std::optional<KeptAnswer> find_kept_answer(ReadTx& tx, const std::string& actor,
                                           const std::string& key_hash)
{
    Query q = tx.query("SELECT request_hash, response_status, response_body FROM idempotency_key "
                       "WHERE actor = ?1 AND key = ?2",
                       actor, key_hash);
    if (!q.step())
        return std::nullopt;
    return KeptAnswer{q.get<std::string>(0), q.get<int>(1), q.get<std::string>(2)};
}

void keep_answer(Tx& tx, const std::string& actor, const std::string& key_hash,
                 const KeptAnswer& answer, UnixTime now)
{
    tx.run("INSERT INTO idempotency_key(actor, key, request_hash, response_status, response_body, "
           "created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
           actor, key_hash, Blob{answer.request_hash}, answer.status, answer.body, now);
}

} // namespace mnara::storage
