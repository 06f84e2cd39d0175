#include "http/csv.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http {

namespace {

std::string cell(const Json& value)
{
    if (value.is_null())
        return "";
    if (!value.is_string())
        return value.dump();
    auto text = value.get<std::string>();
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
        text.insert(0, 1, '\'');
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"')
            quoted.push_back('"');
        quoted.push_back(c);
    }
    return quoted + '"';
}

} // namespace

std::string csv_text(const std::vector<std::string>& fields, const Json& rows)
{
    std::string text;
    const auto line = [&](auto cell_of) {
        for (std::size_t i = 0; i < fields.size(); ++i)
            text += (i == 0 ? "" : ",") + cell_of(fields[i]);
        text += "\r\n";
    };
    line([](const std::string& field) { return field; });
    for (const Json& row : rows)
        line([&](const std::string& field) { return cell(row.at(field)); });
    return text;
}

Reply csv_reply(std::string_view file, const std::vector<std::string>& fields, const Json& rows)
{
    return {200,
            csv_text(fields, rows),
            "text/csv; charset=utf-8",
            {{"Content-Disposition", "attachment; filename=\"" + std::string(file) + ".csv\""}}};
}

} // namespace mnara::http
