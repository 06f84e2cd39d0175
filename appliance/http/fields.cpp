#include "http/fields.hpp"

#include "http/problem.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mnara::http {

namespace {

constexpr int kUnprocessable = 422;
constexpr std::size_t kTextMax = 4096;

// SQLite's text, and every later reader of C strings, would end there.
bool has_nul(const std::string& text)
{
    return text.find('\0') != std::string::npos;
}

} // namespace

Fields::Fields(const Json& body) : body_(body)
{
    if (!body.is_object())
        wrong_ = "The body must be a JSON object.";
}

const Json* Fields::find(std::string_view name)
{
    known_.emplace(name);
    if (!body_.is_object())
        return nullptr;
    const auto found = body_.find(std::string(name));
    return found == body_.end() || found->is_null() ? nullptr : &*found;
}

void Fields::refuse(std::string_view name, std::string_view why)
{
    if (wrong_.empty())
        wrong_ = fmt::format("{}: {}.", name, why);
}

std::optional<std::string> Fields::optional_text(std::string_view name)
{
    const Json* value = find(name);
    if (value == nullptr)
        return std::nullopt;
    // A number that came with a fraction is kept as text by parse_json; it is no text here either,
    // but every use of a text has a check of its own behind it.
    if (!value->is_string() || value->get_ref<const std::string&>().size() > kTextMax ||
        has_nul(value->get_ref<const std::string&>())) {
        refuse(name, "must be a text of at most 4096 bytes");
        return std::nullopt;
    }
    return value->get<std::string>();
}

std::string Fields::text(std::string_view name)
{
    auto value = optional_text(name);
    if (!value)
        refuse(name, "is missing");
    return value.value_or("");
}

std::vector<std::string> Fields::texts(std::string_view name)
{
    std::vector<std::string> all;
    const Json* value = find(name);
    if (value == nullptr)
        return all;
    if (!value->is_array()) {
        refuse(name, "must be a list of texts");
        return all;
    }
    for (const Json& one : *value) {
        if (!one.is_string() || has_nul(one.get_ref<const std::string&>())) {
            refuse(name, "must be a list of texts");
            return all;
        }
        all.push_back(one.get<std::string>());
    }
    return all;
}

std::optional<std::int64_t> Fields::optional_integer(std::string_view name, std::int64_t min,
                                                     std::int64_t max)
{
    const Json* value = find(name);
    if (value == nullptr)
        return std::nullopt;
    const bool fits =
        value->is_number_integer() &&
        !(value->is_number_unsigned() && value->get<std::uint64_t>() > std::uint64_t{INT64_MAX});
    if (!fits || value->get<std::int64_t>() < min || value->get<std::int64_t>() > max) {
        refuse(name, min == kMin ? "must be a whole number"
                                 : fmt::format("must be a whole number from {} to {}", min, max));
        return std::nullopt;
    }
    return value->get<std::int64_t>();
}

std::int64_t Fields::integer(std::string_view name, std::int64_t min, std::int64_t max)
{
    const auto value = optional_integer(name, min, max);
    if (!value)
        refuse(name, "is missing");
    return value.value_or(0);
}

std::optional<std::vector<std::int64_t>> Fields::optional_integers(std::string_view name)
{
    const Json* value = find(name);
    if (value == nullptr)
        return std::nullopt;
    std::vector<std::int64_t> all;
    const bool is_list =
        value->is_array() && std::all_of(value->begin(), value->end(), [&](const Json& one) {
            // Unsigned ones beyond 64 bits with a sign would turn into negative ones.
            if (!one.is_number_integer() ||
                (one.is_number_unsigned() && one.get<std::uint64_t>() > std::uint64_t{INT64_MAX}))
                return false;
            all.push_back(one.get<std::int64_t>());
            return true;
        });
    if (!is_list)
        refuse(name, "must be a list of whole numbers");
    return all;
}

std::optional<bool> Fields::optional_boolean(std::string_view name)
{
    const Json* value = find(name);
    if (value == nullptr)
        return std::nullopt;
    if (!value->is_boolean()) {
        refuse(name, "must be true or false");
        return std::nullopt;
    }
    return value->get<bool>();
}

std::optional<Reply> Fields::trouble()
{
    if (body_.is_object())
        for (const auto& [name, value] : body_.items())
            if (known_.find(name) == known_.end())
                refuse(name, "is not a field of this request");
    if (wrong_.empty())
        return std::nullopt;
    return problem(kUnprocessable, "bad_field", wrong_);
}

} // namespace mnara::http
