// The price list. A change of price or speed is a new version; what was bought stays what it was.
#pragma once

#include "core/result.hpp"
#include "domain/plan.hpp"
#include "usecases/context.hpp"

namespace mnara::usecases {

enum class PlanError { CodeTaken, UnknownPlan, BadPlan };
// `plan.current` holds the facts; its ids and version number are given here.
Result<domain::Plan, PlanError> add_plan(storage::Tx& tx, const Context& context, domain::Plan plan,
                                         const std::string& actor);
Result<domain::Plan, PlanError> add_plan_version(storage::Tx& tx, const Context& context,
                                                 const std::string& code,
                                                 domain::PlanVersion version,
                                                 const std::string& actor);
// Off sale it is renewed by those who have it, and chosen by nobody else.
Result<domain::Plan, PlanError> put_plan_on_sale(storage::Tx& tx, const Context& context,
                                                 const std::string& code, bool on_sale,
                                                 const std::string& actor);

} // namespace mnara::usecases
