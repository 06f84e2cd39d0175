// Reads the fields of a JSON body one by one and remembers the first thing that is wrong, so that a
// handler reads all it needs and asks once. A field nobody asked for is an error: a misspelt
// amount_cents must not turn into "the full price".
#pragma once

#include "core/json.hpp"
#include "core/money.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mnara::http {

class Fields
{
public:
    explicit Fields(const Json& body);

    [[nodiscard]] std::string text(std::string_view name);
    [[nodiscard]] std::optional<std::string> optional_text(std::string_view name);
    [[nodiscard]] std::vector<std::string> texts(std::string_view name);
    [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t min = kMin,
                                       std::int64_t max = kMax);
    [[nodiscard]] std::optional<std::int64_t>
    optional_integer(std::string_view name, std::int64_t min = kMin, std::int64_t max = kMax);
    [[nodiscard]] std::optional<std::vector<std::int64_t>> optional_integers(std::string_view name);
    [[nodiscard]] std::optional<bool> optional_boolean(std::string_view name);
    // Says by itself what is wrong with a field.
    void refuse(std::string_view name, std::string_view why);

    // What was wrong, or which field nobody knows, as a 422; nothing where all is well.
    [[nodiscard]] std::optional<Reply> trouble();

private:
    static constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
    static constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

    // Nothing where it is missing or null.
    [[nodiscard]] const Json* find(std::string_view name);

    const Json& body_;
    std::set<std::string, std::less<>> known_;
    std::string wrong_; // the first
};

} // namespace mnara::http
