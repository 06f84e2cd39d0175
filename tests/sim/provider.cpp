#include "sim/provider.hpp"

#include "core/crypto.hpp"
#include "domain/calendar.hpp"
#include "network/payments/daraja_messages.hpp"
#include "sim/trace.hpp"

#include <algorithm>

namespace sim {

namespace {

namespace usecases = mnara::usecases;
using usecases::ProviderError;

std::string shillings(Cents cents)
{
    const std::string rest = std::to_string(cents % 100);
    return std::to_string(cents / 100) + '.' + (rest.size() < 2 ? "0" + rest : rest);
}

std::string quoted(const std::string& name, const std::string& value)
{
    return '"' + name + "\":\"" + value + '"';
}

std::string item(const std::string& name, const std::string& value)
{
    return "{\"Name\":\"" + name + "\",\"Value\":" + value + "}";
}

} // namespace

Provider::Provider(Chance& chance, Faults& faults, Oracle& oracle, std::function<Stamp()> now,
                   std::function<void(const std::string&)> reach)
    : chance_(chance), faults_(faults), oracle_(oracle), now_(std::move(now)),
      reach_(std::move(reach)), phone_form_(static_cast<int>(chance.below(3)))
{
}

mnara::Result<usecases::PushAccepted, ProviderError>
Provider::push(const usecases::MpesaAccount&, const usecases::PushRequest& request)
{
    reach_("push:before");
    if (faults_.push_refused && chance_.one_in(4))
        return mnara::refuse(ProviderError{ProviderError::Kind::NotDone, "500.001.1001",
                                           "Unable to lock subscriber", false});
    const bool lost_on_the_way = faults_.push_answer_lost && chance_.one_in(8);
    if (lost_on_the_way)
        return mnara::refuse(
            ProviderError{ProviderError::Kind::Unknown, "connection", "reset", false});
    for (const auto& [id, prompt] : prompts_)
        if (prompt.reference == request.reference)
            violated("the push of " + request.reference + " was sent twice");

    Prompt prompt;
    prompt.checkout_id = "ws_CO_" + std::to_string(++made_);
    prompt.reference = request.reference;
    prompt.phone = request.phone;
    prompt.token = request.callback_url.substr(request.callback_url.rfind('/') + 1);
    prompt.amount = request.amount.cents();
    prompt.resolves_at = now_() + chance_.between(2, 55);
    static const std::vector<std::string> codes{"0",    "0",    "0", "0",   "0",
                                                "1032", "1037", "1", "2001"};
    prompt.result_code = chance_.pick(codes);
    const std::string id = prompt.checkout_id;
    prompts_[id] = prompt;
    pending_.push_back(id);
    ++open_prompts_;
    trace().add("  prompt " + id + " for " + prompt.reference + " on " + prompt.phone +
                ", will be " + prompt.result_code);
    if (faults_.callback_early && chance_.one_in(3)) {
        resolve(prompts_[id]);
        overtake();
    }
    reach_("push:after");
    if (faults_.push_answer_lost && chance_.one_in(4))
        return mnara::refuse(
            ProviderError{ProviderError::Kind::Unknown, "timeout", "no answer", false});
    return usecases::PushAccepted{id};
}

mnara::Result<usecases::QueryAnswer, ProviderError>
Provider::query(const usecases::MpesaAccount&, const std::string& checkout_id, mnara::UnixTime)
{
    reach_("query:before");
    const auto found = prompts_.find(checkout_id);
    const bool fails = faults_.query_errors && chance_.one_in(3);
    if (found == prompts_.end() || fails)
        return mnara::refuse(
            ProviderError{ProviderError::Kind::Unknown, "http 503", "not now", false});
    const Prompt& prompt = found->second;
    if (prompt.resolved && prompt.result_code == "0")
        oracle_.movements.at(prompt.receipt).told_by_query = true;
    reach_("query:after");
    if (!prompt.resolved)
        return usecases::QueryAnswer{"4999", "processing"};
    return usecases::QueryAnswer{prompt.result_code, "resolved"};
}

mnara::Result<mnara::Done, ProviderError>
Provider::register_urls(const usecases::MpesaAccount&, const std::string&, const std::string&)
{
    return mnara::Done{};
}

mnara::Result<mnara::domain::StkCallback, std::string>
Provider::parse_stk_callback(std::string_view body) const
{
    return mnara::network::parse_stk_callback(body);
}

mnara::Result<mnara::domain::C2bNotification, std::string>
Provider::parse_c2b(std::string_view body) const
{
    return mnara::network::parse_c2b(body);
}

void Provider::tick()
{
    std::vector<std::string> due;
    std::erase_if(pending_, [&](const std::string& id) {
        if (!prompts_[id].resolved && prompts_[id].resolves_at > now_())
            return false;
        due.push_back(id);
        return true;
    });
    for (const std::string& id : due)
        if (!prompts_[id].resolved)
            resolve(prompts_[id]);
}

std::optional<Stamp> Provider::next_event() const
{
    std::optional<Stamp> next;
    for (const std::string& id : pending_) {
        const Prompt& prompt = prompts_.at(id);
        if (!prompt.resolved && (!next || prompt.resolves_at < *next))
            next = prompt.resolves_at;
    }
    return next;
}

void Provider::resolve(Prompt& prompt)
{
    prompt.resolved = true;
    --open_prompts_;
    if (prompt.result_code == "0") {
        prompt.receipt = new_receipt();
        Movement movement;
        movement.receipt = prompt.receipt;
        movement.payer = prompt.phone;
        movement.amount = prompt.amount;
        movement.paid_at = now_();
        movement.attempt_reference = prompt.reference;
        for (const auto& [id, attempt] : oracle_.attempts)
            if (attempt.reference == prompt.reference)
                movement.owners.insert(attempt.subscriber);
        oracle_.movements[prompt.receipt] = movement;
        references_[prompt.receipt] = prompt.reference;
        trace().add("  " + prompt.receipt + " moves for " + prompt.reference);
        if (!faults_.c2b_off)
            post_c2b(movement, prompt.reference, chance_.between(0, 20));
    }
    post_callback(prompt);
}

void Provider::post_callback(const Prompt& prompt)
{
    ProviderMessage message;
    message.token = prompt.token;
    message.due = now_() + chance_.between(0, 10);
    message.body = "{\"Body\":{\"stkCallback\":{" +
                   quoted("CheckoutRequestID", prompt.checkout_id) +
                   ",\"ResultCode\":" + prompt.result_code + ',' + quoted("ResultDesc", "words");
    if (prompt.result_code == "0") {
        const bool altered = faults_.amount_altered && chance_.one_in(5);
        message.receipt = altered ? "" : prompt.receipt;
        message.body +=
            ",\"CallbackMetadata\":{\"Item\":[" +
            item("Amount", shillings(prompt.amount + (altered ? 10'000 : 0))) + ',' +
            item("MpesaReceiptNumber", '"' + prompt.receipt + '"') + "," + item("Balance", "null") +
            ',' + item("TransactionDate", mnara::domain::compact_time(mnara::unix_time(now_()))) +
            ',' + item("PhoneNumber", prompt.phone) + "]}";
    }
    message.body += "}}}";
    if (faults_.callback_lost && chance_.one_in(3))
        return;
    if (faults_.callback_late && chance_.one_in(4))
        message.due += chance_.between(60, 7200);
    messages_.push_back(message);
    if (faults_.callback_twice && chance_.one_in(3))
        send_again(message, chance_.between(0, 600));
}

void Provider::post_c2b(const Movement& movement, const std::string& reference, Stamp after)
{
    ProviderMessage message;
    message.is_stk = false;
    message.token = c2b_token;
    message.receipt = movement.receipt;
    message.due = now_() + after;
    message.body =
        "{" + quoted("TransactionType", "Pay Bill") + ',' + quoted("TransID", movement.receipt) +
        ',' + quoted("TransTime", mnara::domain::compact_time(mnara::unix_time(movement.paid_at))) +
        ',' + quoted("TransAmount", shillings(movement.amount)) + ',' +
        quoted("BusinessShortCode", kShortCode) + ',' + quoted("BillRefNumber", reference) + ',' +
        quoted("MSISDN", phone_as_sent(movement.payer)) + ',' + quoted("FirstName", "JANE") + "}";
    if (faults_.c2b_lost && chance_.one_in(3))
        return;
    messages_.push_back(message);
    if (faults_.callback_twice && chance_.one_in(3))
        send_again(message, chance_.between(0, 600));
}

void Provider::pay_by_hand(const std::string& phone, Cents amount, const std::string& reference,
                           const std::set<std::int64_t>& owners, bool guess)
{
    Movement movement;
    movement.receipt = new_receipt();
    movement.payer = phone;
    movement.amount = amount;
    movement.paid_at = now_();
    movement.owners = owners;
    movement.guess = guess;
    if (phone_form_ == 2 && reference.empty())
        movement.owners = {0}; // a mask names nobody
    oracle_.movements[movement.receipt] = movement;
    references_[movement.receipt] = reference;
    trace().add("  " + movement.receipt + " moves by hand, reference \"" + reference + "\"");
    post_c2b(movement, reference, chance_.between(0, 20));
}

std::optional<ProviderMessage> Provider::take_message()
{
    std::vector<std::size_t> due;
    for (std::size_t i = 0; i < messages_.size(); ++i)
        if (messages_[i].due <= now_())
            due.push_back(i);
    if (due.empty())
        return std::nullopt;
    const std::size_t which = faults_.messages_reordered ? chance_.pick(due) : due.front();
    ProviderMessage message = messages_[which];
    messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(which));
    return message;
}

void Provider::send_again(ProviderMessage message, Stamp after)
{
    message.due = now_() + after;
    messages_.push_back(std::move(message));
}

void Provider::resend_untold()
{
    for (const auto& [receipt, movement] : oracle_.movements) {
        const bool waits = std::any_of(messages_.begin(), messages_.end(), [&](const auto& m) {
            return m.receipt == movement.receipt;
        });
        if (!movement.told && !waits)
            post_c2b(movement, references_[receipt], 0);
    }
}

void Provider::hurry()
{
    for (ProviderMessage& message : messages_)
        message.due = std::min(message.due, now_());
}

std::string Provider::new_receipt()
{
    return "R" + std::to_string(1000 + ++made_) + "X";
}

std::string Provider::phone_as_sent(const std::string& phone)
{
    switch (phone_form_) {
    case 0:
        return phone;
    case 1:
        return mnara::crypto::sha256_hex(phone);
    default:
        return phone.substr(0, 4) + " ***** " + phone.substr(phone.size() - 3);
    }
}

} // namespace sim
