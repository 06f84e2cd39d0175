// The one binary: arguments in, exit code out. 0 done, 1 trouble (in words on stderr), 2 wrong
// usage.

#include "app.hpp"
#include "commands.hpp"

#include <CLI/CLI.hpp>
#include <Poco/Exception.h>
#include <iostream>

namespace {

using namespace mnara;

// Opens the office for the command and prints trouble as one sentence.
int with_office(const std::string& config, const std::function<int(app::Office&)>& command)
{
    try {
        app::Office office(config);
        return command(office);
    } catch (const Poco::Exception& error) {
        std::cerr << "mnara: " << error.displayText() << '\n'; // its what() leaves out the reason
        return 1;
    } catch (const std::exception& error) {
        std::cerr << "mnara: " << error.what() << '\n';
        return 1;
    }
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App cli("Mnara: the box that runs a small wireless ISP", "mnara");
    cli.require_subcommand(1);
    std::string config = "/etc/mnara/mnara.conf";
    std::function<int(app::Office&)> command;
    const auto verb = [&](CLI::App* parent, const std::string& name, const std::string& help,
                          std::function<int(app::Office&)> run) {
        CLI::App* sub = parent->add_subcommand(name, help);
        sub->add_option("--config", config, "the configuration file")->capture_default_str();
        sub->callback([&command, run = std::move(run)] { command = run; });
        return sub;
    };

    verb(&cli, "serve", "run the daemon", [](app::Office& office) { return app::serve(office); });

    app::NewOperator who;
    CLI::App* staff = cli.add_subcommand("operator", "staff logins")->require_subcommand(1);
    CLI::App* add = verb(staff, "add", "add a login",
                         [&](app::Office& o) { return app::add_operator(o, who); });
    add->add_option("login", who.login)->required();
    add->add_option("--role", who.role, "owner, manager, cashier, technician, reseller, viewer")
        ->required();
    add->add_option("--name", who.full_name, "full name; the login where not given");
    add->add_flag(
        "--password-stdin", who.password_from_stdin,
        "read the password from standard input; without one the login uses sign-in links");
    verb(staff, "link", "print a sign-in link that works once",
         [&](app::Office& o) { return app::print_sign_in_link(o, who.login); })
        ->add_option("login", who.login)
        ->required();
    verb(staff, "token", "print a token for a program",
         [&](app::Office& o) { return app::print_token(o, who.login); })
        ->add_option("login", who.login)
        ->required();

    verb(staff, "list", "all logins", app::list_operators);
    std::string address;
    CLI::App* unlock = verb(staff, "unlock", "forget wrong tries to sign in", [&](app::Office& o) {
        return app::unlock_operator(o, who.login, address);
    });
    unlock->add_option("login", who.login);
    unlock->add_option("--address", address, "of an address instead of a login");
    verb(staff, "forget-second-factor", "for whoever lost phone and recovery codes",
         [&](app::Office& o) { return app::forget_second_factor(o, who.login); })
        ->add_option("login", who.login)
        ->required();
    bool clear = false;
    verb(staff, "allow-list", "the addresses operators may come from", [&](app::Office& o) {
        return app::change_allow_list(o, clear);
    })->add_flag("--clear", clear, "let them come from everywhere");
    verb(&cli, "first-run-code", "a new code for the first owner", app::print_first_run_code);

    app::SettingChange change;
    CLI::App* settings =
        cli.add_subcommand("settings", "what an owner can set")->require_subcommand(1);
    verb(settings, "list", "all settings; secrets only as set or not set", app::list_settings);
    CLI::App* set = verb(settings, "set", "change one",
                         [&](app::Office& o) { return app::set_setting(o, change); });
    set->add_option("key", change.key)->required();
    set->add_option("value", change.value);
    set->add_flag("--stdin", change.from_stdin,
                  "read the value from standard input (secrets only so)");
    verb(settings, "unset", "back to the default",
         [&](app::Office& o) { return app::unset_setting(o, change.key); })
        ->add_option("key", change.key)
        ->required();

    CLI::App* radius = cli.add_subcommand("radius", "what FreeRADIUS reads")->require_subcommand(1);
    verb(radius, "rebuild", "make radius.db again, in place", app::rebuild_radius);
    CLI::App* clock =
        cli.add_subcommand("clock", "the time this box trusts")->require_subcommand(1);
    verb(clock, "accept", "say that the clock is right now", app::accept_clock);
    CLI::App* secrets = cli.add_subcommand("secrets", "secrets at rest")->require_subcommand(1);
    verb(secrets, "rotate", "seal every secret under a new key", app::rotate_secrets);
    cli.add_subcommand("version", "print the version")->callback([&] {
        std::cout << MNARA_VERSION << '\n';
    });

    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0 : 2;
    }
    return command ? with_office(config, command) : 0;
}
