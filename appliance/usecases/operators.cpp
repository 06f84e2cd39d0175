#include "usecases/operators.hpp"

#include "core/crypto.hpp"
#include "storage/operator_session_store.hpp"
#include "usecases/audit.hpp"
#include "usecases/operator_passwords.hpp"

#include <algorithm>
#include <array>

namespace mnara::usecases {

namespace {

constexpr std::array<std::string_view, 6> kRoles{"owner",      "manager",  "cashier",
                                                 "technician", "reseller", "viewer"};
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kLoginMax = 32;
constexpr std::size_t kNameMax = 100;
constexpr Seconds kLinkLife{30 * 60};

bool is_login(std::string_view login)
{
    return login.size() >= 2 && login.size() <= kLoginMax &&
           std::all_of(login.begin(), login.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                      c == '-';
           });
}

bool is_name(std::string_view name)
{
    return !name.empty() && name.size() <= kNameMax;
}

std::string text_of(const std::vector<SiteId>& sites)
{
    std::string text;
    for (const SiteId site : sites)
        text += (text.empty() ? "" : " ") + std::to_string(site.value);
    return text;
}

// What is wrong with these limits for that role.
std::optional<OperatorError> trouble_with(storage::ReadTx& tx, const std::string& role,
                                          const std::vector<SiteId>& sites)
{
    if (!sites.empty() && role == "owner")
        return OperatorError::OwnerHasNoLimits;
    for (const SiteId site : sites)
        if (!storage::is_site(tx, site))
            return OperatorError::UnknownSite;
    return std::nullopt;
}

ProgramToken new_token(storage::Tx& tx, const Context& context, storage::TokenRow row)
{
    ProgramToken made{0, crypto::to_base64url(context.random.bytes(kTokenBytes))};
    row.token_hash = crypto::hash(made.token);
    row.peer = context.peer.empty() ? "console" : context.peer;
    made.number = storage::insert_token(tx, row, context.clock.now());
    return made;
}

std::string new_link(storage::Tx& tx, const Context& context, OperatorId id)
{
    storage::TokenRow row;
    row.operator_id = id;
    row.kind = "link";
    row.valid_until = context.clock.now() + kLinkLife;
    return new_token(tx, context, row).token;
}

} // namespace

std::string_view to_text(Role role)
{
    return kRoles[static_cast<std::size_t>(role)];
}

std::optional<Role> role(std::string_view text)
{
    const auto* found = std::find(kRoles.begin(), kRoles.end(), text);
    if (found == kRoles.end())
        return std::nullopt;
    return static_cast<Role>(found - kRoles.begin());
}

Operator operator_of(const storage::OperatorRow& row)
{
    return {row.id, row.login, row.full_name, role(row.role).value(), row.sites};
}

std::string actor_of(const Operator& op)
{
    return "operator:" + std::to_string(op.id.value);
}

Result<OperatorId, OperatorError> add_operator(const Context& context, const std::string& login,
                                               const std::string& full_name, Role role,
                                               const std::optional<std::string>& password,
                                               const std::vector<SiteId>& sites,
                                               const std::string& actor)
{
    std::optional<std::string> hash;
    if (password) {
        if (is_weak_password(*password, login_of(login)))
            return refuse(OperatorError::WeakPassword);
        hash = hash_of_password(*password);
    }
    return context.db.write([&](storage::Tx& tx) {
        return add_operator_with_hash(tx, context, login, full_name, role, hash, sites, actor);
    });
}

Result<OperatorId, OperatorError>
add_operator_with_hash(storage::Tx& tx, const Context& context, const std::string& login,
                       const std::string& full_name, Role role,
                       const std::optional<std::string>& password_hash,
                       const std::vector<SiteId>& sites, const std::string& actor)
{
    storage::OperatorRow row;
    row.login = login_of(login);
    row.full_name = full_name;
    row.role = std::string(to_text(role));
    row.sites = sites;
    row.password_hash = password_hash;
    if (!is_login(row.login) || !is_name(full_name))
        return refuse(OperatorError::BadLogin);
    if (const auto trouble = trouble_with(tx, row.role, row.sites))
        return refuse(*trouble);
    const auto id = storage::insert_operator(tx, row, context.clock.now());
    if (!id)
        return refuse(OperatorError::LoginTaken);
    audit(tx, context, actor, "added", "operator", id->value,
          audit_fields({{"login", row.login}, {"role", row.role}, {"sites", text_of(row.sites)}}));
    return *id;
}

