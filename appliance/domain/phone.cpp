#include "domain/phone.hpp"

#include <algorithm>

namespace mnara::domain {

namespace {

constexpr std::size_t kDigits = 12;
constexpr std::size_t kBeginningMin = 4;
constexpr std::size_t kEndingMin = 4;
constexpr std::size_t kEndingMax = 8;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_kenyan_mobile(std::string_view digits)
{
    return digits.size() == kDigits && digits.substr(0, 3) == "254" &&
           (digits[3] == '7' || digits[3] == '1');
}

// Of a part of a number; nothing where there is anything else in it.
std::optional<std::string> digits_of(std::string_view typed)
{
    std::string digits;
    for (const char c : typed) {
        if (is_digit(c))
            digits.push_back(c);
        else if (std::string_view(" -.()+").find(c) == std::string_view::npos)
            return std::nullopt;
    }
    return digits;
}

} // namespace

std::optional<std::string> normalise_phone(std::string_view typed)
{
    std::string digits;
    for (const char c : typed) {
        if (is_digit(c))
            digits.push_back(c);
        else if (std::string_view(" -.()\t").find(c) == std::string_view::npos &&
                 !(c == '+' && digits.empty()))
            return std::nullopt;
    }
    if (digits.rfind("00254", 0) == 0)
        digits.erase(0, 2);
    if (digits.rfind("2540", 0) == 0)
        digits.erase(3, 1);
    if (digits.size() == 10 && digits[0] == '0')
        digits.erase(0, 1);
    if (digits.size() == 9)
        digits.insert(0, "254");
    if (!is_kenyan_mobile(digits))
        return std::nullopt;
    return digits;
}

std::optional<std::string> phone_beginning(std::string_view typed)
{
    std::string digits = digits_of(typed).value_or("");
    if (digits.size() < kBeginningMin)
        return std::nullopt;
    if (digits.front() == '0')
        digits.replace(0, 1, "254");
    else if (digits.rfind("254", 0) != 0)
        digits.insert(0, "254");
    if (digits.size() >= kDigits)
        return std::nullopt;
    return digits;
}

std::optional<std::string> phone_ending(std::string_view typed)
{
    auto digits = digits_of(typed);
    if (!digits || digits->size() < kEndingMin || digits->size() > kEndingMax)
        return std::nullopt;
    return digits;
}

PayerPhone read_payer_phone(std::string_view sent)
{
    if (auto digits = normalise_phone(sent))
        return {PayerPhone::Form::Clear, std::move(*digits)};
    if (sent.size() == 64 && std::all_of(sent.begin(), sent.end(), [](char c) {
            return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        })) {
        std::string hex(sent);
        std::transform(hex.begin(), hex.end(), hex.begin(),
                       [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
        return {PayerPhone::Form::Hashed, std::move(hex)};
    }
    // Masked: digits, then stars (perhaps among spaces), then digits.
    std::string head;
    std::string tail;
    bool starred = false;
    for (const char c : sent) {
        if (c == '*')
            starred = true;
        else if (is_digit(c))
            (starred ? tail : head).push_back(c);
        else if (c != ' ')
            return {};
    }
    if (!starred || head.size() < 3 || tail.size() < 2)
        return {};
    return {PayerPhone::Form::Masked, head + '*' + tail};
}

bool may_be(const PayerPhone& payer, std::string_view msisdn, std::string_view msisdn_sha256)
{
    switch (payer.form) {
    case PayerPhone::Form::Clear:
        return payer.value == msisdn;
    case PayerPhone::Form::Hashed:
        return payer.value == msisdn_sha256;
    case PayerPhone::Form::Masked: {
        const std::size_t star = payer.value.find('*');
        const std::string_view head = std::string_view(payer.value).substr(0, star);
        const std::string_view tail = std::string_view(payer.value).substr(star + 1);
        return head.size() + tail.size() <= msisdn.size() &&
               msisdn.substr(0, head.size()) == head &&
               msisdn.substr(msisdn.size() - tail.size()) == tail;
    }
    case PayerPhone::Form::Unknown:
        return false;
    }
    return false;
}

} // namespace mnara::domain
