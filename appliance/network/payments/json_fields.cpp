#include "network/payments/json_fields.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mnara::network {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string cleaned(std::string text)
{
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = ' ';
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string::npos)
        return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

} // namespace

const Json* find_field(const Json& object, std::string_view name)
{
    if (!object.is_object())
        return nullptr;
    const Json* other_case = nullptr;
    for (auto at = object.begin(); at != object.end(); ++at) {
        if (at.key() == name)
            return &*at;
        if (other_case == nullptr && same_name(at.key(), name))
            other_case = &*at;
    }
    return other_case;
}

std::optional<std::string> text_field(const Json& object, std::string_view name)
{
    const Json* value = find_field(object, name);
    if (value == nullptr)
        return std::nullopt;
    if (value->is_string())
        return cleaned(value->get<std::string>());
    if (value->is_number_integer())
        return value->dump();
    return std::nullopt;
}

} // namespace mnara::network
