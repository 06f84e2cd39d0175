// Plans and their versions.
#pragma once

#include "domain/plan.hpp"
#include "storage/database.hpp"

#include <optional>
#include <vector>

namespace mnara::storage {

// The plan and its first version; false where the code is taken.
bool insert_plan(Tx& tx, domain::Plan& plan, UnixTime now);
// The next version becomes the current one; fills in its id and number.
void insert_plan_version(Tx& tx, domain::PlanVersion& version, UnixTime now);
void put_on_sale(Tx& tx, const std::string& code, bool on_sale);

[[nodiscard]] std::optional<domain::Plan> find_plan(ReadTx& tx, const std::string& code);
[[nodiscard]] std::optional<domain::PlanVersion> find_plan_version(ReadTx& tx, PlanVersionId id);
[[nodiscard]] std::vector<domain::Plan> all_plans(ReadTx& tx);

} // namespace mnara::storage
