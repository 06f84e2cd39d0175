#include "usecases/idempotency.hpp"

#include "core/crypto.hpp"
#include "storage/idempotency_store.hpp"

namespace mnara::usecases {

namespace {

constexpr int kFirstServerError = 500;

} // namespace

Result<StoredAnswer, IdempotencyError> once(storage::Tx& tx, UnixTime now, const std::string& actor,
                                            const std::string& key, const std::string& request,
                                            const std::function<StoredAnswer()>& run)
{
    // Of key and request nothing is kept that could be guessed back: a request may hold a password.
    const std::string key_hash = crypto::to_hex(crypto::hash(key));
    const std::string request_hash = crypto::hash(key + '\n' + request);
    // The one write connection makes this look-up and the insert below one step: of two requests
    // with the same key at the same moment the second finds the answer of the first.
    if (const auto kept = storage::find_kept_answer(tx, actor, key_hash)) {
        if (!crypto::equal(kept->request_hash, request_hash))
            return refuse(IdempotencyError::OtherRequest);
        return StoredAnswer{kept->status, kept->body};
    }
    StoredAnswer answer = run();
    // A failure of ours must not become the answer for ever.
    if (answer.status < kFirstServerError)
        storage::keep_answer(tx, actor, key_hash, {request_hash, answer.status, answer.body}, now);
    return answer;
}

} // namespace mnara::usecases
