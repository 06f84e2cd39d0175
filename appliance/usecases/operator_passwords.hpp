// Argon2id for the passwords of operators, two runs at a time: one takes 64 MiB and a core for
// 60 ms, and more at once would starve the rest of a small box. Never inside a transaction.
#pragma once

#include <optional>
#include <string>

namespace mnara::usecases {

inline constexpr std::size_t kPasswordMin = 10;   // characters
inline constexpr std::size_t kPasswordMax = 1024; // bytes

// Too short or too long; or, whatever its case and the digits and signs around it, the login or a
// word that guessing begins with.
[[nodiscard]] bool is_weak_password(const std::string& password, const std::string& login);
[[nodiscard]] std::string hash_of_password(const std::string& password);
// Costs the same where nothing is stored, so that the time tells nobody which logins exist.
[[nodiscard]] bool password_matches(const std::string& password,
                                    const std::optional<std::string>& stored);

// Lower case, as logins are kept.
[[nodiscard]] std::string login_of(std::string text);

} // namespace mnara::usecases
