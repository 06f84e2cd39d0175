#include "commands.hpp"

#include "usecases/operators.hpp"

#include <iostream>

namespace mnara::app {

namespace {

int refused(usecases::OperatorError error, const std::string& login)
{
    switch (error) {
    case usecases::OperatorError::LoginTaken:
        std::cerr << "mnara: the login " << login << " exists already. Nothing was changed.\n";
        break;
    case usecases::OperatorError::BadLogin:
        std::cerr << "mnara: a login is 2 to 32 small letters, digits, '.', '-' or '_'.\n";
        break;
    case usecases::OperatorError::WeakPassword:
        std::cerr << "mnara: the password must have at least 10 characters. Nothing was changed.\n";
        break;
    case usecases::OperatorError::UnknownSite:
    case usecases::OperatorError::OwnerHasNoLimits:
    case usecases::OperatorError::LastOwner:
    case usecases::OperatorError::Yourself: // none of them can come from the console
    case usecases::OperatorError::UnknownOperator:
        std::cerr << "mnara: there is no login " << login << ". Add it with: mnara operator add\n";
        break;
    }
    return 1;
}

} // namespace

int add_operator(Office& office, const NewOperator& who)
{
    const auto role = usecases::role(who.role);
    if (!role) {
        std::cerr << "mnara: there is no role " << who.role
                  << ". Roles: owner manager cashier technician reseller viewer\n";
        return 2;
    }
    std::optional<std::string> password;
    if (who.password_from_stdin) {
        password.emplace();
        std::getline(std::cin, *password);
    }
    const auto added =
        usecases::add_operator(office.context, who.login,
                               who.full_name.empty() ? who.login : who.full_name, *role, password);
    if (!added)
        return refused(added.error(), who.login);
    std::cout << "Added " << who.login << " as " << who.role << ".\n";
    return 0;
}

int print_sign_in_link(Office& office, const std::string& login)
{
    const auto token = usecases::make_sign_in_link(office.context, login);
    if (!token)
        return refused(token.error(), login);
    std::cout << office.config.public_url << "/sign-in/" << *token << '\n';
    return 0;
}

int print_token(Office& office, const std::string& login)
{
    const auto token = usecases::make_program_token(office.context, login);
    if (!token)
        return refused(token.error(), login);
    std::cout << *token << '\n';
    return 0;
}

} // namespace mnara::app
