#include "domain/account_reference.hpp"

#include "core/check.hpp"
#include "domain/phone.hpp"

#include <algorithm>
#include <array>

namespace mnara::domain {

namespace {

constexpr std::int64_t kFirst = 10'000; // so that every account number has six digits or more
constexpr std::size_t kShortest = 6;
constexpr std::size_t kLongest = 8; // with the suffix still within M-Pesa's 12 characters

// The totally anti-symmetric quasigroup of H. M. Damm (2004), order 10.
constexpr std::array<std::array<unsigned char, 10>, 10> kDamm{{{0, 3, 1, 7, 5, 9, 8, 6, 4, 2},
                                                               {7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
                                                               {4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
                                                               {1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
                                                               {6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
                                                               {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
                                                               {5, 8, 6, 9, 7, 2, 0, 1, 3, 4},
                                                               {8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
                                                               {9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
                                                               {2, 5, 8, 1, 4, 3, 6, 7, 9, 0}}};

std::size_t damm(std::string_view digits)
{
    std::size_t interim = 0;
    for (const char c : digits)
        interim = kDamm[interim][static_cast<std::size_t>(c - '0')];
    return interim;
}

bool all_digits(std::string_view text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

char mend_digit(char c)
{
    switch (c) {
    case 'O':
        return '0';
    case 'I':
    case 'L':
        return '1';
    case 'S':
        return '5';
    default:
        return c;
    }
}

} // namespace

std::string account_number(std::int64_t n)
{
    ENSURE(n > 0);
    std::string digits = std::to_string(kFirst + n);
    ENSURE(digits.size() < kLongest);
    digits.push_back(static_cast<char>('0' + damm(digits)));
    return digits;
}

bool is_account_number(std::string_view digits)
{
    return digits.size() >= kShortest && digits.size() <= kLongest && all_digits(digits) &&
           digits[0] != '0' && damm(digits) == 0;
}

TypedReference read_reference(std::string_view typed)
{
    TypedReference reference;
    for (const char c : typed) {
        if (c >= 'a' && c <= 'z')
            reference.text.push_back(static_cast<char>(c - 'a' + 'A'));
        else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            reference.text.push_back(c);
    }
    reference.phone = normalise_phone(typed);
    std::string mended = reference.text;
    std::transform(mended.begin(), mended.end(), mended.begin(), mend_digit);
    if (is_account_number(mended)) {
        reference.account_no = mended;
        return reference;
    }
    // The reference of one of our prompts, copied from its SMS: the account number leads it.
    const std::string_view text = reference.text;
    if (text.size() > kSuffixSize &&
        text.substr(text.size() - kSuffixSize).find_first_of("0123456789") ==
            std::string_view::npos &&
        is_account_number(text.substr(0, text.size() - kSuffixSize)))
        reference.account_no = text.substr(0, text.size() - kSuffixSize);
    return reference;
}

std::string attempt_reference(std::string_view account_no, std::string_view suffix)
{
    ENSURE(suffix.size() == kSuffixSize && account_no.size() + suffix.size() <= 12);
    return std::string(account_no) + std::string(suffix);
}

} // namespace mnara::domain
