// Whether somebody may try to sign in now, or has to wait after too many wrong tries. Two things
// must not happen: a stranger guesses on, and a stranger's guesses shut somebody out.
#pragma once

#include "usecases/context.hpp"

#include <optional>
#include <string>

namespace mnara::usecases {

// How long the lock still lasts for that login from that address; nothing where it is open.
//
// From an address the operator has signed in from before, only wrong tries at this login from that
// very address count, so that no neighbour shuts him out; from elsewhere in its network, those of
// all other addresses there together. From everywhere else, those of all strangers to the login
// together, and those of the address at any login.
[[nodiscard]] std::optional<Seconds> lock_left(storage::ReadTx& tx, const std::string& login,
                                               const std::string& peer, UnixTime now);
// Until when somebody who has tried at that login in vain is kept out of it; nothing where nobody
// is. A person who says that the tries were the operator's own ends it: unlock_login.
[[nodiscard]] std::optional<UnixTime> locked_until(storage::ReadTx& tx, const std::string& login,
                                                   UnixTime now);

} // namespace mnara::usecases
