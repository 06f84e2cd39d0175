// The short commands. They work beside a running daemon and when it is down; each returns its exit
// code.
#pragma once

#include "app_office.hpp"

#include <optional>
#include <string>

namespace mnara::app {

struct NewOperator
{
    std::string login, full_name, role;
    bool password_from_stdin = false;
};
int add_operator(Office& office, const NewOperator& who);
int print_sign_in_link(Office& office, const std::string& login);
int print_token(Office& office, const std::string& login);
int list_operators(Office& office);
// One of the two is given.
int unlock_operator(Office& office, const std::string& login, const std::string& address);
// Shows the list, or clears it.
int change_allow_list(Office& office, bool clear);
int forget_second_factor(Office& office, const std::string& login);
int print_first_run_code(Office& office);

struct SettingChange
{
    std::string key;
    std::optional<std::string> value;
    bool from_stdin = false;
};
int list_settings(Office& office);
int set_setting(Office& office, const SettingChange& change);
int unset_setting(Office& office, const std::string& key);

int rebuild_radius(Office& office);
int accept_clock(Office& office);
// Adds a key to the key file and seals everything under it. The daemon must not run meanwhile.
int rotate_secrets(Office& office);

} // namespace mnara::app
