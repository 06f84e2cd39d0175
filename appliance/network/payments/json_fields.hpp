// Reading members of a provider's JSON, whose spelling and types wander: names are compared without
// regard to case, and a number serves where a text is documented, and the other way round.
#pragma once

#include "core/json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mnara::network {

// The member of that name; the exact spelling wins over another case. Nothing where `object` is not
// an object or has none.
[[nodiscard]] const Json* find_field(const Json& object, std::string_view name);

// A member that is a text or an integer, as text: control characters become spaces, spaces at both
// ends go. Nothing where it is absent, null, or of another type.
[[nodiscard]] std::optional<std::string> text_field(const Json& object, std::string_view name);

} // namespace mnara::network
