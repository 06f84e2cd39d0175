// Who did what, in the same transaction as the deed. Each row carries a keyed hash over itself and
// the row before, so an edited or missing row shows.
#pragma once

#include "usecases/context.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace mnara::usecases {

// The facts beside the deed, without secrets: {{"login", "jane"}, {"amount_cents", 5000}}. As JSON,
// so that a screen can make a sentence of them in its own language.
using AuditFields = std::vector<std::pair<std::string, std::variant<std::string, std::int64_t>>>;
[[nodiscard]] std::string audit_fields(const AuditFields& fields);

// From where is what the context says. `detail`: audit_fields, or words without secrets.
void audit(storage::Tx& tx, const Context& context, const std::string& actor,
           const std::string& action, const std::string& entity, std::int64_t entity_id,
           const std::string& detail);

// The id of the last row; 0 before the first.
[[nodiscard]] std::int64_t last_audit(storage::ReadTx& tx);

} // namespace mnara::usecases
