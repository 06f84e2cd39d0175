// Who did what, in the same transaction as the deed. Each row carries a keyed hash over itself and
// the row before, so an edited or missing row shows.
#pragma once

#include "usecases/context.hpp"

#include <string>

namespace mnara::usecases {

// `detail`: words or JSON without secrets.
void audit(storage::Tx& tx, const Context& context, const std::string& actor,
           const std::string& action, const std::string& entity, std::int64_t entity_id,
           const std::string& detail);

} // namespace mnara::usecases
