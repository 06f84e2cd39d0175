#include "usecases/settings.hpp"

#include "core/crypto.hpp"
#include "storage/inbox_store.hpp"
#include "storage/office_store.hpp"
#include "storage/projection_store.hpp"
#include "usecases/audit.hpp"

#include <algorithm>

namespace mnara::usecases {

namespace {

constexpr std::string_view kSandboxUrl = "https://sandbox.safaricom.co.ke";
constexpr std::string_view kProductionUrl = "https://api.safaricom.co.ke";
// In hex, because Daraja refuses addresses in which letters happen to spell "exe" or "sql".
constexpr std::size_t kTokenBytes = 16;

const SettingRule* find_rule(std::string_view key)
{
    const auto rules = setting_rules();
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const auto& rule) { return rule.key == key; });
    return found == rules.end() ? nullptr : &*found;
}

std::string no_such(const std::string& key)
{
    return "There is no setting " + key + ". See: mnara settings list";
}

// People paste with spaces and line ends around a key; none of ours begins or ends with one.
std::string trimmed(const std::string& value)
{
    const std::size_t from = value.find_first_not_of(" \t\r\n");
    if (from == std::string::npos)
        return {};
    return value.substr(from, value.find_last_not_of(" \t\r\n") - from + 1);
}

std::string secret_setting(storage::ReadTx& tx, const KeyRing& keys, std::string_view key)
{
    const auto row = storage::find_setting(tx, key);
    return row && row->secret_id ? reveal_secret(tx, keys, *row->secret_id) : std::string();
}

void after_change(storage::Tx& tx, const Context& context, std::string_view key,
                  const std::string& actor, const std::string& what)
{
    if (key.substr(0, 7) == "radius.")
        storage::mark_all_access_dirty(tx);
    audit(tx, context, actor, what, "setting", 0, audit_fields({{"key", std::string(key)}}));
}

} // namespace

std::vector<SettingView> list_settings(storage::ReadTx& tx)
{
    const auto rows = storage::all_settings(tx);
    std::vector<SettingView> views;
    for (const SettingRule& rule : setting_rules()) {
        const auto row = std::find_if(rows.begin(), rows.end(),
                                      [&](const auto& r) { return r.key == rule.key; });
        const bool is_set = row != rows.end();
        SettingView view{std::string(rule.key), rule.secret, is_set, {}};
        if (!rule.secret)
            view.value = is_set ? row->value.value_or("") : std::string(rule.default_value);
        views.push_back(std::move(view));
    }
    return views;
}

Result<Done, WrongValue> change_setting(const Context& context, const std::string& key,
                                        const std::string& value, const std::string& actor)
{
    const SettingRule* rule = find_rule(key);
    if (rule == nullptr)
        return refuse(WrongValue{no_such(key), "unknown_setting", {}, {}});
    std::string wanted = trimmed(value);
    if (key == "mpesa.base_url")
        while (!wanted.empty() && wanted.back() == '/')
            wanted.pop_back();
    if (WrongValue wrong = rule->check(wanted); !wrong.words.empty()) {
        wrong.words = key + " " + wrong.words + ". Nothing was changed.";
        return refuse(std::move(wrong));
    }
    const UnixTime now = context.clock.now();
    context.db.write([&](storage::Tx& tx) {
        storage::SettingRow row{key, std::nullopt, std::nullopt};
        if (rule->secret)
            row.secret_id = store_secret(tx, context.keys, context.random, key, wanted, now);
        else
            row.value = wanted;
        storage::put_setting(tx, row, actor, now);
        after_change(tx, context, key, actor, "changed");
    });
    return Done{};
}

Result<Done, std::string> unset_setting(const Context& context, const std::string& key,
                                        const std::string& actor)
{
    if (find_rule(key) == nullptr)
        return refuse(no_such(key));
    context.db.write([&](storage::Tx& tx) {
        storage::delete_setting(tx, key);
        after_change(tx, context, key, actor, "unset");
    });
    return Done{};
}

std::string setting(storage::ReadTx& tx, std::string_view key)
{
    const SettingRule* rule = find_rule(key);
    ENSURE(rule != nullptr && !rule->secret);
    const auto row = storage::find_setting(tx, key);
    return row && row->value ? *row->value : std::string(rule->default_value);
}

domain::AccessSettings access_settings(storage::ReadTx& tx)
{
    return {setting(tx, "radius.pool"),
            setting(tx, "radius.pay_page_pool"),
            setting(tx, "radius.pay_page_address_list"),
            setting(tx, "radius.pay_page_rate"),
            std::stoi(setting(tx, "radius.pay_page_seconds")),
            std::stoi(setting(tx, "radius.interim_seconds"))};
}

bool is_sandbox(storage::ReadTx& tx)
{
    return setting(tx, "mpesa.environment") == "sandbox";
}

Result<MpesaAccount, std::string> mpesa_account(storage::ReadTx& tx, const KeyRing& keys)
{
    MpesaAccount account;
    const bool sandbox = is_sandbox(tx);
    account.provider = sandbox ? "mpesa-sandbox" : "mpesa";
    account.base_url = setting(tx, "mpesa.base_url");
    if (account.base_url.empty())
        account.base_url = sandbox ? kSandboxUrl : kProductionUrl;
    account.consumer_key = secret_setting(tx, keys, "mpesa.consumer_key");
    account.consumer_secret = secret_setting(tx, keys, "mpesa.consumer_secret");
    account.passkey = secret_setting(tx, keys, "mpesa.passkey");
    account.short_code = setting(tx, "mpesa.short_code");
    account.till = setting(tx, "mpesa.till");
    account.c2b_version = setting(tx, "mpesa.c2b_version");
    account.tls_pin = setting(tx, "mpesa.tls_pin");
    std::string missing;
    const auto need = [&](const std::string& value, const char* key) {
        if (value.empty())
            missing += (missing.empty() ? "" : ", ") + std::string(key);
    };
    need(account.consumer_key, "mpesa.consumer_key");
    need(account.consumer_secret, "mpesa.consumer_secret");
    need(account.passkey, "mpesa.passkey");
    need(account.short_code, "mpesa.short_code");
    if (!missing.empty())
        return refuse("M-Pesa is not set up yet. Missing: " + missing);
    return account;
}

void ensure_providers(const Context& context)
{
    context.db.write([&](storage::Tx& tx) {
        for (const bool sandbox : {false, true}) {
            const std::string code = sandbox ? "mpesa-sandbox" : "mpesa";
            if (storage::find_provider(tx, code))
                continue;
            const std::string token = crypto::to_hex(context.random.bytes(kTokenBytes));
            const SecretId secret = store_secret(tx, context.keys, context.random, "c2b_token",
                                                 token, context.clock.now());
            storage::insert_provider(
                tx, {code, sandbox ? "M-Pesa (sandbox)" : "M-Pesa", sandbox, secret},
                crypto::hash(token));
        }
    });
}

std::string c2b_token(storage::ReadTx& tx, const KeyRing& keys, const std::string& provider)
{
    const auto row = storage::find_provider(tx, provider);
    ENSURE(row.has_value());
    return reveal_secret(tx, keys, row->c2b_token_secret_id);
}

} // namespace mnara::usecases
