#include "usecases/own_account.hpp"

#include "storage/operator_session_store.hpp"
#include "usecases/audit.hpp"
#include "usecases/operator_passwords.hpp"
#include "usecases/second_factor.hpp"
#include "usecases/sign_in_lock.hpp"

namespace mnara::usecases {

namespace {

using Changed = Result<Done, OwnAccountError>;

std::optional<OwnAccountError> trouble_with(const Context& context, const Operator& op,
                                            const std::string& password,
                                            const std::string& user_agent)
{
    const auto checked = check_password(context, op, password, user_agent);
    if (checked)
        return std::nullopt;
    return checked.error() == SignInError::Locked ? OwnAccountError::Locked
                                                  : OwnAccountError::WrongPassword;
}

std::optional<std::string> stored_password(const Context& context, OperatorId id)
{
    return context.db.read([&](storage::ReadTx& tx) {
        const auto row = storage::find_operator(tx, id);
        return row ? row->password_hash : std::nullopt;
    });
}

} // namespace

Result<Done, OwnAccountError> change_own_password(const Context& context, const Authenticated& who,
                                                  const std::string& old_password,
                                                  const std::string& new_password,
                                                  const std::string& user_agent)
{
    const Operator& op = who.op;
    // Asked first: it is known at once, and costs no reckoning.
    if (is_weak_password(new_password, op.login))
        return refuse(OwnAccountError::WeakPassword);
    const auto before = stored_password(context, op.id);
    if (before && !who.by_link)
        if (const auto trouble = trouble_with(context, op, old_password, user_agent))
            return refuse(*trouble);
    const std::string hash = hash_of_password(new_password);
    return context.db.write([&](storage::Tx& tx) -> Changed {
        auto row = storage::find_operator(tx, op.id);
        // Reset or changed while we were reckoning: the check above was of another password.
        if (!row || row->disabled_at || row->password_hash != before)
            return refuse(OwnAccountError::WrongPassword);
        row->password_hash = hash;
        storage::update_operator(tx, *row, context.clock.now());
        storage::revoke_sessions(tx, op.id, who.session, context.clock.now());
        audit(tx, context, actor_of(op), "password_changed", "operator", op.id.value,
              audit_fields({{"login", op.login}}));
        return Done{};
    });
}

Result<Done, OwnAccountError>
end_own_second_factor(const Context& context, const Authenticated& who, const std::string& password,
                      const std::string& code, const std::string& user_agent)
{
    if (stored_password(context, who.op.id))
        if (const auto trouble = trouble_with(context, who.op, password, user_agent))
            return refuse(*trouble);
    return context.db.write([&](storage::Tx& tx) -> Changed {
        // Codes are short: whoever has got hold of a session must not try them all.
        if (lock_left(tx, who.op.login, context.peer, context.clock.now()))
            return refuse(OwnAccountError::Locked);
        const auto ended = end_second_factor(tx, context, who.op, code);
        if (ended)
            return Done{};
        if (ended.error() == SecondFactorError::NotOn)
            return refuse(OwnAccountError::NotOn);
        storage::insert_sign_in(tx, who.op.login, context.peer, user_agent, "wrong_code",
                                context.clock.now());
        return refuse(OwnAccountError::WrongCode);
    });
}

} // namespace mnara::usecases
