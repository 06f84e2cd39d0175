#include "usecases/operator_passwords.hpp"

#include "core/crypto.hpp"

#include <algorithm>
#include <array>
#include <semaphore>

namespace mnara::usecases {

namespace {

std::counting_semaphore<2>& argon2_slots()
{
    static std::counting_semaphore<2> slots(2);
    return slots;
}

class Argon2Slot
{
public:
    Argon2Slot() { argon2_slots().acquire(); }
    ~Argon2Slot() { argon2_slots().release(); }
    Argon2Slot(const Argon2Slot&) = delete;
    Argon2Slot& operator=(const Argon2Slot&) = delete;
};

// What guessing begins with: the words at the head of every published list of passwords, and those
// that are near at hand in a Kenyan ISP's office.
constexpr std::array<std::string_view, 40> kEverybodys{
    "password", "passwort", "passwd",   "qwerty",     "qwertyuiop", "asdfghjkl",     "zxcvbnm",
    "abc",      "abcdef",   "abcdefgh", "abcdefghij", "admin",      "administrator", "root",
    "welcome",  "letmein",  "iloveyou", "sunshine",   "princess",   "football",      "monkey",
    "dragon",   "master",   "secret",   "changeme",   "default",    "internet",      "wireless",
    "wifi",     "mikrotik", "router",   "mnara",      "mpesa",      "safaricom",     "kenya",
    "nairobi",  "mombasa",  "jambo",    "karibu",     "hotspot"};

// Such a word, the login or nothing at all, with digits and signs around it.
bool is_everybodys(const std::string& password, const std::string& login)
{
    const auto letters = [](std::string_view text) {
        std::string kept;
        for (const char c : text)
            if ((c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80)
                kept += c;
        return kept;
    };
    std::string core = letters(password);
    if (core.empty())
        return true;
    core.resize((core + core).find(core, 1)); // said twice is no better than once
    return core.size() < 2 || core == letters(login) ||
           std::find(kEverybodys.begin(), kEverybodys.end(), core) != kEverybodys.end();
}

} // namespace

std::string login_of(std::string text)
{
    for (char& c : text)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return text;
}

bool is_weak_password(const std::string& password, const std::string& login)
{
    return password.size() < kPasswordMin || password.size() > kPasswordMax ||
           is_everybodys(login_of(password), login);
}

std::string hash_of_password(const std::string& password)
{
    const Argon2Slot slot;
    return crypto::hash_password(password);
}

bool password_matches(const std::string& password, const std::optional<std::string>& stored)
{
    static const std::string nobody = hash_of_password("nobody has this password");
    if (password.size() > kPasswordMax)
        return false;
    const Argon2Slot slot;
    return crypto::verify_password(password, stored.value_or(nobody)) && stored.has_value();
}

} // namespace mnara::usecases
