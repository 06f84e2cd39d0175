// The settings an owner can change, each with its default and its check; secrets are sealed and
// never printed back. docs/settings.md lists the same table.
#pragma once

#include "core/result.hpp"
#include "domain/access.hpp"
#include "usecases/context.hpp"
#include "usecases/ports.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mnara::usecases {

// Why a value is refused: in words for the console, and as a stable word with its limits for
// screens, which say it in the reader's language.
struct WrongValue
{
    std::string words; // "must be 5 to 8 digits"; empty where it is right
    std::string_view reason;
    std::optional<int> least, most;
};

struct SettingRule
{
    std::string_view key;
    std::string_view default_value;
    bool secret = false;
    std::string_view meaning; // one line, for `mnara settings list` and the docs
    WrongValue (*check)(const std::string& value) = nullptr;
};
[[nodiscard]] std::span<const SettingRule> setting_rules();

struct SettingView
{
    std::string key;
    bool secret = false;
    bool is_set = false;
    std::string value; // the default where not set; always empty for a secret
};
[[nodiscard]] std::vector<SettingView> list_settings(storage::ReadTx& tx);
// The words of the error are a sentence here: unknown key, or why the value is refused.
Result<Done, WrongValue> change_setting(const Context& context, const std::string& key,
                                        const std::string& value, const std::string& actor);
// The error is a sentence: unknown key.
Result<Done, std::string> unset_setting(const Context& context, const std::string& key,
                                        const std::string& actor);

[[nodiscard]] std::string setting(storage::ReadTx& tx, std::string_view key);
[[nodiscard]] domain::AccessSettings access_settings(storage::ReadTx& tx);
// True while test money is meant: a visible banner, and a provider of its own in the books.
[[nodiscard]] bool is_sandbox(storage::ReadTx& tx);
// The error names the settings that are missing.
[[nodiscard]] Result<MpesaAccount, std::string> mpesa_account(storage::ReadTx& tx,
                                                              const KeyRing& keys);
// Makes the rows of both environments with their C2B tokens, once.
void ensure_providers(const Context& context);
// The unguessable word in the path of the C2B addresses of that provider.
[[nodiscard]] std::string c2b_token(storage::ReadTx& tx, const KeyRing& keys,
                                    const std::string& provider);

} // namespace mnara::usecases
