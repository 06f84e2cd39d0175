#include "usecases/inbox.hpp"

#include "core/crypto.hpp"
#include "storage/alert_store.hpp"
#include "storage/attempt_store.hpp"
#include "storage/inbox_store.hpp"
#include "usecases/payments.hpp"
#include "usecases/settings.hpp"

#include <array>
#include <fmt/format.h>

namespace mnara::usecases {

namespace {

constexpr int kRefusedKept = 1000;

constexpr std::array<std::string_view, 3> kKinds{"stk_callback", "c2b_confirmation",
                                                 "c2b_validation"};

std::string_view to_text(InboxKind kind)
{
    return kKinds[static_cast<std::size_t>(kind)];
}

Settled read_and_settle_stk(storage::Tx& tx, const Context& context,
                            const PaymentProvider& provider, const storage::InboxRow& message)
{
    const auto attempt = storage::find_attempt_by_token(tx, message.token_hash);
    if (!attempt)
        return {"refused", "no payment request has this callback address"};
    const auto callback = provider.parse_stk_callback(message.body);
    if (!callback)
        return {"unreadable", callback.error()};
    return settle_stk_callback(tx, context, *attempt, *callback);
}

Settled read_and_settle_c2b(storage::Tx& tx, const Context& context,
                            const PaymentProvider& provider, const storage::InboxRow& message)
{
    const auto feed = storage::find_provider_by_c2b_token(tx, message.token_hash);
    if (!feed)
        return {"refused", "this is not our callback address"};
    const auto notification = provider.parse_c2b(message.body);
    if (!notification)
        return {"unreadable", notification.error()};
    // The store number of a till and the till itself both occur as BusinessShortCode.
    const std::string ours = setting(tx, "mpesa.short_code");
    const std::string till = setting(tx, "mpesa.till");
    if (notification->short_code != ours && (till.empty() || notification->short_code != till))
        return {"not_ours",
                fmt::format("the money went to {}, which is not ours", notification->short_code)};
    return settle_c2b(tx, context, feed->code, *notification);
}

// Money may hide in a message that could not be worked on: a person must look.
void alert_unsettled(storage::Tx& tx, const Context& context, const storage::InboxRow& message,
                     const Settled& settled)
{
    storage::open_alert(
        tx, fmt::format("inbox:{}", message.id.value), "critical",
        fmt::format("A message of the payment provider could not be booked ({}). It is "
                    "kept as it came. Nothing was credited.",
                    settled.detail),
        context.clock.now());
}

} // namespace

InboxId receive_message(const Context& context, const ReceivedMessage& message)
{
    return context.db.write([&](storage::Tx& tx) {
        return storage::insert_inbox(tx, {{},
                                          std::string(to_text(message.kind)),
                                          crypto::hash(message.token),
                                          std::string(message.peer),
                                          std::string(message.headers),
                                          std::string(message.body),
                                          context.clock.now()});
    });
}

bool accepts_validation(const Context& context, std::string_view token)
{
    return context.db.read([&](storage::ReadTx& tx) {
        return storage::find_provider_by_c2b_token(tx, crypto::hash(token)).has_value();
    });
}

bool process_next_message(const Context& context, const PaymentProvider& provider)
{
    return context.db.write([&](storage::Tx& tx) {
        const auto message = storage::oldest_waiting_message(tx);
        if (!message)
            return false;
        Settled settled;
        if (message->kind == "stk_callback")
            settled = read_and_settle_stk(tx, context, provider, *message);
        else if (message->kind == "c2b_confirmation")
            settled = read_and_settle_c2b(tx, context, provider, *message);
        else
            settled = {"answered", "a validation books nothing"};
        if (settled.outcome == "unreadable" || settled.outcome == "not_ours")
            alert_unsettled(tx, context, *message, settled);
        storage::finish_message(tx, message->id, settled.outcome, settled.detail,
                                context.clock.now());
        if (settled.outcome == "refused")
            storage::keep_newest_refused(tx, kRefusedKept);
        context.log.info("inbox.processed", settled.detail,
                         {{"inbox_id", message->id}, {"outcome", settled.outcome}});
        return true;
    });
}

void set_oldest_message_aside(const Context& context, const std::string& why)
{
    context.db.write([&](storage::Tx& tx) {
        const auto message = storage::oldest_waiting_message(tx);
        if (!message)
            return;
        const Settled settled{"unreadable", why};
        alert_unsettled(tx, context, *message, settled);
        storage::finish_message(tx, message->id, settled.outcome, settled.detail,
                                context.clock.now());
        context.log.error("inbox.set_aside", why, {{"inbox_id", message->id}});
    });
}

} // namespace mnara::usecases
