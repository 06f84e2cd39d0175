#include "network/payments/access_tokens.hpp"

#include "core/crypto.hpp"

#include <algorithm>

namespace mnara::network {

namespace {

// A token is given up early, so that it does not end on its way to the provider.
constexpr Millis kMargin{90'000};

Millis usable_for(Seconds lifetime)
{
    const Millis whole{lifetime};
    return whole - std::min(kMargin, whole / 2);
}

} // namespace

AccessTokens::App& AccessTokens::app_of(const usecases::MpesaAccount& account)
{
    const std::string key = crypto::hash(account.base_url + '\n' + account.consumer_key + '\n' +
                                         account.consumer_secret);
    const std::lock_guard lock(mutex_);
    return apps_[key];
}

AccessTokens::Answer AccessTokens::get(const usecases::MpesaAccount& account, const Fetch& fetch,
                                       std::uint64_t refused_number)
{
    App& app = app_of(account);
    std::unique_lock lock(app.mutex);
    if (app.fetching) {
        const std::uint64_t seen = app.fetches;
        app.fetched.wait(lock, [&] { return app.fetches != seen; });
        return *app.last;
    }
    if (app.last && app.last->has_value() && refused_number != kAnyNumber &&
        (*app.last)->number != refused_number && clock_.mono() < app.until)
        return *app.last;
    return fetch_for(app, lock, fetch);
}

AccessTokens::Answer AccessTokens::fetch_for(App& app, std::unique_lock<std::mutex>& lock,
                                             const Fetch& fetch)
{
    // Whatever happens, those who wait must be woken with an answer.
    Answer answer =
        refuse(usecases::ProviderError{usecases::ProviderError::Kind::NotDone, "no token",
                                       "Fetching an access token failed.", false});
    const auto finish = [&] {
        app.fetching = false;
        ++app.fetches;
        app.last = answer;
        app.fetched.notify_all();
    };
    app.fetching = true;
    lock.unlock();
    try {
        const auto fetched = fetch();
        lock.lock();
        if (fetched) {
            app.until = clock_.mono() + usable_for(fetched->lifetime);
            answer = HeldToken{fetched->text, app.fetches + 1};
        } else {
            answer = refuse(fetched.error());
        }
    } catch (...) {
        if (!lock.owns_lock())
            lock.lock();
        finish();
        throw;
    }
    finish();
    return answer;
}

} // namespace mnara::network
