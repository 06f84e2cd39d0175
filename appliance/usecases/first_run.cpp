#include "usecases/first_run.hpp"

#include "core/crypto.hpp"
#include "domain/picture.hpp"
#include "storage/first_run_store.hpp"
#include "storage/operator_store.hpp"
#include "storage/plan_store.hpp"
#include "usecases/audit.hpp"
#include "usecases/operator_passwords.hpp"
#include "usecases/settings.hpp"

#include <algorithm>

namespace mnara::usecases {

namespace {

constexpr std::size_t kCodeSize = 8; // 39 bits, and ten guesses
constexpr std::size_t kCodeHalf = 4;
constexpr const char* kAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
constexpr int kWrongTriesMax = 10;
constexpr const char* kLogo = "logo";

std::string plain(const std::string& code)
{
    std::string out;
    for (const char c : code)
        if (c != ' ' && c != '-')
            out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

FirstRunError of(OperatorError error)
{
    if (error == OperatorError::LoginTaken)
        return FirstRunError::LoginTaken;
    return error == OperatorError::WeakPassword ? FirstRunError::WeakPassword
                                                : FirstRunError::BadLogin;
}

// Takes the code for whoever asks first; gives it back where the login turns out to be no good.
std::optional<FirstRunError> take_code(storage::Tx& tx, const std::string& code)
{
    if (!needs_first_owner(tx))
        return FirstRunError::OwnerExists;
    auto row = storage::find_first_run(tx);
    if (!row || row->wrong_tries >= kWrongTriesMax)
        return FirstRunError::CodeDead;
    if (!crypto::equal(crypto::hash(plain(code)), row->code_hash)) {
        ++row->wrong_tries;
        storage::put_first_run(tx, *row);
        return FirstRunError::WrongCode;
    }
    return std::nullopt;
}

} // namespace

bool needs_first_owner(storage::ReadTx& tx)
{
    return !storage::had_owner(tx);
}

std::optional<std::string> make_first_run_code(const Context& context)
{
    const std::string code = context.random.text(kCodeSize, kAlphabet);
    const bool made = context.db.write([&](storage::Tx& tx) {
        if (!needs_first_owner(tx))
            return false;
        storage::put_first_run(tx, {crypto::hash(code), 0, context.clock.now()});
        return true;
    });
    if (!made)
        return std::nullopt;
    return code.substr(0, kCodeHalf) + '-' + code.substr(kCodeHalf);
}

Result<OperatorId, FirstRunError> make_first_owner(const Context& context, const std::string& code,
                                                   const std::string& login,
                                                   const std::string& full_name,
                                                   const std::string& password)
{
    using Made = Result<OperatorId, FirstRunError>;
    if (const auto trouble = context.db.write([&](storage::Tx& tx) { return take_code(tx, code); }))
        return refuse(*trouble);
    if (is_weak_password(password, login_of(login)))
        return refuse(FirstRunError::WeakPassword);
    const std::string hash = hash_of_password(password);
    return context.db.write([&](storage::Tx& tx) -> Made {
        // Of two at the same moment one is too late.
        if (!needs_first_owner(tx))
            return refuse(FirstRunError::OwnerExists);
        const auto added = add_operator_with_hash(tx, context, login, full_name, Role::Owner, hash,
                                                  {}, "system:first_run");
        if (!added)
            return refuse(of(added.error()));
        storage::delete_first_run(tx);
        return *added;
    });
}

std::vector<FirstRunStep> first_run_steps(storage::ReadTx& tx)
{
    const auto settings = list_settings(tx);
    const auto is_set = [&](const std::string& key) {
        return std::any_of(settings.begin(), settings.end(),
                           [&](const auto& one) { return one.key == key && one.is_set; });
    };
    const auto missing_of = [&](std::vector<std::string> keys) {
        keys.erase(std::remove_if(keys.begin(), keys.end(), is_set), keys.end());
        return keys;
    };
    FirstRunStep mpesa{"mpesa", false, false,
                       missing_of({"mpesa.short_code", "mpesa.consumer_key",
                                   "mpesa.consumer_secret", "mpesa.passkey"})};
    mpesa.done = mpesa.missing.empty();
    return {{"isp_name", is_set("isp.name"), false, missing_of({"isp.name"})},
            {"time_zone", is_set("isp.time_zone"), false, missing_of({"isp.time_zone"})},
            {"logo", logo(tx).has_value(), true, {}},
            {"plan", !storage::all_plans(tx).empty(), false, {}},
            mpesa};
}

Result<Done, std::string> set_logo(storage::Tx& tx, const Context& context,
                                   const std::string& bytes, const std::string& actor)
{
    const auto media_type = domain::check_picture(bytes);
    if (!media_type)
        return refuse(media_type.error());
    storage::put_picture(tx, kLogo, {*media_type, bytes, context.clock.now()}, actor);
    audit(tx, context, actor, "changed", "logo", 0,
          audit_fields(
              {{"media_type", *media_type}, {"bytes", static_cast<std::int64_t>(bytes.size())}}));
    return Done{};
}

bool remove_logo(storage::Tx& tx, const Context& context, const std::string& actor)
{
    if (!storage::delete_picture(tx, kLogo))
        return false;
    audit(tx, context, actor, "removed", "logo", 0, "");
    return true;
}

std::optional<Logo> logo(storage::ReadTx& tx)
{
    const auto row = storage::find_picture(tx, kLogo);
    if (!row)
        return std::nullopt;
    return Logo{row->media_type, row->bytes};
}

} // namespace mnara::usecases
