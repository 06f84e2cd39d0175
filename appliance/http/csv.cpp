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

std::string csv_line(const std::vector<Json>& cells)
{
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i)
        text += (i == 0 ? "" : ",") + cell(cells[i]);
    return text + "\r\n";
}

std::string csv_text(const std::vector<std::string>& fields, const Json& rows)
{
    std::string text = csv_line({fields.begin(), fields.end()});
    for (const Json& row : rows) {
        std::vector<Json> cells;
        cells.reserve(fields.size());
        for (const std::string& field : fields)
            cells.push_back(row.at(field));
        text += csv_line(cells);
    }
    return text;
}

Reply csv_file(std::string_view file, std::string text)
{
    return {200,
            std::move(text),
            "text/csv; charset=utf-8",
            {{"Content-Disposition", "attachment; filename=\"" + std::string(file) + ".csv\""}}};
}

Reply csv_reply(std::string_view file, const std::vector<std::string>& fields, const Json& rows)
{
    return csv_file(file, csv_text(fields, rows));
}

} // namespace mnara::http
