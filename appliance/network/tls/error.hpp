// What went wrong in TLS, in words.
#pragma once

#include <stdexcept>
#include <string>

namespace mnara::network::tls {

class TlsError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

// "SSL - The handshake failed (-0x6e00)", for a return code of mbedTLS.
[[nodiscard]] std::string words(int code);
// Throws TlsError with `what` and the words where `code` is below zero.
void require(int code, const char* what);

} // namespace mnara::network::tls
