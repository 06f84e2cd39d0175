// Staff: logins, roles, the sites somebody is limited to, one-time links and tokens of programs.
// Nothing has a default password. Signing in: operator_sessions.hpp.
#pragma once

#include "core/result.hpp"
#include "usecases/context.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage {
struct OperatorRow;
}

namespace mnara::usecases {

enum class Role { Owner, Manager, Cashier, Technician, Reseller, Viewer };
[[nodiscard]] std::string_view to_text(Role role);
[[nodiscard]] std::optional<Role> role(std::string_view text);

struct Operator
{
    OperatorId id;
    std::string login, full_name;
    Role role = Role::Viewer;
    std::vector<SiteId> sites; // sees only these; none: sees all
};
[[nodiscard]] Operator operator_of(const storage::OperatorRow& row);
// "operator:7", as journals and the audit log name the doer.
[[nodiscard]] std::string actor_of(const Operator& op);

inline constexpr const char* kConsole = "system:console";

enum class OperatorError {
    LoginTaken,
    BadLogin,
    WeakPassword,
    UnknownOperator,
    UnknownSite,
    OwnerHasNoLimits, // an owner sees all sites
    LastOwner,        // somebody must remain who may do everything
    Yourself          // nobody takes rights from himself, or gives himself some
};

Result<OperatorId, OperatorError> add_operator(const Context& context, const std::string& login,
                                               const std::string& full_name, Role role,
                                               const std::optional<std::string>& password,
                                               const std::vector<SiteId>& sites = {},
                                               const std::string& actor = kConsole);
// With the hash of a password that was reckoned before, outside of the transaction.
Result<OperatorId, OperatorError>
add_operator_with_hash(storage::Tx& tx, const Context& context, const std::string& login,
                       const std::string& full_name, Role role,
                       const std::optional<std::string>& password_hash,
                       const std::vector<SiteId>& sites, const std::string& actor);

struct OperatorChange // what is not there stays
{
    std::optional<std::string> full_name;
    std::optional<Role> role;
    std::optional<std::vector<SiteId>> sites;
    std::optional<bool> disabled; // true also ends every session, link and token
};
Result<Done, OperatorError> change_operator(storage::Tx& tx, const Context& context, OperatorId id,
                                            const OperatorChange& change, const std::string& actor);

// The words are shown once and kept only as hashes. A link works once, within 30 minutes.
Result<std::string, OperatorError> make_sign_in_link(const Context& context,
                                                     const std::string& login);
// For somebody who lost the password: the old one stops working, every session ends.
Result<std::string, OperatorError> reset_password(storage::Tx& tx, const Context& context,
                                                  OperatorId id, const std::string& actor);

Result<std::string, OperatorError> make_program_token(const Context& context,
                                                      const std::string& login);
struct ProgramToken
{
    std::int64_t number = 0;
    std::string token;
};
// Works until it is revoked, or for `life`.
Result<ProgramToken, OperatorError> make_program_token(storage::Tx& tx, const Context& context,
                                                       OperatorId id, const std::string& label,
                                                       std::optional<Seconds> life,
                                                       const std::string& actor);

// Forgets the wrong tries of a login, also where they count against the address they came from; or
// those of an address.
Result<Done, OperatorError> unlock_login(storage::Tx& tx, const Context& context,
                                         const std::string& login, const std::string& actor);
void unlock_address(storage::Tx& tx, const Context& context, const std::string& peer,
                    const std::string& actor);

} // namespace mnara::usecases
