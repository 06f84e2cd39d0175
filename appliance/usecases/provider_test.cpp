#include "usecases/provider_test.hpp"

#include "usecases/audit.hpp"
#include "usecases/settings.hpp"
#include "usecases/trusted_time.hpp"

#include <fmt/format.h>

namespace mnara::usecases {

namespace {

constexpr Seconds kClockMayDiffer{300};

struct Asked
{
    Result<MpesaAccount, std::string> account;
    bool clock_suspect = false;
};

bool holds(const std::string& text, const char* words)
{
    return text.find(words) != std::string::npos;
}

ProviderVerdict clock_is_off(const std::string& how)
{
    return {"clock", "The clock of this box is wrong" + how +
                         ". Set it (or let NTP set it), then run: mnara clock accept."};
}

ProviderVerdict verdict_of(const ProviderError& error, const std::string& host, bool clock_suspect)
{
    if (error.code == "tls" && (clock_suspect || holds(error.text, "is the clock right")))
        return clock_is_off(", so that M-Pesa's certificate cannot be judged");
    if (error.code == "tls")
        return {"certificate", "Whoever answers at " + host +
                                   " cannot prove to be M-Pesa. Something between this box and the "
                                   "internet may be listening in. (" +
                                   error.text + ")"};
    if (error.code == "address")
        return {"refused", "mpesa.base_url is no address. Correct it in the settings."};
    if (error.code == "connection")
        return {"no_network", "No connection to " + host +
                                  ". Check that this box has internet and can look up names. (" +
                                  error.text + ")"};
    if (error.code == "timeout")
        return {"no_answer", "M-Pesa did not answer in time. The internet line may be slow or "
                             "broken, or M-Pesa may be down. Try again in a few minutes."};
    if (error.code == "rate limit")
        return {"busy", "Too many requests to M-Pesa are waiting already. Try again in a minute."};
    if (error.our_configuration || error.code == "http 400" || error.code == "http 401" ||
        error.code == "http 403")
        return {"wrong_key", "M-Pesa refused the consumer key or the consumer secret. Copy both "
                             "again from the app in the Daraja portal, and check that "
                             "mpesa.environment (sandbox or production) is the app's. (" +
                                 error.text + ")"};
    return {"refused", "M-Pesa answered, but gave no access. " + error.text};
}

ProviderVerdict ask(const Context& context, PaymentProvider& provider, const Asked& asked)
{
    if (!asked.account)
        return {"not_configured", asked.account.error()};
    const MpesaAccount& account = *asked.account;
    const auto tried = provider.try_credentials(account);
    if (!tried)
        return verdict_of(tried.error(), account.base_url, asked.clock_suspect);
    if (*tried) {
        const Seconds off = context.clock.now() - **tried;
        if (off > kClockMayDiffer || off < -kClockMayDiffer)
            return clock_is_off(fmt::format(": it is {} minutes {} M-Pesa's",
                                            std::abs(off.count()) / 60,
                                            off > Seconds{0} ? "ahead of" : "behind"));
    }
    return {"works", "M-Pesa took the consumer key and secret. (The passkey is tried by the first "
                     "payment request.)"};
}

} // namespace

ProviderVerdict test_mpesa(const Context& context, PaymentProvider& provider,
                           const std::string& actor)
{
    const Asked asked = context.db.read([&](storage::ReadTx& tx) {
        return Asked{mpesa_account(tx, context.keys), trusted_time(tx, context.clock).suspect};
    });
    ProviderVerdict verdict = ask(context, provider, asked);
    context.db.write([&](storage::Tx& tx) {
        audit(tx, context, actor, "tested", "provider", 0,
              audit_fields({{"provider", asked.account ? asked.account->provider : "mpesa"},
                            {"result", verdict.reason}}));
    });
    return verdict;
}

} // namespace mnara::usecases
