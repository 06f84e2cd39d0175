// What the payment provider sends and answers. The first byte chooses which it is taken for.
#include "fuzz/check.hpp"
#include "network/payments/daraja_messages.hpp"
#include "network/payments/daraja_requests.hpp"

namespace {

using namespace mnara;

void read_callback(std::string_view body)
{
    const auto callback = network::parse_stk_callback(body);
    if (!callback) {
        ENSURE(!callback.error().empty());
        return;
    }
    ENSURE(!callback->checkout_id.empty() && !callback->result_code.empty());
    // Amount and receipt may be missing: the amount is then the one that was asked for.
    if (callback->amount)
        ENSURE(callback->result_code == "0" && callback->amount->cents() > 0);
    if (callback->receipt)
        ENSURE(callback->result_code == "0" && !callback->receipt->empty());
}

void read_c2b(std::string_view body)
{
    const auto notification = network::parse_c2b(body);
    if (!notification) {
        ENSURE(!notification.error().empty());
        return;
    }
    ENSURE(!notification->receipt.empty() && notification->amount.cents() > 0);
}

void read_answer(unsigned kind, int status, std::string_view body)
{
    switch (kind) {
    case 0:
        if (const auto token = network::read_token_answer(status, body))
            ENSURE(!token->text.empty());
        break;
    case 1:
        if (const auto accepted = network::read_push_answer(status, body))
            ENSURE(!accepted->checkout_id.empty());
        break;
    case 2:
        if (const auto answer = network::read_query_answer(status, body, "ws_CO_1"))
            ENSURE(!answer->result_code.empty());
        break;
    default:
        (void)network::read_register_answer(status, body);
        break;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    constexpr int kStatuses[] = {200, 400, 401, 404, 429, 500, 503};
    const unsigned first = data[0];
    const std::string_view body = fuzz::text_of(data + 1, size - 1);
    if (first == 's')
        read_callback(body);
    else if (first == 'c')
        read_c2b(body);
    else
        read_answer(first % 4, kStatuses[first / 4 % std::size(kStatuses)], body);
    return 0;
}
