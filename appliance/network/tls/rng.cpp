#include "network/tls/rng.hpp"

#include "network/tls/error.hpp"
#include "network/tls/owned.hpp"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <string_view>

namespace mnara::network::tls {

struct Rng::State
{
    Owned<mbedtls_entropy_context, mbedtls_entropy_init, mbedtls_entropy_free> entropy;
    Owned<mbedtls_ctr_drbg_context, mbedtls_ctr_drbg_init, mbedtls_ctr_drbg_free> drbg;
};

Rng::Rng() : state_(std::make_unique<State>())
{
    constexpr std::string_view kOwnName = "mnara tls";
    require(mbedtls_ctr_drbg_seed(state_->drbg.get(), mbedtls_entropy_func, state_->entropy.get(),
                                  reinterpret_cast<const unsigned char*>(kOwnName.data()),
                                  kOwnName.size()),
            "no randomness for TLS");
}

Rng::~Rng() = default;

int Rng::fill(void* self, unsigned char* out, std::size_t size)
{
    return mbedtls_ctr_drbg_random(static_cast<State*>(self)->drbg.get(), out, size);
}

} // namespace mnara::network::tls
