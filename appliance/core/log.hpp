// The log: one JSON object a line, each with a stable message id that docs/log-messages.md
// explains. Handed in like the clock, whose time it stamps. Secrets and passwords never come here.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/money.hpp"

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace mnara {

class Log
{
public:
    enum class Level { Debug, Info, Warning, Error };

    // A named value. Text from outside is escaped, so no message can forge a line.
    struct Field
    {
        std::string_view name;
        std::variant<std::string_view, std::int64_t> value;

        Field(std::string_view n, std::string_view text) : name(n), value(text) {}
        Field(std::string_view n, const std::string& text) : name(n), value(std::string_view(text))
        {
        }
        Field(std::string_view n, const char* text) : name(n), value(std::string_view(text)) {}
        Field(std::string_view n, std::int64_t number) : name(n), value(number) {}
        Field(std::string_view n, int number) : name(n), value(std::int64_t{number}) {}
        Field(std::string_view n, Money amount) : name(n), value(amount.cents()) {}
        Field(std::string_view n, UnixTime at) : name(n), value(to_seconds(at)) {}
        template <class Tag> Field(std::string_view n, Id<Tag> id) : name(n), value(id.value) {}
    };
    using Fields = std::initializer_list<Field>;
    // Gets one finished line without the line feed; must be safe from many threads.
    using Sink = std::function<void(const std::string&)>;

    Log(const Clock& clock, Sink sink) : clock_(clock), sink_(std::move(sink)) {}

    void info(std::string_view id, std::string_view text, Fields fields = {}) const
    {
        write(Level::Info, id, text, fields);
    }
    void warning(std::string_view id, std::string_view text, Fields fields = {}) const
    {
        write(Level::Warning, id, text, fields);
    }
    void error(std::string_view id, std::string_view text, Fields fields = {}) const
    {
        write(Level::Error, id, text, fields);
    }
    void write(Level level, std::string_view id, std::string_view text, Fields fields) const;

private:
    const Clock& clock_;
    Sink sink_;
};

// One write(2) a line to stderr, so that lines of different threads do not mix.
[[nodiscard]] Log::Sink stderr_sink();

} // namespace mnara
