// What the certificate of this box is for, and where its files are.
#pragma once

#include "app_office.hpp"
#include "network/tls/box_certificate.hpp"

namespace mnara::app {

// The certificate this box shows, from its configuration and its settings.
[[nodiscard]] network::tls::BoxCertificateSettings certificate_settings(Office& office);

} // namespace mnara::app
