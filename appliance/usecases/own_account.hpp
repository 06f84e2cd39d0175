// What a signed-in operator changes about the own login.
#pragma once

#include "usecases/operator_sessions.hpp"

namespace mnara::usecases {

enum class OwnAccountError { WrongPassword, Locked, WeakPassword, NotOn, WrongCode };

// The old password is not asked for where there is none yet, or after a one-time link. All other
// sessions end.
Result<Done, OwnAccountError> change_own_password(const Context& context, const Authenticated& who,
                                                  const std::string& old_password,
                                                  const std::string& new_password,
                                                  const std::string& user_agent);
// With the password (where there is one) and a code.
Result<Done, OwnAccountError>
end_own_second_factor(const Context& context, const Authenticated& who, const std::string& password,
                      const std::string& code, const std::string& user_agent);

} // namespace mnara::usecases
