// JSON from strangers, read with limits, and quoting for what we write. Numbers with a fraction or
// an exponent, and integers beyond 64 bits, become their own source text as a string: money is
// never led through floating point (docs: Daraja sends 1500.00 as a number).
#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace mnara {

using Json = nlohmann::json;

struct JsonLimits
{
    std::size_t bytes_max = 65'536;
    std::size_t depth_max = 16;
    std::size_t values_max = 10'000;
};

// The error says in words what was wrong with the text. A key that comes twice in one object is an
// error: two readers could take different values from it.
[[nodiscard]] Result<Json, std::string> parse_json(std::string_view text,
                                                   const JsonLimits& limits = {});

// `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string json_quote(std::string_view text);

} // namespace mnara
