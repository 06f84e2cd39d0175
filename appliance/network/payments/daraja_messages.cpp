#include "network/payments/daraja_messages.hpp"

#include "domain/calendar.hpp"
#include "network/payments/json_fields.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace mnara::network {

namespace {

constexpr std::size_t kLongestReceipt = 64;

// Upper case, because spreadsheets and people lower receipts, and one receipt is one payment.
Result<std::string, std::string> read_receipt(std::string text, const char* name)
{
    for (char& c : text) {
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9'))
            return refuse(std::string(name) + " is not a receipt");
    }
    if (text.empty() || text.size() > kLongestReceipt)
        return refuse(std::string(name) + " is not a receipt");
    return text;
}

Result<Money, std::string> read_amount(const std::string& text, const char* name)
{
    const auto amount = parse_money(text);
    if (!amount)
        return refuse(std::string(name) + " is not an amount");
    if (*amount == Money{})
        return refuse(std::string(name) + " is zero");
    return *amount;
}

// The Value of each metadata item we read. An item that comes twice is refused: two readers could
// take different values from it.
struct Metadata
{
    std::optional<std::string> amount, receipt, date, phone;
};

Result<Metadata, std::string> read_metadata(const Json& callback)
{
    Metadata found;
    const std::pair<std::string_view, std::optional<std::string>*> wanted[] = {
        {"Amount", &found.amount},
        {"MpesaReceiptNumber", &found.receipt},
        {"TransactionDate", &found.date},
        {"PhoneNumber", &found.phone},
    };
    const Json* metadata = find_field(callback, "CallbackMetadata");
    const Json* items = metadata != nullptr ? find_field(*metadata, "Item") : nullptr;
    if (items == nullptr || !items->is_array())
        return found;
    for (const Json& item : *items) {
        const auto name = text_field(item, "Name");
        const Json* value = find_field(item, "Value");
        const auto* slot = std::find_if(std::begin(wanted), std::end(wanted),
                                        [&](const auto& w) { return name == w.first; });
        if (slot == std::end(wanted) || value == nullptr || value->is_null())
            continue;
        if (slot->second->has_value())
            return refuse(*name + " comes twice");
        // A value of another type becomes an empty text, which is then refused where it matters.
        *slot->second = text_field(item, "Value").value_or("");
    }
    return found;
}

struct Payer
{
    domain::PayerPhone phone;
    std::string name;
};

// The phone has been seen inside the first name ("254712345678 - JANE").
Payer read_payer(const Json& message)
{
    Payer payer;
    if (const auto sent = text_field(message, "MSISDN"))
        payer.phone = domain::read_payer_phone(*sent);
    for (const char* part : {"FirstName", "MiddleName", "LastName"}) {
        auto name = text_field(message, part).value_or("");
        const std::size_t dash = name.find(" - ");
        if (dash != std::string::npos) {
            const auto phone = domain::read_payer_phone(std::string_view(name).substr(0, dash));
            if (phone.form != domain::PayerPhone::Form::Unknown) {
                if (payer.phone.form == domain::PayerPhone::Form::Unknown)
                    payer.phone = phone;
                name.erase(0, dash + 3);
            }
        }
        if (!name.empty())
            payer.name += (payer.name.empty() ? "" : " ") + name;
    }
    return payer;
}

} // namespace

Result<domain::StkCallback, std::string> parse_stk_callback(std::string_view body)
{
    const auto json = parse_json(body);
    if (!json)
        return refuse(json.error());
    const Json* outer = find_field(*json, "Body");
    const Json* callback = outer != nullptr ? find_field(*outer, "stkCallback") : nullptr;
    if (callback == nullptr || !callback->is_object())
        return refuse("there is no Body.stkCallback");

    domain::StkCallback read;
    read.checkout_id = text_field(*callback, "CheckoutRequestID").value_or("");
    if (read.checkout_id.empty())
        return refuse("CheckoutRequestID is missing");
    read.result_code = text_field(*callback, "ResultCode").value_or("");
    if (read.result_code.empty())
        return refuse("ResultCode is missing");
    read.result_text = text_field(*callback, "ResultDesc").value_or("");
    if (read.result_code != "0")
        return read;

    const auto metadata = read_metadata(*callback);
    if (!metadata)
        return refuse(metadata.error());
    if (metadata->amount) {
        const auto amount = read_amount(*metadata->amount, "Amount");
        if (!amount)
            return refuse(amount.error());
        read.amount = *amount;
    }
    if (metadata->receipt) {
        const auto receipt = read_receipt(*metadata->receipt, "MpesaReceiptNumber");
        if (!receipt)
            return refuse(receipt.error());
        read.receipt = *receipt;
    }
    if (metadata->date)
        read.paid_at = domain::parse_compact_time(*metadata->date);
    if (metadata->phone)
        read.phone = domain::normalise_phone(*metadata->phone);
    return read;
}

Result<domain::C2bNotification, std::string> parse_c2b(std::string_view body)
{
    const auto json = parse_json(body);
    if (!json)
        return refuse(json.error());
    if (!json->is_object())
        return refuse("not an object");
    const auto receipt = read_receipt(text_field(*json, "TransID").value_or(""), "TransID");
    if (!receipt)
        return refuse(receipt.error());
    const auto amount = read_amount(text_field(*json, "TransAmount").value_or(""), "TransAmount");
    if (!amount)
        return refuse(amount.error());

    domain::C2bNotification read;
    read.receipt = *receipt;
    read.amount = *amount;
    read.short_code = text_field(*json, "BusinessShortCode").value_or("");
    read.bill_reference = text_field(*json, "BillRefNumber").value_or("");
    Payer payer = read_payer(*json);
    read.payer = std::move(payer.phone);
    read.payer_name = std::move(payer.name);
    read.paid_at = domain::parse_compact_time(text_field(*json, "TransTime").value_or(""));
    return read;
}

} // namespace mnara::network
