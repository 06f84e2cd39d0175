#include "network/tls/error.hpp"

#include <array>
#include <fmt/format.h>
#include <mbedtls/error.h>

namespace mnara::network::tls {

std::string words(int code)
{
    std::array<char, 160> text{};
    mbedtls_strerror(code, text.data(), text.size());
    return fmt::format("{} (-0x{:04x})", text.data(), static_cast<unsigned>(-code));
}

void require(int code, const char* what)
{
    if (code < 0)
        throw TlsError(fmt::format("{}: {}", what, words(code)));
}

} // namespace mnara::network::tls
