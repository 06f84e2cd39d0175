// Phone numbers as people and providers write them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mnara::domain {

// A Kenyan mobile number in any usual form (07.., 7.., +254.., 00254.., the mistake 25407.., with
// spaces, dashes, dots and brackets) as 2547XXXXXXXX or 2541XXXXXXXX; nothing where it is not one.
// The operator is not judged by the prefix: numbers are ported.
[[nodiscard]] std::optional<std::string> normalise_phone(std::string_view typed);

// The beginning of such a number, as somebody types it who is not done yet: "0712 34", "25471234",
// "+254 712 34" and "71234" are all "25471234"; nothing for a whole number, and for less than
// four digits, which begin everybody's.
[[nodiscard]] std::optional<std::string> phone_beginning(std::string_view typed);

// The digits by which somebody remembers a number, its last: "345 678" is "345678"; nothing for
// less than four digits, and for more than one types who knows only the end.
[[nodiscard]] std::optional<std::string> phone_ending(std::string_view typed);

// The payer as C2B names it: clear, SHA-256 hex of the digits (v1), or masked (v2, "2547 *****
// 126").
struct PayerPhone
{
    enum class Form { Clear, Hashed, Masked, Unknown };
    Form form = Form::Unknown;
    std::string value; // Clear: digits; Hashed: lower-case hex; Masked: the two ends around one '*'
};
[[nodiscard]] PayerPhone read_payer_phone(std::string_view sent);

// True where `msisdn` (2547XXXXXXXX) can be the payer; a mask is a hint, never a proof.
[[nodiscard]] bool may_be(const PayerPhone& payer, std::string_view msisdn,
                          std::string_view msisdn_sha256);

} // namespace mnara::domain
