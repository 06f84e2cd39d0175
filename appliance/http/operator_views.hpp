// How operators, their sessions and tries, and the audit log look in JSON.
#pragma once

#include "core/json.hpp"
#include "usecases/listing.hpp"
#include "usecases/operator_sessions.hpp"

namespace mnara::http::views {

[[nodiscard]] Json me(const usecases::Authenticated& who);
[[nodiscard]] Json staff(storage::ReadTx& tx, const usecases::listing::OperatorRow& row,
                         UnixTime now);
// `present`: the number of the session that asks; 0 where it is none of them.
[[nodiscard]] Json sessions_of(const std::vector<usecases::listing::SessionOfOperator>& rows,
                               std::int64_t present);
[[nodiscard]] Json program_token(const usecases::listing::SessionOfOperator& row);
[[nodiscard]] Json sign_in(const usecases::listing::SignInView& row);
// What was written down beside an act, by name.
[[nodiscard]] Json audit_fields(const std::string& detail);
[[nodiscard]] Json audit(const usecases::listing::AuditView& row);

} // namespace mnara::http::views
