// JSON of strangers: what is taken can be written and read again; quoting never breaks the text.
#include "core/json.hpp"
#include "fuzz/check.hpp"

#include <nlohmann/json.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::text_of(data, size);
    const auto read = mnara::parse_json(text);
    if (read) {
        const std::string written = read->dump(-1, ' ', true);
        // Escapes make the text longer, so only the limit of bytes may refuse it now.
        mnara::JsonLimits roomy;
        roomy.bytes_max = written.size();
        const auto again = mnara::parse_json(written, roomy);
        ENSURE(again && *again == *read);
    } else {
        ENSURE(!read.error().empty());
    }
    const auto quoted = mnara::parse_json(mnara::json_quote(text), {size * 6 + 2, 1, 1});
    ENSURE(quoted && quoted->is_string());
    return 0;
}
