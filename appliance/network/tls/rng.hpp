// mbedTLS's random numbers: CTR_DRBG, seeded by the system. One for each long-lived owner of keys
// or connections; safe from many threads (Debian builds mbedTLS with locks).
#pragma once

#include <memory>

namespace mnara::network::tls {

class Rng
{
public:
    Rng(); // throws TlsError where the system has no randomness
    ~Rng();
    Rng(const Rng&) = delete;
    Rng& operator=(const Rng&) = delete;

    // As mbedTLS takes them: int (*)(void*, unsigned char*, size_t) and its first argument.
    static int fill(void* self, unsigned char* out, std::size_t size);
    [[nodiscard]] void* state() const { return state_.get(); }

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mnara::network::tls
