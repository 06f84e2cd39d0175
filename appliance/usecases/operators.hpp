// Staff: logins, one-time links, sessions of browsers and tokens of programs. Nothing has a default
// password. Tokens are kept as hashes.
#pragma once

#include "core/result.hpp"
#include "usecases/context.hpp"

#include <optional>
#include <string>

namespace mnara::usecases {

enum class Role { Owner, Manager, Cashier, Technician, Reseller, Viewer };
[[nodiscard]] std::string_view to_text(Role role);
[[nodiscard]] std::optional<Role> role(std::string_view text);

struct Operator
{
    OperatorId id;
    std::string login, full_name;
    Role role = Role::Viewer;
};
// "operator:7", as journals and the audit log name the doer.
[[nodiscard]] std::string actor_of(const Operator& op);

enum class OperatorError { LoginTaken, BadLogin, WeakPassword, UnknownOperator };
Result<OperatorId, OperatorError> add_operator(const Context& context, const std::string& login,
                                               const std::string& full_name, Role role,
                                               const std::optional<std::string>& password);

// The words are shown once and kept only as hashes.
Result<std::string, OperatorError> make_sign_in_link(const Context& context,
                                                     const std::string& login);
Result<std::string, OperatorError> make_program_token(const Context& context,
                                                      const std::string& login);

struct SignedIn
{
    Operator op;
    std::string cookie_token; // set as cookie, never shown
    std::string csrf_token;
};
enum class SignInError { Wrong, Locked };
// Five wrong tries of a login or an address within 15 minutes lock it for as long. Costs an
// Argon2id run whether the login exists or not.
Result<SignedIn, SignInError> sign_in(const Context& context, const std::string& login,
                                      const std::string& password, const std::string& peer,
                                      const std::string& user_agent);
// The link works once, within 30 minutes.
Result<SignedIn, SignInError> sign_in_by_link(const Context& context, const std::string& token,
                                              const std::string& peer,
                                              const std::string& user_agent);
void sign_out(const Context& context, const std::string& cookie_token);

struct Authenticated
{
    Operator op;
    bool by_cookie = false; // then a write needs the CSRF token too
    std::string csrf_token;
};
// A cookie lasts 12 hours after its last use; a program's token until it is revoked.
[[nodiscard]] std::optional<Authenticated> authenticate(const Context& context,
                                                        const std::string& token);

} // namespace mnara::usecases
