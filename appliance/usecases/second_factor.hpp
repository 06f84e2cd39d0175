// Codes of an authenticator app beside the password (domain/totp), and recovery codes for the day
// the phone is lost. The secret is sealed like every other; a code works once.
#pragma once

#include "usecases/operators.hpp"

namespace mnara::usecases {

enum class SecondFactorError {
    AlreadyOn,
    NotOn,
    WrongCode,
    Yourself // with a session alone nobody takes off the own one: that needs a code
};

struct SecondFactorOffer
{
    std::string secret;      // base32, to be typed by hand
    std::string otpauth_url; // for a QR code
};
// A new secret, which counts only once a code of it was shown. Shown this once.
Result<SecondFactorOffer, SecondFactorError>
begin_second_factor(storage::Tx& tx, const Context& context, const Operator& op);
// Turns it on. The recovery codes are shown this once.
Result<std::vector<std::string>, SecondFactorError> confirm_second_factor(storage::Tx& tx,
                                                                          const Context& context,
                                                                          const Operator& op,
                                                                          const std::string& code);
// With a code; own_account.hpp asks for the password too.
Result<Done, SecondFactorError> end_second_factor(storage::Tx& tx, const Context& context,
                                                  const Operator& op, const std::string& code);
// For somebody who lost phone and recovery codes. His sessions end.
Result<Done, SecondFactorError> drop_second_factor(storage::Tx& tx, const Context& context,
                                                   OperatorId id, const std::string& actor);

// True where it is a code of the phone or a recovery code, which is used up by this.
[[nodiscard]] bool use_code(storage::Tx& tx, const Context& context,
                            const storage::OperatorRow& row, const std::string& code);

} // namespace mnara::usecases