Result<Done, OperatorError> change_operator(storage::Tx& tx, const Context& context, OperatorId id,
                                            const OperatorChange& change, const std::string& actor)
{
    const UnixTime now = context.clock.now();
    const auto found = storage::find_operator(tx, id);
    if (!found)
        return refuse(OperatorError::UnknownOperator);
    storage::OperatorRow row = *found;
    if (change.full_name)
        row.full_name = *change.full_name;
    if (change.role)
        row.role = std::string(to_text(*change.role));
    if (change.sites)
        row.sites = *change.sites;
    if (change.disabled.value_or(row.disabled_at.has_value()) != row.disabled_at.has_value())
        row.disabled_at = *change.disabled ? std::optional(now) : std::nullopt;
    if (!is_name(row.full_name))
        return refuse(OperatorError::BadLogin);
    const bool rights_change = row.role != found->role || row.sites != found->sites ||
                               row.disabled_at.has_value() != found->disabled_at.has_value();
    if (rights_change && actor == actor_of(operator_of(*found)))
        return refuse(OperatorError::Yourself);
    if (const auto trouble = trouble_with(tx, row.role, row.sites))
        return refuse(*trouble);
    storage::update_operator(tx, row, now);
    if (row.sites != found->sites)
        storage::put_operator_sites(tx, id, row.sites);
    if (found->role == "owner" && storage::count_owners(tx) == 0)
        return refuse(OperatorError::LastOwner);
    AuditFields told{{"login", row.login}};
    if (row.full_name != found->full_name)
        told.emplace_back("full_name", row.full_name);
    if (row.role != found->role)
        told.insert(told.end(), {{"role", row.role}, {"role_before", found->role}});
    if (row.sites != found->sites)
        told.emplace_back("sites", text_of(row.sites));
    std::string action = "changed";
    if (row.disabled_at && !found->disabled_at) {
        action = "disabled";
    } else if (!row.disabled_at && found->disabled_at) {
        action = "enabled";
    }
    // At both: whoever comes back begins with nothing, whatever was left of him.
    if (action != "changed")
        storage::revoke_everything(tx, id, now);
    audit(tx, context, actor, action, "operator", id.value, audit_fields(told));
    return Done{};
}

Result<std::string, OperatorError> make_sign_in_link(const Context& context,
                                                     const std::string& login)
{
    using Made = Result<std::string, OperatorError>;
    return context.db.write([&](storage::Tx& tx) -> Made {
        const auto row = storage::find_operator(tx, login_of(login));
        if (!row)
            return refuse(OperatorError::UnknownOperator);
        audit(tx, context, kConsole, "link_made", "operator", row->id.value,
              audit_fields({{"login", row->login}}));
        return new_link(tx, context, row->id);
    });
}

Result<std::string, OperatorError> reset_password(storage::Tx& tx, const Context& context,
                                                  OperatorId id, const std::string& actor)
{
    auto row = storage::find_operator(tx, id);
    if (!row || row->disabled_at)
        return refuse(OperatorError::UnknownOperator);
    if (actor == actor_of(operator_of(*row)))
        return refuse(OperatorError::Yourself);
    row->password_hash.reset();
    storage::update_operator(tx, *row, context.clock.now());
    storage::revoke_sessions(tx, id, 0, context.clock.now());
    audit(tx, context, actor, "password_reset", "operator", id.value,
          audit_fields({{"login", row->login}}));
    return new_link(tx, context, id);
}

Result<std::string, OperatorError> make_program_token(const Context& context,
                                                      const std::string& login)
{
    using Made = Result<std::string, OperatorError>;
    return context.db.write([&](storage::Tx& tx) -> Made {
        const auto row = storage::find_operator(tx, login_of(login));
        if (!row)
            return refuse(OperatorError::UnknownOperator);
        return make_program_token(tx, context, row->id, "made on the console", {}, kConsole)
            .value()
            .token;
    });
}

Result<ProgramToken, OperatorError> make_program_token(storage::Tx& tx, const Context& context,
                                                       OperatorId id, const std::string& label,
                                                       std::optional<Seconds> life,
                                                       const std::string& actor)
{
    const auto owner = storage::find_operator(tx, id);
    if (!owner || owner->disabled_at)
        return refuse(OperatorError::UnknownOperator);
    storage::TokenRow row;
    row.operator_id = id;
    row.kind = "token";
    row.label = label;
    if (life)
        row.valid_until = context.clock.now() + *life;
    const ProgramToken made = new_token(tx, context, row);
    audit(tx, context, actor, "token_made", "operator", id.value,
          audit_fields({{"login", owner->login}, {"number", made.number}, {"label", label}}));
    return made;
}

Result<Done, OperatorError> unlock_login(storage::Tx& tx, const Context& context,
                                         const std::string& login, const std::string& actor)
{
    const auto row = storage::find_operator(tx, login_of(login));
    if (!row)
        return refuse(OperatorError::UnknownOperator);
    storage::insert_sign_in(tx, row->login, "", "", "unlocked", context.clock.now());
    audit(tx, context, actor, "unlocked", "operator", row->id.value,
          audit_fields({{"login", row->login}}));
    return Done{};
}

void unlock_address(storage::Tx& tx, const Context& context, const std::string& peer,
                    const std::string& actor)
{
    storage::insert_sign_in(tx, "", peer, "", "unlocked", context.clock.now());
    audit(tx, context, actor, "unlocked", "address", 0, audit_fields({{"address", peer}}));
}

} // namespace mnara::usecases
