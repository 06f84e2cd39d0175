// The first start: a one-time code, shown on the box only, makes the first owner. Once there was an
// owner no code works any more, whatever becomes of him.
#pragma once

#include "usecases/operators.hpp"

namespace mnara::usecases {

[[nodiscard]] bool needs_first_owner(storage::ReadTx& tx);

// "K7QM-2X4P": a new one each time, which ends the one before. Nothing where there is an owner.
[[nodiscard]] std::optional<std::string> make_first_run_code(const Context& context);

enum class FirstRunError {
    OwnerExists,
    WrongCode,
    CodeDead, // guessed at too often, or none was made: ask the box for a new one
    BadLogin,
    WeakPassword,
    LoginTaken
};
Result<OperatorId, FirstRunError> make_first_owner(const Context& context, const std::string& code,
                                                   const std::string& login,
                                                   const std::string& full_name,
                                                   const std::string& password);

// What an owner sets up, in this order. `missing`: settings that are not there yet.
struct FirstRunStep
{
    std::string key; // "isp_name", "time_zone", "logo", "plan", "mpesa"
    bool done = false, optional = false;
    std::vector<std::string> missing;
};
[[nodiscard]] std::vector<FirstRunStep> first_run_steps(storage::ReadTx& tx);

// The error says in words what is wrong with it (domain/picture).
Result<Done, std::string> set_logo(storage::Tx& tx, const Context& context,
                                   const std::string& bytes, const std::string& actor);
bool remove_logo(storage::Tx& tx, const Context& context, const std::string& actor);
struct Logo
{
    std::string media_type, bytes;
};
[[nodiscard]] std::optional<Logo> logo(storage::ReadTx& tx);

} // namespace mnara::usecases
