// The same key with the same request gets the stored answer; with another request it is refused.
// Runs inside the transaction of the write, so effect and answer become true together.
#pragma once

#include "core/result.hpp"
#include "usecases/context.hpp"

#include <functional>
#include <string>

namespace mnara::usecases {

struct StoredAnswer
{
    int status = 0;
    std::string body;
};
enum class IdempotencyError { OtherRequest };
// `request`: method, path and body. An answer of 5xx is not kept.
Result<StoredAnswer, IdempotencyError> once(storage::Tx& tx, UnixTime now, const std::string& actor,
                                            const std::string& key, const std::string& request,
                                            const std::function<StoredAnswer()>& run);

} // namespace mnara::usecases
