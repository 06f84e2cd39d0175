// The rows of a scope that has few of them. A list of these walked by id would go through the whole
// table to fill one page; where there are many, the walk meets a page of them soon.
#pragma once

#include "storage/listing/scope.hpp"
#include "storage/listing/sessions.hpp"

namespace mnara::storage::listing {

// A JSON list of ids below `behind`, perhaps of some outside of the scope or named twice, and in no
// order: to be asked with inside() all the same. Nothing where the scope is everything or has many.
[[nodiscard]] std::optional<std::string> few_payments(ReadTx& tx, const ReadScope& scope,
                                                      std::int64_t behind);
[[nodiscard]] std::optional<std::string> few_attempts(ReadTx& tx, const ReadScope& scope,
                                                      std::int64_t behind);
[[nodiscard]] std::optional<std::string> few_sessions(ReadTx& tx, const ReadScope& scope,
                                                      std::int64_t behind, bool open_only);
// Of everybody's open sessions, those that may be meant; nothing where they are many.
[[nodiscard]] std::optional<std::string> few_open_like(ReadTx& tx, const LookedSession& looked,
                                                       std::int64_t behind);

} // namespace mnara::storage::listing
