#include "core/log.hpp"

#include "core/json.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace mnara {

namespace {

const char* name_of(Log::Level level)
{
    switch (level) {
    case Log::Level::Debug:
        return "debug";
    case Log::Level::Info:
        return "info";
    case Log::Level::Warning:
        return "warning";
    case Log::Level::Error:
        return "error";
    }
    return "error";
}

std::string iso_time(Millis wall)
{
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    const std::chrono::year_month_day date{std::chrono::sys_days{day}};
    const std::chrono::hh_mm_ss time{wall - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count(),
                       time.subseconds().count());
}

} // namespace

void Log::write(Level level, std::string_view id, std::string_view text, Fields fields) const
{
    const Millis wall = clock_.wall();
    std::string line =
        fmt::format(R"({{"at":"{}","at_ms":{},"level":"{}","id":"{}","text":{})", iso_time(wall),
                    wall.count(), name_of(level), id, json_quote(text));
    for (const Field& field : fields) {
        line += fmt::format(R"(,"{}":)", field.name);
        if (const auto* quoted = std::get_if<std::string_view>(&field.value))
            line += json_quote(*quoted);
        else
            line += std::to_string(std::get<std::int64_t>(field.value));
    }
    line += '}';
    sink_(line);
}

Log::Sink stderr_sink()
{
    return [](const std::string& line) {
        const std::string whole = line + '\n';
        // A log that cannot be written must not stop the money; there is nowhere to report it.
        [[maybe_unused]] const auto written = ::write(STDERR_FILENO, whole.data(), whole.size());
    };
}

} // namespace mnara
