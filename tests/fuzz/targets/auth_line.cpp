// Lines of the reason log. Nobody's user name can make a second line or another verdict.
#include "fuzz/check.hpp"
#include "network/radius/auth_log.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view rest = fuzz::text_of(data, size);
    while (!rest.empty()) {
        const std::string_view line = fuzz::next_line(rest);
        const auto verdict = mnara::network::radius::parse_auth_line(line);
        if (!verdict)
            continue;
        ENSURE(mnara::to_seconds(verdict->at) >= 0);
        ENSURE(line.find(verdict->accepted ? " accept " : " reject ") != std::string_view::npos);
        ENSURE(verdict->username.size() <= line.size() && verdict->reason.size() <= line.size());
    }
    return 0;
}
