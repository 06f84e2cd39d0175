#include "commands.hpp"

#include "usecases/settings.hpp"

#include <algorithm>
#include <iostream>

namespace mnara::app {

namespace {

constexpr const char* kActor = "system:console";

int refused(const std::string& words)
{
    std::cerr << "mnara: " << words << '\n';
    return 1;
}

bool is_secret(const std::string& key)
{
    const auto rules = usecases::setting_rules();
    return std::any_of(rules.begin(), rules.end(),
                       [&](const auto& rule) { return rule.key == key && rule.secret; });
}

} // namespace

int list_settings(Office& office)
{
    const auto views =
        office.db.read([](storage::ReadTx& tx) { return usecases::list_settings(tx); });
    for (const auto& view : views) {
        std::cout << view.key << " = ";
        if (view.secret)
            std::cout << (view.is_set ? "(set)" : "(not set)") << '\n';
        else
            std::cout << view.value << (view.is_set ? "" : "  (default)") << '\n';
    }
    return 0;
}

int set_setting(Office& office, const SettingChange& change)
{
    if (change.from_stdin == change.value.has_value()) {
        std::cerr << "mnara: give either a value or --stdin.\n";
        return 2;
    }
    if (is_secret(change.key) && !change.from_stdin) {
        std::cerr
            << "mnara: " << change.key
            << " is a secret; on the command line it would stay in the shell's history. Give it "
               "on standard input with --stdin.\n";
        return 2;
    }
    std::string value = change.value.value_or("");
    if (change.from_stdin)
        std::getline(std::cin, value);
    const auto changed = usecases::change_setting(office.context, change.key, value, kActor);
    return changed ? 0 : refused(changed.error().words);
}

int unset_setting(Office& office, const std::string& key)
{
    const auto changed = usecases::unset_setting(office.context, key, kActor);
    return changed ? 0 : refused(changed.error());
}

} // namespace mnara::app
