#include "jobs/money_jobs.hpp"

#include "usecases/attempts.hpp"
#include "usecases/billing.hpp"
#include "usecases/inbox.hpp"
#include "usecases/settings.hpp"

namespace mnara::jobs {

namespace {

using usecases::ProviderError;

constexpr std::size_t kDescriptionMax = 13; // of a prompt (payments.md 1.3)

Result<usecases::MpesaAccount, ProviderError> account_of(const usecases::Context& context,
                                                         const std::string& provider)
{
    auto account = context.db.read(
        [&](storage::ReadTx& tx) { return usecases::mpesa_account(tx, context.keys); });
    if (!account)
        return refuse(
            ProviderError{ProviderError::Kind::Refused, "settings", account.error(), true});
    if (account->provider != provider)
        return refuse(ProviderError{ProviderError::Kind::Refused, "environment",
                                    "Sandbox and production were switched meanwhile", true});
    return *account;
}

std::string isp_name(const usecases::Context& context)
{
    return context.db.read([](storage::ReadTx& tx) { return usecases::setting(tx, "isp.name"); })
        .substr(0, kDescriptionMax);
}

} // namespace

Job inbox_job(const usecases::Context& context, const usecases::PaymentProvider& provider)
{
    const auto step = [&context, &provider] {
        try {
            return usecases::process_next_message(context, provider);
        } catch (const storage::StorageError& error) {
            if (!error.is_constraint())
                throw; // disk trouble: the message waits
            usecases::set_oldest_message_aside(context, error.what());
            return true;
        } catch (const std::bad_alloc&) {
            throw;
        } catch (const std::exception& error) { // a bug of ours would come back with every step
            usecases::set_oldest_message_aside(context, error.what());
            return true;
        }
    };
    return {"inbox", step, Millis{1000}, {"inbox"}, 1};
}

Job push_job(const usecases::Context& context, usecases::PaymentProvider& provider,
             std::string callback_base)
{
    const auto step = [&context, &provider, base = std::move(callback_base)] {
        const auto claimed = usecases::claim_push(context);
        if (!claimed)
            return false;
        const auto& attempt = claimed->attempt;
        const auto account = account_of(context, attempt.provider);
        if (!account) {
            usecases::settle_push(context, attempt.id, refuse(account.error()));
            return true;
        }
        usecases::settle_push(
            context, attempt.id,
            provider.push(*account,
                          {attempt.amount, attempt.phone, attempt.reference, isp_name(context),
                           base + "/cb/s/" + claimed->callback_token, context.clock.now()}));
        return true;
    };
    return {"push", step, Millis{1000}, {"payment_attempt"}, 2};
}

Job query_job(const usecases::Context& context, usecases::PaymentProvider& provider)
{
    const auto step = [&context, &provider] {
        const auto attempt = usecases::claim_query(context);
        if (!attempt)
            return false;
        const auto account = account_of(context, attempt->provider);
        if (!account)
            return true; // asked again when the settings are back
        usecases::settle_query(
            context, *attempt,
            provider.query(*account, *attempt->checkout_id, context.clock.now()));
        return true;
    };
    return {"query", step, Millis{1000}, {"payment_attempt"}, 2};
}

Job deferred_purchase_job(const usecases::Context& context)
{
    return {"deferred_purchase",
            [&context] { return usecases::buy_next_deferred_term(context); },
            Millis{5000},
            {},
            1};
}

} // namespace mnara::jobs
