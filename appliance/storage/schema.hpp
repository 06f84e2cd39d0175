// The numbered scripts of storage/schema, in order, as they were built in.
#pragma once

#include <string_view>
#include <vector>

namespace mnara::storage {

[[nodiscard]] std::vector<std::string_view> main_schema();   // mnara.db
[[nodiscard]] std::vector<std::string_view> radius_schema(); // radius.db

} // namespace mnara::storage
