// "Test now": whether the credentials in the settings work, and if not, why, in plain words.
#pragma once

#include "usecases/context.hpp"
#include "usecases/ports.hpp"

namespace mnara::usecases {

struct ProviderVerdict
{
    // "works", "not_configured", "wrong_key", "no_network", "no_answer", "clock", "certificate",
    // "refused", "busy"
    std::string reason;
    std::string detail; // a sentence: what is wrong and what to do
    [[nodiscard]] bool works() const { return reason == "works"; }
};
// Calls the provider and waits: never inside a transaction. Writes the outcome to the audit log.
[[nodiscard]] ProviderVerdict test_mpesa(const Context& context, PaymentProvider& provider,
                                         const std::string& actor);

} // namespace mnara::usecases
