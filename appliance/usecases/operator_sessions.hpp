// Signing in, and who is signed in: sessions of browsers live on this box only and end at once when
// they are revoked. Every try is written down with who, from where, with what and how it ended.
#pragma once

#include "usecases/operators.hpp"

namespace mnara::usecases {

struct SignedIn
{
    Operator op;
    std::string cookie_token; // set as cookie, never shown; new at every sign-in
    std::string csrf_token;
    Seconds cookie_life{0}; // the longest it can be of use
};
enum class SignInError {
    Wrong,
    Locked,
    SecondFactor // the password (or link) is right: send it again, with a code
};
struct SignInRefusal
{
    SignInError why = SignInError::Wrong;
    Seconds wait{0}; // how long the lock still lasts
    bool operator==(SignInError other) const { return why == other; }
};
// Five wrong tries within 15 minutes lock, longer each time (sign_in_lock.hpp). Costs an Argon2id
// run whether the login exists or not. `code`: of the phone, or a recovery code, where the operator
// has a second factor.
Result<SignedIn, SignInRefusal> sign_in(const Context& context, const std::string& login,
                                        const std::string& password, const std::string& peer,
                                        const std::string& user_agent,
                                        const std::string& code = "");
// The link works once, within 30 minutes. A wrong or missing code does not use it up.
Result<SignedIn, SignInRefusal> sign_in_by_link(const Context& context, const std::string& token,
                                                const std::string& peer,
                                                const std::string& user_agent,
                                                const std::string& code = "");
// A try from an address that operators may not come from: nobody looked at the password.
void note_refused_sign_in(const Context& context, const std::string& login, const std::string& peer,
                          const std::string& user_agent);
void sign_out(const Context& context, const std::string& cookie_token);

struct Authenticated
{
    Operator op;
    bool by_cookie = false; // then a write needs the CSRF token too
    std::string csrf_token;
    std::int64_t session = 0; // its number
    bool by_link = false;     // opened by a one-time link, less than 30 minutes ago
    bool has_password = false;
    bool has_second_factor = false;
    // His role needs a second factor and he has none: he may only set one up.
    bool must_enrol = false;
};
// A cookie ends when it was not used for security.session_idle_minutes, and
// security.session_hours after the sign-in whatever happens; a program's token when it is revoked
// or its time is over. `is_use` false: only looks, so that a screen left open does not keep its
// session alive.
[[nodiscard]] std::optional<Authenticated>
authenticate(const Context& context, const std::string& token, bool is_use = true);

// The password of somebody who is signed in already, asked for once more. A wrong one counts like a
// wrong try to sign in, so that a session somebody else got hold of is no place to guess.
Result<Done, SignInRefusal> check_password(const Context& context, const Operator& op,
                                           const std::string& password,
                                           const std::string& user_agent);

// Ends a session or token by its number: one's own, or (`of` empty) anybody's. False: there is
// none.
[[nodiscard]] bool end_session(storage::Tx& tx, const Context& context, std::int64_t number,
                               std::optional<OperatorId> of, const std::string& actor);
// All sessions of that operator but one; how many they were.
int end_other_sessions(storage::Tx& tx, const Context& context, const Operator& op,
                       std::int64_t except);

} // namespace mnara::usecases
