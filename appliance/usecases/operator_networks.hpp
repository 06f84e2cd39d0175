// The networks operators may come from. An empty list is everywhere. Whoever locked himself out
// asks on the box: mnara operator allow-list --clear.
#pragma once

#include "core/result.hpp"
#include "usecases/context.hpp"

#include <string>
#include <vector>

namespace mnara::usecases {

[[nodiscard]] bool is_allowed_address(storage::ReadTx& tx, const std::string& peer);

enum class AllowListError { BadNetwork, TooMany, WouldLockOut };
struct AllowListRefusal
{
    AllowListError why;
    std::string network; // the bad one
};
// Replaces the list by "196.201.0.0/16", "2001:db8::/32", "10.0.0.7" and the like. Where whoever
// asks would be off it, nothing is changed unless `confirmed`.
Result<Done, AllowListRefusal> set_allow_list(storage::Tx& tx, const Context& context,
                                              const std::vector<std::string>& wanted,
                                              bool confirmed, const std::string& actor);

} // namespace mnara::usecases
