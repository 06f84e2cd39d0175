#include "usecases/second_factor.hpp"

#include "core/crypto.hpp"
#include "domain/totp.hpp"
#include "storage/operator_session_store.hpp"
#include "usecases/audit.hpp"
#include "usecases/settings.hpp"

namespace mnara::usecases {

namespace {

constexpr const char* kPurpose = "totp";
constexpr int kRecoveryCodes = 10;
constexpr std::size_t kRecoverySize = 16; // characters: 79 bits, so that a plain hash keeps them
constexpr std::size_t kRecoveryGroup = 4;
// Without those that look like another.
constexpr const char* kAlphabet = "23456789abcdefghjkmnpqrstuvwxyz";

// People type spaces and dashes where they see them, or leave them out.
std::string plain(const std::string& code)
{
    std::string out;
    for (const char c : code)
        if (c != ' ' && c != '-')
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

std::string in_groups(const std::string& text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += kRecoveryGroup)
        out += (at == 0 ? "" : "-") + text.substr(at, kRecoveryGroup);
    return out;
}

std::string secret_of(storage::ReadTx& tx, const Context& context, const storage::OperatorRow& row)
{
    return reveal_secret(tx, context.keys, row.totp_secret_id.value());
}

bool use_phone_code(storage::Tx& tx, const Context& context, storage::OperatorRow row,
                    const std::string& code)
{
    const auto step = domain::find_totp_step(secret_of(tx, context, row), plain(code),
                                             context.clock.now(), row.totp_last_step);
    if (!step)
        return false;
    row.totp_last_step = *step;
    storage::update_operator(tx, row, context.clock.now());
    return true;
}

void turn_off(storage::Tx& tx, const Context& context, storage::OperatorRow row,
              const std::string& actor)
{
    row.totp_secret_id.reset();
    row.totp_confirmed = false;
    storage::update_operator(tx, row, context.clock.now());
    storage::put_recovery_codes(tx, row.id, {});
    audit(tx, context, actor, "second_factor_off", "operator", row.id.value,
          audit_fields({{"login", row.login}}));
}

} // namespace

Result<SecondFactorOffer, SecondFactorError>
begin_second_factor(storage::Tx& tx, const Context& context, const Operator& op)
{
    storage::OperatorRow row = storage::find_operator(tx, op.id).value();
    if (row.totp_confirmed)
        return refuse(SecondFactorError::AlreadyOn);
    const std::string secret = context.random.bytes(domain::kTotpSecretBytes);
    row.totp_secret_id =
        store_secret(tx, context.keys, context.random, kPurpose, secret, context.clock.now());
    row.totp_last_step = 0;
    storage::update_operator(tx, row, context.clock.now());
    audit(tx, context, actor_of(op), "second_factor_begun", "operator", op.id.value,
          audit_fields({{"login", op.login}}));
    return SecondFactorOffer{domain::to_base32(secret),
                             domain::otpauth_url(setting(tx, "isp.name"), op.login, secret)};
}

Result<std::vector<std::string>, SecondFactorError> confirm_second_factor(storage::Tx& tx,
                                                                          const Context& context,
                                                                          const Operator& op,
                                                                          const std::string& code)
{
    const storage::OperatorRow row = storage::find_operator(tx, op.id).value();
    if (row.totp_confirmed)
        return refuse(SecondFactorError::AlreadyOn);
    if (!row.totp_secret_id)
        return refuse(SecondFactorError::NotOn);
    if (!use_phone_code(tx, context, row, code))
        return refuse(SecondFactorError::WrongCode);
    storage::OperatorRow confirmed = storage::find_operator(tx, op.id).value();
    confirmed.totp_confirmed = true;
    storage::update_operator(tx, confirmed, context.clock.now());
    std::vector<std::string> codes;
    std::vector<std::string> hashes;
    for (int i = 0; i < kRecoveryCodes; ++i) {
        const std::string text = context.random.text(kRecoverySize, kAlphabet);
        codes.push_back(in_groups(text));
        hashes.push_back(crypto::hash(text));
    }
    storage::put_recovery_codes(tx, op.id, hashes);
    audit(tx, context, actor_of(op), "second_factor_on", "operator", op.id.value,
          audit_fields({{"login", op.login}}));
    return codes;
}

Result<Done, SecondFactorError> end_second_factor(storage::Tx& tx, const Context& context,
                                                  const Operator& op, const std::string& code)
{
    const storage::OperatorRow row = storage::find_operator(tx, op.id).value();
    if (!row.totp_confirmed)
        return refuse(SecondFactorError::NotOn);
    if (!use_code(tx, context, row, code))
        return refuse(SecondFactorError::WrongCode);
    turn_off(tx, context, storage::find_operator(tx, op.id).value(), actor_of(op));
    return Done{};
}

Result<Done, SecondFactorError> drop_second_factor(storage::Tx& tx, const Context& context,
                                                   OperatorId id, const std::string& actor)
{
    const auto row = storage::find_operator(tx, id);
    if (!row || !row->totp_secret_id)
        return refuse(SecondFactorError::NotOn);
    if (actor == actor_of(operator_of(*row)))
        return refuse(SecondFactorError::Yourself);
    storage::revoke_sessions(tx, id, 0, context.clock.now());
    turn_off(tx, context, *row, actor);
    return Done{};
}

bool use_code(storage::Tx& tx, const Context& context, const storage::OperatorRow& row,
              const std::string& code)
{
    if (use_phone_code(tx, context, row, code))
        return true;
    const std::string text = plain(code);
    return text.size() == kRecoverySize &&
           storage::use_recovery_code(tx, row.id, crypto::hash(text), context.clock.now());
}

} // namespace mnara::usecases
