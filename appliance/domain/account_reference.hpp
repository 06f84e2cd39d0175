// Account numbers that people type into M-Pesa, and the references of our own prompts. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mnara::domain {

// The account number of the n-th subscriber (n > 0): digits only, the last one a Damm check digit,
// so that one wrong digit or two swapped ones never name somebody else. "100015" for n = 1.
[[nodiscard]] std::string account_number(std::int64_t n);
[[nodiscard]] bool is_account_number(std::string_view digits);

// What a payer may have meant by the reference typed by hand.
struct TypedReference
{
    std::string text;                      // upper case, letters and digits only; may be empty
    std::optional<std::string> account_no; // a whole account number, O/0, I/1, L/1 and S/5 mended
    std::optional<std::string> phone;      // a phone number used as reference
};
[[nodiscard]] TypedReference read_reference(std::string_view typed);

// The letters of a prompt's suffix: none that is taken for a digit or for another letter.
inline constexpr const char* kSuffixLetters = "ABCDEFGHJKMNPQRTUVWXYZ";
inline constexpr std::size_t kSuffixSize = 4;

// The reference of one prompt: account number and a random suffix of kSuffixLetters, at most 12.
[[nodiscard]] std::string attempt_reference(std::string_view account_no, std::string_view suffix);

} // namespace mnara::domain
