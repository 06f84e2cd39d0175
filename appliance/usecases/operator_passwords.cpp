#include "usecases/operator_passwords.hpp"

#include "core/crypto.hpp"

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
           login_of(password) == login;
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
