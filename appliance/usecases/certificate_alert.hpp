// The alert about the certificate that the owner has put on this box. Called by network/tls.
#pragma once

#include "usecases/context.hpp"

#include <string>

namespace mnara::usecases {

// Opens the alert `tls_certificate` with that sentence, or closes it where there is none.
void note_certificate_trouble(const Context& context, const std::string& trouble);

} // namespace mnara::usecases
