// Daraja's access tokens, one per app. A new token ends the one before, so all threads must share
// one: while one thread fetches, the others wait for its result, be it a token or an error.
#pragma once

#include "core/clock.hpp"
#include "core/result.hpp"
#include "network/payments/daraja_requests.hpp"
#include "usecases/ports.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace mnara::network {

struct HeldToken
{
    std::string text;
    std::uint64_t number = 0; // of the fetch it came from; never 0
};

class AccessTokens
{
public:
    using Answer = Result<HeldToken, usecases::ProviderError>;
    using Fetch = std::function<Result<AccessToken, usecases::ProviderError>()>;

    explicit AccessTokens(const Clock& clock) : clock_(clock) {}

    // For `refused_number`: whatever token there is, a new one is fetched.
    static constexpr std::uint64_t kAnyNumber = ~std::uint64_t{0};

    // The token of that account's app; calls `fetch` where there is none that still lives, or where
    // it is the one with `refused_number`. Errors are not kept: the next call fetches again.
    [[nodiscard]] Answer get(const usecases::MpesaAccount& account, const Fetch& fetch,
                             std::uint64_t refused_number = 0);

private:
    struct App
    {
        std::mutex mutex;
        std::condition_variable fetched;
        bool fetching = false;
        std::uint64_t fetches = 0; // that have ended
        std::optional<Answer> last;
        Millis until{0}; // monotonic; when `last` must not be used any more
    };
    App& app_of(const usecases::MpesaAccount& account);
    Answer fetch_for(App& app, std::unique_lock<std::mutex>& lock, const Fetch& fetch);

    const Clock& clock_;
    std::mutex mutex_;                // guards the map, not the apps in it
    std::map<std::string, App> apps_; // by a hash of address and credentials
};

} // namespace mnara::network
