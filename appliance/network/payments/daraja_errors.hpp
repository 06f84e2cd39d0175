// What a refusal by Daraja means. Its error codes are shared by unlike causes, so code and message
// are judged together, and whatever is not known is Unknown: a push must never be taken for "not
// done" on a guess, because the second one would be a second debit. Pure.
#pragma once

#include "usecases/ports.hpp"

#include <string_view>

namespace mnara::network {

struct DarajaFailure
{
    // What the client does about it before anybody else hears of it.
    enum class Meaning {
        Plain,
        TokenRefused, // fetch a new access token and ask again, once
        NoApiProduct, // the app has the other version of this API
        AlreadyRegistered,
        StillProcessing // a query came too early
    };
    usecases::ProviderError error;
    Meaning meaning = Meaning::Plain;
};

// Reads an answer that is not the success it should be: the error envelope {"errorCode",
// "errorMessage"}, or anything else a gateway sends. A code is believed only where it agrees with
// the HTTP status.
[[nodiscard]] DarajaFailure read_failure(int http_status, std::string_view body);

} // namespace mnara::network
