// The way back in for whoever locked himself out: works on the box, with no sign-in.
#include "commands.hpp"

#include "usecases/first_run.hpp"
#include "usecases/listing.hpp"
#include "usecases/operator_networks.hpp"
#include "usecases/second_factor.hpp"

#include <iostream>

namespace mnara::app {

namespace {

int no_such_login(const std::string& login)
{
    std::cerr << "mnara: there is no login " << login << ". Nothing was changed.\n";
    return 1;
}

} // namespace

int list_operators(Office& office)
{
    office.db.read([](storage::ReadTx& tx) {
        for (const auto& row : usecases::listing::all_operators(tx))
            std::cout << row.login << '\t' << row.role << '\t' << row.full_name
                      << (row.totp_confirmed ? "\tsecond factor" : "")
                      << (row.disabled_at ? "\tdisabled" : "") << '\n';
    });
    return 0;
}

int unlock_operator(Office& office, const std::string& login, const std::string& address)
{
    if (login.empty() == address.empty()) {
        std::cerr << "mnara: give a LOGIN or --address ADDRESS.\n";
        return 2;
    }
    const bool done = office.db.write([&](storage::Tx& tx) {
        if (login.empty()) {
            usecases::unlock_address(tx, office.context, address, usecases::kConsole);
            return true;
        }
        return usecases::unlock_login(tx, office.context, login, usecases::kConsole).has_value();
    });
    if (!done)
        return no_such_login(login);
    std::cout << "Wrong tries are forgotten.\n";
    return 0;
}

int change_allow_list(Office& office, bool clear)
{
    if (clear) {
        const auto done = office.db.write([&](storage::Tx& tx) {
            return usecases::set_allow_list(tx, office.context, {}, true, usecases::kConsole);
        });
        ENSURE(done.has_value());
        std::cout << "Operators may come from everywhere.\n";
        return 0;
    }
    office.db.read([](storage::ReadTx& tx) {
        const auto rows = usecases::listing::operator_networks(tx);
        for (const auto& row : rows)
            std::cout << row.network << '\n';
        if (rows.empty())
            std::cout << "Operators may come from everywhere.\n";
    });
    return 0;
}

int forget_second_factor(Office& office, const std::string& login)
{
    const bool done = office.db.write([&](storage::Tx& tx) {
        const auto row = usecases::listing::find_operator(tx, login);
        return row && usecases::drop_second_factor(tx, office.context, row->id, usecases::kConsole)
                          .has_value();
    });
    if (!done) {
        std::cerr << "mnara: there is no login " << login
                  << " with a second factor. Nothing was changed.\n";
        return 1;
    }
    std::cout << "The second factor of " << login << " is gone; all its sessions ended.\n";
    return 0;
}

int print_first_run_code(Office& office)
{
    const auto code = usecases::make_first_run_code(office.context);
    if (!code) {
        std::cerr << "mnara: this box has an owner already. For a way in: mnara operator link "
                     "LOGIN\n";
        return 1;
    }
    std::cout << *code << '\n';
    return 0;
}

} // namespace mnara::app
